use crate::content::Layers;
use crate::error::OpenError;
use crate::font::FontStore;
use crate::geometry::Geometry;
use crate::limits::Limits;
use crate::picture::{self, Picture};
use crate::tables::{self, RuledLine};
use crate::verdict::{Reading, Verdict};
use crate::{bombs, cut, reading, thumbnail};
use domain::{Fault, FaultKind, Page, PageKind, PagePlan, TextSource};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// How far from the start `%PDF-` may stand: mail gateways and scanners put their own bytes before it.
const HEADER_REACH: usize = 64 << 10;

/// Largest object or cross-reference stream, inflated; real ones have a few megabytes.
const MAX_STRUCTURE_BYTES: usize = 128 << 20;

/// An opened PDF. Share it in an `Arc`: pages can be read from many threads at once, fonts are read once for all.
pub struct Document {
    pdf: Pdf,
    bytes: Arc<Vec<u8>>,
    fonts: FontStore,
    layers: Layers,
    limits: Limits,
    /// The number of its first page.
    first_page: u32,
    /// Pages that used up their time.
    slow_pages: AtomicU32,
}

impl Document {
    /// Opens a file: finds its pages, reads none of them. A damaged cross-reference table is rebuilt; a file encrypted
    /// with an empty user password opens like any other.
    ///
    /// # Errors
    /// See [`OpenError`]. Never panics.
    pub fn open(bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Self, OpenError> {
        if bytes.is_empty() {
            return Err(OpenError::Empty);
        }
        let size_bytes = bytes.len() as u64;
        if size_bytes > limits.max_size_bytes {
            return Err(OpenError::TooLarge { size_bytes, limit_bytes: limits.max_size_bytes });
        }
        let head = bytes.get(..bytes.len().min(HEADER_REACH)).unwrap_or_default();
        if !head.windows(5).any(|window| window == b"%PDF-") {
            return Err(OpenError::NotPdf);
        }
        if !bombs::keeps_within(&bytes, limits.max_stream_bytes.min(MAX_STRUCTURE_BYTES)) {
            return Err(OpenError::Broken("its object streams inflate beyond the limit".into()));
        }
        let data = Arc::clone(&bytes);
        let pdf = catch_unwind(move || Pdf::new(data))
            .map_err(|_| OpenError::Broken("the structure of the file makes no sense".into()))?
            .map_err(|error| match error {
                LoadPdfError::Decryption(DecryptionError::PasswordProtected) => OpenError::Encrypted,
                LoadPdfError::Decryption(error) => OpenError::Broken(format!("unknown encryption: {error:?}")),
                LoadPdfError::Invalid => OpenError::Broken("no list of pages could be found".into()),
            })?;
        let pages = pdf.pages().len() as u64;
        if pages == 0 {
            return Err(OpenError::NoPages);
        }
        if pages > u64::from(limits.max_pages) {
            return Err(OpenError::TooManyPages { pages, limit: limits.max_pages });
        }
        let fonts = FontStore::new(limits.max_stream_bytes);
        let layers = catch_unwind(AssertUnwindSafe(|| Layers::of(&pdf))).unwrap_or_default();
        Ok(Self { pdf, bytes, fonts, layers, limits: limits.clone(), first_page: 1, slow_pages: AtomicU32::new(0) })
    }

    /// Opens what [`Self::cut`] made: its pages keep the numbers that they have in the whole document.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_cut(bytes: Arc<Vec<u8>>, limits: &Limits, first_page: u32) -> Result<Self, OpenError> {
        Ok(Self { first_page: first_page.max(1), ..Self::open(bytes, limits)? })
    }

    /// `count` pages from `first_page` on as a small PDF of their own, with all that they show and all that stands on them:
    /// annotations, layers, form fields. Bookmarks and the structure tree stay behind. The same pages give the same bytes.
    /// None when there are no such pages or they cannot be copied. Never panics.
    pub fn cut(&self, first_page: u32, count: u32) -> Option<Vec<u8>> {
        let start = self.index(first_page)?;
        let range = start..start.checked_add(usize::try_from(count).ok()?)?;
        catch_unwind(AssertUnwindSafe(|| cut::cut(&self.pdf, range))).ok().flatten()
    }

    /// Number of pages, at least 1.
    pub fn page_count(&self) -> u32 {
        u32::try_from(self.pdf.pages().len()).unwrap_or(u32::MAX)
    }

