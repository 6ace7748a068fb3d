//! The first stage: is the upload a PDF, how big is it, has its content been seen before? Writes the document's record
//! and sends it to the splitter.

use domain::{
    BlobKey, Bucket, DocumentHasher, DocumentId, DocumentRecord, DocumentRef, DocumentState, InvalidKey,
    OUTPUT_REVISION, ProjectFileId, ReceiveUpload, RejectionCode, UploadRecord, UploadRef, UploadState,
};
use pipeline::{Failure, Onward, Records, RecordsError, Stage};
use ports::{Blobs, Clock, Compute, Host, Lost, Missing, PortError, compute};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A PDF may begin with foreign bytes, but its header stands within the first 1,024 (ISO 32000-1, annex H, note 13).
const HEADER_WINDOW_BYTES: u64 = 1024;

const HASHED_AT_ONCE_BYTES: u64 = 8 << 20;

/// Why an upload is not taken on.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The message came before its record.
    #[error("find the record of the upload")]
    Unknown,
    /// The bytes are not there.
    #[error("find the uploaded bytes")]
    NoBytes,
    /// The file has no bytes.
    #[error("accept the empty file «{file_name}»")]
    Empty {
        /// As the user called it.
        file_name: String,
    },
    /// The file is larger than the host can take.
    #[error("accept «{file_name}» of {size_bytes} bytes")]
    TooLarge {
        /// As the user called it.
        file_name: String,
        /// Its size.
        size_bytes: u64,
        /// The largest size that is taken.
        largest_bytes: u64,
    },
    /// The content is not a PDF.
    #[error("accept «{file_name}»: it is not a PDF")]
    NotPdf {
        /// As the user called it.
        file_name: String,
    },
    /// A store failed.
    #[error("reach a store")]
    Port(#[from] PortError),
    /// The ledger failed.
    #[error("reach the ledger")]
    Records(#[from] RecordsError),
    /// The hash was not computed.
    #[error("hash the file")]
    Hash(#[from] Lost),
    /// The task names a key that no host makes.
    #[error("read the key of a dropped file")]
    Key(InvalidKey),
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Unknown
            | UploadError::NoBytes
            | UploadError::Port(_)
            | UploadError::Records(_)
            | UploadError::Hash(_)
            | UploadError::Key(_) => Failure::retry("take on an upload", error),
            UploadError::Empty { file_name } => Failure::Reject {
                code: RejectionCode::EmptyFile,
                message: format!(
                    "Файл «{file_name}» пуст (0 байт). Выгрузите чертежи в PDF ещё раз и загрузите снова."
                ),
            },
            UploadError::TooLarge { file_name, size_bytes, largest_bytes } => Failure::Reject {
                code: RejectionCode::TooLarge,
                message: format!(
                    "Файл «{file_name}» слишком велик: {} МБ при пределе {} МБ. Разделите комплект на тома и загрузите \
                     их по отдельности.",
                    size_bytes.div_ceil(1 << 20),
                    largest_bytes >> 20
                ),
            },
            UploadError::NotPdf { file_name } => Failure::Reject {
                code: RejectionCode::NotPdf,
                message: format!(
                    "Файл «{file_name}» — не PDF: в его начале нет подписи «%PDF-». Сохраните документ в формате PDF и \
                     загрузите снова."
                ),
            },
        }
    }
}

/// The upload handler.
pub struct UploadHandler {
    uploads: Arc<dyn Blobs>,
    pages: Arc<dyn Blobs>,
    records: Records,
    onward: Onward,
    compute: Arc<dyn Compute>,
    clock: Arc<dyn Clock>,
    /// The stages that follow hold a file whole, and so does this one when it copies.
    largest_bytes: u64,
}

