//! The level and upright lines of a page: a pass over its content of its own, for the reader of words steps over lines.

use super::RuledLine;
use crate::content::lexer::{Lexer, Operand, Operands};
use crate::content::{Matrix, Outlines};
use crate::limits::Limits;
use crate::stream::{self, Content};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream};
use hayro_syntax::page::Page;
use std::time::Instant;

/// Lines shorter than this bound no cell, nor do pieces of one add up to an edge.
const SHORTEST_PT: f32 = 3.0;
/// How far the ends of a line may differ in the direction that it does not run in.
const STRAIGHT_PT: f32 = 0.4;
/// A filled rectangle this thin is a line.
const THIN_PT: f32 = 3.0;
/// Word processors draw a rule in pieces, some hardly longer than it is thick.
const SHORTEST_PIECE_PT: f32 = 2.0;
/// How many times longer than thick such a piece is at least.
const LEAST_RATIO: f32 = 1.2;
/// Most lines of a page; a sheet with a detailed plan has some ten thousand.
const MOST_LINES: usize = 200_000;
/// Operators between two looks at the clock.
const OPERATORS_BETWEEN_LOOKS: u32 = 4096;
/// Deepest nesting of `q` that is kept.
const MOST_STATES: usize = 256;

/// The lines of a page, in points of the page as seen. Dashed ones are left out, for they are axes and cuts, and so are
/// white ones. A page that breaks off, or has too many, gives those found until then.
/// The content is inflated anew where nobody has it.
pub(crate) fn ruled_lines(page: &Page<'_>, content: Option<&[u8]>, to_seen: Matrix, limits: &Limits) -> Vec<RuledLine> {
    Scan::of(page, content, to_seen, limits, None).lines
}

/// The same, and strokes that may be letters: one look for both, for pages with many lines.
pub(crate) fn lines_and_outlines(
    page: &Page<'_>,
    content: Option<&[u8]>,
    to_seen: Matrix,
    limits: &Limits,
) -> (Vec<RuledLine>, Outlines) {
    let scan = Scan::of(page, content, to_seen, limits, Some(Outlines::default()));
    (scan.lines, scan.outlines.unwrap_or_default())
}

#[derive(Debug, Clone, Copy)]
struct State {
    ctm: Matrix,
    fills_white: bool,
    strokes_white: bool,
    is_dashed: bool,
}

struct Scan<'l> {
    limits: &'l Limits,
    operators_left: usize,
    bytes_left: usize,
    open_forms: Vec<ObjectIdentifier>,
    path: Path,
    lines: Vec<RuledLine>,
    /// Strokes that may be letters, where they are looked for.
    outlines: Option<Outlines>,
    deadline: Option<Instant>,
    until_look: u32,
}

