//! The title block of a drawing sheet by ГОСТ Р 21.101: 185 mm wide, in the lower right corner, 5 mm from the edges.

use super::{Item, direction_of};
use domain::{Rect, Word};

const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// Width of all forms.
const WIDTH_MM: f32 = 185.0;
/// From the block to the edges of the sheet.
const MARGIN_MM: f32 = 5.0;
/// From the middle of «Изм.» to that of «Дата».
const HEADING_MM: f32 = 55.0;
/// From the left edge to the middle of «Изм.».
const FIRST_MM: f32 = 5.0;
/// How far the middle of the heading of the changes lies below the upper edge and above the lower: forms 3, 5 and 6.
const HEADING_OF_FORMS_MM: [(f32, f32); 3] = [(22.5, 32.5), (12.5, 27.5), (12.5, 2.5)];
/// A sheet printed smaller or larger has its title block in another scale; within this share it is only unevenly set.
const SAME_SCALE: f32 = 0.15;
/// No title block stands in this upper part of a sheet.
const UPPER_SHARE: f32 = 0.4;
/// Labels that only a title block has side by side.
const LABELS: [&str; 9] = ["Изм", "Кол", "Лист", "Листов", "№док", "Подп", "Дата", "Стадия", "Разраб"];
/// How many different ones prove it.
const MIN_LABELS: usize = 4;

/// Where the title block stands: by the heading of its table of changes or, where that cannot be read, by its labels in
/// the corner.
pub(super) fn find(words: &[Word], width_pt: f32, height_pt: f32) -> Option<Rect> {
    let starts = words
        .iter()
        .filter(|word| is_level(word) && is_label(&word.text, "Изм") && word.bounds.y0 > height_pt * UPPER_SHARE);
    let by_heading = starts.filter_map(|first| by_heading(first, words, height_pt));
    by_heading
        .max_by(|a, b| a.y1.total_cmp(&b.y1).then(a.x1.total_cmp(&b.x1)))
        .or_else(|| in_the_corner(words, width_pt, height_pt))
}

/// Splits the words of the title block off, together with what stands under and beside it.
pub(super) fn split_off(items: Vec<Item>, block: Option<Rect>) -> (Vec<Item>, Vec<Item>) {
    let Some(block) = block else { return (Vec::new(), items) };
    let mm = block.width() / WIDTH_MM;
    let area = Rect {
        x0: block.x0 - 2.0 * mm,
        y0: block.y0 - mm,
        x1: block.x1 + 2.0 * MARGIN_MM * mm,
        y1: block.y1 + 2.0 * MARGIN_MM * mm,
    };
    items.into_iter().partition(|item| area.contains(item.middle_x, item.middle_y))
}

/// The block whose table of changes begins with this word: its columns have the same widths in all forms.
fn by_heading(first: &Word, words: &[Word], height_pt: f32) -> Option<Rect> {
    let (left, middle) = first.bounds.centre();
    let reach = first.bounds.height().max(1.0) * 0.6;
    let on_the_line = |word: &&Word| {
        let (x, y) = word.bounds.centre();
        is_level(word) && (y - middle).abs() < reach && x > left && x < left + 40.0 * first.bounds.height()
    };
    let last = words
        .iter()
        .filter(on_the_line)
        // Narrow columns cut their names off.
        .filter(|word| word.text.starts_with("Дат"))
        .min_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0))?;
    let right = last.bounds.centre().0;
    let between = words.iter().filter(on_the_line).filter(|word| word.bounds.centre().0 < right);
    let mut seen = [false; 4];
    for word in between {
        for (mark, label) in seen.iter_mut().zip(["Ко", "Лис", "№", "Под"]) {
            *mark |= word.text.starts_with(label);
        }
    }
    if seen.iter().filter(|seen| **seen).count() < 3 {
        return None;
    }
    let own_scale = (right - left) / HEADING_MM;
    let mm = if (own_scale / POINTS_PER_MM - 1.0).abs() < SAME_SCALE { POINTS_PER_MM } else { own_scale };
    let x0 = left - FIRST_MM * mm;
    let (above, below) = form(words, Rect { x0, y0: middle, x1: x0 + WIDTH_MM * mm, y1: height_pt }, mm);
    Some(Rect { x0, y0: middle - above * mm, x1: x0 + WIDTH_MM * mm, y1: middle + below * mm })
}

/// Which form it is: by how far its heading stands above the edge of the sheet, else by what stands under the heading.
fn form(words: &[Word], under_heading: Rect, mm: f32) -> (f32, f32) {
    let [high, low, lowest] = HEADING_OF_FORMS_MM;
    let to_edge = under_heading.height() / mm - MARGIN_MM;
    let by_edge = [high, low, lowest].into_iter().find(|(_, below)| (to_edge - below).abs() < 2.4);
    by_edge.unwrap_or_else(|| {
        let under = words.iter().filter(|word| {
            let (x, y) = word.bounds.centre();
            is_level(word) && under_heading.contains(x, y) && y < under_heading.y0 + high.1 * mm
        });
        let lowest_mm = under.fold(0.0f32, |deepest, word| deepest.max(word.bounds.centre().1 - under_heading.y0)) / mm;
        match lowest_mm {
            deep if deep > low.1 => high,
            deep if deep > 8.0 => low,
            _ => lowest,
        }
    })
}

/// The region of the highest form that its labels fill: they must reach up into its upper part, for the lowest form lies
/// inside the region of the highest.
fn in_the_corner(words: &[Word], width_pt: f32, height_pt: f32) -> Option<Rect> {
    HEADING_OF_FORMS_MM.iter().find_map(|(above, below)| {
        let region = Rect {
            x0: width_pt - (WIDTH_MM + MARGIN_MM) * POINTS_PER_MM,
            y0: height_pt - (above + below + MARGIN_MM) * POINTS_PER_MM,
            x1: width_pt - MARGIN_MM * POINTS_PER_MM,
            y1: height_pt - MARGIN_MM * POINTS_PER_MM,
        };
        is_title_block(words, region).then_some(region)
    })
}

fn is_title_block(words: &[Word], region: Rect) -> bool {
    let mut seen = [false; LABELS.len()];
    let mut highest = f32::MAX;
    let mut lowest = f32::MIN;
    let (left, top) = (region.x0 - 2.0 * POINTS_PER_MM, region.y0 - POINTS_PER_MM);
    for word in words.iter().filter(|word| is_level(word)) {
        let (x, y) = word.bounds.centre();
        if x < left || y < top {
            continue;
        }
        if let Some(label) = LABELS.iter().position(|label| is_label(&word.text, label)) {
            if let Some(mark) = seen.get_mut(label) {
                *mark = true;
            }
            highest = highest.min(word.bounds.y0);
            lowest = lowest.max(word.bounds.y1);
        }
    }
    let labels = seen.iter().filter(|seen| **seen).count();
    let is_high = seen.iter().rev().take(2).any(|seen| *seen);
    let height_mm = (lowest - top) / POINTS_PER_MM;
    labels >= MIN_LABELS && (is_high || height_mm < 24.0)
}

fn is_label(text: &str, label: &str) -> bool {
    let Some(rest) = text.strip_prefix(label) else { return false };
    rest.is_empty() || rest.trim_matches(['.', ',']).is_empty() || (label == "Кол" && rest.starts_with('.'))
}

fn is_level(word: &Word) -> bool {
    direction_of(word.rotation_deg) == 0
}
