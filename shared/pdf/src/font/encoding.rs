//! The encodings of simple fonts, and the names of glyphs.

use skrifa::raw::ps::PredefinedEncoding;
use skrifa::raw::ps::agl;

/// One of the encodings a font names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BaseEncoding {
    Standard,
    WinAnsi,
    MacRoman,
    Symbol,
}

/// Windows-1252, 0x80 to 0x9F; a space stands for none.
const WIN_ANSI_SPECIALS: &str = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ";
const MAC_ROMAN_UPPER: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const SYMBOL_LOWER: &str =
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_UPPER: &str =
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭";
/// Windows-1251, 0x80 to 0xBF; the rest is А to я in order.
const CYRILLIC_SPECIALS: &str = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї";

/// The letter of a code in an encoding.
pub(super) fn letter(encoding: BaseEncoding, code: u8) -> Option<char> {
    let index = usize::from(code);
    match encoding {
        BaseEncoding::Standard => agl::name_to_char(standard_name(code)?),
        BaseEncoding::WinAnsi => match code {
            0x20..=0x7e | 0xa0..=0xff => Some(char::from(code)),
            0x80..=0x9f => WIN_ANSI_SPECIALS.chars().nth(index - 0x80),
            0x7f => Some('•'),
            _ => None,
        },
        BaseEncoding::MacRoman => match code {
            0x20..=0x7e => Some(char::from(code)),
            0x80..=0xff => MAC_ROMAN_UPPER.chars().nth(index - 0x80),
            _ => None,
        },
        BaseEncoding::Symbol => match code {
            0x20..=0x7e => SYMBOL_LOWER.chars().nth(index - 0x20),
            0xa0..=0xff => SYMBOL_UPPER.chars().nth(index - 0xa0),
            _ => None,
        },
    }
}

/// The name of a code in StandardEncoding.
pub(super) fn standard_name(code: u8) -> Option<&'static str> {
    let name = PredefinedEncoding::Standard.name(code);
    (name != ".notdef" && !name.is_empty()).then_some(name)
}

/// The letter of a Windows-1251 byte.
pub(crate) fn cp1251(byte: u8) -> Option<char> {
    match byte {
        0..=0x7f => Some(char::from(byte)),
        0x80..=0xbf => CYRILLIC_SPECIALS.chars().nth(usize::from(byte) - 0x80),
        _ => char::from_u32(0x410 + u32::from(byte) - 0xc0),
    }
}

/// The Windows-1252 byte of a letter.
pub(crate) fn win_ansi_byte(letter: char) -> Option<u8> {
    match u32::from(letter) {
        code @ (0x20..=0x7e | 0xa0..=0xff) => u8::try_from(code).ok(),
        code @ 0x80..=0x9f => u8::try_from(code).ok(),
        // Also stands for codes without a letter.
        0x2022 => Some(0x95),
        _ => {
            let place = WIN_ANSI_SPECIALS.chars().position(|special| special == letter)?;
            u8::try_from(0x80 + place).ok()
        }
    }
}

/// The letters of a glyph name of the Adobe lists, `uniXXXX`, `uXXXXX` and variants with a dot; none for private names.
pub(super) fn name_letters(name: &str) -> Option<String> {
    let letters: String = agl::name_to_chars(name).collect();
    if !letters.is_empty() {
        return Some(letters);
    }
    match name {
        "Numero" | "numero" | "afii61352" => Some("№".into()),
        "nbspace" | "nonbreakingspace" | "space" => Some(" ".into()),
        "middot" => Some("·".into()),
        "Delta" => Some("Δ".into()),
        _ => None,
    }
}

/// Codes below the space in the fonts of TeX that have Cyrillic letters (T2A) and in its Western ones (T1).
const TEX_LOW: [&str; 32] = [
    "`", "´", "ˆ", "˜", "¨", "˝", "˚", "ˇ", "˘", "¯", "˙", "¸", "˛", "‚", "‹", "›", "“", "”", "„", "«", "»", "–", "—",
    "", "₀", "ı", "ȷ", "ff", "fi", "fl", "ffi", "ffl",
];

