use crate::block::Block;
use crate::order_344::{
    DOCUMENTATION, NORMS, dates, end, head, item, item_ending, list, performed_by, representatives, signatures,
};
use domain::{Act, StructureFacts};

// The wording of приложение № 4 to приказ Минстроя 344/пр. Head, representatives and signatures are those of приложение
// № 3; the rest was written down from forms in use and not compared with the text of the order.

const PERFORMER_SIGNS: &str = "Представитель лица, выполнившего строительные конструкции, подлежащие освидетельствованию (в случае выполнения работ по договорам о строительстве, реконструкции, капитальном ремонте объектов капитального строительства, заключенным с иными лицами)";

/// The blocks of an act of inspection of critical structures (АООК).
pub(crate) fn critical_structures(act: &Act) -> Vec<Block> {
    let title = [
        "АКТ",
        "освидетельствования строительных конструкций, устранение недостатков в которых невозможно без разборки или повреждения других строительных конструкций, и участков сетей инженерно-технического обеспечения (ответственных конструкций)",
    ];
    let mut blocks = head(act, "Приложение № 4", &title);
    blocks.extend(representatives(act, PERFORMER_SIGNS));
    blocks.push(performed_by(
        act,
        "произвели осмотр ответственных конструкций, выполненных",
        "(наименование лица (лиц), фактически выполнившего (выполнивших) конструкции)",
        "",
    ));
    blocks.push(Block::Text {
        text: "и составили настоящий акт о нижеследующем:".to_owned()
    });
    blocks.extend(items(act));
    blocks.extend(end(act));
    blocks.extend(signatures(act, PERFORMER_SIGNS));
    blocks
}

fn items(act: &Act) -> Vec<Block> {
    let none = StructureFacts::default();
    let facts = act.structures.as_ref().unwrap_or(&none);
    let text = |text: &str| Block::Text { text: text.to_owned() };
    vec![
        item(
            "works",
            "1. К освидетельствованию предъявлены следующие строительные конструкции:",
            act.works.clone(),
            &["(наименования и краткая характеристика строительных конструкций)"],
        ),
        item(
            "project_documentation",
            "2. Строительные конструкции выполнены по проектной документации",
            act.project_documentation.clone(),
            &DOCUMENTATION,
        ),
        item(
            "hidden_works",
            "3. Освидетельствованы скрытые работы, которые оказывают влияние на безопасность строительных конструкций:",
            list(&facts.hidden_works),
            &["(указываются скрытые работы, даты и номера актов их освидетельствования)"],
        ),
        item(
            "materials",
            "4. При выполнении строительных конструкций применены:",
            list(&act.materials),
            &[
                "(наименования материалов (изделий), реквизиты сертификатов и (или) других документов, подтверждающих их качество и безопасность (в случае отсутствия информации в актах освидетельствования скрытых работ))",
            ],
        ),
        text(
            "5. Предъявлены документы, подтверждающие соответствие строительных конструкций предъявляемым к ним требованиям, в том числе:",
        ),
        item(
            "schemes",
            "а) исполнительные геодезические схемы положения строительных конструкций",
            list(&facts.schemes),
            &["(наименование документа, дата, номер, другие реквизиты)"],
        ),
        item(
            "proofs",
            "б) результаты экспертиз, обследований, лабораторных и иных испытаний",
            list(&act.proofs),
            &[
                "(наименование документа, дата, номер, другие реквизиты, в случае если необходимо указывать более 5 документов, указывается ссылка на их реестр, который является неотъемлемой частью акта)",
            ],
        ),
        item(
            "trials",
            "6. Проведены необходимые испытания и опробования:",
            list(&facts.trials),
            &["(наименование документа, дата, номер, другие реквизиты)"],
        ),
        dates(act, "7. Даты:"),
        item(
            "norms",
            "8. Предъявленные строительные конструкции выполнены в соответствии с техническими регламентами, иными нормативными правовыми актами и проектной документацией",
            list(&act.norms),
            &NORMS,
        ),
        text("9. На основании изложенного:"),
        item_ending(
            "use_as_intended",
            "а) разрешается использование строительных конструкций по назначению",
            facts.use_as_intended.clone(),
            ";",
        ),
        item_ending(
            "partial_load",
            "б) разрешается использование строительных конструкций по назначению с нагружением в размере",
            facts.partial_load.clone(),
            "% проектной нагрузки;",
        ),
        item_ending(
            "full_load_conditions",
            "в) разрешается полное нагружение при выполнении следующих условий:",
            facts.full_load_conditions.clone(),
            ";",
        ),
        item(
            "next_works",
            "г) разрешается производство следующих работ:",
            act.next_works.clone(),
            &["(наименование работ и строительных конструкций)"],
        ),
    ]
}
