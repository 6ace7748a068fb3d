use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use ports::{Clock, EXPIRES_AT_MS, Entry, Expected, Ledger, LedgerKey, PortError, PutOutcome};
use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

/// Records in one table of DynamoDB, or of YDB by its Document API: keys `PK` and `SK` (S); `V` (S) the value, `N` (N)
/// its version, `Members` (NS) a number set, `E` (N) the second since 1970 from which the item counts as absent, although the
/// table deletes it later, `W` (S) the name of the put that wrote it. Kept to what both tables do: conditional writes of one item, no transactions, no filters.
#[derive(Clone)]
pub struct DynamoLedger {
    client: Client,
    table: String,
    clock: Arc<dyn Clock>,
}

type Item = HashMap<String, AttributeValue>;

/// Every name stands for itself, so that none is taken for a reserved word.
const NAMES: [(&str, &str); 6] =
    [("#PK", "PK"), ("#SK", "SK"), ("#V", "V"), ("#N", "N"), ("#M", "Members"), ("#E", "E")];

/// Names that an expression uses: the tables refuse unused ones.
fn names_in(expression: &str) -> HashMap<String, String> {
    let used = NAMES.iter().filter(|(name, _)| expression.contains(name));
    used.map(|(name, attribute)| ((*name).to_owned(), (*attribute).to_owned())).collect()
}

impl DynamoLedger {
    /// Records of this table.
    pub fn new(client: Client, table: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self { client, table: table.into(), clock }
    }

    fn now_seconds(&self) -> u64 {
        self.clock.now_ms() / 1000
    }

    fn failed(&self, action: &str, key: &LedgerKey, error: impl Into<Box<dyn Error + Send + Sync>>) -> PortError {
        PortError::new(format!("{action} {key} in {}", self.table), error)
    }

    /// What became of a put that met its own condition unfulfilled. The SDK repeats a put whose answer was lost, and the
    /// repeat then finds what the first wrote: the name of the put tells.
    async fn outcome(&self, key: &LedgerKey, put: &str, version: u64) -> Result<PutOutcome, PortError> {
        let item = self.item(key).await?;
        let is_ours = item.as_ref().and_then(|item| text(item, "W")) == Some(put);
        Ok(if is_ours { PutOutcome::Written(version) } else { PutOutcome::Conflict })
    }

    /// The item, if there is one and its time has not passed.
    async fn item(&self, key: &LedgerKey) -> Result<Option<Item>, PortError> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(item_key(key))).consistent_read(true);
        let answer = request.send().await.map_err(|error| self.failed("read", key, error))?;
        Ok(answer.item.filter(|item| is_present(item, self.now_seconds())))
    }
}

/// A name that no other put has, of this process or another.
fn name_of_a_put() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static PUTS: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}-{}", *PROCESS, PUTS.fetch_add(1, Ordering::Relaxed))
}

/// The rule of expiry, on every read: an item whose second `E` has come is absent, whenever the table deletes it.
fn is_present(item: &Item, now_seconds: u64) -> bool {
    number(item, "E").is_none_or(|expires| expires > now_seconds)
}

/// The same rule as a condition; `:now` is the present second.
const IS_PRESENT: &str = "(attribute_not_exists(#E) OR #E > :now)";
const IS_ABSENT: &str = "(attribute_not_exists(#PK) OR #E <= :now)";
const HAS_EXPIRED: &str = "#E <= :now";

fn item_key(key: &LedgerKey) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(key.partition().to_owned())),
        ("SK".to_owned(), AttributeValue::S(key.sort().to_owned())),
    ])
}

