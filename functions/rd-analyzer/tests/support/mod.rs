//! Pages made word by word.
#![allow(dead_code, reason = "each test file uses a part of it")]

use domain::{Page, Rect, Table, TextSource, Word};

/// A page under construction: type of 10 points, letters 5 points wide.
pub(crate) struct Draft {
    pub(crate) words: Vec<Word>,
    pub(crate) tables: Vec<Table>,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { words: Vec::new(), tables: Vec::new() }
    }

    /// Writes a line with its left edge at `x` and its top at `y`.
    pub(crate) fn line(mut self, x: f32, y: f32, text: &str) -> Self {
        let mut x0 = x;
        for word in text.split(' ') {
            let x1 = x0 + 5.0 * word.chars().count() as f32;
            let bounds = Rect { x0, y0: y, x1, y1: y + 10.0 };
            let text = word.to_owned();
            self.words.push(Word { text, bounds, size_pt: 10.0, rotation_deg: 0, confidence: Word::SURE });
            x0 = x1 + 3.0;
        }
        self
    }

    /// The page, a sheet of A3.
    pub(crate) fn page(self, number: u32) -> Page {
        page(number, (1191.0, 842.0), self.words, self.tables)
    }
}

/// A page of these words and tables, of this width and height in points.
pub(crate) fn page(number: u32, (width_pt, height_pt): (f32, f32), words: Vec<Word>, tables: Vec<Table>) -> Page {
    Page {
        page: number,
        width_pt,
        height_pt,
        source: TextSource::Text,
        text: String::new(),
        words,
        faults: Vec::new(),
        title_block: None,
        tables,
    }
}
