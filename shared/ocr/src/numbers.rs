//! Numbers of tables: what stands in a line is counted, so a comma that a recogniser overlooked is put where it is seen,
//! and a reading that lost a digit is told from one that did not.

use crate::trust::DOUBTED;
use ports::ReadWord;

/// What is seen in a line, from its beginning, in pixels of its picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mark {
    /// A large part: a letter or a digit.
    Figure {
        /// Where it begins.
        start: u32,
        /// Where it ends.
        end: u32,
    },
    /// A small part that stands low between others; a comma reaches below the line, a point does not.
    Separator {
        /// Whether it is a comma.
        is_comma: bool,
    },
}

impl Mark {
    /// How wide a figure is.
    pub(crate) fn width(&self) -> Option<u32> {
        match self {
            Self::Figure { start, end } => Some(end.saturating_sub(*start)),
            Self::Separator { .. } => None,
        }
    }
}

/// How wide a one is at least and at most, by the other digits of its number (a rule beside the number is slimmer), and any other
/// digit at least.
const ONE: std::ops::RangeInclusive<f32> = 0.28..=0.97;
const SLIMMEST_DIGIT: f32 = 0.6;
/// How wide a digit is at most, and how many figures show it.
const WIDEST_DIGIT: f32 = 1.3;
const MIN_APART: usize = 3;

/// Whether what is seen of a number contradicts its reading: a digit more than figures, a one as wide as the others, a seven as slim as a one, more
/// separators than were read. A text that is no number, or of which not every digit is seen alone, says nothing.
pub(crate) fn is_contradicted(text: &str, marks: &[Mark]) -> bool {
    let is_separator = |sign: char| matches!(sign, '.' | ',');
    let digits: Vec<char> = text.chars().filter(|sign| !is_separator(*sign)).collect();
    let widths: Vec<f32> = marks.iter().filter_map(Mark::width).map(|width| width as f32).collect();
    let is_number = digits.iter().all(|sign| sign.is_ascii_digit() || *sign == '/');
    if !is_number {
        return false;
    }
    if digits.len() != widths.len() {
        return digits.len() == widths.len() + 1 && widths.len() >= MIN_APART && are_single(&widths);
    }
    let inside = marks.len() - marks.iter().rev().take_while(|mark| mark.width().is_none()).count();
    let seen = marks.iter().take(inside).filter(|mark| mark.width().is_none()).count();
    if seen > text.trim_end_matches(is_separator).chars().filter(|sign| is_separator(*sign)).count() {
        return true;
    }
    let mut wide: Vec<f32> =
        digits.iter().zip(&widths).filter(|(digit, _)| !matches!(digit, '1' | '/')).map(|(_, width)| *width).collect();
    wide.sort_by(f32::total_cmp);
    let Some(common) = wide.get(wide.len() / 2).copied() else { return false };
    digits.iter().zip(widths).any(|(digit, width)| match digit {
        '1' => !ONE.contains(&(width / common)),
        '/' => false,
        _ => width < common * SLIMMEST_DIGIT,
    })
}

/// Whether none of the figures is so much wider than the others that it may be two digits that touch.
fn are_single(widths: &[f32]) -> bool {
    let mut sorted = widths.to_vec();
    sorted.sort_by(f32::total_cmp);
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    sorted.last().is_some_and(|widest| *widest < middle * WIDEST_DIGIT)
}

/// Whether a line was read as nothing but numbers.
pub(crate) fn is_numeric(words: &[ReadWord]) -> bool {
    let numeric = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    !words.is_empty() && words.iter().all(|word| word.text.chars().all(numeric))
}

/// Whether a reading has as many digits as the line has figures.
pub(crate) fn is_complete(words: &[ReadWord], marks: &[Mark]) -> bool {
    is_numeric(words) && digits(words).len() == figures(marks)
}

