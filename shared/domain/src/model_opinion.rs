use crate::Evidence;
use serde::{Deserialize, Serialize};

/// How much a model was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelPrompt {
    /// Everything.
    Full,
    /// Less of it, since the whole brought no answer in time.
    Simplified,
}

/// What a finding of a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelFindingKind {
    /// A hidden work that the rules did not find; `text` is the quote.
    Addition,
    /// A work of the rules that may be none; `text` is the reason: `not-a-work`, `not-hidden`, `duplicate`, `incomplete`.
    Doubt,
    /// Another wording of a work, made of the words of the page.
    Phrasing,
}

/// One thing a model says of a set. It changes no value of the rules: a person takes it or leaves it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFinding {
    /// What it is for.
    pub kind: ModelFindingKind,
    /// The work it is about, by its place in the order of building; `None` for an addition.
    pub work: Option<u32>,
    /// What the model says.
    pub text: String,
    /// Where the quote stands on the page, word for word; by the model.
    pub evidence: Evidence,
}

/// What a language model said of a set, as far as it holds (мнение модели): every quote was found on its page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelOpinion {
    /// Name of the model.
    pub model: String,
    /// How much it was asked.
    pub prompt: ModelPrompt,
    /// The pages it was shown, from 1.
    pub pages: Vec<u32>,
    /// Tokens of the question and of the answer.
    pub tokens_in: u64,
    /// See `tokens_in`.
    pub tokens_out: u64,
    /// What it said that does not hold, and was dropped.
    pub dropped: u32,
    /// What holds.
    pub findings: Vec<ModelFinding>,
}
