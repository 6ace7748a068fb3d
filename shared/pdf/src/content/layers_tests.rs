use crate::{Document, Limits};
use domain::{FaultKind, Page};
use std::sync::Arc;

/// A page with the layers 20 (on), 21 (off) and memberships of them, two forms and a font F1.
fn read(config: &str, content: &str) -> Page {
    let form = |number: u32, entries: &str, text: &str| {
        let content = format!("BT /F1 10 Tf 50 600 Td ({text}) Tj ET");
        format!(
            "{number} 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Length {}{entries}>>\n\
             stream\n{content}\nendstream endobj\n",
            content.len()
        )
    };
    let file = format!(
        "%PDF-1.6\n1 0 obj <</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[20 0 R 21 0 R]/D<<{config}>>>>>> endobj\n\
         2 0 obj <</Type/Pages/Kids[4 0 R]/Count 1>> endobj\n\
         3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj\n\
         4 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>\
         /XObject<</Off 10 0 R/On 11 0 R>>/Properties<</A 20 0 R/B 21 0 R/All 22 0 R/Any 23 0 R/Expression 24 0 R\
         /Says<</ActualText(said)>>>>>>>> endobj\n\
         5 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n{}{}\
         20 0 obj <</Type/OCG/Name(On)>> endobj\n21 0 obj <</Type/OCG/Name(Off)>> endobj\n\
         22 0 obj <</Type/OCMD/P/AllOn/OCGs[20 0 R 21 0 R]>> endobj\n\
         23 0 obj <</Type/OCMD/OCGs[20 0 R 21 0 R]>> endobj\n\
         24 0 obj <</Type/OCMD/VE[/Or[/Not 20 0 R][/And 20 0 R 21 0 R]]>> endobj\n\
         trailer <</Root 1 0 R/Size 40>>\n%%EOF",
        content.len(),
        form(10, "/OC 21 0 R", "switched off"),
        form(11, "/OC 20 0 R", "switched on"),
    );
    Document::open(Arc::new(file.into_bytes()), &Limits::default()).unwrap().read_page(1)
}

fn at(y: u32, text: &str) -> String {
    format!("BT /F1 10 Tf 50 {y} Td ({text}) Tj ET ")
}

#[test]
fn text_of_layers_that_are_switched_off_is_dropped_and_counted() {
    let content = format!(
        "{} /OC /A BDC {} EMC /OC /B BDC {} /P BMC {} EMC EMC {} /OC /All BDC {} EMC /OC /Any BDC {} EMC \
         /OC /Expression BDC {} EMC",
        at(800, "page"),
        at(780, "on"),
        at(760, "off"),
        at(740, "nested"),
        at(720, "again"),
        at(700, "all"),
        at(680, "any"),
        at(660, "expression"),
    );
    let page = read("/OFF[21 0 R]", &content);
    assert_eq!(page.text.split_whitespace().collect::<Vec<_>>(), ["page", "on", "again", "any"]);
    let fault = &page.faults[0];
    assert_eq!((fault.kind, fault.count, fault.repaired), (FaultKind::HiddenText, 4, true));
    let page = read("/BaseState/OFF/ON[20 0 R]", &content);
    assert_eq!(page.text.split_whitespace().collect::<Vec<_>>(), ["page", "on", "again", "any"]);
    let page = read("", &content);
    assert_eq!(page.words.len(), 8);
    assert!(page.faults.is_empty());
}

#[test]
fn forms_of_a_layer_are_seen_with_it() {
    let page = read("/OFF[21 0 R]", &format!("{} /Off Do /On Do", at(800, "page")));
    assert_eq!(page.text, "page\n\nswitched on\n");
    assert_eq!((page.faults[0].kind, page.faults[0].count), (FaultKind::HiddenText, 2));
}

#[test]
fn what_lies_on_a_hidden_layer_covers_nothing() {
    let cover = "/OC /B BDC 1 g 0 0 595 842 re f EMC";
    let page = read("/OFF[21 0 R]", &format!("{} {cover}", at(800, "seen")));
    assert_eq!(page.text, "seen\n");
    assert!(page.faults.is_empty());
    let page = read("", &format!("{} {cover}", at(800, "seen")));
    assert_eq!(page.text, "");
}

#[test]
fn glyphs_have_the_letters_that_their_file_says_they_stand_for() {
    let content = format!(
        "{} /Span<</ActualText<FEFF0444043B0438>>> BDC {} EMC /Span /Says BDC {} EMC",
        at(800, "one"),
        at(780, "xyz"),
        at(760, "s a i d"),
    );
    let page = read("", &content);
    assert_eq!(page.text.split_whitespace().collect::<Vec<_>>(), ["one", "фли", "said"]);
    let said = page.words.last().unwrap();
    assert!(said.bounds.width() > 20.0, "{said:?}");
}

#[test]
fn a_part_of_a_word_is_replaced_in_its_place() {
    let content = "BT /F1 10 Tf 50 800 Td (ef) Tj /Span<</ActualText(fi)>>BDC (#) Tj EMC (cient) Tj ( two) Tj \
                   /Span<</ActualText(\u{fe}\u{ff}\u{0}\u{ad})>>BDC (-) Tj EMC ET";
    assert_eq!(read("", content).text, "efficient two-\n");
}

#[test]
fn descriptions_and_empty_replacements_leave_the_glyphs_alone() {
    let content = format!(
        "/Figure<</ActualText(A drawing of the whole site from above with all its houses)>>BDC {} EMC \
         /Span<</ActualText()>>BDC {} EMC /Span<</ActualText(two words)>>BDC {} EMC /Span<</ActualText(\u{e0})>>BDC {} EMC",
        at(800, "NORTH"),
        at(780, "stays"),
        at(760, "three"),
        at(740, "four"),
    );
    assert_eq!(read("", &content).text.split_whitespace().collect::<Vec<_>>(), ["NORTH", "stays", "three", "four"]);
}

#[test]
fn marks_without_an_end_or_a_beginning_do_no_harm() {
    let content = format!("EMC EMC {} {} /OC /B BDC {}", at(800, "one"), "/P BMC ".repeat(1_000), at(780, "off"));
    let page = read("/OFF[21 0 R]", &content);
    assert!(page.text.starts_with("one\n"));
}