/// The numbers of a line from a complete reading, with the separators and the gaps that are seen; of a coarse comma only the
/// point is seen, so that a comma that was read stays one, doubted. `gap` is the least gap between words.
pub(crate) fn rebuilt(words: &[ReadWord], marks: &[Mark], gap: u32) -> Vec<ReadWord> {
    let Some(first) = words.first() else { return Vec::new() };
    let total: f32 = words.iter().map(|word| word.confidence).sum();
    let confidence = total / words.len() as f32;
    let mut digits = digits(words).into_iter();
    let mut have_comma = have_comma_before(words).into_iter();
    let mut rebuilt: Vec<ReadWord> = Vec::new();
    let mut separator = None;
    for mark in marks {
        match *mark {
            Mark::Separator { is_comma } => separator = Some(if is_comma { ',' } else { '.' }),
            Mark::Figure { start, end } => {
                let Some(digit) = digits.next() else { break };
                let is_told_otherwise = have_comma.next() == Some(true) && separator == Some('.');
                if is_told_otherwise {
                    separator = Some(',');
                }
                match rebuilt.last_mut() {
                    Some(word) if separator.is_some() || start < word.bounds[2] + gap => {
                        word.text.extend(separator);
                        word.text.push(digit);
                        word.bounds[2] = end;
                        if is_told_otherwise {
                            word.confidence = word.confidence.min(DOUBTED);
                        }
                    }
                    _ => rebuilt.push(ReadWord {
                        text: digit.to_string(),
                        bounds: [start, first.bounds[1], end, first.bounds[3]],
                        confidence,
                    }),
                }
                separator = None;
            }
        }
    }
    // Behind the last number of a line a point may stand, and a comma may not.
    if let Some(word) = rebuilt.last_mut() {
        word.text.extend(separator.filter(|separator| *separator == '.'));
    }
    rebuilt
}

/// For each digit whether it was read behind a comma.
fn have_comma_before(words: &[ReadWord]) -> Vec<bool> {
    let signs: Vec<char> = words.iter().flat_map(|word| word.text.chars()).collect();
    let before = std::iter::once(' ').chain(signs.iter().copied());
    signs.iter().zip(before).filter(|(sign, _)| sign.is_ascii_digit()).map(|(_, before)| before == ',').collect()
}

fn digits(words: &[ReadWord]) -> Vec<char> {
    words.iter().flat_map(|word| word.text.chars()).filter(char::is_ascii_digit).collect()
}

fn figures(marks: &[Mark]) -> usize {
    marks.iter().filter(|mark| matches!(mark, Mark::Figure { .. })).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> ReadWord {
        ReadWord { text: text.to_owned(), bounds: [0, 0, 40, 30], confidence: 0.8 }
    }

    fn figure(start: u32) -> Mark {
        Mark::Figure { start, end: start + 10 }
    }

    #[test]
    fn an_overlooked_comma_is_put_where_it_is_seen() {
        let comma = Mark::Separator { is_comma: true };
        let marks = [figure(0), comma, figure(20), figure(32)];
        assert!(is_complete(&[word("740")], &marks));
        let texts: Vec<String> =
            rebuilt(&[word("7"), word("40")], &marks, 15).into_iter().map(|word| word.text).collect();
        assert_eq!(texts, ["7,40"]);
        let point = Mark::Separator { is_comma: false };
        let marks_of = |separator| [figure(0), separator, figure(20), figure(32)];
        let text = |read: &str, separator| rebuilt(&[word(read)], &marks_of(separator), 15)[0].text.clone();
        assert_eq!(
            (text("7,40", point), text("740", point), text("7.40", comma)),
            ("7,40".into(), "7.40".into(), "7,40".into())
        );
        assert!(!is_complete(&[word("74")], &marks));
        assert!(!is_complete(&[word("А40")], &marks));
    }

    #[test]
    fn a_digit_of_another_width_is_another_digit() {
        let marks = |widths: &[u32]| widths.iter().map(|&end| Mark::Figure { start: 0, end }).collect::<Vec<_>>();
        assert!(is_contradicted("2100", &marks(&[10, 10, 10, 10])));
        assert!(is_contradicted("22,72", &marks(&[10, 10, 4, 10])));
        assert!(is_contradicted("10,021", &marks(&[2, 10, 10, 10, 5])));
        assert!(!is_contradicted("2100", &marks(&[10, 5, 10, 10])));
        assert!(!is_contradicted("111", &marks(&[5, 5, 5])) && !is_contradicted("В21", &marks(&[10, 10, 10])));
        assert!(!is_contradicted("2100", &marks(&[10, 20, 10])));
        // A rule beside the number was taken for a one.
        assert!(is_contradicted("10,021", &marks(&[10, 10, 10, 5])));
        let comma = Mark::Separator { is_comma: true };
        let power = [
            Mark::Figure { start: 0, end: 4 },
            comma,
            figure(20),
            figure(30),
            figure(40),
            figure(50),
            comma,
            figure(60),
            comma,
        ];
        assert!(is_contradicted("126/0,5", &power) && !is_contradicted("1,26/0,5", &power));
    }

    #[test]
    fn numbers_far_from_each_other_stay_apart() {
        let texts: Vec<String> =
            rebuilt(&[word("12")], &[figure(0), figure(60)], 15).into_iter().map(|word| word.text).collect();
        assert_eq!(texts, ["1", "2"]);
    }
}
