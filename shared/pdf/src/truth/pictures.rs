//! Pictures and line drawings that hold a page while its text stands beside them.

use super::grid::{self, Grid};
use super::{Doubts, Surroundings, UNSEEN};
use crate::content::Paint;
use domain::{FaultKind, Rect, Word};

const PICTURE: u8 = 1;
const WORD: u8 = 2;

/// Smallest picture that may hold text worth having, in square points: 43 by 43 mm. Logos are smaller.
const LEAST_AREA: f32 = 15_000.0;
/// The same for a strip, in which a line or a small table fits; no logo is so wide.
const LEAST_STRIP_AREA: f32 = 5_000.0;
const STRIP: f32 = 2.5;
/// Share of a picture under words from which on the words are its text, or it is their background.
const TEXT_SHARE: f32 = 0.12;
/// Length of lettering drawn as lines, in points, from which on it is more than a stray mark.
const LEAST_LETTERING: f32 = 150.0;

/// Length of it beside that of the text from which on the drawing is believed to have lettering of its own.
const LEAST_DRAWN_SHARE: f32 = 0.2;

/// Finds pictures without words.
pub(super) fn judge(words: &[Word], page: &Surroundings<'_>, doubts: &mut Doubts) {
    let on_page = |bounds: Rect| Rect {
        x0: bounds.x0.max(0.0),
        y0: bounds.y0.max(0.0),
        x1: bounds.x1.min(page.width_pt),
        y1: bounds.y1.min(page.height_pt),
    };
    let pictures: Vec<Rect> = page
        .scenery
        .areas()
        .iter()
        .filter(|area| matches!(area.paint, Paint::Picture { shows_letters: true, .. }))
        .map(|area| on_page(area.bounds))
        .filter(|bounds| bounds.width() > 0.0 && bounds.height() > 0.0)
        .collect();
    // Strips of a scan are small each; all together must be large.
    if pictures.iter().map(|picture| picture.width() * picture.height()).sum::<f32>() < LEAST_STRIP_AREA {
        return;
    }
    let mut grid = Grid::new(page.width_pt, page.height_pt);
    for picture in &pictures {
        grid.mark(*picture, 0.0, PICTURE);
    }
    for word in words.iter().filter(|word| word.confidence >= UNSEEN) {
        grid.mark(word.bounds, 0.5, WORD);
    }
    // What somebody recognised there is judged by its words.
    let has_layer = |patch: Rect| {
        let inside = doubts.layer.iter().map(|word| word.centre()).filter(|&(x, y)| patch.contains(x, y));
        inside.count() >= super::hidden::LEAST_JUDGED
    };
    let bare: Vec<Rect> = grid
        .patches(PICTURE, WORD)
        .into_iter()
        .filter(|patch| {
            patch.cells as f32 * grid.cell_area() >= least_area(patch.bounds)
                && (patch.shared as f32) < TEXT_SHARE * patch.cells as f32
                && !has_layer(patch.bounds)
        })
        .map(|patch| on_page(patch.bounds))
        .collect();
    if !bare.is_empty() {
        let covered: f32 = bare.iter().map(|bounds| bounds.width() * bounds.height()).sum();
        let share = covered / (page.width_pt * page.height_pt).max(1.0);
        doubts.fault(FaultKind::TextBesidePicture, bare.len(), 0.5 + share, false);
        doubts.regions.extend(bare);
    }
}

/// How large a picture must be for text worth having.
fn least_area(bounds: Rect) -> f32 {
    let (width, height) = (bounds.width(), bounds.height());
    if width.max(height) >= STRIP * width.min(height) { LEAST_STRIP_AREA } else { LEAST_AREA }
}

/// Takes lettering drawn as lines, where no word stands.
pub(super) fn judge_outlines(words: &[Word], page: &Surroundings<'_>, lettering: &[Rect], doubts: &mut Doubts) {
    if lettering.is_empty() {
        return;
    }
    let mut grid = Grid::new(page.width_pt, page.height_pt);
    for word in words {
        grid.mark(word.bounds, 0.0, WORD);
    }
    let bare: Vec<Rect> = lettering.iter().copied().filter(|line| !grid.is_marked(*line, WORD)).collect();
    let length =
        |boxes: &mut dyn Iterator<Item = Rect>| -> f32 { boxes.map(|own| own.width().max(own.height())).sum() };
    let drawn = length(&mut bare.iter().copied());
    let written = length(&mut words.iter().map(|word| word.bounds));
    if drawn < LEAST_LETTERING.max(LEAST_DRAWN_SHARE * written) {
        return;
    }
    doubts.fault(FaultKind::TextBesidePicture, bare.len(), 0.8, false);
    let padded: Vec<Rect> = bare.into_iter().map(|line| super::padded(line, page)).collect();
    doubts.regions.extend(grid::merged(&padded, page.width_pt, page.height_pt));
}
