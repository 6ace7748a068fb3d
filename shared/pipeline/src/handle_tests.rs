use super::*;
use domain::{
    BuildBundle, DocumentId, DocumentRef, ReceiveUpload, RejectionCode, TenantId, UploadId, UploadRecord, UploadRef,
};
use ports::PortError;
use ports::memory::MemoryHost;
use std::sync::Mutex;

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
    let record = UploadRecord::new("КЖ.pdf", 0, UploadState::Received);
    records.create_upload(&upload, &record).await.unwrap();
    let body =
        body.map_or_else(|| serde_json::to_string(&ReceiveUpload::announced(upload.clone())).unwrap(), str::to_owned);
    let delivery = Delivery { body, attempt, left_ms: Some(20) };
    let verdict = Handler::build(&host).unwrap().handle(&Scripted { outcome }, &delivery).await;
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
    let (verdict, _) = verdict(Outcome::Done, 1, Some(r#"{"upload": "Петров"}"#)).await;
    let Verdict::Dead { reason } = verdict else { panic!("{verdict:?}") };
    assert!(reason.contains("line 1") && !reason.contains("Петров"), "{reason}");
}

struct Binder;

impl Stage for Binder {
    type Task = BuildBundle;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self)
    }

    async fn run(&self, _: BuildBundle) -> Result<(), Failure> {
        Ok(())
    }
}

#[derive(Default)]
struct HeardNotices(Mutex<Vec<Notice>>);

