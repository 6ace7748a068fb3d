//! One message, one stage, the same in every host: [`Handler::handle`] parses the body, runs the stage under a guard and a
//! time limit, writes a rejection where the user will see it, and answers a [`Verdict`] that the host carries out.
//!
//! | event | verdict |
//! |---|---|
//! | success | `Ack` |
//! | `Failure::Reject`: the user must act | the rejection is written to the ledger first, then `Ack`; if that write fails, `Retry` |
//! | `Failure::Retry`, panic, out of time | `Retry` with back-off; on the last attempt the failure is written first |
//! | malformed task | `Dead` at once: a bug of our own |

mod amending;
mod chunk_set;
mod failure;
mod handle;
mod intake;
mod lease;
mod listing;
pub mod metrics;
mod onward;
mod outbox;
mod page_store;
mod records;
mod sources;
mod stage;
mod standing;

pub use amending::{AmendError, Amending};
pub use chunk_set::ChunkSet;
pub use failure::{Failure, chain};
pub use handle::{Delivery, Handler, Verdict, back_off_ms};
pub use intake::{Announced, AnnouncedFile, Intake};
pub use listing::{ListPlace, Listed, UploadPage};
pub use onward::Onward;
pub use outbox::TaskQueue;
pub use page_store::{PageStore, get_json, known_json, put_json};
pub use records::{FINISHED_CHUNKS_PER_SHARD, Records, RecordsError};
pub use sources::Sources;
pub use stage::Stage;
pub use standing::{Standing, full_summary, state_in_words};
