use super::sections::segments;
use super::toml_reading::{Item, Section};
use super::{ActEntry, MaterialEntry, Side, WorkChoice};
use crate::{ActDocument, ActDocumentKind, PrintedForm, StructureFacts};
use toml::de::DeValue;

/// Most sheets that a document may have.
const MOST_SHEETS: u32 = 10_000;

/// Reads `[[act]]`; `None` when it does not say which act it speaks of.
pub(super) fn act_entry(section: Section<'_, '_>) -> Option<ActEntry> {
    let work = work_choice(&section);
    let name = section.filled("name");
    let forms = [("АОСР", PrintedForm::HiddenWorks), ("АООК", PrintedForm::Structures)];
    let entry = work.map(|work| ActEntry {
        line: section.line(),
        dropped: section.flag("drop").unwrap_or_default(),
        signed: section.flag("signed").unwrap_or_default(),
        number: section.filled("number"),
        segments: segments(&section),
        form: section.choice("form", &forms),
        date: section.date("date"),
        started: section.date("started"),
        finished: section.date("finished"),
        documentation: section.filled("documentation"),
        materials: materials(&section),
        schemes: documents(&section, "schemes", ActDocumentKind::Scheme, ""),
        proofs: documents(&section, "proofs", ActDocumentKind::Proof, ""),
        norms: section.texts("norms"),
        next_works: section.filled("next_works"),
        additional: section.filled("additional"),
        copies: section.filled("copies"),
        attachments: section.texts("attachments"),
        performed_by: section.filled("performed_by"),
        structures: section.section("structures").map(structures),
        name,
        work,
    });
    if let Some(entry) = entry {
        section.end();
        if matches!(entry.work, WorkChoice::Added { .. }) && entry.name.is_none() {
            return None;
        }
        return Some(entry);
    }
    None
}

fn work_choice(section: &Section<'_, '_>) -> Option<WorkChoice> {
    let added = section.flag("add").unwrap_or_default();
    let before = choice(section, "before").map(|work| (Side::Before, Box::new(work)));
    let after = choice(section, "after").map(|work| (Side::After, Box::new(work)));
    if before.is_some() && after.is_some() {
        section.tell(&section.span, "указано и before, и after. Оставьте один ключ.");
    }
    match (choice(section, "work"), added) {
        (Some(_), true) => {
            section.tell(&section.span, "указано и work, и add. Для своего акта нужны add = true и name, без work.");
            None
        }
        (None, true) => {
            if section.get("name").is_none() {
                section.tell(&section.span, "у добавляемого акта нет наименования работы. Добавьте name = \"…\".");
            }
            Some(WorkChoice::Added { beside: before.or(after) })
        }
        (work, false) => {
            if work.is_none() && section.get("work").is_none() {
                let message = "не сказано, о каком акте речь. Добавьте work = \"наименование работы\" или work = 1 (место \
                               в проекте актов), а для своего акта — add = true и name = \"…\".";
                section.tell(&section.span, message);
            }
            work
        }
    }
}

fn choice(section: &Section<'_, '_>, key: &'static str) -> Option<WorkChoice> {
    match section.get(key)?.get_ref() {
        DeValue::Integer(_) => section.number(key, 1..=99_999).map(WorkChoice::At),
        _ => section.filled(key).map(WorkChoice::Named),
    }
}

fn materials(section: &Section<'_, '_>) -> Option<Vec<MaterialEntry>> {
    let items = section.items("materials")?;
    let mut materials = Vec::with_capacity(items.len());
    for item in items {
        materials.push(match item {
            Item::Text(name) => MaterialEntry { name, ..MaterialEntry::default() },
            Item::Section(material) => {
                let name = needed_name(&material);
                let documents = documents(&material, "documents", ActDocumentKind::Quality, &name).unwrap_or_default();
                let entry = MaterialEntry { amount: material.filled("amount").unwrap_or_default(), name, documents };
                material.end();
                entry
            }
        });
    }
    Some(materials)
}

fn documents(
    section: &Section<'_, '_>,
    key: &'static str,
    kind: ActDocumentKind,
    material: &str,
) -> Option<Vec<ActDocument>> {
    let items = section.items(key)?;
    let mut documents = Vec::with_capacity(items.len());
    for item in items {
        let read = match item {
            Item::Text(name) => ActDocument { name, ..ActDocument::default() },
            Item::Section(section) => document(section, kind),
        };
        documents.push(ActDocument { kind, material: material.to_owned(), ..read });
    }
    Some(documents)
}

pub(super) fn document(section: Section<'_, '_>, kind: ActDocumentKind) -> ActDocument {
    let read = ActDocument {
        kind,
        name: needed_name(&section),
        number: section.filled("number").unwrap_or_default(),
        date: section.date("date"),
        issuer: section.filled("issuer").unwrap_or_default(),
        sheets: section.number("sheets", 1..=MOST_SHEETS),
        file: section.filled("file").unwrap_or_default(),
        ..ActDocument::default()
    };
    section.end();
    read
}

fn needed_name(section: &Section<'_, '_>) -> String {
    if section.get("name").is_none() {
        section.tell(&section.span, "нет наименования. Добавьте name = \"…\".");
    }
    section.filled("name").unwrap_or_default()
}

fn structures(section: Section<'_, '_>) -> StructureFacts {
    let facts = StructureFacts {
        hidden_works: section.texts("hidden_works").unwrap_or_default(),
        schemes: section.texts("schemes").unwrap_or_default(),
        trials: section.texts("trials").unwrap_or_default(),
        use_as_intended: section.filled("use_as_intended").unwrap_or_default(),
        partial_load: section.filled("partial_load").unwrap_or_default(),
        full_load_conditions: section.filled("full_load_conditions").unwrap_or_default(),
        ..StructureFacts::default()
    };
    section.end();
    facts
}
