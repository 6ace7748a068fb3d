//! Standards and whether they are in force.

use crate::Evidence;
use serde::{Deserialize, Serialize};

/// Whether a standard may be referred to (статус документа).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormState {
    /// In force (действует).
    InForce,
    /// Replaced by another (заменён).
    Replaced,
    /// Cancelled without a successor (отменён).
    Cancelled,
}

/// What the dated table of standards says of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NormStatus {
    /// Its state on the date of the table.
    pub state: NormState,
    /// Its successor, when it has one.
    pub replaced_by: Option<String>,
    /// Since when, `YYYY-MM-DD`: in force, or replaced; when known.
    pub since: Option<String>,
    /// Date of the table, `YYYY-MM-DD`.
    pub as_of: String,
    /// Whether this was taken at second hand and must be checked before it is relied on.
    pub second_hand: bool,
}

/// A standard that the set cites (ссылочный документ).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitedNorm {
    /// Its designation: «СП 70.13330.2012».
    pub designation: String,
    /// Pages that cite it, from 1.
    pub pages: Vec<u32>,
    /// Its state, where the table of standards knows it.
    pub status: Option<NormStatus>,
    /// Where it is cited first.
    pub evidence: Evidence,
}
