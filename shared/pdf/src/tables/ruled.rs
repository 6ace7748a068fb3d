//! Tables between ruled lines.

use super::grid::{self, Groups};
use super::{Draft, Found, RuledLine, heading};
use domain::{Page, Rect, Table, TableCell, TableKind, Word};

/// Edges of cells this close are one edge of the table.
const SAME_EDGE_PT: f32 = 2.2;
/// Share of the page from which a cell holds a drawing and no entry.
const AREA_SHARE: f32 = 0.25;
/// Share of the cells with words from which rectangles are a table, whatever their heading.
const FILLED_SHARE: f32 = 0.3;
/// Share of the words on the edge of a cell above which the rectangles are those of a drawing.
const CROSSING_SHARE: f32 = 0.2;
/// Share of its box that the cells of a table cover.
const COVERED_SHARE: f32 = 0.85;
/// Labels in the margin of a sheet; their boxes lean on its frame.
const MARGIN_LABELS: [&str; 6] = ["Инв.", "Взам.", "Подп.", "подл.", "Согласовано", "Подпись"];
/// Most part of the width of a sheet that its margin takes.
const MARGIN_SHARE: f32 = 0.15;

/// Finds them and marks the words that they take.
pub(super) fn find(page: &Page, lines: &[RuledLine], taken: &mut [bool]) -> Vec<Found> {
    if lines.is_empty() || page.words.is_empty() {
        return Vec::new();
    }
    let margin = margin(page, lines);
    let is_foreign = |cell: &Rect| {
        let (x, y) = cell.centre();
        let in_block = page.title_block.is_some_and(|block| block.contains(x, y));
        in_block || x < margin || cell.width() * cell.height() > AREA_SHARE * page.width_pt * page.height_pt
    };
    let mut clusters: Vec<Vec<Rect>> = Vec::new();
    for mut cells in grid::cells(lines, page.width_pt, page.height_pt) {
        cells.retain(|cell| !is_foreign(cell));
        clusters.extend(side_by_side(&cells));
    }
    // A table that stands in a cell of another takes its words first.
    clusters.sort_by(|a, b| covered(a).total_cmp(&covered(b)));
    if clusters.is_empty() {
        return Vec::new();
    }
    let place_of = |(index, word): (usize, &Word)| (!is_in_block(page, word)).then(|| (word.bounds.centre().1, index));
    let mut heights: Vec<(f32, usize)> = page.words.iter().enumerate().filter_map(place_of).collect();
    heights.sort_by(|a, b| a.0.total_cmp(&b.0));
    let by_height: Vec<usize> = heights.into_iter().map(|(_, index)| index).collect();
    clusters.iter_mut().filter_map(|cells| table(page, without_white_foot(page, cells), &by_height, taken)).collect()
}

fn is_in_block(page: &Page, word: &Word) -> bool {
    let (x, y) = word.bounds.centre();
    page.title_block.is_some_and(|block| block.contains(x, y))
}

/// The right edge of the boxes in the left margin, 0 where there are none: the upright line of the frame next to their
/// labels.
fn margin(page: &Page, lines: &[RuledLine]) -> f32 {
    let labels = page.words.iter().filter(|word| {
        word.rotation_deg == 90
            && word.bounds.x1 < MARGIN_SHARE * page.width_pt
            && MARGIN_LABELS.iter().any(|label| word.text.starts_with(label))
    });
    let Some(right) = labels.map(|word| word.bounds.x1).reduce(f32::max) else { return 0.0 };
    // The frame may be drawn in pieces.
    let reach = right..right + 0.5 * MARGIN_SHARE * page.width_pt;
    let mut upright: Vec<&RuledLine> =
        lines.iter().filter(|line| !line.is_level() && reach.contains(&line.x0)).collect();
    upright.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let is_same = |a: &&RuledLine, b: &&RuledLine| b.x0 - a.x0 < SAME_EDGE_PT;
    let frame = upright
        .chunk_by(is_same)
        .find(|pieces| pieces.iter().map(|line| (line.y1 - line.y0).abs()).sum::<f32>() > 0.6 * page.height_pt);
    frame.and_then(|pieces| pieces.first()).map_or(right, |line| line.x0)
}

