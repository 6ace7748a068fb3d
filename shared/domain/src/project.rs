use crate::{DocumentId, ProjectFileId, ProjectId, UploadId};
use serde::{Deserialize, Serialize};

/// Record of a project (объект) in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRecord {
    /// Name as the user gave it.
    pub name: String,
    /// When it was made, milliseconds since 1970.
    pub created_at_ms: u64,
    /// Its project file, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<ProjectFileId>,
}

/// What a client said of a file before it sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The SHA-256 of its bytes: the document that it will be.
    pub document: DocumentId,
    /// Its size.
    pub size_bytes: u64,
    /// The project that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    /// The project file that its acts are to be made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_file: Option<ProjectFileId>,
}

/// An entry in the list of a tenant's uploads. It counts only while the upload's record names the time under which
/// the entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedUpload {
    /// The upload.
    pub upload: UploadId,
    /// The project that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
}
