//! Fonts: from character codes to letters and widths.

mod cmap;
mod composite;
mod encoding;
mod predefined;
mod program;
mod simple;
mod store;

pub(crate) use encoding::{cp1251, win_ansi_byte};
pub(crate) use store::FontStore;

/// Letters of a glyph that has more than one, and glyphs without any, as codes beyond Unicode.
const SEVERAL: u32 = 0x8000_0000;
const NO_LETTER: u32 = u32::MAX;

/// One glyph: its letter and its width in em.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// A Unicode scalar, or `SEVERAL` with an index, or `NO_LETTER`.
    code: u32,
    pub(crate) width: f32,
}

impl Glyph {
    /// The letter, if it is exactly one.
    #[inline]
    pub(crate) fn letter(self) -> Option<char> {
        char::from_u32(self.code)
    }
}

/// How the codes of a font are read.
#[derive(Debug)]
enum Kind {
    /// One byte a glyph.
    Simple(Box<[Glyph; 256]>),
    /// Codes of one to four bytes.
    Composite(composite::Composite),
}

/// A font as far as reading needs it.
#[derive(Debug)]
pub(crate) struct Font {
    kind: Kind,
    several: Vec<Box<str>>,
    ascent: f64,
    descent: f64,
    vertical: bool,
    sprawls: bool,
    is_drawn: bool,
}

impl Font {
    /// Whether its tables span more codes than there are: a renderer that expands them runs away.
    pub(crate) fn sprawls(&self) -> bool {
        self.sprawls
    }

    /// Whether its letters are drawings (Type 3), which are painted in every render mode.
    pub(crate) fn is_drawn(&self) -> bool {
        self.is_drawn
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn weight(&self) -> usize {
        let several: usize = self.several.iter().map(|letters| size_of::<Box<str>>() + letters.len()).sum();
        several
            + match &self.kind {
                Kind::Simple(glyphs) => size_of_val(glyphs.as_slice()),
                Kind::Composite(composite) => composite.weight(),
            }
    }

    /// Whether it writes from top to bottom.
    pub(crate) fn is_vertical(&self) -> bool {
        self.vertical
    }

    /// Height of the line above the baseline in em.
    pub(crate) fn ascent(&self) -> f64 {
        self.ascent
    }

    /// Depth of the line below the baseline in em, negative.
    pub(crate) fn descent(&self) -> f64 {
        self.descent
    }

    /// The letters of a glyph that has several; none if it has no known letter.
    pub(crate) fn letters(&self, glyph: Glyph) -> Option<&str> {
        if glyph.code == NO_LETTER {
            return None;
        }
        self.several.get((glyph.code & !SEVERAL) as usize).map(AsRef::as_ref)
    }

    /// Calls back for each glyph of a string; the flag says that word spacing applies (the one-byte code 32).
    #[inline]
    pub(crate) fn each_glyph(&self, codes: &[u8], mut each: impl FnMut(Glyph, bool)) {
        match &self.kind {
            Kind::Simple(glyphs) => {
                for &code in codes {
                    if let Some(&glyph) = glyphs.get(usize::from(code)) {
                        each(glyph, code == b' ');
                    }
                }
            }
            Kind::Composite(composite) => composite.each_glyph(codes, each),
        }
    }
}

/// Turns letters into glyph codes, storing those of several letters.
#[derive(Debug, Default)]
struct Letters {
    several: Vec<Box<str>>,
    /// Whether the font has ordinary letters, so that private ones are its extras and no code page.
    has_ordinary: bool,
}

impl Letters {
    fn code(&mut self, letters: &str) -> u32 {
        let mut chars = letters.chars().filter(|&letter| letter != '\0');
        match (chars.next(), chars.next()) {
            (None, _) => NO_LETTER,
            (Some(only), None) => self.code_of_char(only),
            _ => {
                let index = u32::try_from(self.several.len()).unwrap_or_default();
                self.several.push(letters.into());
                SEVERAL | index
            }
        }
    }

    fn code_of_char(&mut self, letter: char) -> u32 {
        match letter {
            '\u{fb00}' => self.code("ff"),
            '\u{fb01}' => self.code("fi"),
            '\u{fb02}' => self.code("fl"),
            '\u{fb03}' => self.code("ffi"),
            '\u{fb04}' => self.code("ffl"),
            '\u{ad}' => u32::from('-'),
            '\u{fffd}' | '\u{ffff}' | '\u{fffe}' => NO_LETTER,
            '\u{f020}'..='\u{f0ff}' if !self.has_ordinary => {
                encoding::private_letter(letter).map_or(NO_LETTER, u32::from)
            }
            '\u{e000}'..='\u{f8ff}' => NO_LETTER,
            _ => u32::from(letter),
        }
    }
}
