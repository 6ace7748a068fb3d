//! From ruled lines to cells.

use super::RuledLine;
use domain::Rect;

/// Lines this close are one: rules drawn twice, or both edges of a thick one.
const SAME_PLACE_PT: f32 = 1.6;
/// Pieces of a line this far apart are one line still.
const BRIDGED_PT: f32 = 2.0;
/// How far a line may end before the line that it should meet.
const MEETING_PT: f32 = 2.0;
/// The shortest line that bounds a cell.
const SHORTEST_PT: f32 = 5.0;
/// Most lines in one direction; a sheet with more is a drawing that hides its tables, so short ones are given up.
const MOST_LINES: usize = 6_000;
/// Most crossings that are looked at.
const MOST_PAIRS: usize = 2_000_000;
/// Most squares of a grid; the largest tables have some thousand, a plan with its walls many times as many.
const MOST_SQUARES: usize = 20_000;
/// How often lines that meet too few others are taken away.
const PRUNINGS: usize = 4;
/// Nearest edges of the sheet within which its frame runs.
const FRAME_MARGIN_PT: f32 = 24.0;
/// On the left the frame leaves room for binding.
const FRAME_LEFT_PT: f32 = 64.0;
/// Share of the sheet that its frame takes.
const FRAME_SHARE: f32 = 0.8;

/// A line in one direction: where it lies across, and from where to where it runs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule {
    at: f32,
    from: f32,
    to: f32,
}

impl Rule {
    fn length(self) -> f32 {
        self.to - self.from
    }

    fn reaches(self, place: f32) -> bool {
        self.from - MEETING_PT <= place && place <= self.to + MEETING_PT
    }
}

/// Rectangles between rules, in groups that hang together by their rules. The frame of the sheet bounds cells but joins
/// only what runs right across it: a drawing and a title block may lean on it too.
pub(super) fn cells(lines: &[RuledLine], width_pt: f32, height_pt: f32) -> Vec<Vec<Rect>> {
    let (level, upright): (Vec<&RuledLine>, Vec<&RuledLine>) = lines.iter().partition(|line| line.is_level());
    let mut level = joined(level.iter().map(|line| line.along(true)).collect());
    let mut upright = joined(upright.iter().map(|line| line.along(false)).collect());
    if !keep_what_bounds(&mut level, &mut upright) {
        return Vec::new();
    }
    let frame_level = |rule: &Rule| {
        rule.length() > FRAME_SHARE * width_pt && (rule.at < FRAME_MARGIN_PT || rule.at > height_pt - FRAME_MARGIN_PT)
    };
    let frame_upright = |rule: &Rule| {
        rule.length() > FRAME_SHARE * height_pt && (rule.at < FRAME_LEFT_PT || rule.at > width_pt - FRAME_MARGIN_PT)
    };
    let is_frame: Vec<bool> = level.iter().map(frame_level).chain(upright.iter().map(frame_upright)).collect();
    let mut groups = Groups::of(level.len() + upright.len());
    let crossings = crossings(&level, &upright);
    let on_frame = |line: usize| is_frame.get(line).copied().unwrap_or(false);
    for &(row, column) in &crossings {
        let column = level.len() + column;
        if !on_frame(row) && !on_frame(column) {
            groups.join(row, column);
        }
    }
    for rows in across_the_frame(&crossings, level.len(), &is_frame).windows(2) {
        if let [above, below] = rows {
            groups.join(*above, *below);
        }
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); level.len() + upright.len()];
    for line in (0..members.len()).filter(|&line| !on_frame(line)) {
        let root = groups.root(line);
        if let Some(group) = members.get_mut(root) {
            group.push(line);
        }
    }
    // Lines of the frame bound the cells of every group that touches them.
    for &(row, column) in &crossings {
        let column = level.len() + column;
        let (frame, other) = match (on_frame(row), on_frame(column)) {
            (true, false) => (row, column),
            (false, true) => (column, row),
            _ => continue,
        };
        let root = groups.root(other);
        if let Some(group) = members.get_mut(root)
            && !group.contains(&frame)
        {
            group.push(frame);
        }
    }
    members.retain(|group| group.len() >= 5);
    members
        .iter()
        .map(|group| {
            let pick = |rules: &[Rule], skip: usize| -> Vec<Rule> {
                group.iter().filter_map(|line| rules.get(line.checked_sub(skip)?)).copied().collect()
            };
            let mut rows: Vec<Rule> = pick(&level, 0);
            let columns: Vec<Rule> = pick(&upright, level.len());
            rows.extend(open_ends(&rows, &columns));
            Grid::of(&rows, &columns).map(|grid| grid.cells()).unwrap_or_default()
        })
        .filter(|cells| !cells.is_empty())
        .collect()
}

