use std::path::PathBuf;

/// Why a data directory could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process owns the directory.
    #[error("take data directory {}: another process is using it", .0.display())]
    InUse(PathBuf),
    /// A folder or the lock file could not be made, read or locked.
    #[error("{action} {}", path.display())]
    Files {
        /// What was attempted: `create directory`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the file system said.
        #[source]
        source: std::io::Error,
    },
    /// A folder of blobs could not be opened.
    #[error("open blob directory {}", path.display())]
    Blobs {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: object_store::Error,
    },
    /// SQLite could not open or prepare the database.
    #[error("{action} in database {}", path.display())]
    Database {
        /// What was attempted: `recover the queues`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The database was written by a newer program.
    #[error("read database {}: its schema is version {found}, this program knows versions up to {known}", path.display())]
    Newer {
        /// Where.
        path: PathBuf,
        /// Version of the schema found.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The check after an unclean stop found damage.
    #[error("trust database {}: {finding}", path.display())]
    Damaged {
        /// Where.
        path: PathBuf,
        /// First line of what SQLite reports.
        finding: String,
    },
}
