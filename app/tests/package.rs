//! The whole package as an engineer has it made: a project file, the documents beside it, and a bound bundle of which every
//! number in the register is checked.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise")]

mod run;

use lopdf::{Document, Object, dictionary};
use pdf::testkit::{SetOptions, drawing_set, marked_set};
use run::{Pto, read_json, schema_errors};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A document of so many pages, each of which says its name.
fn document(name: &str, pages: u32) -> Vec<u8> {
    let mut file = Document::with_version("1.7");
    let tree = file.new_object_id();
    let font = file.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let kids: Vec<Object> = (1..=pages)
        .map(|page| {
            let text = format!("BT /F 14 Tf 72 500 Td (Document {name} page {page} of a certificate) Tj ET");
            let content = file.add_object(lopdf::Stream::new(dictionary! {}, text.into_bytes()));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
            };
            file.add_object(page).into()
        })
        .collect();
    file.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => i64::from(pages) });
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

/// The documents of the package: five of quality, of which the first proves the concrete of two acts; schemes and a proof.
const FILES: [(&str, u32); 9] = [
    ("паспорта/Q1.pdf", 3),
    ("паспорта/Q2.pdf", 1),
    ("паспорта/Q3.pdf", 1),
    ("паспорта/Q4.pdf", 2),
    ("S1.pdf", 1),
    ("S2.pdf", 1),
    ("P1.pdf", 2),
    ("приказы/O1.pdf", 1),
    ("журналы/J1.pdf", 4),
];

/// The first two works with documents; an act of critical structures at the end.
fn project(layout: &str, order: &str) -> String {
    format!(
        r#"
[object]
name = "Склад образцовый, корпус 3"
address = "г. Примерск"
[parties.builder]
name = "АО «Подрядчик-Пример»"
[[people]]
role = "builder"
position = "Начальник участка"
name = "Примеров Пётр Петрович"
[bundle]
layout = "{layout}"
order = "{order}"
name = "Том 1"
city = "Примерск"
year = 2025
true_copy_stamp = true
[[bundle.documents]]
section = "Приказы"
place = "before"
name = "Приказ о назначении"
number = "O1"
file = "приказы/O1.pdf"
[[bundle.documents]]
section = "Журналы"
name = "Общий журнал работ"
number = "J1"
file = "журналы/J1.pdf"
[[act]]
work = 1
date = 2025-10-07
materials = [
  {{ name = "Бетон В25", documents = [{{ name = "Документ о качестве", number = "Q1", file = "паспорта/Q1.pdf" }}] }},
  {{ name = "Щебень", documents = [{{ name = "Паспорт", number = "Q2", file = "паспорта/Q2.pdf" }}] }},
  {{ name = "Песок", documents = [{{ name = "Паспорт", number = "Q3", file = "паспорта/Q3.pdf" }}] }},
  {{ name = "Арматура А500С", documents = [{{ name = "Сертификат", number = "Q4", file = "паспорта/Q4.pdf" }}] }},
  {{ name = "Плёнка", documents = [{{ name = "Паспорт", number = "Q5", sheets = 2 }}] }},
]
schemes = [{{ name = "Исполнительная схема", number = "S1", file = "S1.pdf" }}]
proofs = [{{ name = "Протокол испытаний", number = "P1", sheets = 3, file = "P1.pdf" }}]
[[act]]
work = 2
date = 2025-10-17
materials = [{{ name = "Бетон В25", documents = [{{ name = "Документ о качестве", number = "Q1", file = "паспорта/Q1.pdf" }}] }}]
schemes = [{{ name = "Исполнительная схема", number = "S2", file = "S2.pdf" }}]
[[act]]
add = true
name = "Фундаментная плита"
form = "АООК"
date = 2025-11-12
"#
    )
}

/// A bundle as a reader has it.
struct Bound {
    pages: u32,
    /// Letters and digits of every page.
    text: BTreeMap<u32, String>,
    /// Where the links of every page lead.
    links: BTreeMap<u32, Vec<u32>>,
    bookmarks: Vec<(usize, String, usize)>,
}

