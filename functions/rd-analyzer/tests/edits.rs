//! What follows from a title block that a person corrected: the set is called by the new cipher wherever the old one stood.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{Analysis, DocumentId, DocumentSummary, Edit, EvidenceBy, Page, Workbook};
use pdf::testkit::{SetOptions, drawing_set};
use pdf::{Document, Limits};
use rd_analyzer::{Added, edited, understand_with};
use std::sync::Arc;

fn pages() -> Vec<Page> {
    let set = drawing_set(&SetOptions { pages: 14, seed: 3, faults: false });
    let document = Document::open(Arc::new(set.pdf), &Limits::default()).unwrap();
    (1..=document.page_count()).map(|number| document.read_page(number)).collect()
}

/// As the stage does it: the rules with the edits, then the edits once more.
fn understood(pages: &[Page], edits: &[Edit]) -> (DocumentSummary, Analysis) {
    let workbooks: [(Workbook, Vec<u8>); 0] = [];
    let id = DocumentId::of(b"set");
    let (summary, mut analysis) = understand_with(&id, "set.pdf", pages, Added::of(edits, &workbooks));
    edited(&mut analysis, edits);
    (summary, analysis)
}

fn edit(value: String, new: &str) -> Edit {
    Edit { value, old: None, new: Some(new.to_owned()), old_evidence: None, by: "Петрова".to_owned() }
}

#[test]
fn a_corrected_cipher_is_the_cipher_of_the_whole_set() {
    let pages = pages();
    let (before, read) = understood(&pages, &[]);
    let old = before.cipher.unwrap();
    let own = read.title_blocks.iter().filter(|block| block.cipher.as_deref().unwrap_or_default().starts_with(&old));
    let carrying: Vec<u32> = own.map(|block| block.page).collect();
    assert!(carrying.len() > 4, "{carrying:?}");
    let page = carrying.first().unwrap();
    let (summary, analysis) = understood(&pages, &[edit(format!("title_blocks/{page}/cipher"), "77-26-КМ5")]);
    assert_eq!((summary.cipher.as_deref(), summary.mark.as_deref()), (Some("77-26-КМ5"), Some("КМ")));
    for block in &analysis.title_blocks {
        let cipher = block.cipher.as_deref().unwrap();
        if carrying.contains(&block.page) {
            assert!(cipher.starts_with("77-26-КМ5"), "page {}: {cipher}", block.page);
        }
        if carrying.contains(&block.page) && block.page != *page {
            assert!(block.cipher_as_read.as_deref().unwrap().starts_with(&old), "page {}", block.page);
        }
    }
    let corrected = analysis.title_blocks.iter().find(|block| block.page == *page).unwrap();
    assert_eq!(corrected.evidence.by, EvidenceBy::Person);
    // Sheets that follow the correction are no sheets of another set.
    assert!(!summary.warnings.iter().any(|warning| warning.code == "other-cipher"), "{:?}", summary.warnings);
    assert_eq!(analysis.title_blocks.len(), read.title_blocks.len());
}

#[test]
fn a_correction_that_fits_nothing_is_told_and_changes_nothing() {
    let pages = pages();
    let (before, _) = understood(&pages, &[]);
    let edits = [edit("title_blocks/99/cipher".to_owned(), "77-26-КМ5")];
    let (summary, analysis) = understood(&pages, &edits);
    assert_eq!(summary.cipher, before.cipher);
    assert!(analysis.warnings.iter().any(|warning| warning.code == "edit-unmatched"));
    assert_eq!(analysis.edits, edits);
}

#[test]
fn what_the_title_says_now_is_where_the_works_are() {
    let pages = pages();
    let (_, read) = understood(&pages, &[]);
    let block = read.title_blocks.iter().find(|block| block.title.as_deref() != Some("Общие данные")).unwrap();
    let value = format!("title_blocks/{}/object", block.page);
    let objects: Vec<Edit> = read
        .title_blocks
        .iter()
        .map(|block| edit(format!("title_blocks/{}/object", block.page), "Школа в пос. Заречный"))
        .collect();
    assert!(objects.iter().any(|edit| edit.value == value));
    let (summary, _) = understood(&pages, &objects);
    assert_eq!(summary.object.as_deref(), Some("Школа в пос. Заречный"));
}
