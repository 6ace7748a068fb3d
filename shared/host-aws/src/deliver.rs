//! One invocation: each message through the stage, and the answer that says which of them failed.

use crate::event::{self, Event, Message, UnexpectedEvent};
use crate::translate::{self, Translation};
use crate::{QueueEnds, back_off};
use cloud::TRACE;
use domain::StageName;
use futures_util::future::join_all;
use pipeline::{Delivery, Handler, Stage, Verdict, chain};
use ports::Clock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// SQS hides a message for twelve hours at most.
const LONGEST_HIDING_SECONDS: u64 = 12 * 3600;

/// A stage with all that its invocations need.
pub(crate) struct Invoked<S, Q> {
    pub(crate) stage: S,
    pub(crate) handler: Handler,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) queue_ends: Q,
}

/// Why an invocation is answered with an error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error(transparent)]
    Unexpected(#[from] UnexpectedEvent),
    #[error("answer a scheduled event: {0} is driven by its queue")]
    NotScheduled(StageName),
    #[error("run {0} on schedule; the log says why")]
    ScheduleFailed(StageName),
}

/// How an invocation's time is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TimeLeft {
    /// For the stage; `None` when the host does not know, and the stage's own limit holds.
    stage_ms: Option<u64>,
    /// Until every message is settled.
    settled_ms: u64,
}

impl TimeLeft {
    /// Between the end of the stage and the end of the function stands a margin, one to three seconds: the
    /// failure is written down, the queue is told, and then the answer goes out. A deadline that was over before the
    /// work began is no deadline but a clock that goes wrong.
    fn until(deadline_ms: u64, now_ms: u64, stage: StageName) -> Self {
        match deadline_ms.checked_sub(now_ms).filter(|left_ms| *left_ms > 0) {
            Some(left_ms) => {
                let margin_ms = (left_ms / 20).clamp(1000, 3000);
                // Lambda gives fifteen minutes at most; more is a clock that goes wrong, too.
                let settled_ms = left_ms.saturating_sub(margin_ms / 4).min(15 * 60_000);
                Self { stage_ms: Some(left_ms.saturating_sub(margin_ms)), settled_ms }
            }
            None => Self { stage_ms: None, settled_ms: stage.limit_ms() + 3000 },
        }
    }
}

impl<S: Stage, Q: QueueEnds> Invoked<S, Q> {
    /// The answer to an event that ends at `deadline_ms` (milliseconds since 1970): of a batch, which messages are to
    /// be shown again (`ReportBatchItemFailures`).
    pub(crate) async fn answer(
        self: Arc<Self>,
        event: &Value,
        request_id: &str,
        deadline_ms: u64,
    ) -> Result<Value, Unanswered> {
        let left = TimeLeft::until(deadline_ms, self.clock.now_ms(), S::NAME);
        match event::read(event)? {
            Event::Messages(messages) => Ok(self.take_batch(messages, request_id, left).await),
            Event::Tick if S::NAME == StageName::Sweeper => self.sweep(left).await,
            Event::Tick => Err(Unanswered::NotScheduled(S::NAME)),
        }
    }

    async fn take_batch(self: Arc<Self>, messages: Vec<Message>, request_id: &str, left: TimeLeft) -> Value {
        let settled_by = Instant::now() + Duration::from_millis(left.settled_ms);
        // Of the invocation; a message has its own, unless its sender was not traced.
        let invocation_trace = TRACE.try_with(Clone::clone).unwrap_or_default();
        let mut running = Vec::with_capacity(messages.len());
        for message in messages {
            let id = message.id.clone();
            let span = tracing::error_span!("message", request_id, message_id = %id, attempt = message.attempt);
            let trace = message.trace.clone().unwrap_or_else(|| invocation_trace.clone());
            let delivery = TRACE.scope(trace, Arc::clone(&self).take(message, left.stage_ms)).instrument(span);
            // A task of its own: whatever happens to it, a panic included, its neighbours go on.
            running.push((id, tokio::spawn(delivery)));
        }
        let mut failed = Vec::new();
        for (id, mut task) in running {
            let is_done = match tokio::time::timeout_at(settled_by, &mut task).await {
                Ok(Ok(is_done)) => is_done,
                Ok(Err(_panicked)) => {
                    tracing::error!(stage = %S::NAME, message_id = %id, "a message of {} panicked the host; it is shown again", S::NAME);
                    false
                }
                Err(_elapsed) => {
                    task.abort();
                    tracing::error!(stage = %S::NAME, message_id = %id, "a message of {} was not settled in time; it is shown again", S::NAME);
                    false
                }
            };
            if !is_done {
                failed.push(json!({ "itemIdentifier": id }));
            }
        }
        json!({ "batchItemFailures": failed })
    }

