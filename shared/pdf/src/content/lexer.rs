//! A byte lexer for content streams. Most of a drawing is numbers for lines: they are stepped over in one tight loop and
//! only the operands of the few operators that matter for text are ever parsed.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is compared with the length in the same loop; this is the hot path"
)]

pub(crate) use super::operands::{Operand, Operands, number, unescape_hex, unescape_literal};

const STEP: u8 = 0;
const WORD: u8 = 1;
const STRING: u8 = 2;
const ANGLE: u8 = 3;
const NAME: u8 = 4;
const COMMENT: u8 = 5;

/// The lowest and the highest bit of each of eight bytes.
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// What each byte starts. Digits, signs, white space and brackets are only stepped over.
static CLASS: [u8; 256] = {
    let mut class = [STEP; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'*' | b'\'' | b'"' => WORD,
            b'(' => STRING,
            b'<' => ANGLE,
            b'/' => NAME,
            b'%' => COMMENT,
            _ => STEP,
        };
        byte += 1;
    }
    class
};

/// An operator and the bytes of its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation<'a> {
    pub(crate) operator: &'a [u8],
    pub(crate) operands: &'a [u8],
}

/// Walks over the operators of a content stream. Of paths only those wholly of rectangles come out: as `f` when they are
/// filled and as `W` when they clip, the numbers of all rectangles for operands; paths of so few lines that they may be one
/// rectangle, too, the whole path for operands; other clips as `W` without any. With `LINES_TOO` all operators of lines and
/// colours come out as they stand.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a, const LINES_TOO: bool = false> {
    content: &'a [u8],
    position: usize,
    passed: usize,
    /// Where the operands of the first rectangle of the open path begin.
    rectangles: Option<usize>,
    /// Whether the open path has lines too.
    has_lines: bool,
    /// Where the operands of its first line begin, and how many operators came after it.
    lines: (usize, u32),
    clips: bool,
    fills: u32,
    colour: Option<(usize, usize)>,
    /// Whether a text has begun: no lines are drawn in it.
    is_in_text: bool,
    block: Block,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(content: &'a [u8]) -> Self {
        Self::at_start(content)
    }
}

impl<'a> Lexer<'a, true> {
    /// Gives the operators of lines and colours too.
    pub(crate) fn with_lines(content: &'a [u8]) -> Self {
        Self::at_start(content)
    }
}

impl<'a, const LINES_TOO: bool> Lexer<'a, LINES_TOO> {
    fn at_start(content: &'a [u8]) -> Self {
        Self {
            content,
            position: 0,
            passed: 0,
            rectangles: None,
            has_lines: false,
            lines: (0, 0),
            clips: false,
            fills: 0,
            colour: None,
            is_in_text: false,
            block: Block::at(content, 0),
        }
    }

    /// Operators of lines and colours stepped over since the last call.
    #[inline]
    pub(crate) fn take_passed(&mut self) -> usize {
        std::mem::take(&mut self.passed)
    }

