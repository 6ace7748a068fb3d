use super::source::{Opened, dictionary_of, references};
use crate::transfer::FormFields;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::{HashMap, HashSet};

/// Levels of fields that one may inherit its kind through.
const MAX_LEVELS: usize = 32;

/// The form (AcroForm) of the bundle: the fields of all sources.
#[derive(Default)]
pub(super) struct Form {
    fields: Vec<Object>,
    names: HashSet<Vec<u8>>,
    /// Fonts and colours that the fields' appearances name; of two with one name the first stays.
    resources: Dictionary,
    appearance: Option<Object>,
    /// Whether some source leaves it to the viewer to draw its fields.
    needs_appearances: bool,
}

impl Form {
    /// The entry of the catalog; none without fields.
    pub(super) fn entry(self) -> Option<Dictionary> {
        if self.fields.is_empty() {
            return None;
        }
        let mut form = Dictionary::new();
        form.set("Fields", self.fields);
        if !self.resources.is_empty() {
            form.set("DR", self.resources);
        }
        if let Some(appearance) = self.appearance {
            form.set("DA", appearance);
        }
        if self.needs_appearances {
            form.set("NeedAppearances", true);
        }
        Some(form)
    }

    /// Adds the fields of a source, which are written already.
    pub(super) fn add(&mut self, fields: Vec<Object>, form: &Dictionary, resources: Dictionary) {
        self.fields.extend(fields);
        for (kind, entries) in resources {
            let Object::Dictionary(entries) = entries else { continue };
            if !matches!(self.resources.get(&kind), Ok(Object::Dictionary(_))) {
                self.resources.set(kind.clone(), Dictionary::new());
            }
            if let Ok(Object::Dictionary(known)) = self.resources.get_mut(&kind) {
                for (name, value) in entries {
                    if !known.has(&name) {
                        known.set(name, value);
                    }
                }
            }
        }
        if self.appearance.is_none() {
            self.appearance = form.get(b"DA").ok().filter(|value| value.as_str().is_ok()).cloned();
        }
        self.needs_appearances |= matches!(form.get(b"NeedAppearances"), Ok(Object::Boolean(true)));
    }
}

/// The fields of one source as they shall stand in the bundle.
#[derive(Default)]
pub(super) struct SourceForm {
    pub(super) fields: FormFields,
    /// Names of fields that would otherwise be equal to one of another source.
    renamed: HashMap<ObjectId, Object>,
}

impl SourceForm {
    /// The form of a source whose pages have these annotations.
    pub(super) fn new(opened: &Opened, annotations: &HashSet<ObjectId>, source_number: usize, form: &mut Form) -> Self {
        let document = &opened.document;
        let Some(found) = entry(document) else { return Self::default() };
        // A signature is void in any copy: its fields become plain annotations, which look as they did.
        let kids = |id| match document.get_dictionary(id) {
            Ok(field) if !is_signature(document, field) => references(document, field, b"Kids"),
            _ => Vec::new(),
        };
        let filled = |id: &ObjectId| document.get_dictionary(*id).is_ok_and(|field| !is_signature(document, field));
        let roots = references(document, found, b"Fields").into_iter().filter(filled).collect();
        let fields = FormFields::new(roots, &annotations.iter().copied().filter(filled).collect(), kids);
        let mut renamed = HashMap::new();
        for id in fields.kept_roots() {
            let name =
                document.get_dictionary(id).ok().and_then(|field| text(document, field, b"T")).unwrap_or_default();
            if !form.names.insert(name.clone()) {
                let other = renamed_for(&name, source_number, |name| form.names.insert(name.to_vec()));
                renamed.insert(id, Object::String(other, lopdf::StringFormat::Hexadecimal));
            }
        }
        Self { fields, renamed }
    }

    /// Gives a field back its place in the tree, as far as that is carried; a widget of no field that is carried becomes a
    /// plain annotation.
    pub(super) fn restore(&self, id: ObjectId, found: &Dictionary, harmless: &mut Dictionary) {
        if !self.fields.keeps(id) {
            if !found.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Widget") {
                return;
            }
            for key in [&b"FT"[..], b"T", b"TM", b"TU", b"V", b"DV", b"Ff", b"Lock", b"SV"] {
                harmless.remove(key);
            }
            return;
        }
        if let Ok(parent) = found.get(b"Parent")
            && parent.as_reference().is_ok_and(|parent| self.fields.keeps(parent))
        {
            harmless.set("Parent", parent.clone());
        }
        if let Ok(kids) = found.get(b"Kids") {
            harmless.set("Kids", kids.clone());
            self.fields.keep_children(id, harmless);
        }
        if let Some(name) = self.renamed.get(&id) {
            harmless.set("T", name.clone());
        }
    }
}

/// The form of a source.
pub(super) fn entry(document: &Document) -> Option<&Dictionary> {
    dictionary_of(document, document.catalog().ok()?, b"AcroForm")
}

/// A name that is not taken: with the number of the source, and more of it as long as `take` refuses.
fn renamed_for(name: &[u8], source_number: usize, mut take: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let is_utf16 = name.starts_with(&[0xFE, 0xFF]);
    let ending = format!(" ({source_number})");
    let mut other = name.to_vec();
    loop {
        if is_utf16 {
            other.extend(ending.encode_utf16().flat_map(u16::to_be_bytes));
        } else {
            other.extend(ending.bytes());
        }
        if take(&other) {
            return other;
        }
    }
}

/// Whether a field is for a signature, by itself or by one above it.
fn is_signature(document: &Document, field: &Dictionary) -> bool {
    let mut field = field;
    for _ in 0..MAX_LEVELS {
        if let Ok((_, kind)) = field.get(b"FT").and_then(|kind| document.dereference(kind)) {
            return kind.as_name().is_ok_and(|kind| kind == b"Sig");
        }
        let above = field.get(b"Parent").and_then(|above| document.dereference(above)).ok();
        let Some(above) = above.and_then(|(_, above)| above.as_dict().ok()) else { return false };
        field = above;
    }
    false
}

fn text(document: &Document, holder: &Dictionary, key: &[u8]) -> Option<Vec<u8>> {
    Some(document.dereference(holder.get(key).ok()?).ok()?.1.as_str().ok()?.to_vec())
}
