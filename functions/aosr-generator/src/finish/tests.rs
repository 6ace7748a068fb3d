use super::*;
use crate::draft::tests::evidence;
use domain::{ActDate, HiddenWorksMode};

fn finished(file: &str) -> (Vec<Act>, Vec<Warning>) {
    finished_of(file, ["Подготовка", "Армирование", "Бетонирование"].map(|name| work(name, 1)).to_vec())
}

/// The same with an act of the structure.
fn finished_with_structure(file: &str) -> (Vec<Act>, Vec<Warning>) {
    let mut works = ["Подготовка", "Армирование", "Бетонирование"].map(|name| work(name, 1)).to_vec();
    let structure = Some("плита".to_owned());
    works.push(Work { form: domain::ActForm::Aook, structure, ..work("Плита на отм. 0,000", 1) });
    finished_of(file, works)
}

fn finished_of(file: &str, works: Vec<Work>) -> (Vec<Act>, Vec<Warning>) {
    let summary = DocumentSummary {
        file: "КЖ.pdf".to_owned(),
        sha256: String::new(),
        pages: 3,
        cipher: Some("000-00-КЖ1.2".to_owned()),
        revision: None,
        mark: None,
        object: Some("Дом из штампа".to_owned()),
        stage: None,
        warnings: Vec::new(),
        faults: Vec::new(),
    };
    let drafts = works
        .iter()
        .map(|work| Act {
            works: format!("Корпус 3. {}", work.name),
            object: "Дом из штампа".to_owned(),
            form: if work.form == domain::ActForm::Aook { PrintedForm::Structures } else { PrintedForm::HiddenWorks },
            ..Act::default()
        })
        .collect();
    finish_acts(drafts, &works.iter().collect::<Vec<_>>(), &summary, &ProjectFile::parse(file.as_bytes()).unwrap())
}

fn work(name: &str, sequence: u32) -> Work {
    serde_json::from_value(serde_json::json!({
        "name": name, "location": "Корпус 3", "sequence": sequence, "source": HiddenWorksMode::List,
        "norms": [], "materials": [], "evidence": evidence(),
    }))
    .unwrap()
}

fn numbers_and_works(acts: &[Act]) -> Vec<(&str, &str, &str)> {
    acts.iter().map(|act| (&*act.number, &*act.works, &*act.next_works)).collect()
}

#[test]
fn an_empty_file_leaves_the_drafts() {
    let (acts, warnings) = finished("");
    assert_eq!(warnings, []);
    assert_eq!(
        numbers_and_works(&acts),
        [
            ("1-КЖ1.2", "Корпус 3. Подготовка", "Корпус 3. Армирование"),
            ("2-КЖ1.2", "Корпус 3. Армирование", "Корпус 3. Бетонирование"),
            ("3-КЖ1.2", "Корпус 3. Бетонирование", ""),
        ]
    );
    assert!(acts.iter().all(|act| act.copies.is_empty() && act.additional.is_empty() && act.materials.is_empty()));
}

#[test]
fn acts_are_left_out_renamed_added_and_numbered_by_the_mask() {
    let (acts, warnings) = finished(
        r#"
        [numbering]
        mask = "№{n:02}.{mark}/{corpus}"
        segments = { corpus = "К9" }
        [dictionary]
        works = { "бетонирование" = "Бетонирование плиты" }
        next_works = { "Бетонирование" = "Уход" }
        [[act]]
        work = 1
        drop = true
        [[act]]
        work = " армирование. "
        number = "№ 7А"
        [[act]]
        add = true
        after = "Бетонирование"
        name = "Плита ФП-1"
        form = "АООК"
        [[act]]
        add = true
        before = "Армирование"
        name = "Срубка свай"
        "#,
    );
    assert_eq!(warnings, []);
    assert_eq!(
        numbers_and_works(&acts),
        [
            ("01.КЖ1.2/К9", "Срубка свай", "Корпус 3. Армирование"),
            ("7А", "Корпус 3. Армирование", "Корпус 3. Бетонирование плиты"),
            ("03.КЖ1.2/К9", "Корпус 3. Бетонирование плиты", "Уход"),
            ("04.КЖ1.2/К9", "Плита ФП-1", ""),
        ]
    );
    assert_eq!(acts[3].form, PrintedForm::Structures);
    let before = &acts[3].structures.as_ref().unwrap().hidden_works;
    assert_eq!(before.len(), 3);
    assert_eq!(before[1], "Корпус 3. Армирование (акт № 7А от «__» ________ 20__ г.)");
}

