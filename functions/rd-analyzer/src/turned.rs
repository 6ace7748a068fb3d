//! Title blocks that stand on their side: drawings bound upright carry them along an edge, reading up or down.

use crate::lines::Sheet;
use crate::title_block::{self, FoundBlock};
use domain::{Page, Rect, Word};

/// A title block has more words than the boxes of the margin, which read upwards too.
const LEAST_WORDS: usize = 18;

/// How a sheet is turned for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Words that read upwards become level.
    Upwards,
    /// Words that read downwards.
    Downwards,
    /// Words that stand on their head.
    Over,
}

impl Turn {
    fn reads(self, rotation_deg: u16) -> bool {
        let wanted = match self {
            Self::Upwards => 90,
            Self::Over => 180,
            Self::Downwards => 270,
        };
        rotation_deg.abs_diff(wanted) <= 3
    }

    /// Where a place of the page is on the turned sheet.
    fn there(self, rect: Rect, width: f32, height: f32) -> Rect {
        match self {
            Self::Upwards => Rect { x0: height - rect.y1, x1: height - rect.y0, y0: rect.x0, y1: rect.x1 },
            Self::Downwards => Rect { x0: rect.y0, x1: rect.y1, y0: width - rect.x1, y1: width - rect.x0 },
            Self::Over => Rect { x0: width - rect.x1, x1: width - rect.x0, y0: height - rect.y1, y1: height - rect.y0 },
        }
    }

    /// And back: `width` and `height` are those of the page.
    fn back(self, rect: Rect, width: f32, height: f32) -> Rect {
        match self {
            Self::Upwards => Rect { x0: rect.y0, x1: rect.y1, y0: height - rect.x1, y1: height - rect.x0 },
            Self::Downwards => Rect { x0: width - rect.y1, x1: width - rect.y0, y0: rect.x0, y1: rect.x1 },
            Self::Over => self.there(rect, width, height),
        }
    }
}

/// The title block of the sheet that does not stand upright.
pub(crate) fn find(sheet: &Sheet<'_>) -> Option<FoundBlock> {
    let page = sheet.page;
    [Turn::Upwards, Turn::Downwards, Turn::Over].into_iter().find_map(|turn| {
        let (width, height) = (page.width_pt, page.height_pt);
        let words: Vec<Word> = page
            .words
            .iter()
            .filter(|word| turn.reads(word.rotation_deg))
            .map(|word| Word { bounds: turn.there(word.bounds, width, height), rotation_deg: 0, ..word.clone() })
            .collect();
        if words.len() < LEAST_WORDS {
            return None;
        }
        let (width_pt, height_pt) = if turn == Turn::Over { (width, height) } else { (height, width) };
        let turned =
            Page { words, width_pt, height_pt, tables: Vec::new(), text: String::new(), faults: Vec::new(), ..*page };
        let mut found = title_block::find(&Sheet::new(sheet.document, &turned))?;
        found.area = turn.back(found.area, width, height);
        for bounds in &mut found.block.evidence.boxes {
            *bounds = turn.back(*bounds, width, height);
        }
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_where_it_was() {
        let place = Rect { x0: 10.0, y0: 20.0, x1: 40.0, y1: 30.0 };
        for turn in [Turn::Upwards, Turn::Downwards, Turn::Over] {
            assert_eq!(turn.back(turn.there(place, 500.0, 300.0), 500.0, 300.0), place, "{turn:?}");
        }
    }
}
