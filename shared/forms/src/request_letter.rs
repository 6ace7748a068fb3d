use crate::block::{Block, Column, FieldRow, Form, FormKind, TableSection};
use crate::{BLANK_DATE, organisation_line};
use domain::Organisation;

/// A letter to a supplier that asks for documents of quality which the acts lack (письмо-запрос). There is no state form. Addressee,
/// number, date and who signs are for the sender to fill in: they are visible blanks.
#[derive(Debug, Clone, Copy)]
pub struct RequestLetter<'a> {
    /// Who asks; a blank where nobody is known.
    pub sender: Option<&'a Organisation>,
    /// Object of construction with its address.
    pub object: &'a str,
    /// Cipher of the drawing set (шифр).
    pub cipher: &'a str,
    /// The materials without a document, each once.
    pub materials: &'a [WantedDocument],
}

/// A material whose quality no document states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedDocument {
    /// The material, with its quantity where it is known, as the acts have it.
    pub material: String,
    /// Numbers of the acts that name it.
    pub acts: Vec<String>,
}

/// The letter as a form.
pub fn request_letter_form(letter: &RequestLetter<'_>) -> Form {
    let field = |id: &str, label: &str, value: String, caption: &str| Block::Field {
        id: id.to_owned(),
        label: label.to_owned(),
        heading: true,
        rows: vec![FieldRow { value, caption: caption.to_owned() }],
        after: String::new(),
        run_in: false,
    };
    let text = |text: &str| Block::Text { text: text.to_owned() };
    let column = |heading: &str, width_mm, centred| Column { heading: heading.to_owned(), width_mm, centred };
    let cells = (1..).zip(letter.materials).map(|(index, wanted): (u32, &WantedDocument)| {
        vec![index.to_string(), wanted.material.clone(), wanted.acts.join(", "), String::new()]
    });
    let party = "(наименование, адрес, телефон)";
    let cipher = letter.cipher.trim();
    let set = if cipher.is_empty() { String::new() } else { format!(" по комплекту {cipher}") };
    let blocks = vec![
        field("addressee", "Поставщику (изготовителю)", String::new(), party),
        field("sender", "От кого", letter.sender.map(organisation_line).unwrap_or_default(), party),
        Block::Title {
            lines: vec!["ЗАПРОС".to_owned(), "документов о качестве материалов (изделий)".to_owned()]
        },
        Block::NumberDate {
            number: String::new(), date: BLANK_DATE.to_owned(), caption: "(дата письма)".to_owned()
        },
        field("object", "Объект капитального строительства", letter.object.to_owned(), ""),
        text(&format!(
            "Для исполнительной документации{set} просим представить копии документов, которые подтверждают качество и безопасность \
             поставленных материалов (изделий): паспорт или документ о качестве на партию, сертификат соответствия или декларацию о \
             соответствии, если подтверждение обязательно."
        )),
        Block::Table {
            columns: vec![
                column("№ п/п", Some(12), true),
                column("Материал (изделие), количество по проекту", None, false),
                column("В каких актах", Some(40), true),
                column("Документ, его номер и дата", Some(48), false),
            ],
            sections: vec![TableSection { name: String::new(), cells: cells.collect(), pages: Vec::new() }],
        },
        text(
            "Если обязательное подтверждение соответствия на материал не распространяется, просим сообщить об этом письмом.",
        ),
        Block::Signature {
            id: "sign_sender".to_owned(),
            label: "Отправитель".to_owned(),
            name: String::new(),
            absent: false,
            captions: vec!["(должность, фамилия, инициалы)".to_owned(), "(подпись)".to_owned()],
        },
    ];
    Form {
        kind: FormKind::Act, title: "Запрос документов о качестве".to_owned(), date: None, blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_names_the_materials_and_leaves_the_rest_blank() {
        let materials = [WantedDocument {
            material: "Щебень — 3 м³".to_owned(),
            acts: vec!["1".to_owned(), "2".to_owned()],
        }];
        let letter = RequestLetter { sender: None, object: "", cipher: "000-КЖ", materials: &materials };
        let form = request_letter_form(&letter);
        let cells = form.blocks.iter().find_map(|block| match block {
            Block::Table { sections, .. } => sections.first().map(|section| section.cells.clone()),
            _ => None,
        });
        assert_eq!(cells, Some(vec![["1", "Щебень — 3 м³", "1, 2", ""].map(str::to_owned).to_vec()]));
        let blank =
            |block: &&Block| matches!(block, Block::Field { rows, .. } if rows.iter().all(|row| row.value.is_empty()));
        assert_eq!(form.blocks.iter().filter(blank).count(), 3);
        assert!(crate::form_pdf(&form).is_ok_and(|printed| printed.pages == 1));
        assert!(crate::form_docx(&form).is_ok());
    }
}
