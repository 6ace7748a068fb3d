//! Firms' own title blocks: the designation stands under the row «Стадия Лист Листов», and in a strip along the edge of
//! the sheet everything else stands over it, cell over cell.

use crate::cipher;
use crate::lines::{Line, Sheet, fold};
use domain::Rect;

/// Who signs: their rows belong to no cell of text.
const ROLES: [&str; 9] = ["разраб", "проверил", "гип", "н. контр", "н.контр", "утв", "нач", "исполнил", "гл. спец"];

/// The word with a mark under the row: `row` spans its labels, `mm` is its scale.
pub(crate) fn designation(sheet: &Sheet<'_>, row: Rect, mm: f32) -> Option<Line> {
    let area = Rect { x0: row.x0 - 80.0 * mm, x1: row.x1 + 2.0 * mm, y0: row.y1 + 5.0 * mm, y1: row.y1 + 34.0 * mm };
    let token = sheet
        .tokens
        .iter()
        .filter(|token| {
            let (x, y) = token.bounds.centre();
            area.contains(x, y) && cipher::parse(&token.text).is_some()
        })
        .min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0))?;
    let (bounds, height) = (token.bounds, token.height());
    Some(Line { text: token.text.to_string(), bounds, height, first_width: bounds.width(), second_x0: bounds.x0 })
}

/// The cells of text over the row, from the lowest up (title, building, object, firm), when the block is such a strip.
pub(crate) fn cells(sheet: &Sheet<'_>, row: Rect, mm: f32) -> Option<Vec<Vec<Line>>> {
    let within = |line: &&Line| {
        line.bounds.x0 >= row.x0 - 8.0 * mm
            && line.bounds.x1 <= row.x1 + 8.0 * mm
            && line.bounds.y1 < row.y0
            && line.bounds.y0 > row.y0 - 130.0 * mm
    };
    let mut over: Vec<&Line> = sheet.lines.iter().filter(within).collect();
    let signed: Vec<f32> = over.iter().filter(|line| is_role(&line.text)).map(|line| line.centre_y()).collect();
    over.retain(|line| !signed.iter().any(|y| (line.centre_y() - y).abs() < line.height));
    over.sort_by(|a, b| b.bounds.y0.total_cmp(&a.bounds.y0));
    let mut cells: Vec<Vec<Line>> = Vec::new();
    for line in over {
        let reads_on = |above: &Line| above.bounds.y0 - line.bounds.y1 < 0.8 * line.height.max(above.height);
        match cells.last_mut() {
            Some(cell) if cell.first().is_some_and(reads_on) => cell.insert(0, line.clone()),
            _ => cells.push(vec![line.clone()]),
        }
    }
    (cells.len() >= 3).then_some(cells)
}

fn is_role(text: &str) -> bool {
    let folded = fold(text);
    ROLES.iter().any(|role| folded.starts_with(role))
}
