//! Layers (optional content, слои): which of them are switched off when the file is opened.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier};
use std::collections::HashSet;

/// Deepest nesting of a visibility expression.
const MAX_DEPTH: u32 = 8;

/// The layers of a file that are switched off in its default configuration.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    off: HashSet<ObjectIdentifier>,
}

impl Layers {
    pub(crate) fn of(pdf: &Pdf) -> Self {
        let mut own = Self::default();
        if let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
            own.read(&catalog);
        }
        own
    }

    fn read(&mut self, catalog: &Dict<'_>) {
        let Some(properties) = catalog.get::<Dict<'_>>("OCProperties") else { return };
        let Some(config) = properties.get::<Dict<'_>>("D") else { return };
        let groups =
            |dict: &Dict<'_>, key: &str| dict.get::<Array<'_>>(key).map(|array| references(&array)).unwrap_or_default();
        if config.get::<Name<'_>>("BaseState").as_deref() == Some(b"OFF") {
            self.off.extend(groups(&properties, "OCGs"));
        }
        for group in groups(&config, "ON") {
            self.off.remove(&group);
        }
        self.off.extend(groups(&config, "OFF"));
    }

    /// Whether all are switched on.
    pub(crate) fn are_all_on(&self) -> bool {
        self.off.is_empty()
    }

    /// Whether what belongs to the layer that `owner` names under `key` is switched off.
    pub(crate) fn hide(&self, owner: &Dict<'_>, key: &[u8]) -> bool {
        if self.are_all_on() {
            return false;
        }
        let id = owner.get_ref(key).map(ObjectIdentifier::from);
        if id.is_some_and(|id| self.off.contains(&id)) {
            return true;
        }
        let dict = owner.get::<Dict<'_>>(key);
        dict.is_some_and(|dict| dict.get::<Name<'_>>("Type").as_deref() == Some(b"OCMD") && !self.shows(&dict))
    }

    /// Whether a membership of layers (OCMD) is seen.
    fn shows(&self, membership: &Dict<'_>) -> bool {
        if let Some(expression) = membership.get::<Array<'_>>("VE") {
            return self.holds(&expression, MAX_DEPTH);
        }
        // An array or a single layer.
        let groups = match membership.get::<Array<'_>>("OCGs") {
            Some(array) => references(&array),
            None => membership.get_ref("OCGs").map(Into::into).into_iter().collect(),
        };
        if groups.is_empty() {
            return true;
        }
        let mut are_off = groups.iter().map(|group| self.off.contains(group));
        match membership.get::<Name<'_>>("P").as_deref() {
            Some(b"AllOn") => !are_off.any(|off| off),
            Some(b"AnyOff") => are_off.any(|off| off),
            Some(b"AllOff") => are_off.all(|off| off),
            _ => !are_off.all(|off| off),
        }
    }

    /// Whether a visibility expression holds; one that makes no sense does.
    fn holds(&self, expression: &Array<'_>, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let mut items = expression.raw_iter();
        let Some(MaybeRef::NotRef(Object::Name(operator))) = items.next() else { return true };
        let mut values = items.zip(expression.iter::<Object<'_>>().skip(1)).map(|(raw, item)| match (raw, item) {
            (_, Object::Array(inner)) => self.holds(&inner, depth),
            (MaybeRef::Ref(reference), _) => !self.off.contains(&reference.into()),
            _ => true,
        });
        match operator.as_ref() {
            b"And" => values.all(|value| value),
            b"Or" => values.any(|value| value),
            b"Not" => !values.next().unwrap_or(false),
            _ => true,
        }
    }
}

fn references(array: &Array<'_>) -> Vec<ObjectIdentifier> {
    array.raw_iter().filter_map(|item| item.as_obj_ref().map(Into::into)).collect()
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
