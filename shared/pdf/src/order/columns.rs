//! Cutting a region along its white gaps.

use super::Item;
use super::lines::{Line, LineGauge, LineSketch, Order, sketch};
use super::{higher, lower};
use domain::Word;

/// Deepest nesting of cuts.
const MAX_DEPTH: usize = 24;
/// A gap between columns is at least so many type heights wide.
const COLUMN_GAP: f32 = 1.2;
/// A gap between blocks is at least so many type heights high.
const BLOCK_GAP: f32 = 0.9;
/// Bands of one block are at most so many type heights apart.
const SAME_BLOCK: f32 = 1.8;
/// Between two columns of running text a gap may be this narrow, if both have enough lines.
const PROSE_GAP: f32 = 0.45;
/// Lines of running text that are enough.
const MIN_PROSE_LINES: usize = 6;
/// Both sides of a column gap hold at least so many lines.
const MIN_COLUMN_LINES: usize = 3;
/// A column is at least so many type heights wide.
const MIN_COLUMN_WIDTH: f32 = 9.0;
/// Share of the lines of the sparser side that stand on a line of the other: from here on it is a table.
const TABLE_SHARE: f32 = 0.75;
/// Letters a line from which a column is running text and no column of a table.
const PROSE_LETTERS: u32 = 34;
/// Up to so many stretches of an axis a word it is cheaper to fill them than to sort the words.
const STRETCHES_PER_WORD: f32 = 3.0;
/// Most gaps that are looked at for one cut.
const MAX_CANDIDATES: usize = 12;
/// Two tables stand side by side when one of so many first lines is the same on both sides: their head.
const HEAD_LINES: usize = 3;
/// A head has at least so many words,
const MIN_HEAD_WORDS: usize = 2;
/// with so many letters in all.
const MIN_HEAD_LETTERS: usize = 14;

/// A white gap in a row of intervals.
#[derive(Debug, Clone, Copy)]
struct Gap {
    start: f32,
    end: f32,
}

impl Gap {
    fn width(self) -> f32 {
        self.end - self.start
    }

    fn middle(self) -> f32 {
        f32::midpoint(self.end, self.start)
    }
}

/// A stretch of an axis and the intervals that begin and end in it.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    opened: u32,
    closed: u32,
    earliest_start: f32,
    latest_end: f32,
}

impl Stretch {
    const EMPTY: Self = Self { opened: 0, closed: 0, earliest_start: f32::INFINITY, latest_end: f32::NEG_INFINITY };
}

/// Cuts regions and keeps the buffers of doing so.
pub(super) struct Cutter<'w> {
    words: &'w [Word],
    order: Order,
    spare: Vec<Item>,
    sizes: Vec<f32>,
    intervals: Vec<(f32, f32)>,
    stretches: Vec<Stretch>,
    left: Vec<LineSketch>,
    right: Vec<LineSketch>,
    left_head: Vec<Item>,
    right_head: Vec<Item>,
}

impl<'w> Cutter<'w> {
    pub(super) fn new(words: &'w [Word]) -> Self {
        Self {
            words,
            order: Order::of(words.len()),
            spare: Vec::new(),
            sizes: Vec::with_capacity(words.len()),
            intervals: Vec::new(),
            stretches: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            left_head: Vec::new(),
            right_head: Vec::new(),
        }
    }

    /// Cuts the words into blocks in reading order and adds them to the order.
    pub(super) fn add(&mut self, items: Vec<Item>) {
        // Numbers are sorted quicker than words are moved about; equal heights keep their order.
        let place = |(item, place): (&Item, u32)| u64::from(ordered_bits(item.middle_y)) << 32 | u64::from(place);
        let mut places: Vec<u64> = items.iter().zip(0u32..).map(place).collect();
        places.sort_unstable();
        let at = |place: u64| items.get((place & u64::from(u32::MAX)) as usize).copied();
        let mut items: Vec<Item> = places.into_iter().filter_map(at).collect();
        self.cut(&mut items, MAX_DEPTH);
    }

