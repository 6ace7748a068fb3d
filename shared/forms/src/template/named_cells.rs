use super::TemplateError;
use super::marks::{Mark, Marks};
use super::markup::{attributes, is, texts_of, unreadable};
use super::package::Parts;
use crate::cell_reference::{Cell, address, cell_of, parsed, range_of};
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use std::collections::BTreeMap;

/// A cell that a workbook names after a field, or means to.
pub(super) struct NamedCell {
    /// Where: «лист «Акт», ячейка B4»; Russian.
    pub(super) place: String,
    /// The field, or what is wrong, in Russian.
    pub(super) field: Result<&'static str, String>,
    /// Part of the sheet.
    pub(super) part: String,
    /// The cell.
    pub(super) cell: Cell,
}

/// The cells of a workbook whose names are ours.
pub(super) fn named_cells(parts: &Parts, marks: &Marks) -> Result<Vec<NamedCell>, TemplateError> {
    let sheets = parts.sheets()?;
    let mut found = Vec::new();
    for (name, reference) in texts_of(&parts.text("xl/workbook.xml")?, "definedName", "name")? {
        let field = match marks.of(&name) {
            Mark::Foreign => continue,
            Mark::Unknown(told) => Err(told),
            Mark::Field(field) => Ok(field),
        };
        let Some((sheet, first, last)) = parsed(&reference) else {
            let told = format!(
                "имя «{name}» указывает не на ячейку ({reference}). Исправьте его в «Диспетчере имён» или удалите."
            );
            found.push(NamedCell {
                place: "книга".to_owned(), field: Err(told), part: String::new(), cell: (1, 1)
            });
            continue;
        };
        let place = format!("лист «{sheet}», ячейка {}", address(first));
        let part = sheets.iter().find(|(own, _)| own.to_lowercase() == sheet.to_lowercase()).map(|(_, part)| part);
        let field = match (field, part) {
            (Ok(_), None) => {
                Err(format!("имя «{name}» указывает на лист, которого нет. Исправьте его в «Диспетчере имён»."))
            }
            (Ok(field), Some(part)) => unfit(&parts.text(part)?, first, last, &name)?.map_or(Ok(field), Err),
            (Err(told), _) => Err(told),
        };
        found.push(NamedCell { place, field, part: part.cloned().unwrap_or_default(), cell: first });
    }
    Ok(found)
}

/// What is wrong with a cell as the place of a value.
fn unfit(sheet: &str, first: Cell, last: Cell, name: &str) -> Result<Option<String>, TemplateError> {
    let merged = attributes(sheet, "mergeCell", ["ref", "ref"])?;
    let merged: Vec<(Cell, Cell)> = merged.iter().filter_map(|(range, _)| range_of(range)).collect();
    let covered = merged.iter().find(|((top, left), (bottom, right))| {
        (*top..=*bottom).contains(&first.0) && (*left..=*right).contains(&first.1) && (*top, *left) != first
    });
    if let Some((visible, _)) = covered {
        let visible = address(*visible);
        return Ok(Some(format!(
            "имя «{name}» указывает на ячейку внутри объединённой: значения не будет видно. Укажите {visible}."
        )));
    }
    if first != last && !merged.contains(&(first, last)) {
        return Ok(Some(format!(
            "имя «{name}» указывает на несколько ячеек ({}:{}). Укажите одну или объедините их.",
            address(first),
            address(last)
        )));
    }
    if has_formula(sheet, first)? {
        return Ok(Some(format!("в ячейке с именем «{name}» стоит формула. Удалите формулу или имя.")));
    }
    Ok(None)
}

fn has_formula(sheet: &str, cell: Cell) -> Result<bool, TemplateError> {
    let mut reader = Reader::from_str(sheet);
    let mut here = false;
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Eof => return Ok(false),
            Event::Start(start) if is(&start, "c") => here = own_cell(&start) == Some(cell),
            Event::End(end) if end.name().as_ref() == "c" => here = false,
            Event::Start(start) | Event::Empty(start) if here && is(&start, "f") => return Ok(true),
            _ => {}
        }
    }
}

