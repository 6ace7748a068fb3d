//! Damaged text layers, mended word by word. Every repair counts what it did, so that a reader can judge the page.

mod codepage;
mod glyph_shift;
mod look_alikes;

use domain::{Fault, FaultKind, Word};

pub(crate) use glyph_shift::unknown_letter;

/// Mends the words of a page in place and says what was wrong. Glyphs whose code no repair explains become U+FFFD.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn mend(words: &mut [Word]) -> Vec<Fault> {
    mend_by_font(words, &[])
}

/// Mends the words of a page as [`mend`] does; `fonts` tells the fonts of the words apart, one for all where it is empty.
pub(crate) fn mend_by_font(words: &mut [Word], fonts: &[usize]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let shifted = glyph_shift::mend(words, fonts);
    if shifted.count > 0 {
        faults.push(shifted.fault(FaultKind::GlyphShift));
    }
    let misread = codepage::mend(words);
    if misread.count > 0 {
        faults.push(misread.fault(FaultKind::Cp1251AsLatin1));
    }
    let folded = look_alikes::mend(words);
    if folded.count > 0 {
        faults.push(folded.fault(FaultKind::Homoglyphs));
    }
    faults
}

/// How many words a repair mended, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mended {
    count: u32,
    confidence: f32,
}

impl Mended {
    const NOTHING: Self = Self { count: 0, confidence: 0.0 };

    fn fault(self, kind: FaultKind) -> Fault {
        Fault { kind, count: self.count, confidence: self.confidence, repaired: true }
    }
}

/// А to я and Ё, ё.
fn is_russian(letter: char) -> bool {
    matches!(letter, 'А'..='я' | 'Ё' | 'ё')
}

#[cfg(test)]
mod tests;
