//! Forms as workbooks: a sheet whose rows are those of the print. Every value stands in a cell of its own that is named
//! after the field, always as text: what looks like a formula is none.

mod page;

use crate::block::{Block, Column, DateLine, Fact, FieldRow, Form, TableSection};
use crate::{FormsError, plain::plain_text};
use page::{Look, Page};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

const DEFAULT_ROW_PIXELS: u32 = 20;
/// The width that goes with a figure of 7 pixels, as the figures of this typeface are.
const DEFAULT_COLUMN_PIXELS: u32 = 64;

/// Writes any form as XLSX: A4, one sheet, the cells of values named. The same form gives the same bytes.
///
/// # Errors
/// When the workbook cannot be written.
pub fn form_xlsx(form: &Form) -> Result<Vec<u8>, FormsError> {
    workbook(&[("Лист".to_owned(), form)])
}

/// Writes several forms as one workbook, a sheet each, as customers ask for a volume: «один том — один файл, каждый акт —
/// вкладка». Each comes with the name of its sheet; what Excel does not bear in it is replaced, and repeats are numbered.
///
/// # Errors
/// When the workbook cannot be written.
pub fn forms_xlsx(forms: &[(String, Form)]) -> Result<Vec<u8>, FormsError> {
    let forms: Vec<_> = forms.iter().map(|(name, form)| (name.clone(), form)).collect();
    workbook(&forms)
}

fn workbook(forms: &[(String, &Form)]) -> Result<Vec<u8>, FormsError> {
    let mut workbook = Workbook::new();
    // Columns are measured in figures of this typeface, which every system has or has the metric twin of.
    let measure = Format::new().set_font_name("Times New Roman").set_font_size(11);
    workbook.set_default_format(&measure, DEFAULT_ROW_PIXELS, DEFAULT_COLUMN_PIXELS)?;
    let sheets = sheet_names(forms.iter().map(|(name, _)| name.as_str()));
    for (sheet, (_, form)) in sheets.iter().zip(forms) {
        let mut page = Page::new(workbook.add_worksheet(), sheet)?;
        for block in &form.blocks {
            page.begin_block();
            write_block(&mut page, block)?;
            page.end_block();
        }
        let names = page.finish()?;
        for (name, cell) in names {
            let quoted = sheet.replace('\'', "''");
            // With more sheets than one a name belongs to its sheet.
            let name = if forms.len() == 1 { name } else { format!("'{quoted}'!{name}") };
            workbook.define_name(name, &format!("='{quoted}'!{cell}"))?;
        }
    }
    let date = forms.iter().filter_map(|(_, form)| form.date).max();
    let title = forms.first().map(|(_, form)| form.title.as_str()).unwrap_or_default();
    // The clock would make the same form give other bytes.
    let date = date.and_then(|date| ExcelDateTime::from_ymd(date.year, date.month, date.day).ok());
    let date = date.map_or_else(|| ExcelDateTime::from_ymd(2023, 9, 1), Ok)?;
    let title: String = plain_text(title).chars().take(255).collect();
    workbook.set_properties(&DocProperties::new().set_title(title).set_author("ПТО").set_creation_datetime(&date));
    Ok(workbook.save_to_buffer()?)
}

/// The names of the sheets of [`forms_xlsx`], by those that are wanted: at most 31 signs, none of `[]:*?/\`, no apostrophe at
/// an end, none twice.
pub fn sheet_names<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    const LONGEST: usize = 31;
    let mut taken = std::collections::BTreeSet::new();
    names
        .map(|name| {
            let borne = |sign| if "[]:*?/\\".contains(sign) { '_' } else { sign };
            let clean: String = plain_text(name).chars().map(borne).take(LONGEST).collect();
            let clean = match clean.trim_matches(['\'', ' ']) {
                "" => "Лист".to_owned(),
                clean => clean.to_owned(),
            };
            let mut distinct = clean.clone();
            let mut repeat = 2;
            while !taken.insert(distinct.to_lowercase()) {
                let end = format!(" ({repeat})");
                distinct = clean.chars().take(LONGEST - end.chars().count()).chain(end.chars()).collect();
                repeat += 1;
            }
            distinct
        })
        .collect()
}

