//! Circles with a sign or two in them: axes of drawings, positions, marks of joints (ГОСТ 21.101). They are taken from among
//! the letters, of which they would be the largest, and what stands in one is writing as in a cell.

use crate::ink::Ink;
use crate::parts::Part;

/// Smallest and largest radius: circles are 6 to 12 mm wide.
const RADIUS_PT: (f32, f32) = (7.0, 22.0);
/// Smallest and largest height of what may stand in one.
const SIGN_PT: (f32, f32) = (2.5, 16.0);
/// In so many directions the circle is looked for; in one of eight there may be something else, the line of its axis or a speck.
const RAYS: usize = 16;
const MIN_RAYS: usize = 14;
/// How much the radius differs at most, and by how much the middle of a sign is beside that of its circle.
const UNEVEN: f32 = 0.12;
/// More circles no sheet has.
const MAX_RINGS: usize = 500;
/// Within this share of the radius nothing is of the circle itself; so many pixels may be specks.
const INNER: f32 = 0.85;
const SPECKS_PX: usize = 12;

/// A circle, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring {
    x: f32,
    y: f32,
    radius: f32,
    /// Whether more stands in it than the letters found: one that touches the circle.
    pub(crate) has_more: bool,
}

impl Ring {
    /// Notes whether there is ink in it beside the parts of the lines of a sheet.
    pub(crate) fn look_for_more<'p>(&mut self, parts: impl Iterator<Item = &'p Part>, ink: &Ink) {
        let own: Vec<&Part> = parts.filter(|part| self.holds(part)).collect();
        let is_own = |x: usize, y: usize| {
            own.iter().any(|part| (part.x0..part.x1).contains(&x) && (part.y0..part.y1).contains(&y))
        };
        let inner = self.radius * INNER;
        let across = |middle: f32| (middle - inner).max(0.0) as usize..=(middle + inner) as usize;
        let is_inside = |x: usize, y: usize| (x as f32 - self.x).hypot(y as f32 - self.y) < inner;
        let more = across(self.y)
            .flat_map(|y| across(self.x).map(move |x| (x, y)))
            .filter(|&(x, y)| is_inside(x, y) && ink.get(x, y) && !is_own(x, y));
        self.has_more = more.count() > SPECKS_PX;
    }

    /// Whether a part is all within it.
    pub(crate) fn holds(&self, part: &Part) -> bool {
        let reach = |low: usize, high: usize, middle: f32| (middle - low as f32).max(high as f32 - middle);
        reach(part.x0, part.x1, self.x).hypot(reach(part.y0, part.y1, self.y)) < self.radius * 1.05
    }

    /// Whether a part is what the circle is drawn with.
    fn is_drawn_with(&self, part: &Part) -> bool {
        let far = self.radius * 0.75;
        (part.x0 as f32) < self.x - far
            && (part.x1 as f32) > self.x + far
            && (part.y0 as f32) < self.y - far
            && (part.y1 as f32) > self.y + far
    }
}

/// Finds the circles around small parts, and takes what they are drawn with out of these.
pub(crate) fn take_out(parts: &mut Vec<Part>, ink: &Ink, taken: &Ink, px_per_pt: f32) -> Vec<Ring> {
    let signs = SIGN_PT.0 * px_per_pt..SIGN_PT.1 * px_per_pt;
    let mut rings: Vec<Ring> = Vec::new();
    for part in parts.iter().filter(|part| signs.contains(&(part.height() as f32)) && part.width() <= part.height() * 2)
    {
        if rings.len() < MAX_RINGS && !rings.iter().any(|ring| ring.holds(part)) {
            rings.extend(around(part, ink, taken, px_per_pt));
        }
    }
    parts.retain(|part| !rings.iter().any(|ring| ring.is_drawn_with(part)));
    rings
}

