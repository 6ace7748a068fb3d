use super::*;
use domain::{
    ActDate, ActDocument, ActDocumentKind, ActFile, ActForm, CitedNorm, DocumentId, Evidence, EvidenceBy, HiddenWork,
    HiddenWorks, HiddenWorksMode, NormState, NormStatus, Organisation, Representative, Severity,
};

fn day(day: u8, month: u8) -> Option<ActDate> {
    Some(ActDate { year: 2025, month, day })
}

fn evidence(quote: &str) -> Evidence {
    let document = DocumentId::of(b"");
    Evidence {
        document,
        page: 2,
        boxes: Vec::new(),
        cells: None,
        quote: quote.to_owned(),
        confidence: 1.0,
        by: EvidenceBy::Rule,
    }
}

fn party() -> Option<Organisation> {
    let own = |text: &str| text.to_owned();
    let (name, ogrn, inn, address) = (own("ООО «Пример»"), own("1000000000001"), own("7700000001"), own("г. Примерск"));
    Some(Organisation { name, ogrn, inn, address, ..Organisation::default() })
}

fn person() -> Option<Representative> {
    Some(Representative {
        name: "Примеров П.П.".to_owned(),
        register_number: "С-00-000001".to_owned(),
        order_date: day(1, 9),
        valid_from: day(1, 9),
        valid_to: day(31, 12),
        ..Representative::default()
    })
}

fn document(kind: ActDocumentKind, number: &str, date: Option<ActDate>) -> ActDocument {
    ActDocument {
        kind,
        material: if kind == ActDocumentKind::Quality { "Бетон В25".to_owned() } else { String::new() },
        name: "Документ".to_owned(),
        number: number.to_owned(),
        date,
        sheets: Some(1),
        file: format!("{number}.pdf"),
        ..ActDocument::default()
    }
}

fn old_norm() -> CitedNorm {
    let status = NormStatus {
        state: NormState::Replaced,
        replaced_by: Some("СП 28.13330.2017".to_owned()),
        since: Some("2017-08-28".to_owned()),
        as_of: "2025-01-01".to_owned(),
        second_hand: false,
    };
    let designation = "СП 28.13330.2012".to_owned();
    CitedNorm { evidence: evidence(&designation), designation, pages: vec![2], status: Some(status) }
}

/// An act that nothing can be said against.
fn sound(number: u32, works: &str, next_works: &str) -> Act {
    let mut act = Act {
        number: format!("{number}-КЖ1"),
        date: day(7, 10),
        developer: party(),
        builder: party(),
        designer: party(),
        works: works.to_owned(),
        project_documentation: "Рабочая документация, шифр 000-00-КЖ1".to_owned(),
        materials: vec!["Бетон В25".to_owned()],
        started: day(1, 10),
        finished: day(7, 10),
        norms: vec!["СП 70.13330.2012 «Несущие и ограждающие конструкции»".to_owned()],
        next_works: next_works.to_owned(),
        documents: vec![
            document(ActDocumentKind::Quality, "17-1", day(2, 10)),
            document(ActDocumentKind::Scheme, "5", day(7, 10)),
        ],
        attachments: vec!["Документ № 17-1".to_owned(), "Схема № 5".to_owned()],
        ..Act::default()
    };
    act.representatives.developer = person();
    act.representatives.builder = person();
    act.representatives.builder_control = person();
    act
}

fn inspected(acts: Vec<Act>, items: &[&str]) -> Vec<Finding> {
    let files = acts.iter().map(|act| ActFile {
        number: act.number.clone(),
        file: format!("{}.pdf", act.number),
        pages: 2,
        formats: Vec::new(),
    });
    let acts = ActSet { files: files.collect(), acts, warnings: Vec::new() };
    let summary = DocumentSummary {
        file: "КЖ.pdf".to_owned(),
        sha256: String::new(),
        pages: 3,
        cipher: Some("000-00-КЖ1".to_owned()),
        revision: None,
        mark: None,
        object: None,
        stage: None,
        warnings: Vec::new(),
        faults: Vec::new(),
    };
    let items = items.iter().map(|name| HiddenWork {
        name: (*name).to_owned(),
        source: HiddenWorksMode::List,
        form: ActForm::default(),
        works: Vec::new(),
        evidence: evidence(name),
    });
    let analysis = Analysis {
        title_blocks: Vec::new(),
        drawing_list: Vec::new(),
        references: Vec::new(),
        hidden_works: HiddenWorks { mode: HiddenWorksMode::List, heading: None, items: items.collect() },
        specification: Vec::new(),
        works: Vec::new(),
        other_acts: Vec::new(),
        specification_list: Vec::new(),
        norms: vec![old_norm()],
        general_notes: Vec::new(),
        revision_permits: Vec::new(),
        totals: Vec::new(),
        edits: Vec::new(),
        warnings: Vec::new(),
        model: None,
    };
    let attached =
        [("17-1.pdf", AttachedForm::Pdf(1)), ("5.pdf", AttachedForm::Picture), ("2.pdf", AttachedForm::Pdf(5))];
    let attached = attached.map(|(name, form)| (name.to_owned(), form)).into();
    let package = Package { summary: &summary, analysis: &analysis, acts: &acts, attached: &attached };
    inspect(package).findings
}

