//! Specifications without rules, or with rules that cannot be told: by the words of their header rows.

use super::{Column, parse_number};
use crate::{
    drawing_list::tokens_in,
    headings::{self, HeadingLine},
    lines::{Line, Sheet, Token, fold},
    table::{self, Costs, Row},
};
use domain::{Rect, SpecificationForm, SpecificationRow};

/// Names of sections and of groups stand without position and quantity: leaving them alone is nearly free.
const COSTS: Costs = Costs { free_group: 0.8, empty_anchor: 2.0 };

/// Where the columns of a specification stand.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    columns: Vec<(Column, Rect)>,
    x0: f32,
    x1: f32,
    top: f32,
    /// The nine columns of СО, which fill the sheet, rather than a table on a drawing.
    full_sheet: bool,
    page_width_pt: f32,
}

/// The rows of every specification on the sheet. `before` is the layout of the sheet before, for sheets that go on
/// without a header row; the layout to go on with comes back.
pub(crate) fn find(
    sheet: &Sheet<'_>,
    headings: &[HeadingLine],
    block: Option<Rect>,
    before: Option<&Layout>,
    used: &[Rect],
) -> (Vec<SpecificationRow>, Option<Layout>) {
    let mut layouts = layouts(sheet);
    let whole = layouts.iter().find(|layout| layout.full_sheet).cloned();
    // What stands in a ruled table was read by its cells.
    layouts.retain(|layout| {
        !layout.columns.iter().any(|(_, label)| {
            let (x, y) = label.centre();
            used.iter().any(|area| area.contains(x, y))
        })
    });
    if layouts.is_empty()
        && used.is_empty()
        && block.is_some()
        && let Some(before) = before.filter(|layout| (layout.page_width_pt - sheet.page.width_pt).abs() < 4.0)
    {
        layouts.push(Layout { top: 0.0, ..before.clone() });
    }
    let rows = layouts.iter().flat_map(|layout| read(sheet, headings, block, layout, &layouts)).collect();
    (rows, whole.or_else(|| layouts.into_iter().find(|layout| layout.full_sheet)))
}

fn layouts(sheet: &Sheet<'_>) -> Vec<Layout> {
    let mut found: Vec<Layout> = Vec::new();
    for token in sheet.tokens.iter().filter(|token| fold(&token.text) == "наименование") {
        if let Some(layout) = layout_around(sheet, token) {
            found.push(layout);
        }
    }
    found
}

/// The header row around the label «Наименование».
fn layout_around(sheet: &Sheet<'_>, name: &Token<'_>) -> Option<Layout> {
    let (name_x, name_y) = name.bounds.centre();
    let reach = 5.5 * name.height();
    let labels: Vec<(Column, Rect)> = sheet
        .tokens
        .iter()
        .filter(|token| (token.bounds.centre().1 - name_y).abs() < reach)
        .filter_map(|token| label(&token.text).map(|column| (column, token.bounds)))
        .collect();
    let nearest = |column: Column, right: bool, far: f32| {
        labels
            .iter()
            .filter(|(kind, _)| *kind == column)
            .map(|(_, bounds)| *bounds)
            .filter(|bounds| if right { bounds.x0 > name_x } else { bounds.x1 < name_x })
            .filter(|bounds| (bounds.centre().0 - name_x).abs() < far)
            .min_by(|a, b| (a.centre().0 - name_x).abs().total_cmp(&(b.centre().0 - name_x).abs()))
    };
    let position = nearest(Column::Position, false, 500.0)?;
    let note = nearest(Column::Note, true, 1100.0)?;
    let inside = |bounds: &Rect| bounds.x0 > position.x0 && bounds.x1 < note.x1;
    let mut columns: Vec<(Column, Rect)> = vec![(Column::Position, position), (Column::Name, name.bounds)];
    // «Обозначение» stands before the name in form 7, «Тип, марка» behind it in СО.
    let mark = nearest(Column::MarkOrType, false, 400.0)
        .filter(|bounds| bounds.x0 > position.x1)
        .or_else(|| nearest(Column::MarkOrType, true, 700.0));
    columns.extend(mark.filter(inside).map(|bounds| (Column::MarkOrType, bounds)));
    for column in [Column::Code, Column::Maker, Column::Unit, Column::Quantity, Column::Mass] {
        let bounds = nearest(column, true, 1000.0).filter(inside);
        columns.extend(bounds.map(|bounds| (column, bounds)));
    }
    columns.push((Column::Note, note));
    columns.sort_by(|a, b| a.1.centre().0.total_cmp(&b.1.centre().0));
    let has = |wanted: Column| columns.iter().any(|(column, _)| *column == wanted);
    if !(has(Column::Quantity) && has(Column::MarkOrType)) {
        return None;
    }
    let full_sheet = has(Column::Unit) && (has(Column::Maker) || has(Column::Code));
    // СО: 20, 130, 60, 35, 45, 20, 20, 25, 40 mm; form 7: 15, 60, 65, 10, 15, 20 mm.
    let (span_mm, half_left_mm, half_right_mm) = if full_sheet { (365.0, 10.0, 20.0) } else { (167.5, 7.5, 10.0) };
    let mm = (note.centre().0 - position.centre().0) / span_mm;
    let (x0, x1) = (position.centre().0 - 1.1 * half_left_mm * mm, note.centre().0 + 1.1 * half_right_mm * mm);
    let top = header_bottom(sheet, &columns, x0, x1);
    Some(Layout { columns, x0, x1, top, full_sheet, page_width_pt: sheet.page.width_pt })
}

