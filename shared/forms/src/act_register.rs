use crate::block::{Block, Column, Fact, Form, FormKind, TableSection};
use crate::{FormsError, WrittenPdf, form_pdf};
use domain::{Act, BundleEntry};

/// The register of the documents of quality of one act within a bundle (реестр документов о качестве к акту): what it
/// uses and on which sheet of the bundle each stands. There is no state form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActRegister<'a> {
    /// The act.
    pub act: &'a Act,
    /// Number in the general register, and the row there.
    pub documents: &'a [(usize, BundleEntry)],
}

/// The register as a form.
pub fn act_register_form(register: &ActRegister<'_>) -> Form {
    let ActRegister { act, documents } = register;
    let column = |heading: &str, width_mm, centred| Column { heading: heading.to_owned(), width_mm, centred };
    let known = |number: u32| if number == 0 { "—".to_owned() } else { number.to_string() };
    let cells = documents.iter().enumerate().map(|(index, (number, entry))| {
        vec![
            (index + 1).to_string(),
            entry.content.clone(),
            entry.name.clone(),
            entry.number.clone(),
            entry.date.clone(),
            known(entry.sheets),
            number.to_string(),
            known(entry.first_sheet),
        ]
    });
    let sheets: u32 = documents.iter().map(|(_, entry)| entry.sheets).sum();
    let date = act.date.map(|date| format!(" от {}", crate::print_date(date))).unwrap_or_default();
    Form {
        kind: FormKind::Register,
        title: format!("Реестр документов о качестве к {} № {}", act.form.short_name(), act.number),
        date: act.date,
        blocks: vec![
            Block::Title {
                lines: vec![
                    "РЕЕСТР".to_owned(),
                    "документов, подтверждающих качество материалов (изделий)".to_owned(),
                    format!("к {} № {}{date}", act.form.short_name(), act.number),
                ],
            },
            Block::Facts {
                rows: vec![
                    Fact { label: "Объект:".to_owned(), value: act.object.clone() },
                    Fact { label: "Работы:".to_owned(), value: act.works.clone() },
                ],
            },
            Block::Table {
                columns: vec![
                    column("№ п/п", Some(10), true),
                    column("Материал, изделие", None, false),
                    column("Наименование документа", None, false),
                    column("№ документа", Some(30), true),
                    column("Дата", Some(20), true),
                    column("Кол-во листов", Some(15), true),
                    column("№ в общем реестре", Some(18), true),
                    column("Страница", Some(17), true),
                ],
                sections: vec![TableSection {
                    name: String::new(),
                    cells: cells.collect(),
                    pages: documents.iter().map(|(_, entry)| entry.first_page).collect(),
                }],
            },
            Block::Text {
                text: format!("Всего документов: {}, листов: {sheets}.", documents.len())
            },
        ],
    }
}

/// Prints the register: A4, upright, the head of the table on each page.
///
/// # Errors
/// When the typesetter refuses the form or fails.
pub fn act_register_pdf(register: &ActRegister<'_>) -> Result<WrittenPdf, FormsError> {
    form_pdf(&act_register_form(register))
}
