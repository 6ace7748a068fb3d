//! Small PDFs around fuzzed bytes, so that mutations land in the part under test and not in the file's structure.

use std::fmt::Write;

/// Fuzzed bytes cut at [`Parts::MARK`], so that seeds can be put together by hand and mutated across the cuts.
pub struct Parts<'a>(&'a [u8]);

/// One of them.
pub type Part<'a> = &'a [u8];

impl<'a> Parts<'a> {
    /// What parts them; it is in the dictionary.
    pub const MARK: &'static [u8] = b"\n%%%%\n";

    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.windows(Self::MARK.len()).position(|window| window == Self::MARK);
        let (part, rest) = match end {
            Some(end) => (&self.0[..end], &self.0[end + Self::MARK.len()..]),
            None => (self.0, &[][..]),
        };
        self.0 = rest;
        Some(part)
    }
}

/// A file under construction; the parser finds its objects without a cross-reference table.
struct File(Vec<u8>);

impl File {
    fn new(page: &str) -> Self {
        let mut file = String::from("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n");
        write!(file, "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>endobj\n").unwrap();
        write!(file, "3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R{page}>>endobj\n").unwrap();
        Self(file.into_bytes())
    }

    fn object(&mut self, number: u32, body: &[u8]) {
        self.0.extend_from_slice(format!("{number} 0 obj").as_bytes());
        self.0.extend_from_slice(body);
        self.0.extend_from_slice(b"endobj\n");
    }

    fn stream(&mut self, number: u32, entries: &[u8], data: &[u8]) {
        self.0.extend_from_slice(format!("{number} 0 obj<</Length {}", data.len()).as_bytes());
        self.0.extend_from_slice(entries);
        self.0.extend_from_slice(b">>stream\n");
        self.0.extend_from_slice(data);
        self.0.extend_from_slice(b"\nendstream endobj\n");
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"trailer<</Root 1 0 R/Size 40>>\n%%EOF");
        self.0
    }
}

/// A page whose content is the first part, form X1 the second, form X2 the third, further entries of the page (boxes,
/// rotation) the fourth. Fonts F1 to F4: standard, of two bytes with a ToUnicode table, Type 3, vertical.
pub fn pdf_of_content(parts: Parts<'_>) -> Vec<u8> {
    let mut parts = parts.chain(std::iter::repeat(&[][..]));
    let mut part = || parts.next().unwrap_or_default();
    let (content, first, second, entries) = (part(), part(), part(), part());
    let resources = "/Resources<</Font<</F1 5 0 R/F2 6 0 R/F3 7 0 R/F4 8 0 R>>\
                     /XObject<</X1 20 0 R/X2 21 0 R/Im 22 0 R>>/ExtGState<</G1 23 0 R>>\
                     /Properties<</O1 24 0 R>>/ColorSpace<</C1[/Pattern/DeviceRGB]>>>>";
    let mut file = File::new(resources);
    if !entries.is_empty() {
        let page = [
            b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]",
            resources.as_bytes(),
            &entries[..entries.len().min(256)],
            b">>",
        ]
        .concat();
        file.object(3, &page);
    }
    file.stream(4, b"", content);
    file.object(5, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
    file.object(
        6,
        b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 9 0 R/DescendantFonts[10 0 R]>>",
    );
    file.object(
        7,
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 65/LastChar 67\
          /Widths[500 600 700]/CharProcs<</a 20 0 R/b 21 0 R>>/Encoding<</Differences[65/a/b/afii10017]>>>>",
    );
    file.object(8, b"<</Type/Font/Subtype/Type0/BaseFont/B/Encoding/Identity-V/DescendantFonts[11 0 R]>>");
    file.stream(
        9,
        b"",
        b"1 begincodespacerange<0000><FFFF>endcodespacerange 2 beginbfrange<0020><007E><0020><0410><0450><0410>endbfrange",
    );
    file.object(10, b"<</Type/Font/Subtype/CIDFontType2/DW 600/W[32 126 550 1040[600 500 700]]/CIDSystemInfo<<>>>>");
    file.object(11, b"<</Type/Font/Subtype/CIDFontType0/DW 1000/DW2[880 -1000]/W2[1 9 -900 500 880]>>");
    let form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Matrix[1 0 0 1 5 5]";
    file.stream(20, &[&form[..], resources.as_bytes()].concat(), first);
    file.stream(21, form, second);
    file.stream(22, b"/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray", b"abcd");
    file.object(23, b"<</Font[5 0 R 12]/ca .5/CA 0/SMask/None>>");
    file.object(24, b"<</Type/OCG/Name(Layer)>>");
    file.finish()
}

/// A page with one font made of the parts: content, entries of the font, entries of its descendant, ToUnicode table, font
/// program, entries of the program's stream.
pub fn pdf_of_font(parts: Parts<'_>) -> Vec<u8> {
    let mut parts = parts.chain(std::iter::repeat(&[][..]));
    let mut part = || parts.next().unwrap_or_default();
    let (content, font, descendant, to_unicode, program, entries) = (part(), part(), part(), part(), part(), part());
    let mut file = File::new("/Resources<</Font<</F1 5 0 R>>>>");
    file.stream(4, b"", content);
    file.object(
        5,
        &[&b"<</Type/Font/ToUnicode 7 0 R/DescendantFonts[6 0 R]/FontDescriptor 8 0 R"[..], font, b">>"].concat(),
    );
    file.object(6, &[&b"<</Type/Font/FontDescriptor 8 0 R"[..], descendant, b">>"].concat());
    file.stream(7, b"", to_unicode);
    file.object(
        8,
        b"<</Type/FontDescriptor/Flags 4/FontFile2 9 0 R/FontFile3 9 0 R/FontFile 9 0 R/Ascent 900/Descent -200>>",
    );
    file.stream(9, entries, program);
    file.stream(12, b"", program);
    file.finish()
}