/// The circle around a part: its middle is looked for from the middle of the part, which may be one of two signs.
fn around(part: &Part, ink: &Ink, taken: &Ink, px_per_pt: f32) -> Option<Ring> {
    let (low, high) = (RADIUS_PT.0 * px_per_pt, RADIUS_PT.1 * px_per_pt);
    let hit = |(x, y): (f32, f32), (across, down): (f32, f32), from: f32| {
        let mut far = from;
        while far <= high * 2.0 {
            let (column, row) = (x + across * far, y + down * far);
            if column < 0.0 || row < 0.0 {
                return None;
            }
            if ink.get(column as usize, row as usize) || taken.get(column as usize, row as usize) {
                return Some(far);
            }
            far += 1.0;
        }
        None
    };
    let (mut x, mut y) = part.middle();
    // Up and down from the sign nothing else stands; the middle of the circle has its height, and then its breadth.
    let clear = part.height() as f32 * 0.5 + 2.0;
    let (above, below) = (hit((x, y), (0.0, -1.0), clear)?, hit((x, y), (0.0, 1.0), clear)?);
    y += (below - above) / 2.0;
    let half_chord = (above + below) / 2.0;
    if half_chord < low * 0.7 || half_chord > high {
        return None;
    }
    // Level at a height above the signs, where the circle alone is met.
    let height = y - (part.height() as f32 * 0.5 + 2.0 + (half_chord - part.height() as f32 * 0.5).max(0.0) * 0.25);
    let (left, right) = (hit((x, height), (-1.0, 0.0), 1.0)?, hit((x, height), (1.0, 0.0), 1.0)?);
    x += (right - left) / 2.0;
    let guess = ((left + right) / 2.0).hypot(y - height);
    if !(low..=high).contains(&guess) {
        return None;
    }
    let rays = (0..RAYS).filter_map(|ray| {
        let angle = ray as f32 * std::f32::consts::TAU / RAYS as f32 + 0.1;
        hit((x, y), (angle.cos(), angle.sin()), guess * (1.0 - UNEVEN))
    });
    let even = rays.filter(|far| (far - guess).abs() <= guess * UNEVEN).count();
    (even >= MIN_RAYS).then_some(Ring { x, y, radius: guess, has_more: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts;

    const PX_PER_PT: f32 = 300.0 / 72.0;

    /// A sign of 14 by 30 pixels in what is drawn by `is_line`, and the parts left with the circles found.
    fn found(is_line: impl Fn(f32, f32) -> bool) -> (usize, usize) {
        let mut ink = Ink::blank(300, 300);
        for y in 0..300 {
            for x in 0..300 {
                let is_sign = (143..157).contains(&x) && (135..165).contains(&y);
                if is_sign || is_line(x as f32 - 150.0, y as f32 - 150.0) {
                    ink.set(x, y);
                }
            }
        }
        let mut parts = parts::parts(&ink);
        let rings = take_out(&mut parts, &ink, &Ink::blank(300, 300), PX_PER_PT);
        (rings.len(), parts.len())
    }

    #[test]
    fn a_circle_around_a_sign_is_taken_out_with_its_axis() {
        let circle = |x: f32, y: f32| (x.hypot(y) - 50.0).abs() < 1.5;
        assert_eq!(found(circle), (1, 1));
        assert_eq!(found(|x, y| circle(x, y) || (x.abs() < 1.0 && y < -50.0)), (1, 1));
        assert_eq!(found(|x, y| circle(x - 12.0, y)), (1, 1), "the first of two signs");
    }

    #[test]
    fn a_letter_that_touches_the_circle_is_noted() {
        let sign = Part { x0: 143, y0: 135, x1: 157, y1: 165, area: 420 };
        let noted = |stroke: std::ops::Range<usize>| {
            let mut ink = Ink::blank(300, 300);
            stroke.for_each(|x| (140..160).for_each(|y| ink.set(x, y)));
            let mut ring = Ring { x: 150.0, y: 150.0, radius: 50.0, has_more: false };
            ring.look_for_more([sign].iter(), &ink);
            ring.has_more
        };
        assert!(noted(110..114) && !noted(145..155) && !noted(102..106));
    }

    #[test]
    fn a_frame_is_no_circle() {
        assert_eq!(found(|x, y| (x.abs().max(y.abs()) - 50.0).abs() < 1.5), (0, 2));
        assert_eq!(found(|x, y| (x.hypot(y) - 50.0).abs() < 1.5 && x < 0.0), (0, 2));
        assert_eq!(found(|_, _| false), (0, 1));
    }
}
