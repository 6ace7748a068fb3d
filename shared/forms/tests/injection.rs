//! What nobody should have typed comes out as text in every kind of file.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

use domain::{Act, ActDocument, ActDocumentKind, Organisation, Representative};
use forms::{act_form, act_xml, form_docx, form_xlsx};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read};

const HOSTILE: [&str; 9] = [
    "#panic(\"x\") #read(\"/etc/passwd\") *b* $x$ <l> @r // \\",
    "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>",
    "]]><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;&amp;&lt;",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "{=1+1}",
    "\u{202e}тарво\u{202c} \u{1}\u{0}\u{ffff}\u{feff}слово",
];

fn filled(text: &str) -> Act {
    let own = || text.to_owned();
    let organisation = Some(Organisation {
        name: own(),
        ogrn: own(),
        inn: own(),
        address: own(),
        phone: own(),
        sro: own(),
        ..Organisation::default()
    });
    let who = Some(Representative {
        position: own(),
        name: own(),
        register_number: own(),
        order: own(),
        organisation: own(),
        order_number: own(),
        ..Representative::default()
    });
    let document = ActDocument {
        kind: ActDocumentKind::Quality,
        material: own(),
        name: own(),
        number: own(),
        issuer: own(),
        ..ActDocument::default()
    };
    let mut act = Act {
        number: own(),
        object: own(),
        developer: organisation.clone(),
        builder: organisation.clone(),
        designer: organisation,
        performed_by: own(),
        works: own(),
        project_documentation: own(),
        materials: vec![own()],
        proofs: vec![own()],
        norms: vec![own()],
        next_works: own(),
        additional: own(),
        copies: own(),
        attachments: vec![own()],
        documents: vec![document; 6],
        ..Act::default()
    };
    act.representatives.developer = who.clone();
    act.representatives.performer = who;
    act
}

/// All text of an XML file; it must be well-formed and without doctype and instructions.
fn text_of(xml: &[u8]) -> String {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let (mut text, mut buffer) = (String::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) if entity.starts_with("#") => text.extend(entity.resolve_char_ref().unwrap()),
            Event::GeneralRef(entity) => text.push_str(match &*entity {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("entity {other}"),
            }),
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

fn seen(text: &str) -> String {
    let invisible =
        |sign: &char| !sign.is_control() && !matches!(sign, '\u{202a}'..='\u{202e}' | '\u{feff}' | '\u{ffff}');
    text.chars().filter(invisible).collect()
}

#[test]
fn a_text_document_holds_values_as_text() {
    for hostile in HOSTILE {
        let document = member(&form_docx(&act_form(&filled(hostile))).unwrap(), "word/document.xml");
        let text = text_of(&document);
        assert!(text.contains(&seen(hostile)), "{hostile}");
        let markup = String::from_utf8(document).unwrap();
        assert!(!markup.contains("<w:instrText") && !markup.contains('\u{202e}'), "{hostile}");
    }
}

#[test]
fn a_workbook_holds_values_as_text_and_no_formula() {
    for hostile in HOSTILE {
        let workbook = form_xlsx(&act_form(&filled(hostile))).unwrap();
        assert!(text_of(&member(&workbook, "xl/sharedStrings.xml")).contains(&seen(hostile)), "{hostile}");
        let sheet = String::from_utf8(member(&workbook, "xl/worksheets/sheet1.xml")).unwrap();
        assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "{hostile}");
    }
}

#[test]
fn the_xml_holds_values_as_text_and_says_that_it_is_not_validated() {
    for hostile in HOSTILE {
        let xml = act_xml(&filled(hostile)).unwrap().unwrap();
        assert!(text_of(&xml).contains(&seen(hostile)), "{hostile}");
        assert!(String::from_utf8(xml).unwrap().contains("НЕ проверен по официальной схеме"));
    }
}

#[test]
fn endless_values_are_cut_and_the_files_stay_whole() {
    let endless = "я".repeat(70_000);
    let form = act_form(&filled(&endless));
    assert!(text_of(&member(&form_docx(&form).unwrap(), "word/document.xml")).contains("10000 знаков из 70000"));
    let strings = member(&form_xlsx(&form).unwrap(), "xl/sharedStrings.xml");
    assert!(text_of(&strings).contains("10000 знаков из 70000"));
    text_of(&act_xml(&filled(&endless)).unwrap().unwrap());
}

#[test]
fn the_same_act_gives_the_same_bytes() {
    let form = act_form(&filled("Текст"));
    assert_eq!(form_docx(&form).unwrap(), form_docx(&form).unwrap());
    assert_eq!(form_xlsx(&form).unwrap(), form_xlsx(&form).unwrap());
}
