//! The project file (файл проекта): what the engineer knows and no drawing says — object, parties, people with the dates of
//! their powers, dates and documents of each act, how acts are numbered and how the bundle is laid out. It is TOML;
//! `docs/project-file.md` describes every key.

mod entries;
mod number_mask;
mod parse;
mod people;
mod sections;
mod toml_reading;

pub use number_mask::{MissingSegment, NumberMask, Segment};
pub use people::{NobodyAuthorised, Person, Role};
pub use toml_reading::{ProjectFileError, ProjectFileProblem};

use crate::{ActDate, ActDocument, DocumentId, Organisation, PrintedForm, StructureFacts, Wording};
use std::collections::{BTreeMap, BTreeSet};

/// Largest project file that is read.
pub const LARGEST_PROJECT_FILE_BYTES: usize = 1 << 20;

/// Largest file that a document of an act may have: a bundle holds one at a time.
pub const LARGEST_ATTACHMENT_BYTES: u64 = 256 << 20;

/// A project file, read and found good.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectFile {
    /// `[object]`: name and address of the object of construction.
    pub object: String,
    /// `[documentation]`: what stands in item 2 of the acts, instead of what the set says; empty for the set's own.
    pub documentation: String,
    /// `[documentation] cipher`: the cipher of the set, instead of the one that was read; empty for the set's own.
    pub cipher: String,
    /// `[parties]`.
    pub parties: Parties,
    /// `[[people]]`, in the order of the file.
    pub people: Vec<Person>,
    /// `[numbering]`.
    pub numbering: Numbering,
    /// `[acts]`: what holds for all acts.
    pub defaults: ActDefaults,
    /// `[phrases]`: what stands in fields that stay empty.
    pub phrases: BTreeMap<PhraseField, String>,
    /// `[dictionary]`: names of works and of what follows them.
    pub dictionary: Dictionary,
    /// `[bundle]`.
    pub bundle: BundleWishes,
    /// `[[act]]`, in the order of the file.
    pub acts: Vec<ActEntry>,
    /// `[files]`: SHA-256 of the files that the documents name, by the name they are given there. The program writes this
    /// section when it takes the files in.
    pub files: BTreeMap<String, DocumentId>,
}

/// The parties of construction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parties {
    /// Застройщик, технический заказчик.
    pub developer: Option<Organisation>,
    /// Лицо, осуществляющее строительство.
    pub builder: Option<Organisation>,
    /// Лицо, осуществляющее подготовку проектной документации.
    pub designer: Option<Organisation>,
    /// Лицо, выполнившее работы.
    pub performer: Option<Organisation>,
}

/// How acts are numbered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Numbering {
    /// The mask; `None` leaves the numbers of the drafts.
    pub mask: Option<NumberMask>,
    /// Number of the first act; `None` is 1.
    pub first: Option<u32>,
    /// Values of the segments that hold for all acts.
    pub segments: BTreeMap<Segment, String>,
}

/// What holds for all acts that do not say otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActDefaults {
    /// Whose wording.
    pub wording: Wording,
    /// Number of copies; empty leaves the blank.
    pub copies: String,
    /// Who did the works; empty for the performer among the parties, else the builder.
    pub performed_by: String,
    /// Additional information.
    pub additional: String,
    /// Norms that stand in item 6 of every act, after its own.
    pub norms: Vec<String>,
    /// Begin of the addresses of the acts' pages, which the number of the act ends; empty for no QR codes.
    pub page_base: String,
}

impl ActDefaults {
    /// Address of the page of the act of this number: the number in UTF-8, percent-encoded but for unreserved signs
    /// (RFC 3986). Empty when no addresses are wanted.
    pub fn page_url(&self, number: &str) -> String {
        if self.page_base.is_empty() {
            return String::new();
        }
        format!("{}{}", self.page_base, crate::percent_encoded(number.trim(), b""))
    }
}

/// A field in which the engineer may want a phrase where nothing else stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhraseField {
    /// The designer among the parties.
    Designer,
    /// The representative of the developer.
    DeveloperRepresentative,
    /// The representative of the builder.
    BuilderRepresentative,
    /// The representative of the builder for construction control.
    BuilderControlRepresentative,
    /// The representative of the designer.
    DesignerRepresentative,
    /// The representative of whoever did the works.
    PerformerRepresentative,
    /// Item 3.
    Materials,
    /// Item 4.
    Proofs,
    /// Item 7.
    NextWorks,
    /// Additional information.
    Additional,
    /// Attachments.
    Attachments,
}

/// Names that the engineer prefers to those of the set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dictionary {
    /// Name of a work as the set has it, and as the act shall have it.
    pub works: Vec<(String, String)>,
    /// Name of a work, and what is allowed after it.
    pub next_works: Vec<(String, String)>,
}