#[async_trait::async_trait]
impl Notices for HeardNotices {
    async fn tell(&self, notice: &Notice) -> Result<(), PortError> {
        self.0.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

fn accepted_record(document: &DocumentRef) -> DocumentRecord {
    let record = serde_json::json!({
        "file_name": "КЖ.pdf", "size_bytes": 1, "upload": UploadId::of(&document.document, "КЖ.pdf"),
        "accepted_at_ms": 0, "output_revision": 1,
    });
    serde_json::from_value(record).unwrap()
}

/// Delivers a bundle's task at these times, and answers the record and the notices after the last.
async fn bind_at(times_ms: &[u64]) -> (DocumentRecord, Vec<Notice>) {
    let host = MemoryHost::default();
    let heard = Arc::new(HeardNotices::default());
    let mut handler = Handler::build(&host).unwrap();
    handler.notices = Arc::clone(&heard) as Arc<dyn Notices>;
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
    let record = accepted_record(&document);
    handler.records.create_document(&document, &record).await.unwrap();
    let body = serde_json::to_string(&BuildBundle { document: document.clone() }).unwrap();
    for now_ms in times_ms {
        host.set_now_ms(*now_ms);
        let delivery = Delivery { body: body.clone(), attempt: 1, left_ms: None };
        assert_eq!(handler.handle(&Binder, &delivery).await, Verdict::Ack);
    }
    let record = handler.records.document(&document).await.unwrap().unwrap();
    let notices = heard.0.lock().unwrap().clone();
    (record, notices)
}

#[tokio::test]
async fn work_within_its_service_level_is_not_remarked_on() {
    let (record, notices) = bind_at(&[1_000]).await;
    assert_eq!(record.deadlines, [(StageName::BundleBuilder, 31_000)].into());
    assert!(record.warnings.is_empty() && notices.is_empty());
}

#[tokio::test]
async fn a_later_delivery_inherits_the_deadline_and_passing_it_warns_and_goes_on() {
    let (record, notices) = bind_at(&[1_000, 31_001, 40_000]).await;
    assert_eq!(record.deadlines, [(StageName::BundleBuilder, 31_000)].into());
    let codes: Vec<_> = record.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["slow-bundle"], "the user is warned once");
    assert_eq!(notices.len(), 1, "and so is the administrator");
    assert_eq!(notices[0].stage, StageName::BundleBuilder);
}

/// Never gets through.
struct MuteNotices;

#[async_trait::async_trait]
impl Notices for MuteNotices {
    async fn tell(&self, _: &Notice) -> Result<(), PortError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_finished_run_does_not_wait_for_a_letter_that_does_not_go() {
    let host = MemoryHost::default();
    let mut handler = Handler::build(&host).unwrap();
    handler.notices = Arc::new(MuteNotices);
    handler.say_within = Duration::from_millis(1);
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
    let mut record = accepted_record(&document);
    record.deadlines.insert(StageName::BundleBuilder, 1);
    handler.records.create_document(&document, &record).await.unwrap();
    host.set_now_ms(2);
    let body = serde_json::to_string(&BuildBundle { document: document.clone() }).unwrap();
    let delivery = Delivery { body, attempt: 1, left_ms: None };
    assert_eq!(handler.handle(&Binder, &delivery).await, Verdict::Ack);
    let record = handler.records.document(&document).await.unwrap().unwrap();
    assert_eq!(record.warnings.len(), 1, "the user is told all the same");
}

#[tokio::test]
async fn the_service_level_of_an_upload_begins_with_its_first_delivery_and_is_passed_once() {
    let host = MemoryHost::default();
    let handler = Handler::build(&host).unwrap();
    let upload = UploadRef { tenant: TenantId::local(), upload: UploadId::of(&DocumentId::of(b""), "КЖ.pdf") };
    // Announced long before its bytes came.
    let announced = UploadRecord::new("КЖ.pdf", 0, UploadState::Received);
    handler.records.create_upload(&upload, &announced).await.unwrap();
    let body = serde_json::to_string(&ReceiveUpload::announced(upload.clone())).unwrap();
    for (now_ms, passed) in [(900_000, false), (914_999, false), (915_000, true), (999_000, true)] {
        host.set_now_ms(now_ms);
        let delivery = Delivery { body: body.clone(), attempt: 1, left_ms: None };
        assert_eq!(handler.handle(&Scripted { outcome: Outcome::Done }, &delivery).await, Verdict::Ack);
        let record = handler.records.upload(&upload).await.unwrap().unwrap();
        assert_eq!((record.deadline_ms, record.slow), (Some(915_000), passed), "at {now_ms}");
    }
    let level = StageName::UploadHandler.service_level().unwrap();
    assert!(!handler.note_passing(&level, &Subject::Upload(upload)).await.unwrap(), "it is counted once");
}

#[tokio::test]
async fn of_two_sweeps_at_once_one_is_over_at_once() {
    let host = MemoryHost::default();
    let handler = Handler::build_with_leases(&host).unwrap();
    let delivery = Delivery { body: "{}".to_owned(), attempt: 1, left_ms: Some(10_000) };
    let lease = handler.take_lease(StageName::Sweeper, &Subject::Installation, &delivery, 10_000).await;
    assert!(matches!(lease, Ok(Some(_))));
    let sweeper = ForbiddenSweeper;
    assert_eq!(handler.handle(&sweeper, &delivery).await, Verdict::Ack, "nothing is done and nothing waits");
    host.set_now_ms(10_000);
    assert!(matches!(handler.handle(&sweeper, &delivery).await, Verdict::Retry { .. }), "a lapsed lease holds nobody");
    assert!(host.contents().entries.is_empty(), "a finished sweep gives its lease back");
}

/// Fails when it is run.
struct ForbiddenSweeper;

impl Stage for ForbiddenSweeper {
    type Task = domain::Sweep;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self)
    }

    async fn run(&self, _: domain::Sweep) -> Result<(), Failure> {
        Err(Failure::not_there("a reason to run"))
    }
}

#[tokio::test]
async fn a_task_that_comes_twice_waits_for_the_first_delivery_on_a_host_with_leases() {
    let host = MemoryHost::default();
    let handler = Handler::build_with_leases(&host).unwrap();
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
    let body = serde_json::to_string(&BuildBundle { document: document.clone() }).unwrap();
    let delivery = Delivery { body, attempt: 1, left_ms: Some(10_000) };
    let lease = handler.take_lease(StageName::BundleBuilder, &Subject::Document(document), &delivery, 10_000).await;
    assert!(matches!(lease, Ok(Some(_))));
    host.set_now_ms(4_000);
    assert_eq!(handler.handle(&Binder, &delivery).await, Verdict::Retry { after_ms: 6_000 });
    host.set_now_ms(10_000);
    assert_eq!(handler.handle(&Binder, &delivery).await, Verdict::Ack, "the lease of a dead worker lapses");
    assert_eq!(handler.handle(&Binder, &delivery).await, Verdict::Ack, "a finished one gives it back");
    assert!(host.contents().entries.is_empty());
}
