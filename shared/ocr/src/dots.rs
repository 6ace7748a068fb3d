//! Points and commas of a line that are too faint for ink: of a point of a quarter of a millimetre a coarse scan shows no pixel
//! as dark as a stroke. They are looked for where a line is known to stand, by how dark its own strokes are.

use crate::ink::{Ink, quantile};
use crate::lines::Line;
use crate::parts::Part;
use pdf::Picture;
use std::ops::RangeInclusive;

/// How dark the middle of a dot is at least, between paper (0) and the strokes of its line (1).
const MIN_DARKNESS: f32 = 0.25;
/// How much lighter everything around it is at least, by the same measure.
const MIN_RELIEF: f32 = 0.12;
/// Largest side of a dot, in capitals and in pixels: what is larger is ink.
const LARGEST: f32 = 0.34;
const LARGEST_PX: f32 = 16.0;
/// From where to where above and below the line a dot may have its middle, in capitals.
const ABOVE: f32 = 0.25;
const BELOW: f32 = 0.2;
/// How far behind its last letter a line may have a dot, in capitals.
const BEHIND: f32 = 0.5;
/// How high above the line the upper dot of a semicolon stands, and how far beside the lower one, in capitals; it leans to the right.
const UPPER: (f32, f32) = (0.85, 0.4);
const BESIDE: f32 = 0.12;

/// Where nothing of a line stands: above capitals and below commas, in capitals from the line. On patterned or dirty paper there are
/// specks as well; so many times fewer there must be than dots, beside a line and on the whole sheet.
const CLEAR: [(f32, f32); 2] = [(-1.3, -1.08), (0.3, 0.5)];
const FEWER_BESIDE_LINE: usize = 3;
const FEWER_ON_SHEET: usize = 2;

/// How far around a stroke its paper is looked at, in pixels; paper and strokes that differ less are not looked at.
const RIM: usize = 4;
const MIN_CONTRAST: f32 = 40.0;

/// Adds to lines the dots that are too faint for ink, and makes these as dark in the picture as the strokes beside them.
pub(crate) fn add_faint(picture: &mut Picture, ink: &Ink, taken: &Ink, lines: &mut [Line]) {
    let mut found: Vec<(usize, Vec<Dot>, f32, f32)> = Vec::new();
    let (mut specks, mut count) = (0, 0);
    for (place, line) in lines.iter().enumerate() {
        let Some((paper, stroke)) = tones(picture, line) else { continue };
        let view = Along { picture, ink, taken, line, paper, contrast: paper - stroke };
        let (dots, own_specks) = (view.dots(), view.specks());
        if dots.len() > line.parts.len() {
            specks += dots.len();
            continue;
        }
        specks += own_specks;
        count += dots.len();
        if own_specks * FEWER_BESIDE_LINE <= dots.len() {
            found.push((place, dots, paper, paper - stroke));
        }
    }
    if specks * FEWER_ON_SHEET > count {
        return;
    }
    for (place, dots, paper, contrast) in found {
        for dot in dots {
            dot.darken(picture, paper, contrast);
            let Some(line) = lines.get_mut(place) else { continue };
            let is_known =
                line.parts.iter().any(|part| part.with(&dot.part) == Part { area: part.area + dot.part.area, ..*part });
            if !is_known {
                line.parts.push(dot.part);
                line.bounds = line.bounds.with(&dot.part);
            }
        }
    }
}

