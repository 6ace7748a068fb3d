//! Writes values into a project file that an engineer wrote: comments, order and layout stay as they are.

use aosr_generator::{OwnKind, ReturnedEdit};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// Which `[[act]]` a value belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// The one of this number, from 0.
    Known(usize),
    /// One that is to be added for the draft of this work.
    OfWork(String),
    /// One that is to be added for the draft at this place, from 1: its name is that of others, too.
    AtPlace(u32),
}

/// The project file with the values in it.
///
/// # Errors
/// Why it cannot be changed, in Russian.
pub(super) fn edited(text: &str, edits: &[(Entry, &ReturnedEdit)]) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|_error| "его разметку TOML не удалось разобрать для правки.".to_owned())?;
    let mut added: Vec<(&Entry, Table)> = Vec::new();
    for (entry, edit) in edits {
        match entry {
            Entry::Known(number) => put(known(&mut document, *number)?, edit)?,
            new => {
                let found = added.iter().position(|(own, _)| *own == new);
                let index = found.unwrap_or_else(|| {
                    added.push((new, named(new)));
                    added.len() - 1
                });
                let (_, table) = added.get_mut(index).ok_or("раздел [[act]] не добавлен.")?;
                put(table, edit)?;
            }
        }
    }
    if !added.is_empty() {
        let acts = document.entry("act").or_insert(Item::ArrayOfTables(Default::default()));
        let acts = acts.as_array_of_tables_mut().ok_or(
            "раздел act записан одной строкой. Запишите его разделами [[act]], чтобы программа могла добавить свой.",
        )?;
        for (_, mut table) in added {
            table.decor_mut().set_prefix("\n");
            acts.push(table);
        }
    }
    Ok(document.to_string())
}

fn known(document: &mut DocumentMut, number: usize) -> Result<&mut dyn TableLike, String> {
    let found = match document.get_mut("act") {
        Some(Item::ArrayOfTables(tables)) => tables.get_mut(number).map(|table| table as &mut dyn TableLike),
        Some(Item::Value(Value::Array(tables))) => {
            tables.get_mut(number).and_then(Value::as_inline_table_mut).map(|table| table as &mut dyn TableLike)
        }
        _ => None,
    };
    found.ok_or_else(|| format!("в нём не найден {}-й раздел [[act]].", number + 1))
}

fn named(entry: &Entry) -> Table {
    let mut table = Table::new();
    let work = match entry {
        Entry::OfWork(name) => Value::from(name.as_str()),
        Entry::AtPlace(place) => Value::from(i64::from(*place)),
        Entry::Known(_) => return table,
    };
    table.insert("work", Item::Value(work));
    table
}

fn put(table: &mut dyn TableLike, edit: &ReturnedEdit) -> Result<(), String> {
    if !edit.field.of_structures {
        put_value(table, edit);
        return Ok(());
    }
    let structures = table.entry("structures").or_insert(Item::Value(Value::InlineTable(InlineTable::new())));
    let structures = structures.as_table_like_mut().ok_or("ключ structures в нём — не таблица.")?;
    put_value(structures, edit);
    Ok(())
}

