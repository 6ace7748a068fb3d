/// Kinds of bytes in the letters of a page, by UTF-8: most pages have none of those that a judge or a repair looks for, and
/// one look at all of them tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ByteKinds(u8);

/// Latin letters beyond ASCII and the signs that share their block: what Windows-1251 is misread as.
const HIGH_LATIN: u8 = 1;
/// Blocks that no drawing uses, and private letters: shifted glyph numbers.
const SHIFTED: u8 = 2;
/// The sign for a glyph without a letter, and what shares its first byte.
const HOLE: u8 = 4;
/// Neither ASCII nor Cyrillic nor punctuation.
const STRANGE: u8 = 8;
/// Cyrillic letters that Russian does not have but is misread as, and the marks of й and ё by themselves.
const ODD: u8 = 16;

#[expect(clippy::indexing_slicing, reason = "the indices are within their arrays, and this runs at compile time")]
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let own = byte as u8;
        let mut kind = 0;
        if matches!(own, 0xc2 | 0xc3) {
            kind |= HIGH_LATIN;
        }
        if matches!(own, 0xc6..=0xca | 0xf3) {
            kind |= SHIFTED;
        }
        // What no repair of a shift explains becomes a hole.
        if matches!(own, 0xef | 0xf3) {
            kind |= HOLE;
        }
        // In UTF-8 Cyrillic letters begin with D0 to D2: those and ASCII are nearly all.
        if matches!(own, 0xc3..=0xcf | 0xd3..=0xe1 | 0xea..=0xf4) {
            kind |= STRANGE;
        }
        kinds[byte] = kind;
        byte += 1;
    }
    kinds
};

impl ByteKinds {
    /// Those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let kinds = text.bytes().fold(0, |kinds, byte| kinds | KINDS.get(usize::from(byte)).copied().unwrap_or(0));
        // Quotes, degrees and the like share the block, and have nothing to do with the letters.
        let is_high = |pair: &[u8]| matches!(pair, [0xc3, _] | [0xc2, 0xa8 | 0xb8 | 0xb9]);
        let has_none = kinds & HIGH_LATIN != 0 && !text.as_bytes().windows(2).any(is_high);
        let kinds = if has_none { kinds & !HIGH_LATIN } else { kinds };
        // ѐ, Ѐ, ѝ, Ѝ, U+0306 and U+0308; the first byte of a letter is never the second of another.
        let is_odd = |pair: &[u8]| matches!(pair, [0xd0, 0x80 | 0x8d] | [0xd1, 0x90 | 0x9d] | [0xcc, 0x86 | 0x88]);
        Self(if text.as_bytes().windows(2).any(is_odd) { kinds | ODD } else { kinds })
    }

    /// Whether a text has a letter that is neither of ASCII nor Cyrillic nor punctuation.
    pub(crate) fn are_strange(text: &str) -> bool {
        text.bytes().any(|byte| KINDS.get(usize::from(byte)).is_some_and(|kind| kind & STRANGE != 0))
    }

    /// Those of either.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn may_have_high_latin(self) -> bool {
        self.0 & HIGH_LATIN != 0
    }

    pub(crate) fn may_be_shifted(self) -> bool {
        self.0 & SHIFTED != 0
    }

    pub(crate) fn may_have_holes(self) -> bool {
        self.0 & HOLE != 0
    }

    pub(crate) fn may_have_odd_letters(self) -> bool {
        self.0 & ODD != 0
    }

    pub(crate) fn may_be_strange(self) -> bool {
        self.0 & STRANGE != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_letters_are_told_from_russian_ones() {
        for odd in ["ѐлка", "Ѐ", "рѝ", "Ѝ", "и\u{306}", "е\u{308}"] {
            assert!(ByteKinds::of(odd).may_have_odd_letters(), "{odd}");
        }
        let russian: String = ('А'..='я').chain(['ё', 'Ё', ' ', '№', '°']).collect();
        assert!(!ByteKinds::of(&russian).may_have_odd_letters());
    }

    #[test]
    fn letters_of_other_tongues_are_strange() {
        assert!(ByteKinds::are_strange("θ") && ByteKinds::of("ǝ").may_be_strange());
        assert!(!ByteKinds::are_strange("Бетон B25, 5 м² — «да»"));
    }
}
