//! The embedded host: everything on one server, in one data directory and one process. Files for blobs, one SQLite
//! database for records and queues, a pool of threads for computing, and workers that run stages. What was answered
//! `Ok` survives `kill -9` and a loss of power.
//!
//! ```text
//! data directory/
//!   lock            held by the one process that owns the directory
//!   pto.sqlite      records, number sets, messages, dead letters (and pto.sqlite-wal, pto.sqlite-shm beside it)
//!   blobs/<bucket>/<key>
//! ```
//! The directory must be on a local file system: SQLite's write-ahead log and file locks do not work over a network.

mod blobs;
mod clock;
mod compute;
mod database;
mod error;
mod host;
mod ledger;
mod lock;
mod progress;
mod queue;
mod runner;
mod schema;
mod signals;
mod workers;

pub use clock::SystemClock;
pub use compute::CorePool;
pub use error::OpenError;
pub use host::{LocalHost, LocalOptions, QueueDepth};
pub use queue::{DeadLetter, Lease, Received, SqliteQueue};
pub use runner::{Runner, RunningWorkers};
pub use signals::Changes;
