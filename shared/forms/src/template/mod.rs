//! The customer's own blank: a DOCX or XLSX with `{{…}}`, named cells or bookmarks where values go. Nothing else of it is
//! touched, so its formats and merged cells stay; values are text and never markup or formulas.

mod bookmarks;
mod fields;
mod marks;
mod markup;
mod named_cells;
mod package;

pub use fields::{field_names, field_values};

use crate::cell_reference::Cell;
use crate::plain::plain_text;
use domain::Act;
use marks::Marks;
use markup::{Container, Place};
use package::{Kind, Parts};
use std::collections::{BTreeMap, BTreeSet};

/// Most letters of a paragraph that a problem quotes, so that it can be searched for.
const QUOTED_CHARS: usize = 40;

/// Something wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateProblem {
    /// Where: «лист «Акт», ячейка B12», «абзац 14»; Russian.
    pub place: String,
    /// What, and how to mend it; Russian.
    pub message: String,
}

/// What a template asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateReport {
    /// Names of the fields that it has, each once.
    pub fields: Vec<String>,
    /// What is wrong with it, in the order of its pages.
    pub problems: Vec<TemplateProblem>,
}

/// Why a template cannot be used at all; Russian.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(pub String);

/// Looks a template through: every `{{…}}` must be closed and named after a field, every cell and bookmark that is named after
/// one must be able to hold its value.
///
/// # Errors
/// When it is neither a DOCX nor an XLSX, or cannot be read.
pub fn check_template(bytes: &[u8]) -> Result<TemplateReport, TemplateError> {
    let parts = Parts::read(bytes)?;
    let mut report = Report { known: field_names().into_iter().collect(), ..Report::default() };
    for (name, container) in parts.with_text() {
        let places = places(&parts, &name, container)?;
        markup::each_text(&parts.text(&name)?, container, |number, text| {
            let place = || match places.get(&number) {
                Some(place) => place.clone(),
                None => format!("{}{}", container.place(&name, number), quoted(text)),
            };
            for found in markup::placeholders(text) {
                report.take(found, &place);
            }
        })?;
    }
    for (place, field) in marked(&parts)? {
        report.take_marked(place, field);
    }
    if report.fields.is_empty() && report.problems.is_empty() {
        report.problems.push(TemplateProblem {
            place: "весь файл".to_owned(),
            message: "нет ни одного поля. Поставьте туда, где должно быть значение, его имя в двойных скобках ({{works}}) или \
                      назовите так ячейку или закладку (pto_works)."
                .to_owned(),
        });
    }
    Ok(TemplateReport { fields: report.fields.into_iter().collect(), problems: report.problems })
}

#[derive(Default)]
struct Report {
    known: BTreeSet<&'static str>,
    fields: BTreeSet<String>,
    problems: Vec<TemplateProblem>,
}

impl Report {
    /// A name in double braces, or what is wrong with the braces.
    fn take(&mut self, found: Result<String, String>, place: &dyn Fn() -> String) {
        match found {
            Ok(field) if self.known.contains(field.as_str()) => {
                self.fields.insert(field);
            }
            Ok(field) => {
                let message = unknown_field(&field, &self.known);
                self.problems.push(TemplateProblem { place: place(), message });
            }
            Err(message) => self.problems.push(TemplateProblem { place: place(), message }),
        }
    }

    fn take_marked(&mut self, place: String, field: Result<&'static str, String>) {
        match field {
            Ok(field) => {
                self.fields.insert(field.to_owned());
            }
            Err(message) => self.problems.push(TemplateProblem { place, message }),
        }
    }
}

