//! Adapters of the ports over S3, SQS, DynamoDB and the links of content networks, for AWS and for Yandex Cloud, which
//! speaks the same languages with an accent: see [`Dialect`]. [`CloudHost`] gives them to stages.

mod batches;
mod blobs;
mod clients;
mod clock;
mod cloud_front;
mod compute;
mod content;
mod credentials;
mod host;
mod ledger;
mod location;
mod notices;
mod panics;
mod presigned;
mod progress;
mod query;
mod queue;
mod secret;
mod sqs;
mod variables;
mod xml;
mod yandex_cdn;
mod ymq;

pub use blobs::S3Blobs;
pub use clock::SystemClock;
pub use cloud_front::{CloudFrontLinks, CloudFrontSigner, InvalidSigningKey, SignedCookies};
pub use compute::TokioCompute;
pub use credentials::FreshCredentials;
pub use host::{CloudHost, Dialect};
pub use ledger::DynamoLedger;
pub use location::{BucketLocation, InvalidLocation};
pub use notices::SnsNotices;
pub use panics::log_panics_by_place;
pub use presigned::PresignedLinks;
pub use progress::SilentProgress;
pub use query::{QueryClient, QueryError};
pub use queue::{CloudQueue, DeadLetters, Delivery, Lease, QueueDepth, TRACE};
pub use sqs::SqsQueue;
pub use variables::Variables;
pub use xml::{InvalidXml, XmlElement};
pub use yandex_cdn::YandexCdnLinks;
pub use ymq::YmqQueue;