fn own_cell(start: &BytesStart<'_>) -> Option<Cell> {
    cell_of(&start.try_get_attribute("r").ok().flatten()?.value)
}

/// A sheet with values in cells of it, as text; formats stay, and a cell that was not there is made.
pub(super) fn with_cells(sheet: &str, mut left: BTreeMap<Cell, String>) -> Result<String, TemplateError> {
    let mut reader = Reader::from_str(sheet);
    let mut out = Sheet { writer: Writer::new(Vec::new()) };
    let (mut row, mut column) = (0, 0);
    let mut skipped = false;
    loop {
        let event = reader.read_event().map_err(unreadable)?;
        match event {
            Event::Eof => break,
            Event::End(end) if end.name().as_ref() == "c" => {
                if !std::mem::take(&mut skipped) {
                    out.event(Event::End(end))?;
                }
            }
            _ if skipped => {}
            Event::Empty(start) if is(&start, "sheetData") && !left.is_empty() => {
                out.event(Event::Start(start))?;
                out.rows(&mut left, u32::MAX)?;
                out.event(Event::End(BytesEnd::new("sheetData")))?;
            }
            Event::End(end) if end.name().as_ref() == "sheetData" => {
                out.rows(&mut left, u32::MAX)?;
                out.event(Event::End(end))?;
            }
            Event::Start(start) if is(&start, "row") => {
                row = row_number(&start).unwrap_or(row + 1);
                column = 0;
                out.rows(&mut left, row)?;
                out.event(Event::Start(touched(&left, row, start)?))?;
            }
            Event::Empty(start) if is(&start, "row") => {
                row = row_number(&start).unwrap_or(row + 1);
                out.rows(&mut left, row)?;
                if left.range((row, 0)..(row + 1, 0)).next().is_some() {
                    out.event(Event::Start(touched(&left, row, start)?))?;
                    out.cells(&mut left, (row, u32::MAX))?;
                    out.event(Event::End(BytesEnd::new("row")))?;
                } else {
                    out.event(Event::Empty(start))?;
                }
            }
            Event::End(end) if end.name().as_ref() == "row" => {
                out.cells(&mut left, (row, u32::MAX))?;
                out.event(Event::End(end))?;
            }
            Event::Start(ref start) | Event::Empty(ref start) if is(start, "c") => {
                let (own_row, own_column) = own_cell(start).unwrap_or((row, column + 1));
                column = own_column;
                out.cells(&mut left, (own_row, own_column))?;
                match left.remove(&(own_row, own_column)) {
                    Some(value) => {
                        skipped = matches!(event, Event::Start(_));
                        out.cell((own_row, own_column), Some(start), &value)?;
                    }
                    None => out.event(event)?,
                }
            }
            event => out.event(event)?,
        }
    }
    String::from_utf8(out.writer.into_inner()).map_err(|_error| TemplateError("Шаблон не записан.".to_owned()))
}

fn row_number(start: &BytesStart<'_>) -> Option<u32> {
    start.try_get_attribute("r").ok().flatten()?.value.parse().ok()
}

/// The start of a row; one that gets values says no more from which cell to which it reaches.
fn touched<'x>(
    left: &BTreeMap<Cell, String>,
    row: u32,
    start: BytesStart<'x>,
) -> Result<BytesStart<'x>, TemplateError> {
    if left.range((row, 0)..(row + 1, 0)).next().is_none() {
        return Ok(start);
    }
    let mut own = BytesStart::new("row");
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| unreadable(error.into()))?;
        if attribute.key.as_ref() != "spans" {
            own.push_attribute(attribute);
        }
    }
    Ok(own.into_owned())
}

struct Sheet {
    writer: Writer<Vec<u8>>,
}

impl Sheet {
    fn event(&mut self, event: Event<'_>) -> Result<(), TemplateError> {
        self.writer.write_event(event).map_err(|error| TemplateError(format!("Шаблон не записан: {error}.")))
    }

