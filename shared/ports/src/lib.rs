//! What a stage may ask of the world, and the [`Host`] that gives it. Ports are small and `dyn`; each says what comes
//! back when the thing is absent, what is atomic, and what may happen twice. Being called (receiving messages,
//! serving HTTP) is not a port: it belongs to the host.
//!
//! Every port fails with [`PortError`], which never means that the user did something wrong: the caller retries.

mod blobs;
mod clock;
mod compute;
mod error;
mod host;
mod ledger;
mod links;
mod model;
mod notices;
mod progress;
mod queue;
mod recognizer;

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "contract")]
pub mod faulty;
#[cfg(feature = "memory")]
pub mod memory;

pub use blobs::{Blobs, Pieces};
pub use clock::Clock;
pub use compute::{Compute, Lost, compute};
pub use error::PortError;
pub use host::{Host, Missing};
pub use ledger::{EXPIRES_AT_MS, Entry, Expected, InvalidLedgerKey, Ledger, LedgerKey, PutOutcome};
pub use links::{Links, ServedByItself, UploadLink};
pub use model::{Answer, Model, NoModel, Question, Reply, Spent, WhyUnanswered};
pub use notices::{LoggedNotices, Notice, Notices};
pub use progress::Progress;
pub use queue::Queue;
pub use recognizer::{LinePicture, NoRecognizer, ReadWord, Recognizer, Script};
