//! Words as they were meant: what technical lettering and the habits of drawings make a recogniser mistake, put right by
//! what is seen of the letters and by what can stand there at all.

use crate::codes;
use crate::numbers::Mark;

/// Diameters of bars (ГОСТ 34028-2016).
const DIAMETERS_MM: [&str; 16] =
    ["4", "5", "6", "8", "10", "12", "14", "16", "18", "20", "22", "25", "28", "32", "36", "40"];

/// What the sign of the diameter is taken for.
const LIKE_DIAMETER: [&str; 12] = ["0", "2", "3", "6", "7", "8", "9", "О", "о", "Ф", "ф", "Й"];
/// Nominal pressures of pipes and valves, in bars.
pub(crate) const NOMINAL_PRESSURES: [&str; 8] = ["6", "10", "16", "20", "25", "40", "63", "100"];

/// What is known of a word beside its reading.
pub(crate) struct Context<'a> {
    /// The word before it in the line, and the one behind.
    pub(crate) before: &'a str,
    pub(crate) behind: &'a str,
    /// Whether a closing bracket stands in the line.
    pub(crate) closes: bool,
    /// Whether its first letter stands on the line as a letter does; a bracket reaches below it.
    pub(crate) begins_with_letter: bool,
    /// What is seen where it stands, from its beginning.
    pub(crate) marks: &'a [Mark],
    /// Whether all of its letters are small ones.
    pub(crate) is_small: bool,
    /// Whether the line speaks of concrete.
    pub(crate) of_concrete: bool,
}

/// The word put right.
pub(crate) fn put_right(text: &str, context: &Context<'_>) -> String {
    let text = round_letter(without_crumbs(text), context);
    let text = large_mark(&text);
    let text = digits_among_digits(&text);
    let text = points(&text, context.marks);
    let text = reinforcement(&text, context);
    let text = if context.of_concrete { concrete(&text) } else { text };
    let text = codes::put_right(&text);
    let text = nominal_pressure(&text).unwrap_or(text);
    let text = match text.as_str() {
        "Нконтр" | "Нконтр." => "Н.контр.".to_owned(),
        "Тконтр" | "Тконтр." => "Т.контр.".to_owned(),
        "Колуч" | "колуч" => "Кол.уч".to_owned(),
        "Колуч." | "колуч." => "Кол.уч.".to_owned(),
        "АЗ" if context.before == "Формат" => "А3".to_owned(),
        "Е!" | "Е|" => "EI".to_owned(),
        "М" | "Ме" if context.behind.starts_with("док") => "№".to_owned(),
        _ => text,
    };
    // Marks have digits: М800 is no small word.
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if context.is_small && digits < 2 { text.to_lowercase() } else { text }
}

/// A nominal pressure, `PN20`, of which the Latin «N» is taken for the sign of a number, with or without its first stroke.
fn nominal_pressure(text: &str) -> Option<String> {
    // The project of a work, «ППР», has numbers, too.
    let stem = text.trim_start_matches('П').strip_prefix('Р')?;
    let number = stem.trim_start_matches(['М', 'N']);
    let bars = number.strip_prefix('№').filter(|_| number.len() < stem.len() || text.starts_with('Р'))?;
    NOMINAL_PRESSURES.contains(&bars).then(|| format!("PN{bars}"))
}

/// The sign of multiplication for a letter «х» between digits that does not stand on the line. `raised` has for each letter whether
/// it does not; as many as there are letters, or none can be told.
pub(crate) fn crosses(text: &str, raised: &[bool]) -> String {
    let letters: Vec<char> = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    if letters.len() != raised.len() {
        return text.to_owned();
    }
    let is_digit = |place: Option<usize>| place.and_then(|place| letters.get(place)).is_some_and(char::is_ascii_digit);
    let mut place = 0;
    let sign = |letter: char| {
        let at = place;
        place += usize::from(letter.is_alphanumeric());
        let is_cross = letter == 'х' && is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        if is_cross && raised.get(at) == Some(&true) { '×' } else { letter }
    };
    text.chars().map(sign).collect()
}

/// A word without the specks before it that are taken for quotes, which drawings write otherwise, and the second point behind it.
fn without_crumbs(text: &str) -> &str {
    let rest = text.trim_start_matches(['‘', '’', '`', '‚']);
    let rest = rest
        .strip_suffix("..")
        .filter(|word| !word.ends_with('.'))
        .and_then(|word| rest.get(..=word.len()))
        .unwrap_or(rest);
    if rest.is_empty() { text } else { rest }
}

