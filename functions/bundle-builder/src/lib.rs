//! Binds the package (комплект ИД): one PDF with title page, general register, acts and bookmarks, and a ZIP beside it; and
//! says what a reviewer would object to.

mod archive;
mod attached;
mod content;
mod front;
pub mod inspection;
mod packing;
mod plan;
mod request;

pub use archive::{Archive, Member};
pub use attached::AttachedForm;
pub use plan::{BundlePlan, Parts, Row, Source, bundle_name};

use attached::look_at;
use bytes::Bytes;
use content::{Binding, Content, Meter, Packed, archive_pieces, put_measured};
use domain::project_file::{ProjectFile, ProjectFileError};
use domain::{
    ActSet, Analysis, BlobKey, Bucket, BuildBundle, BundleManifest, DocumentRecord, DocumentSummary, Edition,
    RejectionCode, Warning,
};
use forms::{Form, FormsError};
use front::{Facts, Front, begin};
use inspection::{Package, inspect};
use packing::{EXCEL_FOLDER, PDF_FOLDER, originals};
use pdf::bind::BindError;
use pipeline::{Failure, Records, Stage, known_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use request::request_letter;
use std::sync::Arc;

/// Acts are kept in memory from the first look at them on, up to this many bytes together; others are fetched anew.
const KEPT_BYTES: usize = 32 << 20;

/// Why the bundle could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The title page or the register could not be typeset.
    #[error("typeset the title page and the register")]
    Typeset(#[from] FormsError),
    /// The bundle could not be begun.
    #[error("begin the bundle")]
    Bind(#[from] BindError),
    /// The project file cannot be used.
    #[error("read the project file")]
    ProjectFile(#[from] ProjectFileError),
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Typeset(_) | BundleError::Bind(_) => Failure::retry("bind the package", error),
            BundleError::ProjectFile(problems) => Failure::Reject {
                code: RejectionCode::ProjectFile,
                message: format!("Файл проекта не подходит. {problems}"),
            },
        }
    }
}

/// The bundle builder.
pub struct BundleBuilder {
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
}

impl Stage for BundleBuilder {
    type Task = BuildBundle;

    fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            results: host.blobs(Bucket::Results)?,
            records: Records::new(host.ledger()?),
            compute: host.compute()?,
        })
    }

    async fn run(&self, task: BuildBundle) -> Result<(), Failure> {
        let document = task.document;
        let record = self.records.known_document(&document).await?;
        let edition = record.edition(&document);
        let nothing_to_bind = if record.bundled { false } else { !self.bind(&edition, &record.file_name).await? };
        let bundled = |record: &mut DocumentRecord| {
            if record.edition(&edition.document) != edition {
                return; // another project file or amendment has come meanwhile, and its own message binds it
            }
            if nothing_to_bind && !record.bundled {
                record.warnings.push(nothing_bound());
            }
            record.bundled = true;
        };
        let record = self.records.update_document(&document, bundled).await?;
        if record.state().is_terminal() {
            self.records.unwatch(&document).await?;
        }
        Ok(())
    }
}

impl BundleBuilder {
    /// Binds and stores the bundle; `false` when there is no act to bind.
    async fn bind(&self, edition: &Edition, file_name: &str) -> Result<bool, Failure> {
        let document = &edition.document;
        let results = self.results.as_ref();
        let acts: ActSet = known_json(results, &BlobKey::acts(edition)).await?;
        if acts.acts.is_empty() {
            return Ok(false);
        }
        let summary: DocumentSummary = known_json(results, &BlobKey::summary(edition)).await?;
        let analysis: Analysis = known_json(results, &BlobKey::analysis(edition)).await?;
        let project = self.project_file(edition).await?;
        let attached = look_at(results, self.compute.as_ref(), &document.tenant, &project).await?;
        let forms = attached.iter().map(|(name, attached)| (name.clone(), attached.form)).collect();
        let inspection = inspect(Package { summary: &summary, analysis: &analysis, acts: &acts, attached: &forms });
        put_json(results, &BlobKey::inspection(edition), &inspection).await?;

        self.ask_for_documents(edition, request_letter(&acts, &project, &summary)).await?;

        let mut files = self.act_files(edition, &acts).await?;
        let act_files = files.iter().map(|file| file.content.clone()).collect();
        let workbooks = self.workbooks(edition, &acts).await?;
        let name = bundle_name(summary.cipher.as_deref(), file_name);
        let facts = Facts { name: name.clone(), summary, acts, project, attached, act_files };
        let begun = compute(self.compute.as_ref(), move || begin(&facts).map(|front| (front, facts))).await?;
        let (Front { plan, register_xlsx, sources, binder }, facts) = begun?;
        let (blobs, computer) = (Arc::clone(&self.results), Arc::clone(&self.compute));
        let binding = Binding { blobs, compute: computer, binder: Some(binder), sources };
        let key = BlobKey::bundle_pdf(edition);
        let pdf = put_measured(results, &key, binding.pieces()).await?;

        let path = format!("{PDF_FOLDER}/{name}.pdf");
        files.insert(0, Packed { path, meter: pdf.clone(), content: Content::Stored(key) });
        files.push(Packed::here(format!("{EXCEL_FOLDER}/Реестр {name}.xlsx"), register_xlsx.into()));
        files.extend(workbooks);
        files.extend(originals(&facts.acts, &facts.project, &facts.attached));
        let members = files.iter().map(|file| file.meter.manifest_member(file.path.clone())).collect();
        let pieces = archive_pieces(Arc::clone(&self.results), files);
        let zip = put_measured(results, &BlobKey::bundle_zip(edition), pieces).await?;
        let manifest = BundleManifest {
            pdf: pdf.manifest_member(format!("{name}.pdf")),
            zip: zip.manifest_member(format!("{name}.zip")),
            name,
            members,
            register: plan.register(),
            sheets: plan.sheets,
        };
        put_json(results, &BlobKey::bundle_manifest(edition), &manifest).await?;
        Ok(true)
    }

