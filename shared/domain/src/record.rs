use crate::{
    AmendmentsId, BlobKey, Bucket, DocumentId, DocumentRef, Edition, ProjectFileId, StageName, UploadId, UploadRef,
    Warning,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why the user must act. The code is stable and labels a metric; the message is for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionCode {
    /// The file has no bytes.
    EmptyFile,
    /// The file is not a PDF, by its content.
    NotPdf,
    /// The PDF is broken beyond repair, cut off for instance.
    BrokenPdf,
    /// The PDF asks for a password.
    Encrypted,
    /// The PDF has no pages.
    NoPages,
    /// The PDF has more pages than are taken.
    TooManyPages,
    /// The file is larger than is taken.
    TooLarge,
    /// The file was promised and never arrived.
    UploadLost,
    /// The project file cannot be used.
    ProjectFile,
}

impl RejectionCode {
    /// All codes.
    pub const ALL: [Self; 9] = [
        Self::EmptyFile,
        Self::NotPdf,
        Self::BrokenPdf,
        Self::Encrypted,
        Self::NoPages,
        Self::TooManyPages,
        Self::TooLarge,
        Self::UploadLost,
        Self::ProjectFile,
    ];

    /// Its stable name: the serialised form, a metric label.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyFile => "empty-file",
            Self::NotPdf => "not-pdf",
            Self::BrokenPdf => "broken-pdf",
            Self::Encrypted => "encrypted",
            Self::NoPages => "no-pages",
            Self::TooManyPages => "too-many-pages",
            Self::TooLarge => "too-large",
            Self::UploadLost => "upload-lost",
            Self::ProjectFile => "project-file",
        }
    }
}

/// A refusal (отказ): which stage, why, and what the user should do, in Russian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Which stage refused.
    pub stage: StageName,
    /// Why.
    pub code: RejectionCode,
    /// What, where and what to do, in Russian.
    pub message: String,
}

/// Where an upload stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum UploadState {
    /// Announced or received, not looked at yet.
    Received,
    /// It is this document.
    Accepted {
        /// The document.
        document: DocumentId,
    },
    /// Refused.
    Rejected {
        /// Why.
        rejection: Rejection,
    },
    /// Given up after every attempt: a fault of the program or a long outage.
    Failed {
        /// Which stage gave up.
        stage: StageName,
        /// What is known, in Russian.
        message: String,
    },
}

/// Record of an upload in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRecord {
    /// File name as the user gave it.
    pub file_name: String,
    /// When it was accepted, milliseconds since 1970.
    pub received_at_ms: u64,
    /// When the service level of its receiving ends, milliseconds since 1970: set by the first delivery, inherited by
    /// those that follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
    /// Whether that deadline was passed and it was said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub slow: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub state: UploadState,
}

impl UploadRecord {
    /// Of an upload that nobody has worked on.
    pub fn new(file_name: impl Into<String>, received_at_ms: u64, state: UploadState) -> Self {
        Self { file_name: file_name.into(), received_at_ms, deadline_ms: None, slow: false, state }
    }
}

/// What the probe saw on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// It has text operators.
    Text,
    /// It has images and no text operators: a scan.
    Scan,
    /// It has neither: a drawing of lines, or blank.
    Lines,
    /// It could not be probed.
    Broken,
}

/// A page as the splitter weighed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PagePlan {
    /// What the probe saw.
    pub kind: PageKind,
    /// Width as seen, points.
    pub width_pt: f32,
    /// Height as seen, points.
    pub height_pt: f32,
}

/// Pages that one task reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkPlan {
    /// First page, from 1.
    pub first_page: u32,
    /// Number of pages.
    pub pages: u32,
    /// Whether they are to be read from their pictures: they have no text layer, or one that lies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recognize: bool,
}

/// Where a document stands, derived from its record. The order is the way forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// Waits for the splitter.
    Accepted,
    /// Its pages are being read.
    Reading,
    /// Its pages are read, the set is being understood.
    Analyzing,
    /// Acts are being drafted.
    Drafting,
    /// The package is being bound.
    Binding,
    /// Everything is there.
    Done,
    /// The user must act.
    Rejected,
    /// Given up.
    Failed,
}

impl DocumentState {
    /// Whether nothing more will happen by itself.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Rejected | Self::Failed)
    }
}

/// What the acts of a document were formed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormedBefore {
    /// The project file; `None` for drafts.
    pub project_file: Option<ProjectFileId>,
    /// What persons had added.
    pub amendments: Option<AmendmentsId>,
}

