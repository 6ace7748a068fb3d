use crate::{Column, Sheet, WorkbookError, column, is_heading, number, sheets};
use std::fmt;

/// Rows within which a heading begins: above it there may be a title, the firm and the object.
pub const HEADING_WITHIN: usize = 30;

/// So many faults tell a person enough.
const MOST_FAULTS: usize = 20;

/// What is wrong with a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No sheet has a heading with names and quantities: the sheets that were looked at.
    NoHeading {
        /// Their names.
        sheets: Vec<String>,
    },
    /// Under the heading no row has a quantity.
    NoQuantity {
        /// The sheet.
        sheet: String,
        /// Cell of the heading of quantities.
        cell: String,
    },
    /// A quantity is no number.
    NotANumber {
        /// The sheet.
        sheet: String,
        /// The cell: «D7».
        cell: String,
        /// What stands there.
        text: String,
    },
    /// A formula failed.
    FailedFormula {
        /// The sheet.
        sheet: String,
        /// The cell.
        cell: String,
        /// What the spreadsheet shows.
        shown: String,
    },
}

/// What is wrong, where, and what to do: a Russian sentence.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeading { sheets } => {
                let sheets: Vec<String> = sheets.iter().map(|sheet| format!("«{sheet}»")).collect();
                write!(
                    formatter,
                    "Ни на одном листе ({}) нет строки заголовка с «Наименование», «Кол-во» и «Поз.», «Ед. изм.» или \
                     «Обозначение»: добавьте её.",
                    sheets.join(", ")
                )
            }
            Self::NoQuantity { sheet, cell } => {
                write!(formatter, "Лист «{sheet}»: под заголовком {cell} нет ни одного количества.")
            }
            Self::NotANumber { sheet, cell, text } => {
                write!(formatter, "Лист «{sheet}», ячейка {cell}: «{text}» — не число.")
            }
            Self::FailedFormula { sheet, cell, shown } => {
                write!(formatter, "Лист «{sheet}», ячейка {cell}: ошибка формулы {shown}.")
            }
        }
    }
}

/// What keeps a workbook from being read whole, in the order of its sheets and rows, twenty at most; none when its rows
/// can be taken. Quantities in words («по месту») are no fault: such rows are read without a quantity.
///
/// # Errors
/// When the bytes are too many, or no XLSX.
pub fn faults(bytes: &[u8]) -> Result<Vec<Fault>, WorkbookError> {
    let sheets = sheets(bytes)?;
    let mut found = Vec::new();
    let mut headed = false;
    for sheet in &sheets {
        if let Some((first, columns)) = heading(sheet) {
            headed = true;
            of_sheet(sheet, first, &columns, &mut found);
        }
    }
    if !headed {
        found = vec![Fault::NoHeading { sheets: sheets.into_iter().map(|sheet| sheet.name).collect() }];
    }
    found.truncate(MOST_FAULTS);
    Ok(found)
}

/// The first row under the heading, and what the columns hold.
fn heading(sheet: &Sheet) -> Option<(usize, Vec<Option<Column>>)> {
    (0..sheet.rows.len().min(HEADING_WITHIN)).find_map(|first| {
        [1, 2].into_iter().find_map(|rows| {
            let labels = sheet.rows.get(first..first + rows)?;
            let columns = labels.first()?.iter().enumerate().map(|(at, _)| {
                let label: Vec<&str> = labels.iter().filter_map(|row| row.get(at)).map(String::as_str).collect();
                column(&label.join(" "))
            });
            let columns: Vec<Option<Column>> = columns.collect();
            is_heading(&columns).then_some((first + rows, columns))
        })
    })
}

