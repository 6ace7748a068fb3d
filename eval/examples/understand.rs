//! Prints what the rules understand of a PDF with a text layer, as JSON: `understand FILE…`.
#![expect(clippy::unwrap_used, reason = "an example may stop at the first surprise")]

use pdf::{Document, Limits};
use std::sync::Arc;

fn main() {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file).unwrap();
        let id = domain::DocumentId::of(&bytes);
        let document = Document::open(Arc::new(bytes), &Limits::default()).unwrap();
        let pages: Vec<domain::Page> = (1..=document.page_count()).map(|number| document.read_page(number)).collect();
        let started = std::time::Instant::now();
        let (summary, analysis) = rd_analyzer::understand(&id, &file, &pages);
        eprintln!("{file}: {} pages, rules {:.0?}", pages.len(), started.elapsed());
        println!("{}", serde_json::json!({ "document": summary, "analysis": analysis }));
    }
}