fn letters(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn bound(path: &Path) -> Bound {
    let bytes = fs::read(path).unwrap();
    let file = Document::load_mem(&bytes).unwrap();
    let numbers: BTreeMap<_, _> = file.get_pages().into_iter().map(|(number, id)| (id, number)).collect();
    let target = |annotation: &lopdf::Dictionary| -> Option<u32> {
        let page =
            file.dereference(annotation.get(b"Dest").ok()?).ok()?.1.as_array().ok()?.first()?.as_reference().ok()?;
        numbers.get(&page).copied()
    };
    let links = file.get_pages().into_iter().map(|(number, id)| {
        let annotations = file.get_page_annotations(id).unwrap();
        (number, annotations.into_iter().filter_map(target).collect())
    });
    let links = links.collect();
    let bookmarks = file.get_toc().unwrap().toc.into_iter().map(|mark| (mark.level, mark.title, mark.page)).collect();
    let read = pdf::Document::open(Arc::new(bytes), &pdf::Limits::default()).unwrap();
    let pages = read.page_count();
    let text = (1..=pages).map(|page| {
        let words: String = read.read_page(page).words.iter().map(|word| word.text.as_str()).collect();
        (page, letters(&words))
    });
    Bound { pages, text: text.collect(), links, bookmarks }
}

fn entries(manifest: &Value) -> Vec<&Value> {
    let sections = manifest["register"].as_array().unwrap();
    sections.iter().flat_map(|section| section["entries"].as_array().unwrap()).collect()
}

#[test]
fn every_number_of_the_register_is_true_in_both_layouts_and_orders() {
    let pto = Pto::new();
    let set = drawing_set(&SetOptions { pages: 10, seed: 11, faults: false });
    let file = pto.write("КЖ.pdf", &set.pdf);
    for folder in ["паспорта", "приказы", "журналы"] {
        fs::create_dir(pto.folder().join(folder)).unwrap();
    }
    for (name, pages) in FILES {
        let plain = Path::new(name).file_stem().unwrap().to_str().unwrap();
        pto.write(name, &document(plain, pages));
    }
    pto.write("паспорта/Q1.pdf.sig", b"signature");
    pto.write("S1.dwg", b"AC1032 drawing");
    for (layout, order) in
        [("repeated", "by-act"), ("unified", "by-act"), ("repeated", "by-kind"), ("unified", "by-kind")]
    {
        let project = pto.write("объект.toml", project(layout, order).as_bytes());
        let out = pto.folder().join(format!("{layout}-{order}"));
        let arguments = [&file, &out, &project].map(|path| path.to_str().unwrap().to_owned());
        let done = pto.run(&["process", &arguments[0], "--out", &arguments[1], "--project", &arguments[2], "--json"]);
        assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
        let manifest = read_json(&out.join("bundle/manifest.json"));
        assert_eq!(schema_errors("manifest", &manifest), Vec::<String>::new());
        let bundle = bound(&out.join("bundle").join(manifest["pdf"]["path"].as_str().unwrap()));
        check_register(&manifest, &bundle);
        check_copies(&manifest, &bundle, layout);
        check_archive(&manifest, pto.folder());

        let inspection = read_json(&out.join("inspection.json"));
        let rules: BTreeSet<_> =
            inspection["findings"].as_array().unwrap().iter().map(|found| found["rule"].as_str().unwrap()).collect();
        assert!(rules.contains("sheets-differ") && rules.contains("document-not-attached"), "{rules:?}");
        assert!(!rules.contains("document-not-bound"), "{rules:?}");
    }
}

/// Sheets go on without gap; every row stands on the page and under the sheet number that it names, and the register and the
/// bookmarks lead there.
fn check_register(manifest: &Value, bundle: &Bound) {
    let mut sheet = 1;
    let mut pages = Vec::new();
    for entry in entries(manifest) {
        let number = |key: &str| entry[key].as_u64().unwrap() as u32;
        if number("sheets") > 0 {
            assert_eq!(number("first_sheet"), sheet, "{entry}");
        }
        sheet += number("sheets");
        if number("pages") == 0 {
            assert_eq!((number("first_page"), entry["number"].as_str().unwrap()), (0, "Q5"));
            continue;
        }
        pages.push(number("first_page"));
        let text = &bundle.text[&number("first_page")];
        let own = entry["number"].as_str().unwrap();
        let expected = match entry["name"].as_str().unwrap() {
            name if name.starts_with("Акт") => letters(own),
            name if name.starts_with("Реестр") => letters(entry["content"].as_str().unwrap()),
            _ => format!("document{}page1", own.to_lowercase()),
        };
        assert!(text.contains(&expected), "{entry} is not on its page: {text}");
        assert!(text.contains(&format!("лист{}", number("first_sheet"))), "{entry}: {text}");
    }
    assert_eq!(manifest["sheets"].as_u64().unwrap() as u32 + 1, sheet);
    let first = pages[0];
    let led: Vec<u32> = (2..first).flat_map(|page| bundle.links[&page].clone()).collect();
    assert_eq!(led, pages, "the links of the general register");
    let marked: Vec<u32> = bundle.bookmarks.iter().filter(|mark| mark.0 == 2).map(|mark| mark.2 as u32).collect();
    assert_eq!(marked, pages, "the bookmarks of the second level");
    assert!(bundle.pages >= *pages.last().unwrap());
}

fn check_copies(manifest: &Value, bundle: &Bound, layout: &str) {
    let of = |number: &str| entries(manifest).into_iter().filter(|entry| entry["number"] == number).count();
    assert_eq!(of("Q1"), if layout == "repeated" { 2 } else { 1 });
    let registers: Vec<_> =
        entries(manifest).into_iter().filter(|entry| entry["name"] == "Реестр документов о качестве").collect();
    assert_eq!(registers.len(), if layout == "repeated" { 1 } else { 2 });
    // The register of an act leads to the documents, which are stamped as true copies, and nothing else is.
    let own = registers[0]["first_page"].as_u64().unwrap() as u32;
    assert_eq!(bundle.links[&own].len(), 4, "Q5 is handed over on paper");
    for led in &bundle.links[&own] {
        assert!(
            bundle.text[led].contains("копияверна") && bundle.text[led].contains("примеровпп"),
            "{}",
            bundle.text[led]
        );
    }
    let stamped = bundle.text.values().filter(|text| text.contains("копияверна")).count();
    assert_eq!(stamped, 7 + if layout == "repeated" { 3 } else { 0 });
}

/// The originals lie untouched in their folders.
fn check_archive(manifest: &Value, folder: &Path) {
    let members: BTreeMap<&str, &str> = manifest["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| (member["path"].as_str().unwrap(), member["sha256"].as_str().unwrap()))
        .collect();
    let quality = "5. Паспорта, сертификаты и лабораторные заключения";
    for (path, file) in [
        (format!("{quality}/Q1.pdf"), "паспорта/Q1.pdf"),
        (format!("{quality}/Q1.pdf.sig"), "паспорта/Q1.pdf.sig"),
        (format!("{quality}/P1.pdf"), "P1.pdf"),
        ("4. Геодезические схемы в формате DWG/S1.dwg".to_owned(), "S1.dwg"),
        ("1. Исполнительная документация в формате PDF/Исполнительные схемы/S1.pdf".to_owned(), "S1.pdf"),
        ("1. Исполнительная документация в формате PDF/Приказы/O1.pdf".to_owned(), "приказы/O1.pdf"),
    ] {
        let hash = domain::DocumentId::of(&fs::read(folder.join(file)).unwrap());
        assert_eq!(members.get(path.as_str()), Some(&hash.as_str()), "{path}: {members:?}");
    }
    let starts = |prefix: &str| members.keys().any(|path| path.starts_with(prefix));
    assert!(starts("2. Исполнительная документация в формате Excel/Реестр "));
    assert!(starts("1. Исполнительная документация в формате PDF/АООК "));
}

#[test]
fn a_file_that_is_not_there_is_refused_before_any_work() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &drawing_set(&SetOptions { pages: 4, seed: 2, faults: false }).pdf);
    let project = pto.write("объект.toml", project("unified", "by-act").as_bytes());
    let out = pto.folder().join("out");
    let arguments = [&file, &out, &project].map(|path| path.to_str().unwrap().to_owned());
    let refused = pto.run(&["process", &arguments[0], "--out", &arguments[1], "--project", &arguments[2]]);
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.stderr.contains("«паспорта/Q1.pdf»") && refused.stderr.contains("«S2.pdf»"), "{refused:?}");
}

