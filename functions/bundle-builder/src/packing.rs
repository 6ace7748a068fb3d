use crate::attached::{Attached, AttachedForm};
use crate::content::{Content, Packed};
use crate::plan::portable;
use domain::project_file::ProjectFile;
use domain::{ActDocumentKind, ActSet};
use std::collections::{BTreeMap, BTreeSet};

/// Folders of the archive.
pub(crate) const PDF_FOLDER: &str = "1. Исполнительная документация в формате PDF";
pub(crate) const EXCEL_FOLDER: &str = "2. Исполнительная документация в формате Excel";
const DRAWING_FOLDER: &str = "4. Геодезические схемы в формате DWG";
const QUALITY_FOLDER: &str = "5. Паспорта, сертификаты и лабораторные заключения";
/// Folder of schemes as they will be signed, within that of PDFs.
const SCHEMES: &str = "Исполнительные схемы";

/// Letters of a file's own name: folder and name together must fit the 260 that Windows bears.
const MOST_NAME_CHARS: usize = 100;

/// The files of the engineer, untouched, each once in its folder, with what lies beside it under the same name: its
/// signature, the drawing of a scheme.
pub(crate) fn originals(acts: &ActSet, project: &ProjectFile, attached: &BTreeMap<String, Attached>) -> Vec<Packed> {
    let mut places: Vec<(String, &str)> = Vec::new();
    for document in acts.acts.iter().flat_map(|act| &act.documents) {
        let folder = match (document.kind, attached.get(&document.file).map(|attached| attached.form)) {
            (ActDocumentKind::Scheme, Some(AttachedForm::Other)) => DRAWING_FOLDER.to_owned(),
            (ActDocumentKind::Scheme, _) => format!("{PDF_FOLDER}/{SCHEMES}"),
            (ActDocumentKind::Quality | ActDocumentKind::Proof, _) => QUALITY_FOLDER.to_owned(),
        };
        places.push((folder, &document.file));
    }
    for extra in &project.bundle.documents {
        places.push((format!("{PDF_FOLDER}/{}", portable(&extra.section, MOST_NAME_CHARS)), &extra.document.file));
    }
    let mut packer = Packer { attached, packed: Vec::new(), contents: BTreeSet::new(), paths: BTreeSet::new() };
    for (folder, file) in places {
        let Some(path) = packer.pack(&folder, file) else { continue };
        for companion in project.files.keys().filter(|name| *name != file) {
            if is_signature_of(companion, file) {
                let extension = companion.get(file.len()..).unwrap_or_default();
                packer.pack_as(format!("{path}{extension}"), companion);
            } else if folder.ends_with(SCHEMES) && is_drawing_of(companion, file) {
                packer.pack(DRAWING_FOLDER, companion);
            }
        }
    }
    packer.packed
}

/// `паспорт.pdf.sig` beside `паспорт.pdf`.
pub(crate) fn is_signature_of(name: &str, file: &str) -> bool {
    let extension = name.strip_prefix(file).unwrap_or_default().to_ascii_lowercase();
    matches!(extension.as_str(), ".sig" | ".p7s" | ".sgn")
}

/// `схема.dwg` beside `схема.pdf`.
pub(crate) fn is_drawing_of(name: &str, file: &str) -> bool {
    let parts = |path: &str| path.rsplit_once('.').map(|(stem, extension)| (stem.to_owned(), extension.to_lowercase()));
    match (parts(name), parts(file)) {
        (Some((stem, extension)), Some((own, _))) => stem == own && matches!(extension.as_str(), "dwg" | "dxf"),
        _ => false,
    }
}

struct Packer<'a> {
    attached: &'a BTreeMap<String, Attached>,
    packed: Vec<Packed>,
    /// What lies in a folder already, by folder and content.
    contents: BTreeSet<(String, String)>,
    paths: BTreeSet<String>,
}

impl Packer<'_> {
    /// Packs a file into a folder; `None` when there is nothing to pack, or it lies there already.
    fn pack(&mut self, folder: &str, file: &str) -> Option<String> {
        let (key, _) = self.attached.get(file)?.stored.as_ref()?;
        if !self.contents.insert((folder.to_owned(), key.to_string())) {
            return None;
        }
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let (stem, extension) = name
            .rsplit_once('.')
            .map_or((name, String::new()), |(stem, extension)| (stem, format!(".{}", portable(extension, 8))));
        let stem = portable(stem, MOST_NAME_CHARS);
        let mut path = format!("{folder}/{stem}{extension}");
        let mut repeat = 2;
        while self.paths.contains(&path.to_lowercase()) {
            path = format!("{folder}/{stem} ({repeat}){extension}");
            repeat += 1;
        }
        self.pack_as(path.clone(), file);
        Some(path)
    }

    fn pack_as(&mut self, path: String, file: &str) {
        if let Some((key, meter)) = self.attached.get(file).and_then(|attached| attached.stored.as_ref()) {
            self.paths.insert(path.to_lowercase());
            self.packed.push(Packed { path, meter: meter.clone(), content: Content::Stored(key.clone()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Meter;
    use domain::{Act, ActDocument, BlobKey, DocumentId, TenantId};

    fn attached(form: AttachedForm, content: &str) -> Attached {
        let key = BlobKey::attachment(&TenantId::local(), &DocumentId::of(content.as_bytes()));
        Attached { form, stored: Some((key, Meter::of(content.as_bytes()))) }
    }

    fn document(kind: ActDocumentKind, file: &str) -> ActDocument {
        ActDocument { kind, file: file.to_owned(), ..ActDocument::default() }
    }

    #[test]
    fn every_file_lies_once_in_its_folder_with_its_signature_and_its_drawing() {
        let files = [
            ("а/паспорт.pdf", AttachedForm::Pdf(1), "1"),
            ("а/паспорт.pdf.sig", AttachedForm::Other, "2"),
            ("б/Паспорт.pdf", AttachedForm::Pdf(1), "3"),
            ("схема.pdf", AttachedForm::Pdf(1), "4"),
            ("схема.dwg", AttachedForm::Other, "5"),
            ("в/тот же паспорт.pdf", AttachedForm::Pdf(1), "1"),
        ];
        let project = ProjectFile {
            files: files
                .iter()
                .map(|(name, _, content)| (name.to_string(), DocumentId::of(content.as_bytes())))
                .collect(),
            ..ProjectFile::default()
        };
        let looked_at =
            files.iter().map(|(name, form, content)| (name.to_string(), attached(*form, content))).collect();
        let quality = ["а/паспорт.pdf", "б/Паспорт.pdf", "в/тот же паспорт.pdf", "нет.pdf", ""];
        let mut documents: Vec<_> = quality.map(|file| document(ActDocumentKind::Quality, file)).to_vec();
        documents.push(document(ActDocumentKind::Scheme, "схема.pdf"));
        let acts = ActSet { acts: vec![Act { documents, ..Act::default() }; 2], ..ActSet::default() };
        let packed = originals(&acts, &project, &looked_at);
        let paths: Vec<_> = packed.iter().map(|packed| packed.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "5. Паспорта, сертификаты и лабораторные заключения/паспорт.pdf",
                "5. Паспорта, сертификаты и лабораторные заключения/паспорт.pdf.sig",
                "5. Паспорта, сертификаты и лабораторные заключения/Паспорт (2).pdf",
                "1. Исполнительная документация в формате PDF/Исполнительные схемы/схема.pdf",
                "4. Геодезические схемы в формате DWG/схема.dwg",
            ]
        );
    }
}
