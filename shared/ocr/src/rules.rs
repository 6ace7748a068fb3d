//! Rules: the straight lines of frames, tables and stamps. They are taken out of the ink, because letters that touch
//! them are not read, and kept, because they part cells.

use crate::ink::{Ink, Run};

/// Shortest rule: longer than any stroke of a letter, shorter than the narrowest column of a stamp.
const MIN_LENGTH_PT: f32 = 20.0;
/// Thickest rule; thicker is a filled area.
const MAX_THICKNESS_PT: f32 = 3.4;
/// A scan breaks rules by specks of this width.
const MAX_BREAK_PT: f32 = 0.8;
/// Letters that touch each other at a coarse resolution are no longer than this.
const MAX_WORD_PT: f32 = 120.0;
/// At so many places the edges of a run are looked at; from one to the next they go up or down by so many pixels at most.
const SAMPLES: usize = 64;
const EDGE_PX: usize = 2;

/// A straight line along an axis, in pixels: from `start` to `end`, its middle at `at`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub(crate) start: f32,
    pub(crate) end: f32,
    pub(crate) at: f32,
}

/// The rules of a page.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) level: Vec<Rule>,
    pub(crate) upright: Vec<Rule>,
}

impl Rules {
    /// Whether an upright rule stands between `left` and `right` at the height `y`.
    pub(crate) fn part_columns(&self, left: f32, right: f32, y: f32) -> bool {
        let first = self.upright.partition_point(|rule| rule.at < left);
        let behind = self.upright.get(first..).unwrap_or_default();
        behind.iter().take_while(|rule| rule.at <= right).any(|rule| rule.start <= y && y <= rule.end)
    }

    /// Whether a level rule lies between `top` and `bottom` at `x`.
    pub(crate) fn part_rows(&self, top: f32, bottom: f32, x: f32) -> bool {
        let first = self.level.partition_point(|rule| rule.at < top);
        let below = self.level.get(first..).unwrap_or_default();
        below.iter().take_while(|rule| rule.at <= bottom).any(|rule| rule.start <= x && x <= rule.end)
    }
}

/// Takes the rules out of the ink. Gives them and the pixels taken out.
pub(crate) fn take_out(ink: &mut Ink, px_per_pt: f32) -> (Rules, Ink) {
    let turned = ink.transposed();
    let mut level = long_runs(ink, px_per_pt);
    let mut upright = long_runs(&turned, px_per_pt);
    let max_thickness = (MAX_THICKNESS_PT * px_per_pt) as usize;
    let max_word = (MAX_WORD_PT * px_per_pt) as usize;
    for (rows, lines) in [(&mut level, &turned), (&mut upright, &*ink)] {
        for (place, runs) in rows.iter_mut().enumerate() {
            runs.retain(|run| run.end - run.start > max_word || is_smooth(lines, place, *run, max_thickness));
        }
    }
    let mut taken = Ink::blank(ink.width, ink.height);
    for (y, runs) in level.iter().enumerate() {
        for run in runs {
            for x in run.start..run.end {
                if is_thin(&turned, x, y, max_thickness) {
                    taken.set(x, y);
                }
            }
        }
    }
    for (x, runs) in upright.iter().enumerate() {
        for run in runs {
            for y in run.start..run.end {
                let crossing = level.get(y).is_some_and(|runs| runs.iter().any(|run| run.start <= x && x < run.end));
                if crossing || is_thin(ink, y, x, max_thickness) {
                    taken.set(x, y);
                }
            }
        }
    }
    let rules = Rules { level: joined(&level, max_thickness), upright: joined(&upright, max_thickness) };
    for y in 0..taken.height {
        for run in taken.runs(y) {
            for x in run.start..run.end {
                ink.clear(x, y);
            }
        }
    }
    (rules, taken)
}

/// Runs of each row that are long enough for a rule, over small breaks.
fn long_runs(ink: &Ink, px_per_pt: f32) -> Vec<Vec<Run>> {
    let (min_length, max_break) = ((MIN_LENGTH_PT * px_per_pt) as usize, (MAX_BREAK_PT * px_per_pt) as usize);
    (0..ink.height)
        .map(|y| {
            let mut long: Vec<Run> = Vec::new();
            for run in ink.runs(y) {
                match long.last_mut() {
                    Some(last) if run.start - last.end <= max_break => last.end = run.end,
                    _ => {
                        long.pop_if(|last| last.end - last.start < min_length);
                        long.push(run);
                    }
                }
            }
            long.pop_if(|last| last.end - last.start < min_length);
            long
        })
        .collect()
}

