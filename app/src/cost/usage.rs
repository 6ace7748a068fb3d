use super::Cloud;
use super::amount::{Driver, PerDocument, Unknown, known};
use super::work::{StageWork, StoredObject, Work};
use domain::{PageKind, PagePlan};
use pdf_splitter::{ProbedPage, plan_chunks};
use pipeline::FINISHED_CHUNKS_PER_SHARD;
use std::collections::BTreeMap;

/// Days of a month, as both clouds reckon prices.
pub(crate) const DAYS_OF_MONTH: u32 = 30;

/// MB of a Lambda function that has one whole core (AWS Lambda Developer Guide, "Configure Lambda function memory").
const WHOLE_CORE_MB: f64 = 1769.0;

/// A container's run is billed by tenths of a second begun (Serverless Containers, pricing policy).
const CONTAINER_STEP_MS: f64 = 100.0;

const MIB: f64 = 1_048_576.0;

const GIB: f64 = 1_073_741_824.0;

/// Messages that one request sends to a queue.
const CHUNKS_PER_BATCH: u32 = 10;

/// What the upload handler fetches and hashes at once.
const HASHED_AT_ONCE_MB: f64 = 8.0;

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// Documents a day.
    pub(crate) documents_per_day: f64,
    /// Pages of a document.
    pub(crate) pages: u32,
    /// Pages of a hundred that are scans.
    pub(crate) scanned_percent: u8,
    /// Size of a file in MiB, when it is known; else it is reckoned from measured pages.
    pub(crate) file_mb: Option<f64>,
}

/// How much of what has a price is used in a month, by the name of the price: (in the first month, in the twelfth).
pub(crate) type Usage = BTreeMap<String, (f64, f64)>;

/// What a load uses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Used {
    /// By the names of prices.
    pub(crate) usage: Usage,
    /// Work of the stages for one document.
    pub(crate) stages: Vec<StageUse>,
    /// Size of a file, MiB.
    pub(crate) file_mb: f64,
}

/// Work of one stage for one document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageUse {
    /// Its name.
    pub(crate) stage: String,
    /// Runs.
    pub(crate) tasks: f64,
    /// Seconds that are billed, all runs together.
    pub(crate) billed_seconds: f64,
    /// GB (2^30) seconds of memory that are billed.
    pub(crate) gb_seconds: f64,
}

impl Load {
    /// Documents a month.
    pub(crate) fn documents_per_month(&self) -> f64 {
        self.documents_per_day * f64::from(DAYS_OF_MONTH)
    }

    /// Scanned pages of a document, rounded to whole ones.
    pub(crate) fn scanned_pages(&self) -> u32 {
        (self.pages * u32::from(self.scanned_percent) + 50) / 100
    }
}

/// What one document has of everything that work grows with. Its chunks are those that the splitter would plan, scans
/// spread evenly among its pages: as text and pictures share no chunk, these are about as many as there can be.
pub(crate) fn per_document(load: &Load, work: &Work, unknown: &mut Unknown) -> PerDocument {
    let scanned = load.scanned_pages();
    let mut counts = PerDocument::default();
    counts.set(Driver::Document, 1.0);
    counts.set(Driver::Page, f64::from(load.pages));
    counts.set(Driver::TextPage, f64::from(load.pages - scanned));
    counts.set(Driver::ScannedPage, f64::from(scanned));
    let area = known(work.document.page_area_in_a4, || "document.page_area_in_a4".to_owned(), unknown);
    let pages: Vec<_> = (0..load.pages).map(|page| probed(page, load.pages, scanned, area)).collect();
    let (pictures, text): (Vec<_>, Vec<_>) = plan_chunks(&pages).into_iter().partition(|chunk| chunk.recognize);
    let [pictures, text] = [pictures, text].map(|chunks| u32::try_from(chunks.len()).unwrap_or(u32::MAX));
    let chunks = text.saturating_add(pictures);
    counts.set(Driver::Chunk, f64::from(chunks));
    counts.set(Driver::TextChunk, f64::from(text));
    counts.set(Driver::PictureChunk, f64::from(pictures));
    let batches = text.div_ceil(CHUNKS_PER_BATCH) + pictures.div_ceil(CHUNKS_PER_BATCH);
    counts.set(Driver::ChunkBatch, f64::from(batches));
    counts.set(Driver::ChunkShard, f64::from(chunks.div_ceil(FINISHED_CHUNKS_PER_SHARD)));
    let acts = work.document.acts.of_document(&counts, "document.acts", unknown);
    counts.set(Driver::Act, acts);
    let file_mb = load
        .file_mb
        .unwrap_or_else(|| work.document.source_bytes.of_document(&counts, "document.source_bytes", unknown) / MIB);
    counts.set(Driver::SourceMb, file_mb);
    counts.set(Driver::HashPiece, (file_mb / HASHED_AT_ONCE_MB).ceil());
    counts
}

