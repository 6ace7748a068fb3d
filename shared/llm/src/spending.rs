use crate::Caps;
use domain::{DocumentRef, Month};
use ports::{Clock, Expected, Ledger, LedgerKey, PortError, PutOutcome, Spent};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Concurrent writers of one sum that all lose this often are not writers but a bug.
const MAX_CONFLICTS: u32 = 50;

/// What is spent, in the ledger. A sum is reserved before a call, under three heads (document, tenant and month,
/// installation and month), each by a conditional write that the cap stops; after the call it is corrected. Who dies in
/// between leaves the reserve behind as if it were spent: the caps hold all the same.
#[derive(Clone)]
pub(crate) struct Spending {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    caps: Caps,
}

/// A sum under one head.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Sum {
    micro_roubles: u64,
    #[serde(default)]
    tokens_in: u64,
    #[serde(default)]
    tokens_out: u64,
}

/// A reserve that awaits its correction.
#[must_use]
pub(crate) struct Reserve {
    heads: Vec<LedgerKey>,
    micro_roubles: u64,
}

impl Spending {
    pub(crate) fn new(ledger: Arc<dyn Ledger>, clock: Arc<dyn Clock>, caps: Caps) -> Self {
        Self { ledger, clock, caps }
    }

    /// Reserves a sum for a call; `None` when that would pass a cap.
    pub(crate) async fn reserve(
        &self,
        document: &DocumentRef,
        micro_roubles: u64,
    ) -> Result<Option<Reserve>, PortError> {
        let month = Month::of_ms(self.clock.now_ms());
        let mut reserve = Reserve { heads: Vec::new(), micro_roubles };
        for (head, cap) in [
            (LedgerKey::model_spending_of_document(document), self.caps.document),
            (LedgerKey::model_spending_of_tenant(&document.tenant, month), self.caps.tenant_month),
            (LedgerKey::model_spending(month), self.caps.month),
        ] {
            let add = |sum: &mut Sum| {
                sum.micro_roubles = sum.micro_roubles.saturating_add(micro_roubles);
                sum.micro_roubles <= cap
            };
            if !self.change(&head, add).await? {
                self.settle(reserve, Spent::default()).await?;
                return Ok(None);
            }
            reserve.heads.push(head);
        }
        Ok(Some(reserve))
    }

    /// Puts what was spent in place of what was reserved.
    pub(crate) async fn settle(&self, reserve: Reserve, spent: Spent) -> Result<(), PortError> {
        for head in &reserve.heads {
            let correct = |sum: &mut Sum| {
                let without = sum.micro_roubles.saturating_sub(reserve.micro_roubles);
                sum.micro_roubles = without.saturating_add(spent.micro_roubles);
                sum.tokens_in = sum.tokens_in.saturating_add(spent.tokens_in);
                sum.tokens_out = sum.tokens_out.saturating_add(spent.tokens_out);
                true
            };
            self.change(head, correct).await?;
        }
        Ok(())
    }

    /// Changes a sum, unless `change` says that it must not be; answers what `change` said.
    async fn change(&self, head: &LedgerKey, change: impl Fn(&mut Sum) -> bool) -> Result<bool, PortError> {
        for _ in 0..MAX_CONFLICTS {
            let (mut sum, expected) = match self.ledger.get(head).await? {
                None => (Sum::default(), Expected::Absent),
                Some(entry) => {
                    let sum = serde_json::from_str(&entry.value);
                    (
                        sum.map_err(|error| PortError::new(format!("read {head}"), error))?,
                        Expected::Version(entry.version),
                    )
                }
            };
            let before = sum;
            if !change(&mut sum) {
                return Ok(false);
            }
            if sum == before {
                return Ok(true);
            }
            let value = serde_json::to_string(&sum).map_err(|error| PortError::new(format!("write {head}"), error))?;
            if let PutOutcome::Written(_) = self.ledger.put(head, &value, expected).await? {
                return Ok(true);
            }
        }
        Err(PortError::plain(format!("write {head} against other writers")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, TenantId};
    use ports::Host;
    use ports::memory::MemoryHost;

    fn document(name: &str) -> DocumentRef {
        DocumentRef { tenant: TenantId::local(), document: DocumentId::of(name.as_bytes()) }
    }

    fn sums(host: &MemoryHost) -> Vec<u64> {
        let sum = |value: &str| serde_json::from_str::<Sum>(value).unwrap().micro_roubles;
        host.contents().entries.values().map(|(_, value)| sum(value)).collect()
    }

    #[tokio::test]
    async fn a_cap_stops_the_call_before_it_and_gives_back_what_was_reserved() {
        let host = MemoryHost::default();
        let spending = |document, tenant_month, month| {
            let caps = Caps { document, tenant_month, month };
            Spending::new(host.ledger().unwrap(), host.clock().unwrap(), caps)
        };
        let (first, second) = (document("a"), document("b"));
        let reserve = spending(100, 1000, 1000).reserve(&first, 90).await.unwrap().unwrap();
        assert_eq!(sums(&host), [90; 3], "reserved under each head before anything is sent");
        assert!(spending(100, 1000, 1000).reserve(&first, 11).await.unwrap().is_none(), "the document's cap");
        assert_eq!(sums(&host), [90; 3]);
        let spent = Spent { tokens_in: 5, tokens_out: 2, micro_roubles: 30 };
        spending(100, 1000, 1000).settle(reserve, spent).await.unwrap();
        assert_eq!(sums(&host), [30; 3]);

        assert!(spending(100, 40, 1000).reserve(&second, 11).await.unwrap().is_none(), "the tenant's cap");
        assert!(spending(100, 1000, 40).reserve(&second, 11).await.unwrap().is_none(), "the month's cap");
        let mut left = sums(&host);
        left.sort_unstable();
        assert_eq!(left, [0, 30, 30, 30], "nothing of the second document");
        host.set_now_ms(40 * 86_400_000);
        assert!(spending(100, 40, 40).reserve(&second, 40).await.unwrap().is_some(), "the next month begins anew");
    }
}
