//! Words into lines by geometry alone: the reading order of a text layer interleaves columns and cannot be trusted.

use crate::item_marks::is_letter_mark;
use domain::{DocumentId, Evidence, EvidenceBy, Page, Rect, Word};
use std::{borrow::Cow, collections::HashMap};

/// Labels of the title block that drawing programs set without spaces between them.
const LABELS: [&str; 12] =
    ["изм.", "изм", "кол.уч.", "кол.уч", "листов", "лист", "№док.", "№док", "подп.", "подпись", "дата", "стадия"];

/// What typesetters put where they break a word.
const SOFT_HYPHEN: char = '\u{ad}';

/// Gap in heights of type up to which two words of one baseline belong to one line.
const WORD_GAP: f32 = 1.2;

/// The same after a bullet or an item number, which stand at a tab from their text.
const BULLET_GAP: f32 = 5.0;

/// A level word, cleaned.
#[derive(Debug, Clone)]
pub(crate) struct Token<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) bounds: Rect,
}

impl Token<'_> {
    pub(crate) fn height(&self) -> f32 {
        self.bounds.height().max(1.0)
    }
}

/// Words of one baseline that stand close together (строка or a part of one in a table).
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) bounds: Rect,
    /// Median height of its words.
    pub(crate) height: f32,
    /// Width of its first word, to tell whether it would have fitted on the line above.
    pub(crate) first_width: f32,
    /// Where its second word begins: behind a bullet, the text; of a single word, its own beginning.
    pub(crate) second_x0: f32,
}

impl Line {
    pub(crate) fn centre_y(&self) -> f32 {
        self.bounds.centre().1
    }

    pub(crate) fn centre_x(&self) -> f32 {
        self.bounds.centre().0
    }
}

/// One page ready for the rules: level words and the lines made of them.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub(crate) page: &'a Page,
    pub(crate) document: &'a DocumentId,
    /// Level words from top to bottom.
    pub(crate) tokens: Vec<Token<'a>>,
    /// Lines from top to bottom.
    pub(crate) lines: Vec<Line>,
}

impl<'a> Sheet<'a> {
    /// Takes the level words of the page, drops what is printed twice in one place, and joins lines.
    pub(crate) fn new(document: &'a DocumentId, page: &'a Page) -> Self {
        let mut tokens = Vec::with_capacity(page.words.len());
        let mut seen: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        for word in page.words.iter().filter(|word| is_level(word)) {
            let cell = ((word.bounds.x0 / 4.0) as i32, (word.bounds.y0 / 4.0) as i32);
            let printed_twice = (-1..=1).any(|dx| {
                (-1..=1).any(|dy| {
                    seen.get(&(cell.0.saturating_add(dx), cell.1.saturating_add(dy))).is_some_and(|indices| {
                        indices.iter().any(|&index| {
                            tokens.get(index).is_some_and(|token: &Token<'_>| {
                                token.text == word.text.trim()
                                    && (token.bounds.x0 - word.bounds.x0).abs() < 2.0
                                    && (token.bounds.y0 - word.bounds.y0).abs() < 2.0
                            })
                        })
                    })
                })
            });
            if printed_twice {
                continue;
            }
            let before = tokens.len();
            push_split(&mut tokens, word);
            seen.entry(cell).or_default().extend(before..tokens.len());
        }
        tokens.sort_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0));
        let lines = join_lines(&tokens);
        Self { page, document, tokens, lines }
    }

    /// Evidence on this page by rule.
    pub(crate) fn evidence(&self, boxes: Vec<Rect>, quote: String, confidence: f32) -> Evidence {
        Evidence {
            document: self.document.clone(),
            page: self.page.page,
            boxes,
            cells: None,
            quote,
            confidence,
            by: EvidenceBy::Rule,
        }
    }

    /// The level words whose middle lies in the area, joined into lines regardless of gaps, from top to bottom.
    pub(crate) fn lines_in(&self, area: Rect) -> Vec<Line> {
        let inside: Vec<&Token<'_>> = self
            .tokens
            .iter()
            .filter(|token| {
                let (x, y) = token.bounds.centre();
                area.contains(x, y)
            })
            .collect();
        lines_of(&inside)
    }
}

