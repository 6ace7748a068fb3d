use crate::moto::Moto;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use cloud::Dialect;
use ports::{Expected, Host, Ledger, LedgerKey, PutOutcome, contract};
use std::collections::BTreeSet;
use std::sync::Arc;

fn client(moto: &Moto) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_dynamodb::config::Region::new("eu-central-1"))
        .endpoint_url(moto.url())
        .credentials_provider(aws_sdk_dynamodb::config::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"));
    Client::from_conf(config.build())
}

pub(crate) async fn store(moto: &Moto, dialect: Dialect) -> Arc<dyn Ledger> {
    let mut table = client(moto).create_table().table_name("pto").billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("PK", KeyType::Hash), ("SK", KeyType::Range)] {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        let element = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        table = table.attribute_definitions(attribute.build().unwrap()).key_schema(element.build().unwrap());
    }
    table.send().await.unwrap();
    moto.host(dialect, &[]).await.ledger().unwrap()
}

fn key(partition: &str, sort: &str) -> LedgerKey {
    LedgerKey::new(partition, sort).unwrap()
}

#[tokio::test]
async fn the_ledger_passes_the_contract_suite() {
    let moto = Moto::start();
    contract::ledger(store(&moto, Dialect::Aws).await.as_ref()).await;
}

#[tokio::test]
async fn the_ledger_of_yandex_passes_the_contract_suite() {
    let moto = Moto::start();
    contract::ledger(store(&moto, Dialect::Yandex).await.as_ref()).await;
}

#[tokio::test]
async fn a_query_goes_on_past_a_megabyte() {
    let moto = Moto::start();
    let ledger = store(&moto, Dialect::Aws).await;
    let value = "x".repeat(290_000);
    for sort in 0..8 {
        ledger.put(&key("large", &format!("{sort}")), &value, Expected::Absent).await.unwrap();
    }
    let sorts = async |after, limit| {
        let entries = ledger.query("large", after, limit).await.unwrap();
        entries.iter().map(|entry| entry.key.sort().to_owned()).collect::<String>()
    };
    assert_eq!(sorts(None, 100).await, "01234567");
    assert_eq!(sorts(Some("1"), 5).await, "23456");
    assert_eq!(sorts(None, 0).await, "");
}

/// Puts an item with a time to live past the port, which has none to give.
async fn put_with_end(moto: &Moto, sort: &str, value: Option<&str>, end_seconds: u64) {
    let mut item = client(moto).put_item().table_name("pto");
    for (name, text) in [("PK", "ends"), ("SK", sort)] {
        item = item.item(name, AttributeValue::S(text.to_owned()));
    }
    item = item.item("E", AttributeValue::N(end_seconds.to_string()));
    item = match value {
        Some(value) => item.item("V", AttributeValue::S(value.to_owned())).item("N", AttributeValue::N("7".to_owned())),
        None => item.item("Members", AttributeValue::Ns(vec!["1".to_owned()])),
    };
    item.send().await.unwrap();
}

#[tokio::test]
async fn what_has_expired_is_absent_before_the_table_deletes_it() {
    const LONG_AGO: u64 = 1_000_000_000;
    const FAR_AHEAD: u64 = 99_000_000_000;
    let moto = Moto::start();
    let ledger = store(&moto, Dialect::Aws).await;
    put_with_end(&moto, "over", Some("old"), LONG_AGO).await;
    put_with_end(&moto, "alive", Some("new"), FAR_AHEAD).await;
    put_with_end(&moto, "set-over", None, LONG_AGO).await;
    put_with_end(&moto, "set-alive", None, FAR_AHEAD).await;

    assert_eq!(ledger.get(&key("ends", "over")).await.unwrap(), None);
    assert_eq!(ledger.get(&key("ends", "alive")).await.unwrap().unwrap().value, "new");
    let listed = ledger.query("ends", None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|entry| entry.key.sort()).collect::<Vec<_>>(), ["alive"]);

    let over = key("ends", "over");
    assert_eq!(ledger.put(&over, "x", Expected::Version(7)).await.unwrap(), PutOutcome::Conflict);
    assert_eq!(ledger.put(&over, "x", Expected::Absent).await.unwrap(), PutOutcome::Written(1));
    assert_eq!(ledger.get(&over).await.unwrap().unwrap().value, "x");
    let alive = key("ends", "alive");
    assert_eq!(ledger.put(&alive, "y", Expected::Absent).await.unwrap(), PutOutcome::Conflict);
    assert_eq!(ledger.put(&alive, "y", Expected::Version(7)).await.unwrap(), PutOutcome::Written(8));

    assert!(ledger.get_set(&key("ends", "set-over")).await.unwrap().is_empty());
    assert_eq!(ledger.add_to_set(&key("ends", "set-over"), 2).await.unwrap(), BTreeSet::from([2]));
    assert_eq!(ledger.add_to_set(&key("ends", "set-alive"), 2).await.unwrap(), BTreeSet::from([1, 2]));
}

#[tokio::test]
async fn a_put_whose_answer_was_lost_is_no_conflict_with_itself() {
    let moto = Moto::start();
    let ledger = store(&moto, Dialect::Aws).await;
    let own = key("p", "s");
    moto.lose_the_answer_to("PutItem");
    assert_eq!(ledger.put(&own, "1", Expected::Absent).await.unwrap(), PutOutcome::Written(1));
    moto.lose_the_answer_to("PutItem");
    assert_eq!(ledger.put(&own, "2", Expected::Version(1)).await.unwrap(), PutOutcome::Written(2));
    assert_eq!(ledger.get(&own).await.unwrap().unwrap().value, "2");
    moto.lose_the_answer_to("PutItem");
    assert_eq!(ledger.put(&own, "2", Expected::Version(1)).await.unwrap(), PutOutcome::Conflict);
}

#[tokio::test]
async fn an_outage_is_an_error_and_not_an_absence() {
    let moto = Moto::start();
    let ledger = moto.host(Dialect::Aws, &[]).await.ledger().unwrap();
    let own = key("p", "s");
    assert!(ledger.get(&own).await.is_err(), "there is no such table");
    assert!(ledger.put(&own, "x", Expected::Absent).await.is_err());
    assert!(ledger.query("p", None, 1).await.is_err());
    assert!(ledger.add_to_set(&own, 1).await.is_err());
    assert!(ledger.delete(&own).await.is_err());
}
