//! Tables without rules: words in columns, the white between them from top to bottom.

use super::{Draft, Found, heading};
use domain::{Page, Rect, TableCell, TableKind, Word};

/// White this many type heights wide parts two cells; a space is much narrower.
const CELL_GAP: f32 = 1.0;
/// Rows are at most so many type heights apart.
const ROW_GAP: f32 = 2.6;
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

/// Letters of a name.
const NAME_LETTERS: usize = 4;

/// What stands together in a line.
#[derive(Debug, Clone)]
struct Piece {
    bounds: Rect,
    words: Vec<usize>,
}

/// A line of text.
#[derive(Debug, Clone)]
struct Line {
    bounds: Rect,
    size: f32,
    pieces: Vec<Piece>,
}

/// Lines in columns.
#[derive(Debug, Default)]
struct Run {
    lines: Vec<Line>,
    columns: Vec<(f32, f32)>,
    wrapped: usize,
}

/// Whether lines of three cells or more follow each other in columns, wherever they stand.
pub(super) fn has_columns(page: &Page) -> bool {
    if !has_rows(page) {
        return false;
    }
    let free = vec![false; page.words.len()];
    let tabular = |run: &Run| run.columns.len() >= 3 && run.lines.len() >= MIN_ROWS && run.names_things(page);
    runs(lines(page, &free)).iter().any(tabular)
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
        let is_next = last.is_some_and(|(lower_edge, size)| follows(line.bounds.y0 - lower_edge, size.max(line.size)));
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

/// Whether a line with so much white over it carries on what stands above.
fn follows(gap: f32, size: f32) -> bool {
    gap > -0.5 * size && gap < ROW_GAP * size
}

fn is_on_line(word: &Word, line: Rect, size: f32, line_size: f32) -> bool {
    (line.centre().1 - word.bounds.centre().1).abs() < 0.45 * size.max(line_size) && word.bounds.x0 >= line.x1 - size
}

fn is_same_piece(word: &Word, piece_end: f32, size: f32) -> bool {
    word.bounds.x0 - piece_end < CELL_GAP * size
}

/// Finds them among the words that no other table took.
pub(super) fn find(page: &Page, taken: &[bool]) -> Vec<Found> {
    runs(lines(page, taken)).into_iter().filter_map(|run| table(page, run)).collect()
}

/// The level lines of the page outside of its title block, in reading order.
fn lines(page: &Page, taken: &[bool]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, word) in page.words.iter().enumerate() {
        let (x, y) = word.bounds.centre();
        let is_free = !taken.get(index).copied().unwrap_or(true)
            && word.rotation_deg == 0
            && !page.title_block.is_some_and(|block| block.contains(x, y));
        if !is_free {
            continue;
        }
        let size = size_of(word);
        let on_line = lines.last_mut().filter(|line| is_on_line(word, line.bounds, size, line.size));
        let Some(line) = on_line else {
            let piece = Piece { bounds: word.bounds, words: vec![index] };
            lines.push(Line { bounds: word.bounds, size, pieces: vec![piece] });
            continue;
        };
        match line.pieces.last_mut() {
            Some(piece) if is_same_piece(word, piece.bounds.x1, size.max(line.size)) => {
                piece.bounds = piece.bounds.union(word.bounds);
                piece.words.push(index);
            }
            _ => line.pieces.push(Piece { bounds: word.bounds, words: vec![index] }),
        }
        line.bounds = line.bounds.union(word.bounds);
        line.size = line.size.max(size);
    }
    lines
}

fn size_of(word: &Word) -> f32 {
    let height = word.bounds.height().max(0.1);
    if word.size_pt > 0.1 { word.size_pt.min(height) } else { height }
}

/// Lines that follow each other downwards with white between their columns.
fn runs(lines: Vec<Line>) -> Vec<Run> {
    let mut found = Vec::new();
    let mut run = Run::default();
    for line in lines {
        if let Some(line) = run.take(line) {
            found.push(std::mem::take(&mut run));
            run.take(line);
        }
    }
    found.push(run);
    for run in &mut found {
        run.drop_wrapped_end();
    }
    found.retain(|run| run.columns.len() >= 2 && run.rows() >= MIN_ROWS);
    found
}

impl Run {
    /// Takes the line in or gives it back.
    fn take(&mut self, line: Line) -> Option<Line> {
        let Some(last) = self.lines.last() else {
            if line.pieces.len() >= 2 {
                self.columns = line.pieces.iter().map(|piece| (piece.bounds.x0, piece.bounds.x1)).collect();
                self.wrapped = 0;
                self.lines.push(line);
            }
            return None;
        };
        let size = last.size.max(line.size);
        let gap = line.bounds.y0 - last.bounds.y1;
        let is_next = follows(gap, size);
        let is_wrapped = line.pieces.len() == 1;
        if !is_next || is_wrapped && self.wrapped >= MOST_WRAPPED {
            return Some(line);
        }
        let columns = merged(&self.columns, &line.pieces, 0.8 * CELL_GAP * size);
        // A line across columns ends the table; one in a new column does not.
        if columns.len() < self.columns.len().max(line.pieces.len()).max(2) {
            return Some(line);
        }
        if is_wrapped && columns.len() > self.columns.len() {
            return Some(line);
        }
        self.wrapped = if is_wrapped { self.wrapped + 1 } else { 0 };
        self.columns = columns;
        self.lines.push(line);
        None
    }

