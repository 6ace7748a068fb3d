//! What comes out of the press: pages, bytes, typefaces, and text that nobody should have typed.

#![expect(clippy::unwrap_used, reason = "a test: a failure is its result")]

mod samples;

use domain::{Act, ActDate, Wording};
use forms::{
    PrintNote, TitlePage, WrittenPdf, act_form, act_pdf, form_docx, form_pdf, form_xlsx, register_pdf, title_page_pdf,
};

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

fn is_archival(pdf: &WrittenPdf) {
    assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
    assert!(contains(&pdf.bytes, "<pdfaid:part>2</pdfaid:part>"), "PDF/A-2 is declared");
    assert!(contains(&pdf.bytes, "<pdfaid:conformance>B</pdfaid:conformance>"), "level B is declared");
}

#[test]
fn an_empty_act_and_a_usual_act_fit_both_sides_of_a_sheet() {
    for act in [Act::default(), samples::usual_act()] {
        let pdf = act_pdf(&act).unwrap();
        assert_eq!(pdf.pages, 2, "act «{}»", act.number);
        assert_eq!(pdf.notes, []);
        is_archival(&pdf);
    }
}

#[test]
fn a_code_to_the_page_of_an_act_leaves_it_two_pages_and_archival() {
    let pdf = act_pdf(&samples::act_with_a_page()).unwrap();
    assert_eq!((pdf.pages, &pdf.notes[..]), (2, &[][..]));
    is_archival(&pdf);
    assert!(contains(&pdf.bytes, "https://id.example.org/akt/1-%D0%9A%D0%969.9"), "the code is a link, too");
    assert!(!contains(&pdf.bytes, "/Subtype/Image"), "it is drawn and no picture");
    let cyrillic = Act { page_url: "https://пример.рф/1".to_owned(), ..samples::usual_act() };
    assert_eq!(act_pdf(&cyrillic).unwrap(), act_pdf(&samples::usual_act()).unwrap());
}

/// A member of a workbook or a text document.
fn member(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn workbooks_have_the_pages_of_the_print() {
    let old = Act { wording: Wording::Rd11022006, ..samples::usual_act() };
    for act in [Act::default(), samples::usual_act(), samples::long_act(), samples::structures_act(), old] {
        let form = act_form(&act);
        let sheet = member(&form_xlsx(&form).unwrap(), "xl/worksheets/sheet1.xml");
        let breaks = sheet.matches("<brk ").count();
        assert_eq!(u32::try_from(breaks).unwrap() + 1, form_pdf(&form).unwrap().pages, "act «{}»", act.number);
    }
}

#[test]
fn long_values_of_text_documents_are_neither_kept_whole_nor_with_what_follows() {
    let document = member(&form_docx(&act_form(&samples::long_act())).unwrap(), "word/document.xml");
    let paragraph =
        |words: &str| document.split("<w:p>").find(|paragraph| paragraph.contains(words)).unwrap().to_owned();
    let long = paragraph("партия 40,");
    assert!(!long.contains("<w:keepNext/>") && !long.contains("<w:keepLines/>"), "{}", &long[..200]);
    let short = paragraph("СП 70.13330.2012");
    assert!(short.contains("<w:keepNext/>") && short.contains("<w:keepLines/>"));
}

#[test]
fn acts_of_critical_structures_of_the_older_wording_and_with_registers_are_archival() {
    let old = Act { wording: Wording::Rd11022006, ..samples::usual_act() };
    for (act, pages) in [(old, 2), (samples::structures_act(), 3), (samples::registered_act(), 5)] {
        let pdf = act_pdf(&act).unwrap();
        assert_eq!((pdf.pages, &pdf.notes[..]), (pages, &[][..]), "act «{}»", act.number);
        is_archival(&pdf);
        assert_eq!(pdf, act_pdf(&act).unwrap());
    }
}

#[test]
fn the_same_act_gives_the_same_bytes_and_another_act_gives_others() {
    let act = samples::usual_act();
    let first = act_pdf(&act).unwrap();
    act_pdf(&samples::long_act()).unwrap();
    assert_eq!(first, act_pdf(&act).unwrap());
    let other = Act { number: "2-КЖ9.9".to_owned(), ..act };
    assert_ne!(first.bytes, act_pdf(&other).unwrap().bytes);
}

#[test]
fn long_names_of_all_who_sign_are_printed_whole() {
    let act = samples::act_of_long_names();
    let pdf = act_pdf(&act).unwrap();
    assert_eq!(pdf.notes, []);
    assert!(pdf.pages <= 4, "{} pages", pdf.pages);
    is_archival(&pdf);
}

#[test]
fn a_form_survives_its_record() {
    let form = act_form(&samples::usual_act());
    let record = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<forms::Form>(&record).unwrap(), form);
}