impl Stage for UploadHandler {
    type Task = ReceiveUpload;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            uploads: host.blobs(Bucket::Uploads)?,
            pages: host.blobs(Bucket::Pages)?,
            records: Records::new(host.ledger()?),
            onward: Onward::build(host)?,
            compute: host.compute()?,
            clock: host.clock()?,
            largest_bytes: host.largest_file_bytes()?,
        })
    }

    async fn run(&self, task: ReceiveUpload) -> Result<(), Failure> {
        let upload = task.upload;
        let dropped = task.dropped.map(BlobKey::dropped).transpose().map_err(UploadError::Key)?;
        if dropped.is_none() && self.goes_on(&upload).await? {
            return Ok(());
        }
        let (record, dropped) = match (self.records.upload(&upload).await?, dropped) {
            // Registered by an earlier delivery: no announced file is called by the hash of its own name.
            (Some(record), None) if record.file_name == upload.upload.as_str() => {
                (record, Some(BlobKey::upload(&upload)))
            }
            (Some(record), dropped) => (record, dropped),
            (None, dropped) => self.register(&upload, dropped).await?,
        };
        let key = dropped.clone().unwrap_or_else(|| BlobKey::upload(&upload));
        let size_bytes = self.inspect(&key, &record.file_name).await?;
        let document = match &dropped {
            Some(key) => self.copy(&upload, key).await?,
            None => DocumentRef { tenant: upload.tenant.clone(), document: self.hash(&key, size_bytes).await? },
        };
        let announcement = self.records.announcement(&upload).await?;
        let project_file = announcement.as_ref().and_then(|announcement| announcement.project_file.as_ref());
        let known = self.take_on(&document, &upload, &record, size_bytes, dropped.is_some(), project_file).await?;
        if !known.state().is_terminal() {
            self.records.watch(&document).await?;
            self.onward.send(&document, &known).await?;
        }
        let accepted = UploadState::Accepted { document: document.document };
        self.records.update_upload(&upload, |record| record.state = accepted.clone()).await?;
        Ok(())
    }
}

impl UploadHandler {
    /// Sends on the document of an upload that was looked at before: something was added to it. `false` when the file is
    /// to be looked at (again).
    async fn goes_on(&self, upload: &UploadRef) -> Result<bool, Failure> {
        let Some(record) = self.records.upload(upload).await? else { return Ok(false) };
        // Under such a name there may be another file by now.
        let dropped = record.file_name == upload.upload.as_str();
        let (UploadState::Accepted { document }, false) = (record.state, dropped) else { return Ok(false) };
        let document = DocumentRef { tenant: upload.tenant.clone(), document };
        let known = self.records.document(&document).await?;
        let Some(known) = known.filter(|known| known.output_revision == OUTPUT_REVISION) else { return Ok(false) };
        if !known.state().is_terminal() {
            self.records.watch(&document).await?;
            self.onward.send(&document, &known).await?;
        }
        Ok(true)
    }

    /// Writes the record of a file that nobody announced: its name is the last part of its key. A key like those that the
    /// server makes is a user's own, too, when its bytes are there and no announcement is: records are written before
    /// anybody may send bytes.
    async fn register(
        &self,
        upload: &UploadRef,
        dropped: Option<BlobKey>,
    ) -> Result<(UploadRecord, Option<BlobKey>), UploadError> {
        let key = match dropped {
            Some(key) => key,
            None => {
                let key = BlobKey::upload(upload);
                self.uploads.size(&key).await?.ok_or(UploadError::Unknown)?;
                key
            }
        };
        let file_name = key.as_str().rsplit('/').next().unwrap_or_default().to_owned();
        let record = UploadRecord::new(file_name, self.clock.now_ms(), UploadState::Received);
        self.records.create_upload(upload, &record).await?;
        Ok((self.records.upload(upload).await?.ok_or(UploadError::Unknown)?, Some(key)))
    }

    /// Size in bytes of a file that is worth a closer look.
    async fn inspect(&self, key: &BlobKey, file_name: &str) -> Result<u64, UploadError> {
        let file_name = || file_name.to_owned();
        let size_bytes = self.uploads.size(key).await?.ok_or(UploadError::NoBytes)?;
        if size_bytes == 0 {
            return Err(UploadError::Empty { file_name: file_name() });
        }
        if size_bytes > self.largest_bytes {
            let largest_bytes = self.largest_bytes;
            return Err(UploadError::TooLarge { file_name: file_name(), size_bytes, largest_bytes });
        }
        let head = self.uploads.get_range(key, 0..HEADER_WINDOW_BYTES).await?.ok_or(UploadError::NoBytes)?;
        if !head.windows(5).any(|window| window == b"%PDF-") {
            return Err(UploadError::NotPdf { file_name: file_name() });
        }
        Ok(size_bytes)
    }

