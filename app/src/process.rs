use crate::cli::ProcessOptions;
use crate::engine::{Engine, Outcome};
use crate::export::{Exported, export};
use crate::progress::DocumentBar;
use crate::{AppError, Exit, summary};
use domain::UploadRef;
use std::path::{Path, PathBuf};

/// `pto process`: each file through all stages, its results into its folder.
pub(crate) async fn run(options: ProcessOptions) -> Result<Exit, AppError> {
    let engine = Engine::open(&options.data)?;
    let folders = result_folders(&options.files, &options.out);
    let mut accepted = Vec::with_capacity(options.files.len());
    let mut worst = Exit::Done;
    for (path, folder) in options.files.iter().zip(folders) {
        match accept(&engine, path).await {
            Ok((upload, name)) => accepted.push((upload, name, folder)),
            Err(error) => {
                eprintln!("{error}");
                worst = worse(worst, error.exit);
            }
        }
    }
    for (upload, name, folder) in accepted {
        let exit = match follow(&engine, &upload, &name, &folder).await? {
            Followed::Exported(exported) => {
                tell(&exported, &name, options.json);
                if exported.warnings().is_empty() { Exit::Done } else { Exit::Warnings }
            }
            Followed::Refused(refusal) => {
                if options.json {
                    println!("{refusal}");
                }
                Exit::BadInput
            }
            Followed::Failed => Exit::Failed,
            Followed::Interrupted => {
                worst = Exit::Interrupted;
                break;
            }
        };
        worst = worse(worst, exit);
    }
    engine.stop().await;
    Ok(worst)
}

/// How following one document ended.
pub(crate) enum Followed {
    /// Its results are written.
    Exported(Box<Exported>),
    /// It was refused; told on standard error, and here as JSON.
    Refused(serde_json::Value),
    /// It was given up; told on standard error.
    Failed,
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
        Outcome::Failed(message) => {
            eprintln!("Сбой: «{name}»: {message}");
            Ok(Followed::Failed)
        }
        Outcome::Interrupted => {
            eprintln!("Прервано. Принятое сохранено: повторите ту же команду, и работа продолжится с того же места.");
            Ok(Followed::Interrupted)
        }
    }
}

/// Reads a file and gives it to the engine; when this returns, the file cannot be lost.
pub(crate) async fn accept(engine: &Engine, path: &Path) -> Result<(UploadRef, String), AppError> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        AppError::bad_input(
            format!("файл «{shown}» не открывается: {error}."),
            "Проверьте путь и права доступа к файлу.",
        )
    })?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |name| name.to_string_lossy().into_owned());
    let upload = engine.accept(&name, bytes.into()).await?;
    Ok((upload, name))
}

fn tell(exported: &Exported, name: &str, json: bool) {
    if json {
        println!("{}", summary::in_json(exported));
    } else {
        println!("{name}\n{}", summary::in_words(exported));
    }
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
