use crate::bearing::acted;
use crate::draft::drafts;
use crate::files::acts_sheets;
use crate::finish::slots;
use domain::project_file::ProjectFile;
use domain::{Act, ActDate, Analysis, DocumentSummary};
use forms::{Block, ReturnedSheet, ReturnedValue, act_form, plain_text, read_date};
use std::collections::BTreeSet;

/// A field that an act of the project file has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnField {
    /// Name of the field in the form and in its workbook.
    pub id: &'static str,
    /// Its key in `[[act]]`; that of an act of critical structures stands below `structures`.
    pub key: &'static str,
    /// Whether it is a key of `structures`.
    pub of_structures: bool,
    /// What its value is.
    pub kind: OwnKind,
}

/// What the value of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnKind {
    /// A text.
    Text,
    /// A date.
    Date,
    /// Texts, printed with «; » between them.
    List,
}

const fn own(id: &'static str, key: &'static str, kind: OwnKind) -> OwnField {
    OwnField { id, key, of_structures: false, kind }
}

const fn of_structures(id: &'static str, kind: OwnKind) -> OwnField {
    OwnField { id, key: id, of_structures: true, kind }
}

/// What an edited workbook of acts may change.
pub const OWN_FIELDS: [OwnField; 20] = [
    own("number", "number", OwnKind::Text),
    own("date", "date", OwnKind::Date),
    own("started", "started", OwnKind::Date),
    own("finished", "finished", OwnKind::Date),
    own("works", "name", OwnKind::Text),
    own("performed_by", "performed_by", OwnKind::Text),
    own("project_documentation", "documentation", OwnKind::Text),
    own("materials", "materials", OwnKind::List),
    own("proofs", "proofs", OwnKind::List),
    own("norms", "norms", OwnKind::List),
    own("next_works", "next_works", OwnKind::Text),
    own("additional", "additional", OwnKind::Text),
    own("copies", "copies", OwnKind::Text),
    own("attachments", "attachments", OwnKind::List),
    of_structures("hidden_works", OwnKind::List),
    of_structures("schemes", OwnKind::List),
    of_structures("trials", OwnKind::List),
    of_structures("use_as_intended", OwnKind::Text),
    of_structures("partial_load", OwnKind::Text),
    of_structures("full_load_conditions", OwnKind::Text),
];

/// A value that the engineer changed in a workbook of acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedEdit {
    /// Place of the act among the acts, from 0.
    pub act: usize,
    /// The field.
    pub field: OwnField,
    /// Where it was changed: «лист «№ 1», ячейка B4»; Russian.
    pub place: String,
    /// The text that stands there now; of a date in figures, of a blank one nothing.
    pub text: String,
    /// The date, of a field that is one.
    pub date: Option<ActDate>,
}

/// Why a change cannot be taken; Russian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedRefusal {
    /// Where.
    pub place: String,
    /// Why, and what to do instead.
    pub message: String,
}

/// Compares a workbook of acts that came back with the acts as they are: what was changed, and what of it cannot be taken. Acts
/// whose sheets are not there stay as they are.
pub fn returned_edits(acts: &[Act], sheets: &[ReturnedSheet]) -> (Vec<ReturnedEdit>, Vec<ReturnedRefusal>) {
    let names = acts_sheets(acts);
    let (mut edits, mut refusals) = (Vec::new(), Vec::new());
    for sheet in sheets {
        let known = names.iter().position(|name| name.to_lowercase() == sheet.name.to_lowercase());
        let Some((index, act)) = known.and_then(|index| Some((index, acts.get(index)?))) else {
            // A sheet of the engineer's own notes has none of our cells.
            if sheet.values.contains_key("number") || sheet.name.starts_with('№') {
                refusals.push(ReturnedRefusal {
                    place: format!("лист «{}»", sheet.name),
                    message: "такого акта нет. Листы названы по номерам актов: верните листу его имя или удалите лист, номер \
                              меняйте в ячейке номера."
                        .to_owned(),
                });
            }
            continue;
        };
        compare(index, act, sheet, &mut edits, &mut refusals);
    }
    (edits, refusals)
}

