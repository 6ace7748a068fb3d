//! `pto acts`: the acts of a set that is processed already, and the customer's own blanks for them.

mod import;
mod project_edit;
mod template;

use crate::cli::{ActsCommand, RegenerateOptions};
use crate::engine::Engine;
use crate::output::{reason, say};
use crate::process::{Followed, follow};
use crate::project::Project;
use crate::{AppError, Exit, summary};
use aosr_generator::{ActChange, changes, form_acts};
use domain::project_file::ProjectFile;
use domain::{ActSet, Analysis, BlobKey, Bucket, DocumentId, DocumentRecord, DocumentRef, DocumentSummary, TenantId};
use pipeline::get_json;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest value that a line of the differences shows.
const SHOWN_CHARS: usize = 200;

pub(crate) async fn run(command: ActsCommand) -> Result<Exit, AppError> {
    match command {
        ActsCommand::Regenerate(options) => regenerate(options).await,
        ActsCommand::Import(options) => import::run(&options),
        ActsCommand::Template(options) => template::check(&options),
        ActsCommand::Fields => template::fields(),
        ActsCommand::Fill(options) => template::fill(&options),
    }
}

/// «Переформировать»: shows what a changed project file changes, keeps the version before, forms every act anew that is
/// not signed, and binds the package again.
async fn regenerate(options: RegenerateOptions) -> Result<Exit, AppError> {
    let project = Project::read(&options.project)?;
    let shown: DocumentSummary = written(&options.out, "document.json")?;
    let before: ActSet = written(&options.out, "acts.json")?;
    let engine = Engine::open(&options.data)?;
    let outcome = formed_anew(&engine, &options, &project, &shown, &before).await;
    engine.stop().await;
    outcome
}

async fn formed_anew(
    engine: &Engine,
    options: &RegenerateOptions,
    project: &Project,
    shown: &DocumentSummary,
    before: &ActSet,
) -> Result<Exit, AppError> {
    let document = DocumentId::try_from(shown.sha256.clone()).map_err(|_invalid| unknown(options))?;
    let document = DocumentRef { tenant: TenantId::local(), document };
    let record = engine.records().document(&document).await.map_err(|_error| unknown(options))?;
    let record = record.ok_or_else(|| unknown(options))?;
    let (after, _) =
        planned(engine, &record.edition(&document), &project.file).await?.ok_or_else(|| unknown(options))?;
    let found = changes(&before.acts, &after);
    if options.json {
        say(json!({ "changes": found.iter().map(in_json).collect::<Vec<_>>(), "applied": !options.dry_run }))?;
    } else {
        say(in_words(&found))?;
    }
    if options.dry_run {
        return Ok(Exit::Done);
    }
    if !found.is_empty() {
        let version = keep_version(&options.out, before)?;
        eprintln!("Прежние акты сохранены: {}", version.display());
    }
    project.keep(engine).await?;
    form(engine, options, project.bytes.clone(), &document, &record, shown).await
}

/// The acts as they will be, without writing any.
async fn planned(
    engine: &Engine,
    document: &domain::Edition,
    file: &ProjectFile,
) -> Result<Option<(Vec<domain::Act>, Vec<domain::Warning>)>, AppError> {
    let results = engine.blobs(Bucket::Results)?;
    let lost = |error: pipeline::Failure| {
        AppError::failed(format!("хранилище в папке данных не отвечает ({error})."), "Запустите «pto doctor».")
    };
    let summary: Option<DocumentSummary> =
        get_json(results.as_ref(), &BlobKey::summary(document)).await.map_err(lost)?;
    let analysis: Option<Analysis> = get_json(results.as_ref(), &BlobKey::analysis(document)).await.map_err(lost)?;
    Ok(summary.zip(analysis).map(|(summary, analysis)| form_acts(&summary, &analysis, Some(file))))
}

async fn form(
    engine: &Engine,
    options: &RegenerateOptions,
    project: bytes::Bytes,
    document: &DocumentRef,
    record: &DocumentRecord,
    shown: &DocumentSummary,
) -> Result<Exit, AppError> {
    let upload = engine.bring_again(&shown.file, document, record, &project).await?;
    match follow(engine, &upload, &shown.file, &options.out).await? {
        Followed::Exported(exported) => {
            let said = if options.json { say(summary::in_json(&exported)) } else { say(summary::in_words(&exported)) };
            said?;
            Ok(if exported.warnings().is_empty() { Exit::Done } else { Exit::Warnings })
        }
        Followed::Refused(_) => Ok(Exit::BadInput),
        Followed::Interrupted => Ok(Exit::Interrupted),
    }
}

