//! Tables without their rules: columns from the white between words, rows from where the cells stand.

use crate::lines::{Line, Token, join_wrapped, lines_of, rows_of};
use domain::Rect;

/// How the short cells of a table (position, sheet, quantity) stand against the lines of the long ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alignment {
    Top,
    Centre,
    Bottom,
}

/// Lines of one cell: which of the lines, and which anchor they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Index of the anchor; `None` for lines that stand without one (a section's name).
    pub(crate) anchor: Option<usize>,
    /// Lines `start..end`.
    pub(crate) start: usize,
    /// One past the last line.
    pub(crate) end: usize,
}

/// A row: its place and the text of every column.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) bounds: Rect,
    pub(crate) cells: Vec<Cell>,
    pub(crate) anchored: bool,
}

/// A cell: its text with wrapped lines joined, and a box per line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) boxes: Vec<Rect>,
}

impl Row {
    pub(crate) fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.as_str())
    }

    pub(crate) fn boxes(&self) -> Vec<Rect> {
        self.cells.iter().flat_map(|cell| cell.boxes.iter().copied()).collect()
    }

    /// The cells as they stand, from left to right.
    pub(crate) fn quote(&self) -> String {
        let texts: Vec<&str> =
            self.cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }
}

/// From where to where words run without white wider than a space, row by row. Borders are sought between these.
pub(crate) fn extents(tokens: &[&Token<'_>]) -> Vec<(f32, f32)> {
    let mut found: Vec<(f32, f32)> = Vec::new();
    for row in rows_of(tokens) {
        let mut open: Option<(f32, f32)> = None;
        for token in row {
            match &mut open {
                Some((_, x1)) if token.bounds.x0 - *x1 < SPACE * token.height() => *x1 = x1.max(token.bounds.x1),
                _ => found.extend(open.replace((token.bounds.x0, token.bounds.x1))),
            }
        }
        found.extend(open);
    }
    found
}

/// The upper edge of the first line that runs over `crossed` borders or more without a gap: no row of the table, but
/// text under it.
pub(crate) fn text_below(tokens: &[&Token<'_>], borders: &[f32], crossed: usize) -> Option<f32> {
    rows_of(tokens)
        .into_iter()
        .filter(|row| {
            let over = |border: &&f32| {
                let inside =
                    row.iter().any(|token| token.bounds.x0 < **border - 1.0 && token.bounds.x1 > **border + 1.0);
                let between = row.iter().zip(row.iter().skip(1)).any(|(a, b)| {
                    a.bounds.x1 <= **border + 1.0
                        && b.bounds.x0 >= **border - 1.0
                        && b.bounds.x0 - a.bounds.x1 < SPACE * a.height()
                });
                inside || between
            };
            borders.iter().filter(over).count() >= crossed
        })
        .filter_map(|row| row.first().map(|token| token.bounds.y0))
        .min_by(f32::total_cmp)
}

/// The widest space between two words of one text, in heights of type.
const SPACE: f32 = 0.45;

/// How many lines may cross a border of the table before it counts: one in nine.
pub(crate) fn tolerated(tokens: &[&Token<'_>]) -> i32 {
    i32::try_from(rows_of(tokens).len() / 9).unwrap_or(0)
}

/// Borders between neighbouring columns: for each pair of column middles the middle of the widest white between them,
/// or, where no white is free of words, the place that the fewest words cross.
///
/// `tolerated` lines may cross a border without making it worse: the heading of a section, a note, a name too long.
pub(crate) fn borders(middles: &[f32], extents: &[(f32, f32)], tolerated: i32) -> Vec<f32> {
    middles.iter().zip(middles.iter().skip(1)).map(|(&left, &right)| valley(left, right, extents, tolerated)).collect()
}

fn valley(left: f32, right: f32, extents: &[(f32, f32)], tolerated: i32) -> f32 {
    // White that nothing crosses is the border; only where there is none may some lines be overlooked.
    let (crossings, x) = least_crossed(left, right, extents, 0);
    if crossings == 0 || tolerated == 0 { x } else { least_crossed(left, right, extents, tolerated).1 }
}

/// How many lines more than tolerated cross the least crossed stretch, and its middle.
fn least_crossed(left: f32, right: f32, extents: &[(f32, f32)], tolerated: i32) -> (i32, f32) {
    let mut events: Vec<(f32, i32)> = vec![(left, 0), (right, 0)];
    for &(x0, x1) in extents {
        if x1 > left && x0 < right {
            events.push((x0.max(left), 1));
            events.push((x1.min(right), -1));
        }
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut crossing = 0;
    // Stretches between events, neighbours crossed equally often taken together.
    let mut stretches: Vec<(i32, f32, f32)> = Vec::new();
    for (here, next) in events.iter().zip(events.iter().skip(1)) {
        crossing += here.1;
        let worth = (crossing - tolerated).max(0);
        match stretches.last_mut() {
            Some((last, _, end)) if *last == worth => *end = next.0,
            _ if next.0 > here.0 => stretches.push((worth, here.0, next.0)),
            _ => {}
        }
    }
    // A hairline of white is no border.
    stretches.retain(|(_, start, end)| end - start > 0.5);
    stretches
        .into_iter()
        .min_by(|a, b| a.0.cmp(&b.0).then((b.2 - b.1).total_cmp(&(a.2 - a.1))))
        .map_or((0, f32::midpoint(left, right)), |(crossings, start, end)| (crossings, f32::midpoint(start, end)))
}

/// Deals the words out to columns, `borders.len() + 1` of them, each joined into lines.
pub(crate) fn columns(tokens: &[&Token<'_>], borders: &[f32]) -> Vec<Vec<Line>> {
    let mut dealt: Vec<Vec<&Token<'_>>> = vec![Vec::new(); borders.len() + 1];
    for token in tokens {
        let column = borders.partition_point(|border| *border < token.bounds.centre().0);
        if let Some(cells) = dealt.get_mut(column) {
            cells.push(token);
        }
    }
    dealt.iter().map(|cells| lines_of(cells)).collect()
}

/// What it costs to leave lines without an anchor; a table of positions has nearly none, a specification has sections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    pub(crate) free_group: f32,
    pub(crate) empty_anchor: f32,
}

/// Deals lines to anchors so that cells stand against their anchors as evenly as they can: the whole column is tried as
/// top-, centre- and bottom-aligned, and the cheapest dealing wins.
pub(crate) fn deal(lines: &[Line], anchors: &[f32], costs: Costs) -> Vec<Group> {
    [Alignment::Centre, Alignment::Top, Alignment::Bottom]
        .into_iter()
        .map(|alignment| deal_aligned(lines, anchors, alignment, costs))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, groups)| groups)
        .unwrap_or_default()
}

/// The rows of a table: the `main` column is dealt to the anchors, every other cell goes to the row it stands nearest.
/// Rows without an anchor keep the lines that no anchor claims.
pub(crate) fn rows(columns: &[Vec<Line>], main: usize, anchors: &[Rect], costs: Costs) -> Vec<Row> {
    let empty = Vec::new();
    let lines = columns.get(main).unwrap_or(&empty);
    let middles: Vec<f32> = anchors.iter().map(|anchor| anchor.centre().1).collect();
    let groups = deal(lines, &middles, costs);
    let mut spans: Vec<(Rect, bool, Vec<usize>)> = groups
        .iter()
        .filter_map(|group| {
            let own: Vec<usize> = (group.start..group.end).collect();
            let boxes = own.iter().filter_map(|&index| lines.get(index)).map(|line| line.bounds);
            let anchor = group.anchor.and_then(|index| anchors.get(index)).copied();
            let bounds = boxes.chain(anchor).reduce(Rect::union)?;
            Some((bounds, group.anchor.is_some(), own))
        })
        .collect();
    spans.sort_by(|a, b| a.0.y0.total_cmp(&b.0.y0));
    let mut taken: Vec<Vec<Vec<&Line>>> = vec![vec![Vec::new(); columns.len()]; spans.len()];
    for (row, (_, _, own)) in spans.iter().enumerate() {
        for line in own.iter().filter_map(|&index| lines.get(index)) {
            if let Some(cell) = taken.get_mut(row).and_then(|cells| cells.get_mut(main)) {
                cell.push(line);
            }
        }
    }
    for (column, cells) in columns.iter().enumerate().filter(|(column, _)| *column != main) {
        for line in cells {
            let nearest = spans
                .iter()
                .enumerate()
                .map(|(row, (span, _, _))| (distance(*span, line), row))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, row)) = nearest
                && let Some(cell) = taken.get_mut(row).and_then(|cells| cells.get_mut(column))
            {
                cell.push(line);
            }
        }
    }
    spans
        .into_iter()
        .zip(taken)
        .map(|((bounds, anchored, _), cells)| Row {
            bounds,
            anchored,
            cells: cells.iter().map(|lines| cell_of(lines)).collect(),
        })
        .collect()
}

