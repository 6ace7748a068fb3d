use super::items::Items;
use super::rules::*;
use super::{Findings, Package};
use domain::{Act, ActDate, ActDocument, ActDocumentKind, Organisation, PrintedForm, Representative, StructureFacts};

/// Rules that one act is enough for.
pub(super) fn inspect(act: &Act, package: Package<'_>, findings: &mut Findings) {
    dates(act, findings);
    parties(act, findings);
    people(act, findings);
    documents(act, findings);
    attachments(act, findings);
    contents(act, package, findings);
}

fn dates(act: &Act, findings: &mut Findings) {
    if act.date.is_none() {
        findings.of_act(NO_ACT_DATE, act, "дата акта", "Акт не датирован.");
    }
    if act.started.is_none() || act.finished.is_none() {
        findings.of_act(NO_WORK_DATES, act, Items::of(act).dates, "Нет даты начала или окончания работ.");
    }
    if let (Some(started), Some(finished)) = (act.started, act.finished)
        && started > finished
    {
        let message = format!("Работы начаты {started}, а окончены {finished}.");
        findings.of_act(STARTED_AFTER_FINISHED, act, Items::of(act).dates, message);
    }
    if let (Some(finished), Some(date)) = (act.finished, act.date)
        && finished > date
    {
        let message = format!("Работы окончены {finished}, а акт составлен {date}.");
        findings.of_act(FINISHED_AFTER_ACT, act, Items::of(act).dates, message);
    }
}

fn parties(act: &Act, findings: &mut Findings) {
    let parties: [(&str, &Option<Organisation>); 3] = [
        ("застройщик (технический заказчик)", &act.developer),
        ("лицо, осуществляющее строительство", &act.builder),
        ("лицо, осуществляющее подготовку проектной документации", &act.designer),
    ];
    for (field, party) in parties {
        let Some(party) = party else {
            findings.of_act(NO_PARTY, act, field, "Лицо не указано.");
            continue;
        };
        if !party.phrase.is_empty() {
            continue;
        }
        let facts = [("ОГРН", &party.ogrn), ("ИНН", &party.inn), ("адрес", &party.address)];
        let missing: Vec<&str> =
            facts.iter().filter(|(_, fact)| fact.trim().is_empty()).map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            let message = format!("Не указаны: {}.", missing.join(", "));
            findings.of_act(PARTY_INCOMPLETE, act, field, message);
        }
    }
}

fn people(act: &Act, findings: &mut Findings) {
    let who = &act.representatives;
    // The designer takes part only when called in, the performer only when the works were let: blank is no breach.
    let people: [(&str, &Option<Representative>, bool, bool); 5] = [
        ("представитель застройщика по строительному контролю", &who.developer, true, true),
        ("представитель лица, осуществляющего строительство", &who.builder, true, false),
        (
            "представитель лица, осуществляющего строительство, по строительному контролю",
            &who.builder_control,
            true,
            true,
        ),
        ("представитель проектировщика", &who.designer, false, false),
        ("представитель лица, выполнившего работы", &who.performer, false, false),
    ];
    for (field, person, is_required, is_in_register) in people {
        match person {
            Some(person) if person.phrase.is_empty() => of_person(act, field, person, is_in_register, findings),
            Some(_) => {}
            None if is_required => findings.of_act(NO_REPRESENTATIVE, act, field, "Представитель не указан."),
            None => {}
        }
    }
}

fn of_person(act: &Act, field: &str, person: &Representative, is_in_register: bool, findings: &mut Findings) {
    if is_in_register && person.register_number.trim().is_empty() {
        let message = format!("{}: нет номера в национальном реестре специалистов.", person.name);
        findings.of_act(NO_REGISTER_NUMBER, act, field, message);
    }
    let Some(date) = act.date else { return };
    if let Some(ordered) = person.order_date
        && ordered > date
    {
        let message = format!("{}: приказ от {ordered}, а акт от {date}.", person.name);
        findings.of_act(ORDER_AFTER_ACT, act, field, message);
    }
    let begins_later = person.valid_from.is_some_and(|from| from > date);
    let ended = person.valid_to.is_some_and(|to| to < date);
    if begins_later || ended {
        let shown = |day: Option<ActDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let (from, to) = (shown(person.valid_from), shown(person.valid_to));
        let message = format!("{}: полномочия {from} – {to}, а акт от {date}.", person.name);
        findings.of_act(POWERS_NOT_VALID, act, field, message);
    }
}

