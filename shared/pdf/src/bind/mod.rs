//! Joins PDF files into one: the bundle (комплект ИД) with its bookmarks and sheet numbers.
//!
//! The writer streams: one source is in memory at a time, and every object goes out as soon as it is copied. Objects
//! with the same content (fonts, colour profiles) are written once, found by SHA-256. What a bundle must not carry is
//! left behind: scripts, actions other than links, attached files, the structure tree. Fields of forms stay fields with their
//! values. Signatures die in any such copy; the signed originals belong beside it.

mod annotation;
mod binder;
mod copier;
mod form;
mod outline;
mod sheet_number;
mod source;
#[cfg(test)]
mod tests;

pub use binder::Binder;

use lopdf::Object;
use source::Opened;

/// Pages that one bundle may have.
const MAX_PAGES: usize = 100_000;

/// A bookmark (закладка).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookmark {
    /// What the reader sees.
    pub title: String,
    /// Page of the bundle, from 1.
    pub page: u32,
    /// Bookmarks under it, shown when it is opened.
    pub children: Vec<Bookmark>,
}

/// What is written small at the foot of a page, outside its own content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageStamp {
    /// The sheet number, in the lower right corner as the page is seen.
    pub sheet: Option<String>,
    /// A mark in the lower left corner, such as «Копия верна».
    pub mark: Option<String>,
}

/// What stands around the joined pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindOptions {
    /// Title of the bundle, shown in the title bar of the viewer.
    pub title: String,
    /// Bookmarks in their order; the viewer opens with them when there are any.
    pub bookmarks: Vec<Bookmark>,
    /// What is written on each page of the bundle. Shorter than the bundle: the rest goes without.
    pub page_stamps: Vec<PageStamp>,
    /// Pages that the bundle will have, when they are known: then links to `bundle:5` in the sources lead to page 5 of the
    /// bundle. With 0 such links lead nowhere.
    pub pages: u32,
}

/// What was bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindReport {
    /// Pages of the bundle.
    pub pages: u32,
    /// Pages of every source, in their order.
    pub source_pages: Vec<u32>,
    /// Objects that were not written again because the same content stood already in the bundle.
    pub shared_objects: u32,
    /// Their bytes.
    pub shared_bytes: u64,
    /// Size of the bundle.
    pub size_bytes: u64,
}

/// Why nothing could be bound. Sources are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// A source needs a password.
    #[error("source {source_number} is encrypted and opens with a password only")]
    Encrypted {
        /// Which source.
        source_number: usize,
    },
    /// A source is no PDF, or damaged beyond repair.
    #[error("source {source_number} cannot be read as a PDF")]
    Unreadable {
        /// Which source.
        source_number: usize,
        /// What the parser says.
        source: lopdf::Error,
    },
    /// A source has no pages, or there was no source.
    #[error("source {source_number} has no pages")]
    NoPages {
        /// Which source.
        source_number: usize,
    },
    /// The bundle would have more than 100,000 pages or 4,000,000 objects.
    #[error("the bundle is too large at source {source_number}")]
    TooLarge {
        /// Which source.
        source_number: usize,
    },
    /// A bookmark points at a page that the bundle does not have.
    #[error("bookmark «{title}» points at page {page} of {pages}")]
    BookmarkBeyondEnd {
        /// Its title.
        title: String,
        /// Where it points.
        page: u32,
        /// Pages of the bundle.
        pages: u32,
    },
    /// The bundle has another number of pages than was said.
    #[error("the bundle was said to have {expected} pages and has {found}")]
    OtherPages {
        /// What was said.
        expected: u32,
        /// What it has.
        found: u32,
    },
    /// The font of the sheet numbers could not be cut.
    #[error("the font of the sheet numbers cannot be embedded")]
    Font,
    /// The bundle could not be written.
    #[error("the bundle cannot be written")]
    Write(#[from] std::io::Error),
}

/// Joins the sources into one PDF on `out`. The same sources and options give the same bytes: there is no date in the
/// file, and its /ID comes from its content. Memory: the largest source, plus 60 bytes for an object written.
///
/// Files that are encrypted but open without a password are taken; their restrictions are not copied.
///
/// # Errors
///
/// See [`BindError`]. After an error `out` holds a part of a file that is good for nothing.
pub fn bind<W: std::io::Write>(
    sources: &mut dyn Iterator<Item = Vec<u8>>,
    options: &BindOptions,
    out: W,
) -> Result<BindReport, BindError> {
    let mut binder = Binder::new(options.clone(), out)?;
    for bytes in sources {
        binder.add(&bytes)?;
    }
    Ok(binder.finish()?.0)
}

/// Number of pages that [`bind`] would take from this file.
///
/// # Errors
///
/// [`BindError::Encrypted`], [`BindError::Unreadable`], [`BindError::NoPages`], each with source number 1.
pub fn page_count(bytes: &[u8]) -> Result<u32, BindError> {
    Opened::new(bytes, 1).map(|opened| u32::try_from(opened.pages.len()).unwrap_or(u32::MAX))
}

/// A text string in UTF-16BE with its mark.
fn text_string(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}
