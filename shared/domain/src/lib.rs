//! The words of as-built documentation: ids, object keys, tasks, drawing sets, works, acts and bundles.
//!
//! Nothing here does I/O, waits, reads a clock or draws a random number: structs in, structs out. Every other
//! crate speaks these words, and the Russian term of the field stands in each doc comment.

mod act;
mod amendments;
mod bundle;
mod drawing_set;
mod edit;
mod evidence;
mod id;
mod inspection;
mod key;
mod look_alike;
mod model_opinion;
mod norm;
mod page;
mod page_json;
mod percent;
mod project;
pub mod project_file;
mod record;
mod service_level;
mod specification;
mod stage;
mod table;
mod task;
mod utc;
mod whole_table;
mod work;

pub use act::{
    Act, ActDate, ActDocument, ActDocumentKind, ActFile, ActReference, ActSet, Organisation, PrintedForm,
    Representative, Representatives, StructureFacts, Wording,
};
pub use amendments::{Amendments, Workbook};
pub use bundle::{BundleEntry, BundleManifest, BundleSection, ManifestMember};
pub use drawing_set::{
    Analysis, DocumentSummary, DrawingListEntry, GeneralNote, HiddenWork, HiddenWorks, HiddenWorksMode, Reference,
    RevisionEntry, TitleBlock, Warning,
};
pub use edit::{Edit, EditError, Value, edit_specification};
pub use evidence::{Evidence, EvidenceBy};
pub use id::{
    AmendmentsId, DocumentHasher, DocumentId, DocumentRef, Edition, InvalidId, ProjectFileId, ProjectId, ProjectRef,
    TenantId, UploadId, UploadRef,
};
pub use inspection::{Finding, Inspection, Severity};
pub use key::{BlobKey, Bucket, InvalidKey};
pub use look_alike::cyrillic_capital;
pub use model_opinion::{ModelFinding, ModelFindingKind, ModelOpinion, ModelPrompt};
pub use norm::{CitedNorm, NormState, NormStatus};
pub use page::{Fault, FaultKind, Page, Rect, TextSource, Word};
pub use percent::percent_encoded;
pub use project::{Announcement, ListedUpload, ProjectRecord};
pub use record::{
    ChunkPlan, DocumentRecord, DocumentState, FormedBefore, PageKind, PagePlan, Rejection, RejectionCode, UploadRecord,
    UploadState,
};
pub use service_level::{Operation, ServiceLevel};
pub use specification::{SpecificationForm, SpecificationRow, SpecificationTotal};
pub use stage::StageName;
pub use table::{Table, TableCell, TableKind};
pub use task::{
    AnalyzeSet, BuildBundle, DraftActs, ExtractPages, IndexDocument, ReceiveUpload, RecognizePages, SplitDocument,
    Subject, Sweep, Task,
};
pub use utc::{Month, UtcTime};
pub use whole_table::{WholeTable, WholeTableRow, mark_continued, whole_tables};
pub use work::{ActForm, Material, Work};

/// Version of what the stages write. It is part of every output key, so a newer program never takes an older
/// program's results for its own.
pub const OUTPUT_REVISION: u32 = 10;

/// Largest file that is taken. A set of 250 scanned A1 sheets is about 200 MB.
pub const MAX_FILE_BYTES: u64 = 1 << 30;