/// Groups of cells that share edges.
fn side_by_side(cells: &[Rect]) -> Vec<Vec<Rect>> {
    let mut groups = Groups::of(cells.len());
    // Along each edge, what ends there meets what begins there.
    let touch = |a0: f32, a1: f32, b0: f32, b1: f32| {
        (if b1 < a1 { b1 } else { a1 }) - (if b0 > a0 { b0 } else { a0 }) > SAME_EDGE_PT
    };
    // Each cell with its extent in the other direction, by where it starts.
    let mut by_start: Vec<(f32, (f32, f32), usize)> = Vec::with_capacity(cells.len());
    let mut join_along = |start: fn(&Rect) -> f32, end: fn(&Rect) -> f32, across: fn(&Rect) -> (f32, f32)| {
        by_start.clear();
        by_start.extend(cells.iter().zip(0..).map(|(cell, index)| (start(cell), across(cell), index)));
        by_start.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (index, cell) in cells.iter().enumerate() {
            let edge = end(cell);
            let (a0, a1) = across(cell);
            let first = by_start.partition_point(|(start, ..)| *start < edge - 0.1);
            let beside =
                by_start.get(first..).unwrap_or_default().iter().take_while(|(start, ..)| *start <= edge + 0.1);
            for &(_, (b0, b1), other) in beside {
                if touch(a0, a1, b0, b1) {
                    groups.join(index, other);
                }
            }
        }
    };
    join_along(|cell| cell.x0, |cell| cell.x1, |cell| (cell.y0, cell.y1));
    join_along(|cell| cell.y0, |cell| cell.y1, |cell| (cell.x0, cell.x1));
    let mut members: Vec<Vec<Rect>> = vec![Vec::new(); cells.len()];
    for (index, cell) in cells.iter().enumerate() {
        if let Some(group) = members.get_mut(groups.root(index)) {
            group.push(*cell);
        }
    }
    members.retain(|group| group.len() >= 4);
    members
}

/// Cells without those at the foot that only hold the white between a table and the title block.
fn without_white_foot<'c>(page: &Page, cells: &'c mut Vec<Rect>) -> &'c [Rect] {
    while let Some(hull) = cells.iter().copied().reduce(Rect::union) {
        let is_foot = |cell: &Rect| {
            cell.y1 > hull.y1 - SAME_EDGE_PT
                && cell.width() > hull.width() - 2.0 * SAME_EDGE_PT
                && !page.words.iter().any(|word| {
                    let (x, y) = word.bounds.centre();
                    cell.contains(x, y) && !is_in_block(page, word)
                })
        };
        let Some(foot) = cells.iter().position(is_foot) else { break };
        cells.remove(foot);
    }
    cells
}

fn table(page: &Page, cells: &[Rect], by_height: &[usize], taken: &mut [bool]) -> Option<Found> {
    let column_edges = edges(cells.iter().flat_map(|cell| [cell.x0, cell.x1]));
    let row_edges = edges(cells.iter().flat_map(|cell| [cell.y0, cell.y1]));
    let (columns, rows) = (column_edges.len().checked_sub(1)?, row_edges.len().checked_sub(1)?);
    if columns < 2 || rows < 2 {
        return None;
    }
    let mut places: Vec<TableCell> = cells
        .iter()
        .filter_map(|cell| {
            let (column, end) = (nearest(&column_edges, cell.x0), nearest(&column_edges, cell.x1));
            let (row, bottom) = (nearest(&row_edges, cell.y0), nearest(&row_edges, cell.y1));
            let span = |from: usize, to: usize| u32::try_from(to.checked_sub(from)?).ok().filter(|&span| span > 0);
            Some(TableCell {
                row: u32::try_from(row).ok()?,
                column: u32::try_from(column).ok()?,
                row_span: span(row, bottom)?,
                column_span: span(column, end)?,
                bounds: *cell,
                text: String::new(),
            })
        })
        .collect();
    places.sort_by_key(|cell| (cell.row, cell.column));
    // Which cell takes each square; 0 is none.
    let mut owners = vec![0usize; columns * rows];
    for (number, cell) in (1..).zip(&places) {
        for row in cell.row..cell.row + cell.row_span {
            for column in cell.column..cell.column + cell.column_span {
                if let Some(owner) = owners.get_mut(row as usize * columns + column as usize) {
                    *owner = number;
                }
            }
        }
    }
    let mut draft = Draft { column_edges, row_edges, words: vec![Vec::new(); places.len()], cells: places };
    let crossing = draft.deal(page, by_height, &owners, taken);
    let filled = draft.words.iter().filter(|words| !words.is_empty()).count();
    let words: usize = draft.words.iter().map(Vec::len).sum();
    let is_sparse = (filled as f32) < FILLED_SHARE * draft.cells.len() as f32;
    let is_crossed = crossing as f32 > CROSSING_SHARE * words as f32;
    let found = draft.finish(page, true);
    let table = &found.table;
    let is_known = table.kind != TableKind::Unknown || heading::has_numbers(table);
    let has_gaps = covered(cells) < COVERED_SHARE * table.bounds.width() * table.bounds.height();
    let is_named = table.heading_rows > 0 || heading::names_things(table);
    let is_drawing = is_sparse || is_crossed || has_gaps || !spreads(table) || !is_named;
    if filled < 3 || !is_known && is_drawing {
        return None;
    }
    for &word in &found.words {
        if let Some(taken) = taken.get_mut(word) {
            *taken = true;
        }
    }
    Some(found)
}

