use std::error::Error;

/// A port could not do what it was asked: an outage, a full disk, a broken store. Worth a retry.
#[derive(Debug, thiserror::Error)]
#[error("{action}")]
pub struct PortError {
    /// What was attempted, as it fits after "failed to …": `write blob local/ab/document.json`.
    pub action: String,
    /// What the store said.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl PortError {
    /// An error with the store's own as its source.
    pub fn new(action: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { action: action.into(), source: Some(source.into()) }
    }

    /// An error that has no source of its own.
    pub fn plain(action: impl Into<String>) -> Self {
        Self { action: action.into(), source: None }
    }
}
