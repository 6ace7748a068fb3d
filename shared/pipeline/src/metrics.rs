//! What is counted and timed, in every host: the names, and the few places that count. Hosts choose the recorder
//! (Prometheus text, or Embedded Metric Format in Lambda).

use crate::Verdict;
use domain::{DocumentState, Operation, RejectionCode, StageName};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, histogram};
use ports::Spent;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Documents (and uploads that never became one) that came to their end, by `outcome`: `done`, `rejected`, `failed`.
pub const DOCUMENTS_PROCESSED: &str = "documents_processed_total";
/// Refusals by `code`.
pub const REJECTIONS: &str = "rejections_total";
/// Deliveries by `task_type` (the stage) and `verdict`: `ack`, `reject`, `retry`, `dead`.
pub const TASKS: &str = "tasks_total";
/// Seconds that a delivery took, by `task_type`.
pub const TASK_DURATION: &str = "task_duration_seconds";
/// Operations that passed the limit of their service level, by `operation`.
pub const FALLBACK: &str = "fallback_total";
/// Messages that wait, by `queue_name`.
pub const QUEUE_SIZE: &str = "queue_size";
/// Dead letters, by `queue_name`.
pub const DLQ_SIZE: &str = "dlq_size";
/// Tokens that a model was sent and that it answered, by `direction`: `in`, `out`.
pub const LLM_TOKENS: &str = "llm_tokens_total";
/// What the model's answers cost, kopecks: counters are whole numbers, and an answer costs less than a rouble.
pub const LLM_COST: &str = "llm_cost";

/// Upper bounds in seconds for [`TASK_DURATION`]: the limits of the service levels and 80 % of the stages' own, where rules look,
/// and a few between.
pub const TASK_DURATION_BUCKETS: [f64; 18] =
    [0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 48.0, 60.0, 72.0, 96.0, 120.0, 192.0, 240.0, 600.0];

const VERDICTS: [&str; 4] = ["ack", "reject", "retry", "dead"];
const OUTCOMES: [&str; 3] = ["done", "rejected", "failed"];

/// Describes every metric and sets each counter to 0, so that a rule over one that has not moved yet finds it. Call it
/// once, after the recorder is installed.
pub fn register() {
    describe_counter!(DOCUMENTS_PROCESSED, "documents that came to their end");
    describe_counter!(REJECTIONS, "refusals by their code");
    describe_counter!(TASKS, "deliveries by their verdict");
    describe_histogram!(TASK_DURATION, metrics::Unit::Seconds, "seconds that a delivery took");
    describe_counter!(FALLBACK, "operations that passed the limit of their service level");
    describe_gauge!(QUEUE_SIZE, "messages that wait");
    describe_gauge!(DLQ_SIZE, "dead letters");
    describe_counter!(LLM_TOKENS, "tokens of the model");
    describe_counter!(LLM_COST, "cost of the model in kopecks");
    for outcome in OUTCOMES {
        counter!(DOCUMENTS_PROCESSED, "outcome" => outcome).absolute(0);
    }
    for code in RejectionCode::ALL {
        counter!(REJECTIONS, "code" => code.name()).absolute(0);
    }
    for stage in StageName::ALL {
        for verdict in VERDICTS {
            counter!(TASKS, "task_type" => stage.name(), "verdict" => verdict).absolute(0);
        }
    }
    for operation in Operation::ALL {
        counter!(FALLBACK, "operation" => operation.name()).absolute(0);
    }
    for direction in ["in", "out"] {
        counter!(LLM_TOKENS, "direction" => direction).absolute(0);
    }
    counter!(LLM_COST).absolute(0);
}

/// A model was asked.
pub fn model_used(spent: Spent) {
    counter!(LLM_TOKENS, "direction" => "in").increment(spent.tokens_in);
    counter!(LLM_TOKENS, "direction" => "out").increment(spent.tokens_out);
    // What is left of a kopeck counts with the next answer.
    let owed = OWED.fetch_add(spent.micro_roubles, Ordering::Relaxed);
    let kopecks = |micro_roubles: u64| micro_roubles / MICRO_ROUBLES_PER_KOPECK;
    counter!(LLM_COST).increment(kopecks(owed.saturating_add(spent.micro_roubles)) - kopecks(owed));
}

/// All that the models of this process have cost, in millionths of a rouble.
static OWED: AtomicU64 = AtomicU64::new(0);

const MICRO_ROUBLES_PER_KOPECK: u64 = 10_000;

/// A delivery has ended; a refusal is an `Ack` by its verdict and is counted as `reject`.
pub(crate) fn task_ended(stage: StageName, verdict: &Verdict, refused: bool, took: Duration) {
    let verdict = match verdict {
        Verdict::Ack if refused => "reject",
        Verdict::Ack => "ack",
        Verdict::Retry { .. } => "retry",
        Verdict::Dead { .. } => "dead",
    };
    counter!(TASKS, "task_type" => stage.name(), "verdict" => verdict).increment(1);
    histogram!(TASK_DURATION, "task_type" => stage.name()).record(took);
}

/// A document has come to its end.
pub(crate) fn document_ended(state: DocumentState) {
    let outcome = match state {
        DocumentState::Done => "done",
        DocumentState::Rejected => "rejected",
        _ => "failed",
    };
    counter!(DOCUMENTS_PROCESSED, "outcome" => outcome).increment(1);
}

/// A document or an upload was refused.
pub(crate) fn refused(code: RejectionCode) {
    counter!(REJECTIONS, "code" => code.name()).increment(1);
}

/// An operation has passed the limit of its service level.
pub(crate) fn limit_passed(operation: Operation) {
    counter!(FALLBACK, "operation" => operation.name()).increment(1);
}
