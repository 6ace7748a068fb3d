//! Content streams: from bytes to glyphs on the page.

mod ink;
mod interpreter;
mod layers;
pub(crate) mod lexer;
mod matrix;
mod operands;
mod outlines;
mod scenery;
mod scope;
mod state;

pub(crate) use ink::Ink;
pub(crate) use interpreter::{Findings, Interpreter, text_of};
pub(crate) use layers::Layers;
pub(crate) use matrix::Matrix;
pub(crate) use outlines::Outlines;
pub(crate) use scenery::{Area, Look, Paint, Scenery};
pub(crate) use state::numbers_of;
