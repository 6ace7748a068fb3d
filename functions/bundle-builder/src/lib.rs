//! Binds the package (комплект ИД): one PDF with title page, general register, acts and bookmarks, and a ZIP beside it; and
//! says what a reviewer would object to.

mod archive;
mod content;
pub mod inspection;
mod plan;

pub use archive::{Archive, Member, PDF_FOLDER};
pub use plan::{ACTS_SECTION, BundlePlan, bundle_name, plan_bundle};

use bytes::Bytes;
use content::{Binding, Content, Meter, Packed, archive_pieces, put_measured};
use domain::{
    ActSet, Analysis, BlobKey, Bucket, BuildBundle, BundleManifest, DocumentRecord, DocumentSummary, Edition, Warning,
};
use forms::{FormsError, Register, TitlePage};
use inspection::{Package, inspect};
use pdf::bind::{BindError, BindOptions, Binder, Bookmark};
use pipeline::{Failure, Records, Stage, known_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::collections::VecDeque;
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
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Typeset(_) | BundleError::Bind(_) => Failure::retry("bind the package", error),
        }
    }
}

/// The bundle builder.
pub struct BundleBuilder {
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
}

/// What stands before the acts, and the bundle begun.
struct Front {
    plan: BundlePlan,
    sources: VecDeque<Content>,
    binder: Binder<Vec<u8>>,
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
        let summary: DocumentSummary = known_json(self.results.as_ref(), &BlobKey::summary(edition)).await?;
        let acts: ActSet = known_json(self.results.as_ref(), &BlobKey::acts(edition)).await?;
        if acts.acts.is_empty() {
            return Ok(false);
        }
        let analysis: Analysis = known_json(self.results.as_ref(), &BlobKey::analysis(edition)).await?;
        let inspection = inspect(Package { summary: &summary, analysis: &analysis, acts: &acts });
        put_json(self.results.as_ref(), &BlobKey::inspection(edition), &inspection).await?;
        let mut files = self.act_files(edition, &acts).await?;
        let name = bundle_name(summary.cipher.as_deref(), file_name);
        let own = name.clone();
        let front = compute(self.compute.as_ref(), move || begin(&own, &summary, &acts)).await?;
        let Front { plan, mut sources, binder } = front?;
        sources.extend(files.iter().map(|file| file.content.clone()));
        let (blobs, computer) = (Arc::clone(&self.results), Arc::clone(&self.compute));
        let binding = Binding { blobs, compute: computer, binder: Some(binder), sources };
        let key = BlobKey::bundle_pdf(edition);
        let pdf = put_measured(self.results.as_ref(), &key, binding.pieces()).await?;

        let path = format!("{PDF_FOLDER}/{name}.pdf");
        files.insert(0, Packed { path, meter: pdf.clone(), content: Content::Stored(key) });
        let members = files.iter().map(|file| file.meter.manifest_member(file.path.clone())).collect();
        let pieces = archive_pieces(Arc::clone(&self.results), files);
        let zip = put_measured(self.results.as_ref(), &BlobKey::bundle_zip(edition), pieces).await?;
        let manifest = BundleManifest {
            pdf: pdf.manifest_member(format!("{name}.pdf")),
            zip: zip.manifest_member(format!("{name}.zip")),
            name,
            members,
            register: plan.sections,
            sheets: plan.sheets,
        };
        put_json(self.results.as_ref(), &BlobKey::bundle_manifest(edition), &manifest).await?;
        Ok(true)
    }

    /// The acts as files of the archive.
    async fn act_files(&self, edition: &Edition, acts: &ActSet) -> Result<Vec<Packed>, Failure> {
        let mut files = Vec::with_capacity(acts.files.len());
        let mut kept_bytes = 0;
        for (index, act) in acts.files.iter().enumerate() {
            let key = BlobKey::act_pdf(edition, index);
            let bytes = self.results.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))?;
            let meter = Meter::of(&bytes);
            kept_bytes += bytes.len();
            let content = if kept_bytes <= KEPT_BYTES { Content::Here(bytes) } else { Content::Stored(key) };
            files.push(Packed { path: format!("{PDF_FOLDER}/АОСР {}", act.file), meter, content });
        }
        Ok(files)
    }
}

