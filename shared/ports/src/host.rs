use crate::{Blobs, Clock, Compute, Ledger, Links, Model, NoModel, NoRecognizer, Notices, Progress, Queue, Recognizer};
use domain::{Bucket, MAX_FILE_BYTES, StageName};
use std::sync::Arc;

/// Something a stage asked for is not configured in this host. Stops the process at its start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("find {what}: set {how}")]
pub struct Missing {
    /// What was asked for: "bucket results".
    pub what: String,
    /// What to set: the name of a variable or an option.
    pub how: String,
}

/// Gives ports to stages. Lazy: only what a stage asks for is built and checked, so a function needs exactly the
/// permissions of its stage.
pub trait Host {
    /// Objects of a bucket.
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing>;

    /// The sending end of a stage's queue.
    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing>;

    /// Records of documents, uploads and chunk sets.
    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing>;

    /// The pool for CPU-bound work.
    fn compute(&self) -> Result<Arc<dyn Compute>, Missing>;

    /// Where progress is told.
    fn progress(&self) -> Result<Arc<dyn Progress>, Missing>;

    /// Links by which clients reach objects.
    fn links(&self) -> Result<Arc<dyn Links>, Missing>;

    /// Where the administrator is told.
    fn notices(&self) -> Result<Arc<dyn Notices>, Missing>;

    /// How large a file this host can take: whoever reads a document holds it whole in memory. Never more than
    /// [`MAX_FILE_BYTES`], which is the answer of a host that has the memory of a machine.
    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        Ok(MAX_FILE_BYTES)
    }

    /// What reads the letters of pictures. A host that has none gives one that is not ready.
    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        Ok(Arc::new(NoRecognizer))
    }

    /// A language model. A host that has none gives one that is not configured.
    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        Ok(Arc::new(NoModel))
    }

    /// The time.
    fn clock(&self) -> Result<Arc<dyn Clock>, Missing>;
}
