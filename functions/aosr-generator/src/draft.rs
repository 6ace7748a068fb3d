use crate::bearing::{acted, refer};
use domain::{Act, ActForm, Analysis, DocumentSummary, Organisation, PrintedForm, StructureFacts, TitleBlock, Work};

/// Drafts one act per work, in the order of building, and after them one per structure that needs an act of its own (АООК). Item 7
/// of an act is the work of the next one; of the last act it stays blank. Dates, parties, representatives and documents are the
/// engineer's to give: they stay blank too.
pub fn draft_acts(summary: &DocumentSummary, analysis: &Analysis) -> Vec<Act> {
    let mut acts = drafts(summary, analysis);
    let works: Vec<Option<&Work>> = acted(analysis).into_iter().map(Some).collect();
    refer(&mut acts, &works);
    acts
}

/// The drafts before acts of structures name those of hidden works, whose numbers and dates may become others.
pub(crate) fn drafts(summary: &DocumentSummary, analysis: &Analysis) -> Vec<Act> {
    let suffix = summary.cipher.as_deref().and_then(number_suffix);
    let next_names = analysis.works.iter().skip(1).map(full_name).chain([String::new()]);
    // What a structure allows is told by its acts of hidden works; its materials, too, stand there (приложение № 4, item 4).
    let works = acted(analysis).into_iter().zip(next_names.chain(std::iter::repeat(String::new()))).enumerate();
    works
        .map(|(index, (work, next_works))| {
            let position = index + 1;
            let of_structure = work.form == ActForm::Aook;
            Act {
                number: suffix.as_ref().map_or_else(|| position.to_string(), |suffix| format!("{position}-{suffix}")),
                object: summary.object.clone().unwrap_or_default(),
                designer: designer(analysis),
                works: full_name(work),
                project_documentation: project_documentation(summary, analysis),
                materials: if of_structure { Vec::new() } else { materials(work) },
                norms: norms(summary, work),
                next_works,
                evidence: vec![work.evidence.clone()],
                form: if of_structure { PrintedForm::Structures } else { PrintedForm::HiddenWorks },
                structures: of_structure.then(StructureFacts::default),
                ..Act::default()
            }
        })
        .collect()
}

/// File name of an act: its number with what no file system bears replaced by `_`.
pub fn act_file_name(number: &str) -> String {
    let kept: String = number
        .chars()
        .map(
            |character| {
                if character.is_alphanumeric() || matches!(character, '-' | '.' | '№') { character } else { '_' }
            },
        )
        .take(80)
        .collect();
    let kept = kept.trim_matches('.');
    format!("{}.pdf", if kept.is_empty() { "_" } else { kept })
}

/// The part of the cipher that names the set: «КЖ1.2» of «000-00-КЖ1.2».
pub(crate) fn number_suffix(cipher: &str) -> Option<String> {
    let last = cipher.rsplit(['-', '/']).next()?.trim();
    (!last.is_empty()).then(|| last.to_owned())
}

fn full_name(work: &Work) -> String {
    match work.location.as_deref().map(str::trim) {
        Some(location) if !location.is_empty() => format!("{location}. {}", work.name),
        _ => work.name.clone(),
    }
}

fn designer(analysis: &Analysis) -> Option<Organisation> {
    let name = most_common(analysis.title_blocks.iter().filter_map(|block| block.designer.as_deref()))?;
    Some(Organisation { name, ..Organisation::default() })
}

fn project_documentation(summary: &DocumentSummary, analysis: &Analysis) -> String {
    let Some(cipher) = &summary.cipher else { return String::new() };
    let mut text = format!("Рабочая документация, шифр {cipher}");
    if let Some(revision) = &summary.revision {
        text.push_str(&format!(" ({revision})"));
    }
    let designer = most_common(analysis.title_blocks.iter().filter_map(|block: &TitleBlock| block.designer.as_deref()));
    if let Some(designer) = designer {
        text.push_str(&format!(", {designer}"));
    }
    text
}

fn norms(summary: &DocumentSummary, work: &Work) -> Vec<String> {
    let own = summary.cipher.as_ref().map(|cipher| match &summary.revision {
        Some(revision) => format!("рабочая документация, шифр {cipher} ({revision})"),
        None => format!("рабочая документация, шифр {cipher}"),
    });
    own.into_iter().chain(work.norms.iter().cloned()).collect()
}

fn materials(work: &Work) -> Vec<String> {
    work.materials
        .iter()
        .map(|material| match (material.quantity, material.unit.as_deref()) {
            (Some(quantity), Some(unit)) => {
                format!("{} — {} {unit}", material.name, quantity.to_string().replace('.', ","))
            }
            _ => material.name.clone(),
        })
        .collect()
}