/// Words by baseline, each row from left to right.
pub(crate) fn rows_of<'t, 'a>(tokens: &[&'t Token<'a>]) -> Vec<Vec<&'t Token<'a>>> {
    let mut sorted = tokens.to_vec();
    sorted.sort_by(|a, b| a.bounds.centre().1.total_cmp(&b.bounds.centre().1));
    let mut rows: Vec<Vec<&Token<'_>>> = Vec::new();
    for token in sorted {
        let fits = rows.last().and_then(|row| row.last()).is_some_and(|last| {
            (token.bounds.centre().1 - last.bounds.centre().1).abs() < 0.45 * token.height().min(last.height())
        });
        match rows.last_mut() {
            Some(row) if fits => row.push(token),
            _ => rows.push(vec![token]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
    }
    rows
}

/// Rows of words by baseline: every word of a row goes into one line, whatever the gaps.
pub(crate) fn lines_of(tokens: &[&Token<'_>]) -> Vec<Line> {
    rows_of(tokens).iter().filter_map(|row| line_of(row)).collect()
}

/// Lower case, «ё» as «е», single spaces: for comparing, never for showing.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ё' => folded.push('е'),
            space if space.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            other => folded.push(other),
        }
    }
    folded.trim().to_owned()
}

/// Joins wrapped lines: a space between them, none after a hyphen that breaks a designation.
pub(crate) fn join_wrapped<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        if joined.is_empty() {
            joined.push_str(part);
            continue;
        }
        if joined.ends_with(SOFT_HYPHEN) {
            joined.pop();
            joined.push_str(part);
            continue;
        }
        let mut before = joined.chars().rev();
        let hyphen = before.next() == Some('-') && before.next().is_some_and(char::is_alphanumeric);
        if hyphen {
            if breaks_a_word(&joined, part) {
                joined.pop();
            }
        } else {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    joined
}

/// Whether the hyphen at the end is a soft one: small letters on both sides.
fn breaks_a_word(before: &str, after: &str) -> bool {
    let stem = before.rsplit(' ').next().unwrap_or_default().trim_end_matches('-');
    let tail: String = after.chars().take_while(|letter| letter.is_alphabetic()).collect();
    let small = |text: &str| !text.is_empty() && text.chars().all(char::is_lowercase);
    // «свето-\nпрозрачный» and «сварно-\nго» look alike; a stem that ends in the linking vowel keeps its hyphen.
    small(&tail) && stem.chars().skip(1).all(|letter| letter.is_lowercase()) && !stem.ends_with(['о', 'е'])
}

/// A bullet character, private-use ones of symbol fonts included.
pub(crate) fn is_bullet(text: &str) -> bool {
    let mut letters = text.chars();
    matches!((letters.next(), letters.next()), (Some(letter), None)
        if matches!(letter, '-' | '–' | '—' | '•' | '−' | '·' | '‒' | '―' | '▪' | '●' | '◦' | '○' | '■' | '□' | '*' | '➢' | '✓' | '‣')
            || ('\u{e000}'..='\u{f8ff}').contains(&letter))
}

/// An item number with its mark: `1.`, `12)`, `1.1`, `1.1.`; without a mark it is just a figure.
pub(crate) fn is_item_number(text: &str) -> bool {
    let body = text.trim_end_matches([')', '.']);
    let marked = body.len() < text.len() || body.contains('.');
    let parts: Vec<&str> = body.split('.').collect();
    marked
        && parts.len() <= 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_level(word: &Word) -> bool {
    (word.rotation_deg <= 3 || word.rotation_deg >= 357) && !word.text.trim().is_empty()
}

/// Pushes the word, cut where a blank that is no space stands in it, and into labels when it is several of them glued.
fn push_split<'a>(tokens: &mut Vec<Token<'a>>, word: &'a Word) {
    let text = word.text.trim();
    let unseen = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{fffd}';
    let mut parts: Vec<&str> = text.split(unseen).filter(|part| !part.is_empty()).collect();
    if let [only] = parts.as_slice() {
        parts = if only.len() > 10 { glued_labels(only) } else { Vec::new() };
    }
    if parts.len() < 2 {
        tokens.push(Token { text: Cow::Borrowed(text), bounds: word.bounds });
        return;
    }
    let letters = text.chars().count() as f32;
    let mut searched = 0;
    for part in parts {
        let start = text.get(searched..).and_then(|rest| rest.find(part)).map_or(searched, |found| searched + found);
        searched = start + part.len();
        let share = |end: usize| text.get(..end).unwrap_or_default().chars().count() as f32 / letters;
        let x0 = word.bounds.x0 + word.bounds.width() * share(start);
        let x1 = word.bounds.x0 + word.bounds.width() * share(searched);
        tokens.push(Token { text: Cow::Borrowed(part), bounds: Rect { x0, x1, ..word.bounds } });
    }
}

/// The labels the word consists of, or nothing when it holds anything else.
fn glued_labels(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let folded = rest.to_lowercase();
        let Some(label) = LABELS.iter().find(|label| folded.starts_with(**label)) else {
            return Vec::new();
        };
        let Some((part, after)) = rest.split_at_checked(label.len()) else {
            return Vec::new();
        };
        parts.push(part);
        rest = after;
    }
    parts
}

