//! The typesetter (Typst) that prints a set, and what its title blocks say of themselves.

use crate::EvalError;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Label, Selector, Smart};
use typst::introspection::{Introspector, MetadataElem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, PicoStr};
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// A printed set.
pub(crate) struct Printed {
    pub(crate) pdf: Vec<u8>,
    /// What every title block says of itself, in the order of pages.
    pub(crate) blocks: Vec<Value>,
}

/// Prints the set that `data` describes (`assets/set.typ`). The same data give the same bytes.
///
/// # Errors
/// When the typesetter refuses it.
pub(crate) fn print(data: &Value) -> Result<Printed, EvalError> {
    let press = PRESS.as_ref().map_err(|told| EvalError::Press(told.clone()))?;
    let data = data.to_string();
    let sheet = Sheet { press, data: Bytes::from_string(data.clone()) };
    let document = typst::compile::<PagedDocument>(&sheet).output.map_err(|faults| EvalError::Press(told(&faults)))?;
    let label = Label::new(PicoStr::intern("block")).ok_or_else(|| EvalError::Press("an empty label".to_owned()))?;
    let mut blocks = Vec::new();
    for found in document.introspector().query(&Selector::Label(label)) {
        if let Some(metadata) = found.to_packed::<MetadataElem>() {
            let value = serde_json::to_value(&metadata.value)
                .map_err(|source| EvalError::Json { path: PathBuf::from("set.typ"), source })?;
            blocks.push(value);
        }
    }
    let options = PdfOptions { ident: Smart::Custom(data), ..PdfOptions::default() };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| EvalError::Press(told(&faults)))?;
    typst::comemo::evict(0);
    Ok(Printed { pdf, blocks })
}

fn told(faults: &[SourceDiagnostic]) -> String {
    faults.iter().map(|fault| fault.message.to_string()).collect::<Vec<_>>().join("; ")
}

static PRESS: LazyLock<Result<Press, String>> = LazyLock::new(Press::new);

struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data_path: FileId,
}

impl Press {
    fn new() -> Result<Self, String> {
        let fonts = [fonts::SERIF, fonts::SERIF_BOLD, fonts::SERIF_ITALIC, fonts::SANS, fonts::SYMBOLS]
            .into_iter()
            .map(|face| Font::new(Bytes::new(face), 0).ok_or_else(|| "a typeface cannot be read".to_owned()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(path("/set.typ")?, include_str!("../assets/set.typ").to_owned()),
            data_path: path("/data.json")?,
        })
    }
}

fn path(text: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(text).map_err(|fault| fault.to_string())?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// The world as a set sees it: its template and its data.
struct Sheet<'a> {
    press: &'a Press,
    data: Bytes,
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.press.template.id() { Ok(self.press.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data_path { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
