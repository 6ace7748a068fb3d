use crate::Failure;
use bytes::Bytes;
use domain::{BlobKey, Bucket, DocumentRecord, DocumentRef};
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

    /// Keeps the pages of one chunk as a PDF of their own, so that whoever reads them need not fetch all of a large document.
    pub async fn put_cut(&self, document: &DocumentRef, chunk: u32, bytes: Vec<u8>) -> Result<(), Failure> {
        Ok(self.pages.put(&BlobKey::chunk_source(document, chunk), bytes.into()).await?)
    }

    /// The pages of one chunk, when they were cut and are not read yet. Where there is no cut, [`Self::get`] has all.
    pub async fn cut(&self, document: &DocumentRef, chunk: u32) -> Result<Option<Bytes>, Failure> {
        Ok(self.pages.get(&BlobKey::chunk_source(document, chunk)).await?)
    }

    /// Takes the cut away again: what it shows stands in the document, and storage is most of what a document costs.
    pub async fn drop_cut(&self, document: &DocumentRef, chunk: u32) -> Result<(), Failure> {
        Ok(self.pages.delete(&BlobKey::chunk_source(document, chunk)).await?)
    }
}
