//! Cuts pages out of a file: a small PDF that shows these pages as the file does. It keeps what they need and no more: what
//! their contents, resources and annotations reach, the layers (слои) with their switches, the form fields that stand on
//! them, the targets of links between them. It leaves the other pages, bookmarks, the structure tree and editors' private
//! data.
//!
//! Objects are read lazily, so a cut of five pages out of a thousand touches a two-hundredth of the file.

mod catalog;
mod convert;
mod names;

use crate::transfer::{Fetched, FormFields, Objects, Output, Transfer, TransferError};
use catalog::{fields, form, layers};
use convert::{converted, dictionary, id_of, lookup};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Object as Read, ObjectIdentifier};
use hayro_syntax::page::Page;
use lopdf::{Dictionary, Object, ObjectId};
use names::Names;
use std::collections::HashSet;
use std::ops::Range;

/// Attributes that a page inherits from the tree above it (ISO 32000-1, 7.7.3.4).
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];
/// What ties a page to the rest of its file, or is an editor's own.
const LEFT_BEHIND: [&[u8]; 5] = [b"Parent", b"StructParents", b"B", b"Thumb", b"PieceInfo"];
/// Levels of a page tree; real ones have two to five.
const MAX_DEPTH: usize = 64;

/// The pages of `range` (from 0) as a PDF of their own. None when the file has no such pages or they cannot be copied.
/// The same file and range give the same bytes.
pub(crate) fn cut(pdf: &Pdf, range: Range<usize>) -> Option<Vec<u8>> {
    let kept = pdf.pages().get(range).filter(|pages| !pages.is_empty())?;
    let mut bytes = Vec::new();
    Cutter::new(pdf, kept, Output::new(&mut bytes).ok()?)?.write(kept).ok()?;
    Some(bytes)
}

struct Cutter<'p, W> {
    pdf: &'p Pdf,
    source: Source<'p>,
    transfer: Transfer,
    output: Output<W>,
    page_ids: Vec<u32>,
}

impl<'p, W: std::io::Write> Cutter<'p, W> {
    fn new(pdf: &'p Pdf, kept: &'p [Page<'p>], mut output: Output<W>) -> Option<Self> {
        let page_ids: Vec<u32> = kept.iter().map(|_| output.reserve()).collect();
        let numbered = kept.iter().zip(&page_ids);
        let known = numbered.filter_map(|(page, id)| Some((id_of(page.raw().obj_id()?)?, *id)));
        let transfer = Transfer::new(known);
        Some(Self { pdf, source: Source::new(pdf, kept), transfer, output, page_ids })
    }

    fn write(mut self, kept: &[Page<'_>]) -> Result<(), TransferError> {
        let (catalog, tree, information) = (self.output.reserve(), self.output.reserve(), self.output.reserve());
        for (page, id) in kept.iter().zip(self.page_ids.clone()) {
            let attributes = self.transfer.value(attributes(page).into(), &self.source, &mut self.output)?;
            if let Object::Dictionary(mut attributes) = attributes {
                attributes.set("Parent", Object::Reference((tree, 0)));
                self.output.write(id, &attributes.into())?;
            }
        }
        let mut root = Dictionary::new();
        root.set("Type", "Catalog");
        root.set("Pages", Object::Reference((tree, 0)));
        if let Some(form) = form(self.pdf, &self.source.fields) {
            root.set("AcroForm", self.transfer.value(form.into(), &self.source, &mut self.output)?);
        }
        // Last: a layer that nothing reached needs no switch.
        if let Some(layers) = layers(self.pdf, &self.transfer) {
            root.set("OCProperties", self.transfer.value(layers, &self.source, &mut self.output)?);
        }
        let kids: Vec<Object> = self.page_ids.iter().map(|id| Object::Reference((*id, 0))).collect();
        let mut pages = Dictionary::new();
        pages.set("Type", "Pages");
        pages.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
        pages.set("Kids", kids);
        self.output.write(tree, &pages.into())?;
        self.output.write(catalog, &root.into())?;
        self.output.write(information, &Dictionary::new().into())?;
        self.output.finish(catalog, information)?;
        Ok(())
    }
}

/// The file as the cut sees it.
struct Source<'p> {
    pdf: &'p Pdf,
    fields: FormFields,
    names: Names,
    /// Annotations of the pages: one belongs to one page, equal ones must not become one.
    annotations: HashSet<ObjectId>,
}

impl<'p> Source<'p> {
    fn new(pdf: &'p Pdf, kept: &[Page<'_>]) -> Self {
        let mut annotations = HashSet::new();
        for page in kept {
            let listed = page.raw().get::<hayro_syntax::object::Array<'_>>("Annots");
            let ids = listed.iter().flat_map(|listed| listed.raw_iter()).filter_map(|entry| entry.as_obj_ref());
            annotations.extend(ids.filter_map(|id| id_of(id.into())));
        }
        let fields = fields(pdf, &annotations);
        Self { pdf, fields, names: Names::default(), annotations }
    }
}

impl Objects for Source<'_> {
    fn fetch(&self, id: ObjectId) -> Option<Fetched> {
        let mut object = converted(self.pdf.xref().get::<Read<'_>>(lookup(id))?, 0);
        if let Object::Dictionary(found) = &mut object {
            let kind = found.get(b"Type").and_then(Object::as_name).unwrap_or_default();
            if matches!(kind, b"Page" | b"Pages" | b"Catalog" | b"StructElem" | b"StructTreeRoot") {
                return None;
            }
            let is_own = kind == b"OCG" || self.annotations.contains(&id) || self.fields.knows(id);
            found.remove(b"StructParent");
            self.fields.keep_children(id, found);
            self.names.resolve(self.pdf, found);
            return Some(Fetched { object, is_own });
        }
        if let Object::Stream(found) = &mut object {
            for key in [&b"StructParent"[..], b"StructParents", b"PieceInfo"] {
                found.dict.remove(key);
            }
        }
        Some(Fetched { object, is_own: false })
    }
}

/// The entries of a page with those it inherits.
fn attributes(page: &Page<'_>) -> Dictionary {
    let mut own = dictionary(page.raw(), 0);
    let mut node: Option<Dict<'_>> = page.raw().get("Parent");
    for _ in 0..MAX_DEPTH {
        let Some(above) = node else { break };
        for key in INHERITED {
            if !own.has(key.as_bytes())
                && let Some(value) = above.get_raw::<Read<'_>>(key)
            {
                own.set(key, convert::maybe_reference(value, 0));
            }
        }
        node = above.get("Parent");
    }
    for key in LEFT_BEHIND {
        own.remove(key);
    }
    own.set("Type", "Page");
    own
}

/// A dictionary at the root of the file.
fn root_entry<'p>(pdf: &'p Pdf, key: &str) -> Option<Dict<'p>> {
    let root: ObjectIdentifier = pdf.xref().root_id();
    pdf.xref().get::<Dict<'p>>(root)?.get::<Dict<'p>>(key)
}

#[cfg(test)]
pub(crate) mod tests;
