//! `pto acts import`: the workbook of the acts comes back from the engineer. Shows what was changed; with `--apply` writes it
//! into the project file, so that every later forming of the acts keeps it.

use super::project_edit::{Entry, edited};
use super::{in_json, in_words, written};
use crate::cli::ImportOptions;
use crate::output::{reason, say, write_whole};
use crate::project::parsed;
use crate::{AppError, Exit};
use aosr_generator::{
    ActOrigin, OwnKind, ReturnedEdit, ReturnedRefusal, act_origins, acts_sheets, acts_workbook, changes_in_place,
    draft_acts, form_acts, returned_edits,
};
use domain::project_file::{ActEntry, ProjectFile};
use domain::{Act, ActSet, Analysis, DocumentSummary};
use forms::{ReturnedSheet, read_date, returned_sheets};
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

pub(super) fn run(options: &ImportOptions) -> Result<Exit, AppError> {
    let set = Set::read(&options.out)?;
    let book = fs::read(&options.workbook).map_err(|error| unread(&options.workbook, &reason(&error)))?;
    let sheets = returned_sheets(&book).map_err(|error| unread(&options.workbook, &error.to_string()))?;
    let project = project_text(&options.project)?;
    let file = parsed(&options.project, project.as_bytes())?;
    let (edits, mut refusals) = returned_edits(&set.acts.acts, &sheets);
    let origins = set.origins(&file)?;
    for edit in &edits {
        refusals.extend(structured(edit, &origins, &file));
    }
    if !refusals.is_empty() {
        return refused(options, &refusals);
    }
    let drafts = draft_acts(&set.summary, &set.analysis);
    let places: Vec<_> = edits.iter().map(|edit| (entry(&origins, &drafts, edit), edit)).collect();
    let text = edited(&project, &places).map_err(|why| {
        AppError::bad_input(
            format!("файл проекта «{}» не изменить: {why}", options.project.display()),
            "Внесите изменения в него сами: pto acts import без --apply их показывает.",
        )
    })?;
    let after = form_acts(&set.summary, &set.analysis, Some(&parsed(&options.project, text.as_bytes())?)).0;
    let printed = printed(&after);
    let lost = edits.iter().filter(|edit| !holds(edit, &printed));
    let lost: Vec<_> =
        lost.map(|edit| ReturnedRefusal { place: edit.place.clone(), message: LOST.to_owned() }).collect();
    if !lost.is_empty() {
        return refused(options, &lost);
    }
    let found = changes_in_place(&set.acts.acts, &after);
    let missing = missing_sheets(&set.acts.acts, &sheets);
    if options.json {
        let changes: Vec<_> = found.iter().map(in_json).collect();
        say(json!({ "changes": changes, "refused": [], "missing": missing, "applied": options.apply }))?;
    } else {
        say(in_words(&found))?;
    }
    if !missing.is_empty() {
        eprintln!("Листов этих актов в книге нет, акты не меняются: {}", missing.join(", "));
    }
    if edits.is_empty() {
        return Ok(Exit::Done);
    }
    if !options.apply {
        eprintln!("Ничего не записано. Записать в файл проекта: та же команда с --apply.");
        return Ok(Exit::Done);
    }
    write(&options.project, &text)?;
    eprintln!(
        "Записано в «{}», значений: {}. Переформировать акты: pto acts regenerate --project {} --out {}",
        options.project.display(),
        edits.len(),
        options.project.display(),
        options.out.display()
    );
    Ok(Exit::Done)
}

const LOST: &str = "такое значение в акте не удержится: пустое поле заполнит комплект или раздел файла проекта, а текст печатается \
                    иначе. Внесите его в файл проекта сами.";

/// The set whose acts came back.
struct Set {
    summary: DocumentSummary,
    analysis: Analysis,
    acts: ActSet,
}

impl Set {
    fn read(out: &Path) -> Result<Self, AppError> {
        Ok(Self {
            summary: written(out, "document.json")?,
            analysis: written(out, "analysis.json")?,
            acts: written(out, "acts.json")?,
        })
    }

    /// Where its acts come from, when they were formed with this project file as it is now.
    fn origins(&self, file: &ProjectFile) -> Result<Vec<ActOrigin>, AppError> {
        let formed = form_acts(&self.summary, &self.analysis, Some(file)).0;
        let numbers = |acts: &[Act]| acts.iter().map(|act| act.number.clone()).collect::<Vec<_>>();
        if numbers(&formed) != numbers(&self.acts.acts) {
            return Err(AppError::bad_input(
                "акты сформированы с другим файлом проекта: номера актов не совпадают.".to_owned(),
                "Сначала переформируйте акты: pto acts regenerate, потом правьте новую книгу acts.xlsx.",
            ));
        }
        Ok(act_origins(&self.summary, &self.analysis, file))
    }
}