impl<'l> Scan<'l> {
    fn of(
        page: &Page<'_>,
        content: Option<&[u8]>,
        to_seen: Matrix,
        limits: &'l Limits,
        outlines: Option<Outlines>,
    ) -> Self {
        let mut scan = Scan {
            limits,
            operators_left: limits.max_operators_per_page,
            bytes_left: limits.max_stream_bytes.saturating_mul(2),
            open_forms: Vec::new(),
            path: Path::default(),
            lines: Vec::new(),
            outlines,
            deadline: Instant::now().checked_add(limits.max_page_time),
            until_look: OPERATORS_BETWEEN_LOOKS,
        };
        let forms = page.resources().x_objects.clone();
        let state = State { ctm: to_seen, fills_white: false, strokes_white: false, is_dashed: false };
        if let Some(content) = content {
            scan.run(content, &forms, state);
        } else if let Some(content) = page.raw().get::<Stream<'_>>("Contents") {
            scan.stream(&content, &forms, state);
        } else if let Some(parts) = page.raw().get::<Array<'_>>("Contents") {
            let mut content = Vec::new();
            for part in parts.iter::<Stream<'_>>() {
                if let Some(part) = scan.decoded(&part) {
                    content.extend_from_slice(&part);
                }
                content.push(b'\n');
            }
            scan.run(&content, &forms, state);
        }
        scan
    }

    fn decoded<'a>(&mut self, content: &Stream<'a>) -> Option<Content<'a>> {
        let bytes = stream::content(content, self.limits.max_stream_bytes.min(self.bytes_left)).ok()?;
        self.bytes_left = self.bytes_left.saturating_sub(bytes.len());
        Some(bytes)
    }

    /// Ends the look when its time is up.
    fn look_at_clock(&mut self) {
        self.until_look = OPERATORS_BETWEEN_LOOKS;
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.operators_left = 0;
            self.bytes_left = 0;
        }
    }

    fn stream(&mut self, content: &Stream<'_>, forms: &Dict<'_>, state: State) {
        if let Some(bytes) = self.decoded(content) {
            self.run(&bytes, forms, state);
        }
    }

    fn run(&mut self, content: &[u8], forms: &Dict<'_>, mut state: State) {
        let mut lexer = Lexer::with_lines(content);
        let mut saved: Vec<State> = Vec::new();
        let mut saved_beyond = 0usize;
        while let Some(operation) = lexer.next_operation() {
            let is_full = self.lines.len() > MOST_LINES && self.outlines.is_none();
            if self.operators_left == 0 || is_full {
                return;
            }
            self.operators_left -= 1;
            self.until_look -= 1;
            if self.until_look == 0 {
                self.look_at_clock();
            }
            let operands = operation.operands;
            match operation.operator {
                b"m" => {
                    if let Some([x, y]) = Operands::last_numbers(operands) {
                        let to = seen(&state.ctm, x, y);
                        self.path.move_to(to);
                        if let Some(outlines) = &mut self.outlines {
                            outlines.move_to(to);
                        }
                    }
                }
                b"l" => {
                    if let Some([x, y]) = Operands::last_numbers(operands) {
                        let to = seen(&state.ctm, x, y);
                        self.path.line_to(to);
                        if let Some(outlines) = &mut self.outlines {
                            outlines.piece(to, false);
                        }
                    }
                }
                b"c" | b"v" | b"y" => {
                    if let Some([x, y]) = Operands::last_numbers(operands) {
                        let to = seen(&state.ctm, x, y);
                        self.path.curve_to(to);
                        if let Some(outlines) = &mut self.outlines {
                            outlines.piece(to, true);
                        }
                    }
                }
                b"h" => self.path.close(),
                b"re" => {
                    if let Some([x, y, width, height]) = Operands::last_numbers(operands) {
                        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
                        self.path.rectangle(corners.map(|(x, y)| seen(&state.ctm, x, y)));
                    }
                }
                b"S" => self.paint(&state, true, false),
                b"s" => {
                    self.path.close();
                    self.paint(&state, true, false);
                }
                b"f" | b"F" | b"f*" => self.paint(&state, false, true),
                b"B" | b"B*" => self.paint(&state, true, true),
                b"b" | b"b*" => {
                    self.path.close();
                    self.paint(&state, true, true);
                }
                b"n" => {
                    self.path.clear();
                    if let Some(outlines) = &mut self.outlines {
                        outlines.drop_path();
                    }
                }
                b"q" if saved.len() < MOST_STATES => saved.push(state),
                b"q" => saved_beyond += 1,
                b"Q" if saved_beyond > 0 => saved_beyond -= 1,
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => {
                    if let Some(numbers) = Operands::last_numbers(operands) {
                        state.ctm = Matrix::from_array(numbers).then(&state.ctm);
                    }
                }
                b"d" => state.is_dashed = numbers(operands).count() > 1,
                b"g" | b"rg" | b"k" | b"sc" | b"scn" => state.fills_white = is_white(operands),
                b"G" | b"RG" | b"K" | b"SC" | b"SCN" => state.strokes_white = is_white(operands),
                b"Do" => self.form(operands, forms, state),
                b"BI" => lexer.skip_inline_image(),
                _ => {}
            }
        }
    }

    fn paint(&mut self, state: &State, strokes: bool, fills: bool) {
        if let Some(outlines) = &mut self.outlines {
            outlines.paint();
        }
        let has_room = self.lines.len() <= MOST_LINES;
        if has_room && strokes && !state.is_dashed && !state.strokes_white {
            self.lines.append(&mut self.path.straight);
        }
        if has_room && fills && !state.fills_white {
            self.path.end_part();
            self.lines.append(&mut self.path.thin);
        }
        self.path.clear();
    }

    fn form(&mut self, operands: &[u8], forms: &Dict<'_>, mut state: State) {
        let Some(Operand::Name(name)) = Operands::new(operands).next() else { return };
        let name = Name::new(name).map(|name| name.to_vec()).unwrap_or_default();
        let Some(form) = forms.get::<Stream<'_>>(name) else { return };
        let dict = form.dict();
        let id = form.obj_id();
        if dict.get::<Name<'_>>("Subtype").as_deref() != Some(b"Form")
            || self.open_forms.len() >= self.limits.max_form_depth
            || self.open_forms.contains(&id)
        {
            return;
        }
        self.look_at_clock();
        // An empty form costs something too.
        self.operators_left = self.operators_left.saturating_sub(50);
        if let Some(matrix) = dict.get::<Array<'_>>("Matrix").and_then(|array| crate::content::numbers_of::<6>(&array))
        {
            state.ctm = Matrix::from_array(matrix).then(&state.ctm);
        }
        let own = dict.get::<Dict<'_>>("Resources").map(|own| own.get::<Dict<'_>>("XObject").unwrap_or_default());
        self.open_forms.push(id);
        self.path.clear();
        self.stream(&form, own.as_ref().unwrap_or(forms), state);
        self.open_forms.pop();
    }
}

