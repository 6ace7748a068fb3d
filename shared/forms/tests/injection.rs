//! What nobody should have typed comes out as plain text in every kind of file: a table of hostile values by outputs. Every
//! field of an act gets the value with the name of the field after it, so that each is found on its own.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

use domain::{Act, ActDocument, ActDocumentKind, BundleEntry, BundleSection, Organisation, Representative};
use forms::{
    Register, act_form, act_pdf, act_xml, field_names, fill_template, form_docx, form_pdf, form_xlsx, forms_xlsx,
    register_form,
};
use pdf::{Document, Limits};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

/// What is typed, and what is to be read.
const HOSTILE: [(&str, &str); 20] = [
    ("#panic(\"x\") #read(\"/etc/passwd\") *b* _i_ $x$ <l> @r // \\", ""),
    ("#image(\"x.png\") #link(\"https://example.org\")[x] ```raw``` = Заголовок", ""),
    ("</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>", ""),
    ("{ INCLUDEPICTURE \"http://example.org/x\" \\d } {{number}} «{{works}}»", ""),
    ("]]><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;&amp;&lt;&#65;", ""),
    ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", ""),
    ("=HYPERLINK(\"http://example.org\",\"x\")", ""),
    ("=cmd|' /C calc'!A0", ""),
    ("+1+1", ""),
    ("-2+3", ""),
    ("@SUM(1,1)", ""),
    ("{=1+1}", ""),
    ("'=1+1", ""),
    ("\t=1+1", "=1+1"),
    ("\r\n=1+1", "=1+1"),
    ("_x003D_1+1 _x000D_ &#x3D;", ""),
    ("\u{202e}тарво\u{202c} \u{200f}слово\u{2066} \u{2069}конец", "тарво слово конец"),
    ("\u{1}\u{0}\u{8}а\u{7f}б\u{9f}\u{feff}в\u{200b}\u{ad}г", "абвг"),
    ("первая\r\nвторая\u{2028}третья\u{b}четвёртая", "первая вторая третья четвёртая"),
    ("../../../etc/passwd %s %n ${jndi:ldap://x} ' OR 1=1 --", ""),
];

/// A kind of file: its name, how the text of an act is read out of it, and whether it lacks a field.
struct Output {
    name: &'static str,
    text: fn(&Act) -> String,
    lacks: fn(&str) -> bool,
}

/// The number is read between «№» and a caption, the names of sheets apart.
const OUTPUTS: [Output; 11] = [
    Output { name: "PDF of an act", text: of_pdf, lacks: |_| false },
    Output { name: "DOCX of an act", text: of_docx, lacks: |_| false },
    Output { name: "XLSX of an act", text: of_xlsx, lacks: |_| false },
    Output { name: "workbook of all acts", text: of_all_acts, lacks: |_| false },
    Output { name: "XML", text: of_xml, lacks: lacks_in_xml },
    Output { name: "XLSX blank with fields", text: of_blank_xlsx, lacks: lacks_in_blanks },
    Output { name: "XLSX blank with named cells", text: of_named_xlsx, lacks: lacks_in_blanks },
    Output { name: "DOCX blank with fields", text: of_blank_docx, lacks: lacks_in_blanks },
    Output { name: "DOCX blank with bookmarks", text: of_bookmarked_docx, lacks: lacks_in_blanks },
    Output { name: "register as XLSX", text: of_register_xlsx, lacks: lacks_in_register },
    Output { name: "register as PDF", text: of_register_pdf, lacks: lacks_in_register },
];

/// Copies are a number there.
fn lacks_in_xml(field: &str) -> bool {
    ["document-issuer", "copies"].contains(&field)
}

fn lacks_in_blanks(field: &str) -> bool {
    ["material", "document", "document-number", "document-issuer"].contains(&field)
}

/// The register of this test has these fields of an act and no others.
fn lacks_in_register(field: &str) -> bool {
    !["number", "object", "works", "document", "document-number"].contains(&field)
}

const FIELDS: [&str; 28] = [
    "number",
    "object",
    "organisation",
    "ogrn",
    "inn",
    "address",
    "phone",
    "sro",
    "position",
    "person",
    "specialist",
    "order",
    "order-number",
    "organisation-of-person",
    "performer",
    "works",
    "documentation",
    "material-of-text",
    "proof",
    "norm",
    "next",
    "additional",
    "copies",
    "attachment",
    "material",
    "document",
    "document-number",
    "document-issuer",
];

