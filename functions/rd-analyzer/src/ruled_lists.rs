//! Lists of general data out of the cells of ruled tables: drawing list, list of specifications, references.

use crate::headings::{Heading, HeadingLine};
use crate::lines::{Sheet, fold, join_wrapped};
use crate::title_block::is_sheet_number;
use domain::{DrawingListEntry, Rect, Reference, Table};

/// How far a heading may stand above its table, in points.
const REACH_PT: f32 = 48.0;

/// The ruled table right under a heading.
pub(crate) fn under<'p>(sheet: &'p Sheet<'_>, heading: &HeadingLine) -> Option<&'p Table> {
    let line = heading.line.bounds;
    let middle = line.centre().0;
    sheet
        .page
        .tables
        .iter()
        .filter(|table| table.ruled && table.column_count() >= 2)
        .filter(|table| (table.bounds.x0 - 4.0..=table.bounds.x1 + 4.0).contains(&middle))
        .filter(|table| (line.y0 - 2.0..line.y1 + REACH_PT).contains(&table.bounds.y0))
        .min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0))
}

/// Rows of a list of sheets under a heading of the kind; `None` when no ruled table stands there.
pub(crate) fn sheets_under(
    sheet: &Sheet<'_>,
    headings: &[HeadingLine],
    heading: &HeadingLine,
) -> Option<Vec<DrawingListEntry>> {
    let table = under(sheet, heading)?;
    // The heading may have another right under it: then the table is the other's.
    let nearer = headings.iter().any(|other| {
        other.line.bounds.y0 > heading.line.bounds.y1
            && other.line.bounds.y1 < table.bounds.y0 + 2.0
            && (table.bounds.x0..=table.bounds.x1).contains(&other.line.centre_x())
    });
    if nearer {
        return None;
    }
    let rows = (0..table.row_count()).filter_map(|row| {
        let texts = plain_row(table, row);
        let number = texts.first()?.replace(' ', "");
        let name = texts.get(1).cloned().unwrap_or_default();
        if !is_sheet_number(&number) || !name.chars().any(char::is_alphabetic) {
            return None;
        }
        Some(DrawingListEntry {
            sheet: number,
            name,
            note: texts.get(2).cloned().unwrap_or_default(),
            evidence: evidence(sheet, table, row, 0.97)?,
        })
    });
    let rows: Vec<DrawingListEntry> = rows.collect();
    (!rows.is_empty()).then_some(rows)
}

/// Rows of the lists of referenced and attached documents under a heading; `None` when no ruled table stands there.
pub(crate) fn references_under(sheet: &Sheet<'_>, heading: &HeadingLine) -> Option<Vec<Reference>> {
    let table = under(sheet, heading).filter(|table| table.column_count() == 3)?;
    let mut attached = heading.kind == Heading::Attachments;
    let mut found: Vec<Reference> = Vec::new();
    for row in 0..table.row_count() {
        let texts = plain_row(table, row);
        let alone: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
        if let [only] = alone.as_slice() {
            match fold(only).trim_end_matches([':', '.']) {
                "ссылочные документы" | "ссылочные" => attached = false,
                "прилагаемые документы" | "прилагаемые" => attached = true,
                _ => go_on(&mut found, &texts),
            }
            continue;
        }
        let [designation, name, note] = texts.as_slice() else { continue };
        if fold(designation) == "обозначение" || (designation == "1" && name == "2") {
            continue;
        }
        if designation.is_empty() || name.is_empty() {
            go_on(&mut found, &texts);
            continue;
        }
        let Some(evidence) = evidence(sheet, table, row, 0.95) else { continue };
        found.push(Reference {
            designation: designation.clone(),
            name: name.clone(),
            note: note.clone(),
            attached,
            status: None,
            evidence,
        });
    }
    (!found.is_empty()).then_some(found)
}

/// A row without a designation or a name goes on with the one above.
fn go_on(found: &mut [Reference], texts: &[String]) {
    let Some(last) = found.last_mut() else { return };
    let add = |to: &mut String, at: usize| {
        if let Some(more) = texts.get(at).filter(|text| !text.is_empty()) {
            *to = join_wrapped([to.as_str(), more.as_str()]);
        }
    };
    add(&mut last.designation, 0);
    add(&mut last.name, 1);
    add(&mut last.note, 2);
}

/// Texts of a row, each as one line.
pub(crate) fn plain_row(table: &Table, row: u32) -> Vec<String> {
    table.row_texts(row).into_iter().map(|text| join_wrapped(text.split('\n'))).collect()
}

/// Where a row stands: the cells that hold words.
pub(crate) fn evidence(sheet: &Sheet<'_>, table: &Table, row: u32, confidence: f32) -> Option<domain::Evidence> {
    let cells = || table.cells.iter().filter(move |cell| cell.row == row && !cell.text.is_empty());
    let boxes: Vec<Rect> = cells().map(|cell| cell.bounds).collect();
    let quote: Vec<String> = cells().map(|cell| cell.text.replace('\n', " ")).collect();
    (!boxes.is_empty()).then(|| sheet.evidence(boxes, quote.join(" "), confidence))
}
