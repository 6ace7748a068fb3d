//! Words that are sound in themselves and doubtful where they stand: another word may have been meant as well, and the
//! recogniser, being sure of its letters, does not say so.

use crate::spelling::{are_alike, core, is_cyrillic, with};
use domain::Word;
use ports::Recognizer;
use std::collections::HashMap;

/// How sure a doubted word is at most.
const DOUBTED: f32 = 0.7;
/// Capitals of abbreviations that are taken for each other.
const LIKE_CAPITALS: [(char, char); 14] = [
    ('И', 'П'),
    ('И', 'Н'),
    ('П', 'Н'),
    ('П', 'Л'),
    ('Л', 'Д'),
    ('Б', 'В'),
    ('Б', 'Е'),
    ('Г', 'Т'),
    ('С', 'О'),
    ('К', 'Х'),
    ('К', 'Н'),
    ('Ш', 'Щ'),
    ('Ц', 'Ш'),
    ('З', 'В'),
];
/// Signs that drawings do not write: letters of another script were taken for them.
const ODD_SIGNS: [char; 7] = ['®', '©', '™', '¥', '€', '£', '¢'];
/// Letters of the beginning of a word that is parted at the end of a line.
const MIN_PARTED: usize = 5;
/// Letters of an abbreviation.
const ABBREVIATION: std::ops::RangeInclusive<usize> = 3..=5;
/// An abbreviation is doubted beside one like it that stands so many times more often.
const TIMES_MORE: usize = 3;
/// Digits that one-letter words are taken for.
const WORD_DIGITS: [&str; 4] = ["8", "0", "6", "4"];
/// A word that tells what stands beside it has at least so many letters.
const MIN_NEIGHBOUR: usize = 5;

/// Doubts what may be another word of this page. Without a dictionary only abbreviations are compared.
pub(crate) fn check(words: &mut [Word], recognizer: &dyn Recognizer) {
    let is_word = |part: &str| recognizer.is_russian(part) == Some(true);
    let doubted = doubted(words, recognizer.is_russian("дом").is_some(), &is_word);
    for (word, is_doubted) in words.iter_mut().zip(doubted) {
        if is_doubted {
            word.confidence = word.confidence.min(DOUBTED);
        }
    }
}

fn doubted(words: &[Word], has_dictionary: bool, is_word: &impl Fn(&str) -> bool) -> Vec<bool> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(core(&word.text)).or_insert(0) += 1;
    }
    let is_doubted = |place: usize| {
        let Some(word) = words.get(place) else { return false };
        let text = core(&word.text);
        let after = || words.get(place + 1).map(|word| word.text.as_str());
        let before = || place.checked_sub(1).and_then(|place| words.get(place)).map(|word| word.text.as_str());
        is_rare_abbreviation(text, &counts)
            || is_stroke(&word.text)
            || word.text.contains(ODD_SIGNS)
            || has_whole_twin(&word.text, words)
            || before().is_some_and(|before| has_capital_amid(text, before))
            || (has_dictionary
                && (is_short_no_word(&word.text, is_word) && !is_rest(word, words)
                    || may_have_b(text, is_word)
                    || is_digit_among_words(&word.text, before(), after(), is_word)))
    };
    (0..words.len()).map(is_doubted).collect()
}

/// Two or three small letters, a vowel among them, that are no word: units have no vowel, abbreviations a point behind.
fn is_short_no_word(text: &str, is_word: &impl Fn(&str) -> bool) -> bool {
    let letters = core(text);
    (2..=3).contains(&letters.chars().count())
        && letters.chars().all(|letter| is_cyrillic(letter) && letter.is_lowercase())
        && letters.contains(|letter| "аеёиоуыэюя".contains(letter))
        && !text.ends_with(['.', '-', '\u{ad}', '/'])
        && !is_word(letters)
}

/// A word with a capital «В» in the middle of a sentence: the small letter of ГОСТ 2.304 is as high and has its shape.
fn has_capital_amid(text: &str, before: &str) -> bool {
    let is_small = |text: &str| text.chars().all(|letter| is_cyrillic(letter) && letter.is_lowercase());
    let rest = text.strip_prefix('В').unwrap_or_default();
    rest.chars().count() >= MIN_NEIGHBOUR
        && is_small(rest)
        && before.chars().count() >= MIN_NEIGHBOUR
        && is_small(before)
}

/// The beginning of a word that is parted at the end of a line, when another word of the page begins so but for one letter that
/// looks like its own: dictionaries know no parts.
fn has_whole_twin(text: &str, words: &[Word]) -> bool {
    let Some(part) = text.strip_suffix('-').filter(|part| part.chars().count() >= MIN_PARTED) else { return false };
    let letters: Vec<char> = part.chars().flat_map(char::to_lowercase).collect();
    let differs_in_one = |other: &Word| {
        let mut different =
            other.text.chars().flat_map(char::to_lowercase).zip(&letters).filter(|(own, read)| own != *read);
        other.text.chars().count() >= letters.len()
            && different.next().is_some_and(|(own, read)| are_alike(own, *read))
            && different.next().is_none()
    };
    words.iter().any(differs_in_one)
}

/// A sign that is a slanted «I» or «1» when it stands alone.
fn is_stroke(text: &str) -> bool {
    matches!(text, "[" | "]" | "|" | "!" | "/" | "\\" | "1!" | "!!" | "[[")
}

