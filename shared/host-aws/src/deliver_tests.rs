use super::*;
use domain::{ReceiveUpload, RejectionCode, Sweep, UploadRecord, UploadRef, UploadState};
use pipeline::Failure;
use ports::memory::MemoryHost;
use ports::{Host, Missing, PortError};
use std::sync::Mutex;

/// What was done to the queue.
#[derive(Default)]
struct NotedQueueEnds {
    shown_again: Mutex<Vec<(String, u32)>>,
    buried: Mutex<Vec<(String, String)>>,
    is_out_of_order: bool,
}

impl QueueEnds for Arc<NotedQueueEnds> {
    async fn show_again_after(&self, receipt_handle: &str, seconds: u32) -> Result<(), PortError> {
        self.shown_again.lock().unwrap().push((receipt_handle.to_owned(), seconds));
        if self.is_out_of_order { Err(PortError::plain("reach the queue")) } else { Ok(()) }
    }

    async fn bury(&self, body: &str, reason: &str) -> Result<(), PortError> {
        if self.is_out_of_order {
            return Err(PortError::plain("reach the queue"));
        }
        // A body of the test table that stands for a fault of the host itself.
        assert!(!body.contains("panic the host"), "the host panics");
        self.buried.lock().unwrap().push((body.to_owned(), reason.to_owned()));
        Ok(())
    }
}

/// Does what the name of the dropped file says.
struct Scripted;

impl Stage for Scripted {
    type Task = ReceiveUpload;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self)
    }

    async fn run(&self, task: ReceiveUpload) -> Result<(), Failure> {
        match task.dropped.as_deref().and_then(|key| key.rsplit('/').next()) {
            Some("reject.pdf") => {
                Err(Failure::Reject { code: RejectionCode::NotPdf, message: "Файл не PDF.".to_owned() })
            }
            Some("retry.pdf") => Err(Failure::not_there("the file")),
            Some("panic.pdf") => panic!("page 7"),
            Some("hang.pdf") => std::future::pending().await,
            _ => Ok(()),
        }
    }
}

struct ScriptedSweeper {
    fails: bool,
}

impl Stage for ScriptedSweeper {
    type Task = Sweep;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self { fails: false })
    }

    async fn run(&self, _: Sweep) -> Result<(), Failure> {
        if self.fails { Err(Failure::not_there("the table")) } else { Ok(()) }
    }
}

fn invoked<S: Stage>(stage: S, queue: &Arc<NotedQueueEnds>, host: &MemoryHost) -> Arc<Invoked<S, Arc<NotedQueueEnds>>> {
    let (handler, clock) = (Handler::build(host).unwrap(), host.clock().unwrap());
    Arc::new(Invoked { stage, handler, clock, queue_ends: Arc::clone(queue) })
}

fn created(key: &str) -> Value {
    json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}})
}

fn notification(keys: &[&str]) -> String {
    let records: Vec<Value> = keys.iter().map(|key| created(key)).collect();
    json!({ "Records": records }).to_string()
}

fn record(id: &str, attempt: u32, body: &str) -> Value {
    json!({"messageId": id, "receiptHandle": format!("handle of {id}"), "body": body, "eventSource": "aws:sqs",
           "attributes": {"ApproximateReceiveCount": attempt.to_string()}})
}

