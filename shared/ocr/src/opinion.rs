//! Words that nothing vouches for, numbers and marks and abbreviations, read once more from a picture of another size: a
//! recogniser that errs is seldom sure, and where it is, it seldom errs twice in the same way.

use crate::spelling::{core, is_cyrillic};
use domain::{Word, cyrillic_capital};
use ports::Recognizer;

/// How sure a word is at most that was read in two ways.
const DISPUTED: f32 = 0.7;
/// A dictionary vouches for words of so many letters; shorter ones are found in it by chance.
const MIN_VOUCHED: usize = 4;

/// Whether another reading of a word is worth asking for: it is believed, and no dictionary has it.
pub(crate) fn is_open(word: &Word, recognizer: &dyn Recognizer) -> bool {
    let text = core(&word.text);
    let is_vouched = |part: &str| part.chars().all(is_cyrillic) && recognizer.is_russian(part) == Some(true);
    let is_long = text.chars().count() >= MIN_VOUCHED;
    word.confidence > DISPUTED && !text.is_empty() && !(is_long && text.split('-').all(is_vouched))
}

/// Doubts a word when none of the other readings of its line has it at its place.
pub(crate) fn weigh(word: &mut Word, readings: &[Vec<Word>]) {
    let upright = matches!(word.rotation_deg, 90 | 270);
    let along = |word: &Word| {
        let bounds = word.bounds;
        if upright { (bounds.y0, bounds.y1) } else { (bounds.x0, bounds.x1) }
    };
    let (start, end) = along(word);
    let is_inside = |other: &&Word| {
        let (own_start, own_end) = along(other);
        let middle = f32::midpoint(own_start, own_end);
        (start..=end).contains(&middle)
    };
    let meant = letters(&word.text);
    let agrees = |reading: &Vec<Word>| {
        let other: String = reading.iter().filter(is_inside).map(|word| word.text.as_str()).collect();
        letters(&other) == meant
    };
    if !readings.iter().any(agrees) {
        word.confidence = word.confidence.min(DISPUTED);
    }
}

/// What two readings must have in common: letters of two scripts and of two sizes that look the same are the same.
fn letters(text: &str) -> String {
    core(text)
        .chars()
        .flat_map(char::to_uppercase)
        .map(|letter| match cyrillic_capital(letter).unwrap_or(letter) {
            'О' => '0',
            'З' => '3',
            other => other,
        })
        .collect()
}
