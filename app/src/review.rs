use crate::cli::ReviewOptions;
use crate::engine::{Engine, Outcome};
use crate::export::export;
use crate::output::{reason, say, write_whole};
use crate::pages::read_file;
use crate::{AppError, Exit};
use domain::{Analysis, DocumentId, DocumentRef, DocumentSummary, EditError, EvidenceBy, TenantId, UploadRef, Value};
use pipeline::AmendError;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// `pto review`: the values of an analysis, the most doubtful first, each with its page and quote; or one of them changed.
/// Changes of a folder of results go into the data folder, and acts and bundle are formed anew; those of `analysis.json`
/// alone stay in it.
pub(crate) async fn run(options: ReviewOptions) -> Result<Exit, AppError> {
    let options = &options;
    let set = options.set.iter().map(|(address, text)| (address.clone(), Some(text.clone())));
    let mut edits: Vec<(String, Option<String>)> =
        set.chain(options.remove.iter().map(|address| (address.clone(), None))).collect();
    if options.file.is_dir() && !edits.is_empty() {
        change_results(options, &edits).await?;
        edits.clear();
    }
    let (path, mut analysis) = analysis_of(options)?;
    let mut changed = false;
    for (address, new) in &edits {
        let Some(path) = &path else {
            return Err(AppError::bad_input(
                "правки записываются в analysis.json, а указан файл PDF.",
                "Сначала выполните pto process --out ПАПКА, затем pto review ПАПКА --set АДРЕС=ЗНАЧЕНИЕ.",
            ));
        };
        analysis.edit(address, new.as_deref(), &options.by).map_err(|error| not_changed(&error, path))?;
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

/// Records the edits where the document is known, waits for the acts made with them, and writes the results again.
async fn change_results(options: &ReviewOptions, edits: &[(String, Option<String>)]) -> Result<(), AppError> {
    let folder = &options.file;
    let unknown = || {
        AppError::bad_input(
            format!("комплект из папки «{}» этой папке данных не известен.", folder.display()),
            "Обработайте его заново: pto process ФАЙЛ.pdf --out ПАПКА.",
        )
    };
    let summary = fs::read(folder.join("document.json")).map_err(|_error| unknown())?;
    let summary: DocumentSummary = serde_json::from_slice(&summary).map_err(|_error| unknown())?;
    let document = DocumentId::try_from(summary.sha256.clone()).map_err(|_error| unknown())?;
    let document = DocumentRef { tenant: TenantId::local(), document };
    let engine = Engine::open(&options.data)?;
    let changed = async {
        let record = engine.amending().edit(&document, edits, &options.by).await.map_err(|error| match error {
            AmendError::UnknownDocument => unknown(),
            AmendError::Edit(error) => not_changed(&error, &folder.join("analysis.json")),
            AmendError::NotAnalyzed => {
                AppError::failed("комплект ещё разбирается.", "Выполните pto process до конца и повторите правку.")
            }
            AmendError::Store(failure) => AppError::failed(
                format!("хранилище в папке данных не отвечает ({failure})."),
                "Запустите «pto doctor».",
            ),
        })?;
        let upload = UploadRef { tenant: document.tenant.clone(), upload: record.upload };
        match engine.wait(&upload, |_standing| ()).await? {
            Outcome::Done { document, record } => {
                export(&engine, &document, &record, &summary.file, folder).await?;
                Ok(())
            }
            Outcome::Rejected(rejection) => Err(AppError::bad_input(rejection.message, "")),
            Outcome::Failed(message) => Err(AppError::failed(message, "Повторите ту же команду: правка сохранена.")),
            Outcome::Interrupted => {
                Err(AppError::failed("прервано.", "Правка сохранена; pto process закончит работу с того же места."))
            }
        }
    };
    let outcome = changed.await;
    engine.stop().await;
    outcome
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

fn write(path: &Path, analysis: &Analysis) -> Result<(), AppError> {
    let bytes = serde_json::to_vec_pretty(analysis).unwrap_or_default();
    write_whole(path, &bytes).map_err(|error| {
        AppError::failed(
            format!("правка не записана в «{}»: {}.", path.display(), reason(&error)),
            "Проверьте права и место на диске и повторите.",
        )
    })
}
