use crate::moto::Moto;
use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use cloud::{CloudHost, CloudQueue, Delivery, Dialect, Lease, QueueDepth, TRACE};
use domain::StageName;
use ports::contract::{self, LeasedMessage, QueueUnderTest};
use ports::{Clock, Host, PortError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const LEASE_MS: u64 = 30_000;
const MAX_ATTEMPTS: u32 = 5;

/// A stage's queue with its dead letters, as a host sees them, by the clock of the server.
struct Bench {
    moto: Arc<Moto>,
    queue: Arc<dyn CloudQueue>,
    dead: Arc<dyn CloudQueue>,
    received: Mutex<HashMap<String, Delivery>>,
}

impl Bench {
    async fn of(dialect: Dialect) -> Self {
        let moto = Arc::new(Moto::start());
        let (url, dead_url) = create(&moto).await;
        let variables = moto.variables(&[("PTO_QUEUE_PAGE_EXTRACTOR", &url), ("PTO_DEAD_LETTERS", &dead_url)]);
        let clock = Arc::clone(&moto) as Arc<dyn Clock>;
        let host = CloudHost::with_clock(variables, dialect, clock).await;
        let (queue, dead) = (host.cloud_queue(StageName::PageExtractor).unwrap(), host.dead_letters().unwrap());
        Self { moto, queue, dead, received: Mutex::default() }
    }

    fn delivery(&self, receipt: &str) -> Delivery {
        self.received.lock().unwrap()[receipt].clone()
    }

    /// All dead letters, leased.
    async fn lease_the_dead(&self) -> Result<Vec<Delivery>, PortError> {
        let mut all = Vec::new();
        loop {
            let some = self.dead.receive(10, LEASE_MS, 0).await?;
            if some.is_empty() {
                return Ok(all);
            }
            all.extend(some);
        }
    }
}

#[async_trait]
impl QueueUnderTest for Bench {
    async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
        self.queue.send(bodies).await
    }

    async fn receive(&self, at_most: usize) -> Result<Vec<LeasedMessage>, PortError> {
        let received = self.queue.receive(at_most, LEASE_MS, 0).await?;
        let mut kept = self.received.lock().unwrap();
        let leased = received.into_iter().map(|delivery| {
            let lease = delivery.lease.receipt.clone();
            kept.insert(lease.clone(), delivery.clone());
            LeasedMessage { body: delivery.body, attempt: delivery.attempt, lease }
        });
        Ok(leased.collect())
    }

    async fn ack(&self, lease: &str) -> Result<(), PortError> {
        self.queue.ack(&self.delivery(lease).lease).await.map(drop)
    }

    async fn release(&self, lease: &str, after_ms: u64) -> Result<(), PortError> {
        self.queue.release(&self.delivery(lease).lease, after_ms).await.map(drop)
    }

    async fn bury(&self, lease: &str) -> Result<(), PortError> {
        let Delivery { lease, body, .. } = self.delivery(lease);
        self.queue.bury(&lease, &body, "it cannot be read", self.dead.as_ref()).await.map(drop)
    }

    async fn dead_letters(&self) -> Result<Vec<String>, PortError> {
        let dead = self.lease_the_dead().await?;
        for letter in &dead {
            assert!(self.dead.release(&letter.lease, 0).await?);
        }
        Ok(dead.into_iter().map(|letter| letter.body).collect())
    }

    async fn redrive(&self) -> Result<(), PortError> {
        for letter in self.lease_the_dead().await? {
            self.queue.send(&[letter.body]).await?;
            assert!(self.dead.ack(&letter.lease).await?);
        }
        Ok(())
    }

    fn lease_ms(&self) -> u64 {
        LEASE_MS
    }

    fn max_attempts(&self) -> u32 {
        MAX_ATTEMPTS
    }

    fn advance(&self, milliseconds: u64) {
        self.moto.advance(milliseconds);
    }
}

/// Makes a queue and its dead letters; answers their URLs.
async fn create(moto: &Moto) -> (String, String) {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_sqs::config::Region::new("eu-central-1"))
        .endpoint_url(moto.url())
        .credentials_provider(aws_sdk_sqs::config::Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"));
    let client = Client::from_conf(config.build());
    let dead = client.create_queue().queue_name("page-extractor-dead").send().await.unwrap().queue_url.unwrap();
    let attributes = client.get_queue_attributes().queue_url(&dead).attribute_names(QueueAttributeName::QueueArn);
    let attributes = attributes.send().await.unwrap().attributes.unwrap();
    let arn = &attributes[&QueueAttributeName::QueueArn];
    let redrive = format!("{{\"deadLetterTargetArn\":\"{arn}\",\"maxReceiveCount\":{MAX_ATTEMPTS}}}");
    let queue = client.create_queue().queue_name("page-extractor");
    let queue = queue.attributes(QueueAttributeName::RedrivePolicy, redrive).send().await.unwrap();
    (queue.queue_url.unwrap(), dead)
}

