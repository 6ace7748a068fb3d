//! Tesseract as a recogniser, and whole pages read with it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: a failure is its result")]

use pdf::testkit::{ScanOptions, ScanPage, ScanSheet, ScanTruth, scanned_set};
use pdf::{Document, Limits};
use ports::{Compute, LinePicture, Recognizer, Script};
use std::path::PathBuf;
use std::sync::Arc;
use tesseract::Tesseract;

struct OnThisThread;

impl Compute for OnThisThread {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        job();
    }

    fn width(&self) -> usize {
        1
    }
}

fn blank() -> LinePicture {
    LinePicture { width: 120, height: 36, grey: vec![255; 120 * 36] }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let tesseract = Tesseract::new(PathBuf::from("tesseract"), 1);
    assert!(tesseract.is_ready().await, "install tesseract-ocr and tesseract-ocr-rus: scripts/setup test");
    ports::contract::recognizer(&tesseract).await;
}

#[tokio::test]
async fn a_missing_program_is_not_ready_and_says_what_to_install() {
    let missing = Tesseract::new(PathBuf::from("/nowhere/tesseract"), 1);
    assert!(!missing.is_ready().await);
    assert!(missing.read(&[blank()], Script::Russian).await.is_err());
}

#[tokio::test]
async fn a_picture_that_brings_the_program_down_is_set_aside_and_the_others_are_read() {
    // Stands for a crash: the shell kills itself whatever it is asked.
    let folder = std::env::temp_dir().join(format!("pto-tesseract-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join("crashing");
    std::fs::write(&program, "#!/bin/sh\nkill -SEGV $$\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let read = Tesseract::new(program, 1).read(&[blank(), blank(), blank()], Script::Russian).await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(read.unwrap(), vec![Vec::new(); 3]);
}

/// The share of the true words of a page that stand where they should; dashes and marks of length are left out.
async fn recall(sheet: ScanSheet, dpi: u32, skew_deg: f32) -> f32 {
    let plain = ScanPage { sheet, dpi, skew_deg, wear: 1.0, bilevel: false, lettered: false, slanted: false, seed: 11 };
    let set = scanned_set(&ScanOptions { pages: vec![plain], ..ScanOptions::default() });
    let document = Document::open(Arc::new(set.pdf), &Limits::default()).unwrap();
    let picture = document.picture(1, ocr::PX_PER_PT, ocr::MAX_PIXELS).unwrap();
    let tesseract = Tesseract::new(PathBuf::from("tesseract"), 1);
    let words = ocr::read(picture, Vec::new(), &tesseract, &OnThisThread).await.unwrap().words;
    let truth: &ScanTruth = &set.pages[0];
    let found = truth.words.iter().filter(|sought| {
        let (x, y) = sought.bounds.centre();
        words.iter().any(|word| word.text == sought.text && word.bounds.contains(x, y))
    });
    found.count() as f32 / truth.words.len() as f32
}

#[tokio::test]
async fn a_scanned_note_is_read_askew() {
    let recall = recall(ScanSheet::Note, 300, 1.7).await;
    assert!(recall > 0.9, "{recall}");
}

#[tokio::test]
async fn a_scanned_specification_is_read_by_its_cells() {
    let recall = recall(ScanSheet::Equipment, 200, -0.8).await;
    assert!(recall > 0.85, "{recall}");
}