fn most_common<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts = std::collections::BTreeMap::new();
    for value in values.filter(|value| !value.trim().is_empty()) {
        *counts.entry(value).or_insert(0_u32) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(value, _)| value.to_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::{DocumentId, Evidence, EvidenceBy, HiddenWorks, HiddenWorksMode, Material};

    /// Where a work of a test stands.
    pub(crate) fn evidence() -> Evidence {
        Evidence {
            document: DocumentId::of(b""),
            page: 3,
            boxes: Vec::new(),
            cells: None,
            quote: String::new(),
            confidence: 1.0,
            by: EvidenceBy::Rule,
        }
    }

    fn work(name: &str, sequence: u32) -> Work {
        Work {
            name: name.to_owned(),
            location: None,
            sequence,
            source: HiddenWorksMode::List,
            norms: vec!["СП 70.13330.2012".to_owned()],
            materials: Vec::new(),
            form: domain::ActForm::Aosr,
            kind: None,
            structure: None,
            level: None,
            axes: None,
            proposed: false,
            evidence: evidence(),
            basis: Vec::new(),
        }
    }

    fn set(works: Vec<Work>) -> (DocumentSummary, Analysis) {
        let summary = DocumentSummary {
            file: "КЖ.pdf".to_owned(),
            sha256: String::new(),
            pages: 3,
            cipher: Some("000-00-КЖ1.2".to_owned()),
            revision: Some("Изм.1".to_owned()),
            mark: Some("КЖ".to_owned()),
            object: Some("Жилой дом № 1".to_owned()),
            stage: None,
            warnings: Vec::new(),
            faults: Vec::new(),
        };
        let analysis = Analysis {
            title_blocks: Vec::new(),
            drawing_list: Vec::new(),
            references: Vec::new(),
            hidden_works: HiddenWorks { mode: HiddenWorksMode::List, heading: None, items: Vec::new() },
            specification: Vec::new(),
            works,
            warnings: Vec::new(),
            model: None,
            other_acts: Vec::new(),
            specification_list: Vec::new(),
            norms: Vec::new(),
            general_notes: Vec::new(),
            revision_permits: Vec::new(),
            totals: Vec::new(),
            edits: Vec::new(),
        };
        (summary, analysis)
    }

    #[test]
    fn item_7_of_an_act_is_the_work_of_the_next_act() {
        let (summary, analysis) = set(vec![work("Устройство опалубки", 1), work("Армирование", 2)]);
        let acts = draft_acts(&summary, &analysis);
        let items: Vec<_> = acts.iter().map(|act| (&*act.number, &*act.works, &*act.next_works)).collect();
        assert_eq!(items, [("1-КЖ1.2", "Устройство опалубки", "Армирование"), ("2-КЖ1.2", "Армирование", "")]);
    }

    #[test]
    fn what_the_set_does_not_say_stays_blank() {
        let (mut summary, analysis) = set(vec![work("Армирование", 1)]);
        summary.cipher = None;
        summary.object = None;
        let act = &draft_acts(&summary, &analysis)[0];
        assert_eq!((&*act.number, &*act.object, &*act.project_documentation), ("1", "", ""));
        assert!(act.date.is_none() && act.representatives == domain::Representatives::default());
    }

    #[test]
    fn materials_are_printed_with_decimal_commas() {
        let mut own = work("Бетонирование", 1);
        own.materials = vec![Material {
            name: "Бетон В25".to_owned(),
            unit: Some("м³".to_owned()),
            quantity: Some(12.5),
            evidence: evidence(),
        }];
        let (summary, analysis) = set(vec![own]);
        assert_eq!(draft_acts(&summary, &analysis)[0].materials, ["Бетон В25 — 12,5 м³"]);
    }

    #[test]
    fn structures_have_acts_of_their_own_behind_those_of_hidden_works() {
        let (summary, mut analysis) = set(vec![work("Армирование плиты", 1), work("Бетонирование плиты", 2)]);
        let mut plate =
            Work { form: ActForm::Aook, location: Some("Корпус 3".to_owned()), ..work("Плита", 1) };
        plate.materials =
            vec![Material { name: "Бетон".to_owned(), unit: None, quantity: None, evidence: evidence() }];
        let network = Work { form: ActForm::Aousito, ..work("Участки сетей", 2) };
        analysis.other_acts = vec![plate, network];
        let acts = draft_acts(&summary, &analysis);
        let names: Vec<_> = acts.iter().map(|act| (&*act.number, &*act.works, &*act.next_works)).collect();
        assert_eq!(
            names,
            [
                ("1-КЖ1.2", "Армирование плиты", "Бетонирование плиты"),
                ("2-КЖ1.2", "Бетонирование плиты", ""),
                ("3-КЖ1.2", "Корпус 3. Плита", ""),
            ]
        );
        let act = &acts[2];
        assert_eq!((act.form, act.evidence.len(), act.norms.len()), (PrintedForm::Structures, 1, 2));
        // Its materials stand in the acts of hidden works.
        assert!(act.materials.is_empty() && act.date.is_none() && act.attachments.is_empty());
        assert_eq!(
            act.structures.as_ref().unwrap().hidden_works,
            [
                "Армирование плиты (акт № 1-КЖ1.2 от «__» ________ 20__ г.)",
                "Бетонирование плиты (акт № 2-КЖ1.2 от «__» ________ 20__ г.)"
            ]
        );
    }

    #[test]
    fn file_names_hold_no_path() {
        assert_eq!(act_file_name("1-КЖ1.2"), "1-КЖ1.2.pdf");
        assert_eq!(act_file_name("КЖ4-5/Г-1"), "КЖ4-5_Г-1.pdf");
        assert_eq!(act_file_name("../.."), "_.pdf");
    }
}
