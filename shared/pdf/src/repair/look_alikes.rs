//! Latin letters that look Cyrillic inside Cyrillic words, upright (`cвaй`) or italic (`беmонuрованuя`).

use super::{Mended, is_russian};
use domain::{Word, cyrillic_capital};

/// Mixed words on a page after which short words wholly of look-alikes are trusted to be Russian too.
const PROOF_WORDS: u32 = 5;
/// Russian words that consist of look-alikes only and are no unit, mark or code.
const SHORT_WORDS: [&str; 20] = [
    "и", "с", "а", "к", "о", "у", "по", "от", "со", "ко", "то", "тому", "их", "до", "под", "при", "как", "так", "где",
    "ее",
];

/// Latin letters of a word from which on a few Cyrillic ones among them are taken for Latin.
const LEAST_FOREIGN: usize = 3;
/// Letters of a word from which on those that are alike in italics alone are taken for Russian.
const LEAST_ITALIC: usize = 4;

/// `has_odd_letters` says whether any word may have letters that Russian does not have.
pub(super) fn mend(words: &mut [Word], has_odd_letters: bool) -> Mended {
    let mut count = 0u32;
    for word in words.iter_mut() {
        if let Some(folded) = folded(&word.text, has_odd_letters) {
            word.text = folded;
            count += 1;
        }
    }
    for place in 1..words.len() {
        let (before, rest) = words.split_at_mut(place);
        if let (Some(word), Some(next)) = (before.last_mut(), rest.first())
            && next.text.chars().any(is_russian)
            && let Some(form) = legal_form(&word.text)
        {
            word.text = form;
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
fn folded(text: &str, has_odd_letters: bool) -> Option<String> {
    if has_odd_letters && let Some(letters) = with_own_letters(text) {
        return Some(folded(&letters, false).unwrap_or(letters));
    }
    if let Some(number) = with_digits_only(text) {
        return Some(number);
    }
    let has_latin = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    // A formula, `Kупл=0,95` or `l*nл`: its letters may well be Latin.
    if !has_latin || text.contains(['=', '*', '+']) || !text.chars().any(is_russian) {
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
    let (mut russian, mut latin, mut telling, mut only_latin) = (0, 0, 0, 0);
    for letter in segment.chars() {
        if is_russian(letter) {
            russian += 1;
            telling += usize::from(!has_latin_twin(letter));
        } else if twin(letter).is_some() {
            latin += 1;
        } else if letter.is_ascii_alphabetic() {
            latin += 1;
            only_latin += 1;
        } else {
            return None;
        }
    }
    // Foreign words have their own letters back.
    if only_latin > 0 {
        let is_foreign = russian > 0 && latin >= LEAST_FOREIGN && 2 * russian <= latin && telling == 0;
        return is_foreign.then(|| segment.chars().map(|letter| latin_twin(letter).unwrap_or(letter)).collect());
    }
    // The run is a Russian word if some of its letters cannot be Latin, or most are Russian already.
    if russian == 0 || latin == 0 || (telling == 0 && russian < latin) {
        return None;
    }
    // Alike in italics alone: in so short a run they may be the letters of a formula, «nл».
    if russian + latin < LEAST_ITALIC && segment.contains(['g', 'n', 'r', 'u']) {
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

/// Letters of other alphabets that Russian fonts are misread as: `ѐ` for ё, й and ё with their marks as letters of their own.
fn with_own_letters(text: &str) -> Option<String> {
    if !text.chars().any(is_russian) {
        return None;
    }
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        let composed = match (letter, result.chars().next_back()) {
            ('\u{306}', Some('и')) => Some('й'),
            ('\u{306}', Some('И')) => Some('Й'),
            ('\u{308}', Some('е')) => Some('ё'),
            ('\u{308}', Some('Е')) => Some('Ё'),
            _ => None,
        };
        if composed.is_some() {
            result.pop();
        }
        result.push(composed.unwrap_or(match letter {
            'ѐ' => 'ё',
            'Ѐ' => 'Ё',
            'ѝ' => 'й',
            'Ѝ' => 'Й',
            other => other,
        }));
    }
    (result != text).then_some(result)
}

/// A number with the letter О for its zeros, `20О`, maybe with a mark of a note, `5О*`: nothing but digits beside it, two at
/// least before one at the end of a number without a mark.
fn with_digits_only(text: &str) -> Option<String> {
    let is_o = |letter: char| matches!(letter, 'О' | 'O');
    let (text, mark) = text.split_at(text.trim_end_matches('*').len());
    let is_number = |letter: char| letter.is_ascii_digit() || is_o(letter);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?;
    if digits == 0 || !rest.starts_with(is_o) || !text.chars().all(is_number) {
        return None;
    }
    let is_inner = rest.ends_with(|letter: char| letter.is_ascii_digit());
    (is_inner || digits >= 2 || !mark.is_empty()).then(|| format!("{}{mark}", text.replace(is_o, "0")))
}

/// The legal form of a company before its name, often typed on the wrong keyboard.
fn legal_form(text: &str) -> Option<String> {
    if text.len() > 6 || !text.bytes().any(|byte| byte == b'O') {
        return None;
    }
    let bare = text.trim_matches(['(', ')', '«', '"', ',']);
    let (latin, russian) =
        [("OOO", "ООО"), ("OAO", "ОАО"), ("AO", "АО")].into_iter().find(|(latin, _)| *latin == bare)?;
    Some(text.replace(latin, russian))
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
        other => return cyrillic_capital(other),
    })
}

/// The Latin letter that a Cyrillic one stands for in a foreign word.
fn latin_twin(letter: char) -> Option<char> {
    const PAIRS: [(char, char); 19] = [
        ('А', 'A'),
        ('В', 'B'),
        ('С', 'C'),
        ('Е', 'E'),
        ('Н', 'H'),
        ('К', 'K'),
        ('М', 'M'),
        ('О', 'O'),
        ('Р', 'P'),
        ('Т', 'T'),
        ('Х', 'X'),
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('к', 'k'),
    ];
    PAIRS.iter().find(|(own, _)| *own == letter).map(|(_, twin)| *twin)
}

/// Whether a Russian letter could as well be a Latin one by its looks.
fn has_latin_twin(letter: char) -> bool {
    "АВСЕНКМОРТХУасеорхукт".contains(letter)
}
