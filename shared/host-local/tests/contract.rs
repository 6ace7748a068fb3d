//! The stores of the embedded host keep the promises of the ports, in one process and from one to the next.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests: a failure is their result")]

use async_trait::async_trait;
use bytes::Bytes;
use domain::{BlobKey, Bucket, DocumentId, DocumentRef, StageName, TenantId};
use host_local::{Lease, LocalHost, LocalOptions, OpenError, Received, SqliteQueue};
use ports::contract::{self, LeasedMessage, QueueUnderTest};
use ports::{Clock, Expected, Host, LedgerKey, PortError, Queue};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A clock that stands still until told.
#[derive(Default)]
struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

struct Bench {
    queue: SqliteQueue,
    clock: Arc<ManualClock>,
    leases: Mutex<HashMap<String, Lease>>,
}

impl Bench {
    fn lease(&self, text: &str) -> Lease {
        self.leases.lock().unwrap()[text]
    }
}

#[async_trait]
impl QueueUnderTest for Bench {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        self.queue.send(bodies).await
    }

    async fn receive(&self, at_most: usize) -> Result<Vec<LeasedMessage>, PortError> {
        let received = self.queue.receive(at_most).await?;
        let mut leases = self.leases.lock().unwrap();
        let leased = received.into_iter().map(|Received { lease, body, attempt, .. }| {
            let text = format!("{lease:?}");
            leases.insert(text.clone(), lease);
            LeasedMessage { body, attempt, lease: text }
        });
        Ok(leased.collect())
    }

    async fn ack(&self, lease: &str) -> Result<(), PortError> {
        self.queue.ack(self.lease(lease)).await.map(drop)
    }

    async fn release(&self, lease: &str, after_ms: u64) -> Result<(), PortError> {
        self.queue.release(self.lease(lease), after_ms, "it failed").await.map(drop)
    }

    async fn bury(&self, lease: &str) -> Result<(), PortError> {
        self.queue.bury(self.lease(lease), "it cannot be read").await.map(drop)
    }

    async fn dead_letters(&self) -> Result<Vec<String>, PortError> {
        Ok(self.queue.dead_letters(1000).await?.into_iter().map(|letter| letter.body).collect())
    }

    async fn redrive(&self) -> Result<(), PortError> {
        self.queue.redrive(None).await.map(drop)
    }

    fn lease_ms(&self) -> u64 {
        self.queue.lease_ms()
    }

    fn max_attempts(&self) -> u32 {
        StageName::PageExtractor.max_attempts()
    }

    fn advance(&self, milliseconds: u64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

fn open_at(data_dir: &Path, clock: &Arc<ManualClock>) -> LocalHost {
    let options = LocalOptions { clock: Arc::clone(clock) as Arc<dyn Clock>, compute_threads: Some(1), model: None };
    LocalHost::open(data_dir, options).unwrap()
}

fn open(data_dir: &Path) -> LocalHost {
    open_at(data_dir, &Arc::default())
}

fn bodies(bodies: &[&str]) -> Vec<String> {
    bodies.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_blobs_pass_the_contract_suite_in_each_bucket() {
    let data_dir = tempfile::tempdir().unwrap();
    let host = open(data_dir.path());
    for bucket in Bucket::ALL {
        contract::blobs(host.blobs(bucket).unwrap().as_ref()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_passes_the_contract_suite() {
    let data_dir = tempfile::tempdir().unwrap();
    contract::ledger(open(data_dir.path()).ledger().unwrap().as_ref()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_passes_the_contract_suite() {
    let data_dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    let host = open_at(data_dir.path(), &clock);
    let other = host.stage_queue(StageName::Indexer);
    other.send(&bodies(&["of another stage"])).await.unwrap();
    contract::queue(&Bench { queue: host.stage_queue(StageName::PageExtractor), clock, leases: Mutex::default() })
        .await;
    assert_eq!(other.receive(10).await.unwrap().len(), 1, "the queues of two stages are one");
}

#[tokio::test]
async fn everything_is_there_after_the_host_is_opened_again() {
    let data_dir = tempfile::tempdir().unwrap();
    let key = LedgerKey::new("p", "АОСР № 1").unwrap();
    let blob = BlobKey::try_from("t/a/b".to_owned()).unwrap();
    {
        let host = open(data_dir.path());
        assert!(host.last_stop_was_clean());
        host.ledger().unwrap().put(&key, "«ё»", Expected::Absent).await.unwrap();
        host.ledger().unwrap().add_to_set(&key, 7).await.unwrap();
        host.blobs(Bucket::Results).unwrap().put(&blob, Bytes::from_static(b"x")).await.unwrap();
        host.queue(StageName::Indexer).unwrap().send(&bodies(&["m"])).await.unwrap();
    }
    let host = open(data_dir.path());
    assert!(host.last_stop_was_clean(), "dropping the host is a clean stop");
    assert_eq!(host.ledger().unwrap().get(&key).await.unwrap().unwrap().value, "«ё»");
    assert_eq!(host.ledger().unwrap().get_set(&key).await.unwrap(), [7].into());
    assert_eq!(host.blobs(Bucket::Results).unwrap().get(&blob).await.unwrap().unwrap(), "x");
    assert_eq!(host.stage_queue(StageName::Indexer).receive(1).await.unwrap()[0].body, "m");
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_lets_go() {
    let data_dir = tempfile::tempdir().unwrap();
    let host = open(data_dir.path());
    let refused = LocalHost::open(data_dir.path(), LocalOptions::default()).err().unwrap();
    assert!(matches!(&refused, OpenError::InUse(path) if path == data_dir.path()), "{refused}");
    let ledger = host.ledger().unwrap();
    drop(host);
    assert!(LocalHost::open(data_dir.path(), LocalOptions::default()).is_err(), "a port can still write");
    drop(ledger);
    open(data_dir.path());
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let data_dir = tempfile::tempdir().unwrap();
    drop(open(data_dir.path()));
    let connection = rusqlite::Connection::open(data_dir.path().join("pto.sqlite")).unwrap();
    connection.pragma_update(None, "user_version", 1000).unwrap();
    drop(connection);
    let refused = LocalHost::open(data_dir.path(), LocalOptions::default()).err().unwrap();
    assert!(matches!(refused, OpenError::Newer { found: 1000, .. }), "{refused}");
    assert!(refused.to_string().contains("pto.sqlite") && refused.to_string().contains("1000"), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_an_error_that_says_where() {
    let data_dir = tempfile::tempdir().unwrap();
    std::fs::write(data_dir.path().join("pto.sqlite"), "это не база данных ".repeat(100)).unwrap();
    let refused = LocalHost::open(data_dir.path(), LocalOptions::default()).err().unwrap();
    assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
    assert!(refused.to_string().contains("pto.sqlite"), "{refused}");
}

/// What `kill -9` leaves: a database that says it is running, leases, and a file half written.
fn pretend_an_unclean_stop(data_dir: &Path) {
    let connection = rusqlite::Connection::open(data_dir.join("pto.sqlite")).unwrap();
    connection.execute("UPDATE installation SET running = 1", []).unwrap();
}

#[tokio::test]
async fn after_an_unclean_stop_half_written_files_are_removed() {
    let data_dir = tempfile::tempdir().unwrap();
    let blob = BlobKey::try_from("t/a/b".to_owned()).unwrap();
    {
        let host = open(data_dir.path());
        host.blobs(Bucket::Pages).unwrap().put(&blob, Bytes::from_static(b"x")).await.unwrap();
    }
    let unfinished = data_dir.path().join("blobs/pages/t/a/c#12");
    std::fs::write(&unfinished, "half").unwrap();
    pretend_an_unclean_stop(data_dir.path());
    let host = open(data_dir.path());
    assert!(!host.last_stop_was_clean());
    assert!(!unfinished.exists());
    assert_eq!(host.blobs(Bucket::Pages).unwrap().list("").await.unwrap(), [blob]);
}

#[tokio::test]
async fn leases_of_an_ended_process_are_void_and_only_unclean_stops_are_counted() {
    let data_dir = tempfile::tempdir().unwrap();
    let receive = async |host: &LocalHost| {
        let received = host.stage_queue(StageName::Indexer).receive(10).await.unwrap();
        assert_eq!(received.len(), 1);
        (received[0].attempt, received[0].crashes)
    };
    {
        let host = open(data_dir.path());
        host.queue(StageName::Indexer).unwrap().send(&bodies(&["m"])).await.unwrap();
        assert_eq!(receive(&host).await, (1, 0));
    }
    assert_eq!(receive(&open(data_dir.path())).await, (1, 0), "after a clean stop");
    for crashes in 1..100 {
        pretend_an_unclean_stop(data_dir.path());
        assert_eq!(receive(&open(data_dir.path())).await, (1, crashes));
    }
    pretend_an_unclean_stop(data_dir.path());
    let host = open(data_dir.path());
    let queue = host.stage_queue(StageName::Indexer);
    assert!(queue.receive(10).await.unwrap().is_empty());
    let letters = queue.dead_letters(10).await.unwrap();
    assert_eq!((letters[0].body.as_str(), letters[0].crashes), ("m", 100));
    assert!(letters[0].reason.contains("100 unclean stops"), "{}", letters[0].reason);
    assert_eq!(queue.redrive(Some(letters[0].id + 1)).await.unwrap(), 0);
    assert_eq!(queue.redrive(Some(letters[0].id)).await.unwrap(), 1);
    assert_eq!(receive(&host).await, (1, 0));
}

#[tokio::test]
async fn a_suspect_lines_up_behind_the_others() {
    let data_dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::default());
    {
        let host = open_at(data_dir.path(), &clock);
        host.queue(StageName::Indexer).unwrap().send(&bodies(&["suspect"])).await.unwrap();
        clock.0.store(1_000, Ordering::SeqCst);
        host.queue(StageName::Indexer).unwrap().send(&bodies(&["other"])).await.unwrap();
    }
    for first in ["suspect", "suspect", "suspect", "other"] {
        clock.0.fetch_add(1_000, Ordering::SeqCst);
        {
            let host = open_at(data_dir.path(), &clock);
            assert_eq!(host.stage_queue(StageName::Indexer).receive(1).await.unwrap()[0].body, first);
        }
        pretend_an_unclean_stop(data_dir.path());
    }
}

#[tokio::test]
async fn a_clock_set_back_between_two_runs_delays_nothing_for_long() {
    let data_dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock(AtomicU64::new(1_000_000_000)));
    open_at(data_dir.path(), &clock).queue(StageName::Indexer).unwrap().send(&bodies(&["m"])).await.unwrap();
    clock.0.store(0, Ordering::SeqCst);
    assert_eq!(open_at(data_dir.path(), &clock).stage_queue(StageName::Indexer).receive(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn depths_tell_what_waits_runs_and_is_dead() {
    let data_dir = tempfile::tempdir().unwrap();
    let host = open(data_dir.path());
    let queue = host.stage_queue(StageName::PdfSplitter);
    queue.send(&bodies(&["a", "b", "c", "d"])).await.unwrap();
    let received = queue.receive(3).await.unwrap();
    queue.bury(received[0].lease, "no JSON").await.unwrap();
    queue.release(received[1].lease, 5_000, "failed").await.unwrap();
    let depths = host.queue_depths().await.unwrap();
    assert_eq!(depths.iter().map(|depth| depth.stage).collect::<Vec<_>>(), StageName::ALL);
    let own = depths.iter().find(|depth| depth.stage == StageName::PdfSplitter).unwrap();
    assert_eq!((own.waiting, own.running, own.dead), (2, 1, 1));
    let others = depths.iter().filter(|depth| depth.stage != StageName::PdfSplitter);
    assert_eq!(others.map(|depth| depth.waiting + depth.running + depth.dead).sum::<u64>(), 0);
}

#[tokio::test]
async fn every_change_is_told_to_those_who_asked_before() {
    let data_dir = tempfile::tempdir().unwrap();
    let host = open(data_dir.path());
    let mut changes = host.changes();
    let ledger = host.ledger().unwrap();
    ledger.put(&LedgerKey::new("p", "s").unwrap(), "1", Expected::Absent).await.unwrap();
    assert!(changes.changed().await);
    let queue = host.stage_queue(StageName::Indexer);
    queue.send(&bodies(&["m"])).await.unwrap();
    assert!(changes.changed().await);
    let received = queue.receive(1).await.unwrap();
    assert!(changes.changed().await);
    queue.ack(received[0].lease).await.unwrap();
    assert!(changes.changed().await);
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"x") };
    host.progress().unwrap().page_read(&document, 3);
    assert!(changes.changed().await);
    assert_eq!(host.pages_read(&document), 1);
    drop((ledger, queue, host));
    assert!(!changes.changed().await, "the host is gone");
}
