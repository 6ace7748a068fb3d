//! Reads the pages of one chunk: words with boxes, repaired, and a thumbnail each. Whoever finishes the last chunk sends
//! the document on to the indexer and the analyzer.

use domain::{Bucket, ChunkPlan, DocumentId, DocumentRecord, DocumentRef, ExtractPages, Page};
use futures_util::future::try_join_all;
use pdf::{Document, Limits, OpenError};
use pipeline::{ChunkSet, Failure, PageStore, Sources, Stage};
use ports::{Compute, Host, Missing, Progress, compute};
use std::sync::{Arc, Mutex, PoisonError};

/// Longer side of a thumbnail.
pub const THUMBNAIL_SIDE_PX: u32 = 320;

/// Why a chunk could not be read. A page that cannot be read is no error: it comes back with its fault.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The splitter could open the document and this stage cannot.
    #[error("open the document")]
    Open(#[from] OpenError),
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::Open(_) => Failure::retry("read a chunk", error),
        }
    }
}

/// The page extractor.
pub struct PageExtractor {
    sources: Sources,
    pages: PageStore,
    chunks: ChunkSet,
    compute: Arc<dyn Compute>,
    progress: Arc<dyn Progress>,
    /// The document opened last: its chunks come one after another, and its fonts are parsed once.
    opened: Mutex<Option<(DocumentId, Arc<Document>)>>,
}

impl Stage for PageExtractor {
    type Task = ExtractPages;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            sources: Sources::build(host)?,
            pages: PageStore::new(host.blobs(Bucket::Pages)?),
            chunks: ChunkSet::build(host)?,
            compute: host.compute()?,
            progress: host.progress()?,
            opened: Mutex::new(None),
        })
    }

    async fn run(&self, task: ExtractPages) -> Result<(), Failure> {
        let document = task.document;
        let (record, plan) = self.chunks.planned(&document, task.chunk).await?;
        if !self.pages.has_chunk(&document, task.chunk).await? {
            self.read(&document, &record, task.chunk, &plan).await?;
        }
        if self.chunks.finish(&document, &record, task.chunk).await? {
            *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = None;
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
}

fn read_page(document: &Document, number: u32) -> (Page, Vec<u8>) {
    let page = document.read_page(number);
    let thumbnail = document.thumbnail(number, THUMBNAIL_SIDE_PX).unwrap_or_default();
    (page, thumbnail)
}
