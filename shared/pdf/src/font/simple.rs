use super::cmap::CMap;
use super::encoding::{self, BaseEncoding};
use super::program::{self, Program};
use super::{Glyph, Letters, NO_LETTER};
use hayro_syntax::object::{Array, Dict, Name, Object};
use std::collections::HashMap;

/// Width of a glyph that nobody gives, in em.
const USUAL_WIDTH: f32 = 0.5;
/// With more nameless codes than this the font is no subset that forgot its space.
const MAX_NAMELESS: usize = 16;

/// Reads a Type1, TrueType or Type3 font.
pub(super) fn read(
    font: &Dict<'_>,
    to_unicode: Option<&CMap>,
    letters: &mut Letters,
    max_bytes: usize,
) -> Box<[Glyph; 256]> {
    let mut glyphs = Box::new([Glyph { code: NO_LETTER, width: USUAL_WIDTH }; 256]);
    let descriptor = font.get::<Dict<'_>>("FontDescriptor");
    let is_type3 = font.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Type3");
    let base_font = font.get::<Name<'_>>("BaseFont").map(|name| name.to_vec()).unwrap_or_default();
    let plan = EncodingPlan::of(font, &base_font, descriptor.as_ref(), is_type3);
    let told: HashMap<u32, &str> = to_unicode
        .map(|map| map.letters.iter().map(|(code, text)| (*code, text.as_str())).collect())
        .unwrap_or_default();
    let mut own = OwnTable { font, max_bytes, program: None, letters: None };
    for code in 0..=255u8 {
        let from_map = told.get(&u32::from(code)).map(|text| letters.code(text)).filter(|&letter| letter != NO_LETTER);
        let letter = from_map.unwrap_or_else(|| plan.letter(code, letters, &mut own));
        if let Some(glyph) = glyphs.get_mut(usize::from(code)) {
            glyph.code = letter;
        }
    }
    set_widths(&mut glyphs, font, descriptor.as_ref(), &base_font, is_type3);
    name_blank_glyphs(&mut glyphs, font, &mut own);
    glyphs
}

/// Codes in use that the font gives a width but no letter: the one without an outline is the space, which some writers
/// leave out of their table.
fn name_blank_glyphs(glyphs: &mut [Glyph; 256], font: &Dict<'_>, own: &mut OwnTable<'_, '_>) {
    let code_at = |key: &str| font.get::<i32>(key).and_then(|code| u8::try_from(code).ok());
    let (Some(first), Some(last)) = (code_at("FirstChar"), code_at("LastChar")) else { return };
    let in_use =
        |code: &u8| glyphs.get(usize::from(*code)).is_some_and(|glyph| glyph.code == NO_LETTER && glyph.width > 0.0);
    let nameless: Vec<u8> = (first..=last).filter(in_use).take(MAX_NAMELESS + 1).collect();
    if nameless.is_empty() || nameless.len() > MAX_NAMELESS {
        return;
    }
    for code in nameless {
        if own.is_blank(code)
            && let Some(glyph) = glyphs.get_mut(usize::from(code))
        {
            glyph.code = u32::from(' ');
        }
    }
}

/// What the font says about its codes.
struct EncodingPlan {
    base: Option<BaseEncoding>,
    differences: HashMap<u8, Vec<u8>>,
    /// Whether the codes are the font's own business.
    asks_program: bool,
    is_type3: bool,
    is_dingbats: bool,
}

impl EncodingPlan {
    fn of(font: &Dict<'_>, base_font: &[u8], descriptor: Option<&Dict<'_>>, is_type3: bool) -> Self {
        let is_dingbats = base_font.windows(8).any(|part| part.eq_ignore_ascii_case(b"dingbats"));
        let mut plan = Self { base: None, differences: HashMap::new(), asks_program: false, is_type3, is_dingbats };
        match font.get::<Object<'_>>("Encoding") {
            Some(Object::Name(name)) => plan.base = named(name.as_ref()),
            Some(Object::Dict(dict)) => {
                plan.base = dict.get::<Name<'_>>("BaseEncoding").and_then(|name| named(name.as_ref()));
                plan.read_differences(&dict);
            }
            _ => {}
        }
        let is_symbolic = descriptor.and_then(|dict| dict.get::<i32>("Flags")).is_some_and(|flags| flags & 4 != 0);
        let is_embedded = descriptor
            .is_some_and(|dict| ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| dict.contains_key(key)));
        let is_greek = base_font.windows(6).any(|part| part == b"Symbol");
        if plan.base.is_none() {
            plan.asks_program = is_embedded;
            if !is_embedded && is_greek {
                plan.base = Some(BaseEncoding::Symbol);
            } else if !(is_type3 || is_embedded && is_symbolic) {
                plan.base = Some(BaseEncoding::Standard);
            }
        }
        plan
    }

    fn read_differences(&mut self, encoding: &Dict<'_>) {
        let Some(items) = encoding.get::<Array<'_>>("Differences") else { return };
        let mut code: Option<u8> = Some(0);
        for item in items.iter::<Object<'_>>().take(2_000) {
            match item {
                Object::Name(name) => {
                    if let Some(at) = code {
                        self.differences.insert(at, name.to_vec());
                        code = at.checked_add(1);
                    }
                }
                other => {
                    if let Some(number) = other.into_i32() {
                        code = u8::try_from(number).ok();
                    }
                }
            }
        }
    }

    fn letter(&self, code: u8, letters: &mut Letters, own: &mut OwnTable<'_, '_>) -> u32 {
        if let Some(name) = self.differences.get(&code) {
            let name = std::str::from_utf8(name).unwrap_or_default();
            if name == ".notdef" {
                return NO_LETTER;
            }
            let named = encoding::name_letters(name);
            if let Some(text) = named.filter(|text| self.is_dingbats || !encoding::is_dingbat(text)) {
                return letters.code(&text);
            }
            if let Some(text) = glyph_number(name).and_then(|glyph| own.letters_of_glyph(glyph)) {
                return letters.code(&text);
            }
            if let Some(text) = own.letters_of_code(code).or_else(|| encoding::numbered_letters(name)) {
                return letters.code(&text);
            }
            return NO_LETTER;
        }
        if self.asks_program
            && let Some(text) = own.letters_of_code(code)
        {
            return letters.code(&text);
        }
        match self.base {
            Some(base) => encoding::letter(base, code).map_or(NO_LETTER, |letter| letters.code_of_char(letter)),
            None if code == b' ' && !self.is_type3 => u32::from(' '),
            None => NO_LETTER,
        }
    }
}