fn of_sheet(sheet: &Sheet, first: usize, columns: &[Option<Column>], found: &mut Vec<Fault>) {
    let told = |at: usize| matches!(columns.get(at), Some(Some(Column::Name | Column::Quantity | Column::Unit)));
    let Some(quantity) = columns.iter().position(|one| *one == Some(Column::Quantity)) else { return };
    let mut counted = 0;
    for (row, texts) in sheet.rows.iter().enumerate().skip(first) {
        for (_, at, shown) in sheet.failed.iter().filter(|(line, at, _)| *line == row && told(*at)) {
            let (sheet, cell) = (sheet.name.clone(), sheet.cell(row, *at));
            found.push(Fault::FailedFormula { sheet, cell, shown: shown.clone() });
        }
        let text = texts.get(quantity).map(String::as_str).unwrap_or_default();
        if number(text).is_some() {
            counted += 1;
        } else if text.contains(|letter: char| letter.is_ascii_digit()) && !is_number_with_unit(text) {
            let (sheet, cell) = (sheet.name.clone(), sheet.cell(row, quantity));
            found.push(Fault::NotANumber { sheet, cell, text: text.to_owned() });
        }
    }
    if counted == 0 && found.is_empty() {
        let (sheet, cell) = (sheet.name.clone(), sheet.cell(first.saturating_sub(1), quantity));
        found.push(Fault::NoQuantity { sheet, cell });
    }
}

/// «12 шт»: the row is read, though without its quantity.
fn is_number_with_unit(text: &str) -> bool {
    let end = text.find(char::is_alphabetic).unwrap_or(text.len());
    let (figures, unit) = text.split_at(end);
    number(figures).is_some()
        && !unit.contains(|letter: char| letter.is_ascii_digit() && letter != '2' && letter != '3')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{Formula, Workbook};

    fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
        let mut workbook = Workbook::new();
        for (name, rows) in sheets {
            let sheet = workbook.add_worksheet().set_name(*name).unwrap();
            for (row, texts) in (0..).zip(*rows) {
                for (column, text) in (0..).zip(*texts) {
                    if let Some(shown) = text.strip_prefix('=') {
                        let formula = Formula::new("=A1/0").set_result(shown);
                        sheet.write_formula(row, column, formula).unwrap();
                    } else if let Ok(number) = text.parse::<f64>() {
                        sheet.write_number(row, column, number).unwrap();
                    } else {
                        sheet.write_string(row, column, *text).unwrap();
                    }
                }
            }
        }
        workbook.save_to_buffer().unwrap()
    }

    const HEADING: &[&str] = &["№ п/п", "Наименование работ", "Ед. изм.", "Кол-во"];

    #[test]
    fn a_whole_workbook_has_no_faults() {
        let bytes = workbook(&[
            ("Титул", &[&["Ведомость объемов работ"]]),
            (
                "ВОР",
                &[
                    HEADING,
                    &["1", "Разработка траншеи", "м3", "120.5"],
                    &["2", "Засыпка", "м3", "по месту"],
                    &["3", "Колодцы", "шт", "2 компл."],
                ],
            ),
        ]);
        assert_eq!(faults(&bytes).unwrap(), []);
    }

    #[test]
    fn faults_are_told_by_sheet_and_cell() {
        let rows: &[&[&str]] = &[
            &["Объект"],
            HEADING,
            &["1", "Траншея", "м3", "12..5"],
            &["2", "Засыпка", "м3", "1,5 2,5"],
            &["3", "Колодец", "шт", "=#REF!"],
            &["4", "Труба", "м", "7"],
        ];
        let found = faults(&workbook(&[("ВОР", rows)])).unwrap();
        let not_a_number =
            |cell: &str, text: &str| Fault::NotANumber { sheet: "ВОР".into(), cell: cell.into(), text: text.into() };
        assert_eq!(found.get(..2), Some([not_a_number("D3", "12..5"), not_a_number("D4", "1,5 2,5")].as_slice()));
        assert_eq!(
            found.get(2),
            Some(&Fault::FailedFormula { sheet: "ВОР".into(), cell: "D5".into(), shown: "#REF!".into() })
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_workbook_without_heading_or_quantities_says_so() {
        let letter = workbook(&[("Письмо", &[&["Уважаемый Иван Иванович"]])]);
        assert_eq!(faults(&letter).unwrap(), [Fault::NoHeading { sheets: vec!["Письмо".into()] }]);
        let empty = workbook(&[("ВОР", &[HEADING, &["1", "Засыпка", "м3", ""]])]);
        assert_eq!(faults(&empty).unwrap(), [Fault::NoQuantity { sheet: "ВОР".into(), cell: "D1".into() }]);
    }
}