fn compare(
    index: usize,
    act: &Act,
    sheet: &ReturnedSheet,
    edits: &mut Vec<ReturnedEdit>,
    refusals: &mut Vec<ReturnedRefusal>,
) {
    let mut seen = BTreeSet::new();
    for (id, label, before) in values(act) {
        let field = OWN_FIELDS.iter().find(|field| field.id == base(&id));
        // The lines of one field are one value.
        if !seen.insert(field.map_or(id.clone(), |field| field.id.to_owned())) {
            continue;
        }
        let place = |value: &ReturnedValue| format!("лист «{}», ячейка {}", sheet.name, value.cell);
        let mut refuse = |place: String, message: String| refusals.push(ReturnedRefusal { place, message });
        let Some(first) = sheet.values.get(&id) else {
            if !before.is_empty() {
                let message = format!("ячейки поля «{label}» больше нет. Верните строку: её имя в Excel — {id}.");
                refuse(format!("лист «{}»", sheet.name), message);
            }
            continue;
        };
        let Some(field) = field else {
            if first.text != before {
                refuse(place(first), format!("поле «{label}» — общее для актов. {}", where_to_mend(&id)));
            }
            continue;
        };
        let (text, date) = match field.kind {
            OwnKind::Date => match typed_date(first) {
                Ok(date) => (date.map(|date| date.to_string()).unwrap_or_default(), date),
                Err(()) => {
                    let message = format!("«{}» — не дата. Нужно так: 07.10.2025 или «07» октября 2025 г.", first.text);
                    refuse(place(first), message);
                    continue;
                }
            },
            OwnKind::Text | OwnKind::List => (whole(sheet, &id), None),
        };
        let unchanged = if field.kind == OwnKind::Date { date == date_of(act, field.id) } else { text == before };
        if unchanged {
            continue;
        }
        if act.signed {
            refuse(place(first), format!("акт № {} подписан и не меняется.", act.number));
            continue;
        }
        edits.push(ReturnedEdit { act: index, field: *field, place: place(first), text, date });
    }
}

/// What the form prints, field by field: id, label, value.
fn values(act: &Act) -> Vec<(String, String, String)> {
    let mut values = Vec::new();
    let mut push = |id: String, label: &str, value: &str| values.push((id, label.to_owned(), plain_text(value)));
    for block in act_form(act).blocks {
        match block {
            Block::NumberDate { number, date, .. } => {
                push("number".to_owned(), "Номер акта", &number);
                push("date".to_owned(), "Дата акта", &date);
            }
            Block::Field { id, label, rows, .. } => {
                for (index, row) in rows.iter().enumerate() {
                    let id = if index == 0 { id.clone() } else { format!("{id}_{}", index + 1) };
                    push(id, &label, &row.value);
                }
            }
            Block::Dates { lines, .. } => lines.iter().for_each(|line| push(line.id.clone(), &line.label, &line.date)),
            Block::Signature { id, label, name, .. } if !id.starts_with("annex_") => push(id, &label, &name),
            _ => {}
        }
    }
    values
}

/// The field of a line: `materials` of `materials_2`.
fn base(id: &str) -> &str {
    match id.rsplit_once('_') {
        Some((base, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => id,
    }
}

/// The lines of a field as one text.
fn whole(sheet: &ReturnedSheet, id: &str) -> String {
    let first = sheet.values.get(id);
    let more = (2..).map_while(|line| sheet.values.get(&format!("{id}_{line}")));
    let texts = first.into_iter().chain(more).map(|value| value.text.as_str()).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" ")
}

/// The date that was typed; none of a blank one.
fn typed_date(value: &ReturnedValue) -> Result<Option<ActDate>, ()> {
    let text = value.text.trim();
    if value.date.is_some() {
        return Ok(value.date);
    }
    if text.is_empty() || text == forms::BLANK_DATE {
        return Ok(None);
    }
    read_date(text).map(Some).ok_or(())
}

fn date_of(act: &Act, id: &str) -> Option<ActDate> {
    match id {
        "date" => act.date,
        "started" => act.started,
        _ => act.finished,
    }
}

fn where_to_mend(id: &str) -> &'static str {
    match base(id) {
        "object" => "Правится в файле проекта: [object].",
        "developer" | "builder" | "designer" => "Правится в файле проекта: [parties].",
        _ => "Правится в файле проекта: [[people]].",
    }
}

/// Whether an act of the package is one that the project file speaks of, and which draft it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActOrigin {
    /// Which `[[act]]` of the file, from 0.
    pub entry: Option<usize>,
    /// Its place among the drafts, from 1; 0 for an act of the engineer's own.
    pub place: u32,
}

