//! Stages run on the queues of the embedded host.

#![expect(clippy::unwrap_used, reason = "tests: a failure is their result")]

use domain::{BuildBundle, DocumentId, DocumentRef, IndexDocument, StageName, Sweep, Task, TenantId};
use host_local::{LocalHost, LocalOptions, Runner, RunningWorkers};
use pipeline::{Failure, Stage};
use ports::{Host, LedgerKey, Missing, Queue};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::{Notify, watch};

const LONG: Duration = Duration::from_secs(60);

/// How long something that must not happen is waited for.
const A_MOMENT: Duration = Duration::from_millis(200);

/// What the stages of a test do and have seen.
#[derive(Default)]
struct Script {
    /// How often each document was run.
    runs: Mutex<BTreeMap<DocumentId, u32>>,
    /// The first runs of every document that fail.
    failures: u32,
    running: watch::Sender<usize>,
    greatest: AtomicUsize,
    /// Tasks wait until so many have run at once.
    until_running: usize,
    begun: Notify,
    gate: Option<Notify>,
}

struct Counted<'a>(&'a Script);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.running.send_modify(|running| *running -= 1);
    }
}

impl Script {
    async fn run(&self, document: &DocumentId) -> Result<(), Failure> {
        self.running.send_modify(|running| *running += 1);
        let _counted = Counted(self);
        let beside = *self.running.borrow();
        self.greatest.fetch_max(beside, Ordering::SeqCst);
        let run = {
            let mut runs = self.runs.lock().unwrap();
            let run = runs.entry(document.clone()).or_default();
            *run += 1;
            *run
        };
        self.begun.notify_one();
        if let Some(gate) = &self.gate {
            gate.notified().await;
        }
        let mut running = self.running.subscribe();
        while self.greatest.load(Ordering::SeqCst) < self.until_running {
            running.changed().await.unwrap();
        }
        if run <= self.failures { Err(Failure::not_there("the text")) } else { Ok(()) }
    }
}

struct Index(Arc<Script>);

impl Stage for Index {
    type Task = IndexDocument;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self(Arc::default()))
    }

    async fn run(&self, task: IndexDocument) -> Result<(), Failure> {
        self.0.run(&task.document.document).await
    }
}

struct Bind(Arc<Script>);

impl Stage for Bind {
    type Task = BuildBundle;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self(Arc::default()))
    }

    async fn run(&self, task: BuildBundle) -> Result<(), Failure> {
        self.0.run(&task.document.document).await
    }
}

struct CountSweeps(Arc<AtomicUsize>);

impl Stage for CountSweeps {
    type Task = Sweep;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self(Arc::default()))
    }

    async fn run(&self, _: Sweep) -> Result<(), Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn open() -> (TempDir, LocalHost) {
    let data_dir = tempfile::tempdir().unwrap();
    let options = LocalOptions { compute_threads: Some(1), ..LocalOptions::default() };
    let host = LocalHost::open(data_dir.path(), options).unwrap();
    (data_dir, host)
}

fn document(number: usize) -> DocumentRef {
    DocumentRef { tenant: TenantId::local(), document: DocumentId::of(&number.to_le_bytes()) }
}

async fn send<T: Task>(host: &LocalHost, tasks: impl Iterator<Item = T>) {
    let bodies: Vec<_> = tasks.map(|task| serde_json::to_string(&task).unwrap()).collect();
    host.queue(T::STAGE).unwrap().send(&bodies).await.unwrap();
}

async fn send_index_tasks(host: &LocalHost, count: usize) {
    send(host, (0..count).map(|number| IndexDocument { document: document(number) })).await;
}

fn start(host: &LocalHost, script: &Arc<Script>) -> RunningWorkers {
    Runner::new(host).unwrap().with_stage(Index(Arc::clone(script))).unwrap().start()
}