fn cell_of(lines: &[&Line]) -> Cell {
    Cell {
        text: join_wrapped(lines.iter().map(|line| line.text.as_str())),
        boxes: lines.iter().map(|line| line.bounds).collect(),
    }
}

/// How far the line stands from the row; within the row, how far from its middle, scaled down to a tie-breaker.
fn distance(span: Rect, line: &Line) -> f32 {
    let y = line.centre_y();
    (span.y0 - y).max(y - span.y1).max(0.0) + (span.centre().1 - y).abs() * 0.01
}

/// Lines above which no cell of a table reaches.
const MOST_LINES: usize = 14;

fn deal_aligned(lines: &[Line], anchors: &[f32], alignment: Alignment, costs: Costs) -> (f32, Vec<Group>) {
    let (line_count, anchor_count) = (lines.len(), anchors.len());
    let width = anchor_count + 1;
    let state = |line: usize, anchor: usize| line * width + anchor;
    let mut best = vec![f32::INFINITY; (line_count + 1) * width];
    let mut back: Vec<Option<(usize, usize)>> = vec![None; (line_count + 1) * width];
    let mut height: Vec<f32> = lines.iter().map(|line| line.height).collect();
    height.sort_by(f32::total_cmp);
    let height = height.get(height.len() / 2).copied().unwrap_or(1.0).max(1.0);
    // Lines further apart than rows ever are do not share a cell.
    let mut steps: Vec<f32> = anchors.iter().zip(anchors.iter().skip(1)).map(|(a, b)| b - a).collect();
    steps.sort_by(f32::total_cmp);
    let closest = steps.get(steps.len() / 8).copied().unwrap_or(f32::INFINITY);
    let widest_pitch = (1.7_f32).min(0.85 * closest / height);
    if let Some(start) = best.first_mut() {
        *start = 0.0;
    }
    let mut relax = |from: (usize, usize), to: (usize, usize), cost: f32| {
        let reached = best.get(state(from.0, from.1)).copied().unwrap_or(f32::INFINITY) + cost;
        if let Some(target) = best.get_mut(state(to.0, to.1))
            && reached < *target
        {
            *target = reached;
            if let Some(previous) = back.get_mut(state(to.0, to.1)) {
                *previous = Some(from);
            }
        }
    };
    for line in 0..=line_count {
        for anchor in 0..=anchor_count {
            if anchor < anchor_count {
                relax((line, anchor), (line, anchor + 1), costs.empty_anchor);
            }
            let mut inner = 0.0;
            for end in line + 1..=(line + MOST_LINES).min(line_count) {
                if end > line + 1 {
                    inner += inner_cost(lines.get(end - 2), lines.get(end - 1), height, widest_pitch);
                }
                if inner > 12.0 {
                    break;
                }
                let start_cost = match lines.get(line) {
                    Some(first) if line > 0 && first.text.starts_with(char::is_lowercase) => 1.0,
                    _ => 0.0,
                };
                relax((line, anchor), (end, anchor), costs.free_group + inner + start_cost);
                if let Some(&y) = anchors.get(anchor) {
                    let off = (place(lines.get(line), lines.get(end - 1), alignment) - y).abs() / height;
                    relax((line, anchor), (end, anchor + 1), off + inner + start_cost);
                }
            }
        }
    }
    let total = best.get(state(line_count, anchor_count)).copied().unwrap_or(f32::INFINITY);
    (total, walk_back(&back, (line_count, anchor_count), width))
}

