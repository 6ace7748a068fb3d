use domain::project_file::{ActEntry, MaterialEntry};
use domain::{Act, ActDocument, ActDocumentKind, PrintedForm};
use forms::{annexed_registers, document_line};

/// Takes materials and documents of an entry: the lists of items 3 and 4 and, unless the entry has its own, the
/// attachments, which are both together. An item that has more documents than it may name refers to their register
/// (приказ 344/пр), which is part of the act.
pub(super) fn take(act: &mut Act, entry: &ActEntry) {
    let materials = entry.materials.as_deref().unwrap_or_default();
    let documents = materials.iter().flat_map(|material| &material.documents);
    act.documents =
        documents.chain(entry.schemes.iter().flatten()).chain(entry.proofs.iter().flatten()).cloned().collect();
    let (quality, proofs) = annexed_registers(act);
    let appendix = |number: u32| format!("согласно реестру (приложение № {number} к настоящему акту)");
    if entry.materials.is_some() {
        act.materials = materials.iter().map(|material| material_line(material, !quality)).collect();
        if quality {
            act.materials.push(format!("документы о качестве — {}", appendix(1)));
        }
    }
    let of_proofs = if quality { 2 } else { 1 };
    if entry.schemes.is_some() || entry.proofs.is_some() {
        let lines = |documents: &Option<Vec<ActDocument>>| -> Vec<String> {
            documents.iter().flatten().map(document_line).collect()
        };
        let (mut schemes, mut results) = (lines(&entry.schemes), lines(&entry.proofs));
        if proofs {
            schemes = vec![appendix(of_proofs)];
            results = if act.form == PrintedForm::Structures { schemes.clone() } else { Vec::new() };
        }
        if act.form == PrintedForm::Structures {
            act.structures.get_or_insert_default().schemes.extend(schemes);
            act.proofs = results;
        } else {
            act.proofs = [schemes, results].concat();
        }
    }
    act.attachments = match &entry.attachments {
        Some(attachments) => attachments.clone(),
        None => attachments(act, quality, proofs.then_some(of_proofs)),
    };
}

fn material_line(material: &MaterialEntry, with_documents: bool) -> String {
    let mut line = material.name.clone();
    if !material.amount.is_empty() {
        line.push_str(&format!(" — {}", material.amount));
    }
    let documents: Vec<String> = material.documents.iter().map(document_line).collect();
    if with_documents && !documents.is_empty() {
        line.push_str(&format!(" ({})", documents.join("; ")));
    }
    line
}

/// The documents of items 3 and 4, one by one or as their registers.
fn attachments(act: &Act, quality_register: bool, proofs_appendix: Option<u32>) -> Vec<String> {
    let mut lines = Vec::new();
    let one_by_one =
        |documents: &[&ActDocument]| documents.iter().map(|document| attached(document)).collect::<Vec<_>>();
    let (quality, others): (Vec<&ActDocument>, Vec<&ActDocument>) =
        act.documents.iter().partition(|document| document.kind == ActDocumentKind::Quality);
    if quality_register {
        lines.push(format!("реестр документов о качестве (приложение № 1), документов: {}", quality.len()));
    } else {
        lines.extend(one_by_one(&quality));
    }
    match proofs_appendix {
        Some(appendix) => lines.push(format!(
            "реестр исполнительных схем и результатов испытаний (приложение № {appendix}), документов: {}",
            others.len()
        )),
        None => lines.extend(one_by_one(&others)),
    }
    lines
}

fn attached(document: &ActDocument) -> String {
    match document.sheets {
        Some(sheets) => format!("{} на {sheets} л.", document_line(document)),
        None => document_line(document),
    }
}
