mod replaced;

pub(crate) use replaced::{Note, Place};

use crate::content::{Look, Matrix};
use crate::font::{Font, Glyph};
use domain::Rect;
use std::cell::Cell;

/// A gap wider than this part of an em ends a word; ordinary spaces are a quarter of an em.
const GAP_EM: f64 = 0.15;
/// A step back further than this part of an em ends a word.
const STEP_BACK_EM: f64 = 0.5;
/// Baselines further apart than this part of an em belong to different words; an index stands a third higher.
const BASELINE_EM: f64 = 0.42;
/// An index is smaller than this part of its word, and lower than that part of an em.
const INDEX_SIZE: f64 = 0.8;
const INDEX_DROP_EM: f64 = 0.05;
/// Letter spacing up to this part of an em is part of the word.
const MAX_LETTER_SPACING_EM: f64 = 0.6;

/// Stands in the text for a glyph without a known letter.
pub(crate) const UNMAPPED: char = '\u{fffd}';

/// Where and how the strings of one text operator stand on the page as seen.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Unit vector of the writing direction, y down.
    direction: (f64, f64),
    /// Position of the pen along the direction, at the start.
    along: f64,
    /// Position of the baseline across the direction.
    across: f64,
    /// Length of an em along the direction.
    em: f64,
    /// Height of the type.
    size: f64,
    /// Extent across the direction relative to the baseline.
    extent: (f64, f64),
    /// Letter spacing in em.
    pub(crate) spacing: f64,
    /// How it is painted.
    pub(crate) look: Look,
    rotation_deg: u16,
    font: usize,
}

impl Run {
    /// None when the text has no extent or stands nowhere.
    pub(crate) fn new(text: &Matrix, ctm: &Matrix, size: f64, scale: f64, rise: f64, font: &Font) -> Option<Self> {
        let map = text.then(ctm);
        let along_axis = (map.a * size * scale, map.b * size * scale);
        let up_axis = (map.c * size, map.d * size);
        let (axis, up) =
            if font.is_vertical() { ((-up_axis.0, -up_axis.1), along_axis) } else { (along_axis, up_axis) };
        // Nearly all writing is level: its length and its angle need no reckoning.
        let is_level = axis.1 == 0.0;
        let em = if is_level { axis.0.abs() } else { axis.0.hypot(axis.1) };
        if !em.is_finite() || em < 1e-4 {
            return None;
        }
        let direction = (axis.0 / em, axis.1 / em);
        let across_axis = (-direction.1, direction.0);
        let height = up.0 * across_axis.0 + up.1 * across_axis.1;
        let start = (map.e + rise * map.c, map.f + rise * map.d);
        if !(start.0.is_finite() && start.1.is_finite() && height.is_finite()) {
            return None;
        }
        let (low, high) = if font.is_vertical() { (-0.5, 0.5) } else { (font.descent(), font.ascent()) };
        let edges = (low * height, high * height);
        let degrees = if is_level && direction.0 > 0.0 {
            0.0
        } else {
            (-direction.1).atan2(direction.0).to_degrees().round().rem_euclid(360.0)
        };
        Some(Self {
            direction,
            along: start.0 * direction.0 + start.1 * direction.1,
            across: start.0 * across_axis.0 + start.1 * across_axis.1,
            em,
            size: height.abs(),
            extent: (edges.0.min(edges.1), edges.0.max(edges.1)),
            spacing: 0.0,
            look: Look::default(),
            font: std::ptr::from_ref(font).addr(),
            rotation_deg: degrees as u16 % 360,
        })
    }
}

/// A word before repair; its text is a piece of the builder's.
#[derive(Debug, Clone)]
pub(crate) struct RawWord {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) bounds: Rect,
    pub(crate) size_pt: f32,
    pub(crate) rotation_deg: u16,
    /// How it is painted.
    pub(crate) look: Look,
    /// Tells the fonts of a page apart.
    pub(crate) font: usize,
    /// Whether a space was written right before.
    after_space: bool,
    direction: (f64, f64),
    along: (f64, f64),
    across: f64,
    extent: (f64, f64),
    em: f64,
}

impl RawWord {
    /// Grows by the height of a run that carries it on.
    fn take_extent_of(&mut self, run: &Run) {
        if run.extent.0 + run.across < self.extent.0 + self.across {
            self.extent.0 = run.extent.0 + run.across - self.across;
        }
        if run.extent.1 + run.across > self.extent.1 + self.across {
            self.extent.1 = run.extent.1 + run.across - self.across;
        }
    }
}

/// Words that a page has room for from the start, and most that a thread keeps room for.
const LEAST_ROOM: usize = 512;
const LARGEST_ROOM: usize = 1 << 15;

