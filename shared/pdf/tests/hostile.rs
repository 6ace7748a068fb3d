//! Files made to break a reader: each ends in its pages or in a refusal, and holds little memory on the way. The limits are
//! small so that the bombs can be small too.

#![expect(clippy::unwrap_used, reason = "tests: a failure is their result")]

mod memory;
mod small_file;

use domain::FaultKind;
use libdeflater::{CompressionLvl, Compressor};
use pdf::{Document, Limits};
use small_file::{SmallFile, page_of};
use std::sync::Arc;
use std::time::Duration;

/// What one file may hold at once, thumbnails included.
const BUDGET_BYTES: usize = 96 << 20;

fn limits() -> Limits {
    Limits { max_stream_bytes: 4 << 20, max_operators_per_page: 400_000, ..Limits::default() }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

/// Reads and draws all there is and checks what must be true of it; gives the faults of the pages, none for a refusal.
fn survive(name: &str, bytes: Vec<u8>, limits: &Limits) -> Option<Vec<FaultKind>> {
    let (faults, peak) = memory::peak_of(|| {
        let document = Document::open(Arc::new(bytes), limits).ok()?;
        let mut faults = Vec::new();
        for number in 1..=document.page_count().min(8) {
            document.probe(number);
            let page = document.read_page(number);
            assert!(page.width_pt.is_finite() && page.height_pt.is_finite(), "{name}: {page:?}");
            for word in &page.words {
                let bounds = word.bounds;
                let is_on_page = 0.0 <= bounds.x0 && bounds.x0 <= bounds.x1 && bounds.x1 <= page.width_pt;
                assert!(is_on_page && bounds.y0 <= bounds.y1 && bounds.y1 <= page.height_pt, "{name}: {word:?}");
            }
            faults.extend(page.faults.iter().map(|fault| fault.kind));
            document.thumbnail(number, 48);
        }
        Some(faults)
    });
    assert!(peak <= BUDGET_BYTES, "{name}: {} MB", peak >> 20);
    faults
}

fn survive_all(cases: Vec<(&str, Vec<u8>)>) {
    for (name, bytes) in cases {
        survive(name, bytes, &limits());
    }
}

/// Text drawn with a font F1 that the objects from 5 on describe.
fn page_with_font(content: &str, font: &str, to_unicode: &[u8]) -> Vec<u8> {
    let mut file = SmallFile::with_page("/Resources<</Font<</F1 5 0 R>>>>");
    file.stream(4, "", content.as_bytes());
    file.object(5, &format!("<</Type/Font{font}/ToUnicode 7 0 R>>"));
    file.object(6, "<</Type/Font/Subtype/CIDFontType2/W 8 0 R>>");
    file.stream(7, "/Filter/FlateDecode", &deflated(to_unicode));
    file.object(8, &format!("[{}]", "0 65535 500 ".repeat(20_000)));
    file.finish()
}

#[test]
fn bombs_in_content_are_not_inflated() {
    let spaces = deflated(&vec![b' '; 64 << 20]);
    let content = |filter: &str, data: &[u8]| {
        let mut file = SmallFile::with_page("");
        file.stream(4, &format!("/Filter{filter}"), data);
        file.finish()
    };
    let cases = [
        ("flate", content("/FlateDecode", &spaces)),
        ("flate in flate", content("[/FlateDecode/FlateDecode]", &deflated(&spaces))),
        ("runs", content("[/FlateDecode/RunLengthDecode]", &deflated(&[129, b' '].repeat(1 << 20)))),
        ("ten filters", content(&format!("[{}]", "/FlateDecode".repeat(10)), &spaces)),
    ];
    for (name, bytes) in cases {
        assert_eq!(survive(name, bytes, &limits()), Some(vec![FaultKind::Unreadable]), "{name}");
    }
    let mut file = SmallFile::with_page("");
    file.object(3, &format!("<</Type/Page/Parent 2 0 R/Contents[{}]>>", "4 0 R ".repeat(5_000)));
    file.stream(4, "/Filter/FlateDecode", &deflated(&vec![b' '; 3 << 20]));
    assert_eq!(survive("the same stream again", file.finish(), &limits()), Some(vec![FaultKind::Unreadable]));
}

#[test]
fn bombs_that_only_a_renderer_would_inflate_are_not_drawn() {
    let spaces = deflated(&vec![b' '; 128 << 20]);
    let resources = "/Resources<</Font<</F1 5 0 R>>/Pattern<</P1 6 0 R>>/XObject<</Im 6 0 R>>/ExtGState<</G1 7 0 R>>\
                     /Shading<</S1 8 0 R>>/ColorSpace<</C1[/Indexed/DeviceRGB 255 9 0 R]>>>>";
    let with = |content: &str, number: u32, entries: &str| {
        let mut file = SmallFile::with_page(resources);
        file.stream(4, "", content.as_bytes());
        file.object(5, "<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[10 0 R]/ToUnicode 9 0 R>>");
        file.object(10, "<</Type/Font/Subtype/CIDFontType2/FontDescriptor<</FontFile2 9 0 R>>>>");
        file.object(7, "<</SMask<</S/Luminosity/G 9 0 R/TR 9 0 R>>>>");
        file.object(8, "<</ShadingType 1/Function 9 0 R/ColorSpace/DeviceGray>>");
        file.stream(number, &format!("/Filter/FlateDecode{entries}"), &spaces);
        file.finish()
    };
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency>>";
    let function = "/FunctionType 0/Domain[0 1 0 1]/Range[0 1]/Size[8000 8000]/BitsPerSample 8";
    survive_all(vec![
        ("font", with("BT /F1 9 Tf 9 9 Td <0041> Tj ET", 9, "")),
        ("soft mask", with("/G1 gs 0 0 99 99 re f", 9, form)),
        ("function", with("/S1 sh", 9, function)),
        ("palette", with("/C1 cs 1 sc 0 0 9 9 re f", 9, "")),
        (
            "pattern",
            with("/Pattern cs /P1 scn 0 0 99 99 re f", 6, "/PatternType 1/PaintType 1/BBox[0 0 9 9]/XStep 9/YStep 9"),
        ),
        ("image", with("/Im Do", 6, "/Subtype/Image/Width 9/Height 9/BitsPerComponent 8/ColorSpace/DeviceGray")),
        ("wide image", with("/Im Do", 6, "/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8")),
    ]);
}

#[test]
fn pages_that_a_renderer_cannot_hold_are_not_drawn() {
    let shading = "/Resources<</Shading<</S1<</ShadingType 2/Coords[0 0 9 9]/ColorSpace/DeviceRGB/Extend[true true]\
                   /Function<</FunctionType 2/Domain[0 1]/C0[0 0 0]/C1[1 1 1]/N 1>>>>>>>>";
    let limits = Limits { max_operators_per_page: 4_000_000, max_stream_bytes: 16 << 20, ..Limits::default() };
    for (name, content) in [
        ("dashes", "[.001] 0 d 0 0 m 595 842 l S ".repeat(50)),
        ("gradients", "/S1 sh ".repeat(1_000_000)),
        ("strokes across the sheet", "0 0 m 595 842 l S ".repeat(800_000)),
        ("a path without end", format!("0 0 m {} S", "1 1 l 2 3 l ".repeat(1_200_000))),
    ] {
        let bytes = page_of(shading, content.as_bytes());
        let (drawn, peak) = memory::peak_of(|| Document::open(Arc::new(bytes), &limits).unwrap().thumbnail(1, 400));
        assert!(drawn.is_none() && peak < 96 << 20, "{name}: {} MB", peak >> 20);
    }
    let mut file = SmallFile::with_page(
        "/Resources<</Font<</F1 5 0 R>>/Pattern<</P1 8 0 R>>/ExtGState<</G1<</SMask<</S/Alpha/G 6 0 R>>>>>>>>",
    );
    file.stream(4, "", b"BT /F1 9 Tf 9 9 Td (a) Tj ET /G1 gs /Pattern cs /P1 scn 0 0 99 99 re f");
    file.object(
        5,
        "<</Type/Font/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 999 999]/FirstChar 97/LastChar 97/Widths[9]\
         /Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>>>",
    );
    file.stream(6, "/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency>>", b"0 0 9 9 re f");
    let program = "0 0 9 9 re f ".repeat(10_000);
    file.stream(7, "", program.as_bytes());
    file.stream(8, "/PatternType 1/PaintType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>", program.as_bytes());
    for (name, content) in [
        ("letters", format!("BT /F1 9 Tf 9 9 Td ({}) Tj ET", "a".repeat(100_000))),
        ("patterns", "/Pattern cs /P1 scn 0 0 9 9 re f ".repeat(100_000)),
        ("masks", "/G1 gs 0 0 9 9 re f ".repeat(100_000)),
    ] {
        let mut file = file.clone();
        file.stream(4, "", content.as_bytes());
        let document = Document::open(Arc::new(file.finish()), &limits).unwrap();
        assert!(document.thumbnail(1, 400).is_none(), "{name}");
    }
    assert!(Document::open(Arc::new(file.finish()), &limits).unwrap().thumbnail(1, 400).is_some());
}

#[test]
fn cycles_come_to_an_end() {
    let forms = |first: &str, second: &str| {
        let resources = "/Resources<</XObject<</X1 5 0 R/X2 6 0 R>>>>";
        let mut file = SmallFile::with_page(resources);
        file.stream(4, "", b"/X1 Do");
        for (number, content) in [(5, first), (6, second)] {
            file.stream(number, &format!("/Subtype/Form/BBox[0 0 9 9]{resources}"), content.as_bytes());
        }
        file.finish()
    };
    let with = |number: u32, body: &str| {
        let mut file = SmallFile::with_page("");
        file.stream(4, "", b"0 0 9 9 re f");
        file.object(number, body);
        file.finish()
    };
    // A letter (5) and a pattern (6) whose programs show both, by their own resources (9) or by those of the page.
    let shown_by = |content: &str, own: &str, program: &str| {
        let resources = "<</Font<</F1 5 0 R>>/Pattern<</P1 6 0 R>>/XObject<</X1 7 0 R>>>>";
        let mut file = SmallFile::with_page(&format!("/Resources{resources}"));
        file.stream(4, "", content.as_bytes());
        let font =
            "/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 999 999]/FirstChar 97/LastChar 97/Widths[9]";
        file.object(5, &format!("<</Type/Font{font}/Encoding<</Differences[97/a]>>/CharProcs<</a 8 0 R>>{own}>>"));
        let cell = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 99 99]/XStep 99/YStep 99";
        file.stream(6, &format!("{cell}{own}"), program.as_bytes());
        file.stream(7, &format!("/Subtype/Form/BBox[0 0 99 99]{own}"), program.as_bytes());
        file.stream(8, "", program.as_bytes());
        file.object(9, resources);
        file.finish()
    };
    let (letter, pattern) = ("BT /F1 9 Tf (a) Tj ET", "/Pattern cs /P1 scn 0 0 99 99 re f");
    survive_all(vec![
        ("a form in itself", forms("/X1 Do", "")),
        ("forms in each other", forms("/X2 Do /X2 Do", "/X1 Do /X1 Do")),
        ("a letter of itself", shown_by(letter, "/Resources 9 0 R", letter)),
        ("a letter of itself by the page", shown_by(letter, "", letter)),
        ("a letter of a form of letters", shown_by(letter, "", "/X1 Do")),
        ("a letter of patterns of letters", shown_by(letter, "/Resources 9 0 R", &format!("{pattern} {letter}"))),
        ("a pattern of itself", shown_by(pattern, "/Resources 9 0 R", pattern)),
        ("a tree of itself", with(2, "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 1/Parent 2 0 R>>")),
        ("an object that is itself", with(3, "3 0 R")),
        ("a length that is itself", with(4, "<</Length 4 0 R>>stream\nq\nendstream")),
        ("boxes of themselves", with(3, "<</Type/Page/Parent 3 0 R/MediaBox 3 0 R/Resources 3 0 R/Contents 3 0 R>>")),
        (
            "an earlier table that is the same",
            b"%PDF-1.4\nxref\n0 0\ntrailer<</Prev 9/Root 1 0 R>>startxref\n9\n%%EOF".to_vec(),
        ),
    ]);
    let laughs = forms(&"/X2 Do ".repeat(100_000), "BT ET q Q");
    assert_eq!(survive("a thousand million laughs", laughs, &limits()), Some(vec![FaultKind::Unreadable]));
}

