//! Bullets and item numbers at the beginning of a line.

use crate::lines::is_bullet;

/// What stands before an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A dash of any length, or another bullet character.
    Bullet(char),
    /// A number: `[1]` for «1.», `[5, 2]` for «5.2», and whether it has a mark behind it.
    Number { parts: Vec<u32>, marked: bool },
}

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
            _ => false,
        }
    }

    /// Whether a list can begin with it: a bullet, or a number that ends in 1.
    pub(crate) fn opens(&self) -> bool {
        match self {
            Self::Bullet(_) => true,
            Self::Number { parts, .. } => parts.last() == Some(&1),
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
        ] {
            assert_eq!(split(line), Some((mark, body)), "{line}");
        }
        for line in ["-2,550", "-", "Монтаж", "1.", "2024 г.", "0,5 м"] {
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
    }
}
