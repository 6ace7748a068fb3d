use domain::StageName;
use std::collections::BTreeMap;
use tokio::sync::{Notify, watch};

/// Wakes those who wait inside this process, so that nobody polls.
pub(crate) struct Signals {
    changed: watch::Sender<u64>,
    work: BTreeMap<StageName, Notify>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            changed: watch::Sender::new(0),
            work: StageName::ALL.into_iter().map(|stage| (stage, Notify::new())).collect(),
        }
    }
}

impl Signals {
    /// A record, a queue or the progress of a document has changed.
    pub(crate) fn tell_changed(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A message of `stage` may be there to receive. Kept for the next [`Self::work`] if nobody waits now.
    pub(crate) fn tell_work(&self, stage: StageName) {
        if let Some(work) = self.work.get(&stage) {
            work.notify_one();
        }
    }

    /// Waits for [`Self::tell_work`]; one waiter a stage.
    pub(crate) async fn work(&self, stage: StageName) {
        match self.work.get(&stage) {
            Some(work) => work.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Sees every change from now on.
    pub(crate) fn changes(&self) -> Changes {
        Changes { seen: self.changed.subscribe() }
    }
}

/// Tells that something has changed since it was last asked: a record, a queue, the progress of a document. Take it
/// before the first look at what you wait for, and look again after each change; no change is missed then.
#[derive(Clone)]
pub struct Changes {
    seen: watch::Receiver<u64>,
}

impl Changes {
    /// Waits until something has changed since the last call. Several changes may come as one. Answers `false` when
    /// the host is gone and nothing will change any more.
    pub async fn changed(&mut self) -> bool {
        self.seen.changed().await.is_ok()
    }
}
