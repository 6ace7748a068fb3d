//! Levels (отметки) in texts: «-2,550», and what lies under them.

/// A level in thousandths of a metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Level(pub(crate) i32);

impl Level {
    /// As drawings write it: a sign, a comma, three figures.
    pub(crate) fn text(self) -> String {
        let sign = match self.0 {
            0 => "",
            below if below < 0 => "-",
            _ => "+",
        };
        let above = self.0.unsigned_abs();
        format!("{sign}{},{:03}", above / 1000, above % 1000)
    }

    /// The level this many millimetres lower.
    pub(crate) fn lower(self, mm: u32) -> Self {
        Self(self.0.saturating_sub(i32::try_from(mm).unwrap_or(i32::MAX)))
    }
}

/// Reads a word as a level: a sign may stand before, three decimals must follow.
pub(crate) fn parse(word: &str) -> Option<Level> {
    let word = word.trim_matches(|letter: char| "()[];:«»".contains(letter)).trim_end_matches(['.', ',']);
    let (negative, figures) = match word.chars().next()? {
        '-' | '−' | '–' => (true, word.trim_start_matches(['-', '−', '–'])),
        '+' | '±' => (false, word.trim_start_matches(['+', '±'])),
        _ => (false, word),
    };
    let (whole, decimals) = figures.split_once([',', '.'])?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(plain(whole) && plain(decimals) && decimals.len() == 3 && whole.len() <= 3) {
        return None;
    }
    let value = whole.parse::<i32>().ok()? * 1000 + decimals.parse::<i32>().ok()?;
    Some(Level(if negative { -value } else { value }))
}

/// The level that a title names: behind «отм.» or «отметке».
pub(crate) fn in_title(text: &str) -> Option<Level> {
    let mut after = false;
    for word in text.split_whitespace() {
        let lower = word.to_lowercase();
        if let Some(rest) = lower.strip_prefix("отм.")
            && let Some(level) = parse(rest)
        {
            return Some(level);
        }
        if after && let Some(level) = parse(word) {
            return Some(level);
        }
        after = lower.starts_with("отм") || (after && matches!(word, "-" | "+"));
    }
    None
}

/// The first word of a text that is a level.
pub(crate) fn in_text(text: &str) -> Option<Level> {
    text.split_whitespace().find_map(|word| {
        let signed =
            word.starts_with(['-', '−', '–', '+', '±']) || word.starts_with("0,000") || word.starts_with("0.000");
        parse(word).filter(|_| signed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_and_written() {
        for (text, value) in
            [("-2,550", -2550), ("+3.300", 3300), ("0,000", 0), ("−12,050", -12050), ("(-0,350)", -350)]
        {
            assert_eq!(parse(text), Some(Level(value)), "{text}");
        }
        for text in ["2,55", "1000", "-2", "26.13330.2012", "+121,35", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(Level(-2550).text(), "-2,550");
        assert_eq!(Level(3300).lower(200).text(), "+3,100");
        assert_eq!(Level(0).text(), "0,000");
        assert_eq!(in_title("План на отм. +3,900"), Some(Level(3900)));
        assert_eq!(in_title("План отм.-0,150"), Some(Level(-150)));
        assert_eq!(in_title("План 1 этажа 3,900"), None);
    }
}
