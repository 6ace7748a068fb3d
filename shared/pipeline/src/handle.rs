use crate::lease::{Asked, Leases};
use crate::{Failure, Records, RecordsError, Stage, chain, metrics};
use domain::{DocumentRecord, Rejection, ServiceLevel, StageName, Subject, Task, UploadRecord, UploadState, Warning};
use futures_util::FutureExt;
use ports::{Clock, Host, LedgerKey, Missing, Notice, Notices};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// One message as a host received it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The task, JSON.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How long this attempt may take; a host that will be stopped earlier than the stage's own limit says so.
    pub left_ms: Option<u64>,
}

/// What the host does with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Delete it: done, or refused and written down.
    Ack,
    /// Show it again after this many milliseconds; past the last attempt, move it to the dead letters.
    Retry {
        /// How long to wait.
        after_ms: u64,
    },
    /// Move it to the dead letters at once.
    Dead {
        /// Why, for the operator.
        reason: String,
    },
}

/// Carries messages through stages: the same in every host.
#[derive(Clone)]
pub struct Handler {
    records: Records,
    clock: Arc<dyn Clock>,
    notices: Arc<dyn Notices>,
    /// How long a finished run waits for what is said of its passed limit.
    say_within: Duration,
    leases: Option<Leases>,
}

/// What a run of a stage came to.
struct Ended {
    verdict: Verdict,
    refused: bool,
}

