//! The customer's own blank: a DOCX or XLSX with `{{…}}` where values go. Nothing else of it is touched, so its formats and
//! merged cells stay; values are text and never markup or formulas.

mod fields;
mod markup;
mod package;

pub use fields::{field_names, field_values};

use domain::Act;
use markup::{Container, Place};
use package::{Kind, Parts};
use std::collections::{BTreeMap, BTreeSet};

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

/// Looks a template through: every `{{…}}` must be closed and named after a field.
///
/// # Errors
/// When it is neither a DOCX nor an XLSX, or cannot be read.
pub fn check_template(bytes: &[u8]) -> Result<TemplateReport, TemplateError> {
    let parts = Parts::read(bytes)?;
    let known: BTreeSet<&str> = field_names().into_iter().collect();
    let mut fields = BTreeSet::new();
    let mut problems = Vec::new();
    for (name, container) in parts.with_text() {
        let places = places(&parts, &name, container)?;
        let text = parts.text(&name)?;
        markup::each_text(&text, container, |number, text| {
            for found in markup::placeholders(text) {
                let place = || places.get(&number).cloned().unwrap_or_else(|| container.place(number));
                match found {
                    Ok(field) if known.contains(field.as_str()) => {
                        fields.insert(field);
                    }
                    Ok(field) => {
                        problems.push(TemplateProblem { place: place(), message: unknown_field(&field, &known) })
                    }
                    Err(message) => problems.push(TemplateProblem { place: place(), message }),
                }
            }
        })?;
    }
    if fields.is_empty() && problems.is_empty() {
        problems.push(TemplateProblem {
            place: "весь файл".to_owned(),
            message:
                "нет ни одного поля. Поставьте туда, где должно быть значение, его имя в двойных скобках: {{works}}."
                    .to_owned(),
        });
    }
    Ok(TemplateReport { fields: fields.into_iter().collect(), problems })
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
    let values = field_values(act);
    for (name, container) in parts.with_text() {
        let filled = markup::filled(&parts.text(&name)?, container, &values)?;
        parts.replace(&name, filled);
    }
    parts.write()
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

/// Where the shared texts of a workbook stand; other texts are told by their number.
fn places(parts: &Parts, name: &str, container: Container) -> Result<BTreeMap<usize, String>, TemplateError> {
    if container != Container::SharedText {
        return Ok(BTreeMap::new());
    }
    debug_assert!(name.ends_with("sharedStrings.xml"));
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    for (sheet, part) in parts.sheets()? {
        for Place { text, cell } in markup::cells_of_shared_texts(&parts.text(&part)?)? {
            let place = format!("лист «{sheet}», ячейка {cell}");
            places.entry(text).and_modify(|all| all.push_str(&format!("; {place}"))).or_insert(place);
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
