//! The text operators of a content stream. Paths, colours and images are passed over.

use super::lexer::{Lexer, Operand, Operands, unescape_hex, unescape_literal};
use super::matrix::Matrix;
use super::outlines::Outlines;
use super::scenery::{self, Filled, Look, Picture, Scenery};
use super::scope::{Scope, unescaped_name};
use super::state::{State, TextState, is_taken_back, numbers_of, set};
use crate::drawing_judge::DrawingJudge;
use crate::font::FontStore;
use crate::limits::Limits;
use crate::stream::{self, StreamError};
use crate::words::{Run, WordBuilder};
use hayro_syntax::object::{Array, Dict, Name, Stream};
use hayro_syntax::page::Resources;
use std::sync::Arc;
use std::time::Instant;

/// Deepest nesting of `q` that is kept; deeper ones are counted only.
const MAX_SAVED_STATES: usize = 256;

/// Most glyphs of a page; the densest sheets have some ten thousand.
const MAX_GLYPHS: u32 = 1_000_000;

/// Longest string that is shown, in codes: one of a gigabyte would be past the cap on glyphs before anybody looks.
const MAX_STRING_CODES: usize = 1 << 18;

/// Most bytes of fonts that a page holds besides those that are kept for the whole file.
const MAX_FONT_BYTES: usize = 64 << 20;

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
    words: WordBuilder,
    operators_left: usize,
    bytes_left: usize,
    font_bytes_left: usize,
    deadline: Option<Instant>,
    until_look: u32,
    open_forms: Vec<hayro_syntax::object::ObjectIdentifier>,
    scratch: Vec<u8>,
    trouble: Option<ReadTrouble>,
    images: u32,
    path_operators: usize,
    scenery: Scenery,
    outlines: Option<Outlines>,
    /// Areas painted so far whose shape is not known.
    shapes: u32,
    stop_after_glyphs: u32,
    judge: Option<DrawingJudge<'p>>,
}

/// What was found on a page.
pub(crate) struct Findings {
    pub(crate) words: WordBuilder,
    /// Why the reading broke off, if it did.
    pub(crate) trouble: Option<ReadTrouble>,
    /// Images drawn.
    pub(crate) images: u32,
    /// Operators that build and paint lines and areas.
    pub(crate) path_operators: usize,
    /// What is painted around the text.
    pub(crate) scenery: Scenery,
    /// Strokes that may be letters, where they were looked for.
    pub(crate) outlines: Option<Outlines>,
}

impl<'s, 'p> Interpreter<'s, 'p> {
    pub(crate) fn new(store: &'s FontStore, limits: &'s Limits) -> Self {
        Self {
            store,
            limits,
            words: WordBuilder::new(),
            operators_left: limits.max_operators_per_page,
            bytes_left: limits.max_stream_bytes.saturating_mul(2),
            font_bytes_left: MAX_FONT_BYTES,
            deadline: Instant::now().checked_add(limits.max_page_time),
            until_look: OPERATORS_BETWEEN_LOOKS,
            open_forms: Vec::new(),
            scratch: Vec::new(),
            trouble: None,
            images: 0,
            path_operators: 0,
            scenery: Scenery::default(),
            outlines: None,
            shapes: 0,
            stop_after_glyphs: u32::MAX,
            judge: None,
        }
    }

