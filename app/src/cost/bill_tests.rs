//! A bill that can be reckoned by hand: ten documents a day of 48 A4 pages with text, which are two chunks of 24.

use super::super::report;
use super::super::usage::{average_days_held, per_document};
use super::*;
use crate::cost::amount::Driver;

const WORK: &str = r#"{
    "schema": 1,
    "measured": {"date": "2026-01-31", "hardware": "одно ядро", "documents": "учебные"},
    "document": {
        "page_area_in_a4": 1, "acts": {"document": 10}, "source_bytes": {"page": 1048576},
        "record_bytes": {"document": 1500}, "ledger_bytes": {"document": 1073741.824}
    },
    "stages": {
        "page-extractor": {
            "derivation": "", "tasks": {"text_chunk": 1}, "from_queue": true, "cpu_ms": {"text_page": 10},
            "s3_puts": {"text_chunk": 3}, "s3_gets": {"text_chunk": 2}, "source_reads": {"text_chunk": 1},
            "queue_sends": {"document": 2}, "record_reads": {"document": 1}, "record_writes": {"document": 1},
            "small_reads": {"text_chunk": 1}, "small_writes": {"text_chunk": 3},
            "aws": {"memory_mb": 1769}, "yandex": {"memory_mb": 2048, "cores": 1}
        },
        "page-recognizer": {
            "derivation": "", "tasks": {"picture_chunk": 1}, "from_queue": true, "cpu_ms": {"scanned_page": null},
            "s3_puts": {"picture_chunk": 3, "scanned_page": 1}, "source_reads": {"picture_chunk": 1},
            "aws": {"memory_mb": 3538}, "yandex": {"memory_mb": 4096, "cores": 1}
        },
        "api": {
            "derivation": "", "tasks": {"document": 20}, "from_queue": false, "cpu_ms": {"document": 0},
            "aws": {"memory_mb": 512}, "yandex": {"memory_mb": 512, "cores": 1}
        }
    },
    "objects": [{
        "name": "source", "count": {"document": 1}, "bytes": {"source_mb": 1048576},
        "life": {
            "aws": [
                {"from_day": 0, "storage": "storage_standard"},
                {"from_day": 30, "storage": "storage_infrequent", "moved_by": "move_infrequent"}
            ],
            "yandex": [{"from_day": 0, "storage": "storage_standard"}, {"from_day": 45, "storage": null}]
        }
    }],
    "downloads": {"bytes": {"act": 107374182.4}, "requests": {"document": 2}},
    "log_bytes_per_task": 1073741.824,
    "log_retention_days": {"aws": 30, "yandex": 15},
    "assumed": {
        "note_ru": "Предположено.", "s3_wait_ms": 30, "table_wait_ms": 5, "queue_wait_ms": 10,
        "transfer_mb_per_s": 80, "slower_core": 1
    },
    "standing": {"aws": {"queue_request": 1000, "alarm_month": 61}, "yandex": {}}
}"#;

const LOAD: Load = Load { documents_per_day: 10.0, pages: 48, scanned_percent: 0, file_mb: None };

fn prices(cloud: &str, currency: &str, names: &[&str]) -> PriceList {
    let price = r#"{"price": 2, "per": 4, "unit_ru": "штука", "free_per_month": 100, "source": "страница"}"#;
    let prices: Vec<_> = names.iter().map(|name| format!("\"{name}\": {price}")).collect();
    let text = format!(
        r#"{{"cloud": "{cloud}", "region": "r", "currency": "{currency}", "date": "2026-01-31", "prices": {{{}}}}}"#,
        prices.join(",")
    );
    PriceList::parse(&text).unwrap()
}

fn aws_prices() -> PriceList {
    prices(
        "aws",
        "USD",
        &[
            "gb_second",
            "run",
            "storage_standard",
            "storage_infrequent",
            "object_put",
            "object_get",
            "move_infrequent",
            "queue_request",
            "table_read_unit",
            "table_write_unit",
            "table_gb_month",
            "table_backup_gb_month",
            "cdn_gb",
            "cdn_request",
            "api_request",
            "logs_gb",
            "logs_stored_gb_month",
            "alarm_month",
        ],
    )
}

