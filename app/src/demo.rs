use crate::cli::DemoOptions;
use crate::engine::Engine;
use crate::process::{Followed, accept, follow};
use crate::{AppError, Exit, summary};
use pdf::testkit::{SetOptions, drawing_set};
use std::path::PathBuf;

/// Every demonstration shows the same set.
const DEMO_SEED: u64 = 1;

/// `pto demo`: the whole way on a synthetic set, offline.
pub(crate) async fn run(options: DemoOptions) -> Result<Exit, AppError> {
    let unwritable = |path: &PathBuf, error: std::io::Error| {
        AppError::failed(
            format!("не записывается «{}»: {error}.", path.display()),
            "Укажите другую папку: pto demo --out ПАПКА.",
        )
    };
    std::fs::create_dir_all(&options.out).map_err(|error| unwritable(&options.out, error))?;
    let source = options.out.join("учебный-комплект.pdf");
    let set = drawing_set(&SetOptions { pages: options.pages, seed: DEMO_SEED, faults: true });
    std::fs::write(&source, &set.pdf).map_err(|error| unwritable(&source, error))?;

    let engine = Engine::open(&options.data)?;
    let (upload, name) = accept(&engine, &source).await?;
    let followed = follow(&engine, &upload, &name, &options.out).await?;
    engine.stop().await;
    match followed {
        Followed::Exported(exported) => {
            println!("Учебный комплект: {}\n{}", source.display(), summary::in_words(&exported));
            println!("Свой комплект:       pto process ФАЙЛ.pdf --out ПАПКА");
            println!("Страница в браузере: pto serve, затем http://127.0.0.1:8620/");
            Ok(Exit::Done)
        }
        Followed::Refused(_) | Followed::Failed => Ok(Exit::Failed),
        Followed::Interrupted => Ok(Exit::Interrupted),
    }
}
