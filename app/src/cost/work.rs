use super::amount::Amount;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the stages do for a document: requests as their code makes them, processor time and bytes as they were measured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Work {
    #[serde(rename = "schema")]
    _schema: u32,
    /// When, on what and on which documents was measured.
    pub(crate) measured: Measured,
    /// What a document is like.
    pub(crate) document: DocumentShape,
    /// The stages and the API, by name.
    pub(crate) stages: BTreeMap<String, StageWork>,
    /// What lies in the buckets.
    pub(crate) objects: Vec<StoredObject>,
    /// What users fetch of a document.
    pub(crate) downloads: Downloads,
    /// Bytes of log that a task writes, the lines of the cloud itself included.
    pub(crate) log_bytes_per_task: Option<f64>,
    /// Days that the log is kept, by cloud.
    pub(crate) log_retention_days: BTreeMap<String, f64>,
    /// What was neither measured nor read in the code.
    pub(crate) assumed: Assumed,
    /// What is there however many documents come, by cloud and price: `aws.sqs_request`, ….
    pub(crate) standing: BTreeMap<String, BTreeMap<String, Option<f64>>>,
}

/// Where the figures are from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measured {
    /// The day, ISO.
    pub(crate) date: Option<String>,
    /// The machine.
    pub(crate) hardware: Option<String>,
    /// The documents.
    pub(crate) documents: Option<String>,
}

/// What a document is like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentShape {
    /// Area of a page in sheets of A4, on average.
    pub(crate) page_area_in_a4: Option<f64>,
    /// Acts of a document.
    pub(crate) acts: Amount,
    /// Bytes of the file.
    pub(crate) source_bytes: Amount,
    /// Bytes of its record in the ledger.
    pub(crate) record_bytes: Amount,
    /// Bytes of the ledger that stay for good.
    pub(crate) ledger_bytes: Amount,
}

/// What one stage does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageWork {
    /// How the counts follow from the code.
    #[serde(rename = "derivation")]
    _derivation: String,
    /// Runs: messages, or requests to the API.
    pub(crate) tasks: Amount,
    /// Whether each run is a message of a queue: it is received once and deleted once.
    pub(crate) from_queue: bool,
    /// Milliseconds of one core.
    pub(crate) cpu_ms: Amount,
    /// Objects written.
    #[serde(default)]
    pub(crate) s3_puts: Amount,
    /// Objects, or their sizes, asked for.
    #[serde(default)]
    pub(crate) s3_gets: Amount,
    /// How often the whole file is fetched (its requests stand in `s3_gets`).
    #[serde(default)]
    pub(crate) source_reads: Amount,
    /// Requests that send messages.
    #[serde(default)]
    pub(crate) queue_sends: Amount,
    /// Readings of the document's record.
    #[serde(default)]
    pub(crate) record_reads: Amount,
    /// Writings of the document's record.
    #[serde(default)]
    pub(crate) record_writes: Amount,
    /// Readings of what fits one unit: other records, sets, leases.
    #[serde(default)]
    pub(crate) small_reads: Amount,
    /// Writings and deletions of what fits one unit.
    #[serde(default)]
    pub(crate) small_writes: Amount,
    /// As template.yaml hosts it.
    pub(crate) aws: LambdaSize,
    /// As infra/yandex hosts it.
    pub(crate) yandex: ContainerSize,
}

/// Size of a Lambda function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LambdaSize {
    /// MB.
    pub(crate) memory_mb: Option<f64>,
}

/// Size of a Yandex container.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContainerSize {
    /// MB.
    pub(crate) memory_mb: Option<f64>,
    /// Cores.
    pub(crate) cores: Option<f64>,
}

/// Objects of one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredObject {
    /// What.
    pub(crate) name: String,
    /// How many.
    pub(crate) count: Amount,
    /// How large, all together.
    pub(crate) bytes: Amount,
    /// Where they lie at which age, by cloud, youngest first.
    pub(crate) life: BTreeMap<String, Vec<LifeStep>>,
}

/// From some age on an object lies in a storage class.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LifeStep {
    /// Age in days.
    pub(crate) from_day: u32,
    /// Name of the price of a GB and month; null = deleted.
    pub(crate) storage: Option<String>,
    /// Name of the price of moving an object there, if that costs.
    #[serde(default)]
    pub(crate) moved_by: Option<String>,
}

/// What users fetch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Downloads {
    /// Bytes.
    pub(crate) bytes: Amount,
    /// Requests.
    pub(crate) requests: Amount,
}

/// What was neither measured nor read in the code; the report names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assumed {
    /// Said in the report, in Russian.
    pub(crate) note_ru: String,
    /// Waiting for an answer of the object store.
    pub(crate) s3_wait_ms: f64,
    /// Waiting for an answer of the table.
    pub(crate) table_wait_ms: f64,
    /// Waiting for an answer of a queue.
    pub(crate) queue_wait_ms: f64,
    /// How fast a file arrives, MB (2^20) a second.
    pub(crate) transfer_mb_per_s: f64,
    /// How much slower than the measured core a core of the cloud is: 1 = as fast.
    pub(crate) slower_core: f64,
}

impl Work {
    /// Reads a file of measured work.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The same with `figure` wherever nothing was measured, for tests.
    #[cfg(test)]
    pub(crate) fn with_unmeasured_as(mut self, figure: f64) -> Self {
        fn fill(amount: &mut Amount, figure: f64) {
            amount.0.values_mut().for_each(|value| *value = Some(value.unwrap_or(figure)));
        }
        let shape = &mut self.document;
        shape.page_area_in_a4.get_or_insert(figure);
        for amount in [&mut shape.acts, &mut shape.source_bytes, &mut shape.record_bytes, &mut shape.ledger_bytes] {
            fill(amount, figure);
        }
        self.log_bytes_per_task.get_or_insert(figure);
        for stage in self.stages.values_mut() {
            fill(&mut stage.cpu_ms, figure);
            fill(&mut stage.tasks, figure);
            stage.aws.memory_mb.get_or_insert(1769.0);
            stage.yandex.memory_mb.get_or_insert(1024.0);
            stage.yandex.cores.get_or_insert(1.0);
        }
        for object in &mut self.objects {
            fill(&mut object.bytes, figure);
        }
        fill(&mut self.downloads.bytes, figure);
        self.standing
            .values_mut()
            .flat_map(BTreeMap::values_mut)
            .for_each(|value| *value = Some(value.unwrap_or(figure)));
        self
    }
}