thread_local! {
    /// Room for the next page: to give so much back and ask for it again, page by page, stirs up all of the small pieces.
    static SPARE: Cell<Option<(String, Vec<RawWord>)>> = const { Cell::new(None) };
}

/// Gives back the parts of a builder, which are needed no more.
pub(crate) fn give_back(mut text: String, mut words: Vec<RawWord>) {
    if words.capacity() <= LARGEST_ROOM && text.capacity() <= 16 * LARGEST_ROOM {
        text.clear();
        words.clear();
        SPARE.set(Some((text, words)));
    }
}

/// Gathers the glyphs of a page into words.
#[derive(Debug, Default)]
pub(crate) struct WordBuilder {
    text: String,
    words: Vec<RawWord>,
    open: bool,
    space_before: bool,
    last_glyph: (char, f64),
    /// What the letters of the run under way are set apart.
    letter_spacing: f64,
    /// Whether the open word was begun by an earlier run than the one under way.
    is_carried_on: bool,
    /// Whether the run under way is the index of the open word.
    is_index: bool,
    glyphs: u32,
    unmapped: u32,
}

impl WordBuilder {
    pub(crate) fn new() -> Self {
        let (text, words) =
            SPARE.take().unwrap_or_else(|| (String::with_capacity(4096), Vec::with_capacity(LEAST_ROOM)));
        Self { text, words, ..Self::default() }
    }

    /// Glyphs seen, spaces not counted.
    pub(crate) fn glyph_count(&self) -> u32 {
        self.glyphs
    }

    /// Glyphs without a known letter among them.
    pub(crate) fn unmapped_count(&self) -> u32 {
        self.unmapped
    }

    /// Bytes of text so far.
    pub(crate) fn text_length(&self) -> usize {
        self.text.len()
    }

    /// The text and the words in it.
    pub(crate) fn into_parts(self) -> (String, Vec<RawWord>) {
        (self.text, self.words)
    }

    /// A new text operator: the open word goes on only if it has the same direction and baseline.
    pub(crate) fn begin(&mut self, run: &Run) {
        self.letter_spacing = run.spacing.min(MAX_LETTER_SPACING_EM) * run.em;
        self.is_carried_on = true;
        self.is_index = false;
        if !self.open {
            return;
        }
        let Some(word) = self.words.last() else { return };
        let turned = word.direction.0 * run.direction.0 + word.direction.1 * run.direction.1 < 0.995;
        let step = (run.across - word.across).abs();
        if turned || step > BASELINE_EM * word.em.max(run.em) || !word.look.is_seen_like(run.look) {
            self.close();
        } else if run.em < INDEX_SIZE * word.em {
            self.is_index = run.across - word.across > INDEX_DROP_EM * word.em;
        }
    }

    fn close(&mut self) {
        self.open = false;
        self.space_before = false;
    }

    /// Sets the glyphs of one string, the pen at `pen` em from the start of the run; gives the pen behind them.
    pub(crate) fn show(
        &mut self,
        run: &Run,
        font: &Font,
        codes: &[u8],
        mut pen: f64,
        char_spacing: f64,
        word_spacing: f64,
    ) -> f64 {
        font.each_glyph(codes, |glyph, is_single_byte_space| {
            let width = f64::from(glyph.width);
            self.set(run, font, glyph, run.along + pen * run.em, width * run.em);
            pen += width + char_spacing;
            if is_single_byte_space {
                pen += word_spacing;
            }
        });
        pen
    }

    #[inline]
    fn set(&mut self, run: &Run, font: &Font, glyph: Glyph, start: f64, width: f64) {
        match glyph.letter() {
            Some(letter) if is_space(letter) => {
                self.open = false;
                self.space_before = true;
            }
            Some(digit @ '0'..='9') if self.is_index => {
                let digit = self.lowered(digit, run, start);
                self.set_visible(run, start, width, digit, |text| text.push(digit));
            }
            Some(letter) => {
                self.unmapped += u32::from(letter >= '\u{f0000}');
                self.set_visible(run, start, width, letter, |text| text.push(letter));
            }
            None => {
                let letters = font.letters(glyph);
                match letters {
                    Some(letters) if letters.chars().all(is_space) => {
                        self.open = false;
                        self.space_before = true;
                    }
                    Some(letters) => {
                        let first = letters.chars().next().unwrap_or(UNMAPPED);
                        self.set_visible(run, start, width, first, |text| text.push_str(letters));
                    }
                    None => {
                        self.unmapped += 1;
                        self.set_visible(run, start, width, UNMAPPED, |text| text.push(UNMAPPED));
                    }
                }
            }
        }
    }

