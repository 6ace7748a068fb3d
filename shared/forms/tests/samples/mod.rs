//! Made-up acts for the tests and the example: no real object, firm, person or number.

use domain::{
    Act, ActDate, ActDocument, ActDocumentKind, BundleEntry, BundleSection, Organisation, PrintedForm, Representative,
    Representatives, StructureFacts,
};
use forms::Register;

fn organisation(name: &str, n: u32) -> Organisation {
    Organisation {
        name: name.to_owned(),
        ogrn: format!("10000000{n:05}"),
        inn: format!("77000{n:05}"),
        address: format!("100000, г. Примерск, ул. Образцовая, д. {n}, офис 1"),
        phone: "+7 (000) 000-00-00".to_owned(),
        sro: "Ассоциация «СРО Образцовые строители»".to_owned(),
        sro_ogrn: "1000000000099".to_owned(),
        sro_inn: "7700000099".to_owned(),
        phrase: String::new(),
    }
}

fn person(position: &str, name: &str, register_number: &str, organisation: &str) -> Option<Representative> {
    Some(Representative {
        position: position.to_owned(),
        name: name.to_owned(),
        register_number: register_number.to_owned(),
        order: "приказ".to_owned(),
        order_number: "01/25-ПР".to_owned(),
        order_date: Some(ActDate { year: 2025, month: 8, day: 22 }),
        organisation: organisation.to_owned(),
        ..Representative::default()
    })
}

/// An act as one is usually filled in.
pub(crate) fn usual_act() -> Act {
    Act {
        number: "1-КЖ9.9".to_owned(),
        date: Some(ActDate { year: 2025, month: 10, day: 7 }),
        object: "Многоэтажный жилой дом с подземной автостоянкой, г. Примерск, ул. Образцовая, участок 9".to_owned(),
        developer: Some(organisation("ООО «Застройщик-Пример»", 1)),
        builder: Some(organisation("АО «Подрядчик-Пример»", 2)),
        designer: Some(organisation("ООО «Проект-Пример»", 3)),
        representatives: Representatives {
            developer: person(
                "Инженер строительного контроля",
                "Образцов О.О.",
                "С-00-000001",
                "ООО «Застройщик-Пример», ОГРН 1000000000001, ИНН 7700000001, 100000, г. Примерск, ул. Образцовая, д. 1",
            ),
            builder: person("Начальник участка", "Примеров П.П.", "", ""),
            builder_control: person("Инженер по контролю качества", "Эталонов Э.Э.", "С-00-000002", ""),
            designer: person("Главный инженер проекта", "Чертежов Ч.Ч.", "", "ООО «Проект-Пример», ОГРН 1000000000003"),
            performer: Some(Representative {
                phrase: "Не участвует".to_owned(), ..Representative::default()
            }),
            others: Vec::new(),
        },
        performed_by: "АО «Подрядчик-Пример»".to_owned(),
        works: "Армирование фундаментной плиты ФП-1 в осях 1–9/А–Ж на отм. -3,600".to_owned(),
        project_documentation: "шифр 00-2025-КЖ9.9, листы 5, 6, 7 «Конструкции железобетонные. Фундаментная плита», \
                                ООО «Проект-Пример»"
            .to_owned(),
        materials: vec![
            "Арматура ⌀16 А500С, сертификат качества № 00001 от 01.09.2025".to_owned(),
            "Арматура ⌀8 А240, сертификат качества № 00002 от 02.09.2025".to_owned(),
            "Фиксаторы защитного слоя, паспорт № 3 от 03.09.2025".to_owned(),
        ],
        proofs: vec![
            "Исполнительная схема № 1 армирования фундаментной плиты".to_owned(),
            "Акт входного контроля № 7 от 05.09.2025".to_owned(),
        ],
        started: Some(ActDate { year: 2025, month: 9, day: 15 }),
        finished: Some(ActDate { year: 2025, month: 10, day: 6 }),
        norms: vec![
            "СП 70.13330.2012 «Несущие и ограждающие конструкции»".to_owned(),
            "рабочая документация 00-2025-КЖ9.9".to_owned(),
        ],
        next_works: "Бетонирование фундаментной плиты ФП-1 в осях 1–9/А–Ж".to_owned(),
        additional: String::new(),
        copies: "3".to_owned(),
        attachments: vec!["Исполнительная схема № 1 на 1 л.".to_owned(), "Сертификаты и паспорта на 5 л.".to_owned()],
        ..Act::default()
    }
}

/// An act of critical structures.
pub(crate) fn structures_act() -> Act {
    Act {
        number: "9-КЖ9.9".to_owned(),
        works: "Монолитная железобетонная фундаментная плита ФП-1 толщиной 600 мм, бетон В25 W6 F150".to_owned(),
        form: PrintedForm::Structures,
        structures: Some(StructureFacts {
            hidden_works: vec![
                "Армирование фундаментной плиты (акт № 7-КЖ9.9 от 07.10.2025 г.)".to_owned(),
                "Бетонирование фундаментной плиты (акт № 8-КЖ9.9 от 12.11.2025 г.)".to_owned(),
            ],
            schemes: vec!["Исполнительная геодезическая схема № 9 от 12.11.2025 г.".to_owned()],
            trials: vec!["Протокол испытаний прочности бетона № 17-Л от 12.11.2025 г.".to_owned()],
            use_as_intended: "по назначению".to_owned(),
            partial_load: "100".to_owned(),
            full_load_conditions: String::new(),
            ..StructureFacts::default()
        }),
        ..usual_act()
    }
}