#[test]
fn nesting_without_end_does_not_fill_the_stack() {
    let content = |deep: &str| page_of("", deep.repeat(100_000).as_bytes());
    let tree = {
        let mut file = SmallFile::with_page("");
        for number in 10..4_000 {
            file.object(number, &format!("<</Type/Pages/Count 1/Kids[{} 0 R]/Parent {} 0 R>>", number + 1, number - 1));
        }
        file.object(2, "<</Type/Pages/Kids[10 0 R]/Count 1>>");
        file.object(4_000, "<</Type/Page/MediaBox[0 0 9 9]>>");
        file.finish()
    };
    let object = |open: &str, close: &str| {
        let mut file = SmallFile::with_page("");
        file.object(3, &format!("<</Type/Page/Resources {}{}>>", open.repeat(50_000), close.repeat(50_000)));
        file.finish()
    };
    survive_all(vec![
        ("q", content("q ")),
        ("BT", content("BT ")),
        ("arrays in content", content("[")),
        ("dictionaries in content", content("/a <<")),
        ("strings in content", content("(")),
        ("marks", content("/a BMC ")),
        ("a deep tree", tree),
        ("arrays", object("[", "]")),
        ("dictionaries", object("<</a", ">>")),
        ("half an array", object("[", "")),
        ("strings", object("(", ")")),
    ]);
}

