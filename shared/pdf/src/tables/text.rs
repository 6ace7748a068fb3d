//! The text of a page with its tables read row by row.

use super::Found;
use domain::{Page, Table, Word};

/// What stands between two words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Space,
    Line,
    Block,
}

/// Brings the words of each table together where the first of them stands. Tables come in the order of their first words.
pub(super) fn regroup(page: &mut Page, tables: &[Found]) {
    if tables.is_empty() {
        return;
    }
    let Some(gaps) = gaps(&page.text, &page.words) else { return };
    let mut owner: Vec<Option<usize>> = vec![None; page.words.len()];
    for (number, found) in tables.iter().enumerate() {
        for &word in &found.words {
            if let Some(own) = owner.get_mut(word) {
                *own = Some(number);
            }
        }
    }
    let mut text = String::with_capacity(page.text.len() + 64);
    let mut order: Vec<usize> = Vec::with_capacity(page.words.len());
    let mut next = 0;
    let mut gap = Gap::Space;
    for (word, (own, before)) in owner.iter().zip(&gaps).enumerate() {
        gap = gap.max(*before);
        match own {
            Some(number) if *number == next => {
                let Some(found) = tables.get(next) else { continue };
                close(&mut text, Gap::Block);
                push_rows(&mut text, &found.table);
                order.extend(&found.words);
                next += 1;
                gap = Gap::Block;
            }
            Some(_) => gap = gap.max(Gap::Line),
            None => {
                close(&mut text, gap);
                text.push_str(page.words.get(word).map_or("", |word| word.text.as_str()));
                order.push(word);
                gap = Gap::Space;
            }
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut slots: Vec<Option<Word>> = std::mem::take(&mut page.words).into_iter().map(Some).collect();
    page.words = order.into_iter().filter_map(|word| slots.get_mut(word).and_then(Option::take)).collect();
    page.text = text;
}

/// What stands before each word in the text; none when they do not belong together.
fn gaps(text: &str, words: &[Word]) -> Option<Vec<Gap>> {
    let mut rest = text;
    let mut gaps = Vec::with_capacity(words.len());
    for word in words {
        let plain = rest.trim_start_matches([' ', '\n']);
        let white = rest.get(..rest.len() - plain.len())?;
        gaps.push(match white.matches('\n').count() {
            0 => Gap::Space,
            1 => Gap::Line,
            _ => Gap::Block,
        });
        rest = plain.strip_prefix(word.text.as_str())?;
    }
    Some(gaps)
}

/// Ends what stands in the text so far.
fn close(text: &mut String, gap: Gap) {
    if text.is_empty() {
        return;
    }
    let lines = text.len() - text.trim_end_matches('\n').len();
    let wanted = match gap {
        Gap::Space => 0,
        Gap::Line => 1,
        Gap::Block => 2,
    };
    if wanted == 0 && lines == 0 {
        text.push(' ');
    }
    for _ in lines..wanted {
        text.push('\n');
    }
}

/// Cells come row by row; those of a row make a line.
fn push_rows(text: &mut String, table: &Table) {
    let mut row = None;
    for cell in table.cells.iter().filter(|cell| !cell.text.is_empty()) {
        if row.is_some() {
            text.push(if row == Some(cell.row) { ' ' } else { '\n' });
        }
        row = Some(cell.row);
        for (place, line) in cell.text.split('\n').enumerate() {
            if place > 0 {
                text.push(if text.ends_with('-') { '\n' } else { ' ' });
            }
            text.push_str(line);
        }
    }
    text.push('\n');
}
