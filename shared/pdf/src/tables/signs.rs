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

/// Whether the words of the page name columns or stand in columns.
pub(crate) fn looks_tabular(page: &Page) -> bool {
    names_columns(page) || unruled::has_columns(page)
}

fn names_columns(page: &Page) -> bool {
    let mut seen = [false; HEADING_WORDS.len()];
    for word in &page.words {
        // Most words are told by their length alone.
        if !(4..=30).contains(&word.text.len()) {
            continue;
        }
        let plain = word.text.trim_end_matches(['.', ',', ':', '-']);
        if !may_be_heading(plain) {
            continue;
        }
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

/// Whether some heading word begins with the same letter and is as long; quick, for nearly all words are none.
fn may_be_heading(word: &str) -> bool {
    static FIRST_LETTERS: &str = "НнОоПпКкМмЕеХхИи";
    let first = word.as_bytes().get(..2);
    FIRST_LETTERS.as_bytes().chunks(2).any(|letter| Some(letter) == first)
        && HEADING_WORDS.iter().any(|name| name.len() == word.len())
}

/// Whether a word is `name`, its case aside.
fn same_letters(word: &str, name: &str) -> bool {
    word.len() == name.len() && word.chars().flat_map(char::to_lowercase).eq(name.chars())
}
