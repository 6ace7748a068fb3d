use super::{Item, higher, lower};
use domain::Rect;

/// Baselines closer than this part of the type height belong to one line.
const SAME_LINE: f32 = 0.45;
/// So many times the smaller type the larger one counts at most: a mark of a revision beside running text is as high as two
/// of its lines, and does not make them one.
const MOST_TIMES: f32 = 1.8;

/// Tells where a line ends, the words coming from top to bottom.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineGauge {
    middle: f32,
    size: f32,
}

impl LineGauge {
    /// A line that begins with `item`.
    pub(super) fn starting_with(item: &Item) -> Self {
        Self { middle: item.middle_y, size: item.size }
    }

    /// Takes `item` in if it belongs to the line.
    #[inline]
    pub(super) fn takes(&mut self, item: &Item) -> bool {
        let (small, large) = (lower(self.size, item.size), higher(self.size, item.size));
        if item.middle_y - self.middle > SAME_LINE * lower(large, MOST_TIMES * small) {
            return false;
        }
        // The largest type sets the middle: an index or a small note must not pull the line along. What is far larger is no
        // part of the line's text.
        let is_text_beside_mark = item.size * MOST_TIMES < self.size;
        if is_text_beside_mark || (item.size > self.size && item.size <= MOST_TIMES * self.size) {
            *self = Self::starting_with(item);
        }
        true
    }
}

/// What a line is like: enough to tell running text from tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineSketch {
    gauge: LineGauge,
    y0: f32,
    y1: f32,
    letters: u32,
}

impl LineSketch {
    /// Middle of the line, which is steadier than its lower edge: fonts differ in their depth.
    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.y0, self.y1)
    }

    pub(super) fn letters(&self) -> u32 {
        self.letters
    }
}

/// Adds a word to sketched lines; words come from top to bottom.
#[inline]
pub(super) fn sketch(lines: &mut Vec<LineSketch>, item: &Item) {
    if let Some(line) = lines.last_mut()
        && line.gauge.takes(item)
    {
        line.y0 = lower(line.y0, item.bounds.y0);
        line.y1 = higher(line.y1, item.bounds.y1);
        line.letters += item.letters + 1;
        return;
    }
    let (y0, y1) = (item.bounds.y0, item.bounds.y1);
    lines.push(LineSketch { gauge: LineGauge::starting_with(item), y0, y1, letters: item.letters + 1 });
}

/// A line in the finished order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// How many words of the order stand before its end.
    pub(super) end: usize,
    pub(super) bounds: Rect,
}

/// Words in reading order, cut into lines and blocks.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) items: Vec<Item>,
    pub(super) lines: Vec<Line>,
    /// For each block, how many lines stand before its end.
    pub(super) blocks: Vec<usize>,
}

impl Order {
    /// An empty order with room for so many words.
    pub(super) fn of(words: usize) -> Self {
        Self { items: Vec::with_capacity(words), lines: Vec::with_capacity(words / 4), blocks: Vec::new() }
    }

    /// Adds a block of words that come from top to bottom.
    pub(super) fn push_block(&mut self, items: &[Item]) {
        let mut rest = items;
        while let Some((first, others)) = rest.split_first() {
            let mut gauge = LineGauge::starting_with(first);
            let more = others.iter().position(|item| !gauge.takes(item)).unwrap_or(others.len());
            let (line, after) = rest.split_at(more + 1);
            rest = after;
            let start = self.items.len();
            self.items.extend_from_slice(line);
            if let Some(own) = self.items.get_mut(start..) {
                own.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
            }
            let bounds = line.iter().fold(first.bounds, |hull, item| hull.union(item.bounds));
            self.lines.push(Line { end: self.items.len(), bounds });
        }
        self.blocks.push(self.lines.len());
    }

    /// The lines where a block meets the next one: its last and the first below.
    pub(super) fn seam(&self, block: usize) -> Option<(Line, Line)> {
        let end = *self.blocks.get(block)?;
        Some((*self.lines.get(end.checked_sub(1)?)?, *self.lines.get(end)?))
    }

    /// Joins a block with the next one.
    pub(super) fn join_with_next(&mut self, block: usize) {
        if block + 1 < self.blocks.len() {
            self.blocks.remove(block);
        }
    }
}
