use crate::{Failure, Records, TaskQueue};
use bytes::Bytes;
use domain::{
    Announcement, BlobKey, Bucket, DocumentId, DocumentRef, DocumentState, OUTPUT_REVISION, ProjectFileId, ProjectId,
    ReceiveUpload, TenantId, UploadId, UploadRecord, UploadRef, UploadState,
};
use ports::{Blobs, Clock, Host, Missing};
use std::sync::Arc;

/// A file as its user speaks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedFile {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name: one segment, no control characters.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub document: DocumentId,
    /// Its size.
    pub size_bytes: u64,
    /// The project that it belongs to.
    pub project: Option<ProjectId>,
    /// The project file that its acts are to be made with; its bytes are stored already.
    pub project_file: Option<ProjectFileId>,
}

impl AnnouncedFile {
    /// The id of the upload: it follows from content, name and project, so that a repeat is the same upload.
    pub fn upload(&self) -> UploadRef {
        let upload = match &self.project {
            Some(project) => UploadId::in_project(&self.document, &self.name, project),
            None => UploadId::of(&self.document, &self.name),
        };
        UploadRef { tenant: self.tenant.clone(), upload }
    }
}

/// What became of an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// The document is done already: there is nothing to send.
    Done,
    /// The bytes are there already; the upload is queued.
    Queued,
    /// The bytes must be sent.
    AwaitsBytes,
}

/// Takes files in: what stands between a user's file and the first stage.
#[derive(Clone)]
pub struct Intake {
    records: Records,
    uploads: Arc<dyn Blobs>,
    results: Arc<dyn Blobs>,
    receiver: Arc<TaskQueue<ReceiveUpload>>,
    clock: Arc<dyn Clock>,
}

impl Intake {
    /// Takes the ports it needs.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            records: Records::new(host.ledger()?),
            uploads: host.blobs(Bucket::Uploads)?,
            results: host.blobs(Bucket::Results)?,
            receiver: Arc::new(TaskQueue::build(host)?),
            clock: host.clock()?,
        })
    }

    /// Writes down that a file will come. The same file under the same name is the same upload; unless it is done, it
    /// comes to the top of the list again and, when it was refused or given up, is tried anew. After an error the same
    /// call again is right.
    pub async fn announce(&self, file: &AnnouncedFile) -> Result<Announced, Failure> {
        let done = self.is_done(file).await?;
        self.write_down(file, done).await
    }

    async fn write_down(&self, file: &AnnouncedFile, done: bool) -> Result<Announced, Failure> {
        let upload = file.upload();
        let project = file.project.as_ref();
        let known = self.records.upload(&upload).await?;
        let keeps_place = |known: &UploadRecord| done && matches!(known.state, UploadState::Accepted { .. });
        let received_at_ms =
            known.filter(keeps_place).map_or_else(|| self.clock.now_ms(), |known| known.received_at_ms);
        let state =
            if done { UploadState::Accepted { document: file.document.clone() } } else { UploadState::Received };

        let (document, size_bytes) = (file.document.clone(), file.size_bytes);
        let announcement = Announcement {
            document,
            size_bytes,
            project: file.project.clone(),
            project_file: file.project_file.clone(),
        };
        self.records.note_announcement(&upload, &announcement).await?;
        self.records.list_upload(&upload, project, received_at_ms).await?;
        let record = UploadRecord::new(&file.name, received_at_ms, state);
        let before = self.records.bring_upload(&upload, &record).await?;
        if let Some(before) = before.filter(|before| before.received_at_ms != received_at_ms) {
            self.records.unlist_upload(&upload, project, before.received_at_ms).await?;
        }
        if done {
            return Ok(Announced::Done);
        }
        if self.uploads.size(&BlobKey::upload(&upload)).await? != Some(size_bytes) {
            return Ok(Announced::AwaitsBytes);
        }
        self.receiver.send(&[ReceiveUpload::announced(upload)]).await?;
        Ok(Announced::Queued)
    }

    /// Takes a file whose bytes are at hand and are what `file` says of them. When this returns `Ok`, the file and the
    /// intent to process it survive a loss of power.
    pub async fn take(&self, file: &AnnouncedFile, bytes: Bytes) -> Result<UploadRef, Failure> {
        let upload = file.upload();
        let key = BlobKey::upload(&upload);
        let done = self.is_done(file).await?;
        if !done && self.uploads.size(&key).await? != Some(file.size_bytes) {
            self.uploads.put(&key, bytes).await?;
        }
        match self.write_down(file, done).await? {
            Announced::Done | Announced::Queued => Ok(upload),
            Announced::AwaitsBytes => Err(Failure::not_there(key.to_string())),
        }
    }

    /// Keeps a project file that was found good; its id follows from its bytes, so the same file is kept once.
    pub async fn keep_project_file(&self, tenant: &TenantId, bytes: Bytes) -> Result<ProjectFileId, Failure> {
        let id = ProjectFileId::of(&bytes);
        let key = BlobKey::project_file(tenant, &id);
        if self.results.size(&key).await? != Some(bytes.len() as u64) {
            self.results.put(&key, bytes).await?;
        }
        Ok(id)
    }

    /// Keeps a file that documents of acts name; its key follows from its bytes, so the same file is kept once.
    pub async fn keep_attachment(&self, tenant: &TenantId, content: &DocumentId, bytes: Bytes) -> Result<(), Failure> {
        let key = BlobKey::attachment(tenant, content);
        if self.results.size(&key).await? != Some(bytes.len() as u64) {
            self.results.put(&key, bytes).await?;
        }
        Ok(())
    }

    async fn is_done(&self, file: &AnnouncedFile) -> Result<bool, Failure> {
        let document = DocumentRef { tenant: file.tenant.clone(), document: file.document.clone() };
        let record = self.records.document(&document).await?;
        let current = record.filter(|record| record.output_revision == OUTPUT_REVISION);
        let current = current.filter(|record| record.project_file == file.project_file);
        Ok(current.is_some_and(|record| record.state() == DocumentState::Done))
    }
}
