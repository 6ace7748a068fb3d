//! Tables that go on over sheets.

use crate::{Page, Rect, Table, TableKind};

/// Columns agree when no edge is further off than this part of the width of the table.
const EDGE_SHARE: f32 = 0.012;

/// A table with all its parts (таблица, продолжающаяся на следующих листах).
#[derive(Debug, Clone, PartialEq)]
pub struct WholeTable {
    /// What it is by the heading of whichever part has one.
    pub kind: TableKind,
    /// Number of columns, the same in all parts.
    pub columns: u32,
    /// Its parts in their order: the number of the page and the place of the table among those of the page.
    pub parts: Vec<(u32, usize)>,
    /// Its rows without headings.
    pub rows: Vec<WholeTableRow>,
}

/// A row of a whole table.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeTableRow {
    /// Page where it stands.
    pub page: u32,
    /// Where on the page.
    pub bounds: Rect,
    /// Texts column by column; a cell of several columns stands in its first, one of several rows in its first.
    pub texts: Vec<String>,
}

/// Joins the tables of pages that come in their order: a table goes on where the next page has one with the same columns
/// and the heading is missing or the same again. Tables that go on nowhere are whole too.
pub fn whole_tables(pages: &[Page]) -> Vec<WholeTable> {
    let mut whole: Vec<WholeTable> = Vec::new();
    // For each table of the page before, which whole table it became.
    let mut before: Option<(&Page, Vec<usize>)> = None;
    for page in pages {
        let mut became = Vec::with_capacity(page.tables.len());
        for (place, table) in page.tables.iter().enumerate() {
            let goes_on = before.as_ref().filter(|_| place == first_with_columns(&page.tables, table));
            let known = goes_on.and_then(|(earlier, known)| {
                let last = predecessor(earlier, page, table)?;
                known.get(last).copied()
            });
            let index = known.unwrap_or(whole.len());
            if known.is_none() {
                let columns = table.column_count();
                whole.push(WholeTable { kind: table.kind, columns, parts: Vec::new(), rows: Vec::new() });
            }
            if let Some(joined) = whole.get_mut(index) {
                joined.take(page.page, place, table);
            }
            became.push(index);
        }
        before = Some((page, became));
    }
    whole
}

/// Marks the tables of a page that go on from the page before, and gives them its kind where their own heading does not
/// tell it.
pub fn mark_continued(before: &Page, page: &mut Page) {
    for place in 0..page.tables.len() {
        let Some(table) = page.tables.get(place) else { continue };
        let is_first = place == first_with_columns(&page.tables, table);
        let last = predecessor(before, page, table).filter(|_| is_first).and_then(|last| before.tables.get(last));
        let Some((last, table)) = last.zip(page.tables.get_mut(place)) else { continue };
        table.continued = true;
        if table.kind == TableKind::Unknown {
            table.kind = last.kind;
        }
    }
}

impl WholeTable {
    fn take(&mut self, page: u32, place: usize, table: &Table) {
        if self.kind == TableKind::Unknown {
            self.kind = table.kind;
        }
        self.parts.push((page, place));
        for row in table.heading_rows..table.row_count() {
            let edge = |row: u32| table.row_edges.get(row as usize).copied().unwrap_or_default();
            let bounds = Rect { y0: edge(row), y1: edge(row + 1), ..table.bounds };
            let texts = table.row_texts(row).into_iter().map(str::to_owned).collect();
            self.rows.push(WholeTableRow { page, bounds, texts });
        }
    }
}

/// The table of the page before that this one goes on from: the lowest with its columns.
fn predecessor(before: &Page, page: &Page, table: &Table) -> Option<usize> {
    if before.page.checked_add(1) != Some(page.page) {
        return None;
    }
    let ends = before.tables.iter().enumerate().filter(|(_, last)| goes_on(last, table));
    ends.max_by(|a, b| a.1.bounds.y1.total_cmp(&b.1.bounds.y1)).map(|(place, _)| place)
}

/// The uppermost table of a page with the columns of `table`.
fn first_with_columns(tables: &[Table], table: &Table) -> usize {
    let alike = tables.iter().enumerate().filter(|(_, other)| have_the_same_columns(other, table));
    alike.min_by(|a, b| a.1.bounds.y0.total_cmp(&b.1.bounds.y0)).map_or(usize::MAX, |(place, _)| place)
}

fn goes_on(last: &Table, next: &Table) -> bool {
    if last.ruled != next.ruled || !have_the_same_columns(last, next) {
        return false;
    }
    let heading = |table: &Table| -> Vec<String> {
        (0..table.heading_rows).flat_map(|row| table.row_texts(row)).map(without_white).collect()
    };
    match (last.kind, next.kind) {
        // A blank form that is filled in again on every sheet is no table that goes on.
        (TableKind::Unknown, TableKind::Unknown) if next.heading_rows == 0 => last.row_texts(0) != next.row_texts(0),
        (TableKind::Unknown, TableKind::Unknown) => has_numbers(next) && ends_alike(&heading(last), &heading(next)),
        (TableKind::Unknown, _) => false,
        (_, TableKind::Unknown) => next.heading_rows == 0 || has_numbers(next),
        (last_kind, next_kind) => last_kind == next_kind,
    }
}

fn have_the_same_columns(last: &Table, next: &Table) -> bool {
    let reach = EDGE_SHARE * last.bounds.width().max(next.bounds.width());
    last.column_edges.len() == next.column_edges.len()
        && last.column_edges.iter().zip(&next.column_edges).all(|(a, b)| {
            // Sheets may be shifted against each other, as those of a scan are.
            ((a - last.bounds.x0) - (b - next.bounds.x0)).abs() <= reach
        })
}

/// Whether the last row of the heading numbers the columns.
fn has_numbers(table: &Table) -> bool {
    let Some(row) = table.heading_rows.checked_sub(1) else { return false };
    let texts = table.row_texts(row);
    texts.len() > 2 && texts.iter().zip(1u32..).all(|(text, number)| *text == number.to_string())
}

fn ends_alike(last: &[String], next: &[String]) -> bool {
    next.len() <= last.len() && last.iter().rev().zip(next.iter().rev()).all(|(a, b)| a == b)
}

fn without_white(text: &str) -> String {
    text.split_whitespace().collect()
}
