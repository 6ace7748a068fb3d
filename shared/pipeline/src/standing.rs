use crate::{Records, RecordsError};
use domain::{DocumentRecord, DocumentRef, DocumentState, DocumentSummary, UploadRecord, UploadRef, UploadState};
use futures_util::{StreamExt, TryStreamExt, stream};

/// How many documents are looked up at once.
const RECORDS_AT_ONCE: usize = 16;

/// How far an upload is.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its record.
    pub upload: UploadRecord,
    /// The document it turned out to be, with its record.
    pub document: Option<(DocumentRef, DocumentRecord)>,
    /// Where it stands.
    pub state: DocumentState,
    /// Pages of the document; 0 while unknown.
    pub pages: u32,
    /// Pages read so far, by whole chunks.
    pub pages_read: u32,
}

impl Standing {
    /// How far an upload is; `None` when there is no such upload.
    pub async fn of(records: &Records, upload: &UploadRef) -> Result<Option<Self>, RecordsError> {
        match records.upload(upload).await? {
            Some(record) => Self::of_record(records, upload, record).await.map(Some),
            None => Ok(None),
        }
    }

    /// How far an upload is whose record is at hand.
    pub async fn of_record(records: &Records, upload: &UploadRef, record: UploadRecord) -> Result<Self, RecordsError> {
        let state = match &record.state {
            UploadState::Received | UploadState::Accepted { .. } => DocumentState::Accepted,
            UploadState::Rejected { .. } => DocumentState::Rejected,
            UploadState::Failed { .. } => DocumentState::Failed,
        };
        let mut standing = Self { upload: record, document: None, state, pages: 0, pages_read: 0 };
        if let UploadState::Accepted { document } = &standing.upload.state {
            let document = DocumentRef { tenant: upload.tenant.clone(), document: document.clone() };
            if let Some(record) = records.document(&document).await? {
                standing.state = record.state();
                standing.pages = record.pages;
                standing.pages_read = pages_read(records, &document, &record).await?;
                standing.document = Some((document, record));
            }
        }
        Ok(standing)
    }

    /// How far each of these uploads is, in their order.
    pub async fn of_records(
        records: &Records,
        uploads: Vec<(UploadRef, UploadRecord)>,
    ) -> Result<Vec<(UploadRef, Self)>, RecordsError> {
        let one = async |(upload, record): (UploadRef, UploadRecord)| {
            let standing = Self::of_record(records, &upload, record).await?;
            Ok((upload, standing))
        };
        stream::iter(uploads).map(one).buffered(RECORDS_AT_ONCE).try_collect().await
    }

    /// The same with a host's own count of the pages read, which may be ahead of the ledger.
    #[must_use]
    pub fn with_pages_read(mut self, count: impl FnOnce(&DocumentRef) -> u32) -> Self {
        if let Some((document, _)) = self.document.as_ref().filter(|(_, record)| !record.all_chunks_read) {
            self.pages_read = self.pages_read.max(count(document));
        }
        self
    }
}

async fn pages_read(records: &Records, document: &DocumentRef, record: &DocumentRecord) -> Result<u32, RecordsError> {
    if record.all_chunks_read {
        return Ok(record.pages);
    }
    let chunk_count = u32::try_from(record.chunks.len()).unwrap_or(u32::MAX);
    let finished = records.finished_chunks(document, record.output_revision, chunk_count).await?;
    let chunks = (0_u32..).zip(&record.chunks).filter(|(chunk, _)| finished.contains(chunk));
    Ok(chunks.map(|(_, plan)| plan.pages).sum())
}

/// What is being done in this state, in Russian.
pub fn state_in_words(state: DocumentState) -> &'static str {
    match state {
        DocumentState::Accepted => "подготовка",
        DocumentState::Reading => "чтение страниц",
        DocumentState::Analyzing => "анализ комплекта",
        DocumentState::Drafting => "составление актов",
        DocumentState::Binding => "сборка комплекта ИД",
        DocumentState::Done => "готово",
        DocumentState::Rejected => "отклонено",
        DocumentState::Failed => "сбой",
    }
}

/// `document.json` with the warnings of the stages after the analyzer.
pub fn full_summary(mut summary: DocumentSummary, record: &DocumentRecord) -> DocumentSummary {
    for warning in &record.warnings {
        if !summary.warnings.contains(warning) {
            summary.warnings.push(warning.clone());
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ChunkPlan, DocumentId, TenantId, UploadId};
    use ports::Host;
    use ports::memory::MemoryHost;
    use serde_json::json;

    #[tokio::test]
    async fn pages_are_counted_by_the_chunk_and_by_the_host_that_knows_more() {
        let records = Records::new(MemoryHost::default().ledger().unwrap());
        let (tenant, id) = (TenantId::local(), DocumentId::of(b"x"));
        let upload = UploadRef { tenant: tenant.clone(), upload: UploadId::of(&id, "КЖ.pdf") };
        assert!(Standing::of(&records, &upload).await.unwrap().is_none());

        let state = UploadState::Accepted { document: id.clone() };
        let received = UploadRecord::new("КЖ.pdf", 0, state);
        records.create_upload(&upload, &received).await.unwrap();
        let document = DocumentRef { tenant, document: id };
        let mut record: DocumentRecord = serde_json::from_value(json!({
            "file_name": "КЖ.pdf", "size_bytes": 1, "upload": upload.upload, "accepted_at_ms": 0, "output_revision": 1,
            "pages": 30,
        }))
        .unwrap();
        record.chunks = [1, 11, 21].map(|first_page| ChunkPlan { first_page, pages: 10, recognize: false }).to_vec();
        records.create_document(&document, &record).await.unwrap();
        records.finish_chunk(&document, 1, 2, 3).await.unwrap();

        let standing = Standing::of(&records, &upload).await.unwrap().unwrap();
        assert_eq!((standing.state, standing.pages, standing.pages_read), (DocumentState::Reading, 30, 10));
        assert_eq!(standing.clone().with_pages_read(|_| 17).pages_read, 17);
        assert_eq!(standing.with_pages_read(|_| 3).pages_read, 10);
    }
}
