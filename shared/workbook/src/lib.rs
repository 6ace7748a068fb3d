//! Specifications and bills of quantities that come as workbooks (XLSX): their sheets as texts, what a column holds by its
//! label, and what is wrong with a workbook, by sheet and cell.

mod column;
mod fault;
mod sheet;

pub use column::{Column, column, is_heading, number};
pub use fault::{Fault, HEADING_WITHIN, faults};
pub use sheet::{MOST_BYTES, Sheet, WorkbookError, cell_name, sheets};