fn number_value(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// Callers judge by their own clock when a value has had its time ([`EXPIRES_AT_MS`]); the table may have it a day later.
const KEPT_AFTER_EXPIRY_SECONDS: u64 = 86_400;

/// When a value has had its time, if it says so.
fn expires_at_ms(value: &str) -> Option<u64> {
    let says_so = value.contains(EXPIRES_AT_MS);
    let value: serde_json::Value = says_so.then(|| serde_json::from_str(value).ok())??;
    value.get(EXPIRES_AT_MS)?.as_u64()
}

/// The entry; `None` when the item holds a number set.
fn entry(item: &Item) -> Option<Entry> {
    let key = LedgerKey::new(text(item, "PK")?, text(item, "SK")?).ok()?;
    Some(Entry { key, value: text(item, "V")?.to_owned(), version: number(item, "N")? })
}

fn set(item: &Item) -> Option<BTreeSet<u32>> {
    match item.get("Members") {
        None => Some(BTreeSet::new()),
        Some(numbers) => numbers.as_ns().ok()?.iter().map(|number| number.parse().ok()).collect(),
    }
}

#[async_trait]
impl Ledger for DynamoLedger {
    async fn get(&self, key: &LedgerKey) -> Result<Option<Entry>, PortError> {
        Ok(self.item(key).await?.as_ref().and_then(entry))
    }

    async fn put(&self, key: &LedgerKey, value: &str, expected: Expected) -> Result<PutOutcome, PortError> {
        let (version, condition) = match expected {
            Expected::Absent => (1, IS_ABSENT.to_owned()),
            Expected::Version(version) => (version.saturating_add(1), format!("#N = :version AND {IS_PRESENT}")),
        };
        let put = name_of_a_put();
        let mut item = item_key(key);
        item.insert("W".to_owned(), AttributeValue::S(put.clone()));
        item.insert("V".to_owned(), AttributeValue::S(value.to_owned()));
        item.insert("N".to_owned(), number_value(version));
        if let Some(expires_at_ms) = expires_at_ms(value) {
            item.insert("E".to_owned(), number_value((expires_at_ms / 1000).saturating_add(KEPT_AFTER_EXPIRY_SECONDS)));
        }
        let mut request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .set_expression_attribute_names(Some(names_in(&condition)))
            .expression_attribute_values(":now", number_value(self.now_seconds()));
        if let Expected::Version(expected) = expected {
            request = request.expression_attribute_values(":version", number_value(expected));
        }
        match request.condition_expression(condition).send().await {
            Ok(_) => Ok(PutOutcome::Written(version)),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                self.outcome(key, &put, version).await
            }
            Err(error) => Err(self.failed("write", key, error)),
        }
    }

    async fn delete(&self, key: &LedgerKey) -> Result<(), PortError> {
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(item_key(key)));
        request.send().await.map_err(|error| self.failed("delete", key, error))?;
        Ok(())
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: usize) -> Result<Vec<Entry>, PortError> {
        let condition = if after.is_some() { "#PK = :partition AND #SK > :after" } else { "#PK = :partition" };
        let now_seconds = self.now_seconds();
        let mut entries = Vec::new();
        let mut start = None;
        // A page ends at the limit or at 1 MB, whichever comes first.
        while entries.len() < limit {
            let left = i32::try_from(limit - entries.len()).unwrap_or(i32::MAX);
            let mut request = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression(condition)
                .set_expression_attribute_names(Some(names_in(condition)))
                .expression_attribute_values(":partition", AttributeValue::S(partition.to_owned()))
                .limit(left)
                .set_exclusive_start_key(start.take());
            if let Some(after) = after {
                request = request.expression_attribute_values(":after", AttributeValue::S(after.to_owned()));
            }
            let page = request
                .send()
                .await
                .map_err(|error| PortError::new(format!("query partition {partition} of {}", self.table), error))?;
            let present = page.items().iter().filter(|item| is_present(item, now_seconds));
            entries.extend(present.filter_map(entry));
            match page.last_evaluated_key {
                Some(key) if !key.is_empty() => start = Some(key),
                _ => break,
            }
        }
        Ok(entries)
    }

    async fn add_to_set(&self, key: &LedgerKey, number: u32) -> Result<BTreeSet<u32>, PortError> {
        const ADD: &str = "ADD #M :numbers";
        loop {
            let now = number_value(self.now_seconds());
            let request = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(item_key(key)))
                .update_expression(ADD)
                .condition_expression(IS_PRESENT)
                .set_expression_attribute_names(Some(names_in(&format!("{ADD} {IS_PRESENT}"))))
                .expression_attribute_values(":numbers", AttributeValue::Ns(vec![number.to_string()]))
                .expression_attribute_values(":now", now.clone())
                .return_values(ReturnValue::AllNew);
            match request.send().await {
                Ok(answer) => {
                    let numbers = answer.attributes.as_ref().and_then(set);
                    return numbers.ok_or_else(|| self.failed("add to the set", key, "the set did not come back"));
                }
                Err(error)
                    if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(self.failed("add to the set", key, error)),
            }
            // The set's time has passed and the table has not deleted it yet.
            let request = self
                .client
                .delete_item()
                .table_name(&self.table)
                .set_key(Some(item_key(key)))
                .condition_expression(HAS_EXPIRED)
                .set_expression_attribute_names(Some(names_in(HAS_EXPIRED)))
                .expression_attribute_values(":now", now);
            match request.send().await {
                Ok(_) => {}
                Err(error)
                    if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) => {}
                Err(error) => return Err(self.failed("delete the expired set", key, error)),
            }
        }
    }

    async fn get_set(&self, key: &LedgerKey) -> Result<BTreeSet<u32>, PortError> {
        match self.item(key).await? {
            None => Ok(BTreeSet::new()),
            Some(item) => set(&item).ok_or_else(|| self.failed("read the set", key, "it holds something else")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_says_when_it_has_had_its_time_may_be_removed_later() {
        assert_eq!(expires_at_ms(r#"{"expires_at_ms":5000}"#), Some(5000));
        for value in ["{}", r#"{"name":"expires_at_ms"}"#, "expires_at_ms"] {
            assert_eq!(expires_at_ms(value), None, "{value}");
        }
    }

    #[test]
    fn an_item_is_absent_from_the_second_it_expires() {
        let item = |expires: u64| Item::from([("E".to_owned(), number_value(expires))]);
        assert!(is_present(&Item::new(), 100));
        assert!(is_present(&item(101), 100));
        assert!(!is_present(&item(100), 100));
        assert!(!is_present(&item(99), 100));
    }

    #[test]
    fn only_the_names_that_are_used_are_given() {
        assert_eq!(names_in(HAS_EXPIRED), HashMap::from([("#E".to_owned(), "E".to_owned())]));
        assert_eq!(names_in(IS_ABSENT).len(), 2);
    }

    #[test]
    fn a_set_with_something_else_in_it_is_no_set() {
        let numbers = |numbers: &[&str]| {
            let numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
            Item::from([("Members".to_owned(), AttributeValue::Ns(numbers))])
        };
        assert_eq!(set(&numbers(&["7", "3"])), Some(BTreeSet::from([3, 7])));
        assert_eq!(set(&numbers(&["-1"])), None);
        assert_eq!(set(&Item::new()), Some(BTreeSet::new()));
    }
}
