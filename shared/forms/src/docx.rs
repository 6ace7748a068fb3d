//! Forms as editable text documents (WordprocessingML, ECMA-376). Every value stands in a content control whose tag is the
//! field's id, and in a bookmark of the same name, so that what was edited can be found again.

mod markup;
mod package;

use crate::block::{Block, Column, DateLine, Fact, FieldRow, Form, FormKind, TableSection};
use crate::{FormsError, plain::plain_text};
use markup::{Paragraph, TEXT_WIDTH, Writer};

/// Room for a number to be filled by hand.
const BLANK_NUMBER: &str = "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}";
/// A longer value may go on overleaf, as in print (`long` in `assets/act.typ`).
const LONG_VALUE_BYTES: usize = 1_000;
/// Room for one figure.
const BLANK_COPIES: &str = "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}";

/// Writes any form as DOCX: Times New Roman, A4, the lines and captions of the print. The same form gives the same bytes.
///
/// # Errors
/// When the archive cannot be written.
pub fn form_docx(form: &Form) -> Result<Vec<u8>, FormsError> {
    let mut writer = Writer::default();
    for block in &form.blocks {
        write_block(&mut writer, form.kind, block);
    }
    package::package(&plain_text(&form.title), form.date, &writer.finish(form.kind))
}

fn write_block(writer: &mut Writer, kind: FormKind, block: &Block) {
    match block {
        Block::Origin { lines } => {
            for line in lines {
                writer.paragraph(Paragraph::small().right().indented(TEXT_WIDTH * 4 / 9).text(line));
            }
        }
        Block::Title { lines } => title(writer, kind, lines),
        Block::NumberDate { number, date, caption } => {
            let mut line = Paragraph::body().tabs(&[("right", TEXT_WIDTH)]).keep_next().before(60);
            line = line.text("№ ").ruled_value("number", "Номер акта", number, Some(BLANK_NUMBER));
            writer.paragraph(line.tab().dated("date", "Дата акта", date));
            writer.paragraph(Paragraph::small().right().text(caption));
        }
        Block::Field { id, label, heading, rows, after, run_in } => {
            field(writer, &FieldBlock { id, label, heading: *heading, rows, after, run_in: *run_in });
        }
        Block::Text { text } if kind == FormKind::TitlePage => writer.paragraph(Paragraph::body().centred().text(text)),
        Block::Text { text } => writer.paragraph(Paragraph::body().before(100).keep_next().text(text)),
        Block::Dates { label, lines } => dates(writer, label, lines),
        Block::Signature { id, label, name, captions, .. } => signature(writer, id, label, name, captions),
        Block::Qr { .. } => {}
        Block::PageBreak => writer.page_break(),
        Block::Facts { rows } => facts(writer, kind, rows),
        Block::Table { columns, sections } => table(writer, columns, sections),
    }
}

fn title(writer: &mut Writer, kind: FormKind, lines: &[String]) {
    let (first, rest) = if kind == FormKind::TitlePage { (44, 30) } else { (26, 23) };
    for (index, line) in lines.iter().enumerate() {
        let size = if index == 0 { first } else { rest };
        let space = if index == 0 { 120 } else { 40 };
        writer.paragraph(Paragraph::sized(size).centred().bold().before(space).keep_next().text(line));
    }
}

struct FieldBlock<'f> {
    id: &'f str,
    label: &'f str,
    heading: bool,
    rows: &'f [FieldRow],
    after: &'f str,
    run_in: bool,
}

fn field(writer: &mut Writer, field: &FieldBlock<'_>) {
    let last = field.rows.len().saturating_sub(1);
    for (index, row) in field.rows.iter().enumerate() {
        let first = index == 0;
        let id = if first { field.id.to_owned() } else { format!("{}_{}", field.id, index + 1) };
        if first && !field.run_in && !field.label.is_empty() {
            let label = Paragraph::body().before(40).keep_next();
            writer.paragraph(if field.heading { label.bold() } else { label }.text(field.label));
        }
        let mut line = if field.run_in { Paragraph::body() } else { Paragraph::body().justified() };
        line = line.tabs(&[("right", TEXT_WIDTH)]).before(if first && field.run_in { 60 } else { 0 });
        // What is to stay with the next paragraph is not divided by LibreOffice, but goes overleaf whole.
        if row.value.len() > LONG_VALUE_BYTES {
            line = line.divisible();
        } else if !row.caption.is_empty() {
            line = line.keep_next();
        }
        if first && field.run_in && !field.label.is_empty() {
            line = line.text(field.label).text(" ");
        }
        let after = if index == last { field.after } else { "" };
        // Words go on after the value: it is ruled as far as it reaches, not to the margin.
        let sentence = after.chars().count() > 1;
        if sentence {
            line = line.ruled_value(&id, field.label, &row.value, Some(BLANK_COPIES));
            writer.paragraph(line.text(" ").text(after));
        } else {
            writer.paragraph(line.ruled_value(&id, field.label, &row.value, None).ruled_tab().text(after));
        }
        if !row.caption.is_empty() {
            writer.paragraph(Paragraph::small().centred().text(&row.caption));
        }
    }
}

