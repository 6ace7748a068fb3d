//! What is said at the end of a document: in words, or as one line of JSON.

use crate::export::Exported;
use crate::{AppError, Exit};
use domain::{ActForm, DocumentState, HiddenWorksMode, Inspection, Rejection, Severity};
use serde_json::{Value, json};
use std::fmt::Write;

/// Errors of the check that are named; all stand in `inspection.json`.
const MOST_FINDINGS: usize = 10;

/// What was found and where it lies, in Russian.
pub(crate) fn in_words(exported: &Exported) -> String {
    let Exported { folder, summary, analysis, acts, inspection, letters, bundle } = exported;
    let unknown = || "не найден".to_owned();
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        // Writing into a String does not fail.
        let _infallible = writeln!(text, "  {label:<20} {value}");
    };
    let cipher = summary.cipher.clone().unwrap_or_else(unknown);
    line("Шифр", summary.revision.as_ref().map_or(cipher.clone(), |revision| format!("{cipher} ({revision})")));
    line("Марка", summary.mark.clone().unwrap_or_else(unknown));
    line("Объект", summary.object.clone().unwrap_or_else(unknown));
    line("Страниц", summary.pages.to_string());
    line("Штампов", analysis.title_blocks.len().to_string());
    line("Ведомость чертежей", count(analysis.drawing_list.len(), ["лист", "листа", "листов"]));
    line("Ссылочных документов", analysis.references.len().to_string());
    line("Спецификация", count(analysis.specification.len(), ["строка", "строки", "строк"]));
    let mode = match analysis.hidden_works.mode {
        HiddenWorksMode::List => "перечнем",
        HiddenWorksMode::Prose => "в тексте указаний",
        HiddenWorksMode::None => "не найдены",
    };
    let items = analysis.hidden_works.items.len();
    line("Скрытые работы", if items == 0 { mode.to_owned() } else { format!("{mode}: {items}") });
    for (number, work) in (1..).zip(&analysis.works) {
        line("", format!("{number}. {} (стр. {})", work.name, work.evidence.page));
    }
    let structures = analysis.other_acts.iter().filter(|work| work.form == ActForm::Aook);
    for (number, work) in (1..).zip(structures) {
        let label = if number == 1 { "Конструкции (АООК)" } else { "" };
        line(label, format!("{number}. {} (стр. {})", work.name, work.evidence.page));
    }
    line("Акты", format!("{} в {}", acts.acts.len(), folder.join("acts").display()));
    if let Some(bundle) = bundle {
        let folder = folder.join("bundle");
        let sheets = count(bundle.sheets as usize, ["лист", "листа", "листов"]);
        line("Комплект ИД", format!("{} ({sheets} без титула и реестра)", folder.join(&bundle.pdf.path).display()));
        line("Архив", folder.join(&bundle.zip.path).display().to_string());
    }
    if let Some(inspection) = inspection {
        line("Проверка", inspected(inspection));
        let errors = inspection.findings.iter().filter(|finding| finding.severity == Severity::Error);
        for finding in errors.take(MOST_FINDINGS) {
            let act = finding.act.as_ref().map(|act| format!("акт № {act}, ")).unwrap_or_default();
            line("", format!("{act}{}: {} {}", finding.field, finding.message, finding.mend));
        }
    }
    if let Some(letter) = letters.first() {
        line(
            "Письмо-запрос",
            format!("{} — поставщику, о недостающих документах о качестве", folder.join(letter).display()),
        );
    }
    for warning in exported.warnings() {
        line("Предупреждение", warning.message.clone());
    }
    text
}

/// The same as one JSON object.
pub(crate) fn in_json(exported: &Exported) -> Value {
    let Exported { folder, summary, analysis, acts, inspection, letters, bundle } = exported;
    json!({
        "state": DocumentState::Done,
        "out": folder,
        "document": summary,
        "title_blocks": analysis.title_blocks.len(),
        "drawing_list": analysis.drawing_list.len(),
        "references": analysis.references.len(),
        "hidden_works": { "mode": analysis.hidden_works.mode, "items": analysis.hidden_works.items.len() },
        "specification": analysis.specification.len(),
        "acts": acts.files.iter().map(|act| format!("acts/{}", act.file)).collect::<Vec<_>>(),
        "bundle": bundle.as_ref().map(|bundle| format!("bundle/{}", bundle.pdf.path)),
        "inspection": inspection,
        "letters": letters,
        "warnings": exported.warnings(),
    })
}

/// A refusal as one JSON object.
pub(crate) fn refusal_in_json(file: &str, rejection: &Rejection) -> Value {
    json!({ "state": DocumentState::Rejected, "file": file, "rejection": rejection })
}

/// A file that came to nothing, as one JSON object.
pub(crate) fn failure_in_json(file: &str, error: &AppError) -> Value {
    let state = if error.exit == Exit::BadInput { DocumentState::Rejected } else { DocumentState::Failed };
    json!({ "state": state, "file": file, "message": error.message })
}

/// How many findings the check before inspection has, by their gravity.
fn inspected(inspection: &Inspection) -> String {
    let of = |severity| inspection.findings.iter().filter(|finding| finding.severity == severity).count();
    let errors = count(of(Severity::Error), ["ошибка", "ошибки", "ошибок"]);
    let warnings = count(of(Severity::Warning), ["замечание", "замечания", "замечаний"]);
    format!("{errors}, {warnings}, не заполнено: {} (inspection.json)", of(Severity::Blank))
}

/// «1 лист», «2 листа», «5 листов».
pub(crate) fn count(number: usize, forms: [&str; 3]) -> String {
    let [one, few, many] = forms;
    let form = match (number % 100, number % 10) {
        (11..=14, _) => many,
        (_, 1) => one,
        (_, 2..=4) => few,
        _ => many,
    };
    format!("{number} {form}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_their_nouns() {
        let forms = ["лист", "листа", "листов"];
        for (number, expected) in
            [(0, "0 листов"), (1, "1 лист"), (3, "3 листа"), (11, "11 листов"), (22, "22 листа"), (112, "112 листов")]
        {
            assert_eq!(count(number, forms), expected);
        }
    }
}
