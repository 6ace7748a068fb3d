use calamine::{Data, Range, Reader, Xlsx, XlsxError};
use std::io::Cursor;

/// A specification of ten thousand rows has a megabyte; what is larger is another thing.
pub const MOST_BYTES: usize = 16 << 20;

/// Rows of one sheet that are read: those of a spreadsheet filled to its end are no specification.
const MOST_ROWS: usize = 50_000;

/// Why a workbook gave no rows.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// It is larger than any specification.
    #[error("read a workbook of {0} bytes")]
    TooLarge(usize),
    /// It is no workbook, or a broken one.
    #[error("read the workbook")]
    Broken(#[from] XlsxError),
    /// No sheet has a heading with names and quantities.
    #[error("find a heading with names and quantities")]
    NoHeading,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Row and column, from 0, of its first filled cell.
    pub start: (u32, u32),
    /// Its texts, row by row from the first filled one; numbers with a decimal comma, as drawings have them.
    pub rows: Vec<Vec<String>>,
    /// Cells whose formula failed: row and column in `rows`, and what the spreadsheet shows.
    pub failed: Vec<(usize, usize, String)>,
}

impl Sheet {
    /// The name of the cell at this row and column of `rows`: «D7».
    pub fn cell(&self, row: usize, column: usize) -> String {
        let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        cell_name(at(self.start.0, row), at(self.start.1, column))
    }
}

/// Reads every sheet of a workbook.
///
/// # Errors
/// When the bytes are too many, or no XLSX.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, WorkbookError> {
    if bytes.len() > MOST_BYTES {
        return Err(WorkbookError::TooLarge(bytes.len()));
    }
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))?;
    Ok(workbook.worksheets().into_iter().map(|(name, range)| sheet(name, &range)).collect())
}

fn sheet(name: String, range: &Range<Data>) -> Sheet {
    let mut failed = Vec::new();
    let mut rows = Vec::new();
    for (row, cells) in range.rows().take(MOST_ROWS).enumerate() {
        let mut texts = Vec::with_capacity(cells.len());
        for (column, cell) in cells.iter().enumerate() {
            texts.push(match cell {
                Data::Float(number) => number.to_string().replace('.', ","),
                Data::Int(number) => number.to_string(),
                Data::String(text) => text.trim().to_owned(),
                Data::Empty => String::new(),
                Data::Error(fault) => {
                    failed.push((row, column, fault.to_string()));
                    String::new()
                }
                other => other.to_string(),
            });
        }
        rows.push(texts);
    }
    Sheet { name, start: range.start().unwrap_or_default(), rows, failed }
}

/// The name of a cell by row and column, both from 0: «A1», «AA12».
pub fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row.saturating_add(1))
}

fn letters(column: u32) -> String {
    let last = char::from_u32(u32::from('A') + column % 26).unwrap_or('?');
    let mut name = if column < 26 { String::new() } else { letters(column / 26 - 1) };
    name.push(last);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_their_names() {
        assert_eq!((cell_name(0, 0), cell_name(6, 3), cell_name(11, 26)), ("A1".into(), "D7".into(), "AA12".into()));
        assert_eq!((letters(25), letters(701)), ("Z".to_owned(), "ZZ".to_owned()));
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        assert!(matches!(sheets(b"Dear Sir"), Err(WorkbookError::Broken(_))));
        assert!(matches!(sheets(&vec![0; MOST_BYTES + 1]), Err(WorkbookError::TooLarge(_))));
    }
}
