use crate::AppError;
use crate::engine::Engine;
use domain::{
    ActSet, Analysis, BlobKey, Bucket, BundleManifest, DocumentRecord, DocumentRef, DocumentSummary, Page, Warning,
};
use pipeline::{PageStore, get_json};
use ports::{Blobs, Host};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was written for one document.
#[derive(Debug, Clone)]
pub(crate) struct Exported {
    /// Folder of the document.
    pub(crate) folder: PathBuf,
    /// `document.json`.
    pub(crate) summary: DocumentSummary,
    /// `analysis.json`.
    pub(crate) analysis: Analysis,
    /// `acts.json`.
    pub(crate) acts: ActSet,
    /// The bundle, when there was something to bind.
    pub(crate) bundle: Option<BundleManifest>,
}

/// Writes the results of a finished document into `folder`: `document.json`, `pages/`, `analysis.json`, `acts.json`,
/// `acts/`, `bundle/`. What an earlier run left there is replaced. `document.json` is written last: where it stands,
/// everything stands.
pub(crate) async fn export(
    engine: &Engine,
    document: &DocumentRef,
    record: &DocumentRecord,
    file_name: &str,
    folder: &Path,
) -> Result<Exported, AppError> {
    let results = engine.blobs(Bucket::Results)?;
    let target = Target { folder: folder.to_owned() };
    target.clear()?;

    let mut summary: DocumentSummary = stored(&results, &BlobKey::summary(document)).await?;
    file_name.clone_into(&mut summary.file);
    for warning in &record.warnings {
        if !summary.warnings.contains(warning) {
            summary.warnings.push(warning.clone());
        }
    }
    let analysis: Analysis = stored(&results, &BlobKey::analysis(document)).await?;
    let acts: ActSet = stored(&results, &BlobKey::acts(document)).await?;

    let pages = PageStore::new(engine.blobs(Bucket::Pages)?);
    for (chunk, _) in (0_u32..).zip(&record.chunks) {
        let read = pages.chunk(document, chunk).await.map_err(|error| results_lost(&error))?;
        let thumbnails = pages.thumbnails(document, chunk).await.map_err(|error| results_lost(&error))?;
        for (page, thumbnail) in read.iter().zip(&thumbnails) {
            target.write_json(&page_path(page, "json"), page)?;
            if !thumbnail.is_empty() {
                target.write(&page_path(page, "webp"), thumbnail)?;
            }
        }
    }
    for (index, act) in acts.files.iter().enumerate() {
        target.write(&format!("acts/{}", act.file), &blob(&results, &BlobKey::act_pdf(document, index)).await?)?;
    }
    let bundle = if acts.acts.is_empty() {
        None
    } else {
        let manifest: BundleManifest = stored(&results, &BlobKey::bundle_manifest(document)).await?;
        let pdf = blob(&results, &BlobKey::bundle_pdf(document)).await?;
        let zip = blob(&results, &BlobKey::bundle_zip(document)).await?;
        target.write(&format!("bundle/{}", manifest.pdf.path), &pdf)?;
        target.write(&format!("bundle/{}", manifest.zip.path), &zip)?;
        target.write_json("bundle/manifest.json", &manifest)?;
        Some(manifest)
    };
    target.write_json("analysis.json", &analysis)?;
    target.write_json("acts.json", &acts)?;
    target.write_json("document.json", &summary)?;
    Ok(Exported { folder: folder.to_owned(), summary, analysis, acts, bundle })
}

impl Exported {
    /// Everything the user should know, once.
    pub(crate) fn warnings(&self) -> Vec<&Warning> {
        let mut all: Vec<&Warning> = Vec::new();
        for warning in self.summary.warnings.iter().chain(&self.analysis.warnings) {
            if !all.contains(&warning) {
                all.push(warning);
            }
        }
        all
    }
}

fn page_path(page: &Page, extension: &str) -> String {
    format!("pages/{:04}.{extension}", page.page)
}

struct Target {
    folder: PathBuf,
}

impl Target {
    /// Removes what an earlier run wrote here, and nothing else.
    fn clear(&self) -> Result<(), AppError> {
        let ours = self.folder.join("document.json").exists();
        for folder in ["pages", "acts", "bundle"] {
            let path = self.folder.join(folder);
            if ours && path.exists() {
                fs::remove_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
            }
            fs::create_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
        }
        let document = self.folder.join("document.json");
        match fs::remove_file(&document) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(&document, &error)),
            _ => Ok(()),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), AppError> {
        let path = self.folder.join(path);
        fs::write(&path, bytes).map_err(|error| unwritable(&path, &error))
    }

    fn write_json(&self, path: &str, value: &impl serde::Serialize) -> Result<(), AppError> {
        let mut text = serde_json::to_vec(value).map_err(|error| results_lost(&error))?;
        text.push(b'\n');
        self.write(path, &text)
    }
}

async fn stored<T: serde::de::DeserializeOwned>(blobs: &Arc<dyn Blobs>, key: &BlobKey) -> Result<T, AppError> {
    let found = get_json(blobs.as_ref(), key).await.map_err(|error| results_lost(&error))?;
    found.ok_or_else(|| results_lost(key))
}

async fn blob(blobs: &Arc<dyn Blobs>, key: &BlobKey) -> Result<bytes::Bytes, AppError> {
    let found = blobs.get(key).await.map_err(|error| results_lost(&error))?;
    found.ok_or_else(|| results_lost(key))
}

fn results_lost(what: &dyn std::fmt::Display) -> AppError {
    AppError::failed(
        format!("в папке данных нет готового результата: {what}."),
        "Запустите «pto doctor»; если папка данных повреждена, удалите её и обработайте файл заново.",
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::failed(
        format!("не записывается «{}»: {error}.", path.display()),
        "Проверьте права и место на диске или укажите другую папку в --out.",
    )
}

impl Engine {
    /// Objects of a bucket of the embedded host.
    pub(crate) fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, AppError> {
        self.host().blobs(bucket).map_err(|error| results_lost(&error))
    }
}
