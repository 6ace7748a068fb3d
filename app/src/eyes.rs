use domain::Page;
use pdf::{Document, Reading, Verdict, put_recognised};
use ports::Compute;
use std::path::PathBuf;
use tesseract::Tesseract;
use tokio::runtime::{Builder, Runtime};

/// Reading of pages outside of the stages: from the text layer, and from the picture where that cannot be trusted.
pub(crate) struct Eyes {
    runtime: Runtime,
    tesseract: Tesseract,
}

impl Eyes {
    /// None when nothing on this machine recognises pictures.
    pub(crate) fn open() -> Option<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().ok()?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let tesseract = Tesseract::new(PathBuf::from("tesseract"), cores);
        let missing = runtime.block_on(tesseract.missing_packages()).ok()?;
        missing.is_empty().then_some(Self { runtime, tesseract })
    }

    /// Reads a page (from 1). One that cannot be recognised stays as its text layer has it, with its faults.
    pub(crate) fn read_page(&self, document: &Document, number: u32) -> Page {
        let Reading { mut page, verdict } = document.read_page_judged(number);
        let regions = match &verdict {
            Verdict::Trust => return page,
            Verdict::Recognize => Vec::new(),
            Verdict::RecognizeRegions(regions) => regions.clone(),
        };
        if let Some(picture) = document.picture(number, ocr::PX_PER_PT, ocr::MAX_PIXELS) {
            match self.runtime.block_on(ocr::read(picture, regions, &self.tesseract, &OnThisThread)) {
                Ok(mut recognised) => {
                    if verdict != Verdict::Recognize {
                        recognised.lines.extend(document.ruled_lines(number));
                    }
                    put_recognised(&mut page, &verdict, recognised);
                }
                Err(error) => tracing::warn!(page = number, %error, "failed to recognise page {number}: {error}"),
            }
        }
        page
    }
}

/// Each reader has a thread of its own already.
struct OnThisThread;

impl Compute for OnThisThread {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        job();
    }

    fn width(&self) -> usize {
        1
    }
}
