use super::*;
use crate::testkit::{Malformed, SetOptions, drawing_set, malformed};
use lopdf::{Dictionary, Document, dictionary};

fn set(pages: u32, seed: u64) -> Vec<u8> {
    drawing_set(&SetOptions { pages, seed, faults: true }).pdf
}

fn bound(sources: &[Vec<u8>], options: &BindOptions) -> (Vec<u8>, BindReport) {
    let mut bytes = Vec::new();
    let report = bind(&mut sources.iter().cloned(), options, &mut bytes).unwrap();
    assert_eq!(report.size_bytes, bytes.len() as u64);
    (bytes, report)
}

fn bookmark(title: &str, page: u32, children: Vec<Bookmark>) -> Bookmark {
    Bookmark { title: title.to_owned(), page, children }
}

fn options() -> BindOptions {
    BindOptions {
        title: "Комплект № 1".to_owned(),
        bookmarks: vec![
            bookmark("Титульный лист", 1, Vec::new()),
            bookmark("Чертежи", 2, vec![bookmark("Общие данные", 3, Vec::new()), bookmark("План", 4, Vec::new())]),
        ],
        page_stamps: (1..=20).map(|number| PageStamp { sheet: Some(number.to_string()), mark: None }).collect(),
        pages: 0,
    }
}

fn title_of(item: &Dictionary) -> String {
    let bytes = item.get(b"Title").unwrap().as_str().unwrap();
    assert_eq!(bytes[..2], [0xFE, 0xFF]);
    let units: Vec<u16> = bytes[2..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap()
}

#[test]
fn pages_of_all_sources_stand_in_their_order() {
    let sources = [set(3, 1), set(14, 2), set(5, 3)];
    let (bytes, report) = bound(&sources, &BindOptions::default());
    assert_eq!((report.pages, report.source_pages), (22, vec![3, 14, 5]));
    let joined = Document::load_mem(&bytes).unwrap();
    let pages = joined.get_pages();
    let mut number = 0;
    for source in &sources {
        let source = Document::load_mem(source).unwrap();
        for id in source.get_pages().values() {
            number += 1;
            assert_eq!(joined.get_page_content(pages[&number]), source.get_page_content(*id), "page {number}");
            let (ours, theirs) = (joined.get_dictionary(pages[&number]).unwrap(), source.get_dictionary(*id).unwrap());
            assert_eq!(ours.get(b"Rotate").ok(), theirs.get(b"Rotate").ok());
            assert_eq!(ours.get(b"MediaBox").unwrap(), theirs.get(b"MediaBox").unwrap());
        }
    }
    assert_eq!(number, 22);
}

#[test]
fn equal_fonts_are_written_once() {
    let one = set(14, 4);
    let sources = [one.clone(), one.clone(), one.clone()];
    let (bytes, report) = bound(&sources, &BindOptions::default());
    assert!(bytes.len() < one.len() * 3 / 2, "{} of {}", bytes.len(), one.len() * 3);
    assert!(report.shared_objects > 20 && report.shared_bytes > one.len() as u64);
    assert_eq!(Document::load_mem(&bytes).unwrap().get_pages().len(), 42);
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let sources = [set(5, 1), set(3, 9)];
    assert!(bound(&sources, &options()).0 == bound(&sources, &options()).0);
}

#[test]
fn a_bundle_taken_piece_by_piece_is_the_same() {
    let sources = [set(5, 1), set(3, 9)];
    let mut binder = Binder::new(options(), Vec::new()).unwrap();
    let mut taken = Vec::new();
    for source in &sources {
        binder.add(source).unwrap();
        taken.extend(binder.take());
    }
    let (report, rest) = binder.finish().unwrap();
    taken.extend(&rest);
    assert!(rest.len() < taken.len() / 4);
    assert!((taken, report) == bound(&sources, &options()));
}

#[test]
fn bookmarks_are_russian_and_point_at_their_pages() {
    let (bytes, _) = bound(&[set(5, 1)], &options());
    let document = Document::load_mem(&bytes).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"PageMode").unwrap().as_name().unwrap(), b"UseOutlines");
    let follow = |holder: &Dictionary, key: &[u8]| {
        document.get_dictionary(holder.get(key).unwrap().as_reference().unwrap()).unwrap().clone()
    };
    let root = follow(catalog, b"Outlines");
    let first = follow(&root, b"First");
    assert_eq!(title_of(&first), "Титульный лист");
    let second = follow(&first, b"Next");
    assert_eq!(title_of(&second), "Чертежи");
    let inner = follow(&follow(&second, b"First"), b"Next");
    assert_eq!(title_of(&inner), "План");
    let target = inner.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
    assert_eq!(document.get_pages()[&4], target);
}

