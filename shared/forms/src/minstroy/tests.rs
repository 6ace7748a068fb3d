use super::*;
use domain::{Organisation, Representatives};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

const SCHEME: ActDocumentKind = ActDocumentKind::Scheme;
const PROOF: ActDocumentKind = ActDocumentKind::Proof;
const QUALITY: ActDocumentKind = ActDocumentKind::Quality;

fn day(day: u8) -> Option<ActDate> {
    Some(ActDate { year: 2025, month: 10, day })
}

fn firm(name: &str, n: u32) -> Organisation {
    Organisation {
        name: name.to_owned(),
        ogrn: format!("10000000{n:05}"),
        inn: format!("77000{n:05}"),
        address: format!("г. Примерск, д. {n}"),
        ..Organisation::default()
    }
}

fn who(name: &str, organisation: &str) -> Representative {
    Representative { name: name.to_owned(), organisation: organisation.to_owned(), ..Representative::default() }
}

fn document(kind: ActDocumentKind, name: &str, number: &str) -> ActDocument {
    ActDocument { kind, name: name.to_owned(), number: number.to_owned(), date: day(1), ..ActDocument::default() }
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

fn usual() -> Act {
    let sro = ("Ассоциация «СРО»", "1000000000099", "7700000099");
    let builder = Organisation {
        phone: "+7 000".to_owned(),
        sro: sro.0.to_owned(),
        sro_ogrn: sro.1.to_owned(),
        sro_inn: sro.2.to_owned(),
        ..firm("АО «Подрядчик»", 2)
    };
    let developer = Representative {
        full_name: "Образцов Олег Олегович".to_owned(),
        position: "Инженер".to_owned(),
        register_number: "С-1".to_owned(),
        order: "приказ".to_owned(),
        order_number: "№ 1-П".to_owned(),
        order_date: day(1),
        valid_from: day(2),
        valid_to: day(30),
        ..who("Образцов О.О.", "ООО «Застройщик», ОГРН 1000000000001")
    };
    let material = |name: &str, number: &str| ActDocument {
        material: name.to_owned(),
        ..document(QUALITY, "Сертификат", number)
    };
    Act {
        number: "1-КЖ".to_owned(),
        date: day(7),
        object: "Дом, г. Примерск".to_owned(),
        developer: Some(firm("ООО «Застройщик»", 1)),
        builder: Some(builder),
        designer: Some(firm("ООО «Проект»", 3)),
        representatives: Representatives {
            developer: Some(developer),
            builder: Some(Representative { register_number: "С-2".to_owned(), ..who("П. П. Примеров", "") }),
            builder_control: Some(Representative {
                register_number: "С-3".to_owned(), ..who("Эталонов Э.Э.", "")
            }),
            designer: Some(Representative {
                phrase: "Не участвует".to_owned(), ..Representative::default()
            }),
            performer: Some(who(
                "Работов Р.",
                "ООО «Субподряд», ОГРН 1000000000005, ИНН 7700000005, г. Примерск, д. 5",
            )),
            others: vec![who("Надзоров Н.Н.", "ООО «Надзор»"), who("Проектов П.П.", "ООО «Проект»")],
        },
        performed_by: "АО «Подрядчик»".to_owned(),
        works: "Армирование плиты".to_owned(),
        project_documentation: "Рабочая документация, шифр 00-КЖ (изм. 1), ООО «Проект»".to_owned(),
        materials: strings([
            "Арматура ⌀16 — 2 т (Сертификат № 8 от 01.10.2025 г.)",
            "Фиксаторы",
            "документы о качестве — согласно реестру (приложение № 1 к настоящему акту)",
        ]),
        proofs: strings(["Схема № 3 от 01.10.2025 г.", "Протокол № 4 от 01.10.2025 г.", "Акт осмотра"]),
        started: day(2),
        finished: day(6),
        norms: strings(["рабочая документация, шифр 00-КЖ", "СП 70.13330.2012 «Несущие конструкции»"]),
        next_works: "Бетонирование".to_owned(),
        additional: "Сведения".to_owned(),
        copies: "3 (трёх)".to_owned(),
        attachments: strings([
            "Схема № 3 от 01.10.2025 г. на 2 л.",
            "Протокол № 4 от 01.10.2025 г.",
            "Сертификат № 8 от 01.10.2025 г.",
            "Исполнительная схема плиты",
            "Паспорта на 5 л.",
        ]),
        documents: vec![
            material("Арматура ⌀16", "8"),
            document(SCHEME, "Схема", "3"),
            document(PROOF, "Протокол", "№ 4"),
        ],
        ..Act::default()
    }
}

fn xml(act: &Act) -> String {
    String::from_utf8(act_xml(act).unwrap()).unwrap()
}

/// An element with the namespace that its prefix resolved to: `c:` the common types, none the act's own.
#[derive(Default)]
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

/// The document as a reader that knows namespaces sees it; a name of any other namespace, foreign markup and text beside
/// elements are a failure.
fn read(act: &Act) -> Node {
    let own = if act.form == PrintedForm::Structures { "http://idActs/AOOK.xsd" } else { "http://idActs/AOSR.xsd" };
    let xml = xml(act);
    let mut reader = NsReader::from_str(&xml);
    reader.config_mut().check_end_names = true;
    let mut open = vec![Node::default()];
    loop {
        let (namespace, event) = reader.read_resolved_event().unwrap();
        let is_of = |wanted: &str| matches!(&namespace, ResolveResult::Bound(bound) if bound.0 == wanted);
        match event {
            Event::Start(start) => {
                let prefix = if is_of("http://types/CommonTypes.xsd") { "c:" } else { "" };
                assert!(!prefix.is_empty() || is_of(own), "{namespace:?}: {start:?}");
                let local_name = start.local_name();
                open.push(Node { name: format!("{prefix}{}", local_name.as_ref()), ..Node::default() });
            }
            Event::Text(part) => open.last_mut().unwrap().text.push_str(&part),
            Event::GeneralRef(entity) => {
                open.last_mut().unwrap().text.push_str(resolve_predefined_entity(&entity).unwrap());
            }
            Event::End(_) => {
                let closed = open.pop().unwrap();
                assert_ne!(
                    closed.children.is_empty(),
                    closed.text.trim().is_empty(),
                    "{}: {}",
                    closed.name,
                    closed.text
                );
                open.last_mut().unwrap().children.push(closed);
            }
            Event::Decl(_) | Event::Comment(_) => {}
            Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

fn info(act: &Act) -> Node {
    let mut root = read(act);
    assert_eq!(root.name, if act.form == PrintedForm::Structures { "aook" } else { "aosr" });
    let info = root.children.pop().unwrap();
    assert_eq!((root.children.len(), &*info.name), (0, "actInfo"));
    info
}

/// An element in a line, what it holds below it and two signs to the right.
fn outline(node: &Node, depth: usize) -> String {
    let line =
        format!("{}{} {}", "  ".repeat(depth), node.name, if node.children.is_empty() { &node.text } else { "" });
    let below = node.children.iter().map(|child| outline(child, depth + 1));
    format!("{}\n", line.trim_end()) + &below.collect::<String>()
}

/// The ways from an element of `actInfo` to its texts: `c:name=text`.
fn ways(act: &Act, name: &str) -> Vec<String> {
    fn walk(node: &Node, way: &str, ways: &mut Vec<String>) {
        if node.children.is_empty() {
            ways.push(format!("{way}={}", node.text));
        }
        for child in &node.children {
            let below = if way.is_empty() { child.name.clone() } else { format!("{way}/{}", child.name) };
            walk(child, &below, ways);
        }
    }
    let mut found = Vec::new();
    for part in info(act).children.iter().filter(|part| part.name == name) {
        walk(part, "", &mut found);
    }
    found
}

#[test]
fn an_act_of_hidden_works_is_as_the_schema_has_it() {
    assert_eq!(outline(&info(&usual()), 0), include_str!("aosr.txt"));
}

#[test]
fn an_act_of_structures_is_as_its_schema_has_it() {
    let whole = outline(&info(&structures()), 0);
    let (begin, own) = whole.split_once("  criticalConstructionsInspector\n").unwrap();
    let hidden_works = outline(&info(&usual()), 0);
    let (every, _) = hidden_works.split_once("  workExecutor\n").unwrap();
    assert_eq!(begin, every.replace("скрытых работ", "ответственных конструкций"));
    assert_eq!(format!("  criticalConstructionsInspector\n{own}"), include_str!("aook.txt"));
}

fn structures() -> Act {
    let reference = ActReference { works: "Армирование".to_owned(), number: "7".to_owned(), date: day(7) };
    let facts = StructureFacts {
        hidden_works: strings(["акты — согласно реестру"]),
        hidden_work_acts: vec![reference],
        schemes: strings(["Схема № 3 от 01.10.2025 г.", "Геодезическая схема"]),
        trials: strings(["Протокол прочности"]),
        partial_load: "70 %".to_owned(),
        ..StructureFacts::default()
    };
    Act {
        form: PrintedForm::Structures,
        works: "Плита ФП-1".to_owned(),
        proofs: strings(["Протокол № 4 от 01.10.2025 г."]),
        structures: Some(facts),
        ..usual()
    }
}

#[test]
fn an_act_that_says_nothing_has_only_its_name() {
    let blank = Act {
        developer: Some(Organisation { phrase: "Отсутствует".to_owned(), ..firm("ООО «А»", 1) }),
        designer: Some(Organisation::default()),
        representatives: Representatives { builder: Some(Representative::default()), ..Representatives::default() },
        materials: strings([""]),
        date: Some(ActDate { year: 2025, month: 2, day: 30 }),
        ..Act::default()
    };
    for act in [Act::default(), blank] {
        let wanted = "actInfo\n  c:documentInfo\n    c:name Акт освидетельствования скрытых работ\n";
        assert_eq!(outline(&info(&act), 0), wanted);
    }
    let xml = xml(&Act::default());
    assert!(xml.contains("НЕ проверен по официальной схеме") && xml.contains("uuid"), "{xml}");
    assert!(xml.contains("<actInfo id=\"actInfo\">"), "{xml}");
}

#[test]
fn an_entrepreneur_has_a_name_in_three() {
    let entrepreneur = Organisation {
        ogrn: "ОГРНИП 300000000000001".to_owned(),
        inn: "770000000001".to_owned(),
        phone: "1".to_owned(),
        ..firm("ИП Иванов Иван Иванович", 1)
    };
    let own = |begin: &str| {
        let parts = [
            "c:lastName=Иванов",
            "c:firstName=Иван",
            "c:middleName=Иванович",
            "c:address/c:stringAddress=г. Примерск, д. 1",
        ];
        let numbers = ["c:ogrnip=300000000000001", "c:inn=770000000001", "c:contactInfo/c:phone=1"];
        parts.iter().chain(&numbers).map(|part| format!("{begin}/c:individualEntrepreneur/{part}")).collect::<Vec<_>>()
    };
    let act = Act {
        developer: Some(entrepreneur.clone()),
        builder: Some(entrepreneur),
        performed_by: "ИП Иванов Иван Иванович".to_owned(),
        ..Act::default()
    };
    assert_eq!(ways(&act, "c:developer"), own("c:organization"));
    assert_eq!(ways(&act, "c:buildingContractor"), own("c:organizationInfo"));
    let name = ["lastName=Иванов", "firstName=Иван", "middleName=Иванович"];
    assert_eq!(ways(&act, "workExecutor"), name.map(|part| format!("c:individualEntrepreneur/c:{part}")));
    let other = Act { performed_by: "ООО «Другое»".to_owned(), ..act };
    assert_eq!(ways(&other, "workExecutor"), ["c:legalEntity=ООО «Другое»"]);
}

#[test]
fn names_of_people_come_apart() {
    for (name, wanted) in [
        ("Образцов О.О.", "Образцов|О.|О."),
        ("Образцов О. О.", "Образцов|О.|О."),
        ("О.О. Образцов", "Образцов|О.|О."),
        ("Образцов О.", "Образцов|О.|"),
        ("Образцов", "Образцов||"),
        ("Оглы Али Мамед оглы", "Оглы|Али|Мамед оглы"),
        ("", "||"),
    ] {
        let mut act = Act::default();
        act.representatives.builder = Some(who(name, ""));
        let found = ways(&act, "c:buildingContractorRepresentative");
        let part = |name: &str| found.iter().find_map(|way| way.strip_prefix(name)).unwrap_or_default().to_owned();
        let found = ["c:lastName=", "c:firstName=", "c:middleName="].map(part).join("|");
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn schemes_make_the_choice_of_item_four() {
    let lists = |act: &Act| {
        let mut lists: Vec<String> = ways(act, "examinationDocuments")
            .iter()
            .filter(|way| way.contains("c:name="))
            .map(|way| way.replace("c:obligatory", "").replace("/c:asBuiltSchemasList/c:asBuiltSchemasListItem", "/s"))
            .map(|way| way.replace("/c:examinationResultDocumentsList/c:examinationResultDocumentsListItem", "/r"))
            .collect();
        lists.sort();
        lists
    };
    let with = |documents: Vec<ActDocument>, lines: &[&str]| Act {
        documents,
        proofs: lines.iter().map(|line| (*line).to_owned()).collect(),
        ..Act::default()
    };
    let (scheme, proof) = (document(SCHEME, "Схема", "1"), document(PROOF, "Протокол", "2"));
    for (act, wanted) in [
        (
            with(vec![proof.clone()], &["Протокол № 2 от 01.10.2025 г."]),
            vec!["ExpretiseResultDocuments/r/c:name=Протокол"],
        ),
        (with(vec![scheme.clone()], &[]), vec!["AsBuiltSchemas/s/c:name=Схема"]),
        (
            with(vec![scheme, proof.clone()], &["согласно реестру (приложение № 1 к настоящему акту)"]),
            vec!["AsBuiltSchemas/r/c:name=Протокол", "AsBuiltSchemas/s/c:name=Схема"],
        ),
        (
            with(vec![proof], &["Акт осмотра"]),
            vec!["ExpretiseResultDocuments/r/c:name=Акт осмотра", "ExpretiseResultDocuments/r/c:name=Протокол"],
        ),
        (with(vec![], &["Исполнительная схема 1"]), vec!["AsBuiltSchemas/s/c:name=Исполнительная схема 1"]),
        (with(vec![], &["согласно реестру № 5"]), vec!["ExpretiseResultDocuments/r/c:name=согласно реестру № 5"]),
        (with(vec![], &[]), vec![]),
    ] {
        assert_eq!(lists(&act), wanted);
    }
}

#[test]
fn norms_and_sections_of_documentation_have_their_numbers() {
    for (norm, wanted) in [
        ("СП 70.13330.2012 «Несущие конструкции»", "СП 70.13330.2012"),
        ("ГОСТ Р 51872-2024, раздел 5", "ГОСТ Р 51872-2024"),
        ("ТР ТС 014/2011", "ТР ТС 014/2011"),
        ("Федеральный закон от 30.12.2009 № 384-ФЗ «Технический регламент»", "384-ФЗ"),
        ("СП без номера", ""),
        ("требования проекта", ""),
    ] {
        assert_eq!(designation(norm), wanted, "{norm}");
    }
    for (section, wanted) in [
        ("Рабочая документация, шифр 00-КЖ1.2 (изм. 1), ООО", "00-КЖ1.2"),
        ("шифр: 00/25-КЖ «Плита»", "00/25-КЖ"),
        ("рабочая документация 00-КЖ", ""),
    ] {
        assert_eq!(cipher(section), wanted, "{section}");
    }
    let project = "Проектная документация, шифр 00-КР".to_owned();
    let act = Act { project_documentation: project.clone(), norms: vec![project], ..Act::default() };
    let list =
        "c:projectDocumentationSectionsList/c:projectDocumentationSectionsListItem/c:projectDocumentationSection";
    let begin = format!(
        "workAndProjectDocumentationsListItem/workAndProjectDocumentation/c:obligatoryProjectDocumentation/{list}"
    );
    let wanted = [format!("{begin}Code=00-КР"), format!("{begin}Name=Проектная документация, шифр 00-КР")];
    assert_eq!(ways(&act, "workAndProjectDocumentationsList"), wanted);
    let short = ways(&act, "accordantWorkAndProjectDocumentation");
    let begin = "c:shortWorkAndProjectDocumentation/c:obligatoryShortProjectDocumentation/";
    assert!(short.len() == 2 && short.iter().all(|way| way.starts_with(begin)), "{short:?}");
}

#[test]
fn acts_of_hidden_works_are_read_out_of_the_lines_that_name_them() {
    let act =
        |works: &str, number: &str, date| ActReference { works: works.to_owned(), number: number.to_owned(), date };
    for known in [act("Армирование (низ)", "7-КЖ", day(7)), act("Армирование", "", None), act("А", "7", None)]
    {
        assert_eq!(referred(&crate::reference_line(&known)), known);
    }
    for line in ["Армирование", "Армирование (акт № 7 от вчера)", "акты — согласно реестру"]
    {
        assert_eq!(referred(line), act(line, "", None));
    }
    let facts = StructureFacts { hidden_works: strings(["Армирование"]), ..StructureFacts::default() };
    let act = Act { form: PrintedForm::Structures, structures: Some(facts), ..Act::default() };
    let wanted = ["inspectedHiddenWorksListItem/c:hiddenWorkInfo/c:workName=Армирование"];
    assert_eq!(ways(&act, "inspectedHiddenWorksList"), wanted);
}

#[test]
fn the_narrowest_permission_stands() {
    let allowed = |use_as_intended: &str, partial_load: &str, full_load_conditions: &str| {
        let texts = [use_as_intended, partial_load, full_load_conditions].map(str::to_owned);
        let [use_as_intended, partial_load, full_load_conditions] = texts;
        let facts = StructureFacts { use_as_intended, partial_load, full_load_conditions, ..StructureFacts::default() };
        let act = Act { form: PrintedForm::Structures, structures: Some(facts), ..Act::default() };
        ways(&act, "permittedActions").join(", ")
    };
    let intended = "allowedToUseForPurpose=Разрешается использование конструкций по назначению";
    let load = "allowedToUseWithPartLoad/partLoadPercentage=";
    let conditions = "allowedToUseWithFullLoadWithConditions/conditionsList/conditionsListItem=";
    assert_eq!(allowed("По назначению.", "-", "нет"), intended);
    assert_eq!(allowed("без ограничений", "", "—"), intended);
    assert_eq!(allowed("после обратной засыпки", "", ""), "allowedToUseForPurpose=после обратной засыпки");
    assert_eq!(allowed("по назначению", "70,5%", "набор прочности"), format!("{load}70.5"));
    assert_eq!(allowed("по назначению", "", "набор прочности"), format!("{conditions}набор прочности"));
    assert_eq!(allowed("не разрешается", "н/п", "-"), "");
}

#[test]
fn markup_in_values_is_text() {
    for hostile in [
        "]]><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;&amp;&lt;&#65;",
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "--><ct:number xmlns:ct='x'>1</ct:number><!--",
        "../../../etc/passwd %s %n ${jndi:ldap://x} ' OR 1=1 --",
    ] {
        let own = || hostile.to_owned();
        let mut act = Act {
            number: own(),
            object: own(),
            developer: Some(Organisation {
                name: own(),
                ogrn: own(),
                inn: own(),
                sro: own(),
                ..Organisation::default()
            }),
            performed_by: format!("{hostile} 1"),
            works: own(),
            project_documentation: own(),
            materials: vec![own()],
            proofs: vec![own()],
            norms: vec![own()],
            next_works: own(),
            additional: own(),
            copies: own(),
            attachments: vec![own()],
            documents: vec![document(QUALITY, hostile, hostile)],
            ..Act::default()
        };
        act.representatives.developer =
            Some(Representative { order: own(), order_number: own(), register_number: own(), ..who(hostile, hostile) });
        let seen = outline(&info(&act), 0);
        // Name, numbers and СРО of the developer stand again beside its representative; copies are a number.
        assert_eq!(seen.matches(hostile).count(), 24, "{seen}");
        let people: String = ways(&act, "c:developerRepresentative")
            .iter()
            .filter_map(|way| way.split_once("Name="))
            .map(|(_, part)| part)
            .collect();
        assert_eq!(people.replace(' ', ""), hostile.replace(' ', ""), "{seen}");
        assert!(!seen.contains("copiesNumber"), "{seen}");
    }
}

#[test]
fn the_same_act_gives_the_same_xml() {
    for act in [usual(), structures()] {
        assert_eq!(xml(&act), xml(&act.clone()));
    }
}
