//! Tests over the whole program: the laws of the repository, the way of a document, the fault sweep, the cloud's doubles.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: a failure is their result")]

mod doubles;
mod journey;

pub use doubles::{Asked, Deployed, Ministack, Running, binary, emulator, eventually, free_port, root};
pub use journey::{
    Dice, Essence, Step, accept, bring_with_project_file, deliver, document_of, drain, essence, small_set,
};
