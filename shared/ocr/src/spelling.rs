//! Words that Russian does not have: a letter taken for one that looks like it in technical lettering (ГОСТ 2.304) or in worn
//! print is put right where only one word can be meant, and what stays no word is doubted. A recogniser is often sure of both.

use crate::trust::{DOUBTED, is_date};
use domain::Word;
use ports::Recognizer;

/// Letters that are taken for each other: the «д» of ГОСТ 2.304 is a «б» with its tail the other way, marks above letters
/// are lost, strokes run together.
const LOOK_ALIKES: [(char, char); 11] = [
    ('б', 'д'),
    ('и', 'й'),
    ('й', 'ц'),
    ('п', 'ц'),
    ('п', 'л'),
    ('л', 'д'),
    ('а', 'д'),
    ('г', 'т'),
    ('н', 'к'),
    ('ш', 'щ'),
    ('в', 'б'),
];
/// Whether one small letter is taken for the other.
pub(crate) fn are_alike(one: char, other: char) -> bool {
    LOOK_ALIKES.contains(&(one, other)) || LOOK_ALIKES.contains(&(other, one))
}

/// Digits that letters of a word are taken for.
const LETTER_DIGITS: [(char, char); 4] = [('8', 'в'), ('0', 'о'), ('3', 'з'), ('6', 'б')];
/// Shorter words are abbreviations and marks as often as words.
pub(crate) const MIN_LETTERS: usize = 4;
/// A short word in capitals is an abbreviation (ГОСТ, ЕАЭС), one with a point behind it another (Разраб.).
pub(crate) const MAX_ABBREVIATION: usize = 6;
/// A shorter word that begins with a capital may be a name: what is no word but is like one stays.
const MIN_NAMELIKE: usize = 8;
/// How sure a word is at most that was put right.
pub(crate) const PUT_RIGHT: f32 = 0.75;

/// Puts words right that no dictionary has, or doubts them. Without a dictionary only legal forms and months change.
pub(crate) fn check(words: &mut [Word], recognizer: &dyn Recognizer) {
    for place in 1..words.len() {
        let (before, rest) = words.split_at_mut(place);
        if let (Some(word), Some(name)) = (before.last_mut(), rest.first())
            && name.text.starts_with(['«', '"', '“', '„'])
            && word.text == "000"
        {
            word.text = "ООО".to_owned();
        }
    }
    for place in 1..words.len() {
        let (before, rest) = words.split_at_mut(place);
        if let (Some(word), Some(next)) = (before.last_mut(), rest.first())
            && (word.bounds.y1 - next.bounds.y1).abs() < word.size_pt * 0.5
            && (0.0..word.size_pt).contains(&(next.bounds.x0 - word.bounds.x1))
            && may_end_in_comma(&word.text, &next.text, &|part| recognizer.is_russian(part) == Some(true))
        {
            word.confidence = word.confidence.min(DOUBTED);
        }
    }
    for word in words {
        if let Some(text) = meant_value(&word.text) {
            word.text = text;
            word.confidence = word.confidence.min(PUT_RIGHT);
        }
        let is_word = |part: &str| recognizer.is_russian(part).unwrap_or(true);
        match judged(&word.text, &is_word) {
            Judgement::Sound => {}
            Judgement::PutRight(text) => {
                word.text = text;
                word.confidence = word.confidence.min(PUT_RIGHT);
            }
            Judgement::NoWord => word.confidence = word.confidence.min(DOUBTED),
        }
    }
}

/// Whether a point behind a whole word, where a sentence goes on with another in small letters, may be what is left of a comma.
fn may_end_in_comma(text: &str, next: &str, is_word: &impl Fn(&str) -> bool) -> bool {
    let is_whole = |text: &str| text.chars().count() >= MIN_LETTERS && text.chars().all(is_cyrillic) && is_word(text);
    let goes_on = next.starts_with(char::is_lowercase) && !next.ends_with('.') && is_whole(core(next));
    text.strip_suffix('.').is_some_and(|word| goes_on && !word.ends_with('.') && is_whole(core(word)))
}

/// What a text means that can mean nothing else: a date, a number with its unit.
fn meant_value(text: &str) -> Option<String> {
    month_and_year(text).or_else(|| date(text)).or_else(|| three_of_unit(text))
}

/// A date with a point too many in its year, `20.05.202.4`.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let &[day, month, start @ ("2" | "20" | "201" | "202" | "203"), end] = parts.as_slice() else { return None };
    let joined = format!("{day}.{month}.{start}{end}");
    is_date(&joined).then_some(joined)
}