/// What stands after the value of a field: figures, which no reader takes for misread letters.
fn mark(field: &str) -> String {
    let number = FIELDS.iter().position(|own| *own == field).map_or(FIELDS.len(), |number| number);
    format!("[{}]", 10 + number)
}

fn filled(text: &str) -> Act {
    let own = |field: &str| format!("{text}{}", mark(field));
    let organisation = Some(Organisation {
        name: own("organisation"),
        ogrn: own("ogrn"),
        inn: own("inn"),
        address: own("address"),
        phone: own("phone"),
        sro: own("sro"),
        ..Organisation::default()
    });
    let who = Some(Representative {
        position: own("position"),
        name: own("person"),
        register_number: own("specialist"),
        order: own("order"),
        organisation: own("organisation-of-person"),
        order_number: own("order-number"),
        ..Representative::default()
    });
    let document = ActDocument {
        kind: ActDocumentKind::Quality,
        material: own("material"),
        name: own("document"),
        number: own("document-number"),
        issuer: own("document-issuer"),
        ..ActDocument::default()
    };
    let mut act = Act {
        number: own("number"),
        object: own("object"),
        developer: organisation,
        performed_by: own("performer"),
        works: own("works"),
        project_documentation: own("documentation"),
        materials: vec![own("material-of-text")],
        proofs: vec![own("proof")],
        norms: vec![own("norm")],
        next_works: own("next"),
        additional: own("additional"),
        copies: own("copies"),
        attachments: vec![own("attachment")],
        // Six of them are a register of the act.
        documents: vec![document; 6],
        ..Act::default()
    };
    act.representatives.developer = who;
    act
}

fn register(act: &Act) -> Register {
    let document = act.documents.first().cloned().unwrap_or_default();
    let entry = BundleEntry {
        name: document.name,
        content: act.works.clone(),
        number: document.number,
        date: String::new(),
        pages: 2,
        sheets: 1,
        first_sheet: 1,
        first_page: 0,
    };
    Register {
        bundle: act.number.clone(),
        object: act.object.clone(),
        sections: vec![BundleSection { name: act.number.clone(), entries: vec![entry] }],
        ..Register::default()
    }
}

fn of_pdf(act: &Act) -> String {
    pdf_text(act_pdf(act).unwrap().bytes)
}

fn of_register_pdf(act: &Act) -> String {
    pdf_text(form_pdf(&register_form(&register(act))).unwrap().bytes)
}

/// The pages as the project's own reader sees them; nothing in the file may act.
fn pdf_text(bytes: Vec<u8>) -> String {
    for active in ["/JavaScript", "/Launch", "/URI", "/EmbeddedFile", "/OpenAction"] {
        assert!(!bytes.windows(active.len()).any(|window| window == active.as_bytes()), "{active}");
    }
    let document = Document::open(Arc::new(bytes), &Limits::default()).unwrap();
    let mut text = String::new();
    for number in 1..=document.page_count() {
        let mut page = document.read_page(number);
        pdf::put_tables(&mut page, &document.ruled_lines(number));
        text.extend(page.words.iter().map(|word| word.text.as_str()));
        // Lines of neighbouring cells stand beside each other: each cell once more on its own.
        let cells = page.tables.iter().flat_map(|table| &table.cells);
        text.extend(cells.map(|cell| cell.text.as_str()));
    }
    text
}

fn of_docx(act: &Act) -> String {
    docx_text(&form_docx(&act_form(act)).unwrap())
}

fn docx_text(archive: &[u8]) -> String {
    let document = member(archive, "word/document.xml");
    let markup = String::from_utf8(document.clone()).unwrap();
    for active in ["<w:instrText", "<w:fldSimple", "<w:hyperlink", "<w:altChunk", "<w:object"] {
        assert!(!markup.contains(active), "{active}");
    }
    text_of(&document)
}

fn of_xlsx(act: &Act) -> String {
    xlsx_text(&form_xlsx(&act_form(act)).unwrap())
}