#[test]
fn sheet_numbers_close_the_content_of_the_page_first() {
    let (bytes, _) = bound(&[set(14, 2)], &options());
    let document = Document::load_mem(&bytes).unwrap();
    for (number, id) in document.get_pages() {
        let content = document.get_page_content(id);
        assert!(content.starts_with(b"q\n"));
        let tail = String::from_utf8_lossy(&content[content.len().saturating_sub(120)..]).into_owned();
        assert!(tail.contains("Q\nq BT 0 g /PTOSheetNumber 8 Tf"), "page {number}: {tail}");
        let page = document.get_dictionary(id).unwrap();
        let resources = page.get(b"Resources").unwrap().as_dict().unwrap();
        assert!(resources.get(b"Font").unwrap().as_dict().unwrap().has(b"PTOSheetNumber"));
    }
}

#[test]
fn what_cannot_be_bound_is_named() {
    let mut out = Vec::new();
    let mut join = |sources: Vec<Vec<u8>>| bind(&mut sources.into_iter(), &BindOptions::default(), &mut out);
    let encrypted = join(vec![set(1, 1), malformed(Malformed::Encrypted)]);
    assert!(matches!(encrypted, Err(BindError::Encrypted { source_number: 2 })), "{encrypted:?}");
    assert!(matches!(join(vec![malformed(Malformed::NotPdf)]), Err(BindError::Unreadable { source_number: 1, .. })));
    assert!(matches!(join(vec![Vec::new()]), Err(BindError::Unreadable { .. })));
    assert!(matches!(join(vec![malformed(Malformed::NoPages)]), Err(BindError::NoPages { source_number: 1 })));
    assert!(matches!(join(vec![malformed(Malformed::LoopingPages)]), Err(BindError::NoPages { .. })));
    assert!(matches!(join(Vec::new()), Err(BindError::NoPages { .. })));
    assert_eq!(page_count(&set(14, 1)).unwrap(), 14);
    assert!(matches!(page_count(&malformed(Malformed::Encrypted)), Err(BindError::Encrypted { .. })));
    let beyond = BindOptions { bookmarks: vec![bookmark("Акт", 2, Vec::new())], ..BindOptions::default() };
    let beyond = bind(&mut [set(1, 1)].into_iter(), &beyond, Vec::new());
    assert!(matches!(beyond, Err(BindError::BookmarkBeyondEnd { page: 2, pages: 1, .. })));
}

