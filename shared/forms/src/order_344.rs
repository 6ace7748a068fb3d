use crate::block::{Block, FieldRow};
use crate::date::date_or_blank;
use crate::field_rows::{PersonParts, organisation_rows, representative_rows, value_rows};
use crate::party::signed_name;
use domain::{Act, Representative};

// The wording of приложения № 3 to приказ Минстроя 344/пр of 16 May 2023, to the letter: hyphens are hyphens.
// `tests/official_wording.rs` compares it with the text of the order.

const ORIGIN: [&str; 3] = [
    "к составу исполнительной документации при строительстве, реконструкции, капитальном ремонте объектов капитального строительства,",
    "утвержденному приказом Министерства строительства и жилищно-коммунального хозяйства Российской Федерации от 16 мая 2023 г. № 344/пр",
    "Рекомендуемый образец",
];

const ENTREPRENEUR: &str = "(фамилия, имя, отчество (последнее - при наличии), адрес места жительства, ОГРНИП, ИНН индивидуального предпринимателя,";
const LEGAL_ENTITY: &str = "полное и (или) сокращенное наименование, ОГРН, ИНН, адрес юридического лица в пределах его места нахождения, телефон или факс,";
const SRO: &str = "полное и (или) сокращенное наименование, ОГРН, ИНН саморегулируемой организации, членом которой является указанное юридическое лицо или индивидуальный предприниматель (за исключением случаев, когда членство в саморегулируемых организациях в области";
const BUILDING: &str =
    "строительства, реконструкции, капитального ремонта объектов капитального строительства не требуется)";
const NATURAL_PERSON: &str = "фамилия, имя, отчество (последнее - при наличии), паспортные данные, адрес места жительства, телефон или факс - для физических лиц, не являющихся индивидуальными предпринимателями)";

const SPECIALIST: &str = "(должность (при наличии), фамилия, инициалы, идентификационный номер в национальном реестре специалистов в области строительства (за исключением случаев, когда членство в саморегулируемых организациях в области строительства, реконструкции, капитального ремонта объектов капитального строительства не требуется),";
const POSITION_AND_ORDER: &str =
    "(должность (при наличии), фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия";

const DEVELOPER_SIGNS: &str = "Представитель застройщика, технического заказчика, лица, ответственного за эксплуатацию здания, сооружения, или регионального оператора по вопросам строительного контроля";
const BUILDER_SIGNS: &str = "Представитель лица, осуществляющего строительство, реконструкцию, капитальный ремонт";
const BUILDER_CONTROL_SIGNS: &str = "Представитель лица, осуществляющего строительство, реконструкцию, капитальный ремонт, по вопросам строительного контроля";
const DESIGNER_SIGNS: &str = "Представитель лица, осуществляющего подготовку проектной документации (в случае привлечения застройщиком лица, осуществляющего подготовку проектной документации, для проверки соответствия выполняемых работ проектной документации согласно части 2 статьи 53 Градостроительного кодекса Российской Федерации)";
const PERFORMER_SIGNS: &str = "Представитель лица, выполнившего работы, подлежащие освидетельствованию (в случае выполнения работ по договорам о строительстве, реконструкции, капитальном ремонте объектов капитального строительства, заключенным с иными лицами)";

pub(crate) const DOCUMENTATION: [&str; 2] = [
    "(номер, другие реквизиты чертежа, наименование проектной и (или) рабочей документации,",
    "сведения о лицах, осуществляющих подготовку раздела проектной и (или) рабочей документации)",
];
pub(crate) const NORMS: [&str; 2] = [
    "(наименования и структурные единицы технических регламентов,",
    "иных нормативных правовых актов, разделы проектной и (или) рабочей документации)",
];
pub(crate) const ATTACHMENTS: &str =
    "(исполнительные схемы и чертежи, результаты экспертиз, обследований, лабораторных и иных испытаний)";
const OTHERS: &str = "а также иные представители лиц, участвующих в освидетельствовании";

/// The blocks of an act of inspection of hidden works in the wording of приказ Минстроя 344/пр, приложение № 3.
pub(crate) fn hidden_works(act: &Act) -> Vec<Block> {
    let mut blocks = head(act, "Приложение № 3", &["АКТ", "освидетельствования скрытых работ"]);
    blocks.extend(representatives(act, PERFORMER_SIGNS));
    blocks.push(performed_by(
        act,
        "произвели осмотр работ, выполненных",
        "(полное и (или) сокращенное наименование или фамилия, имя, отчество (последнее - при наличии) лица, выполнившего работы, подлежащие освидетельствованию)",
        ",",
    ));
    blocks.push(Block::Text {
        text: "и составили настоящий акт о нижеследующем:".to_owned()
    });
    blocks.extend(items(act));
    blocks.extend(signatures(act, PERFORMER_SIGNS));
    blocks
}

