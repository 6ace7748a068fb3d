use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashSet;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Binding, Bytes, Datetime, Duration, Module, Scope};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;

/// A template of the typesetter (Typst) with its typefaces. What it lays out sees one file, `/data.json`, and nothing else.
pub struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data_path: FileId,
}

impl Press {
    /// A press of the template of this name, such as `/form.typ`, with typefaces of one face each.
    ///
    /// # Errors
    /// What is wrong with the name or a typeface.
    pub fn new(name: &str, template: &str, faces: &[&'static [u8]]) -> Result<Self, String> {
        let fonts = faces
            .iter()
            .map(|face| Font::new(Bytes::new(*face), 0).ok_or_else(|| "a typeface cannot be read".to_owned()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            library: LazyHash::new(library_of(template)),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(path(name)?, template.to_owned()),
            data_path: path("/data.json")?,
        })
    }

    /// Its typefaces, in the order they were given.
    pub(crate) fn fonts(&self) -> &[Font] {
        &self.fonts
    }

    /// Lays out what the data, a JSON text, say.
    ///
    /// # Errors
    /// What the template has against them.
    pub fn lay_out(&self, data: String) -> Result<PagedDocument, String> {
        let sheet = Sheet { press: self, data: Bytes::from_string(data) };
        typst::compile::<PagedDocument>(&sheet).output.map_err(|faults| typst_faults(&faults))
    }
}

thread_local! {
    /// A pool that has this thread and no other.
    static OWN_THREAD: Option<ThreadPool> = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
}

/// Does the work with all that the typesetter would give to other threads done by this one. Forms of two pages are printed side
/// by side, each by a thread of the host; threads for parts of one would cost more than they save.
pub(crate) fn on_own_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    OWN_THREAD.with(|pool| match pool {
        Some(pool) => pool.install(work),
        None => work(),
    })
}

/// The library with only those names that the template uses: a process of one document hashes the whole of it, symbols and
/// all, for nothing.
fn library_of(template: &str) -> Library {
    let names: HashSet<&str> =
        template.split(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '-' | '_'))).collect();
    let mut library = Library::default();
    let mut scope = Scope::new();
    for (name, binding) in library.global.scope().iter().filter(|(name, _)| names.contains(name.as_str())) {
        scope.bind(name.clone(), binding.clone());
    }
    library.global = Module::new("global", scope);
    library.math = Module::new("math", Scope::new());
    library.std = Binding::detached(library.global.clone());
    library
}

/// What the typesetter says of faults, with its hints.
pub fn typst_faults(faults: &[SourceDiagnostic]) -> String {
    faults
        .iter()
        .map(|fault| {
            let hints = fault.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<String>();
            format!("{}{hints}", fault.message)
        })
        .collect::<Vec<_>>()
        .join("; ")
}

/// Paths are interned for the life of the process in 16 bits, so they are the same two for every document.
fn path(text: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(text).map_err(|fault| fault.to_string())?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// The world as a document sees it: its template and its data, and nothing else.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_path_is_denied() {
        let press = Press::new("/form.typ", "", &[fonts::SERIF]).unwrap();
        let sheet = Sheet { press: &press, data: Bytes::from_string("{}".to_owned()) };
        let other = path("/etc/passwd").unwrap();
        assert!(matches!(sheet.file(other), Err(FileError::AccessDenied)));
        assert!(matches!(sheet.source(other), Err(FileError::AccessDenied)));
    }
}
