//! Text into what is indexed: words by their stems, codes by their parts and as a whole.

use crate::letters::{code_letters, code_skeleton, is_invisible, one_script, small_letters};
use crate::stem::{RussianStemmer, is_stop_word};
use std::ops::Range;

/// Letters or digits of one part that are looked at; no word of the language is longer.
const MAX_PART_LETTERS: usize = 64;
/// Shorter codes are not compared as a whole: without separators «12.3» and «1.23» are the same.
pub(crate) const MIN_SKELETON_LETTERS: usize = 5;
const MAX_SKELETON_LETTERS: usize = 96;

/// A run of letters and digits. Its place in `Analysis::parts` is its position.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it stands in the text, in bytes.
    pub(crate) range: Range<usize>,
    /// Its stem, unless it has a digit or is too common.
    pub(crate) word: Option<String>,
    /// The part as of a code, look-alikes in Latin: when the compound it stands in has a digit.
    pub(crate) code: Option<String>,
}

/// A compound with a digit, as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// Where it stands in the text, in bytes.
    pub(crate) range: Range<usize>,
    /// What is left without separators and with confusable signs made one.
    pub(crate) skeleton: String,
}

/// What a text is made of.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    pub(crate) parts: Vec<Part>,
    pub(crate) codes: Vec<Code>,
}

/// Takes texts apart. Pages and queries go through the same one.
#[derive(Clone, Copy)]
pub(crate) struct Analyzer {
    stemmer: RussianStemmer,
}

impl Analyzer {
    pub(crate) fn new() -> Self {
        Self { stemmer: RussianStemmer::new() }
    }

    /// Words and codes of `text` in order.
    pub(crate) fn analyze(self, text: &str) -> Analysis {
        let mut analysis = Analysis::default();
        let mut scanner = Scanner { text, at: 0 };
        while let Some(compound) = scanner.next_compound() {
            self.add(&compound, &mut analysis);
        }
        analysis
    }

    fn add(self, compound: &[RawPart], analysis: &mut Analysis) {
        let is_code = compound.iter().any(|part| has_digit(&part.small));
        for part in compound {
            let word = (!has_digit(&part.small)).then(|| one_script(&part.small)).filter(|word| !is_stop_word(word));
            analysis.parts.push(Part {
                range: part.range.clone(),
                word: word.map(|word| self.stemmer.stem(&word)).filter(|stem| !stem.is_empty()),
                code: is_code.then(|| code_letters(&part.small)),
            });
        }
        let (Some(first), Some(last)) = (compound.first(), compound.last()) else { return };
        if is_code {
            let whole: String = compound.iter().map(|part| part.small.as_str()).collect();
            let skeleton: String = code_skeleton(&whole).chars().take(MAX_SKELETON_LETTERS).collect();
            if skeleton.chars().count() >= MIN_SKELETON_LETTERS {
                analysis.codes.push(Code { range: first.range.start..last.range.end, skeleton });
            }
        }
    }
}

struct RawPart {
    range: Range<usize>,
    small: String,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    /// The next run of parts joined by single separators.
    fn next_compound(&mut self) -> Option<Vec<RawPart>> {
        while let Some(sign) = self.peek() {
            if is_word_sign(sign) {
                break;
            }
            self.at += sign.len_utf8();
        }
        let mut compound = Vec::new();
        while let Some(part) = self.next_part() {
            compound.push(part);
            match self.peek() {
                Some(joiner) if is_joiner(joiner) && self.word_sign_follows(joiner) => self.at += joiner.len_utf8(),
                _ => break,
            }
        }
        (!compound.is_empty()).then_some(compound)
    }

    fn next_part(&mut self) -> Option<RawPart> {
        let start = self.at;
        let mut raw = String::new();
        while let Some(sign) = self.peek() {
            if is_word_sign(sign) || is_invisible(sign) {
                raw.push(sign);
                self.at += sign.len_utf8();
            } else if let Some(rest) = self.rest_after_line_break(&raw) {
                self.at = rest;
            } else {
                break;
            }
        }
        let small: String = small_letters(&raw).chars().take(MAX_PART_LETTERS).collect();
        (!small.is_empty()).then_some(RawPart { range: start..self.at, small })
    }

