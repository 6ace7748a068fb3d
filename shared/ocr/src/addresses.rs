//! Addresses of electronic mail: read as Russian they are torn into pieces of no certainty.

use crate::trust::{MAX_RUSSIAN, certainty, is_covered};
use ports::ReadWord;

/// Puts the addresses of a line in the place of all words that they cover, unless one of these is sure: `latin` is the same line
/// as a recogniser of Latin letters saw it.
pub(crate) fn mend(words: &mut Vec<ReadWord>, latin: &[ReadWord]) {
    for address in addresses(latin) {
        let is_torn = |word: &ReadWord| is_covered(word, &address);
        let is_sure = words.iter().any(|word| is_torn(word) && word.confidence > MAX_RUSSIAN);
        if let Some(place) = words.iter().position(is_torn).filter(|_| !is_sure) {
            words.retain(|word| !is_torn(word));
            words.insert(place, address);
        }
    }
}

/// The addresses of electronic mail among words, each whole or in two pieces beside its «@».
fn addresses(words: &[ReadWord]) -> Vec<ReadWord> {
    let joined = |pieces: &[ReadWord]| {
        let (first, last) = (pieces.first()?, pieces.last()?);
        let text: String = pieces.iter().map(|word| word.text.as_str()).collect();
        let [left, top, ..] = first.bounds;
        let [.., right, bottom] = last.bounds;
        let bounds = [left, top.min(last.bounds[1]), right, bottom.max(first.bounds[3])];
        is_address(&text).then(|| ReadWord { text, bounds, confidence: certainty(pieces) })
    };
    let at = |place: usize| [place..place + 1, place.saturating_sub(1)..place + 1, place..place + 2];
    let has_at = words.iter().enumerate().filter(|(_, word)| word.text.contains('@'));
    has_at.filter_map(|(place, _)| at(place).into_iter().find_map(|range| joined(words.get(range)?))).collect()
}

/// Whether a word is an address of electronic mail: Russian letters make nothing like it.
fn is_address(text: &str) -> bool {
    let Some((name, place)) = text.split_once('@') else { return false };
    let Some((_, domain)) = place.rsplit_once('.') else { return false };
    let is_name =
        |part: &str| part.len() >= 2 && part.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"._-".contains(&sign));
    is_name(name) && is_name(place) && domain.len() >= 2 && domain.bytes().all(|sign| sign.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start: u32, confidence: f32) -> ReadWord {
        ReadWord { text: text.to_owned(), bounds: [start, 0, start + 50, 20], confidence }
    }

    fn mended(mut words: Vec<ReadWord>, latin: &[ReadWord]) -> Vec<String> {
        mend(&mut words, latin);
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn an_address_takes_the_place_of_what_it_was_torn_into() {
        let address = ReadWord { bounds: [55, 0, 230, 20], ..word("zakaz@stroi-m.ru", 55, 0.35) };
        let torn =
            |confidence| vec![word("почты:", 0, 0.9), word("7а", 60, 0.2), word("Ка7@згои-т.ги", 120, confidence)];
        assert_eq!(mended(torn(0.3), std::slice::from_ref(&address)), ["почты:", "zakaz@stroi-m.ru"]);
        assert_eq!(mended(torn(0.7), &[address]).len(), 3, "what is read for sure stays");
        let pieces = [word("zakaz", 60, 0.5), word("@stroi-m.ru", 120, 0.5)];
        assert_eq!(mended(torn(0.3), &pieces), ["почты:", "zakaz@stroi-m.ru"]);
        assert!(!is_address("а@b.ru") && !is_address("25@10") && !is_address("zakaz@stroi") && !is_address("z@s.R"));
    }
}
