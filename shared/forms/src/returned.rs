use crate::cell_reference::{address, parsed};
use crate::plain::plain_text;
use calamine::{Data, Reader, Xlsx};
use domain::ActDate;
use std::collections::BTreeMap;
use std::io::Cursor;

/// Largest workbook of acts that is read.
const LARGEST_BYTES: usize = 64 << 20;

/// A sheet of a workbook of acts that an engineer edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedSheet {
    /// Name of the sheet.
    pub name: String,
    /// What stands in its named cells, by the field; a value that was divided into rows is whole again.
    pub values: BTreeMap<String, ReturnedValue>,
}

/// What stands in a named cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedValue {
    /// The cell, such as `B12`.
    pub cell: String,
    /// Its text, white space in it one space.
    pub text: String,
    /// The date, where Excel made one of what was typed.
    pub date: Option<ActDate>,
}

/// Why a workbook cannot be read; Russian.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReturnedError(pub String);

/// Reads a workbook of acts back: the sheets in their order, each with what stands in the cells that [`crate::forms_xlsx`] named.
///
/// # Errors
/// When it is no workbook of Excel, or is too large.
pub fn returned_sheets(bytes: &[u8]) -> Result<Vec<ReturnedSheet>, ReturnedError> {
    if bytes.len() > LARGEST_BYTES {
        return Err(ReturnedError("Книга больше 64 МБ: это не книга актов.".to_owned()));
    }
    let refused = |_error| ReturnedError("Это не книга Excel (XLSX) или она повреждена.".to_owned());
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let names = workbook.defined_names().to_vec();
    let mut sheets = Vec::new();
    for sheet in workbook.sheet_names() {
        let Ok(range) = workbook.worksheet_range(&sheet) else { continue };
        let mut values: BTreeMap<String, ReturnedValue> = BTreeMap::new();
        let mut parts: BTreeMap<(String, usize), String> = BTreeMap::new();
        for (name, reference) in &names {
            let Some((own, (row, column), _)) = parsed(reference) else { continue };
            if own.to_lowercase() != sheet.to_lowercase() {
                continue;
            }
            let content = range.get_value((row - 1, column - 1)).unwrap_or(&Data::Empty);
            let (text, date) = shown(content);
            // `materials_more_2` goes on with `materials`.
            match name.rsplit_once("_more_").and_then(|(field, part)| Some((field, part.parse().ok()?))) {
                Some((field, part)) => {
                    parts.insert((field.to_owned(), part), text);
                }
                None => {
                    values.insert(name.clone(), ReturnedValue { cell: address((row, column)), text, date });
                }
            }
        }
        for ((field, _), text) in parts {
            if let Some(value) = values.get_mut(&field).filter(|_| !text.is_empty()) {
                value.text = format!("{} {text}", value.text).trim_start().to_owned();
            }
        }
        sheets.push(ReturnedSheet { name: sheet, values });
    }
    Ok(sheets)
}

/// The text of a cell, and its date where it is one.
fn shown(content: &Data) -> (String, Option<ActDate>) {
    match content {
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let date = ActDate::of_calendar(year, month, day);
            (date.map(|date| date.to_string()).unwrap_or_default(), date)
        }
        other => (plain_text(&other.to_string()), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{act_form, forms_xlsx};
    use domain::Act;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    #[test]
    fn what_was_written_is_read_back_field_by_field() {
        let long: Vec<String> = (1..90).map(|n| format!("труба {n}, сертификат № {n}")).collect();
        let acts = [
            Act { number: "1-КЖ".to_owned(), works: "=Армирование".to_owned(), ..Act::default() },
            Act { number: "2/О'Нил".to_owned(), materials: long.clone(), ..Act::default() },
        ];
        let forms = acts.map(|act| (format!("№ {}", act.number), act_form(&act)));
        let sheets = returned_sheets(&forms_xlsx(&forms).unwrap()).unwrap();
        assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["№ 1-КЖ", "№ 2_О'Нил"]);
        let text = |sheet: usize, field: &str| sheets[sheet].values[field].text.clone();
        assert_eq!((text(0, "number"), text(0, "works")), ("1-КЖ".to_owned(), "=Армирование".to_owned()));
        assert_eq!((text(0, "project_documentation_2"), text(1, "number")), (String::new(), "2/О'Нил".to_owned()));
        assert_eq!(text(1, "materials"), long.join("; "));
    }

    #[test]
    fn numbers_and_dates_that_excel_made_are_text_and_dates() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("А").unwrap();
        sheet.write_number(0, 0, 3).unwrap();
        let format = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_datetime_with_format(1, 0, ExcelDateTime::from_ymd(2025, 10, 7).unwrap(), &format).unwrap();
        workbook.define_name("copies", "=А!$A$1").unwrap();
        workbook.define_name("date", "=А!$A$2").unwrap();
        let sheets = returned_sheets(&workbook.save_to_buffer().unwrap()).unwrap();
        let values = &sheets[0].values;
        assert_eq!((values["copies"].text.as_str(), values["copies"].cell.as_str()), ("3", "A1"));
        assert_eq!(values["date"].date, Some(ActDate { year: 2025, month: 10, day: 7 }));
        assert_eq!(values["date"].text, "07.10.2025");
    }

    #[test]
    fn what_is_no_workbook_is_refused_in_russian() {
        assert!(returned_sheets(b"%PDF-1.7").unwrap_err().to_string().contains("XLSX"));
    }
}
