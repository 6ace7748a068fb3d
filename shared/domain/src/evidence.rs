use crate::{DocumentId, Rect};
use serde::{Deserialize, Serialize};

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceBy {
    /// A rule of this program.
    Rule,
    /// A language model, its quote found verbatim on the page.
    Model,
    /// A person.
    Person,
}

/// Where a value was read (основание): the page, the boxes on it, the text as it stands there.
/// A value taken from a drawing without evidence is a defect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The document.
    pub document: DocumentId,
    /// Its page, from 1.
    pub page: u32,
    /// The places on the page, one per line or cell.
    pub boxes: Vec<Rect>,
    /// Sheet and cells, when it was read in a workbook: «ВОР!A5:F5».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<String>,
    /// The text as it stands there.
    pub quote: String,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// Who says so.
    pub by: EvidenceBy,
}