#[test]
fn long_text_grows_pages() {
    let pages: Vec<u32> = [0, 80, 180]
        .map(|materials| {
            let mut act = samples::usual_act();
            act.materials =
                (1..=materials).map(|n| format!("Труба стальная ⌀{n}×4, сертификат соответствия № {n}/25")).collect();
            act_pdf(&act).unwrap().pages
        })
        .to_vec();
    assert!(pages[0] >= 2 && pages[1] > pages[0] && pages[2] > pages[1], "{pages:?}");
}

#[test]
fn hostile_text_is_printed_as_text() {
    let code = "#panic(\"x\") #read(\"/etc/passwd\") #eval(\"1\") *жирно* $x^2$ <метка> @ссылка // конец \\ \"";
    let with = |works: String| Act { works, ..samples::usual_act() };
    for works in [code.to_owned(), "а\u{1}б\u{0}в\u{202e}г\u{7f}".to_owned(), "\r\n\t \n".to_owned()] {
        let pdf = act_pdf(&with(works)).unwrap();
        assert_eq!((pdf.pages, pdf.notes), (2, vec![]));
    }
    let endless = act_pdf(&with("я".repeat(70_000))).unwrap();
    assert_eq!(endless.notes, [PrintNote::ShortenedField { chars: 70_000 }]);
    assert!(endless.pages > 2);
    let emoji = act_pdf(&with("Монтаж 🚰 и \u{10ffff}".to_owned())).unwrap();
    assert_eq!(emoji.notes, [PrintNote::MissingSign('🚰'), PrintNote::MissingSign('\u{10ffff}')]);
}

#[test]
fn hostile_text_passes_in_every_field() {
    let record = serde_json::to_string(&act_form(&samples::usual_act())).unwrap();
    let hostile = "\u{1}🚰 #panic(\\\"x\\\") \u{202e}\u{e000} ﷽ ก็ \u{300}\u{301} क्ष";
    for word in ["Образцов", "Армирование", "1-КЖ9.9", "октября", "подпись", "экземплярах", "Приложение"]
    {
        let changed = record.replace(word, &hostile.replace('\u{1}', "\\u0001"));
        assert_ne!(changed, record, "«{word}» is in the form");
        let form = serde_json::from_str(&changed).unwrap();
        form_pdf(&form).unwrap_or_else(|fault| panic!("in place of «{word}»: {fault}"));
    }
}

#[test]
fn a_date_that_is_none_is_printed_but_not_put_into_the_properties() {
    let act = Act { date: Some(ActDate { year: 2025, month: 13, day: 77 }), ..samples::usual_act() };
    assert_eq!(act_pdf(&act).unwrap().pages, 2);
}

#[test]
fn a_register_repeats_its_head_on_more_pages_as_it_grows() {
    let short = register_pdf(&samples::register(4)).unwrap();
    assert_eq!(short.pages, 1);
    let long = register_pdf(&samples::register(200)).unwrap();
    assert!(long.pages > 5, "{} pages", long.pages);
    is_archival(&long);
    assert_eq!(long, register_pdf(&samples::register(200)).unwrap());
    assert_eq!(register_pdf(&forms::Register::default()).unwrap().pages, 1);
}

#[test]
fn a_title_page_is_one_page() {
    assert_eq!(title_page_pdf(&TitlePage::default()).unwrap().pages, 1);
    let object = samples::long_act().object;
    let page = TitlePage { object: &object, city: "Примерск", year: Some(2025), ..TitlePage::default() };
    let pdf = title_page_pdf(&page).unwrap();
    assert_eq!(pdf.pages, 1);
    is_archival(&pdf);
}
