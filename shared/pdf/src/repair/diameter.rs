//! The sign of the diameter (Ø), which tables of letters often leave out: a glyph without a letter that stands before the
//! diameters of reinforcement bars, and before nothing else, is that sign.

use super::Mended;
use super::glyph_shift::code_of;
use domain::Word;
use std::collections::HashMap;

/// Nominal diameters of bars and wire in mm (ГОСТ 34028-2016, ГОСТ 6727-80).
const BARS_MM: [&str; 17] =
    ["3", "4", "5", "6", "7", "8", "10", "12", "14", "16", "18", "20", "22", "25", "28", "32", "36"];
/// The diameters above say something, those of one digit might number anything.
const LEAST_TELLING: usize = 3;
/// Share of the places where the glyph stands that must be before a diameter.
const LEAST_SHARE: f32 = 0.8;

/// Gap between the sign and its number, in sizes of the type.
const MAX_GAP: f32 = 1.5;

/// With more words that lack letters the whole table of them is broken, and each would be compared with all words.
const MAX_WORDS: usize = 500;

/// What follows a glyph, over all its places.
#[derive(Default)]
struct Followed {
    places: usize,
    by_bars: usize,
    by_two_digits: usize,
}

/// Gives the sign its letter; `fonts` tells the fonts of the words apart.
pub(super) fn mend(words: &mut [Word], fonts: &[usize]) -> Mended {
    if words.iter().filter(|word| has_hole(&word.text)).count() > MAX_WORDS {
        return Mended::NOTHING;
    }
    let font_of = |place: usize| fonts.get(place).copied().unwrap_or(0);
    let mut glyphs: HashMap<(usize, u32), Followed> = HashMap::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| has_hole(&word.text)) {
        for (at, letter) in word.text.char_indices() {
            let Some(code) = hole(letter) else { continue };
            let rest = word.text.get(at + letter.len_utf8()..).unwrap_or_default();
            let number = if rest.is_empty() { behind(word, words) } else { Some(rest) };
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
    for (place, word) in words.iter_mut().enumerate().filter(|(_, word)| has_hole(&word.text)) {
        let sign = |letter: char| hole(letter).is_some_and(|code| glyphs.contains_key(&(font_of(place), code)));
        if word.text.chars().any(sign) {
            word.text = word.text.chars().map(|letter| if sign(letter) { 'Ø' } else { letter }).collect();
            count += 1;
        }
    }
    Mended { count, confidence: 0.8 }
}

/// The code of a glyph without a letter. Fonts of one byte a letter do not tell theirs apart: each has few.
fn hole(letter: char) -> Option<u32> {
    code_of(letter).or_else(|| (letter == '\u{fffd}').then_some(u32::from(letter)))
}

/// Whether a word may have such a glyph, by the first bytes of what they travel as.
fn has_hole(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, 0xef | 0xf3))
}

/// The text of the word that goes on right behind another in its line.
fn behind<'w>(word: &Word, words: &'w [Word]) -> Option<&'w str> {
    let (_, end, middle) = laid(word);
    let follows = |next: &&Word| {
        let (start, _, next_middle) = laid(next);
        next.rotation_deg == word.rotation_deg
            && (next_middle - middle).abs() < word.size_pt * 0.4
            && (-0.2..MAX_GAP).contains(&((start - end) / word.size_pt.max(0.1)))
    };
    let nearest = words.iter().filter(follows).min_by(|one, other| laid(one).0.total_cmp(&laid(other).0))?;
    Some(nearest.text.as_str())
}

/// Where a word begins and ends along its line, and where its middle is across it.
fn laid(word: &Word) -> (f32, f32, f32) {
    let bounds = word.bounds;
    let (x, y) = bounds.centre();
    match word.rotation_deg {
        90 => (-bounds.y1, -bounds.y0, x),
        180 => (-bounds.x1, -bounds.x0, y),
        270 => (bounds.y0, bounds.y1, x),
        _ => (bounds.x0, bounds.x1, y),
    }
}

fn leading_digits(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    // 16,5 and 16.5 are other numbers.
    let is_whole = !text.get(digits..).is_some_and(|rest| {
        rest.strip_prefix([',', '.']).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    });
    if is_whole { text.get(..digits).unwrap_or_default() } else { "" }
}
