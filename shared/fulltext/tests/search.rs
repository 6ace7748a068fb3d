//! Splits are built, opened and searched as the program does it.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use bytes::Bytes;
use domain::{DocumentId, Page, TextSource};
use fulltext::{FulltextError, Splits, build_split};

fn page(number: u32, text: &str) -> Page {
    Page {
        page: number,
        width_pt: 595.0,
        height_pt: 842.0,
        source: TextSource::Text,
        text: text.to_owned(),
        words: Vec::new(),
        faults: Vec::new(),
        title_block: None,
        tables: Vec::new(),
    }
}

fn split(name: &str, texts: &[&str]) -> (DocumentId, Bytes) {
    let document = DocumentId::of(name.as_bytes());
    let pages: Vec<Page> = (1..).zip(texts).map(|(number, text)| page(number, text)).collect();
    let split = build_split(&document, &pages).unwrap();
    (document, Bytes::from(split))
}

/// Page numbers found by `query` in one document with these pages, in page order.
fn found(texts: &[&str], query: &str) -> Vec<u32> {
    let hits = Splits::open(vec![split("one", texts)]).unwrap().search(query, 100).unwrap();
    assert_eq!(hits.total, hits.hits.len());
    let mut pages: Vec<u32> = hits.hits.iter().map(|hit| hit.page).collect();
    pages.sort_unstable();
    pages
}

#[test]
fn words_are_found_in_all_their_forms() {
    for (written, asked) in [
        ("Контроль сварного шва", "шов"),
        ("сварные швы", "шва"),
        ("в узлах крепления", "узел"),
        ("узел 5", "узла"),
        ("устройство колодцев", "колодец"),
        ("колодец К-1", "колодца"),
        ("под трубой", "труба"),
        ("ТРУБА СТАЛЬНАЯ", "трубой"),
        ("щебёночное основание", "щебеночного"),
        ("запись в журнале работ", "журнал"),
    ] {
        assert_eq!(found(&[written, "другое"], asked), [1], "{asked} in {written}");
    }
}

#[test]
fn letters_of_the_wrong_script_do_not_hide_a_word() {
    assert_eq!(found(&["трyба стальная"], "труба"), [1]);
    assert_eq!(found(&["бетoн класса B25"], "бетон В25"), [1]);
    assert_eq!(found(&["труба"], "тpубa"), [1]);
}

#[test]
fn codes_are_found_by_parts_and_whole() {
    let pages = ["по ГОСТ 10922-2012", "шифр 12-34/2024-КЖ1", "сертификат № С-RU.АБ12.В.01234/22", "СП 70.13330.2012"];
    assert_eq!(found(&pages, "2012"), [1, 4]);
    assert_eq!(found(&pages, "ГОСТ 10922-2012"), [1]);
    assert_eq!(found(&pages, "10922—2012"), [1]);
    assert_eq!(found(&pages, "12-34/2024"), [2]);
    assert_eq!(found(&pages, "12-34/2024-кж1"), [2]);
    assert_eq!(found(&pages, "34-12/2024"), [0_u32; 0]);
    assert_eq!(found(&pages, "С-RU.АБ12.В.01234/22"), [3], "Cyrillic С");
    assert_eq!(found(&pages, "C-RU.AБ12.B.01234/22"), [3], "Latin C");
    assert_eq!(found(&pages, "C-RU.А612.В.O1234/22"), [3], "misread signs");
    assert_eq!(found(&pages, "C-RU.АБ12.В.01235/22"), [0_u32; 0]);
}

#[test]
fn all_words_must_stand_on_the_page() {
    let pages = ["монтаж стальных труб", "монтаж колонн", "трубы без защиты", "трубы с защитой"];
    assert_eq!(found(&pages, "монтаж труб"), [1]);
    assert_eq!(found(&pages, "без защиты"), [3]);
}

#[test]
fn a_phrase_stands_in_its_order() {
    let pages = ["освидетельствование скрытых работ", "работ скрытых нет", "устройство и монтаж", "устройство, монтаж"];
    assert_eq!(found(&pages, "\"скрытых работ\""), [1]);
    assert_eq!(found(&pages, "«скрытые работы»"), [1]);
    assert_eq!(found(&pages, "скрытых работ"), [1, 2]);
    assert_eq!(found(&pages, "\"устройство и монтаж\""), [3]);
}

#[test]
fn a_star_stands_for_any_ending() {
    let pages = ["фундаментная плита", "фундамент", "колодцы", "участки трассы", "12-34/2024-КЖ1", "арматура А500С"];
    assert_eq!(found(&pages, "фундам*"), [1, 2]);
    assert_eq!(found(&pages, "колодец*"), [3]);
    assert_eq!(found(&pages, "участо*"), [4]);
    assert_eq!(found(&pages, "12-34/20*"), [5]);
    assert_eq!(found(&pages, "а50*"), [6]);
    assert_eq!(found(&pages, "12-35/20*"), [0_u32; 0]);
}

