//! Lines of writing, level and upright, found by how letters stand beside each other. Rules part them, so a cell of a
//! table or of a stamp is never joined to the next.

use crate::parts::{Groups, Part};
use crate::rules::Rules;
use std::collections::HashMap;

/// Smallest and largest side of a letter, in points: captions of 5 pt, titles of 40 pt.
const LETTER_PT: (f32, f32) = (1.6, 40.0);
/// Letters that touch each other come as one part of this length at most.
const MAX_JOINED_PT: f32 = 120.0;
/// Smallest dot that is not dust.
const MIN_DOT_AREA_PT: f32 = 0.35;
/// Gap between letters of a line, in heights of the larger.
const MAX_GAP: f32 = 1.35;
/// How much taller one letter of a line may be than its neighbour.
const MAX_RATIO: f32 = 2.6;

/// A line of writing: its parts, and whether it reads along the sheet or upwards.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) parts: Vec<Part>,
    pub(crate) bounds: Part,
    pub(crate) upright: bool,
    /// Height of its capitals in pixels.
    pub(crate) size: f32,
    /// Whether the lines around say that its letters are small ones without heads and tails.
    pub(crate) is_small: bool,
    /// Where its letters stand: y of a level line, x of an upright one.
    pub(crate) baseline: f32,
}

/// Finds the lines among the parts of a page.
pub(crate) fn lines(parts: &[Part], rules: &Rules, px_per_pt: f32) -> Vec<Line> {
    let px = |pt: f32| pt * px_per_pt;
    let (smallest, largest) = (px(LETTER_PT.0), px(LETTER_PT.1));
    let min_dot = MIN_DOT_AREA_PT * px_per_pt;
    let mut letters: Vec<Part> = Vec::new();
    let mut dots: Vec<Part> = Vec::new();
    for part in parts {
        let (shortest, longest) = (part.width().min(part.height()) as f32, part.longest() as f32);
        if longest > px(MAX_JOINED_PT) || shortest > largest {
            continue;
        }
        if longest >= smallest && shortest >= 1.0 {
            letters.push(*part);
        } else if part.area as f32 >= min_dot {
            dots.push(*part);
        }
    }
    let neighbours = Neighbours::of(&letters, rules, smallest);
    let upright = neighbours.upright(&letters);
    let mut found = Vec::new();
    for direction in [true, false] {
        let mut groups = Groups::of(letters.len());
        for (one, other, is_upright) in &neighbours.pairs {
            let both = upright.get(*one) == Some(&direction) && upright.get(*other) == Some(&direction);
            if both && *is_upright == direction {
                groups.unite(*one, *other);
            }
        }
        let mut members: HashMap<usize, Vec<Part>> = HashMap::new();
        for (index, letter) in letters.iter().enumerate() {
            if upright.get(index) == Some(&direction) {
                members.entry(groups.root(index)).or_default().push(*letter);
            }
        }
        found.extend(members.into_values().filter_map(|parts| Line::of(parts, direction)));
    }
    found.sort_by_key(|line| (line.bounds.y0, line.bounds.x0, line.bounds.x1));
    // Dashes, accents and full stops stand alone too: what no larger line claims stays a line of its own.
    let (short, mut found): (Vec<Line>, Vec<Line>) = found.into_iter().partition(|line| line.parts.len() <= 2);
    let places = Places::of(&found);
    let (small, alone): (Vec<Line>, Vec<Line>) =
        short.into_iter().partition(|line| line.parts.iter().all(|part| places.nearest(&found, rules, part).is_some()));
    dots.extend(small.into_iter().flat_map(|line| line.parts));
    // A number of two digits is no longer than its comma: what is small beside one that stands alone belongs to it.
    let places = Places::of(&alone);
    let is_speck: Vec<bool> = alone.iter().map(|line| is_speck(line, &alone, &places, rules)).collect();
    for (line, is_speck) in alone.into_iter().zip(is_speck) {
        if is_speck {
            dots.extend(line.parts);
        } else {
            found.push(line);
        }
    }
    attach(&mut found, &dots, rules);
    found.retain(|line| line.size >= smallest * 1.4 && line.size <= largest);
    settle_sizes(&mut found);
    found
}

/// Whether a line is nothing but specks beside another: half as high as its letters at most.
fn is_speck(line: &Line, others: &[Line], places: &Places, rules: &Rules) -> bool {
    line.parts.iter().all(|part| {
        let owner = places.nearest(others, rules, part).and_then(|owner| others.get(owner));
        owner.is_some_and(|owner| part.longest() as f32 <= owner.size * 0.5)
    })
}

