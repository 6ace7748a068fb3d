//! Tables without rules: words in columns, the white between them from top to bottom.

use super::{Draft, Found, heading};
use domain::{Page, Rect, TableCell, TableKind, Word};
use std::ops::Range;

/// White this many type heights wide parts two cells; a space is much narrower.
const CELL_GAP: f32 = 1.0;
/// Rows are at most so many type heights apart.
const ROW_GAP: f32 = 4.0;
/// The same for a page that is only looked at: rows of a ruled table stand further apart, but its heading tells it.
const SIGN_GAP: f32 = 2.6;
/// Lines with two cells or more that make a table.
const MIN_ROWS: usize = 3;
/// Lines in one column that may follow each other: the wrapped lines of a cell.
const MOST_WRAPPED: usize = 4;
/// Share of the cells of a column that must stand on one edge or around one middle.
const ALIGNED_SHARE: f32 = 0.7;
/// Share of the places of a table that hold something.
const FILLED_SHARE: f32 = 0.62;
/// Letters a cell from which a column is running text.
const PROSE_LETTERS: usize = 60;

/// Part of the page in which a table begins that goes on from the sheet before.
const UPPER_SHARE: f32 = 0.3;
/// A line this close under the one above goes on with it, in type heights.
const WRAPPED_GAP: f32 = 0.6;
/// Letters of a name.
const NAME_LETTERS: usize = 4;

/// What stands together in a line: neighbours in reading order.
#[derive(Debug, Clone)]
struct Piece {
    bounds: Rect,
    words: Range<usize>,
}

/// A line of text.
#[derive(Debug, Clone)]
struct Line {
    bounds: Rect,
    size: f32,
    pieces: Range<usize>,
}

impl Line {
    fn gap_to(&self, below: &Self) -> f32 {
        below.bounds.y0 - self.bounds.y1
    }

    /// Whether both may be lines of one cell.
    fn is_close_to(&self, below: &Self) -> bool {
        let gap = self.gap_to(below);
        gap < WRAPPED_GAP * self.size.max(below.size) && gap > -self.size.max(below.size)
    }
}

/// The free words of a page in lines.
struct Lines<'p> {
    page: &'p Page,
    taken: &'p [bool],
    pieces: Vec<Piece>,
    lines: Vec<Line>,
}

/// Lines in columns, one under the other.
#[derive(Debug)]
struct Run {
    lines: Range<usize>,
    columns: Vec<(f32, f32)>,
}

/// Whether the columns are numbered, or lines of three cells or more follow each other in columns, wherever they stand.
pub(super) fn has_columns(page: &Page) -> bool {
    if has_numbered_columns(page) {
        return true;
    }
    if !has_rows(page) {
        return false;
    }
    let lines = Lines::of(page, &[]);
    let tabular = |run: &Run| run.columns.len() >= 3 && lines.names_things(run);
    lines.runs(SIGN_GAP).iter().any(tabular)
}

/// «1 2 3 4» in a line of the upper part: a sheet that goes on with a table may say no more. Axes of a plan stand lower.
fn has_numbered_columns(page: &Page) -> bool {
    page.words.windows(4).any(|words| {
        words.iter().zip(["1", "2", "3", "4"]).all(|(word, number)| word.text == number)
            && words.iter().all(|word| word.bounds.y0 < UPPER_SHARE * page.height_pt)
    })
}

/// Whether lines of several pieces follow each other at all, told without gathering them: most pages have none.
fn has_rows(page: &Page) -> bool {
    /// A line of text as far as it is read.
    struct Open {
        bounds: Rect,
        size: f32,
        piece_end: f32,
        pieces: usize,
    }
    let mut rows = 0;
    let mut last: Option<(f32, f32)> = None;
    let mut open: Option<Open> = None;
    let mut end = |line: &Open| {
        let is_next =
            last.is_some_and(|(lower_edge, size)| follows(line.bounds.y0 - lower_edge, size.max(line.size), SIGN_GAP));
        rows = if is_next { rows } else { 0 } + usize::from(line.pieces >= 2);
        last = (rows > 0).then_some((line.bounds.y1, line.size));
        rows >= MIN_ROWS
    };
    for word in &page.words {
        let (x, y) = word.bounds.centre();
        if word.rotation_deg != 0 || page.title_block.is_some_and(|block| block.contains(x, y)) {
            continue;
        }
        let size = size_of(word);
        match &mut open {
            Some(line) if is_on_line(word, line.bounds, size, line.size) => {
                if is_same_piece(word, line.piece_end, size.max(line.size)) {
                    line.piece_end = line.piece_end.max(word.bounds.x1);
                } else {
                    line.piece_end = word.bounds.x1;
                    line.pieces += 1;
                }
                line.bounds = line.bounds.union(word.bounds);
                line.size = line.size.max(size);
            }
            _ => {
                let line = Open { bounds: word.bounds, size, piece_end: word.bounds.x1, pieces: 1 };
                if open.replace(line).is_some_and(|line| end(&line)) {
                    return true;
                }
            }
        }
    }
    open.is_some_and(|line| end(&line))
}

