//! Words that are sound in themselves and doubtful where they stand: another word may have been meant as well, and the
//! recogniser, being sure of its letters, does not say so.

use crate::spelling::{are_alike, core, is_cyrillic, with};
use crate::trust::DOUBTED;
use crate::values::{Values, are_digits};
use domain::Word;
use ports::Recognizer;
use std::collections::HashMap;

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
const ODD_SIGNS: [char; 11] = ['®', '©', '™', '¥', '€', '£', '¢', '$', '?', '!', '&'];
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

/// A sign that stands alone on a drawing is no taller than its writing, so many times over.
const MAX_TALLER: f32 = 1.5;
/// So many strokes are taken for small Latin letters.
const MAX_STROKES: usize = 4;

/// A bracket is closed within so many words.
const CLOSED_WITHIN: usize = 20;

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a line with others.
    Line,
    /// Alone in a cell.
    Cell,
    /// Alone among the lines of a drawing.
    Alone,
}

/// Doubts what may be another word of this page, each standing in its place, and takes that where it is likelier. Without a
/// dictionary only abbreviations are compared.
pub(crate) fn check(words: &mut [Word], places: &[Place], recognizer: &dyn Recognizer) {
    let is_word = |part: &str| recognizer.is_russian(part) == Some(true);
    let values = Values::of(words);
    let mut doubted = doubted(words, &values, recognizer.is_russian("дом").is_some(), &is_word);
    let tallest = tallest(words);
    for ((word, place), is_doubted) in words.iter().zip(places).zip(&mut doubted) {
        *is_doubted |= is_doubtful_in(*place, word, tallest);
    }
    for (word, is_doubted) in words.iter_mut().zip(doubted) {
        if is_doubted {
            word.confidence = word.confidence.min(DOUBTED);
            word.text = values.likelier(&word.text).unwrap_or_else(|| std::mem::take(&mut word.text));
        }
    }
}

fn doubted(words: &[Word], values: &Values, has_dictionary: bool, is_word: &impl Fn(&str) -> bool) -> Vec<bool> {
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
            || values.are_doubtful_at(words, place)
            || is_roman(words, place)
            || is_parted_by_point(&word.text)
            || is_unit_of_nothing(words, place)
            // «Лист» without a letter, since an abbreviation would have a point.
            || word.text == "Лит"
            || is_stroke(&word.text)
            || word.text.contains(ODD_SIGNS)
            || has_whole_twin(&word.text, words)
            || before().is_some_and(|before| has_capital_amid(text, before))
            || (has_dictionary
                && (is_short_no_word(&word.text, is_word) && !is_rest(word, words)
                    || may_have_b(text, is_word)
                    || may_be_round_letter(&word.text, words.get(place + 1..).unwrap_or_default(), is_word)
                    || is_digit_among_words(&word.text, before(), after(), is_word)))
    };
    (0..words.len()).map(is_doubted).collect()
}

/// The size of the larger writing of a page: of nine words of ten at most.
fn tallest(words: &[Word]) -> f32 {
    let is_telling = |word: &&Word| core(&word.text).chars().count() >= MIN_NEIGHBOUR && word.confidence > DOUBTED;
    let mut sizes: Vec<f32> = words.iter().filter(is_telling).map(|word| word.size_pt).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() * 9 / 10).copied().unwrap_or(f32::INFINITY)
}

/// A sign alone has the size of writing; among the lines of a drawing it is an axis or a position, a capital or a number, and
/// a few small Latin letters are strokes.
fn is_doubtful_in(place: Place, word: &Word, tallest: f32) -> bool {
    let mut signs = word.text.chars();
    let (Some(sign), behind) = (signs.next(), signs.as_str()) else { return false };
    let is_lone = behind.chars().all(|sign| !sign.is_alphanumeric());
    let is_latin =
        core(&word.text).len() <= MAX_STROKES && core(&word.text).bytes().all(|sign| sign.is_ascii_lowercase());
    match place {
        Place::Line => false,
        Place::Cell => {
            // The 4 of technical lettering is taken for a sign of per cent.
            let is_share = word.text.strip_suffix('%').is_some_and(are_digits);
            is_share || is_lone && word.size_pt > tallest * MAX_TALLER
        }
        Place::Alone => {
            is_latin || is_lone && (sign.is_lowercase() || !behind.is_empty() || word.size_pt > tallest * MAX_TALLER)
        }
    }
}

/// A point behind the first letter of a word, `И.зм.`, but in the names of stamps (Н.контр., Т.контр.).
fn is_parted_by_point(text: &str) -> bool {
    let is_small = |rest: &str| rest.chars().count() >= 2 && rest.chars().all(|letter| letter.is_lowercase());
    let parted = text.split_once('.').filter(|(letter, _)| {
        letter.chars().count() == 1 && letter.chars().all(char::is_uppercase) && !matches!(*letter, "Н" | "Т")
    });
    parted.is_some_and(|(_, rest)| text.starts_with(is_cyrillic) && is_small(rest.trim_end_matches('.')))
}

