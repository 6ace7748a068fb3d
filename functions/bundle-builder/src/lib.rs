//! Binds the package (комплект ИД): one PDF with title page, general register, acts and bookmarks, and a ZIP beside it.

mod archive;
mod plan;

pub use archive::{Member, PDF_FOLDER, archive};
pub use plan::{ACTS_SECTION, BundlePlan, bundle_name, plan_bundle};

use archive::manifest_member;
use bytes::Bytes;
use domain::{
    ActSet, BlobKey, Bucket, BuildBundle, BundleManifest, DocumentRecord, DocumentRef, DocumentSummary, Warning,
};
use forms::{FormsError, Register, TitlePage};
use pdf::bind::{BindError, BindOptions, Bookmark, bind};
use pipeline::{Failure, Records, Stage, known_json, put_json};
use ports::{Blobs, Compute, Host, Missing, compute};
use std::sync::Arc;
use zip::result::ZipError;

/// Why the bundle could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The title page or the register could not be typeset.
    #[error("typeset the title page and the register")]
    Typeset(#[from] FormsError),
    /// The parts could not be joined.
    #[error("join the parts")]
    Bind(#[from] BindError),
    /// The archive could not be written.
    #[error("write the archive")]
    Archive(#[from] ZipError),
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Typeset(_) | BundleError::Bind(_) | BundleError::Archive(_) => {
                Failure::retry("bind the package", error)
            }
        }
    }
}

/// The bundle builder.
pub struct BundleBuilder {
    results: Arc<dyn Blobs>,
    records: Records,
    compute: Arc<dyn Compute>,
}

/// A bundle as it will be stored.
struct Bound {
    pdf: Vec<u8>,
    zip: Vec<u8>,
    manifest: BundleManifest,
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
        let nothing_to_bind = if record.bundled { false } else { !self.bind(&document, &record).await? };
        let bundled = |record: &mut DocumentRecord| {
            if record.project_file != edition.project_file {
                return; // another project file has come meanwhile, and its own message binds it
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
    async fn bind(&self, document: &DocumentRef, record: &DocumentRecord) -> Result<bool, Failure> {
        let summary: DocumentSummary = known_json(self.results.as_ref(), &BlobKey::summary(document)).await?;
        let edition = record.edition(document);
        let acts: ActSet = known_json(self.results.as_ref(), &BlobKey::acts(&edition)).await?;
        if acts.acts.is_empty() {
            return Ok(false);
        }
        let mut act_pdfs = Vec::with_capacity(acts.acts.len());
        for index in 0..acts.acts.len() {
            let key = BlobKey::act_pdf(&edition, index);
            act_pdfs.push(self.results.get(&key).await?.ok_or_else(|| Failure::not_there(key.to_string()))?);
        }
        let name = bundle_name(summary.cipher.as_deref(), &record.file_name);
        let bound = compute(self.compute.as_ref(), move || bind_parts(&name, &summary, &acts, &act_pdfs)).await?;
        let Bound { pdf, zip, manifest } = bound?;
        self.results.put(&BlobKey::bundle_pdf(&edition), Bytes::from(pdf)).await?;
        self.results.put(&BlobKey::bundle_zip(&edition), Bytes::from(zip)).await?;
        put_json(self.results.as_ref(), &BlobKey::bundle_manifest(&edition), &manifest).await?;
        Ok(true)
    }
}

fn nothing_bound() -> Warning {
    Warning {
        code: "no-acts".to_owned(),
        message: "Комплект ИД не собран: нет ни одного акта. Составьте перечень работ вручную.".to_owned(),
        pages: Vec::new(),
    }
}

/// Two passes: first the sheets are counted and the register printed, then, its own length known, all is joined.
fn bind_parts(name: &str, summary: &DocumentSummary, acts: &ActSet, act_pdfs: &[Bytes]) -> Result<Bound, BundleError> {
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
    let front = [title_page.bytes, register.bytes];
    let mut sources = front.into_iter().chain(act_pdfs.iter().map(|bytes| bytes.to_vec()));
    let options = BindOptions { title: name.to_owned(), bookmarks, page_stamps: page_stamps(&plan, next_page) };
    let mut pdf = Vec::new();
    bind(&mut sources, &options, &mut pdf)?;

    let file = format!("{name}.pdf");
    let mut members = vec![Member { path: format!("{PDF_FOLDER}/{file}"), bytes: &pdf }];
    for (act, bytes) in acts.files.iter().zip(act_pdfs) {
        members.push(Member { path: format!("{PDF_FOLDER}/АОСР {}", act.file), bytes });
    }
    let (zip, members) = archive(&members)?;
    let manifest = BundleManifest {
        name: name.to_owned(),
        pdf: manifest_member(file, &pdf),
        zip: manifest_member(format!("{name}.zip"), &zip),
        members,
        register: plan.sections,
        sheets: plan.sheets,
    };
    Ok(Bound { pdf, zip, manifest })
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