/// Whether a line with so much white over it carries on what stands above; `most` is in type heights.
fn follows(gap: f32, size: f32, most: f32) -> bool {
    gap > -size && gap < most * size
}

fn is_on_line(word: &Word, line: Rect, size: f32, line_size: f32) -> bool {
    (line.centre().1 - word.bounds.centre().1).abs() < 0.45 * size.max(line_size) && word.bounds.x0 >= line.x1 - size
}

fn is_same_piece(word: &Word, piece_end: f32, size: f32) -> bool {
    word.bounds.x0 - piece_end < CELL_GAP * size
}

/// Finds them among the words that no other table took.
pub(super) fn find(page: &Page, taken: &[bool]) -> Vec<Found> {
    let lines = Lines::of(page, taken);
    lines.runs(ROW_GAP).iter().filter_map(|run| lines.table(run)).collect()
}

impl<'p> Lines<'p> {
    /// The level lines of the page outside of its title block, in reading order; `taken` words are left out.
    fn of(page: &'p Page, taken: &'p [bool]) -> Self {
        let room = page.words.len();
        let mut own = Self { page, taken, pieces: Vec::with_capacity(room), lines: Vec::with_capacity(room / 4) };
        for (index, word) in page.words.iter().enumerate() {
            if own.is_free(index, word) {
                own.push(index, word);
            }
        }
        own
    }

    fn is_free(&self, index: usize, word: &Word) -> bool {
        let (x, y) = word.bounds.centre();
        word.rotation_deg == 0
            && !self.taken.get(index).copied().unwrap_or(false)
            && !self.page.title_block.is_some_and(|block| block.contains(x, y))
    }

    fn push(&mut self, index: usize, word: &Word) {
        let size = size_of(word);
        let place = self.pieces.len();
        let on_line = self.lines.last_mut().filter(|line| is_on_line(word, line.bounds, size, line.size));
        let Some(line) = on_line else {
            self.pieces.push(Piece { bounds: word.bounds, words: index..index + 1 });
            self.lines.push(Line { bounds: word.bounds, size, pieces: place..place + 1 });
            return;
        };
        match self.pieces.last_mut() {
            Some(piece) if is_same_piece(word, piece.bounds.x1, size.max(line.size)) => {
                piece.bounds = piece.bounds.union(word.bounds);
                piece.words.end = index + 1;
            }
            _ => {
                self.pieces.push(Piece { bounds: word.bounds, words: index..index + 1 });
                line.pieces.end = place + 1;
            }
        }
        line.bounds = line.bounds.union(word.bounds);
        line.size = line.size.max(size);
    }

    fn pieces(&self, line: &Line) -> &[Piece] {
        self.pieces.get(line.pieces.clone()).unwrap_or_default()
    }

    fn lines(&self, run: &Run) -> &[Line] {
        self.lines.get(run.lines.clone()).unwrap_or_default()
    }

    /// Lines that follow each other downwards with white between their columns.
    fn runs(&self, row_gap: f32) -> Vec<Run> {
        let mut found = Vec::new();
        let mut start = 0;
        while let Some(first) = self.lines.get(start) {
            // The longest name of a heading may stand over the line of the others.
            let opens = |next: &Line| next.pieces.len() >= 2 && first.is_close_to(next);
            if first.pieces.len() < 2 && !self.lines.get(start + 1).is_some_and(opens) {
                start += 1;
                continue;
            }
            let run = self.run_from(start, row_gap);
            start = run.lines.end.max(start + 1);
            if run.columns.len() >= 2 && self.rows(&run) >= MIN_ROWS {
                found.push(run);
            }
        }
        found
    }

