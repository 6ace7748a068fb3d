//! The customer's own blanks: looked through, and filled with the acts of a set.

use super::written;
use crate::cli::{FillOptions, TemplateOptions};
use crate::output::{reason, say};
use crate::{AppError, Exit};
use domain::ActSet;
use forms::{TemplateError, check_template, field_names, fill_template, template_kind};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Folder of the filled blanks below the results.
const FOLDER: &str = "template";

/// `pto acts fields`: what may stand in double braces, a line each.
pub(super) fn fields() -> Result<Exit, AppError> {
    say(field_names().into_iter().map(|name| format!("{{{{{name}}}}}")).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::Done)
}

/// `pto acts template`: names the cell or paragraph of every problem; the exit is that of bad input when there are any.
pub(super) fn check(options: &TemplateOptions) -> Result<Exit, AppError> {
    let bytes = read(&options.template)?;
    let report = check_template(&bytes).map_err(|error| refused(&options.template, &error))?;
    let problem = |problem: &forms::TemplateProblem| json!({ "place": problem.place, "message": problem.message });
    if options.json {
        let problems: Vec<_> = report.problems.iter().map(problem).collect();
        say(json!({ "fields": report.fields, "problems": problems }))?;
    } else {
        say(format!("Полей: {}. {}", report.fields.len(), report.fields.join(", ")))?;
        for problem in &report.problems {
            say(format!("{}: {}", problem.place, problem.message))?;
        }
    }
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::BadInput })
}

/// `pto acts fill`: every act of the results in the customer's blank.
pub(super) fn fill(options: &FillOptions) -> Result<Exit, AppError> {
    let acts: ActSet = written(&options.out, "acts.json")?;
    let bytes = read(&options.template)?;
    let extension = template_kind(&bytes).map_err(|error| refused(&options.template, &error))?;
    let folder = options.out.join(FOLDER);
    let unwritable = |path: &Path, error: &std::io::Error| {
        AppError::failed(
            format!("не записывается «{}»: {}.", path.display(), reason(error)),
            "Проверьте права и место на диске.",
        )
    };
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    for (act, file) in acts.acts.iter().zip(&acts.files) {
        let name = file.in_format(extension);
        if name.contains(['/', '\\']) {
            continue; // not a name of ours
        }
        let filled = fill_template(&bytes, act).map_err(|error| refused(&options.template, &error))?;
        let path = folder.join(name);
        fs::write(&path, filled).map_err(|error| unwritable(&path, &error))?;
    }
    say(format!("Актов по шаблону: {} в {}", acts.acts.len(), folder.display()))?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    fs::read(path).map_err(|error| {
        AppError::bad_input(
            format!("шаблон «{}» не открывается: {}.", path.display(), reason(&error)),
            "Проверьте путь и права доступа к файлу.",
        )
    })
}

fn refused(path: &Path, error: &TemplateError) -> AppError {
    AppError::bad_input(
        format!("шаблон «{}» не подходит. {error}", path.display()),
        "Все ошибки с местами: pto acts template ФАЙЛ; все поля: pto acts fields.",
    )
}
