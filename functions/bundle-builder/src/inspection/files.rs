use super::act::title_of;
use super::items::Items;
use super::rules::*;
use super::{Findings, Package};
use crate::AttachedForm;
use domain::Act;

/// Rules on the files of an act's documents.
pub(super) fn inspect(act: &Act, package: Package<'_>, findings: &mut Findings) {
    let mut without_file = Vec::new();
    for document in &act.documents {
        let (title, field) = (title_of(document), Items::of(act).document(document));
        if document.file.is_empty() {
            without_file.push(title);
            continue;
        }
        let form = package.attached.get(&document.file).copied().unwrap_or(AttachedForm::Missing);
        let why = match form {
            AttachedForm::Pdf(pages) => {
                if let Some(sheets) = document.sheets.filter(|sheets| *sheets != pages && sheets * 2 != pages) {
                    let message =
                        format!("{title}: указано листов {sheets}, в файле «{}» страниц {pages}.", document.file);
                    findings.of_act(SHEETS_DIFFER, act, field, message);
                }
                continue;
            }
            AttachedForm::Picture => continue,
            AttachedForm::Other => "это не PDF и не изображение",
            AttachedForm::Locked => "он открывается только с паролем",
            AttachedForm::Broken => "он повреждён",
            AttachedForm::Missing => "его не загрузили",
        };
        let message = format!("{title}: файл «{}» не подшит, {why}.", document.file);
        findings.of_act(DOCUMENT_NOT_BOUND, act, field, message);
    }
    if !without_file.is_empty() {
        let message = format!("Нет файлов документов: {}.", without_file.join("; "));
        findings.of_act(DOCUMENT_NOT_ATTACHED, act, Items::of(act).documents, message);
    }
}