    /// Writes the letter that asks for missing documents of quality, where some are missing.
    async fn ask_for_documents(&self, edition: &Edition, letter: Option<Form>) -> Result<(), Failure> {
        let Some(letter) = letter else { return Ok(()) };
        let written = compute(self.compute.as_ref(), move || -> Result<_, BundleError> {
            Ok([("docx", forms::form_docx(&letter)?), ("pdf", forms::form_pdf(&letter)?.bytes)])
        });
        for (extension, bytes) in written.await?? {
            self.results.put(&BlobKey::request_letter(edition, extension), Bytes::from(bytes)).await?;
        }
        Ok(())
    }

    /// The project file of an edition; an empty one where there is none.
    async fn project_file(&self, edition: &Edition) -> Result<ProjectFile, Failure> {
        let Some(id) = &edition.project_file else { return Ok(ProjectFile::default()) };
        let key = BlobKey::project_file(&edition.document.tenant, id);
        let bytes = self.results.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))?;
        Ok(ProjectFile::parse(&bytes).map_err(BundleError::from)?)
    }

    /// The acts as files of the archive.
    async fn act_files(&self, edition: &Edition, acts: &ActSet) -> Result<Vec<Packed>, Failure> {
        let mut files = Vec::with_capacity(acts.files.len());
        let mut kept_bytes = 0;
        for (index, (act, file)) in acts.acts.iter().zip(&acts.files).enumerate() {
            let key = BlobKey::act_pdf(edition, index);
            let bytes = self.stored(&key).await?;
            kept_bytes += bytes.len();
            let mut packed = Packed::here(format!("{PDF_FOLDER}/{} {}", act.form.short_name(), file.file), bytes);
            if kept_bytes > KEPT_BYTES {
                packed.content = Content::Stored(key);
            }
            files.push(packed);
        }
        Ok(files)
    }

    /// The acts as workbooks: each alone, and all in one.
    async fn workbooks(&self, edition: &Edition, acts: &ActSet) -> Result<Vec<Packed>, Failure> {
        let all = BlobKey::acts_workbook(edition);
        let mut workbooks = vec![self.packed(format!("{EXCEL_FOLDER}/Все акты.xlsx"), all).await?];
        for (index, (act, file)) in acts.acts.iter().zip(&acts.files).enumerate() {
            if file.formats.iter().any(|format| format == "xlsx") {
                let path = format!("{EXCEL_FOLDER}/{} {}", act.form.short_name(), file.in_format("xlsx"));
                workbooks.push(self.packed(path, BlobKey::act_file(edition, index, "xlsx")).await?);
            }
        }
        Ok(workbooks)
    }

    async fn packed(&self, path: String, key: BlobKey) -> Result<Packed, Failure> {
        let bytes = self.stored(&key).await?;
        Ok(Packed { path, meter: Meter::of(&bytes), content: Content::Stored(key) })
    }

    async fn stored(&self, key: &BlobKey) -> Result<Bytes, Failure> {
        self.results.get(key).await?.ok_or_else(|| Failure::not_there(key.to_string()))
    }
}

fn nothing_bound() -> Warning {
    Warning {
        code: "no-acts".to_owned(),
        message: "Комплект ИД не собран: нет ни одного акта. Составьте перечень работ вручную.".to_owned(),
        pages: Vec::new(),
    }
}
