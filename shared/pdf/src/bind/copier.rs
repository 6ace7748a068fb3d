use super::annotation;
use super::form::{self, Form, SourceForm};
use super::sheet_number::SheetNumberFont;
use super::source::{Opened, SourcePage, dictionary_of, references};
use super::{BindError, PageStamp};
use crate::transfer::{Fetched, Objects, Output, Transfer, TransferError, stream};
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::HashSet;
use std::io::Write;

/// What a page keeps besides its contents, resources and annotations.
const PAGE_KEYS: [&[u8]; 9] =
    [b"MediaBox", b"CropBox", b"BleedBox", b"TrimBox", b"ArtBox", b"Rotate", b"Group", b"UserUnit", b"Tabs"];
/// Keys that are dropped wherever they stand: the structure tree, actions, attached files, editors' private data.
const DROPPED_KEYS: [&[u8]; 8] =
    [b"StructParent", b"StructParents", b"AA", b"AF", b"EF", b"JS", b"OpenAction", b"PieceInfo"];
/// Levels of arrays and dictionaries inside one object.
const MAX_NESTING: usize = 100;

/// Optional content (слои чертежа) of all sources: a bundle without it would show layers that the designer hid.
#[derive(Default)]
pub(super) struct Layers {
    pub(super) all: Vec<Object>,
    pub(super) off: Vec<Object>,
}

/// Copies what the pages of one source reach.
pub(super) struct Copier<'s, W> {
    opened: &'s Opened,
    output: &'s mut Output<W>,
    layers: &'s mut Layers,
    form: &'s mut Form,
    bundle: &'s [u32],
    transfer: Transfer,
    /// Annotations of all pages that are kept.
    annotations: HashSet<ObjectId>,
    fields: SourceForm,
    source_number: usize,
}

impl<'s, W: Write> Copier<'s, W> {
    pub(super) fn new(
        opened: &'s Opened,
        ids: &[u32],
        bundle: &'s [u32],
        output: &'s mut Output<W>,
        (layers, form): (&'s mut Layers, &'s mut Form),
        source_number: usize,
    ) -> Self {
        // Links point at pages, so pages are known from the start.
        let transfer = Transfer::new(opened.pages.iter().zip(ids).map(|(page, id)| (page.id, *id)));
        let document = &opened.document;
        let kept = opened.pages.iter().flat_map(|page| kept_annotations(document, &page.attributes));
        let annotations = kept.filter_map(|entry| entry.as_reference().ok()).collect();
        let fields = SourceForm::new(opened, &annotations, source_number, form);
        Self { opened, output, layers, form, bundle, transfer, annotations, fields, source_number }
    }

    /// Writes a page under its number, with its stamp when it has one.
    pub(super) fn page(
        &mut self,
        page: &SourcePage,
        id: u32,
        tree: u32,
        stamp: Option<(&PageStamp, &SheetNumberFont)>,
    ) -> Result<(), BindError> {
        let mut copy = Dictionary::new();
        copy.set("Type", "Page");
        copy.set("Parent", Object::Reference((tree, 0)));
        for key in PAGE_KEYS {
            if let Ok(value) = page.attributes.get(key) {
                copy.set(key, self.value(value)?);
            }
        }
        if self.array(&copy, b"MediaBox").is_none() {
            copy.set("MediaBox", vec![0.into(), 0.into(), 595.into(), 842.into()]);
        }
        let annotations = self.page_annotations(&page.attributes)?;
        if !annotations.is_empty() {
            copy.set("Annots", annotations);
        }
        let contents = self.contents(&page.attributes)?;
        if let Some((stamp, font)) = stamp {
            let resources = self.resources(&page.attributes, Some(font))?;
            let visible = self.visible(&page.attributes);
            let rotation =
                self.number(page.attributes.get(b"Rotate").ok()).map_or(0, |turn| turn as i64).rem_euclid(360);
            copy.set("Resources", resources);
            let begin = self.output.share(&stream(Dictionary::new(), b"q\n".to_vec()))?;
            let end = stream(Dictionary::new(), font.operators(stamp, RESOURCE, visible, rotation));
            let end = self.output.add(&end)?;
            let mut wrapped = vec![Object::Reference((begin, 0))];
            wrapped.extend(contents);
            wrapped.push(Object::Reference((end, 0)));
            copy.set("Contents", wrapped);
        } else {
            copy.set("Resources", self.resources(&page.attributes, None)?);
            if !contents.is_empty() {
                copy.set("Contents", contents);
            }
        }
        self.output.write(id, &copy.into())?;
        Ok(())
    }

