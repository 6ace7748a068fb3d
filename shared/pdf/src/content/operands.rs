//! The operands of an operator: numbers, names and strings.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is compared with the length in the same loop; this is the hot path"
)]

use super::lexer::{after_angle, after_line, after_name, after_string};

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

/// Walks over operands; brackets of arrays and dictionaries are passed over, so a `TJ` array reads as a plain row.
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
        let (mut count, mut at) = (0, 0);
        // Nearly always there are numbers and white space alone.
        while at < bytes.len() {
            match bytes[at] {
                b' ' | b'\n' | b'\r' => at += 1,
                b'0'..=b'9' | b'-' | b'+' | b'.' => {
                    let (number, end) = number(bytes, at);
                    at = end;
                    if count < N {
                        numbers[count] = number;
                    } else {
                        numbers.rotate_left(1);
                        numbers[N - 1] = number;
                    }
                    count += 1;
                }
                _ => return Self::last_numbers_among_others(bytes),
            }
        }
        (count >= N).then_some(numbers)
    }

    fn last_numbers_among_others<const N: usize>(bytes: &'a [u8]) -> Option<[f64; N]> {
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
                b'<' => self.position += 2,
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

static TENTHS: [f64; 10] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
/// Digits of the longest number that is exact however it is read.
const EXACT_DIGITS: usize = 15;

/// The number at `at` and where it ends. Broken ones («--5», «1.2.3») read as far as they make sense.
#[inline]
pub(crate) fn number(bytes: &[u8], at: usize) -> (f64, usize) {
    let negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (whole, end) = digits(bytes, start);
    let sign = |value: f64| if negative { -value } else { value };
    match bytes.get(end) {
        Some(b'.') => {
            let (fraction, after) = digits(bytes, end + 1);
            let (count, places) = (after - start - 1, after - end - 1);
            if let Some(tenths) = TENTHS.get(places)
                && (1..=EXACT_DIGITS).contains(&count)
                && !matches!(bytes.get(after), Some(b'.' | b'-'))
            {
                return (sign(whole as f64 + fraction as f64 * tenths), after);
            }
        }
        Some(b'-') => {}
        _ if (1..=EXACT_DIGITS).contains(&(end - start)) => return (sign(whole as f64), end),
        _ => {}
    }
    uncommon_number(bytes, at)
}

/// The value of the digits at `at` and where they end; of more than eighteen only where they end.
#[inline]
fn digits(bytes: &[u8], mut at: usize) -> (i64, usize) {
    let mut value = 0i64;
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        at += 1;
    }
    (value, at)
}

/// Long numbers, and broken ones.
#[cold]
fn uncommon_number(bytes: &[u8], at: usize) -> (f64, usize) {
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
static DIGITS: [u8; 256] = {
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
    let (pairs, odd) = hex.as_chunks::<2>();
    out.resize(pairs.len(), 0);
    let mut all = 0;
    for (byte, &[high, low]) in out.iter_mut().zip(pairs) {
        let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
        all |= high | low;
        *byte = high << 4 | low;
    }
    if all == NO_DIGIT {
        unescape_spaced_hex(hex, out);
        return;
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
mod tests {
    use super::{Operands, number, uncommon_number};

    #[test]
    fn the_short_way_reads_numbers_as_the_long_one_does() {
        for text in [
            "0",
            "-0",
            "12",
            "-17.25",
            ".5",
            "-.5",
            "5.",
            ".",
            "-",
            "+3",
            "--5",
            "1.2.3",
            "1-2",
            "4.5-6",
            "0.000123456",
            "123456789012345",
            "1234567890123456",
            "12345678901234567890123",
            "0.1234567891",
            "99999.99999999",
            "1.5e3",
        ] {
            for tail in ["", " 7", "l", "]"] {
                let bytes = [text.as_bytes(), tail.as_bytes()].concat();
                assert_eq!(number(&bytes, 0), uncommon_number(&bytes, 0), "{text}{tail}");
            }
        }
    }

    #[test]
    fn the_last_numbers_are_taken_among_others() {
        assert_eq!(Operands::last_numbers(b"1 2\n3.5 "), Some([2.0, 3.5]));
        assert_eq!(Operands::last_numbers(b"/Name1 1 [(4) 2] 3"), Some([2.0, 3.0]));
        assert_eq!(Operands::last_numbers::<2>(b" 1 "), None);
    }
}
