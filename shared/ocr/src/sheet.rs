//! A sheet laid straight with its lines of writing: pictures of lines out, words in.

use crate::ink::Ink;
use crate::lines::{self, Line};
use crate::numbers::Mark;
use crate::parts::{self, Part};
use crate::rules::{self, Rules};
use crate::skew::{self, MIN_SKEW_DEG, Turn};
use domain::{Rect, Word};
use pdf::{Picture, RuledLine};
use ports::{LinePicture, ReadWord};

/// Height that capitals are brought to: about what the recogniser was taught with.
const CAPITAL_PX: f32 = 20.0;
/// The same for a second look, which often shows what the first did not.
const LARGE_CAPITAL_PX: f32 = 27.0;
/// What a picture of a line shows above and below the place where letters stand, and before and behind, in capitals.
const ABOVE: f32 = 1.35;
const BELOW: f32 = 0.45;
const BESIDE: f32 = 0.45;
/// Most lines of a sheet that are read; a drawing full of hatching has more that are none.
const MAX_LINES: usize = 6_000;

/// A page ready to be read.
pub(crate) struct Sheet {
    picture: Picture,
    turn: Option<Turn>,
    taken: Ink,
    lines: Vec<Line>,
    rules: Rules,
}

/// How a line is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// As it is commonly written: level from the left, upright from below.
    Usual,
    /// The same, larger.
    Large,
    /// Upside down.
    Reversed,
}

impl View {
    /// What the pixels of a large view are in this one.
    pub(crate) fn share_of_large(self) -> f32 {
        if self == Self::Large { 1.0 } else { CAPITAL_PX / LARGE_CAPITAL_PX }
    }

    fn scale(self, line: &Line) -> f32 {
        let capital_px = if self == Self::Large { LARGE_CAPITAL_PX } else { CAPITAL_PX };
        capital_px / line.size
    }
}

impl Sheet {
    /// Finds the lines of a page. Nothing outside of `regions` (in points) counts; no regions are the whole page.
    pub(crate) fn of(mut picture: Picture, regions: &[Rect]) -> Self {
        keep_regions(&mut picture, regions);
        let mut ink = Ink::of(&picture);
        let skew = skew::skew_deg(&ink, picture.px_per_pt);
        let turn = (skew.abs() >= MIN_SKEW_DEG).then(|| Turn::new(skew, picture.width, picture.height));
        if let Some(turn) = &turn {
            picture = skew::straightened(&picture, turn);
            ink = Ink::of(&picture);
        }
        let (rules, taken) = rules::take_out(&mut ink, picture.px_per_pt);
        let mut found = parts::parts(&ink);
        found.retain(|part| !is_splinter(part, &taken, picture.px_per_pt));
        let mut lines = lines::lines(&found, &rules, picture.px_per_pt);
        lines.retain(|line| !is_stroke(line));
        if lines.len() > MAX_LINES {
            // Lines of many letters first: what is no writing has few.
            lines.sort_by_key(|line| std::cmp::Reverse(line.parts.len()));
            lines.truncate(MAX_LINES);
        }
        Self { picture, turn, taken, lines, rules }
    }

    pub(crate) fn line_count(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn is_upright(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.upright)
    }

    /// The straight rules of the sheet as they lie on the page, in points.
    pub(crate) fn ruled_lines(&self) -> Vec<RuledLine> {
        let on_page = |x: f32, y: f32| {
            let (x, y) = self.turn.as_ref().map_or((x, y), |turn| turn.apply(x, y));
            (x / self.picture.px_per_pt, y / self.picture.px_per_pt)
        };
        let level = self.rules.level.iter().map(|rule| ((rule.start, rule.at), (rule.end, rule.at)));
        let upright = self.rules.upright.iter().map(|rule| ((rule.at, rule.start), (rule.at, rule.end)));
        let line = |((x0, y0), (x1, y1)): ((f32, f32), (f32, f32))| {
            let ((x0, y0), (x1, y1)) = (on_page(x0, y0), on_page(x1, y1));
            // A sheet askew has no level lines: each is laid straight about its middle, as tables want them.
            let ((x0, x1), (y0, y1)) = if (x1 - x0).abs() >= (y1 - y0).abs() {
                ((x0, x1), (f32::midpoint(y0, y1), f32::midpoint(y0, y1)))
            } else {
                ((f32::midpoint(x0, x1), f32::midpoint(x0, x1)), (y0, y1))
            };
            RuledLine { x0, y0, x1, y1 }
        };
        level.chain(upright).map(line).collect()
    }