/// Whether a word of the line above, or of the one before it, is parted, so that this one may be its rest.
fn is_rest(word: &Word, words: &[Word]) -> bool {
    words.iter().any(|other| {
        let below = word.bounds.y0 - other.bounds.y0;
        other.text.ends_with('-') && below > 0.0 && below < 3.0 * word.size_pt && other.bounds.x1 > word.bounds.x0
    })
}

/// A word that is another one with «б» for a «д»: the «б» of ГОСТ 2.304 is read as «д», hardly ever the other way.
fn may_have_b(text: &str, is_word: &impl Fn(&str) -> bool) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let may_be = |place: usize| {
        let other = match letters.get(place) {
            Some('д') => 'б',
            Some('Д') => 'Б',
            _ => return false,
        };
        is_word(&with(&letters, &[place], other))
    };
    letters.len() >= 3 && letters.iter().all(|&letter| is_cyrillic(letter)) && (0..letters.len()).any(may_be)
}

/// An abbreviation that the page has far more often with a letter that looks like one of it.
fn is_rare_abbreviation(text: &str, counts: &HashMap<&str, usize>) -> bool {
    let letters: Vec<char> = text.chars().collect();
    if !ABBREVIATION.contains(&letters.len()) || !letters.iter().all(|&letter| matches!(letter, 'А'..='Я')) {
        return false;
    }
    let own = counts.get(text).copied().unwrap_or(1);
    let is_meant = |place: usize, other: char| {
        let likely: String = with(&letters, &[place], other);
        counts.get(likely.as_str()).is_some_and(|&count| count >= own * TIMES_MORE)
    };
    LIKE_CAPITALS.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]).any(|(read, other)| {
        (0..letters.len()).any(|place| letters.get(place) == Some(&read) && is_meant(place, other))
    })
}

/// A digit alone between two words of running text, neither a unit nor a count before or behind it: «в», «о», «б», «а».
fn is_digit_among_words(
    text: &str,
    before: Option<&str>,
    after: Option<&str>,
    is_word: &impl Fn(&str) -> bool,
) -> bool {
    let is_small_word = |text: &str| {
        text.chars().count() >= MIN_NEIGHBOUR && text.chars().all(|letter| is_cyrillic(letter) && letter.is_lowercase())
    };
    WORD_DIGITS.contains(&text)
        && before.is_some_and(|text| is_small_word(text.trim_end_matches(',')))
        && after.map(core).is_some_and(|text| is_small_word(text) && is_word(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubted_words(line: &str) -> Vec<&str> {
        const WORDS: [&str; 10] =
            ["труба", "труда", "дар", "бар", "для", "трубопроводы", "помещениях", "охрана", "подачи", "секций"];
        let word = |(place, text): (usize, &str)| Word {
            text: text.to_owned(),
            // Each in a line of its own.
            bounds: domain::Rect { x0: 0.0, y0: place as f32 * 12.0, x1: 1.0, y1: place as f32 * 12.0 + 10.0 },
            size_pt: 10.0,
            rotation_deg: 0,
            confidence: 0.9,
        };
        let words: Vec<Word> = line.split(' ').enumerate().map(word).collect();
        let marks = doubted(&words, true, &|part: &str| WORDS.contains(&part.to_lowercase().as_str()));
        line.split(' ').zip(marks).filter(|(_, is_doubted)| *is_doubted).map(|(text, _)| text).collect()
    }

    #[test]
    fn a_word_that_may_have_a_b_for_its_d_is_doubted() {
        assert_eq!(doubted_words("охрана труда труба дар, бар для Труда"), ["труда", "дар,", "Труда"]);
    }

    #[test]
    fn three_letters_that_are_no_word_are_doubted_but_units_and_abbreviations() {
        assert_eq!(doubted_words("дак бак, поз. мм² кгс ш.т для изм- тн. ОВК"), ["дак", "бак,"]);
    }

    #[test]
    fn a_capital_in_a_sentence_is_doubted() {
        assert_eq!(doubted_words("секций Возможности. Ведомость секций Ведомость"), ["Возможности.", "Ведомость"]);
    }

    #[test]
    fn a_parted_word_is_doubted_beside_its_twin() {
        assert_eq!(doubted_words("Одозначе- ние Обозначе- Соедини- VFM-2®"), ["Одозначе-", "Обозначе-", "VFM-2®"]);
        assert_eq!(doubted_words("Обозначе- обозначение Обозна"), [] as [&str; 0]);
    }

    #[test]
    fn a_stroke_alone_is_doubted() {
        assert_eq!(doubted_words("[ этап [1] и/или 1 | 5"), ["[", "|"]);
    }

    #[test]
    fn an_abbreviation_is_doubted_beside_one_like_it_that_is_frequent() {
        assert_eq!(doubted_words("БТП БТП БТП, БТИ ЦТП ИТП"), ["БТИ"]);
        assert_eq!(doubted_words("БТП БТП БТИ"), [] as [&str; 0]);
    }

    #[test]
    fn a_digit_among_words_is_doubted_and_a_count_is_not() {
        assert_eq!(doubted_words("трубопроводы 8 помещениях"), ["8"]);
        assert_eq!(doubted_words("трубопроводы, 8 мм 8 секций DN 8 помещениях 5 секций"), [] as [&str; 0]);
    }
}
