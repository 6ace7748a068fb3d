use crate::Truth;
use domain::{Analysis, DocumentId, DocumentSummary, Page};
use pdf::{Limits, OpenError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the evaluation cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {source}")]
    Json {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The document is no readable PDF.
    #[error("{path}: {source}")]
    Pdf {
        /// Which.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// A set cannot be typeset.
    #[error("typeset a set: {0}")]
    Press(String),
    /// There is nothing to grade.
    #[error("{0}: no *.truth.json here")]
    Nothing(PathBuf),
}

/// A document with what is true of it and what was understood.
#[derive(Debug)]
pub struct Document {
    /// What is true.
    pub truth: Truth,
    /// What the set is, where it is known.
    pub summary: Option<DocumentSummary>,
    /// What was understood.
    pub analysis: Analysis,
    /// How long the rules took, in seconds; 0 for an analysis that was read from a file.
    pub seconds: f64,
}

/// Every document of the folder that has a truth file, in the order of their names. What was understood is read from
/// `NAME.analysis.json` or `NAME/analysis.json` (what `pto process --out` writes), else the rules are run over the text
/// layer of `NAME.pdf`. With `rules`, they always are.
///
/// # Errors
/// When a file cannot be read, or there is no truth file.
pub fn documents(folder: &Path, rules: bool) -> Result<Vec<Document>, EvalError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| EvalError::File { path, source }
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(file(folder))? {
        let path = entry.map_err(file(folder))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".truth.json")) {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(EvalError::Nothing(folder.to_owned()));
    }
    paths.iter().map(|path| document(folder, path, rules)).collect()
}

fn document(folder: &Path, path: &Path, rules: bool) -> Result<Document, EvalError> {
    let truth: Truth = json(path)?;
    let stem = truth.document.trim_end_matches(".pdf");
    if !rules {
        for (analysis, summary) in [
            (folder.join(format!("{stem}.analysis.json")), folder.join(format!("{stem}.document.json"))),
            (folder.join(stem).join("analysis.json"), folder.join(stem).join("document.json")),
        ] {
            if analysis.exists() {
                let summary = if summary.exists() { Some(json(&summary)?) } else { None };
                return Ok(Document { truth, summary, analysis: json(&analysis)?, seconds: 0.0 });
            }
        }
    }
    let path = folder.join(&truth.document);
    let bytes = fs::read(&path).map_err(|source| EvalError::File { path: path.clone(), source })?;
    let id = DocumentId::of(&bytes);
    let opened = pdf::Document::open(Arc::new(bytes), &Limits::default());
    let opened = opened.map_err(|source| EvalError::Pdf { path: path.clone(), source })?;
    let mut pages: Vec<Page> = Vec::new();
    for number in 1..=opened.page_count() {
        let mut page = opened.read_page(number);
        if let Some(before) = pages.last() {
            domain::mark_continued(before, &mut page);
        }
        pages.push(page);
    }
    let started = std::time::Instant::now();
    let (summary, analysis) = rd_analyzer::understand(&id, &truth.document, &pages);
    Ok(Document { truth, summary: Some(summary), analysis, seconds: started.elapsed().as_secs_f64() })
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, EvalError> {
    let bytes = fs::read(path).map_err(|source| EvalError::File { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| EvalError::Json { path: path.to_owned(), source })
}