/// What the rules find of a grillage: seven works that are hidden, and the structure that they make.
#[test]
fn a_structure_of_the_drawings_has_its_act_in_the_register_and_in_the_bundle() {
    let pto = Pto::new();
    let file = pto.write("КЖ.pdf", &marked_set(12).pdf);
    pto.write("S1.pdf", &document("S1", 2));
    let out = pto.folder().join("out");
    let [file, out_text] = [&file, &out].map(|path| path.to_str().unwrap().to_owned());
    let done = pto.run(&["process", &file, "--out", &out_text, "--json"]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    let works = read_json(&out.join("analysis.json"))["works"].as_array().unwrap().len();
    let drafted = check_structure(&out, works, "Акты освидетельствования ответственных конструкций");
    assert!(drafted["date"].is_null() && drafted["materials"] == serde_json::json!([]), "{drafted}");
    assert_eq!(drafted["evidence"].as_array().unwrap().len(), 1);
    // The drafts name materials and no documents of quality: the supplier is asked for them.
    assert!(fs::read(out.join("request-letter.pdf")).unwrap().starts_with(b"%PDF-"));

    let name = drafted["works"].as_str().unwrap();
    let project = format!(
        "[numbering]\nmask = \"{{n}}/{{kind}}\"\n[[act]]\nwork = 1\ndate = 2025-10-07\n[[act]]\nwork = \"{name}\"\ndate = \
         2025-11-12\nschemes = [{{ name = \"Исполнительная схема\", number = \"S1\", file = \"S1.pdf\" }}]\nstructures = {{ \
         use_as_intended = \"не ограничено\" }}\n"
    );
    let project = pto.write("объект.toml", project.as_bytes());
    let made = pto.run(&["acts", "regenerate", "--out", &out_text, "--project", project.to_str().unwrap()]);
    assert!(matches!(made.code, Some(0 | 3)), "{made:?}");
    let section = format!("АООК № {}/АООК от 12.11.2025", works + 1);
    let finished = check_structure(&out, works, &section);
    let facts = &finished["structures"];
    assert_eq!(
        (&facts["use_as_intended"], &facts["schemes"][0]),
        (&"не ограничено".into(), &"Исполнительная схема № S1".into())
    );
    assert_eq!(facts["hidden_work_acts"][0]["date"]["day"], 7);
    assert_eq!(finished["evidence"], drafted["evidence"]);
}

/// The last act is the structure's: it names every act of hidden works, and stands where the register says. Gives it back.
fn check_structure(out: &Path, works: usize, section: &str) -> Value {
    let acts = read_json(&out.join("acts.json"));
    assert_eq!(schema_errors("acts", &acts), Vec::<String>::new());
    let acts = acts["acts"].as_array().unwrap();
    let (act, hidden) = acts.split_last().unwrap();
    assert_eq!((hidden.len(), act["form"].as_str()), (works, Some("structures")));
    let named = act["structures"]["hidden_work_acts"].as_array().unwrap();
    assert!(named.iter().map(|named| &named["number"]).eq(hidden.iter().map(|act| &act["number"])), "{act}");

    let manifest = read_json(&out.join("bundle/manifest.json"));
    let bundle = bound(&out.join("bundle").join(manifest["pdf"]["path"].as_str().unwrap()));
    check_register(&manifest, &bundle);
    let sections = manifest["register"].as_array().unwrap();
    let own = sections.iter().find(|own| own["name"] == section);
    assert!(own.is_some(), "{section}: {sections:#?}");
    let own = own.unwrap();
    let entry = &own["entries"][0];
    assert_eq!((&entry["number"], &entry["content"]), (&act["number"], &act["works"]));
    let number = |key: &str| entry[key].as_u64().unwrap() as u32;
    let pages = number("first_page")..number("first_page") + number("pages");
    let text: String = pages.map(|page| bundle.text[&page].as_str()).collect();
    let numbers = hidden.iter().map(|act| letters(act["number"].as_str().unwrap()));
    let expected = ["ответственныхконструкций", "согласнореестру", "реестрактовосвидетельствованияскрытыхработ"];
    for words in expected.into_iter().map(str::to_owned).chain(numbers) {
        assert!(text.contains(&words), "{words}: {text}");
    }
    let title = format!("АООК № {}", act["number"].as_str().unwrap());
    let is_own = |mark: &&(usize, String, usize)| mark.2 as u32 == number("first_page");
    assert!(
        bundle.bookmarks.iter().filter(is_own).any(|mark| mark.1.contains(act["number"].as_str().unwrap())),
        "{title}"
    );
    act.clone()
}
