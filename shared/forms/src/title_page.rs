use crate::block::{Block, Fact, Form, FormKind};
use crate::{FormsError, WrittenPdf, form_pdf};

/// The title page of a bundle of as-built documentation (титульный лист комплекта ИД). There is no state form; these
/// are the customary lines. Empty facts stay blank lines, an empty place or year is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TitlePage<'a> {
    /// Object of construction with its address.
    pub object: &'a str,
    /// Cipher of the drawing set (шифр).
    pub cipher: &'a str,
    /// Name of the drawing set.
    pub set_name: &'a str,
    /// Developer or technical customer.
    pub developer: &'a str,
    /// Builder.
    pub builder: &'a str,
    /// Designer.
    pub designer: &'a str,
    /// Name of the bundle, such as «Том 1. Конструкции железобетонные».
    pub bundle: &'a str,
    /// City, at the foot.
    pub city: &'a str,
    /// Year, at the foot.
    pub year: Option<u16>,
}

/// The title page as a form.
pub fn title_page_form(page: &TitlePage<'_>) -> Form {
    let fact = |label: &str, value: &str| Fact { label: label.to_owned(), value: value.to_owned() };
    let mut blocks = vec![
        Block::Facts {
            rows: vec![fact("Объект капитального строительства:", page.object)]
        },
        Block::Title {
            lines: ["ИСПОЛНИТЕЛЬНАЯ ДОКУМЕНТАЦИЯ", page.bundle]
                .into_iter()
                .filter(|line| !line.trim().is_empty())
                .map(str::to_owned)
                .collect(),
        },
        Block::Facts {
            rows: vec![
                fact("Шифр рабочей документации:", page.cipher),
                fact("Наименование раздела:", page.set_name),
                fact("Застройщик (технический заказчик):", page.developer),
                fact("Лицо, осуществляющее строительство:", page.builder),
                fact("Лицо, осуществляющее подготовку проектной документации:", page.designer),
            ],
        },
    ];
    let year = page.year.map(|year| format!("{year} г.")).unwrap_or_default();
    let foot: Vec<&str> = [page.city.trim(), &year].into_iter().filter(|part| !part.is_empty()).collect();
    if !foot.is_empty() {
        blocks.push(Block::Text { text: foot.join(", ") });
    }
    let title = match page.bundle.trim() {
        "" => "Исполнительная документация".to_owned(),
        bundle => format!("Исполнительная документация. {bundle}"),
    };
    Form { kind: FormKind::TitlePage, title, date: None, blocks }
}

/// Prints the title page: one A4 page unless its facts are very long.
///
/// # Errors
/// When the typesetter refuses the form or fails.
pub fn title_page_pdf(page: &TitlePage<'_>) -> Result<WrittenPdf, FormsError> {
    form_pdf(&title_page_form(page))
}
