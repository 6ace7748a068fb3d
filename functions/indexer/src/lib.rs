//! Makes the text of a document searchable: one immutable full-text split per document.

use bytes::Bytes;
use domain::{BlobKey, Bucket, IndexDocument};
use fulltext::FulltextError;
use pipeline::{Failure, PageStore, Records, Stage};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::sync::Arc;

/// The indexer.
pub struct Indexer {
    pages: PageStore,
    index: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
}

/// Why a document could not be indexed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The split could not be built.
    #[error("build the full-text split")]
    Build(#[from] FulltextError),
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Build(_) => Failure::retry("index a document", error),
        }
    }
}

impl Stage for Indexer {
    type Task = IndexDocument;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            pages: PageStore::new(host.blobs(Bucket::Pages)?),
            index: host.blobs(Bucket::Index)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
        })
    }

    async fn run(&self, task: IndexDocument) -> Result<(), Failure> {
        let document = task.document;
        let record = self.records.known_document(&document).await?;
        if !record.indexed {
            let pages = self.pages.pages(&document, &record.chunks).await?;
            let id = document.document.clone();
            let built = compute(self.compute.as_ref(), move || fulltext::build_split(&id, &pages)).await?;
            let split = built.map_err(IndexError::Build)?;
            self.index.put(&BlobKey::split(&document), Bytes::from(split)).await?;
        }
        let record = self.records.update_document(&document, |record| record.indexed = true).await?;
        if record.state().is_terminal() {
            self.records.unwatch(&document).await?;
        }
        Ok(())
    }
}
