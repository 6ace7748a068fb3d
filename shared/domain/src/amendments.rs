//! What persons add to what was read of a document: edits, and specifications that came as workbooks.

use crate::{AmendmentsId, DocumentId, Edit};
use serde::{Deserialize, Serialize};

/// A workbook (XLSX) whose rows belong to the specification of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workbook {
    /// Its name as the user gave it.
    pub name: String,
    /// The SHA-256 of its bytes; evidence of its rows names it as their document.
    pub workbook: DocumentId,
}

/// All that persons added to a document (поправки). It outlives a newer program's analysis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Amendments {
    /// Values that were changed, in their order.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// Specifications that came as workbooks, each once.
    #[serde(default)]
    pub workbooks: Vec<Workbook>,
}

impl Amendments {
    /// Adds a workbook; one of the same name takes the place of the one before.
    pub fn take_workbook(&mut self, workbook: Workbook) {
        match self.workbooks.iter_mut().find(|known| known.name == workbook.name) {
            Some(known) => *known = workbook,
            None => self.workbooks.push(workbook),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.workbooks.is_empty()
    }

    /// How they are stored, and the id that follows from it.
    ///
    /// # Errors
    /// When they cannot be written as JSON.
    pub fn stored(&self) -> Result<(AmendmentsId, Vec<u8>), serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        Ok((AmendmentsId::of(&bytes), bytes))
    }
}