/// Which `[[act]]` an edit belongs to; a new one is named after the work of its draft, where no other has that name.
fn entry(origins: &[ActOrigin], drafts: &[Act], edit: &ReturnedEdit) -> Entry {
    let origin = origins.get(edit.act).copied().unwrap_or(ActOrigin { entry: None, place: 0 });
    if let Some(number) = origin.entry {
        return Entry::Known(number);
    }
    let index = usize::try_from(origin.place).unwrap_or_default().checked_sub(1);
    let name = index.and_then(|index| drafts.get(index)).map(|draft| draft.works.clone()).unwrap_or_default();
    let alike = drafts.iter().filter(|draft| draft.works.to_lowercase() == name.to_lowercase()).count();
    if alike == 1 && !name.trim().is_empty() { Entry::OfWork(name) } else { Entry::AtPlace(origin.place) }
}

/// Documents that the file lists one by one, with their files, are not to be replaced by a line of text.
fn structured(edit: &ReturnedEdit, origins: &[ActOrigin], file: &ProjectFile) -> Option<ReturnedRefusal> {
    let number = origins.get(edit.act)?.entry?;
    let entry: &ActEntry = file.acts.get(number)?;
    let materials = entry.materials.iter().flatten();
    let lists = match edit.field.id {
        "materials" => materials.clone().any(|material| !material.documents.is_empty() || !material.amount.is_empty()),
        "proofs" | "schemes" => {
            let listed = entry.schemes.iter().flatten().chain(entry.proofs.iter().flatten());
            listed.count() > 0
        }
        _ => false,
    };
    let message = || {
        format!(
            "это поле составлено из документов файла проекта (раздел [[act]] в строке {}). Исправьте их там: от них зависят \
             реестры, приложения и подшитые файлы.",
            entry.line
        )
    };
    lists.then(|| ReturnedRefusal { place: edit.place.clone(), message: message() })
}

/// The workbook of acts, as it would be read back.
fn printed(acts: &[Act]) -> Vec<ReturnedSheet> {
    acts_workbook(acts).ok().and_then(|book| returned_sheets(&book).ok()).unwrap_or_default()
}

/// Whether the acts that the changed file gives say what was typed.
fn holds(edit: &ReturnedEdit, printed: &[ReturnedSheet]) -> bool {
    let Some(value) = printed.get(edit.act).and_then(|sheet| sheet.values.get(edit.field.id)) else { return false };
    match edit.field.kind {
        OwnKind::Date => read_date(&value.text) == edit.date,
        OwnKind::Text | OwnKind::List => value.text == edit.text,
    }
}

fn missing_sheets(acts: &[Act], sheets: &[ReturnedSheet]) -> Vec<String> {
    let there = |name: &String| sheets.iter().any(|sheet| sheet.name.to_lowercase() == name.to_lowercase());
    acts_sheets(acts).into_iter().filter(|name| !there(name)).collect()
}

fn refused(options: &ImportOptions, refusals: &[ReturnedRefusal]) -> Result<Exit, AppError> {
    if options.json {
        let refused: Vec<_> =
            refusals.iter().map(|told| json!({ "place": told.place, "message": told.message })).collect();
        say(json!({ "changes": [], "refused": refused, "applied": false }))?;
    } else {
        for told in refusals {
            say(format!("{}: {}", told.place, told.message))?;
        }
    }
    eprintln!("Ничего не записано: исправьте указанное в книге и повторите.");
    Ok(Exit::BadInput)
}

/// The project file; nothing of one that is not there yet.
fn project_text(path: &Path) -> Result<String, AppError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unread(path, &reason(&error))),
    }
}

fn write(path: &Path, text: &str) -> Result<(), AppError> {
    write_whole(path, text.as_bytes()).map_err(|error| {
        AppError::failed(
            format!("файл проекта «{}» не записывается: {}.", path.display(), reason(&error)),
            "Проверьте права и место на диске.",
        )
    })
}

fn unread(path: &Path, why: &str) -> AppError {
    AppError::bad_input(
        format!("«{}» не читается: {}", path.display(), why.trim_end_matches('.').to_owned() + "."),
        "Нужна книга acts.xlsx из папки результатов, сохранённая в Excel или LibreOffice как XLSX.",
    )
}
