use crate::RecordsError;
use domain::RejectionCode;
use ports::{Lost, PortError};
use std::error::Error;

/// Why a stage did not finish. Unknown is always `Retry`.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user must act.
    #[error("accept the document: {code:?}")]
    Reject {
        /// Why.
        code: RejectionCode,
        /// What, where (file, page) and what to do: a Russian sentence.
        message: String,
    },
    /// Everything else: worth another try.
    #[error("{action}")]
    Retry {
        /// What was attempted, as it fits after "failed to …".
        action: String,
        /// Why it failed.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl Failure {
    /// A `Retry` with a cause.
    pub fn retry(action: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Retry { action: action.into(), source: Some(source.into()) }
    }

    /// A `Retry` that has no cause of its own: what a stage needs is not there (yet).
    pub fn not_there(what: impl Into<String>) -> Self {
        Self::Retry { action: format!("find {}", what.into()), source: None }
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        Self::retry("use a store", error)
    }
}

impl From<Lost> for Failure {
    fn from(error: Lost) -> Self {
        Self::retry("compute", error)
    }
}

impl From<RecordsError> for Failure {
    fn from(error: RecordsError) -> Self {
        Self::retry("use the ledger", error)
    }
}

/// An error with its sources, outermost first.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
