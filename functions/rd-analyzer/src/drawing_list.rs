//! The drawing list (ведомость рабочих чертежей основного комплекта, ГОСТ Р 21.101, форма 1).

use crate::{
    headings::{self, Heading, HeadingLine},
    lines::{Line, Sheet, Token, fold},
    ruled_lists,
    table::{self, Costs, Row},
    title_block::is_sheet_number,
};
use domain::{DrawingListEntry, Rect};

const COSTS: Costs = Costs { free_group: 3.0, empty_anchor: 2.0 };

/// Half the width of the form: 185 mm in points.
const HALF_WIDTH_PT: f32 = 262.0;

/// Where the columns of a list stand, and from where downwards.
struct Layout {
    x0: f32,
    x1: f32,
    top: f32,
    /// Middles of the columns; two when the list has no notes.
    middles: Vec<f32>,
}

/// The rows of every drawing list on the sheet, and of every list of specifications.
pub(crate) fn find(
    sheet: &Sheet<'_>,
    headings: &[HeadingLine],
    block: Option<Rect>,
) -> (Vec<DrawingListEntry>, Vec<DrawingListEntry>) {
    let rows = |kind: Heading| -> Vec<DrawingListEntry> {
        headings
            .iter()
            .filter(|heading| heading.kind == kind)
            .flat_map(|heading| {
                ruled_lists::sheets_under(sheet, headings, heading)
                    .unwrap_or_else(|| read(sheet, headings, &heading.line, block))
            })
            .collect()
    };
    (rows(Heading::DrawingList), rows(Heading::Specifications))
}

fn read(sheet: &Sheet<'_>, headings: &[HeadingLine], heading: &Line, block: Option<Rect>) -> Vec<DrawingListEntry> {
    let Some(layout) = header(sheet, heading).or_else(|| without_header(sheet, headings, heading)) else {
        return Vec::new();
    };
    let mut bottom =
        headings::next_below(headings, layout.x0, layout.x1, heading.bounds.y1 - 1.0).unwrap_or(sheet.page.height_pt);
    if let Some(block) = block.filter(|block| block.y0 > layout.top && block.x0 < layout.x1 && block.x1 > layout.x0) {
        bottom = bottom.min(block.y0);
    }
    let area = Rect { x0: layout.x0, x1: layout.x1, y0: layout.top, y1: bottom };
    let mut tokens = tokens_in(sheet, area);
    let mut layout = layout;
    if let (Some(start), Some(second)) = (names_start(&tokens, &layout), layout.middles.get_mut(1)) {
        *second = second.min(start);
    }
    let mut borders = table::borders(&layout.middles, &table::extents(&tokens), table::tolerated(&tokens));
    if let Some(text) = table::text_below(&tokens, borders.get(..1).unwrap_or_default(), 1) {
        tokens.retain(|token| token.bounds.centre().1 < text);
        borders = table::borders(&layout.middles, &table::extents(&tokens), 0);
    }
    let columns = table::columns(&tokens, &borders);
    let Some(numbers) = columns.first() else { return Vec::new() };
    let anchors = chained(numbers.iter().filter(|line| is_sheet_number(&line.text.replace(' ', ""))));
    let (Some(first), Some(last)) = (anchors.first(), anchors.last()) else { return Vec::new() };
    let pitch = pitch(&anchors);
    let (upper, lower) = (first.y0 - 2.0 * pitch, last.y1 + 2.0 * pitch);
    let columns: Vec<Vec<Line>> = columns
        .into_iter()
        .map(|lines| lines.into_iter().filter(|line| line.bounds.y0 > upper && line.bounds.y1 < lower).collect())
        .collect();
    table::rows(&columns, 1, &anchors, COSTS)
        .into_iter()
        .filter(|row| row.anchored && !row.text(1).is_empty() && is_sheet_number(&row.text(0).replace(' ', "")))
        .map(|row| entry(sheet, &row))
        .collect()
}

