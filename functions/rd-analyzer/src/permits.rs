//! Permits to change (разрешение на внесение изменений, ГОСТ Р 21.101, форма 9): which change, which sheets, what.

use crate::drawing_list::tokens_in;
use crate::lines::{Sheet, fold, join_wrapped};
use crate::ruled_lists::plain_row;
use crate::table::{self, Costs};
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

/// The entries of every permit on the sheet: out of the cells of its table, else, where entries are not ruled off from each
/// other or nothing is ruled, by the words under its header row.
pub(crate) fn find(sheet: &Sheet<'_>) -> Vec<RevisionEntry> {
    let ruled: Vec<RevisionEntry> = sheet
        .page
        .tables
        .iter()
        .filter_map(|table| columns(table).map(|columns| read(sheet, table, &columns)))
        .flatten()
        .collect();
    let several_in_one = ruled
        .iter()
        .any(|entry| !entry.sheets.contains([',', '-', '–']) && entry.sheets.split_whitespace().count() > 1);
    if ruled.is_empty() || several_in_one {
        let by_words = by_words(sheet);
        if by_words.len() > ruled.len() {
            return by_words;
        }
    }
    ruled
}

/// Entries by the words under the row «Изм. Лист Содержание изменения Код Примечание».
fn by_words(sheet: &Sheet<'_>) -> Vec<RevisionEntry> {
    const COSTS: Costs = Costs { free_group: 1.5, empty_anchor: 2.0 };
    let Some((header, x0, x1, middles)) = header_row(sheet) else { return Vec::new() };
    let ends = |text: &str| ["изм.вн", "изм. вн", "составил"].iter().any(|label| fold(text).starts_with(label));
    let bottom = sheet
        .lines
        .iter()
        .filter(|line| line.bounds.y0 > header.y1 && ends(&line.text))
        .map(|line| line.bounds.y0 - 1.0)
        .min_by(f32::total_cmp)
        .unwrap_or(sheet.page.height_pt);
    let tokens = tokens_in(sheet, Rect { x0, x1, y0: header.y1, y1: bottom });
    let borders = table::borders(&middles, &table::extents(&tokens), table::tolerated(&tokens));
    let columns = table::columns(&tokens, &borders);
    // Every entry has its code; where nothing has, the sheets tell entries apart.
    let empty = Vec::new();
    let of_column = |at: usize, fits: &dyn Fn(&str) -> bool| -> Vec<Rect> {
        let lines = columns.get(at).unwrap_or(&empty);
        lines.iter().filter(|line| fits(&line.text)).map(|line| line.bounds).collect()
    };
    let codes = of_column(3, &|text| text.parse().is_ok_and(|code: u32| (1..=5).contains(&code)));
    let by_sheets = of_column(1, &|text| {
        text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') && text.chars().count() < 20
    });
    let anchors = if codes.is_empty() { by_sheets } else { codes };
    let permit = number(sheet);
    let mut revision: Option<u32> = None;
    let mut sheets = String::new();
    let mut found = Vec::new();
    for row in table::rows(&columns, 2, &anchors, COSTS) {
        let code = row.text(3).parse::<u32>().ok();
        let content = row.text(2).to_owned();
        // «Графическая часть» stands alone.
        if !content.chars().any(char::is_alphabetic) || !row.anchored {
            continue;
        }
        let number = row.text(0).split(' ').next().and_then(|text| text.parse().ok());
        revision = number.filter(|number| (1..100).contains(number)).or(revision);
        // A further entry of the same sheets does not name them again.
        if !row.text(1).is_empty() {
            row.text(1).clone_into(&mut sheets);
        }
        found.push(RevisionEntry {
            permit: permit.clone(),
            revision,
            sheets: sheets.clone(),
            content,
            code: code.filter(|code| (1..=5).contains(code)),
            note: row.text(4).to_owned(),
            evidence: sheet.evidence(row.boxes(), row.quote(), 0.75),
        });
    }
    found
}

/// The header row: its box, how far the table reaches, and the middles of its columns.
fn header_row(sheet: &Sheet<'_>) -> Option<(Rect, f32, f32, Vec<f32>)> {
    let content = sheet.lines.iter().find(|line| fold(&line.text).contains("содержание изменения"))?;
    let of = |label: &str| {
        sheet
            .tokens
            .iter()
            .filter(|token| (token.bounds.centre().1 - content.centre_y()).abs() < 1.5 * content.height)
            .filter(|token| fold(&token.text).trim_end_matches('.').starts_with(label))
            .map(|token| token.bounds)
            .min_by(|a, b| a.x0.total_cmp(&b.x0))
    };
    let words: Vec<Rect> = ["содержание", "изменения"].iter().filter_map(|word| of(word)).collect();
    let title = words.into_iter().reduce(Rect::union)?;
    let (revision, number, code, note) = (of("изм")?, of("лист")?, of("код")?, of("примеч")?);
    let order = [revision, number, title, code, note];
    let in_order = order.iter().zip(order.iter().skip(1)).all(|(a, b)| a.x1 <= b.x0 + 1.0);
    let header = order.iter().copied().reduce(Rect::union)?;
    in_order.then(|| (header, revision.x0 - 20.0, note.x1 + 25.0, order.iter().map(|label| label.centre().0).collect()))
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
