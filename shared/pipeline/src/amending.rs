use crate::{Failure, Records, TaskQueue, get_json, put_json};
use bytes::Bytes;
use domain::{
    Amendments, AmendmentsId, Analysis, BlobKey, Bucket, DocumentId, DocumentRecord, DocumentRef, EditError,
    ReceiveUpload, UploadRef, Workbook,
};
use ports::{Blobs, Host, Missing};
use std::sync::Arc;

/// Persons who change the same document at once and all lose this often are not persons.
const MAX_CONFLICTS: u32 = 20;

/// Why nothing was added to a document.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// There is no such document.
    #[error("find the document")]
    UnknownDocument,
    /// It is not understood yet, or just being understood anew.
    #[error("change values before the analysis is there")]
    NotAnalyzed,
    /// The value is not there, or the text does not fit it.
    #[error("change the value")]
    Edit(#[from] EditError),
    /// A store failed.
    #[error("store what was added")]
    Store(#[from] Failure),
}

impl<E: Into<Failure>> From<StoreError<E>> for AmendError {
    fn from(StoreError(error): StoreError<E>) -> Self {
        Self::Store(error.into())
    }
}

/// Whatever a store says, on its way into [`AmendError`].
struct StoreError<E>(E);

/// Takes what persons add to a document (edits, workbooks) and has the set understood and its acts formed with it.
#[derive(Clone)]
pub struct Amending {
    records: Records,
    results: Arc<dyn Blobs>,
    receiver: Arc<TaskQueue<ReceiveUpload>>,
}

impl Amending {
    /// Takes the ports it needs.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            records: Records::new(host.ledger()?),
            results: host.blobs(Bucket::Results)?,
            receiver: Arc::new(TaskQueue::build(host)?),
        })
    }

    /// Changes values by their addresses (see `Analysis::values`); `None` takes a value away. All are changed or none.
    /// When this returns `Ok`, the edits and the intent to form the acts anew survive a loss of power; the same edits
    /// again change nothing.
    ///
    /// # Errors
    /// When the document is unknown or not understood yet, a value is not there, or a store fails; then the same call
    /// again is right.
    pub async fn edit(
        &self,
        document: &DocumentRef,
        edits: &[(String, Option<String>)],
        by: &str,
    ) -> Result<DocumentRecord, AmendError> {
        for _ in 0..MAX_CONFLICTS {
            let record = self.record(document).await?;
            if !record.analyzed {
                return Err(AmendError::NotAnalyzed);
            }
            let key = BlobKey::analysis(record.edition(document));
            let analysis: Option<Analysis> = get_json(self.results.as_ref(), &key).await?;
            let mut analysis = analysis.ok_or(AmendError::NotAnalyzed)?;
            for (address, new) in edits {
                analysis.edit(address, new.as_deref(), by)?;
            }
            let mut amendments = self.amendments(document, record.amendments.as_ref()).await?;
            amendments.edits = analysis.edits;
            if let Some(record) = self.take(document, &record, &amendments).await? {
                return Ok(record);
            }
        }
        Err(AmendError::NotAnalyzed)
    }

    /// Adds the rows of a workbook to the specification of the set; a workbook of the same name takes the place of the
    /// one before. What it promises is what [`Self::edit`] promises.
    ///
    /// # Errors
    /// When the document is unknown or a store fails.
    pub async fn add_workbook(
        &self,
        document: &DocumentRef,
        name: &str,
        bytes: Bytes,
    ) -> Result<DocumentRecord, AmendError> {
        self.record(document).await?;
        let workbook = Workbook { name: name.to_owned(), workbook: DocumentId::of(&bytes) };
        let key = BlobKey::workbook(&document.tenant, &workbook.workbook);
        self.results.put(&key, bytes).await.map_err(StoreError)?;
        for _ in 0..MAX_CONFLICTS {
            let record = self.record(document).await?;
            let mut amendments = self.amendments(document, record.amendments.as_ref()).await?;
            amendments.take_workbook(workbook.clone());
            if let Some(record) = self.take(document, &record, &amendments).await? {
                return Ok(record);
            }
        }
        Err(AmendError::NotAnalyzed)
    }

    async fn record(&self, document: &DocumentRef) -> Result<DocumentRecord, AmendError> {
        let record = self.records.document(document).await.map_err(StoreError)?;
        record.ok_or(AmendError::UnknownDocument)
    }

    async fn amendments(&self, document: &DocumentRef, id: Option<&AmendmentsId>) -> Result<Amendments, Failure> {
        let Some(id) = id else { return Ok(Amendments::default()) };
        let key = BlobKey::amendments(document, id);
        get_json(self.results.as_ref(), &key).await?.ok_or_else(|| Failure::not_there(key.to_string()))
    }

    /// Stores the amendments, then has the record name them; `None` when others were faster.
    async fn take(
        &self,
        document: &DocumentRef,
        known: &DocumentRecord,
        amendments: &Amendments,
    ) -> Result<Option<DocumentRecord>, AmendError> {
        let stored = amendments.stored();
        let (id, _) = stored.map_err(|error| Failure::retry("write amendments", error))?;
        put_json(self.results.as_ref(), &BlobKey::amendments(document, &id), amendments).await?;
        // Watched first: should the message be lost, the sweeper sends it again.
        self.records.watch(document).await.map_err(StoreError)?;
        let record = self.records.update_document(document, |record| {
            if record.amendments == known.amendments {
                record.take_amendments(&id);
            }
        });
        let record = record.await.map_err(StoreError)?;
        if record.amendments.as_ref() != Some(&id) {
            return Ok(None);
        }
        if !record.state().is_terminal() {
            let upload = UploadRef { tenant: document.tenant.clone(), upload: record.upload.clone() };
            self.receiver.send(&[ReceiveUpload::announced(upload)]).await?;
        }
        Ok(Some(record))
    }
}
