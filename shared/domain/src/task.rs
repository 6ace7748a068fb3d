use crate::{BlobKey, DocumentRef, InvalidKey, StageName, TenantId, UploadId, UploadRef};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a task is about: where its rejection or failure is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An upload that is not yet known to be a document.
    Upload(UploadRef),
    /// A document.
    Document(DocumentRef),
    /// The installation itself.
    Installation,
}

/// A message to a stage. It carries keys, never contents; every task may be delivered twice and in any order.
pub trait Task: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The stage that runs it.
    const STAGE: StageName;

    /// What it is about.
    fn subject(&self) -> Subject;
}

macro_rules! document_task {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } for $stage:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// The document.
            pub document: DocumentRef,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Task for $name {
            const STAGE: StageName = StageName::$stage;

            fn subject(&self) -> Subject {
                Subject::Document(self.document.clone())
            }
        }
    };
}

document_task! {
    /// Probe the pages and plan the chunks.
    SplitDocument {} for PdfSplitter
}
document_task! {
    /// Read the pages of one chunk; the plan stands in the document's record.
    ExtractPages {
        /// Number of the chunk in the plan, from 0.
        chunk: u32,
    } for PageExtractor
}
document_task! {
    /// Read the pages of one chunk from their pictures; the plan stands in the document's record.
    RecognizePages {
        /// Number of the chunk in the plan, from 0.
        chunk: u32,
    } for PageRecognizer
}
document_task! {
    /// Make the text searchable.
    IndexDocument {} for Indexer
}
document_task! {
    /// Understand the set.
    AnalyzeSet {} for RdAnalyzer
}
document_task! {
    /// Draft the acts.
    DraftActs {} for AosrGenerator
}
document_task! {
    /// Bind the package.
    BuildBundle {} for BundleBuilder
}

/// A file has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveUpload {
    /// The upload; its record in the ledger was written before the file was accepted.
    pub upload: UploadRef,
    /// Key of the object, when it was put into the bucket under its user's own name: then the upload has no record yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<String>,
}

impl ReceiveUpload {
    /// Of an upload that has its record.
    pub fn announced(upload: UploadRef) -> Self {
        Self { upload, dropped: None }
    }

    /// The task that follows from "an object was created under this key", the key being decoded already: a server-made
    /// key is an announced upload, any other is a file dropped under its user's own name. Errors when the key does not
    /// begin with a tenant, or is no key at all.
    pub fn of_object(key: &str) -> Result<Self, InvalidKey> {
        let refused = || InvalidKey(key.to_owned());
        let (tenant, name) = key.split_once('/').ok_or_else(refused)?;
        let tenant = TenantId::try_from(tenant.to_owned()).map_err(|_invalid| refused())?;
        if let Some(upload) = UploadId::server_made(name) {
            return Ok(Self { upload: UploadRef { tenant, upload }, dropped: None });
        }
        let key = BlobKey::dropped(key.to_owned())?;
        let upload = UploadRef { tenant, upload: UploadId::of_dropped(key.as_str()) };
        Ok(Self { upload, dropped: Some(key.as_str().to_owned()) })
    }
}

impl Task for ReceiveUpload {
    const STAGE: StageName = StageName::UploadHandler;

    fn subject(&self) -> Subject {
        Subject::Upload(self.upload.clone())
    }
}

/// Look for documents that stand still and drive them on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {}

impl Task for Sweep {
    const STAGE: StageName = StageName::Sweeper;

    fn subject(&self) -> Subject {
        Subject::Installation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentId, TenantId};

    #[test]
    fn an_object_created_is_an_announced_upload_or_a_dropped_file() {
        let announced = UploadId::of(&DocumentId::of(b"abc"), "КЖ.pdf");
        let task = ReceiveUpload::of_object(&format!("local/{announced}")).unwrap();
        assert_eq!((task.upload.upload, task.dropped), (announced, None));
        let dropped = ReceiveUpload::of_object("local/АОСР № 1 + план.pdf").unwrap();
        assert_eq!(dropped.dropped.as_deref(), Some("local/АОСР № 1 + план.pdf"));
        assert_eq!(dropped, ReceiveUpload::of_object("local/АОСР № 1 + план.pdf").unwrap());
        for key in ["КЖ.pdf", "Ж/a.pdf", "local/", "local/../x"] {
            assert!(ReceiveUpload::of_object(key).is_err(), "{key}");
        }
    }

    /// Messages outlive programs: what an older program queued must still be read.
    #[test]
    fn stored_messages_of_the_first_version_are_read() {
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        let stored = format!(r#"{{"document":{{"tenant":"local","document":"{}"}},"chunk":3}}"#, document.document);
        assert_eq!(serde_json::from_str::<ExtractPages>(&stored).unwrap(), ExtractPages { document, chunk: 3 });
        let upload = UploadRef { tenant: TenantId::local(), upload: UploadId::of(&DocumentId::of(b""), "a.pdf") };
        let stored = format!(r#"{{"upload":{{"tenant":"local","upload":"{}"}}}}"#, upload.upload);
        assert_eq!(serde_json::from_str::<ReceiveUpload>(&stored).unwrap(), ReceiveUpload { upload, dropped: None });
    }
}
