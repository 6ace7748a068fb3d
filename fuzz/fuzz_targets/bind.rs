//! Any bytes as a source of a bundle. What was bound opens again and has the pages that were reported.

#![no_main]

use fuzz::{budgeted, count_ours_only, limits, remember};
use libfuzzer_sys::fuzz_target;
use pdf::Document;
use pdf::bind::{BindOptions, PageStamp, bind, page_count};
use std::sync::Arc;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    budgeted(512, || {
        let stamp = PageStamp { sheet: Some("1".to_owned()), mark: Some("Копия верна".to_owned()) };
        let options = BindOptions { page_stamps: vec![stamp], ..BindOptions::default() };
        let mut out = Vec::new();
        let Ok(report) = bind(&mut std::iter::once(bytes.to_vec()), &options, &mut out) else { return };
        assert_eq!(page_count(&out).expect("a bundle opens"), report.pages);
        let _ = Document::open(Arc::new(out), &limits());
    });
});
