use crate::cli::DemoOptions;
use crate::engine::Engine;
use crate::output::{reason, say};
use crate::process::{Followed, accept, follow};
use crate::{AppError, Exit, summary};
use pdf::testkit::{SetOptions, drawing_set};
use std::path::PathBuf;

/// Every demonstration shows the same set.
const DEMO_SEED: u64 = 1;

/// `pto demo`: the whole way on a synthetic set, offline. Its warnings are part of the show: the exit is 0.
pub(crate) async fn run(options: DemoOptions) -> Result<Exit, AppError> {
    let unwritable = |path: &PathBuf, error: std::io::Error| {
        AppError::failed(
            format!("не записывается «{}»: {}.", path.display(), reason(&error)),
            "Укажите другую папку: pto demo --out ПАПКА.",
        )
    };
    std::fs::create_dir_all(&options.out).map_err(|error| unwritable(&options.out, error))?;
    let source = options.out.join("учебный-комплект.pdf");
    let set = drawing_set(&SetOptions { pages: options.pages, seed: DEMO_SEED, faults: true });
    std::fs::write(&source, &set.pdf).map_err(|error| unwritable(&source, error))?;

    let engine = Engine::open(&options.data)?;
    let (upload, name) = accept(&engine, &source, None).await?;
    let followed = follow(&engine, &upload, &name, &options.out).await?;
    engine.stop().await;
    match followed {
        Followed::Exported(exported) => {
            let program = std::env::args().next().unwrap_or_else(|| "pto".to_owned());
            let data = options.data.data.map(|data| format!(" --data {}", data.display())).unwrap_or_default();
            say(format!(
                "Учебный комплект: {}\n{}\n\
                 Свой комплект:       {program} process ФАЙЛ.pdf --out ПАПКА\n\
                 Страница в браузере: {program} serve{data}, затем http://127.0.0.1:8620/",
                source.display(),
                summary::in_words(&exported)
            ))?;
            Ok(Exit::Done)
        }
        Followed::Refused(_) => Ok(Exit::Failed),
        Followed::Interrupted => Ok(Exit::Interrupted),
    }
}
