use thiserror::Error;

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The file has no bytes.
    #[error("open an empty file")]
    Empty,
    /// The bytes are not those of a PDF: no `%PDF-` near the start.
    #[error("open a file that is not a PDF")]
    NotPdf,
    /// A PDF so damaged that not even its list of pages could be rebuilt; the text says what was found.
    #[error("read a damaged PDF: {0}")]
    Broken(String),
    /// It opens only with a password.
    #[error("open a PDF protected by a password")]
    Encrypted,
    /// A PDF without a single page.
    #[error("find a page in the PDF")]
    NoPages,
    /// More pages than the limit.
    #[error("read a PDF of {pages} pages, the limit is {limit}")]
    TooManyPages {
        /// Pages of the file.
        pages: u64,
        /// Most that are taken.
        limit: u32,
    },
    /// More bytes than the limit.
    #[error("read a PDF of {size_bytes} bytes, the limit is {limit_bytes}")]
    TooLarge {
        /// Size of the file.
        size_bytes: u64,
        /// Largest that is taken.
        limit_bytes: u64,
    },
}
