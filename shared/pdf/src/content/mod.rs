//! Content streams: from bytes to glyphs on the page.

mod interpreter;
pub(crate) mod lexer;
mod matrix;

pub(crate) use interpreter::{Findings, Interpreter, numbers_of};
pub(crate) use matrix::Matrix;