/// A little right of where names begin, by the words behind the numbers: where all names are short, more white stands
/// behind them than before.
fn names_start(tokens: &[&Token<'_>], layout: &Layout) -> Option<f32> {
    let left = layout.middles.first()?;
    let right = tokens
        .iter()
        .filter(|token| is_sheet_number(&token.text) && (token.bounds.centre().0 - left).abs() < 12.0)
        .map(|token| token.bounds.x1)
        .max_by(f32::total_cmp)?;
    let behind = tokens.iter().map(|token| token.bounds.x0).filter(|x0| *x0 > right + 2.0).min_by(f32::total_cmp)?;
    Some(behind + 6.0)
}

fn entry(sheet: &Sheet<'_>, row: &Row) -> DrawingListEntry {
    DrawingListEntry {
        sheet: row.text(0).replace(' ', ""),
        name: row.text(1).to_owned(),
        note: row.text(2).to_owned(),
        evidence: sheet.evidence(row.boxes(), row.quote(), 0.95),
    }
}

/// The row «Лист · Наименование · Примечание» under the heading.
fn header(sheet: &Sheet<'_>, heading: &Line) -> Option<Layout> {
    let [sheets, names, notes] = header_row(sheet, heading, ["лист", "наименование", "примечание"])?;
    let (left, right) = (sheets.centre().0, notes.centre().0);
    // 15, 140 and 30 mm: the middles stand at 7.5, 85 and 170 mm.
    let mm = (right - left) / 162.5;
    let standard = ((names.centre().0 - left) / mm - 77.5).abs() < 8.0;
    let (x0, x1) = if standard { (left - 9.0 * mm, right + 15.5 * mm) } else { (sheets.x0 - 12.0, notes.x1 + 24.0) };
    Some(Layout { x0, x1, top: sheets.y1.max(names.y1).max(notes.y1), middles: vec![left, names.centre().0, right] })
}

/// Boxes of the three labels that stand on one row not far under the heading.
pub(crate) fn header_row(sheet: &Sheet<'_>, heading: &Line, labels: [&str; 3]) -> Option<[Rect; 3]> {
    let reach = heading.bounds.y1 + 8.0 * heading.height.max(10.0);
    let of = |label: &str| {
        sheet
            .tokens
            .iter()
            .filter(|token| token.bounds.y0 > heading.bounds.y0 && token.bounds.y1 < reach)
            .filter(|token| fold(&token.text) == label)
            .map(|token| token.bounds)
            .collect::<Vec<Rect>>()
    };
    let [firsts, seconds, thirds] = labels.map(of);
    let heading_x = heading.centre_x();
    firsts.iter().find_map(|first| {
        let level = |other: &&Rect| (other.centre().1 - first.centre().1).abs() < 1.5 * first.height();
        let second =
            seconds.iter().filter(level).filter(|second| second.x0 > first.x1).min_by(|a, b| a.x0.total_cmp(&b.x0))?;
        let third =
            thirds.iter().filter(level).filter(|third| third.x0 > second.x1).min_by(|a, b| a.x0.total_cmp(&b.x0))?;
        (first.x0 < heading_x && third.x1 > heading_x).then_some([*first, *second, *third])
    })
}

/// Without a header row the numbers under the heading give the first column, and the heading, set over the middle of
/// the table, its width.
fn without_header(sheet: &Sheet<'_>, headings: &[HeadingLine], heading: &Line) -> Option<Layout> {
    let middle = heading.centre_x();
    let (left, right) = (middle - 1.15 * HALF_WIDTH_PT, middle + 1.05 * HALF_WIDTH_PT);
    let bottom = headings::next_below(headings, left, right, heading.bounds.y1 - 1.0).unwrap_or(sheet.page.height_pt);
    let area = Rect { x0: left, x1: middle, y0: heading.bounds.y1, y1: bottom };
    let mut numbers: Vec<&Token<'_>> =
        tokens_in(sheet, area).into_iter().filter(|token| is_sheet_number(&token.text)).collect();
    numbers.sort_by(|a, b| a.bounds.centre().0.total_cmp(&b.bounds.centre().0));
    let mut groups: Vec<Vec<&Token<'_>>> = Vec::new();
    for token in numbers {
        let near = groups
            .last()
            .and_then(|group| group.first())
            .is_some_and(|first| token.bounds.centre().0 - first.bounds.centre().0 < 9.0);
        match groups.last_mut() {
            Some(group) if near => group.push(token),
            _ => groups.push(vec![token]),
        }
    }
    // A name that ends in figures can make a column of them too: the numbers are the most, and the leftmost.
    let column = groups.iter().rev().max_by_key(|group| group.len())?;
    let first = column.iter().min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0))?;
    let gap = first.bounds.y0 - heading.bounds.y1;
    if !(0.0..8.0 * heading.height.max(10.0)).contains(&gap) {
        return None;
    }
    let centre = first.bounds.centre().0;
    let half = (middle - centre + 21.0).clamp(60.0, 1.3 * HALF_WIDTH_PT);
    let right = middle + half;
    // Notes take 30 of 185 mm at the right.
    let note = right - 0.081 * 2.0 * half;
    let names = column
        .iter()
        .filter_map(|number| {
            let row =
                Rect { x0: number.bounds.x1 + 2.0, x1: note, y0: number.bounds.y0 - 3.0, y1: number.bounds.y1 + 3.0 };
            tokens_in(sheet, row).iter().map(|token| token.bounds.x0).min_by(f32::total_cmp)
        })
        .min_by(f32::total_cmp)?;
    Some(Layout {
        x0: centre - 21.0,
        x1: right + 8.0,
        top: heading.bounds.y1,
        middles: vec![centre, names + 6.0, note],
    })
}

/// Numbers from the first down to the first wide gap: what stands further below is another table.
fn chained<'a>(numbers: impl Iterator<Item = &'a Line>) -> Vec<Rect> {
    let all: Vec<Rect> = numbers.map(|line| line.bounds).collect();
    let limit = 4.5 * pitch(&all);
    let mut kept: Vec<Rect> = Vec::new();
    for bounds in all {
        if kept.last().is_some_and(|last| bounds.y0 - last.y0 > limit) {
            break;
        }
        kept.push(bounds);
    }
    kept
}

/// The median step from number to number, in points.
fn pitch(anchors: &[Rect]) -> f32 {
    let mut steps: Vec<f32> = anchors.iter().zip(anchors.iter().skip(1)).map(|(a, b)| b.y0 - a.y0).collect();
    steps.sort_by(f32::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(24.0).max(8.0)
}

/// The level words whose middle lies in the area.
pub(crate) fn tokens_in<'s, 'a>(sheet: &'s Sheet<'a>, area: Rect) -> Vec<&'s Token<'a>> {
    sheet
        .tokens
        .iter()
        .filter(|token| {
            let (x, y) = token.bounds.centre();
            area.contains(x, y)
        })
        .collect()
}
