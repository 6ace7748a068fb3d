//! Works that notes of a set ask for in passing, where it names no hidden works: «трубопроводы очистить и загрунтовать».

use super::systems::PROPOSED;
use super::{Draft, Ground};
use crate::knowledge::{Pattern, WorkKind, words_of};
use crate::lines::{Line, Sheet};
use domain::Evidence;

/// Evidence of the first note that speaks of the kind. A sentence may go on in the line below, so two are looked at.
pub(super) fn evidence(ground: &Ground<'_, '_>, kind: &WorkKind) -> Option<Evidence> {
    if kind.noted.is_empty() {
        return None;
    }
    ground.sheets.iter().find_map(|sheet| {
        sheet.lines.iter().find_map(|line| {
            let words = words_of(&line.text);
            // Where nothing of a pattern stands there is no need to look further.
            if !kind.noted.iter().any(|pattern| pattern.begins_in(&words)) {
                return None;
            }
            let fits = |words: &[String]| kind.noted.iter().any(|pattern| pattern.fits(words));
            if fits(&words) {
                return Some(sheet.evidence(vec![line.bounds], line.text.clone(), PROPOSED));
            }
            let next = line_below(sheet, line)?;
            let both = [words, words_of(&next.text)].concat();
            let quote = format!("{} {}", line.text, next.text);
            fits(&both).then(|| sheet.evidence(vec![line.bounds, next.bounds], quote, PROPOSED))
        })
    })
}

/// Works that another closes: pipes under their insulation.
pub(super) fn closed(drafts: &[Draft], kind: &'static WorkKind) -> Option<(String, Evidence)> {
    let (by, name) = (kind.closed_by.as_ref()?, kind.closed_name.as_ref()?);
    let closing = drafts.iter().find(|draft| draft.kind.is_some_and(|known| known.kind == *by))?;
    Some((name.clone(), closing.evidence.clone()))
}

fn line_below<'s>(sheet: &'s Sheet<'_>, line: &Line) -> Option<&'s Line> {
    sheet
        .lines
        .iter()
        .filter(|next| {
            let step = next.centre_y() - line.centre_y();
            step > 0.5 * line.height && step < 1.9 * line.height.max(next.height)
        })
        .filter(|next| (next.bounds.x0 - line.bounds.x0).abs() < 5.0 * line.height)
        .min_by(|a, b| a.centre_y().total_cmp(&b.centre_y()))
}

impl Pattern {
    /// Whether one of the beginnings stands among the words.
    fn begins_in(&self, words: &[String]) -> bool {
        self.stems.iter().any(|stem| words.iter().any(|word| word.starts_with(stem.as_str())))
    }
}