/// Where the acts that [`crate::form_acts`] makes come from, in their order.
pub fn act_origins(summary: &DocumentSummary, analysis: &Analysis, file: &ProjectFile) -> Vec<ActOrigin> {
    let works = acted(analysis);
    let slots = slots::chosen(drafts(summary, analysis), &works, file, &mut Vec::new());
    let entry = |wanted: &domain::project_file::ActEntry| file.acts.iter().position(|own| std::ptr::eq(own, wanted));
    slots.iter().map(|slot| ActOrigin { entry: slot.entry.and_then(entry), place: slot.place }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Organisation, Representative};
    use forms::returned_sheets;

    fn acts() -> Vec<Act> {
        let date = Some(ActDate { year: 2025, month: 10, day: 7 });
        let act = |number: &str, works: &str| Act {
            number: number.to_owned(),
            works: works.to_owned(),
            date,
            object: "Дом".to_owned(),
            builder: Some(Organisation { name: "АО «П»".to_owned(), ..Organisation::default() }),
            norms: vec!["СП 1".to_owned(), "СП 2".to_owned()],
            ..Act::default()
        };
        let mut signed = Act { signed: true, ..act("2", "Бетонирование") };
        signed.representatives.builder =
            Some(Representative { name: "Образцов О.О.".to_owned(), ..Representative::default() });
        vec![act("1", "Армирование"), signed]
    }

    fn sheets(acts: &[Act]) -> Vec<ReturnedSheet> {
        returned_sheets(&crate::acts_workbook(acts).unwrap()).unwrap()
    }

    fn typed(sheet: &mut ReturnedSheet, id: &str, text: &str) {
        sheet.values.get_mut(id).unwrap().text = text.to_owned();
    }

    #[test]
    fn a_workbook_that_nobody_edited_changes_nothing() {
        assert_eq!(returned_edits(&acts(), &sheets(&acts())), (vec![], vec![]));
        assert_eq!(returned_edits(&[Act::default()], &sheets(&[Act::default()])), (vec![], vec![]));
    }

    #[test]
    fn edits_are_found_field_by_field_with_their_cells() {
        let mut sheets = sheets(&acts());
        for (id, text) in [
            ("works", "Армирование плиты"),
            ("date", "08.10.2025"),
            ("started", "«01» октября 2025 г."),
            ("norms", "СП 1; СП 3"),
            ("project_documentation_2", "шифр 1"),
        ] {
            typed(&mut sheets[0], id, text);
        }
        let (edits, refusals) = returned_edits(&acts(), &sheets);
        assert_eq!(refusals, []);
        let told: Vec<_> = edits.iter().map(|edit| (edit.act, edit.field.key, edit.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (0, "date", "08.10.2025"),
                (0, "name", "Армирование плиты"),
                (0, "documentation", "шифр 1"),
                (0, "started", "01.10.2025"),
                (0, "norms", "СП 1; СП 3"),
            ]
        );
        assert!(edits[0].place.starts_with("лист «№ 1», ячейка "), "{}", edits[0].place);
    }

    #[test]
    fn unknown_and_signed_acts_and_common_fields_are_refused() {
        let mut sheets = sheets(&acts());
        typed(&mut sheets[1], "works", "Иное");
        typed(&mut sheets[0], "builder", "АО «Другое»");
        typed(&mut sheets[0], "finished", "когда-то");
        sheets[0].values.remove("norms");
        let mut copy = sheets[0].clone();
        copy.name = "№ 1 (2)".to_owned();
        sheets.push(copy);
        sheets.push(ReturnedSheet { name: "Мои заметки".to_owned(), values: Default::default() });
        let (edits, refusals) = returned_edits(&acts(), &sheets);
        assert_eq!(edits, []);
        let told: Vec<String> = refusals.iter().map(|told| format!("{}: {}", told.place, told.message)).collect();
        let has = |words: &str| told.iter().any(|told| told.contains(words));
        assert_eq!(told.len(), 5, "{told:#?}");
        assert!(has("акт № 2 подписан") && has("[parties]") && has("«когда-то» — не дата"), "{told:#?}");
        assert!(has("больше нет") && has("лист «№ 1 (2)»: такого акта нет"), "{told:#?}");
    }
}
