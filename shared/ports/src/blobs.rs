use crate::PortError;
use async_trait::async_trait;
use bytes::Bytes;
use domain::BlobKey;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use std::ops::Range;

/// An object in pieces of any size, as they come; an error among them ends it.
pub type Pieces = BoxStream<'static, Result<Bytes, PortError>>;

/// Objects of one bucket. Reads see the last write that was answered.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// The whole object, or `None` when there is none.
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>, PortError>;

    /// The bytes of `range`, cut at the end of the object; `None` when there is no such object.
    async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Option<Bytes>, PortError>;

    /// Size in bytes, or `None` when there is no such object.
    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, PortError>;

    /// Writes the object, replacing what was there. Atomic and durable: after `Ok` a reader, even after a loss of
    /// power, sees all of it; after `Err` a reader sees the old object or all of the new one, never a part.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError>;

    /// Writes an object that is larger than memory, piece by piece, with the promises of [`Self::put`]. When a piece is an
    /// error nothing is written and the error comes back.
    async fn put_pieces(&self, key: &BlobKey, mut pieces: Pieces) -> Result<(), PortError> {
        let mut whole = Vec::new();
        while let Some(piece) = pieces.next().await {
            whole.extend_from_slice(&piece?);
        }
        self.put(key, whole.into()).await
    }

    /// Removes the object; removing what is not there is `Ok`.
    async fn delete(&self, key: &BlobKey) -> Result<(), PortError>;

    /// Keys that begin with `prefix`, sorted. The prefix ends at a `/` or is empty.
    async fn list(&self, prefix: &str) -> Result<Vec<BlobKey>, PortError>;
}