fn yandex_prices() -> PriceList {
    prices(
        "yandex",
        "RUB",
        &[
            "gb_hour",
            "core_hour",
            "run",
            "storage_standard",
            "object_put",
            "object_get",
            "queue_request",
            "table_request_unit",
            "table_gb_month",
            "cdn_gb",
            "cdn_request",
            "api_request",
            "logs_gb",
            "logs_stored_gb_month",
        ],
    )
}

fn work() -> Work {
    Work::parse(WORK).unwrap()
}

fn quantity(estimate: &Estimate, name: &str) -> (f64, f64) {
    estimate.lines.iter().find(|line| line.price == name).map(|line| line.quantity).unwrap()
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-6, "{got} is not {expected}");
}

#[test]
fn a_document_is_cut_as_the_splitter_cuts_it() {
    let mut unknown = Unknown::default();
    let text = per_document(&LOAD, &work(), &mut unknown);
    assert_eq!((text.of(Driver::Chunk), text.of(Driver::ChunkBatch), text.of(Driver::ChunkShard)), (2.0, 1.0, 1.0));
    assert_eq!((text.of(Driver::TextChunk), text.of(Driver::PictureChunk)), (2.0, 0.0));
    assert_eq!((text.of(Driver::HashPiece), text.of(Driver::Act)), (6.0, 10.0));
    // A scanned A4 page weighs 3 of the 24 that a chunk holds.
    let scans = per_document(&Load { scanned_percent: 100, ..LOAD }, &work(), &mut unknown);
    assert_eq!((scans.of(Driver::Chunk), scans.of(Driver::ScannedPage), scans.of(Driver::TextPage)), (6.0, 48.0, 0.0));
    assert_eq!((scans.of(Driver::TextChunk), scans.of(Driver::PictureChunk)), (0.0, 6.0));
    // A quarter of them, spread evenly: three pages of text and a picture, twelve times, none in one chunk with another.
    let mixed = per_document(&Load { scanned_percent: 25, ..LOAD }, &work(), &mut unknown);
    assert_eq!((mixed.of(Driver::Chunk), mixed.of(Driver::ScannedPage)), (24.0, 12.0));
    assert_eq!((mixed.of(Driver::TextChunk), mixed.of(Driver::PictureChunk)), (12.0, 12.0));
    // Two requests for each kind.
    assert_eq!((mixed.of(Driver::ChunkBatch), mixed.of(Driver::ChunkShard)), (4.0, 1.0));
}

#[test]
fn pictures_are_billed_to_the_stage_that_recognises_them() {
    let mut measured = work();
    measured.stages.get_mut("page-recognizer").unwrap().cpu_ms.0.insert(Driver::ScannedPage, Some(5000.0));
    let scans = Load { scanned_percent: 100, ..LOAD };
    let estimate = estimate(Cloud::Aws, &scans, &measured, &aws_prices(), false).unwrap();
    let of = |name: &str| estimate.stages.iter().find(|stage| stage.stage == name).unwrap();
    close(of("page-extractor").tasks, 0.0);
    close(of("page-recognizer").tasks, 6.0);
    // 48 pages of 5 s on one core, 66 objects of 30 ms, six times 48 MB at 80 MB/s; the second core makes nothing faster.
    close(of("page-recognizer").billed_seconds, 240.0 + 1.98 + 3.6);
    close(of("page-recognizer").gb_seconds, 245.58 * 3538.0 / 1024.0);
}

#[test]
fn lambda_is_billed_by_memory_and_time_and_every_request_is_counted() {
    let estimate = estimate(Cloud::Aws, &LOAD, &work(), &aws_prices(), false).unwrap();
    // A document: 480 ms of a core, 10 requests to the store of 30 ms, 10 to the table of 5, 2 to a queue of 10, twice
    // 48 MB at 80 MB/s = 1,200 ms; 2,050 ms in all; 300 documents.
    close(quantity(&estimate, "gb_second").0, 300.0 * 2.05 * 1769.0 / 1024.0);
    close(quantity(&estimate, "run").0, 300.0 * (2.0 + 20.0));
    close(quantity(&estimate, "object_put").0, 300.0 * 6.0);
    close(quantity(&estimate, "object_get").0, 300.0 * 4.0);
    // Two sent, two received, two deleted; 1,000 asked for in vain.
    close(quantity(&estimate, "queue_request").0, 300.0 * 6.0 + 1000.0);
    // The record of 1,500 bytes is one unit to read and two to write.
    close(quantity(&estimate, "table_read_unit").0, 300.0 * (1.0 + 2.0));
    close(quantity(&estimate, "table_write_unit").0, 300.0 * (2.0 + 6.0));
    close(quantity(&estimate, "api_request").0, 6000.0);
    // Ten acts of a tenth of a GB.
    close(quantity(&estimate, "cdn_gb").0, 300.0);
    close(quantity(&estimate, "cdn_request").0, 600.0);
    close(quantity(&estimate, "logs_gb").0, 6.6);
    close(quantity(&estimate, "logs_stored_gb_month").0, 6.6);
    close(quantity(&estimate, "alarm_month").0, 61.0);
    let extractor = estimate.stages.iter().find(|stage| stage.stage == "page-extractor").unwrap();
    close(extractor.gb_seconds, 2.05 * 1769.0 / 1024.0);
}

