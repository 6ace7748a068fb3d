//! Letters that are not those printed: exchanged ones, mixes of alphabets, and letters left out.

use super::tongue::{self, Alphabet, Likeness};
use super::{DOUBT, Doubts};
use crate::words::{ByteKinds, RawWord};
use domain::{FaultKind, Word};

/// Below this a word is no word of its language; one of 200 real ones is.
const NO_RUSSIAN: f32 = 3.4;
const NO_LATIN: f32 = 2.8;
/// Mean below which the words of a font are no words; those of real texts are above 4.8.
const MEAN_RUSSIAN: f32 = 3.9;
const MEAN_LATIN: f32 = 3.4;
/// Words of a font from which on its mean says something.
const LEAST_WORDS: usize = 6;
/// Most fonts of a page that are told apart.
const MAX_FONTS: usize = 200;
/// Bad words that follow each other closely from which on a place is wrong though its font is right elsewhere.
const LEAST_RUN: usize = 3;
/// Share of fragments among Russian words from which on letters are missing, and the least number of them.
const FRAGMENT_SHARE: f32 = 0.12;
const LEAST_FRAGMENTS: usize = 6;

/// Bytes of the longest fragment: six letters and two signs.
const LONGEST_FRAGMENT: usize = 14;

/// Russian words of one letter, units and what is numbered by letters.
const SINGLE: &str = "всикуоаямтлгпрчжджхэнфшбезйы";
/// Russian words of two letters, and what is abbreviated so.
const PAIRS: &str = "на не по до из за от об их ее её он то же бы ли но со во ко мм см км дм кг мг гр кн шт тн пн тс др ул им \
     ст рт га ем ед пм мп кв св тп пп эт эл ок вт вв кл те ту та мы вы ты ни ну ей ею эй да уж из нч гц дб па мк лк лм пр рп \
     пк фл ус ср вл мл рд пд ид гп гл сл ап зд";

/// What speaks against a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Good,
    Bad,
}

pub(super) fn judge(words: &mut [Word], raw: &[RawWord], kinds: ByteKinds, doubts: &mut Doubts) {
    let holes = if kinds.may_have_holes() { doubt_holes(words) } else { 0 };
    let likenesses: Vec<Option<Likeness>> = words.iter().map(|word| tongue::likeness(&word.text)).collect();
    let mut is_wrong = if kinds.may_be_strange() { strange_letters(words) } else { vec![false; words.len()] };
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
    // The sign ends in a byte that Cyrillic letters end in too: its first one is rare.
    let has_hole = |text: &str| text.as_bytes().contains(&0xef) && text.contains('\u{fffd}');
    for word in words.iter_mut().filter(|word| has_hole(&word.text)) {
        word.confidence = word.confidence.min(DOUBT);
        holes += 1;
    }
    holes
}

/// Words mostly of letters that no drawing is written in: phonetic signs, Latin with marks of the far West, Greek and the
/// like. One Greek letter is a formula.
fn strange_letters(words: &[Word]) -> Vec<bool> {
    let mut strange_words = 0usize;
    let mut is_strange = vec![false; words.len()];
    for (word, strange) in words.iter().zip(&mut is_strange).filter(|(word, _)| ByteKinds::are_strange(&word.text)) {
        let (mut plain, mut others) = (0, 0);
        for letter in word.text.chars().filter(|letter| letter.is_alphabetic()) {
            let is_plain = matches!(letter, 'a'..='z' | 'A'..='Z' | '\u{400}'..='\u{52f}' | 'ª' | 'º' | 'µ');
            plain += usize::from(is_plain);
            others += usize::from(!is_plain);
        }
        *strange = others >= 3 && others > plain;
        strange_words += usize::from(*strange);
    }
    let is_lettered = |text: &str| text.len() > 5 && !text.starts_with(|first: char| first.is_ascii_digit());
    if strange_words >= LEAST_RUN && strange_words * 20 >= words.iter().filter(|word| is_lettered(&word.text)).count() {
        return is_strange;
    }
    vec![false; words.len()]
}

/// The words of a font in one alphabet.
struct FontSum {
    font: usize,
    alphabet: Alphabet,
    sum: f32,
    count: usize,
}

