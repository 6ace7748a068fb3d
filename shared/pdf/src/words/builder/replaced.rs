//! Letters that do not come from glyphs: replacement texts, and notes that say what stands somewhere.

use super::{RawWord, WordBuilder, is_space};
use crate::content::Look;
use domain::Rect;

/// Letters for each glyph above which a replacement is a description and no text.
const MOST_LETTERS: usize = 3;

/// Where a builder stood.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    words: usize,
    text: usize,
    glyphs: u32,
    unmapped: u32,
}

/// Letters that stand in a box, without glyphs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note<'t> {
    pub(crate) text: &'t str,
    /// On the page as seen.
    pub(crate) bounds: Rect,
    /// 0 or 90.
    pub(crate) rotation_deg: u16,
}

impl WordBuilder {
    /// Where it stands now.
    pub(crate) fn place(&self) -> Place {
        Place { words: self.words.len(), text: self.text.len(), glyphs: self.glyphs, unmapped: self.unmapped }
    }

    /// Gives what was set since then the letters of `text`, piece by piece. Where the pieces do not answer each other the
    /// glyphs keep their own.
    pub(crate) fn replace_since(&mut self, from: Place, text: &str) {
        let goes_on = from.words.checked_sub(1).and_then(|last| self.words.get(last));
        let first = from.words - usize::from(goes_on.is_some_and(|word| word.end > from.text));
        let count = self.words.len().saturating_sub(first);
        let tokens: Vec<&str> = text.split(is_space).filter(|token| !token.is_empty()).collect();
        let letters: usize = tokens.iter().map(|token| token.chars().count()).sum();
        let glyphs = self.glyphs.saturating_sub(from.glyphs) as usize;
        if count == 0 || tokens.is_empty() || letters > MOST_LETTERS * glyphs + MOST_LETTERS {
            return;
        }
        // One word, its glyphs far apart.
        if tokens.len() == 1 && count > 1 {
            let end = self.words.last().map_or(0.0, |word| word.along.1);
            let is_one_line = self.words.get(first..).unwrap_or_default().windows(2).all(|pair| match pair {
                [one, next] => one.rotation_deg == next.rotation_deg && (one.across - next.across).abs() < 0.5 * one.em,
                _ => true,
            });
            if !is_one_line {
                return;
            }
            self.words.truncate(first + 1);
            if let Some(word) = self.words.last_mut() {
                word.along.1 = word.along.1.max(end);
            }
        } else if tokens.len() != count {
            return;
        }
        self.text.truncate(from.text);
        for (word, token) in self.words.iter_mut().skip(first).zip(tokens) {
            if word.start >= from.text {
                word.start = self.text.len();
            }
            self.text.push_str(token);
            word.end = self.text.len();
        }
        self.unmapped = from.unmapped;
    }

    /// Adds the words of a note; each takes its share of the box along the writing.
    pub(crate) fn add_note(&mut self, note: &Note<'_>) {
        self.close();
        let all = note.text.chars().count().max(1) as f32;
        let mut passed = 0;
        for token in note.text.split(is_space) {
            let letters = token.chars().count();
            if letters > 0 {
                let share = |letters: usize| letters as f32 / all;
                self.push_note(token, part(note, share(passed), share(passed + letters)), note.rotation_deg);
            }
            passed += letters + 1;
        }
        self.close();
    }

    fn push_note(&mut self, token: &str, bounds: Rect, rotation_deg: u16) {
        let start = self.text.len();
        self.text.push_str(token);
        self.glyphs = self.glyphs.saturating_add(u32::try_from(token.chars().count()).unwrap_or(u32::MAX));
        let (width, height) = (f64::from(bounds.width()), f64::from(bounds.height()));
        let (x0, y0, x1, y1) = (f64::from(bounds.x0), f64::from(bounds.y0), f64::from(bounds.x1), f64::from(bounds.y1));
        // As glyphs would lie: along the writing, and across it downwards from the baseline.
        let (direction, along, across, size) =
            if rotation_deg == 90 { ((0.0, -1.0), (-y1, -y0), x1, width) } else { ((1.0, 0.0), (x0, x1), y1, height) };
        self.words.push(RawWord {
            start,
            end: self.text.len(),
            bounds,
            size_pt: size as f32,
            rotation_deg,
            look: Look::default(),
            font: 0,
            after_space: true,
            direction,
            along,
            across,
            extent: (-size, 0.0),
            em: size,
        });
    }
}

/// The part of a box between two shares of its length along the writing.
fn part(note: &Note<'_>, from: f32, to: f32) -> Rect {
    let own = note.bounds;
    if note.rotation_deg == 90 {
        Rect { y0: own.y1 - own.height() * to, y1: own.y1 - own.height() * from, ..own }
    } else {
        Rect { x0: own.x0 + own.width() * from, x1: own.x0 + own.width() * to, ..own }
    }
}