#[test]
fn huge_counts_are_not_believed() {
    let with = |number: u32, body: &str| {
        let mut file = SmallFile::with_page("");
        file.stream(4, "", b"0 0 9 9 re f");
        file.object(number, body);
        file.finish()
    };
    let table = |text: &str| format!("%PDF-1.5\n{text}\nstartxref\n9\n%%EOF").into_bytes();
    let ranges = "1 beginbfrange <00000000><FFFFFFFF><0041> endbfrange ".repeat(300);
    let book = format!("1 beginbfrange <0000><FFFF><{}> endbfrange", "0041".repeat(50_000));
    let composite = "/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]";
    let text = format!("BT /F1 9 Tf 9 9 Td <{}> Tj ET", "0042".repeat(20_000));
    survive_all(vec![
        ("pages", with(2, "<</Type/Pages/Kids[3 0 R]/Count 2147483647>>")),
        ("pages below none", with(2, "<</Type/Pages/Kids[3 0 R]/Count -9>>")),
        ("bytes", with(4, "<</Length 99999999999>>stream\nq\nendstream")),
        ("bytes below none", with(4, "<</Length -1>>stream\nq\nendstream")),
        ("objects", table("xref\n0 4294967295\ntrailer<</Root 1 0 R/Size 4294967295>>")),
        (
            "rows",
            table("7 0 obj<</Type/XRef/W[1 8 8]/Index[0 4294967295]/Size 4294967295/Length 1>>stream\n1\nendstream"),
        ),
        ("columns", table("7 0 obj<</Type/XRef/W[255 255 255]/Size 9/Length 1>>stream\n1\nendstream")),
        ("members", with(9, "<</Type/ObjStm/N 4294967295/First 4294967295/Length 3>>stream\n1 0\nendstream")),
        ("ranges of codes", page_with_font(&text, composite, ranges.as_bytes())),
        ("letters of a code", page_with_font(&text, composite, book.as_bytes())),
        (
            "predictor",
            with(
                4,
                "<</Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>/Length 1>>stream\nx\nendstream",
            ),
        ),
    ]);
}