#[test]
fn an_act_of_a_structure_names_the_acts_as_they_are_finished() {
    let (acts, warnings) = finished_with_structure(
        r#"
        [numbering]
        mask = "{kind}-{n}"
        [[act]]
        work = 1
        drop = true
        [[act]]
        work = "Армирование"
        name = "Армирование плиты ФП-1"
        date = 2025-10-07
        [[act]]
        work = "Бетонирование"
        next_works = "Армирование стен"
        [[act]]
        add = true
        name = "Уход за бетоном"
        [[act]]
        work = "Плита на отм. 0,000"
        structures = { use_as_intended = "не ограничено" }
        "#,
    );
    assert_eq!(warnings, []);
    assert_eq!(
        numbers_and_works(&acts),
        [
            ("АОСР-1", "Армирование плиты ФП-1", "Корпус 3. Бетонирование"),
            ("АОСР-2", "Корпус 3. Бетонирование", "Армирование стен"),
            ("АОСР-3", "Уход за бетоном", ""),
            ("АООК-4", "Корпус 3. Плита на отм. 0,000", ""),
        ]
    );
    let facts = acts[3].structures.as_ref().unwrap();
    assert_eq!(facts.use_as_intended, "не ограничено");
    assert_eq!(
        facts.hidden_works,
        [
            "Армирование плиты ФП-1 (акт № АОСР-1 от 07.10.2025 г.)",
            "Корпус 3. Бетонирование (акт № АОСР-2 от «__» ________ 20__ г.)",
            "Уход за бетоном (акт № АОСР-3 от «__» ________ 20__ г.)",
        ]
    );
}

#[test]
fn an_act_of_a_structure_allows_what_its_last_act_of_hidden_works_allows() {
    let (acts, _) = finished_with_structure("[[act]]\nwork = 3\nnext_works = \"Армирование стен\"\n");
    assert_eq!(acts[3].next_works, "Армирование стен");
    let (acts, _) = finished_with_structure("[[act]]\nwork = 4\nnext_works = \"Засыпка\"\n");
    assert_eq!((&*acts[2].next_works, &*acts[3].next_works), ("", "Засыпка"));
}

#[test]
fn an_act_of_the_engineers_own_of_the_same_structure_takes_the_place_of_the_draft() {
    for name in ["Плита", "Плита на отм. 0,000"] {
        let file = format!("[[act]]\nadd = true\nname = \"{name}\"\nform = \"АООК\"\nattachments = [\"Схема\"]\n");
        let (acts, warnings) = finished_with_structure(&file);
        assert_eq!((acts.len(), warnings), (4, vec![]));
        assert_eq!(
            (&*acts[3].works, &*acts[3].number, &acts[3].attachments[..]),
            (name, "4-КЖ1.2", &["Схема".to_owned()][..])
        );
        assert_eq!(acts[3].structures.as_ref().unwrap().hidden_works.len(), 3);
    }
    let (acts, _) = finished_with_structure("[[act]]\nadd = true\nname = \"Ростверк\"\nform = \"АООК\"\n");
    assert_eq!(acts.len(), 5);
}