#[tokio::test]
async fn the_queue_of_aws_passes_the_contract_suite() {
    contract::queue(&Bench::of(Dialect::Aws).await).await;
}

#[tokio::test]
async fn the_queue_of_yandex_passes_the_contract_suite() {
    contract::queue(&Bench::of(Dialect::Yandex).await).await;
}

#[tokio::test]
async fn many_messages_are_sent_and_counted() {
    for dialect in [Dialect::Aws, Dialect::Yandex] {
        let bench = Bench::of(dialect).await;
        let mut bodies: Vec<_> = (0..25).map(|number| format!("{{\"chunk\":{number}}}")).collect();
        bodies.extend((0..3).map(|number| format!("{number}{}", "ж".repeat(60_000))));
        bench.queue.send(&bodies).await.unwrap();
        assert_eq!(bench.queue.depth().await.unwrap(), QueueDepth { waiting: 28, running: 0 });
        let received = bench.queue.receive(100, LEASE_MS, 0).await.unwrap();
        assert_eq!(received.len(), 10);
        assert_eq!(bench.queue.depth().await.unwrap(), QueueDepth { waiting: 18, running: 10 });
    }
}

/// moto drops the system attributes of a batch, so what SQS is sent is tried beside its adapter.
#[tokio::test]
async fn a_trace_is_carried_through_the_queue_of_yandex() {
    let bench = Bench::of(Dialect::Yandex).await;
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    let bodies = ["traced".to_owned()];
    TRACE.scope(header.to_owned(), bench.queue.send(&bodies)).await.unwrap();
    let received = bench.queue.receive(1, LEASE_MS, 0).await.unwrap();
    assert_eq!(received[0].trace.as_deref(), Some(header));
    bench.queue.send(&["plain".to_owned()]).await.unwrap();
    let received = bench.queue.receive(1, LEASE_MS, 0).await.unwrap();
    assert_eq!((received[0].body.as_str(), received[0].trace.as_deref()), ("plain", None));
}

#[tokio::test]
async fn a_dead_letter_says_why_it_is_one() {
    for dialect in [Dialect::Aws, Dialect::Yandex] {
        let bench = Bench::of(dialect).await;
        bench.queue.send(&["{".to_owned()]).await.unwrap();
        let received = bench.queue.receive(1, LEASE_MS, 0).await.unwrap();
        assert_eq!(received[0].reason, None);
        let reason = "the task cannot be read: Eof at line 1, column 1";
        assert!(bench.queue.bury(&received[0].lease, "{", reason, bench.dead.as_ref()).await.unwrap());
        let letters = bench.dead.receive(1, LEASE_MS, 0).await.unwrap();
        assert_eq!((letters[0].body.as_str(), letters[0].reason.as_deref()), ("{", Some(reason)), "{dialect:?}");
    }
}

#[tokio::test]
async fn whoever_received_by_another_hand_settles_by_the_receipt_alone() {
    for dialect in [Dialect::Aws, Dialect::Yandex] {
        let bench = Bench::of(dialect).await;
        bench.queue.send(&["a".to_owned()]).await.unwrap();
        let received = bench.queue.receive(1, LEASE_MS, 0).await.unwrap();
        let lease = Lease { receipt: received[0].lease.receipt.clone(), until_ms: u64::MAX };
        assert!(bench.queue.release(&lease, 1_000).await.unwrap());
        assert!(bench.queue.ack(&lease).await.unwrap());
        assert!(!bench.queue.release(&lease, 0).await.unwrap(), "a message that is gone was released");
    }
}

#[tokio::test]
async fn an_outage_is_an_error() {
    for dialect in [Dialect::Aws, Dialect::Yandex] {
        let moto = Moto::start();
        let nowhere = format!("{}/123456789012/nowhere", moto.url());
        let host = moto.host(dialect, &[("PTO_QUEUE_INDEXER", &nowhere)]).await;
        let queue = host.queue(StageName::Indexer).unwrap();
        assert!(queue.send(&["a".to_owned()]).await.is_err(), "there is no such queue");
        assert!(host.cloud_queue(StageName::Indexer).unwrap().receive(1, LEASE_MS, 0).await.is_err());
    }
}
