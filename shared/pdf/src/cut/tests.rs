use crate::testkit::{SetOptions, drawing_set};
use crate::{Document, Limits};
use lopdf::{Dictionary, Object};
use std::sync::Arc;

fn open(bytes: Vec<u8>) -> Document {
    Document::open(Arc::new(bytes), &Limits::default()).unwrap()
}

fn open_cut(whole: &Document, first_page: u32, count: u32) -> Document {
    let bytes = whole.cut(first_page, count).unwrap();
    Document::open_cut(Arc::new(bytes), &Limits::default(), first_page).unwrap()
}

#[test]
fn a_cut_page_is_read_and_drawn_as_in_the_whole_file() {
    let set = drawing_set(&SetOptions { pages: 30, seed: 5, faults: true }).pdf;
    let whole = open(set.clone());
    for (first, count) in [(1, 4), (11, 7), (28, 3)] {
        let part = open_cut(&whole, first, count);
        assert_eq!(part.page_count(), count);
        for number in first..first + count {
            assert_eq!(part.read_page(number), whole.read_page(number));
            assert_eq!(part.probe(number), whole.probe(number));
            assert_eq!(part.thumbnail(number, 200), whole.thumbnail(number, 200), "page {number}");
        }
        assert!(part.read_page(first + count).words.is_empty());
    }
    let one = whole.cut(11, 1).unwrap();
    assert!(one.len() < set.len() / 4, "{} of {}", one.len(), set.len());
    assert_eq!(whole.cut(11, 1).unwrap(), one);
}

#[test]
fn a_cut_page_gives_the_same_picture() {
    let whole = open(drawing_set(&SetOptions { pages: 14, seed: 2, faults: true }).pdf);
    for number in 1..=14 {
        let part = open_cut(&whole, number, 1);
        assert!(part.picture(number, 0.7, 1 << 22) == whole.picture(number, 0.7, 1 << 22), "page {number}");
    }
}

#[test]
fn pages_that_are_not_there_are_not_cut() {
    let whole = open(drawing_set(&SetOptions { pages: 3, seed: 1, faults: false }).pdf);
    for (first, count) in [(0, 1), (4, 1), (3, 2), (1, 0), (u32::MAX, u32::MAX)] {
        assert!(whole.cut(first, count).is_none(), "{first} {count}");
    }
}

/// Three pages with fields, layers and links between them. Field «шифр» stands on pages 1 and 2, «дата» on page 3.
pub(crate) const CONNECTED: &str = "%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm 30 0 R/OCProperties 40 0 R/Names<</Dests 50 0 R>>/Outlines 60 0 R/StructTreeRoot 70 0 R>> endobj
2 0 obj <</Type/Pages/Kids[10 0 R 2 0 R 11 0 R 12 0 R]/Count 3/MediaBox[0 0 595.25 842]/Rotate 90/Resources<</Properties<</A 41 0 R>>>>>> endobj
10 0 obj <</Type/Page/Parent 2 0 R/StructParents 1/PieceInfo<</X<</Private 70 0 R>>>>/Annots[20 0 R 31 0 R 23 0 R]/Contents 13 0 R>> endobj
11 0 obj <</Type/Page/Parent 2 0 R/Annots[32 0 R]>> endobj
12 0 obj <</Type/Page/Parent 2 0 R/Annots[33 0 R]/Resources<</Properties<</B 42 0 R>>>>>> endobj
13 0 obj <</Length 24>>
stream
/OC /A BDC 0 0 m S EMC  \nendstream endobj
20 0 obj <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest(second)/StructParent 4>> endobj
23 0 obj <</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D(third)>>>> endobj
30 0 obj <</Fields[34 0 R 33 0 R]/DA(/Helv 0 Tf 0 g)/CO[33 0 R]/XFA(all)>> endobj
31 0 obj <</Type/Annot/Subtype/Widget/Parent 34 0 R/Rect[0 0 9 9]/P 10 0 R>> endobj
32 0 obj <</Type/Annot/Subtype/Widget/Parent 34 0 R/Rect[0 0 9 9]/P 11 0 R>> endobj
33 0 obj <</Type/Annot/Subtype/Widget/FT/Tx/T(date)/V(07.10.2025)/Rect[0 0 9 9]/P 12 0 R>> endobj
34 0 obj <</FT/Tx/T(cipher)/V(000-00)/Kids[31 0 R 32 0 R]>> endobj
40 0 obj <</OCGs[41 0 R 42 0 R]/D 43 0 R>> endobj
41 0 obj <</Type/OCG/Name(axes)>> endobj
42 0 obj <</Type/OCG/Name(hidden)>> endobj
43 0 obj <</OFF[42 0 R 41 0 R]/Order[(all)[41 0 R 42 0 R]]/BaseState/ON>> endobj
50 0 obj <</Kids[51 0 R 50 0 R]>> endobj
51 0 obj <</Names[(second)[11 0 R/Fit](third)<</D[12 0 R/XYZ 1 2 0]>>]>> endobj
60 0 obj <</Type/Outlines/First 61 0 R/Last 61 0 R>> endobj
61 0 obj <</Title(Contents)/Parent 60 0 R/Dest[10 0 R/Fit]>> endobj
70 0 obj <</Type/StructTreeRoot/K[]>> endobj
trailer <</Root 1 0 R/Size 99>>
%%EOF";

