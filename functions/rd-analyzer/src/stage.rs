use crate::model::{Consulted, Ladder, consult, telling_pages};
use crate::{Added, edited, understand_with};
use bytes::Bytes;
use domain::{
    Amendments, AmendmentsId, AnalyzeSet, BlobKey, Bucket, DocumentRecord, DocumentRef, DraftActs, Edit, StageName,
    Workbook,
};
use pipeline::{Failure, PageStore, Records, Stage, TaskQueue, known_json, metrics, put_json};
use ports::{Blobs, Clock, Compute, Host, Missing, Model, compute};
use std::sync::Arc;

/// How long a model is asked for less, after it was asked for everything as long as the service level allows.
const SIMPLIFIED_FOR_MS: u64 = 90_000;

/// What is left of the stage's own limit when no model is asked any more: time to write.
const RESERVE_MS: u64 = 20_000;

/// The analyzer of drawing sets: reads all pages of a document, writes `document.json` and `analysis.json`, and sends the
/// document on to the generator of acts. The rules are done at once; a model, where there is one, is asked after them.
pub struct RdAnalyzer {
    pages: PageStore,
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
    model: Arc<dyn Model>,
    clock: Arc<dyn Clock>,
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
            model: host.model()?,
            clock: host.clock()?,
            generator: TaskQueue::build(host)?,
        })
    }

    async fn run(&self, task: AnalyzeSet) -> Result<(), Failure> {
        let document = task.document;
        let began_ms = self.clock.now_ms();
        let record = self.records.known_document(&document).await?;
        if record.analyzed {
            return Ok(());
        }
        let pages = self.pages.pages(&document, &record.chunks).await?;
        let (id, file_name) = (document.document.clone(), record.file_name.clone());
        let edition = record.edition(&document);
        let (edits, workbooks) = self.added(&document, edition.amendments.as_ref()).await?;
        let is_asked = self.model.is_configured();
        let (mut summary, mut analysis, telling) = compute(self.compute.as_ref(), move || {
            let added = Added::of(&edits, &workbooks);
            let (summary, mut analysis) = understand_with(&id, &file_name, &pages, added);
            edited(&mut analysis, &edits);
            let telling = if is_asked { telling_pages(&pages, &analysis) } else { Vec::new() };
            (summary, analysis, telling)
        })
        .await?;
        if is_asked {
            let (model, clock) = (self.model.as_ref(), self.clock.as_ref());
            let ladder = ladder(began_ms, &record);
            let consulted = consult(model, clock, ladder, &document, &telling, &analysis).await?;
            let Consulted { opinion, warning, spent } = consulted;
            metrics::model_used(spent);
            let (tokens_in, tokens_out) = (spent.tokens_in, spent.tokens_out);
            let id = document.document.as_str();
            tracing::info!(
                document.id = id,
                tokens_in,
                tokens_out,
                "the model took {tokens_in} tokens and gave {tokens_out}"
            );
            summary.warnings.extend(warning.clone());
            analysis.warnings.extend(warning);
            analysis.model = opinion;
        }
        put_json(self.results.as_ref(), &BlobKey::summary(&edition), &summary).await?;
        put_json(self.results.as_ref(), &BlobKey::analysis(&edition), &analysis).await?;
        self.generator.send(&[DraftActs { document: document.clone() }]).await?;
        let note = |record: &mut DocumentRecord| {
            // What was added meanwhile is understood by a message of its own.
            record.analyzed |= record.amendments == edition.amendments;
        };
        self.records.update_document(&document, note).await?;
        Ok(())
    }
}

impl RdAnalyzer {
    /// What persons added to the document: edits, and workbooks with their bytes.
    async fn added(
        &self,
        document: &DocumentRef,
        id: Option<&AmendmentsId>,
    ) -> Result<(Vec<Edit>, Vec<(Workbook, Bytes)>), Failure> {
        let Some(id) = id else { return Ok((Vec::new(), Vec::new())) };
        let amendments: Amendments = known_json(self.results.as_ref(), &BlobKey::amendments(document, id)).await?;
        let mut workbooks = Vec::new();
        for workbook in amendments.workbooks {
            let key = BlobKey::workbook(&document.tenant, &workbook.workbook);
            let bytes = self.results.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))?;
            workbooks.push((workbook, bytes));
        }
        Ok((amendments.edits, workbooks))
    }
}

/// A later delivery inherits what is left of the document's deadline; no delivery passes the limit of the stage.
fn ladder(began_ms: u64, record: &DocumentRecord) -> Ladder {
    let stage = StageName::RdAnalyzer;
    let level_ms = stage.service_level().map_or(0, |level| level.limit_ms);
    let deadline_ms = record.deadlines.get(&stage).copied().unwrap_or(began_ms.saturating_add(level_ms));
    let last_ms = began_ms.saturating_add(stage.limit_ms().saturating_sub(RESERVE_MS));
    Ladder {
        full_until_ms: deadline_ms.min(last_ms),
        simplified_until_ms: deadline_ms.saturating_add(SIMPLIFIED_FOR_MS).min(last_ms),
    }
}
