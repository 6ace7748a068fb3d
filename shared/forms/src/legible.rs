use serde_json::Value;
use std::collections::BTreeSet;

/// Longest field that is printed. A longer one is a mistake of its source, and the typesetter behind us panics on
/// runs of 65,535 bytes.
pub(crate) const LONGEST_FIELD_CHARS: usize = 10_000;
/// Longest run without a place to break a line.
const LONGEST_TOKEN_CHARS: usize = 35;
/// The same in the cell of a table.
const LONGEST_CELL_TOKEN_CHARS: usize = 20;
/// Zero width space: a line may break here, and nothing is seen.
const BREAK: char = '\u{200b}';
const MISSING: char = '□';

/// What could not be printed as given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrintNote {
    /// None of the typefaces has this sign; «□» stands in its place.
    MissingSign(char),
    /// A field was cut, and the text says so in its place.
    ShortenedField {
        /// How long it was, in characters.
        chars: usize,
    },
}

/// Makes every string of the data printable: no control or format signs, no sign without a glyph, no run of signs
/// wider than a line, no field without end. `has_glyph` tells whether one of the typefaces draws a sign.
pub(crate) fn make_legible(data: &mut Value, has_glyph: &mut impl FnMut(char) -> bool) -> Vec<PrintNote> {
    let mut notes = BTreeSet::new();
    walk(data, LONGEST_TOKEN_CHARS, has_glyph, &mut notes);
    notes.into_iter().collect()
}

fn walk(
    data: &mut Value,
    longest_token: usize,
    has_glyph: &mut impl FnMut(char) -> bool,
    notes: &mut BTreeSet<PrintNote>,
) {
    match data {
        Value::String(text) => *text = legible(text, longest_token, has_glyph, notes),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, longest_token, has_glyph, notes)),
        Value::Object(members) => {
            // An address is visible ASCII already (`qr`), and no break may stand in it.
            for (name, member) in members.iter_mut().filter(|(name, _)| *name != "url") {
                let longest = if name == "cells" { LONGEST_CELL_TOKEN_CHARS } else { longest_token };
                walk(member, longest, has_glyph, notes);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn legible(
    text: &str,
    longest_token: usize,
    has_glyph: &mut impl FnMut(char) -> bool,
    notes: &mut BTreeSet<PrintNote>,
) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut shown_chars = 0_usize;
    let mut space_is_due = false;
    for sign in text.chars() {
        if sign.is_whitespace() && !is_no_break_space(sign) {
            space_is_due = !shown.is_empty();
            continue;
        }
        if is_invisible(sign) {
            continue;
        }
        if shown_chars + usize::from(space_is_due) >= LONGEST_FIELD_CHARS {
            let chars = text.chars().count();
            notes.insert(PrintNote::ShortenedField { chars });
            shown.push_str(&format!(" … [текст сокращён: напечатано {LONGEST_FIELD_CHARS} знаков из {chars}]"));
            break;
        }
        if space_is_due {
            shown.push(' ');
            shown_chars += 1;
            space_is_due = false;
        }
        if let Some(composed) = shown.chars().next_back().and_then(|before| composed(before, sign)) {
            shown.pop();
            shown.push(composed);
            continue;
        }
        if has_glyph(sign) {
            shown.push(sign);
        } else {
            notes.insert(PrintNote::MissingSign(sign));
            shown.push(MISSING);
        }
        shown_chars += 1;
    }
    with_breaks(shown, longest_token)
}

/// Lets a line break inside runs longer than `longest` signs: after punctuation, else after every `longest` signs.
fn with_breaks(text: String, longest: usize) -> String {
    let is_short = |run: &str| run.len() <= longest || run.chars().count() <= longest;
    if text.split([' ', '-']).all(is_short) {
        return text;
    }
    let mut broken = String::with_capacity(text.len());
    let mut run = Vec::new();
    for sign in text.chars() {
        if sign == ' ' || sign == '-' {
            push_run(&mut broken, &run, longest);
            run.clear();
            broken.push(sign);
        } else {
            run.push(sign);
        }
    }
    push_run(&mut broken, &run, longest);
    broken
}

fn push_run(broken: &mut String, run: &[char], longest: usize) {
    if run.len() <= longest {
        broken.extend(run);
        return;
    }
    let mut since_break = 0;
    for (index, &sign) in run.iter().enumerate() {
        broken.push(sign);
        since_break += 1;
        let breaks = since_break >= longest || (since_break >= 4 && matches!(sign, '.' | ',' | '/' | '_' | ';' | ')'));
        if breaks && index + 1 < run.len() {
            broken.push(BREAK);
            since_break = 0;
        }
    }
}

/// File names from some systems carry «й» and «ё» as a letter and a mark; a search for the word would miss them.
pub(crate) fn composed(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('и', '\u{306}') => Some('й'),
        ('И', '\u{306}') => Some('Й'),
        ('е', '\u{308}') => Some('ё'),
        ('Е', '\u{308}') => Some('Ё'),
        _ => None,
    }
}

pub(crate) fn is_no_break_space(sign: char) -> bool {
    matches!(sign, '\u{a0}' | '\u{202f}')
}

/// Control signs, format signs (Unicode Cf: direction marks, soft hyphens, joiners, tags) and variation selectors.
pub(crate) fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn print(text: &str) -> (String, Vec<PrintNote>) {
        let mut data = json!({ "value": text });
        let notes = make_legible(&mut data, &mut |sign| (sign as u32) < 0x2700);
        (data["value"].as_str().unwrap().to_owned(), notes)
    }

    #[test]
    fn ordinary_text_is_untouched() {
        let text = "Бетон B25 F150 W6, ⌀12 А500С — «сертификат № РОСС RU.АЯ46.В00001», 2,5 м³";
        assert_eq!(print(text), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn control_and_format_signs_vanish_and_white_space_is_one_space() {
        let (text, notes) = print("  а\u{1}б\u{202e}в\r\n\tг\u{ad}д \u{feff}");
        assert_eq!(text, "абв гд");
        assert!(notes.is_empty());
    }

    #[test]
    fn signs_without_a_glyph_are_shown_and_told() {
        let (text, notes) = print("насос 🚰 и ещё 🚰");
        assert_eq!(text, "насос □ и ещё □");
        assert_eq!(notes, [PrintNote::MissingSign('🚰')]);
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(print("строи\u{306}ка е\u{308}лка").0, "стройка ёлка");
    }

    #[test]
    fn endless_fields_are_cut_in_the_open() {
        let (text, notes) = print(&"я".repeat(70_000));
        assert!(text.ends_with("[текст сокращён: напечатано 10000 знаков из 70000]"), "{text}");
        assert_eq!(text.chars().filter(|&sign| sign == 'я').count(), 10_000);
        assert_eq!(notes, [PrintNote::ShortenedField { chars: 70_000 }]);
    }

    #[test]
    fn long_runs_may_break_and_short_ones_may_not() {
        let short = "12/2025-КЖ1.2_изм.3";
        assert_eq!(print(short).0, short);
        let (text, _) = print(&"ж".repeat(100));
        assert!(text.split(BREAK).all(|part| part.chars().count() <= LONGEST_TOKEN_CHARS), "{text}");
        assert_eq!(text.replace(BREAK, ""), "ж".repeat(100));
    }
}
