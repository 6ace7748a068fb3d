use crate::Rect;
use serde::{Deserialize, Serialize};

/// What a table is by the words of its heading (вид таблицы).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// Drawing list and list of specifications (ведомость рабочих чертежей, ГОСТ Р 21.101 форма 1).
    DrawingList,
    /// List of referenced and attached documents, of sets (ведомость ссылочных и прилагаемых документов, форма 2).
    References,
    /// Specification on a drawing (спецификация, форма 7 and its kin).
    Specification,
    /// Specification of equipment, products and materials (СО, ГОСТ 21.110, nine columns).
    EquipmentList,
    /// Bill of quantities (ВОР, ведомость объёмов работ).
    WorkQuantities,
    /// Register of documents (реестр).
    Register,
    /// None of these, or its heading stands on an earlier sheet or cannot be read.
    Unknown,
}

/// A cell of a table (ячейка).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableCell {
    /// Its uppermost row, from 0.
    pub row: u32,
    /// Its leftmost column, from 0.
    pub column: u32,
    /// How many rows it takes, at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub row_span: u32,
    /// How many columns it takes, at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub column_span: u32,
    /// From rule to rule; in a table without rules, from the middle of one white to that of the next.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Its words in reading order, lines parted by `\n`; empty where the cell is.
    pub text: String,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_one(span: &u32) -> bool {
    *span == 1
}

/// A table on a page (таблица). Cells do not overlap and come row by row, in a row from left to right; a place that no
/// cell takes has no rules around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// All of its cells.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// What it is by its heading.
    pub kind: TableKind,
    /// Whether its cells are those between printed rules; else they come from the white between words.
    pub ruled: bool,
    /// How many rows are its heading, a row of column numbers included; 0 where that cannot be told.
    pub heading_rows: u32,
    /// Whether it goes on from the sheet before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continued: bool,
    /// Edges of the columns from left to right, one more than there are columns, in points.
    pub column_edges: Vec<f32>,
    /// Edges of the rows from top to bottom, one more than there are rows, in points.
    pub row_edges: Vec<f32>,
    /// The cells.
    pub cells: Vec<TableCell>,
}

impl Table {
    /// Number of columns.
    pub fn column_count(&self) -> u32 {
        count_between(&self.column_edges)
    }

    /// Number of rows, those of the heading included.
    pub fn row_count(&self) -> u32 {
        count_between(&self.row_edges)
    }

    /// The cell that takes this place.
    pub fn cell(&self, row: u32, column: u32) -> Option<&TableCell> {
        self.cells.iter().find(|cell| {
            (cell.row..cell.row + cell.row_span).contains(&row)
                && (cell.column..cell.column + cell.column_span).contains(&column)
        })
    }

    /// The texts of the cells that begin in a row, column by column; a cell of several columns stands in its first.
    pub fn row_texts(&self, row: u32) -> Vec<&str> {
        let mut texts = vec![""; self.column_count() as usize];
        for cell in self.cells.iter().filter(|cell| cell.row == row) {
            if let Some(text) = texts.get_mut(cell.column as usize) {
                *text = &cell.text;
            }
        }
        texts
    }
}

fn count_between(edges: &[f32]) -> u32 {
    u32::try_from(edges.len().saturating_sub(1)).unwrap_or(u32::MAX)
}