/// Joins words to lines in O(n log n): words from left to right, each to the open line whose end it follows.
fn join_lines(tokens: &[Token<'_>]) -> Vec<Line> {
    const BAND_PT: f32 = 6.0;
    // Type of half a metre; what a broken file calls higher would be looked for in billions of bands.
    const MAX_REACH_BANDS: i32 = 100;
    let mut order: Vec<&Token<'_>> = tokens.iter().collect();
    order.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
    let mut open: HashMap<i32, Vec<usize>> = HashMap::new();
    let mut rows: Vec<Vec<&Token<'_>>> = Vec::new();
    for token in order {
        let (height, centre_y) = (token.height(), token.bounds.centre().1);
        let band = (centre_y / BAND_PT) as i32;
        let reach = ((0.4 * height / BAND_PT).ceil() as i32).min(MAX_REACH_BANDS);
        let mut best: Option<(f32, usize)> = None;
        for near in band.saturating_sub(reach)..=band.saturating_add(reach) {
            let Some(candidates) = open.get_mut(&near) else { continue };
            candidates.retain(|&index| {
                let Some(last) = rows.get(index).and_then(|row| row.last()) else { return false };
                token.bounds.x0 - last.bounds.x1 <= BULLET_GAP * 1.5 * last.height()
            });
            for &index in candidates.iter() {
                let Some(row) = rows.get(index) else { continue };
                let Some(last) = row.last() else { continue };
                let smaller = height.min(last.height());
                let gap = token.bounds.x0 - last.bounds.x1;
                let marks = is_bullet(&last.text) || is_item_number(&last.text) || is_letter_mark(&last.text);
                let limit = if row.len() == 1 && marks { BULLET_GAP * smaller } else { WORD_GAP * smaller };
                let off = (centre_y - last.bounds.centre().1).abs();
                let alike = height.max(last.height()) < 2.2 * smaller;
                if alike && off < 0.4 * smaller && (-0.6 * smaller..=limit).contains(&gap) {
                    let cost = off + gap.max(0.0);
                    if best.is_none_or(|(least, _)| cost < least) {
                        best = Some((cost, index));
                    }
                }
            }
        }
        let index = match best {
            Some((_, index)) => {
                if let Some(row) = rows.get_mut(index) {
                    row.push(token);
                }
                index
            }
            None => {
                rows.push(vec![token]);
                rows.len() - 1
            }
        };
        let bucket = open.entry(band).or_default();
        if !bucket.contains(&index) {
            bucket.push(index);
        }
    }
    let mut lines: Vec<Line> = rows.iter().filter_map(|row| line_of(row)).collect();
    lines.sort_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0).then(a.bounds.x0.total_cmp(&b.bounds.x0)));
    lines
}

fn line_of(row: &[&Token<'_>]) -> Option<Line> {
    let first = row.first()?;
    let bounds = row.iter().skip(1).fold(first.bounds, |bounds, token| bounds.union(token.bounds));
    let mut heights: Vec<f32> = row.iter().map(|token| token.height()).collect();
    heights.sort_by(f32::total_cmp);
    let height = heights.get(heights.len() / 2).copied().unwrap_or(1.0);
    let mut text = String::new();
    for token in row {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    let second_x0 = row.get(1).map_or(first.bounds.x0, |second| second.bounds.x0);
    Some(Line { text, bounds, height, first_width: first.bounds.width(), second_x0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_parts_join_by_what_the_hyphen_means() {
        assert_eq!(join_wrapped(["ГОСТ 21.501-", "2018"]), "ГОСТ 21.501-2018");
        assert_eq!(join_wrapped(["завод-изгото-", "витель"]), "завод-изгото-витель");
        assert_eq!(join_wrapped(["гидроизоляцион-", "ный"]), "гидроизоляционный");
        assert_eq!(join_wrapped(["паро-", "изоляция"]), "паро-изоляция");
        assert_eq!(join_wrapped(["свето\u{ad}", "прозрачный"]), "светопрозрачный");
        assert_eq!(join_wrapped(["отметка -", "пол"]), "отметка - пол");
        assert_eq!(join_wrapped(["первая", "", "вторая"]), "первая вторая");
    }

    #[test]
    fn item_numbers_are_told_from_figures() {
        for number in ["1.", "12)", "1.1", "1.1.", "2.10.3"] {
            assert!(is_item_number(number), "{number}");
        }
        for figure in ["1", "12", "СП", "2018.", "1.1.1.1", "."] {
            assert!(!is_item_number(figure), "{figure}");
        }
    }

    #[test]
    fn glued_labels_come_apart_and_other_words_stay() {
        assert_eq!(glued_labels("СтадияЛистЛистов"), ["Стадия", "Лист", "Листов"]);
        assert_eq!(glued_labels("Изм.Кол.учЛист№док.Подп.Дата"), ["Изм.", "Кол.уч", "Лист", "№док.", "Подп.", "Дата"]);
        assert!(glued_labels("Листопад").is_empty());
    }
}