fn probed(page: u32, pages: u32, scanned: u32, area_in_a4: f64) -> ProbedPage {
    let scans_before = |page: u32| u64::from(page) * u64::from(scanned) / u64::from(pages.max(1));
    let recognize = scans_before(page + 1) > scans_before(page);
    let kind = if recognize { PageKind::Scan } else { PageKind::Text };
    ProbedPage { plan: PagePlan { kind, width_pt: 595.0 * area_in_a4 as f32, height_pt: 842.0 }, recognize }
}

/// Everything that is used.
pub(crate) fn usage(cloud: Cloud, load: &Load, work: &Work, unknown: &mut Unknown) -> Used {
    let counts = per_document(load, work, unknown);
    let documents = load.documents_per_month();
    let mut used = Usage::new();
    let mut stages = Vec::new();
    let mut tasks_of_all = 0.0;
    let record_bytes = work.document.record_bytes.of_document(&counts, "document.record_bytes", unknown);
    for (name, stage) in &work.stages {
        let place = |field: &str| format!("stages.{name}.{field}");
        let month = StageMonth::of(stage, documents, &counts, &place, unknown);
        let wall_ms = month.wall_ms(work, counts.of(Driver::SourceMb));
        let billed = match cloud {
            Cloud::Aws => {
                let memory_mb = known(stage.aws.memory_mb, || place("aws.memory_mb"), unknown);
                // Below one core's worth of memory a function has a share of a core; what is not parallel gains
                // nothing above it.
                let core = (memory_mb / WHOLE_CORE_MB).clamp(f64::MIN_POSITIVE, 1.0);
                let seconds = (month.cpu_ms * work.assumed.slower_core / core + wall_ms) / 1000.0;
                let gb_seconds = seconds * memory_mb / 1024.0;
                add(&mut used, "gb_second", gb_seconds);
                (seconds, gb_seconds)
            }
            Cloud::Yandex => {
                let memory_mb = known(stage.yandex.memory_mb, || place("yandex.memory_mb"), unknown);
                let cores = known(stage.yandex.cores, || place("yandex.cores"), unknown);
                let core = cores.clamp(f64::MIN_POSITIVE, 1.0);
                let total_ms = month.cpu_ms * work.assumed.slower_core / core + wall_ms;
                let run_ms = if month.tasks > 0.0 { total_ms / month.tasks } else { 0.0 };
                let seconds = month.tasks * (run_ms / CONTAINER_STEP_MS).ceil() * CONTAINER_STEP_MS / 1000.0;
                let gb_seconds = seconds * memory_mb / 1024.0;
                add(&mut used, "gb_hour", gb_seconds / 3600.0);
                add(&mut used, "core_hour", seconds * cores / 3600.0);
                (seconds, gb_seconds)
            }
        };
        add(&mut used, "run", month.tasks);
        add(&mut used, "object_put", month.s3_puts);
        add(&mut used, "object_get", month.s3_gets);
        let received_and_deleted = if stage.from_queue { 2.0 * month.tasks } else { 0.0 };
        add(&mut used, "queue_request", month.queue_sends + received_and_deleted);
        let reads = month.record_reads * units(record_bytes, 4096.0) + month.small_reads;
        let writes = month.record_writes * units(record_bytes, 1024.0) + month.small_writes;
        match cloud {
            Cloud::Aws => {
                add(&mut used, "table_read_unit", reads);
                add(&mut used, "table_write_unit", writes);
            }
            // Managed Service for YDB, "Request cost for the Document API": a reading costs 1 unit, a writing 2.
            Cloud::Yandex => add(&mut used, "table_request_unit", reads + 2.0 * writes),
        }
        if name == "api" {
            add(&mut used, "api_request", month.tasks);
        }
        tasks_of_all += month.tasks;
        let per_document = |of_month: f64| if documents > 0.0 { of_month / documents } else { 0.0 };
        stages.push(StageUse {
            stage: name.clone(),
            tasks: per_document(month.tasks),
            billed_seconds: per_document(billed.0),
            gb_seconds: per_document(billed.1),
        });
    }
    for (index, object) in work.objects.iter().enumerate() {
        store(&mut used, cloud, load, object, &counts, &format!("objects.{index}.{}", object.name), unknown);
    }
    let ledger_bytes = work.document.ledger_bytes.of_document(&counts, "document.ledger_bytes", unknown);
    let held = |month| load.documents_per_day * ledger_bytes * average_days_held(month, 0, None) / GIB;
    let ledger_gb = (held(1), held(12));
    add_both(&mut used, "table_gb_month", ledger_gb);
    if cloud == Cloud::Aws {
        add_both(&mut used, "table_backup_gb_month", ledger_gb);
    }
    let fetched = work.downloads.bytes.of_document(&counts, "downloads.bytes", unknown);
    add(&mut used, "cdn_gb", documents * fetched / GIB);
    add(&mut used, "cdn_request", work.downloads.requests.of_month(documents, &counts, "downloads.requests", unknown));
    let log_bytes = known(work.log_bytes_per_task, || "log_bytes_per_task".to_owned(), unknown);
    let log_gb = tasks_of_all * log_bytes / GIB;
    let retention_days = work.log_retention_days.get(cloud.name()).copied().unwrap_or(f64::from(DAYS_OF_MONTH));
    add(&mut used, "logs_gb", log_gb);
    add(&mut used, "logs_stored_gb_month", log_gb * retention_days / f64::from(DAYS_OF_MONTH));
    for (price, &quantity) in work.standing.get(cloud.name()).into_iter().flatten() {
        let place = || format!("standing.{}.{price}", cloud.name());
        add(&mut used, price, known(quantity, place, unknown));
    }
    used.retain(|_, quantity| *quantity != (0.0, 0.0));
    Used { usage: used, stages, file_mb: counts.of(Driver::SourceMb) }
}