    /// Where the rest of a word begins that is broken over two lines with a hyphen («бето-⏎нирование»).
    fn rest_after_line_break(&self, so_far: &str) -> Option<usize> {
        let letters_only = so_far.chars().count() > 1 && !has_digit(so_far);
        let after_hyphen = self.text.get(self.at..)?.strip_prefix(['-', '‐'])?;
        let line_end = after_hyphen.trim_start_matches([' ', '\t', '\r']);
        let next_line = line_end.strip_prefix('\n')?.trim_start_matches([' ', '\t']);
        let goes_on = next_line.starts_with(|sign: char| matches!(sign, 'а'..='я' | 'ё'));
        (letters_only && goes_on).then(|| self.text.len() - next_line.len())
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn word_sign_follows(&self, joiner: char) -> bool {
        self.text.get(self.at + joiner.len_utf8()..).is_some_and(|rest| rest.starts_with(is_word_sign))
    }
}

/// Letters and digits; the diameter sign looks like a letter and is none.
fn is_word_sign(sign: char) -> bool {
    sign.is_alphanumeric() && !matches!(sign, 'Ø' | 'ø')
}

fn is_joiner(sign: char) -> bool {
    matches!(sign, '-' | '‐' | '‑' | '–' | '—' | '.' | '/' | '_' | '\\')
}

fn has_digit(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Analyzer::new().analyze(text).parts.into_iter().filter_map(|part| part.word).collect()
    }

    fn code_parts(text: &str) -> Vec<String> {
        Analyzer::new().analyze(text).parts.into_iter().filter_map(|part| part.code).collect()
    }

    fn skeletons(text: &str) -> Vec<String> {
        Analyzer::new().analyze(text).codes.into_iter().map(|code| code.skeleton).collect()
    }

    #[test]
    fn codes_are_taken_apart_and_kept_as_a_whole() {
        assert_eq!(code_parts("12-34/2024-КЖ1"), ["12", "34", "2024", "kж1"]);
        assert_eq!(code_parts("ГОСТ 10922–2012,"), ["10922", "2012"]);
        assert_eq!(skeletons("шифр 12-34/2024-КЖ1."), ["12342024kж1"]);
        assert_eq!(skeletons("№ С-RU.АБ12.В.01234/22"), skeletons("C—RU.AБ12.B.O1234/22"));
        assert_eq!(skeletons("п. 3.2"), [""; 0], "too short to be told from 32");
    }

    #[test]
    fn letters_inside_a_code_are_a_word_too() {
        assert_eq!(words("12-34/2024-КЖ"), words("КЖ"));
        assert_eq!(words("этаж-2"), words("этажи"));
    }

    #[test]
    fn positions_count_common_words() {
        let analysis = Analyzer::new().analyze("устройство и монтаж");
        assert_eq!(analysis.parts.len(), 3);
        assert_eq!(analysis.parts[1].word, None);
    }

    #[test]
    fn words_broken_by_signs_and_lines_are_whole() {
        assert_eq!(words("бето-\n  нирование"), words("бетонирование"));
        assert_eq!(words("бето\u{ad}нирование"), words("бетонирование"));
        assert_eq!(code_parts("12-\n34"), ["12", "34"]);
        assert_eq!(code_parts("Ø12 м²"), ["12", "m2"]);
    }

    #[test]
    fn ranges_cut_the_text_where_the_word_stands() {
        let text = "«Трубы» Ø12-А500С";
        let analysis = Analyzer::new().analyze(text);
        let cut: Vec<&str> = analysis.parts.iter().map(|part| &text[part.range.clone()]).collect();
        assert_eq!(cut, ["Трубы", "12", "А500С"]);
        assert_eq!(&text[analysis.codes[0].range.clone()], "12-А500С");
    }

    #[test]
    fn any_text_is_taken_apart_without_failing() {
        for text in ["", "-", "--", "…", "а-", "-а", "\u{ad}", "\u{301}а", "😀-1", "a\u{ad}-\nб", "İ-1"] {
            let analysis = Analyzer::new().analyze(text);
            assert!(analysis.parts.iter().all(|part| text.get(part.range.clone()).is_some()), "{text:?}");
        }
    }
}
