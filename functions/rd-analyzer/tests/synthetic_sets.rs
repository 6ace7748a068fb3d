//! Sets written by the testkit, read from their bytes, and compared with what is true of them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{Analysis, DocumentId, DocumentSummary, HiddenWorksMode};
use pdf::{
    Document, Limits,
    testkit::{SetOptions, SheetKind, SyntheticSet, drawing_set},
};
use std::sync::Arc;

fn read(options: &SetOptions) -> (SyntheticSet, DocumentSummary, Analysis) {
    let set = drawing_set(options);
    let document = Document::open(Arc::new(set.pdf.clone()), &Limits::default()).unwrap();
    let pages: Vec<domain::Page> = (1..=document.page_count()).map(|number| document.read_page(number)).collect();
    let id = DocumentId::try_from("0".repeat(64)).unwrap();
    let (summary, analysis) = rd_analyzer::understand(&id, "set.pdf", &pages);
    (set, summary, analysis)
}

fn compare(options: &SetOptions) {
    let (set, summary, analysis) = read(options);
    let truth = &set.truth;
    assert_eq!(summary.cipher.as_deref(), Some(truth.cipher.as_str()), "{options:?}");
    assert_eq!(summary.mark.as_deref(), Some(truth.mark.as_str()), "{options:?}");
    assert_eq!(summary.stage.as_deref(), Some(truth.stage.as_str()), "{options:?}");
    assert!(summary.object.as_deref().unwrap_or_default().contains(&truth.object), "{options:?}: {:?}", summary.object);

    let drawings: Vec<(String, String, String)> =
        analysis.drawing_list.iter().map(|row| (row.sheet.clone(), row.name.clone(), row.note.clone())).collect();
    same(&drawings, &truth.sheets, options);

    let references: Vec<(String, String)> =
        analysis.references.iter().map(|row| (row.designation.clone(), row.name.clone())).collect();
    same(&references, &truth.references, options);
    let attached = analysis.references.iter().filter(|row| row.attached).count();
    assert_eq!(attached, truth.attached as usize, "{options:?}");

    let items: Vec<String> = analysis.hidden_works.items.iter().map(|item| item.name.clone()).collect();
    same(&items, &truth.hidden_works, options);
    if !truth.hidden_works.is_empty() {
        assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::List);
        assert_eq!(analysis.hidden_works.heading.as_deref(), Some(truth.hidden_works_heading.as_str()), "{options:?}");
        // General items that no drawing shows become no works; what is cast is drafted unasked.
        assert!(!analysis.works.is_empty(), "{options:?}");
        let numbers: Vec<u32> = analysis.works.iter().map(|work| work.sequence).collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{options:?}: {numbers:?}");
    }

    for (page, number) in truth.pages.iter().zip(1_u32..) {
        let block = analysis.title_blocks.iter().find(|block| block.page == number);
        let readable = page.kind != SheetKind::Scan;
        if let (Some(sheet), true) = (&page.sheet, readable) {
            let found = block.and_then(|block| block.sheet.as_ref());
            assert_eq!(found, Some(sheet), "{options:?}, page {number}");
        }
        if page.sheet.is_none() {
            assert_eq!(block, None, "{options:?}, page {number} has no title block");
        }
    }

    let rows: Vec<[String; 4]> = analysis
        .specification
        .iter()
        .filter(|row| row.quantity.is_some())
        .map(|row| [row.position.clone(), row.name.clone(), row.mark_or_type.clone(), row.unit.clone()])
        .collect();
    let expected: Vec<[String; 4]> = truth
        .specification
        .iter()
        .map(|[position, name, mark, _, _, unit, ..]| [position.clone(), name.clone(), mark.clone(), unit.clone()])
        .collect();
    same(&rows, &expected, options);
}

/// Compares row by row, so that a failure names the first row that differs.
fn same<T: PartialEq + std::fmt::Debug>(found: &[T], expected: &[T], options: &SetOptions) {
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "{options:?}, row {at}");
    }
    let next = (found.get(expected.len()), expected.get(found.len()));
    assert_eq!(found.len(), expected.len(), "{options:?}: {next:?}");
}

#[test]
fn small_sets_are_understood() {
    for seed in 0..12 {
        compare(&SetOptions { pages: 14, seed, faults: false });
    }
}

#[test]
fn faulty_pages_hide_nothing_that_can_be_mended() {
    for seed in 12..24 {
        compare(&SetOptions { pages: 20, seed, faults: true });
    }
}

#[test]
fn large_sets_are_understood() {
    compare(&SetOptions { pages: 250, seed: 5, faults: true });
}

/// Every value says where it stands: the boxes lie on the page and hold the words of the quote.
#[test]
fn evidence_lies_on_its_page() {
    let (set, _, analysis) = read(&SetOptions { pages: 14, seed: 3, faults: false });
    let evidence = analysis
        .title_blocks
        .iter()
        .map(|block| &block.evidence)
        .chain(analysis.drawing_list.iter().map(|row| &row.evidence))
        .chain(analysis.references.iter().map(|row| &row.evidence))
        .chain(analysis.hidden_works.items.iter().map(|item| &item.evidence))
        .chain(analysis.specification.iter().map(|row| &row.evidence));
    for evidence in evidence {
        let page = set.truth.pages.get(evidence.page as usize - 1).unwrap();
        assert!(!evidence.boxes.is_empty() && !evidence.quote.is_empty());
        for bounds in &evidence.boxes {
            let held = page.words.iter().any(|(_, word)| {
                let (x, y) = word.centre();
                bounds.contains(x, y)
            });
            assert!(held, "page {}: no word inside {bounds:?} for «{}»", evidence.page, evidence.quote);
        }
    }
}
