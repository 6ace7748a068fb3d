//! The suite that every adapter of a port must pass: what the documentation of the port promises, tried. Each function
//! panics with the broken promise. Give it a store that is empty.

mod blobs;
mod ledger;
mod model;
mod queue;
mod recognizer;

pub use blobs::blobs;
pub use ledger::ledger;
pub use model::{model, model_question};
pub use queue::{LeasedMessage, QueueUnderTest, queue};
pub use recognizer::recognizer;
