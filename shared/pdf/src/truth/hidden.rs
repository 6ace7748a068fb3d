//! Text that nobody sees: not painted, clipped away, painted over, white on white; and the layers of other people's
//! recognition, which are such text over or under a scan.

use super::{Doubts, Surroundings, UNSEEN, letters};
use crate::content::{Area, Outlines, Paint, Scenery};
use crate::words::RawWord;
use domain::{FaultKind, Rect, Word};

/// Share of bad words that makes a layer of recognition worthless.
const BAD_SHARE: f32 = 0.15;
/// Words of letters below which a large layer cannot be judged and is not believed.
pub(super) const LEAST_JUDGED: usize = 8;
/// Words up to which a layer is a few labels.
const FEW_LABELS: usize = 24;
/// Share of a page up to which a picture is a patch on it; larger ones are scans.
const PATCH_SHARE: f32 = 0.1;
/// Share of a word's width, and of its height, from which on a patch changes what is read.
const PATCHED_WIDTH: f32 = 0.3;
const PATCHED_HEIGHT: f32 = 0.5;
/// Share of its letters below which a word in a clip is not seen.
const LEAST_SHOWN: f32 = 0.15;
/// Letters lower than this, in points, are seen by nobody.
const LEAST_SEEN_PT: f32 = 0.2;
/// Unpainted words under drawn letters from which on a page is known to have such.
const LEAST_DRAWN: usize = 3;
/// Bands across the page that areas are sorted into.
const BANDS: usize = 64;

/// Why a word is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hiding {
    Seen,
    SwitchedOff,
    Unpainted,
    Clipped,
    UnderPicture,
    /// Under a small picture, or partly under one: what is seen there is something else.
    Patched,
    PaintedOver,
    White,
}

pub(super) fn judge(
    words: &mut Vec<Word>,
    raw: &mut Vec<RawWord>,
    page: &Surroundings<'_>,
    outlines: Option<&Outlines>,
    doubts: &mut Doubts,
) {
    let has_nothing_over_it = page.scenery.is_empty();
    if has_nothing_over_it && !raw.iter().any(|word| word.look.is_invisible || word.look.is_white) {
        return;
    }
    let hidings = hidings(raw, page);
    if hidings.iter().all(|&hiding| hiding == Hiding::Seen) {
        return;
    }
    let pictures: Vec<Rect> = page
        .scenery
        .areas()
        .iter()
        .filter(|area| matches!(area.paint, Paint::Picture { shows_letters: true, .. }))
        .map(|area| area.bounds)
        .collect();
    let on_picture = |word: &Word| super::is_inside(word.bounds, &pictures);
    let beside = room_beside(words, &hidings, outlines);
    let is_layer: Vec<bool> = words
        .iter()
        .zip(&hidings)
        .map(|(word, hiding)| match hiding {
            Hiding::UnderPicture => true,
            // Programs put text that can be searched under lettering that they draw as lines.
            Hiding::Unpainted => on_picture(word) || outlines.is_some_and(|outlines| is_drawn(word, outlines, beside)),
            _ => false,
        })
        .collect();
    doubts.layer = words.iter().zip(&is_layer).filter(|(_, layer)| **layer).map(|(word, _)| word.bounds).collect();
    let is_over_picture = words.iter().zip(&is_layer).any(|(word, layer)| *layer && on_picture(word));
    judge_layer(words, &is_layer, is_over_picture, doubts);
    let is_patched = |hiding: &Hiding| *hiding == Hiding::Patched;
    let patched = hidings.iter().filter(|hiding| is_patched(hiding)).count();
    if patched > 0 {
        for (word, _) in words.iter_mut().zip(&hidings).filter(|(_, hiding)| is_patched(hiding)) {
            word.confidence = word.confidence.min(super::DOUBT);
        }
        doubts.fault(FaultKind::HiddenText, patched, 0.9, false);
    }
    let mut kept = is_layer
        .iter()
        .zip(&hidings)
        .map(|(&layer, &hiding)| layer || matches!(hiding, Hiding::Seen | Hiding::Patched));
    let keeps: Vec<bool> = std::iter::from_fn(|| kept.next()).collect();
    let dropped = keeps.iter().filter(|&&keep| !keep).count();
    if dropped > 0 {
        doubts.fault(FaultKind::HiddenText, dropped, 0.9, true);
        retain(words, &keeps);
        retain(raw, &keeps);
    }
}