/// Record of a document in the ledger: facts that no message takes back, so that messages which come twice or late
/// cannot turn it round. Only the user's bringing the file again clears a refusal or a failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// File name of the first upload with this content.
    pub file_name: String,
    /// Size of the file.
    pub size_bytes: u64,
    /// Upload under which the bytes lie.
    pub upload: UploadId,
    /// Whether the bytes are a copy of a file that was dropped under its user's own name.
    #[serde(default)]
    pub copied: bool,
    /// When the work began, milliseconds since 1970.
    pub accepted_at_ms: u64,
    /// Version of what the stages write.
    pub output_revision: u32,
    /// Number of pages, known after the splitter.
    #[serde(default)]
    pub pages: u32,
    /// The chunks; empty before the splitter.
    #[serde(default)]
    pub chunks: Vec<ChunkPlan>,
    /// Whether every chunk is read: the one conditional write of the fan-in.
    #[serde(default)]
    pub all_chunks_read: bool,
    /// The project file that acts and bundle are made with; `None` for drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_file: Option<ProjectFileId>,
    /// The project files before it, the oldest first, each once: what was made with them is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_project_files: Vec<ProjectFileId>,
    /// What persons added to what was read; `None` when nobody added anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendments: Option<AmendmentsId>,
    /// Project file and amendments of the acts that were formed last before these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formed_before: Option<FormedBefore>,
    /// Whether the text is searchable.
    #[serde(default)]
    pub indexed: bool,
    /// Whether `analysis.json` is there.
    #[serde(default)]
    pub analyzed: bool,
    /// Number of acts once `acts.json` is there.
    #[serde(default)]
    pub acts: Option<u32>,
    /// Whether the bundle is there, or there is nothing to bind.
    #[serde(default)]
    pub bundled: bool,
    /// What the user should know.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Set when the user must act.
    #[serde(default)]
    pub rejection: Option<Rejection>,
    /// Set when a stage gave up: which, and what is known, in Russian.
    #[serde(default)]
    pub failure: Option<(StageName, String)>,
    /// When the service level of each stage ends, milliseconds since 1970: set by the first delivery, inherited by
    /// those that follow.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deadlines: BTreeMap<StageName, u64>,
    /// How often the sweeper drove it on.
    #[serde(default)]
    pub sweeps: u32,
    /// When the sweeper last drove it on, milliseconds since 1970.
    #[serde(default)]
    pub swept_at_ms: u64,
}

impl DocumentRecord {
    /// Where the document's bytes lie.
    pub fn source(&self, document: &DocumentRef) -> (Bucket, BlobKey) {
        if self.copied {
            return (Bucket::Pages, BlobKey::source_copy(document));
        }
        let upload = UploadRef { tenant: document.tenant.clone(), upload: self.upload.clone() };
        (Bucket::Uploads, BlobKey::upload(&upload))
    }

    /// The document as its project file has it.
    pub fn edition(&self, document: &DocumentRef) -> Edition {
        Edition {
            document: document.clone(),
            project_file: self.project_file.clone(),
            amendments: self.amendments.clone(),
        }
    }

    /// The edition whose acts were formed before these, if any: signed acts stay as they are there.
    pub fn edition_before(&self, document: &DocumentRef) -> Option<Edition> {
        let of = |project_file, amendments| Edition { document: document.clone(), project_file, amendments };
        match &self.formed_before {
            Some(before) => Some(of(before.project_file.clone(), before.amendments.clone())),
            None => self.earlier_project_files.last().map(|file| of(Some(file.clone()), None)),
        }
    }

    /// Takes what persons added, together with what they added before: the set is to be understood with it. Nothing
    /// changes when it is the same.
    pub fn take_amendments(&mut self, amendments: &AmendmentsId) {
        if self.amendments.as_ref() == Some(amendments) {
            return;
        }
        self.note_formed();
        self.amendments = Some(amendments.clone());
        self.analyzed = false;
        self.take_back_acts(|stage| stage.makes_acts() || stage == StageName::RdAnalyzer);
    }

    fn note_formed(&mut self) {
        if self.acts.is_some() {
            let (project_file, amendments) = (self.project_file.clone(), self.amendments.clone());
            self.formed_before = Some(FormedBefore { project_file, amendments });
        }
    }

    /// Acts and bundle are to be made anew, and what `again` names runs once more.
    fn take_back_acts(&mut self, again: impl Fn(StageName) -> bool) {
        self.acts = None;
        self.bundled = false;
        self.warnings.retain(|warning| !warning.of_acts());
        if self.failure.as_ref().is_some_and(|(stage, _)| again(*stage)) {
            self.failure = None;
        }
        if self.rejection.as_ref().is_some_and(|rejection| again(rejection.stage)) {
            self.rejection = None;
        }
        self.deadlines.retain(|stage, _| !again(*stage));
        self.sweeps = 0;
        self.swept_at_ms = 0;
    }

