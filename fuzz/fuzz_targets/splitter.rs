//! Any bytes as an upload: opened, every page probed, chunks planned, as the stage pdf-splitter does it.

#![no_main]

use fuzz::{PAGES, budgeted, count_ours_only, limits, remember};
use libfuzzer_sys::fuzz_target;
use pdf::{Document, Verdict};
use std::sync::Arc;

// The file alone: the stage around it brings the ports and hosts.
#[path = "../../functions/pdf-splitter/src/plan.rs"]
mod plan;

fuzz_target!(init: count_ours_only(), |bytes: &[u8]| {
    remember(bytes);
    budgeted(256, || {
        let Ok(document) = Document::open(Arc::new(bytes.to_vec()), &limits()) else { return };
        let pages: Vec<_> = (1..=document.page_count().min(PAGES))
            .map(|number| plan::ProbedPage {
                plan: document.probe(number),
                recognize: document.read_page_judged(number).verdict != Verdict::Trust,
            })
            .collect();
        let mut next = 1;
        for chunk in plan::plan_chunks(&pages) {
            assert_eq!(chunk.first_page, next);
            assert!((1..=plan::MAX_CHUNK_PAGES).contains(&chunk.pages));
            for page in &pages[chunk.first_page as usize - 1..][..chunk.pages as usize] {
                assert_eq!(page.recognize, chunk.recognize);
            }
            next += chunk.pages;
        }
        assert_eq!(next as usize, pages.len() + 1);
        for page in &pages {
            assert!(page.plan.width_pt.is_finite() && page.plan.height_pt.is_finite(), "{page:?}");
            assert!(plan::page_weight(page) > 0.0, "{page:?}");
        }
    });
});
