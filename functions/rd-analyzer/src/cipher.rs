//! Ciphers of sets (шифр): `…-КЖ1.2`, the mark in them, and revisions («Изм.1»).

use domain::cyrillic_capital;

/// Marks of main sets (марки основных комплектов, ГОСТ Р 21.101, таблица А.1, and marks in common use), longest first.
const MARKS: [&str; 78] = [
    "СОУЭ", "АУПТ", "УУТЭ", "СКУД", "ППР", "ПОС", "КМД", "КЖИ", "ИТП", "ЭОМ", "НВК", "АПС", "АТХ", "АОВ", "АВК", "АТМ",
    "АСУ", "АГСВ", "ВПВ", "СКС", "СОТ", "ГСВ", "ГСН", "ТМР", "ТКР", "АД", "АЗ", "АИ", "АК", "АР", "АС", "БЛ", "ВК",
    "ВС", "ВТ", "ГИ", "ГП", "ГТ", "ГР", "КД", "КЖ", "КМ", "КР", "НВ", "НК", "НО", "НГ", "ОВ", "ОС", "ОК", "ПЖ", "ПС",
    "ПТ", "ПБ", "РТ", "РЗ", "СС", "СТ", "СВ", "ТИ", "ТК", "ТМ", "ТС", "ТХ", "ТБ", "ХС", "ЭГ", "ЭМ", "ЭН", "ЭО", "ЭС",
    "ЭП", "ЭХЗ", "ЭК", "СМ", "ВН", "ТВ", "ПП",
];

/// Suffixes of documents that belong to a set without being the set: specifications, bills, questionnaires.
const ATTACHED_SUFFIXES: [&str; 9] = ["СО", "С", "ВР", "ВО", "ОЛ", "РР", "СП", "ВМ", "Н"];

/// A cipher taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cipher {
    /// As written, look-alike Latin letters turned into Cyrillic.
    pub(crate) full: String,
    /// Of the set: without the suffix of an attached document.
    pub(crate) base: String,
    /// Letters of the mark: «КЖ».
    pub(crate) mark: String,
}

/// Reads one word as a cipher; `None` when it has no mark at its end or too little before it.
pub(crate) fn parse(word: &str) -> Option<Cipher> {
    let trimmed = word.trim_matches(|letter: char| "«»\"'“”(),;:".contains(letter)).trim_end_matches('.');
    let letters = trimmed.chars().count();
    if !(5..=50).contains(&letters) || !trimmed.chars().any(|letter| letter.is_ascii_digit()) {
        return None;
    }
    let full: String = trimmed.chars().map(cyrillic_look_alike).collect();
    let starts = full.chars().next().is_some_and(|letter| letter.is_ascii_digit() || is_capital(letter));
    let allowed = full.chars().all(|letter| letter.is_ascii_digit() || is_capital(letter) || "._/-".contains(letter));
    if !starts || !allowed {
        return None;
    }
    for (at, _) in full.match_indices(['-', '.', '/']) {
        let (before, after) = full.split_at(at);
        let tail = after.get(1..).unwrap_or_default();
        if before.chars().count() < 3 || is_standard(before) {
            continue;
        }
        if let Some((mark, core_len)) = marked_tail(tail) {
            let core_end = at + 1 + core_len;
            return Some(Cipher { base: full.get(..core_end)?.to_owned(), mark: mark.to_owned(), full: full.clone() });
        }
    }
    None
}

/// The number of the last revision named in the text: 2 for «Изм. 1, 2 (Зам.)».
pub(crate) fn last_revision(text: &str) -> Option<u32> {
    revisions(text).into_iter().max()
}

