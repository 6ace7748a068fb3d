//! Tests over the whole program: the laws of the repository, the way of a document, the fault sweep, the command.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: a failure is their result")]

mod journey;

pub use journey::{Dice, Essence, Step, accept, deliver, document_of, drain, essence, small_set};
