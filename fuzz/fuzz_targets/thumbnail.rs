//! Any bytes as a file: its first pages drawn small. Slow, because the whole renderer is behind it.

#![no_main]

use fuzz::{budgeted, count_ours_only, limits, remember};
use libfuzzer_sys::fuzz_target;
use pdf::Document;
use std::sync::Arc;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    budgeted(1024, || {
        let Ok(document) = Document::open(Arc::new(bytes.to_vec()), &limits()) else { return };
        for number in 1..=document.page_count().min(2) {
            document.thumbnail(number, 48);
        }
    });
});