    /// The operator that set the colour of areas last, with its operands, if one did since the last call.
    #[inline]
    pub(crate) fn take_colour(&mut self) -> Option<&'a [u8]> {
        self.colour.take().and_then(|(start, end)| self.content.get(start..end))
    }

    /// Areas painted that are no rectangles, since the last call.
    #[inline]
    pub(crate) fn take_fills(&mut self) -> u32 {
        std::mem::take(&mut self.fills)
    }

    /// Ends a path with the operator that paints it; gives what comes out of it.
    #[inline]
    fn end_path(&mut self, is_filled: bool, end: usize) -> Option<(&'static [u8], usize)> {
        let (rectangles, has_lines, clips) = (self.rectangles.take(), self.has_lines, self.clips);
        self.has_lines = false;
        self.clips = false;
        let outline = (has_lines && rectangles.is_none() && self.may_be_rectangle()).then_some(self.lines.0);
        match rectangles.filter(|_| !has_lines).or(outline) {
            Some(start) if is_filled => Some((b"f", start)),
            Some(start) if clips => Some((b"W", start)),
            // A clip of another shape has no operands.
            None if clips => Some((b"W", end)),
            _ => {
                self.fills += u32::from(is_filled);
                None
            }
        }
    }

    /// Whether the lines of the open path may be one rectangle.
    #[inline]
    fn may_be_rectangle(&self) -> bool {
        RECTANGLE.contains(&self.lines.1)
    }

    /// The next operator with its operands; none at the end.
    #[inline]
    pub(crate) fn next_operation(&mut self) -> Option<Operation<'a>> {
        let content = self.content;
        let mut start = self.position;
        let mut block = self.block;
        block.go_to(content, start);
        loop {
            let has_rectangles = self.rectangles.is_some() || self.clips;
            let found = if LINES_TOO || self.is_in_text || has_rectangles {
                block.next(content)
            } else {
                self.pass_lines(&mut block, &mut start)
            };
            let Some(word) = found else { break };
            let mut at = word;
            match CLASS[usize::from(content[word])] {
                STEP => continue,
                WORD => {
                    at += 1;
                    let is_single = content.get(at).is_none_or(|&next| CLASS[usize::from(next)] != WORD);
                    let line = LINES[usize::from(content[word])];
                    if !LINES_TOO && is_single && line != OTHER {
                        self.passed += 1;
                        // Most are lines, and most paths have nothing but lines.
                        if line > BEGIN {
                            match line {
                                COLOUR => self.colour = Some((start, at)),
                                CLIP => self.clips = true,
                                _ if self.rectangles.is_none()
                                    && !self.clips
                                    && !(line == FILL && self.has_lines && self.may_be_rectangle()) =>
                                {
                                    self.has_lines = false;
                                    self.fills += u32::from(line == FILL);
                                }
                                _ => {
                                    if let Some((operator, start)) = self.end_path(line == FILL, word) {
                                        (self.position, self.block) = (at, block);
                                        return Some(Operation { operator, operands: &content[start..word] });
                                    }
                                }
                            }
                        } else if line == BEGIN && !self.has_lines {
                            self.has_lines = true;
                            self.lines = (start, 0);
                        } else {
                            self.lines.1 += 1;
                        }
                        start = at;
                        continue;
                    }
                    while at < content.len() && CLASS[usize::from(content[at])] == WORD {
                        at += 1;
                    }
                    match content[word..at] {
                        _ if LINES_TOO => {
                            (self.position, self.block) = (at, block);
                            return Some(Operation { operator: &content[word..at], operands: &content[start..word] });
                        }
                        [b'r', b'e'] => {
                            self.rectangles.get_or_insert(start);
                        }
                        [b'r', b'g'] => self.colour = Some((start, at)),
                        [b'R', b'G'] => {}
                        [b'W', b'*'] => self.clips = true,
                        // By the even-odd rule a rectangle in a rectangle is a hole: who takes it must look at their number.
                        [b'f' | b'B' | b'b', b'*'] => {
                            if let Some((_, start)) = self.end_path(true, word) {
                                (self.position, self.block) = (at, block);
                                return Some(Operation { operator: b"f*", operands: &content[start..word] });
                            }
                        }
                        ref operator => {
                            self.is_in_text = operator == b"BT" || self.is_in_text && operator != b"ET";
                            (self.position, self.block) = (at, block);
                            return Some(Operation { operator: &content[word..at], operands: &content[start..word] });
                        }
                    }
                    self.passed += 1;
                    start = at;
                }
                STRING => at = after_string(content, at),
                ANGLE => at = after_angle(content, at),
                NAME => at = after_name(content, at),
                _ => at = after_line(content, at),
            }
            block.go_to(content, at);
        }
        self.position = content.len();
        None
    }

    /// Steps over operators of paths as long as there are no others; gives the place behind them that is something else, and
    /// where what belongs to it begins. By itself, so that all it needs stays in registers: it is where the time goes.
    #[inline(never)]
    fn pass_lines(&mut self, block: &mut Block, start: &mut usize) -> Option<usize> {
        let content = self.content;
        let (mut passed, mut fills, mut behind, mut has_lines) = (0, 0, *start, self.has_lines);
        let (mut begin, mut count) = self.lines;
        let mut own = *block;
        let found = loop {
            let Some(word) = own.next(content) else { break None };
            let line = LINES[usize::from(content[word])];
            let is_single = content.get(word + 1).is_none_or(|&next| CLASS[usize::from(next)] != WORD);
            if !is_single
                || matches!(line, OTHER | COLOUR | CLIP)
                || line == FILL && has_lines && RECTANGLE.contains(&count)
            {
                break Some(word);
            }
            passed += 1;
            (begin, count) = if line == BEGIN && !has_lines { (behind, 0) } else { (begin, count + 1) };
            behind = word + 1;
            has_lines = line == BEGIN || line == PATH && has_lines;
            fills += u32::from(line == FILL);
        };
        self.lines = (begin, count);
        self.passed += passed;
        self.fills += fills;
        self.has_lines = has_lines;
        (*block, *start) = (own, behind);
        found
    }

    /// After `BI`: steps behind the `EI` of the inline image. Without one the rest of the stream is lost.
    pub(crate) fn skip_inline_image(&mut self) {
        let content = self.content;
        let mut at = self.position;
        while at + 1 < content.len() && !(content[at] == b'I' && content[at + 1] == b'D') {
            at = match content[at] {
                b'(' => after_string(content, at),
                b'/' => after_name(content, at),
                _ => at + 1,
            };
        }
        at += 3;
        while at + 1 < content.len() {
            let ends_here = content[at] == b'E'
                && content[at + 1] == b'I'
                && is_space(content[at - 1])
                && content.get(at + 2).is_none_or(|&byte| is_space(byte))
                && looks_like_content(&content[at + 2..]);
            if ends_here {
                self.position = at + 2;
                return;
            }
            at += 1;
        }
        self.position = content.len();
    }
}

/// Which of eight bytes of a content still have to be looked at; the blocks stand side by side.
#[derive(Debug, Clone, Copy)]
struct Block {
    number: usize,
    /// The high bit of each byte that is neither white space nor of a number.
    stops: u64,
}

