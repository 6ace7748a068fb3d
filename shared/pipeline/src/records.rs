use crate::metrics;
use domain::{DocumentRecord, DocumentRef, DocumentState, UploadRecord, UploadRef, UploadState};
use ports::{Entry, Expected, Ledger, LedgerKey, PortError, PutOutcome};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many chunk numbers one set of the ledger holds: 256 keep a DynamoDB item within one write unit.
pub const FINISHED_CHUNKS_PER_SHARD: u32 = 256;

/// Concurrent writers of one record that all lose this often are not writers but a bug.
const MAX_CONFLICTS: u32 = 50;

/// The ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The store failed.
    #[error("reach the ledger")]
    Port(#[from] PortError),
    /// What is stored cannot be read: written by a newer program, or damaged.
    #[error("read record {key}")]
    Malformed {
        /// Which record.
        key: LedgerKey,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The record to change is not there.
    #[error("find record {0}")]
    Absent(LedgerKey),
    /// Other writers won too often.
    #[error("write record {0} against other writers")]
    Contended(LedgerKey),
}

/// Typed access to the records of uploads, documents and their finished chunks.
#[derive(Clone)]
pub struct Records {
    pub(crate) ledger: Arc<dyn Ledger>,
}

impl Records {
    /// Records over a ledger.
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger }
    }

    /// The record of an upload, or `None`.
    pub async fn upload(&self, upload: &UploadRef) -> Result<Option<UploadRecord>, RecordsError> {
        self.load(&LedgerKey::upload(upload)).await
    }

    /// Writes the record of a new upload and its place in the list of uploads; `false` when the upload is known
    /// already, and its record is not changed.
    pub async fn create_upload(&self, upload: &UploadRef, record: &UploadRecord) -> Result<bool, RecordsError> {
        let known = self.upload(upload).await?;
        let received_at_ms = known.as_ref().unwrap_or(record).received_at_ms;
        self.list_upload(upload, None, received_at_ms).await?;
        Ok(known.is_none() && self.create(&LedgerKey::upload(upload), record).await?)
    }

    /// Changes the record of an upload.
    pub async fn update_upload(
        &self,
        upload: &UploadRef,
        change: impl Fn(&mut UploadRecord) + Send + Sync,
    ) -> Result<UploadRecord, RecordsError> {
        let (before, after) = self.update(LedgerKey::upload(upload), change).await?;
        if before.state != after.state {
            match &after.state {
                UploadState::Rejected { .. } => metrics::document_ended(DocumentState::Rejected),
                UploadState::Failed { .. } => metrics::document_ended(DocumentState::Failed),
                UploadState::Received | UploadState::Accepted { .. } => {}
            }
        }
        Ok(after)
    }

    /// The record of a document, or `None`.
    pub async fn document(&self, document: &DocumentRef) -> Result<Option<DocumentRecord>, RecordsError> {
        self.load(&LedgerKey::document(document)).await
    }

    /// The record of a document that a task speaks of: without it the task came too early.
    pub async fn known_document(&self, document: &DocumentRef) -> Result<DocumentRecord, RecordsError> {
        let key = LedgerKey::document(document);
        self.load(&key).await?.ok_or(RecordsError::Absent(key))
    }

    /// Writes the record of a new document; `false` when it is known already, and nothing is changed.
    pub async fn create_document(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<bool, RecordsError> {
        self.create(&LedgerKey::document(document), record).await
    }

    /// Changes the record of a document. `change` may run several times, each time on the newest record, and a
    /// change that changes nothing is not written.
    pub async fn update_document(
        &self,
        document: &DocumentRef,
        change: impl Fn(&mut DocumentRecord) + Send + Sync,
    ) -> Result<DocumentRecord, RecordsError> {
        let (before, after) = self.update(LedgerKey::document(document), change).await?;
        if !before.state().is_terminal() && after.state().is_terminal() {
            metrics::document_ended(after.state());
        }
        Ok(after)
    }

    /// Notes that a document is under way, so that the sweeper watches it; noting it twice changes nothing.
    pub async fn watch(&self, document: &DocumentRef) -> Result<(), RecordsError> {
        self.create(&LedgerKey::under_way(document), document).await?;
        Ok(())
    }

    /// Ends the sweeper's watch.
    pub async fn unwatch(&self, document: &DocumentRef) -> Result<(), RecordsError> {
        Ok(self.ledger.delete(&LedgerKey::under_way(document)).await?)
    }

    /// Up to `limit` documents under way, after the sort key `after`, each with its sort key.
    pub async fn watched(&self, after: Option<&str>, limit: usize) -> Result<Vec<(String, DocumentRef)>, RecordsError> {
        let entries = self.ledger.query(LedgerKey::UNDER_WAY, after, limit).await?;
        entries.into_iter().map(|entry| Ok((entry.key.sort().to_owned(), parse(&entry)?))).collect()
    }

    /// Notes a chunk as read and answers how many chunks of `chunk_count` are read now.
    pub async fn finish_chunk(
        &self,
        document: &DocumentRef,
        output_revision: u32,
        chunk: u32,
        chunk_count: u32,
    ) -> Result<u32, RecordsError> {
        let own_shard = chunk / FINISHED_CHUNKS_PER_SHARD;
        let mut finished = 0;
        for shard in 0..chunk_count.div_ceil(FINISHED_CHUNKS_PER_SHARD) {
            let key = LedgerKey::finished_chunks(document, output_revision, shard);
            let set = if shard == own_shard {
                self.ledger.add_to_set(&key, chunk).await?
            } else {
                self.ledger.get_set(&key).await?
            };
            finished += set.iter().filter(|&&number| number < chunk_count).count() as u32;
        }
        Ok(finished)
    }

    /// Numbers of the chunks that are read.
    pub async fn finished_chunks(
        &self,
        document: &DocumentRef,
        output_revision: u32,
        chunk_count: u32,
    ) -> Result<BTreeSet<u32>, RecordsError> {
        let mut finished = BTreeSet::new();
        for shard in 0..chunk_count.div_ceil(FINISHED_CHUNKS_PER_SHARD) {
            finished.extend(self.ledger.get_set(&LedgerKey::finished_chunks(document, output_revision, shard)).await?);
        }
        Ok(finished)
    }

    pub(crate) async fn load<T: DeserializeOwned>(&self, key: &LedgerKey) -> Result<Option<T>, RecordsError> {
        self.ledger.get(key).await?.as_ref().map(parse).transpose()
    }

    pub(crate) async fn create<T: Serialize + Sync>(&self, key: &LedgerKey, record: &T) -> Result<bool, RecordsError> {
        match self.ledger.put(key, &write(key, record)?, Expected::Absent).await? {
            PutOutcome::Written(_) => Ok(true),
            PutOutcome::Conflict => Ok(false),
        }
    }

    /// The record before and after.
    pub(crate) async fn update<T: Clone + Serialize + DeserializeOwned + Send + Sync>(
        &self,
        key: LedgerKey,
        change: impl Fn(&mut T) + Send + Sync,
    ) -> Result<(T, T), RecordsError> {
        for _ in 0..MAX_CONFLICTS {
            let Some(entry) = self.ledger.get(&key).await? else { return Err(RecordsError::Absent(key)) };
            let before: T = parse(&entry)?;
            let mut record = before.clone();
            change(&mut record);
            let value = write(&key, &record)?;
            if value == entry.value {
                return Ok((before, record));
            }
            let outcome = self.ledger.put(&key, &value, Expected::Version(entry.version)).await?;
            if outcome != PutOutcome::Conflict {
                return Ok((before, record));
            }
        }
        Err(RecordsError::Contended(key))
    }
}

