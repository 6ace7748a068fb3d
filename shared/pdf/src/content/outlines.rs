//! Lettering drawn as lines or areas: the outlines of letters and the strokes of plotter fonts. Looked for only on pages
//! with many lines and few words, in a second pass.

use domain::Rect;

/// Most strokes that are looked at.
const MAX_MARKS: usize = 120_000;
/// Strokes after which a drawing without a line of letters has none.
const ENOUGH_MARKS: usize = 30_000;
/// Height of letters in points: 1 mm to 14 mm.
const LEAST_HEIGHT: f32 = 3.0;
const LARGEST_HEIGHT: f32 = 40.0;
/// A line of letters is so many times longer than high.
const LEAST_LENGTH: f32 = 2.2;
/// Strokes and pieces of strokes of the shortest line of letters that is believed.
const LEAST_STROKES: usize = 5;
const LEAST_PIECES: u32 = 14;
/// Share of pieces in one direction above which a line is hatching, dashes or a row of circles.
const LARGEST_SHARE: f32 = 0.72;
/// Share of pieces that a second kind must have.
const LEAST_SHARE: f32 = 0.12;

/// Letters differ: so many shapes a short line has at least, and a long one. Hatching, bars and clouds repeat one.
const LEAST_SHAPES: usize = 4;
const MANY_SHAPES: usize = 9;

/// Directions of pieces: level, upright, rising, falling; curves are a fifth.
const KINDS: usize = 5;

/// One stroke: from `m` to the next `m`.
#[derive(Debug, Clone, Copy)]
struct Mark {
    bounds: Rect,
    kinds: [u16; KINDS],
}

/// A line of letters that is being gathered.
#[derive(Debug, Clone, Copy)]
struct Line {
    hull: Rect,
    strokes: usize,
    kinds: [u32; KINDS],
    /// Strokes at least half as high as the line.
    tall: usize,
    /// Shapes seen so far, a bit for each.
    shapes: u64,
}

/// Gathers strokes.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    marks: Vec<Mark>,
    open: Option<Mark>,
    /// Strokes of the path that is not painted yet.
    pending: usize,
    at: (f32, f32),
}

impl Outlines {
    /// Begins a stroke at a point of the page as seen.
    pub(crate) fn move_to(&mut self, to: (f32, f32)) {
        self.end_stroke();
        self.at = to;
        let (x, y) = to;
        self.open = Some(Mark { bounds: Rect { x0: x, y0: y, x1: x, y1: y }, kinds: [0; KINDS] });
    }

    /// Drops the path: it is not painted.
    pub(crate) fn drop_path(&mut self) {
        self.open = None;
        self.marks.truncate(self.marks.len().saturating_sub(self.pending));
        self.pending = 0;
    }

    /// Paints the path.
    pub(crate) fn paint(&mut self) {
        self.end_stroke();
        self.pending = 0;
    }

    /// Carries the stroke on.
    pub(crate) fn piece(&mut self, to: (f32, f32), is_curve: bool) {
        let (dx, dy) = (to.0 - self.at.0, to.1 - self.at.1);
        self.at = to;
        let Some(mark) = &mut self.open else { return };
        mark.bounds = mark.bounds.union(Rect { x0: to.0, y0: to.1, x1: to.0, y1: to.1 });
        let kind = if is_curve {
            4
        } else if dy.abs() < 0.25 * dx.abs() {
            0
        } else if dx.abs() < 0.25 * dy.abs() {
            1
        } else if (dx > 0.0) == (dy > 0.0) {
            2
        } else {
            3
        };
        if let Some(count) = mark.kinds.get_mut(kind) {
            *count = count.saturating_add(1);
        }
    }

    fn end_stroke(&mut self) {
        let Some(mark) = self.open.take() else { return };
        let (width, height) = (mark.bounds.width(), mark.bounds.height());
        let is_small = width <= LARGEST_HEIGHT && height <= LARGEST_HEIGHT && width.max(height) > 0.3;
        if is_small && self.marks.len() < MAX_MARKS {
            self.marks.push(mark);
            self.pending += 1;
        }
    }