fn walk_back(back: &[Option<(usize, usize)>], end: (usize, usize), width: usize) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = end;
    while let Some(Some(from)) = back.get(at.0 * width + at.1) {
        let anchor = (from.1 < at.1).then_some(from.1);
        groups.push(Group { anchor, start: from.0, end: at.0 });
        at = *from;
    }
    groups.reverse();
    groups
}

/// Wrapped lines follow each other closely; a wider step inside a cell is paid for.
fn inner_cost(above: Option<&Line>, below: Option<&Line>, height: f32, widest_pitch: f32) -> f32 {
    let (Some(above), Some(below)) = (above, below) else { return 0.0 };
    let pitch = (below.centre_y() - above.centre_y()) / height;
    ((pitch - widest_pitch) * 4.0).max(0.0)
}

fn place(first: Option<&Line>, last: Option<&Line>, alignment: Alignment) -> f32 {
    let (Some(first), Some(last)) = (first, last) else { return f32::INFINITY };
    match alignment {
        Alignment::Top => first.centre_y(),
        Alignment::Centre => f32::midpoint(first.centre_y(), last.centre_y()),
        Alignment::Bottom => last.centre_y(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIONS: Costs = Costs { free_group: 3.0, empty_anchor: 2.0 };

    fn lines(middles: &[f32]) -> Vec<Line> {
        middles
            .iter()
            .map(|&y| {
                let bounds = Rect { x0: 0.0, y0: y - 5.0, x1: 100.0, y1: y + 5.0 };
                Line { text: "Имя".to_owned(), bounds, height: 10.0, first_width: 30.0, second_x0: 35.0 }
            })
            .collect()
    }

    fn ranges(groups: &[Group]) -> Vec<(Option<usize>, usize)> {
        groups.iter().map(|group| (group.anchor, group.end - group.start)).collect()
    }

    #[test]
    fn lines_go_to_numbers_in_the_middle_of_their_cells() {
        // One, two and three lines; each number stands at the middle of its cell.
        let lines = lines(&[20.0, 44.0, 56.0, 78.0, 90.0, 102.0]);
        let groups = deal(&lines, &[20.0, 50.0, 90.0], POSITIONS);
        assert_eq!(ranges(&groups), [(Some(0), 1), (Some(1), 2), (Some(2), 3)]);
    }

    #[test]
    fn lines_go_to_numbers_at_the_top_of_their_cells() {
        let lines = lines(&[20.0, 32.0, 46.0, 60.0, 72.0, 84.0, 98.0]);
        let groups = deal(&lines, &[20.0, 46.0, 60.0, 98.0], POSITIONS);
        assert_eq!(ranges(&groups), [(Some(0), 2), (Some(1), 1), (Some(2), 3), (Some(3), 1)]);
    }

    #[test]
    fn a_section_name_stays_without_a_number() {
        let lines = lines(&[20.0, 44.0, 68.0]);
        let groups = deal(&lines, &[20.0, 68.0], Costs { free_group: 0.8, empty_anchor: 2.0 });
        assert_eq!(ranges(&groups), [(Some(0), 1), (None, 1), (Some(1), 1)]);
    }

    #[test]
    fn borders_stand_in_the_white() {
        let extents = [(10.0, 14.0), (30.0, 120.0), (30.0, 90.0), (150.0, 170.0)];
        let found = borders(&[12.0, 80.0, 160.0], &extents, 0);
        assert_eq!(found, [22.0, 135.0]);
        // A heading over the whole width moves no border when one such line is tolerated.
        let with_heading = [extents.as_slice(), &[(5.0, 180.0)]].concat();
        assert_eq!(borders(&[12.0, 80.0, 160.0], &with_heading, 1), [22.0, 135.0]);
    }
}
