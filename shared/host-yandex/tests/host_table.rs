//! The host table over real HTTP: what a trigger posts, and what the container answers.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

mod http;

use bytes::Bytes;
use cloud::DeadLetters;
use domain::{
    Bucket, DocumentId, DocumentRecord, DocumentRef, OUTPUT_REVISION, ReceiveUpload, RejectionCode, SplitDocument,
    Sweep, TenantId, UploadId,
};
use host_yandex::{StageSettings, stage_router};
use http::{Answer, Server};
use metrics_exporter_prometheus::PrometheusBuilder;
use pipeline::{Failure, Records, Stage};
use ports::memory::MemoryHost;
use ports::{Host, Missing, PortError};
use std::sync::{Arc, Mutex};

const SINGLE: &str = include_str!("../../../events/yandex/queue-single.json");
const BATCH_WITH_POISON: &str = include_str!("../../../events/yandex/queue-batch-with-poison.json");
const FIFTH_ATTEMPT: &str = include_str!("../../../events/yandex/queue-fifth-attempt.json");
const OBJECT: &str = include_str!("../../../events/yandex/object-created-cyrillic.json");
const STRANGER: &str = include_str!("../../../events/yandex/object-created-outside-tenants.json");
const DELETED: &str = include_str!("../../../events/yandex/object-deleted.json");
const TIMER: &str = include_str!("../../../events/yandex/timer.json");

/// The document of the single message, and the other one of the batch.
const CONTENTS: [&[u8]; 2] = [b"synthetic drawing set", b"another synthetic drawing set"];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Script {
    Done,
    Reject,
    Retry,
    Panic,
    Hang,
    /// Retries the second document and does the first.
    RetryTheOther,
}

struct Scripted {
    script: Script,
    ran: Arc<Mutex<Vec<DocumentId>>>,
}

impl Stage for Scripted {
    type Task = SplitDocument;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self { script: Script::Done, ran: Arc::default() })
    }

    async fn run(&self, task: SplitDocument) -> Result<(), Failure> {
        let document = task.document.document;
        self.ran.lock().unwrap().push(document.clone());
        match self.script {
            Script::RetryTheOther if document == DocumentId::of(CONTENTS[1]) => Err(Failure::not_there("the file")),
            Script::Done | Script::RetryTheOther => Ok(()),
            Script::Reject => {
                Err(Failure::Reject { code: RejectionCode::NotPdf, message: "Файл не PDF.".to_owned() })
            }
            Script::Retry => Err(Failure::not_there("the file")),
            Script::Panic => panic!("page 7"),
            Script::Hang => std::future::pending().await,
        }
    }
}

#[derive(Default)]
struct Graveyard {
    letters: Mutex<Vec<(String, String)>>,
    /// What a send does instead.
    fault: Option<Fault>,
}

#[derive(Clone, Copy)]
enum Fault {
    Refuses,
    Panics,
}

#[async_trait::async_trait]
impl DeadLetters for Graveyard {
    async fn add(&self, body: &str, reason: &str) -> Result<(), PortError> {
        match self.fault {
            Some(Fault::Refuses) => Err(PortError::plain("the queue is away")),
            Some(Fault::Panics) => panic!("the host itself"),
            None => {
                self.letters.lock().unwrap().push((body.to_owned(), reason.to_owned()));
                Ok(())
            }
        }
    }
}

struct World {
    host: MemoryHost,
    server: Server,
    ran: Arc<Mutex<Vec<DocumentId>>>,
    graveyard: Arc<Graveyard>,
}

fn document(content: &[u8]) -> DocumentRef {
    DocumentRef { tenant: TenantId::local(), document: DocumentId::of(content) }
}

fn record() -> DocumentRecord {
    let json = serde_json::json!({
        "file_name": "КЖ.pdf", "size_bytes": 9, "upload": UploadId::of(&DocumentId::of(b""), "КЖ.pdf"),
        "accepted_at_ms": 0, "output_revision": OUTPUT_REVISION, "pages": 0, "chunks": [], "all_chunks_read": false,
        "indexed": false, "analyzed": false, "acts": null, "bundled": false, "warnings": [], "rejection": null,
        "failure": null, "sweeps": 0, "swept_at_ms": 0,
    });
    serde_json::from_value(json).unwrap()
}

