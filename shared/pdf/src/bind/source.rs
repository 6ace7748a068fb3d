use super::BindError;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::HashSet;

/// Page attributes that a page inherits from the tree above it (ISO 32000-1, 7.7.3.4).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Levels of a page tree; real ones have two to five.
const MAX_DEPTH: usize = 64;

/// A source with its pages in order.
pub(super) struct Opened {
    pub(super) document: Document,
    pub(super) pages: Vec<SourcePage>,
}

/// A page of a source with its inherited attributes filled in.
pub(super) struct SourcePage {
    pub(super) id: ObjectId,
    pub(super) attributes: Dictionary,
}

/// A node of the page tree on its way.
struct Node {
    id: ObjectId,
    inherited: Dictionary,
    depth: usize,
}

impl Opened {
    pub(super) fn new(bytes: &[u8], source_number: usize) -> Result<Self, BindError> {
        let document = Document::load_mem(bytes).map_err(|source| match source {
            lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => BindError::Encrypted { source_number },
            source => BindError::Unreadable { source_number, source },
        })?;
        if document.is_encrypted() {
            return Err(BindError::Encrypted { source_number });
        }
        let pages = pages(&document);
        if pages.is_empty() {
            return Err(BindError::NoPages { source_number });
        }
        Ok(Self { document, pages })
    }
}

/// Walks the page tree without recursion; a node is entered once, so a tree that loops ends.
fn pages(document: &Document) -> Vec<SourcePage> {
    let mut pages = Vec::new();
    let Ok(root) = document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference) else {
        return pages;
    };
    let mut seen = HashSet::new();
    let mut stack = vec![Node { id: root, inherited: Dictionary::new(), depth: 0 }];
    while let Some(Node { id, mut inherited, depth }) = stack.pop() {
        let Ok(node) = document.get_dictionary(id) else { continue };
        if !seen.insert(id) || depth > MAX_DEPTH {
            continue;
        }
        for key in INHERITED {
            if let Ok(value) = node.get(key) {
                inherited.set(key, value.clone());
            }
        }
        let kids = node.get(b"Kids").and_then(|kids| document.dereference(kids)).and_then(|(_, kids)| kids.as_array());
        if let Ok(kids) = kids {
            let below = kids.iter().rev().filter_map(|kid| kid.as_reference().ok());
            stack.extend(below.map(|id| Node { id, inherited: inherited.clone(), depth: depth + 1 }));
        } else if node.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == b"Pages") {
            continue;
        } else {
            let mut attributes = node.clone();
            for (key, value) in &inherited {
                attributes.set(key.clone(), value.clone());
            }
            pages.push(SourcePage { id, attributes });
        }
    }
    pages
}

/// The dictionary under a key, by itself or by reference.
pub(super) fn dictionary_of<'d>(
    document: &'d lopdf::Document,
    holder: &'d Dictionary,
    key: &[u8],
) -> Option<&'d Dictionary> {
    document.dereference(holder.get(key).ok()?).ok()?.1.as_dict().ok()
}

/// The references in the array under a key.
pub(super) fn references(document: &Document, holder: &Dictionary, key: &[u8]) -> Vec<ObjectId> {
    let listed = holder.get(key).and_then(|value| document.dereference(value)).and_then(|(_, value)| value.as_array());
    listed.map(|listed| listed.iter().filter_map(|item| item.as_reference().ok()).collect()).unwrap_or_default()
}
