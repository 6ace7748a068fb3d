use super::*;
use domain::ActFile;
use domain::project_file::BundleDocument;

fn document(kind: ActDocumentKind, number: &str, material: &str, file: &str) -> ActDocument {
    let own = |text: &str| text.to_owned();
    ActDocument {
        kind,
        name: own("Документ"),
        number: own(number),
        material: own(material),
        file: own(file),
        ..ActDocument::default()
    }
}

fn act(number: &str, pages: u32, documents: Vec<ActDocument>) -> (Act, ActFile) {
    let act = Act { number: number.to_owned(), works: format!("Работа {number}"), documents, ..Act::default() };
    (act, ActFile { number: number.to_owned(), file: format!("{number}.pdf"), pages, formats: Vec::new() })
}

fn planned(acts: Vec<(Act, ActFile)>, wishes: &BundleWishes, files: &[(&str, u32)]) -> BundlePlan {
    let (acts, act_files) = acts.into_iter().unzip();
    let acts = ActSet { acts, files: act_files, warnings: Vec::new() };
    let pages = files.iter().map(|(name, pages)| ((*name).to_owned(), *pages)).collect();
    let mut plan = BundlePlan::arrange(Parts { acts: &acts, wishes, pages: &pages });
    plan.count(2);
    plan
}

/// «section: number sheets@sheet/page …» per section.
fn shown(plan: &BundlePlan) -> Vec<String> {
    let row = |row: &Row| {
        let name = match &row.source {
            Source::ActRegister(act) => format!("R{act}"),
            _ => row.entry.number.clone(),
        };
        format!("{name} {}@{}/{}", row.entry.sheets, row.entry.first_sheet, row.entry.first_page)
    };
    let section =
        |(name, rows): &(String, Vec<Row>)| format!("{name}: {}", rows.iter().map(row).collect::<Vec<_>>().join(", "));
    plan.sections.iter().map(section).collect()
}

/// Two acts: four documents of quality in the first, of which the second has one, too.
fn two_acts() -> Vec<(Act, ActFile)> {
    use ActDocumentKind::{Proof, Quality, Scheme};
    let common = document(Quality, "K1", "Бетон", "k1.pdf");
    let first = vec![
        common.clone(),
        document(Quality, "K2", "Щебень", "k2.pdf"),
        document(Quality, "K3", "Песок", ""),
        ActDocument { sheets: Some(2), ..document(Quality, "K4", "Арматура", "") },
        document(Scheme, "S1", "", "s1.pdf"),
        document(Proof, "P1", "", "p1.pdf"),
    ];
    let second = vec![ActDocument { material: "Раствор".to_owned(), ..common }, document(Scheme, "S2", "", "s2.pdf")];
    vec![act("1", 2, first), act("2", 3, second)]
}

const FILES: [(&str, u32); 5] = [("k1.pdf", 3), ("k2.pdf", 1), ("s1.pdf", 1), ("s2.pdf", 1), ("p1.pdf", 2)];

#[test]
fn an_act_of_two_pages_is_one_sheet() {
    let acts = [2, 3, 1, 4, 2].map(|pages| act("n", pages, Vec::new())).to_vec();
    let plan = planned(acts, &BundleWishes::default(), &[]);
    let rows: Vec<_> = plan.rows().map(|row| (row.entry.sheets, row.entry.first_sheet, row.entry.first_page)).collect();
    assert_eq!(rows, [(1, 1, 3), (2, 2, 5), (1, 4, 8), (2, 5, 9), (1, 7, 13)]);
    assert_eq!((plan.sheets, plan.pages, plan.sections.len()), (7, 14, 1));
}

#[test]
fn repeated_by_act_has_everything_after_its_act() {
    let plan = planned(two_acts(), &BundleWishes::default(), &FILES);
    assert_eq!(
        shown(&plan),
        [
            "АОСР № 1: 1 1@1/3, S1 1@2/5, R0 1@3/6, K1 3@4/7, K2 1@7/10, K3 0@0/0, K4 2@8/0, P1 2@10/11",
            "АОСР № 2: 2 2@12/13, S2 1@14/16, K1 3@15/17",
        ]
    );
    assert_eq!((plan.sheets, plan.pages), (17, 19));
    let references: Vec<_> = plan.references(0).iter().map(|(number, entry)| (*number, entry.first_sheet)).collect();
    assert_eq!(references, [(4, 4), (5, 7), (6, 0), (7, 8)]);
}

