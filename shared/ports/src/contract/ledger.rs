#![expect(clippy::panic, clippy::unwrap_used, reason = "a suite of tests: a failure is its result")]

use crate::{Expected, Ledger, LedgerKey, PutOutcome};
use std::collections::BTreeSet;

fn key(partition: &str, sort: &str) -> LedgerKey {
    LedgerKey::new(partition, sort).unwrap()
}

/// Tries the promises of [`Ledger`].
pub async fn ledger(store: &dyn Ledger) {
    what_is_absent_is_none(store).await;
    a_put_holds_to_its_expectation(store).await;
    versions_of_a_deleted_entry_do_not_come_back_to_life(store).await;
    queries_are_sorted_paged_and_bounded(store).await;
    sets_take_a_number_once(store).await;
    one_of_many_writers_wins(store).await;
    no_number_of_concurrent_writers_is_lost(store).await;
    values_come_back_to_the_letter(store).await;
}

async fn what_is_absent_is_none(store: &dyn Ledger) {
    let absent = key("absent", "absent");
    assert_eq!(store.get(&absent).await.unwrap(), None);
    assert!(store.get_set(&absent).await.unwrap().is_empty());
    assert!(store.query("absent", None, 10).await.unwrap().is_empty());
    store.delete(&absent).await.unwrap();
}

async fn a_put_holds_to_its_expectation(store: &dyn Ledger) {
    let own = key("expectations", "a");
    assert_eq!(store.put(&own, "0", Expected::Version(1)).await.unwrap(), PutOutcome::Conflict);
    let PutOutcome::Written(first) = store.put(&own, "1", Expected::Absent).await.unwrap() else {
        panic!("the first put of a key was refused")
    };
    assert_eq!(store.put(&own, "2", Expected::Absent).await.unwrap(), PutOutcome::Conflict);
    let PutOutcome::Written(second) = store.put(&own, "3", Expected::Version(first)).await.unwrap() else {
        panic!("a put with the right version was refused")
    };
    assert!(second > first, "the version did not grow");
    assert_eq!(store.put(&own, "4", Expected::Version(first)).await.unwrap(), PutOutcome::Conflict);
    let entry = store.get(&own).await.unwrap().unwrap();
    assert_eq!((entry.value.as_str(), entry.version), ("3", second));
}

async fn versions_of_a_deleted_entry_do_not_come_back_to_life(store: &dyn Ledger) {
    let own = key("deletions", "a");
    store.put(&own, "1", Expected::Absent).await.unwrap();
    store.delete(&own).await.unwrap();
    assert_eq!(store.get(&own).await.unwrap(), None);
    assert_eq!(store.put(&own, "2", Expected::Version(1)).await.unwrap(), PutOutcome::Conflict);
    assert!(matches!(store.put(&own, "3", Expected::Absent).await.unwrap(), PutOutcome::Written(_)));
}

async fn queries_are_sorted_paged_and_bounded(store: &dyn Ledger) {
    for sort in ["b", "a", "c", "ab"] {
        store.put(&key("query", sort), sort, Expected::Absent).await.unwrap();
    }
    store.put(&key("query-of-another", "a"), "x", Expected::Absent).await.unwrap();
    let sorts =
        |entries: Vec<crate::Entry>| entries.iter().map(|entry| entry.key.sort().to_owned()).collect::<Vec<_>>();
    assert_eq!(sorts(store.query("query", None, 10).await.unwrap()), ["a", "ab", "b", "c"]);
    assert_eq!(sorts(store.query("query", None, 2).await.unwrap()), ["a", "ab"]);
    assert!(store.query("query", None, 0).await.unwrap().is_empty());
    assert_eq!(sorts(store.query("query", Some("ab"), 10).await.unwrap()), ["b", "c"]);
}

async fn sets_take_a_number_once(store: &dyn Ledger) {
    let own = key("sets", "a");
    assert_eq!(store.add_to_set(&own, 7).await.unwrap(), BTreeSet::from([7]));
    assert_eq!(store.add_to_set(&own, 3).await.unwrap(), BTreeSet::from([3, 7]));
    assert_eq!(store.add_to_set(&own, 7).await.unwrap(), BTreeSet::from([3, 7]));
    assert_eq!(store.get_set(&own).await.unwrap(), BTreeSet::from([3, 7]));
}

async fn one_of_many_writers_wins(store: &dyn Ledger) {
    let own = key("contended", "latch");
    let puts = (0..16).map(|_| store.put(&own, "{}", Expected::Absent));
    let outcomes = futures_util::future::join_all(puts).await;
    let winners = outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(PutOutcome::Written(_)))).count();
    assert_eq!(winners, 1, "of 16 writers that expected nothing");
}

async fn no_number_of_concurrent_writers_is_lost(store: &dyn Ledger) {
    let own = key("contended", "set");
    let adds = (0..64).map(|number| store.add_to_set(&own, number));
    let answers = futures_util::future::join_all(adds).await;
    let complete = answers.into_iter().filter(|answer| matches!(answer, Ok(set) if set.len() == 64)).count();
    assert!(complete >= 1, "nobody saw the set complete");
    assert_eq!(store.get_set(&own).await.unwrap(), (0..64).collect());
}

async fn values_come_back_to_the_letter(store: &dyn Ledger) {
    let long = format!("{{\"текст\":\"«ё» \\u0000 {}\"}}", "ж".repeat(100_000));
    let own = key("values", "АОСР № 1 + 2");
    store.put(&own, &long, Expected::Absent).await.unwrap();
    assert!(store.get(&own).await.unwrap().unwrap().value == long, "the value changed");
}
