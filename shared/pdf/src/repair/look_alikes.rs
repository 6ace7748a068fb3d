//! Latin letters that look Cyrillic inside Cyrillic words, upright (`cвaй`) or italic (`беmонuрованuя`).

use super::{Mended, is_russian};
use domain::Word;

/// Mixed words on a page after which short words wholly of look-alikes are trusted to be Russian too.
const PROOF_WORDS: u32 = 5;
/// Russian words that consist of look-alikes only and are no unit, mark or code.
const SHORT_WORDS: [&str; 12] = ["и", "с", "а", "к", "о", "у", "по", "от", "со", "ко", "то", "тому"];

pub(super) fn mend(words: &mut [Word]) -> Mended {
    let mut count = 0u32;
    for word in words.iter_mut() {
        if let Some(folded) = folded(&word.text) {
            word.text = folded;
            count += 1;
        }
    }
    if count >= PROOF_WORDS {
        let neighbours: Vec<bool> = words.iter().map(|word| word.text.chars().any(is_russian)).collect();
        for (place, word) in words.iter_mut().enumerate() {
            let is_beside =
                |other: Option<usize>| other.and_then(|other| neighbours.get(other)).is_some_and(|&yes| yes);
            let stands_in_russian = is_beside(place.checked_sub(1)) && is_beside(Some(place + 1));
            if stands_in_russian && let Some(folded) = short_word(&word.text) {
                word.text = folded;
                count += 1;
            }
        }
    }
    Mended { count, confidence: 0.9 }
}

/// The word with its look-alikes folded; none if there is nothing to fold.
fn folded(text: &str) -> Option<String> {
    let has_latin = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    // A formula, `Kупл=0,95`: its letters may well be Latin.
    if !has_latin || text.contains('=') || !text.chars().any(is_russian) {
        return None;
    }
    let mut result = String::with_capacity(text.len() * 2);
    let mut changed = false;
    let mut segment = String::new();
    let mut flush = |segment: &mut String, result: &mut String| {
        match folded_segment(segment) {
            Some(folded) => {
                result.push_str(&folded);
                changed = true;
            }
            None => result.push_str(segment),
        }
        segment.clear();
    };
    for letter in text.chars() {
        if letter.is_alphabetic() {
            segment.push(letter);
        } else {
            flush(&mut segment, &mut result);
            result.push(letter);
        }
    }
    flush(&mut segment, &mut result);
    changed.then_some(result)
}

/// Folds an unbroken run of letters. `кН/m`, `A500C`, `В25W8` fall into runs of one alphabet each and stay.
fn folded_segment(segment: &str) -> Option<String> {
    let (mut russian, mut latin, mut telling) = (0, 0, 0);
    for letter in segment.chars() {
        if is_russian(letter) {
            russian += 1;
            telling += usize::from(!has_latin_twin(letter));
        } else if twin(letter).is_some() {
            latin += 1;
        } else {
            return None;
        }
    }
    // The run is a Russian word if some of its letters cannot be Latin, or most are Russian already.
    if russian == 0 || latin == 0 || (telling == 0 && russian < latin) {
        return None;
    }
    let mut folded: String = segment.chars().map(|letter| twin(letter).unwrap_or(letter)).collect();
    // Kilonewton metres: no Russian word ends in «Нт».
    if segment.ends_with("Нm") || segment.ends_with("Hm") {
        folded.pop();
        folded.push('м');
    }
    Some(folded)
}

fn short_word(text: &str) -> Option<String> {
    let core = text.trim_end_matches([',', ';', ':', '.']);
    if core.is_empty() || !core.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let folded: String = core.chars().map(twin).collect::<Option<_>>()?;
    SHORT_WORDS.contains(&folded.as_str()).then(|| format!("{folded}{}", text.get(core.len()..).unwrap_or_default()))
}

/// The Cyrillic letter that a Latin one stands for in a Russian word. Lower-case m, n, u, g, r as in italics.
fn twin(letter: char) -> Option<char> {
    Some(match letter {
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        'Y' => 'У',
        'a' => 'а',
        'b' => 'ь',
        'c' => 'с',
        'e' => 'е',
        'g' => 'д',
        'k' => 'к',
        'm' | 't' => 'т',
        'n' => 'п',
        'o' => 'о',
        'p' => 'р',
        'r' => 'г',
        'u' => 'и',
        'x' => 'х',
        'y' => 'у',
        'ë' => 'ё',
        'Ë' => 'Ё',
        _ => return None,
    })
}

/// Whether a Russian letter could as well be a Latin one by its looks.
fn has_latin_twin(letter: char) -> bool {
    "АВСЕНКМОРТХУасеорхукт".contains(letter)
}
