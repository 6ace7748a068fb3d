//! A sheet laid straight with its lines of writing: pictures of lines out, words in.

use crate::crop::{Crop, Frame};
use crate::dots;
use crate::ink::Ink;
use crate::lines::{self, Line};
use crate::numbers::Mark;
use crate::parts::{self, Part};
use crate::rings::{self, Ring};
use crate::rules::{self, Rules};
use crate::shapes;
use crate::skew::{self, MIN_SKEW_DEG, Turn};
use crate::trust::DOUBTED;
use domain::{Rect, Word};
use pdf::{Picture, RuledLine};
use ports::{LinePicture, ReadWord};

/// Height that capitals are brought to: about what the recogniser was taught with.
const CAPITAL_PX: f32 = 20.0;
/// The same for a second look, which often shows what the first did not.
const LARGE_CAPITAL_PX: f32 = 27.0;
/// Least area of a faint dot in square points, and its largest side in points.
const FAINT_DOT_PT2: f32 = 0.4;
const FAINT_DOT_PT: f32 = 2.0;
/// Most lines of a sheet that are read; a drawing full of hatching has more that are none.
const MAX_LINES: usize = 6_000;
/// Sizes of the type from the middle of a narrow column to its rules at most, and letters of a line that is writing for sure.
const NARROW_SIZES: f32 = 10.0;
const ROW_LETTERS: usize = 6;
/// How far above the line the sign of multiplication stands at least, in capitals.
const CROSS_ABOVE: f32 = 0.06;

/// A page ready to be read.
pub(crate) struct Sheet {
    picture: Picture,
    turn: Option<Turn>,
    taken: Ink,
    lines: Vec<Line>,
    rules: Rules,
    rings: Vec<Ring>,
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
    /// As usual, three times side by side: a lone sign shows more of itself in company.
    Thrice,
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
        let (dots, dotted) = faint_dots(&picture);
        let (rules, taken) = rules::take_out(&mut ink, picture.px_per_pt);
        let mut found = parts::parts(&ink);
        found.retain(|part| !is_splinter(part, &taken, picture.px_per_pt) && !is_dotted(part, &dotted));
        found.extend(dots);
        let mut rings = rings::take_out(&mut found, &ink, &taken, picture.px_per_pt);
        let mut lines = lines::lines(&found, &rules, picture.px_per_pt);
        lines.retain(|line| !is_stroke(line));
        if lines.len() > MAX_LINES {
            // Lines of many letters first: what is no writing has few.
            lines.sort_by_key(|line| std::cmp::Reverse(line.parts.len()));
            lines.truncate(MAX_LINES);
        }
        for ring in &mut rings {
            ring.look_for_more(lines.iter().flat_map(|line| &line.parts), &ink);
        }
        dots::add_faint(&mut picture, &ink, &taken, &mut lines);
        Self { picture, turn, taken, lines, rules, rings }
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

    /// Whether a line stands in a cell: between rules on all sides, not far away, in a circle, or in a narrow column beside a
    /// line of the same row. There a lone sign is writing, and among the lines of a drawing it is not.
    pub(crate) fn is_in_cell(&self, line: usize) -> bool {
        let Some(line) = self.lines.get(line) else { return false };
        let (x, y) = line.bounds.middle();
        let are_columns_parted =
            |reach: f32| self.rules.part_columns(x - reach, x, y) && self.rules.part_columns(x, x + reach, y);
        let are_rows_parted =
            |reach: f32| self.rules.part_rows(y - reach, y, x) && self.rules.part_rows(y, y + reach, x);
        let (along, across) = (line.size * 40.0, line.size * 6.0);
        if self.ring_around(line).is_some() {
            return true;
        }
        if line.upright {
            return are_columns_parted(across) && are_rows_parted(along);
        }
        (are_columns_parted(along) && are_rows_parted(across))
            || (are_columns_parted(line.size * NARROW_SIZES) && self.lines.iter().any(|other| is_of_row(other, line)))
    }

