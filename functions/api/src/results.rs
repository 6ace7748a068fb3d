use crate::Api;
use crate::problem::Problem;
use domain::{ActSet, BlobKey, BundleManifest, DocumentRef, Edition};
use pipeline::get_json;

/// A stored result of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResultFile {
    /// Its path below the document.
    pub(crate) path: String,
    /// Where it lies.
    pub(crate) key: BlobKey,
    /// Under which name users save it.
    pub(crate) file_name: String,
}

impl ResultFile {
    fn new(path: impl Into<String>, key: BlobKey, file_name: impl Into<String>) -> Self {
        Self { path: path.into(), key, file_name: file_name.into() }
    }

    fn bundle(edition: &Edition, extension: &str, manifest: &BundleManifest) -> Self {
        let key = if extension == "pdf" { BlobKey::bundle_pdf(edition) } else { BlobKey::bundle_zip(edition) };
        Self::new(format!("bundle.{extension}"), key, format!("{}.{extension}", manifest.name))
    }

    /// The file's type.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => "application/json",
            Some("pdf") => "application/pdf",
            Some("zip") => "application/zip",
            Some("xml") => "application/xml",
            Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _ => "application/octet-stream",
        }
    }
}

/// What else there may be beside acts and bundle.
const RESULTS: [&str; 6] =
    ["acts.xlsx", "request-letter.docx", "request-letter.pdf", "acts.json", "inspection.json", "analysis.json"];

impl Api {
    /// The document as its project file has it.
    pub(crate) async fn edition(&self, document: &DocumentRef) -> Result<Edition, Problem> {
        let record = self.records.document(document).await?;
        Ok(record.map_or_else(|| Edition::from(document), |record| record.edition(document)))
    }

    /// The file at a path below a document, whether it exists or not; `None` when there can be none.
    pub(crate) async fn result_file(&self, document: &DocumentRef, path: &str) -> Result<Option<ResultFile>, Problem> {
        let edition = self.edition(document).await?;
        self.file_of_edition(&edition, path).await
    }

    async fn file_of_edition(&self, edition: &Edition, path: &str) -> Result<Option<ResultFile>, Problem> {
        Ok(match path {
            "analysis.json" => Some(ResultFile::new(path, BlobKey::analysis(edition), path)),
            "acts.json" => Some(ResultFile::new(path, BlobKey::acts(edition), path)),
            "inspection.json" => Some(ResultFile::new(path, BlobKey::inspection(edition), path)),
            "acts.xlsx" => Some(ResultFile::new(path, BlobKey::acts_workbook(edition), path)),
            "request-letter.docx" => Some(ResultFile::new(path, BlobKey::request_letter(edition, "docx"), path)),
            "request-letter.pdf" => Some(ResultFile::new(path, BlobKey::request_letter(edition, "pdf"), path)),
            "bundle/manifest.json" => Some(ResultFile::new(path, BlobKey::bundle_manifest(edition), "manifest.json")),
            "bundle.pdf" | "bundle.zip" => {
                let extension = if path == "bundle.pdf" { "pdf" } else { "zip" };
                let manifest = self.manifest(edition).await?;
                manifest.map(|manifest| ResultFile::bundle(edition, extension, &manifest))
            }
            other => match other.strip_prefix("acts/") {
                Some(name) => self.act_files(edition).await?.into_iter().find(|act| act.file_name == name),
                None => None,
            },
        })
    }

    /// All files that exist, in the order in which users look for them. `document.json` is composed, so it is not here.
    pub(crate) async fn result_files(&self, document: &DocumentRef) -> Result<Vec<ResultFile>, Problem> {
        let mut files = Vec::new();
        let edition = &self.edition(document).await?;
        if let Some(manifest) = self.manifest(edition).await? {
            files.extend(["pdf", "zip"].map(|extension| ResultFile::bundle(edition, extension, &manifest)));
            files.extend(self.file_of_edition(edition, "bundle/manifest.json").await?);
        }
        files.extend(self.act_files(edition).await?);
        for path in RESULTS {
            if let Some(file) = self.file_of_edition(edition, path).await?
                && self.results.size(&file.key).await?.is_some()
            {
                files.push(file);
            }
        }
        Ok(files)
    }

    async fn act_files(&self, edition: &Edition) -> Result<Vec<ResultFile>, Problem> {
        let acts: Option<ActSet> = get_json(self.results.as_ref(), &BlobKey::acts(edition)).await?;
        let mut files = Vec::new();
        for (index, act) in acts.into_iter().flat_map(|acts| acts.files).enumerate() {
            for extension in std::iter::once("pdf").chain(act.formats.iter().map(String::as_str)) {
                let name = act.in_format(extension);
                files.push(ResultFile::new(format!("acts/{name}"), BlobKey::act_file(edition, index, extension), name));
            }
        }
        Ok(files)
    }

    async fn manifest(&self, edition: &Edition) -> Result<Option<BundleManifest>, Problem> {
        Ok(get_json(self.results.as_ref(), &BlobKey::bundle_manifest(edition)).await?)
    }
}
