//! Bullets and item numbers at the beginning of a line.

use crate::lines::is_bullet;

/// What stands before an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A dash of any length, or another bullet character.
    Bullet(char),
    /// A number: `[1]` for «1.», `[5, 2]` for «5.2», and whether it has a mark behind it.
    Number { parts: Vec<u32>, marked: bool },
    /// A small letter with a bracket, «а)»: its place in [`LETTERS`].
    Letter(usize),
}

/// Small letters in their order. ГОСТ Р 2.105 leaves out some of them (ё, з, й, о, ч, ъ, ы, ь), designers leave out others.
const LETTERS: &str = "абвгдежзийклмнопрстуфхцчшщъыьэюя";

/// How many letters may be left out between one item and the next: «ъ», «ы» and «ь» stand together.
const LETTERS_LEFT_OUT: usize = 3;

impl Mark {
    /// Whether the mark can stand before the item that follows an item with `self`.
    pub(crate) fn goes_on_with(&self, next: &Self) -> bool {
        match (self, next) {
            (Self::Bullet(one), Self::Bullet(other)) => one == other,
            (Self::Number { parts: one, marked: a }, Self::Number { parts: other, marked: b }) => {
                let (Some((last, head)), Some((next_last, next_head))) = (one.split_last(), other.split_last()) else {
                    return false;
                };
                a == b && head == next_head && *next_last == last + 1
            }
            (Self::Letter(one), Self::Letter(other)) => (one + 1..=one + 1 + LETTERS_LEFT_OUT).contains(other),
            _ => false,
        }
    }

    /// Whether a list can begin with it: a bullet, or a number that ends in 1.
    pub(crate) fn opens(&self) -> bool {
        match self {
            Self::Bullet(_) => true,
            Self::Number { parts, .. } => parts.last() == Some(&1),
            Self::Letter(place) => *place == 0,
        }
    }
}

/// Takes the mark off the line; `None` when it has none or nothing stands behind it.
pub(crate) fn split(text: &str) -> Option<(Mark, &str)> {
    let trimmed = text.trim_start();
    let mut letters = trimmed.chars();
    let first = letters.next()?;
    if is_bullet(first.encode_utf8(&mut [0; 4])) {
        let rest = letters.as_str();
        // «-2,550» is a level, not an item.
        let glued_figure =
            !rest.starts_with(char::is_whitespace) && rest.starts_with(|letter: char| letter.is_ascii_digit());
        let body = rest.trim_start();
        return (!glued_figure && !body.is_empty()).then(|| (Mark::Bullet(dash(first)), body));
    }
    if let Some(place) = letter_place(first)
        && let Some(rest) = letters.as_str().strip_prefix(')')
    {
        let body = rest.trim_start();
        return body
            .starts_with(|letter: char| letter.is_alphabetic() || "«\"(".contains(letter))
            .then_some((Mark::Letter(place), body));
    }
    let end = trimmed.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(trimmed.len());
    let (number, rest) = trimmed.split_at_checked(end)?;
    let bracket = rest.starts_with(')');
    let rest = rest.strip_prefix(')').unwrap_or(rest);
    let dotted = number.ends_with('.');
    let parts: Option<Vec<u32>> =
        number.trim_end_matches('.').split('.').map(|part| part.parse().ok().filter(|_| part.len() <= 3)).collect();
    let parts = parts.filter(|parts| parts.len() <= 3)?;
    let marked = bracket || dotted || parts.len() > 1;
    let body = rest.trim_start();
    let separated = rest.starts_with(char::is_whitespace) || (marked && body.starts_with(char::is_alphabetic));
    (separated && body.starts_with(|letter: char| letter.is_alphabetic() || "«\"(".contains(letter)))
        .then_some((Mark::Number { parts, marked }, body))
}

/// Whether a word is the letter of an item, «б)», and nothing more.
pub(crate) fn is_letter_mark(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().and_then(letter_place).is_some() && letters.as_str() == ")"
}

/// The place of a small letter; Latin look-alikes count as what they look like.
fn letter_place(letter: char) -> Option<usize> {
    let letter = match letter {
        'a' => 'а',
        'c' => 'с',
        'e' | 'ё' => 'е',
        'k' => 'к',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        other => other,
    };
    LETTERS.chars().position(|known| known == letter)
}

/// One dash for all dashes: lists mix them.
fn dash(letter: char) -> char {
    if matches!(letter, '-' | '–' | '—' | '−' | '‒' | '―') { '–' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_off_and_levels_stay() {
        for (line, mark, body) in [
            ("- разработка котлована;", Mark::Bullet('–'), "разработка котлована;"),
            ("•Монтаж", Mark::Bullet('•'), "Монтаж"),
            ("\u{f0b7} монтаж", Mark::Bullet('\u{f0b7}'), "монтаж"),
            ("1. Монтаж", Mark::Number { parts: vec![1], marked: true }, "Монтаж"),
            ("12) монтаж", Mark::Number { parts: vec![12], marked: true }, "монтаж"),
            ("5.2 Монтаж", Mark::Number { parts: vec![5, 2], marked: true }, "Монтаж"),
            ("3 Монтаж", Mark::Number { parts: vec![3], marked: false }, "Монтаж"),
            ("а) монтаж", Mark::Letter(0), "монтаж"),
            ("c)монтаж", Mark::Letter(17), "монтаж"),
        ] {
            assert_eq!(split(line), Some((mark, body)), "{line}");
        }
        for line in ["-2,550", "-", "Монтаж", "1.", "2024 г.", "0,5 м", "а)", "а) 5", "я. Монтаж", "в грунте"]
        {
            assert_eq!(split(line), None, "{line}");
        }
    }

    #[test]
    fn numbers_must_follow_each_other() {
        let number = |parts: &[u32]| Mark::Number { parts: parts.to_vec(), marked: true };
        assert!(number(&[1]).goes_on_with(&number(&[2])));
        assert!(number(&[5, 1]).goes_on_with(&number(&[5, 2])));
        assert!(!number(&[5, 1]).goes_on_with(&number(&[6])));
        assert!(!number(&[2]).goes_on_with(&number(&[2])));
        assert!(!number(&[2]).goes_on_with(&Mark::Bullet('–')));
        assert!(number(&[5, 1]).opens() && !number(&[12]).opens());
        let letter = |letter: &str| split(&format!("{letter}) монтаж")).unwrap_or_else(|| panic!("{letter}")).0;
        for (one, next) in [("а", "б"), ("ж", "и"), ("и", "к"), ("н", "п"), ("щ", "э")] {
            assert!(letter(one).goes_on_with(&letter(next)), "{one} {next}");
        }
        assert!(!letter("б").goes_on_with(&letter("а")) && !letter("а").goes_on_with(&letter("е")));
        assert!(letter("а").opens() && !letter("б").opens());
    }
}
