use super::convert::{converted, dictionary, id_of, lookup};
use super::root_entry;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Object as Read};
use lopdf::{Dictionary, Object};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Named targets that one file may have, and nodes of their tree.
const MAX_NAMES: usize = 200_000;

/// Targets of links that go by names (ISO 32000-1, 12.3.2.3), read when the first link asks.
#[derive(Default)]
pub(super) struct Names {
    targets: OnceLock<HashMap<Vec<u8>, Object>>,
}

impl Names {
    /// Puts the target itself where an annotation or an action names it; a name that the file does not know stays.
    pub(super) fn resolve(&self, pdf: &Pdf, holder: &mut Dictionary) {
        let goes_there = holder.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"GoTo");
        for (key, is_target) in [(&b"Dest"[..], true), (b"D", goes_there)] {
            let name = match holder.get(key) {
                Ok(Object::String(name, _) | Object::Name(name)) if is_target => name,
                _ => continue,
            };
            if let Some(target) = self.targets.get_or_init(|| targets(pdf)).get(name) {
                holder.set(key, target.clone());
            }
        }
        // An action usually stands inside its annotation.
        if let Ok(Object::Dictionary(action)) = holder.get_mut(b"A")
            && action.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == b"GoTo")
        {
            self.resolve(pdf, action);
        }
    }
}

fn targets(pdf: &Pdf) -> HashMap<Vec<u8>, Object> {
    let mut targets = HashMap::new();
    if let Some(old) = root_entry(pdf, "Dests") {
        for (name, _) in old.entries() {
            if let Some(target) = old.get::<Read<'_>>(name.as_ref()).and_then(target) {
                targets.insert(name.as_ref().to_vec(), target);
            }
        }
    }
    let mut seen = HashSet::new();
    let mut waiting: Vec<Dict<'_>> =
        root_entry(pdf, "Names").and_then(|names| names.get("Dests")).into_iter().collect();
    while let Some(node) = waiting.pop() {
        if targets.len() > MAX_NAMES || seen.len() > MAX_NAMES {
            break;
        }
        for kid in node.get::<Array<'_>>("Kids").iter().flat_map(|kids| kids.raw_iter()) {
            let Some(id) = kid.as_obj_ref().and_then(|kid| id_of(kid.into())) else { continue };
            if seen.insert(id) {
                waiting.extend(pdf.xref().get::<Dict<'_>>(lookup(id)));
            }
        }
        let Some(pairs) = node.get::<Array<'_>>("Names") else { continue };
        let mut items = pairs.raw_iter();
        while let (Some(name), Some(value)) = (items.next(), items.next()) {
            let MaybeRef::NotRef(Read::String(name)) = name else { continue };
            let value = match value {
                MaybeRef::Ref(id) => pdf.xref().get::<Read<'_>>(id.into()),
                MaybeRef::NotRef(value) => Some(value),
            };
            if let Some(target) = value.and_then(target) {
                targets.insert(name.as_bytes().to_vec(), target);
            }
        }
    }
    targets
}

/// An explicit target: the array itself, or the one inside a dictionary.
fn target(value: Read<'_>) -> Option<Object> {
    match value {
        Read::Array(_) => Some(converted(value, 0)),
        Read::Dict(holder) => match dictionary(&holder, 0).get(b"D") {
            Ok(Object::Array(target)) => Some(target.clone().into()),
            _ => None,
        },
        _ => None,
    }
}
