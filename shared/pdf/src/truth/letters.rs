//! Letters that are not those printed: exchanged ones, mixes of alphabets, and letters left out.

use super::tongue::{self, Alphabet, Likeness};
use super::{DOUBT, Doubts};
use crate::words::RawWord;
use domain::{FaultKind, Word};
use std::collections::HashMap;

/// Below this a word is no word of its language; one of 200 real ones is.
const NO_RUSSIAN: f32 = 3.4;
const NO_LATIN: f32 = 2.8;
/// Mean below which the words of a font are no words; those of real texts are above 4.8.
const MEAN_RUSSIAN: f32 = 3.9;
const MEAN_LATIN: f32 = 3.4;
/// Words of a font from which on its mean says something.
const LEAST_WORDS: usize = 6;
/// Bad words that follow each other closely from which on a place is wrong though its font is right elsewhere.
const LEAST_RUN: usize = 3;
/// Share of fragments among Russian words from which on letters are missing, and the least number of them.
const FRAGMENT_SHARE: f32 = 0.12;
const LEAST_FRAGMENTS: usize = 6;

/// Bytes of the longest fragment: six letters and two signs.
const LONGEST_FRAGMENT: usize = 14;

/// Russian words of one and two letters, and what is abbreviated so.
const SHORT_WORDS: &str = " в и с к у о а я м т л г п р ч ж д х э н ф ш б е з й ы на не по до из за от об их ее её он то же бы ли но со во ко \
     мм см км дм кг мг гр кн шт тн пн тс др см ул им ст рт га ем ед пм мп кв св тп пп эт эл ок вт вв кл те ту та мы вы \
     ты ни ну ей ею ту те эй да уж ты из нч гц дб па мк лк лм пр рп пк фл ус ср вы вл мл рд пд ид гп гл сл ап зд ";

/// What speaks against a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Good,
    Bad,
}

pub(super) fn judge(words: &mut [Word], raw: &[RawWord], doubts: &mut Doubts) {
    let holes = doubt_holes(words);
    let likenesses: Vec<Option<Likeness>> = words.iter().map(|word| tongue::likeness(&word.text)).collect();
    let mut is_wrong = strange_letters(words);
    mark_fonts(&likenesses, raw, &mut is_wrong);
    mark_runs(&likenesses, &mut is_wrong);
    let wrong = is_wrong.iter().filter(|&&wrong| wrong).count();
    if wrong > 0 {
        for (word, _) in words.iter_mut().zip(&is_wrong).filter(|(_, wrong)| **wrong) {
            word.confidence = word.confidence.min(DOUBT);
        }
        doubts.fault(FaultKind::WrongLetters, wrong, if wrong < LEAST_WORDS { 0.7 } else { 0.95 }, false);
    }
    if holes == 0 {
        judge_fragments(words, &is_wrong, doubts);
    }
}

/// Whether a word of somebody else's recognition is none; none where it says nothing.
pub(super) fn is_bad(text: &str) -> Option<bool> {
    let (mut russian, mut latin, mut strange, mut signs, mut digits) = (0, 0, 0, 0, 0);
    for letter in text.chars() {
        match letter {
            'А'..='я' | 'Ё' | 'ё' => russian += 1,
            'a'..='z' | 'A'..='Z' => latin += 1,
            '0'..='9' => digits += 1,
            '|' | '\\' | '^' | '~' | '{' | '}' | '<' | '>' | '_' | '`' | '¦' | '§' | '¬' | '[' | ']' | '\u{fffd}' => {
                signs += 1
            }
            letter if letter.is_alphabetic() => strange += 1,
            _ => {}
        }
    }
    if russian + latin + strange < 3 {
        return None;
    }
    let is_mixed = russian > 0 && latin > 0 && digits == 0 && !text.contains(['-', '/', '.', '(']);
    let is_strange = strange * 2 > russian + latin || (signs > 0 && russian + latin > 2);
    let likeness = tongue::likeness(text);
    if !is_mixed && !is_strange && likeness.is_none() && text.chars().count() < 5 {
        return None;
    }
    Some(is_mixed || is_strange || likeness.is_some_and(|likeness| look(likeness) == Look::Bad))
}

fn look(likeness: Likeness) -> Look {
    let bound = match likeness.alphabet {
        Alphabet::Russian => NO_RUSSIAN,
        Alphabet::Latin => NO_LATIN,
    };
    if likeness.score < bound { Look::Bad } else { Look::Good }
}

/// Words with glyphs that nobody can name lose confidence; gives how many there are.
fn doubt_holes(words: &mut [Word]) -> usize {
    let mut holes = 0;
    for word in words.iter_mut().filter(|word| word.text.contains('\u{fffd}')) {
        word.confidence = word.confidence.min(DOUBT);
        holes += 1;
    }
    holes
}

/// Words mostly of letters that no drawing is written in: phonetic signs, Latin with marks of the far West, Greek and the
/// like. One Greek letter is a formula.
fn strange_letters(words: &[Word]) -> Vec<bool> {
    let mut strange_words = 0usize;
    let mut lettered = 0usize;
    let is_strange: Vec<bool> = words
        .iter()
        .map(|word| {
            let text = word.text.as_str();
            // In UTF-8 Cyrillic letters begin with D0 to D2; those and ASCII are nearly all.
            let bytes = text.as_bytes();
            if bytes.iter().all(|byte| matches!(byte, 0..=0xbf | 0xd0..=0xd2)) {
                lettered += usize::from(bytes.len() > 5 && !matches!(bytes.first(), Some(b'0'..=b'9')));
                return false;
            }
            let (mut plain, mut strange) = (0, 0);
            for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
                // Latin-1 letters and the whole Cyrillic block are letters of somebody.
                let is_plain = matches!(letter, 'a'..='z' | 'A'..='Z' | '\u{400}'..='\u{52f}' | 'ª' | 'º' | 'µ');
                plain += usize::from(is_plain);
                strange += usize::from(!is_plain);
            }
            lettered += usize::from(plain + strange > 2);
            let is_strange = strange >= 3 && strange > plain;
            strange_words += usize::from(is_strange);
            is_strange
        })
        .collect();
    if strange_words >= LEAST_RUN && strange_words * 20 >= lettered { is_strange } else { vec![false; words.len()] }
}

