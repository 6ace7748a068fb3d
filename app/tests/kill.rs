//! `kill -9` at random moments of `pto process`: nothing accepted is lost, and the results are those of a run that was
//! never disturbed. `PTO_KILL_ROUNDS` (60) sets the rounds, `PTO_SEED` repeats a run.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test: a failure is its result")]

mod run;

use pdf::testkit::{SetOptions, drawing_set};
use run::{Pto, read_json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_kill_at_any_moment_loses_nothing_accepted() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(otherwise)
    };
    let rounds = number("PTO_KILL_ROUNDS", 60);
    let mut dice = number("PTO_SEED", 1);
    println!("kill test: {rounds} rounds, PTO_SEED={dice}");
    let (mut kills, mut sets) = (0, 0);
    while kills < rounds {
        sets += 1;
        let set = drawing_set(&SetOptions { pages: 20, seed: sets, faults: true });
        let started = Instant::now();
        let undisturbed = finish(&without_recognition(), &set.pdf);
        let longest_ms = u64::try_from(started.elapsed().as_millis()).unwrap().max(100);
        let pto = without_recognition();
        loop {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Short lives are more frequent, so that a set is killed many times before it is done.
            let life_ms = ((dice >> 33) % longest_ms) * ((dice >> 11) % 100) / 100;
            if !killed_within(&pto, &set.pdf, Duration::from_millis(life_ms)) {
                break;
            }
            kills += 1;
        }
        assert_eq!(finish(&pto, &set.pdf), undisturbed, "set {sets}");
        let doctor = pto.run(&["doctor"]);
        assert!(doctor.stdout.contains("отложенных после сбоев 0"), "{doctor:?}");
    }
    println!("kill test: {kills} kills over {sets} sets, 0 lost, results equal to undisturbed runs");
}

/// Recognition takes seconds a page and begins anew with each life, so that a life cut short at random would end before
/// it for ever; what it does after a failure is shown by the faults of tests/faults.rs.
fn without_recognition() -> Pto {
    Pto::new().without_programs()
}

/// Starts the command and kills it after `life`; `false` when it came to its end before.
fn killed_within(pto: &Pto, pdf: &[u8], life: Duration) -> bool {
    let file = pto.write("комплект.pdf", pdf);
    let out = pto.folder().join("out");
    let mut child = pto
        .command()
        .arg("process")
        .arg(file)
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + life;
    while Instant::now() < deadline {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

/// Runs the command to its end and answers every file it wrote with its hash.
fn finish(pto: &Pto, pdf: &[u8]) -> BTreeMap<String, String> {
    let file = pto.write("комплект.pdf", pdf);
    let out = pto.folder().join("out");
    let done = pto.run(&["process", file.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
    assert_eq!(read_json(&out.join("document.json"))["pages"], 20);
    let mut files = BTreeMap::new();
    collect(&out, &out, &mut files);
    files
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, domain::DocumentId::of(&fs::read(&path).unwrap()).to_string());
        }
    }
}
