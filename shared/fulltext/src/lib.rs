//! Russian full text: one immutable split per document, many splits searched as one index.
//!
//! [`build_split`] turns the pages of a document into one file; [`Splits`] searches any number of such files together,
//! with scores and totals that are global. The words of a page are indexed by their Russian stems, with letters of the
//! wrong script put right; codes («12-34/2024-КЖ1», «ГОСТ 10922-2012») by their parts and as a whole.

mod analyzer;
mod bundle;
mod letters;
mod paradigms;
mod query;
mod schema;
mod search;
mod snippet;
mod split;
mod stem;
mod union;

pub use search::{Hit, Hits, MAX_HITS, Splits};
pub use snippet::Snippet;
pub use split::{MAX_INDEXING_BYTES, build_split};

use domain::DocumentId;

/// Why a split could not be built or opened, or a search could not run. A query as such never fails.
#[derive(Debug, thiserror::Error)]
pub enum FulltextError {
    /// The bytes are not a whole split: cut short, changed, or something else altogether.
    #[error("read the split of document {document}: {reason}")]
    Malformed {
        /// Whose split it should be.
        document: DocumentId,
        /// What is wrong with the bytes.
        reason: String,
    },
    /// The split was written by another revision of this crate; it must be built again.
    #[error("read the split of document {document}: it has revision {found}, this program reads {expected}")]
    Revision {
        /// Whose split it is.
        document: DocumentId,
        /// Revision that stands in the file.
        found: u32,
        /// Revision that can be read.
        expected: u32,
    },
    /// The split belongs to another document than the caller says.
    #[error("read the split of document {expected}: it was built from document {found}")]
    OtherDocument {
        /// Whose split was asked for.
        expected: DocumentId,
        /// Whose split it is.
        found: DocumentId,
    },
    /// The text of one document needs more memory than one split may take.
    #[error("index a document: its text needs more than {limit_bytes} bytes of memory")]
    TooLarge {
        /// The limit that was reached.
        limit_bytes: usize,
    },
    /// The engine failed.
    #[error("run the full-text engine")]
    Engine(#[from] tantivy::TantivyError),
}