    /// Whether a line stands in a cell: between rules on all sides, not far away. There a lone sign is writing, and among the
    /// lines of a drawing it is not.
    pub(crate) fn is_in_cell(&self, line: usize) -> bool {
        let Some(line) = self.lines.get(line) else { return false };
        let (x, y) = line.bounds.middle();
        let (along, across) = (line.size * 40.0, line.size * 6.0);
        self.rules.part_columns(x - along, x, y)
            && self.rules.part_columns(x, x + along, y)
            && self.rules.part_rows(y - across, y, x)
            && self.rules.part_rows(y, y + across, x)
    }

    /// How many letters a line has, about.
    pub(crate) fn letters(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |line| line.parts.len())
    }

    /// What is seen in a line from its beginning, and the least gap between words, in pixels of its picture.
    pub(crate) fn marks(&self, line: usize, view: View) -> (Vec<Mark>, u32) {
        let Some(line) = self.lines.get(line) else { return (Vec::new(), 1) };
        let frame = Frame::of(line);
        let scale = view.scale(line);
        let mut marks: Vec<(f32, Mark)> = Vec::new();
        for part in &line.parts {
            let (start, end, high, low) = frame.laid(line.upright, part);
            let px = |along: f32| (along * scale) as u32;
            let height = low - high;
            let base = line.baseline - frame.across_start(line.upright);
            if height > line.size * 0.6 {
                marks.push((start, Mark::Figure { start: px(start), end: px(end) }));
            } else if height > line.size * 0.08
                && (low - base).abs() < line.size * 0.35
                && high > base - line.size * 0.4
            {
                let is_comma = low > base + line.size * 0.1 || height > (end - start) * 1.5;
                marks.push((start, Mark::Separator { is_comma }));
            }
        }
        marks.sort_by(|a, b| a.0.total_cmp(&b.0));
        (marks.into_iter().map(|(_, mark)| mark).collect(), (line.size * scale * 0.55) as u32)
    }

    /// What is seen where a word stands: its figures, and the separators in it and right behind it.
    pub(crate) fn word_marks(&self, line: usize, view: View, word: &ReadWord) -> Vec<Mark> {
        let (marks, _) = self.marks(line, view);
        let is_inside = |mark: &Mark| match *mark {
            Mark::Figure { start, end } => {
                let middle = u32::midpoint(start, end);
                Some(word.bounds[0] <= middle && middle <= word.bounds[2])
            }
            Mark::Separator { .. } => None,
        };
        let first = marks.iter().position(|mark| is_inside(mark) == Some(true)).unwrap_or(marks.len());
        let own = marks.into_iter().skip(first);
        own.take_while(|mark| is_inside(mark) != Some(false)).collect()
    }

    /// Whether the first part of a word stands on the line, as letters do and brackets do not.
    pub(crate) fn begins_with_letter(&self, line: usize, view: View, word: &ReadWord) -> bool {
        let Some(line) = self.lines.get(line) else { return false };
        let frame = Frame::of(line);
        let scale = view.scale(line);
        let base = line.baseline - frame.across_start(line.upright);
        let laid = line.parts.iter().map(|part| frame.laid(line.upright, part));
        let inside = laid.filter(|(start, end, ..)| {
            let middle = f32::midpoint(*start, *end) * scale;
            word.bounds[0] as f32 <= middle && middle <= word.bounds[2] as f32
        });
        let first = inside.min_by(|a, b| a.0.total_cmp(&b.0));
        first.is_some_and(|(_, _, high, low)| low < base + line.size * 0.09 && low - high > line.size * 0.6)
    }

    /// Whether the letters of a line are small ones without heads and tails, by the size of the lines around.
    pub(crate) fn is_small(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.is_small)
    }

    /// The picture of a line for the recogniser: its own ink on white, level.
    pub(crate) fn line_picture(&self, line: usize, view: View) -> LinePicture {
        let Some(line) = self.lines.get(line) else {
            return LinePicture { width: 1, height: 1, grey: vec![255] };
        };
        let mut crop = Crop::of(self, line, Frame::of(line));
        if line.upright {
            crop = crop.turned_right();
        }
        if view == View::Reversed {
            crop.grey.reverse();
        }
        crop.scaled(view.scale(line))
    }

    /// A word of a line with its place on the page in points.
    pub(crate) fn word(&self, line: usize, view: View, read: &ReadWord, text: String) -> Option<Word> {
        let line = self.lines.get(line)?;
        let frame = Frame::of(line);
        let scale = view.scale(line);
        let [start, _, end, _] = read.bounds.map(|edge| edge as f32 / scale);
        let along = if line.upright { frame.height } else { frame.width } as f32;
        let (start, end) = if view == View::Reversed { (along - end, along - start) } else { (start, end) };
        let place = frame.along(line.upright, start, end);
        let own = line.parts.iter().filter(|part| {
            let (x, y) = part.middle();
            if line.upright { place.0 <= y && y <= place.1 } else { place.0 <= x && x <= place.1 }
        });
        // The recogniser knows roughly where a word begins and ends; its letters know exactly.
        let part = own.copied().reduce(|all, part| all.with(&part)).unwrap_or(line.bounds);
        let (half_width, half_height) = (part.width() as f32 / 2.0, part.height() as f32 / 2.0);
        let (mut x, mut y) = part.middle();
        if let Some(turn) = &self.turn {
            (x, y) = turn.apply(x, y);
        }
        let pt = |px: f32| px / self.picture.px_per_pt;
        let rotation_deg = match (line.upright, view) {
            (false, View::Usual | View::Large) => 0,
            (true, View::Usual | View::Large) => 90,
            (false, View::Reversed) => 180,
            (true, View::Reversed) => 270,
        };
        Some(Word {
            text,
            bounds: Rect {
                x0: pt(x - half_width).max(0.0),
                y0: pt(y - half_height).max(0.0),
                x1: pt(x + half_width),
                y1: pt(y + half_height),
            },
            // Capitals are about 0.7 of the size of the type.
            size_pt: (pt(line.size) / 0.7 * 4.0).round() / 4.0,
            rotation_deg,
            confidence: (read.confidence * 100.0).round() / 100.0,
        })
    }
}