/// A page with what a bundle must not carry, and links that it may.
fn active() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let (tree, page) = (document.new_object_id(), document.new_object_id());
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
    let link = |action: Dictionary| {
        dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            "A" => action,
        }
    };
    let address = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org/") };
    let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("calc.exe") };
    let inward = dictionary! { "S" => "GoTo", "D" => vec![Object::Reference(page), "Fit".into()] };
    let mut annotations: Vec<Object> = Vec::new();
    for action in [script.clone(), address, launch, inward] {
        annotations.push(document.add_object(link(action)).into());
    }
    let attached = dictionary! { "Type" => "Annot", "Subtype" => "FileAttachment" };
    annotations.push(document.add_object(attached).into());
    let layer = document.add_object(dictionary! { "Type" => "OCG", "Name" => Object::string_literal("0") });
    document.set_object(
        page,
        dictionary! {
            "Type" => "Page", "Parent" => tree, "Annots" => annotations, "StructParents" => 3,
            "AA" => dictionary! { "O" => script.clone() },
            "Resources" => dictionary! { "Properties" => dictionary! { "L" => layer } },
        },
    );
    document.set_object(
        tree,
        dictionary! {
            "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1, "Rotate" => 90,
            "MediaBox" => vec![10.into(), 20.into(), 600.into(), 800.into()],
        },
    );
    let settings = dictionary! { "OFF" => vec![layer.into()] };
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => tree, "OpenAction" => script,
        "OCProperties" => dictionary! { "OCGs" => vec![layer.into()], "D" => settings },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn nothing_that_acts_is_carried_over_but_links_are() {
    let (bytes, _) = bound(&[active(), active()], &BindOptions::default());
    let text = String::from_utf8_lossy(&bytes);
    for word in ["JavaScript", "alert", "Launch", "calc.exe", "OpenAction", "FileAttachment", "StructParents", "/AA"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("https://example.org/"));
    let document = Document::load_mem(&bytes).unwrap();
    let pages: Vec<_> = document.get_pages().into_values().collect();
    let mut seen = std::collections::HashSet::new();
    for page in &pages {
        let page_dictionary = document.get_dictionary(*page).unwrap();
        assert_eq!(page_dictionary.get(b"Rotate").unwrap().as_i64().unwrap(), 90);
        assert_eq!(page_dictionary.get(b"MediaBox").unwrap().as_array().unwrap()[1].as_i64().unwrap(), 20);
        let annotations = page_dictionary.get(b"Annots").unwrap().as_array().unwrap();
        assert_eq!(annotations.len(), 4);
        for annotation in annotations {
            assert!(seen.insert(annotation.as_reference().unwrap()), "an annotation on two pages");
        }
        let inward = document.get_dictionary(annotations[3].as_reference().unwrap()).unwrap();
        let target = inward.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        assert_eq!(target, *page);
    }
    let layers = document.catalog().unwrap().get(b"OCProperties").unwrap().as_dict().unwrap();
    assert_eq!(layers.get(b"OCGs").unwrap().as_array().unwrap().len(), 2);
    assert_eq!(layers.get(b"D").unwrap().as_dict().unwrap().get(b"OFF").unwrap().as_array().unwrap().len(), 2);
}

/// A page with two links of the program's own.
fn with_links() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let (tree, page) = (document.new_object_id(), document.new_object_id());
    let mut link = |address: &str| -> Object {
        let action = dictionary! { "S" => "URI", "URI" => Object::string_literal(address) };
        let rect = vec![0.into(), 0.into(), 9.into(), 9.into()];
        document
            .add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "Rect" => rect, "A" => action })
            .into()
    };
    let annotations = vec![link("bundle:3"), link("bundle:99"), link("bundle:0"), link("https://example.org/")];
    document.set_object(page, dictionary! { "Type" => "Page", "Parent" => tree, "Annots" => annotations });
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn links_to_the_bundle_lead_to_its_pages() {
    let sources = [with_links(), set(3, 1)];
    let (bytes, _) = bound(&sources, &BindOptions { pages: 4, ..BindOptions::default() });
    let document = Document::load_mem(&bytes).unwrap();
    let pages = document.get_pages();
    let first = document.get_dictionary(pages[&1]).unwrap();
    let links = first.get(b"Annots").unwrap().as_array().unwrap();
    let target = |index: usize| {
        let link = document.get_dictionary(links[index].as_reference().unwrap()).unwrap();
        link.get(b"Dest").ok().map(|target| target.as_array().unwrap()[0].as_reference().unwrap())
    };
    assert_eq!([target(0), target(1), target(2), target(3)], [Some(pages[&3]), None, None, None]);
    let other = bind(&mut sources.into_iter(), &BindOptions { pages: 5, ..BindOptions::default() }, Vec::new());
    assert!(matches!(other, Err(BindError::OtherPages { expected: 5, found: 4 })), "{other:?}");
}

