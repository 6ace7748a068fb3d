//! Drafts the acts of inspection of hidden works (АОСР): one per work, in the official form, as PDF. What the set does
//! not say stays blank.

mod draft;

pub use draft::{act_file_name, draft_acts};

use bytes::Bytes;
use domain::{Act, ActFile, ActSet, Analysis, BlobKey, Bucket, BuildBundle, DocumentRef, DocumentSummary, DraftActs};
use forms::{FormsError, WrittenPdf};
use futures_util::future::try_join_all;
use pipeline::{Failure, Records, Stage, TaskQueue, known_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::sync::Arc;

/// Why the acts could not be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The typesetter refused.
    #[error("typeset act {number}")]
    Typeset {
        /// Number of the act.
        number: String,
        /// Why.
        #[source]
        source: FormsError,
    },
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Typeset { .. } => Failure::retry("draft the acts", error),
        }
    }
}

/// The generator of acts.
pub struct AosrGenerator {
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
    binder: TaskQueue<BuildBundle>,
}

impl Stage for AosrGenerator {
    type Task = DraftActs;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            results: host.blobs(Bucket::Results)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
            binder: TaskQueue::build(host)?,
        })
    }

    async fn run(&self, task: DraftActs) -> Result<(), Failure> {
        let document = task.document;
        if self.records.known_document(&document).await?.acts.is_some() {
            return Ok(());
        }
        let summary: DocumentSummary = known_json(self.results.as_ref(), &BlobKey::summary(&document)).await?;
        let analysis: Analysis = known_json(self.results.as_ref(), &BlobKey::analysis(&document)).await?;
        let acts = draft_acts(&summary, &analysis);
        let files = try_join_all(acts.iter().enumerate().map(|(index, act)| self.write(&document, index, act))).await?;
        let act_count = u32::try_from(acts.len()).unwrap_or(u32::MAX);
        put_json(self.results.as_ref(), &BlobKey::acts(&document), &ActSet { acts, files }).await?;
        self.binder.send(&[BuildBundle { document: document.clone() }]).await?;
        self.records.update_document(&document, |record| record.acts = Some(act_count)).await?;
        Ok(())
    }
}

impl AosrGenerator {
    async fn write(&self, document: &DocumentRef, index: usize, act: &Act) -> Result<ActFile, Failure> {
        let typeset = {
            let act = act.clone();
            compute(self.compute.as_ref(), move || forms::act_pdf(&act)).await?
        };
        let WrittenPdf { bytes, pages, .. } =
            typeset.map_err(|source| DraftError::Typeset { number: act.number.clone(), source })?;
        self.results.put(&BlobKey::act_pdf(document, index), Bytes::from(bytes)).await?;
        Ok(ActFile { number: act.number.clone(), file: act_file_name(&act.number), pages })
    }
}