#[test]
fn less_memory_is_a_share_of_a_core() {
    let mut half = work();
    half.stages.get_mut("page-extractor").unwrap().aws.memory_mb = Some(884.5);
    let estimate = estimate(Cloud::Aws, &LOAD, &half, &aws_prices(), false).unwrap();
    // The 480 ms take twice as long, the waiting does not.
    close(quantity(&estimate, "gb_second").0, 300.0 * 2.53 * 884.5 / 1024.0);
}

#[test]
fn containers_are_billed_by_tenths_of_a_second() {
    let estimate = estimate(Cloud::Yandex, &LOAD, &work(), &yandex_prices(), false).unwrap();
    // 2,050 ms in two runs are 1,025 ms each, billed as 1,100.
    close(quantity(&estimate, "gb_hour").0, 300.0 * 2.2 * 2.0 / 3600.0);
    close(quantity(&estimate, "core_hour").0, 300.0 * 2.2 / 3600.0);
    close(quantity(&estimate, "table_request_unit").0, 300.0 * (3.0 + 2.0 * 8.0));
    close(quantity(&estimate, "logs_stored_gb_month").0, 3.3);
}

#[test]
fn storage_grows_and_moves_with_age() {
    // In a month that starts empty there are 1, 2, … 30 days' documents.
    close(average_days_held(1, 0, None), 15.5);
    close(average_days_held(12, 0, None), 345.5);
    close(average_days_held(12, 0, Some(30)), 30.0);
    close(average_days_held(1, 30, None), 0.0);
    close(average_days_held(2, 30, Some(45)), (1..=15).sum::<u32>() as f64 / 30.0 + 15.0 * 15.0 / 30.0);
    let a_day_gb = 10.0 * 48.0 / 1024.0;
    let aws = estimate(Cloud::Aws, &LOAD, &work(), &aws_prices(), false).unwrap();
    let standard = quantity(&aws, "storage_standard");
    close(standard.0, 15.5 * a_day_gb);
    close(standard.1, 30.0 * a_day_gb);
    let infrequent = quantity(&aws, "storage_infrequent");
    close(infrequent.0, 0.0);
    close(infrequent.1, 315.5 * a_day_gb);
    assert_eq!(quantity(&aws, "move_infrequent"), (0.0, 300.0));
    close(quantity(&aws, "table_gb_month").1, 10.0 * 0.001 * 345.5);
    // There the file goes after 45 days.
    let yandex = estimate(Cloud::Yandex, &LOAD, &work(), &yandex_prices(), false).unwrap();
    close(quantity(&yandex, "storage_standard").1, 45.0 * a_day_gb);
}

#[test]
fn a_known_size_of_the_file_stands_for_the_measured_one() {
    let mut unmeasured = work();
    unmeasured.document.source_bytes.0.insert(Driver::Page, None);
    assert_eq!(
        estimate(Cloud::Aws, &LOAD, &unmeasured, &aws_prices(), false).unwrap_err().list(),
        ["document.source_bytes.page"]
    );
    let known = Load { file_mb: Some(96.0), ..LOAD };
    let bill = estimate(Cloud::Aws, &known, &unmeasured, &aws_prices(), false).unwrap();
    close(quantity(&bill, "storage_standard").0, 15.5 * 10.0 * 96.0 / 1024.0);
    // Twice 96 MB at 80 MB/s are 2,400 ms instead of 1,200.
    close(quantity(&bill, "gb_second").0, 300.0 * 3.25 * 1769.0 / 1024.0);
    let pieces = per_document(&known, &unmeasured, &mut Unknown::default()).of(Driver::HashPiece);
    assert_eq!(pieces, 12.0);
}

