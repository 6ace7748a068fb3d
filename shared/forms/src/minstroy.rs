mod element;
mod party;
#[cfg(test)]
mod tests;

use crate::annex::document_line;
use crate::party::bare_number;
use crate::{BLANK_DATE, FormsError, read_date};
use domain::{Act, ActDate, ActDocument, ActDocumentKind, ActReference, PrintedForm, Representative, StructureFacts};
use element::{Part, date, list, text, within};
use party::{full_or_short, named, organisation, organisation_info, person, present, short, specialist};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Namespace of the types that all acts share; its prefix is `ct`.
const COMMON_TYPES: &str = "http://types/CommonTypes.xsd";

const NOTICE: &str = " Составлено программой «ПТО». Имена, пространства имён и порядок элементов сверены с таблицами стилей Минстроя \
                      и с текстом схем актов версии 1.0.0; файл НЕ проверен по официальной схеме XSD. Не заполнены: uuid, \
                      permanentObjectUUID, edition, schemaVersion, адрес объекта отдельно от названия, место работ, \
                      идентификаторы объекта, документов, участников и лиц, записи журналов, файлы документов, \
                      actsServiceAttributes и подписи. ";

/// What item 9 а) of an act of critical structures may say in XML and nothing else, and what people write there for it.
const USE_AS_INTENDED: &str = "Разрешается использование конструкций по назначению";
const MEANT_AS_INTENDED: [&str; 6] =
    ["по назначению", "разрешается", "разрешено", "да", "не ограничено", "без ограничений"];
/// What people write where nothing is allowed.
const NOTHING: [&str; 7] =
    ["нет", "н/п", "не применимо", "не применяется", "не разрешается", "не требуется", "отсутствует"];

/// How designations of norms begin.
const KINDS_OF_NORMS: [&str; 10] = ["СП", "ГОСТ", "СНиП", "СанПиН", "СН", "ВСН", "РД", "СТО", "ТР", "МДС"];

/// An act as XML of Минстрой: `aosr` of `http://idActs/AOSR.xsd` for hidden works, `aook` of `http://idActs/AOOK.xsd` for
/// critical structures. What the act leaves empty has no element.
///
/// It is not validated against the official schema, and says so in a comment: the schema demands what nobody here knows (ids,
/// entries of journals, files, the service attributes), and that is missing. Names, namespaces and order of the elements were
/// compared with the stylesheets that Минстрой published and with a public copy of the schemas (1.0.0); where the two
/// differ, the schemas are followed.
///
/// # Errors
/// When the XML cannot be written.
pub fn act_xml(act: &Act) -> Result<Vec<u8>, FormsError> {
    let (root, namespace, parts) = match act.form {
        PrintedForm::HiddenWorks => ("aosr", "http://idActs/AOSR.xsd", hidden_works(act)),
        PrintedForm::Structures => ("aook", "http://idActs/AOOK.xsd", critical_structures(act)),
    };
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Comment(BytesText::from_escaped(NOTICE)))?;
    let start = BytesStart::new(root).with_attributes([("xmlns", namespace), ("xmlns:ct", COMMON_TYPES)]);
    writer.write_event(Event::Start(start))?;
    // The part that is signed is found by this name.
    writer.write_event(Event::Start(BytesStart::new("actInfo").with_attributes([("id", "actInfo")])))?;
    parts.iter().flatten().try_for_each(|part| part.write(&mut writer))?;
    writer.write_event(Event::End(BytesEnd::new("actInfo")))?;
    writer.write_event(Event::End(BytesEnd::new(root)))?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn hidden_works(act: &Act) -> Vec<Part> {
    let proofs = act.proofs.iter().map(|line| (kind_by_words(line), line.as_str()));
    let mut parts = common(act);
    parts.extend([
        within("workExecutor", [short(&named(act, &act.performed_by))]),
        list("worksList", [vec![within("workDescription", [text("ct:workName", &act.works)])]]),
        documentation(act),
        materials("usedMaterialsList", act),
        examination(act, proofs.collect()),
        within("worksDate", dates(act)),
        accordance(act),
        list("allowedWorksList", [vec![text("worksName", &act.next_works)]]),
        attachments("attachmentsList", act),
    ]);
    parts
}