/// A mark whose letter looks the same large and small, `м800`: before digits stands the large one.
fn large_mark(text: &str) -> String {
    let digits = text.trim_start_matches(['м', 'в', 'к']);
    let is_mark = text.chars().count() == digits.len() + 1
        && (2..=3).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_mark { text.to_uppercase() } else { text.to_owned() }
}

/// The round «С» of technical lettering is no bracket.
fn round_letter(text: &str, context: &Context<'_>) -> String {
    match text.strip_prefix('(') {
        Some(rest) if !context.closes && context.begins_with_letter && !rest.is_empty() => {
            if rest.starts_with('С') {
                rest.to_owned()
            } else {
                format!("С{rest}")
            }
        }
        _ => text.to_owned(),
    }
}

/// Between digits stand digits; «б» does not count, for valves are called 11б27п.
fn digits_among_digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |index: Option<usize>| index.and_then(|index| letters.get(index)).is_some_and(char::is_ascii_digit);
    let ends = |index: usize| letters.get(index + 1).is_none_or(|next| matches!(next, ',' | '.' | ';'));
    letters
        .iter()
        .enumerate()
        .map(|(index, &letter)| {
            let (before, behind) = (is_digit(index.checked_sub(1)), is_digit(Some(index + 1)));
            match letter {
                'О' | 'о' | 'O' | 'o' if before && (behind || ends(index)) => '0',
                'З' | 'з' if before && behind => '3',
                'l' | 'I' | '|' if before && behind => '1',
                other => other,
            }
        })
        .collect()
}

/// Puts points and commas where they are seen between initials («И.И.», «Н.контр.»), behind designations («А500С,») and
/// abbreviations («Инв.»),
/// when every letter of the reading has its figure.
fn points(text: &str, marks: &[Mark]) -> String {
    let plain: Vec<char> = text.chars().filter(|letter| !matches!(letter, '.' | ',')).collect();
    let figures = marks.iter().filter(|mark| matches!(mark, Mark::Figure { .. })).count();
    if plain.is_empty() || figures != plain.len() || !plain.iter().all(|letter| letter.is_alphanumeric()) {
        return text.to_owned();
    }
    let of_initials = plain.len() <= 3 || text.starts_with("Н");
    let has_digit = plain.iter().any(char::is_ascii_digit);
    let is_short = (2..=6).contains(&plain.len());
    let mut letters = plain.iter().peekable();
    let mut read = text.chars().peekable();
    let mut written = String::new();
    for mark in marks {
        match mark {
            Mark::Figure { .. } => {
                written.extend(read.next());
                letters.next();
                // What was read stands, whether it is seen or not.
                while let Some(sign) = read.next_if(|letter| matches!(letter, '.' | ',')) {
                    written.push(sign);
                }
            }
            Mark::Separator { is_comma } => {
                let Some(last) = written.chars().last() else { continue };
                let is_initial = of_initials && last.is_uppercase();
                let is_inside = letters.peek().is_some();
                let ends_abbreviation = is_short && !*is_comma && is_consonant(last);
                let may_end = is_initial || has_digit || ends_abbreviation;
                if (is_inside && is_initial) || (!is_inside && may_end && last.is_alphanumeric()) {
                    written.push(if *is_comma && has_digit { ',' } else { '.' });
                }
            }
        }
    }
    written
}

/// Abbreviations end in one: «Инв.», «подл.», «док.».
fn is_consonant(letter: char) -> bool {
    letter.to_lowercase().all(|letter| "бвгджзклмнпрстфхцчшщ".contains(letter))
}

/// Bars of reinforcement as specifications have them, `Ø16 А500С, L=5400` (ГОСТ 34028-2016): the sign of the diameter is no
/// digit, and the length is no bracket.
fn reinforcement(text: &str, context: &Context<'_>) -> String {
    let behind = context.behind;
    const CLASSES: [&str; 8] = ["А240", "А400", "А500", "А600", "В500", "A240", "A400", "A500"];
    if let Some((sign, length)) = text.split_once('=')
        && matches!(sign, "[" | "1" | "l" | "I" | "|" | "(" | "{" | "1[" | "[1")
        && length.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | '.' | ';'))
    {
        return format!("L={length}");
    }
    if matches!(text, "Й" | "О" | "о" | "0" | "O" | "Ф" | "ф" | "@" | "©") && DIAMETERS_MM.contains(&behind) {
        return "Ø".to_owned();
    }
    // «16» may be a diameter, or 6 behind its sign, which is as wide as a digit while the one is narrow.
    let begins_with_sign = text.starts_with('1') && text.len() == 2 && begins_wide(context.marks);
    let is_whole = DIAMETERS_MM.contains(&text) && !begins_with_sign;
    if !is_whole && (behind == "шаг" || CLASSES.iter().any(|class| behind.starts_with(class))) {
        let diameter = DIAMETERS_MM.iter().copied().filter(|diameter| text.ends_with(diameter));
        let mut sign = diameter.filter_map(|diameter| Some((text.strip_suffix(diameter)?, diameter)));
        if let Some((_, diameter)) =
            sign.rfind(|(sign, _)| LIKE_DIAMETER.contains(sign) || begins_with_sign && *sign == "1")
        {
            return format!("Ø{diameter}");
        }
    }
    let size = text.trim_start_matches(['@', '©']);
    if size.len() < text.len() && size.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("Ø{size}");
    }
    text.to_owned()
}

