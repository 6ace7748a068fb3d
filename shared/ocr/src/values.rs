//! Numbers and marks of which their form, or the others of the page, tell that a sign was taken for another: a number that
//! begins with a zero, a level without its point, `ТЗ` beside `Т1` and `Т4`.

use crate::signs::NOMINAL_PRESSURES;
use crate::spelling::core;
use domain::{Word, cyrillic_capital};
use std::collections::{HashMap, HashSet};

/// Letters that digits are taken for.
const LIKE_DIGITS: [(char, char); 8] =
    [('О', '0'), ('З', '3'), ('В', '8'), ('б', '6'), ('Б', '6'), ('Ч', '4'), ('Ь', '4'), ('&', '4')];
/// Of them those that end no abbreviation.
const NO_ENDS: [char; 4] = ['З', 'б', 'Ь', 'Ч'];
/// Marks of one kind that make a family: Т1, Т4.
const MIN_FAMILY: usize = 2;
/// Letters of the kind of a mark.
const KIND_LETTERS: std::ops::RangeInclusive<usize> = 1..=3;
/// Shorter texts are alike by chance.
const MIN_TWIN: usize = 4;
/// Letters of a unit at most, and how many times more often it stands in its right case.
const MAX_UNIT: usize = 4;
const TIMES_MORE: usize = 3;
/// Brands of electrodes (ГОСТ 9467-75) without their letter.
const ELECTRODES: [&str; 3] = ["42", "46", "50"];
/// How far behind the name they stand at most, in words.
const WORDS_BETWEEN: usize = 6;

/// Chemical elements of steel in heads of tables, and as they are read wrong.
const ELEMENTS: [&str; 10] = ["Mn", "Cr", "Ni", "Cu", "Si", "Mo", "Al", "Ti", "As", "Nb"];
const MISREAD_ELEMENTS: [&str; 8] = ["Мп", "Ми", "Ма", "Сг", "Си", "Мо", "№i", "5i"];
const MIN_ELEMENTS: usize = 2;
/// Letters of a word of small Latin letters that may be Russian ones, and words that are not.
const MAX_LATIN: usize = 6;
const LATIN_UNITS: [&str; 6] = ["mm", "cm", "kg", "bar", "max", "min"];
/// Pairs of a capital and a small letter that stand for something: units, nominal sizes, words; the Latin ones beside elements.
const RUSSIAN_PAIRS: [&str; 32] = [
    "Па", "Вт", "Гц", "Дж", "Ом", "Ду", "Ру", "Бк", "Ки", "Ст", "По", "На", "За", "Из", "Не", "Об", "От", "До", "Ко",
    "Со", "Во", "Но", "Он", "Мы", "Вы", "Да", "Её", "Ее", "Ни", "Ли", "Их", "То",
];
const LATIN_PAIRS: [&str; 5] = ["Pa", "Hz", "Du", "Dn", "Pn"];

/// What the numbers and marks of a page have in common.
pub(crate) struct Values {
    /// The numbers of each kind of mark.
    families: HashMap<String, HashSet<String>>,
    /// How often texts stand on the page that differ only in what is taken for each other.
    twins: HashMap<String, HashMap<String, usize>>,
    /// The same for units that differ in case alone.
    cases: HashMap<String, HashMap<String, usize>>,
}

impl Values {
    pub(crate) fn of(words: &[Word]) -> Self {
        let mut values = Self { families: HashMap::new(), twins: HashMap::new(), cases: HashMap::new() };
        for word in words {
            let text = cyrillic(core(&word.text));
            if let Some((kind, number)) = mark(&text) {
                values.families.entry(kind.to_owned()).or_default().insert(number.to_owned());
            }
            if may_have_twin(&text) {
                *values.twins.entry(as_digits(&text)).or_default().entry(text.clone()).or_default() += 1;
            }
            if may_be_unit(&text) {
                *values.cases.entry(text.to_lowercase()).or_default().entry(text).or_default() += 1;
            }
        }
        values
    }

