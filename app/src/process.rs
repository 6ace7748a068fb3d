use crate::cli::ProcessOptions;
use crate::engine::{Engine, Outcome};
use crate::export::{Exported, export};
use crate::output::{reason, say};
use crate::progress::DocumentBar;
use crate::project::Project;
use crate::{AppError, Exit, summary};
use bytes::Bytes;
use domain::UploadRef;
use std::path::{Path, PathBuf};

/// `pto process`: each file through all stages, its results into its folder. One bad file does not stop the others.
pub(crate) async fn run(options: ProcessOptions) -> Result<Exit, AppError> {
    let project = options.project.as_deref().map(Project::read).transpose()?;
    let books = options.specification.iter().map(|path| workbook(path)).collect::<Result<Vec<_>, _>>()?;
    if !books.is_empty() && options.files.len() > 1 {
        return Err(AppError::bad_input(
            "--specification относится к одному комплекту, а файлов несколько.",
            "Обработайте комплекты по одному.",
        ));
    }
    let engine = Engine::open(&options.data)?;
    if let Some(project) = &project {
        project.keep(&engine).await?;
    }
    let project = project.map(|project| project.bytes);
    let folders = result_folders(&options.files, &options.out);
    let mut accepted = Vec::with_capacity(options.files.len());
    let mut worst = Exit::Done;
    for (path, folder) in options.files.iter().zip(folders) {
        match accept_into(&engine, path, &folder, project.as_ref()).await {
            Ok((upload, name)) => {
                engine.add_workbooks(&upload, &books).await?;
                accepted.push((upload, name, folder));
            }
            Err(error) => worst = worse(worst, give_up_on(&path.display().to_string(), &error, options.json)?),
        }
    }
    for (upload, name, folder) in accepted {
        let exit = match follow(&engine, &upload, &name, &folder).await {
            Ok(Followed::Exported(exported)) => {
                tell(&exported, &name, options.json)?;
                if exported.warnings().is_empty() { Exit::Done } else { Exit::Warnings }
            }
            Ok(Followed::Refused(refusal)) => {
                if options.json {
                    say(refusal)?;
                }
                Exit::BadInput
            }
            Ok(Followed::Interrupted) => {
                worst = Exit::Interrupted;
                break;
            }
            Err(error) => give_up_on(&name, &error, options.json)?,
        };
        worst = worse(worst, exit);
    }
    engine.stop().await;
    Ok(worst)
}

/// Makes the folder of the results, so that a wrong one is noticed before the work, and gives the file to the engine.
async fn accept_into(
    engine: &Engine,
    path: &Path,
    folder: &Path,
    project: Option<&Bytes>,
) -> Result<(UploadRef, String), AppError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        AppError::failed(
            format!("папка «{}» не создаётся: {}.", folder.display(), reason(&error)),
            "Проверьте права и место на диске или укажите другую папку в --out.",
        )
    })?;
    accept(engine, path, project).await
}

/// Tells of a file that came to nothing, and answers its exit.
fn give_up_on(file: &str, error: &AppError, json: bool) -> Result<Exit, AppError> {
    eprintln!("{error}");
    if json {
        say(summary::failure_in_json(file, error))?;
    }
    Ok(error.exit)
}

/// How following one document ended.
pub(crate) enum Followed {
    /// Its results are written.
    Exported(Box<Exported>),
    /// It was refused; told on standard error, and here as JSON.
    Refused(serde_json::Value),
    /// The user pressed Ctrl-C.
    Interrupted,
}

/// Waits for a document with its bar on standard error and writes its results.
pub(crate) async fn follow(
    engine: &Engine,
    upload: &UploadRef,
    name: &str,
    folder: &Path,
) -> Result<Followed, AppError> {
    let bar = DocumentBar::new(name);
    let outcome = engine.wait(upload, |standing| bar.show(standing)).await;
    bar.finish();
    match outcome? {
        Outcome::Done { document, record } => {
            let exported = export(engine, &document, &record, name, folder).await?;
            Ok(Followed::Exported(Box::new(exported)))
        }
        Outcome::Rejected(rejection) => {
            eprintln!("Отклонено: {}", rejection.message);
            Ok(Followed::Refused(summary::refusal_in_json(name, &rejection)))
        }
        Outcome::Failed(message) => Err(AppError::failed(
            format!("«{name}»: {message}"),
            "Повторите ту же команду; если сбой повторится, сообщите разработчику.",
        )),
        Outcome::Interrupted => {
            eprintln!("Прервано. Принятое сохранено: повторите ту же команду, и работа продолжится с того же места.");
            Ok(Followed::Interrupted)
        }
    }
}

