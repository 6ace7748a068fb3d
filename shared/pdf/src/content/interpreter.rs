//! The text operators of a content stream. Paths, colours and images are passed over.

mod marks;
mod resources;

pub(crate) use marks::text_of;

use super::ink::Ink;
use super::layers::Layers;
use super::lexer::{Lexer, Operand, Operands, unescape_hex, unescape_literal};
use super::matrix::Matrix;
use super::scenery::{self, Filled, Look, Picture, Scenery};
use super::scope::Scope;
use super::state::{State, is_taken_back, set};
use crate::drawing_judge::DrawingJudge;
use crate::font::FontStore;
use crate::limits::Limits;
use crate::stream::{self, Content, StreamError};
use crate::words::{Run, WordBuilder};
use hayro_syntax::object::{Array, Dict, Stream};
use hayro_syntax::page::Resources;
use std::borrow::Cow;
use std::time::Instant;

/// Deepest nesting of `q` that is kept; deeper ones are counted only.
const MAX_SAVED_STATES: usize = 256;

/// Most glyphs of a page; the densest sheets have some ten thousand.
const MAX_GLYPHS: u32 = 1_000_000;

/// Longest string that is shown, in codes: one of a gigabyte would be past the cap on glyphs before anybody looks.
const MAX_STRING_CODES: usize = 1 << 18;

/// Most bytes of fonts that a page holds besides those that are kept for the whole file.
const MAX_FONT_BYTES: usize = 64 << 20;

/// Longest content of a page that is kept for another look at it; larger ones are inflated anew.
const MAX_KEPT_BYTES: usize = 8 << 20;

/// Operators between two looks at the clock; what may take long looks by itself.
const OPERATORS_BETWEEN_LOOKS: u32 = 4096;

/// Why a page was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadTrouble {
    /// A stream larger than the cap, or damaged beyond reading.
    Stream,
    /// More operators than the cap.
    TooManyOperators,
    /// Forms nested deeper than the cap, or in a circle.
    FormsTooDeep,
    /// The time of the page is up.
    TookTooLong,
}

/// Reads the text of one page into a [`WordBuilder`].
pub(crate) struct Interpreter<'s, 'p> {
    store: &'s FontStore,
    limits: &'s Limits,
    layers: Option<&'s Layers>,
    marks: marks::Marks,
    /// How many of the open pieces of content belong to layers that are switched off.
    hidden: u32,
    words: WordBuilder,
    operators_left: usize,
    bytes_left: usize,
    font_bytes_left: usize,
    deadline: Option<Instant>,
    until_look: u32,
    open_forms: Vec<hayro_syntax::object::ObjectIdentifier>,
    scratch: Vec<u8>,
    content: Option<Content<'static>>,
    trouble: Option<ReadTrouble>,
    images: u32,
    path_operators: usize,
    scenery: Scenery,
    ink: Option<Ink>,
    /// Areas painted so far whose shape is not known.
    shapes: u32,
    stop_after_glyphs: u32,
    judge: Option<DrawingJudge<'p>>,
}

/// What was found on a page.
pub(crate) struct Findings {
    pub(crate) words: WordBuilder,
    /// The content of the page, unless it is long.
    pub(crate) content: Option<Content<'static>>,
    /// Why the reading broke off, if it did.
    pub(crate) trouble: Option<ReadTrouble>,
    /// Images drawn.
    pub(crate) images: u32,
    /// Operators that build and paint lines and areas.
    pub(crate) path_operators: usize,
    /// What is painted around the text.
    pub(crate) scenery: Scenery,
}

impl<'s, 'p> Interpreter<'s, 'p> {
    pub(crate) fn new(store: &'s FontStore, limits: &'s Limits) -> Self {
        Self {
            store,
            limits,
            layers: None,
            marks: marks::Marks::default(),
            hidden: 0,
            words: WordBuilder::new(),
            operators_left: limits.max_operators_per_page,
            bytes_left: limits.max_stream_bytes.saturating_mul(2),
            font_bytes_left: MAX_FONT_BYTES,
            deadline: Instant::now().checked_add(limits.max_page_time),
            until_look: OPERATORS_BETWEEN_LOOKS,
            open_forms: Vec::new(),
            scratch: Vec::new(),
            content: None,
            trouble: None,
            images: 0,
            path_operators: 0,
            scenery: Scenery::default(),
            ink: None,
            shapes: 0,
            stop_after_glyphs: u32::MAX,
            judge: None,
        }
    }

