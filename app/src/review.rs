use crate::cli::ReviewOptions;
use crate::output::{reason, say};
use crate::pages::read_file;
use crate::{AppError, Exit};
use domain::{Analysis, EditError, EvidenceBy, Value};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// `pto review`: the values of an analysis, the most doubtful first, each with its page and quote; or one of them changed.
pub(crate) fn run(options: &ReviewOptions) -> Result<Exit, AppError> {
    let (path, mut analysis) = analysis_of(options)?;
    let changes = options.set.iter().map(|(address, text)| (address, Some(text.as_str())));
    let removals = options.remove.iter().map(|address| (address, None));
    let mut changed = false;
    for (address, new) in changes.chain(removals) {
        let Some(path) = &path else {
            return Err(AppError::bad_input(
                "правки записываются в analysis.json, а указан файл PDF.",
                "Сначала выполните pto process --out ПАПКА, затем pto review ПАПКА --set АДРЕС=ЗНАЧЕНИЕ.",
            ));
        };
        analysis.edit(address, new, &options.by).map_err(|error| not_changed(&error, path))?;
        changed = true;
    }
    if let Some(path) = path.filter(|_| changed) {
        write(&path, &analysis)?;
    }
    let values = doubtful(&analysis, options.below);
    if options.json {
        for value in values.iter().take(options.limit) {
            say(serde_json::json!({ "address": value.address, "value": value.text, "evidence": value.evidence }))?;
        }
    } else {
        say(listing(&analysis, &values, options.limit))?;
    }
    Ok(if values.is_empty() { Exit::Done } else { Exit::Warnings })
}

/// The analysis of an output folder or of `analysis.json`, with its path; of a PDF it is made here and has none.
fn analysis_of(options: &ReviewOptions) -> Result<(Option<PathBuf>, Analysis), AppError> {
    let file = &options.file;
    let path = if file.is_dir() { file.join("analysis.json") } else { file.clone() };
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
        let (id, pages) = read_file(&path, options.no_ocr)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        return Ok((None, rd_analyzer::understand(&id, &name, &pages).1));
    }
    let shown = path.display();
    let bytes = fs::read(&path).map_err(|error| {
        AppError::bad_input(
            format!("файл «{shown}» не открывается: {}.", reason(&error)),
            "Укажите PDF, analysis.json или папку результатов pto process.",
        )
    })?;
    let analysis = serde_json::from_slice(&bytes).map_err(|error| {
        AppError::bad_input(
            format!("«{shown}» — не анализ комплекта: {error}."),
            "Укажите analysis.json из папки результатов pto process.",
        )
    })?;
    Ok((Some(path), analysis))
}

/// Values below the limit, the least sure first; those of one confidence in the order of the pages.
fn doubtful(analysis: &Analysis, below: f32) -> Vec<Value> {
    let mut values: Vec<Value> = analysis.values();
    // The building comes from all title blocks: it is as sure as they are, not as the work.
    let listed = |value: &Value| !value.address.ends_with("/location");
    values.retain(|value| value.text.is_some() && value.evidence.confidence < below && listed(value));
    values.sort_by(|a, b| {
        a.evidence.confidence.total_cmp(&b.evidence.confidence).then(a.evidence.page.cmp(&b.evidence.page))
    });
    values
}

fn listing(analysis: &Analysis, values: &[Value], limit: usize) -> String {
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing into a string cannot fail.
        let written = writeln!(text, "{words}");
        debug_assert!(written.is_ok());
    };
    for value in values.iter().take(limit) {
        let evidence = &value.evidence;
        let by = match evidence.by {
            EvidenceBy::Rule => "правило",
            EvidenceBy::Model => "модель",
            EvidenceBy::Person => "правка",
        };
        line(format_args!(
            "{:.2}  стр. {:<4} {by}  {} = {}",
            evidence.confidence,
            evidence.page,
            value.address,
            value.text.as_deref().unwrap_or("—")
        ));
        line(format_args!("      «{}»", shortened(&evidence.quote)));
    }
    if values.len() > limit {
        line(format_args!("… и ещё {} (--limit)", values.len() - limit));
    }
    for edit in &analysis.edits {
        line(format_args!(
            "правка ({}): {}: «{}» → «{}»",
            edit.by,
            edit.value,
            edit.old.as_deref().unwrap_or("—"),
            edit.new.as_deref().unwrap_or("убрано")
        ));
    }
    if values.is_empty() {
        line(format_args!("Сомнительных значений нет."));
    }
    text.trim_end().to_owned()
}

fn shortened(quote: &str) -> String {
    const MOST: usize = 160;
    let plain = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.chars().count() <= MOST { plain } else { plain.chars().take(MOST).chain(['…']).collect() }
}

fn not_changed(error: &EditError, path: &Path) -> AppError {
    let message = match error {
        EditError::UnknownValue(address) => format!("в «{}» нет значения «{address}».", path.display()),
        EditError::NotANumber(text) => format!("«{text}» — не число."),
    };
    AppError::bad_input(message, "Адреса значений печатает pto review без --set.")
}

/// Writes beside and renames, so that a half-written analysis never stands there.
fn write(path: &Path, analysis: &Analysis) -> Result<(), AppError> {
    let beside = path.with_extension("json.part");
    let bytes = serde_json::to_vec_pretty(analysis).unwrap_or_default();
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        AppError::failed(
            format!("правка не записана в «{}»: {}.", path.display(), reason(&error)),
            "Проверьте права и место на диске и повторите.",
        )
    })
}
