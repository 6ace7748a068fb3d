//! References to cells, as the names of a workbook have them.

use rust_xlsxwriter::utility::row_col_to_cell;

/// Row and column of a cell, from 1.
pub(crate) type Cell = (u32, u32);

/// `'Акт № 1'!$B$4:$F$4`: sheet, first and last cell; none of what is more than one range, or none.
pub(crate) fn parsed(reference: &str) -> Option<(String, Cell, Cell)> {
    let (sheet, range) = reference.trim().rsplit_once('!')?;
    let sheet = match sheet.strip_prefix('\'') {
        Some(quoted) => quoted.strip_suffix('\'')?.replace("''", "'"),
        None if sheet.contains(['$', ',', '(', ' ']) => return None,
        None => sheet.to_owned(),
    };
    let (first, last) = range_of(&range.replace('$', ""))?;
    (!sheet.is_empty() && !sheet.contains(['[', '#'])).then_some((sheet, first, last))
}

/// `B4` or `B4:F6`.
pub(crate) fn range_of(range: &str) -> Option<(Cell, Cell)> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    Some((cell_of(first)?, cell_of(last)?))
}

pub(crate) fn cell_of(address: &str) -> Option<Cell> {
    let figures = address.find(|sign: char| sign.is_ascii_digit())?;
    let (letters, row) = address.split_at(figures);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        return None;
    }
    let column =
        letters.bytes().fold(0_u32, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((row.parse().ok().filter(|row| *row > 0)?, column))
}

pub(crate) fn address((row, column): Cell) -> String {
    row_col_to_cell(row.saturating_sub(1), u16::try_from(column.saturating_sub(1)).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_cells_of_sheets() {
        assert_eq!(parsed("'Акт № 1'!$B$4:$F$4"), Some(("Акт № 1".to_owned(), (4, 2), (4, 6))));
        assert_eq!(parsed("Лист1!$AA$10"), Some(("Лист1".to_owned(), (10, 27), (10, 27))));
        assert_eq!(parsed("'О''Нил'!$A$1"), Some(("О'Нил".to_owned(), (1, 1), (1, 1))));
        for none in [
            "#REF!",
            "Лист1!#REF!",
            "\"текст\"",
            "SUM(Лист1!$A$1)",
            "Лист1!$A$1,Лист1!$B$1",
            "[1]Лист1!$A$1",
            "Лист1!$A:$A",
        ] {
            assert_eq!(parsed(none), None, "{none}");
        }
        for cell in [(1, 1), (4, 26), (7, 27), (9, 702), (12, 703)] {
            assert_eq!(cell_of(&address(cell)), Some(cell));
        }
    }
}
