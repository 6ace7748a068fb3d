//! PDF files of drawing sets and quality documents: from bytes to pages with words, boxes and reading order; damaged text
//! layers mended; thumbnails.
//!
//! The reader looks at text operators only and passes over lines and pictures, which is most of a drawing. Objects,
//! repair of the cross-reference table and decryption are `hayro-syntax`'s; streams are inflated here, with a cap.

mod annotations;
pub mod bind;
mod bombs;
mod content;
mod cut;
mod document;
mod drawing_judge;
mod error;
mod font;
mod geometry;
mod limits;
mod order;
mod picture;
mod picture_page;
mod reading;
mod recognised;
mod repair;
mod stream;
mod tables;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
mod thumbnail;
mod transfer;
mod truth;
mod verdict;
mod words;

pub use document::Document;
pub use error::OpenError;
pub use limits::Limits;
pub use picture::Picture;
pub use picture_page::{PictureError, is_picture, picture_page};
pub use recognised::{Recognised, put_recognised};
pub use tables::{RuledLine, put_tables};
pub use verdict::{Reading, Verdict};
