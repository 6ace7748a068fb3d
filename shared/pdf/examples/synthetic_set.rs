//! Writes a synthetic drawing set: `synthetic_set <pages> <seed> <out.pdf>`.
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(pages), Some(seed), Some(path)) = (
        arguments.next().and_then(|text| text.parse::<u32>().ok()),
        arguments.next().and_then(|text| text.parse::<u64>().ok()),
        arguments.next(),
    ) else {
        eprintln!("usage: synthetic_set <pages> <seed> <out.pdf>");
        return ExitCode::FAILURE;
    };
    let options = pdf::testkit::SetOptions { pages, seed, faults: true };
    let set = pdf::testkit::drawing_set(&options);
    if let Err(error) = std::fs::write(&path, &set.pdf) {
        eprintln!("failed to write {path}: {error}");
        return ExitCode::FAILURE;
    }
    println!("{path}: {} pages, {} bytes, cipher {}", set.truth.pages.len(), set.pdf.len(), set.truth.cipher);
    ExitCode::SUCCESS
}
