use crate::block::{Block, Column, Fact, Form, FormKind, TableSection};
use crate::{FormsError, WrittenPdf, form_pdf};
use domain::{ActDate, BundleSection};

/// The general register of a bundle (общий реестр исполнительной документации). There is no state form; the columns
/// are the customary ones: № п/п · Наименование документа · Содержание · № документа · Дата · Кол-во листов · Страница.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// Name of the bundle under the heading; empty for none.
    pub bundle: String,
    /// Object of construction with its address.
    pub object: String,
    /// Cipher of the drawing set (шифр).
    pub cipher: String,
    /// Name of the drawing set.
    pub set_name: String,
    /// Developer or technical customer.
    pub developer: String,
    /// Builder.
    pub builder: String,
    /// Date of the register, usually of its last document.
    pub date: Option<ActDate>,
    /// The documents.
    pub sections: Vec<BundleSection>,
    /// Number of sheets of the bundle, as the manifest counts them.
    pub sheets: u32,
}

/// The register as a form. Documents are numbered through all sections.
pub fn register_form(register: &Register) -> Form {
    let fact = |label: &str, value: &str| Fact { label: label.to_owned(), value: value.to_owned() };
    let mut title = vec!["РЕЕСТР".to_owned(), "исполнительной документации".to_owned()];
    if !register.bundle.trim().is_empty() {
        title.push(register.bundle.clone());
    }
    let documents: usize = register.sections.iter().map(|section| section.entries.len()).sum();
    let date = crate::date::date_or_blank(register.date);
    let signature = |id: &str, label: &str| Block::Signature {
        id: id.to_owned(),
        label: label.to_owned(),
        name: String::new(),
        absent: false,
        captions: ["(должность)", "(подпись)", "(фамилия, инициалы)", "(дата)"].map(str::to_owned).to_vec(),
    };
    Form {
        kind: FormKind::Register,
        title: "Реестр исполнительной документации".to_owned(),
        date: register.date,
        blocks: vec![
            Block::Title { lines: title },
            Block::Facts {
                rows: vec![
                    fact("Объект:", &register.object),
                    fact("Шифр:", &register.cipher),
                    fact("Наименование раздела:", &register.set_name),
                    fact("Застройщик (технический заказчик):", &register.developer),
                    fact("Лицо, осуществляющее строительство:", &register.builder),
                    fact("Дата:", &date),
                ],
            },
            Block::Table { columns: columns(), sections: sections(&register.sections) },
            Block::Text {
                text: format!("Всего документов: {documents}, листов: {}.", register.sheets)
            },
            signature("handed_over", "Сдал"),
            signature("accepted", "Принял"),
        ],
    }
}

/// Prints the register: A4, upright, the head of the table on each page.
///
/// # Errors
/// When the typesetter refuses the form or fails.
pub fn register_pdf(register: &Register) -> Result<WrittenPdf, FormsError> {
    form_pdf(&register_form(register))
}

fn columns() -> Vec<Column> {
    [
        ("№ п/п", Some(12), true),
        ("Наименование документа", None, false),
        ("Содержание", None, false),
        ("№ документа", Some(28), true),
        ("Дата", Some(20), true),
        ("Кол-во листов", Some(15), true),
        ("Страница", Some(17), true),
    ]
    .map(|(heading, width_mm, centred)| Column { heading: heading.to_owned(), width_mm, centred })
    .to_vec()
}

fn sections(sections: &[BundleSection]) -> Vec<TableSection> {
    let mut number = 0_usize;
    let mut printed = Vec::with_capacity(sections.len());
    for section in sections {
        let mut cells = Vec::with_capacity(section.entries.len());
        let known = |number: u32| if number == 0 { "—".to_owned() } else { number.to_string() };
        for entry in &section.entries {
            number += 1;
            cells.push(vec![
                number.to_string(),
                entry.name.clone(),
                entry.content.clone(),
                entry.number.clone(),
                entry.date.clone(),
                known(entry.sheets),
                known(entry.first_sheet),
            ]);
        }
        let pages = section.entries.iter().map(|entry| entry.first_page).collect();
        printed.push(TableSection { name: section.name.clone(), cells, pages });
    }
    printed
}