    /// Lines of one piece after the last row belong to what follows the table, unless they stand close.
    fn drop_wrapped_end(&mut self) {
        while let [.., above, last] = self.lines.as_slice()
            && last.pieces.len() == 1
            && last.bounds.y0 - above.bounds.y1 > 0.6 * last.size
        {
            self.lines.pop();
        }
    }

    /// Whether some column holds names: dimensions stand in rows and columns too.
    fn names_things(&self, page: &Page) -> bool {
        let mut named = vec![0usize; self.columns.len()];
        for piece in self.lines.iter().flat_map(|line| &line.pieces) {
            let texts = piece.words.iter().filter_map(|&word| page.words.get(word));
            let letters = texts.flat_map(|word| word.text.chars()).filter(|letter| letter.is_alphabetic()).count();
            let column = self.columns.iter().position(|column| piece.bounds.x0 <= column.1);
            if let Some(count) = column.and_then(|column| named.get_mut(column)).filter(|_| letters >= NAME_LETTERS) {
                *count += 1;
            }
        }
        named.iter().any(|&count| count * 2 >= self.lines.len())
    }

    /// How many lines have two cells or more.
    fn rows(&self) -> usize {
        self.lines.iter().filter(|line| line.pieces.len() >= 2).count()
    }
}

/// Columns with the pieces of one more line: what overlaps or nearly touches is one.
fn merged(columns: &[(f32, f32)], pieces: &[Piece], gap: f32) -> Vec<(f32, f32)> {
    let mut all: Vec<(f32, f32)> = columns.to_vec();
    all.extend(pieces.iter().map(|piece| (piece.bounds.x0, piece.bounds.x1)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut whole: Vec<(f32, f32)> = Vec::with_capacity(all.len());
    for (start, end) in all {
        match whole.last_mut() {
            Some(last) if start < last.1 + gap => last.1 = last.1.max(end),
            _ => whole.push((start, end)),
        }
    }
    whole
}

fn table(page: &Page, run: Run) -> Option<Found> {
    let Run { lines, columns, .. } = run;
    let column_of = |piece: &Piece| {
        let x = piece.bounds.centre().0;
        columns.iter().position(|column| (column.0..=column.1).contains(&x))
    };
    // A row begins with every line but the wrapped ones: those of one piece, close under the line before.
    let mut rows: Vec<(Rect, Vec<Vec<usize>>)> = Vec::new();
    let mut cells: Vec<Vec<Rect>> = vec![Vec::new(); columns.len()];
    for line in &lines {
        let is_wrapped = line.pieces.len() == 1
            && line.pieces.first().and_then(&column_of).is_some_and(|column| column > 0)
            && rows.last().is_some_and(|(row, _)| line.bounds.y0 - row.y1 < 0.6 * line.size);
        if is_wrapped {
            if let Some((bounds, _)) = rows.last_mut() {
                *bounds = bounds.union(line.bounds);
            }
        } else {
            rows.push((line.bounds, vec![Vec::new(); columns.len()]));
        }
        for piece in &line.pieces {
            let column = column_of(piece)?;
            if let Some(own) = cells.get_mut(column) {
                own.push(piece.bounds);
            }
            if let Some(cell) = rows.last_mut().and_then(|(_, row)| row.get_mut(column)) {
                cell.extend_from_slice(&piece.words);
            }
        }
    }
    let size = lines.iter().map(|line| line.size).fold(0.0, f32::max);
    let filled = rows.iter().flat_map(|(_, row)| row).filter(|words| !words.is_empty()).count();
    let aligned = cells.iter().filter(|own| is_aligned(own, size)).count();
    let looks_good = aligned == columns.len()
        && filled as f32 >= FILLED_SHARE * (rows.len() * columns.len()) as f32
        && rows.len() >= MIN_ROWS
        && !is_prose(page, &rows, columns.len());
    if !looks_good {
        return None;
    }
    let found = draft(&columns, rows).finish(page, false);
    let table = &found.table;
    let is_known = table.kind != TableKind::Unknown || heading::has_numbers(table);
    // Two columns are more often names and values, or text in columns.
    let is_wide = table.column_count() >= 3 && table.row_count() > 3 && heading::names_things(table);
    (is_known || is_wide).then_some(found)
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