/// Level lines, none of the frame, that meet two upright ones of it, from top to bottom.
fn across_the_frame(crossings: &[(usize, usize)], level: usize, is_frame: &[bool]) -> Vec<usize> {
    let mut met = vec![0u32; level];
    let on_frame = |line: usize| is_frame.get(line).copied().unwrap_or(false);
    for &(row, _) in crossings.iter().filter(|(row, column)| !on_frame(*row) && on_frame(level + column)) {
        if let Some(count) = met.get_mut(row) {
            *count += 1;
        }
    }
    met.iter().zip(0..).filter(|(count, _)| **count >= 2).map(|(_, row)| row).collect()
}

/// Rules that lie on each other or carry each other on, as one.
fn joined(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut whole = Vec::with_capacity(rules.len());
    let mut rest = rules.as_mut_slice();
    while let Some(first) = rest.first().copied() {
        let end = rest.partition_point(|rule| rule.at <= first.at + SAME_PLACE_PT);
        let (here, after) = rest.split_at_mut(end.max(1));
        rest = after;
        here.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut open: Option<Rule> = None;
        for rule in here.iter() {
            match &mut open {
                Some(longer) if rule.from <= longer.to + BRIDGED_PT => {
                    if rule.length() > longer.length() {
                        longer.at = rule.at;
                    }
                    longer.to = longer.to.max(rule.to);
                }
                _ => whole.extend(open.replace(*rule)),
            }
        }
        whole.extend(open);
    }
    whole.retain(|rule| rule.length() >= SHORTEST_PT);
    whole.sort_by(|a, b| a.at.total_cmp(&b.at));
    whole
}

/// Leaves only lines that meet at least two others, over and over, for only such can bound a cell. False when there are
/// too many to tell.
fn keep_what_bounds(level: &mut Vec<Rule>, upright: &mut Vec<Rule>) -> bool {
    for shortest in [0.0, 12.0, 24.0, 48.0] {
        level.retain(|rule| rule.length() >= shortest);
        upright.retain(|rule| rule.length() >= shortest);
        if level.len().max(upright.len()) <= MOST_LINES && level.len() * upright.len() <= MOST_PAIRS {
            break;
        }
    }
    if level.len().max(upright.len()) > MOST_LINES || level.len() * upright.len() > MOST_PAIRS {
        return false;
    }
    for _ in 0..PRUNINGS {
        let (mut of_level, mut of_upright) = (vec![0u32; level.len()], vec![0u32; upright.len()]);
        for_crossings(level, upright, |row, column| {
            for (counts, line) in [(&mut of_level, row), (&mut of_upright, column)] {
                if let Some(count) = counts.get_mut(line) {
                    *count += 1;
                }
            }
        });
        let before = level.len() + upright.len();
        for (rules, counts) in [(&mut *level, of_level), (&mut *upright, of_upright)] {
            let mut counts = counts.into_iter();
            rules.retain(|_| counts.next().is_some_and(|count| count >= 2));
        }
        // What little is left over bounds no cell and hurts none.
        if before - level.len() - upright.len() <= before / 8 {
            break;
        }
    }
    true
}

