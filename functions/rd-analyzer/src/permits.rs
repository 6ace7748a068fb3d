//! Permits to change (разрешение на внесение изменений, ГОСТ Р 21.101, форма 9): which change, which sheets, what.

use crate::lines::{Sheet, fold, join_wrapped};
use crate::ruled_lists::plain_row;
use domain::{Rect, RevisionEntry, Table};

/// Where the columns of the form stand in a table.
struct Columns {
    header: u32,
    revision: usize,
    sheet: usize,
    content: usize,
    code: Option<usize>,
    note: Option<usize>,
}

/// The entries of every permit on the sheet.
pub(crate) fn find(sheet: &Sheet<'_>) -> Vec<RevisionEntry> {
    sheet
        .page
        .tables
        .iter()
        .filter_map(|table| columns(table).map(|columns| read(sheet, table, &columns)))
        .flatten()
        .collect()
}

fn columns(table: &Table) -> Option<Columns> {
    (0..table.row_count()).find_map(|row| {
        let texts = plain_row(table, row);
        let at = |label: &str| texts.iter().position(|text| fold(text).trim_end_matches('.').starts_with(label));
        Some(Columns {
            header: row,
            content: at("содержание изменения")?,
            revision: at("изм")?,
            sheet: at("лист")?,
            code: at("код"),
            note: at("примечание"),
        })
    })
}

fn read(sheet: &Sheet<'_>, table: &Table, columns: &Columns) -> Vec<RevisionEntry> {
    let permit = number(sheet);
    let mut found: Vec<RevisionEntry> = Vec::new();
    // Where only one change is permitted, its number may stand beside the first entry alone.
    let mut revision: Option<u32> = None;
    for row in columns.header + 1..table.row_count() {
        let texts = plain_row(table, row);
        let text = |at: usize| texts.get(at).map(|text| text.trim().to_owned()).unwrap_or_default();
        let (content, sheets) = (text(columns.content), text(columns.sheet));
        let first = fold(&text(columns.revision));
        if first.starts_with("изм.вн") || first.starts_with("изм. вн") || first.starts_with("составил")
        {
            break;
        }
        revision = text(columns.revision).parse().ok().filter(|number| (1..100).contains(number)).or(revision);
        if !content.chars().any(char::is_alphabetic) {
            continue;
        }
        let reads_on = sheets.is_empty()
            && (content.starts_with(char::is_lowercase) || content.starts_with('(') || content.starts_with('-'));
        let cells = table.cells.iter().filter(|cell| cell.row == row && !cell.text.is_empty());
        let boxes: Vec<Rect> = cells.map(|cell| cell.bounds).collect();
        if let Some(last) = found.last_mut().filter(|_| reads_on) {
            last.content = join_wrapped([last.content.as_str(), content.as_str()]);
            last.evidence.boxes.extend(boxes);
            continue;
        }
        let quote: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        found.push(RevisionEntry {
            permit: permit.clone(),
            revision,
            sheets,
            content,
            code: columns.code.and_then(|at| text(at).parse().ok()).filter(|code| (1..=5).contains(code)),
            note: columns.note.map(text).unwrap_or_default(),
            evidence: sheet.evidence(boxes, quote.join(" "), 0.85),
        });
    }
    found
}

/// The number of the permit: under the word, or beside it.
fn number(sheet: &Sheet<'_>) -> Option<String> {
    let label = sheet.tokens.iter().find(|token| fold(&token.text) == "разрешение")?;
    let (x, _) = label.bounds.centre();
    sheet
        .tokens
        .iter()
        .filter(|token| {
            token.text.chars().any(|letter| letter.is_ascii_digit()) && token.text.contains(['-', '/', '.'])
        })
        .filter(|token| {
            let below = token.bounds.y0 - label.bounds.y1;
            let under = (token.bounds.centre().0 - x).abs() < 70.0 && (-2.0..110.0).contains(&below);
            let beside =
                below.abs() < label.height() * 1.5 && (0.0..120.0).contains(&(token.bounds.x0 - label.bounds.x1));
            under || beside
        })
        .min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0))
        .map(|token| token.text.to_string())
}
