//! Headings of what stands on a sheet of general data (общие данные): where a table begins, and where it must end.

use crate::lines::{Line, Sheet, fold, join_wrapped};
use crate::title_block::is_sheet_number;
use domain::Rect;

/// Which table a heading opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    /// Ведомость рабочих чертежей основного комплекта.
    DrawingList,
    /// Ведомость ссылочных и прилагаемых документов.
    References,
    /// Ведомость прилагаемых документов, standing alone.
    Attachments,
    /// Ведомость спецификаций: its rows are no drawings.
    Specifications,
    /// Any other: it only ends what stands above it.
    Other,
}

/// A heading and its line.
#[derive(Debug, Clone)]
pub(crate) struct HeadingLine {
    pub(crate) kind: Heading,
    pub(crate) line: Line,
}

/// Headings that are never the name of a drawing in a table.
const ALWAYS: [&str; 7] = [
    "ведомость основных комплектов",
    "ведомость основного комплекта рабочих чертежей марки",
    "общие указания",
    "общие данные по рабочим чертежам",
    "основные показатели по",
    "ведомость документов основного комплекта",
    "основные показатели рабочих",
];

/// Beginnings that open a table or a list when nothing on their row says that they are a cell.
const OFTEN: [&str; 8] = [
    "ведомость",
    "перечень",
    "условные обозначения",
    "условные графические",
    "экспликация",
    "спецификация",
    "таблица",
    "технико-экономические",
];

/// All headings of the sheet, from top to bottom.
pub(crate) fn find(sheet: &Sheet<'_>) -> Vec<HeadingLine> {
    sheet
        .lines
        .iter()
        .filter(|line| line.text.chars().count() <= 140)
        .filter_map(|line| {
            let whole = with_rest(sheet, line);
            kind(sheet, &whole).map(|kind| HeadingLine { kind, line: whole })
        })
        .collect()
}

/// A heading of a list of the set that is set in two lines, as one; any other line as it is.
fn with_rest(sheet: &Sheet<'_>, line: &Line) -> Line {
    let folded = fold(&line.text);
    let cut = folded.starts_with("ведомость")
        && [
            "рабочих",
            "чертежей основного",
            "основного комплекта",
            "ссылочных",
            "ссылочных и",
            "прилагаемых",
            "спецификаций",
        ]
        .iter()
        .any(|end| folded.ends_with(end));
    if !cut {
        return line.clone();
    }
    let rest = sheet.lines.iter().find(|next| {
        let step = next.centre_y() - line.centre_y();
        step > 0.5 * line.height
            && step < 1.9 * line.height
            && (next.centre_x() - line.centre_x()).abs() < 2.0 * line.height
            && (next.height - line.height).abs() < 0.25 * line.height
            && next.text.starts_with(char::is_lowercase)
    });
    match rest {
        Some(rest) => Line {
            text: join_wrapped([line.text.as_str(), rest.text.as_str()]),
            bounds: line.bounds.union(rest.bounds),
            ..line.clone()
        },
        None => line.clone(),
    }
}

/// The lower limit of a table that starts under `top` and spans `x0..x1`: the next heading over any part of it.
pub(crate) fn next_below(headings: &[HeadingLine], x0: f32, x1: f32, top: f32) -> Option<f32> {
    headings
        .iter()
        .map(|heading| &heading.line)
        .filter(|line| line.bounds.y0 > top)
        .filter(|line| {
            let overlap = line.bounds.x1.min(x1) - line.bounds.x0.max(x0);
            overlap > 0.5 * line.bounds.width()
        })
        .map(|line| line.bounds.y0)
        .min_by(f32::total_cmp)
}

fn kind(sheet: &Sheet<'_>, line: &Line) -> Option<Heading> {
    let folded = fold(&line.text);
    let text = folded.trim_start_matches(|letter: char| letter.is_ascii_digit() || ". ".contains(letter));
    let heading = if text.starts_with("ведомость рабочих чертежей")
        || text.starts_with("ведомость чертежей основного")
        || text.starts_with("ведомость листов основного")
        || text.starts_with("ведомость основного комплекта рабочих чертежей")
    {
        Heading::DrawingList
    } else if text.starts_with("ведомость спецификаций") {
        Heading::Specifications
    } else if text.starts_with("ведомость ссылочных") {
        Heading::References
    } else if text.starts_with("ведомость прилагаемых") {
        Heading::Attachments
    } else if ALWAYS.iter().any(|beginning| text.starts_with(beginning))
        || (OFTEN.iter().any(|beginning| text.starts_with(beginning)) && !is_cell(sheet, line))
    {
        Heading::Other
    } else {
        return None;
    };
    (heading == Heading::Other || !is_cell(sheet, line)).then_some(heading)
}

/// Whether a number or a designation stands to the left on the same row: then the line is a name in a table.
fn is_cell(sheet: &Sheet<'_>, line: &Line) -> bool {
    let row = Rect {
        x0: line.bounds.x0 - 260.0,
        x1: line.bounds.x0 - 2.0,
        y0: line.bounds.y0 - 0.7 * line.height,
        y1: line.bounds.y1 + 0.7 * line.height,
    };
    sheet.tokens.iter().any(|token| {
        let (x, y) = token.bounds.centre();
        row.contains(x, y) && (is_sheet_number(&token.text) || crate::cipher::parse(&token.text).is_some())
    })
}
