//! Words that nothing vouches for, numbers and marks and abbreviations, read once more from a picture of another size: a
//! recogniser that errs is seldom sure, and where it is, it seldom errs twice in the same way.

use crate::doubts::Place;
use crate::spelling::{PUT_RIGHT, core, is_cyrillic};
use crate::trust::DOUBTED;
use domain::{Word, cyrillic_capital};
use ports::Recognizer;

/// A dictionary vouches for words of so many letters; shorter ones are found in it by chance.
const MIN_VOUCHED: usize = 4;
/// Short words that hardly a line of text is without, and that are no piece of another.
const BINDING: [&str; 17] =
    ["и", "в", "на", "не", "по", "до", "из", "от", "за", "об", "но", "для", "при", "без", "или", "его", "их"];

/// Whether another reading of a word is worth asking for: it is believed, and no dictionary has it, nor is it one of the short
/// words that bind others to a line.
pub(crate) fn is_open(word: &Word, place: Place, recognizer: &dyn Recognizer) -> bool {
    let text = core(&word.text);
    let is_binding = place == Place::Line && BINDING.contains(&text);
    word.confidence >= Word::BELIEVED && !text.is_empty() && !is_binding && !is_vouched(text, recognizer)
}

/// Doubts a word when none of the other readings of its line has it at its place.
pub(crate) fn weigh(word: &mut Word, readings: &[Vec<Word>]) {
    let meant = letters(&word.text);
    let agrees = |reading: &Vec<Word>| {
        let other: String =
            reading.iter().filter(|other| is_inside(word, other)).map(|word| word.text.as_str()).collect();
        letters(&other) == meant
    };
    if !readings.iter().any(agrees) {
        word.confidence = word.confidence.min(DOUBTED);
    }
}

/// Takes a word of the dictionary that another reading has in the place of a doubted one which is none.
pub(crate) fn take_word<'w>(
    word: &mut Word,
    mut readings: impl Iterator<Item = &'w Vec<Word>>,
    recognizer: &dyn Recognizer,
) {
    let is_open = |text: &str| core(text).chars().filter(|letter| is_cyrillic(*letter)).count() >= MIN_VOUCHED;
    if word.confidence > DOUBTED || !is_open(&word.text) || is_vouched(&word.text, recognizer) {
        return;
    }
    let other = readings.find_map(|reading| {
        let mut inside = reading.iter().filter(|other| is_inside(word, other));
        let other = inside.next().filter(|other| is_vouched(&other.text, recognizer))?;
        let is_whole = inside.next().is_none() && other.text.chars().count() + 1 >= word.text.chars().count();
        is_whole.then_some(other)
    });
    if let Some(other) = other {
        *word = Word { confidence: PUT_RIGHT.min(other.confidence), ..other.clone() };
    }
}

/// Whether a dictionary has a word that is too long to be there by chance.
fn is_vouched(text: &str, recognizer: &dyn Recognizer) -> bool {
    let text = core(text);
    let is_word = |part: &str| part.chars().all(is_cyrillic) && recognizer.is_russian(part) == Some(true);
    text.chars().count() >= MIN_VOUCHED && text.split('-').all(is_word)
}

/// Whether the middle of a word lies within another of the same line.
fn is_inside(word: &Word, other: &Word) -> bool {
    let along = |word: &Word| {
        let bounds = word.bounds;
        if matches!(word.rotation_deg, 90 | 270) { (bounds.y0, bounds.y1) } else { (bounds.x0, bounds.x1) }
    };
    let ((start, end), (own_start, own_end)) = (along(word), along(other));
    (start..=end).contains(&f32::midpoint(own_start, own_end))
}

/// What two readings must have in common: letters of two scripts or two cases are the same, and so are О and 0, З and 3, which the
/// rules of values tell apart; signs around a word do not count.
fn letters(text: &str) -> String {
    core(text)
        .chars()
        .flat_map(char::to_uppercase)
        .map(|letter| match cyrillic_capital(letter).unwrap_or(letter) {
            'О' => '0',
            'З' => '3',
            other => other,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::doubts::tests::line_of;
    use ports::{LinePicture, PortError, ReadWord, Script};

    /// Knows four words.
    pub(crate) struct Dictionary;

    #[async_trait::async_trait]
    impl Recognizer for Dictionary {
        async fn read(&self, _lines: &[LinePicture], _script: Script) -> Result<Vec<Vec<ReadWord>>, PortError> {
            Ok(Vec::new())
        }

        fn is_russian(&self, word: &str) -> Option<bool> {
            Some(["бетон", "по", "монолитно", "каркасный"].contains(&word))
        }
    }

    fn open(text: &str, place: Place) -> Vec<String> {
        let words = line_of(text).into_iter().filter(|word| is_open(word, place, &Dictionary));
        words.map(|word| word.text).collect()
    }

    #[test]
    fn what_no_dictionary_vouches_for_is_open() {
        assert_eq!(open("бетон, по В25 монолитно-каркасный 12 — БТП", Place::Line), ["В25", "12", "БТП"]);
        assert_eq!(open("по бетон", Place::Cell), ["по"]);
    }

    fn weighed(text: &str, readings: &[&str]) -> f32 {
        let mut word = line_of(text).remove(0);
        let readings: Vec<Vec<Word>> = readings.iter().map(|reading| line_of(reading)).collect();
        weigh(&mut word, &readings);
        word.confidence
    }

    #[test]
    fn a_word_is_doubted_when_no_other_reading_has_it() {
        assert!(weighed("В25", &["В26"]) <= DOUBTED && weighed("В25", &[""]) <= DOUBTED);
        assert!(weighed("1,1", &["11"]) <= DOUBTED);
        for reading in ["В25", "B25,", "в25"] {
            assert!(weighed("В25", &["8", reading]) > DOUBTED, "{reading}");
        }
    }

    #[test]
    fn a_word_of_the_dictionary_is_taken_for_one_that_is_none() {
        let taken = |text: &str, confidence: f32, reading: &str| {
            let mut word = Word { confidence, ..line_of(text).remove(0) };
            take_word(&mut word, [line_of(reading)].iter(), &Dictionary);
            (word.text, word.confidence)
        };
        assert_eq!(taken("детон", DOUBTED, "бетон"), ("бетон".to_owned(), PUT_RIGHT));
        assert_eq!(taken("детон", 0.9, "бетон").0, "детон");
        assert_eq!(taken("детон", DOUBTED, "бетан").0, "детон");
        assert_eq!(taken("детонация", DOUBTED, "бетон").0, "детонация");
        assert_eq!(taken("В25", DOUBTED, "бетон").0, "В25");
    }
}
