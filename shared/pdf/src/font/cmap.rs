//! CMaps: ToUnicode tables and the encodings of composite fonts.

use crate::content::lexer::unescape_hex;

/// Most codes that one CMap may map: a range of billions must not fill the memory.
const MAX_ENTRIES: usize = 1 << 18;

/// Most ranges of CIDs; those of Japanese fonts have some 20,000.
const MAX_RANGES: usize = 1 << 16;

/// Most UTF-16 units that one code stands for: a glyph may be a whole word, but a million glyphs of a megabyte each must
/// not fill the memory.
const MAX_UNITS: usize = 32;

/// What a CMap says.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Code spaces as (length in bytes, low, high).
    pub(super) spaces: Vec<(u8, u32, u32)>,
    /// Letters of codes, UTF-16 decoded.
    pub(super) letters: Vec<(u32, String)>,
    /// Ranges of codes with the CID of the first.
    pub(super) cids: Vec<(u32, u32, u32)>,
    pub(super) vertical: bool,
    /// Whether a range spans more codes than two bytes have: who expands it runs away.
    pub(super) sprawls: bool,
}

enum Token<'a> {
    Hex(Vec<u8>),
    Number(i64),
    Name(&'a [u8]),
    Open,
    Close,
    Word(&'a [u8]),
}

struct Tokens<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (&first, rest) = self.bytes.split_first()?;
            match first {
                b'%' => {
                    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                    self.bytes = rest.get(end..)?;
                }
                b'<' if rest.first() == Some(&b'<') => self.bytes = rest.get(1..)?,
                b'<' => {
                    let end = rest.iter().position(|&byte| byte == b'>').unwrap_or(rest.len());
                    let mut bytes = Vec::with_capacity(end / 2 + 1);
                    unescape_hex(rest.get(..end)?, &mut bytes);
                    self.bytes = rest.get(end + 1..).unwrap_or_default();
                    return Some(Token::Hex(bytes));
                }
                b'[' => {
                    self.bytes = rest;
                    return Some(Token::Open);
                }
                b']' => {
                    self.bytes = rest;
                    return Some(Token::Close);
                }
                b'/' => {
                    let end = word_end(rest);
                    self.bytes = rest.get(end..)?;
                    return Some(Token::Name(rest.get(..end)?));
                }
                b'(' => {
                    let end = rest.iter().position(|&byte| byte == b')').map_or(rest.len(), |place| place + 1);
                    self.bytes = rest.get(end..)?;
                }
                byte if byte <= b' ' || matches!(byte, b'>' | b')' | b'{' | b'}') => self.bytes = rest,
                _ => {
                    let end = word_end(self.bytes);
                    let (word, rest) = self.bytes.split_at_checked(end.max(1))?;
                    self.bytes = rest;
                    let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
                    return Some(number.map_or(Token::Word(word), Token::Number));
                }
            }
        }
    }
}

fn word_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte <= b' ' || b"/[]()<>{}%".contains(&byte)).unwrap_or(bytes.len())
}

