//! Capitals that a recogniser takes for each other though their shapes tell them apart: in the middle of its upper edge a «П» has
//! its bar and an «И» nothing, along its lower edge an «Е» has one and an «F» none.

use crate::parts::Part;
use crate::spelling::MAX_ABBREVIATION;
use pdf::Picture;

/// Where the bar of a «П» is looked for: shares of the width, and of the height from above. The serifs of an «И» end before.
const MIDDLE: (f32, f32) = (0.44, 0.58);
const UPPER: (f32, f32) = (0.0, 0.2);
/// Where the lower bar of an «Е» is looked for.
const RIGHT: (f32, f32) = (0.45, 0.75);
const LOWER: (f32, f32) = (0.75, 1.0);
/// Smaller letters are of too few pixels.
const MIN_SIDE_PX: usize = 9;

/// A mark or an abbreviation with the letters that its shapes say, `letters` being where each of its letters and digits stands;
/// None when they do not contradict its reading.
pub(crate) fn seen(text: &str, letters: &[Part], picture: &Picture) -> Option<String> {
    let is_sign = |letter: &char| letter.is_alphanumeric();
    let is_mark = text.chars().filter(is_sign).all(|letter| matches!(letter, 'А'..='Я' | '0'..='9'));
    let is_short = letters.len() <= MAX_ABBREVIATION;
    if !is_mark || !is_short || text.chars().filter(is_sign).count() != letters.len() {
        return None;
    }
    let mut parts = letters.iter();
    let seen: String = text
        .chars()
        .map(|letter| match is_sign(&letter).then(|| parts.next()).flatten() {
            Some(part) => letter_seen(letter, part, picture),
            None => letter,
        })
        .collect();
    (seen != text).then_some(seen)
}

fn letter_seen(letter: char, part: &Part, picture: &Picture) -> char {
    if part.width().min(part.height()) < MIN_SIDE_PX {
        return letter;
    }
    match letter {
        'И' | 'Н' if covered(part, picture, MIDDLE, UPPER) > 0.99 => 'П',
        'Е' if covered(part, picture, RIGHT, LOWER) < 0.01 => 'F',
        _ => letter,
    }
}

/// The share of the columns of a stretch of a letter that have ink in a band of it.
fn covered(part: &Part, picture: &Picture, across: (f32, f32), down: (f32, f32)) -> f32 {
    let at = |start: usize, length: usize, share: f32| start + (length as f32 * share).round() as usize;
    let columns = at(part.x0, part.width(), across.0)..at(part.x0, part.width(), across.1);
    let rows = at(part.y0, part.height(), down.0)..at(part.y0, part.height(), down.1);
    let grey = |x: usize, y: usize| picture.grey.get(y * picture.width + x).copied().unwrap_or(255);
    let all = (part.y0..part.y1).flat_map(|y| (part.x0..part.x1).map(move |x| grey(x, y)));
    let (darkest, lightest) = all.fold((255, 0), |(dark, light), grey| (grey.min(dark), grey.max(light)));
    let ink = u8::midpoint(darkest, lightest);
    let has_ink = |x: &usize| rows.clone().any(|y| grey(*x, y) < ink);
    columns.clone().filter(has_ink).count() as f32 / columns.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of 12 × 12 pixels side by side.
    fn drawn(letters: &str) -> (Picture, Vec<Part>) {
        let width = letters.chars().count() * 16;
        let mut grey = vec![255; width * 12];
        let mut parts = Vec::new();
        for (place, letter) in letters.chars().enumerate() {
            for y in 0..12 {
                for x in 0..12 {
                    let is_side = !(2..10).contains(&x);
                    let is_ink = match letter {
                        'П' => is_side || y < 2,
                        'И' => is_side || x + y == 11,
                        'Н' => is_side || y == 6,
                        'Е' => x < 2 || !(2..10).contains(&y) || y == 6,
                        'F' => x < 2 || y < 2 || y == 6,
                        _ => y >= 10,
                    };
                    if is_ink {
                        grey[y * width + place * 16 + x] = 40;
                    }
                }
            }
            parts.push(Part { x0: place * 16, y0: 0, x1: place * 16 + 12, y1: 12, area: 40 });
        }
        (Picture { width, height: 12, grey, px_per_pt: 4.0 }, parts)
    }

    fn seen_as(text: &str, shapes: &str) -> Option<String> {
        let (picture, parts) = drawn(shapes);
        seen(text, &parts, &picture)
    }

    #[test]
    fn bars_tell_capitals_apart() {
        assert_eq!(seen_as("ТИ,", "_П").as_deref(), Some("ТП,"));
        assert_eq!(seen_as("ТН", "_П").as_deref(), Some("ТП"));
        assert_eq!(seen_as("1-2Е", "__F").as_deref(), Some("1-2F"));
        for text in ["ТИ", "ТП", "ТН", "ТЕ"] {
            assert_eq!(seen_as(text, &text.replace('Т', "_")), None, "{text}");
        }
    }

    #[test]
    fn words_and_letters_that_touch_are_left_alone() {
        assert_eq!(seen_as("тИ", "_П"), None);
        assert_eq!(seen_as("ТИ", "_П_"), None);
    }
}