    /// Whole rows before `row` that the sheet lacks.
    fn rows(&mut self, left: &mut BTreeMap<Cell, String>, row: u32) -> Result<(), TemplateError> {
        while let Some(own) = left.keys().next().map(|(own, _)| *own).filter(|own| *own < row) {
            let mut start = BytesStart::new("row");
            start.push_attribute(("r", own.to_string().as_str()));
            self.event(Event::Start(start))?;
            self.cells(left, (own, u32::MAX))?;
            self.event(Event::End(BytesEnd::new("row")))?;
        }
        Ok(())
    }

    /// Cells of the row of `before` that the sheet lacks, up to its column.
    fn cells(&mut self, left: &mut BTreeMap<Cell, String>, before: Cell) -> Result<(), TemplateError> {
        let due: Vec<Cell> = left.range((before.0, 0)..before).map(|(cell, _)| *cell).collect();
        for cell in due {
            if let Some(value) = left.remove(&cell) {
                self.cell(cell, None, &value)?;
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: Cell, like: Option<&BytesStart<'_>>, value: &str) -> Result<(), TemplateError> {
        let mut start = BytesStart::new("c");
        start.push_attribute(("r", address(cell).as_str()));
        if let Some(style) = like.and_then(|like| like.try_get_attribute("s").ok().flatten()) {
            start.push_attribute(("s", &*style.value));
        }
        start.push_attribute(("t", "inlineStr"));
        self.event(Event::Start(start))?;
        self.event(Event::Start(BytesStart::new("is")))?;
        let mut text = BytesStart::new("t");
        text.push_attribute(("xml:space", "preserve"));
        self.event(Event::Start(text))?;
        self.event(Event::Text(BytesText::new(value)))?;
        for name in ["t", "is", "c"] {
            self.event(Event::End(BytesEnd::new(name)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_where_they_belong_and_nothing_else_is_touched() {
        let sheet = "<worksheet><sheetData><row r=\"2\" spans=\"1:3\" ht=\"30\"><c r=\"A2\" s=\"5\"><v>1</v></c><c r=\"C2\" s=\"7\" \
                     t=\"s\"><v>0</v></c></row><row r=\"4\"/><row r=\"6\"><c r=\"B6\"/></row></sheetData><mergeCells/></worksheet>";
        let values = [((1, 2), "а"), ((2, 2), "б & <в>"), ((2, 3), "г"), ((4, 1), "д"), ((6, 2), "е"), ((9, 1), "ж")];
        let filled = with_cells(sheet, values.map(|(cell, value)| (cell, value.to_owned())).into()).unwrap();
        let text = |value: &str| format!("<is><t xml:space=\"preserve\">{value}</t></is></c>");
        let wanted = format!(
            "<worksheet><sheetData><row r=\"1\"><c r=\"B1\" t=\"inlineStr\">{}</row><row r=\"2\" ht=\"30\"><c r=\"A2\" \
             s=\"5\"><v>1</v></c><c r=\"B2\" t=\"inlineStr\">{}<c r=\"C2\" s=\"7\" t=\"inlineStr\">{}</row><row r=\"4\"><c \
             r=\"A4\" t=\"inlineStr\">{}</row><row r=\"6\"><c r=\"B6\" t=\"inlineStr\">{}</row><row r=\"9\"><c r=\"A9\" \
             t=\"inlineStr\">{}</row></sheetData><mergeCells/></worksheet>",
            text("а"),
            text("б &amp; &lt;в&gt;"),
            text("г"),
            text("д"),
            text("е"),
            text("ж")
        );
        assert_eq!(filled, wanted);
        let empty = with_cells("<worksheet><sheetData/></worksheet>", [((3, 2), "а".to_owned())].into()).unwrap();
        assert!(empty.contains("<row r=\"3\"><c r=\"B3\""), "{empty}");
        assert_eq!(with_cells(sheet, BTreeMap::new()).unwrap(), sheet);
    }
}
