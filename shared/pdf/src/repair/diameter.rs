//! The sign of the diameter (Ø), which tables of letters often leave out: a glyph without a letter that stands before the
//! diameters of reinforcement bars, and before nothing else, is that sign.

use super::glyph_shift::code_of;
use super::{Mended, is_private};
use domain::Word;
use std::collections::HashMap;

/// Nominal diameters of bars and wire in mm (ГОСТ 34028-2016, ГОСТ 6727-80).
const BARS_MM: [&str; 17] =
    ["3", "4", "5", "6", "7", "8", "10", "12", "14", "16", "18", "20", "22", "25", "28", "32", "36"];
/// The diameters above say something, those of one digit might number anything.
const LEAST_TELLING: usize = 3;
/// Share of the places where the glyph stands that must be before a diameter.
const LEAST_SHARE: f32 = 0.9;

/// What follows a glyph, over all its places.
#[derive(Default)]
struct Followed {
    places: usize,
    by_bars: usize,
    by_two_digits: usize,
}

/// Gives the sign its letter; `fonts` tells the fonts of the words apart.
pub(super) fn mend(words: &mut [Word], fonts: &[usize]) -> Mended {
    let font_of = |place: usize| fonts.get(place).copied().unwrap_or(0);
    let mut glyphs: HashMap<(usize, u32), Followed> = HashMap::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| is_private(&word.text)) {
        for (at, letter) in word.text.char_indices() {
            let Some(code) = code_of(letter) else { continue };
            let rest = word.text.get(at + letter.len_utf8()..).unwrap_or_default();
            let number =
                if rest.is_empty() { words.get(place + 1).and_then(|next| beside(word, next)) } else { Some(rest) };
            let number = number.map(leading_digits).unwrap_or_default();
            let followed = glyphs.entry((font_of(place), code)).or_default();
            followed.places += 1;
            if BARS_MM.contains(&number) {
                followed.by_bars += 1;
                followed.by_two_digits += usize::from(number.len() == 2);
            }
        }
    }
    glyphs.retain(|_, followed| {
        followed.by_two_digits >= LEAST_TELLING && followed.by_bars as f32 >= LEAST_SHARE * followed.places as f32
    });
    if glyphs.is_empty() {
        return Mended::NOTHING;
    }
    let mut count = 0;
    for (place, word) in words.iter_mut().enumerate().filter(|(_, word)| is_private(&word.text)) {
        let sign = |letter: char| code_of(letter).is_some_and(|code| glyphs.contains_key(&(font_of(place), code)));
        if word.text.chars().any(sign) {
            word.text = word.text.chars().map(|letter| if sign(letter) { 'Ø' } else { letter }).collect();
            count += 1;
        }
    }
    Mended { count, confidence: 0.8 }
}

/// The text of a word that goes on right behind another.
fn beside<'w>(word: &Word, next: &'w Word) -> Option<&'w str> {
    let (own, other) = (word.bounds, next.bounds);
    let room = word.size_pt;
    let is_near =
        other.x0 < own.x1 + room && own.x0 < other.x1 + room && other.y0 < own.y1 + room && own.y0 < other.y1 + room;
    (is_near && word.rotation_deg == next.rotation_deg).then_some(next.text.as_str())
}

fn leading_digits(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    // 16,5 and 16.5 are other numbers.
    let is_whole = !text.get(digits..).is_some_and(|rest| {
        rest.strip_prefix([',', '.']).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    });
    if is_whole { text.get(..digits).unwrap_or_default() } else { "" }
}
