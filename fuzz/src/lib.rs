//! What all targets share: small limits, what must be true of every page, a watch on memory, and which panics count.

mod container;
mod memory;
mod panics;
mod truth;

pub use container::{Part, Parts, pdf_of_content, pdf_of_font};
pub use memory::budgeted;
pub use panics::count_ours_only;
pub use truth::check_page;

use pdf::Limits;
use std::sync::OnceLock;

/// Most pages of a file that a target looks at.
pub const PAGES: u32 = 12;

/// Small enough that a run is short, large enough that every way through the reader is open.
pub fn limits() -> Limits {
    Limits {
        max_pages: 200,
        max_size_bytes: 1 << 20,
        max_stream_bytes: 2 << 20,
        max_operators_per_page: 100_000,
        ..Limits::default()
    }
}

/// Writes the input into the file named by `FUZZ_LAST`, when it is set: a stack that overflows leaves libFuzzer no time to
/// keep the input itself.
pub fn remember(bytes: &[u8]) {
    static LAST: OnceLock<Option<std::ffi::OsString>> = OnceLock::new();
    if let Some(path) = LAST.get_or_init(|| std::env::var_os("FUZZ_LAST")) {
        std::fs::write(path, bytes).expect("the file of FUZZ_LAST can be written");
    }
}
