//! Annotations that are seen on a page: notes, stamps and fields of forms by what they look like, and the texts that AutoCAD
//! writes beside lettering that it draws as lines.

use crate::content::{Interpreter, Layers, Matrix, numbers_of, text_of};
use crate::words::Note;
use domain::Rect;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};

/// Most annotations of a page that are looked at.
const MAX_ANNOTATIONS: usize = 10_000;
/// Flags of an annotation: hidden, not to be viewed.
const HIDDEN: u32 = 1 << 1;
const NO_VIEW: u32 = 1 << 5;
/// The author of the comments by which AutoCAD names lettering of its own stroke fonts (SHX).
const STROKE_LETTERING: &[u8] = b"AutoCAD SHX Text";

/// Reads the annotations of a page into its words.
pub(crate) fn read<'p>(interpreter: &mut Interpreter<'_, 'p>, page: &Dict<'p>, layers: &Layers, to_seen: Matrix) {
    let Some(annotations) = page.get::<Array<'p>>("Annots") else { return };
    for annotation in annotations.iter::<Dict<'p>>().take(MAX_ANNOTATIONS) {
        let flags = annotation.get::<u32>("F").unwrap_or(0);
        if flags & (HIDDEN | NO_VIEW) != 0 || layers.hide(&annotation, b"OC") {
            continue;
        }
        let Some([x0, y0, x1, y1]) = annotation.get::<Array<'p>>("Rect").and_then(|array| numbers_of::<4>(&array))
        else {
            continue;
        };
        let place = [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)];
        match annotation.get::<Name<'_>>("Subtype").as_deref() {
            // A popup is a window of the viewer.
            Some(b"Popup") => continue,
            Some(b"Square") if is_of_stroke_lettering(&annotation) => {
                let text = annotation.get::<PdfString<'_>>("Contents").and_then(|text| text_of(text.as_bytes()));
                if let Some(text) = text {
                    add_lettering(interpreter, &text, place, to_seen);
                }
                continue;
            }
            _ => {}
        }
        if let Some(form) = appearance(&annotation)
            && let Some(to_place) = map_to_place(&form, place)
        {
            interpreter.appearance(&form, to_place.then(&to_seen));
        }
    }
}

fn is_of_stroke_lettering(annotation: &Dict<'_>) -> bool {
    annotation.get::<PdfString<'_>>("T").is_some_and(|author| author.as_bytes() == STROKE_LETTERING)
}

/// A line of letters in its box; the longer side tells where the writing runs, for more than one letter.
fn add_lettering(interpreter: &mut Interpreter<'_, '_>, text: &str, [x0, y0, x1, y1]: [f64; 4], to_seen: Matrix) {
    // One over the other they have each only a part of the box, and nobody knows which.
    let text = text.trim();
    if text.is_empty() || text.contains('\n') {
        return;
    }
    let corners = [(x0, y0), (x1, y1)].map(|(x, y)| to_seen.apply(x, y));
    let [(ax, ay), (bx, by)] = corners.map(|(x, y)| (x as f32, y as f32));
    let bounds = Rect { x0: ax.min(bx), y0: ay.min(by), x1: ax.max(bx), y1: ay.max(by) };
    let is_upright = bounds.height() > 1.2 * bounds.width() && text.chars().count() > 1;
    interpreter.words().add_note(&Note { text, bounds, rotation_deg: if is_upright { 90 } else { 0 } });
}

/// The normal appearance of an annotation, of several the one of its state.
fn appearance<'p>(annotation: &Dict<'p>) -> Option<Stream<'p>> {
    match annotation.get::<Dict<'p>>("AP")?.get::<Object<'p>>("N")? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => states.get::<Stream<'p>>(annotation.get::<Name<'_>>("AS")?),
        _ => None,
    }
}

/// The map by which the box of an appearance fills the place of its annotation (ISO 32000-2, 12.5.5).
fn map_to_place(form: &Stream<'_>, [x0, y0, x1, y1]: [f64; 4]) -> Option<Matrix> {
    let dict = form.dict();
    let [left, low, right, high] = dict.get::<Array<'_>>("BBox").and_then(|array| numbers_of::<4>(&array))?;
    let own = dict.get::<Array<'_>>("Matrix").and_then(|array| numbers_of::<6>(&array));
    let own = own.map_or(Matrix::IDENTITY, Matrix::from_array);
    let corners = [(left, low), (right, low), (left, high), (right, high)].map(|(x, y)| own.apply(x, y));
    let ends = |pick: fn(&(f64, f64)) -> f64| {
        let all = || corners.iter().map(pick);
        (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max))
    };
    let ((min_x, max_x), (min_y, max_y)) = (ends(|corner| corner.0), ends(|corner| corner.1));
    let scale = |from: f64, to: f64, low: f64, high: f64| (high > low).then(|| (to - from) / (high - low));
    let (x, y) = (scale(x0, x1, min_x, max_x)?, scale(y0, y1, min_y, max_y)?);
    Some(Matrix::from_array([x, 0.0, 0.0, y, x0 - x * min_x, y0 - y * min_y]))
}

#[cfg(test)]
#[path = "annotations_tests.rs"]
mod tests;