    /// Takes another project file, or none, for acts and bundle: they are to be made with it. Nothing changes when it is
    /// the same one.
    pub fn take_project_file(&mut self, file: Option<&ProjectFileId>) {
        if self.project_file.as_ref() == file {
            return;
        }
        self.note_formed();
        let before = std::mem::replace(&mut self.project_file, file.cloned());
        self.earlier_project_files.retain(|earlier| Some(earlier) != before.as_ref() && Some(earlier) != file);
        self.earlier_project_files.extend(before);
        self.take_back_acts(StageName::makes_acts);
    }

    /// Where the document stands.
    pub fn state(&self) -> DocumentState {
        if self.rejection.is_some() {
            DocumentState::Rejected
        } else if self.bundled && self.indexed {
            DocumentState::Done
        } else if self.failure.is_some() {
            DocumentState::Failed
        } else if self.acts.is_some() {
            DocumentState::Binding
        } else if self.analyzed {
            DocumentState::Drafting
        } else if self.all_chunks_read {
            DocumentState::Analyzing
        } else if self.chunks.is_empty() {
            DocumentState::Accepted
        } else {
            DocumentState::Reading
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UploadId;

    fn accepted() -> DocumentRecord {
        serde_json::from_value(serde_json::json!({
            "file_name": "КЖ.pdf", "size_bytes": 1, "upload": UploadId::of(&DocumentId::of(b"x"), "КЖ.pdf"),
            "accepted_at_ms": 0, "output_revision": 1,
        }))
        .unwrap()
    }

    #[test]
    fn the_name_of_a_code_is_its_serialised_form() {
        for code in RejectionCode::ALL {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.name()));
        }
    }

    #[test]
    fn a_record_goes_forward_through_its_states() {
        let mut record = accepted();
        let mut seen = vec![record.state()];
        record.chunks = vec![ChunkPlan { first_page: 1, pages: 1, recognize: false }];
        seen.push(record.state());
        record.all_chunks_read = true;
        seen.push(record.state());
        record.analyzed = true;
        seen.push(record.state());
        record.acts = Some(1);
        seen.push(record.state());
        record.bundled = true;
        seen.push(record.state());
        record.indexed = true;
        seen.push(record.state());
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!(record.state(), DocumentState::Done);
    }

    #[test]
    fn another_project_file_takes_back_acts_and_bundle_and_keeps_the_reading() {
        let mut record = accepted();
        record.all_chunks_read = true;
        record.analyzed = true;
        record.indexed = true;
        record.acts = Some(3);
        record.bundled = true;
        let [first, second] = [b"1", b"2"].map(|bytes| ProjectFileId::of(bytes));
        record.take_project_file(None);
        assert_eq!(record.state(), DocumentState::Done);
        record.take_project_file(Some(&first));
        assert_eq!((record.state(), record.acts), (DocumentState::Drafting, None));
        record.take_project_file(Some(&second));
        record.take_project_file(Some(&first));
        assert_eq!(record.earlier_project_files, [second]);
        assert_eq!(record.project_file, Some(first));
    }

    #[test]
    fn amendments_have_the_set_understood_anew_and_not_read_anew() {
        let mut record = accepted();
        record.all_chunks_read = true;
        record.analyzed = true;
        record.indexed = true;
        record.acts = Some(3);
        record.bundled = true;
        let [first, second] = [b"1", b"2"].map(|bytes| AmendmentsId::of(bytes));
        record.take_amendments(&first);
        assert_eq!((record.state(), record.acts), (DocumentState::Analyzing, None));
        // Acts that were never formed are not those before.
        record.take_amendments(&second);
        let before = FormedBefore { project_file: None, amendments: None };
        assert_eq!((record.formed_before.clone(), record.amendments.clone()), (Some(before), Some(second.clone())));
        record.bundled = true;
        record.take_amendments(&second);
        assert!(record.bundled);
    }

    #[test]
    fn a_failure_reported_late_does_not_undo_a_finished_document() {
        let mut record = accepted();
        record.failure = Some((StageName::RdAnalyzer, "превышено число попыток".to_owned()));
        assert_eq!(record.state(), DocumentState::Failed);
        record.bundled = true;
        record.indexed = true;
        assert_eq!(record.state(), DocumentState::Done);
    }
}