/// A path under construction: of all that it is, only what may be painted as a line.
#[derive(Debug, Default)]
struct Path {
    /// Level and upright strokes.
    straight: Vec<RuledLine>,
    /// Finished parts that are thin rectangles, as lines.
    thin: Vec<RuledLine>,
    start: (f32, f32),
    at: (f32, f32),
    /// Extent of the part under way.
    extent: Option<[f32; 4]>,
    /// Whether the part under way runs level and upright only.
    is_square: bool,
}

impl Path {
    fn move_to(&mut self, to: (f32, f32)) {
        self.end_part();
        (self.start, self.at) = (to, to);
        self.extent = Some([to.0, to.1, to.0, to.1]);
        self.is_square = true;
    }

    fn line_to(&mut self, to: (f32, f32)) {
        let (from, across, along) = (self.at, to.0 - self.at.0, to.1 - self.at.1);
        self.grow(to);
        let (shorter, longer) = (across.abs().min(along.abs()), across.abs().max(along.abs()));
        if shorter > STRAIGHT_PT {
            self.is_square = false;
        } else if longer >= SHORTEST_PT && self.straight.len() < MOST_LINES {
            self.straight.push(RuledLine { x0: from.0, y0: from.1, x1: to.0, y1: to.1 });
        }
    }

    fn curve_to(&mut self, to: (f32, f32)) {
        self.grow(to);
        self.is_square = false;
    }

    fn grow(&mut self, to: (f32, f32)) {
        self.at = to;
        if let Some([x0, y0, x1, y1]) = &mut self.extent {
            (*x0, *y0) = (x0.min(to.0), y0.min(to.1));
            (*x1, *y1) = (x1.max(to.0), y1.max(to.1));
        }
    }

    fn close(&mut self) {
        if self.extent.is_some() && self.at != self.start {
            self.line_to(self.start);
        }
    }

    fn rectangle(&mut self, corners: [(f32, f32); 4]) {
        let [first, others @ ..] = corners;
        self.move_to(first);
        for corner in others {
            self.line_to(corner);
        }
        self.close();
    }

    /// Ends the part under way.
    fn end_part(&mut self) {
        let Some([x0, y0, x1, y1]) = self.extent.take().filter(|_| self.is_square) else { return };
        let (width, height) = (x1 - x0, y1 - y0);
        let (shorter, longer) = (width.min(height), width.max(height));
        if shorter > THIN_PT || longer < SHORTEST_PIECE_PT.max(LEAST_RATIO * shorter) {
            return;
        }
        let (x, y) = (f32::midpoint(x0, x1), f32::midpoint(y0, y1));
        self.thin.push(if width >= height {
            RuledLine { x0, y0: y, x1, y1: y }
        } else {
            RuledLine { x0: x, y0, x1: x, y1 }
        });
    }

    fn clear(&mut self) {
        self.straight.clear();
        self.thin.clear();
        self.extent = None;
    }
}

fn seen(ctm: &Matrix, x: f64, y: f64) -> (f32, f32) {
    ((x * ctm.a + y * ctm.c + ctm.e) as f32, (x * ctm.b + y * ctm.d + ctm.f) as f32)
}

fn numbers(operands: &[u8]) -> impl Iterator<Item = f64> {
    Operands::new(operands).filter_map(|operand| match operand {
        Operand::Number(number) => Some(number),
        _ => None,
    })
}

/// White as grey, red-green-blue or ink; a pattern is none.
fn is_white(operands: &[u8]) -> bool {
    let (mut count, mut light, mut ink) = (0, true, false);
    for number in numbers(operands) {
        count += 1;
        light &= number > 0.99;
        ink |= number > 0.01;
    }
    matches!(count, 1 | 3) && light || count == 4 && !ink
}
