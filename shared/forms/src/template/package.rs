use super::TemplateError;
use super::markup::{self, Container};
use crate::packing::packed;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bounds on what a template may unpack to.
const MOST_PARTS: usize = 2_000;
const MOST_BYTES: u64 = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Workbook,
}

/// The parts of a template, unpacked.
pub(super) struct Parts {
    kind: Kind,
    /// In the order of the archive.
    parts: Vec<(String, Vec<u8>)>,
}

impl Parts {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TemplateError> {
        let refused =
            |what: &str| TemplateError(format!("{what} Нужен файл DOCX (Word) или XLSX (Excel) без макросов."));
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_error| refused("Шаблон не читается."))?;
        if archive.len() > MOST_PARTS {
            return Err(refused("В шаблоне слишком много частей."));
        }
        let mut parts = Vec::with_capacity(archive.len());
        let mut left = MOST_BYTES;
        for index in 0..archive.len() {
            let part = archive.by_index(index).map_err(|_error| refused("Шаблон повреждён или закрыт паролем."))?;
            if part.is_dir() {
                continue;
            }
            let name = part.name().map_err(|_error| refused("Шаблон повреждён."))?.into_owned();
            let mut content = Vec::new();
            let read = part.take(left + 1).read_to_end(&mut content).map_err(|_error| refused("Шаблон повреждён."))?;
            left =
                left.checked_sub(read as u64).ok_or_else(|| refused("Шаблон слишком велик в распакованном виде."))?;
            parts.push((name, content));
        }
        let has = |wanted: &str| parts.iter().any(|(name, _)| name == wanted);
        if parts.iter().any(|(name, _)| name.ends_with("vbaProject.bin")) {
            return Err(refused("В шаблоне есть макросы."));
        }
        let kind = match (has("word/document.xml"), has("xl/workbook.xml")) {
            (true, false) => Kind::Text,
            (false, true) => Kind::Workbook,
            _ => return Err(refused("Это не документ Word и не книга Excel.")),
        };
        Ok(Self { kind, parts })
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The parts in which text stands, and what holds a text in them.
    pub(super) fn with_text(&self) -> Vec<(String, Container)> {
        let container = |name: &str| match self.kind {
            Kind::Text => {
                let own = name.strip_prefix("word/")?;
                let shown = ["document", "header", "footer"].iter().any(|kind| own.starts_with(kind));
                (shown && own.ends_with(".xml")).then_some(Container::Paragraph)
            }
            Kind::Workbook if name == "xl/sharedStrings.xml" => Some(Container::SharedText),
            Kind::Workbook if name.starts_with("xl/worksheets/sheet") => Some(Container::CellText),
            Kind::Workbook => None,
        };
        self.parts.iter().filter_map(|(name, _)| Some((name.clone(), container(name)?))).collect()
    }

    /// A part as text.
    pub(super) fn text(&self, name: &str) -> Result<String, TemplateError> {
        let part = self.parts.iter().find(|(own, _)| own == name).map(|(_, content)| content.as_slice());
        let text = part.and_then(|content| std::str::from_utf8(content).ok());
        text.map(str::to_owned).ok_or_else(|| TemplateError(format!("Часть «{name}» шаблона не читается как текст.")))
    }

    pub(super) fn replace(&mut self, name: &str, text: String) {
        for (own, content) in &mut self.parts {
            if own == name {
                *content = text.clone().into_bytes();
            }
        }
    }

    /// Names of the sheets of a workbook with their parts.
    pub(super) fn sheets(&self) -> Result<Vec<(String, String)>, TemplateError> {
        let targets: BTreeMap<String, String> =
            markup::attributes(&self.text("xl/_rels/workbook.xml.rels")?, "Relationship", ["Id", "Target"])?
                .into_iter()
                .collect();
        let sheets = markup::attributes(&self.text("xl/workbook.xml")?, "sheet", ["name", "id"])?;
        let part = |id: &str| {
            let target = targets.get(id)?.trim_start_matches('/');
            let part = if target.starts_with("xl/") { target.to_owned() } else { format!("xl/{target}") };
            self.parts.iter().any(|(name, _)| *name == part).then_some(part)
        };
        Ok(sheets.into_iter().filter_map(|(name, id)| Some((name, part(&id)?))).collect())
    }

    pub(super) fn write(self) -> Result<Vec<u8>, TemplateError> {
        let parts = self.parts.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        packed(parts).map_err(|error| TemplateError(format!("Файл по шаблону не записан: {error}.")))
    }
}