/// [`CONNECTED`](crate::cut::tests::CONNECTED) with a signed field on its last page, and parameters too many of a filter.
fn with_form() -> Vec<u8> {
    let signed = "/Annots[33 0 R 35 0 R]/Contents 14 0 R";
    crate::cut::tests::CONNECTED
        .replace("/Annots[33 0 R]", signed)
        .replace("[34 0 R 33 0 R]", "[34 0 R 33 0 R 35 0 R]")
        .replace(
            "20 0 obj",
            "14 0 obj <</Length 3/Filter[/ASCIIHexDecode]/DecodeParms[null null]>>\nstream\n20>\nendstream endobj\n\
             35 0 obj <</Type/Annot/Subtype/Widget/FT/Sig/T(sign)/V 36 0 R/Rect[0 0 9 9]>> endobj\n\
             36 0 obj <</Type/Sig/Contents<00>>> endobj\n20 0 obj",
        )
        .into_bytes()
}

#[test]
fn fields_of_all_sources_stay_fields_under_names_of_their_own() {
    let (bytes, _) = bound(&[with_form(), with_form(), set(2, 1)], &options());
    let document = Document::load_mem(&bytes).unwrap();
    let form = document.catalog().unwrap().get(b"AcroForm").unwrap().as_dict().unwrap();
    assert_eq!(form.get(b"DA").unwrap().as_str().unwrap(), b"/Helv 0 Tf 0 g");
    let field = |object: &Object| document.get_dictionary(object.as_reference().unwrap()).unwrap().clone();
    let fields: Vec<Dictionary> = form.get(b"Fields").unwrap().as_array().unwrap().iter().map(field).collect();
    let names: Vec<&[u8]> = fields.iter().map(|field| field.get(b"T").unwrap().as_str().unwrap()).collect();
    assert_eq!(names, [&b"cipher"[..], b"date", b"cipher (2)", b"date (2)"]);
    let pages = document.get_pages();
    let annotation = |page: u32, index: usize| {
        document.get_dictionary(pages[&page]).unwrap().get(b"Annots").unwrap().as_array().unwrap()[index].clone()
    };
    for (first, fields) in [(0, &fields[..2]), (3, &fields[2..])] {
        assert_eq!(fields[0].get(b"V").unwrap().as_str().unwrap(), b"000-00");
        let widgets = fields[0].get(b"Kids").unwrap().as_array().unwrap();
        assert_eq!(widgets[..], [annotation(first + 1, 1), annotation(first + 2, 0)]);
        assert!(field(&widgets[0]).has(b"Parent"));
        assert_eq!(fields[1].get(b"V").unwrap().as_str().unwrap(), b"07.10.2025");
        let signed = field(&annotation(first + 3, 1));
        assert!(signed.has(b"Rect") && !signed.has(b"V") && !signed.has(b"FT"), "a signature is void in a copy");
    }
    assert!(!String::from_utf8_lossy(&bytes).contains("/Sig"));
}

#[test]
fn a_filter_has_as_many_parameters_as_there_are_filters() {
    let (bytes, _) = bound(&[with_form()], &BindOptions::default());
    let document = Document::load_mem(&bytes).unwrap();
    let is_filtered = |object: &&Object| object.as_stream().is_ok_and(|stream| stream.dict.has(b"DecodeParms"));
    let stream = document.objects.values().find(is_filtered).unwrap().as_stream().unwrap();
    assert_eq!(stream.dict.get(b"DecodeParms").unwrap().as_array().unwrap().len(), 1);
}
