//! A byte lexer for content streams. Most of a drawing is numbers for lines: they are stepped over in one tight loop and
//! only the operands of the few operators that matter for text are ever parsed.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is compared with the length in the same loop; this is the hot path"
)]

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
const CLASS: [u8; 256] = {
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

/// Walks over the operators of a content stream: those of lines and colours are stepped over unless `LINES_TOO`.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a, const LINES_TOO: bool = false> {
    content: &'a [u8],
    position: usize,
    passed: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(content: &'a [u8]) -> Self {
        Self { content, position: 0, passed: 0 }
    }
}

impl<'a> Lexer<'a, true> {
    /// Gives the operators of lines and colours too.
    pub(crate) fn with_lines(content: &'a [u8]) -> Self {
        Self { content, position: 0, passed: 0 }
    }
}

impl<'a, const LINES_TOO: bool> Lexer<'a, LINES_TOO> {
    /// Operators of lines and colours stepped over since the last call.
    #[inline]
    pub(crate) fn take_passed(&mut self) -> usize {
        std::mem::take(&mut self.passed)
    }

    /// The next operator with its operands; none at the end.
    #[inline]
    pub(crate) fn next_operation(&mut self) -> Option<Operation<'a>> {
        let content = self.content;
        let mut start = self.position;
        let mut at = start;
        while at < content.len() {
            match CLASS[usize::from(content[at])] {
                STEP => at = after_plain(content, at + 1),
                WORD => {
                    let word = at;
                    at += 1;
                    let is_single = content.get(at).is_none_or(|&next| CLASS[usize::from(next)] != WORD);
                    if !LINES_TOO && is_single && LINES[usize::from(content[word])] {
                        self.passed += 1;
                        // Numbers of the next operator follow nearly always.
                        start = at;
                        at = after_plain(content, at);
                        continue;
                    }
                    while at < content.len() && CLASS[usize::from(content[at])] == WORD {
                        at += 1;
                    }
                    if !LINES_TOO && matches!(content[word..at], [b'r', b'e' | b'g'] | [b'R', b'G']) {
                        self.passed += 1;
                        start = at;
                        continue;
                    }
                    self.position = at;
                    return Some(Operation { operator: &content[word..at], operands: &content[start..word] });
                }
                STRING => at = after_string(content, at),
                ANGLE => at = after_angle(content, at),
                NAME => at = after_name(content, at),
                _ => at = after_line(content, at),
            }
        }
        self.position = at;
        None
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

/// Steps over numbers and white space eight bytes at a time. It may stop earlier than it must, never later.
#[inline]
fn after_plain(content: &[u8], mut at: usize) -> usize {
    while let Some(Ok(bytes)) = content.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let bytes = u64::from_le_bytes(bytes);
        let low = bytes & !HIGH;
        // The high bit of each byte of a sum says whether the byte is above the bound.
        let above = |bound: u64| low + (0x7f - bound) * EACH;
        let is_other_sign = above(0x20) & !above(0x2c) | above(0x2e) & !above(0x2f);
        let stops = (bytes | above(0x39) | is_other_sign) & HIGH;
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while at < content.len() && CLASS[usize::from(content[at])] == STEP {
        at += 1;
    }
    at
}

/// Operators of one letter that only build paths, paint them or set colours: nine tenths of a drawing.
const LINES: [bool; 256] = {
    let mut lines = [false; 256];
    let letters = b"mlcvyhSsfFBbnWwJjMdigGkK";
    let mut place = 0;
    while place < letters.len() {
        lines[letters[place] as usize] = true;
        place += 1;
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

fn after_string(content: &[u8], open: usize) -> usize {
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

fn after_angle(content: &[u8], open: usize) -> usize {
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

fn after_name(content: &[u8], slash: usize) -> usize {
    let mut at = slash + 1;
    while at < content.len() && !is_space(content[at]) && !b"/[]()<>{}%".contains(&content[at]) {
        at += 1;
    }
    at
}

fn after_line(content: &[u8], percent: usize) -> usize {
    let mut at = percent + 1;
    while at < content.len() && content[at] != b'\n' && content[at] != b'\r' {
        at += 1;
    }
    at
}

/// One operand of a text operator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operand<'a> {
    Number(f64),
    /// The bytes between the slash and the end of the name.
    Name(&'a [u8]),
    /// The bytes between the brackets, escapes and all.
    Literal(&'a [u8]),
    /// The digits between the angle brackets.
    Hex(&'a [u8]),
}

/// Walks over operands; brackets of arrays are passed over, so a `TJ` array reads as a plain row.
#[derive(Debug, Clone)]
pub(crate) struct Operands<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Operands<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The last `N` numbers, earlier ones dropped; none if there are fewer.
    pub(crate) fn last_numbers<const N: usize>(bytes: &'a [u8]) -> Option<[f64; N]> {
        let mut numbers = [0.0; N];
        let mut count = 0;
        for operand in Operands::new(bytes) {
            if let Operand::Number(number) = operand {
                numbers.rotate_left(1);
                numbers[N - 1] = number;
                count += 1;
            }
        }
        (count >= N).then_some(numbers)
    }
}

impl<'a> Iterator for Operands<'a> {
    type Item = Operand<'a>;

    #[inline]
    fn next(&mut self) -> Option<Operand<'a>> {
        let bytes = self.bytes;
        while self.position < bytes.len() {
            let at = self.position;
            match bytes[at] {
                b'0'..=b'9' | b'-' | b'+' | b'.' => {
                    let (number, end) = number(bytes, at);
                    self.position = end;
                    return Some(Operand::Number(number));
                }
                b'(' => {
                    self.position = after_string(bytes, at);
                    let end = if bytes[self.position - 1] == b')' { self.position - 1 } else { self.position };
                    return Some(Operand::Literal(&bytes[at + 1..end.max(at + 1)]));
                }
                b'<' if bytes.get(at + 1) != Some(&b'<') => {
                    self.position = after_angle(bytes, at);
                    let end = if bytes[self.position - 1] == b'>' { self.position - 1 } else { self.position };
                    return Some(Operand::Hex(&bytes[at + 1..end.max(at + 1)]));
                }
                b'/' => {
                    self.position = after_name(bytes, at);
                    return Some(Operand::Name(&bytes[at + 1..self.position]));
                }
                b'%' => self.position = after_line(bytes, at),
                _ => self.position += 1,
            }
        }
        None
    }
}

/// The number at `at` and where it ends. Broken ones («--5», «1.2.3») read as far as they make sense.
#[inline]
pub(crate) fn number(bytes: &[u8], at: usize) -> (f64, usize) {
    const TENTHS: [f64; 10] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
    let mut end = at;
    let mut negative = false;
    while end < bytes.len() && matches!(bytes[end], b'-' | b'+') {
        negative |= bytes[end] == b'-';
        end += 1;
    }
    let mut whole = 0.0f64;
    while end < bytes.len() && bytes[end].is_ascii_digit() {
        whole = whole * 10.0 + f64::from(bytes[end] - b'0');
        end += 1;
    }
    if end < bytes.len() && bytes[end] == b'.' {
        end += 1;
        let (mut fraction, mut digits) = (0u64, 0);
        while end < bytes.len() && bytes[end].is_ascii_digit() {
            if digits < 9 {
                fraction = fraction * 10 + u64::from(bytes[end] - b'0');
                digits += 1;
            }
            end += 1;
        }
        whole += fraction as f64 * TENTHS[digits];
    }
    // The tail of a malformed number must not be read as another number.
    while end < bytes.len() && matches!(bytes[end], b'0'..=b'9' | b'.' | b'-') {
        end += 1;
    }
    (if negative { -whole } else { whole }, end)
}

/// Writes the bytes of a literal string into `out`, escapes undone.
pub(crate) fn unescape_literal(literal: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if !literal.iter().any(|&byte| matches!(byte, b'\\' | b'\r')) {
        out.extend_from_slice(literal);
        return;
    }
    let mut at = 0;
    while at < literal.len() {
        let byte = literal[at];
        at += 1;
        if byte == b'\r' {
            at += usize::from(literal.get(at) == Some(&b'\n'));
            out.push(b'\n');
            continue;
        }
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escaped) = literal.get(at) else { break };
        at += 1;
        match escaped {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => at += usize::from(literal.get(at) == Some(&b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(escaped - b'0');
                let mut digits = 1;
                while digits < 3 && matches!(literal.get(at), Some(b'0'..=b'7')) {
                    code = code * 8 + u32::from(literal[at] - b'0');
                    at += 1;
                    digits += 1;
                }
                out.push((code & 0xff) as u8);
            }
            other => out.push(other),
        }
    }
}

const NO_DIGIT: u8 = 0xff;

/// Values of the hexadecimal digits.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// Writes the bytes of a hexadecimal string into `out`.
pub(crate) fn unescape_hex(hex: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.reserve(hex.len() / 2 + 1);
    let (pairs, odd) = hex.as_chunks::<2>();
    for &[high, low] in pairs {
        let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
        if (high | low) == NO_DIGIT {
            unescape_spaced_hex(hex, out);
            return;
        }
        out.push(high << 4 | low);
    }
    if let [last] = odd
        && DIGITS[usize::from(*last)] != NO_DIGIT
    {
        out.push(DIGITS[usize::from(*last)] << 4);
    }
}

/// Digits with line ends and other bytes between them.
#[cold]
fn unescape_spaced_hex(hex: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut high: Option<u8> = None;
    for digit in hex.iter().map(|&byte| DIGITS[usize::from(byte)]).filter(|&digit| digit != NO_DIGIT) {
        match high.take() {
            None => high = Some(digit),
            Some(first) => out.push(first << 4 | digit),
        }
    }
    if let Some(first) = high {
        out.push(first << 4);
    }
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
