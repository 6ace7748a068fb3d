use super::copier::{Copier, Layers};
use super::form::Form;
use super::sheet_number::SheetNumberFont;
use super::source::Opened;
use super::{BindError, BindOptions, BindReport, MAX_PAGES, PageStamp, outline, text_string};
use crate::transfer::Output;
use lopdf::{Dictionary, Object, dictionary};
use std::io::Write;

/// A bundle in the making: [`bind`](super::bind) for those whose sources come one at a time, or whose bundle is larger than
/// memory.
pub struct Binder<W> {
    options: BindOptions,
    output: Output<W>,
    catalog: u32,
    tree: u32,
    font: Option<SheetNumberFont>,
    /// Numbers of the pages to come, when they were said.
    known: Vec<u32>,
    pages: Vec<u32>,
    layers: Layers,
    form: Form,
    report: BindReport,
}

impl<W: Write> Binder<W> {
    /// Begins a bundle.
    ///
    /// # Errors
    /// [`BindError::Font`], [`BindError::Write`].
    pub fn new(options: BindOptions, out: W) -> Result<Self, BindError> {
        let mut output = Output::new(out)?;
        let (catalog, tree) = (output.reserve(), output.reserve());
        let font = SheetNumberFont::write(&options.page_stamps, &mut output)?;
        let known = (0..options.pages).take(MAX_PAGES).map(|_| output.reserve()).collect();
        let (pages, layers, form) = (Vec::new(), Layers::default(), Form::default());
        Ok(Self { options, output, catalog, tree, font, known, pages, layers, form, report: BindReport::default() })
    }

    /// Adds the pages of a source.
    ///
    /// # Errors
    /// See [`BindError`]; the bundle is good for nothing then.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), BindError> {
        let source_number = self.report.source_pages.len() + 1;
        let opened = Opened::new(bytes, source_number)?;
        let (begin, end) = (self.pages.len(), self.pages.len() + opened.pages.len());
        if end > MAX_PAGES {
            return Err(BindError::TooLarge { source_number });
        }
        let number = |page| self.known.get(page).copied().unwrap_or_else(|| self.output.reserve());
        let ids: Vec<u32> = (begin..end).map(number).collect();
        let ((known, output), kept) = ((&self.known, &mut self.output), (&mut self.layers, &mut self.form));
        let mut copier = Copier::new(&opened, &ids, known, output, kept, source_number);
        for (page, id) in opened.pages.iter().zip(&ids) {
            let stamp = self.options.page_stamps.get(self.pages.len()).filter(|stamp| **stamp != PageStamp::default());
            copier.page(page, *id, self.tree, stamp.zip(self.font.as_ref()))?;
            self.pages.push(*id);
        }
        copier.fields()?;
        copier.layers()?;
        self.report.source_pages.push(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Writes bookmarks and tables; gives what was bound and what it was written to.
    ///
    /// # Errors
    /// [`BindError::NoPages`], [`BindError::OtherPages`], [`BindError::BookmarkBeyondEnd`], [`BindError::Write`].
    pub fn finish(mut self) -> Result<(BindReport, W), BindError> {
        if self.pages.is_empty() {
            return Err(BindError::NoPages { source_number: 1 });
        }
        let found = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        let expected = self.options.pages;
        if expected != 0 && expected != found {
            return Err(BindError::OtherPages { expected, found });
        }
        self.report.pages = found;
        let outline = outline::write(&self.options.bookmarks, &self.pages, &mut self.output)?;
        let kids: Vec<Object> = self.pages.iter().map(|id| Object::Reference((*id, 0))).collect();
        let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => i64::from(found) };
        self.output.write(self.tree, &tree.into())?;
        self.output.write(self.catalog, &catalog_of(self.tree, outline, self.layers, self.form).into())?;
        let information = self.output.add(&dictionary! { "Title" => text_string(&self.options.title) }.into())?;
        (self.report.shared_objects, self.report.shared_bytes) = self.output.shared();
        let (size_bytes, out) = self.output.finish(self.catalog, information)?;
        self.report.size_bytes = size_bytes;
        Ok((self.report, out))
    }
}

impl Binder<Vec<u8>> {
    /// Takes away what is written so far; the bundle is all that was taken, one piece after another.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.output.out())
    }
}

fn catalog_of(tree: u32, outline: Option<u32>, layers: Layers, form: Form) -> Dictionary {
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
    if let Some(form) = form.entry() {
        catalog.set("AcroForm", form);
    }
    if !layers.all.is_empty() {
        let settings = dictionary! { "OFF" => layers.off, "Order" => layers.all.clone() };
        catalog.set("OCProperties", dictionary! { "OCGs" => layers.all, "D" => settings });
    }
    catalog
}
