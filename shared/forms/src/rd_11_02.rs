use crate::block::Block;
use crate::date::date_or_blank;
use crate::field_rows::{PersonParts, organisation_rows, representative_rows, value_rows};
use crate::order_344::{ATTACHMENTS, copies, dates, heading, item, list, owned, performed_by, signature_with};
use domain::{Act, Organisation, Representative};

// The wording of приложение № 3 to РД-11-02-2006 as of 09.11.2017, out of force since 1 September 2023. It was written down
// from forms in use, compared with Минстрой's stylesheet of the act's XML and two printed forms of others, not with the order.

const ORIGIN: [&str; 3] = [
    "Приложение № 3",
    "к Требованиям к составу и порядку ведения исполнительной документации при строительстве, реконструкции, капитальном ремонте объектов капитального строительства и требованиям, предъявляемым к актам освидетельствования работ, конструкций, участков сетей инженерно-технического обеспечения,",
    "утвержденным приказом Федеральной службы по экологическому, технологическому и атомному надзору от 26 декабря 2006 г. № 1128",
];
const DEVELOPER: &str = "(фамилия, имя, отчество, адрес места жительства, ОГРНИП, ИНН индивидуального предпринимателя, наименование, ОГРН, ИНН, место нахождения юридического лица, телефон/факс, наименование, ОГРН, ИНН саморегулируемой организации, членом которой является - для индивидуальных предпринимателей и юридических лиц; фамилия, имя, отчество, паспортные данные, адрес места жительства, телефон/факс - для физических лиц, не являющихся индивидуальными предпринимателями)";
const CONTRACTOR: &str = "(фамилия, имя, отчество, адрес места жительства, ОГРНИП, ИНН индивидуального предпринимателя, наименование, ОГРН, ИНН, место нахождения юридического лица, телефон/факс, наименование, ОГРН, ИНН саморегулируемой организации, членом которой является)";
const WITH_ORGANISATION: &str = "(должность, фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия, с указанием наименования, ОГРН, ИНН, места нахождения юридического лица, фамилии, имени, отчества, адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя)";
const DESIGNER: &str = "(должность, фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия, с указанием наименования, ОГРН, ИНН, места нахождения юридического лица, фамилии, имени, отчества, адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя, наименования, ОГРН, ИНН саморегулируемой организации, членом которой является указанное юридическое лицо, индивидуальный предприниматель)";

const DEVELOPER_SIGNS: &str = "Представитель застройщика (технического заказчика, эксплуатирующей организации или регионального оператора) по вопросам строительного контроля";
const BUILDER_SIGNS: &str = "Представитель лица, осуществляющего строительство";
const BUILDER_CONTROL_SIGNS: &str = "Представитель лица, осуществляющего строительство, по вопросам строительного контроля (специалист по организации строительства)";
const DESIGNER_SIGNS: &str = "Представитель лица, осуществляющего подготовку проектной документации";
const PERFORMER_SIGNS: &str = "Представитель лица, выполнившего работы, подлежащие освидетельствованию";

/// The blocks of an act of inspection of hidden works in the wording of РД-11-02-2006, приложение № 3.
pub(crate) fn hidden_works(act: &Act) -> Vec<Block> {
    let mut blocks = head(act);
    blocks.extend(representatives(act));
    blocks.push(performed_by(
        act,
        "произвели осмотр работ, выполненных",
        "(наименование лица, выполнившего работы, подлежащие освидетельствованию)",
        "",
    ));
    blocks.push(Block::Text {
        text: "и составили настоящий акт о нижеследующем:".to_owned()
    });
    blocks.extend(items(act));
    blocks.extend(signatures(act));
    blocks
}

fn head(act: &Act) -> Vec<Block> {
    let party = |id: &str, label: &str, party: &Option<Organisation>, caption: &str| {
        // One caption for all its parts: the self-regulatory organisation follows on the same line.
        let line = party.as_ref().map(crate::organisation_line).unwrap_or_default();
        heading(
            id,
            label,
            if line.is_empty() { organisation_rows(None, &[caption]) } else { value_rows(line, &[caption]) },
        )
    };
    vec![
        Block::Origin { lines: owned(&ORIGIN) },
        heading(
            "object",
            "Объект капитального строительства",
            value_rows(
                act.object.clone(),
                &[
                    "(наименование проектной документации, почтовый или строительный адрес объекта капитального строительства)",
                ],
            ),
        ),
        party(
            "developer",
            "Застройщик (технический заказчик, эксплуатирующая организация или региональный оператор)",
            &act.developer,
            DEVELOPER,
        ),
        party("builder", "Лицо, осуществляющее строительство", &act.builder, CONTRACTOR),
        party("designer", "Лицо, осуществляющее подготовку проектной документации", &act.designer, CONTRACTOR),
        Block::Title { lines: owned(&["АКТ", "освидетельствования скрытых работ"]) },
        Block::NumberDate {
            number: act.number.clone(),
            date: date_or_blank(act.date),
            caption: "(дата составления акта)".to_owned(),
        },
    ]
}