fn named(name: &[u8]) -> Option<BaseEncoding> {
    match name {
        b"WinAnsiEncoding" => Some(BaseEncoding::WinAnsi),
        b"MacRomanEncoding" => Some(BaseEncoding::MacRoman),
        b"StandardEncoding" => Some(BaseEncoding::Standard),
        _ => None,
    }
}

/// The glyph number in names such as `g36`, `glyph36`, `cid36`, `G24`.
fn glyph_number(name: &str) -> Option<u32> {
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let prefix = name.get(..name.len() - digits.len())?;
    matches!(prefix, "g" | "G" | "glyph" | "cid" | "index" | "gid").then(|| digits.parse().ok()).flatten()
}

/// The font's own table, read at the first question.
struct OwnTable<'f, 'd> {
    font: &'f Dict<'d>,
    max_bytes: usize,
    program: Option<Option<Program>>,
    letters: Option<HashMap<u32, String>>,
}

impl OwnTable<'_, '_> {
    fn program(&mut self) -> Option<&Program> {
        let (font, max_bytes) = (self.font, self.max_bytes);
        self.program.get_or_insert_with(|| program::of(font, max_bytes)).as_ref()
    }

    fn letters_of_glyph(&mut self, glyph: u32) -> Option<String> {
        if self.letters.is_none() {
            let letters = self.program()?.letters_by_glyph();
            self.letters = Some(letters);
        }
        self.letters.as_ref()?.get(&glyph).cloned()
    }

    fn is_blank(&mut self, code: u8) -> bool {
        self.program().is_some_and(|program| program.is_blank(program.glyph_of_code(code).unwrap_or(0)))
    }

    fn letters_of_code(&mut self, code: u8) -> Option<String> {
        let glyph = self.program()?.glyph_of_code(code)?;
        self.letters_of_glyph(glyph)
    }
}

fn set_widths(
    glyphs: &mut [Glyph; 256],
    font: &Dict<'_>,
    descriptor: Option<&Dict<'_>>,
    base_font: &[u8],
    is_type3: bool,
) {
    let unit = if is_type3 {
        let matrix = font.get::<Array<'_>>("FontMatrix").and_then(|array| array.iter::<f32>().next());
        matrix.map_or(0.001, f32::abs)
    } else {
        0.001
    };
    let missing = descriptor.and_then(|dict| dict.get::<f32>("MissingWidth"));
    let widths = font.get::<Array<'_>>("Widths");
    if widths.is_none() {
        let family = StandardFamily::of(base_font);
        for (code, glyph) in glyphs.iter_mut().enumerate() {
            glyph.width = missing.map_or_else(|| family.width(glyph.letter(), code), |width| width * unit);
        }
        return;
    }
    if let Some(missing) = missing {
        glyphs.iter_mut().for_each(|glyph| glyph.width = missing * unit);
    }
    let first = font.get::<i32>("FirstChar").and_then(|first| usize::try_from(first).ok()).unwrap_or(0);
    for (place, width) in widths.iter().flat_map(Array::iter::<f32>).take(256).enumerate() {
        if let Some(glyph) = glyphs.get_mut(first.saturating_add(place)) {
            glyph.width = (width * unit).clamp(-10.0, 10.0);
        }
    }
}

/// The families of the fourteen standard fonts, whose widths a file may leave out.
enum StandardFamily {
    Fixed,
    Sans,
    Serif,
}

impl StandardFamily {
    fn of(base_font: &[u8]) -> Self {
        let has = |part: &[u8]| base_font.windows(part.len()).any(|window| window == part);
        if has(b"Courier") || has(b"Mono") {
            Self::Fixed
        } else if has(b"Times") || has(b"Serif") || has(b"Roman") {
            Self::Serif
        } else {
            Self::Sans
        }
    }

    /// The width from the metric twin of the family that the program ships.
    fn width(&self, letter: Option<char>, code: usize) -> f32 {
        let bytes = match self {
            Self::Fixed => return 0.6,
            Self::Sans => fonts::SANS,
            Self::Serif => fonts::SERIF,
        };
        let letter = letter.or_else(|| char::from_u32(u32::try_from(code).ok()?)).unwrap_or(' ');
        twin_width(bytes, letter).unwrap_or(USUAL_WIDTH)
    }
}

fn twin_width(bytes: &[u8], letter: char) -> Option<f32> {
    use skrifa::MetadataProvider;
    let font = skrifa::FontRef::new(bytes).ok()?;
    let glyph = font.charmap().map(letter)?;
    let metrics = font.glyph_metrics(skrifa::instance::Size::new(1.0), skrifa::instance::LocationRef::default());
    metrics.advance_width(glyph)
}