#[test]
fn unified_has_every_document_of_quality_once_at_the_end() {
    let wishes = BundleWishes { layout: BundleLayout::Unified, ..BundleWishes::default() };
    let plan = planned(two_acts(), &wishes, &FILES);
    assert_eq!(
        shown(&plan),
        [
            "АОСР № 1: 1 1@1/3, S1 1@2/5, R0 1@3/6, P1 2@4/7",
            "АОСР № 2: 2 2@6/9, S2 1@8/12, R1 1@9/13",
            "Документы о качестве: K1 3@10/14, K2 1@13/17, K3 0@0/0, K4 2@14/0",
        ]
    );
    let (number, entry) = plan.references(1).remove(0);
    assert_eq!((number, entry.content.as_str(), entry.first_sheet), (8, "Бетон; Раствор", 10));
}

#[test]
fn by_kind_has_acts_schemes_quality_and_proofs_one_after_another() {
    let wishes = BundleWishes { order: BundleOrder::ByKind, ..BundleWishes::default() };
    let mut acts = two_acts();
    acts[1].0.form = PrintedForm::Structures;
    let names: Vec<_> = planned(acts.clone(), &wishes, &FILES).sections.into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "Акты освидетельствования скрытых работ",
            "Акты освидетельствования ответственных конструкций",
            "Исполнительные схемы",
            "Документы о качестве",
            "Результаты испытаний и обследований",
        ]
    );
    let numbers = |layout| {
        let plan = planned(acts.clone(), &BundleWishes { layout, ..wishes.clone() }, &FILES);
        plan.sections[3].1.iter().map(|row| row.entry.number.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(numbers(BundleLayout::Repeated), "K1 K2 K3 K4 K1");
    assert_eq!(numbers(BundleLayout::Unified), "K1 K2 K3 K4");
}

#[test]
fn one_file_for_two_materials_is_bound_once_in_an_act() {
    let documents = vec![
        document(ActDocumentKind::Quality, "K1", "Бетон В15", "k1.pdf"),
        document(ActDocumentKind::Quality, "K1", "Бетон В25", "k1.pdf"),
    ];
    let plan = planned(vec![act("1", 2, documents)], &BundleWishes::default(), &FILES);
    assert_eq!(shown(&plan), ["АОСР № 1: 1 1@1/3, K1 3@2/5"]);
    assert_eq!(plan.sections[0].1[1].entry.content, "Бетон В15; Бетон В25");
}

#[test]
fn documents_of_the_package_stand_before_and_after_the_acts() {
    let extra = |section: &str, before_acts| BundleDocument {
        section: section.to_owned(),
        before_acts,
        document: document(ActDocumentKind::Proof, section, "", "s1.pdf"),
    };
    let documents = vec![extra("Журналы", false), extra("Приказы", true), extra("Приказы", true)];
    let wishes = BundleWishes { documents, ..BundleWishes::default() };
    let plan = planned(vec![act("1", 2, Vec::new())], &wishes, &FILES);
    assert_eq!(
        shown(&plan),
        [
            "Приказы: Приказы 1@1/3, Приказы 1@2/4",
            "Акты освидетельствования скрытых работ: 1 1@3/5",
            "Журналы: Журналы 1@4/7",
        ]
    );
}

#[test]
fn a_longer_register_moves_what_follows() {
    let mut plan = planned(two_acts(), &BundleWishes::default(), &FILES);
    assert_eq!(plan.acts_with_register(), [0]);
    plan.set_register_pages(0, 2);
    plan.count(3);
    assert_eq!(plan.references(0)[0].1.first_page, 9);
    assert_eq!((plan.sheets, plan.pages), (18, 21));
}

#[test]
fn names_are_borne_by_every_file_system() {
    assert_eq!(bundle_name(Some("000-00/1-КЖ1.2"), "x.pdf"), "ИД 000-00_1-КЖ1.2");
    assert_eq!(bundle_name(None, "Том 1.pdf"), "ИД Том 1");
    assert_eq!(bundle_name(Some("../.."), ""), "ИД .._");
}
