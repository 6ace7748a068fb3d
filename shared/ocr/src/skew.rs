//! How far a sheet lies askew, and laying it straight.

use crate::ink::Ink;
use pdf::Picture;

/// Sheets turned further than this were not put into the scanner by hand.
const MAX_SKEW_DEG: f32 = 5.0;
/// Less than this harms nobody.
pub(crate) const MIN_SKEW_DEG: f32 = 0.12;
/// Pixels looked at, at most.
const MAX_POINTS: usize = 120_000;
/// How much sharper than as it lies a page must become to count as askew.
const MIN_GAIN: f64 = 1.02;

/// The angle in degrees, clockwise positive, by which the ink of a page is turned; within ±5. Lines of text and rules
/// make the profile of rows and columns sharpest when they are level.
pub(crate) fn skew_deg(ink: &Ink, px_per_pt: f32) -> f32 {
    // About 75 dpi is enough: a tenth of a degree over a page of A4 is one such pixel.
    let shrink = ((px_per_pt * 72.0 / 75.0) as usize).max(1);
    let points = shrunken(ink, shrink);
    if points.len() < 200 {
        return 0.0;
    }
    let sharpness = |deg: f32| sharpness(&points, deg);
    let level = sharpness(0.0);
    let best_of = |from: f32, to: f32, step: f32| {
        let mut best = (0.0f32, level);
        let mut deg = from;
        while deg <= to {
            let sharp = sharpness(deg);
            if sharp > best.1 {
                best = (deg, sharp);
            }
            deg += step;
        }
        best
    };
    let (coarse, _) = best_of(-MAX_SKEW_DEG, MAX_SKEW_DEG, 0.25);
    let (fine, sharp) = best_of(coarse - 0.25, coarse + 0.25, 0.04);
    if fine.abs() < MIN_SKEW_DEG || sharp < level * MIN_GAIN { 0.0 } else { fine }
}

fn shrunken(ink: &Ink, shrink: usize) -> Vec<(f32, f32)> {
    let mut small = Ink::blank(ink.width / shrink + 1, ink.height / shrink + 1);
    for y in 0..ink.height {
        for run in ink.runs(y) {
            for x in run.start / shrink..=(run.end - 1) / shrink {
                small.set(x, y / shrink);
            }
        }
    }
    let mut points = Vec::new();
    for y in 0..small.height {
        for run in small.runs(y) {
            points.extend((run.start..run.end).map(|x| (x as f32, y as f32)));
        }
    }
    let every = points.len().div_ceil(MAX_POINTS).max(1);
    points.into_iter().step_by(every).collect()
}

/// Sum of squares of the ink of rows and of columns when the page is turned back by `deg`.
fn sharpness(points: &[(f32, f32)], deg: f32) -> f64 {
    let (sine, cosine) = deg.to_radians().sin_cos();
    let longest = points.iter().fold(0.0f32, |longest, &(x, y)| longest.max(x).max(y));
    let bins = (longest * 3.0) as usize + 2;
    let (mut rows, mut columns) = (vec![0u32; bins], vec![0u32; bins]);
    for &(x, y) in points {
        let row = y * cosine - x * sine + longest;
        let column = x * cosine + y * sine + longest;
        if let Some(count) = rows.get_mut(row as usize) {
            *count += 1;
        }
        if let Some(count) = columns.get_mut(column as usize) {
            *count += 1;
        }
    }
    let squares = |counts: &[u32]| counts.iter().map(|&count| f64::from(count) * f64::from(count)).sum::<f64>();
    squares(&rows) + squares(&columns)
}

/// A turn about the middle of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    sine: f32,
    cosine: f32,
    middle: (f32, f32),
}

impl Turn {
    /// Takes a level point to where it lies on a page that is askew by `deg`.
    pub(crate) fn new(deg: f32, width: usize, height: usize) -> Self {
        let (sine, cosine) = deg.to_radians().sin_cos();
        Self { sine, cosine, middle: (width as f32 / 2.0, height as f32 / 2.0) }
    }

    pub(crate) fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        (x * self.cosine - y * self.sine + self.middle.0, x * self.sine + y * self.cosine + self.middle.1)
    }
}

/// The picture laid straight; what comes in from outside is white.
pub(crate) fn straightened(picture: &Picture, turn: &Turn) -> Picture {
    let mut grey = Vec::with_capacity(picture.grey.len());
    for y in 0..picture.height {
        let (mut from_x, mut from_y) = turn.apply(0.0, y as f32);
        for _ in 0..picture.width {
            grey.push(blended(picture, from_x, from_y));
            from_x += turn.cosine;
            from_y += turn.sine;
        }
    }
    Picture { grey, ..*picture }
}

fn blended(picture: &Picture, x: f32, y: f32) -> u8 {
    if x < 0.0 || y < 0.0 {
        return 255;
    }
    let (left, top) = (x as usize, y as usize);
    if left + 1 >= picture.width || top + 1 >= picture.height {
        return 255;
    }
    let (share_x, share_y) = ((x.fract() * 256.0) as u32, (y.fract() * 256.0) as u32);
    let pair = |row: usize| match picture.grey.get(row * picture.width + left..row * picture.width + left + 2) {
        Some(&[left, right]) => u32::from(left) * (256 - share_x) + u32::from(right) * share_x,
        _ => 255 << 8,
    };
    ((pair(top) * (256 - share_y) + pair(top + 1) * share_y) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruled(deg: f32) -> Picture {
        let (width, height) = (1600, 1200);
        let mut picture = Picture { width, height, grey: vec![255; width * height], px_per_pt: 150.0 / 72.0 };
        let turn = Turn::new(deg, width, height);
        for line in 0..20 {
            for step in 0..4800 {
                let (x, y) = turn.apply(200.0 + step as f32 / 4.0, 150.0 + line as f32 * 45.0);
                // Dashes like words.
                if step / 160 % 3 != 2 {
                    for thickness in 0..4 {
                        picture.grey[(y as usize + thickness) * width + x as usize] = 0;
                    }
                }
            }
        }
        picture
    }

    #[test]
    fn the_angle_of_a_sheet_is_found_and_undone() {
        for deg in [-3.0, -0.6, 0.0, 1.3, 2.9] {
            let picture = ruled(deg);
            let found = skew_deg(&Ink::of(&picture), picture.px_per_pt);
            assert!((found - deg).abs() < 0.1, "{deg}: {found}");
            let straight = straightened(&picture, &Turn::new(found, picture.width, picture.height));
            let left = skew_deg(&Ink::of(&straight), picture.px_per_pt);
            assert!(left.abs() < 0.1, "{deg}: {left} left");
        }
    }

    #[test]
    fn an_empty_sheet_lies_straight() {
        assert_eq!(skew_deg(&Ink::blank(500, 500), 4.0), 0.0);
    }
}