fn covered(cells: &[Rect]) -> f32 {
    cells.iter().map(|cell| cell.width() * cell.height()).sum()
}

/// Whether words stand in more than one row and more than one column.
fn spreads(table: &Table) -> bool {
    let mut filled = table.cells.iter().filter(|cell| !cell.text.is_empty());
    let Some(first) = filled.next() else { return false };
    let (mut rows, mut columns) = (false, false);
    for cell in filled {
        rows |= cell.row != first.row;
        columns |= cell.column != first.column;
    }
    rows && columns
}

impl Draft {
    /// Deals free words to the cells that their middles lie in; says how many of them reach far over an edge.
    fn deal(&mut self, page: &Page, by_height: &[usize], owners: &[usize], taken: &[bool]) -> usize {
        let columns = self.column_edges.len().saturating_sub(1);
        let (Some(&top), Some(&bottom)) = (self.row_edges.first(), self.row_edges.last()) else { return 0 };
        let middle = |word: usize| page.words.get(word).map_or(f32::MAX, |word| word.bounds.centre().1);
        let start = by_height.partition_point(|&word| middle(word) < top);
        let mut crossing = 0;
        for &index in by_height.iter().skip(start) {
            let Some(word) = page.words.get(index) else { continue };
            let (x, y) = word.bounds.centre();
            if y > bottom {
                break;
            }
            if taken.get(index).copied().unwrap_or(true) {
                continue;
            }
            let (Some(column), Some(row)) = (slot(&self.column_edges, x), slot(&self.row_edges, y)) else { continue };
            let owner = owners.get(row * columns + column).and_then(|number| number.checked_sub(1));
            let Some((owner, words)) = owner.and_then(|owner| Some((owner, self.words.get_mut(owner)?))) else {
                continue;
            };
            words.push(index);
            crossing += usize::from(self.cells.get(owner).is_some_and(|cell| reaches_out(word, cell.bounds)));
        }
        crossing
    }
}

/// Whether a good part of the word lies outside of the cell.
fn reaches_out(word: &Word, cell: Rect) -> bool {
    let own = word.bounds;
    let outside = |own0: f32, own1: f32, cell0: f32, cell1: f32| {
        ((cell0 - own0).max(0.0) + (own1 - cell1).max(0.0)) / (own1 - own0).max(0.1)
    };
    outside(own.x0, own.x1, cell.x0, cell.x1) > 0.25 || outside(own.y0, own.y1, cell.y0, cell.y1) > 0.35
}

fn edges(all: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut edges: Vec<f32> = all.collect();
    edges.sort_by(f32::total_cmp);
    let mut last = f32::NEG_INFINITY;
    edges.retain(|&edge| {
        let is_new = edge - last > SAME_EDGE_PT;
        if is_new {
            last = edge;
        }
        is_new
    });
    edges
}

fn nearest(edges: &[f32], edge: f32) -> usize {
    edges.partition_point(|&own| own <= edge + 0.01).saturating_sub(1)
}

/// Between which edges a place lies.
fn slot(edges: &[f32], place: f32) -> Option<usize> {
    let after = edges.partition_point(|&edge| edge <= place);
    (after < edges.len()).then_some(after.checked_sub(1)?)
}
