//! The truth of a text layer: what of it can be believed, word by word and for the page.
//!
//! The layer is compared with what is painted (text nobody can see, pictures and line drawings without text) and with what
//! words of the language look like (letters left out, letters exchanged). Nothing is judged by a single word, and marks,
//! numbers and abbreviations are not judged at all: most of a drawing is made of them.

mod doubled;
mod grid;
mod hidden;
mod letters;
mod pictures;
mod tongue;

pub(crate) use doubled::doubled;

use crate::content::{Outlines, Scenery};
use crate::verdict::Verdict;
use crate::words::{ByteKinds, RawWord};
use domain::{Fault, FaultKind, Rect, Word};

/// Share of the words in doubt from which on the whole page is to be recognised.
const DOUBTED_PAGE: f32 = 0.5;
/// Share of a page under regions from which on they are the page.
const WHOLE_PAGE: f32 = 0.85;
/// Confidence of words that are doubted.
const DOUBT: f32 = 0.3;
/// Confidence of words that nobody sees but that read well.
const UNSEEN: f32 = 0.8;

/// What is known of a page beside its words.
pub(crate) struct Surroundings<'p> {
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    pub(crate) scenery: &'p Scenery,
    /// Bytes of the letters of its words.
    pub(crate) kinds: ByteKinds,
    /// Whether it has lines enough for lettering beside its text.
    pub(crate) has_many_lines: bool,
}

/// What was found: the faults, and what is left to be recognised.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) faults: Vec<Fault>,
    pub(crate) verdict: Verdict,
}

/// Judges the words of a page, repaired as far as they can be; `raw` says how each of them is painted. Words that are
/// not seen are dropped from both, doubted ones lose confidence. `outlines` looks for lettering drawn as lines.
pub(crate) fn judge(
    words: &mut Vec<Word>,
    raw: &mut Vec<RawWord>,
    page: &Surroundings<'_>,
    outlines: impl FnOnce() -> Option<Outlines>,
) -> Judgement {
    let mut doubts = Doubts { faults: Vec::new(), regions: Vec::new(), layer: Vec::new() };
    let is_unpainted = raw.iter().any(|word| word.look.is_invisible);
    let outlines = if page.has_many_lines || is_unpainted { outlines() } else { None };
    hidden::judge(words, raw, page, outlines.as_ref(), &mut doubts);
    letters::judge(words, raw, page.kinds, &mut doubts);
    pictures::judge(words, page, &mut doubts);
    if let Some(outlines) = outlines.filter(|_| page.has_many_lines) {
        pictures::judge_outlines(words, page, &outlines.lettering(), &mut doubts);
    }
    let verdict = doubts.verdict(words, page);
    Judgement { faults: doubts.faults, verdict }
}

/// What is gathered while a page is judged.
#[derive(Debug)]
struct Doubts {
    faults: Vec<Fault>,
    /// What is to be recognised beside the words in doubt.
    regions: Vec<Rect>,
    /// The words of somebody else's recognition.
    layer: Vec<Rect>,
}

impl Doubts {
    fn fault(&mut self, kind: FaultKind, count: usize, confidence: f32, repaired: bool) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.faults.push(Fault { kind, count, confidence: confidence.clamp(0.0, 1.0), repaired });
    }

    fn verdict(&mut self, words: &[Word], page: &Surroundings<'_>) -> Verdict {
        let doubted: Vec<Rect> =
            words.iter().filter(|word| word.confidence < UNSEEN).map(|word| padded(word.bounds, page)).collect();
        if doubted.len() as f32 > DOUBTED_PAGE * words.len() as f32 {
            return Verdict::Recognize;
        }
        if doubted.is_empty() && self.regions.is_empty() {
            return Verdict::Trust;
        }
        let mut regions = grid::merged(&doubted, page.width_pt, page.height_pt);
        regions.append(&mut self.regions);
        let covered: f32 = regions.iter().map(|region| region.width() * region.height()).sum();
        let is_framed = words.iter().filter(|word| !is_inside(word.bounds, &regions)).count() < LEAST_WORDS_KEPT;
        if covered > WHOLE_PAGE * page.width_pt * page.height_pt && is_framed {
            return Verdict::Recognize;
        }
        Verdict::RecognizeRegions(regions)
    }
}

/// With fewer words left outside the regions these are not worth keeping.
const LEAST_WORDS_KEPT: usize = 5;

/// Whether the middle of a box lies in one of the regions.
pub(crate) fn is_inside(bounds: Rect, regions: &[Rect]) -> bool {
    let (x, y) = bounds.centre();
    regions.iter().any(|region| region.contains(x, y))
}

/// A box with some room around it, within the page.
fn padded(bounds: Rect, page: &Surroundings<'_>) -> Rect {
    let room = (bounds.width().min(bounds.height()) * 0.3).clamp(1.0, 10.0);
    Rect {
        x0: (bounds.x0 - room).max(0.0),
        y0: (bounds.y0 - room).max(0.0),
        x1: (bounds.x1 + room).min(page.width_pt),
        y1: (bounds.y1 + room).min(page.height_pt),
    }
}

#[cfg(test)]
mod tests;