/// Whether the ink along a run has smooth edges: letters that touch each other rise and fall at each of their strokes, and writing
/// that touches a rule does so on one side. `lines` has the lines that cross the run, `place` is its own.
fn is_smooth(lines: &Ink, place: usize, run: Run, max_thickness: usize) -> bool {
    let step = (run.end - run.start).div_ceil(SAMPLES).max(1);
    let columns = (run.start..run.end).step_by(step).filter(|&x| lines.get(place, x));
    let edges: Vec<(usize, usize)> = columns
        .map(|x| {
            let before = (1..=max_thickness.min(place)).take_while(|far| lines.get(place - far, x)).count();
            (before, (1..=max_thickness).take_while(|far| lines.get(place + far, x)).count())
        })
        .collect();
    let is_step = |one: usize, other: usize| usize::from(one.abs_diff(other) > EDGE_PX);
    let steps = edges.windows(2).map(|pair| match pair {
        [one, other] => is_step(one.0, other.0) + is_step(one.1, other.1),
        _ => 0,
    });
    steps.sum::<usize>() * 2 < edges.len()
}

/// Whether the ink through `along` of the line `across` is no thicker than a rule. `lines` has the lines that cross the
/// rule.
fn is_thin(lines: &Ink, line: usize, place: usize, max_thickness: usize) -> bool {
    let mut thickness = 1;
    let mut before = place;
    while before > 0 && lines.get(before - 1, line) {
        before -= 1;
        thickness += 1;
        if thickness > max_thickness {
            return false;
        }
    }
    let mut behind = place + 1;
    while lines.get(behind, line) {
        behind += 1;
        thickness += 1;
        if thickness > max_thickness {
            return false;
        }
    }
    true
}

/// Runs of neighbouring rows that lie upon each other become one rule.
fn joined(rows: &[Vec<Run>], max_thickness: usize) -> Vec<Rule> {
    struct Growing {
        first_row: usize,
        last_row: usize,
        start: usize,
        end: usize,
    }
    let mut open: Vec<Growing> = Vec::new();
    let mut done: Vec<Rule> = Vec::new();
    let mut finish = |growing: &Growing| {
        if growing.last_row - growing.first_row < max_thickness * 3 {
            done.push(Rule {
                start: growing.start as f32,
                end: growing.end as f32,
                at: (growing.first_row + growing.last_row) as f32 / 2.0,
            });
        }
    };
    for (y, runs) in rows.iter().enumerate() {
        open.retain(|growing| {
            let goes_on = growing.last_row + 3 >= y;
            if !goes_on {
                finish(growing);
            }
            goes_on
        });
        for run in runs {
            match open.iter_mut().find(|growing| growing.start < run.end && run.start < growing.end) {
                Some(growing) => {
                    growing.last_row = y;
                    growing.start = growing.start.min(run.start);
                    growing.end = growing.end.max(run.end);
                }
                None => open.push(Growing { first_row: y, last_row: y, start: run.start, end: run.end }),
            }
        }
    }
    open.iter().for_each(&mut finish);
    done.sort_by(|a, b| a.at.total_cmp(&b.at));
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many rules are found in 200 by 60 pixels of ink.
    fn rules(is_ink: impl Fn(usize, usize) -> bool) -> usize {
        let mut ink = Ink::blank(200, 60);
        for (x, y) in (0..200).flat_map(|x| (0..60).map(move |y| (x, y))) {
            if is_ink(x, y) {
                ink.set(x, y);
            }
        }
        take_out(&mut ink, 300.0 / 72.0).0.level.len()
    }

    #[test]
    fn a_rule_is_one_where_writing_touches_it_and_letters_that_touch_are_none() {
        let is_rule = |x: usize, y: usize| (20..160).contains(&x) && (30..33).contains(&y);
        assert_eq!(rules(is_rule), 1);
        let is_aslant = |x: usize, y: usize| (20..160).contains(&x) && (30 + x / 20..38 + x / 20).contains(&y);
        assert_eq!(rules(is_aslant), 1);
        assert_eq!(rules(|x, y| is_rule(x, y) || (x % 30 < 4 && (20..30).contains(&y))), 1);
        // Leaning strokes with a bar through all of them.
        let is_leaning = |x: usize, y: usize| (20..160).contains(&x) && (20..44).contains(&y) && (x + y / 2) % 12 < 5;
        assert_eq!(rules(|x, y| is_leaning(x, y) || is_rule(x, y)), 0);
    }
}
