use crate::PortError;
use async_trait::async_trait;
use domain::{BlobKey, Bucket, DocumentId};

/// Where and how a client sends a file straight to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadLink {
    /// `PUT` to this address, once.
    pub url: String,
    /// Headers that must be sent as they are: they are part of the signature, the size and the hash among them.
    pub headers: Vec<(String, String)>,
    /// When it ends, milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// Links by which clients reach objects past the API: signed, short-lived, for one object. A host whose API serves the
/// bytes itself answers `None`.
#[async_trait]
pub trait Links: Send + Sync {
    /// A link to fetch an object, ending within the hour, under which the file is saved as `file_name`. It is made without asking
    /// whether the object exists.
    async fn download(
        &self,
        bucket: Bucket,
        key: &BlobKey,
        file_name: Option<&str>,
    ) -> Result<Option<String>, PortError>;

    /// A link to send a file of this size and content to the uploads. The store refuses other bytes, and a second
    /// object under the same key.
    async fn upload(
        &self,
        key: &BlobKey,
        size_bytes: u64,
        content: &DocumentId,
    ) -> Result<Option<UploadLink>, PortError>;
}

/// The links of a host whose API serves the bytes itself: none.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServedByItself;

#[async_trait]
impl Links for ServedByItself {
    async fn download(&self, _: Bucket, _: &BlobKey, _: Option<&str>) -> Result<Option<String>, PortError> {
        Ok(None)
    }

    async fn upload(&self, _: &BlobKey, _: u64, _: &DocumentId) -> Result<Option<UploadLink>, PortError> {
        Ok(None)
    }
}
