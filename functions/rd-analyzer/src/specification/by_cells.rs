//! Rows of specifications out of the cells of ruled tables.

use super::{Column, RawRow, measure, parse_number};
use crate::lines::{Sheet, fold, join_wrapped};
use crate::ruled_lists::{evidence, plain_row};
use ::workbook::{column, is_heading};
use domain::{Rect, SpecificationForm, SpecificationRow, Table, TableKind};

/// How far the edges of columns may be off from sheet to sheet, in points.
const OFF_PT: f32 = 8.0;

/// The columns of a table that the next sheet may go on with.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    parts: Vec<Option<Column>>,
    form: SpecificationForm,
    edges: Vec<f32>,
}

/// The rows of ruled specifications, where those tables stand, and the columns to go on with.
pub(super) fn find(
    sheet: &Sheet<'_>,
    before: Option<&Columns>,
    first_table: usize,
) -> (Vec<RawRow>, Vec<Rect>, Option<Columns>) {
    let (mut rows, mut used, mut last) = (Vec::new(), Vec::new(), None);
    for (place, table) in sheet.page.tables.iter().enumerate().filter(|(_, table)| table.ruled) {
        let own = columns(table);
        let begins = own.is_some();
        let goes_on = || {
            let same = |columns: &&Columns| {
                let shift = table.column_edges.first().copied().unwrap_or_default()
                    - columns.edges.first().copied().unwrap_or_default();
                columns.edges.len() == table.column_edges.len()
                    && columns.edges.iter().zip(&table.column_edges).all(|(a, b)| (b - a - shift).abs() < OFF_PT)
            };
            before.filter(same).map(|columns| (columns.clone(), 0))
        };
        let Some((columns, first)) = own.or_else(goes_on) else { continue };
        for row in first..table.row_count() {
            if let Some(row) = read(sheet, table, &columns, row) {
                // Rows of a table that goes on belong to it: it has the number of the first one of the set before.
                let table = if begins { first_table + place } else { first_table };
                rows.push(RawRow { row, table, begins });
            }
        }
        used.push(table.bounds);
        last = Some(columns);
    }
    (rows, used, last)
}

/// The columns by the heading of the table, and its first row.
fn columns(table: &Table) -> Option<(Columns, u32)> {
    if !matches!(
        table.kind,
        TableKind::Specification | TableKind::EquipmentList | TableKind::WorkQuantities | TableKind::Unknown
    ) {
        return None;
    }
    let heading = table.heading_rows.max(1).min(table.row_count());
    let mut labels = vec![String::new(); table.column_count() as usize];
    for row in 0..heading {
        for (label, text) in labels.iter_mut().zip(plain_row(table, row)) {
            *label = join_wrapped([label.as_str(), text.as_str()]);
        }
    }
    let parts: Vec<Option<Column>> = labels.iter().map(|label| column(label)).collect();
    if !is_heading(&parts) {
        return None;
    }
    let has = |part: Column| parts.contains(&Some(part));
    let works = labels.iter().any(|label| fold(label).contains("наименование работ"));
    let form = if table.kind == TableKind::WorkQuantities || works {
        SpecificationForm::Quantities
    } else if has(Column::Unit) && (has(Column::Maker) || has(Column::Code)) {
        SpecificationForm::Equipment
    } else {
        SpecificationForm::Drawing
    };
    Some((Columns { parts, form, edges: table.column_edges.clone() }, heading))
}

fn read(sheet: &Sheet<'_>, table: &Table, columns: &Columns, row: u32) -> Option<SpecificationRow> {
    let texts = plain_row(table, row);
    let numbered = texts.len() > 2 && texts.iter().zip(1_u32..).all(|(text, number)| *text == number.to_string());
    if numbered {
        return None;
    }
    let text = |wanted: Column| {
        let at = columns.parts.iter().position(|part| *part == Some(wanted));
        at.and_then(|at| texts.get(at)).cloned().unwrap_or_default()
    };
    let name = text(Column::Name);
    // A section over all columns stands in the first of them.
    let alone: Vec<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
    let name = match alone.as_slice() {
        [only] if name.is_empty() && only.chars().any(char::is_alphabetic) => (*only).clone(),
        _ => name,
    };
    let spanning = alone.len() == 1 && text(Column::Name).is_empty();
    let position = if spanning { String::new() } else { text(Column::Position) };
    let (unit, note) = (text(Column::Unit), text(Column::Note));
    let quantity = parse_number(&text(Column::Quantity));
    let mark_or_type = if spanning { String::new() } else { text(Column::MarkOrType) };
    let says = name.chars().any(char::is_alphabetic) || !mark_or_type.is_empty() || quantity.is_some();
    if !says || fold(&name).starts_with("наименование") {
        return None;
    }
    let measured = measure(&unit).or_else(|| measure(&note)).map(str::to_owned);
    Some(SpecificationRow {
        position,
        name,
        mark_or_type,
        code: text(Column::Code),
        maker: text(Column::Maker),
        unit,
        quantity,
        mass_kg: parse_number(&text(Column::Mass)),
        note,
        measure: measured,
        section: String::new(),
        full_name: None,
        item_number: None,
        form: columns.form,
        is_sum: false,
        evidence: evidence(sheet, table, row, 0.95)?,
    })
}
