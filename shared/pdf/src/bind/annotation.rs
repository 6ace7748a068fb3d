use lopdf::{Dictionary, Document, Object};

/// Kinds of annotations that carry files, media or programs.
const LEFT_BEHIND: [&[u8]; 8] =
    [b"FileAttachment", b"Movie", b"Sound", b"Screen", b"RichMedia", b"3D", b"TrapNet", b"Watermark"];

/// How the addresses of links to pages of the bundle begin.
const BUNDLE: &[u8] = b"bundle:";

/// Whether an annotation may stand in a bundle.
pub(super) fn is_kept(annotation: &Dictionary) -> bool {
    let kind = annotation.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
    !kind.is_empty() && !LEFT_BEHIND.contains(&kind)
}

/// The page of the bundle, from 1, that a link of the program's own forms leads to: its address is `bundle:5`.
pub(super) fn bundle_page(document: &Document, annotation: &Dictionary) -> Option<usize> {
    let (_, action) = document.dereference(annotation.get(b"A").ok()?).ok()?;
    let (_, address) = document.dereference(action.as_dict().ok()?.get(b"URI").ok()?).ok()?;
    std::str::from_utf8(address.as_str().ok()?.strip_prefix(BUNDLE)?).ok()?.parse().ok()
}

/// The annotation without what could act: of actions only links to addresses and to pages remain.
pub(super) fn harmless(document: &Document, annotation: &Dictionary) -> Dictionary {
    let mut kept = annotation.clone();
    for key in [&b"A"[..], b"AA", b"PA", b"Parent", b"Kids", b"FS", b"Dest"] {
        kept.remove(key);
    }
    let is_popup = annotation.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Popup");
    if is_popup && let Ok(parent) = annotation.get(b"Parent") {
        kept.set("Parent", parent.clone());
    }
    let resolve = |dictionary: &Dictionary, key: &[u8]| {
        dictionary.get(key).and_then(|value| document.dereference(value)).map(|(_, value)| value.clone()).ok()
    };
    if let Some(Object::Array(target)) = resolve(annotation, b"Dest") {
        kept.set("Dest", target);
    }
    if let Some(Object::Dictionary(action)) = resolve(annotation, b"A") {
        match (action.get(b"S").and_then(Object::as_name).unwrap_or_default(), &resolve(&action, b"D")) {
            (b"GoTo", Some(Object::Array(target))) => kept.set("Dest", target.clone()),
            (b"URI", _) => {
                if let Some(Object::String(address, format)) = resolve(&action, b"URI")
                    && !address.starts_with(BUNDLE)
                {
                    let mut link = Dictionary::new();
                    link.set("S", "URI");
                    link.set("URI", Object::String(address, format));
                    kept.set("A", link);
                }
            }
            _ => {}
        }
    }
    kept
}