#[test]
fn text_without_end_is_cut() {
    let cases = [
        ("one string", format!("BT /F1 9 Tf 9 9 Td ({}) Tj ET", "a ".repeat(1_500_000))),
        ("one operator", format!("BT /F1 9 Tf 9 9 Td [{}] TJ ET", "(a )".repeat(900_000))),
        ("hexadecimal", format!("BT /F1 9 Tf 9 9 Td <{}> Tj ET", "41".repeat(1_900_000))),
        ("as many fonts", (0..200_000).map(|number| format!("/F{number} 1 Tf ")).collect()),
    ];
    for (name, content) in cases {
        let bytes = page_of("/Resources<</Font<</F1<</Subtype/Type1/BaseFont/Helvetica>>>>>>", content.as_bytes());
        let (_, peak) = memory::peak_of(|| {
            let document = Document::open(Arc::new(bytes), &limits()).unwrap();
            document.read_page(1);
        });
        assert!(peak < 512 << 20, "{name}: {} MB", peak >> 20);
    }
}

#[test]
fn fonts_that_are_large_are_not_all_kept() {
    let fonts: String = (0..1_500).map(|number| format!("/F{number} {} 0 R", 100 + number)).collect();
    let content: String = (0..1_500).map(|number| format!("q BT /F{number} 9 Tf <0041> Tj ET ")).collect();
    let mut file = SmallFile::with_page(&format!("/Resources<</Font<<{fonts}>>>>"));
    file.stream(4, "", content.as_bytes());
    file.object(6, "<</Type/Font/Subtype/CIDFontType2/W[0 65535 500]>>");
    for number in 100..1_600 {
        file.object(number, "<</Type/Font/Subtype/Type0/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>");
    }
    let bytes = file.finish();
    let (page, peak) = memory::peak_of(|| Document::open(Arc::new(bytes), &limits()).unwrap().read_page(1));
    assert!(peak < 192 << 20, "{} MB", peak >> 20);
    assert_eq!(page.faults.first().unwrap().kind, FaultKind::Unreadable);
}

