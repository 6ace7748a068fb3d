//! Axes of a plan (координационные оси, ГОСТ Р 21.101): figures along one side, letters along the other.

use crate::lines::Sheet;
use domain::Rect;

/// Letters of axes in their order: those that look like figures or like each other are left out.
const LETTERS: [char; 25] = [
    'А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'И', 'К', 'Л', 'М', 'Н', 'П', 'Р', 'С', 'Т', 'У', 'Ф', 'Ц', 'Ч', 'Ш', 'Щ', 'Э',
    'Ю', 'Я',
];

/// Axes of a plan with where they stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axes {
    /// Figures and where they stand along their side.
    figures: Vec<(usize, f32)>,
    /// Letters by their place in the order, and where they stand along theirs.
    letters: Vec<(usize, f32)>,
    /// Whether the figures run from left to right.
    figures_across: bool,
    /// Where they were read.
    pub(crate) boxes: Vec<Rect>,
}

/// One mark of an axis.
#[derive(Debug, Clone, Copy)]
struct Mark {
    value: usize,
    along: f32,
    bounds: Rect,
}

impl Axes {
    /// «А-Г/1-15».
    pub(crate) fn text(&self) -> String {
        let letters = span(&self.letters, |value| LETTERS.get(value).map(char::to_string).unwrap_or_default());
        let figures = span(&self.figures, |value| value.to_string());
        format!("{letters}/{figures}")
    }

    /// How many axes there are.
    pub(crate) fn count(&self) -> usize {
        self.figures.len() + self.letters.len()
    }

    /// The axes next to a point outside of the grid («А/2-3»); `None` for a point inside, which is everywhere.
    pub(crate) fn beside(&self, x: f32, y: f32) -> Option<String> {
        let (along_figures, along_letters) = if self.figures_across { (x, y) } else { (y, x) };
        let near_letter = outside(&self.letters, along_letters);
        let near_figure = outside(&self.figures, along_figures);
        let letter = |value: usize| LETTERS.get(value).map(char::to_string).unwrap_or_default();
        let figure = |value: usize| value.to_string();
        match (near_letter, near_figure) {
            (Some(edge), None) => Some(format!("{}/{}", letter(edge), between(&self.figures, along_figures, figure)?)),
            (None, Some(edge)) => Some(format!("{}/{}", between(&self.letters, along_letters, letter)?, figure(edge))),
            _ => None,
        }
    }
}

/// The axes of the sheet, when figures run along one side and letters along the other.
pub(crate) fn find(sheet: &Sheet<'_>, keep_out: &[Rect]) -> Option<Axes> {
    let mut figures: Vec<(usize, Rect)> = Vec::new();
    let mut letters: Vec<(usize, Rect)> = Vec::new();
    for token in &sheet.tokens {
        let (x, y) = token.bounds.centre();
        if token.text.chars().count() > 2 || keep_out.iter().any(|area| area.contains(x, y)) {
            continue;
        }
        if let Ok(number) = token.text.parse::<usize>() {
            if (1..=99).contains(&number) && !token.text.starts_with('0') {
                figures.push((number, token.bounds));
            }
        } else if let Some(letter) = letter_of(&token.text) {
            letters.push((letter, token.bounds));
        }
    }
    let (width, height) = (sheet.page.width_pt, sheet.page.height_pt);
    [true, false].into_iter().find_map(|across| {
        let long = if across { width } else { height };
        let figures = run(&figures, across, 3, 0.12 * long)?;
        let letters = run(&letters, !across, 2, 0.0)?;
        // A plan stands between its axes: the letters start left or right of most figures, not among them.
        let boxes = figures.iter().chain(&letters).map(|mark| mark.bounds).collect();
        Some(Axes {
            figures: figures.iter().map(|mark| (mark.value, mark.along)).collect(),
            letters: letters.iter().map(|mark| (mark.value, mark.along)).collect(),
            figures_across: across,
            boxes,
        })
    })
}

fn letter_of(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
    let cyrillic = match letter {
        'A' => 'А',
        'B' => 'В',
        'E' => 'Е',
        'K' => 'К',
        'M' => 'М',
        'H' => 'Н',
        'P' => 'Р',
        'C' => 'С',
        'T' => 'Т',
        other => other,
    };
    LETTERS.iter().position(|known| *known == cyrillic)
}

/// The longest run of marks on one line that count on without a gap, one way or the other.
fn run(marks: &[(usize, Rect)], across: bool, least: usize, least_length: f32) -> Option<Vec<Mark>> {
    let along = |bounds: &Rect| if across { bounds.centre().0 } else { bounds.centre().1 };
    let beside = |bounds: &Rect| if across { bounds.centre().1 } else { bounds.centre().0 };
    let mut sorted: Vec<(usize, Rect)> = marks.to_vec();
    sorted.sort_by(|a, b| beside(&a.1).total_cmp(&beside(&b.1)));
    let mut best: Vec<Mark> = Vec::new();
    let mut start = 0;
    while let Some((_, first)) = sorted.get(start) {
        let size = first.height().max(4.0);
        let row: Vec<Mark> = sorted
            .iter()
            .skip(start)
            .take_while(|(_, bounds)| beside(bounds) - beside(first) < 0.5 * size)
            .map(|(value, bounds)| Mark { value: *value, along: along(bounds), bounds: *bounds })
            .collect();
        start += 1;
        if row.len() < least || row.len() < best.len() {
            continue;
        }
        for reverse in [false, true] {
            let found = counting_on(row.clone(), reverse, 1.6 * size);
            let length = match (found.first(), found.last()) {
                (Some(first), Some(last)) => (last.along - first.along).abs(),
                _ => 0.0,
            };
            if found.len() >= least && found.len() > best.len() && length >= least_length {
                best = found;
            }
        }
    }
    (!best.is_empty()).then_some(best)
}

/// The longest part of a row whose values go up by one from mark to mark.
fn counting_on(mut row: Vec<Mark>, reverse: bool, step: f32) -> Vec<Mark> {
    row.sort_by(|a, b| if reverse { b.along.total_cmp(&a.along) } else { a.along.total_cmp(&b.along) });
    let mut best: Vec<Mark> = Vec::new();
    for (at, first) in row.iter().enumerate() {
        let mut run = vec![*first];
        for mark in row.iter().skip(at + 1) {
            let Some(last) = run.last() else { break };
            if mark.value == last.value + 1 && (mark.along - last.along).abs() > step {
                run.push(*mark);
            }
        }
        if run.len() > best.len() {
            best = run;
        }
    }
    best
}

fn span(marks: &[(usize, f32)], name: impl Fn(usize) -> String) -> String {
    let values = || marks.iter().map(|(value, _)| *value);
    match (values().min(), values().max()) {
        (Some(first), Some(last)) if first == last => name(first),
        (Some(first), Some(last)) => format!("{}-{}", name(first), name(last)),
        _ => String::new(),
    }
}

/// The outermost mark when the place lies beyond the marks.
fn outside(marks: &[(usize, f32)], place: f32) -> Option<usize> {
    let lowest = marks.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let highest = marks.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if place < lowest.1 {
        Some(lowest.0)
    } else if place > highest.1 {
        Some(highest.0)
    } else {
        None
    }
}

/// The two marks that the place lies between: «2-3».
fn between(marks: &[(usize, f32)], place: f32, name: impl Fn(usize) -> String) -> Option<String> {
    let below = marks.iter().filter(|mark| mark.1 <= place).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let above = marks.iter().filter(|mark| mark.1 > place).min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(format!("{}-{}", name(below.0.min(above.0)), name(below.0.max(above.0))))
}