    /// Takes one message; `true` when the queue may delete it.
    async fn take(self: Arc<Self>, message: Message, left_ms: Option<u64>) -> bool {
        let verdict = self.judge(&message, left_ms).await;
        self.settle(&message, verdict).await
    }

    async fn judge(&self, message: &Message, left_ms: Option<u64>) -> Verdict {
        let translation = match S::NAME {
            StageName::UploadHandler => translate::upload_tasks(&message.body),
            _ => Translation { tasks: vec![message.body.clone()], ..Translation::default() },
        };
        if translation.strangers > 0 {
            tracing::warn!(
                objects = translation.strangers,
                "objects were put into the uploads under a key that begins with no tenant: files of a user that nobody will read"
            );
        }
        let attempt = message.attempt;
        let runs = translation
            .tasks
            .into_iter()
            .map(|body| async move { self.handler.handle(&self.stage, &Delivery { body, attempt, left_ms }).await });
        let mut verdicts = join_all(runs).await;
        if let Some(why) = translation.unreadable {
            tracing::error!(stage = %S::NAME, why, "a notification cannot be read; it goes to the dead letters");
            verdicts.push(Verdict::Dead { reason: format!("the notification cannot be read: {why}") });
        }
        worst(verdicts)
    }

    /// Carries out a verdict; `true` when the queue may delete the message.
    async fn settle(&self, message: &Message, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Ack => true,
            Verdict::Retry { after_ms } => {
                let patient = back_off::seconds_after(message.attempt, S::NAME.max_attempts(), &message.id);
                let seconds = after_ms.div_ceil(1000).max(patient).min(LONGEST_HIDING_SECONDS) as u32;
                if let Err(error) = self.queue_ends.show_again_after(&message.receipt_handle, seconds).await {
                    tracing::warn!(
                        error = chain(&error),
                        "a message will be shown again after the queue's own time only"
                    );
                }
                false
            }
            Verdict::Dead { reason } => match self.queue_ends.bury(&message.body, &reason).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::error!(
                        error = chain(&error),
                        "a dead letter could not be sent; the message is shown again"
                    );
                    false
                }
            },
        }
    }

    async fn sweep(&self, left: TimeLeft) -> Result<Value, Unanswered> {
        let delivery = Delivery { body: "{}".to_owned(), attempt: 1, left_ms: left.stage_ms };
        match self.handler.handle(&self.stage, &delivery).await {
            Verdict::Ack => Ok(json!({})),
            Verdict::Retry { .. } | Verdict::Dead { .. } => Err(Unanswered::ScheduleFailed(S::NAME)),
        }
    }
}

/// What becomes of a message with several tasks in it. One that must be tried again keeps all of them in the queue
/// (tasks may run twice); then one that cannot be read makes a dead letter.
fn worst(verdicts: Vec<Verdict>) -> Verdict {
    let mut worst = Verdict::Ack;
    for verdict in verdicts {
        worst = match (worst, verdict) {
            (Verdict::Retry { after_ms: one }, Verdict::Retry { after_ms: other }) => {
                Verdict::Retry { after_ms: one.max(other) }
            }
            (retry @ Verdict::Retry { .. }, _) | (_, retry @ Verdict::Retry { .. }) => retry,
            (Verdict::Dead { reason: one }, Verdict::Dead { reason: other }) => {
                Verdict::Dead { reason: format!("{one}; {other}") }
            }
            (dead @ Verdict::Dead { .. }, Verdict::Ack) | (Verdict::Ack, dead @ Verdict::Dead { .. }) => dead,
            (Verdict::Ack, Verdict::Ack) => Verdict::Ack,
        };
    }
    worst
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod tests;
