//! Any bytes as a file: opened, every page read.

#![no_main]

use fuzz::{PAGES, budgeted, check_page, count_ours_only, limits, remember};
use libfuzzer_sys::fuzz_target;
use pdf::Document;
use std::sync::Arc;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    budgeted(256, || {
        let Ok(document) = Document::open(Arc::new(bytes.to_vec()), &limits()) else { return };
        for number in 1..=document.page_count().min(PAGES) + 1 {
            check_page(&document.read_page(number), number);
        }
    });
});
