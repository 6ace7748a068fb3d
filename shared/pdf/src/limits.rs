use std::time::Duration;

/// What a file may cost. Above a limit it is refused, or its page reported unreadable; it never swells the process.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most pages of a file.
    pub max_pages: u32,
    /// Largest file in bytes.
    pub max_size_bytes: u64,
    /// Largest stream after inflating, in bytes.
    pub max_stream_bytes: usize,
    /// Most drawing operators of a page, those of its forms included.
    pub max_operators_per_page: usize,
    /// Deepest nesting of forms (form XObjects) in each other.
    pub max_form_depth: usize,
    /// Longest side of a page that is taken at its word, in points; PDF itself ends at 14,400 units, 5 m.
    pub max_page_side_pt: f32,
    /// Longest time that one page is read. It is a fuse, not a measure: an ordinary page takes milliseconds, and one that
    /// has been read so long gives what was read. The pages after it get less, so that a file of such pages takes less
    /// than twice as long as one page.
    pub max_page_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pages: 4_000,
            max_size_bytes: 1 << 30,
            max_stream_bytes: 256 << 20,
            max_operators_per_page: 40_000_000,
            max_form_depth: 24,
            max_page_side_pt: 1_000_000.0,
            max_page_time: Duration::from_secs(30),
        }
    }
}