#[test]
fn a_bad_query_is_plain_words() {
    let splits = Splits::open(vec![split("one", &["труба стальная"])]).unwrap();
    for query in ["", "\"", "*", "body:", "+-&&||!(){}[]^~:\\/", "и в на", "\"\" *", "\u{0}"] {
        assert_eq!(splits.search(query, 10).unwrap().total, 0, "{query:?}");
    }
    for query in ["(труба", "\"труба", "труба\\", "труба)", "+труба", "'труба'"] {
        assert_eq!(splits.search(query, 10).unwrap().total, 1, "{query:?}");
    }
}

#[test]
fn splits_are_searched_as_one() {
    let one = split("one", &["сваи забивные", "ростверк", "сваи"]);
    let two = split("two", &["план", "сваи буронабивные и сваи забивные"]);
    let splits = Splits::open(vec![one.clone(), split("empty", &[]), two.clone(), one.clone()]).unwrap();
    let hits = splits.search("свая", 2).unwrap();
    assert_eq!((hits.total, hits.hits.len()), (3, 2));
    assert!(hits.hits[0].score >= hits.hits[1].score);
    let all = splits.search("свая", 10).unwrap();
    let mut places: Vec<(DocumentId, u32)> = all.hits.into_iter().map(|hit| (hit.document, hit.page)).collect();
    places.sort();
    let mut expected = vec![(one.0.clone(), 1), (one.0, 3), (two.0, 2)];
    expected.sort();
    assert_eq!(places, expected);
    assert_eq!(splits.search("свая", 0).unwrap().total, 3);
}

#[test]
fn scores_do_not_depend_on_how_pages_lie_in_splits() {
    let apart = [split("one", &["труба", "свая"]), split("two", &["труба и свая и плита", "план"])];
    let apart = Splits::open(apart.to_vec()).unwrap().search("свая", 10).unwrap();
    let together = [split("all", &["труба", "свая", "труба и свая и плита", "план"])];
    let together = Splits::open(together.to_vec()).unwrap().search("свая", 10).unwrap();
    let scores = |hits: &fulltext::Hits| hits.hits.iter().map(|hit| hit.score).collect::<Vec<f32>>();
    assert_eq!(scores(&apart), scores(&together));
}

#[test]
fn the_snippet_marks_the_found_words() {
    let splits = Splits::open(vec![split("one", &["Ведомость.\nТрубы стальные\nпо ГОСТ 10704-91"])]).unwrap();
    let hits = splits.search("труба 10704-91", 10).unwrap();
    let snippet = &hits.hits[0].snippet;
    assert_eq!(snippet.text, "Ведомость. Трубы стальные по ГОСТ 10704-91");
    let marked: Vec<&str> = snippet.matches.iter().map(|range| &snippet.text[range.clone()]).collect();
    assert_eq!(marked, ["Трубы", "10704-91"]);
}

#[test]
fn no_splits_are_an_empty_index() {
    assert_eq!(Splits::open(Vec::new()).unwrap().search("труба", 10).unwrap().total, 0);
}

#[test]
fn a_changed_or_cut_split_is_refused_and_named() {
    let (document, whole) = split("one", &["труба стальная", "свая"]);
    for length in [0, 1, 7, 19, whole.len() / 2, whole.len() - 1] {
        let error = Splits::open(vec![(document.clone(), whole.slice(..length))]).unwrap_err();
        assert!(matches!(&error, FulltextError::Malformed { .. }), "{length}: {error}");
        assert!(error.to_string().contains(document.as_str()));
    }
    for at in (0..whole.len()).step_by(13) {
        let mut changed = whole.to_vec();
        changed[at] ^= 0x20;
        let error = Splits::open(vec![(document.clone(), Bytes::from(changed))]).unwrap_err();
        assert!(matches!(error, FulltextError::Malformed { .. } | FulltextError::Revision { .. }), "{at}: {error}");
    }
    let mut later = whole.to_vec();
    let revision_at = later.len() - 12;
    later[revision_at] = 99;
    let error = Splits::open(vec![(document, Bytes::from(later))]).unwrap_err();
    assert!(matches!(error, FulltextError::Revision { found: 99, .. }), "{error}");
    let error = Splits::open(vec![(DocumentId::of(b"two"), whole)]).unwrap_err();
    assert!(matches!(error, FulltextError::OtherDocument { .. }), "{error}");
}

#[test]
fn equal_pages_give_equal_bytes() {
    let document = DocumentId::of(b"one");
    let mut pages: Vec<Page> = (1..=60)
        .map(|number| {
            let text =
                format!("Лист {number}. Труба Ø{number} по ГОСТ 10704-{number}, узел {number} колодца К-{number}. ");
            page(number, &text.repeat(30))
        })
        .collect();
    let first = build_split(&document, &pages).unwrap();
    assert!(build_split(&document, &pages).unwrap() == first, "built twice");
    pages.reverse();
    assert!(build_split(&document, &pages).unwrap() == first, "pages in another order");
    pages[0].text.push('я');
    assert!(build_split(&document, &pages).unwrap() != first, "other text");
}
