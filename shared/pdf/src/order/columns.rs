//! Cutting a region along its white gaps.

use super::Item;
use super::lines::{Line, hull, lines_of};

/// Deepest nesting of cuts.
const MAX_DEPTH: usize = 24;
/// A gap between columns is at least so many type heights wide.
const COLUMN_GAP: f32 = 1.2;
/// A gap between blocks is at least so many type heights high.
const BLOCK_GAP: f32 = 0.9;
/// Bands of one block are at most so many type heights apart.
const SAME_BLOCK: f32 = 1.8;
/// Between two columns of running text a gap may be this narrow, if both have enough lines.
const PROSE_GAP: f32 = 0.45;
/// Lines of running text that are enough.
const MIN_PROSE_LINES: usize = 6;
/// Both sides of a column gap hold at least so many lines.
const MIN_COLUMN_LINES: usize = 3;
/// A column is at least so many type heights wide.
const MIN_COLUMN_WIDTH: f32 = 9.0;
/// Share of the lines of the sparser side that stand on a line of the other: from here on it is a table.
const TABLE_SHARE: f32 = 0.75;
/// Letters a line from which a column is running text and no column of a table.
const PROSE_LETTERS: usize = 34;

/// Cuts the words into blocks in reading order.
pub(super) fn blocks(items: Vec<Item>) -> Vec<Vec<Line>> {
    let mut found = Vec::new();
    cut(items, MAX_DEPTH, &mut found);
    found
}

fn cut(items: Vec<Item>, depth: usize, found: &mut Vec<Vec<Line>>) {
    if items.is_empty() {
        return;
    }
    let size = typical_size(&items);
    if depth > 0 && items.len() > 1 {
        if let Some(x) = column_cut(&items, size) {
            let (left, right) = items.into_iter().partition(|item| item.bounds.centre().0 < x);
            cut(left, depth - 1, found);
            cut(right, depth - 1, found);
            return;
        }
        let bands = bands(&items, size);
        if !bands.is_empty() {
            cut_bands(items, &bands, size, depth, found);
            return;
        }
    }
    found.push(lines_of(items));
}

/// Cuts band by band from the top; neighbours that were not cut further make one block again, so that the rows of a
/// table stay together.
fn cut_bands(mut items: Vec<Item>, ends: &[f32], size: f32, depth: usize, found: &mut Vec<Vec<Line>>) {
    let mut previous_is_whole = false;
    for &end in ends.iter().chain([&f32::INFINITY]) {
        let (band, rest) = items.into_iter().partition(|item: &Item| item.bounds.centre().1 < end);
        items = rest;
        let mut inner = Vec::new();
        cut(band, depth - 1, &mut inner);
        let is_whole = inner.len() == 1;
        if is_whole
            && previous_is_whole
            && let (Some(last), Some(next)) = (found.last_mut(), inner.first_mut())
            && belong_together(last, next, size)
        {
            last.append(next);
        } else {
            found.append(&mut inner);
        }
        previous_is_whole = is_whole;
    }
}

fn belong_together(upper: &[Line], lower: &[Line], size: f32) -> bool {
    let (Some(last), Some(first)) = (upper.last(), lower.first()) else { return false };
    let gap = first.bounds.y0 - last.bounds.y1;
    gap <= SAME_BLOCK * size && first.bounds.x0 <= last.bounds.x1 && last.bounds.x0 <= first.bounds.x1
}

/// The middle type height.
fn typical_size(items: &[Item]) -> f32 {
    let mut sizes: Vec<f32> = items.iter().map(|item| item.size).collect();
    let middle = sizes.len() / 2;
    *sizes.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// White gaps of a row of intervals, as (width, middle).
fn gaps(mut intervals: Vec<(f32, f32)>) -> Vec<(f32, f32)> {
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::new();
    let mut reached = f32::NEG_INFINITY;
    for (start, end) in intervals {
        if reached.is_finite() && start > reached {
            found.push((start - reached, f32::midpoint(start, reached)));
        }
        reached = reached.max(end);
    }
    found
}

/// Where columns of text part: the widest gap whose two sides do not make a table with each other.
fn column_cut(items: &[Item], size: f32) -> Option<f32> {
    let mut candidates = gaps(items.iter().map(|item| (item.bounds.x0, item.bounds.x1)).collect());
    candidates.retain(|gap| gap.0 >= PROSE_GAP * size);
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
    let found = candidates.into_iter().take(12).find(|&(width, x)| are_columns(items, x, width, size));
    found.map(|gap| gap.1)
}

fn are_columns(items: &[Item], x: f32, gap: f32, size: f32) -> bool {
    let (left, right): (Vec<Item>, Vec<Item>) = items.iter().partition(|item| item.bounds.centre().0 < x);
    let is_narrow = |side: &[Item]| hull(side.iter().map(|item| item.bounds)).width() < MIN_COLUMN_WIDTH * size;
    if is_narrow(&left) || is_narrow(&right) {
        return false;
    }
    let (left, right) = (lines_of(left), lines_of(right));
    let fewest = left.len().min(right.len());
    if fewest < MIN_COLUMN_LINES {
        return false;
    }
    if is_prose(&left) && is_prose(&right) {
        return gap >= COLUMN_GAP * size || fewest >= MIN_PROSE_LINES;
    }
    if gap < COLUMN_GAP * size {
        return false;
    }
    let (sparse, dense) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    shared_lines(sparse, dense, size) < TABLE_SHARE
}

/// Whether most lines are long.
fn is_prose(lines: &[Line]) -> bool {
    let long = lines.iter().filter(|line| line.letters() >= PROSE_LETTERS).count();
    long * 2 >= lines.len()
}

/// Share of the lines that stand on a line of the other side.
fn shared_lines(sparse: &[Line], dense: &[Line], size: f32) -> f32 {
    let middles: Vec<f32> = dense.iter().map(Line::middle).collect();
    let on_a_line = |line: &&Line| {
        let middle = line.middle();
        let place = middles.partition_point(|&other| other < middle - 0.25 * size);
        middles.get(place).is_some_and(|&other| other <= middle + 0.25 * size)
    };
    sparse.iter().filter(on_a_line).count() as f32 / sparse.len().max(1) as f32
}

/// Where blocks part: the lower ends of all bands but the last, by the gaps that go right across.
fn bands(items: &[Item], size: f32) -> Vec<f32> {
    let gaps = gaps(items.iter().map(|item| (item.bounds.y0, item.bounds.y1)).collect());
    let highest = gaps.iter().map(|gap| gap.0).fold(0.0, f32::max);
    let least = (BLOCK_GAP * size).max(highest * 0.7);
    gaps.into_iter().filter(|gap| gap.0 >= least).map(|gap| gap.1).collect()
}