impl Line {
    fn of(parts: Vec<Part>, upright: bool) -> Option<Self> {
        let bounds = around(&parts)?;
        let laid: Vec<Part> = parts.iter().map(|part| if upright { turned(part) } else { *part }).collect();
        let tallest = laid.iter().map(Part::height).max()?;
        // Dashes and dots say nothing of the size of the type.
        let telling: Vec<&Part> = laid.iter().filter(|part| part.height() * 5 >= tallest * 2).collect();
        let size = quantile(telling.iter().map(|part| part.height()), 0.85)? as f32;
        let baseline = quantile(telling.iter().map(|part| part.y1), 0.5)? as f32;
        Some(Self { parts, bounds, upright, size, is_small: false, baseline })
    }

    /// Whether all of its letters are of one height, so that they may be small ones or capitals.
    fn is_level_topped(&self) -> bool {
        let heights = self.parts.iter().map(|part| if self.upright { part.width() } else { part.height() } as f32);
        let telling = heights.filter(|height| *height > self.size * 0.55);
        telling.fold(true, |level, height| level && height > self.size * 0.82 && height < self.size * 1.2)
    }
}

fn quantile(values: impl Iterator<Item = usize>, share: f32) -> Option<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    values.get((last as f32 * share).round() as usize).copied()
}

/// Lines of few letters do not show whether these are small ones or capitals: «м», «шт.», «и». The lines around tell how
/// high capitals are there.
fn settle_sizes(lines: &mut [Line]) {
    const FEW_LETTERS: usize = 14;
    const TELLING_LETTERS: usize = 6;
    let telling: Vec<(f32, f32, bool, f32)> = lines
        .iter()
        .filter(|line| line.parts.len() >= TELLING_LETTERS && !line.is_level_topped())
        .map(|line| {
            let (x, y) = line.bounds.middle();
            (x, y, line.upright, line.size)
        })
        .collect();
    for line in lines.iter_mut().filter(|line| line.parts.len() <= FEW_LETTERS && line.is_level_topped()) {
        let (x, y) = line.bounds.middle();
        let reach = line.size * 60.0;
        let mut near: Vec<(f32, f32)> = telling
            .iter()
            .filter(|other| other.2 == line.upright && (other.0 - x).abs() < reach && (other.1 - y).abs() < reach)
            .map(|other| ((other.0 - x).abs() + (other.1 - y).abs() * 3.0, other.3))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sizes: Vec<f32> = near.iter().take(7).map(|near| near.1).collect();
        sizes.sort_by(f32::total_cmp);
        if let Some(size) = sizes.get(sizes.len() / 2)
            && (1.2..1.75).contains(&(size / line.size))
        {
            line.size = *size;
            line.is_small = true;
        }
    }
}

fn around(parts: &[Part]) -> Option<Part> {
    parts.iter().copied().reduce(|all, part| all.with(&part))
}

/// Letters that stand beside or below each other.
struct Neighbours {
    /// One, other, and whether the second stands below the first.
    pairs: Vec<(usize, usize, bool)>,
    /// For each letter its smallest gaps along and down, in its own sizes.
    gaps: Vec<(f32, f32)>,
}

impl Neighbours {
    fn of(letters: &[Part], rules: &Rules, smallest: f32) -> Self {
        let cells = Cells::of(letters);
        let mut pairs = Vec::new();
        let mut gaps = vec![(f32::INFINITY, f32::INFINITY); letters.len()];
        let mut note = |index: usize, upright: bool, gap: f32| {
            if let Some(known) = gaps.get_mut(index) {
                if upright {
                    known.1 = known.1.min(gap);
                } else {
                    known.0 = known.0.min(gap);
                }
            }
        };
        for (index, letter) in letters.iter().enumerate() {
            let reach = (letter.height().max(letter.width()) as f32 * (MAX_GAP + 1.0)).max(smallest * 4.0);
            for (other_index, other) in cells.near(letters, letter, reach as usize) {
                if let Some(gap) = beside(letter, other)
                    && !rules.part_columns(letter.middle().0, other.middle().0, letter.middle().1)
                {
                    pairs.push((index, other_index, false));
                    note(index, false, gap);
                    note(other_index, false, gap);
                }
                if let Some(gap) = beside(&turned(letter), &turned(other))
                    && !are_of_letter(letter, other)
                    && !rules.part_rows(letter.middle().1, other.middle().1, letter.middle().0)
                {
                    pairs.push((index, other_index, true));
                    note(index, true, gap);
                    note(other_index, true, gap);
                }
            }
        }
        Self { pairs, gaps }
    }