/// Waits, without polling, until nothing waits and nothing runs.
async fn all_done(host: &LocalHost) {
    let mut changes = host.changes();
    let waiting = async {
        while host.queue_depths().await.unwrap().iter().any(|depth| depth.waiting + depth.running > 0) {
            assert!(changes.changed().await);
        }
    };
    tokio::time::timeout(LONG, waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_and_what_comes_later_is_run_once() {
    let (_data_dir, host) = open();
    let script = Arc::<Script>::default();
    send_index_tasks(&host, 30).await;
    let workers = start(&host, &script);
    all_done(&host).await;
    assert_eq!(script.runs.lock().unwrap().len(), 30);
    send(&host, std::iter::once(IndexDocument { document: document(1000) })).await;
    all_done(&host).await;
    workers.stop(LONG).await;
    let runs = script.runs.lock().unwrap();
    assert_eq!(runs.len(), 31);
    assert!(runs.values().all(|runs| *runs == 1), "{runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_is_run_again_when_its_time_has_come() {
    let (_data_dir, host) = open();
    let script = Arc::new(Script { failures: 1, ..Script::default() });
    let workers = start(&host, &script);
    send_index_tasks(&host, 1).await;
    all_done(&host).await;
    workers.stop(LONG).await;
    assert_eq!(script.runs.lock().unwrap().values().copied().collect::<Vec<_>>(), [2]);
    assert!(host.stage_queue(StageName::Indexer).dead_letters(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_cannot_be_read_is_a_dead_letter_and_stops_nobody() {
    let (_data_dir, host) = open();
    let script = Arc::<Script>::default();
    let queue = host.stage_queue(StageName::Indexer);
    queue.send(&["{\"документ\":".to_owned()]).await.unwrap();
    let workers = start(&host, &script);
    send_index_tasks(&host, 1).await;
    all_done(&host).await;
    workers.stop(LONG).await;
    let letters = queue.dead_letters(10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, "{\"документ\":");
    assert!(letters[0].reason.contains("cannot be read"), "{}", letters[0].reason);
    assert_eq!(script.runs.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_runs_ten_at_once_while_many_wait() {
    let (_data_dir, host) = open();
    let script = Arc::new(Script { until_running: 10, ..Script::default() });
    send_index_tasks(&host, 80).await;
    let workers = start(&host, &script);
    all_done(&host).await;
    workers.stop(LONG).await;
    assert_eq!(script.greatest.load(Ordering::SeqCst), 10);
    assert_eq!(script.runs.lock().unwrap().len(), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_does_not_widen_for_few() {
    let (_data_dir, host) = open();
    let script = Arc::<Script>::default();
    send_index_tasks(&host, 50).await;
    let workers = start(&host, &script);
    all_done(&host).await;
    workers.stop(LONG).await;
    assert!(script.greatest.load(Ordering::SeqCst) <= Runner::base_width(StageName::Indexer));
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_what_runs_end() {
    let (_data_dir, host) = open();
    let script = Arc::new(Script { gate: Some(Notify::new()), ..Script::default() });
    let workers = start(&host, &script);
    send_index_tasks(&host, 1).await;
    script.begun.notified().await;
    let open_gate = async {
        tokio::task::yield_now().await;
        script.gate.as_ref().unwrap().notify_one();
    };
    tokio::join!(workers.stop(LONG), open_gate);
    assert!(host.stage_queue(StageName::Indexer).receive(1).await.unwrap().is_empty(), "it was not acknowledged");
    all_done(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_in_time_goes_back_and_the_attempt_is_not_counted() {
    let (_data_dir, host) = open();
    let script = Arc::new(Script { gate: Some(Notify::new()), ..Script::default() });
    let workers = start(&host, &script);
    send_index_tasks(&host, 1).await;
    script.begun.notified().await;
    workers.stop(Duration::ZERO).await;
    assert_eq!(*script.running.borrow(), 0, "the stage still runs");
    let received = host.stage_queue(StageName::Indexer).receive(10).await.unwrap();
    assert_eq!(received.iter().map(|message| message.attempt).collect::<Vec<_>>(), [1]);
}

/// Sends a task of another stage while it runs, and sees who runs beside it.
#[derive(Clone)]
struct Suspect {
    host: LocalHost,
    others: Arc<Script>,
    begun: Arc<watch::Sender<bool>>,
    met_others: Arc<AtomicUsize>,
}

impl Stage for Suspect {
    type Task = IndexDocument;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Err(Missing { what: "the script".to_owned(), how: "it in the test".to_owned() })
    }

    async fn run(&self, _: IndexDocument) -> Result<(), Failure> {
        self.begun.send_replace(true);
        self.met_others.fetch_add(*self.others.running.borrow(), Ordering::SeqCst);
        send(&self.host, std::iter::once(BuildBundle { document: document(2) })).await;
        let mut running = self.others.running.subscribe();
        let meeting = tokio::time::timeout(A_MOMENT, running.wait_for(|running| *running > 0)).await;
        self.met_others.fetch_add(usize::from(meeting.is_ok()), Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspect_waits_for_the_others_and_they_wait_for_it() {
    let (data_dir, host) = open();
    let others = Arc::new(Script { gate: Some(Notify::new()), ..Script::default() });
    let suspect = Suspect {
        host: host.clone(),
        others: Arc::clone(&others),
        begun: Arc::new(watch::Sender::new(false)),
        met_others: Arc::default(),
    };
    send(&host, std::iter::once(BuildBundle { document: document(1) })).await;
    let runner = Runner::new(&host).unwrap().with_stage(suspect.clone()).unwrap();
    let workers = runner.with_stage(Bind(Arc::clone(&others))).unwrap().start();
    others.begun.notified().await;

    // A message as three unclean stops leave it.
    let connection = rusqlite::Connection::open(data_dir.path().join("pto.sqlite")).unwrap();
    let body = serde_json::to_string(&IndexDocument { document: document(7) }).unwrap();
    let sql =
        "INSERT INTO messages (stage, body, enqueued_at_ms, visible_at_ms, crashes) VALUES ('indexer', ?, 0, 0, 3)";
    connection.execute(sql, [body]).unwrap();
    let queue = host.stage_queue(StageName::Indexer);
    let mut changes = host.changes();
    assert_eq!(queue.redrive(None).await.unwrap(), 0, "this only wakes the workers");
    while host.queue_depths().await.unwrap().iter().all(|depth| (depth.stage, depth.running) != (queue.stage(), 1)) {
        assert!(changes.changed().await);
    }
    let mut begun = suspect.begun.subscribe();
    let early = tokio::time::timeout(A_MOMENT, begun.wait_for(|begun| *begun)).await.is_ok();
    assert!(!early, "the suspect has begun beside another task");

    let gate = others.gate.as_ref().unwrap();
    gate.notify_one();
    begun.wait_for(|begun| *begun).await.unwrap();
    gate.notify_one();
    all_done(&host).await;
    workers.stop(LONG).await;
    assert_eq!(suspect.met_others.load(Ordering::SeqCst), 0, "somebody ran beside the suspect");
    assert_eq!(others.runs.lock().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweeper_is_asked_at_the_start_and_not_again_before_it_has_come_to_it() {
    let (_data_dir, host) = open();
    let mut changes = host.changes();
    let asking = Runner::new(&host).unwrap().sweep_every(Duration::from_millis(1)).start();
    assert!(changes.changed().await);
    for number in 0..50 {
        host.ledger().unwrap().add_to_set(&LedgerKey::new("p", "s").unwrap(), number).await.unwrap();
    }
    asking.stop(LONG).await;
    let depths = host.queue_depths().await.unwrap();
    assert_eq!(depths.iter().map(|depth| depth.waiting).sum::<u64>(), 1);

    let sweeps = Arc::<AtomicUsize>::default();
    let workers = Runner::new(&host).unwrap().with_stage(CountSweeps(Arc::clone(&sweeps))).unwrap().start();
    all_done(&host).await;
    workers.stop(LONG).await;
    assert_eq!(sweeps.load(Ordering::SeqCst), 1);
}
