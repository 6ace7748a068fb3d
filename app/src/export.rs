use crate::AppError;
use crate::engine::Engine;
use crate::output::reason;
use domain::{
    ActSet, Analysis, BlobKey, Bucket, BundleManifest, DocumentRecord, DocumentRef, DocumentSummary, Edit, Inspection,
    Page, Warning,
};
use pipeline::{PageStore, full_summary, get_json};
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
    /// `inspection.json`, when there are acts.
    pub(crate) inspection: Option<Inspection>,
    /// Files of the letter that asks for missing documents of quality; none when no document is missing.
    pub(crate) letters: Vec<&'static str>,
    /// The bundle, when there was something to bind.
    pub(crate) bundle: Option<BundleManifest>,
}

/// Writes the results of a finished document into `folder`: `document.json`, `pages/`, `analysis.json`, `acts.json`,
/// `acts/`, `bundle/` and more. What an earlier run left there is replaced. `document.json` is written last: where it stands,
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
    let edits = target.edits(document);
    target.clear()?;

    let mut summary = full_summary(stored(&results, &BlobKey::summary(record.edition(document))).await?, record);
    file_name.clone_into(&mut summary.file);
    let mut analysis: Analysis = stored(&results, &BlobKey::analysis(record.edition(document))).await?;
    if analysis.edits.is_empty() && !edits.is_empty() {
        rd_analyzer::edited(&mut analysis, &edits);
    }
    let edition = record.edition(document);
    let acts: ActSet = stored(&results, &BlobKey::acts(&edition)).await?;

    // The lists of files first, so that a later run knows what an interrupted one has left.
    target.write_json("acts.json", &acts)?;
    let pages = PageStore::new(engine.blobs(Bucket::Pages)?);
    let mut before: Option<Page> = None;
    for (chunk, _) in (0_u32..).zip(&record.chunks) {
        let read = pages.chunk(document, chunk).await.map_err(|error| results_lost(&error))?;
        let thumbnails = pages.thumbnails(document, chunk).await.map_err(|error| results_lost(&error))?;
        for (mut page, thumbnail) in read.into_iter().zip(&thumbnails) {
            if let Some(before) = &before {
                domain::mark_continued(before, &mut page);
            }
            target.write_json(&page_path(&page, "json"), &page)?;
            if !thumbnail.is_empty() {
                target.write(&page_path(&page, "webp"), thumbnail)?;
            }
            before = Some(page);
        }
    }
    for (index, act) in acts.files.iter().enumerate() {
        for extension in std::iter::once("pdf").chain(act.formats.iter().map(String::as_str)) {
            let file = blob(&results, &BlobKey::act_file(&edition, index, extension)).await?;
            target.write(&format!("acts/{}", act.in_format(extension)), &file)?;
        }
    }
    if !acts.acts.is_empty() {
        target.write("acts.xlsx", &blob(&results, &BlobKey::acts_workbook(&edition)).await?)?;
    }
    let mut letters = Vec::new();
    let (inspection, bundle) = if acts.acts.is_empty() {
        (None, None)
    } else {
        let inspection: Inspection = stored(&results, &BlobKey::inspection(&edition)).await?;
        target.write_json("inspection.json", &inspection)?;
        for (extension, name) in LETTERS {
            let key = BlobKey::request_letter(&edition, extension);
            if let Some(letter) = results.get(&key).await.map_err(|error| results_lost(&error))? {
                target.write(name, &letter)?;
                letters.push(name);
            }
        }
        let manifest: BundleManifest = stored(&results, &BlobKey::bundle_manifest(&edition)).await?;
        target.write_json("bundle/manifest.json", &manifest)?;
        let pdf = blob(&results, &BlobKey::bundle_pdf(&edition)).await?;
        let zip = blob(&results, &BlobKey::bundle_zip(&edition)).await?;
        target.write(&format!("bundle/{}", manifest.pdf.path), &pdf)?;
        target.write(&format!("bundle/{}", manifest.zip.path), &zip)?;
        (Some(inspection), Some(manifest))
    };
    target.write_json("analysis.json", &analysis)?;
    target.write_json("document.json", &summary)?;
    Ok(Exported { folder: folder.to_owned(), summary, analysis, acts, inspection, letters, bundle })
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

