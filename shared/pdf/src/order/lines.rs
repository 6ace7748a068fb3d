use super::Item;
use domain::Rect;

/// Baselines closer than this part of the type height belong to one line.
const SAME_LINE: f32 = 0.45;

/// Words on one baseline, from left to right.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) items: Vec<Item>,
    pub(super) bounds: Rect,
}

impl Line {
    /// Middle of the line, which is steadier than its lower edge: fonts differ in their depth.
    pub(super) fn middle(&self) -> f32 {
        self.bounds.centre().1
    }

    pub(super) fn letters(&self) -> usize {
        self.items.iter().map(|item| item.letters + 1).sum()
    }
}

/// Gathers words into lines, from top to bottom.
pub(super) fn lines_of(mut items: Vec<Item>) -> Vec<Line> {
    items.sort_by(|a, b| a.bounds.centre().1.total_cmp(&b.bounds.centre().1));
    let mut lines: Vec<(f32, f32, Vec<Item>)> = Vec::new();
    for item in items {
        let middle = item.bounds.centre().1;
        match lines.last_mut() {
            Some((own, size, members)) if middle - *own <= SAME_LINE * size.max(item.size) => {
                // The largest type sets the middle: an index or a small note must not pull the line along.
                if item.size > *size {
                    (*own, *size) = (middle, item.size);
                }
                members.push(item);
            }
            _ => lines.push((middle, item.size, vec![item])),
        }
    }
    lines
        .into_iter()
        .map(|(_, _, mut members)| {
            members.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
            let bounds = hull(members.iter().map(|item| item.bounds));
            Line { items: members, bounds }
        })
        .collect()
}

/// The smallest box that holds all.
pub(super) fn hull(boxes: impl Iterator<Item = Rect>) -> Rect {
    boxes.reduce(Rect::union).unwrap_or(Rect { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 })
}