/// Runs one batch; answers the ids of those listed as failed.
async fn batch(records: &[Value], queue: &Arc<NotedQueueEnds>, host: &MemoryHost) -> Vec<String> {
    let answer = invoked(Scripted, queue, host).answer(&json!({ "Records": records }), "request", 1300).await.unwrap();
    let listed = answer["batchItemFailures"].as_array().unwrap();
    listed.iter().map(|item| item["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

fn is_listed(body: &str) -> (bool, Arc<NotedQueueEnds>) {
    let queue = Arc::new(NotedQueueEnds::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listed = runtime.block_on(batch(&[record("m", 1, body)], &queue, &MemoryHost::default()));
    (listed == ["m"], queue)
}

#[test]
fn every_verdict_has_its_answer() {
    for (body, expected, shown_again, buried) in [
        (notification(&["local/a.pdf"]), false, 0, 0),
        (notification(&["local/retry.pdf"]), true, 1, 0),
        (notification(&["local/panic.pdf"]), true, 1, 0),
        (notification(&["local/hang.pdf"]), true, 1, 0),
        (notification(&["top.pdf"]), false, 0, 0),
        (r#"{"Event":"s3:TestEvent"}"#.to_owned(), false, 0, 0),
        ("{".to_owned(), false, 0, 1),
        (r#"{"Records":[{"eventSource":"aws:s3"}]}"#.to_owned(), false, 0, 1),
        (notification(&["local/a.pdf", "local/retry.pdf"]), true, 1, 0),
        (json!({"Records": [7, created("local/a.pdf")]}).to_string(), false, 0, 1),
        (json!({"Records": [7, created("local/retry.pdf")]}).to_string(), true, 1, 0),
        (r#"{"panic the host"#.to_owned(), true, 0, 0),
    ] {
        let (listed, queue) = is_listed(&body);
        assert_eq!(listed, expected, "{body}");
        let shown = queue.shown_again.lock().unwrap().clone();
        let first_wait = back_off::seconds_after(1, 5, "m") as u32;
        assert_eq!(shown, vec![("handle of m".to_owned(), first_wait); shown_again], "{body}");
        let letters = queue.buried.lock().unwrap();
        assert_eq!(letters.len(), buried, "{body}");
        assert!(letters.iter().all(|(letter, reason)| *letter == body && reason.contains("cannot be read")), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands_in_the_ledger_and_is_not_listed() {
    let (queue, host) = (Arc::new(NotedQueueEnds::default()), MemoryHost::default());
    let upload = known_upload(&host, "local/reject.pdf").await;
    let listed = batch(&[record("m", 1, &notification(&["local/reject.pdf"]))], &queue, &host).await;
    assert!(listed.is_empty());
    let records = pipeline::Records::new(host.ledger().unwrap());
    let state = records.upload(&upload).await.unwrap().unwrap().state;
    assert!(matches!(state, UploadState::Rejected { rejection } if rejection.code == RejectionCode::NotPdf));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_attempt_writes_the_failure_and_leaves_the_message_to_the_queue() {
    let (queue, host) = (Arc::new(NotedQueueEnds::default()), MemoryHost::default());
    let records = pipeline::Records::new(host.ledger().unwrap());
    let upload = known_upload(&host, "local/panic.pdf").await;
    for attempt in 1..=StageName::UploadHandler.max_attempts() {
        let state = records.upload(&upload).await.unwrap().unwrap().state;
        assert_eq!(state, UploadState::Received, "before attempt {attempt}");
        let listed = batch(&[record("m", attempt, &notification(&["local/panic.pdf"]))], &queue, &host).await;
        assert_eq!(listed, ["m"]);
    }
    let state = records.upload(&upload).await.unwrap().unwrap().state;
    assert!(matches!(state, UploadState::Failed { stage: StageName::UploadHandler, .. }), "{state:?}");
    let seconds: Vec<u32> = queue.shown_again.lock().unwrap().iter().map(|(_, seconds)| *seconds).collect();
    let waits = seconds.get(..4).unwrap();
    assert!(waits.is_sorted() && waits.iter().sum::<u32>() >= 600, "a short outage is outlived: {seconds:?}");
    assert!(seconds.last().is_some_and(|last| *last <= 10), "nobody waits for the dead letters: {seconds:?}");
    assert!(queue.buried.lock().unwrap().is_empty());
}

async fn known_upload(host: &MemoryHost, key: &str) -> UploadRef {
    let upload = ReceiveUpload::of_object(key).unwrap().upload;
    let record: UploadRecord =
        serde_json::from_value(json!({"file_name": "КЖ.pdf", "received_at_ms": 0, "state": "received"})).unwrap();
    pipeline::Records::new(host.ledger().unwrap()).create_upload(&upload, &record).await.unwrap();
    upload
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_in_a_batch_harms_no_neighbour() {
    let (queue, host) = (Arc::new(NotedQueueEnds::default()), MemoryHost::default());
    let records = [
        record("good", 1, &notification(&["local/a.pdf"])),
        record("poison", 1, "\u{0}{"),
        json!({"messageId": "bodiless", "eventSource": "aws:sqs"}),
        record("hangs", 1, &notification(&["local/hang.pdf"])),
        record("panics", 1, &notification(&["local/panic.pdf"])),
        record("host panics", 1, "panic the host"),
        record("also good", 1, &notification(&["local/b.pdf"])),
    ];
    assert_eq!(batch(&records, &queue, &host).await, ["hangs", "panics", "host panics"]);
    let letters: Vec<String> = queue.buried.lock().unwrap().iter().map(|(body, _)| body.clone()).collect();
    assert_eq!(letters.len(), 2);
    assert!(letters.iter().any(|body| body.contains("bodiless")), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_buried_stays_in_the_queue() {
    let queue = Arc::new(NotedQueueEnds { is_out_of_order: true, ..NotedQueueEnds::default() });
    let records = [record("poison", 1, "{"), record("later", 1, &notification(&["local/retry.pdf"]))];
    assert_eq!(batch(&records, &queue, &MemoryHost::default()).await, ["poison", "later"]);
}

#[tokio::test]
async fn a_schedule_sweeps_and_nothing_else() {
    let (queue, host) = (Arc::new(NotedQueueEnds::default()), MemoryHost::default());
    let tick = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    let swept = invoked(ScriptedSweeper { fails: false }, &queue, &host).answer(&tick, "request", 1300).await;
    assert_eq!(swept.unwrap(), json!({}));
    let failed = invoked(ScriptedSweeper { fails: true }, &queue, &host).answer(&tick, "request", 1300).await;
    assert!(matches!(failed, Err(Unanswered::ScheduleFailed(StageName::Sweeper))), "{failed:?}");
    let other = invoked(Scripted, &queue, &host).answer(&tick, "request", 1300).await;
    assert!(matches!(other, Err(Unanswered::NotScheduled(StageName::UploadHandler))), "{other:?}");
    let strange = invoked(Scripted, &queue, &host).answer(&json!({"x": 1}), "request", 1300).await;
    assert!(matches!(strange, Err(Unanswered::Unexpected(_))), "{strange:?}");
}

#[test]
fn the_time_that_is_left_is_divided_before_the_end() {
    let stage = StageName::Indexer;
    let until = |deadline_ms| TimeLeft::until(deadline_ms, 1_000_000, stage);
    assert_eq!(until(1_120_000), TimeLeft { stage_ms: Some(117_000), settled_ms: 119_250 });
    assert_eq!(until(1_002_000), TimeLeft { stage_ms: Some(1000), settled_ms: 1750 });
    assert_eq!(until(1_000_100), TimeLeft { stage_ms: Some(0), settled_ms: 0 });
    let none = TimeLeft { stage_ms: None, settled_ms: 123_000 };
    assert_eq!((until(0), until(1_000_000)), (none, none), "a deadline that is over is none");
    assert_eq!(until(u64::MAX).settled_ms, 900_000);
}

#[test]
fn the_worst_verdict_of_several_wins() {
    let retry = |after_ms| Verdict::Retry { after_ms };
    let dead = |reason: &str| Verdict::Dead { reason: reason.to_owned() };
    for (verdicts, expected) in [
        (vec![], Verdict::Ack),
        (vec![Verdict::Ack, Verdict::Ack], Verdict::Ack),
        (vec![Verdict::Ack, dead("a"), Verdict::Ack], dead("a")),
        (vec![dead("a"), dead("b")], dead("a; b")),
        (vec![dead("a"), retry(5), Verdict::Ack, retry(3)], retry(5)),
        (vec![retry(3), dead("a")], retry(3)),
    ] {
        assert_eq!(worst(verdicts.clone()), expected, "{verdicts:?}");
    }
}