    async fn hash(&self, key: &BlobKey, size_bytes: u64) -> Result<DocumentId, UploadError> {
        let mut hasher = DocumentHasher::default();
        let mut from = 0;
        while from < size_bytes {
            let to = size_bytes.min(from + HASHED_AT_ONCE_BYTES);
            let piece = self.uploads.get_range(key, from..to).await?.ok_or(UploadError::NoBytes)?;
            hasher.update(&piece);
            from = to;
        }
        Ok(hasher.finish())
    }

    /// Copies a dropped file to where nobody overwrites it. Its bytes are read once, so that the hash is that of the copy.
    async fn copy(&self, upload: &UploadRef, key: &BlobKey) -> Result<DocumentRef, UploadError> {
        let bytes = self.uploads.get(key).await?.ok_or(UploadError::NoBytes)?;
        let hashed = bytes.clone();
        let id = compute(self.compute.as_ref(), move || DocumentId::of(&hashed)).await?;
        let document = DocumentRef { tenant: upload.tenant.clone(), document: id };
        let copy = BlobKey::source_copy(&document);
        if self.pages.size(&copy).await? != Some(bytes.len() as u64) {
            self.pages.put(&copy, bytes).await?;
        }
        Ok(document)
    }

    /// The document's record: a new one, or the known one, made fresh when an older program wrote it. One that was
    /// refused or given up goes on from where it stopped when the user brings it again.
    async fn take_on(
        &self,
        document: &DocumentRef,
        upload: &UploadRef,
        upload_record: &UploadRecord,
        size_bytes: u64,
        copied: bool,
        project_file: Option<&ProjectFileId>,
    ) -> Result<DocumentRecord, UploadError> {
        let fresh = DocumentRecord {
            file_name: upload_record.file_name.clone(),
            size_bytes,
            upload: upload.upload.clone(),
            copied,
            accepted_at_ms: self.clock.now_ms(),
            output_revision: OUTPUT_REVISION,
            pages: 0,
            chunks: Vec::new(),
            all_chunks_read: false,
            project_file: project_file.cloned(),
            earlier_project_files: Vec::new(),
            amendments: None,
            formed_before: None,
            indexed: false,
            analyzed: false,
            acts: None,
            bundled: false,
            warnings: Vec::new(),
            rejection: None,
            failure: None,
            deadlines: BTreeMap::new(),
            sweeps: 0,
            swept_at_ms: 0,
        };
        if self.records.create_document(document, &fresh).await? {
            return Ok(fresh);
        }
        let brought_again = upload_record.state == UploadState::Received;
        let known = self.records.update_document(document, |record| {
            if record.output_revision != OUTPUT_REVISION {
                // What persons added outlives the program that it was added to.
                *record = DocumentRecord { amendments: record.amendments.clone(), ..fresh.clone() };
                return;
            }
            // Only what was brought: a message that comes again late must not bring back an older project file.
            if brought_again {
                record.take_project_file(project_file);
            }
            if brought_again && matches!(record.state(), DocumentState::Failed | DocumentState::Rejected) {
                record.file_name.clone_from(&upload_record.file_name);
                record.rejection = None;
                record.failure = None;
                record.deadlines.clear();
                record.sweeps = 0;
            }
        });
        Ok(known.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use domain::{TenantId, UploadId};
    use pipeline::{Delivery, Handler, Verdict};
    use ports::memory::MemoryHost;

    async fn receive(host: &MemoryHost, file_name: &str, bytes: &'static [u8]) -> UploadState {
        let upload = UploadRef { tenant: TenantId::local(), upload: UploadId::of(&DocumentId::of(bytes), file_name) };
        let records = Records::new(host.ledger().unwrap());
        let record = UploadRecord::new(file_name, 0, UploadState::Received);
        records.create_upload(&upload, &record).await.unwrap();
        let uploads = host.blobs(Bucket::Uploads).unwrap();
        uploads.put(&BlobKey::upload(&upload), Bytes::from_static(bytes)).await.unwrap();
        let stage = UploadHandler::build(host).unwrap();
        let body = serde_json::to_string(&ReceiveUpload::announced(upload.clone())).unwrap();
        let delivery = Delivery { body, attempt: 1, left_ms: None };
        assert_eq!(Handler::build(host).unwrap().handle(&stage, &delivery).await, Verdict::Ack);
        records.upload(&upload).await.unwrap().unwrap().state
    }

    #[tokio::test]
    async fn files_that_are_not_pdf_are_refused_by_content_in_russian() {
        for (bytes, code, words) in [
            (&b""[..], RejectionCode::EmptyFile, "пуст"),
            (&b"PK\x03\x04 a word file"[..], RejectionCode::NotPdf, "не PDF"),
        ] {
            match receive(&MemoryHost::default(), "КЖ 1.pdf", bytes).await {
                UploadState::Rejected { rejection } => {
                    assert_eq!(rejection.code, code);
                    assert!(rejection.message.contains(words) && rejection.message.contains("КЖ 1.pdf"));
                }
                other => panic!("not refused: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_set_brought_again_with_another_project_file_is_formed_anew_and_not_read_anew() {
        let host = MemoryHost::default();
        let bytes = Bytes::from_static(b"%PDF-1.7 set");
        let file = |project_file| pipeline::AnnouncedFile {
            tenant: TenantId::local(),
            name: "КЖ.pdf".to_owned(),
            document: DocumentId::of(b"%PDF-1.7 set"),
            size_bytes: 12,
            project: None,
            project_file,
        };
        let stage = UploadHandler::build(&host).unwrap();
        let intake = pipeline::Intake::build(&host).unwrap();
        let records = Records::new(host.ledger().unwrap());
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"%PDF-1.7 set") };
        let upload = intake.take(&file(None), bytes.clone()).await.unwrap();
        stage.run(ReceiveUpload::announced(upload.clone())).await.unwrap();
        let done = |record: &mut DocumentRecord| {
            record.all_chunks_read = true;
            record.analyzed = true;
            record.indexed = true;
            record.acts = Some(1);
            record.bundled = true;
        };
        records.update_document(&document, done).await.unwrap();

        let id = ProjectFileId::of(b"project");
        let before = host.contents().messages.len();
        let again = intake.take(&file(Some(id.clone())), bytes.clone()).await.unwrap();
        assert_eq!(again, upload);
        stage.run(ReceiveUpload::announced(again)).await.unwrap();
        let record = records.document(&document).await.unwrap().unwrap();
        assert_eq!((record.state(), record.project_file.as_ref()), (DocumentState::Drafting, Some(&id)));
        let sent: Vec<_> = host.contents().messages.into_iter().skip(before).map(|(stage, _)| stage).collect();
        assert!(sent.contains(&domain::StageName::AosrGenerator), "{sent:?}");

        // The first message once more, late: the set was not brought, so nothing is taken back.
        stage.run(ReceiveUpload::announced(upload)).await.unwrap();
        let late = records.document(&document).await.unwrap().unwrap();
        assert_eq!(late.project_file, Some(id));
    }

    #[tokio::test]
    async fn a_file_larger_than_the_host_can_take_is_refused_with_both_figures() {
        let host = MemoryHost::default();
        let key = BlobKey::dropped("local/том.pdf".to_owned()).unwrap();
        host.blobs(Bucket::Uploads).unwrap().put(&key, Bytes::from_static(b"%PDF-1.7 one")).await.unwrap();
        let mut stage = UploadHandler::build(&host).unwrap();
        assert_eq!(stage.largest_bytes, domain::MAX_FILE_BYTES);
        stage.largest_bytes = 11;
        let failure = stage.run(ReceiveUpload::of_object(key.as_str()).unwrap()).await.unwrap_err();
        assert!(matches!(failure, Failure::Reject { code: RejectionCode::TooLarge, .. }), "{failure:?}");
        let too_large = UploadError::TooLarge {
            file_name: "том.pdf".to_owned(),
            size_bytes: (512 << 20) + 1,
            largest_bytes: 512 << 20,
        };
        let Failure::Reject { message, .. } = Failure::from(too_large) else { panic!() };
        assert!(message.contains("513 МБ при пределе 512 МБ") && message.contains("том.pdf"), "{message}");
    }

    #[tokio::test]
    async fn a_file_dropped_under_a_name_like_the_servers_own_is_a_dropped_file() {
        let host = MemoryHost::default();
        let name = "0123456789abcdef0123456789abcdef";
        let key = BlobKey::dropped(format!("local/{name}")).unwrap();
        let task = ReceiveUpload::of_object(key.as_str()).unwrap();
        assert_eq!(task.dropped, None, "by its key alone it is an announced one");
        let stage = UploadHandler::build(&host).unwrap();
        let failure = stage.run(task.clone()).await.unwrap_err();
        assert!(matches!(failure, Failure::Retry { .. }), "without bytes it is a message that came too early");
        host.blobs(Bucket::Uploads).unwrap().put(&key, Bytes::from_static(b"%PDF-1.7 one")).await.unwrap();
        let records = Records::new(host.ledger().unwrap());
        // As an earlier delivery left it that came no further.
        stage.register(&task.upload, None).await.unwrap();
        for _ in 0..2 {
            stage.run(task.clone()).await.unwrap();
        }
        let upload = records.upload(&task.upload).await.unwrap().unwrap();
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"%PDF-1.7 one") };
        assert_eq!(upload.file_name, name);
        assert_eq!(upload.state, UploadState::Accepted { document: document.document.clone() });
        let record = records.document(&document).await.unwrap().unwrap();
        let (bucket, source) = record.source(&document);
        assert!(record.copied && host.blobs(bucket).unwrap().get(&source).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn the_same_content_under_two_names_is_one_document() {
        let host = MemoryHost::default();
        let first = receive(&host, "а.pdf", b"%PDF-1.7 one").await;
        let second = receive(&host, "б.pdf", b"%PDF-1.7 one").await;
        assert!(matches!(first, UploadState::Accepted { .. }));
        assert_eq!(first, second);
        let documents = host.ledger().unwrap().query("T#local#DOCUMENT", None, 10).await.unwrap();
        assert_eq!(documents.len(), 1);
    }

    #[tokio::test]
    async fn foreign_bytes_before_the_header_are_borne() {
        let state = receive(&MemoryHost::default(), "a.pdf", b"\r\n\r\n%PDF-1.4 x").await;
        assert!(matches!(state, UploadState::Accepted { .. }), "{state:?}");
    }

    #[tokio::test]
    async fn a_document_given_up_after_reading_goes_on_when_it_is_brought_again() {
        let host = MemoryHost::default();
        let state = receive(&host, "а.pdf", b"%PDF-1.7 one").await;
        let UploadState::Accepted { document } = state else { panic!("{state:?}") };
        let document = DocumentRef { tenant: TenantId::local(), document };
        let records = Records::new(host.ledger().unwrap());
        let given_up = |record: &mut DocumentRecord| {
            record.chunks = vec![domain::ChunkPlan { first_page: 1, pages: 1, recognize: false }];
            record.all_chunks_read = true;
            record.failure = Some((domain::StageName::RdAnalyzer, "не вышло".to_owned()));
        };
        records.update_document(&document, given_up).await.unwrap();
        while host.take_message(0).is_some() {}
        receive(&host, "б.pdf", b"%PDF-1.7 one").await;
        let sent: Vec<_> = host.contents().messages.into_iter().map(|(stage, _)| stage).collect();
        assert_eq!(sent, [domain::StageName::Indexer, domain::StageName::RdAnalyzer]);
        assert_eq!(records.document(&document).await.unwrap().unwrap().state(), DocumentState::Analyzing);
    }

    #[tokio::test]
    async fn a_file_dropped_under_its_users_own_name_is_copied_before_it_is_read() {
        let host = MemoryHost::default();
        let key = "local/АОСР № 1 + план.pdf";
        let uploads = host.blobs(Bucket::Uploads).unwrap();
        uploads.put(&BlobKey::dropped(key.to_owned()).unwrap(), Bytes::from_static(b"%PDF-1.7 one")).await.unwrap();
        let task = ReceiveUpload::of_object(key).unwrap();
        let body = serde_json::to_string(&task).unwrap();
        let delivery = Delivery { body, attempt: 1, left_ms: None };
        let stage = UploadHandler::build(&host).unwrap();
        for _ in 0..2 {
            assert_eq!(Handler::build(&host).unwrap().handle(&stage, &delivery).await, Verdict::Ack);
        }
        let records = Records::new(host.ledger().unwrap());
        let upload = records.upload(&task.upload).await.unwrap().unwrap();
        assert_eq!(upload.file_name, "АОСР № 1 + план.pdf");
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"%PDF-1.7 one") };
        assert_eq!(upload.state, UploadState::Accepted { document: document.document.clone() });
        let record = records.document(&document).await.unwrap().unwrap();
        let (bucket, source) = record.source(&document);
        assert_eq!(host.blobs(bucket).unwrap().get(&source).await.unwrap().unwrap(), "%PDF-1.7 one");
        assert_eq!(host.contents().blobs.keys().filter(|(bucket, _)| *bucket == Bucket::Uploads).count(), 1);
    }
}