    /// The order of all that was added.
    pub(super) fn into_order(self) -> Order {
        self.order
    }

    /// Cuts words that come from top to bottom.
    fn cut(&mut self, items: &mut [Item], depth: usize) {
        if items.is_empty() {
            return;
        }
        if depth > 0 && items.len() > 1 {
            let size = self.typical_size(items);
            // Fewer words make no lines enough for two columns.
            let may_be_columns = items.len() >= 2 * MIN_COLUMN_LINES;
            if may_be_columns && let Some(x) = self.column_cut(items, size) {
                let (left, right) = self.part_at(items, x);
                self.cut(left, depth - 1);
                self.cut(right, depth - 1);
                return;
            }
            let bands = self.bands(items, size);
            if !bands.is_empty() {
                self.cut_bands(items, &bands, size, depth);
                return;
            }
        }
        self.order.push_block(items);
    }

    /// Moves the words left of `x` to the front, both sides keeping their own order.
    fn part_at<'i>(&mut self, items: &'i mut [Item], x: f32) -> (&'i mut [Item], &'i mut [Item]) {
        self.spare.clear();
        let mut count = 0;
        for place in 0..items.len() {
            let Some(&item) = items.get(place) else { continue };
            if item.middle_x >= x {
                self.spare.push(item);
            } else if let Some(slot) = items.get_mut(count) {
                *slot = item;
                count += 1;
            }
        }
        let (left, right) = items.split_at_mut(count);
        right.copy_from_slice(&self.spare);
        (left, right)
    }

    /// Cuts band by band from the top; neighbours that were not cut further make one block again, so that the rows of a
    /// table stay together.
    fn cut_bands(&mut self, items: &mut [Item], ends: &[f32], size: f32, depth: usize) {
        let mut rest = items;
        let mut previous_is_whole = false;
        for &end in ends.iter().chain([&f32::INFINITY]) {
            let (band, below) = rest.split_at_mut(rest.partition_point(|item| item.middle_y < end));
            rest = below;
            let before = self.order.blocks.len();
            self.cut(band, depth - 1);
            let is_whole = self.order.blocks.len() == before + 1;
            if is_whole
                && previous_is_whole
                && let Some(above) = before.checked_sub(1)
                && self.order.seam(above).is_some_and(|(last, first)| belong_together(&last, &first, size))
            {
                self.order.join_with_next(above);
            }
            previous_is_whole = is_whole;
        }
    }

    /// The middle type height.
    fn typical_size(&mut self, items: &[Item]) -> f32 {
        // Mostly they have one size all.
        let first = items.first().map_or(0.0, |item| item.size);
        if items.iter().all(|item| item.size == first) {
            return first;
        }
        self.sizes.clear();
        self.sizes.extend(items.iter().map(|item| item.size));
        let middle = self.sizes.len() / 2;
        *self.sizes.select_nth_unstable_by(middle, f32::total_cmp).1
    }

    /// White gaps of at least `least` between intervals. Each such gap covers a whole stretch of half its width, so the
    /// ends are only compared around empty stretches: cheaper than sorting.
    fn gaps(&mut self, intervals: impl ExactSizeIterator<Item = (f32, f32)> + Clone, least: f32) -> Vec<Gap> {
        let ends = intervals
            .clone()
            .fold((f32::MAX, f32::MIN), |(low, high), (start, end)| (lower(low, start), higher(high, end)));
        let (low, high) = ends;
        // A little less than half, so that rounding takes no stretch away.
        let stretch = least * 0.49;
        let is_handy = stretch > 0.0 && high - low < stretch * STRETCHES_PER_WORD * intervals.len() as f32;
        if !is_handy {
            return self.gaps_by_sorting(intervals, least);
        }
        let per_pt = 1.0 / stretch;
        let place = |at: f32| ((at - low) * per_pt) as u32 as usize;
        self.stretches.clear();
        self.stretches.resize(place(high) + 1, Stretch::EMPTY);
        for (start, end) in intervals {
            let (first, last) = (place(start), place(end));
            if let Some(stretch) = self.stretches.get_mut(first) {
                stretch.opened += 1;
                stretch.earliest_start = lower(stretch.earliest_start, start);
            }
            if let Some(stretch) = self.stretches.get_mut(last.max(first)) {
                stretch.closed += 1;
                stretch.latest_end = higher(stretch.latest_end, end);
            }
        }
        let mut found = Vec::new();
        let (mut open, mut reached, mut was_empty) = (0u32, f32::NEG_INFINITY, false);
        for stretch in &self.stretches {
            if open == 0 && stretch.opened == 0 {
                was_empty = true;
                continue;
            }
            if was_empty && stretch.earliest_start - reached >= least {
                found.push(Gap { start: reached, end: stretch.earliest_start });
            }
            was_empty = false;
            open = (open + stretch.opened).saturating_sub(stretch.closed);
            reached = higher(reached, stretch.latest_end);
        }
        found
    }

    /// The same where words are few and far between.
    fn gaps_by_sorting(&mut self, intervals: impl Iterator<Item = (f32, f32)>, least: f32) -> Vec<Gap> {
        self.intervals.clear();
        self.intervals.extend(intervals);
        self.intervals.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut found = Vec::new();
        let mut reached = f32::NEG_INFINITY;
        for &(start, end) in &self.intervals {
            if start - reached >= least && start > reached && reached.is_finite() {
                found.push(Gap { start: reached, end: start });
            }
            reached = higher(reached, end);
        }
        found
    }

    /// Where columns of text part: the widest gap whose two sides do not make a table with each other.
    fn column_cut(&mut self, items: &[Item], size: f32) -> Option<f32> {
        let mut candidates = self.gaps(items.iter().map(|item| (item.bounds.x0, item.bounds.x1)), PROSE_GAP * size);
        if candidates.is_empty() {
            return None;
        }
        candidates.sort_by(|a, b| b.width().total_cmp(&a.width()));
        let first = items.iter().map(|item| item.bounds.x0).fold(f32::MAX, lower);
        let last = items.iter().map(|item| item.bounds.x1).fold(f32::MIN, higher);
        let is_wide = |gap: &Gap| (gap.start - first).min(last - gap.end) >= MIN_COLUMN_WIDTH * size;
        let mut candidates = candidates.into_iter().take(MAX_CANDIDATES).filter(is_wide);
        candidates.find(|gap| self.are_columns(items, *gap, size)).map(Gap::middle)
    }

    fn are_columns(&mut self, items: &[Item], gap: Gap, size: f32) -> bool {
        let x = gap.middle();
        self.left.clear();
        self.right.clear();
        for item in items {
            sketch(if item.middle_x < x { &mut self.left } else { &mut self.right }, item);
        }
        let fewest = self.left.len().min(self.right.len());
        if fewest < MIN_COLUMN_LINES {
            return false;
        }
        if is_prose(&self.left) && is_prose(&self.right) {
            return gap.width() >= COLUMN_GAP * size || fewest >= MIN_PROSE_LINES;
        }
        if gap.width() < COLUMN_GAP * size {
            return false;
        }
        let left_is_sparse = self.left.len() <= self.right.len();
        let (sparse, dense) = if left_is_sparse { (&self.left, &self.right) } else { (&self.right, &self.left) };
        shared_lines(sparse, dense, size) < TABLE_SHARE || self.have_the_same_head(items, x)
    }

    /// Whether one of the first lines is the same on both sides of `x`: two tables side by side.
    fn have_the_same_head(&mut self, items: &[Item], x: f32) -> bool {
        let left_ends = first_lines(items.iter().filter(|item| item.middle_x < x), &mut self.left_head);
        let right_ends = first_lines(items.iter().filter(|item| item.middle_x >= x), &mut self.right_head);
        let (mut left_start, mut right_start) = (0, 0);
        for (left_end, right_end) in left_ends.into_iter().zip(right_ends) {
            let left = self.left_head.get_mut(left_start..left_end).unwrap_or_default();
            let right = self.right_head.get_mut(right_start..right_end).unwrap_or_default();
            if are_the_same_head(self.words, left, right) {
                return true;
            }
            (left_start, right_start) = (left_end, right_end);
        }
        false
    }

    /// Where blocks part: the lower ends of all bands but the last, by the gaps that go right across.
    fn bands(&mut self, items: &[Item], size: f32) -> Vec<f32> {
        let mut gaps = self.gaps(items.iter().map(|item| (item.bounds.y0, item.bounds.y1)), BLOCK_GAP * size);
        let highest = gaps.iter().map(|gap| gap.width()).fold(0.0, f32::max);
        gaps.retain(|gap| gap.width() >= highest * 0.7);
        gaps.into_iter().map(Gap::middle).collect()
    }
}