/// What a stage does in a month.
struct StageMonth {
    tasks: f64,
    cpu_ms: f64,
    s3_puts: f64,
    s3_gets: f64,
    source_reads: f64,
    queue_sends: f64,
    record_reads: f64,
    record_writes: f64,
    small_reads: f64,
    small_writes: f64,
}

impl StageMonth {
    fn of(
        stage: &StageWork,
        documents: f64,
        counts: &PerDocument,
        place: &impl Fn(&str) -> String,
        unknown: &mut Unknown,
    ) -> Self {
        let mut month =
            |amount: &super::amount::Amount, field| amount.of_month(documents, counts, &place(field), unknown);
        Self {
            tasks: month(&stage.tasks, "tasks"),
            cpu_ms: month(&stage.cpu_ms, "cpu_ms"),
            s3_puts: month(&stage.s3_puts, "s3_puts"),
            s3_gets: month(&stage.s3_gets, "s3_gets"),
            source_reads: month(&stage.source_reads, "source_reads"),
            queue_sends: month(&stage.queue_sends, "queue_sends"),
            record_reads: month(&stage.record_reads, "record_reads"),
            record_writes: month(&stage.record_writes, "record_writes"),
            small_reads: month(&stage.small_reads, "small_reads"),
            small_writes: month(&stage.small_writes, "small_writes"),
        }
    }

    /// Milliseconds of waiting for answers, one after another.
    fn wall_ms(&self, work: &Work, file_mb: f64) -> f64 {
        let assumed = &work.assumed;
        let table = self.record_reads + self.record_writes + self.small_reads + self.small_writes;
        let transferred_mb = self.source_reads * file_mb;
        (self.s3_puts + self.s3_gets) * assumed.s3_wait_ms
            + table * assumed.table_wait_ms
            + self.queue_sends * assumed.queue_wait_ms
            + transferred_mb / assumed.transfer_mb_per_s * 1000.0
    }
}

fn add(used: &mut Usage, price: &str, quantity: f64) {
    add_both(used, price, (quantity, quantity));
}

fn add_both(used: &mut Usage, price: &str, (month_1, month_12): (f64, f64)) {
    let so_far = used.entry(price.to_owned()).or_default();
    so_far.0 += month_1;
    so_far.1 += month_12;
}

/// How many units of `size` bytes a record of `bytes` is billed as; at least one.
fn units(bytes: f64, size: f64) -> f64 {
    (bytes / size).ceil().max(1.0)
}

fn store(
    used: &mut Usage,
    cloud: Cloud,
    load: &Load,
    object: &StoredObject,
    counts: &PerDocument,
    place: &str,
    unknown: &mut Unknown,
) {
    let bytes = object.bytes.of_document(counts, &format!("{place}.bytes"), unknown);
    let count = object.count.of_document(counts, &format!("{place}.count"), unknown);
    let life = object.life.get(cloud.name()).map(Vec::as_slice).unwrap_or_default();
    for (index, step) in life.iter().enumerate() {
        let until = life.get(index + 1).map(|next| next.from_day);
        if let Some(storage) = &step.storage {
            let held = |month| load.documents_per_day * bytes * average_days_held(month, step.from_day, until) / GIB;
            add_both(used, storage, (held(1), held(12)));
        }
        if let Some(moved_by) = &step.moved_by {
            let moved = |month| load.documents_per_day * count * f64::from(days_at_least(month, step.from_day));
            add_both(used, moved_by, (moved(1), moved(12)));
        }
    }
}

/// Of how many days' documents there is something aged `from_day` up to, not including, `until_day`, on an average day
/// of the `month`th month (from 1) of an installation that was empty.
pub(crate) fn average_days_held(month: u32, from_day: u32, until_day: Option<u32>) -> f64 {
    let first = DAYS_OF_MONTH * (month - 1);
    let days = first..first + DAYS_OF_MONTH;
    let held = days.map(|day| until_day.map_or(day + 1, |until| until.min(day + 1)).saturating_sub(from_day));
    f64::from(held.sum::<u32>()) / f64::from(DAYS_OF_MONTH)
}

/// On how many days of the `month`th month (from 1) documents come of the age `from_day`.
fn days_at_least(month: u32, from_day: u32) -> u32 {
    let first = DAYS_OF_MONTH * (month - 1);
    (first + DAYS_OF_MONTH).saturating_sub(first.max(from_day))
}