impl FontSum {
    fn is_bad(&self) -> bool {
        let bound = if self.alphabet == Alphabet::Russian { MEAN_RUSSIAN } else { MEAN_LATIN };
        self.count >= LEAST_WORDS && self.sum < bound * self.count as f32
    }
}

/// Marks the words of fonts whose words, taken together, are none.
fn mark_fonts(likenesses: &[Option<Likeness>], raw: &[RawWord], is_wrong: &mut [bool]) {
    // A page has a few fonts, and words of one follow each other: the one looked for comes last nearly always.
    let mut fonts: Vec<FontSum> = Vec::new();
    for (likeness, word) in likenesses.iter().zip(raw) {
        let Some(Likeness { alphabet, score }) = *likeness else { continue };
        let known = fonts.iter().rposition(|own| own.font == word.font && own.alphabet == alphabet);
        if let Some(own) = known.and_then(|place| fonts.get_mut(place)) {
            own.sum += score;
            own.count += 1;
        } else if fonts.len() < MAX_FONTS {
            fonts.push(FontSum { font: word.font, alphabet, sum: score, count: 1 });
        }
    }
    fonts.retain(FontSum::is_bad);
    if fonts.is_empty() {
        return;
    }
    for ((likeness, word), wrong) in likenesses.iter().zip(raw).zip(is_wrong.iter_mut()) {
        let Some(Likeness { alphabet, .. }) = *likeness else { continue };
        *wrong |= fonts.iter().any(|own| own.font == word.font && own.alphabet == alphabet);
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
    let is_cyrillic = matches!(bytes.first(), Some(0xd0 | 0xd1));
    if bytes.len() > LONGEST_FRAGMENT {
        return (is_cyrillic, false);
    }
    if !is_cyrillic && !matches!(bytes.first(), Some(b'(' | b'"' | 0xc2)) {
        return (false, false);
    }
    let ends_in_letter = bytes.iter().nth_back(1).is_some_and(|byte| matches!(byte, 0xd0 | 0xd1));
    let core = if is_cyrillic && ends_in_letter { text } else { trimmed(text) };
    let mut letters = core.chars();
    let Some(first) = letters.next().filter(|&first| is_russian(first)) else { return (false, false) };
    let (mut count, mut has_vowel, mut last) = (1, is_vowel(first), first);
    for letter in letters {
        if !matches!(letter, 'а'..='я' | 'ё') {
            // A dot makes an abbreviation of anything.
            return (letter == '.' && count > 2, false);
        }
        has_vowel |= is_vowel(letter);
        count += 1;
        last = letter;
    }
    // A capital alone is an axis.
    if count == 1 && matches!(first, 'А'..='Я' | 'Ё') {
        return (false, false);
    }
    let is_odd_start = matches!(first, 'ь' | 'ъ' | 'ы' | 'Ь' | 'Ъ');
    let is_fragment = match count {
        1 => !SINGLE.contains(first),
        2 => !is_short_word(first, last),
        _ => !has_vowel,
    };
    (true, is_odd_start || is_fragment)
}

/// Whether two letters are a word or an abbreviation. Each of those stands in four bytes and a space.
fn is_short_word(first: char, last: char) -> bool {
    let mut pair = [0u8; 8];
    let length = small(first).encode_utf8(&mut pair).len();
    let length = length + pair.get_mut(length..).map_or(0, |rest| last.encode_utf8(rest).len());
    PAIRS.as_bytes().chunks(5).any(|known| known.get(..4) == pair.get(..length))
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(['(', ')', '"', '«', '»', ',', ';', ':', '!', '?', '-', '–', '…'])
}

fn is_russian(letter: char) -> bool {
    matches!(letter, 'А'..='я' | 'Ё' | 'ё')
}

fn small(letter: char) -> char {
    match letter {
        'А'..='Я' => char::from_u32(u32::from(letter) + 32).unwrap_or(letter),
        other => other,
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(
        letter,
        'а' | 'е'
            | 'ё'
            | 'и'
            | 'о'
            | 'у'
            | 'ы'
            | 'э'
            | 'ю'
            | 'я'
            | 'А'
            | 'Е'
            | 'Ё'
            | 'И'
            | 'О'
            | 'У'
            | 'Ы'
            | 'Э'
            | 'Ю'
            | 'Я'
    )
}
