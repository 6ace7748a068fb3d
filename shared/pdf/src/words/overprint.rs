use super::RawWord;
use std::cmp::Ordering;

/// How many words of the same text are compared with each one.
const MAX_COMPARED: usize = 48;

/// Drops words printed a second time on the same spot: bold by overprinting, shadows.
pub(crate) fn drop_overprints(text: &str, words: &mut Vec<RawWord>) {
    let mut order: Vec<(u64, f32, usize)> = words
        .iter()
        .enumerate()
        .map(|(index, word)| (fingerprint(text.get(word.start..word.end).unwrap_or_default()), word.bounds.x0, index))
        .collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal)));
    let mut is_copy = vec![false; words.len()];
    let mut found = false;
    for (place, &(hash, x0, index)) in order.iter().enumerate() {
        let Some(word) = words.get(index) else { continue };
        let reach = (word.size_pt * 0.15).max(0.1);
        let followers = order.iter().skip(place + 1).take(MAX_COMPARED);
        for &(_, other_x0, other) in followers.take_while(|item| item.0 == hash && item.1 - x0 <= reach) {
            let Some(later) = words.get(other) else { continue };
            let same_spot = (other_x0 - x0).abs() <= reach
                && (later.bounds.y0 - word.bounds.y0).abs() <= reach
                && (later.bounds.x1 - word.bounds.x1).abs() <= reach
                && later.rotation_deg == word.rotation_deg;
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

/// FNV-1a: quick, and a chance hit only makes two words be compared by their places.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