/// Named cells or bookmarks with their places.
type Marked = Vec<(String, Result<&'static str, String>)>;

fn marked(parts: &Parts) -> Result<Marked, TemplateError> {
    let marks = Marks::new(&field_names());
    if parts.kind() == Kind::Workbook {
        let cells = named_cells::named_cells(parts, &marks)?;
        return Ok(cells.into_iter().map(|cell| (cell.place, cell.field)).collect());
    }
    let mut found = Vec::new();
    for (name, container) in parts.with_text() {
        let text = parts.text(&name)?;
        let mut quotes = BTreeMap::new();
        markup::each_text(&text, container, |number, text| {
            quotes.insert(number, quoted(text));
        })?;
        for bookmark in bookmarks::bookmarks(&text, &marks)? {
            let quote = quotes.get(&bookmark.paragraph).cloned().unwrap_or_default();
            found.push((format!("{}{quote}", container.place(&name, bookmark.paragraph)), bookmark.field));
        }
    }
    Ok(found)
}

/// How a paragraph begins.
fn quoted(text: &str) -> String {
    let text = plain_text(text);
    match text.chars().count() {
        0 => String::new(),
        count if count > QUOTED_CHARS => format!(" («{}…»)", text.chars().take(QUOTED_CHARS).collect::<String>()),
        _ => format!(" («{text}»)"),
    }
}

/// Puts the values of an act into a template. The same template and act give the same bytes.
///
/// # Errors
/// When the template cannot be read, or has problems that [`check_template`] tells one by one.
pub fn fill_template(bytes: &[u8], act: &Act) -> Result<Vec<u8>, TemplateError> {
    let report = check_template(bytes)?;
    if let Some(problem) = report.problems.first() {
        let message = format!("{}: {}", problem.place, problem.message);
        return Err(TemplateError(message));
    }
    let mut parts = Parts::read(bytes)?;
    let is_workbook = parts.kind() == Kind::Workbook;
    let shown = |value: String| {
        let plain = plain_text(&value);
        if is_workbook { unescapable(&plain) } else { plain }
    };
    let values: BTreeMap<_, _> = field_values(act).into_iter().map(|(name, value)| (name, shown(value))).collect();
    // Braces first: what stands in a value is none of them.
    let marks = Marks::new(&field_names());
    let named = if is_workbook { named_cells::named_cells(&parts, &marks)? } else { Vec::new() };
    for (name, container) in parts.with_text() {
        let mut text = markup::filled(&parts.text(&name)?, container, &values)?;
        if !is_workbook {
            text = bookmarks::with_bookmarks(&text, &marks, &values)?;
        }
        parts.replace(&name, text);
    }
    let mut cells: BTreeMap<String, BTreeMap<Cell, String>> = BTreeMap::new();
    for cell in named {
        let value = cell.field.ok().and_then(|field| values.get(field).cloned()).unwrap_or_default();
        cells.entry(cell.part).or_default().insert(cell.cell, value);
    }
    for (part, cells) in cells {
        let sheet = named_cells::with_cells(&parts.text(&part)?, cells)?;
        parts.replace(&part, sheet);
    }
    parts.write()
}

/// Excel reads `_x000D_` in a text as a sign: the underscore before it is written as one (ECMA-376, 22.9.2.19).
fn unescapable(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        let code = text.get(at + 2..at + 7).filter(|_| text.get(at..at + 2) == Some("_x")).map(str::as_bytes);
        let escapes =
            code.is_some_and(|code| code.last() == Some(&b'_') && code.iter().take(4).all(u8::is_ascii_hexdigit));
        written.push_str(if escapes { "_x005F_" } else { "" });
        if !escapes {
            written.push(sign);
        }
    }
    written
}

/// Which file it is, by its content: `docx` or `xlsx`.
///
/// # Errors
/// When it is neither.
pub fn template_kind(bytes: &[u8]) -> Result<&'static str, TemplateError> {
    Ok(match Parts::read(bytes)?.kind() {
        Kind::Text => "docx",
        Kind::Workbook => "xlsx",
    })
}

/// Where the texts of a workbook stand, by their numbers; those of a text document are told by their number.
fn places(parts: &Parts, name: &str, container: Container) -> Result<BTreeMap<usize, String>, TemplateError> {
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let mut tell = |text: usize, sheet: &str, cell: &str| {
        let place = format!("лист «{sheet}», ячейка {cell}");
        places.entry(text).and_modify(|all| all.push_str(&format!("; {place}"))).or_insert(place);
    };
    match container {
        Container::Paragraph => {}
        Container::SharedText => {
            for (sheet, part) in parts.sheets()? {
                for Place { text, cell } in markup::cells_of_shared_texts(&parts.text(&part)?)? {
                    tell(text, &sheet, &cell);
                }
            }
        }
        Container::CellText => {
            for (sheet, _) in parts.sheets()?.iter().filter(|(_, part)| part == name) {
                for (text, cell) in markup::cells_of_own_texts(&parts.text(name)?)?.iter().enumerate() {
                    tell(text, sheet, cell);
                }
            }
        }
    }
    Ok(places)
}

fn unknown_field(field: &str, known: &BTreeSet<&str>) -> String {
    let close = known.iter().filter(|known| known.starts_with(field.split('.').next().unwrap_or(field))).take(6);
    let close: Vec<String> = close.map(|known| format!("{{{{{known}}}}}")).collect();
    if close.is_empty() {
        format!("поля {{{{{field}}}}} нет. Все поля: pto acts template --fields.")
    } else {
        format!("поля {{{{{field}}}}} нет. Похожие: {}.", close.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::unescapable;

    #[test]
    fn what_excel_reads_as_a_sign_is_written_as_letters() {
        assert_eq!(unescapable("a_x000D_b _x0041_x"), "a_x005F_x000D_b _x005F_x0041_x");
        assert_eq!(unescapable("_x00_ _xЖ000_ _x"), "_x00_ _xЖ000_ _x");
    }
}
