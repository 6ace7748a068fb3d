//! General notes (общие указания): numbered paragraphs under their heading.

use crate::item_marks::{self, Mark};
use crate::lines::{Line, Sheet, fold, join_wrapped};
use domain::{GeneralNote, Rect};

/// More than this many are a text of another kind.
const MOST: usize = 120;

/// The notes under a heading on this sheet, column by column.
pub(crate) fn find(sheet: &Sheet<'_>, block: Option<Rect>, tables: &[Rect]) -> Vec<GeneralNote> {
    let outside = |line: &&Line| {
        let inside = |area: &Rect| area.contains(line.centre_x(), line.centre_y());
        !block.as_ref().is_some_and(inside) && !tables.iter().any(inside)
    };
    let lines: Vec<&Line> = sheet.lines.iter().filter(outside).collect();
    let is_general = lines.iter().any(|line| {
        let folded = fold(&line.text);
        ["общие указания", "общие данные", "указания", "общие требования"]
            .iter()
            .any(|heading| folded.trim_end_matches(':') == *heading)
            || folded.starts_with("ведомость рабочих чертежей")
    });
    if !is_general {
        return Vec::new();
    }
    // The columns of a sheet: numbered lines with one left edge.
    let mut notes: Vec<(f32, f32, GeneralNote)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((Mark::Number { parts, marked: true }, text)) = item_marks::split(&line.text) else { continue };
        if parts.len() > 2 || notes.len() >= MOST {
            continue;
        }
        let paragraph = paragraph(&lines, at);
        let number: Vec<String> = parts.iter().map(u32::to_string).collect();
        let mut texts = vec![text.to_owned()];
        texts.extend(paragraph.iter().skip(1).map(|line| line.text.clone()));
        let quote: Vec<&str> = paragraph.iter().map(|line| line.text.as_str()).collect();
        let evidence = sheet.evidence(paragraph.iter().map(|line| line.bounds).collect(), quote.join(" "), 0.85);
        let text = join_wrapped(texts.iter().map(String::as_str));
        notes.push((line.bounds.x0, line.bounds.y0, GeneralNote { number: number.join("."), text, evidence }));
    }
    // A single number is a mark on a drawing.
    if notes.len() < 2 {
        return Vec::new();
    }
    notes.sort_by(|a, b| if (a.0 - b.0).abs() < 60.0 { a.1.total_cmp(&b.1) } else { a.0.total_cmp(&b.0) });
    notes.into_iter().map(|(.., note)| note).collect()
}

/// The lines that read on from a numbered one: below it, begun at its text or its number, without a number of their own.
fn paragraph<'l>(lines: &[&'l Line], at: usize) -> Vec<&'l Line> {
    let Some(first) = lines.get(at) else { return Vec::new() };
    let mut paragraph: Vec<&Line> = vec![first];
    while paragraph.len() < 25 {
        let Some(last) = paragraph.last() else { break };
        let next = lines
            .iter()
            .skip(at + 1)
            .filter(|line| line.bounds.y0 > last.centre_y() && line.bounds.y0 - last.bounds.y1 < 1.1 * last.height)
            .find(|line| {
                let step =
                    (line.bounds.x0 - first.bounds.x0).abs() < 6.0 || (line.bounds.x0 - first.second_x0).abs() < 6.0;
                step && (line.height - first.height).abs() < 0.3 * first.height
            });
        match next {
            Some(next) if !matches!(item_marks::split(&next.text), Some((Mark::Number { .. }, _))) => {
                paragraph.push(next)
            }
            _ => break,
        }
    }
    paragraph
}