    /// The strokes small enough for letters.
    pub(crate) fn strokes(&self) -> impl Iterator<Item = Rect> + '_ {
        self.marks.iter().map(|mark| mark.bounds)
    }

    /// The lines of letters, level and turned.
    pub(crate) fn lettering(&self) -> Vec<Rect> {
        let mut found = Vec::new();
        self.gather(|bounds| bounds, &mut found);
        if found.is_empty() && self.marks.len() > ENOUGH_MARKS {
            return found;
        }
        let level = found.len();
        self.gather(turned, &mut found);
        for line in found.iter_mut().skip(level) {
            *line = turned(*line);
        }
        found
    }

    fn gather(&self, turn: impl Fn(Rect) -> Rect, found: &mut Vec<Rect>) {
        let is_turned = turn(Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 2.0 }).x1 > 1.0;
        let mut open: Option<Line> = None;
        for (place, mark) in self.marks.iter().enumerate() {
            if place == ENOUGH_MARKS && found.is_empty() {
                return;
            }
            let bounds = turn(mark.bounds);
            match &mut open {
                Some(line) if line.goes_on(bounds) => line.add(bounds, &mark.kinds),
                _ => {
                    found.extend(open.take().and_then(|line| line.lettering(is_turned)));
                    open = Some(Line::of(bounds, &mark.kinds));
                }
            }
        }
        found.extend(open.and_then(|line| line.lettering(is_turned)));
    }
}

impl Line {
    fn of(bounds: Rect, kinds: &[u16; KINDS]) -> Self {
        Self { hull: bounds, strokes: 1, kinds: kinds.map(u32::from), tall: 1, shapes: shape(bounds, kinds) }
    }

    fn height(&self) -> f32 {
        self.hull.height().max(LEAST_HEIGHT)
    }

    /// Whether a stroke stands beside or in the line, no higher than it by much.
    fn goes_on(&self, bounds: Rect) -> bool {
        let height = self.height().max(bounds.height());
        if height > LARGEST_HEIGHT {
            return false;
        }
        let gap = bounds.x0 - self.hull.x1;
        let hull = self.hull.union(bounds);
        let is_beside = gap < 1.3 * height && bounds.x1 > self.hull.x1 - 2.0 * height;
        is_beside && hull.height() <= (1.6 * self.height()).max(1.3 * bounds.height())
    }

    fn add(&mut self, bounds: Rect, kinds: &[u16; KINDS]) {
        self.hull = self.hull.union(bounds);
        self.strokes += 1;
        self.shapes |= shape(bounds, kinds);
        self.tall += usize::from(bounds.height() >= 0.5 * self.hull.height());
        for (sum, kind) in self.kinds.iter_mut().zip(kinds) {
            *sum += u32::from(*kind);
        }
    }

    /// The hull, if the strokes look like letters: of several directions, many of them as high as the line.
    fn lettering(&self, is_turned: bool) -> Option<Rect> {
        let pieces: u32 = self.kinds.iter().sum();
        let share = |count: u32| count as f32 / pieces.max(1) as f32;
        let [level, upright, ..] = self.kinds;
        // In level writing stems are upright; in turned writing the line is measured turned, its pieces are not.
        let stems = if is_turned { level } else { upright };
        let curves = self.kinds.last().copied().unwrap_or(0);
        let is_mixed = self.kinds.iter().all(|&kind| share(kind) <= LARGEST_SHARE)
            && self.kinds.iter().filter(|&&kind| share(kind) >= LEAST_SHARE).count() >= 2
            && share(stems + curves) >= LEAST_SHARE;
        let is_line = self.hull.height() >= LEAST_HEIGHT
            && self.hull.width() >= LEAST_LENGTH * self.hull.height()
            && self.strokes >= LEAST_STROKES
            && self.tall * 3 >= self.strokes
            && self.shapes.count_ones() as usize >= (self.strokes * 2 / 5).clamp(LEAST_SHAPES, MANY_SHAPES)
            && pieces >= LEAST_PIECES;
        (is_line && (is_mixed || share(curves) > 0.5)).then_some(self.hull)
    }
}

/// The bit of a shape: its size to half a point and its pieces.
fn shape(bounds: Rect, kinds: &[u16; KINDS]) -> u64 {
    let size = (bounds.width() * 2.0) as u64 * 31 + (bounds.height() * 2.0) as u64;
    let hash = kinds.iter().fold(size, |hash, &kind| hash.wrapping_mul(131).wrapping_add(u64::from(kind)));
    1 << (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

fn turned(bounds: Rect) -> Rect {
    Rect { x0: bounds.y0, y0: bounds.x0, x1: bounds.y1, y1: bounds.x1 }
}