/// The numbers of all revisions named in the text.
pub(crate) fn revisions(text: &str) -> Vec<u32> {
    let folded = text.to_lowercase();
    let mut found = Vec::new();
    for (at, word) in folded.match_indices("изм") {
        let rest = folded.get(at + word.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches("енение").trim_start_matches(['.', ' ', '№', '\u{a0}']);
        let end = rest.find(|letter: char| !(letter.is_ascii_digit() || ", ".contains(letter))).unwrap_or(rest.len());
        let numbers = rest.get(..end).unwrap_or_default();
        for number in numbers.split([',', ' ']).filter(|number| number.len() <= 2) {
            found.extend(number.parse::<u32>().ok().filter(|number| *number > 0));
        }
    }
    found
}

/// The mark at the start of the tail and the length of what belongs to the set's cipher, when the whole tail fits.
fn marked_tail(tail: &str) -> Option<(&'static str, usize)> {
    let mark = MARKS.iter().filter(|mark| tail.starts_with(**mark)).max_by_key(|mark| mark.len())?;
    let mut rest = tail.get(mark.len()..)?;
    rest = skip_digits(rest, 2);
    while let Some(number) =
        rest.strip_prefix(['.', '-']).filter(|number| number.starts_with(|l: char| l.is_ascii_digit()))
    {
        rest = skip_digits(number, 3);
    }
    let core_len = tail.len() - rest.len();
    if rest.is_empty() {
        return Some((mark, core_len));
    }
    let suffix = rest.strip_prefix(['.', '-'])?;
    // Products of a set: «КЖ2.И-МН1».
    if suffix.strip_prefix("И-").is_some_and(|product| !product.is_empty()) {
        return Some((mark, core_len));
    }
    let letters = suffix.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if ATTACHED_SUFFIXES.contains(&letters) {
        return Some((mark, core_len));
    }
    let part_of_the_set = (1..=3).contains(&letters.chars().count()) && letters.chars().all(is_capital);
    part_of_the_set.then_some((mark, tail.len()))
}

fn skip_digits(text: &str, most: usize) -> &str {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    text.get(digits..).unwrap_or_default()
}

fn is_standard(before: &str) -> bool {
    ["ГОСТ", "СНИП", "СП", "ТУ"].contains(&before)
}

fn is_capital(letter: char) -> bool {
    matches!(letter, 'А'..='Я' | 'Ё')
}

fn cyrillic_look_alike(letter: char) -> char {
    match letter {
        'Y' => 'У',
        '–' | '—' | '‑' | '−' => '-',
        other => cyrillic_capital(other).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_come_apart() {
        for (word, base, mark) in [
            ("11-22-КЖ1.2", "11-22-КЖ1.2", "КЖ"),
            ("РД2031-4.5-ОВ3.СО", "РД2031-4.5-ОВ3", "ОВ"),
            ("31-К/25-АР", "31-К/25-АР", "АР"),
            ("07.118-Р-ЭОМ.С1", "07.118-Р-ЭОМ", "ЭОМ"),
            ("77-1-KM", "77-1-КМ", "КМ"),
            ("А-19/03-КЖ2.1.В", "А-19/03-КЖ2.1.В", "КЖ"),
            ("«12-3-ВК2»,", "12-3-ВК2", "ВК"),
            ("12-3-КЖ2.И-МН1", "12-3-КЖ2", "КЖ"),
        ] {
            let cipher = parse(word).unwrap_or_else(|| panic!("{word}"));
            assert_eq!((cipher.base.as_str(), cipher.mark.as_str()), (base, mark), "{word}");
        }
    }

    #[test]
    fn other_words_are_no_ciphers() {
        for word in ["63.13330.2018", "ГОСТ-25", "В1-20.1А", "КЖ", "Лист-1", "21.101-2020", "12-24", "С345-5", "К1-КМ"]
        {
            assert_eq!(parse(word), None, "{word}");
        }
    }

    #[test]
    fn the_last_revision_is_the_highest() {
        assert_eq!(last_revision("Изм.1"), Some(1));
        assert_eq!(last_revision("Изм. 1, 2 (Зам.)"), Some(2));
        assert_eq!(last_revision("Изм.1, 2, 3, 4 (Зам.)"), Some(4));
        assert_eq!(last_revision("Изм. №3"), Some(3));
        assert_eq!(last_revision("На 3 листах"), None);
        assert_eq!(last_revision("изменить"), None);
    }
}