    fn ring_around(&self, line: &Line) -> Option<&Ring> {
        self.rings.iter().find(|ring| ring.holds(&line.bounds))
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

    /// From where to where in its picture a line goes.
    pub(crate) fn span(&self, line: usize, view: View) -> (u32, u32) {
        let Some(line) = self.lines.get(line) else { return (0, 0) };
        let (start, end, ..) = Frame::of(line).laid(line.upright, &line.bounds);
        let scale = view.scale(line);
        ((start * scale) as u32, (end * scale) as u32)
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

    /// A word of a level line, a mark or an abbreviation, with the letters that its shapes say where they contradict its reading.
    pub(crate) fn seen(&self, line: usize, view: View, word: &ReadWord, text: &str) -> Option<String> {
        let line = self.lines.get(line).filter(|line| !line.upright && view != View::Reversed)?;
        let letters = laid_inside(line, view, word).filter(|(_, (_, _, high, low))| low - high > line.size * 0.6);
        let mut letters: Vec<Part> = letters.map(|(part, _)| *part).collect();
        letters.sort_by_key(|part| part.x0);
        shapes::seen(text, &letters, &self.picture)
    }

    /// Of the letters of a word, whether each stands above the line, as the sign of multiplication does.
    pub(crate) fn raised(&self, line: usize, view: View, word: &ReadWord) -> Vec<bool> {
        let Some(line) = self.lines.get(line) else { return Vec::new() };
        let base = line.baseline - Frame::of(line).across_start(line.upright);
        let letters = laid_inside(line, view, word).map(|(_, laid)| laid);
        let mut letters: Vec<_> = letters.filter(|(_, _, high, low)| low - high > line.size * 0.4).collect();
        letters.sort_by(|one, other| one.0.total_cmp(&other.0));
        letters.into_iter().map(|(_, _, _, low)| base - low > line.size * CROSS_ABOVE).collect()
    }

    /// Whether the first part of a word stands on the line, as letters do and brackets do not.
    pub(crate) fn begins_with_letter(&self, line: usize, view: View, word: &ReadWord) -> bool {
        let Some(line) = self.lines.get(line) else { return false };
        let base = line.baseline - Frame::of(line).across_start(line.upright);
        let first = laid_inside(line, view, word).map(|(_, laid)| laid).min_by(|a, b| a.0.total_cmp(&b.0));
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
        let mut crop = Crop::of(&self.picture, &self.taken, line, Frame::of(line));
        if line.upright {
            crop = crop.turned_right();
        }
        if view == View::Reversed {
            crop.turn_over();
        }
        let picture = crop.scaled(view.scale(line));
        if view == View::Thrice { thrice(&picture) } else { picture }
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
        let part = own.copied().reduce(|all, part| all.with(&part)).unwrap_or_else(|| {
            let start = place.0 as usize;
            let end = (place.1 as usize).max(start + 1);
            if line.upright {
                Part { y0: start, y1: end, ..line.bounds }
            } else {
                Part { x0: start, x1: end, ..line.bounds }
            }
        });
        let (half_width, half_height) = (part.width() as f32 / 2.0, part.height() as f32 / 2.0);
        let (mut x, mut y) = part.middle();
        if let Some(turn) = &self.turn {
            (x, y) = turn.apply(x, y);
        }
        let pt = |px: f32| px / self.picture.px_per_pt;
        let rotation_deg = match (line.upright, view) {
            (false, View::Usual | View::Large | View::Thrice) => 0,
            (true, View::Usual | View::Large | View::Thrice) => 90,
            (false, View::Reversed) => 180,
            (true, View::Reversed) => 270,
        };
        let has_more = self.ring_around(line).is_some_and(|ring| ring.has_more);
        let confidence = if has_more { read.confidence.min(DOUBTED) } else { read.confidence };
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
            confidence: (confidence * 100.0).round() / 100.0,
        })
    }
}