fn representatives(act: &Act) -> Vec<Block> {
    let who = &act.representatives;
    let person = |id: &str, label: &str, who: Option<&Representative>, caption: &str| {
        heading(id, label, representative_rows(who, PersonParts::Together, &[caption]))
    };
    let mut blocks = vec![
        person(
            "representative_developer",
            DEVELOPER_SIGNS,
            who.developer.as_ref(),
            "(должность, фамилия, инициалы, идентификационный номер в национальном реестре специалистов в области строительства, реквизиты распорядительного документа, подтверждающего полномочия, с указанием наименования, ОГРН, ИНН, места нахождения юридического лица, фамилии, имени, отчества, адреса места жительства, ОГРНИП, ИНН индивидуального предпринимателя)",
        ),
        person(
            "representative_builder",
            BUILDER_SIGNS,
            who.builder.as_ref(),
            "(должность, фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия)",
        ),
        person(
            "representative_builder_control",
            BUILDER_CONTROL_SIGNS,
            who.builder_control.as_ref(),
            "(должность, фамилия, инициалы, идентификационный номер в национальном реестре специалистов в области строительства, реквизиты распорядительного документа, подтверждающего полномочия)",
        ),
        person("representative_designer", DESIGNER_SIGNS, who.designer.as_ref(), DESIGNER),
        person("representative_performer", PERFORMER_SIGNS, who.performer.as_ref(), WITH_ORGANISATION),
    ];
    let others = others(act).enumerate().map(|(index, other)| {
        person(
            &format!("representative_other_{}", index + 1),
            if index == 0 { "а также иные представители лиц, участвующих в освидетельствовании:" } else { "" },
            other,
            "(должность с указанием наименования организации, фамилия, инициалы, реквизиты распорядительного документа, подтверждающего полномочия)",
        )
    });
    blocks.extend(others);
    blocks
}

/// The form has a line for others even when there are none.
fn others(act: &Act) -> impl Iterator<Item = Option<&Representative>> {
    let others = &act.representatives.others;
    others.iter().map(Some).chain(others.is_empty().then_some(None))
}

fn items(act: &Act) -> Vec<Block> {
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
                "(номер, другие реквизиты чертежа, наименование проектной и/или рабочей документации, сведения о лицах, осуществляющих подготовку раздела проектной и/или рабочей документации)",
            ],
        ),
        item(
            "materials",
            "3. При выполнении работ применены",
            list(&act.materials),
            &[
                "(наименование строительных материалов (изделий), реквизиты сертификатов и/или других документов, подтверждающих их качество и безопасность)",
            ],
        ),
        item(
            "proofs",
            "4. Предъявлены документы, подтверждающие соответствие работ предъявляемым к ним требованиям",
            list(&act.proofs),
            &[
                "(исполнительные схемы и чертежи, результаты экспертиз, обследований, лабораторных и иных испытаний выполненных работ, проведенных в процессе строительного контроля)",
            ],
        ),
        dates(act, "5. Даты:"),
        item(
            "norms",
            "6. Работы выполнены в соответствии с",
            list(&act.norms),
            &[
                "(наименования и структурные единицы технических регламентов, иных нормативных правовых актов, разделы проектной и/или рабочей документации)",
            ],
        ),
        item(
            "next_works",
            "7. Разрешается производство последующих работ",
            act.next_works.clone(),
            &["(наименование работ, конструкций, участков сетей инженерно-технического обеспечения)"],
        ),
        item("additional", "Дополнительные сведения", act.additional.clone(), &[]),
        copies(act, "экземплярах."),
        item("attachments", "Приложения:", list(&act.attachments), &[ATTACHMENTS]),
    ]
}

fn signatures(act: &Act) -> Vec<Block> {
    let who = &act.representatives;
    let sign = |id: &str, label: &str, who: Option<&Representative>| {
        signature_with(id, label, who, &["(фамилия, инициалы, подпись)"])
    };
    let mut blocks = vec![
        sign("sign_developer", DEVELOPER_SIGNS, who.developer.as_ref()),
        sign("sign_builder", BUILDER_SIGNS, who.builder.as_ref()),
        sign("sign_builder_control", BUILDER_CONTROL_SIGNS, who.builder_control.as_ref()),
        sign("sign_designer", DESIGNER_SIGNS, who.designer.as_ref()),
        sign("sign_performer", PERFORMER_SIGNS, who.performer.as_ref()),
    ];
    blocks.extend(others(act).enumerate().map(|(index, other)| {
        let label = if index == 0 { "Представители иных лиц:" } else { "" };
        sign(&format!("sign_other_{}", index + 1), label, other)
    }));
    blocks
}