/// Three of a unit, `+/-Зкг`, with a letter for the number.
fn three_of_unit(text: &str) -> Option<String> {
    let unit = text.trim_start_matches(['+', '-', '/', '±']).strip_prefix('З')?;
    let unit = unit.trim_end_matches(['.', ',', ';']);
    matches!(unit, "кг" | "г" | "т" | "мм" | "см" | "м" | "шт" | "м2" | "м3").then(|| text.replacen('З', "3", 1))
}

/// A month with its year, `07.24`, when its point was lost or taken for a comma: no number begins with a zero and another digit.
fn month_and_year(text: &str) -> Option<String> {
    match text.as_bytes() {
        [b'0', month @ b'1'..=b'9', b',', tens, ones] | [b'0', b',', month @ b'1'..=b'9', b'.', tens, ones]
            if tens.is_ascii_digit() && ones.is_ascii_digit() =>
        {
            Some(format!("0{}.{}{}", char::from(*month), char::from(*tens), char::from(*ones)))
        }
        _ => None,
    }
}

/// A word without the signs around it.
pub(crate) fn core(text: &str) -> &str {
    text.trim_matches(|letter: char| !letter.is_alphanumeric())
}

#[derive(Debug, PartialEq)]
enum Judgement {
    /// A word, or something that is not judged: a number, a mark, an abbreviation.
    Sound,
    /// Another word was meant: the whole text with it.
    PutRight(String),
    /// Letters that make no word.
    NoWord,
}

fn judged(text: &str, is_word: &impl Fn(&str) -> bool) -> Judgement {
    let core = core(text);
    let behind = text.rsplit_once(core).map_or("", |(_, behind)| behind);
    // The rest of a word that is parted stands in the next line.
    if core.is_empty() || behind.starts_with(['-', '\u{ad}']) {
        return Judgement::Sound;
    }
    let has_point = behind.starts_with('.');
    let mut judgement = Judgement::Sound;
    for part in core.split('-') {
        // What may be a mark is only taken for a word when it makes one.
        if let Some(letters) = without_digits(part) {
            let word = if is_word(&letters) { Some(letters) } else { meant(&letters, is_word) };
            if let Some(word) = word {
                judgement = Judgement::PutRight(text.replacen(part, &word, 1));
            }
            continue;
        }
        if !is_judged(part) || is_word(part) {
            continue;
        }
        match meant(part, is_word) {
            Some(other) if judgement == Judgement::Sound => {
                judgement = Judgement::PutRight(text.replacen(part, &other, 1));
            }
            None if has_point && is_abbreviation(part) => {}
            _ => return Judgement::NoWord,
        }
    }
    judgement
}

/// A long word of small letters with a digit or two among them or behind, the digits read as the letters they look like.
fn without_digits(part: &str) -> Option<String> {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let is_wordlike = part.chars().skip(1).all(|letter| !letter.is_uppercase())
        && part.starts_with(is_cyrillic)
        && part.chars().filter(|letter| is_cyrillic(*letter)).count() >= MIN_NAMELIKE;
    if !(1..=2).contains(&digits) || !is_wordlike {
        return None;
    }
    let letter = |own: char| LETTER_DIGITS.iter().find(|(digit, _)| *digit == own).map_or(own, |(_, letter)| *letter);
    let letters: String = part.chars().map(letter).collect();
    letters.chars().all(is_cyrillic).then_some(letters)
}

fn is_judged(part: &str) -> bool {
    let letters = part.chars().count();
    let is_short_capitals = letters <= MAX_ABBREVIATION && !part.chars().any(char::is_lowercase);
    letters >= MIN_LETTERS && !is_short_capitals && part.chars().all(is_cyrillic)
}

/// Whether a part with a point behind it may be the beginning of a word.
fn is_abbreviation(part: &str) -> bool {
    part.chars().count() <= MAX_ABBREVIATION && part.chars().skip(1).all(char::is_lowercase)
}

pub(crate) fn is_cyrillic(letter: char) -> bool {
    matches!(letter, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

/// The only word that a part can be with one letter, or one letter in two places, taken for another.
fn meant(part: &str, is_word: &impl Fn(&str) -> bool) -> Option<String> {
    let letters: Vec<char> = part.chars().collect();
    let may_be_name = letters.first().is_some_and(|first| first.is_uppercase())
        && letters.iter().skip(1).all(|letter| letter.is_lowercase());
    if may_be_name && letters.len() < MIN_NAMELIKE {
        return None;
    }
    let mut once = Vec::new();
    let mut twice = Vec::new();
    for (read, other) in LOOK_ALIKES.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]) {
        let places: Vec<usize> = (0..letters.len()).filter(|&place| lower(&letters, place) == Some(read)).collect();
        for (index, &place) in places.iter().enumerate() {
            once.push(with(&letters, &[place], other));
            twice.extend(places.iter().skip(index + 1).map(|&second| with(&letters, &[place, second], other)));
        }
    }
    match only(once, is_word) {
        Ok(word) => Some(word),
        Err(0) => only(twice, is_word).ok(),
        Err(_) => None,
    }
}