    /// Reads a page: its content with its resources, on the map from its space to the page as seen.
    pub(crate) fn page(&mut self, page: &Dict<'p>, resources: &Resources<'p>, to_seen: Matrix) {
        let mut scope = Scope::of_page(resources);
        let mut state = State::new(to_seen);
        if let Some(stream) = page.get::<Stream<'p>>("Contents") {
            if let Some(content) = self.decoded(&stream) {
                self.run(&content, &mut scope, &mut state);
            }
        } else if let Some(streams) = page.get::<Array<'_>>("Contents") {
            let mut content = Vec::new();
            for stream in streams.iter::<Stream<'_>>() {
                self.look_at_clock();
                if self.bytes_left == 0 || content.len() > self.limits.max_stream_bytes {
                    self.trouble.get_or_insert(ReadTrouble::Stream);
                    break;
                }
                let Some(part) = self.decoded(&stream) else { continue };
                content.extend_from_slice(&part);
                content.push(b'\n');
            }
            self.run(&content, &mut scope, &mut state);
        }
    }

    /// Stops once so many glyphs were seen: enough to know that a page has text.
    pub(crate) fn stopping_after(mut self, glyphs: u32) -> Self {
        self.stop_after_glyphs = glyphs;
        self
    }

    /// Looks for strokes that may be letters, and for no text.
    pub(crate) fn looking_for_outlines(mut self) -> Self {
        self.outlines = Some(Outlines::default());
        self
    }

    /// Counts what is too much to be drawn as trouble.
    pub(crate) fn judging(mut self, judge: DrawingJudge<'p>) -> Self {
        self.judge = Some(judge);
        self.heed_judge();
        self
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
            trouble: self.trouble,
            images: self.images,
            path_operators: self.path_operators,
            scenery: self.scenery,
            outlines: self.outlines,
        }
    }

    fn decoded<'a>(&mut self, stream: &Stream<'a>) -> Option<std::borrow::Cow<'a, [u8]>> {
        match stream::decoded(stream, self.limits.max_stream_bytes.min(self.bytes_left)) {
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
        if self.outlines.is_some() {
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
                && let Some(outlines) = &mut self.outlines
                && outlines.take(operation.operator, operands, &state.ctm)
            {
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
                b"Tj" | b"TJ" | b"'" | b"\"" if LINES_TOO => {}
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
                b"f" | b"f*" if state.colour.is_see_through() => self.shapes += 1,
                b"f" | b"f*" => {
                    let text_before = self.words.text_length();
                    let is_even_odd = operation.operator == b"f*";
                    let is_white = state.colour.is_white;
                    let filled =
                        Filled { ctm: &state.ctm, clip: state.colour.clip, is_white, is_even_odd, text_before };
                    self.scenery.add_filled(operands, &filled);
                }
                b"W" if operands.is_empty() => state.colour.is_cut = true,
                b"W" => state.colour.clip = self.scenery.narrow(state.colour.clip, operands, &state.ctm),
                b"sc" | b"scn" => {
                    state.colour.is_white = scenery::is_white(operands);
                    state.colour.is_pattern = operands.contains(&b'/');
                }
                b"cs" => {
                    state.colour.is_white = false;
                    state.colour.is_pattern = false;
                }
                b"sh" => self.shapes += 1,
                b"Do" => self.form(operands, scope, state),
                b"gs" => self.graphics_state(operands, scope, state),
                b"BI" => {
                    self.images += 1;
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

    fn set_font(&mut self, operands: &[u8], scope: &mut Scope<'p>, text: &mut TextState) {
        for operand in Operands::new(operands) {
            match operand {
                Operand::Name(name) => {
                    let is_new = !scope.knows(name);
                    text.font = scope.font(name, self.store);
                    self.until_look = self.until_look.saturating_sub(OPERATORS_BETWEEN_LOOKS / 16);
                    if is_new {
                        self.weigh_font(text, 2);
                    }
                    self.judge_font(text);
                }
                Operand::Number(size) => text.size = size,
                _ => {}
            }
        }
    }

    fn graphics_state(&mut self, operands: &[u8], scope: &Scope<'_>, state: &mut State) {
        let Some(Operand::Name(name)) = Operands::new(operands).next() else { return };
        self.look_at_clock();
        let Some(dict) = scope.graphics_states.get::<Dict<'_>>(unescaped_name(name)) else { return };
        if let Some(alpha) = dict.get::<f32>("ca") {
            state.colour.is_transparent = alpha < 0.99;
            state.colour.is_nothing = alpha < 0.01;
        }
        if let Some(mode) = dict.get::<Name<'_>>("BM") {
            state.colour.is_transparent |= !matches!(mode.as_ref(), b"Normal" | b"Compatible");
        }
        let text = &mut state.text;
        let Some(pair) = dict.get::<Array<'_>>("Font") else { return };
        let reference = pair.raw_iter().next().and_then(|first| first.as_obj_ref());
        let mut items = pair.flex_iter();
        let font = items.next::<Dict<'_>>();
        if let Some(size) = items.next::<f32>() {
            text.size = f64::from(size);
        }
        text.font = self.store.font(reference.map(Into::into), || font);
        self.weigh_font(text, 1);
        self.judge_font(text);
    }

    /// A font that is not kept for the whole file lives as long as a saved state holds it; it has `owners` of the page.
    fn weigh_font(&mut self, text: &TextState, owners: usize) {
        let Some(font) = text.font.as_ref().filter(|font| Arc::strong_count(font) <= owners) else { return };
        match self.font_bytes_left.checked_sub(font.weight()) {
            Some(left) => self.font_bytes_left = left,
            None => {
                self.operators_left = 0;
                self.trouble.get_or_insert(ReadTrouble::Stream);
            }
        }
    }

    fn judge_font(&mut self, text: &TextState) {
        if self.judge.is_some() && text.font.as_ref().is_some_and(|font| font.sprawls()) {
            self.trouble = Some(ReadTrouble::Stream);
        }
    }

    fn form(&mut self, operands: &[u8], scope: &Scope<'p>, state: &State) {
        let Some(Operand::Name(name)) = Operands::new(operands).next() else { return };
        self.look_at_clock();
        let Some(form) = scope.forms.get::<Stream<'p>>(unescaped_name(name)) else { return };
        let dict = form.dict();
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Form") => {}
            Some(b"Image") => {
                self.images += 1;
                let side = |key: &str| dict.get::<f32>(key).unwrap_or(0.0);
                let is_opaque = !state.colour.is_transparent
                    && !state.colour.is_cut
                    && !dict.contains_key("SMask")
                    && !dict.contains_key("Mask")
                    && dict.get::<bool>("ImageMask") != Some(true);
                let pixels = Some((side("Width"), side("Height")));
                let (clip, text_before) = (state.colour.clip, self.words.text_length());
                self.scenery.add_picture(&Picture { ctm: &state.ctm, clip, pixels, is_opaque, text_before });
                if let Some(judge) = &mut self.judge {
                    judge.image(form);
                    self.heed_judge();
                }
                return;
            }
            _ => return,
        }
        let id = form.obj_id();
        if self.open_forms.len() >= self.limits.max_form_depth || self.open_forms.contains(&id) {
            self.trouble = Some(ReadTrouble::FormsTooDeep);
            return;
        }
        if self.operators_left == 0 || self.bytes_left == 0 {
            self.trouble = Some(ReadTrouble::TooManyOperators);
            return;
        }
        // An empty form costs something too: a DAG of forms must use up the allowance.
        self.operators_left = self.operators_left.saturating_sub(50);
        let Some(content) = self.decoded(&form) else { return };
        let mut inner = state.clone();
        if let Some(matrix) = dict.get::<Array<'_>>("Matrix").and_then(|array| numbers_of::<6>(&array)) {
            inner.ctm = Matrix::from_array(matrix).then(&state.ctm);
        }
        if let Some(bounds) = dict.get::<Array<'_>>("BBox").and_then(|array| numbers_of::<4>(&array)) {
            inner.colour.clip = self.scenery.narrow_to_box(inner.colour.clip, bounds, &inner.ctm);
        }
        let mut own_scope = match dict.get::<Dict<'p>>("Resources") {
            Some(resources) => {
                if let Some(judge) = &mut self.judge {
                    judge.resources(&resources);
                    self.heed_judge();
                }
                Scope::new(&resources)
            }
            None => Scope {
                fonts: scope.fonts.clone(),
                forms: scope.forms.clone(),
                graphics_states: scope.graphics_states.clone(),
                known_fonts: scope.known_fonts.clone(),
            },
        };
        self.open_forms.push(id);
        self.run(&content, &mut own_scope, &mut inner);
        self.open_forms.pop();
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
            is_invisible: (text.is_invisible && !font.is_drawn()) || state.colour.is_nothing,
            is_white: state.colour.is_white && self.shapes == 0,
            clip: state.colour.clip,
        };
        self.words.begin(&run);
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
        let moved = pen * size;
        *matrix = if font.is_vertical() {
            matrix.shifted(0.0, -moved)
        } else {
            matrix.shifted(moved * text.horizontal_scale, 0.0)
        };
    }
}
