use domain::DocumentRef;
use ports::Progress;

/// Progress that nobody watches: who asks, asks the ledger.
#[derive(Debug, Clone, Copy, Default)]
pub struct SilentProgress;

impl Progress for SilentProgress {
    fn page_read(&self, _document: &DocumentRef, _page: u32) {}
}