/// Copies the acts as they are into a folder of their own, numbered on.
fn keep_version(out: &Path, acts: &ActSet) -> Result<PathBuf, AppError> {
    let versions = out.join("versions");
    let unwritable = |path: &Path, error: &std::io::Error| {
        AppError::failed(
            format!("прежние акты не сохраняются в «{}»: {}.", path.display(), reason(error)),
            "Проверьте права и место на диске; акты не тронуты.",
        )
    };
    fs::create_dir_all(&versions).map_err(|error| unwritable(&versions, &error))?;
    let number = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.parse::<u32>().ok();
    let entries = fs::read_dir(&versions).map_err(|error| unwritable(&versions, &error))?;
    let last = entries.filter_map(number).max().unwrap_or_default();
    let version = versions.join(format!("{:04}", last + 1));
    fs::create_dir_all(&version).map_err(|error| unwritable(&version, &error))?;
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
    let files = acts.files.iter().flat_map(|act| {
        std::iter::once("pdf").chain(act.formats.iter().map(String::as_str)).map(|extension| act.in_format(extension))
    });
    let files = files.filter(|name| plain(name)).map(|name| (out.join("acts").join(&name), version.join(&name)));
    for (from, to) in files.chain([(out.join("acts.json"), version.join("acts.json"))]) {
        match fs::copy(&from, &to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(&to, &error)),
            _ => {}
        }
    }
    Ok(version)
}

fn in_words(found: &[ActChange]) -> String {
    if found.is_empty() {
        return "Изменений нет.".to_owned();
    }
    let mut lines = Vec::new();
    for change in found {
        match change {
            ActChange::Added { number, works } => lines.push(format!("+ акт № {number}: {}", short(works))),
            ActChange::Removed { number, works } => lines.push(format!("- акт № {number}: {}", short(works))),
            ActChange::Locked { number } => lines.push(format!("= акт № {number}: подписан, не меняется")),
            ActChange::Changed { number, fields } => {
                lines.push(format!("~ акт № {number}:"));
                for field in fields {
                    lines.push(format!("    {}", short(&field.label)));
                    lines.push(format!("      было:  {}", short(&field.before)));
                    lines.push(format!("      стало: {}", short(&field.after)));
                }
            }
        }
    }
    lines.join("\n")
}

fn short(text: &str) -> String {
    match text.chars().count() {
        0 => "(пусто)".to_owned(),
        count if count > SHOWN_CHARS => format!("{}…", text.chars().take(SHOWN_CHARS).collect::<String>()),
        _ => text.to_owned(),
    }
}

fn in_json(change: &ActChange) -> Value {
    match change {
        ActChange::Added { number, works } => json!({ "act": number, "change": "added", "works": works }),
        ActChange::Removed { number, works } => json!({ "act": number, "change": "removed", "works": works }),
        ActChange::Locked { number } => json!({ "act": number, "change": "locked" }),
        ActChange::Changed { number, fields } => {
            let field = |field: &aosr_generator::FieldChange| json!({ "label": field.label, "before": field.before, "after": field.after });
            json!({ "act": number, "change": "changed", "fields": fields.iter().map(field).collect::<Vec<_>>() })
        }
    }
}

fn written<T: DeserializeOwned>(out: &Path, name: &str) -> Result<T, AppError> {
    let path = out.join(name);
    let unread = |what: String| {
        AppError::bad_input(
            format!("в папке результатов нет «{}»: {what}.", path.display()),
            "Укажите в --out папку, куда «pto process» записал результаты.",
        )
    };
    let bytes = fs::read(&path).map_err(|error| unread(reason(&error)))?;
    serde_json::from_slice(&bytes).map_err(|_error| unread("файл испорчен".to_owned()))
}

fn unknown(options: &RegenerateOptions) -> AppError {
    AppError::bad_input(
        format!("комплект из папки «{}» этой папке данных не известен.", options.out.display()),
        "Обработайте его заново: pto process ФАЙЛ.pdf --project ФАЙЛ.toml --out ПАПКА.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aosr_generator::FieldChange;

    #[test]
    fn changes_are_told_act_by_act() {
        let field =
            FieldChange {
                label: "Дата акта".to_owned(), before: String::new(), after: "«07» октября".to_owned()
            };
        let told = in_words(&[
            ActChange::Changed { number: "1".to_owned(), fields: vec![field] },
            ActChange::Locked { number: "2".to_owned() },
        ]);
        assert_eq!(
            told,
            "~ акт № 1:\n    Дата акта\n      было:  (пусто)\n      стало: «07» октября\n= акт № 2: подписан, не меняется"
        );
    }

    #[test]
    fn versions_are_numbered_on_and_nothing_leaves_the_folder() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir_all(out.path().join("acts")).unwrap();
        fs::write(out.path().join("acts/1.pdf"), "act").unwrap();
        fs::write(out.path().join("acts.json"), "{}").unwrap();
        let file =
            |file: &str| domain::ActFile { number: String::new(), file: file.to_owned(), pages: 1, formats: vec![] };
        let acts = ActSet { files: vec![file("1.pdf"), file("../x.pdf")], ..ActSet::default() };
        let first = keep_version(out.path(), &acts).unwrap();
        let second = keep_version(out.path(), &acts).unwrap();
        assert!(first.ends_with("versions/0001") && second.ends_with("versions/0002"));
        assert_eq!(fs::read(second.join("1.pdf")).unwrap(), b"act");
    }
}
