//! What is read where nothing is written: strokes of a drawing taken for a one, a signature for a letter, rules for dashes.

use domain::Word;

/// A one has a flag: what is slimmer is a stroke. Width by height.
const SLIMMEST_ONE: f32 = 0.22;
/// No letter is as wide: a signature is.
const WIDEST_LETTER: f32 = 2.2;

/// Takes out of the words of a line what is none.
pub(crate) fn swept(mut words: Vec<Word>, is_in_cell: bool) -> Vec<Word> {
    words.retain(|word| !is_rule(&word.text));
    let has_writing = words.iter().any(|word| word.text.contains(|sign: char| sign.is_alphanumeric() || sign == '№'));
    let is_crumb = match words.as_slice() {
        [word] if has_writing => is_no_letter(word),
        // A dash in a cell says that there is nothing, two strokes that it is the same.
        [word] => !is_in_cell || word.text.contains(['.', ',', ':', ';', '|']),
        _ => !has_writing,
    };
    if is_crumb { Vec::new() } else { words }
}

/// Underscores, and dashes in a row.
fn is_rule(text: &str) -> bool {
    let is_line = |sign: char| matches!(sign, '_' | '-' | '–' | '—' | '=');
    text.chars().all(is_line) && (text.contains('_') || text.chars().count() > 1)
}

/// A single sign with a shape that it cannot have.
fn is_no_letter(word: &Word) -> bool {
    let mut signs = word.text.chars().filter(|sign| sign.is_alphanumeric());
    let (Some(sign), None) = (signs.next(), signs.next()) else { return false };
    let (width, height) = (word.bounds.x1 - word.bounds.x0, word.bounds.y1 - word.bounds.y0);
    let share = if matches!(word.rotation_deg, 90 | 270) { height / width } else { width / height };
    let is_single = word.text.trim_end_matches(['.', ',']).chars().count() == 1;
    (sign == '1' && share < SLIMMEST_ONE) || (is_single && share > WIDEST_LETTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, width: f32, height: f32, rotation_deg: u16) -> Word {
        let bounds = domain::Rect { x0: 10.0, y0: 10.0, x1: 10.0 + width, y1: 10.0 + height };
        Word { text: text.to_owned(), bounds, size_pt: 10.0, rotation_deg, confidence: 0.9 }
    }

    fn kept(words: Vec<Word>, is_in_cell: bool) -> usize {
        swept(words, is_in_cell).len()
    }

    #[test]
    fn strokes_and_signatures_are_no_letters() {
        assert_eq!(kept(vec![word("1", 1.0, 19.7, 0)], false), 0);
        assert_eq!(kept(vec![word("1", 19.7, 1.0, 90)], false), 0);
        assert_eq!(kept(vec![word("1", 2.4, 7.0, 0)], false), 1);
        assert_eq!(kept(vec![word("м", 27.0, 10.0, 0)], true), 0);
        assert_eq!(kept(vec![word("12", 27.0, 10.0, 0)], true), 1);
        assert_eq!(kept(vec![word("+/-3", 27.0, 10.0, 0)], false) + kept(vec![word("№8", 27.0, 10.0, 0)], false), 2);
    }

    #[test]
    fn rules_are_no_dashes() {
        assert_eq!(kept(vec![word("——", 20.0, 2.0, 0), word("_", 9.0, 2.0, 0), word("Узел", 20.0, 7.0, 0)], false), 1);
        assert_eq!((kept(vec![word("—", 6.0, 2.0, 0)], true), kept(vec![word("—", 6.0, 2.0, 0)], false)), (1, 0));
        assert_eq!(kept(vec![word(".", 1.0, 1.0, 0)], true), 0);
        let text = vec![word("Бетон", 20.0, 7.0, 0), word("—", 6.0, 2.0, 0), word("В25", 20.0, 7.0, 0)];
        assert_eq!(kept(text, false), 3);
    }
}