/// How far beside an unpainted word its drawn letters may begin, in parts of its length: the two have different widths, so
/// where nearly all others stand under drawn letters one may miss its own.
fn room_beside(words: &[Word], hidings: &[Hiding], outlines: Option<&Outlines>) -> f32 {
    let Some(outlines) = outlines else { return 0.0 };
    let unpainted = || words.iter().zip(hidings).filter(|(_, hiding)| **hiding == Hiding::Unpainted);
    let drawn = unpainted().filter(|(word, _)| is_drawn(word, outlines, 0.0)).count();
    if drawn >= LEAST_DRAWN && drawn * 4 >= unpainted().count() * 3 { 1.0 } else { 0.0 }
}

/// Whether strokes as high as letters stand where the word does, or `beside` of its length before or behind it.
fn is_drawn(word: &Word, outlines: &Outlines, beside: f32) -> bool {
    let Rect { x0, y0, x1, y1 } = word.bounds;
    let is_upright = matches!(word.rotation_deg, 90 | 270);
    let room = |along: bool, length: f32| if along { length * beside } else { 0.0 };
    let (wide, high) = (room(!is_upright, x1 - x0), room(is_upright, y1 - y0));
    let bounds = Rect { x0: x0 - wide, y0: y0 - high, x1: x1 + wide, y1: y1 + high };
    let least = 0.25 * word.bounds.width().min(word.bounds.height());
    outlines.strokes().any(|stroke| {
        let (x, y) = stroke.centre();
        bounds.contains(x, y) && stroke.width().max(stroke.height()) >= least
    })
}

fn retain<T>(items: &mut Vec<T>, keeps: &[bool]) {
    let mut keeps = keeps.iter();
    items.retain(|_| keeps.next().copied().unwrap_or(true));
}

/// Judges the words of somebody else's recognition by what they look like.
fn judge_layer(words: &mut [Word], is_layer: &[bool], is_over_picture: bool, doubts: &mut Doubts) {
    let of_layer = || words.iter().zip(is_layer).filter(|(_, layer)| **layer).map(|(word, _)| word);
    let count = of_layer().count();
    if count == 0 {
        return;
    }
    let (mut judged, mut bad) = (0usize, 0usize);
    for word in of_layer() {
        if let Some(is_bad) = letters::is_bad(&word.text) {
            judged += 1;
            bad += usize::from(is_bad);
        }
    }
    let bad_share = bad as f32 / judged.max(1) as f32;
    let is_judged = judged >= LEAST_JUDGED || count <= FEW_LABELS;
    let is_believed = is_judged && bad_share <= BAD_SHARE;
    let confidence = if is_believed { UNSEEN } else { super::DOUBT };
    for (word, _) in words.iter_mut().zip(is_layer).filter(|(_, layer)| **layer) {
        word.confidence = word.confidence.min(confidence);
    }
    let kind = if is_over_picture { FaultKind::ForeignOcr } else { FaultKind::HiddenText };
    doubts.fault(kind, count, if is_believed { bad_share } else { 0.5 + bad_share }, false);
}

fn hidings(raw: &[RawWord], page: &Surroundings<'_>) -> Vec<Hiding> {
    let scenery = page.scenery;
    let first_end = raw.iter().map(|word| word.end).min().unwrap_or(0);
    let covers = Bands::new(
        scenery.areas().iter().filter(|area| {
            area.text_before >= first_end && !matches!(area.paint, Paint::Picture { is_opaque: false, .. })
        }),
        page.height_pt,
    );
    let patch_pt2 = PATCH_SHARE * page.width_pt * page.height_pt;
    raw.iter().map(|word| hiding(word, scenery, &covers, patch_pt2)).collect()
}

