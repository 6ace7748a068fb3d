//! Reads the pages of one chunk: words with boxes, repaired, and a thumbnail each. Whoever finishes the last chunk sends
//! the document on to the indexer and the analyzer.

use domain::{
    AnalyzeSet, Bucket, ChunkPlan, DocumentId, DocumentRecord, DocumentRef, ExtractPages, IndexDocument, Page,
};
use futures_util::future::try_join_all;
use pdf::{Document, Limits, OpenError};
use pipeline::{Failure, PageStore, Records, Sources, Stage, TaskQueue};
use ports::{Compute, Host, Missing, Progress, compute};
use std::sync::{Arc, Mutex, PoisonError};

/// Longer side of a thumbnail.
pub const THUMBNAIL_SIDE_PX: u32 = 320;

/// Why a chunk could not be read. A page that cannot be read is no error: it comes back with its fault.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The task names a chunk that the plan does not have.
    #[error("find chunk {0} in the plan of the document")]
    UnknownChunk(u32),
    /// The splitter could open the document and this stage cannot.
    #[error("open the document")]
    Open(#[from] OpenError),
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::UnknownChunk(_) | ExtractError::Open(_) => Failure::retry("read a chunk", error),
        }
    }
}

/// The page extractor.
pub struct PageExtractor {
    sources: Sources,
    pages: PageStore,
    records: Records,
    compute: Arc<dyn Compute>,
    progress: Arc<dyn Progress>,
    indexer: TaskQueue<IndexDocument>,
    analyzer: TaskQueue<AnalyzeSet>,
    /// The document opened last: its chunks come one after another, and its fonts are parsed once.
    opened: Mutex<Option<(DocumentId, Arc<Document>)>>,
}

impl Stage for PageExtractor {
    type Task = ExtractPages;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            sources: Sources::build(host)?,
            pages: PageStore::new(host.blobs(Bucket::Pages)?),
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
            progress: host.progress()?,
            indexer: TaskQueue::build(host)?,
            analyzer: TaskQueue::build(host)?,
            opened: Mutex::new(None),
        })
    }

    async fn run(&self, task: ExtractPages) -> Result<(), Failure> {
        let document = task.document;
        let record = self.records.known_document(&document).await?;
        let planned = usize::try_from(task.chunk).ok().and_then(|chunk| record.chunks.get(chunk));
        let plan = planned.ok_or(ExtractError::UnknownChunk(task.chunk))?;
        if !self.pages.has_chunk(&document, task.chunk).await? {
            self.read(&document, &record, task.chunk, plan).await?;
        }
        let chunk_count = u32::try_from(record.chunks.len()).unwrap_or(u32::MAX);
        let finished = self.records.finish_chunk(&document, record.output_revision, task.chunk, chunk_count).await?;
        if finished == chunk_count {
            self.send_on(&document).await?;
        }
        Ok(())
    }
}

impl PageExtractor {
    async fn read(
        &self,
        document: &DocumentRef,
        record: &DocumentRecord,
        chunk: u32,
        plan: &ChunkPlan,
    ) -> Result<(), Failure> {
        let opened = self.open(document, record).await?;
        let numbers = plan.first_page..plan.first_page + plan.pages;
        let read = try_join_all(numbers.map(|number| {
            let opened = Arc::clone(&opened);
            async move {
                let page = compute(self.compute.as_ref(), move || read_page(&opened, number)).await?;
                self.progress.page_read(document, number);
                Ok::<_, Failure>(page)
            }
        }));
        let (pages, thumbnails): (Vec<Page>, Vec<Vec<u8>>) = read.await?.into_iter().unzip();
        self.pages.put_chunk(document, chunk, &pages, &thumbnails).await
    }

    async fn open(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<Arc<Document>, Failure> {
        let cached = self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((id, opened)) = cached
            && id == document.document
        {
            return Ok(opened);
        }
        let bytes = self.sources.get(document, record).await?;
        let opened =
            compute(self.compute.as_ref(), move || Document::open(Arc::new(bytes.into()), &Limits::default())).await?;
        let opened = Arc::new(opened.map_err(ExtractError::Open)?);
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((document.document.clone(), Arc::clone(&opened)));
        Ok(opened)
    }

    /// Sends first and notes afterwards: a crash between the two sends twice, never not at all.
    async fn send_on(&self, document: &DocumentRef) -> Result<(), Failure> {
        if self.records.known_document(document).await?.all_chunks_read {
            return Ok(());
        }
        self.analyzer.send(&[AnalyzeSet { document: document.clone() }]).await?;
        self.indexer.send(&[IndexDocument { document: document.clone() }]).await?;
        self.records.update_document(document, |record| record.all_chunks_read = true).await?;
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }
}

fn read_page(document: &Document, number: u32) -> (Page, Vec<u8>) {
    let page = document.read_page(number);
    let thumbnail = document.thumbnail(number, THUMBNAIL_SIDE_PX).unwrap_or_default();
    (page, thumbnail)
}