/// Paints white what lies outside of all regions.
fn keep_regions(picture: &mut Picture, regions: &[Rect]) {
    if regions.is_empty() {
        return;
    }
    let scale = picture.px_per_pt;
    for (y, row) in picture.grey.chunks_exact_mut(picture.width.max(1)).enumerate() {
        let middle = (y as f32 + 0.5) / scale;
        let mut kept: Vec<(usize, usize)> = regions
            .iter()
            .filter(|region| region.y0 <= middle && middle <= region.y1)
            .map(|region| ((region.x0.max(0.0) * scale) as usize, (region.x1.max(0.0) * scale) as usize))
            .collect();
        kept.sort_unstable();
        let mut white_from = 0;
        for (start, end) in kept {
            if let Some(between) = row.get_mut(white_from..start) {
                between.fill(255);
            }
            white_from = white_from.max(end);
        }
        if let Some(rest) = row.get_mut(white_from..) {
            rest.fill(255);
        }
    }
}

/// What a picture of a line shows of the page: capitals and descenders have their room above and below, so that small
/// letters are seen to be small.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: i64,
    top: i64,
    width: usize,
    height: usize,
}

impl Frame {
    fn of(line: &Line) -> Self {
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
    fn laid(&self, upright: bool, part: &Part) -> (f32, f32, f32, f32) {
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
    fn across_start(&self, upright: bool) -> f32 {
        if upright { self.left as f32 } else { self.top as f32 }
    }

    /// From where to where on the page a stretch of the line goes: x of a level line, y of an upright one, which reads
    /// from below.
    fn along(&self, upright: bool, start: f32, end: f32) -> (f32, f32) {
        if upright {
            let bottom = (self.top + self.height as i64) as f32;
            (bottom - end, bottom - start)
        } else {
            (self.left as f32 + start, self.left as f32 + end)
        }
    }
}

/// A piece of the page as grey values.
struct Crop {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Crop {
    /// The parts of a line and the grey rim around each, on white, without rules.
    fn of(sheet: &Sheet, line: &Line, frame: Frame) -> Self {
        const RIM: usize = 2;
        let Frame { left, top, width, height } = frame;
        let mut grey = vec![255u8; width * height];
        for part in &line.parts {
            let Part { x0, y0, x1, y1, .. } = *part;
            for y in y0.saturating_sub(RIM)..(y1 + RIM).min(sheet.picture.height) {
                let Ok(to_y) = usize::try_from(y as i64 - top) else { continue };
                for x in x0.saturating_sub(RIM)..(x1 + RIM).min(sheet.picture.width) {
                    let Ok(to_x) = usize::try_from(x as i64 - left) else { continue };
                    if to_x >= width || touches(&sheet.taken, x, y) {
                        continue;
                    }
                    let value = sheet.picture.grey.get(y * sheet.picture.width + x);
                    if let (Some(to), Some(value)) = (grey.get_mut(to_y * width + to_x), value) {
                        *to = *value;
                    }
                }
            }
        }
        Self { width, height, grey }
    }

    /// Turned clockwise by a quarter: what runs upwards runs from left to right.
    fn turned_right(&self) -> Self {
        let mut grey = Vec::with_capacity(self.grey.len());
        for x in 0..self.width {
            for y in (0..self.height).rev() {
                grey.push(self.grey.get(y * self.width + x).copied().unwrap_or(255));
            }
        }
        Self { width: self.height, height: self.width, grey }
    }

    fn scaled(&self, scale: f32) -> LinePicture {
        let width = ((self.width as f32 * scale) as usize).max(1);
        let height = ((self.height as f32 * scale) as usize).max(1);
        let mut grey = Vec::with_capacity(width * height);
        if scale >= 1.0 {
            for y in 0..height {
                let from_y = ((y as f32 + 0.5) / scale - 0.5).max(0.0);
                for x in 0..width {
                    grey.push(self.blended(((x as f32 + 0.5) / scale - 0.5).max(0.0), from_y));
                }
            }
        } else {
            for y in 0..height {
                for x in 0..width {
                    grey.push(self.mean(x as f32 / scale, y as f32 / scale, 1.0 / scale));
                }
            }
        }
        LinePicture { width: width as u32, height: height as u32, grey }
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        self.grey.get(y * self.width + x).copied().map_or(255.0, f32::from)
    }

    fn blended(&self, x: f32, y: f32) -> u8 {
        let (left, top) = (x as usize, y as usize);
        let (share_x, share_y) = (x.fract(), y.fract());
        let above = self.at(left, top) * (1.0 - share_x) + self.at(left + 1, top) * share_x;
        let below = self.at(left, top + 1) * (1.0 - share_x) + self.at(left + 1, top + 1) * share_x;
        (above * (1.0 - share_y) + below * share_y) as u8
    }

    /// The mean of the square of side `side` at a place: what a smaller picture shows of it.
    fn mean(&self, left: f32, top: f32, side: f32) -> u8 {
        let (mut sum, mut count) = (0.0, 0.0);
        for y in top as usize..((top + side).ceil() as usize).min(self.height) {
            for x in left as usize..((left + side).ceil() as usize).min(self.width) {
                sum += self.at(x, y);
                count += 1.0;
            }
        }
        if count == 0.0 { 255 } else { (sum / count) as u8 }
    }
}

/// Whether a line is nothing but a plain stroke: a dash of an axis, a tick. A one has a flag.
fn is_stroke(line: &Line) -> bool {
    line.parts.len() <= 2
        && line.parts.iter().all(|part| {
            let (thin, long) = (part.width().min(part.height()), part.longest());
            thin * 9 < long * 2 && part.area * 10 > part.width() * part.height() * 6
        })
}

/// Whether a part is what is left of a rule: thin, and along one that was taken out.
fn is_splinter(part: &Part, taken: &Ink, px_per_pt: f32) -> bool {
    let thin = part.width().min(part.height());
    if thin as f32 > 0.75 * px_per_pt || part.longest() < thin * 2 {
        return false;
    }
    let beside = if part.width() < part.height() {
        (part.y0..part.y1).filter(|&y| (part.x0.saturating_sub(2)..part.x1 + 2).any(|x| taken.get(x, y))).count()
    } else {
        (part.x0..part.x1).filter(|&x| (part.y0.saturating_sub(2)..part.y1 + 2).any(|y| near(taken, x, y))).count()
    };
    beside * 2 > part.longest()
}

fn near(taken: &Ink, x: usize, y: usize) -> bool {
    y < taken.height && taken.get(x, y)
}

/// Whether a pixel belonged to a rule or lies beside one.
fn touches(taken: &Ink, x: usize, y: usize) -> bool {
    let rows = y.saturating_sub(1)..=(y + 1).min(taken.height.saturating_sub(1));
    rows.into_iter().any(|row| (x.saturating_sub(1)..=x + 1).any(|column| taken.get(column, row)))
}