#[test]
fn people_come_by_the_date_and_blanks_are_told() {
    let (acts, warnings) = finished(
        r#"
        [phrases]
        performer_representative = "Не участвует"
        proofs = "Отсутствуют"
        [parties.builder]
        name = "АО «Подрядчик»"
        [[people]]
        role = "builder"
        name = "Первый Пётр Петрович"
        to = 2025-10-10
        [[people]]
        role = "builder"
        name = "Второй В.В."
        from = 2025-10-11
        [[people]]
        role = "developer"
        name = "Поздний П.П."
        from = 2026-01-01
        [[act]]
        work = 1
        date = 2025-10-10
        [[act]]
        work = 2
        date = 2025-10-11
        "#,
    );
    let builder = |act: &Act| act.representatives.builder.as_ref().map(|who| who.name.clone());
    assert_eq!(builder(&acts[0]).as_deref(), Some("Первый П.П."));
    assert_eq!(builder(&acts[1]).as_deref(), Some("Второй В.В."));
    assert_eq!((builder(&acts[2]), acts[2].date), (None, None));
    assert_eq!(acts[0].representatives.performer.as_ref().unwrap().phrase, "Не участвует");
    assert!(acts[0].representatives.designer.is_none() && acts[0].representatives.developer.is_none());
    assert_eq!((&*acts[0].performed_by, &*acts[0].proofs[0]), ("АО «Подрядчик»", "Отсутствуют"));
    let codes: Vec<&str> = warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["project-nobody-authorised"; 2]);
    assert!(warnings[0].message.contains("№ 1-КЖ1.2 от 10.10.2025"), "{warnings:?}");
    assert!(warnings[1].message.contains("№ 3-КЖ1.2 без даты"), "{warnings:?}");
}

#[test]
fn up_to_five_documents_are_named_and_more_stand_in_a_register() {
    let document = |n| format!("{{ name = \"Паспорт\", number = \"{n}\", date = 2025-09-0{n}, sheets = 1 }}");
    let file = |count| {
        let documents = (1..=count).map(document).collect::<Vec<_>>().join(", ");
        format!(
            "[[act]]\nwork = 1\nmaterials = [\"Песок (мытый)\", {{ name = \"Труба (сталь)\", amount = \"3 м\", documents = \
             [{documents}] }}]\nschemes = [{{ name = \"Схема\", number = \"1\", sheets = 2 }}]\n"
        )
    };
    let (acts, _) = finished(&file(2));
    assert_eq!(
        acts[0].materials,
        ["Песок (мытый)", "Труба (сталь) — 3 м (Паспорт № 1 от 01.09.2025 г.; Паспорт № 2 от 02.09.2025 г.)"]
    );
    assert_eq!(
        acts[0].attachments,
        ["Паспорт № 1 от 01.09.2025 г. на 1 л.", "Паспорт № 2 от 02.09.2025 г. на 1 л.", "Схема № 1 на 2 л."]
    );
    let (acts, _) = finished(&file(6));
    assert_eq!(
        acts[0].materials,
        [
            "Песок (мытый)",
            "Труба (сталь) — 3 м",
            "документы о качестве — согласно реестру (приложение № 1 к настоящему акту)"
        ]
    );
    assert_eq!(
        acts[0].attachments,
        ["реестр документов о качестве (приложение № 1), документов: 6", "Схема № 1 на 2 л."]
    );
    assert_eq!(acts[0].documents.len(), 7);
}

#[test]
fn what_the_file_says_of_unknown_works_is_told_with_its_line() {
    let (acts, warnings) =
        finished("[[act]]\nwork = \"Кровля\"\n[[act]]\nwork = 9\n[numbering]\nmask = \"{n}/{floor}\"\n");
    assert_eq!(acts.len(), 3);
    let messages: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(messages[0].contains("строка 1") && messages[0].contains("«Кровля»"), "{messages:?}");
    assert!(messages[1].contains("строка 3") && messages[1].contains("9"), "{messages:?}");
    assert!(messages[2].contains("{floor}") && acts[0].number == "1-КЖ1.2", "{messages:?}");
}

#[test]
fn the_wording_of_the_file_holds_for_all_acts() {
    let (acts, _) = finished("[acts]\nwording = \"РД-11-02-2006\"\ncopies = \"4\"\nnorms = [\"СП 48\"]\n");
    assert!(acts.iter().all(|act| act.wording == domain::Wording::Rd11022006 && act.copies == "4"));
    assert_eq!(acts[0].norms, ["СП 48"]);
    assert_eq!(acts[0].date, None::<ActDate>);
}
