//! The picture of a line of writing, cut out of its sheet.

use crate::ink::Ink;
use crate::lines::Line;
use crate::parts::Part;
use pdf::Picture;
use ports::LinePicture;

/// What a picture of a line shows above and below the place where letters stand, and before and behind, in capitals.
const ABOVE: f32 = 1.35;
const BELOW: f32 = 0.45;
const BESIDE: f32 = 0.45;
/// What a picture of a line shows of the page: capitals and descenders have their room above and below, so that small
/// letters are seen to be small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Frame {
    pub(crate) fn of(line: &Line) -> Self {
        let Part { x0, y0, x1, y1, .. } = line.bounds;
        let across = |low: usize, high: usize| {
            let above = (line.baseline - line.size * ABOVE) as i64;
            let below = (line.baseline + line.size * BELOW) as i64;
            (above.min(low as i64 - 2), below.max(high as i64 + 2))
        };
        let beside = (line.size * BESIDE) as i64 + 2;
        let along = |low: usize, high: usize| (low as i64 - beside, high as i64 + beside);
        let ((left, right), (top, bottom)) =
            if line.upright { (across(x0, x1), along(y0, y1)) } else { (along(x0, x1), across(y0, y1)) };
        Self { left, top, width: (right - left).max(1) as usize, height: (bottom - top).max(1) as usize }
    }

    /// Where a part stands in the line: from its beginning to its end along, from its upper to its lower edge across.
    pub(crate) fn laid(&self, upright: bool, part: &Part) -> (f32, f32, f32, f32) {
        let bottom = self.top + self.height as i64;
        let from = |value: usize, start: i64| (value as i64 - start) as f32;
        if upright {
            let along = |y: usize| (bottom - y as i64) as f32;
            (along(part.y1), along(part.y0), from(part.x0, self.left), from(part.x1, self.left))
        } else {
            let (left, top) = (self.left, self.top);
            (from(part.x0, left), from(part.x1, left), from(part.y0, top), from(part.y1, top))
        }
    }

    /// Where the line begins across its direction: y of a level line, x of an upright one.
    pub(crate) fn across_start(&self, upright: bool) -> f32 {
        if upright { self.left as f32 } else { self.top as f32 }
    }

    /// From where to where on the page a stretch of the line goes: x of a level line, y of an upright one, which reads
    /// from below.
    pub(crate) fn along(&self, upright: bool, start: f32, end: f32) -> (f32, f32) {
        if upright {
            let bottom = (self.top + self.height as i64) as f32;
            (bottom - end, bottom - start)
        } else {
            (self.left as f32 + start, self.left as f32 + end)
        }
    }
}

/// A piece of the page as grey values.
pub(crate) struct Crop {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Crop {
    /// The parts of a line and the grey rim around each, on white, without rules.
    pub(crate) fn of(picture: &Picture, taken: &Ink, line: &Line, frame: Frame) -> Self {
        const RIM: usize = 2;
        let Frame { left, top, width, height } = frame;
        let mut grey = vec![255u8; width * height];
        for part in &line.parts {
            let Part { x0, y0, x1, y1, .. } = *part;
            for y in y0.saturating_sub(RIM)..(y1 + RIM).min(picture.height) {
                let Ok(to_y) = usize::try_from(y as i64 - top) else { continue };
                for x in x0.saturating_sub(RIM)..(x1 + RIM).min(picture.width) {
                    let Ok(to_x) = usize::try_from(x as i64 - left) else { continue };
                    if to_x >= width || touches(taken, x, y) {
                        continue;
                    }
                    let value = picture.grey.get(y * picture.width + x);
                    if let (Some(to), Some(value)) = (grey.get_mut(to_y * width + to_x), value) {
                        *to = *value;
                    }
                }
            }
        }
        Self { width, height, grey }
    }

    /// Upside down.
    pub(crate) fn turn_over(&mut self) {
        self.grey.reverse();
    }

    /// Turned clockwise by a quarter: what runs upwards runs from left to right.
    pub(crate) fn turned_right(&self) -> Self {
        let mut grey = Vec::with_capacity(self.grey.len());
        for x in 0..self.width {
            for y in (0..self.height).rev() {
                grey.push(self.grey.get(y * self.width + x).copied().unwrap_or(255));
            }
        }
        Self { width: self.height, height: self.width, grey }
    }

