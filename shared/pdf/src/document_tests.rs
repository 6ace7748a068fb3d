use crate::{Document, Limits, OpenError};
use domain::{FaultKind, PageKind, TextSource};
use std::sync::Arc;

/// A file of pages with the given attributes and content; the parser rebuilds the missing cross-reference table.
fn file(pages: &[(&str, &str)]) -> Arc<Vec<u8>> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 10 + 2 * index)).collect();
    let mut file = format!(
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[{kids}]/Count {}>> endobj\n\
         3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj\n",
        pages.len()
    );
    for (index, (attributes, content)) in pages.iter().enumerate() {
        let number = 10 + 2 * index;
        file.push_str(&format!(
            "{number} 0 obj <</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R {attributes}>> endobj\n\
             {} 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n",
            number + 1,
            number + 1,
            content.len()
        ));
    }
    file.push_str("trailer <</Root 1 0 R/Size 99>>\n%%EOF");
    Arc::new(file.into_bytes())
}

fn open(pages: &[(&str, &str)]) -> Document {
    Document::open(file(pages), &Limits::default()).unwrap()
}

fn words(document: &Document, page: u32) -> Vec<String> {
    document.read_page(page).words.into_iter().map(|word| word.text).collect()
}

const A4: &str = "/MediaBox[0 0 595 842]";

#[test]
fn words_come_with_boxes_in_points_from_the_top_left() {
    let document = open(&[(A4, "BT /F1 10 Tf 100 700 Td (Hello big) Tj ET")]);
    let page = document.read_page(1);
    assert_eq!(page.text, "Hello big\n");
    assert_eq!(page.source, TextSource::Text);
    assert!(page.faults.is_empty());
    let hello = &page.words[0];
    assert!((hello.bounds.x0 - 100.0).abs() < 0.1 && (hello.bounds.x1 - 122.8).abs() < 0.5, "{:?}", hello.bounds);
    assert!(hello.bounds.y0 < 142.0 && hello.bounds.y1 > 142.0 && hello.bounds.height() < 14.0, "{:?}", hello.bounds);
    assert!((hello.size_pt - 10.0).abs() < 0.01);
}

#[test]
fn rotation_crop_and_unit_are_those_of_the_page_as_seen() {
    let text = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Upwards) Tj ET";
    let document = open(&[
        (A4, text),
        ("/MediaBox[0 0 595 842]/Rotate 90", text),
        ("/MediaBox[0 0 595 842]/CropBox[100 50 400 450]/UserUnit 2", text),
    ]);
    let plain = document.read_page(1);
    assert_eq!(plain.words[0].rotation_deg, 90);
    let turned = document.read_page(2);
    assert_eq!((turned.width_pt, turned.height_pt), (842.0, 595.0));
    assert_eq!(turned.words[0].rotation_deg, 0);
    assert!((turned.words[0].bounds.x0 - 100.0).abs() < 0.1, "{:?}", turned.words[0].bounds);
    let cropped = document.read_page(3);
    assert_eq!((cropped.width_pt, cropped.height_pt), (600.0, 800.0));
    assert!((cropped.words[0].bounds.y1 - 2.0 * (450.0 - 100.0)).abs() < 0.1, "{:?}", cropped.words[0].bounds);
}

#[test]
fn glyph_by_glyph_spaced_and_overprinted_text_makes_whole_words() {
    let document = open(&[(
        A4,
        "BT /F1 10 Tf 1 0 0 1 100 700 Tm (o) Tj 1 0 0 1 105.56 700 Tm (n) Tj 1 0 0 1 111.12 700 Tm (e) Tj ET \
         BT /F1 10 Tf 3 Tc 100 600 Td (spaced) Tj ET BT /F1 10 Tf 100 500 Td (bold) Tj ET \
         BT /F1 10 Tf 100.3 500 Td (bold) Tj ET BT /F1 10 Tf 100 400 Td [(kern)-20(ing)-400(apart)] TJ ET \
         BT /F1 10 Tf 100 300 Td (l) Tj ET BT /F1 10 Tf 100 300 Td (l) Tj ET BT /F1 10 Tf 100.1 300 Td (l) Tj ET",
    )]);
    assert_eq!(words(&document, 1), ["one", "spaced", "bold", "kerning", "apart", "l"]);
}

#[test]
fn figures_below_the_line_are_an_index() {
    let document = open(&[(
        A4,
        "BT /F1 10 Tf 100 700 Td (F) Tj /F1 6 Tf -2 Ts (2) Tj 0 Ts /F1 10 Tf (200) Tj ET \
         BT /F1 10 Tf 100 600 Td (m) Tj /F1 6 Tf 3 Ts (2) Tj ET BT /F1 10 Tf 100 500 Td (A) Tj /F1 6 Tf (4) Tj ET \
         BT /F1 10 Tf 100 400 Td (A) Tj /F1 6 Tf 40 -2 Td (4) Tj ET \
         BT 0 Ts /F1 10 Tf 100 300 Td (0) Tj /F1 6 Tf -2 Ts (4) Tj ET",
    )]);
    assert_eq!(words(&document, 1), ["F₂200", "m2", "A4", "A", "4", "04"]);
}

