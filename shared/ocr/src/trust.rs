//! Which of what a recogniser says is to be believed.

use domain::ActDate;
use ports::ReadWord;

/// A line whose words are all less certain than this is no writing.
const MIN_LINE_CERTAINTY: f32 = 0.25;
/// The same for a line of so many parts that were read as less than half as many letters.
const NOISE_CERTAINTY: f32 = 0.4;
const NOISE_PARTS: usize = 8;
/// A word less certain than this is dropped.
const MIN_WORD_CERTAINTY: f32 = 0.12;
/// A word more certain than this in Russian is Russian.
pub(crate) const MAX_RUSSIAN: f32 = 0.6;
/// In a line as certain as this a word of which nothing is certain is still a word.
const SOUND_LINE: f32 = 0.6;
/// How much more certain the other script must be to be taken.
const LATIN_LEAD: f32 = 0.2;
/// A line of this many words most of which are single letters is an ornament, unless the recogniser is sure of it.
const ORNAMENT_WORDS: usize = 4;
const SURE_LINE: f32 = 0.85;

/// How sure a word is at most that is doubted.
pub(crate) const DOUBTED: f32 = 0.7;

/// Mean confidence of a line's words, by letters; 0 when there are none.
pub(crate) fn certainty(words: &[ReadWord]) -> f32 {
    let letters: usize = words.iter().map(letters).sum();
    let sum: f32 = words.iter().map(|word| word.confidence * letters_f32(word)).sum();
    if letters == 0 { 0.0 } else { sum / letters as f32 }
}