/// Which level line meets which upright one.
fn crossings(level: &[Rule], upright: &[Rule]) -> Vec<(usize, usize)> {
    let mut found = Vec::with_capacity(level.len() + upright.len());
    for_crossings(level, upright, |row, column| found.push((row, column)));
    found
}

/// The same one by one; both come sorted by where they lie.
fn for_crossings(level: &[Rule], upright: &[Rule], mut found: impl FnMut(usize, usize)) {
    for (row, rule) in level.iter().enumerate() {
        let start = upright.partition_point(|other| other.at < rule.from - MEETING_PT);
        for (column, other) in upright.iter().enumerate().skip(start) {
            if other.at > rule.to + MEETING_PT {
                break;
            }
            if other.reaches(rule.at) {
                found(row, column);
            }
        }
    }
}

impl RuledLine {
    fn along(&self, is_level: bool) -> Rule {
        if is_level {
            let (from, to) = (self.x0.min(self.x1), self.x0.max(self.x1));
            Rule { at: f32::midpoint(self.y0, self.y1), from, to }
        } else {
            let (from, to) = (self.y0.min(self.y1), self.y0.max(self.y1));
            Rule { at: f32::midpoint(self.x0, self.x1), from, to }
        }
    }
}

/// Closes a table whose rows go on over the sheet: above its highest line, or under its lowest, three columns or more end
/// at one height without a line.
fn open_ends(level: &[Rule], upright: &[Rule]) -> Vec<Rule> {
    let heights = || level.iter().filter(|rule| rule.length() > SHORTEST_PT).map(|rule| rule.at);
    let mut closing = Vec::new();
    for (end, is_upper) in [(heights().reduce(f32::min), true), (heights().reduce(f32::max), false)] {
        let Some(last) = end else { continue };
        let tip = |rule: &Rule| if is_upper { rule.from } else { rule.to };
        let beyond =
            |rule: &&Rule| if is_upper { tip(rule) < last - SHORTEST_PT } else { tip(rule) > last + SHORTEST_PT };
        let mut tips: Vec<f32> = upright.iter().filter(beyond).map(tip).collect();
        tips.sort_by(f32::total_cmp);
        // The most common height; the frame of the sheet may run further.
        let together = tips.iter().enumerate().map(|(place, tip)| {
            let end = tips.partition_point(|other| *other < tip + MEETING_PT);
            (end - place, *tip)
        });
        let Some((_, at)) = together.max_by_key(|(count, _)| *count).filter(|(count, _)| *count >= 3) else { continue };
        let reaching = || upright.iter().filter(|rule| rule.reaches(at));
        let (from, to) =
            (reaching().map(|rule| rule.at).reduce(f32::min), reaching().map(|rule| rule.at).reduce(f32::max));
        if let (Some(from), Some(to)) = (from, to) {
            closing.push(Rule { at, from, to });
        }
    }
    closing
}

/// Squares between all places where lines lie, and the walls between squares.
struct Grid {
    xs: Vec<f32>,
    ys: Vec<f32>,
    /// Whether a wall stands left of a square, row by row, one more a row than squares.
    left_walls: Vec<bool>,
    /// Whether a wall lies over a square, row by row, one row more than squares.
    upper_walls: Vec<bool>,
}

impl Grid {
    fn of(level: &[Rule], upright: &[Rule]) -> Option<Self> {
        let ys = places(level);
        let xs = places(upright);
        let (columns, rows) = (xs.len().checked_sub(1)?, ys.len().checked_sub(1)?);
        if columns == 0 || rows == 0 || columns * rows > MOST_SQUARES {
            return None;
        }
        let left_walls = walls(upright, &xs, &ys);
        let across = walls(level, &ys, &xs);
        // The same by columns; turned, so that both are read row by row.
        let mut upper_walls = vec![false; (rows + 1) * columns];
        for (column, walls) in across.chunks(rows + 1).enumerate() {
            for (row, wall) in walls.iter().enumerate() {
                if let Some(place) = upper_walls.get_mut(row * columns + column) {
                    *place = *wall;
                }
            }
        }
        Some(Self { xs, ys, left_walls, upper_walls })
    }

