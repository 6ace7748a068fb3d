//! A host that fails one call: the n-th of all calls to its stores, before it takes effect or after.

use crate::{
    Blobs, Clock, Compute, Entry, Expected, Host, Ledger, LedgerKey, LinePicture, Links, Missing, Model, Notices,
    PortError, Progress, PutOutcome, Question, Queue, ReadWord, Recognizer, Reply, Script,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{BlobKey, Bucket, StageName};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// When the failing call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultMoment {
    /// Nothing was done.
    Before,
    /// The store did it, and the answer was lost.
    After,
}

/// Counts the calls to the stores of the host inside and fails the one numbered `nth` (from 0).
pub struct Faulty<H> {
    inner: H,
    fuse: Arc<Fuse>,
}

struct Fuse {
    calls: AtomicUsize,
    nth: usize,
    moment: FaultMoment,
}

impl Fuse {
    /// Runs one call to a store, failing it when its turn has come.
    async fn call<T>(&self, what: &str, call: impl Future<Output = Result<T, PortError>>) -> Result<T, PortError> {
        let burns = self.calls.fetch_add(1, Ordering::SeqCst) == self.nth;
        if burns && self.moment == FaultMoment::Before {
            return Err(PortError::plain(format!("{what}: made to fail before it took effect")));
        }
        let answer = call.await?;
        if burns { Err(PortError::plain(format!("{what}: made to fail after it took effect"))) } else { Ok(answer) }
    }
}

impl<H: Host> Faulty<H> {
    /// Fails the `nth` call, from 0.
    pub fn new(inner: H, nth: usize, moment: FaultMoment) -> Self {
        Self { inner, fuse: Arc::new(Fuse { calls: AtomicUsize::new(0), nth, moment }) }
    }

    /// How many calls there have been; more than `nth` when the fault has happened.
    pub fn calls(&self) -> usize {
        self.fuse.calls.load(Ordering::SeqCst)
    }
}

impl<H: Host> Host for Faulty<H> {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        Ok(Arc::new(FaultyPort { inner: self.inner.blobs(bucket)?, fuse: Arc::clone(&self.fuse) }))
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        Ok(Arc::new(FaultyPort { inner: self.inner.queue(stage)?, fuse: Arc::clone(&self.fuse) }))
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        Ok(Arc::new(FaultyPort { inner: self.inner.ledger()?, fuse: Arc::clone(&self.fuse) }))
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        self.inner.compute()
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        self.inner.progress()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        self.inner.links()
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        self.inner.notices()
    }

    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        self.inner.largest_file_bytes()
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        Ok(Arc::new(FaultyPort { inner: self.inner.recognizer()?, fuse: Arc::clone(&self.fuse) }))
    }

    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        Ok(Arc::new(FaultyPort { inner: self.inner.model()?, fuse: Arc::clone(&self.fuse) }))
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        self.inner.clock()
    }
}

struct FaultyPort<P: ?Sized> {
    inner: Arc<P>,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl Blobs for FaultyPort<dyn Blobs> {
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>, PortError> {
        self.fuse.call("get", self.inner.get(key)).await
    }

    async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Option<Bytes>, PortError> {
        self.fuse.call("get a range", self.inner.get_range(key, range)).await
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, PortError> {
        self.fuse.call("ask the size", self.inner.size(key)).await
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError> {
        self.fuse.call("put", self.inner.put(key, bytes)).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), PortError> {
        self.fuse.call("delete", self.inner.delete(key)).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobKey>, PortError> {
        self.fuse.call("list", self.inner.list(prefix)).await
    }
}

#[async_trait]
impl Recognizer for FaultyPort<dyn Recognizer> {
    async fn read(&self, lines: &[LinePicture], script: Script) -> Result<Vec<Vec<ReadWord>>, PortError> {
        self.fuse.call("recognise", self.inner.read(lines, script)).await
    }

    async fn is_ready(&self) -> bool {
        self.inner.is_ready().await
    }
}

#[async_trait]
impl Model for FaultyPort<dyn Model> {
    async fn ask(&self, question: &Question) -> Result<Reply, PortError> {
        self.fuse.call("ask", self.inner.ask(question)).await
    }

    fn is_configured(&self) -> bool {
        self.inner.is_configured()
    }
}

#[async_trait]
impl Queue for FaultyPort<dyn Queue> {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        self.fuse.call("send", self.inner.send(bodies)).await
    }
}

#[async_trait]
impl Ledger for FaultyPort<dyn Ledger> {
    async fn get(&self, key: &LedgerKey) -> Result<Option<Entry>, PortError> {
        self.fuse.call("get an entry", self.inner.get(key)).await
    }

    async fn put(&self, key: &LedgerKey, value: &str, expected: Expected) -> Result<PutOutcome, PortError> {
        self.fuse.call("put an entry", self.inner.put(key, value, expected)).await
    }

    async fn delete(&self, key: &LedgerKey) -> Result<(), PortError> {
        self.fuse.call("delete an entry", self.inner.delete(key)).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: usize) -> Result<Vec<Entry>, PortError> {
        self.fuse.call("query", self.inner.query(partition, after, limit)).await
    }

    async fn add_to_set(&self, key: &LedgerKey, number: u32) -> Result<BTreeSet<u32>, PortError> {
        self.fuse.call("add to a set", self.inner.add_to_set(key, number)).await
    }

    async fn get_set(&self, key: &LedgerKey) -> Result<BTreeSet<u32>, PortError> {
        self.fuse.call("get a set", self.inner.get_set(key)).await
    }
}
