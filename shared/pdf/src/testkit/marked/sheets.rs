//! The sheets of a set of one mark: general data, drawings, specifications.

use super::super::Project;
use super::super::sheet::{Align, Sheet, Zone, place, sans};
use super::super::stamp::{Stamp, frame};
use super::super::table::Table;
use super::scenario::{Drawing, Row};
use super::stamps::{self, Block};
use super::style::Style;
use std::collections::VecDeque;

/// A paragraph of running text, or a heading.
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) heading: bool,
}

const TEXT: f32 = 3.2;
const STEP: f32 = TEXT * 1.45;

/// Fills columns with paragraphs; what does not fit stays in the queue.
pub(super) fn fill(sheet: &mut Sheet<'_>, columns: &[(f32, f32, f32)], width: f32, text: &mut VecDeque<Paragraph>) {
    for (x, top, floor) in columns {
        let mut y = *top;
        while let Some(paragraph) = text.front() {
            let style = sans(if paragraph.heading { TEXT * 1.3 } else { TEXT });
            let lines = sheet.wrap(&paragraph.text, width * 0.96, style);
            let gap = if paragraph.heading { STEP * 0.8 } else { 0.0 };
            if y + gap + lines.len() as f32 * style.size * 1.45 > *floor {
                break;
            }
            y += gap;
            for line in lines {
                if paragraph.heading {
                    sheet.heading(x + width / 2.0, y, style, &line);
                } else {
                    sheet.text(*x, y, style, &line);
                }
                y += style.size * 1.45;
            }
            text.pop_front();
        }
    }
}

/// Height of paragraphs in a column.
pub(super) fn height(sheet: &mut Sheet<'_>, width: f32, text: &[Paragraph]) -> f32 {
    text.iter()
        .map(|paragraph| {
            let size = if paragraph.heading { TEXT * 1.3 } else { TEXT };
            let lines = sheet.wrap(&paragraph.text, width * 0.96, sans(size)).len() as f32;
            lines * size * 1.45 + if paragraph.heading { STEP * 0.8 } else { 0.0 }
        })
        .sum()
}

/// A list of form 1 or 2 with its heading; gives where it ends. Without a header row where `header` is `None`.
pub(super) fn list(
    sheet: &mut Sheet<'_>,
    (x, y): (f32, f32),
    title: &str,
    widths: &[f32; 3],
    header: Option<[&str; 3]>,
    rows: &[[String; 3]],
) -> f32 {
    let width: f32 = widths.iter().sum();
    sheet.heading(x + width / 2.0, y, sans(4.3), title);
    let mut table = Table { x, y: y + 4.0, widths, style: sans(TEXT), row: 8.0 };
    if let Some(header) = header {
        table.heading(sheet, &header, 12.0);
    }
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        table.row(sheet, &cells, &[1]);
    }
    table.y
}

/// A drawing: its title, the axes of a plan, callouts, layers, and the title block.
pub(super) fn drawing(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>, block: Block, drawing: &Drawing) {
    frame(sheet, "А2", project.archive);
    stamps::draw(sheet, project, stamp, block);
    sheet.heading(sheet.width * 0.4, 18.0, sans(5.0), drawing.title);
    let outer = sheet.enter(Zone::Drawing);
    let (left, right, top, bottom) = (60.0, 380.0, 50.0, 210.0);
    let figures: Vec<&str> = drawing.axes.0.split_whitespace().collect();
    let letters: Vec<&str> = drawing.axes.1.split_whitespace().collect();
    sheet.pen(0.2);
    for (index, figure) in figures.iter().enumerate() {
        let x = left + (right - left) * index as f32 / (figures.len() - 1).max(1) as f32;
        sheet.line(x, top - 5.0, x, bottom + 8.0);
        sheet.circle(x, bottom + 12.0, 4.0);
        sheet.text_centred(x, bottom + 13.4, sans(4.0), figure);
        if index + 1 < figures.len() {
            sheet.text_centred(x + 12.0, bottom + 5.0, sans(2.5), "6000");
        }
    }
    for (index, letter) in letters.iter().rev().enumerate() {
        let y = top + (bottom - top) * index as f32 / (letters.len() - 1).max(1) as f32;
        sheet.line(left - 8.0, y, right + 5.0, y);
        sheet.circle(left - 12.0, y, 4.0);
        sheet.text_centred(left - 12.0, y + 1.4, sans(4.0), letter);
    }
    if !figures.is_empty() {
        sheet.pen(0.6);
        sheet.rectangle(place(left, top, right - left, bottom - top));
    }
    for (index, callout) in drawing.callouts.iter().enumerate() {
        let (x, y) = (left + 25.0 + index as f32 * 68.0, top + 30.0 + (index % 3) as f32 * 22.0);
        sheet.pen(0.18);
        sheet.polyline(&[(x - 8.0, y + 9.0), (x, y), (x + 40.0, y)]);
        sheet.text(x + 0.5, y - 0.8, sans(2.9), callout);
    }
    for (index, layers) in drawing.layers.iter().enumerate() {
        let (x, mut y) = (left + 40.0 + index as f32 * 150.0, 262.0);
        sheet.heading(x + 20.0, y - 12.0, sans(4.0), &format!("Разрез {0}-{0}", index + 1));
        sheet.pen(0.18);
        sheet.line(x - 2.0, y - 4.0, x - 2.0, y + 40.0);
        for layer in *layers {
            sheet.text(x, y, sans(2.9), layer);
            sheet.line(x - 2.0, y + 1.0, x + 70.0, y + 1.0);
            y += 4.6;
        }
    }
    sheet.zone = outer;
}