impl World {
    async fn new(script: Script, fault: Option<Fault>) -> Self {
        let host = MemoryHost::default();
        let records = Records::new(host.ledger().unwrap());
        for content in CONTENTS {
            assert!(records.create_document(&document(content), &record()).await.unwrap());
        }
        let ran = Arc::default();
        let graveyard = Arc::new(Graveyard { fault, ..Graveyard::default() });
        let settings = StageSettings {
            dead_letters: Some(Arc::clone(&graveyard) as Arc<dyn DeadLetters>),
            limit_ms: (script == Script::Hang).then_some(20),
            ..StageSettings::default()
        };
        let stage = Scripted { script, ran: Arc::clone(&ran) };
        let server = Server::start(stage_router(stage, &host, settings).unwrap()).await;
        Self { host, server, ran, graveyard }
    }

    async fn post(&self, body: &str) -> Answer {
        self.server.post("/", body).await
    }

    async fn record(&self, content: &[u8]) -> DocumentRecord {
        let records = Records::new(self.host.ledger().unwrap());
        records.document(&document(content)).await.unwrap().unwrap()
    }

    fn runs(&self) -> usize {
        self.ran.lock().unwrap().len()
    }

    fn buried(&self) -> Vec<String> {
        self.graveyard.letters.lock().unwrap().iter().map(|(body, _)| body.clone()).collect()
    }
}

async fn posted(script: Script, body: &str) -> (World, Answer) {
    let world = World::new(script, None).await;
    let answer = world.post(body).await;
    (world, answer)
}

#[tokio::test]
async fn ok_is_200() {
    let (world, answer) = posted(Script::Done, SINGLE).await;
    assert_eq!((answer.status, world.runs(), world.buried().len()), (200, 1, 0), "{answer:?}");
    assert_eq!(answer.body, r#"{"buried":0,"done":1}"#);
}

#[tokio::test]
async fn reject_stands_in_the_ledger_and_is_200() {
    let (world, answer) = posted(Script::Reject, SINGLE).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let rejection = world.record(CONTENTS[0]).await.rejection.unwrap();
    assert_eq!((rejection.code, rejection.message.as_str()), (RejectionCode::NotPdf, "Файл не PDF."));
}

#[tokio::test]
async fn retry_is_503_and_says_when() {
    let (world, answer) = posted(Script::Retry, SINGLE).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{answer:?}");
    assert_eq!(world.record(CONTENTS[0]).await.failure, None, "it is tried again");
}

#[tokio::test]
async fn a_panic_of_the_stage_is_503_and_the_next_message_is_served() {
    let (world, answer) = posted(Script::Panic, SINGLE).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!((world.post(SINGLE).await.status, world.runs()), (503, 2));
}

#[tokio::test]
async fn out_of_time_is_503() {
    let (world, answer) = posted(Script::Hang, SINGLE).await;
    assert_eq!((answer.status, world.runs()), (503, 1), "{answer:?}");
}

#[tokio::test]
async fn the_last_attempt_leaves_a_failure_that_the_user_sees() {
    let (world, answer) = posted(Script::Retry, FIFTH_ATTEMPT).await;
    assert_eq!(answer.status, 503, "the queue itself buries it: {answer:?}");
    let (stage, message) = world.record(CONTENTS[0]).await.failure.unwrap();
    assert_eq!(stage, Scripted::NAME);
    assert!(message.contains("5 попыток"), "{message}");
}

#[tokio::test]
async fn poison_in_a_batch_is_buried_and_its_neighbours_are_done() {
    let (world, answer) = posted(Script::Done, BATCH_WITH_POISON).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"buried":1,"done":2}"#));
    assert_eq!(world.buried(), ["{\"document\":"]);
    let reason = world.graveyard.letters.lock().unwrap()[0].1.clone();
    assert!(reason.contains("cannot be read"), "{reason}");
    let ran = world.ran.lock().unwrap().clone();
    assert!(CONTENTS.iter().all(|content| ran.contains(&DocumentId::of(content))), "{ran:?}");
}

#[tokio::test]
async fn one_retry_in_a_batch_brings_all_again_and_buries_none() {
    let (world, answer) = posted(Script::RetryTheOther, BATCH_WITH_POISON).await;
    assert_eq!((answer.status, world.buried().len(), world.runs()), (503, 0, 2), "{answer:?}");
}