fn two() -> Vec<Act> {
    let mut second = sound(2, "Бетонирование плиты", "Гидроизоляция плиты");
    (second.started, second.finished, second.date) = (day(7, 10), day(20, 10), day(20, 10));
    second.documents[1].date = day(20, 10);
    vec![sound(1, "Армирование плиты", "Бетонирование плиты"), second]
}

#[test]
fn a_sound_package_has_no_findings() {
    assert_eq!(inspected(two(), &["Армирование фундаментной плиты", "Бетонирование плиты"]), []);
}

/// Each change breaks one rule, and only that one.
#[test]
fn every_breach_is_found_and_named() {
    type Change = fn(&mut Vec<Act>);
    let cases: &[(&str, &str, Change)] = &[
        ("finished-after-act", "п. 5", |acts| acts[1].finished = day(21, 10)),
        ("started-after-finished", "п. 5", |acts| acts[1].started = day(20, 11)),
        ("next-before-previous", "п. 5", |acts| acts[1].started = day(6, 10)),
        ("quality-document-after-works", "п. 3", |acts| acts[0].documents[0].date = day(8, 10)),
        ("proof-after-act", "п. 4", |acts| acts[0].documents[1].date = day(8, 10)),
        ("scheme-of-another-day", "п. 4", |acts| acts[0].documents[1].date = day(6, 10)),
        ("order-after-act", "представитель проектировщика", |acts| {
            acts[0].representatives.designer =
                Some(Representative { order_date: day(8, 10), ..Representative::default() });
        }),
        (
            "powers-not-valid",
            "представитель лица, осуществляющего строительство",
            |acts| {
                acts[1].representatives.builder.as_mut().unwrap().valid_to = day(19, 10);
            },
        ),
        (
            "no-register-number",
            "представитель застройщика по строительному контролю",
            |acts| {
                acts[0].representatives.developer.as_mut().unwrap().register_number.clear();
            },
        ),
        (
            "no-representative",
            "представитель лица, осуществляющего строительство",
            |acts| {
                acts[0].representatives.builder = None;
            },
        ),
        ("no-party", "лицо, осуществляющее строительство", |acts| {
            acts[0].builder = None
        }),
        ("party-incomplete", "застройщик (технический заказчик)", |acts| {
            acts[0].developer.as_mut().unwrap().inn.clear();
        }),
        ("no-act-date", "дата акта", |acts| acts[0].date = None),
        ("no-work-dates", "п. 5", |acts| acts[0].started = None),
        ("no-next-works", "п. 7", |acts| acts[1].next_works.clear()),
        ("no-norms", "п. 6", |acts| acts[0].norms.clear()),
        ("no-project-documentation", "п. 2", |acts| acts[0].project_documentation.clear()),
        ("other-cipher", "п. 2", |acts| acts[0].project_documentation = "шифр 000-00-АР".to_owned()),
        ("no-scheme", "п. 4", |acts| {
            acts[0].documents.pop();
        }),
        ("material-without-document", "п. 3", |acts| acts[0].materials.push("Арматура А500С".to_owned())),
        ("document-without-number", "п. 3", |acts| acts[0].documents[0].date = None),
        ("norm-out-of-force", "п. 6", |acts| {
            acts[0].norms.push("СП 28.13330.2012".to_owned());
        }),
        ("attachments-differ", "приложения", |acts| {
            acts[0].attachments.pop();
        }),
        ("norm-editions-differ", "п. 6", |acts| acts[1].norms = vec!["СП 70.13330.2025".to_owned()]),
    ];
    for (rule, field, change) in cases {
        let mut acts = two();
        change(&mut acts);
        let found = inspected(acts, &[]);
        let named: Vec<_> = found.iter().map(|finding| (finding.rule.as_str(), finding.field.as_str())).collect();
        assert_eq!(named, [(*rule, *field)], "{found:?}");
        assert!(!found[0].mend.is_empty() && found[0].message.ends_with('.'), "{}", found[0].message);
    }
}

