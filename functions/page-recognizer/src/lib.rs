//! Reads the pages of one chunk from their pictures (OCR), where the splitter found no text layer or one that lies: whole
//! pages, or the bad parts of pages whose rest is good. Text pages never wait for it: it has a queue of its own. What was
//! recognised once in a picture is not recognised again.

use domain::{BlobKey, Bucket, DocumentRecord, DocumentRef, Page, RecognizePages, Rect};
use ocr::ReadError;
use pdf::{Document, Limits, OpenError, Picture, Reading, Recognised, Verdict, put_recognised};
use pipeline::{ChunkSet, Failure, PageStore, Sources, Stage, get_json, put_json};
use ports::{Blobs, Compute, Host, Missing, Progress, Recognizer, compute};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Longer side of a thumbnail.
pub const THUMBNAIL_SIDE_PX: u32 = 320;

/// Why a chunk could not be read. A page that cannot be drawn is no error: it stays as its text layer has it.
#[derive(Debug, thiserror::Error)]
pub enum RecognizeError {
    /// The splitter could open the document and this stage cannot.
    #[error("open the document")]
    Open(#[from] OpenError),
    /// The recogniser failed.
    #[error("recognise page {page}")]
    Read {
        /// Which page, from 1.
        page: u32,
        /// Why.
        #[source]
        source: ReadError,
    },
}

impl From<RecognizeError> for Failure {
    fn from(error: RecognizeError) -> Self {
        match error {
            RecognizeError::Open(_) | RecognizeError::Read { .. } => Failure::retry("read a chunk", error),
        }
    }
}

/// The page recogniser.
pub struct PageRecognizer {
    sources: Sources,
    blobs: Arc<dyn Blobs>,
    pages: PageStore,
    chunks: ChunkSet,
    compute: Arc<dyn Compute>,
    recognizer: Arc<dyn Recognizer>,
    progress: Arc<dyn Progress>,
}

impl Stage for PageRecognizer {
    type Task = RecognizePages;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        let blobs = host.blobs(Bucket::Pages)?;
        Ok(Self {
            sources: Sources::build(host)?,
            pages: PageStore::new(Arc::clone(&blobs)),
            blobs,
            chunks: ChunkSet::build(host)?,
            compute: host.compute()?,
            recognizer: host.recognizer()?,
            progress: host.progress()?,
        })
    }

    async fn run(&self, task: RecognizePages) -> Result<(), Failure> {
        let document = task.document;
        let (record, plan) = self.chunks.planned(&document, task.chunk).await?;
        if !self.pages.has_chunk(&document, task.chunk).await? {
            let opened = self.open(&document, &record, task.chunk, plan.first_page).await?;
            let (mut pages, mut thumbnails) = (Vec::new(), Vec::new());
            // One after the other: the picture of a sheet takes a hundred megabytes.
            for number in plan.first_page..plan.first_page + plan.pages {
                let (page, thumbnail) = self.read_page(&document, &opened, number).await?;
                self.progress.page_read(&document, number);
                pages.push(page);
                thumbnails.push(thumbnail);
            }
            self.pages.put_chunk(&document, task.chunk, &pages, &thumbnails).await?;
        }
        self.sources.drop_cut(&document, task.chunk).await?;
        self.chunks.finish(&document, &record, task.chunk).await.map(drop)
    }
}

impl PageRecognizer {
    /// The pages of a chunk, numbered as in the document: those that the splitter cut, or the whole document.
    async fn open(
        &self,
        document: &DocumentRef,
        record: &DocumentRecord,
        chunk: u32,
        first_page: u32,
    ) -> Result<Arc<Document>, Failure> {
        let (bytes, first_page) = match self.sources.cut(document, chunk).await? {
            Some(bytes) => (bytes, first_page),
            None => (self.sources.get(document, record).await?, 1),
        };
        let open = move || Document::open_cut(Arc::new(bytes.into()), &Limits::default(), first_page);
        let opened = compute(self.compute.as_ref(), open).await?;
        Ok(Arc::new(opened.map_err(RecognizeError::Open)?))
    }

    async fn read_page(
        &self,
        document: &DocumentRef,
        opened: &Arc<Document>,
        number: u32,
    ) -> Result<(Page, Vec<u8>), Failure> {
        let own = Arc::clone(opened);
        let read = move || {
            let thumbnail = own.thumbnail(number, THUMBNAIL_SIDE_PX).unwrap_or_default();
            (own.read_page_judged(number), thumbnail)
        };
        let (Reading { mut page, verdict }, thumbnail) = compute(self.compute.as_ref(), read).await?;
        let regions = match &verdict {
            Verdict::Trust => return Ok((page, thumbnail)),
            Verdict::Recognize => Vec::new(),
            Verdict::RecognizeRegions(regions) => regions.clone(),
        };
        if self.recognizer.is_ready().await {
            let mut recognised = self.recognised(document, opened, number, regions).await?;
            if verdict != Verdict::Recognize {
                let own = Arc::clone(opened);
                let drawn = compute(self.compute.as_ref(), move || own.ruled_lines(number)).await?;
                recognised.lines.extend(drawn);
            }
            put_recognised(&mut page, &verdict, recognised);
        }
        Ok((page, thumbnail))
    }

    /// What is seen in the regions of a page (none: in all of it).
    async fn recognised(
        &self,
        document: &DocumentRef,
        opened: &Arc<Document>,
        number: u32,
        regions: Vec<Rect>,
    ) -> Result<Recognised, Failure> {
        let own = Arc::clone(opened);
        let sought = regions.clone();
        let draw = move || {
            let picture = own.picture(number, ocr::PX_PER_PT, ocr::MAX_PIXELS)?;
            let name = fingerprint(&picture, &sought);
            Some((picture, name))
        };
        let Some((picture, name)) = compute(self.compute.as_ref(), draw).await? else {
            return Ok(Recognised::default());
        };
        let key = BlobKey::recognised_words(&document.tenant, &name);
        if let Some(recognised) = get_json(self.blobs.as_ref(), &key).await? {
            return Ok(recognised);
        }
        let recognised = ocr::read(picture, regions, self.recognizer.as_ref(), self.compute.as_ref()).await;
        let recognised = recognised.map_err(|source| RecognizeError::Read { page: number, source })?;
        put_json(self.blobs.as_ref(), &key, &recognised).await?;
        Ok(recognised)
    }
}

/// SHA-256 of what is recognised, in hexadecimal.
fn fingerprint(picture: &Picture, regions: &[Rect]) -> String {
    let mut hash = Sha256::new();
    hash.update(picture.width.to_le_bytes());
    hash.update(picture.px_per_pt.to_le_bytes());
    for region in regions {
        for edge in [region.x0, region.y0, region.x1, region.y1] {
            hash.update(edge.to_le_bytes());
        }
    }
    hash.update(&picture.grey);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