/// Bits that stand to each other as the numbers do by `f32::total_cmp`.
fn ordered_bits(number: f32) -> u32 {
    let bits = number.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// Gathers the words of the first lines; gives where each of these ends.
fn first_lines<'i>(items: impl Iterator<Item = &'i Item>, words: &mut Vec<Item>) -> [usize; HEAD_LINES] {
    words.clear();
    let mut ends = [0; HEAD_LINES];
    let mut gauge: Option<LineGauge> = None;
    let mut lines = 0;
    for item in items {
        if !gauge.as_mut().is_some_and(|gauge| gauge.takes(item)) {
            if lines == HEAD_LINES {
                break;
            }
            lines += 1;
            gauge = Some(LineGauge::starting_with(item));
        }
        words.push(*item);
        // Lines that are not there end where the last one does.
        for end in ends.iter_mut().skip(lines - 1) {
            *end = words.len();
        }
    }
    ends
}

/// Whether two lines say the same and could be the head of a table.
fn are_the_same_head(words: &[Word], left: &mut [Item], right: &mut [Item]) -> bool {
    let letters = |line: &[Item]| line.iter().map(|item| item.letters as usize).sum::<usize>();
    if left.len() != right.len()
        || left.len() < MIN_HEAD_WORDS
        || letters(left) < MIN_HEAD_LETTERS
        || letters(left) != letters(right)
    {
        return false;
    }
    for line in [&mut *left, &mut *right] {
        line.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
    }
    let text = |item: &Item| words.get(item.index as usize).map_or("", |word| word.text.as_str());
    let letters = || left.iter().flat_map(|item| text(item).chars());
    left.iter().map(text).eq(right.iter().map(text))
        && letters().filter(|letter| letter.is_alphabetic()).count() >= MIN_HEAD_LETTERS
        // Rows of tables and notes on drawings repeat too, but they count and measure something.
        && !letters().any(char::is_numeric)
}

fn belong_together(last: &Line, first: &Line, size: f32) -> bool {
    let gap = first.bounds.y0 - last.bounds.y1;
    gap <= SAME_BLOCK * size && first.bounds.x0 <= last.bounds.x1 && last.bounds.x0 <= first.bounds.x1
}

/// Whether most lines are long.
fn is_prose(lines: &[LineSketch]) -> bool {
    let long = lines.iter().filter(|line| line.letters() >= PROSE_LETTERS).count();
    long * 2 >= lines.len()
}

/// Share of the lines that stand on a line of the other side.
fn shared_lines(sparse: &[LineSketch], dense: &[LineSketch], size: f32) -> f32 {
    let on_a_line = |line: &&LineSketch| {
        let middle = line.middle();
        let place = dense.partition_point(|other| other.middle() < middle - 0.25 * size);
        dense.get(place).is_some_and(|other| other.middle() <= middle + 0.25 * size)
    };
    sparse.iter().filter(on_a_line).count() as f32 / sparse.len().max(1) as f32
}
