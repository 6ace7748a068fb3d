//! The customer's own blanks: filled without touching anything else, and looked through to the cell and paragraph.

#![expect(clippy::unwrap_used, reason = "a test: a failure is its result")]

use domain::{Act, ActDate};
use forms::{check_template, fill_template, template_kind};
use rust_xlsxwriter::{Format, Workbook};
use std::io::{Cursor, Read, Write};

fn usual_act() -> Act {
    Act {
        number: "1-КЖ9.9".to_owned(),
        date: Some(ActDate { year: 2025, month: 10, day: 7 }),
        works: "Армирование фундаментной плиты ФП-1".to_owned(),
        ..Act::default()
    }
}

fn workbook(cells: &[(u32, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Акт № 1").unwrap();
    let format = Format::new().set_bold();
    for (row, text) in cells {
        sheet.merge_range(*row, 1, *row, 5, text, &format).unwrap();
    }
    sheet.write_formula(40, 0, "=1+1").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn text_document(paragraphs: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{paragraphs}</w:body></w:document>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("word/document.xml", document.as_str()), ("word/media/печать.png", "\u{1}картинка")]
    {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn member(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_workbook_keeps_its_formats_and_merged_cells() {
    let template = workbook(&[
        (3, "Работы: {{works}}"),
        (4, "{{ date.day }} {{date.month}} {{date.year}}"),
        (5, "постоянный текст"),
    ]);
    assert_eq!(template_kind(&template).unwrap(), "xlsx");
    let report = check_template(&template).unwrap();
    assert_eq!(report.problems, []);
    assert_eq!(report.fields, ["date.day", "date.month", "date.year", "works"]);
    let filled = fill_template(&template, &usual_act()).unwrap();
    let strings = member(&filled, "xl/sharedStrings.xml");
    assert!(strings.contains("Работы: Армирование фундаментной плиты ФП-1"), "{strings}");
    assert!(strings.contains("07 октября 2025") && strings.contains("постоянный текст"), "{strings}");
    for part in ["xl/worksheets/sheet1.xml", "xl/styles.xml"] {
        assert_eq!(member(&filled, part), member(&template, part), "{part}");
    }
    assert_eq!(filled, fill_template(&template, &usual_act()).unwrap());
}

#[test]
fn a_field_divided_between_runs_is_one_field() {
    let template = text_document(
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>№ {</w:t></w:r><w:r><w:t>{num</w:t></w:r><w:proofErr w:type=\"spellEnd\"/><w:r><w:t>ber}} \
         от {{date}} &amp; {{number}}</w:t></w:r></w:p>",
    );
    assert_eq!(template_kind(&template).unwrap(), "docx");
    assert_eq!(check_template(&template).unwrap().fields, ["date", "number"]);
    let filled = fill_template(&template, &usual_act()).unwrap();
    let document = member(&filled, "word/document.xml");
    assert!(document.contains("<w:b/></w:rPr><w:t xml:space=\"preserve\">№ 1-КЖ9.9</w:t>"), "{document}");
    assert!(document.contains("> от «07» октября 2025 г. &amp; 1-КЖ9.9</w:t>"), "{document}");
    assert_eq!(member(&filled, "word/media/печать.png"), "\u{1}картинка");
}

#[test]
fn problems_name_their_cell_or_paragraph() {
    let template =
        workbook(&[(3, "{{work}}"), (6, "{{works"), (7, "{{works}} }}"), (8, "{{representative_builder.nam}}")]);
    let problems = check_template(&template).unwrap().problems;
    let told: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
    assert!(
        told[0].starts_with("лист «Акт № 1», ячейка B4: поля {{work}} нет") && told[0].contains("{{works}}"),
        "{told:?}"
    );
    assert!(told[1].starts_with("лист «Акт № 1», ячейка B7: поле не закрыто"), "{told:?}");
    assert!(told[2].starts_with("лист «Акт № 1», ячейка B8: лишние скобки"), "{told:?}");
    assert!(told[3].contains("ячейка B9") && told[3].contains("{{representative_builder.name}}"), "{told:?}");
    assert!(fill_template(&template, &Act::default()).unwrap_err().to_string().contains("ячейка B4"));

    let document =
        text_document("<w:p><w:r><w:t>текст</w:t></w:r></w:p><w:p><w:r><w:t>{{нет такого}}</w:t></w:r></w:p>");
    assert_eq!(check_template(&document).unwrap().problems[0].place, "абзац 2 («{{нет такого}}»)");
    let without = check_template(&text_document("<w:p/>")).unwrap();
    assert!(without.problems[0].message.contains("нет ни одного поля"), "{without:?}");
}

#[test]
fn values_are_text_in_a_template_too() {
    let hostile = "</w:t></w:r>{{number}} =HYPERLINK(\"x\") \u{202e}&amp;";
    let act = Act { works: hostile.to_owned(), number: "7".to_owned(), ..Act::default() };
    let template = text_document("<w:p><w:r><w:t>{{works}} {{number}}</w:t></w:r></w:p>");
    let document = member(&fill_template(&template, &act).unwrap(), "word/document.xml");
    assert!(
        document.contains("&lt;/w:t&gt;&lt;/w:r&gt;{{number}} =HYPERLINK"),
        "a value is not filled in again: {document}"
    );
    assert!(document.contains("&amp;amp; 7</w:t>") && !document.contains('\u{202e}'), "{document}");
}

#[test]
fn what_is_no_template_is_refused_in_russian() {
    for bytes in [&b"%PDF-1.7"[..], b"", b"PK\x03\x04"] {
        assert!(check_template(bytes).unwrap_err().to_string().contains("DOCX"));
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["word/document.xml", "word/vbaProject.bin"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    }
    let macros = writer.finish().unwrap().into_inner();
    assert!(check_template(&macros).unwrap_err().to_string().contains("макросы"));
}

/// A workbook whose cells are named.
fn named(names: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Акт № 1").unwrap();
    let format = Format::new().set_bold();
    sheet.merge_range(3, 1, 3, 5, "образец", &format).unwrap();
    sheet.write_formula(5, 1, "=1+1").unwrap();
    sheet.write_string(8, 2, "подпись").unwrap();
    for (name, reference) in names {
        workbook.define_name(*name, reference).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn named_cells_take_values_and_keep_their_formats() {
    let template = named(&[
        ("pto_works", "='Акт № 1'!$B$4:$F$4"),
        ("pto_date.figures", "='Акт № 1'!$D$9"),
        ("'Акт № 1'!pto_number", "='Акт № 1'!$A$20"),
        ("Цена", "='Акт № 1'!$A$1"),
    ]);
    let report = check_template(&template).unwrap();
    assert_eq!(
        (report.problems.as_slice(), report.fields.join(" ")),
        (&[][..], "date.figures number works".to_owned())
    );
    let hostile = Act { works: "=1+1 </t></is> _x000D_".to_owned(), ..usual_act() };
    let filled = fill_template(&template, &hostile).unwrap();
    let (before, after) = (member(&template, "xl/worksheets/sheet1.xml"), member(&filled, "xl/worksheets/sheet1.xml"));
    let style = before.split("r=\"B4\" ").nth(1).unwrap().split(' ').next().unwrap();
    let value = "=1+1 &lt;/t&gt;&lt;/is&gt; _x005F_x000D_";
    assert!(
        after.contains(&format!(
            "<c r=\"B4\" {style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{value}</t></is></c>"
        )),
        "{after}"
    );
    assert!(after.contains("<t xml:space=\"preserve\">07.10.2025</t>") && after.contains("r=\"A20\""), "{after}");
    assert!(after.contains("<f>1+1</f>") && after.contains("<mergeCell ref=\"B4:F4\"/>"), "{after}");
    for part in ["xl/styles.xml", "xl/workbook.xml"] {
        assert_eq!(member(&filled, part), member(&template, part), "{part}");
    }
}

#[test]
fn problems_of_named_cells_name_the_cell() {
    let template = named(&[
        ("pto_work", "='Акт № 1'!$A$1"),
        ("pto_works", "='Акт № 1'!$C$4"),
        ("pto_number", "='Акт № 1'!$B$6"),
        ("pto_object", "='Акт № 1'!$A$10:$B$11"),
        ("pto_copies", "=#REF!"),
    ]);
    let problems = check_template(&template).unwrap().problems;
    let told = |cell: &str| problems.iter().find(|problem| problem.place.ends_with(cell)).unwrap().message.clone();
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(told("лист «Акт № 1», ячейка A1").contains("pto_works"), "{problems:?}");
    assert!(told("ячейка C4").contains("Укажите B4"), "{problems:?}");
    assert!(told("ячейка B6").contains("формула"), "{problems:?}");
    assert!(told("ячейка A10").contains("A10:B11"), "{problems:?}");
    assert!(told("книга").contains("pto_copies"), "{problems:?}");
}

fn bookmark(name: &str, id: u32, content: &str) -> String {
    format!("<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{content}<w:bookmarkEnd w:id=\"{id}\"/>")
}

#[test]
fn bookmarks_take_values_and_keep_their_formats() {
    let run = |format: &str, text: &str| format!("<w:r><w:rPr>{format}</w:rPr><w:t>{text}</w:t></w:r>");
    let held = bookmark("pto_works", 1, &format!("{}{}", run("<w:b/>", "обра"), run("<w:i/>", "зец")));
    let template = text_document(&format!(
        "<w:p>{}{held}</w:p><w:p>{}{}</w:p><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{}</w:p>{}",
        run("", "Работы: "),
        run("<w:u/>", "№ "),
        bookmark("PTO_NUMBER", 2, ""),
        bookmark("pto_date_figures", 3, ""),
        bookmark("чужая", 4, "<w:p/>"),
    ));
    let report = check_template(&template).unwrap();
    assert_eq!(
        (report.problems.as_slice(), report.fields.join(" ")),
        (&[][..], "date.figures number works".to_owned())
    );
    let act = Act { works: "{{number}} </w:t> =1".to_owned(), ..usual_act() };
    let document = member(&fill_template(&template, &act).unwrap(), "word/document.xml");
    let value = |text: &str| format!("<w:t xml:space=\"preserve\">{text}</w:t>");
    assert!(document.contains(&format!("<w:b/></w:rPr>{}", value("{{number}} &lt;/w:t&gt; =1"))), "{document}");
    assert!(document.contains(&format!("<w:i/></w:rPr>{}", value(""))), "{document}");
    assert!(
        document.contains(&format!("<w:r><w:rPr><w:u/></w:rPr>{}</w:r><w:bookmarkEnd w:id=\"2\"/>", value("1-КЖ9.9"))),
        "{document}"
    );
    assert!(document.contains(&format!("<w:r>{}</w:r><w:bookmarkEnd w:id=\"3\"/>", value("07.10.2025"))), "{document}");
}

#[test]
fn problems_of_bookmarks_name_the_paragraph() {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let template = text_document(&format!(
        "{}<w:p>{}<w:r><w:t>Номер акта</w:t></w:r></w:p>{}<w:p>{}{}</w:p>",
        paragraph("Заголовок"),
        bookmark("pto_nomer", 1, ""),
        bookmark("pto_works", 2, &format!("{}{}", paragraph("один"), paragraph("два"))),
        bookmark("pto_date", 3, ""),
        bookmark("pto_date", 4, ""),
    ));
    let problems = check_template(&template).unwrap().problems;
    let told: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message)).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("абзац 2 («Номер акта»): имя «pto_nomer»"), "{told:?}");
    assert!(told[1].starts_with("абзац 3 («один»)") && told[1].contains("несколько абзацев"), "{told:?}");
    assert!(told[2].starts_with("абзац 5") && told[2].contains("стоит дважды"), "{told:?}");
}
