//! Reads PDF files and prints one JSON line a page, or only timings: `pages [--quiet] [--probe] [--verdicts] [--pair]
//! [--thumbnails] FILE…`.
#![expect(clippy::unwrap_used, reason = "an example may stop at the first surprise")]

use pdf::{Document, Limits};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// Reads and writes all pages with two threads, each taking the next page.
fn read_by_two(document: &Document) {
    let next = std::sync::atomic::AtomicU32::new(1);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut json = Vec::new();
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if number > document.page_count() {
                        return;
                    }
                    json.clear();
                    document.read_page(number).write_json(&mut json);
                }
            });
        }
    });
}

fn main() {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    let mut json = Vec::new();
    for file in files {
        let bytes = Arc::new(std::fs::read(&file).unwrap());
        let start = Instant::now();
        let document = match Document::open(bytes, &Limits::default()) {
            Ok(document) => document,
            Err(error) => {
                eprintln!("{file}: failed to {error} ({:.0?})", start.elapsed());
                continue;
            }
        };
        if has("--pair") {
            read_by_two(&document);
            eprintln!("{file}: {} pages by two threads ({:.1?})", document.page_count(), start.elapsed());
            continue;
        }
        let mut words = 0;
        let mut faults = std::collections::BTreeMap::<String, u32>::new();
        for number in 1..=document.page_count() {
            if has("--probe") {
                println!("{number}\t{:?}", document.probe(number));
                continue;
            }
            if has("--thumbnails") {
                println!("{number}\t{:?}", document.thumbnail(number, 320).map(|webp| webp.len()));
                continue;
            }
            let pdf::Reading { page, verdict } = document.read_page_judged(number);
            if has("--verdicts") {
                let faults: Vec<String> = page
                    .faults
                    .iter()
                    .map(|f| {
                        format!(
                            "{:?}×{} {:.2}{}",
                            f.kind,
                            f.count,
                            f.confidence,
                            if f.repaired { " repaired" } else { "" }
                        )
                    })
                    .collect();
                println!("{number}\t{:?}\t{} words\t{}\t{verdict:?}", page.source, page.words.len(), faults.join(", "));
                continue;
            }
            words += page.words.len();
            for fault in &page.faults {
                *faults.entry(format!("{:?}", fault.kind)).or_default() += 1;
            }
            if !has("--quiet") {
                json.clear();
                page.write_json(&mut json);
                json.push(b'\n');
                std::io::stdout().write_all(&json).unwrap();
            }
        }
        eprintln!("{file}: {} pages, {words} words, {faults:?} ({:.1?})", document.page_count(), start.elapsed());
    }
}
