//! Any bytes as the content of a page, of its forms and as its entries.

#![no_main]

use fuzz::{Parts, budgeted, check_page, count_ours_only, limits, pdf_of_content, remember};
use libfuzzer_sys::fuzz_target;
use pdf::Document;
use std::sync::Arc;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    let file = Arc::new(pdf_of_content(Parts::of(bytes)));
    budgeted(256, || {
        let Ok(document) = Document::open(file, &limits()) else { return };
        document.probe(1);
        check_page(&document.read_page(1), 1);
    });
});