/// Where the header row ends: under its last wrapped line, or under the row of figures 1 … 9.
fn header_bottom(sheet: &Sheet<'_>, columns: &[(Column, Rect)], x0: f32, x1: f32) -> f32 {
    let mut bottom = columns.iter().map(|(_, bounds)| bounds.y1).fold(f32::NEG_INFINITY, f32::max);
    let height = columns.first().map_or(10.0, |(_, bounds)| bounds.height());
    let row = tokens_in(sheet, Rect { x0, x1, y0: bottom, y1: bottom + 8.0 * height });
    for line in crate::lines::lines_of(&row) {
        let words: Vec<&str> = line.text.split(' ').collect();
        let numbered =
            words.len() >= 4 && words.iter().zip(1_usize..).all(|(word, number)| word.parse::<usize>() == Ok(number));
        let header_goes_on = line.bounds.y0 < bottom + 0.35 * height && !numbered;
        if numbered {
            return line.bounds.y1;
        }
        if header_goes_on {
            bottom = bottom.max(line.bounds.y1);
        }
    }
    bottom
}

fn label(text: &str) -> Option<Column> {
    let folded = fold(text);
    let plain = folded.trim_end_matches(['.', ',', '-', ':']);
    Some(match plain {
        "поз" | "позиция" | "пози" => Column::Position,
        "тип" | "обозначение" => Column::MarkOrType,
        "код" => Column::Code,
        "завод" | "завод-изготовитель" | "завод-изготови" | "изготовитель" | "поставщик" => {
            Column::Maker
        }
        "единица" | "ед" | "ед.изм" | "еди" | "единицы" if !folded.ends_with("ед.,") => {
            Column::Unit
        }
        "кол" | "коли" | "количе" | "количество" | "кол-во" | "кол-" => Column::Quantity,
        "масса" | "масса,кг" => Column::Mass,
        "примечание" | "приме" | "примеча" | "прим" => Column::Note,
        _ => return None,
    })
}

fn read(
    sheet: &Sheet<'_>,
    headings: &[HeadingLine],
    block: Option<Rect>,
    layout: &Layout,
    all: &[Layout],
) -> Vec<SpecificationRow> {
    let mut bottom = sheet.page.height_pt;
    if let Some(block) = block.filter(|block| block.y0 > layout.top && block.x0 < layout.x1 && block.x1 > layout.x0) {
        bottom = bottom.min(block.y0);
    }
    if !layout.full_sheet
        && let Some(next) = headings::next_below(headings, layout.x0, layout.x1, layout.top)
    {
        bottom = bottom.min(next);
    }
    for other in all.iter().filter(|other| other.x0 < layout.x1 && other.x1 > layout.x0) {
        let other_top = other.columns.iter().map(|(_, bounds)| bounds.y0).fold(f32::INFINITY, f32::min);
        if other_top > layout.top {
            bottom = bottom.min(other_top);
        }
    }
    let mut tokens = tokens_in(sheet, Rect { x0: layout.x0, x1: layout.x1, y0: layout.top + 0.5, y1: bottom });
    let labels: Vec<(f32, f32)> = layout.columns.iter().map(|(_, bounds)| (bounds.x0, bounds.x1)).collect();
    let middles: Vec<f32> = layout.columns.iter().map(|(_, bounds)| bounds.centre().0).collect();
    let borders_of = |tokens: &[&Token<'_>]| {
        let mut extents = table::extents(tokens);
        let tolerated = table::tolerated(tokens);
        // The labels weigh more than any tolerated line: no border runs through one.
        for _ in 0..=tolerated {
            extents.extend(&labels);
        }
        table::borders(&middles, &extents, tolerated)
    };
    let mut borders = borders_of(&tokens);
    if let Some(text) = table::text_below(&tokens, &borders, 2) {
        tokens.retain(|token| token.bounds.centre().1 < text);
        borders = borders_of(&tokens);
    }
    let columns = table::columns(&tokens, &borders);
    let at = |wanted: Column| layout.columns.iter().position(|(column, _)| *column == wanted);
    let Some(name) = at(Column::Name) else { return Vec::new() };
    let anchors = anchors(&columns, &[at(Column::Position), at(Column::Quantity), at(Column::Unit)]);
    let rows = until_wide_gap(table::rows(&columns, name, &anchors, COSTS), layout.full_sheet);
    let rows = merge_wrapped(rows, name);
    rows.iter().filter_map(|row| specification_row(sheet, layout, row)).collect()
}