    /// A digit of an index, as it stands in F₂200, another grade of concrete than F2200 would be; itself where it begins a word
    /// of its own.
    #[cold]
    fn lowered(&self, digit: char, run: &Run, start: f64) -> char {
        let last = self.words.last().filter(|_| self.open);
        let follows = last.is_some_and(|word| (start - word.along.1).abs() <= GAP_EM * run.em);
        match follows && (self.last_glyph.0.is_alphabetic() || matches!(self.last_glyph.0, '₀'..='₉')) {
            true => char::from_u32(u32::from('₀') + u32::from(digit) - u32::from('0')).unwrap_or(digit),
            false => digit,
        }
    }

    #[inline]
    fn set_visible(&mut self, run: &Run, start: f64, width: f64, letter: char, write: impl FnOnce(&mut String)) {
        self.glyphs += 1;
        let end = start + width;
        if self.open
            && let Some(word) = self.words.last_mut()
        {
            let gap = start - word.along.1;
            let em = if word.em < run.em { word.em } else { run.em };
            // The same letter on the same spot: bold by printing twice, a mark set again and again.
            if letter == self.last_glyph.0 && (start - self.last_glyph.1).abs() < 0.12 * em {
                return;
            }
            if gap - self.letter_spacing <= GAP_EM * em && gap >= -STEP_BACK_EM * em {
                write(&mut self.text);
                word.end = self.text.len();
                if end > word.along.1 {
                    word.along.1 = end;
                }
                if start < word.along.0 {
                    word.along.0 = start;
                }
                if self.is_carried_on {
                    self.is_carried_on = false;
                    word.take_extent_of(run);
                }
                self.last_glyph = (letter, start);
                return;
            }
        }
        let text_start = self.text.len();
        write(&mut self.text);
        self.words.push(RawWord {
            start: text_start,
            end: self.text.len(),
            bounds: Rect { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 },
            size_pt: run.size as f32,
            rotation_deg: run.rotation_deg,
            look: run.look,
            font: run.font,
            after_space: self.space_before,
            direction: run.direction,
            along: (start.min(end), start.max(end)),
            across: run.across,
            extent: run.extent,
            em: run.em,
        });
        self.open = true;
        self.space_before = false;
        self.is_carried_on = false;
        self.last_glyph = (letter, start);
    }

    /// Joins words that were written in pieces and works out the boxes.
    pub(crate) fn settle(&mut self) {
        // Words keep their places until one is joined with the word before.
        let mut kept = 0;
        for place in 1..self.words.len() {
            let (done, rest) = self.words.split_at_mut(place);
            let (Some(last), Some(word)) = (done.get_mut(kept), rest.first()) else { continue };
            if !word.after_space && last.end == word.start && continues(last, word) {
                last.end = word.end;
                last.along.1 = last.along.1.max(word.along.1);
                continue;
            }
            kept += 1;
            if kept < place {
                self.words.swap(kept, place);
            }
        }
        self.words.truncate(kept + 1);
        for word in &mut self.words {
            word.bounds = bounds(word);
        }
    }
}

/// Whether `next` stands where `last` ends, though something else was drawn in between.
fn continues(last: &RawWord, next: &RawWord) -> bool {
    let em = last.em.min(next.em);
    let gap = next.along.0 - last.along.1;
    last.rotation_deg == next.rotation_deg
        && (last.across - next.across).abs() < 0.05 * em
        && gap.abs() < 0.08 * em
        && (last.em - next.em).abs() < 0.05 * em
        && last.look.is_seen_like(next.look)
}

fn bounds(word: &RawWord) -> Rect {
    let (ux, uy) = word.direction;
    let corner = |along: f64, across: f64| (along * ux - across * uy, along * uy + across * ux);
    let (low, high) = (word.across + word.extent.0, word.across + word.extent.1);
    let corners =
        [corner(word.along.0, low), corner(word.along.0, high), corner(word.along.1, low), corner(word.along.1, high)];
    let mut bounds = Rect { x0: f32::MAX, y0: f32::MAX, x1: f32::MIN, y1: f32::MIN };
    for (x, y) in corners {
        let (x, y) = (x as f32, y as f32);
        // Comparisons take an instruction where `min` and `max` look out for what is no number.
        bounds.x0 = if x < bounds.x0 { x } else { bounds.x0 };
        bounds.y0 = if y < bounds.y0 { y } else { bounds.y0 };
        bounds.x1 = if x > bounds.x1 { x } else { bounds.x1 };
        bounds.y1 = if y > bounds.y1 { y } else { bounds.y1 };
    }
    bounds
}

#[inline]
fn is_space(letter: char) -> bool {
    letter <= ' ' || (!matches!(letter, '!'..='~' | '\u{a1}'..='\u{1fff}') && is_rare_space(letter))
}

#[cold]
#[inline(never)]
fn is_rare_space(letter: char) -> bool {
    matches!(letter, '\u{7f}'..='\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{2060}' | '\u{3000}' | '\u{feff}')
}
