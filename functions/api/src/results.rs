use crate::Api;
use crate::problem::Problem;
use domain::{ActSet, BlobKey, BundleManifest, DocumentRef};
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

    fn bundle(document: &DocumentRef, extension: &str, manifest: &BundleManifest) -> Self {
        let key = if extension == "pdf" { BlobKey::bundle_pdf(document) } else { BlobKey::bundle_zip(document) };
        Self::new(format!("bundle.{extension}"), key, format!("{}.{extension}", manifest.name))
    }

    /// The file's type.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => "application/json",
            Some("pdf") => "application/pdf",
            Some("zip") => "application/zip",
            _ => "application/octet-stream",
        }
    }
}

impl Api {
    /// The file at a path below a document, whether it exists or not; `None` when there can be none.
    pub(crate) async fn result_file(&self, document: &DocumentRef, path: &str) -> Result<Option<ResultFile>, Problem> {
        Ok(match path {
            "analysis.json" => Some(ResultFile::new(path, BlobKey::analysis(document), path)),
            "acts.json" => Some(ResultFile::new(path, BlobKey::acts(document), path)),
            "bundle/manifest.json" => Some(ResultFile::new(path, BlobKey::bundle_manifest(document), "manifest.json")),
            "bundle.pdf" | "bundle.zip" => {
                let extension = if path == "bundle.pdf" { "pdf" } else { "zip" };
                let manifest = self.manifest(document).await?;
                manifest.map(|manifest| ResultFile::bundle(document, extension, &manifest))
            }
            other => match other.strip_prefix("acts/") {
                Some(name) => self.act_files(document).await?.into_iter().find(|act| act.file_name == name),
                None => None,
            },
        })
    }

    /// All files that exist, in the order in which users look for them. `document.json` is composed, so it is not here.
    pub(crate) async fn result_files(&self, document: &DocumentRef) -> Result<Vec<ResultFile>, Problem> {
        let mut files = Vec::new();
        if let Some(manifest) = self.manifest(document).await? {
            files.extend(["pdf", "zip"].map(|extension| ResultFile::bundle(document, extension, &manifest)));
            files.extend(self.result_file(document, "bundle/manifest.json").await?);
        }
        files.extend(self.act_files(document).await?);
        for path in ["acts.json", "analysis.json"] {
            if let Some(file) = self.result_file(document, path).await?
                && self.results.size(&file.key).await?.is_some()
            {
                files.push(file);
            }
        }
        Ok(files)
    }

    async fn act_files(&self, document: &DocumentRef) -> Result<Vec<ResultFile>, Problem> {
        let acts: Option<ActSet> = get_json(self.results.as_ref(), &BlobKey::acts(document)).await?;
        let files = acts.into_iter().flat_map(|acts| acts.files).enumerate();
        let file = |(index, file): (usize, domain::ActFile)| {
            ResultFile::new(format!("acts/{}", file.file), BlobKey::act_pdf(document, index), file.file)
        };
        Ok(files.map(file).collect())
    }

    async fn manifest(&self, document: &DocumentRef) -> Result<Option<BundleManifest>, Problem> {
        Ok(get_json(self.results.as_ref(), &BlobKey::bundle_manifest(document)).await?)
    }
}
