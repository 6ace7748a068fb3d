use domain::DocumentRef;

/// Tells whoever watches how far the reading is. A hint only: it may be lost, come twice or late; the ledger is
/// the truth.
pub trait Progress: Send + Sync {
    /// One page, numbered from 1, has been read.
    fn page_read(&self, document: &DocumentRef, page: u32);
}
