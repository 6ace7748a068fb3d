use super::file::PdfFile;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::borrow::Cow;
use std::collections::HashMap;
use subsetter::GlyphRemapper;

/// Which lettering a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Face {
    #[default]
    Sans,
    Serif,
    Bold,
}

/// How the letters of the sans face are named to a reader; the page looks the same in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    True,
    Cp1251AsLatin1,
    GlyphShift,
    None,
}

#[derive(Debug, Clone, Copy)]
struct Letter {
    code: u16,
    advance: f32,
}

/// One font file of the set, subset to the letters that were used.
pub(super) struct Typeface {
    data: Cow<'static, [u8]>,
    name: &'static str,
    remapper: GlyphRemapper,
    letters: HashMap<char, Letter>,
    used: Vec<(u16, char, f32)>,
}

impl Typeface {
    fn new(data: impl Into<Cow<'static, [u8]>>, name: &'static str) -> Self {
        Self { data: data.into(), name, remapper: GlyphRemapper::new(), letters: HashMap::new(), used: Vec::new() }
    }

    fn letter(&mut self, character: char) -> Letter {
        if let Some(letter) = self.letters.get(&character) {
            return *letter;
        }
        let letter = FontRef::new(&self.data).ok().and_then(|font| {
            let glyph = font.charmap().map(character)?;
            let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)?;
            Some((u16::try_from(glyph.to_u32()).ok()?, advance))
        });
        let (glyph, advance) = letter.unwrap_or((0, 0.5));
        let letter = Letter { code: self.remapper.remap(glyph), advance };
        self.used.push((letter.code, character, advance));
        self.letters.insert(character, letter);
        letter
    }
}

/// The faces of a set.
pub(super) struct Typefaces {
    sans: Typeface,
    serif: Typeface,
    bold: Typeface,
}

impl Typefaces {
    pub(super) fn new() -> Self {
        Self {
            sans: Typeface::new(fonts::SANS, "LiberationSans"),
            serif: Typeface::new(fonts::SERIF, "LiberationSerif"),
            bold: Typeface::new(fonts::SERIF_BOLD, "LiberationSerif-Bold"),
        }
    }

    /// The faces with another lettering in place of the sans one: a TrueType file.
    pub(super) fn lettered(lettering: Vec<u8>) -> Self {
        Self { sans: Typeface::new(lettering, "Lettering"), ..Self::new() }
    }

    fn face(&mut self, face: Face) -> &mut Typeface {
        match face {
            Face::Sans => &mut self.sans,
            Face::Serif => &mut self.serif,
            Face::Bold => &mut self.bold,
        }
    }

    /// The code of a letter in the content stream, and its advance in ems.
    pub(super) fn code(&mut self, face: Face, character: char) -> (u16, f32) {
        let letter = self.face(face).letter(character);
        (letter.code, letter.advance)
    }

    /// Width of a text in ems.
    pub(super) fn width(&mut self, face: Face, text: &str) -> f32 {
        text.chars().map(|character| self.face(face).letter(character).advance).sum()
    }

    /// Writes the subsets and gives the resource dictionary that names them.
    pub(super) fn write(&mut self, file: &mut PdfFile) -> String {
        let mut fonts = String::new();
        let sans = descendant(&mut self.sans, file);
        for naming in [Naming::True, Naming::Cp1251AsLatin1, Naming::GlyphShift, Naming::None] {
            let font = composite(&self.sans, sans, naming, file);
            fonts.push_str(&format!("/{} {font} 0 R ", resource(Face::Sans, naming)));
        }
        for (resource, face) in [("F2", &mut self.serif), ("F3", &mut self.bold)] {
            let descendant = descendant(face, file);
            fonts.push_str(&format!("/{resource} {} 0 R ", composite(face, descendant, Naming::True, file)));
        }
        format!("<< /Font << {fonts}>> >>")
    }
}

/// Name of the font resource for a face under a naming; only the sans face lies.
pub(super) fn resource(face: Face, naming: Naming) -> &'static str {
    match (face, naming) {
        (Face::Sans, Naming::True) => "F1",
        (Face::Sans, Naming::Cp1251AsLatin1) => "F4",
        (Face::Sans, Naming::GlyphShift) => "F5",
        (Face::Sans, Naming::None) => "F6",
        (Face::Serif, _) => "F2",
        (Face::Bold, _) => "F3",
    }
}

/// The font file, its descriptor and the CIDFont; gives the CIDFont's object number.
fn descendant(face: &mut Typeface, file: &mut PdfFile) -> usize {
    let (program, descriptor, font) = (file.reserve(), file.reserve(), file.reserve());
    let subset = subsetter::subset(&face.data, 0, &face.remapper).unwrap_or_else(|_| face.data.to_vec());
    file.stream(program, &format!("/Length1 {}", subset.len()), &subset);
    let name = format!("AAAAAA+{}", face.name);
    file.object(
        descriptor,
        &format!(
            "<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [-544 -303 1302 980] /ItalicAngle 0 \
             /Ascent 905 /Descent -212 /CapHeight 729 /StemV 80 /FontFile2 {program} 0 R >>"
        ),
    );
    face.used.sort_unstable_by_key(|(code, ..)| *code);
    face.used.dedup_by_key(|(code, ..)| *code);
    let widths: String =
        face.used.iter().map(|(code, _, advance)| format!("{code} [{:.2}] ", advance * 1000.0)).collect();
    file.object(
        font,
        &format!(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) \
             /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 500 /W [{widths}] \
             /CIDToGIDMap /Identity >>"
        ),
    );
    font
}

/// The Type 0 font over a CIDFont, with its ToUnicode table; gives its object number.
fn composite(face: &Typeface, descendant: usize, naming: Naming, file: &mut PdfFile) -> usize {
    let font = file.reserve();
    let table = if naming == Naming::None {
        String::new()
    } else {
        let table = file.reserve();
        file.stream(table, "", to_unicode(face, naming).as_bytes());
        format!("/ToUnicode {table} 0 R ")
    };
    file.object(
        font,
        &format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+{} /Encoding /Identity-H \
             /DescendantFonts [{descendant} 0 R] {table}>>",
            face.name
        ),
    );
    font
}

fn to_unicode(face: &Typeface, naming: Naming) -> String {
    let mut table = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
         /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for lines in face.used.chunks(100) {
        table.push_str(&format!("{} beginbfchar\n", lines.len()));
        for (code, character, _) in lines {
            table.push_str(&format!("<{code:04X}> <{:04X}>\n", named(*character, naming) as u32));
        }
        table.push_str("endbfchar\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table
}

/// What a reader is told that the letter is.
fn named(character: char, naming: Naming) -> char {
    let code = character as u32;
    let told = match (naming, character) {
        (Naming::Cp1251AsLatin1, 'А'..='я') => code - 0x410 + 0xC0,
        (Naming::Cp1251AsLatin1, 'Ё') => 0xA8,
        (Naming::Cp1251AsLatin1, 'ё') => 0xB8,
        (Naming::Cp1251AsLatin1, '№') => 0xB9,
        (Naming::GlyphShift, 'А'..='я') => code - 0x1D6,
        _ => code,
    };
    char::from_u32(told).unwrap_or(character)
}
