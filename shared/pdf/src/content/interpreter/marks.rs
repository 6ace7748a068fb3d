//! Marked content: pieces that belong to a layer, and pieces that say in other words what their glyphs are.

use super::super::operands::{Operand, Operands, unescape_hex, unescape_literal};
use super::super::scope::{Scope, unescaped_name};
use super::Interpreter;
use crate::words::Place;
use hayro_syntax::object::{Dict, String as PdfString};

/// Deepest nesting of marked content that is kept; deeper ones are counted only.
const MAX_MARKS: usize = 256;
/// Longest replacement text, in bytes.
const MAX_TEXT_BYTES: usize = 4096;

/// An open piece of marked content.
#[derive(Debug)]
pub(super) enum Mark {
    Plain,
    /// Of a layer that is switched off.
    Hidden,
    /// Its letters are those of `text`, whatever its glyphs are.
    Replaced {
        from: Place,
        text: String,
    },
}

/// The open pieces of marked content.
#[derive(Debug, Default)]
pub(super) struct Marks {
    open: Vec<Mark>,
    beyond: usize,
    is_replaced: bool,
}

impl Marks {
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }
}

impl<'p> Interpreter<'_, 'p> {
    /// `BMC` and `BDC`.
    pub(super) fn begin_marked(&mut self, operands: &[u8], scope: &Scope<'p>) {
        if self.marks.open.len() >= MAX_MARKS {
            self.marks.beyond += 1;
            return;
        }
        let mark = self.mark(operands, scope);
        match mark {
            Mark::Hidden => self.hidden += 1,
            Mark::Replaced { .. } => self.marks.is_replaced = true,
            Mark::Plain => {}
        }
        self.marks.open.push(mark);
    }

    /// `EMC`.
    pub(super) fn end_marked(&mut self) {
        if self.marks.beyond > 0 {
            self.marks.beyond -= 1;
            return;
        }
        match self.marks.open.pop() {
            Some(Mark::Hidden) => self.hidden = self.hidden.saturating_sub(1),
            Some(Mark::Replaced { from, text }) => {
                self.marks.is_replaced = false;
                self.words.replace_since(from, &text);
            }
            Some(Mark::Plain) | None => {}
        }
    }

    /// Ends what a form left open.
    pub(super) fn end_marked_down_to(&mut self, depth: usize) {
        self.marks.beyond = 0;
        while self.marks.open.len() > depth {
            self.end_marked();
        }
    }

    fn mark(&self, operands: &[u8], scope: &Scope<'p>) -> Mark {
        let mut parts = Operands::new(operands);
        let Some(Operand::Name(tag)) = parts.next() else { return Mark::Plain };
        if tag == b"OC" {
            let Some(Operand::Name(name)) = parts.next() else { return Mark::Plain };
            let is_off = self.layers.is_some_and(|layers| layers.hide(&scope.properties, &unescaped_name(name)));
            return if is_off { Mark::Hidden } else { Mark::Plain };
        }
        if self.marks.is_replaced {
            return Mark::Plain;
        }
        let text = match parts.next() {
            // Properties by name are those of whole programs of layers and structure, but for spans.
            Some(Operand::Name(name)) if tag == b"Span" && !operands.contains(&b'<') => {
                let properties = scope.properties.get::<Dict<'_>>(unescaped_name(name));
                properties
                    .and_then(|own| own.get::<PdfString<'_>>("ActualText"))
                    .and_then(|text| text_of(text.as_bytes()))
            }
            Some(_) if operands.windows(11).any(|part| part == b"/ActualText") => inline_text(operands),
            _ => None,
        };
        text.map_or(Mark::Plain, |text| Mark::Replaced { from: self.words.place(), text })
    }
}

/// The `ActualText` of a dictionary written into the content.
fn inline_text(operands: &[u8]) -> Option<String> {
    let mut parts = Operands::new(operands).skip_while(|part| *part != Operand::Name(b"ActualText")).skip(1);
    let mut bytes = Vec::new();
    match parts.next()? {
        Operand::Literal(literal) => unescape_literal(literal, &mut bytes),
        Operand::Hex(hex) => unescape_hex(hex, &mut bytes),
        Operand::Number(_) | Operand::Name(_) => return None,
    }
    text_of(&bytes)
}

/// A text string; none when it is long, in a code page that nobody knows, or holds what is no letter.
pub(crate) fn text_of(bytes: &[u8]) -> Option<String> {
    if bytes.len() > MAX_TEXT_BYTES {
        return None;
    }
    let text = match bytes {
        [0xfe, 0xff, units @ ..] => {
            let units = units.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()?
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok()?.to_owned(),
        plain if plain.is_ascii() => String::from_utf8_lossy(plain).into_owned(),
        _ => return None,
    };
    let text = text.replace('\u{ad}', "-");
    let is_odd = |letter: char| {
        letter == '\u{fffd}'
            || letter.is_control() && !letter.is_whitespace()
            || matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
    };
    (!text.contains(is_odd)).then_some(text)
}
