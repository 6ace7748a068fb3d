//! The letter that asks suppliers for the documents of quality which acts lack: nothing is made up for them.

use crate::inspection::materials_without_documents;
use domain::project_file::ProjectFile;
use domain::{ActSet, DocumentSummary};
use forms::{Form, RequestLetter, WantedDocument, request_letter_form};

/// The letter; none when every material has a document.
pub(crate) fn request_letter(acts: &ActSet, project: &ProjectFile, summary: &DocumentSummary) -> Option<Form> {
    let materials = wanted(acts);
    if materials.is_empty() {
        return None;
    }
    let first = acts.acts.first()?;
    let cipher = if project.cipher.is_empty() { summary.cipher.as_deref() } else { Some(project.cipher.as_str()) };
    Some(request_letter_form(&RequestLetter {
        sender: project.parties.performer.as_ref().or(project.parties.builder.as_ref()),
        object: &first.object,
        cipher: cipher.unwrap_or_default(),
        materials: &materials,
    }))
}

/// Each material once, in the order of the acts, with the acts that name it.
fn wanted(acts: &ActSet) -> Vec<WantedDocument> {
    let mut wanted: Vec<WantedDocument> = Vec::new();
    // What is signed is done with.
    for act in acts.acts.iter().filter(|act| !act.signed) {
        for material in materials_without_documents(act) {
            match wanted.iter_mut().find(|known| known.material == material) {
                Some(known) if known.acts.contains(&act.number) => {}
                Some(known) => known.acts.push(act.number.clone()),
                None => wanted.push(WantedDocument { material: material.to_owned(), acts: vec![act.number.clone()] }),
            }
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Act, ActDocument};

    #[test]
    fn each_material_without_a_document_is_asked_for_once() {
        let act = |number: &str, materials: &[&str]| Act {
            number: number.to_owned(),
            materials: materials.iter().map(|name| (*name).to_owned()).collect(),
            documents: vec![ActDocument { material: "Песок".to_owned(), ..ActDocument::default() }],
            ..Act::default()
        };
        let acts = vec![
            act("1", &["Песок — 2 м³", "Щебень — 3 м³", "Щебень — 3 м³"]),
            act("2", &["Щебень — 3 м³", "Бетон В25 (паспорт № 1)", "Арматура"]),
            Act { signed: true, ..act("3", &["Плёнка"]) },
        ];
        let acts = ActSet { acts, ..ActSet::default() };
        let told: Vec<(String, usize)> = wanted(&acts).into_iter().map(|one| (one.material, one.acts.len())).collect();
        assert_eq!(told, [("Щебень — 3 м³".to_owned(), 2), ("Арматура".to_owned(), 1)]);
    }
}
