//! Whether a page looks as if it had a table: only then its lines are read.

use super::unruled;
use domain::Page;

/// Words of headings that a sheet without a table hardly has.
static HEADING_WORDS: [&str; 16] = [
    "наименование",
    "обозначение",
    "примечание",
    "количество",
    "кол",
    "поз",
    "позиция",
    "марка",
    "масса",
    "ед",
    "единица",
    "объем",
    "площадь",
    "п/п",
    "характеристика",
    "изготовитель",
];
/// How many different ones are enough.
const ENOUGH_WORDS: usize = 3;

/// What is counted in a list of works or materials, as a word of its own.
static UNITS: [&str; 10] = ["шт", "шт.", "м", "м2", "м²", "м3", "м³", "кг", "т", "компл."];
/// Most words of a sheet that only ends a table begun before, and the fewest units that its rows show.
const FEW_WORDS: usize = 120;
const ENOUGH_UNITS: usize = 2;

/// Whether the words of the page name columns, stand in columns, or are the last rows of a list.
pub(crate) fn looks_tabular(page: &Page) -> bool {
    names_columns(page) || ends_list(page) || unruled::has_columns(page)
}

fn ends_list(page: &Page) -> bool {
    let is_unit = |text: &str| UNITS.contains(&text);
    page.words.len() <= FEW_WORDS && page.words.iter().filter(|word| is_unit(&word.text)).count() >= ENOUGH_UNITS
}

fn names_columns(page: &Page) -> bool {
    let mut seen = [false; HEADING_WORDS.len()];
    for word in &page.words {
        // Most words are told by their length alone.
        if !(4..=30).contains(&word.text.len()) {
            continue;
        }
        if !starts_like_heading(&word.text) {
            continue;
        }
        let plain = word.text.trim_end_matches(['.', ',', ':', '-']);
        let found = HEADING_WORDS.iter().position(|name| same_letters(plain, name));
        let in_block = |(x, y)| page.title_block.is_some_and(|block| block.contains(x, y));
        if let Some(place) = found
            && !in_block(word.bounds.centre())
            && let Some(mark) = seen.get_mut(place)
        {
            *mark = true;
        }
    }
    seen.iter().filter(|seen| **seen).count() >= ENOUGH_WORDS
}

/// Whether some heading word begins with the same letter; quick, for nearly all words are none.
fn starts_like_heading(word: &str) -> bool {
    matches!(
        word.as_bytes(),
        // Capitals and small letters of К М Н О П, of Е И and Х.
        [0xd0, 0x9a | 0x9c..=0x9f | 0xba | 0xbc..=0xbf | 0x95 | 0xb5 | 0x98 | 0xb8 | 0xa5, ..] | [0xd1, 0x85, ..]
    )
}

/// Whether a word is `name`, its case aside.
fn same_letters(word: &str, name: &str) -> bool {
    let small = |letter: char| match letter {
        'а'..='я' => letter,
        other => other.to_lowercase().next().unwrap_or(other),
    };
    word.len() == name.len() && word.chars().map(small).eq(name.chars())
}

#[cfg(test)]
mod tests {
    use super::{HEADING_WORDS, same_letters, starts_like_heading};

    #[test]
    fn heading_words_are_told_by_their_first_letter_in_either_case() {
        for name in HEADING_WORDS {
            let mut letters = name.chars();
            let first = letters.next().unwrap();
            let capital: String = first.to_uppercase().chain(letters).collect();
            assert!(starts_like_heading(name) && starts_like_heading(&capital), "{name}");
            assert!(same_letters(&capital, name) && same_letters(&name.to_uppercase(), name), "{name}");
        }
        assert!(!same_letters("План", "поз"));
    }
}