/// The parts of a line within a word, each with where it stands in the line ([`Frame::laid`]).
fn laid_inside<'l>(
    line: &'l Line,
    view: View,
    word: &ReadWord,
) -> impl Iterator<Item = (&'l Part, (f32, f32, f32, f32))> + use<'l> {
    let (frame, scale) = (Frame::of(line), view.scale(line));
    let [left, _, right, _] = word.bounds;
    line.parts.iter().map(move |part| (part, frame.laid(line.upright, part))).filter(move |(_, (start, end, ..))| {
        let middle = f32::midpoint(*start, *end) * scale;
        left as f32 <= middle && middle <= right as f32
    })
}

/// Whether a line is long enough to be writing for sure and stands in the row of another, of the same size.
fn is_of_row(line: &Line, other: &Line) -> bool {
    !line.upright
        && line.parts.len() >= ROW_LETTERS
        && (line.baseline - other.baseline).abs() < other.size * 0.3
        && (0.75..1.34).contains(&(line.size / other.size))
}

/// A picture three times side by side.
fn thrice(picture: &LinePicture) -> LinePicture {
    let rows = picture.grey.chunks_exact(picture.width.max(1) as usize);
    LinePicture { width: picture.width * 3, height: picture.height, grey: rows.flat_map(|row| row.repeat(3)).collect() }
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

/// Points and commas with all that is faint of them, and where they are: small, about as wide as high, larger than dust. Only
/// their middle may be dark enough for ink, if anything.
fn faint_dots(picture: &Picture) -> (Vec<Part>, Ink) {
    let (least_area, largest) = (FAINT_DOT_PT2 * picture.px_per_pt.powi(2), FAINT_DOT_PT * picture.px_per_pt);
    let mut dots = parts::parts(&Ink::with_faint(picture));
    dots.retain(|part| {
        part.area as f32 >= least_area
            && part.longest() as f32 <= largest
            && part.width().min(part.height()) * 2 >= part.longest()
    });
    let mut dotted = Ink::blank(picture.width, picture.height);
    for dot in &dots {
        for y in dot.y0..dot.y1 {
            (dot.x0..dot.x1).for_each(|x| dotted.set(x, y));
        }
    }
    (dots, dotted)
}

/// Whether a part is the dark middle of a dot.
fn is_dotted(part: &Part, dotted: &Ink) -> bool {
    dotted.get(part.x0, part.y0) && dotted.get(part.x1 - 1, part.y1 - 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_whose_place_holds_no_letter_stands_there_and_not_along_the_whole_line() {
        let mut picture = Picture { width: 400, height: 120, px_per_pt: 300.0 / 72.0, grey: vec![255; 400 * 120] };
        for y in 40..70 {
            for x in [50, 90, 130].into_iter().flat_map(|start| start..start + 20) {
                picture.grey[y * 400 + x] = 0;
            }
        }
        let sheet = Sheet::of(picture, &[]);
        assert_eq!((sheet.line_count(), sheet.letters(0)), (1, 3));
        let (line, px) = (&sheet.lines[0], 300.0 / 72.0);
        let gap = Part { x0: 72, y0: 40, x1: 88, y1: 70, area: 0 };
        let (start, end, ..) = Frame::of(line).laid(false, &gap);
        let [start, end] = [start, end].map(|along| (along * View::Usual.scale(line)) as u32);
        let read = ReadWord { text: "и".to_owned(), bounds: [start, 0, end, 20], confidence: 0.9 };
        let bounds = sheet.word(0, View::Usual, &read, "и".to_owned()).unwrap().bounds;
        assert!(bounds.x0 > 68.0 / px && bounds.x1 < 92.0 / px && bounds.x0 < bounds.x1, "{bounds:?}");
        assert!((bounds.y0 - 40.0 / px).abs() < 0.1 && (bounds.y1 - 70.0 / px).abs() < 0.1, "{bounds:?}");
    }
}
