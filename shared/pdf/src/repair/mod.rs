//! Damaged text layers, mended word by word. Every repair counts what it did, so that a reader can judge the page.

mod codepage;
mod diameter;
mod glyph_shift;
mod look_alikes;

use crate::words::ByteKinds;
use domain::{Fault, FaultKind, Word};

pub(crate) use glyph_shift::unknown_letter;

/// Mends the words of a page in place and says what was wrong. Glyphs whose code no repair explains become U+FFFD.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn mend(words: &mut [Word]) -> Vec<Fault> {
    let kinds = words.iter().map(|word| ByteKinds::of(&word.text)).fold(ByteKinds::default(), ByteKinds::and);
    mend_by_font(words, &[], kinds)
}

/// Mends the words of a page as [`mend`] does; `fonts` tells the fonts of the words apart, one for all where it is empty;
/// `kinds` are the bytes of their letters.
pub(crate) fn mend_by_font(words: &mut [Word], fonts: &[usize], kinds: ByteKinds) -> Vec<Fault> {
    let mut faults = Vec::new();
    let signs = if kinds.may_have_holes() { diameter::mend(words, fonts) } else { Mended::NOTHING };
    if signs.count > 0 {
        faults.push(signs.fault(FaultKind::Unmapped));
    }
    let shifted = if kinds.may_be_shifted() { glyph_shift::mend(words, fonts) } else { Mended::NOTHING };
    if shifted.count > 0 {
        faults.push(shifted.fault(FaultKind::GlyphShift));
    }
    let misread = if kinds.may_have_high_latin() { codepage::mend(words) } else { Mended::NOTHING };
    if misread.count > 0 {
        faults.push(misread.fault(FaultKind::Cp1251AsLatin1));
    }
    let folded = look_alikes::mend(words, kinds.may_have_odd_letters());
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
