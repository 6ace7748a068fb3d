use crate::{Failure, Records, RecordsError, Stage};
use domain::{Rejection, StageName, Subject, Task, UploadState};
use futures_util::FutureExt;
use ports::Clock;
use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

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

/// Runs one message through a stage. Never panics and never fails: whatever happens becomes a verdict, and what the
/// user must know stands in the ledger before the verdict is given.
pub async fn handle<S: Stage>(stage: &S, records: &Records, clock: &dyn Clock, delivery: &Delivery) -> Verdict {
    let task: S::Task = match serde_json::from_str(&delivery.body) {
        Ok(task) => task,
        Err(error) => {
            tracing::error!(stage = %S::NAME, %error, "a task of {} cannot be read; it goes to the dead letters", S::NAME);
            return Verdict::Dead { reason: format!("the task cannot be read: {error}") };
        }
    };
    let subject = task.subject();
    let limit_ms = delivery.left_ms.unwrap_or(u64::MAX).min(S::NAME.limit_ms());
    let started_ms = clock.now_ms();
    let run = AssertUnwindSafe(stage.run(task)).catch_unwind();
    let failure = match tokio::time::timeout(Duration::from_millis(limit_ms), run).await {
        Ok(Ok(Ok(()))) => {
            let took_ms = clock.now_ms().saturating_sub(started_ms);
            tracing::debug!(stage = %S::NAME, attempt = delivery.attempt, took_ms, "{} done in {took_ms} ms", S::NAME);
            return Verdict::Ack;
        }
        Ok(Ok(Err(failure))) => failure,
        Ok(Err(_panic)) => Failure::Retry { action: "run the stage: it panicked".to_owned(), source: None },
        Err(_elapsed) => Failure::Retry { action: format!("finish within {limit_ms} ms"), source: None },
    };
    settle(S::NAME, records, &subject, delivery, failure).await
}

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

/// An error with its sources, outermost first.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, ReceiveUpload, RejectionCode, TenantId, UploadId, UploadRecord, UploadRef};
    use ports::memory::MemoryHost;
    use ports::{Host, Missing};

    /// Does what the file name in its upload id's record tells it.
    struct Scripted {
        outcome: Outcome,
    }

    #[derive(Clone, Copy)]
    enum Outcome {
        Done,
        Reject,
        Retry,
        Panic,
        Hang,
    }

    impl Stage for Scripted {
        type Task = ReceiveUpload;

        fn build(_: &impl Host) -> Result<Self, Missing> {
            Ok(Self { outcome: Outcome::Done })
        }

        async fn run(&self, _: ReceiveUpload) -> Result<(), Failure> {
            match self.outcome {
                Outcome::Done => Ok(()),
                Outcome::Reject => {
                    Err(Failure::Reject { code: RejectionCode::NotPdf, message: "Файл не PDF.".to_owned() })
                }
                Outcome::Retry => Err(Failure::not_there("the file")),
                Outcome::Panic => panic!("page 7"),
                Outcome::Hang => std::future::pending().await,
            }
        }
    }

    async fn verdict(outcome: Outcome, attempt: u32, body: Option<&str>) -> (Verdict, UploadState) {
        let host = MemoryHost::default();
        let records = Records::new(host.ledger().unwrap());
        let upload = UploadRef { tenant: TenantId::local(), upload: UploadId::of(&DocumentId::of(b""), "КЖ.pdf") };
        let record = UploadRecord { file_name: "КЖ.pdf".to_owned(), received_at_ms: 0, state: UploadState::Received };
        records.create_upload(&upload, &record).await.unwrap();
        let body = body
            .map_or_else(|| serde_json::to_string(&ReceiveUpload::announced(upload.clone())).unwrap(), str::to_owned);
        let delivery = Delivery { body, attempt, left_ms: Some(20) };
        let verdict = handle(&Scripted { outcome }, &records, &host, &delivery).await;
        (verdict, records.upload(&upload).await.unwrap().unwrap().state)
    }

    #[tokio::test]
    async fn success_is_acknowledged() {
        assert_eq!(verdict(Outcome::Done, 1, None).await, (Verdict::Ack, UploadState::Received));
    }

    #[tokio::test]
    async fn a_refusal_stands_in_the_ledger_and_is_acknowledged() {
        let (verdict, state) = verdict(Outcome::Reject, 1, None).await;
        assert_eq!(verdict, Verdict::Ack);
        assert!(matches!(state, UploadState::Rejected { rejection } if rejection.code == RejectionCode::NotPdf));
    }

    #[tokio::test]
    async fn failures_panics_and_hangs_are_tried_again_later() {
        for outcome in [Outcome::Retry, Outcome::Panic, Outcome::Hang] {
            let (first, state) = verdict(outcome, 1, None).await;
            assert_eq!((first, state), (Verdict::Retry { after_ms: 500 }, UploadState::Received));
        }
        assert!(back_off_ms(2) > back_off_ms(1) && back_off_ms(200) == 60_000);
    }

    #[tokio::test]
    async fn after_the_last_attempt_the_user_sees_that_it_failed() {
        let (_, state) = verdict(Outcome::Panic, StageName::UploadHandler.max_attempts(), None).await;
        assert!(matches!(state, UploadState::Failed { stage: StageName::UploadHandler, .. }), "{state:?}");
    }

    #[tokio::test]
    async fn a_malformed_task_is_dead_at_once() {
        let (verdict, _) = verdict(Outcome::Done, 1, Some("{")).await;
        assert!(matches!(verdict, Verdict::Dead { .. }));
    }
}
