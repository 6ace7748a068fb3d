use crate::block::{Block, DateLine, Form, FormKind};
use crate::date::date_or_blank;
use crate::party::{organisation_line, representative_line};
use crate::{FormsError, WrittenPdf, form_pdf};
use domain::{Act, Organisation, Representative};

// The wording of приложение № 3 to приказ Минстроя 344/пр of 16 May 2023, to the letter: hyphens are hyphens.
// `tests/official_wording.rs` compares it with the text of the order.

const ORIGIN: [&str; 4] = [
    "Приложение № 3",
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

/// The act of inspection of hidden works (АОСР) as a form in the wording of приказ Минстроя 344/пр, приложение № 3.
/// Lists are joined with «; »; whatever the act leaves empty is an empty value.
pub fn act_form(act: &Act) -> Form {
    let mut blocks = parties(act);
    blocks.extend(representatives(act));
    blocks.extend(items(act));
    blocks.extend(signatures(act));
    let title = match act.number.trim() {
        "" => "Акт освидетельствования скрытых работ".to_owned(),
        number => format!("Акт освидетельствования скрытых работ № {number}"),
    };
    Form { kind: FormKind::Act, title, date: act.date, blocks }
}

/// Prints an act: A4, two pages with usual content and more when its text is long.
///
/// # Errors
/// When the typesetter refuses the form or fails; the content of an act alone is never a reason.
pub fn act_pdf(act: &Act) -> Result<WrittenPdf, FormsError> {
    form_pdf(&act_form(act))
}

fn parties(act: &Act) -> Vec<Block> {
    let party = |organisation: &Option<Organisation>| organisation.as_ref().map(organisation_line).unwrap_or_default();
    let member_of = |field: &str, end: &str| format!("{SRO} {field}{end}");
    vec![
        Block::Origin { lines: owned(&ORIGIN) },
        heading(
            "object",
            "Объект капитального строительства",
            act.object.clone(),
            &[
                "(наименование объекта капитального строительства в соответствии с проектной документацией, почтовый или строительный адрес объекта капитального строительства)",
            ],
        ),
        heading(
            "developer",
            "Застройщик, технический заказчик, лицо, ответственное за эксплуатацию здания, сооружения, или региональный оператор",
            party(&act.developer),
            &[ENTREPRENEUR, LEGAL_ENTITY, &member_of(BUILDING, ";"), NATURAL_PERSON],
        ),
        heading(
            "builder",
            "Лицо, осуществляющее строительство, реконструкцию, капитальный ремонт",
            party(&act.builder),
            &[ENTREPRENEUR, LEGAL_ENTITY, &member_of(BUILDING, "")],
        ),
        heading(
            "designer",
            "Лицо, осуществляющее подготовку проектной документации",
            party(&act.designer),
            &[ENTREPRENEUR, LEGAL_ENTITY, &member_of("архитектурно-строительного проектирования не требуется)", "")],
        ),
        Block::Title { lines: owned(&["АКТ", "освидетельствования скрытых работ"]) },
        Block::NumberDate {
            number: act.number.clone(),
            date: date_or_blank(act.date),
            caption: "(дата составления акта)".to_owned(),
        },
    ]
}

fn representatives(act: &Act) -> Vec<Block> {
    let person = |who: &Option<Representative>| who.as_ref().map(representative_line).unwrap_or_default();
    let who = &act.representatives;
    let order_with_organisation = [
        &format!("{POSITION_AND_ORDER},"),
        "с указанием полного и (или) сокращенного наименования, ОГРН, ИНН, адреса юридического лица в пределах его места нахождения,",
        "фамилии, имени, отчества (последнее - при наличии), адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя)",
    ];
    vec![
        heading(
            "representative_developer",
            DEVELOPER_SIGNS,
            person(&who.developer),
            &[
                SPECIALIST,
                "реквизиты распорядительного документа, подтверждающего полномочия,",
                "с указанием полного и (или) сокращенного наименования, ОГРН, ИНН, адреса юридического лица в пределах его места нахождения (в случае осуществления строительного контроля на основании договора с застройщиком или техническим заказчиком),",
                "фамилии, имени, отчества (последнее - при наличии), адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя (в случае осуществления строительного контроля на основании договора с застройщиком или техническим заказчиком)",
            ],
        ),
        heading("representative_builder", BUILDER_SIGNS, person(&who.builder), &[&format!("{POSITION_AND_ORDER})")]),
        heading(
            "representative_builder_control",
            BUILDER_CONTROL_SIGNS,
            person(&who.builder_control),
            &[SPECIALIST, "реквизиты распорядительного документа, подтверждающего полномочия)"],
        ),
        heading("representative_designer", DESIGNER_SIGNS, person(&who.designer), &order_with_organisation),
        heading("representative_performer", PERFORMER_SIGNS, person(&who.performer), &order_with_organisation),
        Block::Field {
            id: "performed_by".to_owned(),
            label: "произвели осмотр работ, выполненных".to_owned(),
            heading: false,
            value: act.performed_by.clone(),
            after: ",".to_owned(),
            captions: owned(&[
                "(полное и (или) сокращенное наименование или фамилия, имя, отчество (последнее - при наличии) лица, выполнившего работы, подлежащие освидетельствованию)",
            ]),
            run_in: true,
        },
        Block::Text {
            text: "и составили настоящий акт о нижеследующем:".to_owned()
        },
    ]
}

fn items(act: &Act) -> Vec<Block> {
    let list = |entries: &[String]| {
        entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).collect::<Vec<_>>().join("; ")
    };
    vec![
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
            &[
                "(номер, другие реквизиты чертежа, наименование проектной и (или) рабочей документации,",
                "сведения о лицах, осуществляющих подготовку раздела проектной и (или) рабочей документации)",
            ],
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
        Block::Dates {
            label: "5. Даты:".to_owned(),
            lines: vec![
                date_line("started", "начала работ", date_or_blank(act.started)),
                date_line("finished", "окончания работ", date_or_blank(act.finished)),
            ],
        },
        item(
            "norms",
            "6. Работы выполнены в соответствии с",
            list(&act.norms),
            &[
                "(наименования и структурные единицы технических регламентов,",
                "иных нормативных правовых актов, разделы проектной и (или) рабочей документации)",
            ],
        ),
        item(
            "next_works",
            "7. Разрешается производство последующих работ",
            act.next_works.clone(),
            &["(наименования работ, строительных конструкций, участков сетей инженерно-технического обеспечения)"],
        ),
        item("additional", "Дополнительные сведения", act.additional.clone(), &[]),
        Block::Field {
            id: "copies".to_owned(),
            label: "Акт составлен в".to_owned(),
            heading: false,
            value: act.copies.clone(),
            after: "экземплярах (в случае заполнения акта на бумажном носителе).".to_owned(),
            captions: Vec::new(),
            run_in: true,
        },
        item(
            "attachments",
            "Приложения",
            list(&act.attachments),
            &["(исполнительные схемы и чертежи, результаты экспертиз, обследований, лабораторных и иных испытаний)"],
        ),
    ]
}

