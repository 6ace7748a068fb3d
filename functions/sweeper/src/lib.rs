//! Drives on documents that stand still: a message lost in an outage, a process that died between two writes. Every
//! message it sends is one that may come twice anyway.

use domain::{DocumentRecord, DocumentRef, StageName, Sweep};
use futures_util::{TryStreamExt, stream};
use pipeline::{Failure, Onward, Records, Stage};
use ports::{Clock, Host, Missing, Notice, Notices};
use std::sync::Arc;

/// Deadline of the analysis of a set (PRODUCT.md: 120 s); a document that stands still past twice as long is driven on.
pub const DEADLINE_MS: u64 = 120_000;

/// After so many fruitless drives a document is given up.
pub const MAX_SWEEPS: u32 = 6;

const WATCHED_AT_ONCE: usize = 100;

/// Documents that are looked at beside each other: most of the time is waiting for the ledger.
const SWEPT_AT_ONCE: usize = 16;

/// The sweeper.
pub struct Sweeper {
    records: Records,
    clock: Arc<dyn Clock>,
    notices: Arc<dyn Notices>,
    onward: Onward,
}

/// What is to be done with a document under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It moves, or has not stood still for long.
    Leave,
    /// It is over.
    Unwatch,
    /// Send its next message again.
    DriveOn,
    /// Give it up.
    GiveUp,
}

impl Stage for Sweeper {
    type Task = Sweep;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            records: Records::new(host.ledger()?),
            clock: host.clock()?,
            notices: host.notices()?,
            onward: Onward::build(host)?,
        })
    }

    async fn run(&self, _: Sweep) -> Result<(), Failure> {
        let now_ms = self.clock.now_ms();
        let mut after = None;
        loop {
            let watched = self.records.watched(after.as_deref(), WATCHED_AT_ONCE).await?;
            let Some((last, _)) = watched.last() else { return Ok(()) };
            after = Some(last.clone());
            let documents = stream::iter(watched.into_iter().map(|(_, document)| Ok::<_, Failure>(document)));
            let sweep = |document: DocumentRef| async move { self.sweep_one(&document, now_ms).await };
            documents.try_for_each_concurrent(SWEPT_AT_ONCE, sweep).await?;
        }
    }
}

impl Sweeper {
    async fn sweep_one(&self, document: &DocumentRef, now_ms: u64) -> Result<(), Failure> {
        let Some(record) = self.records.document(document).await? else {
            return Ok(self.records.unwatch(document).await?);
        };
        match next_step(&record, now_ms) {
            Step::Leave => Ok(()),
            Step::Unwatch => Ok(self.records.unwatch(document).await?),
            Step::DriveOn => {
                tracing::warn!(document = %document.document, sweeps = record.sweeps, "a document stands still and is driven on");
                self.onward.send(document, &record).await?;
                let before = record.sweeps;
                self.records.update_document(document, |record| count_drive(record, before, now_ms)).await?;
                Ok(())
            }
            Step::GiveUp => {
                let message = "Обработка остановилась и не возобновилась после нескольких попыток. Файл сохранён; \
                               загрузите его ещё раз или сообщите администратору.";
                self.records
                    .update_document(document, |record| record.failure = Some((StageName::Sweeper, message.to_owned())))
                    .await?;
                self.tell(document).await;
                Ok(self.records.unwatch(document).await?)
            }
        }
    }

    /// Tells the administrator of a document given up; that the telling fails is no reason to sweep again.
    async fn tell(&self, document: &DocumentRef) {
        let text = "Документ остановился и не возобновился после нескольких попыток: нужен разбор.".to_owned();
        let notice = Notice { stage: StageName::Sweeper, document: Some(document.clone()), text };
        if let Err(error) = self.notices.tell(&notice).await {
            tracing::warn!(document = %document.document, error = &error as &dyn std::error::Error, "the administrator could not be told");
        }
    }
}

/// Counts a drive on a document that had been driven on `before` times when it was looked at: two sweeps that see it at
/// once send its message twice, which is harmless, and count one drive.
fn count_drive(record: &mut DocumentRecord, before: u32, now_ms: u64) {
    if record.sweeps == before {
        record.sweeps += 1;
        record.swept_at_ms = now_ms;
    }
}