    /// Reads a page: its content with its resources, on the map from its space to the page as seen.
    pub(crate) fn page(&mut self, page: &Dict<'p>, resources: &Resources<'p>, to_seen: Matrix) {
        let Some(content) = self.content_of(page) else { return };
        self.run(&content, &mut Scope::of_page(resources), &mut State::new(to_seen));
        if content.len() <= MAX_KEPT_BYTES {
            self.content = content.kept();
        }
    }

    /// All streams of a page as one.
    fn content_of(&mut self, page: &Dict<'p>) -> Option<Content<'p>> {
        if let Some(stream) = page.get::<Stream<'p>>("Contents") {
            return self.decoded(&stream);
        }
        let mut content = Vec::new();
        for stream in page.get::<Array<'p>>("Contents")?.iter::<Stream<'p>>() {
            self.look_at_clock();
            if self.bytes_left == 0 || content.len() > self.limits.max_stream_bytes {
                self.trouble.get_or_insert(ReadTrouble::Stream);
                break;
            }
            let Some(part) = self.decoded(&stream) else { continue };
            content.extend_from_slice(&part);
            content.push(b'\n');
        }
        Some(Content::Plain(Cow::Owned(content)))
    }

    /// Minds layers that are switched off.
    pub(crate) fn with_layers(mut self, layers: &'s Layers) -> Self {
        self.layers = Some(layers).filter(|layers| !layers.are_all_on());
        self
    }

    /// Bytes of text so far.
    pub(crate) fn text_length(&self) -> usize {
        self.words.text_length()
    }

    /// Adds words that no glyphs stand for.
    pub(crate) fn words(&mut self) -> &mut WordBuilder {
        &mut self.words
    }

    /// Stops once so many glyphs were seen: enough to know that a page has text.
    pub(crate) fn stopping_after(mut self, glyphs: u32) -> Self {
        self.stop_after_glyphs = glyphs;
        self
    }

    /// Counts what is too much to be drawn as trouble.
    pub(crate) fn judging(mut self, judge: DrawingJudge<'p>) -> Self {
        self.judge = Some(judge);
        self.heed_judge();
        self
    }

    /// Adds up what paths and pictures cost a renderer; more than it should hold is trouble. Text is passed over.
    pub(crate) fn weighing(mut self, ink: Ink) -> Self {
        self.ink = Some(ink);
        self
    }

    fn heed_ink(&mut self) {
        if self.ink.as_ref().is_some_and(Ink::is_too_much) {
            self.operators_left = 0;
            self.trouble = Some(ReadTrouble::TooManyOperators);
        }
    }

    fn heed_judge(&mut self) {
        if self.judge.as_ref().is_some_and(DrawingJudge::is_too_much) {
            self.trouble = Some(ReadTrouble::Stream);
            self.operators_left = 0;
        }
    }

    pub(crate) fn finish(self) -> Findings {
        Findings {
            words: self.words,
            content: self.content,
            trouble: self.trouble,
            images: self.images,
            path_operators: self.path_operators,
            scenery: self.scenery,
        }
    }