fn critical_structures(act: &Act) -> Vec<Part> {
    let none = StructureFacts::default();
    let facts = act.structures.as_ref().unwrap_or(&none);
    let schemes = facts.schemes.iter().map(|line| (ActDocumentKind::Scheme, line.as_str()));
    let proofs = act.proofs.iter().map(|line| (ActDocumentKind::Proof, line.as_str()));
    let trials = facts.trials.iter().map(|trial| within("trialDoc", [text("ct:name", trial)]));
    let mut parts = common(act);
    parts.extend([
        within("criticalConstructionsInspector", [short(&named(act, &act.performed_by))]),
        list("inspectedCriticalConstructionsList", [vec![text("structureElementName", &act.works)]]),
        documentation(act),
        inspected_hidden_works(facts),
        // The small letter is theirs, here and of the attachments.
        materials("usedMaterialslist", act),
        examination(act, schemes.chain(proofs).collect()),
        within("trialDocsList", trials),
        within("worksDates", dates(act)),
        accordance(act),
        within("permittedActions", permitted(act, facts)),
        attachments("attachmentslist", act),
    ]);
    parts
}

/// What acts of all forms begin with.
fn common(act: &Act) -> Vec<Part> {
    let who = &act.representatives;
    let alone = |name: &str, who: &Option<Representative>, content: fn(&Representative) -> Vec<Part>| {
        within(name, who.as_ref().and_then(present).map(content).unwrap_or_default())
    };
    let sent = |name: &str, who: &Option<Representative>, content: fn(&Representative) -> Vec<Part>| {
        let who = who.as_ref().and_then(present)?;
        let sender = within("ct:organization", [organisation_info(&named(act, &who.organisation))]);
        within(name, [within("ct:representative", content(who)), sender])
    };
    let others = who.others.iter().filter_map(present).map(|other| {
        vec![within("ct:representative", person(other)), full_or_short("ct:", &named(act, &other.organisation))]
    });
    vec![
        within("ct:permanentObjectInfo", [text("ct:permanentObjectName", &act.object)]),
        within("ct:developer", [within("ct:organization", act.developer.iter().flat_map(organisation))]),
        within("ct:buildingContractor", act.builder.iter().map(organisation_info)),
        within("ct:projectDocumentationContractor", act.designer.iter().map(organisation_info)),
        requisites(act.form, &act.number, act.date),
        sent("ct:developerRepresentative", &who.developer, specialist),
        alone("ct:buildingContractorRepresentative", &who.builder, person),
        alone("ct:constructionManagementRepresentative", &who.builder_control, specialist),
        sent("ct:projDocContractRepresentative", &who.designer, specialist),
        sent("ct:workExecutorRepresentative", &who.performer, person),
        list("ct:otherRepresentativesList", others),
        text("ct:additionalInfo", &act.additional),
        text("ct:copiesNumber", whole_number(&act.copies)),
    ]
}

fn requisites(form: PrintedForm, number: &str, made: Option<ActDate>) -> Part {
    let name = text("ct:name", crate::act_title(form));
    within("ct:documentInfo", [name, text("ct:number", bare_number(number)), date("ct:date", made)])
}

/// The number that a text begins with: «3 (трёх)».
fn whole_number(text: &str) -> &str {
    let word = text.split_whitespace().next().unwrap_or_default();
    if word.chars().all(|sign| sign.is_ascii_digit()) { word } else { "" }
}

fn dates(act: &Act) -> [Part; 2] {
    [date("ct:beginDate", act.started), date("ct:endDate", act.finished)]
}

/// Item 2, as one section of the documentation, and who made it.
fn documentation(act: &Act) -> Part {
    let section = act.project_documentation.as_str();
    if section.trim().is_empty() {
        return None;
    }
    let [kind, of_kind] = if is_of_project(section) { ["Project", "project"] } else { ["Work", "work"] };
    let named = vec![
        text(&format!("ct:{of_kind}DocumentationSectionCode"), cipher(section)),
        text(&format!("ct:{of_kind}DocumentationSectionName"), section),
    ];
    let sections = list(&format!("ct:{of_kind}DocumentationSectionsList"), [named]);
    let documentation =
        within("workAndProjectDocumentation", [within(&format!("ct:obligatory{kind}Documentation"), [sections])]);
    let designer = act.designer.as_ref().filter(|designer| designer.phrase.is_empty());
    let designer = designer.and_then(|designer| full_or_short("", designer));
    list("workAndProjectDocumentationsList", [vec![documentation, designer]])
}

fn is_of_project(documentation: &str) -> bool {
    documentation.trim_start().to_lowercase().starts_with("проектн")
}

/// What follows «шифр» in the name of a document.
fn cipher(documentation: &str) -> &str {
    let after = ["шифр", "Шифр"].iter().find_map(|word| documentation.split_once(word)).map_or("", |(_, after)| after);
    let named = after.strip_prefix([':', ' ']).unwrap_or_default();
    named.split([',', ';', '(', '«']).next().unwrap_or_default().trim()
}

