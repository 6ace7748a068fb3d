use crate::RecordsError;
use domain::{DocumentId, StageName, Subject};
use ports::{Expected, Ledger, LedgerKey, PutOutcome};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Leases on tasks of documents and of the installation: while one delivery works, another of the same task waits. They
/// save money where messages come twice; nothing rests on them, for a repeat writes the same bytes anyway.
#[derive(Clone)]
pub(crate) struct Leases {
    ledger: Arc<dyn Ledger>,
}

/// What became of asking for a lease.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It is ours until we give it back.
    Taken(LedgerKey),
    /// Somebody else works on the task, until this moment at most.
    Held {
        /// Milliseconds since 1970.
        until_ms: u64,
    },
    /// The task is about an upload, and repeats of those are cheap.
    NotNeeded,
}

#[derive(Serialize, Deserialize)]
struct Term {
    expires_at_ms: u64,
}

impl Leases {
    pub(crate) fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger }
    }

    /// Takes the lease on a task from `now_ms` to `until_ms`, unless another's has not lapsed.
    pub(crate) async fn take(
        &self,
        stage: StageName,
        subject: &Subject,
        body: &str,
        now_ms: u64,
        until_ms: u64,
    ) -> Result<Asked, RecordsError> {
        let key = match subject {
            Subject::Document(document) => LedgerKey::lease(document, stage, &DocumentId::of(body.as_bytes())),
            Subject::Installation => LedgerKey::lease_on_installation(stage),
            Subject::Upload(_) => return Ok(Asked::NotNeeded),
        };
        let malformed = |source| RecordsError::Malformed { key: key.clone(), source };
        let expected = match self.ledger.get(&key).await? {
            None => Expected::Absent,
            Some(entry) => {
                let term: Term = serde_json::from_str(&entry.value).map_err(malformed)?;
                if term.expires_at_ms > now_ms {
                    return Ok(Asked::Held { until_ms: term.expires_at_ms });
                }
                Expected::Version(entry.version)
            }
        };
        let term = serde_json::to_string(&Term { expires_at_ms: until_ms }).map_err(malformed)?;
        match self.ledger.put(&key, &term, expected).await? {
            PutOutcome::Written(_) => Ok(Asked::Taken(key)),
            PutOutcome::Conflict => Ok(Asked::Held { until_ms }),
        }
    }

    /// Gives a lease back.
    pub(crate) async fn give_back(&self, key: &LedgerKey) -> Result<(), RecordsError> {
        Ok(self.ledger.delete(key).await?)
    }
}