#[test]
fn a_page_that_takes_too_long_is_broken_off_and_the_next_ones_sooner() {
    // A font that stands in the graphics state itself is read again each time.
    let mut file = SmallFile::with_page("/Resources<</ExtGState<</G1<</Font[<</ToUnicode 5 0 R>>9]>>>>>>");
    file.object(2, &format!("<</Type/Pages/Kids[{}]/Count 6>>", "3 0 R 6 0 R 7 0 R 8 0 R 9 0 R 10 0 R"));
    for number in 6..=10 {
        file.object(
            number,
            "<</Type/Page/Contents 4 0 R/Resources<</ExtGState<</G1<</Font[<</ToUnicode 5 0 R>>9]>>>>>>>>",
        );
    }
    file.stream(4, "", "/G1 gs ".repeat(300_000).as_bytes());
    file.stream(5, "/Filter/FlateDecode", &deflated("1 beginbfchar <41> <0041> endbfchar ".repeat(60_000).as_bytes()));
    let limits = Limits { max_page_time: Duration::from_millis(400), ..limits() };
    let faults = survive("gs", file.finish(), &limits);
    assert_eq!(faults, Some(vec![FaultKind::Unreadable; 6]));
}

#[test]
fn boxes_and_matrices_of_no_number_make_no_words_beside_the_page() {
    let text = "BT /F1 9 Tf 99 99 Td (word) Tj ET";
    let font = "/Resources<</Font<</F1<</Subtype/Type1/BaseFont/Helvetica>>>>>>";
    let page = |entries: &str, content: &str| page_of(&format!("{font}{entries}"), content.as_bytes());
    let matrices =
        ["1e308 0 0 1e308", "nan inf -inf 0", "0 0 0 0", "1e-308 0 0 1e-308", "99999999999999999999999999 0 0 1"];
    let mut cases: Vec<(&str, Vec<u8>)> = matrices
        .into_iter()
        .map(|matrix| {
            (matrix, page("", &format!("BT /F1 9 Tf {matrix} 9 9 Tm (a) Tj ET {matrix} 9e30 9e30 cm {text}")))
        })
        .collect();
    for entries in [
        "/MediaBox[nan inf -inf 1e400]",
        "/MediaBox[0 0 0 0]",
        "/MediaBox[595 842 0 0]",
        "/MediaBox[0 0 1e38 1e38]",
        "/MediaBox[-1e38 -1e38 1e38 1e38]/CropBox[0 0 9 9]",
        "/MediaBox[0 0 1e-30 842]",
        "/MediaBox[/a(b)null true]",
        "/MediaBox[0 0 595 842]/UserUnit nan/Rotate 1e9",
        "/MediaBox[0 0 595 842]/UserUnit 1e38/Rotate -91",
    ] {
        cases.push((entries, page(entries, text)));
    }
    survive_all(cases);
}

#[test]
fn cut_and_flipped_files_are_read_or_refused() {
    let mut whole = SmallFile::with_page("/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>/Rotate 90");
    whole.stream(4, "/Filter/FlateDecode", &deflated(b"BT /F1 9 Tf 99 99 Td (word) Tj ET /X1 Do 0 0 9 9 re f"));
    whole.object(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
    whole.stream(6, "/Subtype/Form/BBox[0 0 99 99]/Filter/ASCIIHexDecode", b"71 51 30 20 30 20 6d>");
    let whole = whole.finish();
    for length in (0..whole.len()).step_by(7) {
        survive("cut", whole.get(..length).unwrap().to_vec(), &limits());
    }
    let mut state = 7u32;
    for round in 0..400 {
        let mut flipped = whole.clone();
        for _ in 0..=round % 5 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = (state >> 8) as usize % flipped.len();
            *flipped.get_mut(place).unwrap() ^= 1 << (state >> 29);
        }
        survive("flipped", flipped, &limits());
    }
    for bytes in [&b""[..], b"%PDF-", b"%PDF-1.7\n%%EOF", b"garbage"] {
        assert_eq!(survive("nothing", bytes.to_vec(), &limits()), None);
    }
}
