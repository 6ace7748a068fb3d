//! Opens the document, probes every page, plans chunks by weight and sends one task per chunk. Out of a large document it
//! cuts the pages that are to be read from their pictures. What cannot be opened is refused here, with a sentence that says
//! what to do.

mod plan;
mod refusal;

pub use plan::{CHUNK_WEIGHT, MAX_CHUNK_PAGES, ProbedPage, page_weight, plan_chunks};
pub use refusal::refusal;

use domain::{ChunkPlan, DocumentRecord, DocumentRef, ExtractPages, RecognizePages, SplitDocument};
use pdf::{Document, Limits, OpenError, Verdict};
use pipeline::{Failure, Records, Sources, Stage, TaskQueue};
use ports::{Compute, Host, Missing, compute};
use std::sync::Arc;

/// Documents of this size and so many tasks of pictures are cut: each task would fetch the whole file.
pub const CUT_FROM_BYTES: usize = 8 << 20;
/// See [`CUT_FROM_BYTES`].
pub const CUT_FROM_TASKS: usize = 4;

/// The splitter.
pub struct PdfSplitter {
    sources: Sources,
    records: Records,
    compute: Arc<dyn Compute>,
    extractor: TaskQueue<ExtractPages>,
    recognizer: TaskQueue<RecognizePages>,
}

impl Stage for PdfSplitter {
    type Task = SplitDocument;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            sources: Sources::build(host)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
            extractor: TaskQueue::build(host)?,
            recognizer: TaskQueue::build(host)?,
        })
    }

    async fn run(&self, task: SplitDocument) -> Result<(), Failure> {
        let document = task.document;
        let mut record = self.records.known_document(&document).await?;
        if record.chunks.is_empty() {
            record = self.plan(&document, &record).await?;
        }
        if record.all_chunks_read {
            return Ok(());
        }
        let chunk_count = u32::try_from(record.chunks.len()).unwrap_or(u32::MAX);
        let finished = self.records.finished_chunks(&document, record.output_revision, chunk_count).await?;
        let mut open: Vec<u32> = (0..chunk_count).filter(|chunk| !finished.contains(chunk)).collect();
        if open.is_empty() {
            // Every chunk is read and yet nobody said so: whoever repeats a chunk closes the set.
            open.push(0);
        }
        let (mut text, mut pictures) = (Vec::new(), Vec::new());
        for (chunk, plan) in (0..).zip(&record.chunks).filter(|(chunk, _)| open.contains(chunk)) {
            if plan.recognize {
                pictures.push(RecognizePages { document: document.clone(), chunk });
            } else {
                text.push(ExtractPages { document: document.clone(), chunk });
            }
        }
        self.extractor.send(&text).await?;
        self.recognizer.send(&pictures).await
    }
}

impl PdfSplitter {
    async fn plan(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<DocumentRecord, Failure> {
        let bytes = self.sources.get(document, record).await?;
        let size_bytes = bytes.len();
        let probed = compute(self.compute.as_ref(), move || probe(bytes)).await?;
        let (opened, pages) = probed.map_err(|error| {
            let (code, message) = refusal(&error, &record.file_name);
            Failure::Reject { code, message }
        })?;
        let chunks = plan_chunks(&pages);
        if size_bytes >= CUT_FROM_BYTES && chunks.iter().filter(|plan| plan.recognize).count() >= CUT_FROM_TASKS {
            self.cut(document, opened, &chunks).await?;
        }
        let planned = self.records.update_document(document, |record| {
            record.pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            record.chunks.clone_from(&chunks);
        });
        Ok(planned.await?)
    }

    /// Keeps the chunks of pictures as small PDFs, one after another. A chunk that cannot be cut is read from the document.
    async fn cut(&self, document: &DocumentRef, opened: Document, chunks: &[ChunkPlan]) -> Result<(), Failure> {
        let opened = Arc::new(opened);
        for (chunk, plan) in (0..).zip(chunks).filter(|(_, plan)| plan.recognize) {
            let (own, first_page, pages) = (Arc::clone(&opened), plan.first_page, plan.pages);
            let cut = compute(self.compute.as_ref(), move || own.cut(first_page, pages)).await?;
            if let Some(bytes) = cut {
                self.sources.put_cut(document, chunk, bytes).await?;
            }
        }
        Ok(())
    }
}

fn probe(bytes: bytes::Bytes) -> Result<(Document, Vec<ProbedPage>), OpenError> {
    let document = Document::open(Arc::new(bytes.into()), &Limits::default())?;
    let look = |number| ProbedPage {
        plan: document.probe(number),
        recognize: document.read_page_judged(number).verdict != Verdict::Trust,
    };
    let pages = (1..=document.page_count()).map(look).collect();
    Ok((document, pages))
}
