//! Specifications: equipment, products and materials (СО, ГОСТ 21.110, nine columns), those on drawings (ГОСТ Р 21.101,
//! форма 7) and bills of quantities (ВОР): out of the cells of ruled tables, else by the words of their header rows.

mod by_cells;
mod by_words;
mod sections;
mod units;
mod workbook;

pub(crate) use ::workbook::{Column, number as parse_number};
pub(crate) use by_cells::Columns;
pub(crate) use by_words::Layout;
pub(crate) use sections::{finish, totals};
pub(crate) use units::measure;
pub use workbook::specification_of_workbook;

use crate::headings::HeadingLine;
use crate::lines::Sheet;
use domain::{Rect, SpecificationRow};

/// What the next sheet may go on with.
#[derive(Default)]
pub(crate) struct GoesOn {
    layout: Option<Layout>,
    columns: Option<Columns>,
}

/// A row with what tells sections from things.
pub(crate) struct RawRow {
    pub(crate) row: SpecificationRow,
    /// Which table it stands in: rows of one table share a number in the set.
    pub(crate) table: usize,
    /// Whether it stands in a table that begins on this sheet.
    pub(crate) begins: bool,
}

/// The rows of every specification on the sheet, and what the next sheet goes on with.
pub(crate) fn find(
    sheet: &Sheet<'_>,
    headings: &[HeadingLine],
    block: Option<Rect>,
    before: &GoesOn,
    first_table: usize,
) -> (Vec<RawRow>, GoesOn) {
    let (rows, used, columns) = by_cells::find(sheet, before.columns.as_ref(), first_table);
    let known = if used.is_empty() { before.layout.as_ref() } else { None };
    let (by_words, layout) = by_words::find(sheet, headings, block, known, &used);
    let mut rows = rows;
    let table = first_table + 100;
    rows.extend(by_words.into_iter().map(|row| RawRow { row, table, begins: known.is_none() }));
    (rows, GoesOn { layout, columns })
}
