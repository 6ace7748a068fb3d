//! Lists of hidden works set as tables: «№ п/п · Наименование работ · Примечание».

use super::without_end_mark;
use crate::item_marks;
use crate::lines::{Line, Sheet, fold};
use crate::ruled_lists::{evidence, plain_row};
use domain::{ActForm, HiddenWork, HiddenWorksMode, Table};

/// How far a heading may stand above its table, in points.
const REACH_PT: f32 = 48.0;

/// The items of the table under a heading, those on the next sheets included.
pub(super) fn under(sheets: &[Sheet<'_>], index: usize, heading: &[Line]) -> Option<Vec<HiddenWork>> {
    let last = heading.last()?;
    let sheet = sheets.get(index)?;
    let table = sheet.page.tables.iter().find(|table| {
        table.ruled
            && (table.bounds.x0 - 4.0..=table.bounds.x1 + 4.0).contains(&last.centre_x())
            && (last.bounds.y0 - 2.0..last.bounds.y1 + REACH_PT).contains(&table.bounds.y0)
    })?;
    let items = whole(sheets, index, table);
    (items.len() > 1).then_some(items)
}

/// Lists whose heading stands in their own first row: its text and its items.
pub(super) fn headed_within(sheets: &[Sheet<'_>], index: usize) -> Vec<(String, Vec<HiddenWork>)> {
    let Some(sheet) = sheets.get(index) else { return Vec::new() };
    let mut found = Vec::new();
    for table in sheet.page.tables.iter().filter(|table| table.ruled && table.row_count() > 2) {
        let named = plain_row(table, 0).into_iter().find(|text| {
            let folded = fold(text);
            super::names_hidden_works(&folded) && super::is_title(&folded)
                || folded.starts_with("наименование скрытых работ")
        });
        if let Some(heading) = named {
            let items = whole(sheets, index, table);
            if items.len() > 1 {
                found.push((heading, items));
            }
        }
    }
    found
}

/// The items of a table and of those on the next sheets that go on with it.
fn whole(sheets: &[Sheet<'_>], index: usize, table: &Table) -> Vec<HiddenWork> {
    let Some(sheet) = sheets.get(index) else { return Vec::new() };
    let Some(column) = name_column(table) else { return Vec::new() };
    let mut items = items(sheet, table, column);
    // In the next columns of the sheet, then on the next sheets, at the top of whichever column it is.
    let mut beside: Vec<&Table> =
        sheet.page.tables.iter().filter(|next| next.bounds.x0 > table.bounds.x1 && goes_on(table, next)).collect();
    beside.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
    for next in beside {
        items.extend(self::items(sheet, next, column));
    }
    for sheet in sheets.iter().skip(index + 1) {
        let Some(next) = sheet.page.tables.iter().find(|next| goes_on(table, next)) else { break };
        items.extend(self::items(sheet, next, column));
    }
    items
}

/// Whether a table can be the rest of another: its columns are as wide, and its first cell counts on.
fn goes_on(table: &Table, next: &Table) -> bool {
    let widths = |table: &Table| -> Vec<f32> {
        table.column_edges.iter().zip(table.column_edges.iter().skip(1)).map(|(a, b)| b - a).collect()
    };
    let (one, other) = (widths(table), widths(next));
    let alike = one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 6.0);
    let last = (0..table.row_count()).filter_map(|row| number_of(table, row)).max();
    let first = (0..next.row_count()).find_map(|row| number_of(next, row));
    let counts_on = match (last, first) {
        (Some(last), Some(first)) => first > last,
        (None, None) => next.kind == table.kind,
        _ => false,
    };
    next.ruled && alike && counts_on
}

/// The number in the first cell of a row.
fn number_of(table: &Table, row: u32) -> Option<u32> {
    plain_row(table, row).first()?.trim_end_matches(['.', ')']).parse().ok()
}

/// The column of names: by its label, else the widest that has letters.
fn name_column(table: &Table) -> Option<usize> {
    for row in 0..table.row_count().min(3) {
        let labelled = plain_row(table, row).iter().position(|text| {
            let folded = fold(text);
            folded.starts_with("наименование") || folded.starts_with("вид") && folded.contains("работ")
        });
        if labelled.is_some() {
            return labelled;
        }
    }
    let widths = table.column_edges.iter().zip(table.column_edges.iter().skip(1)).map(|(a, b)| b - a);
    widths.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

fn items(sheet: &Sheet<'_>, table: &Table, column: usize) -> Vec<HiddenWork> {
    let mut found: Vec<HiddenWork> = Vec::new();
    for row in 0..table.row_count() {
        let texts = plain_row(table, row);
        let Some(text) =
            texts.get(column).filter(|text| text.chars().filter(|letter| letter.is_alphabetic()).count() > 3)
        else {
            continue;
        };
        let folded = fold(text);
        let header = folded.starts_with("наименование") || folded.starts_with("вид работ") || super::is_title(&folded);
        let alone = texts.iter().filter(|text| !text.is_empty()).count() == 1 && table.column_count() > 1;
        // A section of the list names no work: it stands alone in its row and has no number.
        if header || (alone && texts.len() > 2 && text.ends_with(':')) {
            continue;
        }
        let name = item_marks::split(text).map_or(text.as_str(), |(_, rest)| rest);
        let name = without_end_mark(name);
        let Some(evidence) = evidence(sheet, table, row, 0.95) else { continue };
        let (source, form) = (HiddenWorksMode::List, ActForm::Aosr);
        found.push(HiddenWork { name, source, form, works: Vec::new(), evidence });
    }
    found
}
