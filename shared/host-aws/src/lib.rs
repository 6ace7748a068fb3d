//! The host of AWS Lambda: what stands between the Lambda runtime and a stage that knows nothing of it.
//!
//! | event | answer |
//! |---|---|
//! | messages of an SQS queue | each runs beside the others through [`pipeline::Handler`]; `Ack` is not listed, `Retry` stands in `batchItemFailures` and is shown again after its back-off, `Dead` is sent to the function's dead letters and not listed |
//! | a scheduled event of EventBridge | a `Sweep`; an error when it failed |
//! | anything else | an error that says what came |
//!
//! A message that panics, or is not settled in time, is listed: none is ever deleted without having been done, refused
//! in writing or buried. Past the last attempt the queue itself makes it a dead letter.

mod aws;
mod back_off;
mod deliver;
mod emf;
mod event;
mod http;
mod queue_ends;
mod recorder;
mod serve;
mod telemetry;
mod translate;

pub use aws::{Aws, serve};
pub use http::serve_http;
pub use lambda_runtime::Error;
pub use queue_ends::QueueEnds;
pub use serve::serve_on;
pub use telemetry::start_telemetry;
