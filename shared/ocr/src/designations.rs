//! Numbers of certificates and declarations of conformity, which mix two alphabets by rule: `ЕАЭС N RU Д-RU.РА02.В.10318/23`
//! has a Latin country and Cyrillic letters of the body that registered it (Решение Коллегии ЕЭК от 25.12.2012 № 293; the
//! older `ТС` and the Russian `РОСС RU` likewise). A recogniser of one alphabet gets the other wrong, and both readings
//! together tell the number.

use crate::trust::is_covered;
use domain::cyrillic_capital;
use ports::ReadWord;

/// Corrects such numbers in a line in place: `latin` is the same line as a recogniser of Latin letters saw it.
pub(crate) fn mend(russian: &mut [ReadWord], latin: &[ReadWord]) {
    for index in 0..russian.len() {
        let Some(word) = russian.get(index) else { continue };
        let Some(other) = same_place(word, latin) else { continue };
        let Some(number) = number(&word.text, &other.text) else { continue };
        let confidence = word.confidence.max(other.confidence);
        for before in index.saturating_sub(3)..index {
            if let Some(prefix) = russian.get(before).and_then(|word| prefix(word, same_place(word, latin)))
                && let Some(word) = russian.get_mut(before)
            {
                prefix.clone_into(&mut word.text);
            }
        }
        if let Some(word) = russian.get_mut(index) {
            word.text = number;
            word.confidence = confidence;
        }
    }
}

fn same_place<'l>(word: &ReadWord, latin: &'l [ReadWord]) -> Option<&'l ReadWord> {
    latin.iter().find(|other| is_covered(word, other))
}

/// What may stand before the number, by either reading.
fn prefix(word: &ReadWord, latin: Option<&ReadWord>) -> Option<&'static str> {
    let latin = latin.map_or("", |latin| latin.text.as_str());
    let both = [word.text.as_str(), latin];
    let is = |looks: &[&str]| both.iter().any(|text| looks.contains(&text.trim_matches(['.', ',', ':', ';'])));
    if is(&["ЕАЭС", "ЕАЗС", "EAЭC", "EASC", "EA3C", "EAIC", "EAC"]) {
        Some("ЕАЭС")
    } else if is(&["РОСС", "POCC"]) {
        Some("РОСС")
    } else if is(&["RU"]) {
        Some("RU")
    } else if is(&["N", "№", "No", "Ne"]) {
        Some("N")
    } else {
        None
    }
}

/// The number itself, `Д-RU.РА02.В.10318/23`, from the two readings of it; None when it is none. Signs around it stay.
fn number(russian: &str, latin: &str) -> Option<String> {
    let (russian, tail) = without_tail(russian);
    let (latin, _) = without_tail(latin);
    let russian: Vec<&str> = russian.split(['.', ',']).collect();
    let latin: Vec<&str> = latin.split(['.', ',']).collect();
    let (&[head, body, letter, last], &[latin_head, latin_body, _, latin_last]) =
        (russian.as_slice(), latin.as_slice())
    else {
        return None;
    };
    let kind = match head.chars().next()? {
        'Д' => 'Д',
        'С' | 'C' => 'С',
        _ => return None,
    };
    let country: String = latin_head.rsplit(['-', '—', '–']).next()?.chars().collect();
    if country.len() != 2 || !country.chars().all(|letter| letter.is_ascii_uppercase()) {
        return None;
    }
    let body = registrar(body, latin_body)?;
    let series: String = letter.chars().map(cyrillic).collect();
    if series.chars().count() != 1 || !series.chars().all(char::is_alphabetic) {
        return None;
    }
    let (serial, year) = serial(last).or_else(|| serial(latin_last))?;
    let year = year.map(|year| format!("/{year}")).unwrap_or_default();
    Some(format!("{kind}-{country}.{body}.{series}.{serial}{year}{tail}"))
}

fn without_tail(text: &str) -> (&str, &str) {
    let number = text.trim_end_matches([',', ';', '.', ':', ')']);
    (number, text.get(number.len()..).unwrap_or_default())
}

/// Two Cyrillic letters and two digits.
fn registrar(russian: &str, latin: &str) -> Option<String> {
    let letters: String = russian.chars().take(2).map(cyrillic).collect();
    let digits = [russian, latin].into_iter().find_map(|text| {
        let digits: String = text.chars().skip(2).map(digit).collect();
        (digits.len() == 2 && digits.chars().all(|digit| digit.is_ascii_digit())).then_some(digits)
    })?;
    letters.chars().all(|letter| matches!(letter, 'А'..='Я')).then(|| letters + &digits)
}

/// Five digits, and two of the year behind a stroke.
fn serial(text: &str) -> Option<(String, Option<String>)> {
    let (serial, year) = match text.split_once('/') {
        Some((serial, year)) => (serial, Some(year)),
        None => (text, None),
    };
    let digits = |text: &str, count: usize| {
        let digits: String = text.chars().map(digit).collect();
        (digits.len() == count && digits.chars().all(|digit| digit.is_ascii_digit())).then_some(digits)
    };
    let year = match year {
        Some(year) => Some(digits(year, 2)?),
        None => None,
    };
    Some((digits(serial, 5)?, year))
}

fn digit(letter: char) -> char {
    match letter {
        'О' | 'о' | 'O' | 'o' => '0',
        'З' | 'з' => '3',
        'б' => '6',
        'l' | 'I' | '|' => '1',
        other => other,
    }
}

fn cyrillic(letter: char) -> char {
    match letter {
        '0' => 'О',
        'Y' => 'У',
        other => cyrillic_capital(other).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[(&str, f32)]) -> Vec<ReadWord> {
        let word = |(index, &(text, confidence)): (usize, &(&str, f32))| ReadWord {
            text: text.to_owned(),
            bounds: [index as u32 * 100, 0, index as u32 * 100 + 90, 30],
            confidence,
        };
        words.iter().enumerate().map(word).collect()
    }

    #[test]
    fn a_number_of_two_alphabets_is_put_together_from_both_readings() {
        let mut russian = line(&[("ЕАЭС", 0.7), ("М", 0.8), ("КИ", 0.7), ("Д-КЦ.НА11.В.О0427/24,", 0.3)]);
        let latin = line(&[("EASC", 0.9), ("N", 0.9), ("RU", 0.9), ("A-CN.HA11.B.00427/24,", 0.5)]);
        mend(&mut russian, &latin);
        let texts: Vec<_> = russian.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["ЕАЭС", "N", "RU", "Д-CN.НА11.В.00427/24,"]);
    }

    #[test]
    fn what_is_no_such_number_stays() {
        let before = line(&[("С-1.2.3.4", 0.5), ("ГОСТ", 0.9), ("12.1.2.3", 0.9)]);
        let mut russian = before.clone();
        mend(&mut russian, &line(&[("C-1.2.3.4", 0.9), ("TOCT", 0.9), ("12.1.2.3", 0.9)]));
        assert_eq!(russian, before);
    }
}
