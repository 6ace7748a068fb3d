//! Words that came in pieces: ciphers, dates and numbers of standards, whose letters stand wide, and words torn by worn print.

use crate::spelling::{MIN_LETTERS, PUT_RIGHT, core, is_cyrillic};
use crate::values::are_digits;
use domain::{Rect, Word};
use ports::Recognizer;

/// The gap within a cipher or a date of technical lettering at most, and that between letters, in sizes of the type.
const WIDE_GAP: f32 = 0.75;
const CLOSE_GAP: f32 = 0.36;
/// The gap within a word at most, in sizes of the type.
const TORN_GAP: f32 = 0.4;

/// Ciphers are one word: `911-` and `12-ОВ3` come apart where letters stand wide; so are dates of title blocks, `04.` and `26`.
pub(crate) fn joined(words: Vec<Word>) -> Vec<Word> {
    let mut whole: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        let goes_on = |last: &&mut Word| {
            let before = last.text.strip_suffix('-').and_then(|text| text.chars().next_back());
            let goes_on_with_digit = word.text.starts_with(|letter: char| letter.is_ascii_digit());
            let is_whole = goes_on_with_digit && before.is_some_and(|letter| letter.is_ascii_digit())
                || is_comma(&word.text) && last.text.ends_with(is_closing)
                || is_month_before_year(&last.text, &word.text);
            let is_close = goes_on_with_digit && before.is_some_and(char::is_uppercase)
                || are_of_one_number(&last.text, &word.text)
                || is_number_of_mark(&last.text, &word.text);
            gap(last, &word) < word.size_pt * if is_whole { WIDE_GAP } else { CLOSE_GAP } && (is_whole || is_close)
        };
        if let Some(last) = whole.last_mut().filter(goes_on) {
            last.text.push_str(if is_comma(&word.text) { "," } else { &word.text });
            last.bounds = last.bounds.union(word.bounds);
            last.confidence = last.confidence.min(word.confidence);
        } else {
            whole.push(word);
        }
    }
    whole
}

/// How far one word stands from another, along or across, in points.
fn gap(one: &Word, other: &Word) -> f32 {
    let (one, other) = (one.bounds, other.bounds);
    (other.x0 - one.x1).max(one.x0 - other.x1).max(other.y0 - one.y1).max(one.y0 - other.y1).max(0.0)
}

/// A comma that stands alone, or the low quote that it is taken for.
fn is_comma(text: &str) -> bool {
    matches!(text, "," | "‚")
}

/// What a comma may stand behind.
fn is_closing(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '"' | '»' | ')')
}

/// Whether two texts are parts of one number of a standard, `48.` and `13330.2019`, where they stand as close as letters.
fn are_of_one_number(start: &str, end: &str) -> bool {
    let is_number = |text: &str| {
        text.starts_with(|sign: char| sign.is_ascii_digit())
            && text.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.')
    };
    // Five digits, with a year behind them or not.
    let (number, year) = end.split_once('.').unwrap_or((end, "2000"));
    start.ends_with('.') && is_number(start) && is_number(end) && number.len() == 5 && year.len() == 4
}

/// Whether the number of a mark at the end of a cipher came apart from it, `995-11-КЖ4.И-МН` and `15`.
fn is_number_of_mark(cipher: &str, number: &str) -> bool {
    cipher.contains('-')
        && cipher.starts_with(|sign: char| sign.is_ascii_digit())
        && cipher.ends_with(char::is_uppercase)
        && (1..=3).contains(&number.len())
        && are_digits(number)
}

/// Whether two numbers are a month, `04.`, and a year.
fn is_month_before_year(month: &str, year: &str) -> bool {
    matches!(month.as_bytes(), [b'0', b'1'..=b'9', b'.'])
        && matches!(year.as_bytes(), [b'1'..=b'3', ones] if ones.is_ascii_digit())
}

/// The words of a line with those made whole that came in two pieces: both stand as close as letters, they make a word of the
/// dictionary, and one of them is none.
pub(crate) fn whole(words: Vec<Word>, recognizer: &dyn Recognizer) -> Vec<Word> {
    let is_word = |text: &str| recognizer.is_russian(text) == Some(true);
    let mut whole: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        let is_torn = |last: &&mut Word| {
            let (start, end) = (last.text.trim_start_matches(|sign: char| !sign.is_alphanumeric()), core(&word.text));
            let both = format!("{start}{end}");
            let is_like_word = both.chars().all(is_cyrillic) && word.text.starts_with(char::is_lowercase);
            is_like_word
                && both.chars().count() > MIN_LETTERS
                && gap(last, &word) < word.size_pt * TORN_GAP
                && !(is_word(start) && is_word(end))
                && is_word(&both)
        };
        if let Some(last) = whole.last_mut().filter(is_torn) {
            last.text.push_str(&word.text);
            last.bounds = last.bounds.union(word.bounds);
            last.confidence = last.confidence.min(word.confidence).min(PUT_RIGHT);
        } else {
            whole.extend(parted(word, &is_word));
        }
    }
    whole
}

