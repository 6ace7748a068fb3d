use crate::act_form::MOST_DOCUMENTS_NAMED;
use crate::block::{Block, Column, TableSection};
use crate::party::bare_number;
use domain::{Act, ActDocument, ActDocumentKind, ActReference, PrintedForm};

/// The registers that are part of an act because it has more documents, or names more acts, than an item may name, each on a
/// new page with the act's own signatures.
pub(crate) fn annexes(act: &Act, signatures: &[Block]) -> Vec<Block> {
    registers(act)
        .into_iter()
        .enumerate()
        .flat_map(|(index, register)| {
            let mut blocks = vec![
                Block::PageBreak,
                Block::Origin { lines: vec![format!("Приложение № {} {}", index + 1, of_act(act))] },
                Block::Title { lines: vec!["РЕЕСТР".to_owned(), register.title.to_owned()] },
                Block::Table { columns: register.columns, sections: vec![register.rows] },
            ];
            // Whoever takes no part in the inspection does not sign its register.
            let signs = |block: &&Block| !matches!(block, Block::Signature { absent: true, .. });
            blocks.extend(signatures.iter().filter(signs).cloned().map(|mut block| {
                if let Block::Signature { id, .. } = &mut block {
                    *id = format!("annex_{}_{id}", index + 1);
                }
                block
            }));
            blocks
        })
        .collect()
}

/// Whether an act has a register of its documents of quality, and whether one of its schemes and proofs.
pub fn annexed_registers(act: &Act) -> (bool, bool) {
    let quality = act.documents_of(ActDocumentKind::Quality).count();
    (quality > MOST_DOCUMENTS_NAMED, act.documents.len() - quality > MOST_DOCUMENTS_NAMED)
}

/// How the register of acts begins among the attachments of an act.
pub const REGISTER_OF_ACTS: &str = "реестр актов";

/// Which appendix the register of the acts that item 3 of an act of critical structures names would be: the last one.
pub fn appendix_of_acts(act: &Act) -> usize {
    let (quality, proofs) = annexed_registers(act);
    1 + usize::from(quality) + usize::from(proofs)
}

struct AnnexRegister {
    title: &'static str,
    columns: Vec<Column>,
    rows: TableSection,
}

fn registers(act: &Act) -> Vec<AnnexRegister> {
    let (quality, proofs) = annexed_registers(act);
    let mut registers = Vec::new();
    if quality {
        let heads = ["Наименование используемых материалов", "Документация, удостоверяющая качество материалов"];
        let rows =
            act.documents_of(ActDocumentKind::Quality).map(|document| [document.material.clone(), named(document)]);
        registers.push(register(
            "документов, подтверждающих качество и безопасность материалов (изделий)",
            heads,
            act,
            rows,
            ActDocumentKind::Quality,
        ));
    }
    if proofs {
        let heads = ["Тип документа", "Наименование документа"];
        let others = act.documents.iter().filter(|document| document.kind != ActDocumentKind::Quality);
        let rows = others.map(|document| [kind_in_words(document).to_owned(), named(document)]);
        registers.push(register(
            "исполнительных схем и документов о результатах испытаний",
            heads,
            act,
            rows,
            ActDocumentKind::Proof,
        ));
    }
    let acts = act.structures.iter().flat_map(|facts| &facts.hidden_work_acts);
    if act.form == PrintedForm::Structures && acts.clone().next().is_some() {
        registers.push(register_of_acts(acts));
    }
    registers
}

fn register_of_acts<'a>(acts: impl Iterator<Item = &'a ActReference>) -> AnnexRegister {
    let cells = (1..).zip(acts).map(|(index, act): (u32, &ActReference)| {
        let date = act.date.map(|date| date.to_string()).unwrap_or_default();
        vec![index.to_string(), act.works.clone(), act.number.clone(), date]
    });
    AnnexRegister {
        title: "актов освидетельствования скрытых работ",
        columns: vec![
            column("№ п/п", Some(12), true),
            column("Наименование скрытых работ", None, false),
            column("№ акта", Some(34), true),
            column("Дата", Some(24), true),
        ],
        rows: TableSection { name: String::new(), cells: cells.collect(), pages: Vec::new() },
    }
}

fn column(heading: &str, width_mm: Option<u16>, centred: bool) -> Column {
    Column { heading: heading.to_owned(), width_mm, centred }
}