/// A letter with a point at the beginning of a line of text, which may be a Roman number: «П. Указания».
fn is_roman(words: &[Word], place: usize) -> bool {
    let at = |place: Option<usize>| place.and_then(|place| words.get(place));
    let (Some(word), before, behind) = (words.get(place), at(place.checked_sub(1)), at(Some(place + 1))) else {
        return false;
    };
    let are_in_line = |one: &Word, other: &Word| {
        one.bounds.x1 <= other.bounds.x0 && (one.bounds.y1 - other.bounds.y1).abs() < word.size_pt * 0.5
    };
    matches!(word.text.as_str(), "П." | "И." | "Ш.")
        && !before.is_some_and(|before| are_in_line(before, word))
        && behind.is_some_and(|behind| are_in_line(word, behind) && core(&behind.text).chars().count() >= MIN_NEIGHBOUR)
}

/// A small «м» behind a long word, where «и» joins two: metres have a number before them.
fn is_unit_of_nothing(words: &[Word], place: usize) -> bool {
    let before = place.checked_sub(1).and_then(|place| words.get(place));
    words.get(place).is_some_and(|word| word.text == "м")
        && before.is_some_and(|before| {
            !before.text.ends_with(',')
                && core(&before.text).chars().filter(|letter| is_cyrillic(*letter)).count() >= MIN_NEIGHBOUR
        })
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

/// A bracket that nothing closes before a word which would be one with «С», too: `(дачу`.
fn may_be_round_letter(text: &str, behind: &[Word], is_word: &impl Fn(&str) -> bool) -> bool {
    let rest = text.strip_prefix('(').filter(|rest| !rest.contains(')')).map(core);
    rest.is_some_and(|rest| rest.chars().count() >= 3 && is_word(&format!("С{rest}")))
        && !behind.iter().take(CLOSED_WITHIN).any(|word| word.text.contains(')'))
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
pub(crate) mod tests {
    use super::*;

    /// The words of a text, each in a line of its own.
    pub(crate) fn line_of(text: &str) -> Vec<Word> {
        let word = |(place, text): (usize, &str)| Word {
            text: text.to_owned(),
            bounds: domain::Rect { x0: 0.0, y0: place as f32 * 12.0, x1: 1.0, y1: place as f32 * 12.0 + 10.0 },
            size_pt: 10.0,
            rotation_deg: 0,
            confidence: 0.9,
        };
        text.split(' ').enumerate().map(word).collect()
    }

    fn doubted_words(line: &str) -> Vec<&str> {
        const WORDS: [&str; 10] =
            ["труба", "труда", "дар", "бар", "для", "трубопроводы", "помещениях", "охрана", "подачи", "секций"];
        let words = line_of(line);
        let marks =
            doubted(&words, &Values::of(&words), true, &|part: &str| WORDS.contains(&part.to_lowercase().as_str()));
        line.split(' ').zip(marks).filter(|(_, is_doubted)| *is_doubted).map(|(text, _)| text).collect()
    }

    #[test]
    fn letters_that_join_words_are_doubted_where_they_are_units_of_nothing() {
        let words = line_of("монтаж м 12 м Длина, м");
        assert!(is_unit_of_nothing(&words, 1) && !is_unit_of_nothing(&words, 3) && !is_unit_of_nothing(&words, 5));
        let is_word = |text: &str| ["Сдачу", "дачу"].contains(&text);
        assert!(may_be_round_letter("(дачу", &line_of("работ по"), &is_word));
        assert!(
            !may_be_round_letter("(дачу", &line_of("работ)"), &is_word) && !may_be_round_letter("(см.", &[], &is_word)
        );
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
    fn a_sign_alone_is_a_capital_or_a_number_of_the_size_of_writing() {
        let word = |text: &str, size_pt: f32| Word { size_pt, ..line_of(text).remove(0) };
        let is_doubtful = |place, text, size_pt| is_doubtful_in(place, &word(text, size_pt), 10.0);
        for (text, size_pt) in [("и", 10.0), ("1,", 10.0), ("1", 26.0), ("А", 16.0), ("lili", 9.0)] {
            assert!(is_doubtful(Place::Alone, text, size_pt) && !is_doubtful(Place::Line, text, size_pt), "{text}");
        }
        for (text, size_pt) in [("1", 10.0), ("А", 14.0), ("12", 26.0), ("мм", 10.0), ("Wilo", 9.0)] {
            assert!(!is_doubtful(Place::Alone, text, size_pt), "{text}");
        }
        assert!(is_doubtful(Place::Cell, "1", 26.0) && !is_doubtful(Place::Cell, "м", 10.0));
        let sizes = tallest(&line_of("Указания Указания Узлы Указания"));
        assert_eq!((sizes, tallest(&[])), (10.0, f32::INFINITY));
    }

    #[test]
    fn a_point_within_a_word_is_doubted() {
        assert_eq!(doubted_words("И.зм. Н.контр. И.И. Т.е. г.Москва Лит Лит."), ["И.зм.", "Лит"]);
    }

    #[test]
    fn a_letter_before_a_heading_may_be_a_number() {
        let mut words = line_of("П. Указания");
        assert!(!is_roman(&words, 0));
        words[1].bounds = domain::Rect { x0: 4.0, y0: 0.0, x1: 30.0, y1: 10.0 };
        assert!(is_roman(&words, 0) && !is_roman(&words, 1));
        words.insert(0, Word { bounds: domain::Rect { x0: -9.0, y0: 0.0, x1: -1.0, y1: 10.0 }, ..words[1].clone() });
        assert!(!is_roman(&words, 1));
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
