//! What is true of every page, whatever the file.

use domain::{Page, TextSource};

/// Fails where a page breaks a promise of the output contract.
pub fn check_page(page: &Page, number: u32) {
    assert_eq!(page.page, number);
    assert!(page.width_pt.is_finite() && page.height_pt.is_finite(), "{} {}", page.width_pt, page.height_pt);
    assert!(page.width_pt >= 0.0 && page.height_pt >= 0.0, "{} {}", page.width_pt, page.height_pt);
    if page.source == TextSource::None && page.words.is_empty() {
        assert!(!page.faults.is_empty(), "no words and nothing said about it");
    }
    for word in &page.words {
        let bounds = word.bounds;
        assert!(!word.text.is_empty(), "an empty word at {bounds:?}");
        assert!(bounds.x0 <= bounds.x1 && bounds.y0 <= bounds.y1, "{bounds:?}");
        assert!(bounds.x0 >= 0.0 && bounds.y0 >= 0.0, "{bounds:?}");
        assert!(bounds.x1 <= page.width_pt && bounds.y1 <= page.height_pt, "{bounds:?}");
        assert!(word.size_pt.is_finite() && word.size_pt >= 0.0, "{}", word.size_pt);
        assert!(word.rotation_deg < 360, "{}", word.rotation_deg);
        assert!((0.0..=1.0).contains(&word.confidence), "{}", word.confidence);
    }
    for fault in &page.faults {
        assert!((0.0..=1.0).contains(&fault.confidence), "{fault:?}");
    }
    let mut written = Vec::new();
    page.write_json(&mut written);
    let read: Page = serde_json::from_slice(&written).expect("a page that was written can be read");
    assert_eq!(read.words.len(), page.words.len());
    assert_eq!(read.text, page.text);
    assert_eq!(written, serde_json::to_vec(page).expect("a page can be written"), "two ways of writing differ");
}