/// How light the paper of a line is and how dark its strokes are.
fn tones(picture: &Picture, line: &Line) -> Option<(f32, f32)> {
    let mut counts = [0u32; 256];
    for part in &line.parts {
        let columns = part.x0.saturating_sub(RIM)..(part.x1 + RIM).min(picture.width);
        for y in part.y0..part.y1 {
            let row = picture.grey.get(y * picture.width + columns.start..y * picture.width + columns.end);
            for &grey in row.unwrap_or_default() {
                if let Some(count) = counts.get_mut(usize::from(grey)) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    let total: u32 = counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
    let (stroke, paper) = (f32::from(quantile(&counts, total / 10)), f32::from(quantile(&counts, total / 10 * 9)));
    (paper - stroke > MIN_CONTRAST).then_some((paper, stroke))
}

/// A line with its surroundings, its length along and its height across.
struct Along<'a> {
    picture: &'a Picture,
    ink: &'a Ink,
    taken: &'a Ink,
    line: &'a Line,
    paper: f32,
    contrast: f32,
}

struct Dot {
    part: Part,
    pixels: Vec<(usize, usize)>,
    darkness: f32,
}

impl Dot {
    fn darken(&self, picture: &mut Picture, paper: f32, contrast: f32) {
        let times = (contrast / self.darkness).max(1.0);
        for &(x, y) in &self.pixels {
            if let Some(pixel) = picture.grey.get_mut(y * picture.width + x) {
                *pixel = (paper - (paper - f32::from(*pixel)) * times).clamp(0.0, 255.0) as u8;
            }
        }
    }
}

impl Along<'_> {
    fn grey(&self, x: usize, y: usize) -> f32 {
        if x >= self.picture.width {
            return 255.0;
        }
        self.picture.grey.get(y * self.picture.width + x).copied().map_or(255.0, f32::from)
    }

    /// A band along the line, in pixels across it, between two distances from it in capitals: above it they are below zero.
    fn across(&self, from: f32, to: f32) -> RangeInclusive<usize> {
        let at = |far: f32| (self.line.baseline + self.line.size * far).max(0.0) as usize;
        at(from)..=at(to)
    }

    /// The faint dots on the line, and those above a dot on the line, as a semicolon has one.
    fn dots(&self) -> Vec<Dot> {
        let Line { bounds, size, baseline, upright, .. } = *self.line;
        let behind = (size * BEHIND) as usize;
        if upright {
            return self.dots_in(self.across(-ABOVE, BELOW), bounds.y0.saturating_sub(behind)..=bounds.y1);
        }
        let mut dots = self.dots_in(bounds.x0..=bounds.x1 + behind, self.across(-ABOVE, BELOW));
        let is_low =
            |part: &&Part| part.longest() as f32 <= size * LARGEST && part.middle().1 > baseline - size * ABOVE;
        let low: Vec<Part> =
            self.line.parts.iter().filter(is_low).copied().chain(dots.iter().map(|dot| dot.part)).collect();
        for part in low {
            let (middle, beside) = (part.middle().0, size * BESIDE);
            let columns = (middle - beside).max(0.0) as usize..=(middle + beside * 2.0) as usize;
            dots.extend(self.dots_in(columns, self.across(-UPPER.0, -UPPER.1)));
        }
        dots
    }

    /// How many such dots there are right above and below the line, where writing has none.
    fn specks(&self) -> usize {
        let Line { bounds, upright, .. } = *self.line;
        let bands = CLEAR.map(|(from, to)| {
            let across = self.across(from, to);
            if upright {
                self.dots_in(across, bounds.y0..=bounds.y1)
            } else {
                self.dots_in(bounds.x0..=bounds.x1, across)
            }
        });
        bands.iter().map(Vec::len).sum()
    }

    fn dots_in(&self, columns: RangeInclusive<usize>, rows: RangeInclusive<usize>) -> Vec<Dot> {
        let mut dots: Vec<Dot> = Vec::new();
        for y in rows {
            for x in columns.clone() {
                let own = self.grey(x, y);
                if self.paper - own < self.contrast * MIN_DARKNESS || self.ink.get(x, y) || !self.is_darkest(x, y, own)
                {
                    continue;
                }
                if !dots.iter().any(|other| other.pixels.contains(&(x, y))) {
                    dots.extend(self.dot(x, y, own));
                }
            }
        }
        dots
    }

    /// Whether no pixel near is darker, and none as dark comes before it: of an even area one pixel is.
    fn is_darkest(&self, x: usize, y: usize, own: f32) -> bool {
        (y.saturating_sub(2)..=y + 2).all(|row| {
            (x.saturating_sub(2)..=x + 2).all(|column| {
                let grey = self.grey(column, row);
                grey > own || (grey == own && (row, column) >= (y, x))
            })
        })
    }

    /// The dot around its darkest pixel, as far as it is half as dark, or at least lighter around; none when something darker
    /// or larger begins there.
    fn dot(&self, x: usize, y: usize, own: f32) -> Option<Dot> {
        let darkness = self.paper - own;
        let levels = [self.paper - darkness * 0.5, own + self.contrast * MIN_RELIEF];
        let pixels = levels.into_iter().find_map(|level| self.spread(x, y, own, level))?;
        let mut part = Part { x0: x, y0: y, x1: x + 1, y1: y + 1, area: 0 };
        for &(x, y) in &pixels {
            part = part.with(&Part { x0: x, y0: y, x1: x + 1, y1: y + 1, area: 1 });
        }
        Some(Dot { part, pixels, darkness })
    }

    /// The pixels around one that are darker than a level, when none of them is darker than it, they are few and no rule is near.
    fn spread(&self, x: usize, y: usize, own: f32, level: f32) -> Option<Vec<(usize, usize)>> {
        let largest = (self.line.size * LARGEST).min(LARGEST_PX);
        let mut pixels = vec![(x, y)];
        let mut next = 0;
        while let Some(&(column, row)) = pixels.get(next) {
            next += 1;
            for near_row in row.saturating_sub(1)..=row + 1 {
                for near_column in column.saturating_sub(1)..=column + 1 {
                    let grey = self.grey(near_column, near_row);
                    if grey >= level || pixels.contains(&(near_column, near_row)) {
                        continue;
                    }
                    let far = near_column.abs_diff(x).max(near_row.abs_diff(y));
                    let is_drawn = self.ink.get(near_column, near_row) || self.taken.get(near_column, near_row);
                    if grey < own || far as f32 > largest || is_drawn {
                        return None;
                    }
                    pixels.push((near_column, near_row));
                }
            }
        }
        Some(pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 120;

    /// A line of two strokes, 24 pixels high on the line 60, and specks of a darkness at places; the dots it has then.
    fn dots(specks: &[(usize, usize, u8)]) -> (Vec<Part>, Picture) {
        let mut picture = Picture { width: WIDTH, height: 90, grey: vec![250; WIDTH * 90], px_per_pt: 300.0 / 72.0 };
        let mut ink = Ink::blank(WIDTH, 90);
        let strokes = [20, 40].map(|x0| Part { x0, y0: 36, x1: x0 + 4, y1: 60, area: 96 });
        for stroke in &strokes {
            for (x, y) in (stroke.x0..stroke.x1).flat_map(|x| (stroke.y0..stroke.y1).map(move |y| (x, y))) {
                picture.grey[y * WIDTH + x] = 60;
                ink.set(x, y);
            }
        }
        for &(x, y, grey) in specks {
            for (column, row) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
                picture.grey[row * WIDTH + column] = grey;
            }
        }
        let bounds = Part { x0: 20, y0: 36, x1: 44, y1: 60, area: 192 };
        let parts = strokes.to_vec();
        let mut lines = [Line { parts, bounds, upright: false, size: 24.0, is_small: false, baseline: 60.0 }];
        add_faint(&mut picture, &ink, &Ink::blank(WIDTH, 90), &mut lines);
        (lines[0].parts.split_off(2), picture)
    }

    #[test]
    fn a_faint_dot_on_the_line_is_found_and_made_as_dark_as_a_stroke() {
        let (found, picture) = dots(&[(30, 57, 190)]);
        assert_eq!(found, [Part { x0: 30, y0: 57, x1: 32, y1: 59, area: 4 }]);
        assert!(picture.grey[57 * WIDTH + 30] < 70, "{}", picture.grey[57 * WIDTH + 30]);
        assert_eq!(dots(&[(50, 57, 190)]).0.len(), 1, "behind the last letter");
    }

    #[test]
    fn specks_elsewhere_and_grain_are_no_dots() {
        assert_eq!(dots(&[(30, 57, 235)]).0, [], "grain");
        assert_eq!(dots(&[(30, 45, 190)]).0, [], "amid the letters");
        assert_eq!(dots(&[(80, 57, 190)]).0, [], "far behind");
        assert_eq!(dots(&[(44, 57, 190)]).0, [], "the edge of a stroke");
    }

    #[test]
    fn patterned_paper_has_no_dots() {
        assert_eq!(dots(&[(30, 57, 190), (34, 31, 190)]).0, []);
    }

    #[test]
    fn a_semicolon_has_a_dot_above() {
        assert_eq!(dots(&[(30, 57, 190), (30, 45, 190)]).0.len(), 2);
    }
}