    /// The rectangles that walls enclose.
    fn cells(&self) -> Vec<Rect> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let outside = columns * rows;
        let mut groups = Groups::of(outside + 1);
        let left_wall =
            |row: usize, column: usize| self.left_walls.get(row * (columns + 1) + column).copied().unwrap_or(false);
        let upper_wall =
            |row: usize, column: usize| self.upper_walls.get(row * columns + column).copied().unwrap_or(false);
        for row in 0..rows {
            for column in 0..columns {
                let square = row * columns + column;
                if !left_wall(row, column) {
                    groups.join(square, if column == 0 { outside } else { square - 1 });
                }
                if !upper_wall(row, column) {
                    groups.join(square, if row == 0 { outside } else { square - columns });
                }
                let is_open =
                    column + 1 == columns && !left_wall(row, columns) || row + 1 == rows && !upper_wall(rows, column);
                if is_open {
                    groups.join(square, outside);
                }
            }
        }
        let open = groups.root(outside);
        // For each room its extent in squares, and how many squares it has.
        let mut rooms: Vec<Option<[usize; 5]>> = vec![None; outside + 1];
        for row in 0..rows {
            for column in 0..columns {
                let root = groups.root(row * columns + column);
                let Some(room) = rooms.get_mut(root).filter(|_| root != open) else { continue };
                let [left, top, right, bottom, squares] = room.unwrap_or([column, row, column, row, 0]);
                *room = Some([left.min(column), top, right.max(column), bottom.max(row), squares + 1]);
            }
        }
        rooms
            .into_iter()
            .flatten()
            .filter(|[left, top, right, bottom, squares]| (right - left + 1) * (bottom - top + 1) == *squares)
            .filter_map(|[left, top, right, bottom, _]| {
                Some(Rect {
                    x0: *self.xs.get(left)?,
                    y0: *self.ys.get(top)?,
                    x1: *self.xs.get(right + 1)?,
                    y1: *self.ys.get(bottom + 1)?,
                })
            })
            .collect()
    }
}

/// Where lines lie, near ones taken together.
fn places(rules: &[Rule]) -> Vec<f32> {
    let mut places: Vec<f32> = rules.iter().map(|rule| rule.at).collect();
    places.sort_by(f32::total_cmp);
    let mut last = f32::NEG_INFINITY;
    places.retain(|&place| {
        let is_new = place - last > SAME_PLACE_PT;
        if is_new {
            last = place;
        }
        is_new
    });
    places
}

/// For each stretch between neighbouring `stops` and each of `places`: whether a rule lies there over the stretch.
fn walls(rules: &[Rule], places: &[f32], stops: &[f32]) -> Vec<bool> {
    let mut walls = vec![false; places.len() * stops.len().saturating_sub(1)];
    for rule in rules {
        let after = places.partition_point(|&place| place <= rule.at + 0.01);
        let Some(place) = after.checked_sub(1) else { continue };
        for (stretch, (start, end)) in stops.iter().zip(stops.iter().skip(1)).enumerate() {
            let middle = f32::midpoint(*start, *end);
            if rule.from <= middle
                && middle <= rule.to
                && let Some(wall) = walls.get_mut(stretch * places.len() + place)
            {
                *wall = true;
            }
        }
    }
    walls
}

/// Which of many things hang together.
pub(super) struct Groups(Vec<usize>);

impl Groups {
    pub(super) fn of(count: usize) -> Self {
        Self((0..count).collect())
    }

    pub(super) fn root(&mut self, of: usize) -> usize {
        let mut at = of;
        while let Some(&up) = self.0.get(at).filter(|&&up| up != at) {
            let higher = self.0.get(up).copied().unwrap_or(up);
            if let Some(own) = self.0.get_mut(at) {
                *own = higher;
            }
            at = higher;
        }
        at
    }

    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(own) = self.0.get_mut(a.max(b)) {
            *own = a.min(b);
        }
    }
}