fn write_block(page: &mut Page<'_>, block: &Block) -> Result<(), FormsError> {
    match block {
        Block::Origin { lines } => {
            for line in lines {
                page.right_half(line)?;
            }
        }
        Block::Title { lines } => {
            for (index, line) in lines.iter().enumerate() {
                page.line(if index == 0 { Look::Title } else { Look::Subtitle }, line, None)?;
            }
        }
        Block::NumberDate { number, date, caption } => {
            const WIDTHS: [u16; 4] = [4, 40, 30, 26];
            let cells = [
                ("№", Look::Body, None),
                (number, Look::Value, Some("number")),
                ("", Look::Body, None),
                (date, date_look(date), Some("date")),
            ];
            page.cells(&WIDTHS, &cells.map(|(text, look, name)| (text.to_owned(), look, name.map(str::to_owned))))?;
            let cells = ["", "", "", caption.as_str()].map(|text| (text.to_owned(), Look::Caption, None));
            page.cells(&WIDTHS, &cells)?;
        }
        Block::Field { id, label, heading, rows, after, run_in } => {
            field(page, &FieldBlock { id, label, heading: *heading, rows, after, run_in: *run_in })?;
        }
        Block::Text { text } => page.line(Look::Body, text, None)?,
        Block::Dates { label, lines } => dates(page, label, lines)?,
        Block::Signature { id, label, name, captions, .. } => signature(page, id, label, name, captions)?,
        Block::Qr { .. } => {}
        Block::PageBreak => page.page_break(),
        Block::Facts { rows } => facts(page, rows)?,
        Block::Table { columns, sections } => table(page, columns, sections)?,
    }
    Ok(())
}

/// A blank date brings its own lines.
fn date_look(date: &str) -> Look {
    if date == crate::BLANK_DATE { Look::Body } else { Look::Value }
}

struct FieldBlock<'f> {
    id: &'f str,
    label: &'f str,
    heading: bool,
    rows: &'f [FieldRow],
    after: &'f str,
    run_in: bool,
}

fn field(page: &mut Page<'_>, field: &FieldBlock<'_>) -> Result<(), FormsError> {
    let FieldBlock { id, label, heading, rows, after, run_in } = *field;
    // A sentence round its value: «Акт составлен в 3 экземплярах …».
    if let ([row], true) = (rows, after.chars().count() > 1) {
        const VALUE: u16 = 6;
        let own = page::share_of(label).min(100 - VALUE - 10);
        let cells = [(label, Look::Body, None), (&row.value, Look::Value, Some(id)), (after, Look::Body, None)];
        let cells = cells.map(|(text, look, name)| (text.to_owned(), look, name.map(str::to_owned)));
        return page.cells(&[own, VALUE, 100 - VALUE - own], &cells);
    }
    // As in print, the value begins on the line of its label where both have room there.
    let beside = rows.first().filter(|_| run_in).and_then(|row| page::beside(label, &row.value));
    if !label.is_empty() && beside.is_none() {
        page.line(if heading { Look::Heading } else { Look::Body }, label, None)?;
    }
    for (index, row) in rows.iter().enumerate() {
        let name = if index == 0 { id.to_owned() } else { format!("{id}_{}", index + 1) };
        let after = if index + 1 == rows.len() { after } else { "" };
        match beside.filter(|_| index == 0) {
            Some(share) => {
                let end = if after.is_empty() { 0 } else { page::AFTER };
                let label = (label.to_owned(), Look::Body, None);
                let value = (row.value.clone(), Look::Value, Some(name));
                let cells = [label, value, (after.to_owned(), Look::Body, None)];
                page.cells(
                    &[share, 100 - share - end, end],
                    cells.get(..if end > 0 { 3 } else { 2 }).unwrap_or(&cells),
                )?;
            }
            None => page.value(&row.value, &name, after)?,
        }
        if !row.caption.is_empty() {
            page.line(Look::Caption, &row.caption, None)?;
        }
    }
    Ok(())
}

fn dates(page: &mut Page<'_>, label: &str, lines: &[DateLine]) -> Result<(), FormsError> {
    for (index, line) in lines.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let cells = [
            (label.to_owned(), Look::Body, None),
            (line.label.clone(), Look::Body, None),
            (line.date.clone(), date_look(&line.date), Some(line.id.clone())),
        ];
        page.cells(&[12, 20, 26], &cells)?;
    }
    Ok(())
}