    /// Which letters belong to writing that runs up or down the sheet: in a line of it the letters stand closer above
    /// each other than beside, and there are at least three of them.
    fn upright(&self, letters: &[Part]) -> Vec<bool> {
        let votes: Vec<bool> = self.gaps.iter().map(|&(along, down)| down < 0.45 && down < along * 0.6).collect();
        let mut groups = Groups::of(letters.len());
        for (one, other, is_upright) in &self.pairs {
            if *is_upright && votes.get(*one) == Some(&true) && votes.get(*other) == Some(&true) {
                groups.unite(*one, *other);
            }
        }
        let mut counts: HashMap<usize, (usize, usize, usize, usize)> = HashMap::new();
        let mut roots = Vec::with_capacity(letters.len());
        for (index, letter) in letters.iter().enumerate() {
            let root = groups.root(index);
            roots.push(root);
            if votes.get(index) == Some(&true) {
                let (count, top, bottom, widest) = counts.entry(root).or_insert((0, usize::MAX, 0, 0));
                *count += 1;
                *top = (*top).min(letter.y0);
                *bottom = (*bottom).max(letter.y1);
                *widest = (*widest).max(letter.width());
            }
        }
        let is_line = |root: &usize| {
            counts.get(root).is_some_and(|&(count, top, bottom, widest)| count >= 3 && bottom - top > widest * 2)
        };
        let mut upright: Vec<bool> = roots.iter().zip(&votes).map(|(root, &vote)| vote && is_line(root)).collect();
        self.take_along(&mut upright);
        upright
    }

    /// Letters between spaces are of no line by themselves («№», «и»): one that stands above or below upright writing, and
    /// closer to it than to anything beside, belongs to it.
    fn take_along(&self, upright: &mut [bool]) {
        let is_nearer = |letter: &usize| self.gaps.get(*letter).is_some_and(|&(along, down)| down < along);
        for _ in 0..2 {
            let mut taken = Vec::new();
            for (one, other, _) in self.pairs.iter().filter(|(_, _, is_upright)| *is_upright) {
                match (upright.get(*one), upright.get(*other)) {
                    (Some(true), Some(false)) if is_nearer(other) => taken.push(*other),
                    (Some(false), Some(true)) if is_nearer(one) => taken.push(*one),
                    _ => {}
                }
            }
            for letter in taken {
                if let Some(own) = upright.get_mut(letter) {
                    *own = true;
                }
            }
        }
    }
}

/// The gap from `left` to `right` in sizes of the larger when both may stand in one line; None when they may not.
fn beside(left: &Part, right: &Part) -> Option<f32> {
    let (low, high) = (left.height().min(right.height()) as f32, left.height().max(right.height()) as f32);
    let overlap = left.y1.min(right.y1) as f32 - left.y0.max(right.y0) as f32;
    if right.middle().0 <= left.middle().0 || high > low * MAX_RATIO || overlap < low * 0.45 {
        return None;
    }
    let gap = (right.x0 as f32 - left.x1 as f32) / high;
    (-0.6..=MAX_GAP).contains(&gap).then_some(gap.max(0.0))
}

/// Whether two parts are of one letter: an accent above it, or a piece that goes no further down than the rest. «Й»s and broken
/// letters of two rows, one above the other, are no upright line.
fn are_of_letter(upper: &Part, lower: &Part) -> bool {
    if lower.y1 <= upper.y1 {
        return true;
    }
    let (size, gap) = (lower.height(), lower.y0.saturating_sub(upper.y1));
    // The accents of slanted letters lean over to the right.
    let is_over = lower.x0 <= upper.x0 && upper.x1 <= lower.x1 + size / 5 && upper.y1 <= lower.y0;
    is_over && upper.height() * 9 < size * 4 && upper.width() * 5 > lower.width() * 2 && gap * 4 < size
}

/// Columns for rows: what stands below then stands beside.
fn turned(part: &Part) -> Part {
    Part { x0: part.y0, y0: part.x0, x1: part.y1, y1: part.x1, area: part.area }
}

/// Letters by the square of the page they begin in.
struct Cells {
    cells: HashMap<(usize, usize), Vec<usize>>,
}

const CELL_PX: usize = 96;

impl Cells {
    fn of(letters: &[Part]) -> Self {
        let mut cells: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
        for (index, letter) in letters.iter().enumerate() {
            let (x, y) = letter.middle();
            cells.entry((x as usize / CELL_PX, y as usize / CELL_PX)).or_default().push(index);
        }
        Self { cells }
    }

    fn near<'l>(
        &'l self,
        letters: &'l [Part],
        letter: &Part,
        reach: usize,
    ) -> impl Iterator<Item = (usize, &'l Part)> + 'l {
        // A neighbour of up to the same reach: its middle may stand half its own length further.
        let cells = |low: usize, high: usize| low.saturating_sub(reach) / CELL_PX..=(high + reach * 2) / CELL_PX;
        let (across, down) = (cells(letter.x0, letter.x1), cells(letter.y0, letter.y1));
        across
            .flat_map(move |x| down.clone().map(move |y| (x, y)))
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .filter_map(|&index| Some((index, letters.get(index)?)))
    }
}

