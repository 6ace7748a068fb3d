//! The title block of a drawing sheet by ГОСТ Р 21.101: 185 mm wide, in the lower right corner, 5 mm from the edges.

use super::Item;
use domain::Word;

const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// Width with the margin of the frame and some play.
const WIDTH_MM: f32 = 185.0 + 5.0 + 2.0;
/// Heights of forms 3, 5 and 6 with the margin and some play.
const HEIGHTS_MM: [f32; 3] = [55.0 + 6.0, 40.0 + 6.0, 15.0 + 6.0];
/// Labels that only a title block has side by side.
const LABELS: [&str; 9] = ["Изм", "Кол", "Лист", "Листов", "№док", "Подп", "Дата", "Стадия", "Разраб"];
/// How many different ones prove it.
const MIN_LABELS: usize = 4;

/// Splits the words of the title block off; the block is empty when there is none.
pub(super) fn split_off(items: Vec<Item>, words: &[Word], width_pt: f32, height_pt: f32) -> (Vec<Item>, Vec<Item>) {
    let left = width_pt - WIDTH_MM * POINTS_PER_MM;
    let Some(top) = HEIGHTS_MM
        .iter()
        .map(|height| height_pt - height * POINTS_PER_MM)
        .find(|&top| is_title_block(&items, words, left, top))
    else {
        return (Vec::new(), items);
    };
    items.into_iter().partition(|item| is_inside(item, left, top))
}

fn is_inside(item: &Item, left: f32, top: f32) -> bool {
    item.middle_x >= left && item.middle_y >= top
}

/// The labels must reach up into the upper part of the region: the lowest form lies inside the region of the highest.
fn is_title_block(items: &[Item], words: &[Word], left: f32, top: f32) -> bool {
    let mut seen = [false; LABELS.len()];
    let mut highest = f32::MAX;
    let mut lowest = f32::MIN;
    for item in items.iter().filter(|item| is_inside(item, left, top)) {
        let Some(word) = words.get(item.index as usize) else { continue };
        let core = word.text.trim_end_matches(['.', ',']);
        let label =
            LABELS.iter().position(|label| core == *label || (core.starts_with(label) && core.starts_with("Кол.")));
        if let Some(label) = label {
            if let Some(mark) = seen.get_mut(label) {
                *mark = true;
            }
            highest = highest.min(item.bounds.y0);
            lowest = lowest.max(item.bounds.y1);
        }
    }
    let labels = seen.iter().filter(|seen| **seen).count();
    let is_high = seen.iter().rev().take(2).any(|seen| *seen);
    let height_mm = (lowest - top) / POINTS_PER_MM;
    labels >= MIN_LABELS && (is_high || height_mm < 24.0)
}
