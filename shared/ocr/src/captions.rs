//! The captions of the left margin of a sheet (ГОСТ Р 21.101, графы 19–22), which are the same on all drawings: a recogniser
//! that made out most of one means it. Between thick rules and upright it seldom makes out all.

use ports::ReadWord;

/// The words of the captions; some write the third as they please.
const CAPTIONS: [&[&str]; 5] = [
    &["Инв.", "№", "подл."],
    &["Подп.", "и", "дата"],
    &["Взам.", "инв.", "№"],
    &["Взаим.", "инв.", "№"],
    &["Согласовано"],
];

/// The words of a caption in the place of what was read in a line that goes from `start` to `end`; none when it is not
/// nearly one.
pub(crate) fn caption(read: &[ReadWord], start: u32, end: u32) -> Option<Vec<ReadWord>> {
    let seen = letters(read.iter().map(|word| word.text.as_str()));
    let caption = CAPTIONS.get(nearest(&seen, CAPTIONS.iter().map(|caption| letters(caption.iter().copied())))?)?;
    let whole = caption.iter().map(|word| word.chars().count() + 1).sum::<usize>().saturating_sub(1).max(1);
    let confidence = read.iter().map(|word| word.confidence).sum::<f32>() / read.len().max(1) as f32;
    let at = |letter: usize| start + (end.saturating_sub(start) as usize * letter / whole) as u32;
    let mut place = 0;
    let words = caption.iter().map(|word| {
        let from = place;
        place += word.chars().count();
        let bounds = [at(from), 0, at(place), 1];
        place += 1;
        ReadWord { text: (*word).to_owned(), bounds, confidence }
    });
    let mut words: Vec<ReadWord> = words.collect();
    let ends_with_colon = read.last().is_some_and(|word| word.text.ends_with(':'));
    if let Some(last) = words.last_mut().filter(|_| ends_with_colon) {
        last.text.push(':');
    }
    Some(words)
}

/// The letters alone, small.
fn letters<'t>(words: impl Iterator<Item = &'t str>) -> Vec<char> {
    words.flat_map(str::chars).filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Which of the texts known is nearly the one read: of three letters one may be wrong.
pub(crate) fn nearest(read: &[char], known: impl Iterator<Item = Vec<char>>) -> Option<usize> {
    let near = |(place, own): (usize, Vec<char>)| {
        let edits = edits(read, &own);
        (edits * 3 <= own.len()).then_some((edits, place))
    };
    known.enumerate().filter_map(near).min_by_key(|(edits, _)| *edits).map(|(_, place)| place)
}

/// Least number of letters put in, taken out or changed.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.iter().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (above, own) in row.iter_mut().skip(1).zip(other) {
            let best = (*above + 1).min(left + 1).min(diagonal + usize::from(letter != own));
            diagonal = std::mem::replace(above, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{caption, edits};
    use ports::ReadWord;

    fn read(text: &str) -> Option<Vec<String>> {
        let words: Vec<ReadWord> = text
            .split(' ')
            .map(|word| ReadWord { text: word.to_owned(), bounds: [0, 0, 9, 9], confidence: 0.6 })
            .collect();
        caption(&words, 10, 130).map(|words| words.into_iter().map(|word| word.text).collect())
    }

    #[test]
    fn nearly_a_caption_is_one() {
        assert_eq!(read("Инв Е подл").unwrap(), ["Инв.", "№", "подл."]);
        assert_eq!(read("Подп. дата").unwrap(), ["Подп.", "и", "дата"]);
        assert_eq!(read("Взам. ани").unwrap(), ["Взам.", "инв.", "№"]);
        assert_eq!(read("Взаим инв").unwrap(), ["Взаим.", "инв.", "№"]);
        assert_eq!(read("огласовано").unwrap(), ["Согласовано"]);
        assert!(read("Подпорная стена").is_none());
        assert!(read("4500").is_none());
        assert!(read("Инв").is_none());
    }

    #[test]
    fn words_of_a_caption_stand_one_behind_the_other() {
        let word = ReadWord { text: "Подпидата".to_owned(), bounds: [0, 0, 9, 9], confidence: 0.6 };
        let words = caption(&[word], 10, 130).unwrap();
        let bounds: Vec<(u32, u32)> = words.iter().map(|word| (word.bounds[0], word.bounds[2])).collect();
        assert_eq!(bounds, [(10, 60), (70, 80), (90, 130)]);
    }

    #[test]
    fn edits_are_counted() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(edits(&letters("дата"), &letters("дта")), 1);
        assert_eq!(edits(&letters(""), &letters("дта")), 3);
        assert_eq!(edits(&letters("ани"), &letters("инв")), 2);
    }
}