    /// Takes over the fields that stand on the pages of this source. Call it after the pages.
    pub(super) fn fields(&mut self) -> Result<(), BindError> {
        let roots = self.fields.fields.kept_roots();
        let Some(found) = form::entry(&self.opened.document).filter(|_| !roots.is_empty()) else { return Ok(()) };
        let mut fields = Vec::with_capacity(roots.len());
        for root in roots {
            fields.push(self.value(&Object::Reference(root))?);
        }
        let resources = dictionary_of(&self.opened.document, found, b"DR").cloned().unwrap_or_default();
        let mut copies = Dictionary::new();
        for kind in [&b"Font"[..], b"Encoding", b"ColorSpace", b"ExtGState", b"XObject"] {
            if let Some(entries) = dictionary_of(&self.opened.document, &resources, kind)
                && let Object::Dictionary(entries) = self.value(&entries.clone().into())?
            {
                copies.set(kind, entries);
            }
        }
        self.form.add(fields, found, copies);
        Ok(())
    }

    /// Takes over which layers of this source are switched off. Call it after the pages.
    pub(super) fn layers(&mut self) -> Result<(), BindError> {
        let document = &self.opened.document;
        let properties = document.catalog().ok().and_then(|catalog| dictionary_of(document, catalog, b"OCProperties"));
        let Some(properties) = properties else { return Ok(()) };
        let all = references(document, properties, b"OCGs");
        let settings = dictionary_of(document, properties, b"D");
        let listed = |key: &[u8]| -> HashSet<ObjectId> {
            settings.map(|settings| references(document, settings, key)).unwrap_or_default().into_iter().collect()
        };
        let (on, mut off) = (listed(b"ON"), listed(b"OFF"));
        let base = settings.and_then(|settings| settings.get(b"BaseState").ok()).and_then(|base| base.as_name().ok());
        if base == Some(b"OFF") {
            off = all.iter().copied().filter(|layer| !on.contains(layer)).collect();
        }
        for layer in all {
            // A layer that no page reached needs no switch.
            if let Some(id) = self.transfer.number_of(layer) {
                let reference = Object::Reference((id, 0));
                if off.contains(&layer) {
                    self.layers.off.push(reference.clone());
                }
                self.layers.all.push(reference);
            }
        }
        Ok(())
    }

    fn contents(&mut self, page: &Dictionary) -> Result<Vec<Object>, BindError> {
        let Ok(contents) = page.get(b"Contents") else { return Ok(Vec::new()) };
        let parts = match self.opened.document.dereference(contents) {
            Ok((_, Object::Array(parts))) => parts.clone(),
            _ => vec![contents.clone()],
        };
        let mut copies = Vec::with_capacity(parts.len());
        for part in &parts {
            let is_stream = self.opened.document.dereference(part).is_ok_and(|(_, part)| part.as_stream().is_ok());
            if is_stream && part.as_reference().is_ok() {
                copies.push(self.value(part)?);
            }
        }
        Ok(copies)
    }

