//! How a list runs down its column, and where it goes on: the next column, the next sheet.

use super::{Column, Reading};
use crate::{
    item_marks,
    lines::{Line, Sheet, fold},
};
use domain::Rect;

pub(super) fn overlaps(a: &Line, b: &Line) -> bool {
    a.bounds.x1.min(b.bounds.x1) > a.bounds.x0.max(b.bounds.x0)
}

/// The next line of the column, if one stands close enough below.
pub(super) fn next_in_column(sheet: &Sheet<'_>, above: &Line, block: Option<Rect>, column: Column) -> Option<Line> {
    let limit = 2.4 * above.height;
    let next = sheet
        .lines
        .iter()
        .filter(|line| line.bounds.y0 > above.centre_y() && line.bounds.y0 - above.bounds.y1 < limit)
        .filter(|line| {
            let aligned =
                (line.bounds.x0 - column.mark_x0).abs() < 9.0 || (line.bounds.x0 - column.text_x0).abs() < 9.0;
            let inside = (column.mark_x0 - 70.0..=column.text_x0 + 60.0).contains(&line.bounds.x0);
            aligned || (inside && begins_row(sheet, line))
        })
        .filter(|line| block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y())))
        .min_by(|a, b| a.centre_y().total_cmp(&b.centre_y()))?;
    Some(with_rest_of_row(sheet, next, column))
}

/// A justified line falls into pieces at wide spaces: the pieces up to the edge of the column belong to it.
fn with_rest_of_row(sheet: &Sheet<'_>, line: &Line, column: Column) -> Line {
    let mut joined = line.clone();
    loop {
        let piece = sheet.lines.iter().find(|piece| {
            let gap = piece.bounds.x0 - joined.bounds.x1;
            (piece.centre_y() - line.centre_y()).abs() < 0.4 * line.height
                && (0.0..3.0 * line.height).contains(&gap)
                && piece.bounds.x1 <= column.right + 1.0
        });
        match piece {
            Some(piece) => {
                joined.text = format!("{} {}", joined.text, piece.text);
                joined.bounds = joined.bounds.union(piece.bounds);
            }
            None => return joined,
        }
    }
}

/// Whether nothing stands close to the left of the line on its row: it is no piece of a longer line.
fn begins_row(sheet: &Sheet<'_>, line: &Line) -> bool {
    !sheet.lines.iter().any(|other| {
        (other.centre_y() - line.centre_y()).abs() < 0.4 * line.height
            && other.bounds.x1 <= line.bounds.x0 + 0.5
            && line.bounds.x0 - other.bounds.x1 < 2.5 * line.height
    })
}

/// The nearest line under this one that overlaps it from side to side.
pub(super) fn below<'s>(sheet: &'s Sheet<'_>, above: &Line, block: Option<Rect>) -> Option<&'s Line> {
    sheet
        .lines
        .iter()
        .filter(|line| line.bounds.y0 > above.centre_y() && line.bounds.y0 - above.bounds.y1 < 3.0 * above.height)
        .filter(|line| overlaps(line, above))
        .filter(|line| block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y())))
        .min_by(|a, b| a.centre_y().total_cmp(&b.centre_y()))
}

/// Whether the column ends with this line: under it there is only the title block or the edge of the sheet.
pub(super) fn nothing_below(sheet: &Sheet<'_>, last: &Line, block: Option<Rect>) -> bool {
    !sheet.lines.iter().any(|line| {
        line.bounds.y0 > last.bounds.y1
            && overlaps(line, last)
            && block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y()))
            && !is_page_foot(sheet, line)
    })
}

/// A page number or the format at the lower edge.
fn is_page_foot(sheet: &Sheet<'_>, line: &Line) -> bool {
    let folded = fold(&line.text);
    let number = folded.chars().all(|letter| letter.is_ascii_digit() || " -–".contains(letter));
    (number || folded.starts_with("формат") || folded.starts_with("копировал"))
        && line.bounds.y0 > 0.85 * sheet.page.height_pt
}

/// Where a list that ran to the bottom of its column may go on: the top of the next column, else of the next page.
pub(super) fn continuation(
    sheets: &[Sheet<'_>],
    blocks: &[Option<Rect>],
    index: usize,
    last: &Line,
    reading: Option<&Reading>,
) -> Option<(usize, Line)> {
    let sheet = sheets.get(index)?;
    if let Some(line) = reading.and_then(|reading| top_of_a_column(sheet, last, reading)) {
        return Some((index, line));
    }
    let top_of = |sheet: &Sheet<'_>, block: Option<Rect>, from_x: f32| {
        let mut lines: Vec<&Line> = sheet
            .lines
            .iter()
            .filter(|line| line.bounds.x0 > from_x && begins_row(sheet, line))
            .filter(|line| block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y())))
            .filter(|line| !is_running_head(&line.text))
            .collect();
        lines.sort_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0));
        lines.first().map(|line| (*line).clone())
    };
    let block = blocks.get(index).copied().flatten();
    if let Some(line) = top_of(sheet, block, last.bounds.x1.max(last.bounds.x0 + 100.0))
        && item_marks::split(&line.text).is_some()
    {
        return Some((index, line));
    }
    let next = sheets.get(index + 1)?;
    top_of(next, blocks.get(index + 1).copied().flatten(), f32::NEG_INFINITY).map(|line| (index + 1, line))
}

/// The item that goes on with the list at the top of a column further right: nothing stands above it.
fn top_of_a_column(sheet: &Sheet<'_>, last: &Line, reading: &Reading) -> Option<Line> {
    let right = last.bounds.x0 + 60.0;
    sheet
        .lines
        .iter()
        .filter(|line| line.bounds.x0 > right)
        .filter(|line| item_marks::split(&line.text).is_some_and(|(mark, _)| reading.mark.goes_on_with(&mark)))
        .filter(|line| {
            !sheet.lines.iter().any(|other| {
                other.bounds.y1 < line.bounds.y0
                    && other.bounds.x0 < line.bounds.x0 + 40.0
                    && other.bounds.x1 > line.bounds.x0
                    && !is_running_head(&other.text)
            })
        })
        .min_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0))
        .cloned()
}

/// A page number, or a word that only says that something goes on.
fn is_running_head(text: &str) -> bool {
    let folded = fold(text);
    folded.chars().all(|letter| letter.is_ascii_digit() || " -–".contains(letter))
        || folded.contains("продолжение")
        || folded.contains("окончание")
}
