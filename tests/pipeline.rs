//! The whole way of a document, on stores in memory and on the embedded host, for good sets and bad files.

use app::cli::DataOptions;
use app::engine::{Engine, Outcome};
use domain::{
    ActForm, ActSet, Analysis, BlobKey, Bucket, BundleManifest, DocumentState, RejectionCode, StageName, TextSource,
    UploadState,
};
use pdf::testkit::{Malformed, ScanOptions, ScanPage, ScanSheet, SetOptions, drawing_set, malformed, scanned_set};
use pipeline::{PageStore, Records, get_json};
use ports::Host;
use ports::memory::MemoryHost;
use std::path::PathBuf;
use std::sync::Arc;
use tesseract::Tesseract;
use tests::{accept, document_of, drain};

#[tokio::test]
async fn a_drawing_set_becomes_acts_and_a_bundle() {
    let host = MemoryHost::default();
    let set = drawing_set(&SetOptions { pages: 12, seed: 7, faults: true });
    let upload = accept(&host, "КЖ.pdf", &set.pdf).await;
    drain(&host).await;
    let (document, record) = document_of(&host, &upload).await.unwrap();
    assert_eq!(record.state(), DocumentState::Done);
    assert_eq!(record.pages, 12);

    let results = host.blobs(Bucket::Results).unwrap();
    let analysis: Analysis = get_json(results.as_ref(), &BlobKey::analysis(&document)).await.unwrap().unwrap();
    let names: Vec<_> = analysis.hidden_works.items.iter().map(|item| item.name.clone()).collect();
    assert_eq!(names, set.truth.hidden_works);
    let acts: ActSet = get_json(results.as_ref(), &BlobKey::acts(&document)).await.unwrap().unwrap();
    assert!(!acts.acts.is_empty());
    let structures = analysis.other_acts.iter().filter(|work| work.form == ActForm::Aook).count();
    assert_eq!(acts.acts.len(), analysis.works.len() + structures);
    for pair in acts.acts[..analysis.works.len()].windows(2) {
        assert_eq!(pair[0].next_works, pair[1].works);
    }

    let manifest: BundleManifest =
        get_json(results.as_ref(), &BlobKey::bundle_manifest(&document)).await.unwrap().unwrap();
    let bundle = results.get(&BlobKey::bundle_pdf(&document)).await.unwrap().unwrap();
    assert_eq!(domain::DocumentId::of(&bundle).as_str(), manifest.pdf.sha256);
    let act_pages: u32 = acts.files.iter().map(|file| file.pages).sum();
    let bound = pdf::Document::open(std::sync::Arc::new(bundle.to_vec()), &pdf::Limits::default()).unwrap();
    assert!(bound.page_count() > act_pages, "title page and register stand before the acts");
    let acts_begin = bound.page_count() - act_pages + 1;
    let first_act = bound.read_page(acts_begin).text;
    assert!(first_act.contains("освидетельствования скрытых работ"), "page {acts_begin}: {first_act}");
    let sheets: u32 = acts.files.iter().map(|file| file.pages.div_ceil(2)).sum();
    assert_eq!(manifest.sheets, sheets);
}

/// The text of приложение № 3 to приказ Минстроя 344/пр, as a reader finds it in the printed act, line by line.
#[test]
fn the_printed_act_reads_as_the_order_field_by_field() {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let act = forms::act_pdf(&domain::Act::default()).unwrap();
    let printed = pdf::Document::open(Arc::new(act.bytes), &pdf::Limits::default()).unwrap();
    let text: String = (1..=printed.page_count()).map(|page| letters(&printed.read_page(page).text)).collect();
    let mut read = text.as_str();
    for line in include_str!("../shared/forms/tests/official/aosr_344pr.txt").lines() {
        // Two places for signatures and two dates stand side by side: their words are looked for one by one.
        for part in line.split("   ").map(letters).filter(|part| !part.is_empty()) {
            let Some((_, rest)) = read.split_once(&part) else { panic!("not found in its place: {line}") };
            read = rest;
        }
    }
}

#[tokio::test]
async fn bad_files_end_in_a_russian_sentence_and_a_terminal_state() {
    let cases = [
        (Malformed::NotPdf, RejectionCode::NotPdf),
        (Malformed::Empty, RejectionCode::EmptyFile),
        (Malformed::Truncated, RejectionCode::BrokenPdf),
        (Malformed::Encrypted, RejectionCode::Encrypted),
        (Malformed::NoPages, RejectionCode::NoPages),
        (Malformed::ManyPages(5_000), RejectionCode::TooManyPages),
    ];
    for (kind, code) in cases {
        let host = MemoryHost::default();
        let name = format!("{kind:?}.pdf");
        let upload = accept(&host, &name, &malformed(kind)).await;
        drain(&host).await;
        let records = Records::new(host.ledger().unwrap());
        let rejection = match document_of(&host, &upload).await {
            Some((_, record)) => {
                assert_eq!(record.state(), DocumentState::Rejected, "{name}");
                record.rejection.unwrap()
            }
            None => match records.upload(&upload).await.unwrap().unwrap().state {
                UploadState::Rejected { rejection } => rejection,
                other => panic!("{name}: {other:?}"),
            },
        };
        assert_eq!(rejection.code, code, "{name}: {}", rejection.message);
        let russian = rejection.message.chars().filter(|letter| ('а'..='я').contains(letter)).count();
        assert!(rejection.message.contains(&name) && russian > 30, "{}", rejection.message);
        assert!(records.watched(None, 10).await.unwrap().is_empty(), "{name} is still watched");
    }
}

