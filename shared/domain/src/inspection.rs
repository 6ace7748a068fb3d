use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The package will be returned.
    Error,
    /// Worth a look before it is handed over.
    Warning,
    /// Not filled in yet.
    Blank,
}

/// What a reviewer would object to in a package (замечание проверки перед сдачей).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable name of the rule: `finished-after-act`.
    pub rule: String,
    /// How grave it is.
    pub severity: Severity,
    /// Number of the act concerned; `None` for the whole package.
    pub act: Option<String>,
    /// Field of the act as the form calls it: «п. 5».
    pub field: String,
    /// What is wrong, in Russian.
    pub message: String,
    /// How to mend it, in Russian.
    pub mend: String,
    /// Where the rule comes from.
    pub source: String,
}

/// `inspection.json`: the check of a package before it is handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// What was found: the gravest first, then by acts.
    pub findings: Vec<Finding>,
    /// Names of all rules that were tried.
    pub rules: Vec<String>,
}