/// Whether the first figure of what may be a diameter, `916`, is wider than a digit, as the sign `Ø` is.
pub(crate) fn may_be_diameter(text: &str, marks: &[Mark]) -> bool {
    const DIGITS: [char; 4] = ['3', '6', '8', '9'];
    let is_diameter = text.strip_prefix(DIGITS).is_some_and(|size| size.len() == 2 && DIAMETERS_MM.contains(&size));
    let widths: Vec<u32> = marks.iter().filter_map(Mark::width).collect();
    is_diameter && matches!(widths.as_slice(), [first, second, third] if *first * 10 > second.max(third) * 11)
}

/// Whether the first of two figures is about as wide as the second.
fn begins_wide(marks: &[Mark]) -> bool {
    let widths: Vec<u32> = marks.iter().filter_map(Mark::width).collect();
    matches!(widths.as_slice(), [first, second] if first * 5 >= second * 4 && *first > 0)
}

/// Grades of concrete (ГОСТ 26633-2015): class В7,5, frost resistance F150, water resistance W6. The Latin letters are not
/// in the alphabet of the recogniser.
fn concrete(text: &str) -> String {
    let plain = text.trim_end_matches([',', '.', ';']);
    let tail = text.get(plain.len()..).unwrap_or_default();
    let grade = |prefix: char| plain.strip_prefix(prefix).map(|rest| rest.replace('б', "6"));
    if let Some(frost) = grade('Е').or_else(|| grade('Р'))
        && matches!(frost.as_str(), "50" | "75" | "100" | "150" | "200" | "300" | "400")
    {
        return format!("F{frost}{tail}");
    }
    let slashes = plain.trim_start_matches(['\\', '/']);
    let water = grade('И').or_else(|| grade('М')).or_else(|| grade('Ш'));
    if let Some(water) = water.or_else(|| (slashes.len() < plain.len()).then(|| slashes.replace('б', "6")))
        && matches!(water.as_str(), "2" | "4" | "6" | "8" | "10" | "12")
    {
        return format!("W{water}{tail}");
    }
    match plain {
        "В75" => format!("В7,5{tail}"),
        "В125" => format!("В12,5{tail}"),
        "В225" => format!("В22,5{tail}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURE: Mark = Mark::Figure { start: 0, end: 0 };
    const POINT: Mark = Mark::Separator { is_comma: false };
    const COMMA: Mark = Mark::Separator { is_comma: true };

    fn context(marks: &[Mark]) -> Context<'_> {
        Context {
            before: "",
            behind: "",
            closes: false,
            begins_with_letter: false,
            marks,
            is_small: false,
            of_concrete: false,
        }
    }

    #[test]
    fn the_round_letter_of_technical_lettering_is_no_bracket() {
        let letter = Context { begins_with_letter: true, ..context(&[]) };
        assert_eq!(put_right("(огласовано", &letter), "Согласовано");
        assert_eq!(put_right("(Стадия", &letter), "Стадия");
        assert_eq!(put_right("(13", &letter), "С13");
        assert_eq!(put_right("(см.", &context(&[])), "(см.");
        assert_eq!(put_right("(см.", &Context { closes: true, ..letter }), "(см.");
    }

    #[test]
    fn specks_are_no_quotes_and_marks_are_large() {
        assert_eq!(put_right("‘условиях", &context(&[])), "условиях");
        assert_eq!(put_right("‚№", &context(&[])), "№");
        assert_eq!(["Изм..", "и...", ".."].map(|text| put_right(text, &context(&[]))), ["Изм.", "и...", "."]);
        assert_eq!(put_right("`", &context(&[])), "`");
        assert_eq!(put_right("М", &Context { behind: "док.", ..context(&[]) }), "№");
        assert_eq!(
            ["м800", "в25", "м2", "кв25", "12"].map(|text| put_right(text, &context(&[]))),
            ["М800", "В25", "м2", "кв25", "12"]
        );
    }

    #[test]
    fn points_and_commas_stand_where_they_are_seen() {
        assert_eq!(put_right("ИИ", &context(&[FIGURE, POINT, FIGURE, POINT])), "И.И.");
        assert_eq!(put_right("Нконтр", &context(&[FIGURE, POINT, FIGURE, FIGURE, FIGURE, FIGURE, FIGURE])), "Н.контр");
        assert_eq!(put_right("А500С", &context(&[FIGURE, FIGURE, FIGURE, FIGURE, FIGURE, COMMA])), "А500С,");
        assert_eq!(put_right("подл", &context(&[FIGURE, FIGURE, FIGURE, FIGURE, POINT])), "подл.");
        assert_eq!(put_right("дата", &context(&[FIGURE, FIGURE, FIGURE, FIGURE, POINT])), "дата");
        // A speck in a word is no point.
        assert_eq!(put_right("бетон", &context(&[FIGURE, FIGURE, POINT, FIGURE, FIGURE, FIGURE])), "бетон");
        // Parts that are not one for a letter tell nothing.
        assert_eq!(put_right("ИЫ", &context(&[FIGURE, POINT, FIGURE, FIGURE])), "ИЫ");
    }

    #[test]
    fn bars_and_concrete_have_their_signs() {
        assert_eq!(put_right("916", &Context { behind: "А500С,", ..context(&[]) }), "Ø16");
        assert_eq!(put_right("916", &Context { behind: "шт.", ..context(&[]) }), "916");
        let figures = |first, second| {
            let (start, end) = (first + 4, first + 4 + second);
            [Mark::Figure { start: 0, end: first }, Mark::Figure { start, end }]
        };
        let bar = |marks| put_right("16", &Context { behind: "А500С", ..context(marks) });
        assert_eq!([bar(&figures(4, 10)), bar(&figures(11, 10))], ["16", "Ø6"]);
        let step = |text| put_right(text, &Context { behind: "шаг", ..context(&[]) });
        assert_eq!(["216", "25", "28", "36", "120", "12"].map(step), ["Ø16", "25", "28", "36", "120", "12"]);
        let wide = figures(11, 10);
        assert_eq!(put_right("28", &Context { behind: "А500С", ..context(&wide) }), "28");
        assert_eq!(put_right("Й", &Context { behind: "16", ..context(&[]) }), "Ø");
        let widths = |widths: [u32; 3]| widths.map(|end| Mark::Figure { start: 0, end });
        assert!(may_be_diameter("916", &widths([12, 5, 10])) && !may_be_diameter("916", &widths([10, 5, 10])));
        assert!(!may_be_diameter("917", &widths([12, 5, 10])) && !may_be_diameter("916", &[]));
        assert_eq!(put_right("1[=5400", &context(&[])), "L=5400");
        assert_eq!(put_right("@©80", &context(&[])), "Ø80");
        let concrete = Context { of_concrete: true, ..context(&[]) };
        let words = ["В75", "Е150", "\\/б", "Е15"].map(|text| put_right(text, &concrete));
        assert_eq!(words, ["В7,5", "F150", "W6", "Е15"]);
    }

    #[test]
    fn signs_of_multiplication_stand_above_the_line() {
        let (f, t) = (false, true);
        assert_eq!(crosses("12х3,5", &[f, f, t, f, f]), "12×3,5");
        assert_eq!(crosses("12х3,5", &[f, f, f, f, f]), "12х3,5");
        assert_eq!(crosses("12х3,5", &[f, f, t, f]), "12х3,5");
        assert_eq!(crosses("2-х", &[f, t]), "2-х");
    }

    #[test]
    fn pressures_are_latin() {
        let read =
            ["Р№20", "РМ№16", "ППРМ№20", "Р№7", "№20", "РМ20", "ППР№10"].map(|text| put_right(text, &context(&[])));
        assert_eq!(read, ["PN20", "PN16", "PN20", "Р№7", "№20", "РМ20", "ППР№10"]);
    }

    #[test]
    fn digits_stand_among_digits() {
        assert_eq!(put_right("1О5,З2", &context(&[])), "105,З2");
        assert_eq!(put_right("КР1О", &context(&[])), "КР10");
        assert_eq!(put_right("11б27п", &context(&[])), "11б27п");
    }
}