fn nothing_bound() -> Warning {
    Warning {
        code: "no-acts".to_owned(),
        message: "Комплект ИД не собран: нет ни одного акта. Составьте перечень работ вручную.".to_owned(),
        pages: Vec::new(),
    }
}

/// Two passes: first the sheets are counted and the register printed, then, its own length known, the bundle begins.
fn begin(name: &str, summary: &DocumentSummary, acts: &ActSet) -> Result<Front, BundleError> {
    let plan = plan_bundle(acts.acts.iter().zip(&acts.files));
    let object = summary.object.as_deref().unwrap_or_default();
    let cipher = summary.cipher.as_deref().unwrap_or_default();
    let designer = acts.acts.iter().find_map(|act| act.designer.as_ref()).map_or("", |designer| designer.name.as_str());
    let title_page =
        forms::title_page_pdf(&TitlePage { object, cipher, designer, bundle: name, ..TitlePage::default() })?;
    let register = forms::register_pdf(&Register {
        bundle: name.to_owned(),
        object: object.to_owned(),
        cipher: cipher.to_owned(),
        sections: plan.sections.clone(),
        sheets: plan.sheets,
        ..Register::default()
    })?;
    let mut next_page = 1 + title_page.pages + register.pages;
    let mut bookmarks = vec![
        Bookmark { title: "Титульный лист".to_owned(), page: 1, children: Vec::new() },
        Bookmark {
            title: "Реестр исполнительной документации".to_owned(),
            page: 1 + title_page.pages,
            children: Vec::new(),
        },
    ];
    for section in &plan.sections {
        let page = next_page;
        let mut children = Vec::with_capacity(section.entries.len());
        for entry in &section.entries {
            let title = format!("№ {} {}", entry.number, entry.content);
            children.push(Bookmark { title, page: next_page, children: Vec::new() });
            next_page += entry.pages;
        }
        bookmarks.push(Bookmark { title: section.name.clone(), page, children });
    }
    let page_stamps = page_stamps(&plan, next_page);
    let options = BindOptions { title: name.to_owned(), bookmarks, page_stamps, pages: next_page - 1 };
    let sources = [title_page.bytes, register.bytes].map(|bytes| Content::Here(Bytes::from(bytes)));
    Ok(Front { plan, sources: sources.into(), binder: Binder::new(options, Vec::new())? })
}

/// The sheet number in the corner of the front side of every sheet; nothing on title page, register and back sides.
fn page_stamps(plan: &BundlePlan, end_page: u32) -> Vec<Option<String>> {
    let mut of_documents = Vec::new();
    for entry in plan.sections.iter().flat_map(|section| &section.entries) {
        for page in 0..entry.pages {
            of_documents.push((page % 2 == 0).then(|| format!("Лист {}", entry.first_sheet + page / 2)));
        }
    }
    let all = usize::try_from(end_page - 1).unwrap_or(usize::MAX);
    let front = all.saturating_sub(of_documents.len());
    std::iter::repeat_n(None, front).chain(of_documents).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Act, ActFile};

    #[test]
    fn fronts_of_sheets_are_numbered_and_nothing_else() {
        let files =
            [2, 3].map(|pages| ActFile { number: String::new(), file: String::new(), pages, formats: Vec::new() });
        let act = Act::default();
        let plan = plan_bundle(files.iter().map(|file| (&act, file)));
        let stamps: Vec<_> = page_stamps(&plan, 9).into_iter().map(Option::unwrap_or_default).collect();
        assert_eq!(stamps, ["", "", "", "Лист 1", "", "Лист 2", "", "Лист 3"]);
    }
}