    fn decoded<'a>(&mut self, stream: &Stream<'a>) -> Option<Content<'a>> {
        match stream::content(stream, self.limits.max_stream_bytes.min(self.bytes_left)) {
            Ok(bytes) => {
                self.bytes_left = self.bytes_left.saturating_sub(bytes.len());
                Some(bytes)
            }
            Err(StreamError::TooLarge | StreamError::Damaged) => {
                self.trouble = Some(ReadTrouble::Stream);
                self.look_at_clock();
                None
            }
            Err(StreamError::NotText) => None,
        }
    }

    /// Ends the page when its time is up: there is always one more way to make a short file long work.
    fn look_at_clock(&mut self) {
        self.until_look = OPERATORS_BETWEEN_LOOKS;
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.operators_left = 0;
            self.bytes_left = 0;
            self.trouble = Some(ReadTrouble::TookTooLong);
        }
    }

    fn run(&mut self, content: &[u8], scope: &mut Scope<'p>, state: &mut State) {
        if self.ink.is_some() {
            self.run_from(Lexer::with_lines(content), scope, state);
        } else {
            self.run_from(Lexer::new(content), scope, state);
        }
    }

    fn run_from<const LINES_TOO: bool>(
        &mut self,
        mut lexer: Lexer<'_, LINES_TOO>,
        scope: &mut Scope<'p>,
        state: &mut State,
    ) {
        let mut saved: Vec<State> = Vec::new();
        let mut saved_beyond = 0usize;
        let mut matrix = Matrix::IDENTITY;
        let mut line = Matrix::IDENTITY;
        while let Some(operation) = lexer.next_operation() {
            let passed = lexer.take_passed();
            self.path_operators += passed;
            let cost = passed + 1;
            if self.operators_left < cost || self.words.glyph_count() > MAX_GLYPHS {
                self.operators_left = 0;
                self.trouble.get_or_insert(ReadTrouble::TooManyOperators);
                return;
            }
            self.operators_left -= cost;
            self.until_look = self.until_look.saturating_sub(1);
            if self.until_look == 0 {
                self.look_at_clock();
            }
            let operands = operation.operands;
            if let Some(colour) = lexer.take_colour() {
                state.colour.is_white = scenery::is_white(colour);
                state.colour.is_pattern = false;
            }
            if LINES_TOO
                && let Some(ink) = &mut self.ink
                && ink.take(operation.operator, operands, &state.ctm)
            {
                self.heed_ink();
                continue;
            }
            // Who looks for lines needs no text, nor its fonts.
            if LINES_TOO && matches!(operation.operator, [b'T', _] | b"BT" | b"'" | b"\"") {
                continue;
            }
            match operation.operator {
                b"q" if saved.len() < MAX_SAVED_STATES => saved.push(state.clone()),
                b"q" => saved_beyond += 1,
                b"Q" if saved_beyond > 0 => saved_beyond -= 1,
                b"Q" => {
                    if let Some(earlier) = saved.pop() {
                        *state = earlier;
                    }
                }
                b"cm" => {
                    if let Some(numbers) = Operands::last_numbers(operands) {
                        state.ctm = Matrix::from_array(numbers).then(&state.ctm);
                    }
                }
                b"BT" => {
                    matrix = Matrix::IDENTITY;
                    line = Matrix::IDENTITY;
                }
                b"Tf" => self.set_font(operands, scope, &mut state.text),
                b"Tm" => {
                    if let Some(numbers) = Operands::last_numbers(operands) {
                        matrix = Matrix::from_array(numbers);
                        line = matrix;
                    }
                }
                b"Td" | b"TD" => {
                    if let Some([x, y]) = Operands::last_numbers(operands) {
                        if operation.operator == b"TD" {
                            state.text.leading = -y;
                        }
                        line = line.shifted(x, y);
                        matrix = line;
                    }
                }
                b"T*" => {
                    line = line.shifted(0.0, -state.text.leading);
                    matrix = line;
                }
                b"Tj" | b"TJ" => {
                    self.shapes += lexer.take_fills();
                    self.show(operands, state, &mut matrix);
                    if self.words.glyph_count() >= self.stop_after_glyphs {
                        return;
                    }
                }
                b"'" => {
                    line = line.shifted(0.0, -state.text.leading);
                    matrix = line;
                    self.show_strings_only(operands, state, &mut matrix);
                }
                b"\"" => {
                    if let Some([word, char]) = Operands::last_numbers(operands) {
                        state.text.word_spacing = word;
                        state.text.char_spacing = char;
                    }
                    line = line.shifted(0.0, -state.text.leading);
                    matrix = line;
                    self.show_strings_only(operands, state, &mut matrix);
                }
                b"Tc" => set(&mut state.text.char_spacing, operands, 1.0),
                b"Tw" => set(&mut state.text.word_spacing, operands, 1.0),
                b"Tz" => set(&mut state.text.horizontal_scale, operands, 0.01),
                b"TL" => set(&mut state.text.leading, operands, 1.0),
                b"Ts" => set(&mut state.text.rise, operands, 1.0),
                b"Tr" => {
                    if let Some([mode]) = Operands::last_numbers(operands) {
                        state.text.is_invisible = mode == 3.0;
                    }
                }
                b"f" | b"f*" if self.hidden > 0 => {}
                b"f" | b"f*" if state.colour.is_see_through() => self.shapes += 1,
                b"f" | b"f*" => {
                    let text_before = self.words.text_length();
                    let is_even_odd = operation.operator == b"f*";
                    let is_white = state.colour.is_white;
                    let filled =
                        Filled { ctm: &state.ctm, clip: state.colour.clip, is_white, is_even_odd, text_before };
                    if !self.scenery.add_filled(operands, &filled) {
                        self.shapes += 1;
                    }
                }
                b"W" => match self.scenery.narrow(state.colour.clip, operands, &state.ctm) {
                    Some(clip) => state.colour.clip = clip,
                    None => state.colour.is_cut = true,
                },
                b"sc" | b"scn" => {
                    state.colour.is_white = scenery::is_white(operands);
                    state.colour.is_pattern = operands.contains(&b'/');
                    if let Some(judge) = self.judge.as_mut().filter(|_| state.colour.is_pattern) {
                        judge.repeat_program(1);
                        self.heed_judge();
                    }
                }
                b"cs" => {
                    state.colour.is_white = false;
                    state.colour.is_pattern = false;
                }
                b"sh" => {
                    self.shapes += 1;
                    if let Some(ink) = &mut self.ink {
                        ink.gradient();
                        self.heed_ink();
                    }
                }
                b"BDC" | b"BMC" => self.begin_marked(operands, scope),
                b"EMC" => self.end_marked(),
                b"Do" => self.form(operands, scope, state),
                b"gs" => self.graphics_state(operands, scope, state),
                b"BI" if self.hidden > 0 => lexer.skip_inline_image(),
                b"BI" => {
                    self.images += 1;
                    if let Some(ink) = &mut self.ink {
                        ink.picture(&state.ctm);
                        self.heed_ink();
                    }
                    let text_before = self.words.text_length();
                    let clip = state.colour.clip;
                    self.scenery.add_picture(&Picture {
                        ctm: &state.ctm,
                        clip,
                        pixels: None,
                        is_opaque: false,
                        text_before,
                    });
                    lexer.skip_inline_image();
                }
                _ => {}
            }
        }
    }

    fn show_strings_only(&mut self, operands: &[u8], state: &State, matrix: &mut Matrix) {
        let first = operands.iter().position(|byte| matches!(byte, b'(' | b'<')).unwrap_or(operands.len());
        self.show(operands.get(first..).unwrap_or_default(), state, matrix);
    }

    /// `Tj` and `TJ`: strings move the pen by their glyphs, numbers by thousandths of the size.
    fn show(&mut self, operands: &[u8], state: &State, matrix: &mut Matrix) {
        let text = &state.text;
        let Some(font) = &text.font else { return };
        let size = if text.size == 0.0 { 1.0 } else { text.size };
        let Some(mut run) = Run::new(matrix, &state.ctm, size, text.horizontal_scale, text.rise, font) else { return };
        let char_spacing = text.char_spacing / size;
        let word_spacing = text.word_spacing / size;
        run.spacing = if is_taken_back(operands, char_spacing) { 0.0 } else { char_spacing.max(0.0) };
        run.look = Look {
            is_invisible: (text.is_invisible && !font.is_drawn()) || state.colour.is_nothing || self.hidden > 0,
            is_switched_off: self.hidden > 0,
            is_white: state.colour.is_white && self.shapes == 0,
            clip: state.colour.clip,
        };
        self.words.begin(&run);
        let glyphs_before = self.words.glyph_count();
        let mut pen = 0.0f64;
        let mut scratch = std::mem::take(&mut self.scratch);
        for operand in Operands::new(operands) {
            if self.words.glyph_count() > MAX_GLYPHS {
                break;
            }
            match operand {
                Operand::Number(shift) => pen -= shift / 1000.0,
                Operand::Literal(bytes) => {
                    unescape_literal(bytes, &mut scratch);
                    scratch.truncate(MAX_STRING_CODES);
                    pen = self.words.show(&run, font, &scratch, pen, char_spacing, word_spacing);
                }
                Operand::Hex(bytes) => {
                    unescape_hex(bytes, &mut scratch);
                    scratch.truncate(MAX_STRING_CODES);
                    pen = self.words.show(&run, font, &scratch, pen, char_spacing, word_spacing);
                }
                Operand::Name(_) => {}
            }
        }
        self.scratch = scratch;
        if let Some(judge) = self.judge.as_mut().filter(|_| font.is_drawn()) {
            judge.repeat_program(self.words.glyph_count() - glyphs_before);
            self.heed_judge();
        }
        let moved = pen * size;
        *matrix = if font.is_vertical() {
            matrix.shifted(0.0, -moved)
        } else {
            matrix.shifted(moved * text.horizontal_scale, 0.0)
        };
    }
}