    /// Whether a word of the page may have another sign than what was read.
    pub(crate) fn are_doubtful_at(&self, words: &[Word], place: usize) -> bool {
        let Some(word) = words.get(place) else { return false };
        let read = core(&word.text);
        let text = cyrillic(read);
        has_needless_zero(&text)
            || may_be_three(&text)
            || may_be_nominal_pressure(&text)
            || is_level_without_point(&word.text)
            || is_share_with_places(&word.text)
            || is_parted_twice(read)
            || is_valve_of_digits(&text)
            || is_electrode(&text, words.get(place.saturating_sub(WORDS_BETWEEN)..place).unwrap_or_default())
            || has_rule_beside(&word.text)
            || is_latin_of_small_letters(read)
            || is_short_name(read, &word.text)
            || is_lone_sign(&word.text)
            || is_element(words, word)
            || is_number_sign_of_letters(&word.text, words.get(place + 1))
            || self.letters_of_kind(&text).is_some()
            || self.has_more_frequent_twin(&text)
            || self.stands_more_often_in_other_case(&text)
    }

    /// What a doubtful word is more likely to be than what was read: a mark of its family, a nominal pressure, a valve.
    pub(crate) fn likelier(&self, read: &str) -> Option<String> {
        let own = core(read);
        let text = cyrillic(own);
        let likelier = if let Some(letters) = self.letters_of_kind(&text) {
            let (kind, number) = text.split_at(text.char_indices().nth(letters).map_or(text.len(), |(place, _)| place));
            format!("{kind}{}", as_digits(number))
        } else if may_be_nominal_pressure(&text) {
            format!("PN{}", text.chars().skip(2).collect::<String>())
        } else if is_valve_of_digits(&text) {
            let (kind, model) = text.split_at_checked(2)?;
            format!("{kind}б{}", model.strip_prefix('6')?)
        } else {
            return None;
        };
        (likelier != own).then(|| read.replacen(own, &likelier, 1))
    }

    /// How many letters the kind of a mark has that has several numbers on the page, when it was read with a letter for a digit.
    fn letters_of_kind(&self, text: &str) -> Option<usize> {
        let letters: Vec<char> = text.chars().collect();
        let is_meant = |&kind_letters: &usize| {
            let (kind, rest) = letters.split_at(kind_letters.min(letters.len()));
            let kind: String = kind.iter().collect();
            let is_like = |letter: &char| LIKE_DIGITS.iter().any(|(like, _)| like == letter);
            let is_number = !rest.is_empty()
                && rest.iter().all(|letter| letter.is_ascii_digit() || is_like(letter))
                && rest.iter().any(|letter| NO_ENDS.contains(letter) || (kind_letters > 1 && is_like(letter)));
            is_number && self.families.get(&kind).is_some_and(|numbers| numbers.len() >= MIN_FAMILY)
        };
        KIND_LETTERS.rev().find(is_meant)
    }

    fn has_more_frequent_twin(&self, text: &str) -> bool {
        may_have_twin(text) && self.twins.get(&as_digits(text)).is_some_and(|twins| is_minority(twins, text, 1))
    }

    fn stands_more_often_in_other_case(&self, text: &str) -> bool {
        may_be_unit(text)
            && self.cases.get(&text.to_lowercase()).is_some_and(|cases| is_minority(cases, text, TIMES_MORE))
    }
}

/// Whether the others stand as often as a text, so many times over.
fn is_minority(counts: &HashMap<String, usize>, text: &str, times: usize) -> bool {
    let own = counts.get(text).copied().unwrap_or(0);
    let others = counts.values().sum::<usize>() - own;
    others > 0 && others >= own * times
}

/// Capitals that both scripts have, as Russian ones.
fn cyrillic(text: &str) -> String {
    text.chars().map(|letter| cyrillic_capital(letter).unwrap_or(letter)).collect()
}