    /// The crop larger or smaller. Each pixel weighs what lies around it (Catmull and Rom's curve), over as much as it stands
    /// for: letters stay sharp when they grow and lose no stroke when they shrink.
    pub(crate) fn scaled(&self, scale: f32) -> LinePicture {
        let width = ((self.width as f32 * scale) as usize).max(1);
        let height = ((self.height as f32 * scale) as usize).max(1);
        let (across, down) = (taps(width, self.width, scale), taps(height, self.height, scale));
        let mut rows = Vec::with_capacity(width * self.height);
        for row in self.grey.chunks_exact(self.width.max(1)) {
            rows.extend(across.iter().map(|tap| tap.of(|place| row.get(place).copied().map_or(255.0, f32::from))));
        }
        let mut grey = Vec::with_capacity(width * height);
        for tap in &down {
            for x in 0..width {
                let value = tap.of(|place| rows.get(place * width + x).copied().unwrap_or(255.0));
                grey.push(value.round().clamp(0.0, 255.0) as u8);
            }
        }
        LinePicture { width: width as u32, height: height as u32, grey }
    }
}

/// Which pixels make one of a scaled row, and how much each weighs.
struct Tap {
    first: usize,
    weights: Vec<f32>,
}

impl Tap {
    fn of(&self, value: impl Fn(usize) -> f32) -> f32 {
        self.weights.iter().zip(self.first..).map(|(weight, place)| weight * value(place)).sum()
    }
}

/// The taps of a row of `most` pixels scaled to `count`.
fn taps(count: usize, most: usize, scale: f32) -> Vec<Tap> {
    let reach = (1.0 / scale).max(1.0);
    let tap = |place: usize| {
        let middle = (place as f32 + 0.5) / scale - 0.5;
        let first = (middle - 2.0 * reach).ceil().max(0.0) as usize;
        let last = ((middle + 2.0 * reach).floor().max(0.0) as usize).min(most.saturating_sub(1));
        let mut weights: Vec<f32> = (first..=last).map(|own| curve((own as f32 - middle) / reach)).collect();
        let sum: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Tap { first, weights }
    };
    (0..count).map(tap).collect()
}

/// The cubic of Catmull and Rom: 1 at 0, 0 at 1 and from 2 on.
fn curve(at: f32) -> f32 {
    let at = at.abs();
    if at < 1.0 {
        (1.5 * at - 2.5) * at * at + 1.0
    } else if at < 2.0 {
        ((-0.5 * at + 2.5) * at - 4.0) * at + 2.0
    } else {
        0.0
    }
}

/// Whether a pixel belonged to a rule or lies beside one.
fn touches(taken: &Ink, x: usize, y: usize) -> bool {
    let rows = y.saturating_sub(1)..=(y + 1).min(taken.height.saturating_sub(1));
    rows.into_iter().any(|row| (x.saturating_sub(1)..=x + 1).any(|column| taken.get(column, row)))
}

#[cfg(test)]
mod tests {
    use super::Crop;

    fn stripes(width: usize, of: usize) -> Crop {
        let grey = (0..width * 4).map(|place| if place % width / of % 2 == 0 { 0 } else { 255 }).collect();
        Crop { width, height: 4, grey }
    }

    #[test]
    fn what_is_scaled_keeps_its_mean_and_its_edges() {
        for scale in [0.4, 0.7, 1.0, 1.5, 2.6] {
            let scaled = stripes(120, 12).scaled(scale);
            let mean = scaled.grey.iter().map(|&grey| f32::from(grey)).sum::<f32>() / scaled.grey.len() as f32;
            assert!((mean - 127.5).abs() < 4.0, "{scale}: {mean}");
            let clear = scaled.grey.iter().filter(|&&grey| !(40..=215).contains(&grey)).count();
            assert!(clear * 10 > scaled.grey.len() * 6, "{scale}: {clear} of {}", scaled.grey.len());
        }
        assert_eq!(stripes(40, 5).scaled(1.0).grey, stripes(40, 5).grey);
    }

    #[test]
    fn nothing_is_too_small_to_be_scaled() {
        let dot = Crop { width: 1, height: 1, grey: vec![9] };
        assert_eq!(dot.scaled(0.1).grey, [9]);
        assert_eq!(dot.scaled(3.0).grey, [9; 9]);
    }
}