    fn run_from(&self, start: usize, row_gap: f32) -> Run {
        let mut columns: Vec<(f32, f32)> = Vec::new();
        let mut merged: Vec<(f32, f32)> = Vec::new();
        let mut end = start;
        let mut wrapped = 0;
        let mut above: Option<&Line> = None;
        for line in self.lines.get(start..).unwrap_or_default() {
            let size = above.map_or(0.0, |above| above.size).max(line.size);
            let is_next = above.is_none_or(|above| follows(above.gap_to(line), size, row_gap));
            let is_wrapped = line.pieces.len() == 1;
            if !is_next || is_wrapped && wrapped >= MOST_WRAPPED {
                break;
            }
            merge(&columns, self.pieces(line), 0.8 * CELL_GAP * size, &mut merged);
            // A line across columns ends the table. Columns that no line has both of are one: the middle of a heading
            // may stand right of short entries.
            let are_apart = |line: &Line| have_columns_of_their_own(self.pieces(line), &merged);
            let is_across = end > start && merged.len() < 2
                || !are_apart(line)
                || merged.len() < columns.len()
                    && !self.lines.get(start..end).unwrap_or_default().iter().all(are_apart);
            let is_close = above.is_none_or(|above| above.is_close_to(line));
            if is_across || is_wrapped && merged.len() > columns.len() && !is_close {
                break;
            }
            wrapped = if is_wrapped { wrapped + 1 } else { 0 };
            std::mem::swap(&mut columns, &mut merged);
            end += 1;
            above = Some(line);
        }
        let mut run = Run { lines: start..end, columns };
        // Lines of one piece after the last row belong to what follows the table, unless they stand close.
        while let [.., above, last] = self.lines(&run)
            && last.pieces.len() == 1
            && last.bounds.y0 - above.bounds.y1 > WRAPPED_GAP * last.size
        {
            run.lines.end -= 1;
        }
        run
    }

    /// How many lines of a run have two cells or more.
    fn rows(&self, run: &Run) -> usize {
        self.lines(run).iter().filter(|line| line.pieces.len() >= 2).count()
    }

    /// Whether some column holds names: dimensions stand in rows and columns too.
    fn names_things(&self, run: &Run) -> bool {
        let mut named = vec![0usize; run.columns.len()];
        for piece in self.lines(run).iter().flat_map(|line| self.pieces(line)) {
            let texts = self.page.words.get(piece.words.clone()).unwrap_or_default().iter();
            let letters = texts.flat_map(|word| word.text.chars()).filter(|letter| letter.is_alphabetic()).count();
            let column = run.columns.iter().position(|column| piece.bounds.x0 <= column.1);
            if let Some(count) = column.and_then(|column| named.get_mut(column)).filter(|_| letters >= NAME_LETTERS) {
                *count += 1;
            }
        }
        named.iter().any(|&count| count * 2 >= run.lines.len())
    }

    fn table(&self, run: &Run) -> Option<Found> {
        let (lines, columns) = (self.lines(run), &run.columns);
        let column_of = |piece: &Piece| {
            let x = piece.bounds.centre().0;
            columns.iter().position(|column| (column.0..=column.1).contains(&x))
        };
        let mut rows: Vec<(Rect, Vec<Vec<usize>>)> = Vec::new();
        let mut cells: Vec<Vec<Rect>> = vec![Vec::new(); columns.len()];
        // Whether the row under way has its first cell.
        let mut is_opened = false;
        let mut above: Option<&Line> = None;
        for (place, line) in lines.iter().enumerate() {
            let pieces = self.pieces(line);
            let opens = pieces.first().and_then(&column_of) == Some(0);
            let goes_on = above.is_some_and(|above| {
                // Lines of a cell stand closer than rows, and a row has one first cell.
                let below = lines.get(place + 1).filter(|_| !opens && is_opened);
                let is_nearer_below =
                    below.is_some_and(|below| line.gap_to(below) < above.gap_to(line) - 0.1 * line.size);
                above.is_close_to(line) && !(opens && is_opened) && !is_nearer_below
            });
            above = Some(line);
            match rows.last_mut() {
                Some((bounds, _)) if goes_on => {
                    *bounds = bounds.union(line.bounds);
                    is_opened |= opens;
                }
                _ => {
                    rows.push((line.bounds, vec![Vec::new(); columns.len()]));
                    is_opened = opens;
                }
            }
            for piece in pieces {
                let column = column_of(piece)?;
                if let Some(own) = cells.get_mut(column) {
                    own.push(piece.bounds);
                }
                if let Some(cell) = rows.last_mut().and_then(|(_, row)| row.get_mut(column)) {
                    let words = piece.words.clone().filter_map(|word| Some((word, self.page.words.get(word)?)));
                    cell.extend(words.filter(|(index, word)| self.is_free(*index, word)).map(|(index, _)| index));
                }
            }
        }
        let size = lines.iter().map(|line| line.size).fold(0.0, f32::max);
        let filled = rows.iter().flat_map(|(_, row)| row).filter(|words| !words.is_empty()).count();
        let looks_good = cells.iter().all(|own| is_aligned(own, size))
            && filled as f32 >= FILLED_SHARE * (rows.len() * columns.len()) as f32
            && rows.len() >= MIN_ROWS
            && !is_prose(self.page, &rows, columns.len());
        if !looks_good {
            return None;
        }
        let found = draft(columns, rows).finish(self.page, false);
        let table = &found.table;
        let is_known = table.kind != TableKind::Unknown || heading::has_numbers(table);
        // Two columns are more often names and values, or text in columns.
        let is_wide = table.column_count() >= 3 && table.row_count() > 3 && heading::names_things(table);
        (is_known || is_wide).then_some(found)
    }
}

