//! Forms the acts of inspection of hidden works (АОСР) and of critical structures (АООК): one per work, in the official form,
//! as PDF, DOCX, XLSX and XML. Without a project file they are drafts: what the set does not say stays blank. With one they
//! are what the engineer says in it, and acts that he says are signed stay as they were.

mod bearing;
mod changes;
mod draft;
mod files;
mod finish;
mod returned;

pub use changes::{ActChange, FieldChange, changes, changes_in_place};
pub use draft::{act_file_name, draft_acts};
pub use finish::finish_acts;
pub use returned::{
    ActOrigin, OWN_FIELDS, OwnField, OwnKind, ReturnedEdit, ReturnedRefusal, act_origins, returned_edits,
};

use bearing::acted;
use bytes::Bytes;
use domain::project_file::{ProjectFile, ProjectFileError};
use domain::{
    Act, ActFile, ActSet, Analysis, BlobKey, Bucket, BuildBundle, DocumentRecord, DocumentRef, DocumentSummary,
    DraftActs, Edition, ProjectFileId, RejectionCode, Warning,
};
use files::{ActFiles, distinct_names};
pub use files::{acts_sheets, acts_workbook};
use forms::FormsError;
use futures_util::future::try_join_all;
use pipeline::{Failure, Records, Stage, TaskQueue, get_json, known_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::sync::Arc;

/// Why the acts could not be formed.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A form could not be written.
    #[error("write act {number}")]
    Write {
        /// Number of the act.
        number: String,
        /// Why.
        #[source]
        source: FormsError,
    },
    /// The workbook of all acts could not be written.
    #[error("write the workbook of the acts")]
    Workbook(#[source] FormsError),
    /// The project file cannot be used.
    #[error("read the project file")]
    ProjectFile(#[from] ProjectFileError),
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Write { .. } | DraftError::Workbook(_) => Failure::retry("form the acts", error),
            DraftError::ProjectFile(problems) => Failure::Reject {
                code: RejectionCode::ProjectFile,
                message: format!("Файл проекта не подходит. {problems}"),
            },
        }
    }
}

/// The generator of acts.
pub struct AosrGenerator {
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
    binder: TaskQueue<BuildBundle>,
}

impl Stage for AosrGenerator {
    type Task = DraftActs;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            results: host.blobs(Bucket::Results)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
            binder: TaskQueue::build(host)?,
        })
    }

    async fn run(&self, task: DraftActs) -> Result<(), Failure> {
        let document = task.document;
        let record = self.records.known_document(&document).await?;
        if record.acts.is_some() {
            return Ok(());
        }
        let edition = record.edition(&document);
        // A project file that was there before finds its acts as they were.
        let formed: Option<ActSet> = get_json(self.results.as_ref(), &BlobKey::acts(&edition)).await?;
        let formed = match formed {
            Some(formed) => formed,
            None => self.form(&edition, &record).await?,
        };
        let act_count = u32::try_from(formed.acts.len()).unwrap_or(u32::MAX);
        self.binder.send(&[BuildBundle { document: document.clone() }]).await?;
        let note = |record: &mut DocumentRecord| {
            if record.edition(&edition.document) != edition {
                return; // another project file or amendment has come meanwhile, and its own message forms the acts
            }
            record.acts = Some(act_count);
            for warning in &formed.warnings {
                if !record.warnings.contains(warning) {
                    record.warnings.push(warning.clone());
                }
            }
        };
        self.records.update_document(&document, note).await?;
        Ok(())
    }
}

/// An act to be written: its data, and where it lies when it is signed already.
struct Planned {
    act: Act,
    signed_before: Option<(Edition, usize, ActFile)>,
}

impl AosrGenerator {
    async fn form(&self, edition: &Edition, record: &DocumentRecord) -> Result<ActSet, Failure> {
        let document = &edition.document;
        let summary: DocumentSummary = known_json(self.results.as_ref(), &BlobKey::summary(edition)).await?;
        let analysis: Analysis = known_json(self.results.as_ref(), &BlobKey::analysis(edition)).await?;
        let (acts, mut warnings) = match &edition.project_file {
            Some(id) => {
                let file = self.project_file(document, id).await?;
                form_acts(&summary, &analysis, Some(&file))
            }
            None => form_acts(&summary, &analysis, None),
        };
        let planned = self.locked(acts, document, record, &mut warnings).await?;
        let names = distinct_names(planned.iter().map(|planned| planned.act.number.as_str()));
        let writing = planned.iter().zip(names).enumerate();
        let files =
            try_join_all(writing.map(|(index, (planned, name))| self.write(edition, index, planned, name))).await?;
        let acts = planned.into_iter().map(|planned| planned.act).collect();
        let formed = ActSet { acts, files, warnings };
        let workbook = {
            let acts = formed.acts.clone();
            compute(self.compute.as_ref(), move || acts_workbook(&acts)).await?
        };
        let workbook = workbook.map_err(DraftError::Workbook)?;
        self.results.put(&BlobKey::acts_workbook(edition), Bytes::from(workbook)).await?;
        put_json(self.results.as_ref(), &BlobKey::acts(edition), &formed).await?;
        Ok(formed)
    }

