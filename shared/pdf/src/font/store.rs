use super::cmap::CMap;
use super::composite::Composite;
use super::{Font, Kind, Letters, simple};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Largest ToUnicode table, inflated.
const MAX_TO_UNICODE_BYTES: usize = 16 << 20;
/// Most bytes of fonts that are kept; beyond it they are read again for each page.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// The fonts of a document, each read once and shared by all pages and threads.
#[derive(Debug)]
pub(crate) struct FontStore {
    kept: Mutex<Kept>,
    max_stream_bytes: usize,
}

#[derive(Debug, Default)]
struct Kept {
    fonts: HashMap<(u32, i32), Arc<Font>>,
    bytes: usize,
}

impl FontStore {
    pub(crate) fn new(max_stream_bytes: usize) -> Self {
        Self { kept: Mutex::default(), max_stream_bytes }
    }

    /// The font of an object, read by `dict` if it is not known yet. One that is not kept has a single owner.
    pub(crate) fn font<'a>(
        &self,
        id: Option<ObjectIdentifier>,
        dict: impl FnOnce() -> Option<Dict<'a>>,
    ) -> Option<Arc<Font>> {
        let key = id.map(|id| (id.obj_number, id.gen_number));
        if let Some(key) = key
            && let Some(font) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).fonts.get(&key)
        {
            return Some(Arc::clone(font));
        }
        // Read without the lock: two threads may read the same font twice, none waits for a slow one.
        let font = Arc::new(read(&dict()?, self.max_stream_bytes));
        if let Some(key) = key {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let weight = size_of::<Font>() + font.weight();
            if kept.bytes + weight <= MAX_KEPT_BYTES {
                kept.bytes += weight;
                kept.fonts.insert(key, Arc::clone(&font));
            }
        }
        Some(font)
    }
}

fn read(dict: &Dict<'_>, max_stream_bytes: usize) -> Font {
    let to_unicode = dict
        .get::<Stream<'_>>("ToUnicode")
        .and_then(|stream| crate::stream::decoded(&stream, max_stream_bytes.min(MAX_TO_UNICODE_BYTES)).ok())
        .map(|bytes| CMap::parse(&bytes));
    let has_ordinary = to_unicode.as_ref().is_some_and(CMap::has_ordinary_letters);
    let mut letters = Letters { several: Vec::new(), has_ordinary };
    let subtype = dict.get::<Name<'_>>("Subtype");
    let is_composite = subtype.as_ref().is_some_and(|kind| kind.as_ref() == b"Type0");
    let is_drawn = subtype.as_ref().is_some_and(|kind| kind.as_ref() == b"Type3");
    // Looked up once: its table of widths makes it long to step over.
    let descendant = dict.get::<Array<'_>>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let (kind, vertical) = match descendant.as_ref().filter(|_| is_composite) {
        Some(descendant) => {
            let (composite, vertical) =
                Composite::read(dict, descendant, to_unicode.as_ref(), &mut letters, max_stream_bytes);
            (Kind::Composite(composite), vertical)
        }
        None => (Kind::Simple(simple::read(dict, to_unicode.as_ref(), &mut letters, max_stream_bytes)), false),
    };
    let (ascent, descent) = heights(descendant.as_ref().unwrap_or(dict));
    let sprawls =
        to_unicode.is_some_and(|map| map.sprawls) || matches!(&kind, Kind::Composite(composite) if composite.sprawls);
    Font { kind, several: letters.several, ascent, descent, vertical, sprawls, is_drawn }
}

/// Ascent and descent in em, kept to what letters really have.
fn heights(dict: &Dict<'_>) -> (f64, f64) {
    let descriptor = dict.get::<Dict<'_>>("FontDescriptor");
    let number = |key: &str| descriptor.as_ref().and_then(|dict| dict.get::<f32>(key)).map(f64::from);
    let ascent = number("Ascent").filter(|&ascent| ascent > 100.0).unwrap_or(800.0).clamp(600.0, 1_000.0);
    let descent = number("Descent").map(|descent| -descent.abs()).filter(|&descent| descent < -50.0).unwrap_or(-210.0);
    (ascent / 1000.0, descent.clamp(-350.0, -100.0) / 1000.0)
}