    /// The resources of a page, with the font of the sheet numbers added when it gets one.
    fn resources(&mut self, page: &Dictionary, font: Option<&SheetNumberFont>) -> Result<Object, BindError> {
        let document = &self.opened.document;
        let Some(font) = font else {
            let resources = page.get(b"Resources").cloned().unwrap_or_else(|_| Dictionary::new().into());
            return self.value(&resources);
        };
        let mut resources = dictionary_of(document, page, b"Resources").cloned().unwrap_or_default();
        let fonts = dictionary_of(document, &resources, b"Font").cloned().unwrap_or_default();
        resources.remove(b"Font");
        let mut fonts = match self.value(&fonts.into())? {
            Object::Dictionary(fonts) => fonts,
            _ => Dictionary::new(),
        };
        fonts.set(RESOURCE, Object::Reference((font.id, 0)));
        let mut copy = match self.value(&resources.into())? {
            Object::Dictionary(copy) => copy,
            _ => Dictionary::new(),
        };
        copy.set("Font", fonts);
        Ok(copy.into())
    }

    fn page_annotations(&mut self, page: &Dictionary) -> Result<Vec<Object>, BindError> {
        let document = &self.opened.document;
        let kept = kept_annotations(document, page);
        let mut copies = Vec::with_capacity(kept.len());
        for entry in kept {
            let copy = match entry.as_dict() {
                Ok(direct) => self.value(&annotation::harmless(document, direct).into())?,
                Err(_) => match self.link_in_bundle(entry) {
                    Some(link) => Object::Reference((self.output.add(&link)?, 0)),
                    None => self.value(entry)?,
                },
            };
            copies.push(copy);
        }
        Ok(copies)
    }

    /// A link of the source to a page of the bundle, in the bundle's own terms.
    fn link_in_bundle(&self, entry: &Object) -> Option<Object> {
        let document = &self.opened.document;
        let found = document.dereference(entry).ok()?.1.as_dict().ok()?;
        let page = annotation::bundle_page(document, found)?;
        let id = self.bundle.get(page.checked_sub(1)?)?;
        let mut link = Dictionary::new();
        for key in [&b"Type"[..], b"Subtype", b"Rect", b"Border", b"F", b"Contents"] {
            if let Ok((_, value)) = found.get(key).and_then(|value| document.dereference(value)) {
                link.set(key, value.clone());
            }
        }
        link.set("Dest", vec![Object::Reference((*id, 0)), "Fit".into()]);
        Some(link.into())
    }

    /// The part of the page that is shown: crop box within media box, in the order of coordinates.
    fn visible(&self, page: &Dictionary) -> [f32; 4] {
        let [ax, ay, bx, by] = self.array(page, b"MediaBox").unwrap_or([0.0, 0.0, 595.0, 842.0]);
        let media = [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)];
        let Some([cx, cy, dx, dy]) = self.array(page, b"CropBox") else { return media };
        let [x0, y0, x1, y1] = media;
        let crop = [cx.min(dx).max(x0), cy.min(dy).max(y0), cx.max(dx).min(x1), cy.max(dy).min(y1)];
        let [left, bottom, right, top] = crop;
        if left < right && bottom < top { crop } else { media }
    }

    fn array(&self, dictionary: &Dictionary, key: &[u8]) -> Option<[f32; 4]> {
        let (_, value) = self.opened.document.dereference(dictionary.get(key).ok()?).ok()?;
        let numbers: Vec<f32> = value.as_array().ok()?.iter().filter_map(|item| self.number(Some(item))).collect();
        numbers.try_into().ok()
    }

    fn number(&self, value: Option<&Object>) -> Option<f32> {
        self.opened.document.dereference(value?).ok()?.1.as_float().ok()
    }

    /// A value of a page with its references pointing into the bundle; what they reach is written first.
    fn value(&mut self, value: &Object) -> Result<Object, BindError> {
        let (annotations, fields) = (&self.annotations, &self.fields);
        let source = Harmless { document: &self.opened.document, annotations, fields };
        self.transfer.value(cleaned(value, 0), &source, self.output).map_err(|error| match error {
            TransferError::Full => BindError::TooLarge { source_number: self.source_number },
            TransferError::Write(error) => BindError::Write(error),
        })
    }
}

