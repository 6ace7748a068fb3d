//! What typeset sets say: `assets/sets.json`, one entry a mark, with what an engineer draws up of it.

use crate::EvalError;
use serde::Deserialize;
use std::path::PathBuf;

/// A set before it is laid out.
#[derive(Debug, Deserialize)]
pub(crate) struct Contents {
    pub(crate) mark: String,
    /// Figures behind the mark.
    pub(crate) part: String,
    pub(crate) title: String,
    pub(crate) building: String,
    /// Whether the specification is СО of nine columns; else it is of form 7.
    #[serde(default)]
    pub(crate) equipment: bool,
    pub(crate) drawings: Vec<Drawing>,
    #[serde(default)]
    pub(crate) list: Vec<Item>,
    #[serde(default)]
    pub(crate) prose: Option<String>,
    #[serde(default)]
    pub(crate) denied: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) references: Vec<[String; 2]>,
    pub(crate) sections: Vec<(String, Vec<[String; 5]>)>,
    /// Work, level, axes, words of materials.
    pub(crate) acts: Vec<(String, String, String, Vec<String>)>,
    /// Form and work.
    pub(crate) other_acts: Vec<[String; 2]>,
}

/// A drawing with what is written on it.
#[derive(Debug, Deserialize)]
pub(crate) struct Drawing {
    pub(crate) title: String,
    /// Figures and letters of the axes, or nothing.
    #[serde(default)]
    pub(crate) axes: Vec<String>,
    pub(crate) callouts: Vec<String>,
    #[serde(default)]
    pub(crate) layers: Vec<Vec<String>>,
}

/// An item of the list, or a group of them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Item {
    One(String),
    Group { text: String, items: Vec<String> },
}

/// All sets.
///
/// # Errors
/// When the file that is built in is broken.
pub(crate) fn contents() -> Result<Vec<Contents>, EvalError> {
    serde_json::from_str(include_str!("../assets/sets.json"))
        .map_err(|source| EvalError::Json { path: PathBuf::from("sets.json"), source })
}