#[tokio::test]
async fn what_no_trigger_sends_is_buried_whole() {
    for body in ["{", "[]", r#"{"messages":[{"event_metadata":{"event_type":"yandex.cloud.events.iot.IoTMessage"}}]}"#]
    {
        let (world, answer) = posted(Script::Done, body).await;
        assert_eq!((answer.status, world.buried().len(), world.runs()), (200, 1, 0), "{body}: {answer:?}");
        assert!(body.contains(world.buried()[0].as_str()));
    }
}

#[tokio::test]
async fn a_dead_letter_that_cannot_be_sent_is_503() {
    let world = World::new(Script::Done, Some(Fault::Refuses)).await;
    assert_eq!(world.post(BATCH_WITH_POISON).await.status, 503);
}

#[tokio::test]
async fn a_panic_of_the_host_is_500_and_the_next_message_is_served() {
    let world = World::new(Script::Done, Some(Fault::Panics)).await;
    let answer = world.post(BATCH_WITH_POISON).await;
    assert_eq!((answer.status, answer.header("content-type")), (500, Some("application/problem+json")));
    assert_eq!(world.post(SINGLE).await.status, 200);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    let (world, answer) = posted(Script::Done, &" ".repeat(host_yandex::MAX_BODY_BYTES + 1)).await;
    assert_eq!((answer.status, world.buried().len()), (413, 0), "{answer:?}");
    let within = format!("{}{SINGLE}", " ".repeat(host_yandex::MAX_BODY_BYTES - SINGLE.len()));
    assert_eq!(world.post(&within).await.status, 200);
}

#[tokio::test]
async fn health_and_metrics_are_read() {
    let host = MemoryHost::default();
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || metrics::counter!("tasks_total", "verdict" => "ack").increment(3));
    let settings = StageSettings { metrics: Some(recorder.handle()), ..StageSettings::default() };
    let stage = Scripted::build(&host).unwrap();
    let server = Server::start(stage_router(stage, &host, settings).unwrap()).await;
    assert_eq!(server.get("/healthz").await.status, 200);
    let metrics = server.get("/metrics").await;
    assert!(metrics.body.contains("tasks_total{verdict=\"ack\"} 3"), "{metrics:?}");
    assert_eq!((server.get("/").await.status, server.request("PUT", "/", "").await.status), (404, 405));
    let without = World::new(Script::Done, None).await;
    assert_eq!(without.server.get("/metrics").await.status, 404);
}

/// Keeps what it is asked to receive.
struct Receiver(Arc<Mutex<Vec<ReceiveUpload>>>);

impl Stage for Receiver {
    type Task = ReceiveUpload;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self(Arc::default()))
    }

    async fn run(&self, task: ReceiveUpload) -> Result<(), Failure> {
        self.0.lock().unwrap().push(task);
        Ok(())
    }
}

#[tokio::test]
async fn a_created_object_with_cyrillic_spaces_and_plus_is_received_under_its_own_key() {
    let host = MemoryHost::default();
    let received = Arc::default();
    let stage = Receiver(Arc::clone(&received));
    let server = Server::start(stage_router(stage, &host, StageSettings::default()).unwrap()).await;
    for (body, status) in [(OBJECT, 200), (STRANGER, 200), (DELETED, 200)] {
        assert_eq!(server.post("/any/path", body).await.status, status);
    }
    let received = received.lock().unwrap().clone();
    assert_eq!(received, [ReceiveUpload::of_object("local/АОСР № 1 + план.pdf").unwrap()]);
    assert_eq!(received[0].dropped.as_deref(), Some("local/АОСР № 1 + план.pdf"));
}

/// Counts sweeps by the objects that it writes.
struct Broom(Arc<dyn ports::Blobs>);

impl Stage for Broom {
    type Task = Sweep;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self(host.blobs(Bucket::Results)?))
    }

    async fn run(&self, _: Sweep) -> Result<(), Failure> {
        let key = domain::BlobKey::try_from("local/swept".to_owned()).unwrap();
        Ok(self.0.put(&key, Bytes::new()).await?)
    }
}

#[tokio::test]
async fn a_timer_sweeps() {
    let host = MemoryHost::default();
    let stage = Broom::build(&host).unwrap();
    let server = Server::start(stage_router(stage, &host, StageSettings::default()).unwrap()).await;
    assert_eq!(server.post("/", TIMER).await.status, 200);
    assert_eq!(host.contents().blobs.len(), 1);
}