fn lower(letters: &[char], place: usize) -> Option<char> {
    letters.get(place)?.to_lowercase().next()
}

/// The letters with those at some places replaced, large where they were.
pub(crate) fn with(letters: &[char], places: &[usize], other: char) -> String {
    let letter = |(place, &own): (usize, &char)| match places.contains(&place) {
        true if own.is_uppercase() => other.to_uppercase().next().unwrap_or(other),
        true => other,
        false => own,
    };
    letters.iter().enumerate().map(letter).collect()
}

/// The one word among candidates, or how many there are.
fn only(candidates: Vec<String>, is_word: &impl Fn(&str) -> bool) -> Result<String, usize> {
    let mut words: Vec<String> = candidates.into_iter().filter(|candidate| is_word(candidate)).collect();
    if words.len() == 1 { words.pop().ok_or(0) } else { Err(words.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Judgement {
        const WORDS: [&str; 9] =
            ["объекта", "рабочих", "трубопровода", "чертежей", "торговая", "балка", "палка", "научно", "техническая"];
        judged(text, &|part: &str| WORDS.contains(&part.to_lowercase().as_str()))
    }

    #[test]
    fn one_letter_taken_for_another_is_put_right_where_one_word_is_meant() {
        for (read, meant) in [
            ("одъекта", "объекта"),
            ("(радочих,", "(рабочих,"),
            ("ТРУДОПРОВОДА", "ТРУБОПРОВОДА"),
            ("чертежеи", "чертежей"),
            ("Горговая", "Торговая"),
            ("трубопр0вода", "трубопровода"),
            ("научно-технннеская", "научно-технннеская"),
        ] {
            let expected = if read == meant { Judgement::NoWord } else { Judgement::PutRight(meant.to_owned()) };
            assert_eq!(judge(read), expected, "{read}");
        }
    }

    #[test]
    fn what_may_be_several_words_or_a_name_is_doubted_and_not_changed() {
        assert_eq!(judged("цалка", &|part: &str| ["палка", "йалка"].contains(&part)), Judgement::NoWord);
        assert_eq!(judge("Радочих"), Judgement::NoWord);
        assert_eq!(judge("регламентаТаможенного"), Judgement::NoWord);
        assert_eq!(judge("ГЭтап."), Judgement::NoWord);
    }

    #[test]
    fn a_point_amid_a_sentence_is_doubted() {
        let is_word = |text: &str| ["область", "город", "труба", "трубы"].contains(&text);
        let put = |text: &str, next: &str| may_end_in_comma(text, next, &is_word);
        assert!(put("(область).", "город"));
        for (text, next) in
            [("область.", "Город"), ("обл.", "город"), ("область", "город"), ("область.", "г."), ("область.", "и")]
        {
            assert!(!put(text, next), "{text} {next}");
        }
    }

    #[test]
    fn months_have_a_point_and_numbers_their_comma() {
        assert!(["07,24", "0,7.24"].iter().all(|text| month_and_year(text).as_deref() == Some("07.24")));
        let numbers = ["0,24", "07,2", "00,24", "12,24", "07.24", "07,245", "0724", "0,724", "724"];
        assert!(numbers.iter().all(|text| month_and_year(text).is_none()));
        let dates = ["20.05.202.4", "20.05.2024", "43.21.20.15"].map(date);
        assert_eq!(dates, [Some("20.05.2024".to_owned()), None, None]);
        let units = ["+/-Зкг.", "Зимний", "ЗТ"].map(three_of_unit);
        assert_eq!(units, [Some("+/-3кг.".to_owned()), None, None]);
    }

    #[test]
    fn words_marks_and_abbreviations_are_left_alone() {
        for text in [
            "объекта",
            "Объекта.",
            "ОБЪЕКТА",
            "ГОСТ",
            "ЕАЭС",
            "Разраб.",
            "А500С",
            "одозна-",
            "12,5",
            "Airvent",
            "дак",
            "",
        ] {
            assert_eq!(judge(text), Judgement::Sound, "{text}");
        }
    }
}
