//! Stores in memory: they pass the contract suite and are compared and copied as a whole by the fault sweep.

use crate::{
    Blobs, Clock, Compute, Entry, Expected, Host, Ledger, LedgerKey, LinePicture, Links, LoggedNotices, Missing, Model,
    NoModel, Notices, PortError, Progress, PutOutcome, Queue, ReadWord, Recognizer, Script, ServedByItself,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{BlobKey, Bucket, DocumentRef, StageName};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All that a host in memory holds. Two equal `Contents` are two equal worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Objects by bucket and key.
    pub blobs: BTreeMap<(Bucket, BlobKey), Bytes>,
    /// Entries with their versions.
    pub entries: BTreeMap<LedgerKey, (u64, String)>,
    /// Number sets.
    pub sets: BTreeMap<LedgerKey, BTreeSet<u32>>,
    /// Messages sent and not yet taken, in the order of sending.
    pub messages: Vec<(StageName, String)>,
}

/// A host whose stores are in memory, whose clock stands still until told, and whose pool is the calling thread.
#[derive(Clone, Default)]
pub struct MemoryHost {
    shared: Arc<Shared>,
    recognizer: Option<Arc<dyn Recognizer>>,
    model: Option<Arc<dyn Model>>,
}

#[derive(Default)]
struct Shared {
    contents: Mutex<Contents>,
    now_ms: Mutex<u64>,
}

impl MemoryHost {
    /// A host that holds `contents`.
    pub fn new(contents: Contents) -> Self {
        let shared = Shared { contents: Mutex::new(contents), now_ms: Mutex::new(0) };
        Self { shared: Arc::new(shared), recognizer: None, model: None }
    }

    /// The host with another recogniser than its own, which sees one and the same word in every line.
    #[must_use]
    pub fn recognising_with(mut self, recognizer: Arc<dyn Recognizer>) -> Self {
        self.recognizer = Some(recognizer);
        self
    }

    /// The host with a model; without this it has none.
    #[must_use]
    pub fn asking(mut self, model: Arc<dyn Model>) -> Self {
        self.model = Some(model);
        self
    }

    /// A copy of all it holds.
    pub fn contents(&self) -> Contents {
        self.lock().clone()
    }

    /// Takes the message at `index` (from 0, in the order of sending), if there are so many.
    pub fn take_message(&self, index: usize) -> Option<(StageName, String)> {
        let mut contents = self.lock();
        (index < contents.messages.len()).then(|| contents.messages.remove(index))
    }

