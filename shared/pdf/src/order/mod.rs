//! Reading order.

use domain::Word;

/// Puts words into reading order and writes the text.
pub(crate) fn arrange(words: Vec<Word>) -> (Vec<Word>, String) {
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    (words, text)
}
