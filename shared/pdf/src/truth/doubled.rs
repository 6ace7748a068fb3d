//! Values that stand twice on one spot, the second time in pieces, shuffled or changed: what an editor leaves behind.

use super::DOUBT;
use domain::{Fault, FaultKind, Rect, Word};

/// Share of the smaller box under the larger from which on two words stand on one spot.
const SAME_SPOT: f32 = 0.7;
/// How far back in the line a word may have its double.
const REACH: usize = 3;

/// Finds words on top of each other in words in reading order. A piece or copy of another word is dropped; of two
/// different words nobody knows which is seen: both lose confidence and their place is to be recognised. Gives the fault
/// with the regions, and whether words were dropped.
pub(crate) fn doubled(words: &mut Vec<Word>) -> (Option<(Fault, Vec<Rect>)>, bool) {
    let mut copies = vec![false; words.len()];
    let mut contested: Vec<(usize, usize)> = Vec::new();
    for later in 1..words.len() {
        for earlier in later.saturating_sub(REACH)..later {
            let (Some(one), Some(other)) = (words.get(earlier), words.get(later)) else { continue };
            // Nearly always one stands beside the other.
            if one.bounds.x1 <= other.bounds.x0 || other.bounds.x1 <= one.bounds.x0 {
                continue;
            }
            // The boxes of slanted words overlap though the words do not.
            let is_square = one.rotation_deg == other.rotation_deg && one.rotation_deg % 90 == 0;
            if !is_square || !overlap(one.bounds, other.bounds) {
                continue;
            }
            if is_rule(&one.text) || is_rule(&other.text) {
                continue;
            }
            let (copy, kept) = if one.text.len() < other.text.len() { (earlier, later) } else { (later, earlier) };
            let is_piece = match (words.get(copy), words.get(kept)) {
                (Some(copy), Some(kept)) => kept.text.contains(&copy.text),
                _ => false,
            };
            if is_piece {
                if let Some(mark) = copies.get_mut(copy) {
                    *mark = true;
                }
            } else if is_same_size(one.bounds, other.bounds) {
                contested.push((earlier, later));
            }
        }
    }
    let dropped = copies.iter().filter(|&&copy| copy).count();
    if dropped == 0 && contested.is_empty() {
        return (None, false);
    }
    let mut regions = Vec::new();
    for (one, other) in contested {
        for place in [one, other] {
            if let Some(word) = words.get_mut(place) {
                word.confidence = word.confidence.min(DOUBT);
            }
        }
        if let (Some(one), Some(other)) = (words.get(one), words.get(other)) {
            regions.push(one.bounds.union(other.bounds));
        }
    }
    let count = u32::try_from(dropped + regions.len()).unwrap_or(u32::MAX);
    let fault = Fault { kind: FaultKind::DoubledText, count, confidence: 0.8, repaired: regions.is_empty() };
    let mut marks = copies.into_iter();
    words.retain(|_| !marks.next().unwrap_or(false));
    (Some((fault, regions)), dropped > 0)
}

fn overlap(one: Rect, other: Rect) -> bool {
    let width = one.x1.min(other.x1) - one.x0.max(other.x0);
    let height = one.y1.min(other.y1) - one.y0.max(other.y0);
    width > SAME_SPOT * one.width().min(other.width()) && height > SAME_SPOT * one.height().min(other.height())
}

fn is_same_size(one: Rect, other: Rect) -> bool {
    let is_near = |one: f32, other: f32| one.min(other) > SAME_SPOT * one.max(other);
    is_near(one.width(), other.width()) && is_near(one.height(), other.height())
}

/// The line of a form, over which words are written.
fn is_rule(text: &str) -> bool {
    text.chars().all(|letter| !letter.is_alphanumeric())
}