fn hiding(word: &RawWord, scenery: &Scenery, covers: &Bands<'_>, patch_pt2: f32) -> Hiding {
    let (x, y) = word.bounds.centre();
    if word.bounds.width().max(word.bounds.height()) < LEAST_SEEN_PT {
        return Hiding::Clipped;
    }
    if word.look.is_switched_off {
        return Hiding::SwitchedOff;
    }
    if word.look.is_invisible {
        return Hiding::Unpainted;
    }
    if let Some(clip) = scenery.clip(word.look.clip) {
        // A clip may cut a letter, and the box of a word is higher than its letters.
        let room = word.size_pt * 0.3;
        let is_outside = x < clip.x0 - room || x > clip.x1 + room || y < clip.y0 - room || y > clip.y1 + room;
        if is_outside || shown_share(word, clip) < LEAST_SHOWN {
            return Hiding::Clipped;
        }
    }
    for area in covers.at(y) {
        if area.text_before < word.end {
            continue;
        }
        let is_patch =
            matches!(area.paint, Paint::Picture { .. }) && area.bounds.width() * area.bounds.height() <= patch_pt2;
        if is_patch && patches_word(area.bounds, word.bounds) {
            return Hiding::Patched;
        }
        if covers_word(area.bounds, word) {
            return match area.paint {
                Paint::Picture { .. } => Hiding::UnderPicture,
                Paint::Colour { .. } => Hiding::PaintedOver,
            };
        }
    }
    let is_on_paper = || {
        !scenery.areas().iter().any(|area| {
            area.text_before <= word.start
                && area.paint != Paint::Colour { is_white: true }
                && area.bounds.contains(x, y)
        })
    };
    if word.look.is_white && is_on_paper() { Hiding::White } else { Hiding::Seen }
}

/// How much of the letters of a word a clip leaves. The box of a word is about a quarter higher than its letters on either side.
fn shown_share(word: &RawWord, clip: Rect) -> f32 {
    let inset = |side: f32, is_across: bool| if is_across { side * 0.22 } else { 0.0 };
    let x = inset(word.bounds.width(), word.rotation_deg % 180 == 90);
    let y = inset(word.bounds.height(), word.rotation_deg.is_multiple_of(180));
    let word = word.bounds;
    let letters = Rect { x0: word.x0 + x, y0: word.y0 + y, x1: word.x1 - x, y1: word.y1 - y };
    let width = letters.x1.min(clip.x1) - letters.x0.max(clip.x0);
    let height = letters.y1.min(clip.y1) - letters.y0.max(clip.y0);
    width.max(0.0) * height.max(0.0) / (letters.width() * letters.height()).max(f32::MIN_POSITIVE)
}

/// Whether an area hides a word but for its edges.
fn covers_word(area: Rect, word: &RawWord) -> bool {
    let own = word.bounds;
    let room_x = own.width() * 0.2;
    let room_y = own.height() * 0.2;
    area.x0 <= own.x0 + room_x && area.x1 >= own.x1 - room_x && area.y0 <= own.y0 + room_y && area.y1 >= own.y1 - room_y
}

/// Whether a patch lies over so much of a word that another is read.
fn patches_word(patch: Rect, word: Rect) -> bool {
    let width = patch.x1.min(word.x1) - patch.x0.max(word.x0);
    let height = patch.y1.min(word.y1) - patch.y0.max(word.y0);
    width >= PATCHED_WIDTH * word.width() && height >= PATCHED_HEIGHT * word.height()
}

/// Areas by where they lie on the page, so that each word is compared with few of them.
struct Bands<'a> {
    bands: Vec<Vec<&'a Area>>,
    height: f32,
}

impl<'a> Bands<'a> {
    fn new(areas: impl Iterator<Item = &'a Area>, height: f32) -> Self {
        let mut own = Self { bands: Vec::new(), height: height.max(1.0) };
        for area in areas {
            if own.bands.is_empty() {
                own.bands.resize_with(BANDS, Vec::new);
            }
            for band in own.band(area.bounds.y0)..=own.band(area.bounds.y1) {
                if let Some(band) = own.bands.get_mut(band) {
                    band.push(area);
                }
            }
        }
        own
    }

    fn band(&self, y: f32) -> usize {
        ((y / self.height * BANDS as f32).max(0.0) as usize).min(BANDS - 1)
    }

    fn at(&self, y: f32) -> impl Iterator<Item = &&'a Area> {
        self.bands.get(self.band(y)).into_iter().flatten()
    }
}
