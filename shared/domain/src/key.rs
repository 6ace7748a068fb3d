use crate::{
    AmendmentsId, DocumentId, DocumentRef, Edition, Month, OUTPUT_REVISION, ProjectFileId, TenantId, UploadId,
    UploadRef,
};
use std::fmt;

/// Where a blob lives. Only a host knows the real bucket or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Files as users gave them. The only bucket whose events start work, so no stage writes here.
    Uploads,
    /// Pages and thumbnails, one object per chunk.
    Pages,
    /// Full-text splits, one per document.
    Index,
    /// What users take away: summaries, analyses, acts, bundles.
    Results,
}

impl Bucket {
    /// All buckets.
    pub const ALL: [Self; 4] = [Self::Uploads, Self::Pages, Self::Index, Self::Results];

    /// Short name for folders and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uploads => "uploads",
            Self::Pages => "pages",
            Self::Index => "index",
            Self::Results => "results",
        }
    }
}

/// A text that cannot be a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "use object key `{0}`: segments of a-z, A-Z, 0-9, `-`, `_`, `.` joined by `/`, none of them `.` or `..`, 512 bytes at most"
)]
pub struct InvalidKey(pub String);

/// Name of an object inside a bucket: server-made ASCII, tenant first. What the user called the file stays in
/// the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey(String);

impl BlobKey {
    /// The file as it was uploaded.
    pub fn upload(upload: &UploadRef) -> Self {
        Self(format!("{}/{}", upload.tenant, upload.upload))
    }

    /// A file put straight into the uploads under its user's own name: any text but control characters, `\\` and the
    /// segments "", "." and "..", 1,024 bytes at most (S3's own limit). Its first segment is the tenant.
    pub fn dropped(text: String) -> Result<Self, InvalidKey> {
        let segment_is_good = |segment: &str| !matches!(segment, "" | "." | "..");
        let strange = |letter: char| letter.is_control() || letter == '\\';
        if text.len() <= 1024 && text.split('/').all(segment_is_good) && !text.contains(strange) {
            Ok(Self(text))
        } else {
            Err(InvalidKey(text))
        }
    }

    /// Copy of a file that was dropped under its user's own name, in the bucket of pages: what has a user's name may
    /// be overwritten while it is being read.
    pub fn source_copy(document: &DocumentRef) -> Self {
        Self(format!("{}source.pdf", Self::document_prefix(document)))
    }

    /// All objects of a document in any bucket but the uploads.
    pub fn document_prefix(document: &DocumentRef) -> String {
        format!("{}/{}/r{OUTPUT_REVISION}/", document.tenant, document.document)
    }

    /// Pages of one chunk: a JSON array of `Page`.
    pub fn chunk_pages(document: &DocumentRef, chunk: u32) -> Self {
        Self(format!("{}chunk-{chunk:05}.pages.json", Self::document_prefix(document)))
    }

    /// The pages of one chunk as a PDF of their own, cut from a large document until they are read.
    pub fn chunk_source(document: &DocumentRef, chunk: u32) -> Self {
        Self(format!("{}chunk-{chunk:05}.source.pdf", Self::document_prefix(document)))
    }

    /// What was recognised in a picture of this SHA-256 (in hexadecimal), as JSON. The same picture in another
    /// document of the tenant is not recognised again.
    pub fn recognised_words(tenant: &TenantId, picture_sha256: &str) -> Self {
        Self(format!("{tenant}/recognised/r{OUTPUT_REVISION}/{picture_sha256}.json"))
    }

    /// An answer of a model, kept by the SHA-256 (in hexadecimal) of what was asked. The month is the last one it was used
    /// in, or the one before.
    pub fn model_answer(tenant: &TenantId, month: Month, question_sha256: &str) -> Self {
        Self(format!("{}{month}/{question_sha256}.json", Self::model_answers_prefix(tenant)))
    }

    /// All answers of models that are kept for a tenant.
    pub fn model_answers_prefix(tenant: &TenantId) -> String {
        format!("{tenant}/answers/")
    }

    /// Thumbnails of one chunk, joined; `chunk_thumbnails_index` says where each begins.
    pub fn chunk_thumbnails(document: &DocumentRef, chunk: u32) -> Self {
        Self(format!("{}chunk-{chunk:05}.thumbnails.bin", Self::document_prefix(document)))
    }

    /// Lengths in bytes of the thumbnails of one chunk in page order: a JSON array; 0 where a page has none.
    pub fn chunk_thumbnails_index(document: &DocumentRef, chunk: u32) -> Self {
        Self(format!("{}chunk-{chunk:05}.thumbnails.json", Self::document_prefix(document)))
    }

    /// Full-text split of a document.
    pub fn split(document: &DocumentRef) -> Self {
        Self(format!("{}document.split", Self::document_prefix(document)))
    }

    /// `document.json`; the project file makes no difference to it.
    pub fn summary(edition: impl Into<Edition>) -> Self {
        Self::in_edition(Edition { project_file: None, ..edition.into() }, "document.json")
    }

    /// `analysis.json`; the project file makes no difference to it.
    pub fn analysis(edition: impl Into<Edition>) -> Self {
        Self::in_edition(Edition { project_file: None, ..edition.into() }, "analysis.json")
    }

    /// A project file (TOML), as its user gave it.
    pub fn project_file(tenant: &TenantId, file: &ProjectFileId) -> Self {
        Self(format!("{tenant}/project-files/{file}.toml"))
    }