/// Item 3: the materials with their documents, then those that have none.
fn materials(name: &str, act: &Act) -> Part {
    let quality: Vec<&ActDocument> = act.documents_of(ActDocumentKind::Quality).collect();
    let mut names: Vec<&str> = Vec::new();
    for document in &quality {
        if !names.contains(&document.material.as_str()) {
            names.push(&document.material);
        }
    }
    // A line is «material», «material — amount» or «material — amount (documents)».
    let is_told = |line: &str| {
        let begins = |name: &&str| {
            line.strip_prefix(*name).is_some_and(|rest| [" — ", " ("].iter().any(|sign| rest.starts_with(sign)))
        };
        names.contains(&line) || names.iter().any(begins) || (!quality.is_empty() && refers_to_register(line))
    };
    let proved = names.iter().map(|name| {
        let own = quality.iter().filter(|document| document.material == **name);
        let documents = list("ct:untypedQualityApproveDocumentsList", own.map(|document| dated(document)));
        vec![text("ct:name", name), within("ct:qualityApproveDocuments", [documents])]
    });
    let other = act.materials.iter().filter(|line| !is_told(line)).map(|line| vec![text("ct:name", line)]);
    list(name, proved.chain(other))
}

/// Item 4 (5 of structures): the documents, then the lines of the item that none of them stands in.
fn examination(act: &Act, lines: Vec<(ActDocumentKind, &str)>) -> Part {
    let documents: Vec<&ActDocument> =
        act.documents.iter().filter(|document| document.kind != ActDocumentKind::Quality).collect();
    let is_told = |line: &str| {
        documents.iter().any(|document| document_line(document) == line)
            || (!documents.is_empty() && refers_to_register(line))
    };
    let of = |kind: ActDocumentKind| -> Vec<Vec<Part>> {
        let own = act.documents_of(kind).map(dated);
        let other = lines.iter().filter(|(of, line)| *of == kind && !is_told(line));
        own.chain(other.map(|(_, line)| vec![text("ct:name", line)])).collect()
    };
    let schemes = list("ct:asBuiltSchemasList", of(ActDocumentKind::Scheme));
    // The name says which of the two lists is sure to be there; the spelling is theirs.
    let kind = if schemes.is_some() { "ct:obligatoryAsBuiltSchemas" } else { "ct:obligatoryExpretiseResultDocuments" };
    let results = list("ct:examinationResultDocumentsList", of(ActDocumentKind::Proof));
    within("examinationDocuments", [within(kind, [schemes, results])])
}

fn refers_to_register(line: &str) -> bool {
    line.contains("согласно реестру")
}

/// A scheme is known by how its name begins.
fn kind_by_words(line: &str) -> ActDocumentKind {
    let line = line.trim_start().to_lowercase();
    let is_scheme = [
        "исполнительная схема",
        "исполнительная геодезическая схема",
        "исполнительный чертёж",
        "исполнительный чертеж",
    ];
    if is_scheme.iter().any(|words| line.starts_with(words)) { ActDocumentKind::Scheme } else { ActDocumentKind::Proof }
}

fn dated(document: &ActDocument) -> Vec<Part> {
    vec![
        text("ct:name", &document.name),
        text("ct:number", bare_number(&document.number)),
        date("ct:date", document.date),
    ]
}

/// Item 6 (8 of structures): sections of the documentation apart from norms.
fn accordance(act: &Act) -> Part {
    let norms = act.norms.iter().map(String::as_str);
    let is_documentation = |norm: &&str| {
        let norm = norm.trim_start().to_lowercase();
        ["рабочая документация", "проектная документация"].iter().any(|words| norm.starts_with(words))
    };
    let (documentation, norms): (Vec<&str>, Vec<&str>) = norms.partition(is_documentation);
    let (project, work): (Vec<&str>, Vec<&str>) = documentation.into_iter().partition(|section| is_of_project(section));
    let sections = |name: &str, sections: &[&str]| {
        list(name, sections.iter().map(|section| vec![text("ct:name", section), text("ct:number", cipher(section))]))
    };
    let kind =
        if work.is_empty() { "ct:obligatoryShortProjectDocumentation" } else { "ct:obligatoryShortWorkDocumentation" };
    let sections = within(
        kind,
        [
            sections("ct:shortProjectDocumentationSectionsList", &project),
            sections("ct:shortWorkDocumentationSectionsList", &work),
        ],
    );
    let norms = norms.iter().map(|norm| vec![text("ct:name", norm), text("ct:number", &designation(norm))]);
    within(
        "accordantWorkAndProjectDocumentation",
        [
            within("ct:shortWorkAndProjectDocumentation", [sections]),
            within("ct:technicalRegulationsDocumentation", [list("ct:technicalRegulationDetailsList", norms)]),
        ],
    )
}

