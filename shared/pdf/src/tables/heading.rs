//! What a table is by the words of its heading.

use domain::{Page, Table, TableKind, Word};

/// Rows within which a heading ends.
const DEEPEST: u32 = 6;
/// Letters of a name.
const NAME_LETTERS: usize = 4;
/// How many type heights over a table its name may stand.
const TITLE_REACH: f32 = 2.5;

/// The kind of a table and how many rows are its heading.
pub(super) fn read(table: &Table) -> (TableKind, u32) {
    let rows = table.row_count().min(DEEPEST);
    let numbers = (0..rows).find(|&row| numbers_columns(table, row));
    let last = numbers.unwrap_or(rows.saturating_sub(1));
    for deep in 1..=last.max(1) {
        let kind = kind_of(&columns_down_to(table, deep));
        if kind != TableKind::Unknown {
            return (kind, numbers.map_or_else(|| reach(table, deep), |row| row + 1));
        }
    }
    if let Some(row) = numbers {
        return (TableKind::Unknown, row + 1);
    }
    let heading = (0..rows).find(|&row| !is_title(table, row)).filter(|&row| names_all_columns(table, row));
    (TableKind::Unknown, heading.map_or(0, |row| reach(table, row + 1)))
}

/// The kind of a table without a heading, by the name over it.
pub(super) fn kind_by_title(page: &Page, table: &Table) -> TableKind {
    let above = |word: &&Word| {
        let (x, y) = word.bounds.centre();
        let reach = TITLE_REACH * word.bounds.height();
        (table.bounds.x0..=table.bounds.x1).contains(&x)
            && y < table.bounds.y0
            && word.bounds.y1 + reach > table.bounds.y0
    };
    let title: String = page.words.iter().filter(above).flat_map(|word| letters(&word.text)).collect();
    let columns = table.column_count();
    if title.contains("ведомостьрабочихчертежей") && columns <= 4 {
        TableKind::DrawingList
    } else if title.contains("ссылочных") && columns <= 4 {
        TableKind::References
    } else if title.contains("спецификация") && columns >= 5 {
        TableKind::Specification
    } else if title.contains("ведомостьобъемовработ") && columns >= 4 {
        TableKind::WorkQuantities
    } else {
        TableKind::Unknown
    }
}

/// Whether a row of the heading numbers the columns.
pub(super) fn has_numbers(table: &Table) -> bool {
    table.heading_rows.checked_sub(1).is_some_and(|row| numbers_columns(table, row))
}

/// Whether some column names things: figures in columns are dimensions as often as tables.
pub(super) fn names_things(table: &Table) -> bool {
    // Of each column how many cells are filled, and how many of these with names.
    let mut columns = vec![(0u32, 0u32); table.column_count() as usize];
    for cell in table.cells.iter().filter(|cell| !cell.text.is_empty()) {
        let letters = cell.text.chars().filter(|letter| letter.is_alphabetic()).count();
        if let Some((filled, named)) = columns.get_mut(cell.column as usize) {
            *filled += 1;
            *named += u32::from(letters >= NAME_LETTERS);
        }
    }
    columns.iter().any(|&(filled, named)| named >= 2 && named * 2 >= filled)
}

/// «1 2 3 …» across all columns.
fn numbers_columns(table: &Table, row: u32) -> bool {
    let texts = table.row_texts(row);
    texts.len() > 2 && texts.iter().zip(1u32..).all(|(text, number)| text.parse() == Ok(number))
}

/// How many rows the cells that begin in the first `deep` rows take.
fn reach(table: &Table, deep: u32) -> u32 {
    let heads = table.cells.iter().filter(|cell| cell.row < deep && cell.column_span < table.column_count());
    heads.map(|cell| cell.row + cell.row_span).max().unwrap_or(deep)
}

/// A row that is one cell: the name of the table or of a section.
fn is_title(table: &Table, row: u32) -> bool {
    table.cells.iter().any(|cell| cell.row == row && cell.column_span == table.column_count())
}

/// Whether every column has a name in this row; one with figures may name several columns («Арматура класса А500С»), but
/// over a single one it is an entry.
fn names_all_columns(table: &Table, row: u32) -> bool {
    let mut named = 0;
    for cell in table.cells.iter().filter(|cell| cell.row == row) {
        let has_figures = cell.text.chars().any(|letter| letter.is_ascii_digit());
        if !cell.text.chars().any(char::is_alphabetic) || has_figures && cell.column_span == 1 {
            return false;
        }
        named += cell.column_span;
    }
    named == table.column_count()
}

/// What stands over each column in the first rows, letters only.
fn columns_down_to(table: &Table, deep: u32) -> Vec<String> {
    let mut columns = vec![String::new(); table.column_count() as usize];
    let heads = table.cells.iter().filter(|cell| cell.row < deep && cell.column_span < table.column_count());
    for cell in heads {
        let own = columns.iter_mut().skip(cell.column as usize).take(cell.column_span as usize);
        for column in own {
            column.extend(letters(&cell.text));
        }
    }
    columns
}

/// Letters in lower case: hyphens at line ends, dots and figures are no part of a column's name.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).map(|letter| match letter {
        'ё' => 'е',
        other => other,
    })
}

fn kind_of(columns: &[String]) -> TableKind {
    let any = |part: &str| columns.iter().any(|column| column.contains(part));
    let starts = |part: &str| columns.iter().any(|column| column.starts_with(part));
    let named = columns.iter().filter(|column| !column.is_empty()).count();
    let has_name = any("наименование");
    let has_quantity = starts("кол") || any("количество");
    let has_place = starts("поз") || any("маркапоз") || starts("марка") || any("позиция");
    let has_maker = any("завод") || any("изготовитель") || any("поставщик");
    if any("техническаяхарактеристика") && (has_maker || any("код")) || has_maker && any("опросноголиста")
    {
        TableKind::EquipmentList
    } else if any("наименованиедокумента") && (any("лист") || any("стр")) && named > 3 {
        TableKind::Register
    } else if has_place && has_quantity && has_name && any("обозначение") {
        TableKind::Specification
    } else if (any("работ") || any("видработ")) && starts("ед") && (has_quantity || any("объем")) {
        TableKind::WorkQuantities
    } else if has_name && starts("лист") && named <= 4 && !has_place && !has_quantity && starts("примечани")
    {
        TableKind::DrawingList
    } else if has_name && starts("обозначение") && named <= 4 && !has_place && !has_quantity && starts("примечани")
    {
        TableKind::References
    } else {
        TableKind::Unknown
    }
}