fn next_step(record: &DocumentRecord, now_ms: u64) -> Step {
    if record.state().is_terminal() {
        return Step::Unwatch;
    }
    let moved_at_ms = record.accepted_at_ms.max(record.swept_at_ms);
    let patience_ms = (2 * DEADLINE_MS) << record.sweeps.min(MAX_SWEEPS);
    if now_ms.saturating_sub(moved_at_ms) <= patience_ms {
        Step::Leave
    } else if record.sweeps >= MAX_SWEEPS {
        Step::GiveUp
    } else {
        Step::DriveOn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ChunkPlan, DocumentId, DocumentState, TenantId, UploadId};
    use ports::memory::MemoryHost;

    fn record() -> DocumentRecord {
        serde_json::from_value(serde_json::json!({
            "file_name": "КЖ.pdf", "size_bytes": 1, "upload": UploadId::of(&DocumentId::of(b""), "КЖ.pdf"),
            "accepted_at_ms": 1000, "output_revision": 1,
        }))
        .unwrap()
    }

    async fn swept(record: &DocumentRecord, now_ms: u64) -> (Vec<StageName>, DocumentRecord, usize) {
        let host = MemoryHost::default();
        host.set_now_ms(now_ms);
        let records = Records::new(host.ledger().unwrap());
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        records.create_document(&document, record).await.unwrap();
        records.watch(&document).await.unwrap();
        Sweeper::build(&host).unwrap().run(Sweep {}).await.unwrap();
        let sent = host.contents().messages.into_iter().map(|(stage, _)| stage).collect();
        let after = records.document(&document).await.unwrap().unwrap();
        (sent, after, records.watched(None, 10).await.unwrap().len())
    }

    #[tokio::test]
    async fn a_document_within_its_time_is_left_alone() {
        let (sent, after, watched) = swept(&record(), 1000 + 2 * DEADLINE_MS).await;
        assert_eq!((sent, after, watched), (vec![], record(), 1));
    }

    #[tokio::test]
    async fn a_document_that_stands_still_gets_its_next_message_again() {
        let late = 1001 + 2 * DEADLINE_MS;
        let mut reading = record();
        reading.chunks = vec![ChunkPlan { first_page: 1, pages: 1, recognize: false }];
        let mut analyzing = reading.clone();
        analyzing.all_chunks_read = true;
        let mut binding = analyzing.clone();
        binding.indexed = true;
        binding.analyzed = true;
        binding.acts = Some(2);
        for (record, expected) in [
            (record(), vec![StageName::PdfSplitter]),
            (reading, vec![StageName::PdfSplitter]),
            (analyzing, vec![StageName::Indexer, StageName::RdAnalyzer]),
            (binding, vec![StageName::BundleBuilder]),
        ] {
            let (sent, after, watched) = swept(&record, late).await;
            assert_eq!(sent, expected);
            assert_eq!((after.sweeps, after.swept_at_ms, watched), (1, late, 1));
        }
    }

    #[test]
    fn two_sweeps_that_see_a_document_at_once_count_one_drive() {
        let mut driven = record();
        for now_ms in [500_000, 500_003] {
            count_drive(&mut driven, 0, now_ms);
        }
        assert_eq!((driven.sweeps, driven.swept_at_ms), (1, 500_000));
        count_drive(&mut driven, 1, 900_000);
        assert_eq!((driven.sweeps, driven.swept_at_ms), (2, 900_000));
    }

    #[tokio::test]
    async fn more_documents_than_are_looked_at_at_once_are_all_swept() {
        let host = MemoryHost::default();
        host.set_now_ms(1001 + 2 * DEADLINE_MS);
        let records = Records::new(host.ledger().unwrap());
        for number in 0..WATCHED_AT_ONCE + 50 {
            let id = DocumentId::of(&number.to_le_bytes());
            let document = DocumentRef { tenant: TenantId::local(), document: id };
            records.create_document(&document, &record()).await.unwrap();
            records.watch(&document).await.unwrap();
        }
        Sweeper::build(&host).unwrap().run(Sweep {}).await.unwrap();
        assert_eq!(host.contents().messages.len(), WATCHED_AT_ONCE + 50);
    }

    #[tokio::test]
    async fn a_document_that_never_moves_is_given_up_with_a_reason() {
        let mut stuck = record();
        stuck.sweeps = MAX_SWEEPS;
        let (sent, after, watched) = swept(&stuck, u64::MAX).await;
        assert_eq!((sent, watched), (vec![], 0));
        assert_eq!(after.state(), DocumentState::Failed);
    }

    #[tokio::test]
    async fn a_finished_document_is_no_longer_watched() {
        let mut done = record();
        done.bundled = true;
        done.indexed = true;
        assert_eq!(swept(&done, 0).await.2, 0);
    }
}