impl Block {
    #[inline]
    fn at(content: &[u8], place: usize) -> Self {
        let number = place / 8;
        Self { number, stops: stops_at(content, number) & u64::MAX << (8 * (place % 8)) }
    }

    /// The next place that is neither white space nor of a number; there are signs among them that mean nothing.
    #[inline]
    fn next(&mut self, content: &[u8]) -> Option<usize> {
        let blocks = content.as_chunks::<8>().0;
        while self.stops == 0 {
            self.number += 1;
            let Some(bytes) = blocks.get(self.number) else {
                self.stops = stops_at(content, self.number);
                if self.stops == 0 {
                    return None;
                }
                break;
            };
            self.stops = stops_in(*bytes);
        }
        let place = 8 * self.number + (self.stops.trailing_zeros() / 8) as usize;
        self.stops &= self.stops - 1;
        Some(place)
    }

    /// Steps over what stands before a place.
    #[inline]
    fn go_to(&mut self, content: &[u8], place: usize) {
        if place / 8 == self.number {
            self.stops &= u64::MAX << (8 * (place % 8));
        } else {
            *self = Self::at(content, place);
        }
    }
}

#[cold]
#[inline(never)]
fn stops_of_last(rest: &[u8]) -> u64 {
    let mut bytes = [b' '; 8];
    for (byte, &own) in bytes.iter_mut().zip(rest) {
        *byte = own;
    }
    stops_in(bytes)
}

/// The stops of a block; none behind the end.
#[inline]
fn stops_at(content: &[u8], number: usize) -> u64 {
    let (blocks, rest) = content.as_chunks::<8>();
    match blocks.get(number) {
        Some(bytes) => stops_in(*bytes),
        None if number == blocks.len() => stops_of_last(rest),
        None => 0,
    }
}

/// The high bit of each byte that is neither white space nor of a number.
#[inline]
fn stops_in(bytes: [u8; 8]) -> u64 {
    let bytes = u64::from_le_bytes(bytes);
    let low = bytes & !HIGH;
    // The high bit of each byte of a sum says whether the byte is above the bound.
    let above = |bound: u64| low + (0x7f - bound) * EACH;
    let is_other_sign = above(0x20) & !above(0x2c) | above(0x2e) & !above(0x2f);
    (bytes | above(0x39) | is_other_sign) & HIGH
}

/// Operators behind the first of a rectangle drawn line by line: three or four sides, closed or not, or two triangles.
const RECTANGLE: std::ops::RangeInclusive<u32> = 3..=7;

const OTHER: u8 = 0;
const PATH: u8 = 1;
const BEGIN: u8 = 2;
const COLOUR: u8 = 3;
const CLIP: u8 = 4;
const FILL: u8 = 5;
const END: u8 = 6;

/// Operators of one letter that only build paths, paint them or set colours: nine tenths of a drawing. A `const` would be
/// copied for every look into it.
static LINES: [u8; 256] = {
    let mut lines = [OTHER; 256];
    let mut letter = 0;
    while letter < 256 {
        lines[letter] = match letter as u8 {
            b'l' | b'c' | b'v' | b'y' | b'h' | b'w' | b'J' | b'j' | b'M' | b'd' | b'i' | b'G' | b'K' => PATH,
            b'm' => BEGIN,
            b'g' | b'k' => COLOUR,
            b'W' => CLIP,
            b'f' | b'F' | b'B' | b'b' => FILL,
            b'S' | b's' | b'n' => END,
            _ => OTHER,
        };
        letter += 1;
    }
    lines
};

/// Image data may hold «EI» by chance: what follows the true one is plain ASCII.
fn looks_like_content(rest: &[u8]) -> bool {
    rest.iter().take(24).all(|&byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0 | 12 | 0x20..=0x7e))
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

pub(super) fn after_string(content: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    let mut depth = 1u32;
    while at < content.len() {
        match content[at] {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    content.len()
}

pub(super) fn after_angle(content: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    if content.get(at) == Some(&b'<') {
        return at + 1;
    }
    // Eight at a time: a byte that becomes zero is the bracket.
    while let Some(Ok(bytes)) = content.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let bytes = u64::from_le_bytes(bytes) ^ (u64::from(b'>') * EACH);
        let zeros = bytes.wrapping_sub(EACH) & !bytes & HIGH;
        if zeros != 0 {
            return at + (zeros.trailing_zeros() / 8) as usize + 1;
        }
        at += 8;
    }
    while at < content.len() && content[at] != b'>' {
        at += 1;
    }
    (at + 1).min(content.len())
}

pub(super) fn after_name(content: &[u8], slash: usize) -> usize {
    let mut at = slash + 1;
    while at < content.len() && !is_space(content[at]) && !b"/[]()<>{}%".contains(&content[at]) {
        at += 1;
    }
    at
}

pub(super) fn after_line(content: &[u8], percent: usize) -> usize {
    let mut at = percent + 1;
    while at < content.len() && content[at] != b'\n' && content[at] != b'\r' {
        at += 1;
    }
    at
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
