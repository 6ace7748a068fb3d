//! Glyph numbers shown as letters, those of a font all shifted by one constant: `Ɇɨɫɤɜɚ` for «Москва». The constant is found by trying:
//! the right one makes the letters as frequent as in Russian.

use super::Mended;
use domain::Word;
use std::collections::HashMap;

/// Glyph codes without a letter travel through the reader as letters of this private plane.
const CODE_PLANE: u32 = 0xf_0000;
/// Fewer shifted letters than this prove nothing.
const MIN_LETTERS: u32 = 24;
/// Share of the shifted letters that must become Russian ones.
const MIN_SHARE: f32 = 0.8;
/// Mean frequency of the letters that is believed: Russian has 0.055, random letters 0.031.
const MIN_FREQUENCY: f32 = 0.045;
/// In TrueType fonts made for Windows glyph 3 is the space: glyphs of ASCII follow at this distance.
const ASCII_DISTANCE: u32 = 29;

/// Frequencies of а to я in Russian prose, in thousandths.
const FREQUENCIES: [f32; 32] = [
    80.1, 15.9, 45.4, 17.0, 29.8, 84.5, 9.4, 16.5, 73.5, 12.1, 34.9, 44.0, 32.1, 67.0, 109.7, 28.1, 47.3, 54.7, 62.6,
    26.2, 2.6, 9.7, 4.8, 14.4, 7.3, 3.6, 0.4, 19.0, 17.4, 3.2, 6.4, 20.1,
];

/// The private letter that carries a glyph code no one could name.
pub(crate) fn unknown_letter(code: u32) -> u32 {
    CODE_PLANE | (code & 0xffff).min(0xfffd)
}

/// The code in a private letter.
pub(super) fn code_of(letter: char) -> Option<u32> {
    let letter = u32::from(letter);
    (CODE_PLANE..CODE_PLANE + 0xfffe).contains(&letter).then(|| letter - CODE_PLANE)
}

/// Shifted letters: private ones, and the Latin and phonetic blocks that no drawing uses.
fn shifted_code(letter: char) -> Option<u32> {
    code_of(letter).or_else(|| matches!(letter, '\u{180}'..='\u{2af}').then(|| u32::from(letter)))
}

/// A look at the first bytes of the letters in UTF-8, to pass over ordinary pages.
fn may_be_shifted(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, 0xc6..=0xca | 0xf3))
}

/// Each font has its own distance; `fonts` tells them apart.
pub(super) fn mend(words: &mut [Word], fonts: &[usize]) -> Mended {
    let font_of = |place: usize| fonts.get(place).copied().unwrap_or(0);
    let mut histograms: HashMap<usize, HashMap<u32, u32>> = HashMap::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| may_be_shifted(&word.text)) {
        for code in word.text.chars().filter_map(shifted_code) {
            *histograms.entry(font_of(place)).or_default().entry(code).or_default() += 1;
        }
    }
    if histograms.is_empty() {
        return Mended::NOTHING;
    }
    let best: HashMap<usize, i64> =
        histograms.iter().filter_map(|(&font, histogram)| Some((font, best_shift(histogram)?))).collect();
    let mut count = 0;
    for (place, word) in words.iter_mut().enumerate().filter(|(_, word)| may_be_shifted(&word.text)) {
        let best = best.get(&font_of(place)).copied();
        let (mut mended, mut holes) = (false, false);
        word.text = word
            .text
            .chars()
            .map(|letter| {
                let Some(code) = shifted_code(letter) else { return letter };
                let read = best.and_then(|shift| read_code(code, shift));
                mended |= read.is_some();
                holes |= read.is_none();
                read.unwrap_or(if code_of(letter).is_some() { '\u{fffd}' } else { letter })
            })
            .collect();
        count += u32::from(mended && !holes);
    }
    Mended { count, confidence: 0.85 }
}

/// Distance from a code to its Russian letter; none if no distance makes the text Russian.
fn best_shift(histogram: &HashMap<u32, u32>) -> Option<i64> {
    // The ASCII part of a shifted font lies apart from the Cyrillic one and is not asked.
    let mut letters: Vec<(i64, u32)> =
        histogram.iter().filter(|&(&code, _)| code > 97).map(|(&code, &count)| (i64::from(code), count)).collect();
    letters.sort_unstable();
    let total: u32 = letters.iter().map(|letter| letter.1).sum();
    if total < MIN_LETTERS {
        return None;
    }
    let (lowest, highest) = (letters.first()?.0, letters.last()?.0);
    let mut best: Option<(f32, i64)> = None;
    let mut rest = letters.as_slice();
    // The codes that a distance makes Russian stand side by side: a broken font has tens of thousands of others.
    for shift in (0x410 - highest..=0x44f - lowest).rev() {
        rest = rest.get(rest.partition_point(|&(code, _)| code + shift < 0x410)..).unwrap_or_default();
        let (mut inside, mut frequency) = (0u32, 0.0f32);
        for &(code, count) in rest {
            let Some(own) = frequency_of(code + shift) else { break };
            inside += count;
            frequency += own * count as f32;
        }
        let mean = frequency / 1000.0 / total as f32;
        if inside as f32 >= MIN_SHARE * total as f32 && best.is_none_or(|(known, _)| mean >= known) {
            best = Some((mean, shift));
        }
    }
    best.filter(|&(mean, _)| mean >= MIN_FREQUENCY).map(|(_, shift)| shift)
}

/// Capitals count for a tenth: a text set wholly in them is rarer than one with few.
fn frequency_of(letter: i64) -> Option<f32> {
    let place = usize::try_from(letter - 0x410).ok().filter(|&place| place < 64)?;
    let frequency = FREQUENCIES.get(place % 32)?;
    Some(if place < 32 { frequency * 0.7 } else { *frequency })
}

fn read_code(code: u32, shift: i64) -> Option<char> {
    let letter = i64::from(code) + shift;
    if (0x410..=0x44f).contains(&letter) {
        return char::from_u32(u32::try_from(letter).ok()?);
    }
    (3..=97).contains(&code).then(|| char::from_u32(code + ASCII_DISTANCE)).flatten()
}