fn of_all_acts(act: &Act) -> String {
    let other = Act { number: "2".to_owned(), ..Act::default() };
    let forms = [&other, act].map(|act| (format!("№ {}", act.number), act_form(act)));
    xlsx_text(&forms_xlsx(&forms).unwrap())
}

fn of_register_xlsx(act: &Act) -> String {
    xlsx_text(&form_xlsx(&register_form(&register(act))).unwrap())
}

/// All texts of a workbook as Excel shows them; no cell may count.
fn xlsx_text(archive: &[u8]) -> String {
    let names: Vec<String> = zip::ZipArchive::new(Cursor::new(archive))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().to_string())
        .collect();
    let mut text = String::new();
    for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
        let sheet = String::from_utf8(member(archive, name)).unwrap();
        assert!(!sheet.contains("<f>") && !sheet.contains("<f ") && !sheet.contains("<hyperlink"), "{name}");
        // Values of cells that show shared texts are numbers; those of cells with texts of their own are the texts.
        text.push_str(&text_of(sheet.as_bytes()));
    }
    assert!(!names.iter().any(|name| name.contains("externalLink") || name.contains("vba")), "{names:?}");
    text.push_str(&text_of(&member(archive, "xl/sharedStrings.xml")));
    text.push_str(&columns_of(archive));
    excel_decoded(&text)
}

/// The texts of the cells, each column from top to bottom: what is divided into rows stands whole.
fn columns_of(archive: &[u8]) -> String {
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(archive)).unwrap();
    let sheets = calamine::Reader::worksheets(&mut workbook);
    let columns = sheets.iter().flat_map(|(_, sheet)| (0..sheet.width()).map(move |column| (sheet, column)));
    columns.flat_map(|(sheet, column)| sheet.rows().map(move |row| row.get(column).unwrap().to_string())).collect()
}

/// `_x0041_` is a sign to Excel.
fn excel_decoded(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let sign = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        let taken = if sign.is_some() { 7 } else { 2 };
        decoded.push_str(&rest[..at]);
        decoded.push_str(&sign.map_or("_x".to_owned(), |sign| sign.to_string()));
        rest = &rest[at + taken..];
    }
    decoded + rest
}

fn of_xml(act: &Act) -> String {
    let xml = act_xml(act).unwrap();
    assert!(String::from_utf8(xml.clone()).unwrap().contains("НЕ проверен по официальной схеме"));
    text_of(&xml)
}

fn of_blank_xlsx(act: &Act) -> String {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, field) in (0..).zip(field_names()) {
        sheet.write_string(row, 0, format!("{{{{{field}}}}}")).unwrap();
    }
    xlsx_text(&fill_template(&workbook.save_to_buffer().unwrap(), act).unwrap())
}

fn of_named_xlsx(act: &Act) -> String {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Акт").unwrap().write_string(0, 5, "Бланк").unwrap();
    for (row, field) in (1..).zip(field_names()) {
        workbook.define_name(format!("pto_{}", field.replace('.', "_")), &format!("=Акт!$A${row}")).unwrap();
    }
    xlsx_text(&fill_template(&workbook.save_to_buffer().unwrap(), act).unwrap())
}

fn of_blank_docx(act: &Act) -> String {
    let paragraphs = field_names().into_iter().map(|field| format!("<w:p><w:r><w:t>{{{{{field}}}}}</w:t></w:r></w:p>"));
    docx_text(&fill_template(&text_document(&paragraphs.collect::<String>()), act).unwrap())
}

fn of_bookmarked_docx(act: &Act) -> String {
    let paragraphs = field_names().into_iter().enumerate().map(|(id, field)| {
        let name = field.replace('.', "_");
        format!("<w:p><w:bookmarkStart w:id=\"{id}\" w:name=\"pto_{name}\"/><w:bookmarkEnd w:id=\"{id}\"/></w:p>")
    });
    docx_text(&fill_template(&text_document(&paragraphs.collect::<String>()), act).unwrap())
}