fn put_value(table: &mut dyn TableLike, edit: &ReturnedEdit) {
    let key = edit.field.key;
    let value = match edit.field.kind {
        OwnKind::Date => edit
            .date
            .and_then(|date| {
                format!("{:04}-{:02}-{:02}", date.year, date.month, date.day).parse::<toml_edit::Datetime>().ok()
            })
            .map(Value::from),
        OwnKind::Text if edit.text.is_empty() => None,
        OwnKind::Text => Some(Value::from(edit.text.as_str())),
        OwnKind::List => Some(Value::Array(entries(&edit.text).into_iter().collect::<Array>())),
    };
    let Some(mut value) = value else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            // The remark at the end of its line stays.
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// The entries of a list that was printed with «; » between them; what stands in parentheses is not parted.
fn entries(text: &str) -> Vec<String> {
    let (mut entries, mut entry, mut depth) = (Vec::new(), String::new(), 0_i32);
    for sign in text.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth <= 0 => {
                entries.push(std::mem::take(&mut entry));
                continue;
            }
            _ => {}
        }
        entry.push(sign);
    }
    entries.push(entry);
    entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aosr_generator::OWN_FIELDS;
    use domain::ActDate;

    fn edit(id: &str, text: &str, date: Option<ActDate>) -> ReturnedEdit {
        let field = *OWN_FIELDS.iter().find(|field| field.id == id).unwrap();
        ReturnedEdit { act: 0, field, place: String::new(), text: text.to_owned(), date }
    }

    const FILE: &str = "# Объект\n[object]\nname = \"Дом\"\n\n[[act]] # первый\nwork = 1\ndate = 2025-10-07 # по \
                        журналу\nadditional = \"Нет\"\n\n[[act]]\nwork = \"Бетонирование\"\n\n[bundle]\nname = \"Том 1\"\n";

    #[test]
    fn values_are_put_in_place_and_the_rest_of_the_file_stays() {
        let date = Some(ActDate { year: 2025, month: 10, day: 8 });
        let (first, second) = (Entry::Known(0), Entry::Known(1));
        let edits = [edit("date", "", date), edit("additional", "", None), edit("norms", "СП 1 (п. 2; 3); СП 2", None)];
        let trials = edit("trials", "Протокол № 1", None);
        let pairs = [(first.clone(), &edits[0]), (first, &edits[1]), (second.clone(), &edits[2]), (second, &trials)];
        let wanted = FILE
            .replace("date = 2025-10-07 # по", "date = 2025-10-08 # по")
            .replace("additional = \"Нет\"\n", "")
            .replace(
                "work = \"Бетонирование\"\n",
                "work = \"Бетонирование\"\nnorms = [\"СП 1 (п. 2; 3)\", \"СП 2\"]\nstructures = { trials = [\"Протокол № 1\"] }\n",
            );
        assert_eq!(edited(FILE, &pairs).unwrap(), wanted);
    }

    #[test]
    fn an_act_that_the_file_does_not_speak_of_is_added_once() {
        let edits = [edit("works", "«Кавычки» \"и\" \\ [[act]]", None), edit("copies", "3", None)];
        let new = Entry::OfWork("Засыпка".to_owned());
        let written =
            edited(FILE, &[(new.clone(), &edits[0]), (new, &edits[1]), (Entry::AtPlace(7), &edits[1])]).unwrap();
        let file = domain::project_file::ProjectFile::parse(written.as_bytes()).unwrap();
        assert_eq!(file.acts.len(), 4, "{written}");
        assert_eq!(file.acts[2].name.as_deref(), Some("«Кавычки» \"и\" \\ [[act]]"));
        assert_eq!((file.acts[2].copies.as_deref(), file.acts[3].copies.as_deref()), (Some("3"), Some("3")));
        assert_eq!(file.object, "Дом");
        let alone = edited("", &[(Entry::AtPlace(1), &edits[1])]).unwrap();
        assert_eq!(alone.trim(), "[[act]]\nwork = 1\ncopies = \"3\"");
    }

    #[test]
    fn a_file_that_cannot_be_changed_says_why() {
        let copies = edit("copies", "3", None);
        assert!(edited("[[act", &[]).is_err());
        assert!(edited(FILE, &[(Entry::Known(5), &copies)]).unwrap_err().contains("6-й"));
        let inline = edited("act = [{ work = 1 }]\n", &[(Entry::Known(0), &copies)]).unwrap();
        assert!(inline.contains("copies = \"3\""), "{inline}");
        assert!(edited("act = [{ work = 1 }]\n", &[(Entry::AtPlace(2), &copies)]).unwrap_err().contains("[[act]]"));
    }
}