impl Handler {
    /// Takes from the host what handling needs beside the stage's own ports.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        let (records, clock, notices) = (Records::new(host.ledger()?), host.clock()?, host.notices()?);
        Ok(Self { records, clock, notices, say_within: SAY_WITHIN, leases: None })
    }

    /// The same for a host whose queues may deliver a message a second time while the first is being worked on: the
    /// second waits until the lease of the first has lapsed.
    pub fn build_with_leases(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self { leases: Some(Leases::new(host.ledger()?)), ..Self::build(host)? })
    }

    /// Runs one message through a stage. Never panics and never fails: whatever happens becomes a verdict, and what
    /// the user must know stands in the ledger before the verdict is given.
    pub async fn handle<S: Stage>(&self, stage: &S, delivery: &Delivery) -> Verdict {
        let started = Instant::now();
        let Ended { verdict, refused } = self.run(stage, delivery).await;
        let took = started.elapsed();
        metrics::task_ended(S::NAME, &verdict, refused, took);
        let took_ms = took.as_millis();
        tracing::debug!(stage = %S::NAME, attempt = delivery.attempt, took_ms, "{} ended in {took_ms} ms", S::NAME);
        verdict
    }

    async fn run<S: Stage>(&self, stage: &S, delivery: &Delivery) -> Ended {
        let task: S::Task = match serde_json::from_str(&delivery.body) {
            Ok(task) => task,
            Err(error) => {
                // Where, not what: the parser's own text quotes the value, which may be a name.
                let (kind, line, column) = (error.classify(), error.line(), error.column());
                let reason = format!("the task cannot be read: {kind:?} at line {line}, column {column}");
                tracing::error!(stage = %S::NAME, "{} goes to the dead letters, {reason}", S::NAME);
                let verdict = Verdict::Dead { reason };
                return Ended { verdict, refused: false };
            }
        };
        let subject = task.subject();
        let limit_ms = delivery.left_ms.unwrap_or(u64::MAX).min(S::NAME.limit_ms());
        let lease = match self.take_lease(S::NAME, &subject, delivery, limit_ms).await {
            Ok(lease) => lease,
            Err(verdict) => return Ended { verdict, refused: false },
        };
        let ended = self.run_to_verdict(stage, task, &subject, delivery, limit_ms).await;
        if let (Some(leases), Some(key)) = (&self.leases, lease)
            && let Err(error) = leases.give_back(&key).await
        {
            tracing::warn!(stage = %S::NAME, error = chain(&error), "a lease could not be given back; it will lapse");
        }
        ended
    }

    /// The lease on a task, if this host has leases; the verdict when the task must wait.
    async fn take_lease(
        &self,
        stage: StageName,
        subject: &Subject,
        delivery: &Delivery,
        limit_ms: u64,
    ) -> Result<Option<LedgerKey>, Verdict> {
        let Some(leases) = &self.leases else { return Ok(None) };
        let now_ms = self.clock.now_ms();
        let until_ms = now_ms.saturating_add(limit_ms);
        match leases.take(stage, subject, &delivery.body, now_ms, until_ms).await {
            Ok(Asked::Taken(key)) => Ok(Some(key)),
            Ok(Asked::NotNeeded) => Ok(None),
            // Another sweep does what this one would; the next is due in a minute anyway.
            Ok(Asked::Held { .. }) if *subject == Subject::Installation => {
                tracing::info!(%stage, "a task of {stage} came while another was being worked on; it is over");
                Err(Verdict::Ack)
            }
            Ok(Asked::Held { until_ms }) => {
                tracing::info!(%stage, subject = subject_id(subject), "a task of {stage} came twice; it waits for the first");
                Err(Verdict::Retry { after_ms: until_ms.saturating_sub(now_ms) })
            }
            Err(error) => {
                tracing::warn!(%stage, error = chain(&error), "a lease could not be taken");
                Err(Verdict::Retry { after_ms: back_off_ms(delivery.attempt) })
            }
        }
    }

    async fn run_to_verdict<S: Stage>(
        &self,
        stage: &S,
        task: S::Task,
        subject: &Subject,
        delivery: &Delivery,
        limit_ms: u64,
    ) -> Ended {
        let run = AssertUnwindSafe(self.run_within_service_level(stage, task, subject)).catch_unwind();
        let failure = match tokio::time::timeout(Duration::from_millis(limit_ms), run).await {
            Ok(Ok(Ok(()))) => return Ended { verdict: Verdict::Ack, refused: false },
            Ok(Ok(Err(failure))) => failure,
            Ok(Err(_panic)) => Failure::Retry { action: "run the stage: it panicked".to_owned(), source: None },
            Err(_elapsed) => Failure::Retry { action: format!("finish within {limit_ms} ms"), source: None },
        };
        let refused = matches!(failure, Failure::Reject { .. });
        let verdict = settle(S::NAME, &self.records, subject, delivery, failure).await;
        Ended { refused: refused && verdict == Verdict::Ack, verdict }
    }

    /// Runs the task and, when it passes the limit of its service level, says so while it goes on.
    async fn run_within_service_level<S: Stage>(
        &self,
        stage: &S,
        task: S::Task,
        subject: &Subject,
    ) -> Result<(), Failure> {
        let Some(level) = S::NAME.service_level() else { return stage.run(task).await };
        let left_ms = self.left_ms(S::NAME, &level, subject).await?;
        let mut run = pin!(stage.run(task));
        if left_ms > 0 {
            tokio::select! {
                biased;
                done = &mut run => return done,
                () = tokio::time::sleep(Duration::from_millis(left_ms)) => {}
            }
        }
        let mut passing = pin!(self.pass_limit(S::NAME, &level, subject));
        tokio::select! {
            biased;
            done = &mut run => {
                // What is not said by then is said by a later delivery, or lost.
                let said = tokio::time::timeout(self.say_within, passing).await;
                if said.is_err() {
                    tracing::warn!(stage = %S::NAME, "a passed limit was not said in time");
                }
                done
            }
            () = &mut passing => run.await,
        }
    }

    /// How much of the service level is left: all of it at the first delivery of a document's task, which writes the
    /// deadline down, and the rest at those that follow.
    async fn left_ms(&self, stage: StageName, level: &ServiceLevel, subject: &Subject) -> Result<u64, Failure> {
        let now_ms = self.clock.now_ms();
        let deadline_ms = match subject {
            Subject::Document(document) => {
                let deadline_ms = now_ms.saturating_add(level.limit_ms);
                let set = |record: &mut DocumentRecord| {
                    record.deadlines.entry(stage).or_insert(deadline_ms);
                };
                match self.records.update_document(document, set).await {
                    Ok(record) => record.deadlines.get(&stage).copied(),
                    Err(RecordsError::Absent(_)) => None,
                    Err(error) => return Err(error.into()),
                }
            }
            Subject::Upload(upload) => {
                let deadline_ms = now_ms.saturating_add(level.limit_ms);
                let set = |record: &mut UploadRecord| {
                    record.deadline_ms.get_or_insert(deadline_ms);
                };
                match self.records.update_upload(upload, set).await {
                    Ok(record) => record.deadline_ms,
                    Err(RecordsError::Absent(_)) => None,
                    Err(error) => return Err(error.into()),
                }
            }
            Subject::Installation => None,
        };
        Ok(deadline_ms.map_or(level.limit_ms, |deadline_ms| deadline_ms.saturating_sub(now_ms)))
    }

    /// Writes down that a limit was passed; `true` for the first delivery that does. What has no record has no memory.
    async fn note_passing(&self, level: &ServiceLevel, subject: &Subject) -> Result<bool, RecordsError> {
        // The changes may run several times; the last run is the one that is written.
        let is_first = AtomicBool::new(true);
        let noted = match subject {
            Subject::Document(document) => {
                let code = format!("slow-{}", level.operation.name());
                let warn = |record: &mut DocumentRecord| {
                    let known = record.warnings.iter().any(|warning| warning.code == code);
                    is_first.store(!known, Ordering::Relaxed);
                    if !known {
                        let message = level.warning.to_owned();
                        record.warnings.push(Warning { code: code.clone(), message, pages: Vec::new() });
                    }
                };
                self.records.update_document(document, warn).await.map(drop)
            }
            Subject::Upload(upload) => {
                let note = |record: &mut UploadRecord| {
                    is_first.store(!record.slow, Ordering::Relaxed);
                    record.slow = true;
                };
                self.records.update_upload(upload, note).await.map(drop)
            }
            Subject::Installation => Ok(()),
        };
        match noted {
            Ok(()) | Err(RecordsError::Absent(_)) => Ok(is_first.into_inner()),
            Err(error) => Err(error),
        }
    }

    /// Warns the user and, the first time, counts it and, where the level says so, tells the administrator. None of this
    /// may harm the run.
    async fn pass_limit(&self, stage: StageName, level: &ServiceLevel, subject: &Subject) {
        match self.note_passing(level, subject).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%stage, error = chain(&error), "a passed limit could not be written down; a later delivery will say it");
                return;
            }
        }
        metrics::limit_passed(level.operation);
        tracing::warn!(%stage, subject = subject_id(subject), "{stage} has passed the limit of its service level");
        if level.tells_administrator {
            let document = match subject {
                Subject::Document(document) => Some(document),
                Subject::Upload(_) | Subject::Installation => None,
            };
            let notice = Notice { stage, document: document.cloned(), text: level.warning.to_owned() };
            if let Err(error) = self.notices.tell(&notice).await {
                tracing::warn!(%stage, error = chain(&error), "the administrator could not be told");
            }
        }
    }
}