fn signatures(act: &Act) -> Vec<Block> {
    let who = &act.representatives;
    let signature = |id: &str, label: &str, person: &Option<Representative>| Block::Signature {
        id: id.to_owned(),
        label: label.to_owned(),
        name: person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        captions: owned(&["(фамилия, инициалы)", "(подпись)"]),
    };
    vec![
        signature("sign_developer", DEVELOPER_SIGNS, &who.developer),
        signature("sign_builder", BUILDER_SIGNS, &who.builder),
        signature("sign_builder_control", BUILDER_CONTROL_SIGNS, &who.builder_control),
        signature("sign_designer", DESIGNER_SIGNS, &who.designer),
        signature("sign_performer", PERFORMER_SIGNS, &who.performer),
    ]
}

fn heading(id: &str, label: &str, value: String, captions: &[&str]) -> Block {
    field(id, label, value, captions, true)
}

fn item(id: &str, label: &str, value: String, captions: &[&str]) -> Block {
    field(id, label, value, captions, false)
}

fn field(id: &str, label: &str, value: String, captions: &[&str], heading: bool) -> Block {
    Block::Field {
        id: id.to_owned(),
        label: label.to_owned(),
        heading,
        value,
        after: String::new(),
        captions: owned(captions),
        run_in: !heading,
    }
}

fn date_line(id: &str, label: &str, date: String) -> DateLine {
    DateLine { id: id.to_owned(), label: label.to_owned(), date }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