pub(crate) fn are_digits(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

/// The kind and the number of a mark: `КП` and `12`.
fn mark(text: &str) -> Option<(&str, &str)> {
    let number = text.trim_start_matches(|letter| matches!(letter, 'А'..='Я'));
    let kind = text.strip_suffix(number)?;
    let is_number = (1..=2).contains(&number.len()) && are_digits(number);
    (is_number && KIND_LETTERS.contains(&kind.chars().count())).then_some((kind, number))
}

/// Units such as `м3` and `п.м`; a word has other letters at the beginning of a sentence than within it.
fn may_be_unit(text: &str) -> bool {
    text.chars().count() <= MAX_UNIT
        && text.contains(char::is_alphabetic)
        && text.contains(|sign: char| sign.is_ascii_digit() || sign == '.')
}

fn may_have_twin(text: &str) -> bool {
    text.chars().count() >= MIN_TWIN && text.contains(|letter: char| letter.is_ascii_digit())
}

/// A text with digits for the letters that are taken for them.
fn as_digits(text: &str) -> String {
    let digit = |letter: char| LIKE_DIGITS.iter().find(|(like, _)| *like == letter).map_or(letter, |(_, digit)| *digit);
    text.chars().map(digit).collect()
}

/// A whole number of three digits or four that begins with a zero: `029` may be `О29`, and `082` at the end of a cipher `ОВ2`.
fn has_needless_zero(text: &str) -> bool {
    let set = text.split_once(".И-").map_or(text, |(set, _)| set);
    let last = set.rsplit_once('-').filter(|(rest, _)| rest.contains('-')).map_or(set, |(_, last)| last);
    matches!(last.as_bytes(), [b'0', rest @ ..] if (2..=3).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit))
}

/// A letter «З» where marks of pipes and elements have a number: `ТЗ`, `ПЗ2`; and a unit written as the mark of a screw.
fn may_be_three(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    matches!(
        letters.as_slice(),
        ['Т' | 'В', 'З'] | ['А'..='Я', 'З', '0'..='9', ..] | ['А'..='Я', 'А'..='Я', 'З', '0'..='9', ..]
    ) || matches!(letters.as_slice(), ['М', '2' | '3'])
}

/// A nominal pressure, `PN20`, read in Cyrillic letters; or a mark of a part.
fn may_be_nominal_pressure(text: &str) -> bool {
    let bars = text.strip_prefix("РМ").or_else(|| text.strip_prefix("РИ"));
    bars.is_some_and(|bars| NOMINAL_PRESSURES.contains(&bars))
}

/// Levels are metres with three places: `+9.600`.
fn is_level_without_point(text: &str) -> bool {
    let number = text.trim_end_matches([',', '.', ';']);
    let is_long = |number: &str| (4..=6).contains(&number.len()) && are_digits(number);
    // The year of a standard is parted from its number.
    number.strip_prefix('+').is_some_and(is_long)
        || number.strip_prefix(['-', '−', '–']).is_some_and(|number| {
            is_long(number) && !matches!(number.as_bytes(), [b'1', b'9', _, _] | [b'2', b'0', _, _])
        })
}

/// The 4 of technical lettering is taken for a sign of per cent, which quantities do not have: `27,2%`.
fn is_share_with_places(text: &str) -> bool {
    text.strip_suffix('%').and_then(|number| number.split_once([',', '.'])).is_some_and(|(whole, places)| {
        !whole.is_empty() && !places.is_empty() && are_digits(whole) && are_digits(places)
    })
}

/// A number with two commas or another sign than a comma in it, `5,0,80` and `177;6`: specks are taken for them. Lists have items of
/// one length, or rising ones.
fn is_parted_twice(text: &str) -> bool {
    let number = text.trim_start_matches(['+', '-']);
    let signs: Vec<char> = number.chars().filter(|sign| !sign.is_ascii_digit()).collect();
    let is_within =
        number.starts_with(|sign: char| sign.is_ascii_digit()) && number.ends_with(|sign: char| sign.is_ascii_digit());
    let items: Vec<&str> = number.split(',').collect();
    let value = |item: &str| item.parse::<u32>().unwrap_or(0);
    let are_rising = items.windows(2).all(|pair| matches!(pair, [one, other] if value(one) < value(other)));
    let are_as_long = items.windows(2).all(|pair| matches!(pair, [one, other] if one.len() == other.len()));
    let is_list = signs == [',', ','] && (are_as_long || are_rising);
    is_within && !is_list && matches!(signs.as_slice(), [',', ','] | [';' | '%'] | ['%', '.' | ','])
}

/// A valve (`11б27п`: kind, material, model) with a digit for its material.
fn is_valve_of_digits(text: &str) -> bool {
    let number = text.trim_end_matches(|letter| matches!(letter, 'а'..='я'));
    let tail = text.strip_prefix(number).unwrap_or_default().chars().count();
    (1..=3).contains(&tail)
        && !text.ends_with("мм")
        && !text.ends_with("кг")
        && matches!(number.as_bytes(), [kind @ .., b'6', _, _] if kind.len() == 2)
        && are_digits(number)
}

