use crate::{EvalError, Grade, Kind, TYPESET_SETS, documents, grade, table, write_sets, write_typeset_sets};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: eval [--rules] [--quiet] DIR | eval --make DIR [SETS] | eval --make --typeset DIR [SETS]";

/// Runs the command `eval` with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|word| word.starts_with("--"));
    let known = flags.iter().all(|flag| ["--make", "--typeset", "--rules", "--quiet"].contains(flag));
    let outcome = match (known, flags.contains(&"--make"), words.as_slice()) {
        (true, true, [folder, rest @ ..]) if flags.contains(&"--typeset") => {
            let sets = rest.first().and_then(|text| text.parse().ok()).unwrap_or(4 * TYPESET_SETS);
            write_typeset_sets(Path::new(folder), 0..sets).map(|written| println!("{folder}: {written} sets"))
        }
        (true, true, [folder, rest @ ..]) => {
            let sets = rest.first().and_then(|text| text.parse().ok()).unwrap_or(2 * pdf::testkit::MARKED_SETS);
            write_sets(Path::new(folder), 0..sets).map(|written| println!("{folder}: {written} sets"))
        }
        (true, false, [folder]) => evaluate(Path::new(folder), flags.contains(&"--rules"), flags.contains(&"--quiet")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn evaluate(folder: &Path, rules: bool, quiet: bool) -> Result<(), EvalError> {
    let mut sums: Vec<(Kind, Grade)> = Vec::new();
    let mut seconds: f64 = 0.0;
    let documents = documents(folder, rules)?;
    for document in &documents {
        let (grades, misses) = grade(&document.truth, document.summary.as_ref(), &document.analysis);
        if !quiet {
            println!("{}", table(&document.truth.document, &grades));
            for miss in misses {
                println!("  {} {}: {}", if miss.missed { "missed " } else { "made up" }, miss.kind, miss.what);
            }
            println!();
        }
        for (kind, grade) in grades {
            match sums.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => sum.add(grade),
                None => sums.push((kind, grade)),
            }
        }
        seconds = seconds.max(document.seconds);
    }
    println!("{}", table(&format!("all {} documents", documents.len()), &sums));
    println!("rules took at most {seconds:.3} s a document");
    Ok(())
}
