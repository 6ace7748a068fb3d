use crate::content::Meter;
use domain::project_file::ProjectFile;
use domain::{BlobKey, TenantId};
use pdf::bind::{BindError, page_count};
use pipeline::Failure;
use ports::{Blobs, Compute, compute};
use std::collections::BTreeMap;

/// What a file that the project file names is to the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachedForm {
    /// A PDF of so many pages.
    Pdf(u32),
    /// A picture, which becomes a page.
    Picture,
    /// Another kind of file: it goes into the archive only.
    Other,
    /// A PDF that opens with a password only; it goes into the archive only.
    Locked,
    /// A PDF or a picture that cannot be read; it goes into the archive only.
    Broken,
    /// It was never taken in.
    Missing,
}

impl AttachedForm {
    /// How many pages of the bundle it makes.
    pub fn pages(self) -> u32 {
        match self {
            Self::Pdf(pages) => pages,
            Self::Picture => 1,
            Self::Other | Self::Locked | Self::Broken | Self::Missing => 0,
        }
    }
}

/// A file that goes with the acts.
#[derive(Debug, Clone)]
pub(crate) struct Attached {
    pub(crate) form: AttachedForm,
    /// Where it lies and what it measures; `None` when it was never taken in.
    pub(crate) stored: Option<(BlobKey, Meter)>,
}

/// Looks at every file of the project file, by its name there: those that documents name, and those that lie beside them
/// (a signature, the drawing behind a scheme).
pub(crate) async fn look_at(
    blobs: &dyn Blobs,
    computer: &dyn Compute,
    tenant: &TenantId,
    project: &ProjectFile,
) -> Result<BTreeMap<String, Attached>, Failure> {
    let mut attached = BTreeMap::new();
    for (name, content) in &project.files {
        let key = BlobKey::attachment(tenant, content);
        let found = match blobs.get(&key).await? {
            None => Attached { form: AttachedForm::Missing, stored: None },
            Some(bytes) => {
                let (form, meter) = compute(computer, move || (form_of(&bytes), Meter::of(&bytes))).await?;
                Attached { form, stored: Some((key, meter)) }
            }
        };
        attached.insert(name.clone(), found);
    }
    for name in project.named_files() {
        attached.entry(name.to_owned()).or_insert(Attached { form: AttachedForm::Missing, stored: None });
    }
    Ok(attached)
}

fn form_of(bytes: &[u8]) -> AttachedForm {
    if pdf::is_picture(bytes) {
        return if pdf::picture_page(bytes).is_ok() { AttachedForm::Picture } else { AttachedForm::Broken };
    }
    // The header may stand anywhere in the first 1,024 bytes (ISO 32000-1, Annex H, note 13).
    if !bytes.iter().take(1024).collect::<Vec<_>>().windows(5).any(|five| five.iter().copied().eq(b"%PDF-")) {
        return AttachedForm::Other;
    }
    match page_count(bytes) {
        Ok(pages) => AttachedForm::Pdf(pages),
        Err(BindError::Encrypted { .. }) => AttachedForm::Locked,
        Err(_unreadable) => AttachedForm::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_content() {
        assert_eq!(form_of(b"PK\x03\x04"), AttachedForm::Other);
        assert_eq!(form_of(b""), AttachedForm::Other);
        assert_eq!(form_of(b"\n%PDF-1.7 and nothing more"), AttachedForm::Broken);
        assert_eq!(form_of(b"\xFF\xD8\xFF\xE0 no picture"), AttachedForm::Broken);
    }
}
