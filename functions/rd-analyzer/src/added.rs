//! What persons added to a set, ready for the rules.

use crate::specification_of_workbook;
use domain::{Edit, SpecificationRow, Warning, Workbook};

/// What persons added.
#[derive(Debug, Default)]
pub struct Added {
    /// Rows of workbooks.
    pub(crate) rows: Vec<SpecificationRow>,
    /// Values that were changed.
    pub(crate) edits: Vec<Edit>,
    /// What could not be read.
    pub(crate) warnings: Vec<Warning>,
}

impl Added {
    /// Reads the workbooks. One without rows is told of and stops nothing.
    pub fn of(edits: &[Edit], workbooks: &[(Workbook, impl AsRef<[u8]>)]) -> Self {
        let mut added = Self { edits: edits.to_vec(), ..Self::default() };
        for (Workbook { name, workbook }, bytes) in workbooks {
            match specification_of_workbook(workbook, bytes.as_ref()) {
                Ok(rows) => added.rows.extend(rows),
                Err(error) => {
                    tracing::info!(error = &error as &dyn std::error::Error, "a workbook gave no rows");
                    added.warnings.push(Warning {
                        code: "workbook-unread".to_owned(),
                        message: format!(
                            "Из книги «{name}» не взято ни одной строки: нужен лист XLSX с заголовком, в котором есть \
                             «Наименование», «Кол-во» и «Поз.», «Ед. изм.» или «Обозначение»."
                        ),
                        pages: Vec::new(),
                    });
                }
            }
        }
        added
    }
}