    /// Looks at a page (from 1) without keeping its words: what it is and how large it is as seen. A page that cannot
    /// be read, or is not there, is `Broken`. Never panics.
    pub fn probe(&self, page: u32) -> PagePlan {
        self.guarded(|limits| {
            let own = self.page(page)?;
            Some(reading::plan(own, &Geometry::of(own), &self.fonts, limits))
        })
        .unwrap_or(PagePlan { kind: PageKind::Broken, width_pt: 0.0, height_pt: 0.0 })
    }

    /// Reads a page (from 1): words, reading order, faults. Never fails and never panics: a page that cannot be read,
    /// or is not there, has the source `None` and an `Unreadable` fault; one that broke off in the middle has what was
    /// read and the fault.
    pub fn read_page(&self, page: u32) -> Page {
        self.read_page_judged(page).page
    }

    /// Reads a page (from 1) as [`Self::read_page`] does and says what is left to be recognised. Never fails, never
    /// panics; a page that cannot be read is to be recognised.
    pub fn read_page_judged(&self, page: u32) -> Reading {
        self.guarded(|limits| {
            let own = self.page(page)?;
            Some(reading::read(
                page,
                own,
                &Geometry::of(own),
                &reading::Shared { fonts: &self.fonts, layers: &self.layers },
                limits,
            ))
        })
        .unwrap_or_else(|| Reading { page: unreadable(page), verdict: Verdict::Recognize })
    }

    /// A picture of a page (from 1) as lossless WebP, its longer side at most `max_side_px` (16 to 4,096). None when
    /// the page cannot be drawn within the limits. Never panics.
    pub fn thumbnail(&self, page: u32, max_side_px: u32) -> Option<Vec<u8>> {
        self.guarded(|limits| {
            let own = self.page(page)?;
            let geometry = Geometry::of(own);
            let px_per_pt = f64::from(max_side_px) / geometry.longest_side_pt();
            if !reading::can_be_drawn(own, &geometry, &self.fonts, limits, px_per_pt) {
                return None;
            }
            thumbnail::draw(Arc::clone(&self.bytes), self.index(page)?, max_side_px)
        })
    }

    /// A page (from 1) as a grey picture of `px_per_pt` pixels a point (300 dpi: 4.1667), or of fewer where it would have
    /// more than `max_pixels`. None when the page cannot be drawn within the limits. Never panics.
    pub fn picture(&self, page: u32, px_per_pt: f32, max_pixels: usize) -> Option<Picture> {
        self.guarded(|limits| {
            // The renderer keeps inflated streams as long as its file is open.
            let fresh = Pdf::new(Arc::clone(&self.bytes)).ok()?;
            let own = fresh.pages().get(self.index(page)?)?;
            let geometry = Geometry::of(own);
            if !reading::can_be_drawn(own, &geometry, &self.fonts, limits, f64::from(px_per_pt)) {
                return None;
            }
            picture::draw(own, geometry.width_pt as f32, px_per_pt, max_pixels)
        })
    }

    /// Work on one page; nothing when it panics. The time of a page shrinks by the square of the pages that used theirs up.
    fn guarded<T>(&self, work: impl FnOnce(&Limits) -> Option<T>) -> Option<T> {
        let slow_pages = self.slow_pages.load(Ordering::Relaxed);
        let max_page_time = self.limits.max_page_time / slow_pages.saturating_add(1).saturating_pow(2);
        let limits = Limits { max_page_time, ..self.limits.clone() };
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| work(&limits)));
        if start.elapsed() >= max_page_time {
            self.slow_pages.fetch_add(1, Ordering::Relaxed);
        }
        done.ok().flatten()
    }

    /// The level and upright lines of a page (from 1), as [`put_tables`](crate::put_tables) takes them; none when the page
    /// cannot be read. A page with lines only needs as long as ten with words. Never panics.
    pub fn ruled_lines(&self, page: u32) -> Vec<RuledLine> {
        let lines = self.guarded(|limits| {
            let own = self.page(page)?;
            Some(tables::ruled_lines(own, None, Geometry::of(own).to_seen, limits))
        });
        lines.unwrap_or_default()
    }

    fn page(&self, page: u32) -> Option<&hayro_syntax::page::Page<'_>> {
        self.pdf.pages().get(self.index(page)?)
    }

    fn index(&self, page: u32) -> Option<usize> {
        usize::try_from(page.checked_sub(self.first_page)?).ok()
    }
}

fn unreadable(page: u32) -> Page {
    Page {
        page,
        width_pt: 0.0,
        height_pt: 0.0,
        source: TextSource::None,
        text: String::new(),
        words: Vec::new(),
        faults: vec![Fault { kind: FaultKind::Unreadable, count: 1, confidence: 1.0, repaired: false }],
        title_block: None,
        tables: Vec::new(),
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
