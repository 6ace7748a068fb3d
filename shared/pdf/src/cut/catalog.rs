use super::convert::{dictionary, id_of, lookup};
use super::root_entry;
use crate::transfer::{FormFields, Transfer};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict};
use lopdf::{Dictionary, Object, ObjectId};
use std::collections::HashSet;

/// Levels of the settings of layers.
const MAX_LEVELS: usize = 16;

/// The fields of the file's form (AcroForm), those on the annotations of the kept pages marked.
pub(super) fn fields(pdf: &Pdf, annotations: &HashSet<ObjectId>) -> FormFields {
    let Some(form) = root_entry(pdf, "AcroForm") else { return FormFields::default() };
    FormFields::new(references(&form, "Fields"), annotations, |id| {
        pdf.xref().get::<Dict<'_>>(lookup(id)).map(|field| references(&field, "Kids")).unwrap_or_default()
    })
}

/// The form with the kept fields; none when none is kept.
pub(super) fn form(pdf: &Pdf, fields: &FormFields) -> Option<Dictionary> {
    let roots: Vec<Object> = fields.kept_roots().into_iter().map(Object::Reference).collect();
    if roots.is_empty() {
        return None;
    }
    let form = root_entry(pdf, "AcroForm")?;
    let mut copy = dictionary(&form, 0);
    copy.set("Fields", roots);
    // A second description of the whole form, of which a part cannot be taken.
    copy.remove(b"XFA");
    let order: Vec<Object> =
        references(&form, "CO").into_iter().filter(|id| fields.keeps(*id)).map(Object::Reference).collect();
    if order.is_empty() {
        copy.remove(b"CO");
    } else {
        copy.set("CO", order);
    }
    Some(copy)
}

/// The layers that were reached, with their switches, order and groups; none when none was.
pub(super) fn layers(pdf: &Pdf, transfer: &Transfer) -> Option<Object> {
    let properties = root_entry(pdf, "OCProperties")?;
    let kept = without_unreached(pdf, dictionary(&properties, 0).into(), transfer, 0);
    let listed = kept.as_dict().ok()?.get(b"OCGs").ok()?.as_array().ok()?;
    if listed.is_empty() { None } else { Some(kept) }
}

/// Settings with all they refer to in place, but for layers: these stay references, or go when nothing reached them.
fn without_unreached(pdf: &Pdf, value: Object, transfer: &Transfer, level: usize) -> Object {
    if level > MAX_LEVELS {
        return Object::Null;
    }
    match value {
        Object::Reference(id) if transfer.number_of(id).is_some() => value,
        Object::Reference(id) => match pdf.xref().get(lookup(id)) {
            Some(found) => match super::converted(found, 0) {
                Object::Dictionary(layer)
                    if layer.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"OCG") =>
                {
                    Object::Null
                }
                Object::Stream(_) => Object::Null,
                found => without_unreached(pdf, found, transfer, level + 1),
            },
            None => Object::Null,
        },
        Object::Array(items) => {
            let kept = items.into_iter().map(|item| without_unreached(pdf, item, transfer, level + 1));
            kept.filter(|item| !matches!(item, Object::Null)).collect::<Vec<_>>().into()
        }
        Object::Dictionary(entries) => {
            let kept =
                entries.into_iter().map(|(key, value)| (key, without_unreached(pdf, value, transfer, level + 1)));
            kept.collect::<Dictionary>().into()
        }
        other => other,
    }
}

fn references(holder: &Dict<'_>, key: &str) -> Vec<ObjectId> {
    let listed = holder.get::<Array<'_>>(key);
    let items = listed.iter().flat_map(|listed| listed.raw_iter());
    items.filter_map(|item| item.as_obj_ref().and_then(|item| id_of(item.into()))).collect()
}