fn size_of(word: &Word) -> f32 {
    let height = word.bounds.height().max(0.1);
    if word.size_pt > 0.1 { word.size_pt.min(height) } else { height }
}

/// Columns with the pieces of one more line, both from left to right: what overlaps or nearly touches is one.
fn merge(columns: &[(f32, f32)], pieces: &[Piece], gap: f32, merged: &mut Vec<(f32, f32)>) {
    merged.clear();
    let (mut columns, mut pieces) = (columns.iter().copied().peekable(), pieces.iter().peekable());
    loop {
        let is_column_next = match (columns.peek(), pieces.peek()) {
            (Some(column), Some(piece)) => column.0 <= piece.bounds.x0,
            (column, _) => column.is_some(),
        };
        let next =
            if is_column_next { columns.next() } else { pieces.next().map(|piece| (piece.bounds.x0, piece.bounds.x1)) };
        let Some((start, end)) = next else { break };
        match merged.last_mut() {
            Some(last) if start < last.1 + gap => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
}

/// Whether no two pieces of a line, which come from left to right, lie in one column.
fn have_columns_of_their_own(pieces: &[Piece], columns: &[(f32, f32)]) -> bool {
    let mut free = columns.iter();
    pieces.iter().all(|piece| free.any(|column| column.1 >= piece.bounds.x1))
}

fn draft(columns: &[(f32, f32)], rows: Vec<(Rect, Vec<Vec<usize>>)>) -> Draft {
    let between = |ends: &[(f32, f32)]| -> Vec<f32> {
        let first = ends.first().map(|first| first.0);
        let middles = ends.iter().zip(ends.iter().skip(1)).map(|(a, b)| f32::midpoint(a.1, b.0));
        first.into_iter().chain(middles).chain(ends.last().map(|last| last.1)).collect()
    };
    let column_edges = between(columns);
    let row_edges = between(&rows.iter().map(|(row, _)| (row.y0, row.y1)).collect::<Vec<_>>());
    let mut draft = Draft { column_edges, row_edges, cells: Vec::new(), words: Vec::new() };
    for (row, (_, places)) in (0u32..).zip(rows) {
        for (column, words) in (0u32..).zip(places) {
            let edge = |edges: &[f32], place: u32| edges.get(place as usize).copied().unwrap_or_default();
            let bounds = Rect {
                x0: edge(&draft.column_edges, column),
                y0: edge(&draft.row_edges, row),
                x1: edge(&draft.column_edges, column + 1),
                y1: edge(&draft.row_edges, row + 1),
            };
            draft.cells.push(TableCell { row, column, row_span: 1, column_span: 1, bounds, text: String::new() });
            draft.words.push(words);
        }
    }
    draft
}

/// Whether most cells of a column share their left edge, their right one or their middle.
fn is_aligned(cells: &[Rect], size: f32) -> bool {
    let share = |place: fn(&Rect) -> f32| {
        let mut places: Vec<f32> = cells.iter().map(place).collect();
        places.sort_by(f32::total_cmp);
        let middle = places.get(places.len() / 2).copied().unwrap_or(0.0);
        let near = places.iter().filter(|place| (**place - middle).abs() < 0.7 * size).count();
        near as f32 / places.len().max(1) as f32
    };
    [share(|cell| cell.x0), share(|cell| cell.x1), share(|cell| cell.centre().0)]
        .into_iter()
        .any(|share| share >= ALIGNED_SHARE)
}

/// Whether two columns or more hold running text.
fn is_prose(page: &Page, rows: &[(Rect, Vec<Vec<usize>>)], columns: usize) -> bool {
    let letters = |words: &[usize]| -> usize {
        words.iter().filter_map(|&word| page.words.get(word)).map(|word| word.text.chars().count() + 1).sum()
    };
    let long = |column: usize| {
        let cells = rows.iter().filter_map(|(_, row)| row.get(column)).filter(|words| !words.is_empty());
        let (count, all) = cells.fold((0, 0), |(count, all), words| (count + 1, all + letters(words)));
        all > PROSE_LETTERS * count
    };
    (0..columns).filter(|&column| long(column)).count() >= 2
}