/// The letter that asks for missing documents of quality: kind and name of its files.
const LETTERS: [(&str, &str); 2] = [("docx", "request-letter.docx"), ("pdf", "request-letter.pdf")];

fn page_path(page: &Page, extension: &str) -> String {
    format!("pages/{:04}.{extension}", page.page)
}

struct Target {
    folder: PathBuf,
}

impl Target {
    /// What persons changed in an earlier analysis of the same document that stands here. A new one loses no edit.
    fn edits(&self, document: &DocumentRef) -> Vec<Edit> {
        let read = |name: &str| fs::read(self.folder.join(name)).ok();
        let summary = read("document.json").and_then(|bytes| serde_json::from_slice::<DocumentSummary>(&bytes).ok());
        let analysis = read("analysis.json").and_then(|bytes| serde_json::from_slice::<Analysis>(&bytes).ok());
        let same = summary.is_some_and(|summary| summary.sha256 == document.document.as_str());
        analysis.filter(|_| same).map(|analysis| analysis.edits).unwrap_or_default()
    }

    /// Removes what an earlier run wrote here, and nothing else: pages by their names, acts and bundle by the lists that
    /// name them. `document.json` goes first: where it stands, everything stands.
    fn clear(&self) -> Result<(), AppError> {
        let letters = LETTERS.map(|(_, name)| name);
        for list in ["document.json", "acts.xlsx", "inspection.json"].into_iter().chain(letters) {
            self.remove(list)?;
        }
        for folder in ["pages", "acts", "bundle"] {
            let path = self.folder.join(folder);
            fs::create_dir_all(&path).map_err(|error| unwritable(&path, &error))?;
        }
        let pages = self.folder.join("pages");
        for entry in fs::read_dir(&pages).map_err(|error| unwritable(&pages, &error))? {
            let name = entry.map_err(|error| unwritable(&pages, &error))?.file_name().to_string_lossy().into_owned();
            if is_page_file(&name) {
                self.remove(&format!("pages/{name}"))?;
            }
        }
        if let Some(acts) = self.read_json::<ActSet>("acts.json") {
            for act in acts.files.iter().filter(|act| is_plain_name(&act.file)) {
                self.remove(&format!("acts/{}", act.file))?;
                for extension in act.formats.iter().filter(|extension| is_plain_name(extension)) {
                    self.remove(&format!("acts/{}", act.in_format(extension)))?;
                }
            }
        }
        if let Some(manifest) = self.read_json::<BundleManifest>("bundle/manifest.json") {
            for member in [&manifest.pdf, &manifest.zip].into_iter().filter(|member| is_plain_name(&member.path)) {
                self.remove(&format!("bundle/{}", member.path))?;
            }
        }
        self.remove("bundle/manifest.json")
    }

    fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Option<T> {
        serde_json::from_slice(&fs::read(self.folder.join(path)).ok()?).ok()
    }

    fn remove(&self, path: &str) -> Result<(), AppError> {
        let path = self.folder.join(path);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritable(&path, &error)),
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

/// `0001.json`, `0001.webp`.
fn is_page_file(name: &str) -> bool {
    name.split_once('.').is_some_and(|(number, extension)| {
        number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && matches!(extension, "json" | "webp")
    })
}

/// A name that leads out of no folder.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\']) && name != ".."
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
        format!("не записывается «{}»: {}.", path.display(), reason(error)),
        "Проверьте права и место на диске или укажите другую папку в --out.",
    )
}

impl Engine {
    /// Objects of a bucket of the embedded host.
    pub(crate) fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, AppError> {
        self.host().blobs(bucket).map_err(|error| results_lost(&error))
    }
}