#[test]
fn pages_are_told_apart_by_what_they_hold() {
    let document = open(&[
        (A4, "BT /F1 10 Tf 100 700 Td (text) Tj ET"),
        (A4, "0 0 m 100 100 l S"),
        (A4, "q 500 0 0 500 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"),
        ("/MediaBox[0 0 90000000 842]", "BT /F1 10 Tf 100 700 Td (text) Tj ET"),
    ]);
    let kinds: Vec<PageKind> = (1..=5).map(|page| document.probe(page).kind).collect();
    assert_eq!(kinds, [PageKind::Text, PageKind::Lines, PageKind::Scan, PageKind::Broken, PageKind::Broken]);
    assert_eq!(document.read_page(2).faults[0].kind, FaultKind::NoText);
    assert_eq!(document.read_page(4).faults[0].kind, FaultKind::Unreadable);
    assert_eq!(document.read_page(5).source, TextSource::None);
}

#[test]
fn a_page_a_hundred_metres_wide_is_read_and_drawn_small() {
    let document = open(&[("/MediaBox[0 0 283465 842]", "BT /F1 10 Tf 283000 700 Td (end) Tj ET")]);
    let page = document.read_page(1);
    assert_eq!(page.text, "end\n");
    assert!(document.thumbnail(1, 400).is_some());
}

#[test]
fn files_are_refused_with_the_reason() {
    let refusal = |bytes: &[u8]| Document::open(Arc::new(bytes.to_vec()), &Limits::default()).err();
    assert_eq!(refusal(b""), Some(OpenError::Empty));
    assert_eq!(refusal(b"PK\x03\x04 no pdf"), Some(OpenError::NotPdf));
    assert!(matches!(refusal(b"%PDF-1.4\nnothing"), Some(OpenError::Broken(_))));
    let three = file(&[(A4, ""), (A4, ""), (A4, "")]);
    let limits = Limits { max_pages: 2, ..Limits::default() };
    assert_eq!(Document::open(Arc::clone(&three), &limits).err(), Some(OpenError::TooManyPages { pages: 3, limit: 2 }));
    let limits = Limits { max_size_bytes: 100, ..Limits::default() };
    let size_bytes = three.len() as u64;
    assert_eq!(Document::open(three, &limits).err(), Some(OpenError::TooLarge { size_bytes, limit_bytes: 100 }));
}

#[test]
fn too_many_operators_break_the_page_off_with_what_was_read() {
    let content =
        format!("BT /F1 10 Tf 100 700 Td (first) Tj ET {}", "0 0 m ".repeat(2_000).as_str().to_owned() + "q Q");
    let limits = Limits { max_operators_per_page: 1_000, ..Limits::default() };
    let page = Document::open(file(&[(A4, &content)]), &limits).unwrap().read_page(1);
    assert_eq!(page.text, "first\n");
    assert_eq!(page.faults[0].kind, FaultKind::Unreadable);
}

/// The words of a page that writes `hex` with a composite font whose encoding is a name; nothing is embedded.
fn composite_words(encoding: &str, ordering: &str, hex: &str) -> Vec<domain::Word> {
    let content = format!("BT /F2 10 Tf 100 700 Td <{hex}> Tj ET");
    let file = format!(
        "%PDF-1.5\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n\
         3 0 obj <</Type/Page/Parent 2 0 R{A4}/Resources<</Font<</F2 5 0 R>>>>/Contents 4 0 R>> endobj\n\
         4 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n\
         5 0 obj <</Type/Font/Subtype/Type0/BaseFont/Far/Encoding/{encoding}/DescendantFonts[6 0 R]>> endobj\n\
         6 0 obj <</Type/Font/Subtype/CIDFontType0/BaseFont/Far/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 2>>\
         /DW 1000/W[1[500 500] 34 50 700]>> endobj\n\
         trailer <</Root 1 0 R/Size 9>>\n%%EOF",
        content.len()
    );
    Document::open(Arc::new(file.into_bytes()), &Limits::default()).unwrap().read_page(1).words
}

#[test]
fn fonts_of_the_far_east_are_read_by_the_names_of_their_encodings() {
    let texts = |encoding, ordering, hex| {
        let words = composite_words(encoding, ordering, hex);
        words.into_iter().map(|word| word.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("UniGB-UCS2-H", "GB1", "041B0438044104420020002000310032"), ["Лист", "12"]);
    assert_eq!(texts("UniJIS-UTF16-H", "Japan1", "041B04380441D840DC0B002021160031"), ["Лис\u{fffd}", "№1"]);
    // Codes of one byte and of two.
    assert_eq!(texts("90ms-RKSJ-H", "Japan1", "844C847984838484203132"), ["Лист", "12"]);
    assert_eq!(texts("GBK-EUC-H", "GB1", "A7ADA7DAA7E3A7E4203132"), ["Лист", "12"]);
    // CIDs as they are, with nothing but the name of their collection.
    assert_eq!(texts("Identity-H", "Japan1", "00290046004D004D00500001001200130014"), ["Hello", "123"]);
    assert!(texts("Identity-H", "Identity", "00290046004D004D0050").iter().all(|word| word != "Hello"));
}

#[test]
fn letters_of_a_predefined_encoding_have_the_widths_of_their_cids() {
    // A is CID 34 of Adobe-GB1, 700 wide; a Russian letter is as wide as most.
    let width = |hex| {
        let bounds = composite_words("UniGB-UCS2-H", "GB1", hex)[0].bounds;
        bounds.x1 - bounds.x0
    };
    assert!((width("00410041") - 14.0).abs() < 0.01, "{}", width("00410041"));
    assert!((width("04160416") - 20.0).abs() < 0.01, "{}", width("04160416"));
}
