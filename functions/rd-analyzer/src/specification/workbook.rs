//! Specifications and bills of quantities out of workbooks (XLSX): the same rows, units and sections as of drawings.

use super::{GoesOn, RawRow, find, finish};
use crate::lines::Sheet;
use domain::{DocumentId, Page, Rect, SpecificationRow, Table, TableCell, TableKind, TextSource};
use workbook::{HEADING_WITHIN, WorkbookError, cell_name, sheets};

/// Rows that are looked at together.
const TOGETHER: usize = 400;

/// Reads the rows of every sheet that has the heading of a specification. Evidence has the number of the sheet for a page,
/// the row's number for a place (`y` in its boxes), and the texts of the row for a quote.
///
/// # Errors
/// When the bytes are no XLSX of a sensible size, or no sheet has such a heading.
pub fn specification_of_workbook(document: &DocumentId, bytes: &[u8]) -> Result<Vec<SpecificationRow>, WorkbookError> {
    let sheets = sheets(bytes)?;
    let mut raw = Vec::new();
    let mut goes_on = GoesOn::default();
    for (sheet, number) in sheets.iter().zip(1..) {
        let texts = &sheet.rows;
        let first = (0..texts.len().min(HEADING_WITHIN)).find_map(|first| {
            let end = (first + TOGETHER).min(texts.len());
            [1, 2].into_iter().find_map(|heading_rows| {
                let part = texts.get(first..end)?;
                let found = read(document, number, part, (first, heading_rows), &GoesOn::default(), raw.len());
                (!found.0.is_empty()).then_some((end, found))
            })
        });
        let mut from = 0;
        if let Some((end, (rows, next))) = first {
            raw.extend(rows);
            (from, goes_on) = (end, next);
        }
        // What a sheet without a heading has goes on with the sheet before.
        while let Some(part) = texts.get(from..(from + TOGETHER).min(texts.len())).filter(|part| !part.is_empty()) {
            let (rows, next) = read(document, number, part, (from, 0), &goes_on, raw.len());
            raw.extend(rows);
            goes_on = next;
            from += part.len();
        }
    }
    let mut rows = finish(raw);
    for row in &mut rows {
        let sheet = usize::try_from(row.evidence.page).unwrap_or_default().checked_sub(1);
        if let Some(sheet) = sheet.and_then(|sheet| sheets.get(sheet)) {
            row.evidence.cells = cells(&sheet.name, sheet.start, &row.evidence.boxes);
        }
    }
    if rows.is_empty() { Err(WorkbookError::NoHeading) } else { Ok(rows) }
}

/// «ВОР!A5:F6»: what the boxes cover on a sheet whose first filled cell is `start` (row and column, from 0).
fn cells(sheet: &str, (row, column): (u32, u32), boxes: &[Rect]) -> Option<String> {
    let edges = boxes.iter().copied().reduce(|a, b| Rect {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    })?;
    let at = |edge: f32| (edge / 10.0).round() as u32;
    let cell = |x: u32, y: u32| cell_name(row + y, column + x);
    let (first, last) = (cell(at(edges.x0), at(edges.y0)), cell(at(edges.x1).max(1) - 1, at(edges.y1).max(1) - 1));
    Some(if first == last { format!("{sheet}!{first}") } else { format!("{sheet}!{first}:{last}") })
}

/// Rows of a part of a sheet that begins with row `first` of it.
fn read(
    document: &DocumentId,
    number: u32,
    texts: &[Vec<String>],
    (first, heading_rows): (usize, u32),
    before: &GoesOn,
    place: usize,
) -> (Vec<RawRow>, GoesOn) {
    let page = Page {
        page: number,
        width_pt: 0.0,
        height_pt: 0.0,
        source: TextSource::Text,
        text: String::new(),
        words: Vec::new(),
        faults: Vec::new(),
        title_block: None,
        tables: vec![table(texts, first, heading_rows)],
    };
    find(&Sheet::new(document, &page), &[], None, before, place)
}

/// Rows as a table: a row is ten points high, a column ten wide, the first row of the sheet at the top.
fn table(rows: &[Vec<String>], first: usize, heading_rows: u32) -> Table {
    let columns = rows.first().map_or(0, Vec::len);
    let edge = |at: usize| 10.0 * at as f32;
    let mut cells = Vec::new();
    for (row, texts) in (0_u32..).zip(rows) {
        for (column, text) in (0_u32..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            let (x, y) = (edge(column as usize), edge(first + row as usize));
            cells.push(TableCell {
                row,
                column,
                row_span: 1,
                column_span: 1,
                bounds: Rect { x0: x, y0: y, x1: x + 10.0, y1: y + 10.0 },
                text: text.clone(),
            });
        }
    }
    Table {
        bounds: Rect { x0: 0.0, y0: edge(first), x1: edge(columns), y1: edge(first + rows.len()) },
        kind: TableKind::Unknown,
        ruled: true,
        heading_rows,
        continued: false,
        column_edges: (0..=columns).map(edge).collect(),
        row_edges: (first..=first + rows.len()).map(edge).collect(),
        cells,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect()
    }

    #[test]
    fn rows_under_a_heading_are_read_with_units_and_sections() {
        let rows = texts(&[
            &["Ведомость объемов работ", "", "", ""],
            &["№ п/п", "Наименование работ", "Ед. изм.", "Кол-во"],
            &["", "Земляные работы", "", ""],
            &["1", "Разработка траншеи", "м3", "120,5"],
            &["2", "Обратная засыпка", "куб.м", "98"],
        ]);
        let document = DocumentId::of(b"x");
        let (raw, _) = read(&document, 1, &rows[1..], (1, 1), &GoesOn::default(), 0);
        let found: Vec<(String, String, Option<String>, Option<f64>)> =
            finish(raw).into_iter().map(|row| (row.section, row.name, row.measure, row.quantity)).collect();
        let row = |name: &str, quantity: f64| {
            ("Земляные работы".to_owned(), name.to_owned(), Some("м³".to_owned()), Some(quantity))
        };
        assert_eq!(found, [row("Разработка траншеи", 120.5), row("Обратная засыпка", 98.0)]);
    }

    #[test]
    fn rows_are_called_by_sheet_and_cells() {
        let one = Rect { x0: 0.0, y0: 40.0, x1: 60.0, y1: 50.0 };
        assert_eq!(cells("ВОР", (0, 0), &[one]).as_deref(), Some("ВОР!A5:F5"));
        assert_eq!(cells("ВОР", (2, 1), &[one]).as_deref(), Some("ВОР!B7:G7"));
    }
}