/// The designation that a norm begins with («ГОСТ Р 51872-2024»), or what stands after «№» (384-ФЗ); empty when it has neither.
fn designation(norm: &str) -> String {
    let end = |word: &str| word.trim_end_matches([',', ';', ':', '.']).to_owned();
    let words: Vec<&str> = norm.split_whitespace().collect();
    let has_digit = |word: &&str| word.chars().any(|sign| sign.is_ascii_digit());
    if words.first().is_some_and(|word| KINDS_OF_NORMS.contains(word)) {
        // «СП 70.13330.2012», «ТР ТС 014/2011», «ГОСТ Р ИСО 9001-2015».
        let last = words.iter().take(4).position(has_digit).unwrap_or_default();
        let named = words.get(..=last).filter(|_| last > 0);
        return named.map(|words| end(&words.join(" "))).unwrap_or_default();
    }
    let after = norm.split_once('№').map(|(_, after)| after).unwrap_or_default();
    after.split_whitespace().next().filter(has_digit).map(end).unwrap_or_default()
}

/// Item 3 of an act of structures: the acts of its register, else those that its lines name.
fn inspected_hidden_works(facts: &StructureFacts) -> Part {
    let listed = &facts.hidden_work_acts;
    let acts: Vec<ActReference> =
        if listed.is_empty() { facts.hidden_works.iter().map(|line| referred(line)).collect() } else { listed.clone() };
    let item = |act: &ActReference| {
        let is_known = !act.number.is_empty() || act.date.is_some();
        let made = is_known.then(|| requisites(PrintedForm::HiddenWorks, &act.number, act.date)).flatten();
        vec![within("ct:hiddenWorkInfo", [text("ct:workName", &act.works)]), made]
    };
    list("inspectedHiddenWorksList", acts.iter().map(item))
}

/// What [`reference_line`](crate::reference_line) says: «Армирование (акт № 7 от 07.10.2025 г.)»; other text is all works.
fn referred(line: &str) -> ActReference {
    let act = line.trim().strip_suffix(')').and_then(|line| line.rsplit_once(" (акт № "));
    let parts = act.and_then(|(works, act)| act.rsplit_once(" от ").map(|(number, date)| (works, number, date)));
    if let Some((works, number, date)) = parts
        && (date == BLANK_DATE || read_date(date).is_some())
    {
        let number = number.trim_matches('_');
        return ActReference { works: works.to_owned(), number: number.to_owned(), date: read_date(date) };
    }
    ActReference { works: line.to_owned(), ..ActReference::default() }
}

/// Item 9 of an act of structures. The XML has room for one of а), б), в): the narrowest that the act gives.
fn permitted(act: &Act, facts: &StructureFacts) -> [Part; 2] {
    let said = |text: &str| {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        text.chars().any(char::is_alphanumeric) && !NOTHING.contains(&text.as_str())
    };
    let allowed = if said(&facts.partial_load) {
        let share = facts.partial_load.trim().trim_end_matches('%').trim_end().replace(',', ".");
        within("allowedToUseWithPartLoad", [text("partLoadPercentage", &share)])
    } else if said(&facts.full_load_conditions) {
        let conditions = within("conditionsList", [text("conditionsListItem", &facts.full_load_conditions)]);
        within("allowedToUseWithFullLoadWithConditions", [conditions])
    } else if said(&facts.use_as_intended) {
        let own = facts.use_as_intended.trim().trim_end_matches('.');
        let is_meant = MEANT_AS_INTENDED.contains(&own.to_lowercase().as_str());
        // Other words may hold a condition, so they stay as they are.
        text("allowedToUseForPurpose", if is_meant { USE_AS_INTENDED } else { own })
    } else {
        None
    };
    [allowed, within("allowedToPerformFollowingWorks", [text("worksName", &act.next_works)])]
}

fn attachments(name: &str, act: &Act) -> Part {
    list(name, act.attachments.iter().map(|line| vec![attachment(act, line)]))
}

/// An attachment as the document that its line names («… на 2 л.»), else by how the line begins.
fn attachment(act: &Act, line: &str) -> Part {
    let is_named = |document: &&ActDocument| {
        let own = document_line(document);
        !own.is_empty() && line.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with(" на "))
    };
    let Some(document) = act.documents.iter().find(is_named) else {
        let is_scheme = kind_by_words(line) == ActDocumentKind::Scheme;
        return within(if is_scheme { "ct:asBuiltSchema" } else { "ct:document" }, [text("ct:name", line)]);
    };
    let (name, number) = (text("ct:name", &document.name), text("ct:number", bare_number(&document.number)));
    match document.kind {
        ActDocumentKind::Scheme => {
            within("ct:asBuiltSchema", [name, number, date("ct:asBuiltSchemaDate", document.date)])
        }
        ActDocumentKind::Proof => within("ct:examinationResult", [name, number, date("ct:date", document.date)]),
        ActDocumentKind::Quality => within("ct:document", [name, number]),
    }
}