/// How long a finished run waits for what is said of its passed limit: the administrator's letter goes over the network.
const SAY_WITHIN: Duration = Duration::from_secs(1);

/// Waiting time before the attempt after `attempt` (from 1): doubling from half a second up to a minute.
pub fn back_off_ms(attempt: u32) -> u64 {
    500_u64.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(60_000)
}

async fn settle(
    stage: StageName,
    records: &Records,
    subject: &Subject,
    delivery: &Delivery,
    failure: Failure,
) -> Verdict {
    let attempt = delivery.attempt;
    let retry = Verdict::Retry { after_ms: back_off_ms(attempt) };
    match failure {
        Failure::Reject { code, message } => {
            let rejection = Rejection { stage, code, message };
            match write_rejection(records, subject, rejection).await {
                Ok(()) => {
                    metrics::refused(code);
                    tracing::info!(%stage, ?code, subject = subject_id(subject), "{stage} refused a document: {code:?}");
                    Verdict::Ack
                }
                Err(error) => {
                    tracing::warn!(%stage, attempt, error = chain(&error), "a refusal could not be written down; {stage} tries again");
                    retry
                }
            }
        }
        Failure::Retry { .. } => {
            let error = chain(&failure);
            tracing::warn!(
                %stage, attempt, subject = subject_id(subject), error, "{stage} failed to {error} (attempt {attempt})"
            );
            if attempt >= stage.max_attempts()
                && let Err(error) = write_failure(records, subject, stage).await
            {
                tracing::error!(%stage, error = chain(&error), "the failure of {stage} could not be written down; the sweeper will find it");
            }
            retry
        }
    }
}

async fn write_rejection(records: &Records, subject: &Subject, rejection: Rejection) -> Result<(), RecordsError> {
    match subject {
        Subject::Upload(upload) => {
            let refused = UploadState::Rejected { rejection };
            records.update_upload(upload, |record| record.state = refused.clone()).await?;
        }
        Subject::Document(document) => {
            records.update_document(document, |record| record.rejection = Some(rejection.clone())).await?;
            records.unwatch(document).await?;
        }
        Subject::Installation => {}
    }
    Ok(())
}

async fn write_failure(records: &Records, subject: &Subject, stage: StageName) -> Result<(), RecordsError> {
    let attempts = stage.max_attempts();
    let message = format!(
        "Обработка остановлена на этапе «{}»: {attempts} попыток не удались. Файл сохранён; повторите обработку \
         позже или сообщите администратору.",
        stage.title()
    );
    match subject {
        Subject::Upload(upload) => {
            records
                .update_upload(upload, |record| record.state = UploadState::Failed { stage, message: message.clone() })
                .await?;
        }
        Subject::Document(document) => {
            records.update_document(document, |record| record.failure = Some((stage, message.clone()))).await?;
        }
        Subject::Installation => {}
    }
    Ok(())
}

fn subject_id(subject: &Subject) -> &str {
    match subject {
        Subject::Upload(upload) => upload.upload.as_str(),
        Subject::Document(document) => document.document.as_str(),
        Subject::Installation => "installation",
    }
}

#[cfg(test)]
#[path = "handle_tests.rs"]
mod tests;