    async fn project_file(&self, document: &DocumentRef, id: &ProjectFileId) -> Result<ProjectFile, Failure> {
        let key = BlobKey::project_file(&document.tenant, id);
        let bytes = self.results.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))?;
        Ok(ProjectFile::parse(&bytes).map_err(DraftError::from)?)
    }

    /// Puts signed acts back as they were formed with the project file before.
    async fn locked(
        &self,
        acts: Vec<Act>,
        document: &DocumentRef,
        record: &DocumentRecord,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<Planned>, Failure> {
        let mut planned: Vec<Planned> = acts.into_iter().map(|act| Planned { act, signed_before: None }).collect();
        let any_signed = planned.iter().any(|planned| planned.act.signed);
        let Some(before) = record.edition_before(document).filter(|_| any_signed) else { return Ok(planned) };
        let formed: Option<ActSet> = get_json(self.results.as_ref(), &BlobKey::acts(&before)).await?;
        let Some(formed) = formed else { return Ok(planned) };
        for planned in planned.iter_mut().filter(|planned| planned.act.signed) {
            let known = |act: &Act| act.number == planned.act.number;
            let same_work = |act: &Act| act.works == planned.act.works;
            let index = formed.acts.iter().position(known).or_else(|| formed.acts.iter().position(same_work));
            let found = index.and_then(|index| Some((index, formed.acts.get(index)?, formed.files.get(index)?)));
            match found {
                Some((index, act, file)) => {
                    planned.act = Act { signed: true, ..act.clone() };
                    planned.signed_before = Some((before.clone(), index, file.clone()));
                }
                None => warnings.push(Warning {
                    code: "project-signed-unknown".to_owned(),
                    message: format!(
                        "Акт № {} отмечен подписанным, но в прежней редакции его нет: он сформирован заново. Проверьте номер \
                         и наименование.",
                        planned.act.number
                    ),
                    pages: Vec::new(),
                }),
            }
        }
        Ok(planned)
    }

    async fn write(
        &self,
        edition: &Edition,
        index: usize,
        planned: &Planned,
        name: String,
    ) -> Result<ActFile, Failure> {
        let act = &planned.act;
        if let Some((before, old_index, file)) = &planned.signed_before {
            for extension in std::iter::once("pdf").chain(file.formats.iter().map(String::as_str)) {
                let old = BlobKey::act_file(before, *old_index, extension);
                let bytes = self.results.get(&old).await?.ok_or_else(|| Failure::not_there(old.to_string()))?;
                self.results.put(&BlobKey::act_file(edition, index, extension), bytes).await?;
            }
            return Ok(ActFile { number: act.number.clone(), file: name, ..file.clone() });
        }
        let written = {
            let act = act.clone();
            compute(self.compute.as_ref(), move || ActFiles::of(&act)).await?
        };
        let ActFiles { pages, files } =
            written.map_err(|source| DraftError::Write { number: act.number.clone(), source })?;
        let formats = files.iter().map(|(extension, _)| *extension).filter(|extension| *extension != "pdf");
        let formats = formats.map(str::to_owned).collect();
        for (extension, bytes) in files {
            self.results.put(&BlobKey::act_file(edition, index, extension), Bytes::from(bytes)).await?;
        }
        Ok(ActFile { number: act.number.clone(), file: name, pages, formats })
    }
}

/// The acts of a set: drafts, or finished with a project file; and what the engineer should know of them.
pub fn form_acts(
    summary: &DocumentSummary,
    analysis: &Analysis,
    file: Option<&ProjectFile>,
) -> (Vec<Act>, Vec<Warning>) {
    let Some(file) = file else { return (draft_acts(summary, analysis), Vec::new()) };
    // The cipher that the engineer gives stands in items 2 and 6, too.
    let mut summary = summary.clone();
    if !file.cipher.is_empty() {
        summary.cipher = Some(file.cipher.clone());
    }
    finish_acts(draft::drafts(&summary, analysis), &acted(analysis), &summary, file)
}
