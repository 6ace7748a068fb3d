use super::*;
use crate::{Document, Limits};
use std::sync::Arc;

fn page(sheet: ScanSheet, skew_deg: f32) -> ScanPage {
    ScanPage { sheet, dpi: 100, skew_deg, wear: 1.0, bilevel: false, lettered: false, slanted: false, seed: 5 }
}

fn set(pages: Vec<ScanPage>) -> ScannedSet {
    scanned_set(&ScanOptions { pages, lettering: None })
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let own = page(ScanSheet::Note, -1.3);
    assert!(set(vec![own]) == set(vec![own]));
    assert!(set(vec![own]).pdf != set(vec![ScanPage { seed: 6, ..own }]).pdf);
}

#[test]
fn a_scan_has_a_page_of_its_size_and_no_text() {
    let scans = set(vec![page(ScanSheet::Title, 3.0), ScanPage { bilevel: true, ..page(ScanSheet::Note, 0.0) }]);
    let document = Document::open(Arc::new(scans.pdf), &Limits::default()).unwrap();
    assert_eq!(document.page_count(), 2);
    for (number, truth) in (1..).zip(&scans.pages) {
        let read = document.read_page(number);
        assert!(read.words.is_empty() && !truth.words.is_empty());
        assert!((read.width_pt - truth.width_pt).abs() < 0.01 && (read.height_pt - truth.height_pt).abs() < 0.01);
    }
    // A turned sheet needs a larger page.
    assert!(scans.pages[0].width_pt > scans.pages[1].width_pt + 20.0);
}

#[test]
fn the_box_of_a_word_holds_its_ink() {
    for (sheet, skew_deg) in [(ScanSheet::Equipment, 2.7), (ScanSheet::Elements, -2.1), (ScanSheet::DrawingA3, -3.0)] {
        let (image, truth) = scan(&ScanPage { wear: 0.0, ..page(sheet, skew_deg) }, None);
        let per_point = truth.page.dpi as f32 / 72.0;
        for word in &truth.words {
            let [left, top, right, bottom] = <[f32; 4]>::from(word.bounds).map(|edge| (edge * per_point) as usize);
            let rows = image.pixels.chunks_exact(image.width).skip(top).take(bottom - top);
            let dark: usize = rows.map(|row| row[left..right].iter().filter(|pixel| **pixel < 128).count()).sum();
            assert!(dark * 60 > (right - left) * (bottom - top) || dark > 4, "«{}» of {sheet:?}: {dark}", word.text);
        }
    }
}

#[test]
fn every_part_of_a_sheet_is_named() {
    let (_, truth) = scan(&page(ScanSheet::DrawingA3, 0.5), None);
    for zone in [Zone::Text, Zone::Stamp, Zone::Heading, Zone::Vertical, Zone::Drawing] {
        assert!(truth.words.iter().any(|word| word.zone == zone), "{zone:?}");
    }
    let margin: String =
        truth.words.iter().filter(|word| word.zone == Zone::Vertical).map(|word| word.text.as_str()).collect();
    assert!(margin.contains("Взам.инв.№"));
    let (_, truth) = scan(&page(ScanSheet::Elements, 0.5), None);
    let table = truth.words.iter().filter(|word| word.zone == Zone::Table).count();
    assert!(table * 2 > truth.words.len());
}

#[test]
fn wear_is_seen_and_ink_stays_darker_than_paper() {
    let clean = scan(&ScanPage { wear: 0.0, ..page(ScanSheet::Note, 1.0) }, None).0;
    let worn = scan(&page(ScanSheet::Note, 1.0), None).0;
    assert!(clean.pixels.len() == worn.pixels.len() && clean.pixels != worn.pixels);
    let mean = |wanted: fn(u8) -> bool| {
        let own: Vec<u32> = clean
            .pixels
            .iter()
            .zip(&worn.pixels)
            .filter(|(clean, _)| wanted(**clean))
            .map(|(_, worn)| u32::from(*worn))
            .collect();
        own.iter().sum::<u32>() / own.len() as u32
    };
    assert!(mean(|clean| clean < 60) + 100 < mean(|clean| clean > 250));
}