fn number_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn utf16_be(bytes: &[u8]) -> String {
    if let [single] = bytes {
        return char::from(*single).to_string();
    }
    let units = bytes
        .chunks_exact(2)
        .take(MAX_UNITS)
        .map(|pair| u16::from_be_bytes([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

impl CMap {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut tokens = Tokens { bytes };
        let mut last_name: &[u8] = b"";
        while let Some(token) = tokens.next() {
            match token {
                Token::Name(name) => last_name = name,
                Token::Number(number) if last_name == b"WMode" => {
                    map.vertical = number == 1;
                    last_name = b"";
                }
                Token::Word(b"begincodespacerange") => map.read_spaces(&mut tokens),
                Token::Word(b"beginbfchar") => map.read_chars(&mut tokens),
                Token::Word(b"beginbfrange") => map.read_ranges(&mut tokens),
                Token::Word(b"begincidchar") => map.read_cids(&mut tokens, false),
                Token::Word(b"begincidrange") => map.read_cids(&mut tokens, true),
                _ => {}
            }
        }
        map
    }

    /// Whether several letters of ordinary alphabets are named.
    pub(super) fn has_ordinary_letters(&self) -> bool {
        let is_ordinary = |letter: char| letter.is_alphabetic() && !matches!(letter, '\u{e000}'..='\u{f8ff}');
        self.letters.iter().filter(|(_, letters)| letters.chars().any(is_ordinary)).nth(2).is_some()
    }

    fn read_spaces(&mut self, tokens: &mut Tokens<'_>) {
        while let (Some(Token::Hex(low)), Some(Token::Hex(high))) = (tokens.next(), tokens.next()) {
            if self.spaces.len() < 256 {
                let length = u8::try_from(low.len().clamp(1, 4)).unwrap_or(1);
                self.spaces.push((length, number_of(&low), number_of(&high)));
            }
        }
    }

    fn push(&mut self, code: u32, letters: String) {
        if self.letters.len() < MAX_ENTRIES {
            self.letters.push((code, letters));
        }
    }

    fn read_chars(&mut self, tokens: &mut Tokens<'_>) {
        while let Some(Token::Hex(code)) = tokens.next() {
            match tokens.next() {
                Some(Token::Hex(letters)) => self.push(number_of(&code), utf16_be(&letters)),
                Some(Token::Name(name)) => {
                    let letters = std::str::from_utf8(name).ok().and_then(super::encoding::name_letters);
                    self.push(number_of(&code), letters.unwrap_or_default());
                }
                _ => return,
            }
        }
    }

    fn read_ranges(&mut self, tokens: &mut Tokens<'_>) {
        while let (Some(Token::Hex(low)), Some(Token::Hex(high))) = (tokens.next(), tokens.next()) {
            let (low, high) = (number_of(&low), number_of(&high));
            self.sprawls |= high.saturating_sub(low) > 0xffff;
            match tokens.next() {
                Some(Token::Hex(first)) => {
                    let first = utf16_be(&first);
                    let mut start = first.chars();
                    let Some(last) = start.next_back() else { continue };
                    let prefix = start.as_str();
                    for code in low..=high.min(low.saturating_add(0xffff)) {
                        let letter = char::from_u32(u32::from(last).saturating_add(code - low)).unwrap_or('\u{fffd}');
                        self.push(code, format!("{prefix}{letter}"));
                    }
                }
                Some(Token::Open) => {
                    let mut code = low;
                    for token in tokens.by_ref() {
                        match token {
                            Token::Hex(letters) if code <= high => {
                                self.push(code, utf16_be(&letters));
                                code = code.saturating_add(1);
                            }
                            Token::Close => break,
                            _ => {}
                        }
                    }
                }
                _ => return,
            }
        }
    }

    fn read_cids(&mut self, tokens: &mut Tokens<'_>, is_range: bool) {
        while let Some(Token::Hex(low)) = tokens.next() {
            let high = if is_range {
                let Some(Token::Hex(high)) = tokens.next() else { return };
                number_of(&high)
            } else {
                number_of(&low)
            };
            let Some(Token::Number(cid)) = tokens.next() else { return };
            if self.cids.len() < MAX_RANGES {
                self.cids.push((number_of(&low), high, u32::try_from(cid).unwrap_or_default()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CMap;

    #[test]
    fn chars_ranges_and_arrays_are_read() {
        let map = CMap::parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n2 beginbfchar <0003> <0020>\n<0010> <00660069> endbfchar\n\
              2 beginbfrange <0024><0026><0410> <0030> <0032> [<0041> <0042 0043> <0044>] endbfrange \
              1 begincidrange <00> <7f> 5 endcidrange /WMode 1 def",
        );
        assert_eq!(map.spaces, [(2, 0, 0xffff)]);
        let letters: Vec<_> = map.letters.iter().map(|(code, letters)| (*code, letters.as_str())).collect();
        assert_eq!(
            letters,
            [(3, " "), (0x10, "fi"), (0x24, "А"), (0x25, "Б"), (0x26, "В"), (0x30, "A"), (0x31, "BC"), (0x32, "D")]
        );
        assert_eq!(map.cids, [(0, 0x7f, 5)]);
        assert!(map.vertical);
    }

    #[test]
    fn a_code_stands_for_a_word_and_not_for_a_book() {
        let book = "0041".repeat(5_000);
        let map = CMap::parse(format!("1 beginbfrange <0000> <FFFF> <{book}> endbfrange").as_bytes());
        assert_eq!(map.letters.len(), 1 << 16);
        assert!(map.letters.iter().all(|(_, letters)| letters.len() <= 4 * super::MAX_UNITS));
    }

    #[test]
    fn a_huge_range_is_cut() {
        let map = CMap::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert!(map.sprawls);
        assert!(map.letters.len() <= 1 << 16, "{}", map.letters.len());
    }
}