/// The letters of a name that is no more than a code, as the bitmap fonts of TeX have them: `a224` for code 224. Letters
/// of the upper half come as Latin-1: whether they are Russian is seen from the words.
pub(super) fn numbered_letters(name: &str) -> Option<String> {
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    if digits.is_empty() || digits.len() > 3 || name.len() - digits.len() > 2 {
        return None;
    }
    let code: u8 = digits.parse().ok()?;
    let low = TEX_LOW.get(usize::from(code)).filter(|low| !low.is_empty());
    match code {
        0..=31 => low.map(|low| (*low).to_owned()),
        0x9c => Some("Ё".into()),
        0xbc => Some("ё".into()),
        0x7f => Some("-".into()),
        0x9d => Some("№".into()),
        0xbe => Some("«".into()),
        0xbf => Some("»".into()),
        32..=126 | 0xa1..=0xff => Some(char::from(code).to_string()),
        _ => None,
    }
}

/// Whether letters are pictures of ZapfDingbats, whose names `a1` to `a206` other fonts use for their codes.
pub(super) fn is_dingbat(letters: &str) -> bool {
    letters.chars().all(|letter| matches!(letter, '\u{2460}'..='\u{27be}' | '→' | '↔' | '↕'))
}

/// Symbol fonts keep their glyphs at U+F000 and their own codes: bullets of Wingdings and Symbol by their picture, the
/// rest as Windows-1251, as drawing programs fill such fonts.
pub(super) fn private_letter(letter: char) -> Option<char> {
    match letter {
        '\u{f0b7}' | '\u{f06c}' | '\u{f09f}' => Some('•'),
        '\u{f0a7}' | '\u{f06e}' => Some('▪'),
        '\u{f0d8}' => Some('➢'),
        '\u{f0fc}' => Some('✓'),
        _ => cp1251(u8::try_from(u32::from(letter) & 0xff).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::{BaseEncoding, cp1251, is_dingbat, letter, name_letters, numbered_letters, win_ansi_byte};

    #[test]
    fn encodings_know_their_corners() {
        assert_eq!(letter(BaseEncoding::WinAnsi, 0x80), Some('€'));
        assert_eq!(letter(BaseEncoding::WinAnsi, 0x9f), Some('Ÿ'));
        assert_eq!(letter(BaseEncoding::WinAnsi, 0xff), Some('ÿ'));
        assert_eq!(letter(BaseEncoding::MacRoman, 0x80), Some('Ä'));
        assert_eq!(letter(BaseEncoding::MacRoman, 0xca), Some(' '));
        assert_eq!(letter(BaseEncoding::Symbol, b'a'), Some('α'));
        assert_eq!(letter(BaseEncoding::Symbol, 0xb7), Some('•'));
        assert_eq!(letter(BaseEncoding::Symbol, 0xb0), Some('°'));
        assert_eq!(letter(BaseEncoding::Standard, 0x27), Some('’'));
    }

    #[test]
    fn windows_1251_is_whole() {
        assert_eq!(cp1251(0xc0), Some('А'));
        assert_eq!(cp1251(0xff), Some('я'));
        assert_eq!(cp1251(0xb9), Some('№'));
        assert_eq!(cp1251(0xa8), Some('Ё'));
        assert_eq!(cp1251(0xbf), Some('ї'));
        assert_eq!(win_ansi_byte('€'), Some(0x80));
        assert_eq!(win_ansi_byte('Â'), Some(0xc2));
        assert_eq!(win_ansi_byte('Я'), None);
    }

    #[test]
    fn glyph_names_read() {
        assert_eq!(name_letters("afii10017").as_deref(), Some("А"));
        assert_eq!(name_letters("uni0416").as_deref(), Some("Ж"));
        assert_eq!(name_letters("f_i").as_deref(), Some("fi"));
        assert_eq!(name_letters("A.sc").as_deref(), Some("A"));
        assert_eq!(name_letters("g12"), None);
    }

    #[test]
    fn names_that_are_codes_read_as_codes() {
        assert_eq!(numbered_letters("a65").as_deref(), Some("A"));
        assert_eq!(numbered_letters("a224").as_deref(), Some("à"));
        assert_eq!(numbered_letters("a28").as_deref(), Some("fi"));
        assert_eq!(numbered_letters("a156").as_deref(), Some("Ё"));
        assert_eq!(numbered_letters("a300"), None);
        assert_eq!(numbered_letters("alpha"), None);
        assert_eq!(numbered_letters("uni0041"), None);
        assert!(name_letters("a65").is_some_and(|letters| is_dingbat(&letters)));
    }
}