/// A word and the number that stands close behind it, `Узел2`.
fn parted(word: Word, is_word: &impl Fn(&str) -> bool) -> Vec<Word> {
    let number = word.text.trim_start_matches(is_cyrillic);
    let letters = word.text.strip_suffix(number).unwrap_or_default();
    let (count, all) = (letters.chars().count(), word.text.chars().count());
    let is_number = (1..=3).contains(&number.len()) && are_digits(number);
    if !is_number || count < MIN_LETTERS || word.rotation_deg != 0 || !is_word(letters) {
        return vec![word];
    }
    let Rect { x0, x1, .. } = word.bounds;
    let at = |share: f32| x0 + (x1 - x0) * share;
    // A gap of half a letter on both sides of where the number begins.
    let middle = (count as f32 + 0.5) / (all as f32 + 1.0);
    let piece = |text: &str, x0: f32, x1: f32| Word {
        text: text.to_owned(),
        bounds: Rect { x0, x1, ..word.bounds },
        confidence: word.confidence.min(PUT_RIGHT),
        ..word.clone()
    };
    let half = 0.5 / (all as f32 + 1.0);
    vec![piece(letters, x0, at(middle - half)), piece(number, at(middle + half), x1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubts::tests::line_of;
    use crate::opinion::tests::Dictionary;

    #[test]
    fn a_month_and_a_year_are_one_word() {
        assert!(is_month_before_year("04.", "26"));
        assert!(
            !is_month_before_year("04", "26")
                && !is_month_before_year("04.", "15мм")
                && !is_month_before_year("45.", "26")
        );
    }

    #[test]
    fn numbers_of_standards_are_one_word() {
        assert!(are_of_one_number("48.", "13330.2019") && are_of_one_number("48.", "13330"));
        assert!(
            is_number_of_mark("95-1-КЖ4.И-МН", "15")
                && !is_number_of_mark("МН", "15")
                && !is_number_of_mark("1-М", "а")
        );
        assert!(
            !are_of_one_number("1.", "Бетон") && !are_of_one_number("1.", "200") && !are_of_one_number("48", "13330")
        );
    }

    /// A line of words of ten points, so far apart.
    fn torn(line: &str, gap: f32) -> Vec<Word> {
        let mut words = line_of(line);
        let mut x = 0.0;
        for word in &mut words {
            let width = word.text.chars().count() as f32 * 5.0;
            word.bounds = Rect { x0: x, y0: 0.0, x1: x + width, y1: 7.0 };
            x += width + gap;
        }
        words
    }

    fn texts(words: Vec<Word>) -> Vec<String> {
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_torn_word_is_made_whole_where_a_dictionary_has_it() {
        assert_eq!(texts(whole(torn("«бет он, по бетон", 2.0), &Dictionary)), ["«бетон,", "по", "бетон"]);
        assert_eq!(texts(whole(torn("бет он,", 6.0), &Dictionary)), ["бет", "он,"]);
        assert_eq!(
            texts(whole(torn("по бетон бе тона бет. он", 2.0), &Dictionary)),
            ["по", "бетон", "бе", "тона", "бет.", "он"]
        );
    }

    #[test]
    fn a_number_close_behind_a_word_is_one_of_its_own() {
        assert_eq!(
            texts(whole(torn("бетон12 В25 бетан2 по2", 6.0), &Dictionary)),
            ["бетон", "12", "В25", "бетан2", "по2"]
        );
        let words = whole(torn("бетон2", 6.0), &Dictionary);
        assert!(words[0].bounds.x1 < words[1].bounds.x0 && words[1].bounds.x1 == 30.0, "{words:?}");
        assert!(!are_of_one_number("1.", "10.05.2024") && !are_of_one_number("5.", "2024"));
        assert!(!is_number_of_mark("САНКТ-ПЕТЕРБУРГ", "2024") && !is_number_of_mark("А-Д", "12"));
        // Codes are parted by commas, too.
        assert!(!are_of_one_number("0,", "3917"));
    }

    #[test]
    fn what_stands_wide_is_joined_and_what_stands_apart_is_not() {
        assert_eq!(
            texts(joined(torn("9-11- 24-КЖ 04. 26 СП 48. 13330.2019", 3.0))),
            ["9-11-24-КЖ", "04.26", "СП", "48.13330.2019"]
        );
        assert_eq!(texts(joined(torn("область ‚ город , “ ,", 3.0))), ["область,", "город,", "“", ","]);
        let upright = |y0: f32, word: Word| Word {
            bounds: Rect { x0: 0.0, y0, x1: 7.0, y1: y0 + 20.0 },
            rotation_deg: 90,
            ..word
        };
        let words = torn("9-11- 24", 0.0).into_iter().zip([100.0, 10.0]).map(|(word, y0)| upright(y0, word));
        assert_eq!(texts(joined(words.collect())), ["9-11-", "24"], "far above");
        assert_eq!(texts(joined(torn("48. 13330.2019", 6.0))), ["48.", "13330.2019"]);
    }
}
