//! Joins PDF files into one: the bundle (комплект ИД) with its bookmarks and sheet numbers.
//!
//! The writer streams: one source is in memory at a time, and every object goes out as soon as it is copied. Objects
//! with the same content (fonts, colour profiles) are written once, found by SHA-256. What a bundle must not carry is
//! left behind: scripts, actions other than links, attached files, forms, the structure tree. Signatures die in any
//! such copy; the signed originals belong beside it.

mod annotation;
mod copier;
mod outline;
mod output;
mod sheet_number;
mod source;
#[cfg(test)]
mod tests;

use copier::{Copier, Layers};
use lopdf::{Dictionary, Object, dictionary};
use output::Output;
use sheet_number::SheetNumberFont;
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

/// What stands around the joined pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindOptions {
    /// Title of the bundle, shown in the title bar of the viewer.
    pub title: String,
    /// Bookmarks in their order; the viewer opens with them when there are any.
    pub bookmarks: Vec<Bookmark>,
    /// Sheet numbers by page of the bundle, written small in the lower right corner as the page is seen. Shorter than
    /// the bundle: the rest goes without.
    pub page_stamps: Vec<Option<String>>,
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
    let mut output = Output::new(out)?;
    let (catalog, tree) = (output.reserve(), output.reserve());
    let font = SheetNumberFont::write(&options.page_stamps, &mut output)?;
    let mut report = BindReport::default();
    let mut pages = Vec::new();
    let mut layers = Layers::default();
    for (index, bytes) in sources.enumerate() {
        let source_number = index + 1;
        let opened = Opened::new(&bytes, source_number)?;
        drop(bytes);
        if pages.len() + opened.pages.len() > MAX_PAGES {
            return Err(BindError::TooLarge { source_number });
        }
        let ids: Vec<_> = opened.pages.iter().map(|_| output.reserve()).collect();
        let mut copier = Copier::new(&opened, &ids, &mut output, &mut layers, source_number);
        for (page, id) in opened.pages.iter().zip(&ids) {
            let stamp = options.page_stamps.get(pages.len()).and_then(Option::as_deref);
            let stamp = stamp.zip(font.as_ref());
            copier.page(page, *id, tree, stamp)?;
            pages.push(*id);
        }
        copier.layers()?;
        report.source_pages.push(u32::try_from(ids.len()).unwrap_or(u32::MAX));
    }
    if pages.is_empty() {
        return Err(BindError::NoPages { source_number: 1 });
    }
    report.pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let outline = outline::write(&options.bookmarks, &pages, &mut output)?;
    let kids: Vec<Object> = pages.iter().map(|id| Object::Reference((*id, 0))).collect();
    output
        .write(tree, &dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => i64::from(report.pages) }.into())?;
    output.write(catalog, &catalog_of(tree, outline, layers).into())?;
    let information = output.add(&dictionary! { "Title" => text_string(&options.title) }.into())?;
    (report.shared_objects, report.shared_bytes) = output.shared();
    report.size_bytes = output.finish(catalog, information)?;
    Ok(report)
}

/// Number of pages that [`bind`] would take from this file.
///
/// # Errors
///
/// [`BindError::Encrypted`], [`BindError::Unreadable`], [`BindError::NoPages`], each with source number 1.
pub fn page_count(bytes: &[u8]) -> Result<u32, BindError> {
    Opened::new(bytes, 1).map(|opened| u32::try_from(opened.pages.len()).unwrap_or(u32::MAX))
}

fn catalog_of(tree: u32, outline: Option<u32>, layers: Layers) -> Dictionary {
    let mut catalog = dictionary! {
        "Type" => "Catalog",
        "Pages" => Object::Reference((tree, 0)),
        "Lang" => Object::string_literal("ru-RU"),
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
    };
    if let Some(outline) = outline {
        catalog.set("Outlines", Object::Reference((outline, 0)));
        catalog.set("PageMode", "UseOutlines");
    }
    if !layers.all.is_empty() {
        let settings = dictionary! { "OFF" => layers.off, "Order" => layers.all.clone() };
        catalog.set("OCProperties", dictionary! { "OCGs" => layers.all, "D" => settings });
    }
    catalog
}

/// A text string in UTF-16BE with its mark.
fn text_string(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}