    /// What persons added to a document: `Amendments` as JSON. It outlives a newer program's analysis, so its key has no
    /// revision.
    pub fn amendments(document: &DocumentRef, amendments: &AmendmentsId) -> Self {
        Self(format!("{}/amendments/{}/{amendments}.json", document.tenant, document.document))
    }

    /// A workbook that a specification came in.
    pub fn workbook(tenant: &TenantId, workbook: &DocumentId) -> Self {
        Self(format!("{tenant}/amendments/workbooks/{workbook}.xlsx"))
    }

    /// A file that goes into bundles as its user gave it: a document of quality, a scheme, a signature. It is named by the
    /// SHA-256 of its bytes.
    pub fn attachment(tenant: &TenantId, content: &DocumentId) -> Self {
        Self(format!("{tenant}/attachments/{content}"))
    }

    /// `acts.json`.
    pub fn acts(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "acts.json")
    }

    /// PDF of the act that stands at `index` (from 0) in `acts.json`.
    pub fn act_pdf(edition: impl Into<Edition>, index: usize) -> Self {
        Self::act_file(edition, index, "pdf")
    }

    /// The act that stands at `index` (from 0) in `acts.json` as a file of this kind: `pdf`, `docx`, `xlsx`, `xml`.
    pub fn act_file(edition: impl Into<Edition>, index: usize, extension: &str) -> Self {
        Self::in_edition(edition, &format!("acts/{index:05}.{extension}"))
    }

    /// `inspection.json`.
    pub fn inspection(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "inspection.json")
    }

    /// The letter that asks suppliers for documents of quality, as a file of this kind: `docx`, `pdf`; there is none where no
    /// document is missing.
    pub fn request_letter(edition: impl Into<Edition>, extension: &str) -> Self {
        Self::in_edition(edition, &format!("request-letter.{extension}"))
    }

    /// All acts in one workbook, a sheet each.
    pub fn acts_workbook(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "acts.xlsx")
    }

    /// Bound PDF.
    pub fn bundle_pdf(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "bundle/bundle.pdf")
    }

    /// Archive beside it.
    pub fn bundle_zip(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "bundle/bundle.zip")
    }

    /// `bundle/manifest.json`.
    pub fn bundle_manifest(edition: impl Into<Edition>) -> Self {
        Self::in_edition(edition, "bundle/manifest.json")
    }

    fn in_edition(edition: impl Into<Edition>, path: &str) -> Self {
        let Edition { document, project_file, amendments } = edition.into();
        let mut prefix = Self::document_prefix(&document);
        if let Some(amendments) = amendments {
            prefix = format!("{prefix}amended-{amendments}/");
        }
        Self(match project_file {
            Some(file) => format!("{prefix}project-{file}/{path}"),
            None => format!("{prefix}{path}"),
        })
    }

    /// The key as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BlobKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        if is_server_made(&text) { Ok(Self(text)) } else { Err(InvalidKey(text)) }
    }
}

fn is_server_made(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let segment_is_good = |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(allowed);
    text.len() <= 512 && text.split('/').all(segment_is_good)
}

/// For logs and errors: a key that the server made is shown as it is, a user's own name is not.
impl fmt::Display for BlobKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_server_made(&self.0) {
            return formatter.write_str(&self.0);
        }
        let tenant = self.0.split('/').next().unwrap_or_default();
        write!(formatter, "{tenant}/(dropped file {})", UploadId::of_dropped(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_keys_are_well_formed_and_begin_with_the_tenant() {
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        for key in [
            BlobKey::chunk_pages(&document, 7),
            BlobKey::chunk_source(&document, 7),
            BlobKey::chunk_thumbnails(&document, 7),
            BlobKey::chunk_thumbnails_index(&document, 7),
            BlobKey::split(&document),
            BlobKey::act_pdf(&document, 3),
            BlobKey::bundle_manifest(&document),
            BlobKey::acts(&Edition {
                document: document.clone(),
                project_file: Some(ProjectFileId::of(b"")),
                amendments: Some(AmendmentsId::of(b"")),
            }),
            BlobKey::amendments(&document, &AmendmentsId::of(b"")),
            BlobKey::workbook(&document.tenant, &DocumentId::of(b"")),
            BlobKey::project_file(&document.tenant, &ProjectFileId::of(b"")),
            BlobKey::attachment(&document.tenant, &document.document),
            BlobKey::model_answer(&document.tenant, Month::of_ms(0), &document.document.to_string()),
        ] {
            assert!(key.as_str().starts_with("local/"), "{key}");
            assert_eq!(BlobKey::try_from(key.as_str().to_owned()), Ok(key));
        }
    }

    #[test]
    fn a_dropped_file_may_have_any_name_that_stays_in_its_folder() {
        for text in ["local/АОСР № 1 + план.pdf", "local/объект 7/КЖ.pdf"] {
            assert_eq!(BlobKey::dropped(text.to_owned()).unwrap().as_str(), text);
        }
        let shown = BlobKey::dropped("local/Петров.pdf".to_owned()).unwrap().to_string();
        assert!(shown.starts_with("local/(dropped file ") && !shown.contains("Петров"), "{shown}");
        for text in ["", "local//a", "local/../a", "local/a\n", "local\\a", &"ж".repeat(513)] {
            assert!(BlobKey::dropped(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_that_leave_their_folder_are_refused() {
        for text in ["", "/a", "a/", "a//b", "a/../b", "./a", "a b", "акт", &"a".repeat(513)] {
            assert!(BlobKey::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