fn letters(word: &ReadWord) -> usize {
    word.text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

fn letters_f32(word: &ReadWord) -> f32 {
    letters(word) as f32
}

/// Whether a line is no writing at all: of many parts, hatching or the lines of a drawing, few make a letter, and none a sure
/// one. `letters` is about how many letters its picture has.
pub(crate) fn is_noise(words: &[ReadWord], letters: usize) -> bool {
    let read: usize = words.iter().map(|word| word.text.chars().count()).sum();
    letters >= NOISE_PARTS && read * 2 < letters && certainty(words) < NOISE_CERTAINTY
}

/// Whether a line has words that another script might explain: uncertain ones with letters.
pub(crate) fn may_be_latin(words: &[ReadWord], certain: f32) -> bool {
    words.iter().any(|word| is_open_to_latin(word, certain))
}

fn is_open_to_latin(word: &ReadWord, certain: f32) -> bool {
    word.confidence < certain && word.text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
}

/// The Russian reading with those words taken from the Latin one that stand on the same place, make little sense in
/// Russian and more in Latin.
pub(crate) fn merged(russian: Vec<ReadWord>, latin: &[ReadWord]) -> Vec<ReadWord> {
    russian
        .into_iter()
        .map(|word| {
            if word.confidence > MAX_RUSSIAN {
                return word;
            }
            let same_place = latin.iter().find(|other| overlap(&word, other) > 0.8);
            match same_place {
                Some(other) if other.confidence > word.confidence + LATIN_LEAD && is_latin(&other.text) => {
                    other.clone()
                }
                _ => word,
            }
        })
        .collect()
}

/// Whether a word is Latin in itself, and not Russian seen by somebody who knows no Cyrillic: small letters do not change
/// to capitals within it, and not all of its letters have Cyrillic twins.
fn is_latin(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(char::is_ascii_alphabetic).collect();
    let is_steady = text.split(|letter: char| !letter.is_ascii_alphabetic()).all(|part| {
        let rest = part.get(1..).unwrap_or_default();
        rest.chars().all(|letter| letter.is_ascii_lowercase()) || part.chars().all(|letter| letter.is_ascii_uppercase())
    });
    let own = letters.iter().filter(|letter| !"ABCEHKMOPTXYaceopxy".contains(**letter)).count();
    letters.len() >= 2 && is_steady && own * 2 >= letters.len() && text.chars().all(|letter| letter.is_ascii_graphic())
}

/// Whether the middle of a word lies within another along the line.
pub(crate) fn is_covered(word: &ReadWord, other: &ReadWord) -> bool {
    let middle = u32::midpoint(word.bounds[0], word.bounds[2]);
    other.bounds[0] <= middle && middle <= other.bounds[2]
}

/// The share of the longer of two words that both cover along the line.
fn overlap(one: &ReadWord, other: &ReadWord) -> f32 {
    let [start, _, end, _] = one.bounds;
    let [other_start, _, other_end, _] = other.bounds;
    let common = end.min(other_end).saturating_sub(start.max(other_start));
    let longer = (end.saturating_sub(start)).max(other_end.saturating_sub(other_start));
    if longer == 0 { 0.0 } else { common as f32 / longer as f32 }
}

/// The words of a line that are worth having. `letters` is about how many its picture has, `in_cell` whether it stands in a
/// cell of a table or a stamp: elsewhere the fewer letters, the surer they must be.
pub(crate) fn kept(words: &[ReadWord], letters: usize, in_cell: bool) -> Vec<&ReadWord> {
    let line = certainty(words);
    if line < MIN_LINE_CERTAINTY && !(letters <= 2 && line > 0.0) {
        return Vec::new();
    }
    let needed = match letters {
        _ if in_cell => 0.0,
        0 | 1 => 0.88,
        2 => 0.7,
        3 | 4 => 0.5,
        _ => 0.0,
    };
    if line < needed {
        return Vec::new();
    }
    let single = words.iter().filter(|word| word.text.chars().count() == 1).count();
    if words.len() >= ORNAMENT_WORDS && single * 2 > words.len() && line < SURE_LINE {
        return Vec::new();
    }
    words
        .iter()
        .filter(|word| word.confidence >= MIN_WORD_CERTAINTY || line >= SOUND_LINE || is_date(&word.text))
        .filter(|word| letters >= 2 || word.text.chars().any(char::is_alphanumeric))
        .collect()
}

/// Whether a word is a date, `04.06.2025`: hardly ever read where none stands, however little of it is sure under a seal.
pub(crate) fn is_date(text: &str) -> bool {
    let mut parts = text.trim_end_matches(['.', ',', 'г']).split('.').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(day)), Some(Ok(month)), Some(Ok(year @ 1900..)), None) => {
            let parts = u8::try_from(month).ok().zip(u8::try_from(day).ok());
            parts.is_some_and(|(month, day)| ActDate::of_calendar(year, month, day).is_some())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start: u32, confidence: f32) -> ReadWord {
        ReadWord { text: text.to_owned(), bounds: [start, 0, start + 50, 20], confidence }
    }

    fn texts(words: &[ReadWord]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn latin_is_taken_only_where_russian_makes_no_sense_of_it() {
        let russian =
            vec![word("Насос", 0, 0.95), word("АйуепЕ", 60, 0.1), word("СВК-80И", 120, 0.5), word("Отм.", 180, 0.4)];
        let latin =
            [word("Hacoc", 0, 0.9), word("Airvent-R", 60, 0.9), word("CBK-80U", 120, 0.8), word("OTM.", 180, 0.9)];
        assert_eq!(texts(&merged(russian, &latin)), ["Насос", "Airvent-R", "СВК-80И", "Отм."]);
    }

    #[test]
    fn ornaments_and_noise_are_no_words() {
        let ornament: Vec<ReadWord> = (0..8).map(|place| word("Т", place * 60, 0.7)).collect();
        assert!(kept(&ornament, 8, false).is_empty());
        assert!(kept(&[word("шгщ", 0, 0.1)], 3, false).is_empty());
        assert_eq!(kept(&[word("7", 0, 0.2)], 1, true).len(), 1);
        let sealed = [word("Подпись", 0, 0.7), word("Дятё:", 60, 0.0), word("14.03.2024", 120, 0.0)];
        assert_eq!(
            texts(&kept(&sealed, 40, false).into_iter().cloned().collect::<Vec<_>>()),
            ["Подпись", "14.03.2024"]
        );
        assert!(!is_date("31.02.2024") && !is_date("12.5") && !is_date("1.2.3") && is_date("04.06.2025г."));
        let hatching = [word("ИИ", 0, 0.3), word("р,", 60, 0.35)];
        assert!(is_noise(&hatching, 20));
        assert!(
            !is_noise(&hatching, 7) && !is_noise(&[word("Узел", 0, 0.39)], 8) && !is_noise(&[word("из", 0, 0.9)], 20)
        );
        assert!(kept(&[word("7", 0, 0.5)], 1, false).is_empty());
    }
}
