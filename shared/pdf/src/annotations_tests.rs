use crate::{Document, Limits};
use domain::{FaultKind, Page};
use std::sync::Arc;

/// A page of A4 with a font F1 and annotations; further objects from 10 on.
fn read(attributes: &str, content: &str, objects: &[String]) -> Page {
    let mut file = format!(
        "%PDF-1.6\n1 0 obj <</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[30 0 R]/D<</OFF[30 0 R]>>>>>> endobj\n\
         2 0 obj <</Type/Pages/Kids[4 0 R]/Count 1>> endobj\n\
         3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj\n\
         4 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R {attributes}>> endobj\n\
         5 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n\
         30 0 obj <</Type/OCG/Name(Off)>> endobj\n",
        content.len()
    );
    for (number, object) in (10..).zip(objects) {
        file.push_str(&format!("{number} 0 obj {object} endobj\n"));
    }
    file.push_str("trailer <</Root 1 0 R/Size 40>>\n%%EOF");
    Document::open(Arc::new(file.into_bytes()), &Limits::default()).unwrap().read_page(1)
}

/// What an annotation of 100 by 20 looks like.
fn look(text: &str) -> String {
    let content = format!("BT /F1 10 Tf 2 5 Td ({text}) Tj ET");
    format!(
        "<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 3 0 R>>>>/Length {}>>\nstream\n{content}\nendstream",
        content.len()
    )
}

const TEXT: &str = "BT /F1 10 Tf 50 700 Td (The sheet itself) Tj ET";

#[test]
fn stamps_notes_and_fields_are_read_where_they_are_seen() {
    let page = read(
        "/Annots[10 0 R 11 0 R 12 0 R]",
        TEXT,
        &[
            "<</Subtype/Stamp/Rect[300 100 500 140]/F 4/AP<</N 13 0 R>>>>".into(),
            "<</Subtype/FreeText/Rect[100 400 200 420]/AP<</N 14 0 R>>>>".into(),
            "<</Subtype/Widget/Rect[100 300 200 320]/AS/Yes/AP<</N<</Yes 15 0 R/Off 16 0 R>>>>>>".into(),
            look("APPROVED"),
            look("Mind the gap"),
            look("checked"),
            look("unchecked"),
        ],
    );
    assert_eq!(page.text, "The sheet itself\n\nMind the gap\n\nchecked\n\nAPPROVED\n");
    let stamp = page.words.iter().find(|word| word.text == "APPROVED").unwrap();
    // Twice as large as drawn, for its place is.
    assert!((stamp.size_pt - 20.0).abs() < 0.1, "{stamp:?}");
    assert!((stamp.bounds.x0 - 304.0).abs() < 0.5 && (stamp.bounds.y1 - 736.0).abs() < 3.0, "{stamp:?}");
    assert_eq!(page.faults.len(), 1);
    let fault = &page.faults[0];
    assert_eq!((fault.kind, fault.count, fault.repaired), (FaultKind::AnnotationText, 5, true));
}

#[test]
fn what_a_viewer_does_not_show_is_not_read() {
    let page = read(
        "/Annots[10 0 R 11 0 R 12 0 R 13 0 R 14 0 R]",
        TEXT,
        &[
            "<</Subtype/Stamp/Rect[300 100 400 120]/F 2/AP<</N 15 0 R>>>>".into(),
            "<</Subtype/Stamp/Rect[300 200 400 220]/F 32/AP<</N 15 0 R>>>>".into(),
            "<</Subtype/Stamp/Rect[300 300 400 320]/OC 30 0 R/AP<</N 15 0 R>>>>".into(),
            "<</Subtype/Popup/Rect[300 400 400 420]/AP<</N 15 0 R>>>>".into(),
            "<</Subtype/Text/Rect[300 500 400 520]/Contents(A remark)>>".into(),
            look("unseen"),
        ],
    );
    assert_eq!(page.text, "The sheet itself\n");
    assert!(page.faults.is_empty(), "{:?}", page.faults);
}

#[test]
fn an_opaque_note_hides_what_lies_under_it() {
    let content = "1 g 0 0 100 20 re f";
    let cover = format!("<</Subtype/Form/BBox[0 0 100 20]/Length {}>>\nstream\n{content}\nendstream", content.len());
    let text = format!("{TEXT} BT /F1 10 Tf 50 500 Td (Secret) Tj ET");
    let page =
        read("/Annots[10 0 R]", &text, &["<</Subtype/Square/Rect[40 490 140 520]/AP<</N 11 0 R>>>>".into(), cover]);
    assert_eq!(page.text, "The sheet itself\n");
    assert_eq!(page.faults[0].kind, FaultKind::HiddenText);
}

#[test]
fn lettering_of_strokes_is_read_from_the_comments_that_name_it() {
    let comment = |rect: &str, contents: &str| {
        format!("<</Subtype/Square/T(AutoCAD SHX Text)/F 64/Border[0 0 0]/Rect[{rect}]/Contents{contents}>>")
    };
    let page = read(
        "/Annots[10 0 R 11 0 R 12 0 R 13 0 R]",
        TEXT,
        &[
            comment("122 593 100 606", "<FEFF0035003000300030>"),
            comment("300 400 313 440", "(45000)"),
            comment("100 300 200 310", "<FEFF041F043B0430043D0020002D0032002C003500350030>"),
            "<</Subtype/Square/T(Ivanov)/Rect[300 500 400 520]/Contents(A remark)>>".into(),
        ],
    );
    let found: Vec<(&str, u16)> = page.words.iter().map(|word| (word.text.as_str(), word.rotation_deg)).collect();
    assert_eq!(
        found,
        [("The", 0), ("sheet", 0), ("itself", 0), ("5000", 0), ("План", 0), ("-2,550", 0), ("45000", 90)]
    );
    let level = page.words[3].bounds;
    assert!((level.x0, level.x1) == (100.0, 122.0) && (level.y0 - 236.0).abs() < 0.1, "{level:?}");
    let (plan, height) = (page.words[4].bounds, page.words[5].bounds);
    assert!(plan.x0 == 100.0 && plan.x1 < height.x0 && (height.x1 - 200.0).abs() < 0.1, "{plan:?} {height:?}");
    assert_eq!(page.faults[0].kind, FaultKind::AnnotationText);
}
