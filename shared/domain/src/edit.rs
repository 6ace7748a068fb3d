//! What persons change in an analysis, and how it outlives the next analysis.

use crate::Evidence;
use serde::{Deserialize, Serialize};

/// A value that a person changed (правка).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Which value: its address, such as `works/concreting|плита|-2,550/name`.
    pub value: String,
    /// What it said before; `None` when it said nothing.
    pub old: Option<String>,
    /// What it says now; `None` takes the value away.
    pub new: Option<String>,
    /// Where the old value was read, if anywhere.
    pub old_evidence: Option<Evidence>,
    /// Who changed it.
    pub by: String,
}
