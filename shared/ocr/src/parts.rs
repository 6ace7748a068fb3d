//! Connected pieces of ink: letters, their dots, and what is left of a drawing.

use crate::ink::{Ink, Run};

/// A connected piece of ink, in pixels; the right and lower edges are outside of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Part {
    pub(crate) x0: usize,
    pub(crate) y0: usize,
    pub(crate) x1: usize,
    pub(crate) y1: usize,
    /// Pixels of ink.
    pub(crate) area: usize,
}

impl Part {
    pub(crate) fn width(&self) -> usize {
        self.x1 - self.x0
    }

    pub(crate) fn height(&self) -> usize {
        self.y1 - self.y0
    }

    pub(crate) fn longest(&self) -> usize {
        self.width().max(self.height())
    }

    pub(crate) fn middle(&self) -> (f32, f32) {
        ((self.x0 + self.x1) as f32 / 2.0, (self.y0 + self.y1) as f32 / 2.0)
    }

    /// Both together.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self.add(other);
        self
    }

    fn add(&mut self, other: &Self) {
        self.x0 = self.x0.min(other.x0);
        self.y0 = self.y0.min(other.y0);
        self.x1 = self.x1.max(other.x1);
        self.y1 = self.y1.max(other.y1);
        self.area += other.area;
    }
}

/// The connected pieces of ink; pixels that touch by a corner belong together.
pub(crate) fn parts(ink: &Ink) -> Vec<Part> {
    let mut groups = Groups::default();
    let mut pieces: Vec<Part> = Vec::new();
    // The runs of the row above with the group of each.
    let mut above: Vec<(Run, usize)> = Vec::new();
    for y in 0..ink.height {
        let mut own: Vec<(Run, usize)> = Vec::new();
        let mut first_above = 0;
        for run in ink.runs(y) {
            let group = groups.add();
            pieces.push(Part { x0: run.start, y0: y, x1: run.end, y1: y + 1, area: run.end - run.start });
            while above.get(first_above).is_some_and(|(upper, _)| upper.end < run.start) {
                first_above += 1;
            }
            for (upper, other) in above.get(first_above..).unwrap_or_default() {
                if upper.start > run.end {
                    break;
                }
                groups.unite(*other, group);
            }
            own.push((run, group));
        }
        above = own;
    }
    let mut whole: Vec<Option<Part>> = vec![None; pieces.len()];
    for (index, piece) in pieces.iter().enumerate() {
        if let Some(slot) = whole.get_mut(groups.root(index)) {
            match slot {
                Some(part) => part.add(piece),
                None => *slot = Some(*piece),
            }
        }
    }
    whole.into_iter().flatten().collect()
}

/// Sets that grow together (union-find).
#[derive(Debug, Default)]
pub(crate) struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    pub(crate) fn of(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    fn add(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    pub(crate) fn root(&mut self, mut index: usize) -> usize {
        while let Some(&parent) = self.parents.get(index) {
            if parent == index {
                break;
            }
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(index) {
                *slot = grandparent;
            }
            index = grandparent;
        }
        index
    }

    pub(crate) fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The older is the root: sets come out in the order of their first members.
        let (root, leaf) = (one.min(other), one.max(other));
        if let Some(slot) = self.parents.get_mut(leaf) {
            *slot = root;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_strokes_are_one_part_and_dots_their_own() {
        let drawing = ["##..##.....", ".#..#....#.", "..##.....##", "...........", "#.........."];
        let mut ink = Ink::blank(11, 5);
        for (y, line) in drawing.iter().enumerate() {
            for (x, letter) in line.chars().enumerate() {
                if letter == '#' {
                    ink.set(x, y);
                }
            }
        }
        let found = parts(&ink);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], Part { x0: 0, y0: 0, x1: 6, y1: 3, area: 8 });
        assert_eq!(found[1], Part { x0: 9, y0: 1, x1: 11, y1: 3, area: 3 });
        assert_eq!(found[2].area, 1);
    }
}