fn documents(act: &Act, findings: &mut Findings) {
    let items = Items::of(act);
    for document in &act.documents {
        let field = items.document(document);
        let title = title_of(document);
        if document.number.trim().is_empty() || document.date.is_none() {
            findings.of_act(DOCUMENT_WITHOUT_NUMBER, act, field, format!("{title}: нет номера или даты."));
        }
        let Some(date) = document.date else { continue };
        let is_late = |limit: Option<ActDate>| limit.filter(|limit| date > *limit);
        match document.kind {
            ActDocumentKind::Quality => {
                if let Some(finished) = is_late(act.finished) {
                    let message = format!("{title}: от {date}, а работы окончены {finished}.");
                    findings.of_act(QUALITY_AFTER_WORKS, act, field, message);
                }
            }
            ActDocumentKind::Scheme | ActDocumentKind::Proof => {
                if let Some(made) = is_late(act.date) {
                    let message = format!("{title}: от {date}, а акт от {made}.");
                    findings.of_act(PROOF_AFTER_ACT, act, field, message);
                } else if document.kind == ActDocumentKind::Scheme
                    && let Some(made) = act.date
                    && made != date
                {
                    let message = format!("{title}: от {date}, а акт от {made}.");
                    findings.of_act(SCHEME_OF_ANOTHER_DAY, act, field, message);
                }
            }
        }
    }
    // A draft names no documents at all: that is said once, by the scheme.
    let names_scheme = act.structures.as_ref().is_some_and(|facts| !facts.schemes.is_empty());
    if act.documents_of(ActDocumentKind::Scheme).next().is_none() && act.proofs.is_empty() && !names_scheme {
        findings.of_act(NO_SCHEME, act, items.proofs, "Нет исполнительной схемы.");
    }
    for material in materials_without_documents(act) {
        let message = format!("«{material}»: нет документа о качестве.");
        findings.of_act(MATERIAL_WITHOUT_DOCUMENT, act, items.materials, message);
    }
}

/// The materials of an act whose quality no document states.
pub(crate) fn materials_without_documents(act: &Act) -> impl Iterator<Item = &str> {
    let proven: Vec<&str> =
        act.documents_of(ActDocumentKind::Quality).map(|document| document.material.trim()).collect();
    act.materials.iter().map(String::as_str).filter(move |material| {
        let names_document = proven.iter().any(|known| !known.is_empty() && material.contains(known));
        !names_document && !mentions_document(material)
    })
}

/// Whether a line of item 3 names a document itself, or refers to a register of them.
fn mentions_document(material: &str) -> bool {
    let lower = material.to_lowercase();
    let kinds = ["паспорт", "сертификат", "деклараци", "документ о качестве", "реестр", "протокол", "свидетельств"];
    kinds.iter().any(|kind| lower.contains(kind)) || lower.contains("не применя") || lower.contains("отсутству")
}

fn attachments(act: &Act, findings: &mut Findings) {
    if act.attachments.is_empty() {
        return;
    }
    let listed = act.attachments.join("\n").to_lowercase();
    let of_documents = |line: &&String| !line.starts_with(forms::REGISTER_OF_ACTS);
    if act.attachments.iter().filter(of_documents).any(|line| line.to_lowercase().contains("реестр")) {
        return;
    }
    for document in act.documents.iter().filter(|document| !document.number.trim().is_empty()) {
        if !listed.contains(&document.number.trim().to_lowercase()) {
            let message =
                format!("{} есть в {}, но не в приложениях.", title_of(document), Items::of(act).document(document));
            findings.of_act(ATTACHMENTS_DIFFER, act, "приложения", message);
        }
    }
}

fn contents(act: &Act, package: Package<'_>, findings: &mut Findings) {
    if act.project_documentation.trim().is_empty() {
        findings.of_act(NO_PROJECT_DOCUMENTATION, act, "п. 2", "Проектная документация не указана.");
    } else if let Some(cipher) = &package.summary.cipher
        && !act.project_documentation.contains(cipher.as_str())
    {
        let message = format!("Не указан шифр комплекта {cipher}.");
        findings.of_act(OTHER_CIPHER, act, "п. 2", message);
    }
    if act.norms.is_empty() {
        findings.of_act(NO_NORMS, act, Items::of(act).norms, "Не указано, по каким нормам выполнены работы.");
    }
    allowed(act, findings);
}

fn allowed(act: &Act, findings: &mut Findings) {
    let is_said = |text: &str| !text.trim().is_empty();
    match act.form {
        PrintedForm::HiddenWorks if is_said(&act.next_works) => {}
        PrintedForm::HiddenWorks => {
            findings.of_act(NO_NEXT_WORKS, act, Items::of(act).allowed, "Последующие работы не указаны.");
        }
        PrintedForm::Structures => {
            let facts = act.structures.as_ref();
            let uses = |facts: &StructureFacts| {
                [&facts.use_as_intended, &facts.partial_load, &facts.full_load_conditions]
                    .into_iter()
                    .any(|text| is_said(text))
            };
            if !is_said(&act.next_works) && !facts.is_some_and(uses) {
                let message = "Не указано, что разрешается по результатам освидетельствования.";
                findings.of_act(NOTHING_ALLOWED, act, Items::of(act).allowed, message);
            }
            if facts.is_none_or(|facts| facts.hidden_works.is_empty()) {
                let message = "Не указаны акты на скрытые работы, которые влияют на безопасность конструкции.";
                findings.of_act(NO_HIDDEN_WORKS, act, "п. 3", message);
            }
        }
    }
}

pub(super) fn title_of(document: &ActDocument) -> String {
    match document.number.trim() {
        "" => document.name.clone(),
        number => format!("{} № {number}", document.name),
    }
}