/// Reads a file and gives it to the engine; when this returns, the file cannot be lost.
pub(crate) async fn accept(
    engine: &Engine,
    path: &Path,
    project: Option<&Bytes>,
) -> Result<(UploadRef, String), AppError> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        AppError::bad_input(
            format!("файл «{shown}» не открывается: {}.", reason(&error)),
            "Проверьте путь и права доступа к файлу.",
        )
    })?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    let upload = engine.accept(&name, bytes.into(), project).await?;
    Ok((upload, name))
}

/// Reads a workbook and refuses one with faults, by sheet and cell as the API does, or without rows, before any work is begun.
fn workbook(path: &Path) -> Result<(String, Bytes), AppError> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        AppError::bad_input(
            format!("книга «{shown}» не открывается: {}.", reason(&error)),
            "Проверьте путь и права доступа к файлу.",
        )
    })?;
    let faults = workbook::faults(&bytes).map_err(|error| {
        AppError::bad_input(
            format!("«{shown}» — не книга XLSX ({error})."),
            "Сохраните таблицу в формате XLSX и укажите её.",
        )
    })?;
    if !faults.is_empty() {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(AppError::bad_input(
            format!("книга «{shown}» не принята. {}", told.join(" ")),
            "Исправьте указанное в книге и повторите команду.",
        ));
    }
    rd_analyzer::specification_of_workbook(&domain::DocumentId::of(&bytes), &bytes).map_err(|error| {
        AppError::bad_input(
            format!("из книги «{shown}» не взято ни одной строки ({error})."),
            "Нужен лист XLSX с заголовком, в котором есть «Наименование», «Кол-во» и «Поз.», «Ед. изм.» или «Обозначение».",
        )
    })?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    Ok((name, bytes.into()))
}

fn tell(exported: &Exported, name: &str, json: bool) -> Result<(), AppError> {
    if json { say(summary::in_json(exported)) } else { say(format!("{name}\n{}", summary::in_words(exported))) }
}

/// One file goes straight into `out`; several each into a folder of their own name, made distinct where names repeat.
fn result_folders(files: &[PathBuf], out: &Path) -> Vec<PathBuf> {
    if files.len() == 1 {
        return vec![out.to_owned()];
    }
    let mut folders: Vec<PathBuf> = Vec::with_capacity(files.len());
    for file in files {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut folder = out.join(&stem);
        let mut repeat = 2;
        while folders.contains(&folder) {
            folder = out.join(format!("{stem} ({repeat})"));
            repeat += 1;
        }
        folders.push(folder);
    }
    folders
}

/// The exit of several files: a failure counts more than bad input, that more than warnings.
fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Done => 0,
        Exit::Warnings => 1,
        Exit::BadInput => 2,
        Exit::MissingDependency => 3,
        Exit::Failed => 4,
        Exit::Interrupted => 5,
    };
    if rank(other) > rank(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_of_one_name_get_folders_of_their_own() {
        let files = ["a/КЖ.pdf", "b/КЖ.pdf", "АР.pdf"].map(PathBuf::from);
        let folders = result_folders(&files, Path::new("out"));
        assert_eq!(folders, ["out/КЖ", "out/КЖ (2)", "out/АР"].map(PathBuf::from));
        assert_eq!(result_folders(&files[..1], Path::new("out")), [PathBuf::from("out")]);
    }

    #[test]
    fn the_worst_exit_wins() {
        assert_eq!(worse(Exit::Warnings, Exit::BadInput), Exit::BadInput);
        assert_eq!(worse(Exit::Failed, Exit::Warnings), Exit::Failed);
    }
}
