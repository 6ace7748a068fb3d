use crate::{Failure, TaskQueue};
use domain::{
    AnalyzeSet, BuildBundle, DocumentRecord, DocumentRef, DocumentState, DraftActs, IndexDocument, SplitDocument,
};
use ports::{Host, Missing};

/// Sends a document whatever message its record says comes next. All of them may come twice, so sending again is how a
/// document that stands still, or was given up and is brought again, goes on from where it stopped.
pub struct Onward {
    splitter: TaskQueue<SplitDocument>,
    indexer: TaskQueue<IndexDocument>,
    analyzer: TaskQueue<AnalyzeSet>,
    generator: TaskQueue<DraftActs>,
    binder: TaskQueue<BuildBundle>,
}

impl Onward {
    /// Takes the queues of all stages of a document's way.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            splitter: TaskQueue::build(host)?,
            indexer: TaskQueue::build(host)?,
            analyzer: TaskQueue::build(host)?,
            generator: TaskQueue::build(host)?,
            binder: TaskQueue::build(host)?,
        })
    }

    /// Sends what comes next; nothing when the document is over.
    pub async fn send(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<(), Failure> {
        let document = document.clone();
        if record.all_chunks_read && !record.indexed && !record.state().is_terminal() {
            self.indexer.send(&[IndexDocument { document: document.clone() }]).await?;
        }
        match record.state() {
            DocumentState::Accepted | DocumentState::Reading => self.splitter.send(&[SplitDocument { document }]).await,
            DocumentState::Analyzing => self.analyzer.send(&[AnalyzeSet { document }]).await,
            DocumentState::Drafting => self.generator.send(&[DraftActs { document }]).await,
            DocumentState::Binding => self.binder.send(&[BuildBundle { document }]).await,
            DocumentState::Done | DocumentState::Rejected | DocumentState::Failed => Ok(()),
        }
    }
}