fn with_structure() -> Vec<Act> {
    let facts = domain::StructureFacts {
        hidden_works: vec!["Бетонирование плиты (акт № 2-КЖ1 от 20.10.2025 г.)".to_owned()],
        ..domain::StructureFacts::default()
    };
    let mut structure = Act {
        form: domain::PrintedForm::Structures,
        structures: Some(facts),
        ..sound(3, "Фундаментная плита", "Гидроизоляция плиты")
    };
    (structure.started, structure.finished, structure.date) = (day(1, 10), day(20, 10), day(12, 11));
    structure.documents[1].date = structure.date;
    two().into_iter().chain([structure]).collect()
}

/// The items are those of the act's own form.
#[test]
fn acts_of_structures_are_judged_by_their_own_items() {
    assert_eq!(inspected(with_structure(), &[]), []);
    type Change = fn(&mut Act);
    let cases: &[(&str, &str, Change)] = &[
        ("no-hidden-works", "п. 3", |act| act.structures = None),
        ("material-without-document", "п. 4", |act| act.materials.push("Арматура А500С".to_owned())),
        ("no-scheme", "п. 5", |act| {
            act.documents.pop();
        }),
        ("no-work-dates", "п. 7", |act| act.started = None),
        ("no-norms", "п. 8", |act| act.norms.clear()),
        ("nothing-allowed", "п. 9", |act| act.next_works.clear()),
        ("attachments-differ", "приложения", |act| {
            act.attachments =
                vec!["реестр актов освидетельствования скрытых работ (приложение № 1), актов: 6".to_owned()];
            act.documents.pop();
        }),
    ];
    for (rule, field, change) in cases {
        let mut acts = with_structure();
        change(&mut acts[2]);
        let found = inspected(acts, &[]);
        let named: Vec<_> = found.iter().map(|finding| (finding.rule.as_str(), finding.field.as_str())).collect();
        assert!(
            named.contains(&(*rule, *field)) && found.iter().all(|found| found.act.as_deref() == Some("3-КЖ1")),
            "{found:?}"
        );
    }
    let mut acts = with_structure();
    acts[2].next_works.clear();
    acts[2].structures.as_mut().unwrap().partial_load = "70".to_owned();
    assert_eq!(inspected(acts, &[]), []);
}

#[test]
fn what_acts_of_all_forms_have_in_common_is_said_once() {
    let mut acts = with_structure();
    acts.iter_mut().for_each(|act| act.started = None);
    let found = inspected(acts, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0].act, &*found[0].field), (&None, "п. 5"));
    assert!(found[0].message.contains("во всех актах (3)"), "{}", found[0].message);
}

#[test]
fn numbers_and_files_agree() {
    let mut acts = two();
    acts[1].number = "1-КЖ1".to_owned();
    let rules: Vec<_> = inspected(acts, &[]).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["number-twice"]);
    let mut acts = two();
    acts.swap(0, 1);
    let rules: Vec<_> = inspected(acts, &[]).into_iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["numbers-out-of-order"]);
}

#[test]
fn a_work_of_the_list_without_an_act_is_named() {
    let found = inspected(two(), &["Устройство деформационных швов"]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule.as_str(), &found[0].act), ("hidden-work-not-covered", &None));
    assert!(found[0].message.contains("деформационных швов"));
}

#[test]
fn what_is_blank_in_every_act_is_said_once_and_last() {
    let mut acts = two();
    for act in &mut acts {
        act.builder = None;
    }
    acts[0].documents[0].date = day(8, 10);
    let found = inspected(acts, &[]);
    let shown: Vec<_> = found.iter().map(|finding| (finding.severity, finding.act.as_deref())).collect();
    assert_eq!(shown, [(Severity::Error, Some("1-КЖ1")), (Severity::Blank, None)]);
    assert!(found[1].message.contains("во всех актах (2)"), "{}", found[1].message);
}