/// Gives dots, commas, dashes and accents to the nearest line that they can belong to.
fn attach(lines: &mut [Line], dots: &[Part], rules: &Rules) {
    let owners: Vec<Option<usize>> = {
        let places = Places::of(lines);
        dots.iter().map(|dot| places.nearest(lines, rules, dot)).collect()
    };
    for (dot, owner) in dots.iter().zip(owners) {
        if let Some(line) = owner.and_then(|owner| lines.get_mut(owner)) {
            line.parts.push(*dot);
        }
    }
    for line in lines {
        if let Some(bounds) = around(&line.parts) {
            line.bounds = bounds;
        }
    }
}

/// Lines by the rows of squares that they go through.
struct Places {
    rows: HashMap<usize, Vec<usize>>,
}

impl Places {
    fn of(lines: &[Line]) -> Self {
        let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            let margin = line.size as usize;
            let bounds = line.bounds;
            for row in bounds.y0.saturating_sub(margin) / CELL_PX..=(bounds.y1 + margin) / CELL_PX {
                rows.entry(row).or_default().push(index);
            }
        }
        Self { rows }
    }

    /// The nearest line that a small part can belong to.
    fn nearest(&self, lines: &[Line], rules: &Rules, part: &Part) -> Option<usize> {
        let row = self.rows.get(&(part.middle().1 as usize / CELL_PX))?;
        let candidates = row.iter().filter_map(|&index| Some((index, distance(lines.get(index)?, rules, part)?)));
        candidates.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }
}

/// How far a part is from a line that it can belong to: small against its letters, no rule between.
fn distance(line: &Line, rules: &Rules, part: &Part) -> Option<f32> {
    let (own, part_laid) = if line.upright { (turned(&line.bounds), turned(part)) } else { (line.bounds, *part) };
    let (wide, high) = (part_laid.width() as f32, part_laid.height() as f32);
    let is_dash = high < line.size * 0.4 && wide < line.size * 2.2;
    if !is_dash && wide.max(high) > line.size * 0.8 {
        return None;
    }
    let (x, y) = part_laid.middle();
    let beyond = |value: f32, low: usize, high: usize| (low as f32 - value).max(value - high as f32).max(0.0);
    let (along, across) = (beyond(x, own.x0, own.x1), beyond(y, own.y0, own.y1));
    if along > line.size * 1.2 || across > line.size * 0.45 {
        return None;
    }
    let is_parted = along > 0.0 && {
        let (near, far) = if x < own.x0 as f32 { (x, own.x0 as f32) } else { (own.x1 as f32, x) };
        if line.upright { rules.part_rows(near, far, y) } else { rules.part_columns(near, far, y) }
    };
    (!is_parted).then_some(along + across * 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(x0: usize, y0: usize, width: usize, height: usize) -> Part {
        Part { x0, y0, x1: x0 + width, y1: y0 + height, area: width * height / 2 }
    }

    /// Rows of the parts of their lines at 300 dpi.
    fn found(parts: &[Part]) -> Vec<usize> {
        lines(parts, &Rules::default(), 300.0 / 72.0).iter().map(|line| line.parts.len()).collect()
    }

    #[test]
    fn a_comma_belongs_to_a_number_of_two_digits() {
        // «1,3» in slanted lettering: the comma is high enough for a letter.
        assert_eq!(found(&[part(100, 100, 9, 23), part(116, 100, 17, 23), part(109, 120, 5, 7)]), [3]);
    }

    #[test]
    fn letters_with_accents_above_each_other_are_no_upright_line() {
        // «НЫЙ» over «ный».
        let above = [part(70, 62, 25, 30), part(100, 62, 22, 30), part(125, 62, 28, 30), part(130, 53, 17, 8)];
        let below = [part(80, 121, 18, 21), part(104, 121, 18, 21), part(125, 121, 20, 21), part(128, 112, 14, 7)];
        assert_eq!(found(&[above, below].concat()), [4, 4]);
    }

    #[test]
    fn broken_letters_above_each_other_are_no_upright_line() {
        // The last letters of two rows, each with its lower corner apart.
        let row = |y| [part(60, y, 38, 43), part(105, y, 38, 43), part(150, y, 31, 43), part(169, y + 32, 15, 11)];
        assert_eq!(found(&[row(100), row(150)].concat()), [4, 4]);
    }

    #[test]
    fn what_stands_apart_or_is_as_high_as_a_letter_stays_alone() {
        let apart = found(&[part(100, 100, 9, 23), part(116, 100, 17, 23), part(200, 120, 5, 7)]);
        assert_eq!(apart.iter().sum::<usize>(), 2, "{apart:?}: a speck far from writing is none");
        assert_eq!(found(&[part(100, 100, 15, 23), part(160, 100, 15, 23)]).len(), 2);
    }
}
