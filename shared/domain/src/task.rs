use crate::{DocumentRef, StageName, UploadRef};
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

    /// Messages outlive programs: what an older program queued must still be read.
    #[test]
    fn stored_messages_of_the_first_version_are_read() {
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        let stored = format!(r#"{{"document":{{"tenant":"local","document":"{}"}},"chunk":3}}"#, document.document);
        assert_eq!(serde_json::from_str::<ExtractPages>(&stored).unwrap(), ExtractPages { document, chunk: 3 });
    }
}