/// Origin, object, parties, title, number and date.
pub(crate) fn head(act: &Act, appendix: &str, title: &[&str]) -> Vec<Block> {
    let legal_entity = |field: &str, end: &str| format!("{SRO} {field}{end}");
    let origin = std::iter::once(appendix).chain(ORIGIN).map(str::to_owned).collect();
    vec![
        Block::Origin { lines: origin },
        heading(
            "object",
            "Объект капитального строительства",
            value_rows(
                act.object.clone(),
                &[
                    "(наименование объекта капитального строительства в соответствии с проектной документацией, почтовый или строительный адрес объекта капитального строительства)",
                ],
            ),
        ),
        heading(
            "developer",
            "Застройщик, технический заказчик, лицо, ответственное за эксплуатацию здания, сооружения, или региональный оператор",
            organisation_rows(
                act.developer.as_ref(),
                &[ENTREPRENEUR, LEGAL_ENTITY, &legal_entity(BUILDING, ";"), NATURAL_PERSON],
            ),
        ),
        heading(
            "builder",
            "Лицо, осуществляющее строительство, реконструкцию, капитальный ремонт",
            organisation_rows(act.builder.as_ref(), &[ENTREPRENEUR, LEGAL_ENTITY, &legal_entity(BUILDING, "")]),
        ),
        heading(
            "designer",
            "Лицо, осуществляющее подготовку проектной документации",
            organisation_rows(
                act.designer.as_ref(),
                &[
                    ENTREPRENEUR,
                    LEGAL_ENTITY,
                    &legal_entity("архитектурно-строительного проектирования не требуется)", ""),
                ],
            ),
        ),
        Block::Title { lines: owned(title) },
        Block::NumberDate {
            number: act.number.clone(),
            date: date_or_blank(act.date),
            caption: "(дата составления акта)".to_owned(),
        },
    ]
}

/// The five representatives; the last label differs between forms.
pub(crate) fn representatives(act: &Act, performer_label: &str) -> Vec<Block> {
    let who = &act.representatives;
    let with_organisation = [
        &format!("{POSITION_AND_ORDER},"),
        "с указанием полного и (или) сокращенного наименования, ОГРН, ИНН, адреса юридического лица в пределах его места нахождения,",
        "фамилии, имени, отчества (последнее - при наличии), адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя)",
    ];
    let person = |id: &str, label: &str, who: &Option<Representative>, parts: PersonParts, captions: &[&str]| {
        heading(id, label, representative_rows(who.as_ref(), parts, captions))
    };
    let mut blocks = vec![
        person(
            "representative_developer",
            DEVELOPER_SIGNS,
            &who.developer,
            PersonParts::OrderAndContractor,
            &[
                SPECIALIST,
                "реквизиты распорядительного документа, подтверждающего полномочия,",
                "с указанием полного и (или) сокращенного наименования, ОГРН, ИНН, адреса юридического лица в пределах его места нахождения (в случае осуществления строительного контроля на основании договора с застройщиком или техническим заказчиком),",
                "фамилии, имени, отчества (последнее - при наличии), адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя (в случае осуществления строительного контроля на основании договора с застройщиком или техническим заказчиком)",
            ],
        ),
        person(
            "representative_builder",
            BUILDER_SIGNS,
            &who.builder,
            PersonParts::Together,
            &[&format!("{POSITION_AND_ORDER})")],
        ),
        person(
            "representative_builder_control",
            BUILDER_CONTROL_SIGNS,
            &who.builder_control,
            PersonParts::OrderApart,
            &[SPECIALIST, "реквизиты распорядительного документа, подтверждающего полномочия)"],
        ),
        person("representative_designer", DESIGNER_SIGNS, &who.designer, PersonParts::Organisation, &with_organisation),
        person(
            "representative_performer",
            performer_label,
            &who.performer,
            PersonParts::Organisation,
            &with_organisation,
        ),
    ];
    // Not in the order, whose form is a recommended sample: only where the engineer names somebody.
    blocks.extend(who.others.iter().enumerate().map(|(index, other)| {
        let label = if index == 0 { OTHERS } else { "" };
        let captions = ["(должность с указанием наименования организации, фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия)"];
        heading(
            &format!("representative_other_{}", index + 1),
            label,
            representative_rows(Some(other), PersonParts::Together, &captions),
        )
    }));
    blocks
}

pub(crate) fn performed_by(act: &Act, label: &str, caption: &str, after: &str) -> Block {
    Block::Field {
        id: "performed_by".to_owned(),
        label: label.to_owned(),
        heading: false,
        rows: value_rows(act.performed_by.clone(), &[caption]),
        after: after.to_owned(),
        run_in: true,
    }
}

