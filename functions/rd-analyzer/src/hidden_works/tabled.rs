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
    for sheet in sheets.iter().skip(index + 1) {
        let next = sheet.page.tables.iter().find(|next| {
            next.ruled
                && next.column_edges.len() == table.column_edges.len()
                && next.column_edges.iter().zip(&table.column_edges).all(|(a, b)| (a - b).abs() < 6.0)
        });
        let Some(next) = next.filter(|next| next.kind == table.kind) else { break };
        items.extend(self::items(sheet, next, column));
    }
    items
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
