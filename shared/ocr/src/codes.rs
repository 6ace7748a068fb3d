//! Ciphers, marks and names of elements (`928-20-ВК3.И-КП6`), in which digits follow capitals: a recogniser that knows
//! words only reads the digits as the letters that look like them.

use domain::cyrillic_capital;

/// The code put right; other words come back as they are.
pub(crate) fn put_right(text: &str) -> String {
    if let Some(text) = accredited_body(text).or_else(|| body_of_letters(text)).or_else(|| mail(text)) {
        return text;
    }
    let text = question_marks(&ampersands(text));
    let has_digit = text.chars().any(|letter| letter.is_ascii_digit());
    let is_code = has_digit && text.contains('-');
    let mut written = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(['-', '.', ',', ';', '/']).unwrap_or(rest.len());
        let (segment, behind) = rest.split_at(end);
        written.push_str(&put_segment_right(segment, is_code));
        let mut signs = behind.chars();
        written.extend(signs.next());
        rest = signs.as_str();
    }
    written
}

/// The number of an accredited body, `RA.RU.10ЧС13` (two Cyrillic letters between digits), with digits for its letters.
fn accredited_body(text: &str) -> Option<String> {
    const PREFIX: &str = "RA.RU.";
    let number = text.strip_prefix(PREFIX)?;
    let signs: Vec<char> = number.trim_end_matches(['.', ',', ';']).chars().collect();
    let [tens, ones, _, _, last_tens, last] = signs.as_slice() else { return None };
    if ![tens, ones, last_tens, last].into_iter().all(char::is_ascii_digit) {
        return None;
    }
    let letter = |(place, sign): (usize, char)| match (place, sign) {
        (2 | 3, '4') => 'Ч',
        (2 | 3, '0') => 'О',
        (2 | 3, '3') => 'З',
        (2 | 3, '8') => 'В',
        (2 | 3, '6') => 'Б',
        (2 | 3, latin) => cyrillic_capital(latin).unwrap_or(latin),
        (_, digit) => digit,
    };
    Some(PREFIX.chars().chain(number.chars().enumerate().map(letter)).collect())
}

/// The number of a body accredited by letters, `ТРПБ.RU.ИН28`: its country is Latin, and read in letters that look like it.
fn body_of_letters(text: &str) -> Option<String> {
    let mut parts = text.splitn(3, '.');
    let (body, country, number) = (parts.next()?, parts.next()?, parts.next()?);
    let is_body = body.chars().count() == 4 && body.chars().all(|letter| matches!(letter, 'А'..='Я'));
    let signs: Vec<char> = number.trim_end_matches(['.', ',', ';']).chars().collect();
    let is_number =
        matches!(signs.as_slice(), ['А'..='Я', 'А'..='Я' | '0' | '3', '0'..='9', '0'..='9', ..]) && signs.len() <= 5;
    let is_country = matches!(country, "КО" | "КУ" | "ВО" | "ВИ" | "КИ" | "БО");
    (is_body && is_number && is_country).then(|| format!("{body}.RU.{number}"))
}

/// The word «e-mail» read in Cyrillic letters.
fn mail(text: &str) -> Option<String> {
    let behind = text.strip_prefix("е-тай").or_else(|| text.strip_prefix("Е-тай"))?;
    (!behind.starts_with(char::is_alphanumeric)).then(|| format!("e-mail{behind}"))
}

/// The 4 of technical lettering is taken for «&», which no drawing has.
fn ampersands(text: &str) -> String {
    let is_beside = |letter: char| letter.is_ascii_digit() || matches!(letter, 'А'..='Я');
    let may_be = text.chars().any(is_beside) && text.chars().any(|letter| letter.is_ascii_digit())
        || text.strip_suffix(['&']).is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_beside));
    if may_be && text.contains('&') { text.replace('&', "4") } else { text.to_owned() }
}

/// The 2 of technical lettering is taken for a question mark, or for one and itself: `МН?1`, `МН?23`.
fn question_marks(text: &str) -> String {
    let is_mark = text.chars().all(|sign| matches!(sign, 'А'..='Я' | '0'..='9' | '-' | '.' | '?'))
        && text.starts_with(|sign: char| sign != '?')
        && text.contains(char::is_alphabetic);
    if is_mark && !text.ends_with('?') { text.replace("?2", "2").replace('?', "2") } else { text.to_owned() }
}

/// A piece between the signs of a code.
fn put_segment_right(segment: &str, is_code: bool) -> String {
    let letters: Vec<char> = segment.chars().collect();
    let is_capital = |letter: &char| matches!(letter, 'А'..='Я');
    match letters.as_slice() {
        // «0В3», «0ОВ3»: a set of heating drawings.
        ['0', 'О', 'В', rest @ ..] | ['0', 'В', rest @ ..] if is_code => {
            put_segment_right(&format!("ОВ{}", rest.iter().collect::<String>()), is_code)
        }
        ['м', '3', 'З'] => "м3".to_owned(),
        // Protection against rust (АЗ) and a federal law (ФЗ) have the letter.
        ['А' | 'Ф', 'З'] => segment.to_owned(),
        [capitals @ .., 'З'] if is_code && !capitals.is_empty() && capitals.iter().all(is_capital) => {
            format!("{}3", capitals.iter().collect::<String>())
        }
        [capitals @ .., 'б'] if capitals.len() >= 2 && capitals.iter().all(is_capital) => {
            format!("{}6", capitals.iter().collect::<String>())
        }
        _ => segment.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::put_right;

    #[test]
    fn digits_follow_capitals() {
        let read = [
            "928-20-ВКЗ.И-КПб",
            "12-0ОВ3.И-МН15",
            "12-0В3.И-С1&",
            "КПб",
            "А2&0,",
            "3&028-2016",
            "С1&",
            "МН?1",
            "М-МН?23",
            "м3З/ч",
        ];
        let meant = [
            "928-20-ВК3.И-КП6",
            "12-ОВ3.И-МН15",
            "12-ОВ3.И-С14",
            "КП6",
            "А240,",
            "34028-2016",
            "С14",
            "МН21",
            "М-МН23",
            "м3/ч",
        ];
        assert_eq!(read.map(put_right), meant);
    }

    #[test]
    fn bodies_have_cyrillic_letters() {
        assert_eq!(put_right("RA.RU.104C13."), "RA.RU.10ЧС13.");
        let bodies = ["ТРПБ.КО.ИН28;", "ССБК.ВО.ПБ37", "РОСС.КО.0001", "ТРПБ.КО.ИНД", "ТРПБ.ИН28"].map(put_right);
        assert_eq!(bodies, ["ТРПБ.RU.ИН28;", "ССБК.RU.ПБ37", "РОСС.КО.0001", "ТРПБ.КО.ИНД", "ТРПБ.ИН28"]);
        assert_eq!(["RA.RU.21АБ90", "RA.RU.1", "е-тай:"].map(put_right), ["RA.RU.21АБ90", "RA.RU.1", "e-mail:"]);
    }

    #[test]
    fn words_stay() {
        for text in [
            "ТЗ",
            "АЗ",
            "№123-ФЗ",
            "12-АЗ",
            "Сб.",
            "R&D",
            "ул.",
            "11б27п",
            "д.1/2",
            "В25?",
            "?",
            "В?2,5",
            "1?5",
            "/?id=15",
            "13З",
            "-",
            "",
        ] {
            assert_eq!(put_right(text), text);
        }
    }
}