pub(crate) fn parse<T: DeserializeOwned>(entry: &Entry) -> Result<T, RecordsError> {
    serde_json::from_str(&entry.value).map_err(|source| RecordsError::Malformed { key: entry.key.clone(), source })
}

fn write<T: Serialize>(key: &LedgerKey, record: &T) -> Result<String, RecordsError> {
    serde_json::to_string(record).map_err(|source| RecordsError::Malformed { key: key.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, TenantId};
    use ports::Host;
    use ports::memory::MemoryHost;

    fn records() -> (Records, DocumentRef) {
        let host = MemoryHost::default();
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        (Records::new(host.ledger().unwrap()), document)
    }

    #[tokio::test]
    async fn a_chunk_reported_twice_counts_once() {
        let (records, document) = records();
        assert_eq!(records.finish_chunk(&document, 1, 4, 600).await.unwrap(), 1);
        assert_eq!(records.finish_chunk(&document, 1, 4, 600).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn chunks_are_counted_over_all_shards() {
        let (records, document) = records();
        let mut finished = 0;
        for chunk in 0..600 {
            finished = records.finish_chunk(&document, 1, chunk, 600).await.unwrap();
        }
        assert_eq!(finished, 600);
        assert_eq!(records.finished_chunks(&document, 1, 600).await.unwrap().len(), 600);
    }

    #[tokio::test]
    async fn changing_a_record_that_is_not_there_is_an_error() {
        let (records, document) = records();
        let outcome = records.update_document(&document, |record| record.indexed = true).await;
        assert!(matches!(outcome, Err(RecordsError::Absent(_))), "{outcome:?}");
    }
}
