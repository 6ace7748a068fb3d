//! A coarse grid over a page: what lies together, and what lies apart.

use domain::Rect;

/// Cells along the longer side of a page.
const CELLS: f32 = 96.0;

/// Cells of a page, each with a few marks.
#[derive(Debug)]
pub(super) struct Grid {
    side: f32,
    columns: usize,
    rows: usize,
    marks: Vec<u8>,
}

/// Cells that touch each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    pub(super) bounds: Rect,
    pub(super) cells: usize,
    /// Cells among them that bear the other mark too.
    pub(super) shared: usize,
}

impl Grid {
    pub(super) fn new(width: f32, height: f32) -> Self {
        let side = (width.max(height) / CELLS).max(0.1);
        let columns = (width / side).ceil().max(1.0) as usize;
        let rows = (height / side).ceil().max(1.0) as usize;
        Self { side, columns, rows, marks: vec![0; columns * rows] }
    }

    /// Area of a cell.
    pub(super) fn cell_area(&self) -> f32 {
        self.side * self.side
    }

    /// Marks the cells whose middle lies in a box widened by `margin` cells; small boxes mark the cell they are in.
    pub(super) fn mark(&mut self, bounds: Rect, margin: f32, mark: u8) {
        let cell = |edge: f32| edge / self.side;
        let (middle_x, middle_y) = bounds.centre();
        let last = |count: usize| count.saturating_sub(1);
        let first_of = |low: f32, middle: f32, count: usize| {
            ((cell(low) - margin + 0.5).floor().min(cell(middle).floor()).max(0.0) as usize).min(last(count))
        };
        let last_of = |high: f32, middle: f32, count: usize| {
            ((cell(high) + margin - 0.5).floor().max(cell(middle).floor()).max(0.0) as usize).min(last(count))
        };
        let columns = first_of(bounds.x0, middle_x, self.columns)..=last_of(bounds.x1, middle_x, self.columns);
        for row in first_of(bounds.y0, middle_y, self.rows)..=last_of(bounds.y1, middle_y, self.rows) {
            for column in columns.clone() {
                if let Some(marks) = self.marks.get_mut(row * self.columns + column) {
                    *marks |= mark;
                }
            }
        }
    }

    /// Whether most cells of a box bear a mark.
    pub(super) fn is_marked(&self, bounds: Rect, mark: u8) -> bool {
        let (mut marked, mut all) = (0usize, 0usize);
        let steps = |low: f32, high: f32| ((high - low) / self.side).ceil().clamp(1.0, CELLS) as usize;
        let (columns, rows) = (steps(bounds.x0, bounds.x1), steps(bounds.y0, bounds.y1));
        for row in 0..rows {
            for column in 0..columns {
                let x = bounds.x0 + bounds.width() * (column as f32 + 0.5) / columns as f32;
                let y = bounds.y0 + bounds.height() * (row as f32 + 0.5) / rows as f32;
                let (column, row) = ((x / self.side).max(0.0) as usize, (y / self.side).max(0.0) as usize);
                all += 1;
                marked += usize::from(column < self.columns && self.has(row * self.columns + column, mark));
            }
        }
        marked * 2 > all
    }

    /// The patches of cells with `mark`; `other` is counted in them.
    pub(super) fn patches(&self, mark: u8, other: u8) -> Vec<Patch> {
        let mut seen = vec![false; self.marks.len()];
        let mut patches = Vec::new();
        let mut open = Vec::new();
        for start in 0..self.marks.len() {
            if !self.has(start, mark) || seen.get(start).is_none_or(|&seen| seen) {
                continue;
            }
            let mut patch = Patch { bounds: self.cell(start), cells: 0, shared: 0 };
            open.push(start);
            while let Some(at) = open.pop() {
                match seen.get_mut(at) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
                patch.cells += 1;
                patch.shared += usize::from(self.has(at, other));
                patch.bounds = patch.bounds.union(self.cell(at));
                let (column, row) = (at % self.columns, at / self.columns);
                if column > 0 {
                    open.push(at - 1);
                }
                if column + 1 < self.columns {
                    open.push(at + 1);
                }
                if row > 0 {
                    open.push(at - self.columns);
                }
                if row + 1 < self.rows {
                    open.push(at + self.columns);
                }
                open.retain(|&next| self.has(next, mark));
            }
            patches.push(patch);
        }
        patches
    }

    fn has(&self, at: usize, mark: u8) -> bool {
        self.marks.get(at).is_some_and(|marks| marks & mark != 0)
    }

    fn cell(&self, at: usize) -> Rect {
        let (x, y) = ((at % self.columns) as f32 * self.side, (at / self.columns) as f32 * self.side);
        Rect { x0: x, y0: y, x1: x + self.side, y1: y + self.side }
    }
}

/// Boxes joined with their neighbours: the hull of each group.
pub(super) fn merged(boxes: &[Rect], width: f32, height: f32) -> Vec<Rect> {
    const TAKEN: u8 = 1;
    if boxes.is_empty() {
        return Vec::new();
    }
    let mut grid = Grid::new(width, height);
    for bounds in boxes {
        grid.mark(*bounds, 0.5, TAKEN);
    }
    let patches = grid.patches(TAKEN, TAKEN);
    let mut hulls: Vec<Option<Rect>> = vec![None; patches.len()];
    for bounds in boxes {
        let (x, y) = bounds.centre();
        let home = patches.iter().position(|patch| patch.bounds.contains(x, y));
        if let Some(hull) = home.and_then(|home| hulls.get_mut(home)) {
            *hull = Some(hull.map_or(*bounds, |hull| hull.union(*bounds)));
        }
    }
    hulls.into_iter().flatten().collect()
}