/// An act with more documents than its items may name: two registers are part of it.
pub(crate) fn registered_act() -> Act {
    let document = |kind, n: u32, name: &str| ActDocument {
        kind,
        material: if kind == ActDocumentKind::Quality {
            format!("Арматура ⌀{n} А500С по ГОСТ 34028-2016")
        } else {
            String::new()
        },
        name: name.to_owned(),
        number: format!("000{n:02}"),
        date: Some(ActDate { year: 2025, month: 9, day: 1 }),
        issuer: "ООО «Завод-Пример»".to_owned(),
        sheets: Some(n % 3 + 1),
        file: String::new(),
    };
    let quality = (1..=40).map(|n| document(ActDocumentKind::Quality, n, "Сертификат качества"));
    let proofs = (1..=6).map(|n| document(ActDocumentKind::Proof, n, "Протокол визуального и измерительного контроля"));
    Act { documents: quality.chain(proofs).collect(), ..usual_act() }
}

/// An act with long names, forty materials and long lists.
pub(crate) fn long_act() -> Act {
    let mut act = usual_act();
    act.object = "Реконструкция и капитальный ремонт комплекса зданий учебного корпуса с лабораторным блоком, \
                  переходными галереями, подземными резервуарами запаса воды и наружными сетями инженерно-технического \
                  обеспечения, расположенного по адресу: Примерская область, Образцовый муниципальный округ, город \
                  Примерск, улица Образцовая, земельный участок с кадастровым номером 00:00:0000000:00"
        .to_owned();
    act.works = format!("{} и устройство оклеечной гидроизоляции. ", act.works).repeat(6);
    act.materials = (1..=40)
        .map(|n| format!("Труба стальная электросварная прямошовная ⌀{n}×4 по ГОСТ 10704-91 из стали Ст3сп, партия {n}, сертификат соответствия № 000{n:02} от 01.09.2025"))
        .collect();
    act.proofs = (1..=20).map(|n| format!("Протокол визуального и измерительного контроля № {n}-ВИК")).collect();
    act.attachments = (1..=20).map(|n| format!("Исполнительная схема № {n} на 1 л.")).collect();
    act
}

/// An act of five who sign, all of organisations with long names, on an object whose name takes three lines.
pub(crate) fn act_of_long_names() -> Act {
    let mut act = long_act();
    let name = "Общество с ограниченной ответственностью «Специализированное строительно-монтажное управление по возведению \
                ответственных конструкций многофункциональных комплексов «Образцовое»";
    for party in [&mut act.developer, &mut act.builder, &mut act.designer].into_iter().flatten() {
        party.name = name.to_owned();
        party.sro = format!(
            "Ассоциация «Саморегулируемая организация «{}»",
            "Межрегиональное объединение строителей".repeat(2)
        );
    }
    let signs = |who: Option<&Representative>| {
        who.map(|who| Representative {
            position: "Ведущий инженер отдела строительного контроля и приёмки выполненных работ".to_owned(),
            name: "Константинопольский-Образцов К.К.".to_owned(),
            organisation: format!("{name}, ОГРН 1000000000001, ИНН 7700000001"),
            phrase: String::new(),
            ..who.clone()
        })
    };
    let who = &mut act.representatives;
    let all = [&mut who.developer, &mut who.builder, &mut who.builder_control, &mut who.designer, &mut who.performer];
    for person in all {
        *person = signs(person.as_ref());
    }
    act.performed_by = name.to_owned();
    act.materials.truncate(6);
    act
}

/// The usual act with a QR code to its page.
pub(crate) fn act_with_a_page() -> Act {
    Act { page_url: "https://id.example.org/akt/1-%D0%9A%D0%969.9".to_owned(), ..usual_act() }
}

/// A register of three sections with `rows` documents in all.
pub(crate) fn register(rows: u32) -> Register {
    let entries = |from: u32, to: u32, name: &str| {
        (from..to)
            .map(|n| BundleEntry {
                name: format!("{name} № {}-КЖ9.9", n + 1),
                content: "Армирование фундаментной плиты ФП-1 в осях 1–9/А–Ж на отм. -3,600".to_owned(),
                number: format!("{}-КЖ9.9", n + 1),
                date: if n % 5 == 4 { String::new() } else { "07.10.2025".to_owned() },
                pages: 2,
                sheets: 1,
                first_sheet: n + 1,
                first_page: 0,
            })
            .collect::<Vec<_>>()
    };
    let section = |name: &str, entries| BundleSection { name: name.to_owned(), entries };
    Register {
        bundle: "Том 1. Конструкции железобетонные".to_owned(),
        object: usual_act().object,
        cipher: "00-2025-КЖ9.9".to_owned(),
        set_name: "Конструкции железобетонные. Фундаментная плита".to_owned(),
        developer: "ООО «Застройщик-Пример»".to_owned(),
        builder: "АО «Подрядчик-Пример»".to_owned(),
        date: None,
        sections: vec![
            section(
                "Акты освидетельствования скрытых работ",
                entries(0, rows / 2, "Акт освидетельствования скрытых работ"),
            ),
            section("Исполнительные схемы", entries(rows / 2, rows - rows / 4, "Исполнительная схема")),
            section("Документы о качестве", entries(rows - rows / 4, rows, "Сертификат соответствия")),
        ],
        sheets: rows,
    }
}