fn dates(writer: &mut Writer, label: &str, lines: &[DateLine]) {
    for (index, line) in lines.iter().enumerate() {
        let paragraph =
            Paragraph::body().tabs(&[("left", 1150), ("left", 3000)]).before(if index == 0 { 100 } else { 30 });
        let label = if index == 0 { label } else { "" };
        writer.paragraph(paragraph.text(label).tab().text(&line.label).tab().dated(&line.id, &line.label, &line.date));
    }
}

fn signature(writer: &mut Writer, id: &str, label: &str, name: &str, captions: &[String]) {
    if !label.is_empty() {
        writer.paragraph(Paragraph::body().bold().before(140).keep_next().text(label));
    }
    let count = i32::try_from(captions.len().max(1)).unwrap_or(1);
    let gap = 400;
    // Two places: a longer one for the name; otherwise equal ones.
    let widths: Vec<i32> = match count {
        1 => vec![TEXT_WIDTH],
        2 => vec![TEXT_WIDTH - 3290 - gap, 3290],
        _ => vec![(TEXT_WIDTH - gap * (count - 1)) / count; captions.len()],
    };
    let (mut stops, mut centres, mut left) = (Vec::new(), Vec::new(), 0);
    for (index, width) in widths.iter().enumerate() {
        if index > 0 {
            left += gap;
            stops.push(("left", left));
        }
        centres.push(("center", left + width / 2));
        left += width;
        stops.push(("left", left));
    }
    let mut line = Paragraph::body().tabs(&stops).before(90).keep_next().ruled_value(id, label, name, None).ruled_tab();
    for _ in 1..count {
        line = line.tab().ruled_tab();
    }
    writer.paragraph(line);
    let caption = captions.iter().fold(Paragraph::small().tabs(&centres), |line, caption| line.tab().text(caption));
    writer.paragraph(caption);
}

fn facts(writer: &mut Writer, kind: FormKind, rows: &[Fact]) {
    if kind == FormKind::TitlePage && rows.len() == 1 {
        for row in rows {
            writer.paragraph(Paragraph::body().centred().before(200).text(&row.label));
            writer.paragraph(Paragraph::sized(26).centred().bold().before(60).text(&row.value));
        }
        return;
    }
    let line = |text: &str, bold: bool| {
        let cell = Paragraph::sized(20).text(text);
        if bold { cell.bold() } else { cell }
    };
    let cells = rows.iter().map(|row| vec![line(&row.label, false), line(&row.value, true)]).collect();
    writer.table(&[TEXT_WIDTH * 2 / 5, TEXT_WIDTH - TEXT_WIDTH * 2 / 5], false, &[], cells);
}

fn table(writer: &mut Writer, columns: &[Column], sections: &[TableSection]) {
    const TWIPS_PER_MM: f64 = 56.6929;
    let fixed = |column: &Column| column.width_mm.map(|width| (f64::from(width) * TWIPS_PER_MM) as i32);
    let taken: i32 = columns.iter().filter_map(fixed).sum();
    let free = i32::try_from(columns.iter().filter(|column| column.width_mm.is_none()).count()).unwrap_or(1).max(1);
    let widths: Vec<i32> =
        columns.iter().map(|column| fixed(column).unwrap_or((TEXT_WIDTH - taken).max(0) / free)).collect();
    let head = |text: &str| Paragraph::sized(18).centred().bold().text(text);
    let heads: Vec<Paragraph> = columns.iter().map(|column| head(&column.heading)).collect();
    let mut rows = Vec::new();
    for section in sections {
        if !section.name.is_empty() {
            rows.push(vec![Paragraph::sized(18).bold().text(&section.name)]);
        }
        for cells in &section.cells {
            let cell = |(text, column): (&String, &Column)| {
                let cell = Paragraph::sized(18).text(text);
                if column.centred { cell.centred() } else { cell }
            };
            rows.push(cells.iter().zip(columns).map(cell).collect());
        }
    }
    writer.table(&widths, true, &heads, rows);
}