const FORM7: [f32; 6] = [15.0, 60.0, 65.0, 10.0, 15.0, 20.0];
const FORM7_HEADER: [&str; 6] = ["Поз.", "Обозначение", "Наименование", "Кол.", "Масса ед., кг", "Приме-\nчание"];
const EQUIPMENT: [f32; 9] = [20.0, 130.0, 60.0, 35.0, 45.0, 20.0, 20.0, 25.0, 40.0];
const EQUIPMENT_HEADER: [&str; 9] = [
    "Поз.",
    "Наименование и техническая характеристика",
    "Тип, марка, обозначение документа, опросного листа",
    "Код продукции",
    "Поставщик",
    "Ед. измерения",
    "Кол.",
    "Масса 1 ед., кг",
    "Примечание",
];

/// A row as it is printed, with the section it stands under.
pub(super) struct Printed {
    pub(super) section: &'static str,
    pub(super) position: String,
    pub(super) row: Row,
}

/// A specification of form 7 on a drawing.
pub(super) fn form7(sheet: &mut Sheet<'_>, x: f32, y: f32, title: &str, rows: &[Printed]) {
    sheet.heading(x + 90.0, y, sans(4.3), title);
    let mut table = Table { x, y: y + 4.0, widths: &FORM7, style: sans(TEXT), row: 8.0 };
    table.heading(sheet, &FORM7_HEADER, 15.0);
    let mut section = "";
    for printed in rows {
        if printed.section != section {
            section = printed.section;
            table.row(sheet, &["", "", section, "", "", ""], &[]);
        }
        let (name, mark, unit, quantity, mass) = printed.row;
        let note = if unit.is_empty() { "" } else { unit };
        table.row(sheet, &[&printed.position, mark, name, quantity, mass, note], &[2]);
    }
}

/// A sheet of СО; gives how many of the rows it took.
pub(super) fn equipment(
    sheet: &mut Sheet<'_>,
    project: &Project,
    stamp: &Stamp<'_>,
    style: &Style,
    rows: &[Printed],
    most: usize,
) -> usize {
    frame(sheet, "А3", project.archive);
    let floor = stamps::of_specification(sheet, project, stamp);
    let mut table = Table { x: 20.0, y: 5.0, widths: &EQUIPMENT, style: sans(TEXT), row: 8.0 };
    if stamp.sheets.is_some() || style.header_again {
        table.heading(sheet, &EQUIPMENT_HEADER, 22.0);
    }
    if style.column_numbers {
        table.heading(sheet, &["1", "2", "3", "4", "5", "6", "7", "8", "9"], 6.0);
    }
    let mut section = "";
    let mut taken = 0;
    for printed in rows.iter().take(most) {
        if table.y + 20.0 > floor {
            break;
        }
        // A section that goes on on the next sheet is not named again.
        let begins = printed.position.ends_with(".1");
        if printed.section != section && begins {
            section = printed.section;
            table.row(sheet, &["", section, "", "", "", "", "", "", ""], &[]);
        }
        let (name, mark, unit, quantity, mass) = printed.row;
        let number = printed.position.rsplit('.').next().unwrap_or_default();
        let name = if style.two_numberings { format!("{number}. {name}") } else { name.to_owned() };
        let position = if style.two_numberings { number } else { &printed.position };
        table.row(sheet, &[position, &name, mark, "", "", unit, quantity, mass, ""], &[1]);
        taken += 1;
    }
    taken
}

/// A permit to change (форма 9).
pub(super) fn permit(sheet: &mut Sheet<'_>, project: &Project, number: &str, changes: &[[&str; 4]]) {
    sheet.pen(0.7);
    sheet.rectangle(place(20.0, 5.0, 185.0, 287.0));
    sheet.text(30.0, 15.0, sans(4.0), "Разрешение");
    sheet.text(32.0, 25.0, sans(4.0), number);
    sheet.text(75.0, 15.0, sans(3.5), "Обозначение");
    sheet.text(110.0, 15.0, sans(4.0), &project.cipher);
    sheet.text(75.0, 25.0, sans(3.5), "Наименование объекта строительства");
    sheet.text(75.0, 32.0, sans(3.5), &project.object);
    let widths = [15.0, 20.0, 100.0, 15.0, 35.0];
    let mut table = Table { x: 20.0, y: 40.0, widths: &widths, style: sans(TEXT), row: 8.0 };
    table.heading(sheet, &["Изм.", "Лист", "Содержание изменения", "Код", "Примечание"], 10.0);
    for [revision, on, content, code] in changes {
        table.row(sheet, &[revision, on, content, code, ""], &[2]);
    }
}

/// The cover: who, what, which set.
pub(super) fn cover(sheet: &mut Sheet<'_>, project: &Project, title: &str) {
    sheet.pen(0.7);
    sheet.rectangle(place(20.0, 5.0, 185.0, 287.0));
    sheet.text_centred(112.0, 25.0, sans(5.0), &project.designer);
    sheet.cell(place(30.0, 80.0, 165.0, 26.0), sans(5.6), Align::Centre, &project.object);
    sheet.text_centred(112.0, 130.0, sans(5.0), "РАБОЧАЯ ДОКУМЕНТАЦИЯ");
    let named = if project.building.is_empty() { title.to_owned() } else { format!("{title}. {}", project.building) };
    sheet.cell(place(30.0, 136.0, 165.0, 18.0), sans(5.0), Align::Centre, &named);
    sheet.text_centred(112.0, 168.0, sans(6.0), &project.cipher);
    sheet.text_centred(105.0, 265.0, sans(4.6), "2026");
}
