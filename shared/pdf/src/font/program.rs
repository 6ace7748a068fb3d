//! Embedded font programs, asked for the letters of their glyphs when the PDF does not say.

use super::encoding;
use hayro_syntax::object::{Dict, Name, Stream};
use skrifa::raw::TableProvider;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::raw::ps::type1::Type1Font;
use skrifa::raw::tables::cmap::{CmapSubtable, PlatformId};
use skrifa::{FontRef, GlyphId, GlyphNames, MetadataProvider};
use std::collections::HashMap;

/// With so many letters in the character map the names of the glyphs are not asked.
const ENOUGH_MAPPINGS: usize = 32;

/// The bytes of an embedded font and what kind they are.
pub(super) enum Program {
    /// TrueType or OpenType.
    Sfnt(Vec<u8>),
    /// Bare CFF.
    Cff(Vec<u8>),
    /// Type 1.
    Type1(Box<Type1Font>),
}

/// The program of a font, if it is embedded and readable.
pub(super) fn of(font: &Dict<'_>, max_bytes: usize) -> Option<Program> {
    let descriptor = font.get::<Dict<'_>>("FontDescriptor")?;
    let stream =
        ["FontFile2", "FontFile3", "FontFile"].into_iter().find_map(|key| descriptor.get::<Stream<'_>>(key))?;
    let bytes = crate::stream::decoded(&stream, max_bytes.min(64 << 20)).ok()?.into_owned();
    if bytes.starts_with(b"%!") || bytes.starts_with(&[0x80, 1]) {
        return Type1Font::new(&bytes).ok().map(|font| Program::Type1(Box::new(font)));
    }
    if FontRef::new(&bytes).is_ok() {
        return Some(Program::Sfnt(bytes));
    }
    let is_bare = stream.dict().get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() != b"OpenType")
        || bytes.first() == Some(&1);
    is_bare.then_some(Program::Cff(bytes))
}

impl Program {
    /// The letters of each glyph, from the font's own character map, its glyph names filling the gaps.
    pub(super) fn letters_by_glyph(&self) -> HashMap<u32, String> {
        let mut letters = HashMap::new();
        match self {
            Self::Sfnt(bytes) => {
                let Ok(font) = FontRef::new(bytes) else { return letters };
                for (code, glyph) in font.charmap().mappings().take(0x2_0000) {
                    let Some(letter) = char::from_u32(code) else { continue };
                    let slot = letters.entry(glyph.to_u32()).or_insert_with(|| letter.to_string());
                    // Several codes for one glyph: the ordinary letter wins over its compatibility twin.
                    if rank(letter) < slot.chars().next().map_or(9, rank) {
                        *slot = letter.to_string();
                    }
                }
                if letters.len() >= ENOUGH_MAPPINGS {
                    return letters;
                }
                let names = GlyphNames::new(&font);
                for (glyph, name) in names.iter().take(0x1_0000).filter(|(_, name)| !name.is_synthesized()) {
                    if let Some(text) = encoding::name_letters(name.as_str()) {
                        letters.entry(glyph.to_u32()).or_insert(text);
                    }
                }
            }
            Self::Cff(bytes) => {
                let Ok(font) = CffFontRef::new_cff(bytes, 0, None) else { return letters };
                if font.is_cid() {
                    return letters;
                }
                let Some(charset) = font.charset() else { return letters };
                for glyph in 0..font.num_glyphs().min(0x1_0000) {
                    let name = charset.string_id(GlyphId::new(glyph)).and_then(|id| font.string(id));
                    if let Some(text) =
                        name.and_then(|name| std::str::from_utf8(name).ok()).and_then(encoding::name_letters)
                    {
                        letters.insert(glyph, text);
                    }
                }
            }
            Self::Type1(font) => {
                for (glyph, name) in font.glyph_names() {
                    if let Some(text) = encoding::name_letters(name) {
                        letters.insert(glyph.to_u32(), text);
                    }
                }
            }
        }
        letters
    }

    /// The glyph that a code of a simple font means by the program's own encoding.
    pub(super) fn glyph_of_code(&self, code: u8) -> Option<u32> {
        match self {
            Self::Sfnt(bytes) => {
                let font = FontRef::new(bytes).ok()?;
                let cmap = font.cmap().ok()?;
                let mut found = None;
                for record in cmap.encoding_records() {
                    let Ok(subtable) = record.subtable(cmap.offset_data()) else { continue };
                    let codes: &[u32] = match (record.platform_id(), record.encoding_id()) {
                        (PlatformId::Windows, 0) => &[0xf000 + u32::from(code), u32::from(code)],
                        (PlatformId::Macintosh, _) => &[u32::from(code)],
                        _ => continue,
                    };
                    found = found.or_else(|| {
                        codes
                            .iter()
                            .find_map(|&code| map_code(&subtable, code))
                            .map(|glyph| glyph.to_u32())
                            .filter(|&glyph| glyph != 0)
                    });
                }
                found
            }
            Self::Cff(bytes) => {
                let font = CffFontRef::new_cff(bytes, 0, None).ok()?;
                font.encoding()?.map(code).map(|glyph| glyph.to_u32())
            }
            Self::Type1(font) => font.encoding()?.map(code).map(|glyph| glyph.to_u32()),
        }
    }

    /// Whether a glyph has no outline; glyph 0 stands for codes that the font does not know. Only TrueType is asked.
    pub(super) fn is_blank(&self, glyph: u32) -> bool {
        let Self::Sfnt(bytes) = self else { return false };
        let Ok(font) = FontRef::new(bytes) else { return false };
        match (font.loca(None), font.glyf()) {
            (Ok(loca), Ok(glyf)) => matches!(loca.get_glyf(GlyphId::new(glyph), &glyf), Ok(None)),
            _ => false,
        }
    }

    /// The glyph of a CID when the PDF has no map of its own.
    pub(super) fn glyph_of_cid(&self, cid: u32) -> u32 {
        if let Self::Cff(bytes) = self
            && let Ok(font) = CffFontRef::new_cff(bytes, 0, None)
            && font.is_cid()
        {
            return 0;
        }
        cid
    }
}

fn map_code(subtable: &CmapSubtable<'_>, code: u32) -> Option<GlyphId> {
    match subtable {
        CmapSubtable::Format0(table) => {
            let glyph = table.glyph_id_array().get(usize::try_from(code).ok()?)?;
            Some(GlyphId::new(u32::from(*glyph)))
        }
        CmapSubtable::Format4(table) => table.map_codepoint(code),
        CmapSubtable::Format6(table) => {
            let place = usize::try_from(code.checked_sub(u32::from(table.first_code()))?).ok()?;
            Some(GlyphId::new(u32::from(table.glyph_id_array().get(place)?.get())))
        }
        CmapSubtable::Format12(table) => table.map_codepoint(code),
        _ => None,
    }
}

/// Lower is more ordinary: letters and digits before signs before private codes.
fn rank(letter: char) -> u8 {
    match letter {
        '\u{e000}'..='\u{f8ff}' => 5,
        '\u{ad}' | '\u{a0}' | '\u{2010}' | '\u{2011}' | '\u{2215}' | '\u{2219}' | '\u{2126}' | '\u{2206}' => 3,
        ' '..='~' => 0,
        'Ё' | 'ё' | 'А'..='я' => 1,
        _ => 2,
    }
}
