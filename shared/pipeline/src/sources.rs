use crate::Failure;
use bytes::Bytes;
use domain::{Bucket, DocumentRecord, DocumentRef};
use ports::{Blobs, Host, Missing};
use std::sync::Arc;

/// The bytes of documents as their users brought them.
#[derive(Clone)]
pub struct Sources {
    uploads: Arc<dyn Blobs>,
    pages: Arc<dyn Blobs>,
}

impl Sources {
    /// Takes the buckets in which they lie.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self { uploads: host.blobs(Bucket::Uploads)?, pages: host.blobs(Bucket::Pages)? })
    }

    /// All bytes of a document, or `Retry` when they are not there.
    pub async fn get(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<Bytes, Failure> {
        let (bucket, key) = record.source(document);
        let blobs = if bucket == Bucket::Uploads { &self.uploads } else { &self.pages };
        blobs.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))
    }
}