/// A capital alone in the row of a head of chemical elements, where «М» is N and «У» is V.
fn is_element(words: &[Word], word: &Word) -> bool {
    let is_in_row = |other: &Word| (other.bounds.y0 - word.bounds.y0).abs() < word.size_pt * 0.7;
    let is_named = |other: &&Word| {
        let text = other.text.as_str();
        (ELEMENTS.contains(&text) || MISREAD_ELEMENTS.contains(&text)) && is_in_row(other)
    };
    let is_capital = word.text.chars().count() == 1 && word.text.chars().all(char::is_uppercase);
    (is_capital || word.text.starts_with('№')) && words.iter().filter(is_named).count() >= MIN_ELEMENTS
}

/// A sign of a number before letters, `№М981`, and «М» before a long number: it may be the other one.
fn is_number_sign_of_letters(text: &str, behind: Option<&Word>) -> bool {
    const LONG: usize = 5;
    let is_long = |word: &Word| word.text.len() >= LONG && are_digits(&word.text);
    let is_lettered = text
        .strip_prefix('№')
        .is_some_and(|rest| rest.starts_with(char::is_alphabetic) && rest.contains(|sign: char| sign.is_ascii_digit()));
    is_lettered || (text == "М" && behind.is_some_and(is_long))
}

/// A rule of a table beside a number, `|0,140` and `[0,11`.
fn has_rule_beside(text: &str) -> bool {
    let has_half = |left: char, right: char| text.contains(left) != text.contains(right);
    let has_letter = text.contains(char::is_alphabetic);
    text.contains(|sign: char| sign.is_ascii_digit())
        && (text.contains(['|', '_', '<', '>', '\\'])
            || has_half('[', ']')
            || has_half('{', '}')
            || (!has_letter && !text.contains('«') && text.trim_end_matches([',', '.']).ends_with('»')))
}

/// Small Latin letters among digits and signs, `mo` and `2nc`: print that was read by whom knows no Cyrillic. Names of makers have
/// capitals, addresses points.
fn is_latin_of_small_letters(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_lowercase).count();
    (2..=MAX_LATIN).contains(&letters)
        && text.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '/')
        && !LATIN_UNITS.contains(&text)
}

/// A capital and a small letter that are no word: `Си` and `Мп` were Cu and Mn.
fn is_short_name(text: &str, whole: &str) -> bool {
    let mut letters = text.chars();
    let (Some(capital), Some(small), None) = (letters.next(), letters.next(), letters.next()) else { return false };
    let is_russian = matches!(capital, 'А'..='Я') && matches!(small, 'а'..='я');
    let is_latin = text.is_ascii() && text.chars().all(char::is_alphabetic) && small.is_lowercase();
    (is_russian && !whole.ends_with('.') && !RUSSIAN_PAIRS.contains(&text))
        || (is_latin && capital.is_uppercase() && !ELEMENTS.contains(&text) && !LATIN_PAIRS.contains(&text))
}

/// A sign that stands for nothing by itself.
fn is_lone_sign(text: &str) -> bool {
    matches!(text, "+" | "=" | "<" | ">" | "{" | "}" | "(" | ")" | ":" | ";" | "~" | "*" | "^")
}

