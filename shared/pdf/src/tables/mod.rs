//! Tables: words and ruled lines in, cells out. Pure, so that words and lines seen in a picture go the same way as those
//! of a content stream.
//!
//! Cells between rules come first. Where words stand in columns without rules, the white between them makes the cells.

mod grid;
mod heading;
mod ruled;
mod signs;
mod strokes;
mod text;
mod unruled;

use domain::{Page, Rect, Table, TableCell, TableKind, Word};
use serde::{Deserialize, Serialize};

use signs::looks_tabular;
pub(crate) use strokes::{lines_and_outlines, ruled_lines};

/// A line that runs level or upright, in points of the page as seen: a stroke, or a filled rectangle too thin to be an
/// area. Ends may come in either order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RuledLine {
    /// Where it begins, from the left.
    pub x0: f32,
    /// Where it begins, from the top.
    pub y0: f32,
    /// Where it ends, from the left.
    pub x1: f32,
    /// Where it ends, from the top.
    pub y1: f32,
}

impl RuledLine {
    pub(crate) fn is_level(&self) -> bool {
        (self.x1 - self.x0).abs() >= (self.y1 - self.y0).abs()
    }
}

/// Finds title block and tables of a page anew from its words, which stand in reading order, and the lines on it. The
/// words of a table come together, row by row, where its first word stood; a row is a line of the text, but for words
/// broken with a hyphen. No word is lost, and each goes to one cell at most.
pub fn put_tables(page: &mut Page, lines: &[RuledLine]) {
    page.title_block = crate::order::find_title_block(&page.words, page.width_pt, page.height_pt);
    put_tables_beside_title_block(page, lines);
}

/// Finds the tables of a page whose words were just put into reading order. Lines are asked for only where the words look
/// like a table: on a drawing they are nine tenths of all there is.
pub(crate) fn put_tables_where_words_stand_in_columns(page: &mut Page, lines: impl FnOnce() -> Vec<RuledLine>) {
    page.tables.clear();
    if looks_tabular(page) {
        put_tables_beside_title_block(page, &lines());
    }
}

fn put_tables_beside_title_block(page: &mut Page, lines: &[RuledLine]) {
    let mut taken = vec![false; page.words.len()];
    let mut found = ruled::find(page, lines, &mut taken);
    found.extend(unruled::find(page, &taken));
    let first = |found: &Found| found.words.iter().copied().min().unwrap_or(usize::MAX);
    found.sort_by_key(first);
    for found in &mut found {
        if found.table.kind == TableKind::Unknown && found.table.heading_rows == 0 {
            found.table.kind = heading::kind_by_title(page, &found.table);
        }
    }
    text::regroup(page, &found);
    page.tables = found.into_iter().map(|found| found.table).collect();
}

/// A table and the words that it takes, cell by cell.
struct Found {
    table: Table,
    words: Vec<usize>,
}

/// A table of cells whose texts are not written yet.
struct Draft {
    column_edges: Vec<f32>,
    row_edges: Vec<f32>,
    cells: Vec<TableCell>,
    /// For each cell its words.
    words: Vec<Vec<usize>>,
}

impl Draft {
    /// Writes the texts and reads the heading.
    fn finish(mut self, page: &Page, ruled: bool) -> Found {
        let mut ordered = Vec::new();
        for (cell, words) in self.cells.iter_mut().zip(&self.words) {
            if let [word] = words.as_slice()
                && let Some(own) = page.words.get(*word)
            {
                cell.text.clone_from(&own.text);
                ordered.push(*word);
                continue;
            }
            let own: Vec<&Word> = words.iter().filter_map(|&word| page.words.get(word)).collect();
            if own.is_empty() {
                continue;
            }
            let (order, text) = crate::order::arrange_few(&own);
            cell.text = text;
            ordered.extend(order.into_iter().filter_map(|place| words.get(place)));
        }
        let round = |edges: Vec<f32>| edges.into_iter().map(hundredths).collect::<Vec<f32>>();
        let (column_edges, row_edges) = (round(self.column_edges), round(self.row_edges));
        let ends = |edges: &[f32]| edges.first().copied().zip(edges.last().copied()).unwrap_or_default();
        let ((x0, x1), (y0, y1)) = (ends(&column_edges), ends(&row_edges));
        let mut table = Table {
            bounds: Rect { x0, y0, x1, y1 },
            kind: TableKind::Unknown,
            ruled,
            heading_rows: 0,
            continued: false,
            column_edges,
            row_edges,
            cells: self.cells,
        };
        (table.kind, table.heading_rows) = heading::read(&table);
        Found { table, words: ordered }
    }
}

fn hundredths(edge: f32) -> f32 {
    (edge * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests;