fn items(act: &Act) -> Vec<Block> {
    let mut blocks = vec![
        item(
            "works",
            "1. К освидетельствованию предъявлены следующие работы:",
            act.works.clone(),
            &["(наименование скрытых работ)"],
        ),
        item(
            "project_documentation",
            "2. Работы выполнены по проектной документации",
            act.project_documentation.clone(),
            &DOCUMENTATION,
        ),
        item(
            "materials",
            "3. При выполнении работ применены",
            list(&act.materials),
            &[
                "(наименования строительных",
                "материалов (изделий), реквизиты сертификатов и (или) других документов, подтверждающих их качество и безопасность, в случае если необходимо указывать более 5 документов, указывается ссылка на их реестр, который является неотъемлемой частью акта)",
            ],
        ),
        item(
            "proofs",
            "4. Предъявлены документы, подтверждающие соответствие работ предъявляемым к ним требованиям",
            list(&act.proofs),
            &[
                "(исполнительные схемы и чертежи, результаты экспертиз, обследований,",
                "лабораторных и иных испытаний выполненных работ, проведенных в процессе строительного контроля)",
            ],
        ),
        dates(act, "5. Даты:"),
        item("norms", "6. Работы выполнены в соответствии с", list(&act.norms), &NORMS),
        item(
            "next_works",
            "7. Разрешается производство последующих работ",
            act.next_works.clone(),
            &["(наименования работ, строительных конструкций, участков сетей инженерно-технического обеспечения)"],
        ),
    ];
    blocks.extend(end(act));
    blocks
}

/// Additional information, copies and attachments.
pub(crate) fn end(act: &Act) -> Vec<Block> {
    vec![
        item("additional", "Дополнительные сведения", act.additional.clone(), &[]),
        copies(act, "экземплярах (в случае заполнения акта на бумажном носителе)."),
        item("attachments", "Приложения", list(&act.attachments), &[ATTACHMENTS]),
    ]
}

pub(crate) fn copies(act: &Act, after: &str) -> Block {
    item_ending("copies", "Акт составлен в", act.copies.clone(), after)
}

/// An item without a caption whose sentence goes on, or ends, after its value.
pub(crate) fn item_ending(id: &str, label: &str, value: String, after: &str) -> Block {
    Block::Field {
        id: id.to_owned(),
        label: label.to_owned(),
        heading: false,
        rows: value_rows(value, &[]),
        after: after.to_owned(),
        run_in: true,
    }
}

pub(crate) fn dates(act: &Act, label: &str) -> Block {
    let line = |id: &str, label: &str, date| crate::DateLine {
        id: id.to_owned(),
        label: label.to_owned(),
        date: date_or_blank(date),
    };
    let lines = vec![line("started", "начала работ", act.started), line("finished", "окончания работ", act.finished)];
    Block::Dates { label: label.to_owned(), lines }
}

pub(crate) fn signatures(act: &Act, performer_label: &str) -> Vec<Block> {
    let who = &act.representatives;
    let mut blocks = vec![
        signature("sign_developer", DEVELOPER_SIGNS, who.developer.as_ref()),
        signature("sign_builder", BUILDER_SIGNS, who.builder.as_ref()),
        signature("sign_builder_control", BUILDER_CONTROL_SIGNS, who.builder_control.as_ref()),
        signature("sign_designer", DESIGNER_SIGNS, who.designer.as_ref()),
        signature("sign_performer", performer_label, who.performer.as_ref()),
    ];
    blocks.extend(who.others.iter().enumerate().map(|(index, other)| {
        let label = if index == 0 { "Представители иных лиц" } else { "" };
        signature(&format!("sign_other_{}", index + 1), label, Some(other))
    }));
    blocks
}

fn signature(id: &str, label: &str, who: Option<&Representative>) -> Block {
    signature_with(id, label, who, &["(фамилия, инициалы)", "(подпись)"])
}

pub(crate) fn signature_with(id: &str, label: &str, who: Option<&Representative>, captions: &[&str]) -> Block {
    Block::Signature {
        id: id.to_owned(),
        label: label.to_owned(),
        name: signed_name(who),
        absent: who.is_some_and(|who| !who.phrase.is_empty()),
        captions: owned(captions),
    }
}

pub(crate) fn list(entries: &[String]) -> String {
    entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).collect::<Vec<_>>().join("; ")
}

pub(crate) fn heading(id: &str, label: &str, rows: Vec<FieldRow>) -> Block {
    Block::Field {
        id: id.to_owned(),
        label: label.to_owned(),
        heading: true,
        rows,
        after: String::new(),
        run_in: false,
    }
}

pub(crate) fn item(id: &str, label: &str, value: String, captions: &[&str]) -> Block {
    let rows = value_rows(value, captions);
    Block::Field {
        id: id.to_owned(),
        label: label.to_owned(),
        heading: false,
        rows,
        after: String::new(),
        run_in: true,
    }
}

pub(crate) fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