/// Whether documents of quality are repeated after every act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BundleLayout {
    /// «С повторением»: each act is followed by all its documents.
    #[default]
    Repeated,
    /// «Сквозная нумерация»: every document of quality stands once, at the end.
    Unified,
}

/// In which order the bundle is bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BundleOrder {
    /// Act by act.
    #[default]
    ByAct,
    /// All acts, all schemes, all documents of quality, all proofs.
    ByKind,
}

/// What the engineer wants of the bundle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BundleWishes {
    /// Layout.
    pub layout: BundleLayout,
    /// Order.
    pub order: BundleOrder,
    /// Name on the title page, such as «Том 1»; empty for the usual one.
    pub name: String,
    /// Name of the set (наименование раздела).
    pub set_name: String,
    /// City at the foot of the title page.
    pub city: String,
    /// Year at the foot of the title page.
    pub year: Option<u16>,
    /// Whether copies of documents are stamped «Копия верна».
    pub true_copy_stamp: bool,
    /// Documents of the whole package: orders, logs, certificates of instruments.
    pub documents: Vec<BundleDocument>,
}

/// `[[bundle.documents]]`: a document that belongs to the package and to none of its acts.
#[derive(Debug, Clone, PartialEq)]
pub struct BundleDocument {
    /// Name of its section, such as «Приказы о назначении ответственных лиц».
    pub section: String,
    /// Whether it stands before the acts; else after them.
    pub before_acts: bool,
    /// The document.
    pub document: ActDocument,
}

/// Which act an entry speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkChoice {
    /// The act of this work, by its name.
    Named(String),
    /// The act that stands at this place among the drafts, from 1.
    At(u32),
    /// An act of the engineer's own.
    Added {
        /// Beside which act it stands; `None` puts it at the end.
        beside: Option<(Side, Box<WorkChoice>)>,
    },
}

/// On which side of another act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Before,
    /// After it, and after the engineer's own acts that stand there already.
    After,
}

/// `[[act]]`: what the engineer says of one act. What is `None` or empty stays as the draft has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActEntry {
    /// Its line in the file, for what is told about it.
    pub line: usize,
    /// Which act.
    pub work: WorkChoice,
    /// Whether the act is left out.
    pub dropped: bool,
    /// Whether it is signed, so that it is not formed anew.
    pub signed: bool,
    /// Item 1, instead of the draft's.
    pub name: Option<String>,
    /// Its number, instead of the mask's.
    pub number: Option<String>,
    /// Its own values of the mask's segments.
    pub segments: BTreeMap<Segment, String>,
    /// Its form.
    pub form: Option<PrintedForm>,
    /// Its date.
    pub date: Option<ActDate>,
    /// Begin of works.
    pub started: Option<ActDate>,
    /// End of works.
    pub finished: Option<ActDate>,
    /// Item 2.
    pub documentation: Option<String>,
    /// Item 3; an empty list says that there are none.
    pub materials: Option<Vec<MaterialEntry>>,
    /// Schemes of item 4.
    pub schemes: Option<Vec<ActDocument>>,
    /// Other documents of item 4.
    pub proofs: Option<Vec<ActDocument>>,
    /// Item 6.
    pub norms: Option<Vec<String>>,
    /// Item 7.
    pub next_works: Option<String>,
    /// Additional information.
    pub additional: Option<String>,
    /// Number of copies.
    pub copies: Option<String>,
    /// Attachments, instead of the documents of items 3 and 4.
    pub attachments: Option<Vec<String>>,
    /// Who did the works.
    pub performed_by: Option<String>,
    /// What an act of critical structures has besides.
    pub structures: Option<StructureFacts>,
}

impl ActEntry {
    fn documents(&self) -> impl Iterator<Item = &ActDocument> {
        let of_materials = self.materials.iter().flatten().flat_map(|material| &material.documents);
        of_materials.chain(self.schemes.iter().flatten()).chain(self.proofs.iter().flatten())
    }
}

/// A material of item 3 with the documents of its quality.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MaterialEntry {
    /// Name with mark and standard.
    pub name: String,
    /// Quantity with its unit, such as «12,5 м³».
    pub amount: String,
    /// Its documents.
    pub documents: Vec<ActDocument>,
}

impl ProjectFile {
    /// Reads a project file.
    ///
    /// # Errors
    /// Every problem of the file with its line, in Russian: what is wrong and how to mend it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProjectFileError> {
        parse::parse(bytes)
    }

    /// The files that its documents name, each once, as they are named.
    pub fn named_files(&self) -> BTreeSet<&str> {
        let of_acts = self.acts.iter().flat_map(ActEntry::documents);
        let all = of_acts.chain(self.bundle.documents.iter().map(|document| &document.document));
        all.map(|document| document.file.as_str()).filter(|file| !file.is_empty()).collect()
    }
}