#[test]
fn the_free_volume_is_taken_off_once_for_each_price_when_asked() {
    let full = estimate(Cloud::Aws, &LOAD, &work(), &aws_prices(), false).unwrap();
    let free = estimate(Cloud::Aws, &LOAD, &work(), &aws_prices(), true).unwrap();
    let sum = |estimate: &Estimate, name: &str| {
        estimate.lines.iter().find(|line| line.price == name).map(|line| line.sum.0).unwrap()
    };
    // 2 for every 4, the first 100 free.
    close(sum(&full, "object_put"), 1800.0 / 2.0);
    close(sum(&free, "object_put"), 1700.0 / 2.0);
    close(sum(&free, "alarm_month"), 0.0);
    close(full.month_12() - free.month_12(), full.free_tier_saves);
    let compute = full.rows.iter().find(|row| row.kind == Kind::Compute).unwrap();
    close(compute.month_1, sum(&full, "gb_second") + sum(&full, "run"));
    close(full.rows.iter().map(|row| row.month_12).sum(), full.month_12());
    assert_eq!(full.dominant().unwrap().kind, Kind::Compute);
}

#[test]
fn what_nobody_has_measured_is_refused_by_name() {
    let scans = Load { scanned_percent: 25, ..LOAD };
    let unknown = estimate(Cloud::Aws, &scans, &work(), &aws_prices(), false).unwrap_err();
    assert_eq!(unknown.list(), ["stages.page-recognizer.cpu_ms.scanned_page"]);
    let refusal = unknown.into_refusal("measured.json", "aws.json");
    assert_eq!(refusal.exit, Exit::MissingDependency);
    assert!(
        refusal.message.contains("не измерено: «stages.page-recognizer.cpu_ms.scanned_page»"),
        "{}",
        refusal.message
    );

    let unknown = estimate(Cloud::Aws, &LOAD, &work(), &yandex_prices(), false).unwrap_err();
    assert!(unknown.prices.contains(&"gb_second".to_owned()) && unknown.measured.is_empty());
    let mut nameless = aws_prices();
    nameless.prices.get_mut("run").unwrap().price = None;
    assert_eq!(estimate(Cloud::Aws, &LOAD, &work(), &nameless, false).unwrap_err().list(), ["run"]);
}

#[test]
fn the_report_says_what_is_not_in_the_sum_and_compares_with_the_budget() {
    let mut list = aws_prices();
    list.prices.get_mut("run").unwrap().to_check = "по памяти, проверить".to_owned();
    let bill = estimate(Cloud::Aws, &LOAD, &work(), &list, false).unwrap();
    let words = report::in_words(&bill, &LOAD, &work(), &list, None);
    for part in [
        "10 документов в день по 48 стр. и 48,0 МБ (300 в месяц), сканов 0 %",
        "Свой размер: --file-mb",
        "Вычисления (Lambda)",
        "Больше всего стоит: «Вычисления (Lambda)»",
        "Бюджет 50–100 $ (10–50 человек): не хватает",
        "Распознавание (OCR) посчитано для страниц-сканов",
        "токены в сумму не входят",
        "Цен не со страницы поставщика (по памяти, проверить): 1 из 18",
        "Замеры: 31.01.2026; машина: одно ядро; документы: учебные.",
        "Предположено.",
    ] {
        assert!(words.contains(part), "«{part}» is not in\n{words}");
    }
    let json = report::in_json(&bill, &LOAD, &work(), &list, None);
    assert_eq!(json["dominant"], "compute");
    assert_eq!(json["budgets"][2]["fits"], false);
    close(json["total"]["month_12"].as_f64().unwrap(), (bill.month_12() * 100.0).round() / 100.0);
}

#[test]
fn roubles_are_compared_with_the_budget_only_at_a_rate_that_was_given() {
    let bill = estimate(Cloud::Yandex, &LOAD, &work(), &yandex_prices(), false).unwrap();
    let report = |rate| report::in_words(&bill, &LOAD, &work(), &yandex_prices(), rate);
    assert!(report(None).contains("--rub-per-usd") && !report(None).contains("хватает"));
    assert!(report(Some(1_000_000.0)).contains("Бюджет 50–100 $ (10–50 человек): хватает."));
    assert!(report(None).contains("₽") && report(None).contains("Serverless Containers"));
}
