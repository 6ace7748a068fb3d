//! Windows-1251 bytes shown as Latin-1: `Âåäîìîñòü` for «Ведомость».

use super::{Mended, is_russian};
use crate::font::{cp1251, win_ansi_byte};
use domain::Word;

/// Whole words on a page that prove the fault, so that single letters and signs may follow.
const PROOF_WORDS: u32 = 5;

pub(super) fn mend(words: &mut [Word]) -> Mended {
    let readings: Vec<(usize, Reading)> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| has_high_latin(&word.text))
        .filter_map(|(place, word)| Some((place, read_anew(&word.text)?)))
        .collect();
    let whole = readings.iter().filter(|(_, reading)| reading.letters >= 2).count();
    let whole = u32::try_from(whole).unwrap_or(u32::MAX);
    let mut count = 0;
    for (place, reading) in readings {
        let is_sure = match reading.letters {
            0 | 1 => whole >= PROOF_WORDS,
            2 | 3 => whole >= 2,
            _ => true,
        };
        if is_sure && let Some(word) = words.get_mut(place) {
            word.text = reading.text;
            count += 1;
        }
    }
    Mended { count, confidence: if whole >= PROOF_WORDS { 0.98 } else { 0.8 } }
}

/// A word read as Windows-1251.
struct Reading {
    text: String,
    /// Letters that the reading changed.
    letters: usize,
}

/// None when the word has nothing to read anew, or the reading is no Russian.
fn read_anew(text: &str) -> Option<Reading> {
    let letters: Vec<char> = text.chars().collect();
    let mut anew = String::with_capacity(text.len() * 2);
    let (mut changed, mut capitals, mut signs, mut others) = (0, 0, 0, 0);
    for (place, &letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1).copied();
        let previous = place.checked_sub(1).and_then(|before| letters.get(before)).copied();
        if stands_for_itself(letter, previous, next) {
            capitals += usize::from(letter.is_ascii_uppercase());
            others += usize::from(
                letter.is_alphabetic() && !letter.is_ascii_uppercase() && !is_russian(letter) && letter != 'Ø',
            );
            anew.push(letter);
            continue;
        }
        let read = win_ansi_byte(letter).and_then(cp1251)?;
        changed += usize::from(is_russian(read));
        signs += usize::from(read == '№');
        others += usize::from(!is_russian(read) && read != '№');
        anew.push(read);
    }
    // «À500Ñ», «À-III»: Latin capitals beside the Russian letters only in a mark with a digit or a hyphen.
    let is_mark = letters.iter().any(|letter| letter.is_ascii_digit() || *letter == '-');
    if others > 0 || changed + signs == 0 || (capitals > 0 && !is_mark) {
        return None;
    }
    Some(Reading { text: anew, letters: changed })
}

/// Letters and signs that mean themselves in both tables, or are used in drawings as what they look like.
fn stands_for_itself(letter: char, previous: Option<char>, next: Option<char>) -> bool {
    let beside_digit = |other: Option<char>| other.is_none_or(|other| !is_high_latin(other));
    match letter {
        '\u{a8}' | '\u{b8}' | '\u{b9}' => false,
        // Ø12, 75×6: a sign between digits, a letter between letters.
        'Ø' | 'ø' | '×' | '÷' => beside_digit(previous) && beside_digit(next),
        _ => !is_high_latin(letter),
    }
}

/// In UTF-8 these letters begin with C2 or C3, Cyrillic ones do not.
fn has_high_latin(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, 0xc2 | 0xc3)) && text.chars().any(is_high_latin)
}

fn is_high_latin(letter: char) -> bool {
    matches!(letter, '\u{c0}'..='\u{ff}' | '\u{a8}' | '\u{b8}' | '\u{b9}')
}
