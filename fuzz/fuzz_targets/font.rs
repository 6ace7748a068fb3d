//! Any bytes as a font: its dictionary, widths, encoding, ToUnicode table and program.

#![no_main]

use fuzz::{Parts, budgeted, check_page, count_ours_only, limits, pdf_of_font, remember};
use libfuzzer_sys::fuzz_target;
use pdf::Document;
use std::sync::Arc;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    let file = Arc::new(pdf_of_font(Parts::of(bytes)));
    budgeted(256, || {
        let Ok(document) = Document::open(file, &limits()) else { return };
        check_page(&document.read_page(1), 1);
    });
});