#[tokio::test]
async fn a_page_a_hundred_metres_wide_is_borne() {
    let host = MemoryHost::default();
    let upload = accept(&host, "лента.pdf", &malformed(Malformed::HugePage)).await;
    drain(&host).await;
    let (_, record) = document_of(&host, &upload).await.unwrap();
    assert_eq!(record.state(), DocumentState::Done);
    assert!(record.warnings.iter().any(|warning| warning.code == "no-acts"), "{:?}", record.warnings);
}

#[tokio::test]
async fn the_embedded_host_gives_the_same_bytes_as_the_stores_in_memory() {
    let set = tests::small_set(5);
    let tesseract = Tesseract::new(PathBuf::from("tesseract"), 2);
    let memory = MemoryHost::default().recognising_with(Arc::new(tesseract));
    let upload = accept(&memory, "КЖ.pdf", &set).await;
    drain(&memory).await;
    let (document, _) = document_of(&memory, &upload).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(&DataOptions { data: Some(folder.path().to_owned()) }).unwrap();
    let accepted = engine.accept("КЖ.pdf", set.into(), None).await.unwrap();
    let outcome = engine.wait(&accepted, |_| ()).await.unwrap();
    let Outcome::Done { document: embedded, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(embedded, document);
    let prefix = BlobKey::document_prefix(&document);
    for bucket in [Bucket::Pages, Bucket::Index, Bucket::Results] {
        let (ours, theirs) = (engine.host().blobs(bucket).unwrap(), memory.blobs(bucket).unwrap());
        let keys = theirs.list(&prefix).await.unwrap();
        assert!(!keys.is_empty());
        assert_eq!(ours.list(&prefix).await.unwrap(), keys);
        for key in keys {
            assert!(ours.get(&key).await.unwrap() == theirs.get(&key).await.unwrap(), "{key} differs");
        }
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_scan_is_recognised_by_the_stage_of_its_own_and_only_once() {
    let page = ScanPage {
        sheet: ScanSheet::Note,
        dpi: 100,
        skew_deg: 0.0,
        wear: 0.0,
        bilevel: false,
        lettered: false,
        slanted: false,
        seed: 3,
    };
    let scan = scanned_set(&ScanOptions { pages: vec![page], ..ScanOptions::default() }).pdf;
    let host = MemoryHost::default();
    let upload = accept(&host, "скан.pdf", &scan).await;
    let steps = drain(&host).await;
    assert!(steps.iter().any(|step| step.stage == StageName::PageRecognizer));
    assert!(steps.iter().all(|step| step.stage != StageName::PageExtractor));
    let (document, record) = document_of(&host, &upload).await.unwrap();
    assert_eq!(record.state(), DocumentState::Done);
    let pages = PageStore::new(host.blobs(Bucket::Pages).unwrap()).chunk(&document, 0).await.unwrap();
    assert_eq!(pages[0].source, TextSource::Ocr);
    assert!(pages[0].words.len() > 20, "{}", pages[0].words.len());
    assert!(pages[0].words.iter().all(|word| word.confidence < 1.0));

    // The same picture in another file of the tenant is not recognised again.
    let recognised = || host.contents().blobs.keys().filter(|(_, key)| key.as_str().contains("/recognised/")).count();
    assert_eq!(recognised(), 1);
    let mut other = scan.clone();
    other.extend_from_slice(b"\n% another file\n");
    accept(&host, "тот же скан.pdf", &other).await;
    drain(&host).await;
    assert_eq!(recognised(), 1);
}

#[tokio::test]
async fn pictures_of_a_large_document_are_cut_out_until_they_are_read() {
    let page = |seed| ScanPage {
        sheet: ScanSheet::DrawingA1,
        dpi: 40,
        skew_deg: 0.0,
        wear: 0.0,
        bilevel: true,
        lettered: false,
        slanted: false,
        seed,
    };
    let small = scanned_set(&ScanOptions { pages: (1..=4).map(page).collect(), ..ScanOptions::default() }).pdf;
    let tail = small[small.windows(9).rposition(|bytes| bytes == b"startxref").unwrap()..].to_vec();
    let mut large = small.clone();
    large.extend_from_slice("% empty\n".repeat(pdf_splitter::CUT_FROM_BYTES / 8).as_bytes());
    large.extend_from_slice(&tail);

    let mut read = Vec::new();
    for (bytes, cuts) in [(small, 0), (large, 4)] {
        let host = MemoryHost::default();
        let upload = accept(&host, "сканы.pdf", &bytes).await;
        let steps = drain(&host).await;
        let first = steps.iter().find(|step| step.stage == StageName::PageRecognizer).unwrap();
        let is_cut = |key: &&(Bucket, BlobKey)| key.1.as_str().ends_with(".source.pdf");
        assert_eq!(first.before.blobs.keys().filter(is_cut).count(), cuts);
        assert_eq!(host.contents().blobs.keys().filter(is_cut).count(), 0, "cuts are left behind");
        let (document, record) = document_of(&host, &upload).await.unwrap();
        let pages = PageStore::new(host.blobs(Bucket::Pages).unwrap());
        let mut thumbnails = Vec::new();
        for chunk in 0..4 {
            thumbnails.extend(pages.thumbnails(&document, chunk).await.unwrap());
        }
        read.push((pages.pages(&document, &record.chunks).await.unwrap(), thumbnails));
    }
    assert!(read[0] == read[1]);
    assert!(read[0].1.iter().all(|thumbnail| !thumbnail.is_empty()));
}