fn cut_of_connected(first: u32, count: u32) -> (Vec<u8>, lopdf::Document) {
    let bytes = open(CONNECTED.as_bytes().to_vec()).cut(first, count).unwrap();
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    (bytes, document)
}

fn follow(document: &lopdf::Document, holder: &Dictionary, key: &[u8]) -> Object {
    document.dereference(holder.get(key).unwrap()).unwrap().1.clone()
}

fn array(document: &lopdf::Document, holder: &Dictionary, key: &[u8]) -> Vec<Object> {
    follow(document, holder, key).as_array().unwrap().clone()
}

fn page(document: &lopdf::Document, number: u32) -> Dictionary {
    document.get_dictionary(document.get_pages()[&number]).unwrap().clone()
}

#[test]
fn what_a_page_inherits_comes_with_it_and_the_rest_of_the_file_does_not() {
    let (bytes, document) = cut_of_connected(1, 1);
    let first = page(&document, 1);
    assert_eq!(first.get(b"Rotate").unwrap().as_i64().unwrap(), 90);
    assert_eq!(first.get(b"MediaBox").unwrap().as_array().unwrap()[2].as_float().unwrap(), 595.25);
    assert!(first.has(b"Contents"));
    let text = String::from_utf8_lossy(&bytes);
    for left in ["Outlines", "StructTreeRoot", "StructParent", "PieceInfo", "hidden", "date", "XFA"] {
        assert!(!text.contains(left), "{left}");
    }
}

#[test]
fn fields_stay_fields_with_their_values() {
    let (_, document) = cut_of_connected(1, 2);
    let form = follow(&document, document.catalog().unwrap(), b"AcroForm");
    let form = form.as_dict().unwrap();
    assert!(form.has(b"DA") && !form.has(b"CO"));
    let fields = array(&document, form, b"Fields");
    assert_eq!(fields.len(), 1);
    let field = document.get_dictionary(fields[0].as_reference().unwrap()).unwrap();
    assert_eq!(field.get(b"V").unwrap().as_str().unwrap(), b"000-00");
    let widgets = array(&document, field, b"Kids");
    assert_eq!(widgets[0], page(&document, 1).get(b"Annots").unwrap().as_array().unwrap()[1]);
    assert_eq!(widgets[1], page(&document, 2).get(b"Annots").unwrap().as_array().unwrap()[0]);

    let (_, alone) = cut_of_connected(2, 1);
    let form = follow(&alone, alone.catalog().unwrap(), b"AcroForm");
    let fields = array(&alone, form.as_dict().unwrap(), b"Fields");
    let field = alone.get_dictionary(fields[0].as_reference().unwrap()).unwrap();
    assert_eq!(array(&alone, field, b"Kids").len(), 1, "the widget of another page stays behind");
}

#[test]
fn layers_keep_their_switches_and_order() {
    let (_, document) = cut_of_connected(3, 1);
    let layers = follow(&document, document.catalog().unwrap(), b"OCProperties");
    let layers = layers.as_dict().unwrap();
    let listed = array(&document, layers, b"OCGs");
    assert_eq!(listed.len(), 1);
    let layer = document.get_dictionary(listed[0].as_reference().unwrap()).unwrap();
    assert_eq!(layer.get(b"Name").unwrap().as_str().unwrap(), b"hidden");
    let settings = follow(&document, layers, b"D");
    let settings = settings.as_dict().unwrap();
    assert_eq!(array(&document, settings, b"OFF"), listed);
    let order = array(&document, settings, b"Order");
    assert_eq!(order[1].as_array().unwrap(), &listed);
    assert_eq!(settings.get(b"BaseState").unwrap().as_name().unwrap(), b"ON");
}

#[test]
fn links_by_name_find_their_pages() {
    let (_, document) = cut_of_connected(1, 2);
    let links = array(&document, &page(&document, 1), b"Annots");
    let link = document.get_dictionary(links[0].as_reference().unwrap()).unwrap();
    let target = array(&document, link, b"Dest");
    assert_eq!(target[0].as_reference().unwrap(), document.get_pages()[&2]);
    let away = document.get_dictionary(links[2].as_reference().unwrap()).unwrap();
    let action = away.get(b"A").unwrap().as_dict().unwrap();
    assert_eq!(action.get(b"D").unwrap().as_array().unwrap()[0], Object::Null, "its page was not cut");
}