/// The number of a brand of electrodes behind their name, with a digit for the «Э».
fn is_electrode(text: &str, before: &[Word]) -> bool {
    text.strip_prefix(['9', '3']).is_some_and(|number| ELECTRODES.contains(&number))
        && before.iter().any(|word| word.text.to_lowercase().starts_with("электрод"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubts::tests::line_of;

    fn doubtful(line: &str) -> Vec<&str> {
        let words = line_of(line);
        let values = Values::of(&words);
        line.split(' ')
            .enumerate()
            .filter(|(place, _)| values.are_doubtful_at(&words, *place))
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn numbers_have_the_form_of_numbers() {
        assert_eq!(doubtful("029 0,5 0 04.26 0450 2.04 00001 982-31-082 12-05"), ["029", "0450", "982-31-082"]);
        assert_eq!(doubtful("999-35-084.И-КП2 9-35-ОВ4.И-КП2"), ["999-35-084.И-КП2"]);
        assert_eq!(
            doubtful("5,0,80 177;6 -2%.900 1,5 1;2; 01,02,03 5,4,8 8,9,10"),
            ["5,0,80", "177;6", "-2%.900", "1;2;"]
        );
        assert_eq!(doubtful("ТЗ, ПЗ2 АЗ М3 М16 КЗ8 Т3"), ["ТЗ,", "ПЗ2", "М3", "КЗ8"]);
        assert_eq!(doubtful("+9600, -11400 +9.600 -250 +3 -2014"), ["+9600,", "-11400"]);
        assert_eq!(doubtful("РМ20 РМ21 +79161234567"), ["РМ20"]);
        assert_eq!(doubtful("27,2% 27,24 95% 0.5%"), ["27,2%", "0.5%"]);
        assert_eq!(doubtful("11627п 11б30п 30ч6бр 12345 11627мм 12650кг"), ["11627п"]);
    }

    #[test]
    fn marks_of_one_kind_have_numbers() {
        assert_eq!(doubtful("Т1 Т4 ТЗ, КП1 КП7 КПВ КПЬ АЗ П31 П9 ПЗ2"), ["ТЗ,", "КПВ", "КПЬ", "ПЗ2"]);
        assert_eq!(doubtful("Р1 РЗ В О29 О9 ОВ"), [] as [&str; 0]);
    }

    #[test]
    fn of_two_twins_the_rarer_is_doubted() {
        assert_eq!(doubtful("982-31-8В2 982-31-ВВ2 982-31-ВВ2 982-31-ОВ3"), ["982-31-8В2"]);
        assert_eq!(doubtful("А50ОС А500С"), ["А50ОС", "А500С"]);
        assert_eq!(doubtful("М5 м5 м5 м5 м4 М4 П.М п.м п.м п.м На на на на"), ["М5", "П.М"]);
    }

    #[test]
    fn rules_and_letters_of_another_alphabet_are_doubted() {
        assert_eq!(doubtful("|0,140 [0,11 _30,7 [1] 0,11 6», 6{ «15» «05»"), ["|0,140", "[0,11", "_30,7", "6»,", "6{"]);
        assert_eq!(doubtful("paznen mo 2nc n/n Airvent www.x.ru mm 12"), ["paznen", "mo", "2nc", "n/n"]);
        assert_eq!(doubtful("Си Bi, Cu По Вт Ст. Мп"), ["Си", "Bi,", "Мп"]);
        assert_eq!(doubtful("+ 12 = —"), ["+", "="]);
        assert_eq!(doubtful("№М981МС159 №12 № М 0144347 М 200 №123-ФЗ"), ["№М981МС159", "М"]);
    }

    #[test]
    fn capitals_beside_elements_are_doubted() {
        let mut words = line_of("C Mn Cr М №10 У");
        assert!(!Values::of(&words).are_doubtful_at(&words, 3));
        words.iter_mut().for_each(|word| word.bounds = domain::Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 10.0 });
        let values = Values::of(&words);
        let doubted: Vec<usize> = (0..6).filter(|&place| values.are_doubtful_at(&words, place)).collect();
        assert_eq!(doubted, [0, 3, 4, 5]);
    }

    #[test]
    fn what_is_doubtful_may_be_likelier_something_else() {
        let values = Values::of(&line_of("Т1 Т4 КП1 КП7 ТЗ"));
        let likelier = |text| values.likelier(text);
        assert_eq!(likelier("ТЗ,").as_deref(), Some("Т3,"));
        assert_eq!(likelier("КПЗ").as_deref(), Some("КП3"));
        assert_eq!(likelier("КПВ").as_deref(), Some("КП8"));
        assert_eq!(likelier("РМ20").as_deref(), Some("PN20"));
        assert_eq!(likelier("11627п").as_deref(), Some("11б27п"));
        assert_eq!([likelier("АЗ"), likelier("Т1"), likelier("РМ21"), likelier("ТС")], [const { None }; 4]);
    }

    #[test]
    fn electrodes_have_a_letter() {
        assert_eq!(doubtful("электродами типа 942 по 942 342"), ["942", "942", "342"]);
        assert_eq!(doubtful("длиной 942"), [] as [&str; 0]);
    }
}