fn text_document(paragraphs: &str) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{paragraphs}</w:body></w:document>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(document.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// All text of an XML file; it must be well-formed and without doctype and instructions.
fn text_of(xml: &[u8]) -> String {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let (mut text, mut buffer) = (String::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) if entity.starts_with('#') => text.extend(entity.resolve_char_ref().unwrap()),
            Event::GeneralRef(entity) => text.push_str(resolve_predefined_entity(&entity).unwrap()),
            Event::DocType(_) | Event::PI(_) | Event::CData(_) => panic!("foreign markup"),
            Event::Eof => return text,
            _ => {}
        }
        buffer.clear();
    }
}

fn member(archive: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// Without white space, which forms set their own way, and the signs at which print may break a line.
fn solid(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace() && *sign != '\u{200b}').collect()
}

#[test]
fn every_hostile_value_is_plain_text_in_every_field_of_every_output() {
    for output in &OUTPUTS {
        for (typed, read) in HOSTILE {
            let act = filled(typed);
            let text = solid(&(output.text)(&act));
            for unseen in ['\u{202e}', '\u{200f}', '\u{2066}', '\u{1}', '\u{0}', '\u{7f}', '\u{feff}', '\u{ad}'] {
                assert!(!text.contains(unseen), "{}: «{typed:?}» brings {unseen:?}", output.name);
            }
            let wanted = solid(if read.is_empty() { typed } else { read });
            for field in FIELDS.iter().filter(|field| !(output.lacks)(field)) {
                let whole = format!("{wanted}{}", mark(field));
                assert!(text.contains(&whole), "{}: «{typed:?}» in {field}: {text}", output.name);
            }
        }
    }
}

#[test]
fn a_cell_that_begins_like_a_formula_stays_text_when_it_is_edited() {
    for (typed, _) in HOSTILE.iter().filter(|(typed, _)| typed.starts_with(['=', '+', '-', '@'])) {
        let styles = member(&form_xlsx(&act_form(&filled(typed))).unwrap(), "xl/styles.xml");
        assert!(String::from_utf8(styles).unwrap().contains("quotePrefix=\"1\""), "{typed}");
    }
    let styles = member(&form_xlsx(&act_form(&filled("Текст"))).unwrap(), "xl/styles.xml");
    assert!(!String::from_utf8(styles).unwrap().contains("quotePrefix"));
}

/// Different words, `chars` signs in all.
fn long(chars: usize) -> String {
    let words: String = (0..chars).map(|n| format!("слово{n} ")).collect();
    words.chars().take(chars - 1).chain(['!']).collect()
}

#[test]
fn ten_thousand_signs_come_out_whole_and_one_more_is_told() {
    let with = |works: String| {
        let document = ActDocument { name: works.clone(), number: "1".to_owned(), ..ActDocument::default() };
        Act { works, documents: vec![document], ..Act::default() }
    };
    for output in &OUTPUTS {
        let whole = long(10_000);
        let text = solid(&(output.text)(&with(whole.clone())));
        // In a printed table the lines of two such cells stand beside each other.
        let words: Vec<String> = if output.name == "register as PDF" {
            whole.split(' ').map(str::to_owned).collect()
        } else {
            vec![solid(&whole)]
        };
        let missing: Vec<&String> = words.iter().filter(|word| !text.contains(word.as_str())).collect();
        assert!(
            missing.is_empty(),
            "{}: {} of {} words, {:?}",
            output.name,
            missing.len(),
            words.len(),
            missing.first()
        );
        let text = solid(&(output.text)(&with(long(10_001))));
        assert!(text.contains("знаковиз10001]"), "{} tells of a cut", output.name);
    }
}

#[test]
fn endless_values_are_cut_and_the_files_stay_whole() {
    let act = Act { works: "я".repeat(70_000), ..Act::default() };
    for output in OUTPUTS.iter().filter(|output| !output.name.contains("register")) {
        let text = solid(&(output.text)(&act));
        assert!(text.contains(&"я".repeat(10_000)) && !text.contains(&"я".repeat(10_001)), "{}", output.name);
        assert!(text.contains("10000знаковиз70000"), "{}", output.name);
    }
}

#[test]
fn the_same_act_gives_the_same_bytes() {
    let form = act_form(&filled("Текст"));
    assert_eq!(form_docx(&form).unwrap(), form_docx(&form).unwrap());
    assert_eq!(form_xlsx(&form).unwrap(), form_xlsx(&form).unwrap());
}
