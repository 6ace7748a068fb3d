use super::{BindError, PageStamp};
use crate::transfer::{Output, stream};
use lopdf::{Dictionary, Object, dictionary};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeMap;
use std::io::Write;
use subsetter::GlyphRemapper;

/// Height of what is stamped and its distance from the edges, in points. They fit the margin of 5 mm that
/// ГОСТ 2.301 leaves outside the frame of a drawing.
const SIZE: f32 = 8.0;
const FROM_SIDE: f32 = 8.5;
const FROM_BOTTOM: f32 = 4.5;

/// The typeface of the sheet numbers, cut to the signs they use and written to the bundle.
pub(super) struct SheetNumberFont {
    pub(super) id: u32,
    letters: BTreeMap<char, (u16, f32)>,
}

impl SheetNumberFont {
    /// Writes the font, unless no page has a number.
    pub(super) fn write<W: Write>(stamps: &[PageStamp], output: &mut Output<W>) -> Result<Option<Self>, BindError> {
        let texts = stamps.iter().flat_map(|stamp| stamp.sheet.iter().chain(&stamp.mark));
        let signs: std::collections::BTreeSet<char> = texts.flat_map(|text| text.chars()).collect();
        if signs.is_empty() {
            return Ok(None);
        }
        let font = FontRef::new(fonts::SANS).map_err(|_| BindError::Font)?;
        let (charmap, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
        let mut remapper = GlyphRemapper::new();
        let mut letters = BTreeMap::new();
        for sign in signs {
            let glyph = charmap.map(sign).unwrap_or_default();
            let advance = metrics.advance_width(glyph).unwrap_or(0.5);
            let code = remapper.remap(u16::try_from(glyph.to_u32()).unwrap_or(0));
            letters.insert(sign, (code, advance));
        }
        let subset = subsetter::subset(fonts::SANS, 0, &remapper).map_err(|_| BindError::Font)?;
        let length = i64::try_from(subset.len()).unwrap_or(0);
        let program = output.add(&stream(dictionary! { "Length1" => length }, subset))?;
        let descriptor = output.add(
            &dictionary! {
                "Type" => "FontDescriptor", "FontName" => "PTOAAA+LiberationSans", "Flags" => 4,
                "FontBBox" => vec![(-544).into(), (-303).into(), 1302.into(), 980.into()],
                "ItalicAngle" => 0, "Ascent" => 905, "Descent" => -212, "CapHeight" => 729, "StemV" => 80,
                "FontFile2" => Object::Reference((program, 0)),
            }
            .into(),
        )?;
        let mut widths = Vec::new();
        for (code, advance) in letters.values() {
            widths.push(i64::from(*code).into());
            widths.push(vec![Object::Real(advance * 1000.0)].into());
        }
        let descendant = output.add(
            &dictionary! {
                "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "PTOAAA+LiberationSans",
                "CIDSystemInfo" => dictionary! {
                    "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"),
                    "Supplement" => 0,
                },
                "FontDescriptor" => Object::Reference((descriptor, 0)), "W" => widths, "CIDToGIDMap" => "Identity",
            }
            .into(),
        )?;
        let names = output.add(&stream(Dictionary::new(), to_unicode(&letters).into_bytes()))?;
        let id = output.add(
            &dictionary! {
                "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "PTOAAA+LiberationSans",
                "Encoding" => "Identity-H", "DescendantFonts" => vec![Object::Reference((descendant, 0))],
                "ToUnicode" => Object::Reference((names, 0)),
            }
            .into(),
        )?;
        Ok(Some(Self { id, letters }))
    }

    /// The operators that close the page's own content and write the stamp into the lower corners as seen.
    pub(super) fn operators(&self, stamp: &PageStamp, resource: &str, visible: [f32; 4], rotation: i64) -> Vec<u8> {
        let mut operators = String::from("\nQ\n");
        if let Some(mark) = &stamp.mark {
            operators.push_str(&self.line(mark, resource, visible, rotation, |_width, _across| FROM_SIDE));
        }
        if let Some(sheet) = &stamp.sheet {
            operators
                .push_str(&self.line(sheet, resource, visible, rotation, |width, across| across - FROM_SIDE - width));
        }
        operators.into_bytes()
    }

    /// A line at the foot of the page; `begin` tells from its width and that of the page as seen where it begins.
    fn line(
        &self,
        text: &str,
        resource: &str,
        [x0, y0, x1, y1]: [f32; 4],
        rotation: i64,
        begin: impl Fn(f32, f32) -> f32,
    ) -> String {
        let mut codes = String::new();
        let mut width = 0.0;
        for sign in text.chars() {
            if let Some((code, advance)) = self.letters.get(&sign) {
                codes.push_str(&format!("{code:04X}"));
                width += advance * SIZE;
            }
        }
        let across = if rotation % 180 == 90 { y1 - y0 } else { x1 - x0 };
        let (along, up) = (begin(width, across), FROM_BOTTOM);
        let matrix = match rotation {
            90 => format!("0 1 -1 0 {:.2} {:.2}", x1 - up, y0 + along),
            180 => format!("-1 0 0 -1 {:.2} {:.2}", x1 - along, y1 - up),
            270 => format!("0 -1 1 0 {:.2} {:.2}", x0 + up, y1 - along),
            _ => format!("1 0 0 1 {:.2} {:.2}", x0 + along, y0 + up),
        };
        format!("q BT 0 g /{resource} {SIZE} Tf {matrix} Tm <{codes}> Tj ET Q\n")
    }
}

fn to_unicode(letters: &BTreeMap<char, (u16, f32)>) -> String {
    let mut table = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
         /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let letters: Vec<_> = letters.iter().collect();
    for lines in letters.chunks(100) {
        table.push_str(&format!("{} beginbfchar\n", lines.len()));
        for (sign, (code, _)) in lines {
            let units: String = sign.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{unit:04X}")).collect();
            table.push_str(&format!("<{code:04X}> <{units}>\n"));
        }
        table.push_str("endbfchar\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table
}
