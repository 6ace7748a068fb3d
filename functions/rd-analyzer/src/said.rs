//! What the drawings of a set say, line by line, ready to be searched by the beginnings of words.

use crate::knowledge::{Pattern, words_of};
use crate::lines::{Line, Sheet};
use domain::Evidence;
use std::collections::HashMap;

/// How many letters of a word the index knows.
const PREFIX: usize = 3;

/// The lines of the sheets that show works: not those of general data.
pub(crate) struct Said<'s, 'a> {
    sheets: &'s [Sheet<'a>],
    lines: Vec<(usize, &'s Line, Vec<String>)>,
    by_prefix: HashMap<String, Vec<usize>>,
}

impl<'s, 'a> Said<'s, 'a> {
    /// Takes the lines of the sheets for which `shows` holds.
    pub(crate) fn new(sheets: &'s [Sheet<'a>], shows: impl Fn(usize) -> bool) -> Self {
        let mut said = Self { sheets, lines: Vec::new(), by_prefix: HashMap::new() };
        for (index, sheet) in sheets.iter().enumerate().filter(|(index, _)| shows(*index)) {
            for line in sheet.lines.iter().filter(|line| line.text.chars().any(char::is_alphabetic)) {
                let words = words_of(&line.text);
                for word in &words {
                    let prefix: String = word.chars().take(PREFIX).collect();
                    let known = said.by_prefix.entry(prefix).or_default();
                    if known.last() != Some(&said.lines.len()) {
                        known.push(said.lines.len());
                    }
                }
                said.lines.push((index, line, words));
            }
        }
        said
    }

    /// The first line that fits one of the patterns.
    pub(crate) fn first(&self, patterns: &[Pattern]) -> Option<(usize, &'s Line)> {
        self.all(patterns).into_iter().next()
    }

    /// Every line that fits one of the patterns, in their order.
    pub(crate) fn all(&self, patterns: &[Pattern]) -> Vec<(usize, &'s Line)> {
        let mut found: Vec<usize> = Vec::new();
        for pattern in patterns {
            let Some(first) = pattern.stems.iter().max_by_key(|stem| stem.chars().count()) else { continue };
            let prefix: String = first.chars().take(PREFIX).collect();
            let known = self.by_prefix.get(&prefix).map(Vec::as_slice).unwrap_or_default();
            found.extend(known.iter().filter(|at| self.lines.get(**at).is_some_and(|(.., words)| pattern.fits(words))));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.lines.get(at).map(|(sheet, line, _)| (*sheet, *line))).collect()
    }

    /// Evidence of a line.
    pub(crate) fn evidence(&self, sheet: usize, line: &Line, confidence: f32) -> Option<Evidence> {
        Some(self.sheets.get(sheet)?.evidence(vec![line.bounds], line.text.clone(), confidence))
    }
}
