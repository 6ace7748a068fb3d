use crate::{edited, understand};
use domain::{AnalyzeSet, BlobKey, Bucket, DraftActs, Edit};
use pipeline::{Failure, PageStore, Records, Stage, TaskQueue, get_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::sync::Arc;

/// The analyzer of drawing sets: reads all pages of a document, writes `document.json` and `analysis.json`, and sends the
/// document on to the generator of acts.
pub struct RdAnalyzer {
    pages: PageStore,
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
    generator: TaskQueue<DraftActs>,
}

impl Stage for RdAnalyzer {
    type Task = AnalyzeSet;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            pages: PageStore::new(host.blobs(Bucket::Pages)?),
            results: host.blobs(Bucket::Results)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
            generator: TaskQueue::build(host)?,
        })
    }

    async fn run(&self, task: AnalyzeSet) -> Result<(), Failure> {
        let document = task.document;
        let record = self.records.known_document(&document).await?;
        if record.analyzed {
            return Ok(());
        }
        let pages = self.pages.pages(&document, &record.chunks).await?;
        let (id, file_name) = (document.document.clone(), record.file_name.clone());
        let edits: Vec<Edit> = get_json(self.results.as_ref(), &BlobKey::edits(&document)).await?.unwrap_or_default();
        let understood = move || {
            let (summary, mut analysis) = understand(&id, &file_name, &pages);
            edited(&mut analysis, &edits);
            (summary, analysis)
        };
        let (summary, analysis) = compute(self.compute.as_ref(), understood).await?;
        put_json(self.results.as_ref(), &BlobKey::summary(&document), &summary).await?;
        put_json(self.results.as_ref(), &BlobKey::analysis(&document), &analysis).await?;
        self.generator.send(&[DraftActs { document: document.clone() }]).await?;
        self.records.update_document(&document, |record| record.analyzed = true).await?;
        Ok(())
    }
}
