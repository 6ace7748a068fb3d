//! Writes a synthetic drawing set and, where a third path is given, what is true of it as JSON:
//! `synthetic_set <pages> <seed> <out.pdf> [<truth.json>]`.

use pdf::testkit::{SetOptions, Truth, drawing_set};
use serde_json::{Value, json};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(pages), Some(seed), Some(path)) = (
        arguments.next().and_then(|text| text.parse::<u32>().ok()),
        arguments.next().and_then(|text| text.parse::<u64>().ok()),
        arguments.next(),
    ) else {
        eprintln!("usage: synthetic_set <pages> <seed> <out.pdf> [<truth.json>]");
        return ExitCode::FAILURE;
    };
    let set = drawing_set(&SetOptions { pages, seed, faults: true });
    let truth = arguments.next().map(|path| (path, truth_in_json(&set.truth).to_string().into_bytes()));
    for (path, bytes) in std::iter::once((path.clone(), set.pdf)).chain(truth) {
        if let Err(error) = std::fs::write(&path, bytes) {
            eprintln!("failed to write {path}: {error}");
            return ExitCode::FAILURE;
        }
    }
    println!("{path}: {} pages, cipher {}", set.truth.pages.len(), set.truth.cipher);
    ExitCode::SUCCESS
}

fn truth_in_json(truth: &Truth) -> Value {
    let words = |page: &pdf::testkit::PageTruth| -> Vec<Value> {
        page.words.iter().map(|(text, bounds)| json!({ "text": text, "box": bounds })).collect()
    };
    let pages: Vec<Value> = truth
        .pages
        .iter()
        .map(|page| json!({ "format": page.format, "sheet": page.sheet, "words": words(page) }))
        .collect();
    json!({
        "cipher": truth.cipher,
        "mark": truth.mark,
        "object": truth.object,
        "stage": truth.stage,
        "drawing_list": truth.sheets,
        "references": truth.references,
        "hidden_works": truth.hidden_works,
        "specification": truth.specification,
        "pages": pages,
    })
}