    /// Sets the clock.
    pub fn set_now_ms(&self, now_ms: u64) {
        *self.shared.now_ms.lock().unwrap_or_else(PoisonError::into_inner) = now_ms;
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.shared.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for MemoryHost {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        Ok(Arc::new(MemoryBlobs { host: self.clone(), bucket }))
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        Ok(Arc::new(MemoryQueue { host: self.clone(), stage }))
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        Ok(Arc::new(self.clone()))
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        Ok(Arc::new(self.clone()))
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        Ok(Arc::new(self.clone()))
    }

    fn recognizer(&self) -> Result<Arc<dyn Recognizer>, Missing> {
        Ok(self.recognizer.clone().unwrap_or_else(|| Arc::new(MemoryRecognizer)))
    }

    fn model(&self) -> Result<Arc<dyn Model>, Missing> {
        Ok(self.model.clone().unwrap_or_else(|| Arc::new(NoModel)))
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        Ok(Arc::new(ServedByItself))
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        Ok(Arc::new(LoggedNotices))
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        Ok(Arc::new(self.clone()))
    }
}

/// Sees one and the same word wherever there is ink.
struct MemoryRecognizer;

#[async_trait]
impl Recognizer for MemoryRecognizer {
    async fn read(&self, lines: &[LinePicture], _script: Script) -> Result<Vec<Vec<ReadWord>>, PortError> {
        let seen = |line: &LinePicture| {
            let bounds = [0, 0, line.width, line.height];
            let word = ReadWord { text: "строка".to_owned(), bounds, confidence: 0.9 };
            if line.grey.iter().any(|&grey| grey < 128) { vec![word] } else { Vec::new() }
        };
        Ok(lines.iter().map(seen).collect())
    }
}

struct MemoryBlobs {
    host: MemoryHost,
    bucket: Bucket,
}

impl MemoryBlobs {
    fn read(&self, key: &BlobKey) -> Option<Bytes> {
        self.host.lock().blobs.get(&(self.bucket, key.clone())).cloned()
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>, PortError> {
        Ok(self.read(key))
    }

    async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Option<Bytes>, PortError> {
        Ok(self.read(key).map(|bytes| {
            let end = usize::try_from(range.end).unwrap_or(usize::MAX).min(bytes.len());
            let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
            bytes.slice(start..end)
        }))
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, PortError> {
        Ok(self.read(key).map(|bytes| bytes.len() as u64))
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError> {
        self.host.lock().blobs.insert((self.bucket, key.clone()), bytes);
        Ok(())
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), PortError> {
        self.host.lock().blobs.remove(&(self.bucket, key.clone()));
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobKey>, PortError> {
        let contents = self.host.lock();
        let keys = contents.blobs.keys().filter(|(bucket, _)| *bucket == self.bucket).map(|(_, key)| key);
        Ok(keys.filter(|key| key.as_str().starts_with(prefix)).cloned().collect())
    }
}

struct MemoryQueue {
    host: MemoryHost,
    stage: StageName,
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        self.host.lock().messages.extend(bodies.iter().map(|body| (self.stage, body.clone())));
        Ok(())
    }
}

#[async_trait]
impl Ledger for MemoryHost {
    async fn get(&self, key: &LedgerKey) -> Result<Option<Entry>, PortError> {
        let contents = self.lock();
        let found = contents.entries.get(key);
        Ok(found.map(|(version, value)| Entry { key: key.clone(), value: value.clone(), version: *version }))
    }

    async fn put(&self, key: &LedgerKey, value: &str, expected: Expected) -> Result<PutOutcome, PortError> {
        let mut contents = self.lock();
        let version = match (expected, contents.entries.get(key)) {
            (Expected::Absent, None) => 1,
            (Expected::Version(expected), Some((found, _))) if expected == *found => found + 1,
            _ => return Ok(PutOutcome::Conflict),
        };
        contents.entries.insert(key.clone(), (version, value.to_owned()));
        Ok(PutOutcome::Written(version))
    }

    async fn delete(&self, key: &LedgerKey) -> Result<(), PortError> {
        self.lock().entries.remove(key);
        Ok(())
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: usize) -> Result<Vec<Entry>, PortError> {
        let contents = self.lock();
        let inside = contents.entries.iter().filter(|(key, _)| key.partition() == partition);
        let wanted = inside.filter(|(key, _)| after.is_none_or(|after| key.sort() > after)).take(limit);
        Ok(wanted
            .map(|(key, (version, value))| Entry { key: key.clone(), value: value.clone(), version: *version })
            .collect())
    }

    async fn add_to_set(&self, key: &LedgerKey, number: u32) -> Result<BTreeSet<u32>, PortError> {
        let mut contents = self.lock();
        let set = contents.sets.entry(key.clone()).or_default();
        set.insert(number);
        Ok(set.clone())
    }

    async fn get_set(&self, key: &LedgerKey) -> Result<BTreeSet<u32>, PortError> {
        Ok(self.lock().sets.get(key).cloned().unwrap_or_default())
    }
}

impl Compute for MemoryHost {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        job();
    }

    fn width(&self) -> usize {
        1
    }
}

impl Progress for MemoryHost {
    fn page_read(&self, _document: &DocumentRef, _page: u32) {}
}

impl Clock for MemoryHost {
    fn now_ms(&self) -> u64 {
        *self.shared.now_ms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[tokio::test]
    async fn memory_blobs_pass_the_contract_suite() {
        let host = MemoryHost::default();
        contract::blobs(host.blobs(Bucket::Results).unwrap().as_ref()).await;
        assert!(host.blobs(Bucket::Pages).unwrap().list("").await.unwrap().is_empty(), "buckets leak into each other");
    }

    #[tokio::test]
    async fn the_memory_ledger_passes_the_contract_suite() {
        contract::ledger(&MemoryHost::default()).await;
    }

    #[tokio::test]
    async fn the_recogniser_keeps_the_contract() {
        contract::recognizer(MemoryHost::default().recognizer().unwrap().as_ref()).await;
    }
}