/// Marks the words of fonts whose words, taken together, are none.
fn mark_fonts(likenesses: &[Option<Likeness>], raw: &[RawWord], is_wrong: &mut [bool]) {
    let mut fonts: HashMap<(usize, Alphabet), (f32, usize)> = HashMap::new();
    for (likeness, word) in likenesses.iter().zip(raw) {
        let Some(likeness) = likeness else { continue };
        let (sum, count) = fonts.entry((word.font, likeness.alphabet)).or_default();
        *sum += likeness.score;
        *count += 1;
    }
    let is_bad = |alphabet: Alphabet, sum: f32, count: usize| {
        let bound = if alphabet == Alphabet::Russian { MEAN_RUSSIAN } else { MEAN_LATIN };
        count >= LEAST_WORDS && sum < bound * count as f32
    };
    if !fonts.iter().any(|(&(_, alphabet), &(sum, count))| is_bad(alphabet, sum, count)) {
        return;
    }
    for ((likeness, word), wrong) in likenesses.iter().zip(raw).zip(is_wrong.iter_mut()) {
        let Some(likeness) = likeness else { continue };
        *wrong |= fonts
            .get(&(word.font, likeness.alphabet))
            .is_some_and(|&(sum, count)| is_bad(likeness.alphabet, sum, count));
    }
}

/// Marks bad words that follow each other: a heading, a column, a cell.
fn mark_runs(likenesses: &[Option<Likeness>], is_wrong: &mut [bool]) {
    let mut run: Vec<usize> = Vec::new();
    let mut end = |run: &mut Vec<usize>| {
        if run.len() >= LEAST_RUN {
            for &place in run.iter() {
                if let Some(wrong) = is_wrong.get_mut(place) {
                    *wrong = true;
                }
            }
        }
        run.clear();
    };
    for (place, likeness) in likenesses.iter().enumerate() {
        match likeness.map(look) {
            Some(Look::Bad) => run.push(place),
            Some(_) => end(&mut run),
            None => {}
        }
    }
    end(&mut run);
}

/// Tables that name only some letters leave fragments: many short pieces that are no words.
fn judge_fragments(words: &mut [Word], is_wrong: &[bool], doubts: &mut Doubts) {
    let pieces: Vec<(bool, bool)> = words
        .iter()
        .zip(is_wrong)
        .map(|(word, &wrong)| if wrong { (false, false) } else { piece(&word.text) })
        .collect();
    let russian = pieces.iter().filter(|piece| piece.0).count();
    let fragments = pieces.iter().filter(|piece| piece.1).count();
    if fragments < LEAST_FRAGMENTS || (fragments as f32) < FRAGMENT_SHARE * russian as f32 {
        return;
    }
    // What stands beside fragments is fragments too, though it may look whole.
    let reach = 2usize;
    let mut doubted = 0;
    for place in 0..words.len() {
        let around = pieces.get(place.saturating_sub(reach)..(place + reach + 1).min(pieces.len())).unwrap_or_default();
        if pieces.get(place).is_some_and(|piece| piece.0)
            && around.iter().any(|piece| piece.1)
            && let Some(word) = words.get_mut(place)
        {
            word.confidence = word.confidence.min(DOUBT);
            doubted += 1;
        }
    }
    doubts.fault(FaultKind::MissingLetters, doubted, 0.8, false);
}

/// Whether a word is a Russian one in small letters, and whether it is a fragment of one.
fn piece(text: &str) -> (bool, bool) {
    let bytes = text.as_bytes();
    let is_russian = |bytes: &[u8]| matches!(bytes.first(), Some(0xd0 | 0xd1));
    if bytes.len() > LONGEST_FRAGMENT {
        return (is_russian(bytes), false);
    }
    if !is_russian(bytes) && !matches!(bytes.first(), Some(b'(' | b'"' | 0xc2)) {
        return (false, false);
    }
    let core = text.trim_matches(|letter: char| !letter.is_alphanumeric());
    let mut letters = core.chars();
    let Some(first) = letters.next().filter(|first| matches!(first, 'а'..='я' | 'ё' | 'А'..='Я' | 'Ё')) else {
        return (false, false);
    };
    let mut count = 1;
    let mut has_vowel = is_vowel(first);
    for letter in letters {
        if !matches!(letter, 'а'..='я' | 'ё') {
            return (false, false);
        }
        has_vowel |= is_vowel(letter);
        count += 1;
    }
    // A dot makes an abbreviation of anything, a capital alone is an axis.
    if text.contains('.') || (count == 1 && !matches!(first, 'а'..='я' | 'ё')) {
        return (count > 2, false);
    }
    let is_odd_start = matches!(first, 'ь' | 'ъ' | 'ы' | 'Ь' | 'Ъ');
    let is_short_fragment = count <= 2 && !is_short_word(&core.to_lowercase());
    let is_fragment = is_odd_start || is_short_fragment || (count >= 3 && !has_vowel);
    (true, is_fragment)
}

fn is_short_word(core: &str) -> bool {
    SHORT_WORDS.split(' ').any(|word| word == core)
}

fn is_vowel(letter: char) -> bool {
    "аеёиоуыэюяАЕЁИОУЫЭЮЯ".contains(letter)
}