/// Rows begin where a position, a unit or a quantity stands; those of one row share its middle line.
fn anchors(columns: &[Vec<Line>], indices: &[Option<usize>]) -> Vec<Rect> {
    let mut found: Vec<Rect> = Vec::new();
    for line in indices.iter().flatten().filter_map(|index| columns.get(*index)).flatten() {
        let known = found
            .iter_mut()
            .find(|anchor| (anchor.centre().1 - line.centre_y()).abs() < 0.75 * line.height.min(anchor.height()));
        match known {
            Some(anchor) => anchor.x1 = anchor.x1.max(line.bounds.x1),
            None if line.text.chars().count() <= 14 => found.push(line.bounds),
            None => {}
        }
    }
    found.sort_by(|a, b| a.y0.total_cmp(&b.y0));
    found
}

/// The table ends where the next row stands much further down than rows do.
fn until_wide_gap(rows: Vec<Row>, full_sheet: bool) -> Vec<Row> {
    let mut steps: Vec<f32> =
        rows.iter().zip(rows.iter().skip(1)).map(|(a, b)| b.bounds.centre().1 - a.bounds.centre().1).collect();
    steps.sort_by(f32::total_cmp);
    let step = steps.get(steps.len() / 2).copied().unwrap_or(24.0).max(10.0);
    let limit = step * if full_sheet { 6.0 } else { 3.5 };
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        if kept.last().is_some_and(|last| row.bounds.y0 - last.bounds.y1 > limit) {
            break;
        }
        kept.push(row);
    }
    // What stands under the last row without position and quantity is a note to the table, unless it follows closely.
    while kept.last().is_some_and(|last| !last.anchored) {
        let far = match kept.as_slice() {
            [.., before, last] => last.bounds.y0 - before.bounds.y1 > 1.2 * step,
            _ => false,
        };
        if full_sheet && !far {
            break;
        }
        kept.pop();
    }
    kept
}

/// A name line that begins small belongs to the row above.
fn merge_wrapped(rows: Vec<Row>, name: usize) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::new();
    for row in rows {
        let small = !row.anchored && row.text(name).starts_with(char::is_lowercase);
        match merged.last_mut() {
            Some(above) if small && row.bounds.y0 - above.bounds.y1 < 2.0 * row.bounds.height() => {
                above.bounds = above.bounds.union(row.bounds);
                for (cell, more) in above.cells.iter_mut().zip(row.cells) {
                    cell.text = crate::lines::join_wrapped([cell.text.as_str(), more.text.as_str()]);
                    cell.boxes.extend(more.boxes);
                }
            }
            _ => merged.push(row),
        }
    }
    merged
}

fn specification_row(sheet: &Sheet<'_>, layout: &Layout, row: &Row) -> Option<SpecificationRow> {
    let text = |wanted: Column| {
        let at = layout.columns.iter().position(|(column, _)| *column == wanted);
        at.map_or("", |at| row.text(at)).to_owned()
    };
    let (position, name, mark_or_type) = (text(Column::Position), text(Column::Name), text(Column::MarkOrType));
    let quantity = parse_number(&text(Column::Quantity));
    let named = name.chars().any(char::is_alphabetic) || (!mark_or_type.is_empty() && quantity.is_some());
    let sized = !name.is_empty() && quantity.is_some();
    if !(named || sized) {
        return None;
    }
    Some(SpecificationRow {
        position,
        name,
        mark_or_type,
        code: text(Column::Code),
        maker: text(Column::Maker),
        unit: text(Column::Unit),
        quantity,
        mass_kg: parse_number(&text(Column::Mass)),
        note: text(Column::Note),
        measure: super::measure(&text(Column::Unit)).or_else(|| super::measure(&text(Column::Note))).map(str::to_owned),
        section: String::new(),
        full_name: None,
        item_number: None,
        form: if layout.full_sheet { SpecificationForm::Equipment } else { SpecificationForm::Drawing },
        is_sum: false,
        evidence: sheet.evidence(row.boxes(), row.quote(), if row.anchored { 0.9 } else { 0.7 }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_drawings_write_them() {
        for (text, number) in [
            ("12,5", Some(12.5)),
            ("1 200", Some(1200.0)),
            ("12 345,67", Some(12345.67)),
            ("4", Some(4.0)),
            ("0.5", Some(0.5)),
            ("1,58 1,736", None),
            ("12 5", None),
            ("по месту", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(parse_number(text), number, "{text}");
        }
    }
}
