//! Referenced and attached documents (ведомость ссылочных и прилагаемых документов, ГОСТ Р 21.101, форма 2).

use crate::{
    drawing_list::{header_row, tokens_in},
    headings::{self, Heading, HeadingLine},
    lines::{Line, Sheet, Token, fold},
    ruled_lists,
    table::{self, Costs},
};
use domain::{Rect, Reference};

const COSTS: Costs = Costs { free_group: 2.0, empty_anchor: 1.5 };

/// Half the width of the form: 185 mm in points.
const HALF_WIDTH_PT: f32 = 262.0;

/// The rows of every such list on the sheet.
pub(crate) fn find(sheet: &Sheet<'_>, headings: &[HeadingLine], block: Option<Rect>) -> Vec<Reference> {
    headings
        .iter()
        .filter(|heading| matches!(heading.kind, Heading::References | Heading::Attachments))
        .flat_map(|heading| {
            ruled_lists::references_under(sheet, heading).unwrap_or_else(|| read(sheet, headings, heading, block))
        })
        .collect()
}

fn read(sheet: &Sheet<'_>, headings: &[HeadingLine], heading: &HeadingLine, block: Option<Rect>) -> Vec<Reference> {
    let line = &heading.line;
    let header = header_row(sheet, line, ["обозначение", "наименование", "примечание"]);
    let (x0, x1, top, middles) = match header {
        Some([first, second, third]) => {
            // 60, 95 and 30 mm: the middles stand at 30, 107.5 and 170 mm.
            let mm = (third.centre().0 - first.centre().0) / 140.0;
            let standard = ((second.centre().0 - first.centre().0) / mm - 77.5).abs() < 8.0;
            let (x0, x1) = if standard {
                (first.centre().0 - 31.0 * mm, third.centre().0 + 15.5 * mm)
            } else {
                (first.x0 - 40.0, third.x1 + 24.0)
            };
            (x0, x1, first.y1.max(second.y1), vec![first.centre().0, second.centre().0, third.centre().0])
        }
        None => {
            let x0 = line.centre_x() - HALF_WIDTH_PT;
            (
                x0 - 6.0,
                line.centre_x() + HALF_WIDTH_PT,
                line.bounds.y1,
                vec![
                    x0 + 0.5 * 0.324 * 2.0 * HALF_WIDTH_PT,
                    x0 + 0.42 * 2.0 * HALF_WIDTH_PT,
                    x0 + 0.93 * 2.0 * HALF_WIDTH_PT,
                ],
            )
        }
    };
    let mut bottom = headings::next_below(headings, x0, x1, line.bounds.y1 - 1.0).unwrap_or(sheet.page.height_pt);
    if let Some(block) = block.filter(|block| block.y0 > top && block.x0 < x1 && block.x1 > x0) {
        bottom = bottom.min(block.y0);
    }
    let mut tokens = tokens_in(sheet, Rect { x0, x1, y0: top, y1: bottom });
    let subheads: Vec<Rect> =
        sheet.lines.iter().filter(|line| subhead(&line.text).is_some()).map(|line| line.bounds).collect();
    let in_subhead = |token: &&Token<'_>| {
        let (x, y) = token.bounds.centre();
        subheads.iter().any(|bounds| bounds.contains(x, y))
    };
    tokens.retain(|token| !in_subhead(token));
    let mut borders = table::borders(&middles, &table::extents(&tokens), table::tolerated(&tokens));
    if let Some(text) = table::text_below(&tokens, borders.get(..1).unwrap_or_default(), 1) {
        tokens.retain(|token| token.bounds.centre().1 < text);
        borders = table::borders(&middles, &table::extents(&tokens), 0);
    }
    sections(sheet, top, bottom, (x0, x1), heading.kind == Heading::Attachments)
        .into_iter()
        .flat_map(|(section_top, section_bottom, attached)| {
            let inside: Vec<&Token<'_>> = tokens
                .iter()
                .copied()
                .filter(|token| (section_top..section_bottom).contains(&token.bounds.centre().1))
                .collect();
            read_section(sheet, &inside, &borders, attached)
        })
        .collect()
}

fn read_section(sheet: &Sheet<'_>, tokens: &[&Token<'_>], borders: &[f32], attached: bool) -> Vec<Reference> {
    let columns = table::columns(tokens, borders);
    let Some(designations) = columns.first() else { return Vec::new() };
    let anchors = designation_blocks(designations);
    table::rows(&columns, 1, &anchors, COSTS)
        .into_iter()
        .filter(|row| !row.text(0).is_empty() && !row.text(1).is_empty())
        .map(|row| Reference {
            designation: row.text(0).to_owned(),
            name: row.text(1).to_owned(),
            note: row.text(2).to_owned(),
            attached,
            status: None,
            evidence: sheet.evidence(row.boxes(), row.quote(), 0.9),
        })
        .collect()
}

/// Stretches of the table between its subheads, with whether they list attachments.
fn sections(sheet: &Sheet<'_>, top: f32, bottom: f32, x: (f32, f32), attached: bool) -> Vec<(f32, f32, bool)> {
    let mut cuts: Vec<(f32, f32, bool)> = sheet
        .lines
        .iter()
        .filter(|line| line.bounds.y0 >= top - 1.0 && line.bounds.y1 <= bottom + 1.0)
        .filter(|line| line.centre_x() > x.0 && line.centre_x() < x.1)
        .filter_map(|line| subhead(&line.text).map(|attached| (line.bounds.y0, line.bounds.y1, attached)))
        .collect();
    cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sections = Vec::new();
    let mut start = (top, attached);
    for (y0, y1, next) in cuts {
        sections.push((start.0, y0, start.1));
        start = (y1, next);
    }
    sections.push((start.0, bottom, start.1));
    sections
}

/// `Some(attached)` when the line is a subhead of the list.
fn subhead(text: &str) -> Option<bool> {
    let folded = fold(text);
    match folded.trim_end_matches([':', '.']) {
        "ссылочные документы" | "ссылочные" => Some(false),
        "прилагаемые документы" | "прилагаемые" => Some(true),
        _ => None,
    }
}

/// Boxes of designations, wrapped ones in one piece.
fn designation_blocks(lines: &[Line]) -> Vec<Rect> {
    let mut blocks: Vec<(Rect, &Line)> = Vec::new();
    for line in lines {
        match blocks.last_mut() {
            Some((bounds, last)) if continues(last, line) => {
                *bounds = bounds.union(line.bounds);
                *last = line;
            }
            _ => blocks.push((line.bounds, line)),
        }
    }
    blocks.into_iter().map(|(bounds, _)| bounds).collect()
}

/// Whether a designation goes on from one line to the next: cut at a sign, or a word without its number.
fn continues(above: &Line, below: &Line) -> bool {
    let close = below.centre_y() - above.centre_y() < 2.2 * above.height.max(below.height);
    let cut = above.text.ends_with(['-', '.', '/', ',']);
    let no_number = !above.text.chars().any(|letter| letter.is_ascii_digit());
    let tail = below.text.starts_with(|letter: char| letter.is_lowercase() || "-./(".contains(letter));
    close && (cut || no_number || tail)
}
