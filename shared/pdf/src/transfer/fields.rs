use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{HashMap, HashSet};

/// Fields that one form may have.
const MAX_FIELDS: usize = 200_000;

/// The fields of a file's form (AcroForm) and which of them stand on the pages that are carried.
#[derive(Default)]
pub(crate) struct FormFields {
    all: HashSet<ObjectId>,
    kept: HashSet<ObjectId>,
    roots: Vec<ObjectId>,
}

impl FormFields {
    /// Walks the fields from the `roots` of the form; a field is kept when it, or one under it, is among the `annotations` of
    /// the carried pages.
    pub(crate) fn new(
        roots: Vec<ObjectId>,
        annotations: &HashSet<ObjectId>,
        kids: impl Fn(ObjectId) -> Vec<ObjectId>,
    ) -> Self {
        let mut fields = Self { roots, ..Self::default() };
        let mut parents = HashMap::new();
        let mut waiting = fields.roots.clone();
        while let Some(id) = waiting.pop() {
            if fields.all.len() > MAX_FIELDS || !fields.all.insert(id) {
                continue;
            }
            for kid in kids(id) {
                parents.entry(kid).or_insert(id);
                waiting.push(kid);
            }
        }
        for id in &fields.all {
            let mut above = annotations.contains(id).then_some(*id);
            while let Some(id) = above {
                if !fields.kept.insert(id) {
                    break;
                }
                above = parents.get(&id).copied();
            }
        }
        fields
    }

    /// Whether this object is a field of the form, kept or not.
    pub(crate) fn knows(&self, id: ObjectId) -> bool {
        self.all.contains(&id)
    }

    /// Whether this object is a field that is carried.
    pub(crate) fn keeps(&self, id: ObjectId) -> bool {
        self.kept.contains(&id)
    }

    /// The carried fields that stand in no other.
    pub(crate) fn kept_roots(&self) -> Vec<ObjectId> {
        self.roots.iter().copied().filter(|id| self.keeps(*id)).collect()
    }

    /// Leaves of a field's children only those that are kept.
    pub(crate) fn keep_children(&self, id: ObjectId, field: &mut Dictionary) {
        if self.knows(id)
            && let Ok(Object::Array(kids)) = field.get_mut(b"Kids")
        {
            kids.retain(|kid| kid.as_reference().is_ok_and(|kid| self.keeps(kid)));
        }
    }
}
