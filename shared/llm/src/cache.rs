use bytes::Bytes;
use domain::{BlobKey, Month, TenantId};
use ports::{Answer, Blobs, Clock, PortError, Question};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Part of every key: raise it when the same question is to be asked in another way.
const REVISION: &str = "1";

/// Most answers kept for one tenant.
const MOST_ANSWERS: usize = 10_000;

/// Answers that were given, by the hash of what was asked. They lie under the month of their last use: one that is used
/// moves to the new month, and what lies two months back is removed when the first answer of a month is kept.
pub(crate) struct Cache {
    blobs: Arc<dyn Blobs>,
    clock: Arc<dyn Clock>,
    /// Tenants and months in which this process has looked for what is to be removed.
    swept: Mutex<BTreeSet<(TenantId, Month)>>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    model: String,
    tokens_in: u64,
    tokens_out: u64,
    value: serde_json::Value,
}

impl Cache {
    pub(crate) fn new(blobs: Arc<dyn Blobs>, clock: Arc<dyn Clock>) -> Self {
        Self { blobs, clock, swept: Mutex::default() }
    }

    /// The answer that was given, if it is kept.
    pub(crate) async fn get(&self, tenant: &TenantId, hash: &str) -> Result<Option<Answer>, PortError> {
        let month = Month::of_ms(self.clock.now_ms());
        for used in [month, before(month)] {
            let Some(bytes) = self.blobs.get(&BlobKey::model_answer(tenant, used, hash)).await? else { continue };
            // What cannot be read is asked again and written over.
            let Ok(kept) = serde_json::from_slice::<Kept>(&bytes) else { continue };
            if used != month {
                self.write(tenant, month, hash, bytes).await;
            }
            return Ok(Some(Answer {
                value: kept.value,
                model: kept.model,
                tokens: (kept.tokens_in, kept.tokens_out),
            }));
        }
        Ok(None)
    }

    /// Keeps an answer. That it could not be kept costs money later and nothing now, so it is only warned of.
    pub(crate) async fn put(&self, tenant: &TenantId, hash: &str, answer: &Answer) {
        let (tokens_in, tokens_out) = answer.tokens;
        let kept = Kept { model: answer.model.clone(), tokens_in, tokens_out, value: answer.value.clone() };
        let month = Month::of_ms(self.clock.now_ms());
        match serde_json::to_vec(&kept) {
            Ok(bytes) => self.write(tenant, month, hash, Bytes::from(bytes)).await,
            Err(error) => tracing::warn!(%error, "an answer of a model could not be written as JSON"),
        }
    }

    async fn write(&self, tenant: &TenantId, month: Month, hash: &str, bytes: Bytes) {
        if let Err(error) = self.blobs.put(&BlobKey::model_answer(tenant, month, hash), bytes).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "an answer of a model could not be kept");
        }
        let is_first = self.swept.lock().unwrap_or_else(PoisonError::into_inner).insert((tenant.clone(), month));
        if is_first && let Err(error) = self.evict(tenant, month).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "old answers of a model could not be removed");
        }
    }

    /// Removes what was not used this month or the last, and what is beyond the number that is kept, the oldest first.
    async fn evict(&self, tenant: &TenantId, month: Month) -> Result<(), PortError> {
        let prefix = BlobKey::model_answers_prefix(tenant);
        let keys = self.blobs.list(&prefix).await?;
        let is_used = |key: &&BlobKey| {
            let used = key.as_str().strip_prefix(&prefix).and_then(|rest| rest.split('/').next());
            used.is_some_and(|used| used >= before(month).to_string().as_str())
        };
        let beyond = keys.iter().filter(is_used).count().saturating_sub(MOST_ANSWERS);
        let old = keys.iter().filter(|key| !is_used(key)).chain(keys.iter().filter(is_used).take(beyond));
        for key in old {
            self.blobs.delete(key).await?;
        }
        Ok(())
    }
}

/// The month before.
fn before(month: Month) -> Month {
    match month.month {
        0 | 1 => Month { year: month.year.saturating_sub(1), month: 12 },
        number => Month { year: month.year, month: number - 1 },
    }
}

/// Hash of all that the answer depends on, but for which server gives it: the first answer counts.
pub(crate) fn hash_of(question: &Question, models: &[&str]) -> String {
    let mut hasher = Sha256::new();
    let schema = question.schema.to_string();
    let limit = question.largest_answer_tokens.to_string();
    let fixed = [REVISION, &question.instructions, &question.material, question.schema_name, &schema, &limit];
    for part in fixed.into_iter().chain(models.iter().copied()) {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Bucket;
    use ports::Host;
    use ports::contract::model_question;
    use ports::memory::MemoryHost;
    use serde_json::json;

    const MONTH_MS: u64 = 31 * 86_400_000;

    fn answer() -> Answer {
        Answer { value: json!({"number": true}), model: "m".to_owned(), tokens: (10, 2) }
    }

    #[tokio::test]
    async fn what_is_used_stays_and_what_is_not_goes_after_two_months() {
        let (host, tenant) = (MemoryHost::default(), TenantId::local());
        let cache = || Cache::new(host.blobs(Bucket::Pages).unwrap(), host.clock().unwrap());
        for hash in ["used", "unused"] {
            cache().put(&tenant, hash, &answer()).await;
        }
        for month in 1..=4 {
            host.set_now_ms(month * MONTH_MS);
            assert_eq!(cache().get(&tenant, "used").await.unwrap(), Some(answer()), "month {month}");
        }
        assert_eq!(cache().get(&tenant, "unused").await.unwrap(), None);
        let kept: Vec<_> = host.contents().blobs.into_keys().map(|(_, key)| key.as_str().to_owned()).collect();
        assert!(kept.len() <= 2 && kept.iter().all(|key| key.ends_with("/used.json")), "{kept:?}");
        let other = TenantId::try_from("other".to_owned()).unwrap();
        assert_eq!(cache().get(&other, "used").await.unwrap(), None, "tenants share no answers");
    }

    #[test]
    fn another_question_has_another_hash() {
        let first = model_question("a");
        let mut seen = BTreeSet::from([hash_of(&first, &["m"]), hash_of(&first, &["n"]), hash_of(&first, &["m", "n"])]);
        seen.insert(hash_of(&model_question("b"), &["m"]));
        seen.insert(hash_of(&Question { instructions: "other".to_owned(), ..first.clone() }, &["m"]));
        seen.insert(hash_of(&Question { largest_answer_tokens: 1, ..first.clone() }, &["m"]));
        assert_eq!(seen.len(), 6);
        assert_eq!(hash_of(&first, &["m"]), hash_of(&Question { within: std::time::Duration::ZERO, ..first }, &["m"]));
    }
}