/// The objects of a source without what could act.
struct Harmless<'s> {
    document: &'s lopdf::Document,
    annotations: &'s HashSet<ObjectId>,
    fields: &'s SourceForm,
}

impl Objects for Harmless<'_> {
    fn fetch(&self, id: ObjectId) -> Option<Fetched> {
        let is_annotation = self.annotations.contains(&id) || self.fields.fields.keeps(id);
        let mut object = match self.document.get_object(id).ok()? {
            // The tree of the source is not copied; what points at it loses its target.
            Object::Dictionary(node) if is_of_type(node, b"Pages") || is_of_type(node, b"Catalog") => return None,
            Object::Dictionary(found) if is_annotation => {
                let mut kept = annotation::harmless(self.document, found);
                self.fields.restore(id, found, &mut kept);
                cleaned(&kept.into(), 0)
            }
            // A field that stands on no page is reached by nothing that stays.
            Object::Dictionary(_) if self.fields.fields.knows(id) => return None,
            object => cleaned(object, 0),
        };
        if let Object::Stream(copy) = &mut object {
            even_parameters(self.document, &mut copy.dict);
        }
        // An annotation belongs to one page, a layer to one drawing: equal ones must not become one.
        let is_own = is_annotation || object.as_dict().is_ok_and(|found| is_of_type(found, b"OCG"));
        Some(Fetched { object, is_own })
    }
}

/// The annotations of a page that may stand in a bundle.
fn kept_annotations<'d>(document: &'d lopdf::Document, page: &'d Dictionary) -> Vec<&'d Object> {
    let listed =
        page.get(b"Annots").and_then(|value| document.dereference(value)).and_then(|(_, value)| value.as_array());
    let is_kept = |entry: &&Object| {
        document.dereference(entry).and_then(|(_, entry)| entry.as_dict()).is_ok_and(annotation::is_kept)
    };
    listed.map(|listed| listed.iter().filter(is_kept).collect()).unwrap_or_default()
}

/// As many decoding parameters as filters (ISO 32000-1, table 5): viewers disagree about what else could be meant.
fn even_parameters(document: &lopdf::Document, stream: &mut Dictionary) {
    let resolved = |stream: &Dictionary, key: &[u8]| {
        stream.get(key).and_then(|value| document.dereference(value)).map(|(_, value)| value.clone()).ok()
    };
    let filters = match resolved(stream, b"Filter") {
        Some(Object::Array(filters)) => filters.len(),
        Some(Object::Name(_)) => 1,
        _ => 0,
    };
    if let Some(Object::Array(mut parameters)) = resolved(stream, b"DecodeParms")
        && parameters.len() != filters
    {
        parameters.resize(filters, Object::Null);
        stream.set("DecodeParms", parameters);
    }
}

/// Name of the font of the sheet numbers among the resources of a page.
const RESOURCE: &str = "PTOSheetNumber";

fn is_of_type(dictionary: &Dictionary, name: &[u8]) -> bool {
    dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|found| found == name)
}

/// A copy without the keys that a bundle must not carry.
fn cleaned(object: &Object, nesting: usize) -> Object {
    if nesting > MAX_NESTING {
        return Object::Null;
    }
    match object {
        Object::Array(items) => items.iter().map(|item| cleaned(item, nesting + 1)).collect::<Vec<_>>().into(),
        Object::Dictionary(entries) => cleaned_dictionary(entries, nesting).into(),
        Object::Stream(found) => {
            let mut entries = cleaned_dictionary(&found.dict, nesting);
            // Data in a file outside.
            for key in [&b"F"[..], b"FFilter", b"FDecodeParms"] {
                entries.remove(key);
            }
            stream(entries, found.content.clone())
        }
        other => other.clone(),
    }
}

fn cleaned_dictionary(entries: &Dictionary, nesting: usize) -> Dictionary {
    entries
        .iter()
        .filter(|(key, _)| !DROPPED_KEYS.contains(&key.as_slice()))
        .map(|(key, value)| (key.clone(), cleaned(value, nesting + 1)))
        .collect()
}
