//! Whether a quote stands on a page, word for word, and where.

use domain::{Page, Rect};

/// Fewer words than these stand everywhere.
const FEWEST_WORDS: usize = 2;
const MOST_WORDS: usize = 60;

/// A quote found on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// As it stands on the page, with single spaces.
    pub(crate) text: String,
    /// Its places, one for each line.
    pub(crate) boxes: Vec<Rect>,
    /// The least sure of its words.
    pub(crate) confidence: f32,
}

/// Looks for `quote` among the words of the page in their reading order: every word must be the same to the letter, but
/// for signs before the first and after the last. `None` when it does not stand there, or is one word or a whole page.
pub(crate) fn find(page: &Page, quote: &str) -> Option<Found> {
    let wanted: Vec<&str> = quote.split_whitespace().collect();
    if !(FEWEST_WORDS..=MOST_WORDS).contains(&wanted.len()) || !quote.chars().any(char::is_alphabetic) {
        return None;
    }
    let words: Vec<(&str, usize)> = page
        .words
        .iter()
        .enumerate()
        .flat_map(|(index, word)| word.text.split_whitespace().map(move |part| (part, index)))
        .collect();
    let place = words.windows(wanted.len()).find(|window| stands(window, &wanted))?;
    let mut boxes: Vec<Rect> = Vec::new();
    let mut confidence = 1.0_f32;
    for word in place.iter().filter_map(|(_, index)| page.words.get(*index)) {
        confidence = confidence.min(word.confidence);
        match boxes.last_mut() {
            Some(line) if line.y0 < word.bounds.centre().1 && word.bounds.centre().1 < line.y1 => {
                *line = line.union(word.bounds);
            }
            _ => boxes.push(word.bounds),
        }
    }
    Some(Found { text: wanted.join(" "), boxes, confidence })
}

fn stands(window: &[(&str, usize)], wanted: &[&str]) -> bool {
    let last = wanted.len() - 1;
    window.iter().zip(wanted).enumerate().all(|(place, ((on_page, _), wanted))| {
        let ends_well = |rest: &str| !rest.starts_with(char::is_alphanumeric);
        let begins_well = |rest: &str| !rest.ends_with(char::is_alphanumeric);
        match place {
            0 => on_page.strip_suffix(wanted).is_some_and(begins_well),
            place if place == last => on_page.strip_prefix(wanted).is_some_and(ends_well),
            _ => on_page == wanted,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{TextSource, Word};

    fn page(lines: &[&str]) -> Page {
        let mut words = Vec::new();
        for (line, y) in lines.iter().zip((0_u16..).map(|line| f32::from(line) * 12.0)) {
            for (text, x) in line.split_whitespace().zip((0_u16..).map(|word| f32::from(word) * 50.0)) {
                let bounds = Rect { x0: x, y0: y, x1: x + 45.0, y1: y + 10.0 };
                words.push(Word { text: text.to_owned(), bounds, size_pt: 10.0, rotation_deg: 0, confidence: 0.8 });
            }
        }
        Page {
            page: 1,
            width_pt: 595.0,
            height_pt: 842.0,
            source: TextSource::Text,
            text: lines.join("\n"),
            words,
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        }
    }

    #[test]
    fn a_quote_stands_word_for_word_or_not_at_all() {
        let page = page(&["1. «Устройство песчаной", "подготовки; устройство опалубки."]);
        let found = find(&page, "Устройство  песчаной подготовки").unwrap();
        assert_eq!((found.text.as_str(), found.boxes.len()), ("Устройство песчаной подготовки", 2));
        assert!((found.confidence - 0.8).abs() < 1e-6);
        assert!(find(&page, "устройство опалубки").is_some());
        for absent in [
            "",
            "подготовки",
            "устройство песчаной подготовки",
            "Устройство подготовки",
            "ройство песчаной подготовки",
            "Устройство песчаной подготов",
            "Устройство песчаной подготовки устройство",
            "песчаной Устройство",
        ] {
            assert_eq!(find(&page, absent), None, "{absent}");
        }
    }
}