fn register(
    title: &'static str,
    heads: [&str; 2],
    act: &Act,
    texts: impl Iterator<Item = [String; 2]>,
    kind: ActDocumentKind,
) -> AnnexRegister {
    let of_quality = kind == ActDocumentKind::Quality;
    let documents = act.documents.iter().filter(|document| (document.kind == ActDocumentKind::Quality) == of_quality);
    let cells = documents.zip(texts).enumerate().map(|(index, (document, [first, second]))| {
        let date = document.date.map(|date| date.to_string()).unwrap_or_default();
        let sheets = document.sheets.map(|sheets| sheets.to_string()).unwrap_or_default();
        vec![(index + 1).to_string(), first, second, date, sheets]
    });
    let [first, second] = heads;
    let columns = vec![
        column("№ п/п", Some(12), true),
        column(first, Some(62), false),
        column(second, None, false),
        column("Дата", Some(20), true),
        column("Кол. листов", Some(16), true),
    ];
    AnnexRegister {
        title,
        columns,
        rows: TableSection { name: String::new(), cells: cells.collect(), pages: Vec::new() },
    }
}

/// An act of hidden works as item 3 of an act of critical structures names it: works, number, date; what is not known yet is a
/// blank.
pub fn reference_line(act: &ActReference) -> String {
    let number = if act.number.trim().is_empty() { "________" } else { act.number.trim() };
    let date = act.date.map_or_else(|| crate::BLANK_DATE.to_owned(), |date| format!("{date} г."));
    format!("{} (акт № {number} от {date})", act.works.trim())
}

/// A document as an act names it: name, number, date, who made it.
pub fn document_line(document: &ActDocument) -> String {
    let date = document.date.map(|date| format!("от {date} г.")).unwrap_or_default();
    let parts = [numbered(document), date];
    let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    by_issuer(line, document)
}

/// The same for a register, which has a column for the date.
fn named(document: &ActDocument) -> String {
    by_issuer(numbered(document), document)
}

fn numbered(document: &ActDocument) -> String {
    let number = bare_number(&document.number);
    let number = if number.is_empty() { String::new() } else { format!("№ {number}") };
    let parts = [document.name.trim().to_owned(), number];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn by_issuer(line: String, document: &ActDocument) -> String {
    match document.issuer.trim() {
        "" => line,
        issuer => format!("{line}, {issuer}"),
    }
}

fn kind_in_words(document: &ActDocument) -> &'static str {
    match document.kind {
        ActDocumentKind::Quality => "Документ о качестве",
        ActDocumentKind::Scheme => "Исполнительная схема",
        ActDocumentKind::Proof => "Результаты испытаний, обследований",
    }
}

fn of_act(act: &Act) -> String {
    let name = match act.form {
        PrintedForm::HiddenWorks => "к акту освидетельствования скрытых работ",
        PrintedForm::Structures => "к акту освидетельствования ответственных конструкций",
    };
    let number = if act.number.trim().is_empty() { "________" } else { act.number.trim() };
    match act.date {
        Some(date) => format!("{name} № {number} от {}", crate::print_date(date)),
        None => format!("{name} № {number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ActDate, StructureFacts};

    #[test]
    fn acts_that_an_act_of_structures_names_stand_in_its_last_register() {
        let date = Some(ActDate { year: 2025, month: 10, day: 7 });
        let named = ActReference { works: "Армирование".to_owned(), number: "1-КЖ".to_owned(), date };
        let undated = ActReference { number: String::new(), date: None, ..named.clone() };
        assert_eq!(reference_line(&named), "Армирование (акт № 1-КЖ от 07.10.2025 г.)");
        assert_eq!(reference_line(&undated), "Армирование (акт № ________ от «__» ________ 20__ г.)");
        let facts = StructureFacts { hidden_work_acts: vec![named, undated], ..StructureFacts::default() };
        let mut act = Act { form: PrintedForm::Structures, structures: Some(facts), ..Act::default() };
        act.documents = vec![ActDocument::default(); MOST_DOCUMENTS_NAMED + 1];
        assert_eq!(appendix_of_acts(&act), 2);
        let found = registers(&act);
        let cells = &found.last().unwrap().rows.cells;
        assert_eq!(
            (found.len(), &cells[0][1..], &cells[1][2..]),
            (2, &["Армирование", "1-КЖ", "07.10.2025"].map(str::to_owned)[..], &["", ""].map(str::to_owned)[..])
        );
        // An act of hidden works has no such item.
        act.form = PrintedForm::HiddenWorks;
        assert_eq!(registers(&act).len(), 1);
    }
}
