use super::RawWord;
use std::cmp::Ordering;

/// How many words of the same text are compared with each one.
const MAX_COMPARED: usize = 48;

/// Drops words printed a second time on the same spot: bold by overprinting, shadows.
pub(crate) fn drop_overprints(text: &str, words: &mut Vec<RawWord>) {
    let prints: Vec<u64> =
        words.iter().map(|word| fingerprint(text.get(word.start..word.end).unwrap_or_default())).collect();
    if !may_repeat(&prints, words) {
        return;
    }
    let mut order: Vec<(u64, f32, usize)> = prints
        .iter()
        .zip(words.iter())
        .zip(0..)
        .map(|((&print, word), index)| (print, word.bounds.x0, index))
        .collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal)));
    let mut is_copy = vec![false; words.len()];
    let mut found = false;
    for (place, &(hash, x0, index)) in order.iter().enumerate() {
        let Some(word) = words.get(index) else { continue };
        let reach = reach(word);
        let followers = order.iter().skip(place + 1).take(MAX_COMPARED);
        for &(_, other_x0, other) in followers.take_while(|item| item.0 == hash && item.1 - x0 <= reach) {
            let Some(later) = words.get(other) else { continue };
            let same_spot = (other_x0 - x0).abs() <= reach
                && (later.bounds.y0 - word.bounds.y0).abs() <= reach
                && (later.bounds.x1 - word.bounds.x1).abs() <= reach
                && later.rotation_deg == word.rotation_deg
                // What nobody sees takes nothing away from what stands in its place.
                && later.look.is_switched_off == word.look.is_switched_off;
            if same_spot && let Some(mark) = is_copy.get_mut(index.max(other)) {
                *mark = true;
                found = true;
            }
        }
    }
    if found {
        let mut marks = is_copy.into_iter();
        words.retain(|_| !marks.next().unwrap_or(false));
    }
}

/// How far from a word its copy may stand, in points.
fn reach(word: &RawWord) -> f32 {
    (word.size_pt * 0.15).max(0.1)
}

/// Side of the squares of a page that words are sorted into, in points. Reaches are smaller nearly always.
const SQUARE_PT: f32 = 8.0;

/// Whether two words of the same letters begin so near each other that they could stand on one spot: quick, for on most pages
/// none do. Each word is noted in all squares that its reach touches, four at most.
fn may_repeat(prints: &[u64], words: &[RawWord]) -> bool {
    let slots = (3 * words.len()).next_power_of_two().max(8);
    let mut taken: Vec<u32> = vec![0; slots];
    let mut free = slots / 4 * 3;
    for (&print, word) in prints.iter().zip(words) {
        let reach = reach(word);
        if reach > 0.5 * SQUARE_PT {
            return true;
        }
        let square = |edge: f32| (edge * (1.0 / SQUARE_PT)) as i32;
        let (x, y) = (word.bounds.x0, word.bounds.y0);
        let (left, right) = (square(x - reach), square(x + reach));
        let (top, bottom) = (square(y - reach), square(y + reach));
        let (is_wide, is_high) = (left != right, top != bottom);
        let squares =
            [(left, top, true), (right, top, is_wide), (left, bottom, is_high), (right, bottom, is_wide && is_high)];
        for (column, row, _) in squares.into_iter().filter(|square| square.2) {
            let key = mixed(print, column, row);
            let mut slot = (key >> 8) as usize & (slots - 1);
            // Some slots are free always, so the search ends.
            while let Some(other) = taken.get_mut(slot) {
                if *other == 0 {
                    *other = key;
                    free -= 1;
                    break;
                }
                if *other == key {
                    return true;
                }
                slot = (slot + 1) & (slots - 1);
            }
            if free == 0 {
                return true;
            }
        }
    }
    false
}

/// Letters and square in one number, which is never 0.
fn mixed(print: u64, column: i32, row: i32) -> u32 {
    let square = u64::from(column.cast_unsigned()) << 32 | u64::from(row.cast_unsigned());
    let mixed = (print ^ square.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed >> 32) as u32 | 1
}

/// Quick, and a chance hit only makes two words be compared by their places.
fn fingerprint(text: &str) -> u64 {
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let start = 0xcbf2_9ce4_8422_2325 ^ text.len() as u64;
    let whole = eights.iter().fold(start, |hash, eight| mixed_in(hash, u64::from_le_bytes(*eight)));
    mixed_in(whole, rest.iter().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)))
}

fn mixed_in(hash: u64, bytes: u64) -> u64 {
    (hash.rotate_left(23) ^ bytes).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