fn signature(page: &mut Page<'_>, id: &str, label: &str, name: &str, captions: &[String]) -> Result<(), FormsError> {
    if !label.is_empty() {
        page.line(Look::Heading, label, None)?;
    }
    let widths: &[u16] = match captions.len() {
        0 | 1 => &[100],
        2 => &[64, 4, 32],
        3 => &[32, 2, 32, 2, 32],
        _ => &[22, 4, 22, 4, 22, 4, 22],
    };
    let (mut places, mut notes) = (Vec::new(), Vec::new());
    let mut captions = captions.iter();
    for index in 0..widths.len() {
        let place = index % 2 == 0;
        let own = (index == 0).then(|| id.to_owned());
        let shown = if index == 0 { name.to_owned() } else { String::new() };
        places.push((shown, if place { Look::Value } else { Look::Body }, own));
        let caption = if place { captions.next().cloned().unwrap_or_default() } else { String::new() };
        notes.push((caption, Look::Caption, None));
    }
    page.cells(widths, &places)?;
    page.cells(widths, &notes)
}

fn facts(page: &mut Page<'_>, rows: &[Fact]) -> Result<(), FormsError> {
    for row in rows {
        let cells = [(row.label.clone(), Look::Body, None), (row.value.clone(), Look::Value, None)];
        page.cells(&[40, 60], &cells)?;
    }
    Ok(())
}

fn table(page: &mut Page<'_>, columns: &[Column], sections: &[TableSection]) -> Result<(), FormsError> {
    let widths = shares(columns);
    let head = columns.iter().map(|column| (column.heading.clone(), Look::TableHead, None)).collect::<Vec<_>>();
    page.cells(&widths, &head)?;
    for section in sections {
        if !section.name.is_empty() {
            page.cells(&[100], &[(section.name.clone(), Look::TableSection, None)])?;
        }
        for cells in &section.cells {
            let look = |column: &Column| if column.centred { Look::TableCentred } else { Look::TableCell };
            let mut rest: Vec<_> = cells
                .iter()
                .zip(columns)
                .zip(&widths)
                .map(|((text, column), share)| (look(column), look(column).parts(text, *share).into_iter()))
                .collect();
            let rows = rest.iter().map(|(_, parts)| parts.len()).max().unwrap_or_default();
            for _ in 0..rows {
                let row: Vec<_> =
                    rest.iter_mut().map(|(look, parts)| (parts.next().unwrap_or_default(), *look, None)).collect();
                page.cells(&widths, &row)?;
            }
        }
    }
    Ok(())
}

/// Widths in hundredths of the page.
fn shares(columns: &[Column]) -> Vec<u16> {
    const PAGE_MM: u16 = 180;
    let taken: u16 = columns.iter().filter_map(|column| column.width_mm).map(|width| width * 100 / PAGE_MM).sum();
    let free = u16::try_from(columns.iter().filter(|column| column.width_mm.is_none()).count()).unwrap_or(1).max(1);
    let mut widths: Vec<u16> = columns
        .iter()
        .map(|column| {
            column.width_mm.map_or(100_u16.saturating_sub(taken) / free, |width| width * 100 / PAGE_MM).max(1)
        })
        .collect();
    let all: u16 = widths.iter().sum();
    if let Some(widest) = widths.iter_mut().max() {
        *widest = (*widest + 100).saturating_sub(all).max(1);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_excel_bears_and_none_twice() {
        let long = "Очень длинный номер акта скрытых работ/1";
        let names = sheet_names(["1-КЖ/К1", "1-кж:к1", "", "''", long, long].into_iter());
        assert_eq!(names[..4], ["1-КЖ_К1", "1-кж_к1 (2)", "Лист", "Лист (2)"]);
        assert!(names.iter().all(|name| name.chars().count() <= 31) && names[4] != names[5], "{names:?}");
    }

    #[test]
    fn the_columns_of_a_table_fill_the_page() {
        let column = |width_mm| Column { heading: String::new(), width_mm, centred: false };
        for columns in [vec![Some(12), None, None, Some(28), Some(20)], vec![None], vec![Some(10), Some(10)]] {
            let columns: Vec<_> = columns.into_iter().map(column).collect();
            assert_eq!(shares(&columns).iter().sum::<u16>(), 100);
        }
    }
}
