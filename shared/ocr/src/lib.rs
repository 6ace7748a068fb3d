//! Reading pages as people do, from their pictures: a sheet is laid straight, its rules are taken out, its lines of writing
//! are found one by one (level and upright, in cells of tables and stamps as in running text), and a recogniser reads
//! each. A whole drawing sheet given to a recogniser comes back as noise; its lines come back as words.

mod addresses;
mod captions;
mod codes;
mod crop;
mod crumbs;
mod designations;
mod dots;
mod doubts;
mod ink;
mod lines;
mod numbers;
mod opinion;
mod parts;
mod pieces;
mod rings;
mod rules;
mod shapes;
mod sheet;
mod signs;
mod skew;
mod spelling;
mod stamps;
mod trust;
mod values;

use domain::{Rect, Word};
use doubts::Place;
use numbers::Mark;
use pdf::{Picture, Recognised};
use ports::{Compute, Lost, PortError, ReadWord, Recognizer, Script, compute};
use sheet::{Sheet, View};
use signs::Context;
use std::collections::HashMap;
use std::sync::Arc;
use trust::DOUBTED;

/// Pixels in a point of the pictures that are read: 300 dpi.
pub const PX_PER_PT: f32 = 300.0 / 72.0;
/// Most pixels of a picture: a sheet of A1 at 300 dpi; larger ones are drawn smaller.
pub const MAX_PIXELS: usize = 72_000_000;

/// A sheet of which less than this makes sense is no writing: further looks would cost much and show nothing.
const HOPELESS: f32 = 0.3;
/// Below this mean confidence a line is looked at a second time.
const UNCERTAIN: f32 = 0.82;
/// Below this mean confidence a line may lie on its head.
const DOUBTFUL: f32 = 0.6;
/// Below this confidence a word may be of another script.
const FOREIGN: f32 = 0.8;

/// How many lines are turned over before all are.
const SAMPLE_LINES: usize = 12;
/// Lines of this many letters may be numbers that look like letters: «З» is 3, «О» is 0.
const SHORT_LETTERS: usize = 2;
/// So many lines without writing are hatching; a form with seals has a few.
const HATCHING_LINES: usize = 40;

/// Why a picture was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The recogniser failed.
    #[error(transparent)]
    Recognizer(#[from] PortError),
    /// Finding the lines did not come to an end.
    #[error(transparent)]
    Lost(#[from] Lost),
}

/// Reads a picture of a page: its words with boxes in points and confidence, and its rules. Only what lies in
/// `regions` (in points) is read; no regions are the whole page.
///
/// # Errors
/// See [`ReadError`]. A page without writing has no words.
pub async fn read(
    picture: Picture,
    regions: Vec<Rect>,
    recognizer: &dyn Recognizer,
    pool: &dyn Compute,
) -> Result<Recognised, ReadError> {
    let sheet = Arc::new(compute(pool, move || Sheet::of(picture, &regions)).await?);
    let mut reader =
        Reader { sheet, recognizer, pool, readings: Vec::new(), others: HashMap::new(), is_hatched: false };
    let all: Vec<usize> = (0..reader.sheet.line_count()).collect();
    let words = reader.look(&all, View::Usual, Script::Russian).await?;
    reader.readings = words.into_iter().map(|words| Reading { view: View::Usual, words }).collect();
    reader.is_hatched =
        reader.lines_where(|line, reading| reading.is_noise(&reader.sheet, line)).len() >= HATCHING_LINES;
    reader.look_from_above().await?;
    if reader.certainty() >= HOPELESS {
        reader.look_again().await?;
        reader.look_for_latin().await?;
        reader.look_at_lone_signs().await?;
    }
    let mut words: Vec<Word> = Vec::new();
    // The line of each word.
    let mut lines: Vec<usize> = Vec::new();
    for (line, reading) in reader.readings.iter().enumerate() {
        if !reader.is_hatching(line, reading) {
            words.extend(pieces::whole(reading.words_of(&reader.sheet, line), recognizer));
            lines.resize(words.len(), line);
        }
    }
    let (mut words, lines) = stamps::put_right(words, lines);
    spelling::check(&mut words, recognizer);
    let places = reader.places(&lines);
    doubts::check(&mut words, &places, recognizer);
    let open = words.iter().zip(places).map(|(word, place)| opinion::is_open(word, place, recognizer)).collect();
    reader.ask_again(&mut words, &lines, open).await?;
    Ok(Recognised { words, lines: reader.sheet.ruled_lines() })
}

/// A sheet while it is being read.
struct Reader<'a> {
    sheet: Arc<Sheet>,
    recognizer: &'a dyn Recognizer,
    pool: &'a dyn Compute,
    readings: Vec<Reading>,
    /// What lines were read as as well, and less surely.
    others: HashMap<usize, Vec<Vec<Word>>>,
    /// Whether so many of its lines show no writing that they are hatching.
    is_hatched: bool,
}

impl Reader<'_> {
    async fn look(&self, lines: &[usize], view: View, script: Script) -> Result<Vec<Vec<ReadWord>>, ReadError> {
        let views: Vec<(usize, View)> = lines.iter().map(|&line| (line, view)).collect();
        self.look_at(views, script).await
    }

    async fn look_at(&self, views: Vec<(usize, View)>, script: Script) -> Result<Vec<Vec<ReadWord>>, ReadError> {
        if views.is_empty() {
            return Ok(Vec::new());
        }
        let sheet = Arc::clone(&self.sheet);
        let draw = move || views.into_iter().map(|(line, view)| sheet.line_picture(line, view)).collect::<Vec<_>>();
        let pictures = compute(self.pool, draw).await?;
        Ok(self.recognizer.read(&pictures, script).await?)
    }

    /// Mean confidence of all lines, by their letters.
    fn certainty(&self) -> f32 {
        let lines = self.readings.iter().enumerate().map(|(line, reading)| (self.sheet.letters(line) as f32, reading));
        let (letters, sum) =
            lines.fold((0.0, 0.0), |(letters, sum), (own, reading)| (letters + own, sum + own * reading.certainty()));
        if letters == 0.0 { 1.0 } else { sum / letters }
    }

    fn lines_where(&self, doubt: impl Fn(usize, &Reading) -> bool) -> Vec<usize> {
        self.readings.iter().enumerate().filter(|(line, reading)| doubt(*line, reading)).map(|(line, _)| line).collect()
    }

    /// Whether a line is hatching, so that no further look is worth it. Where there is none, a line like it may be print under
    /// a seal.
    fn is_hatching(&self, line: usize, reading: &Reading) -> bool {
        self.is_hatched && reading.is_noise(&self.sheet, line)
    }

    /// Lines that are not certain are looked at again, larger.
    async fn look_again(&mut self) -> Result<(), ReadError> {
        let doubted = self.lines_where(|line, reading| {
            (reading.certainty() < UNCERTAIN && !self.is_hatching(line, reading))
                || (numbers::is_numeric(&reading.words) && !reading.is_whole_number(&self.sheet, line))
        });
        let looked = self.look(&doubted, View::Large, Script::Russian).await?;
        for (line, words) in doubted.into_iter().zip(looked) {
            let mut other = Reading { view: View::Large, words };
            if let Some(known) = self.readings.get_mut(line) {
                let (was, is) = (known.is_whole_number(&self.sheet, line), other.is_whole_number(&self.sheet, line));
                if (is && !was) || (is == was && other.certainty() > known.certainty() + 0.02) {
                    std::mem::swap(known, &mut other);
                }
            }
            if other.view != View::Reversed {
                self.others.insert(line, vec![other.words_of(&self.sheet, line)]);
            }
        }
        Ok(())
    }

    /// Lines may lie on their heads: upright ones that make little sense, and all when the sheet makes none.
    async fn look_from_above(&mut self) -> Result<(), ReadError> {
        let long = self.lines_where(|line, _| self.sheet.letters(line) >= 5);
        let is_doubtful = |line: &usize| self.readings.get(*line).is_some_and(|reading| reading.certainty() < DOUBTFUL);
        let sheet_is_turned =
            long.len() >= 4 && long.iter().filter(|line| is_doubtful(line)).count() * 3 > long.len() * 2;
        let heads = self.lines_where(|line, reading| {
            let may_be = sheet_is_turned || (self.sheet.is_upright(line) && self.sheet.letters(line) >= 3);
            may_be && reading.certainty() < DOUBTFUL
        });
        // Some tell whether the others are worth it.
        let (some, others) = heads.split_at(heads.len().min(SAMPLE_LINES));
        let gained = self.take_if_better(some, View::Reversed).await?;
        if gained * 3 > some.len() {
            self.take_if_better(others, View::Reversed).await?;
        }
        Ok(())
    }

    /// Looks at lines in another way and keeps what is more certain; how many of them were.
    async fn take_if_better(&mut self, lines: &[usize], view: View) -> Result<usize, ReadError> {
        let looked = self.look(lines, view, Script::Russian).await?;
        let mut gained = 0;
        for (&line, words) in lines.iter().zip(looked) {
            if let Some(known) = self.readings.get_mut(line)
                && trust::certainty(&words) > known.certainty()
            {
                *known = Reading { view, words };
                gained += 1;
            }
        }
        Ok(gained)
    }

    /// What each word stands in, by its line.
    fn places(&self, lines: &[usize]) -> Vec<Place> {
        let mut places = Vec::with_capacity(lines.len());
        for of_line in lines.chunk_by(|one, other| one == other) {
            let place = match of_line {
                [line] if self.sheet.is_in_cell(*line) => Place::Cell,
                [_] => Place::Alone,
                _ => Place::Line,
            };
            places.resize(places.len() + of_line.len(), place);
        }
        places
    }

    /// Words that nothing vouches for are read once more, at another size and by whom knows Latin where they are Latin: what
    /// comes out otherwise is doubted.
    async fn ask_again(&self, words: &mut [Word], lines: &[usize], open: Vec<bool>) -> Result<(), ReadError> {
        let asked = |is_asked: &dyn Fn(&Word) -> bool| {
            let of_line = words.iter().zip(lines).zip(&open).filter(|((word, _), is_open)| **is_open && is_asked(word));
            let mut asked: Vec<usize> = of_line.map(|((_, &line), _)| line).collect();
            asked.dedup();
            asked
        };
        let russian = asked(&|_| true);
        let latin = asked(&|word| word.text.contains(|letter: char| letter.is_ascii_alphabetic()));
        let mut readings = HashMap::new();
        for (of_script, script) in [(russian, Script::Russian), (latin, Script::Latin)] {
            // Latin letters were read large; what lies on its head has but one picture.
            let other = |line: usize| match self.readings.get(line)?.view {
                View::Reversed => None,
                View::Usual | View::Thrice if script == Script::Russian => Some((line, View::Large)),
                _ => Some((line, View::Usual)),
            };
            let views: Vec<(usize, View)> = of_script.into_iter().filter_map(other).collect();
            let looked = self.look_at(views.clone(), script).await?;
            for ((line, view), words) in views.into_iter().zip(looked) {
                let words = Reading { view, words }.words_of(&self.sheet, line);
                readings.entry(line).or_insert_with(Vec::new).push(words);
            }
        }
        for ((word, line), is_open) in words.iter_mut().zip(lines).zip(open) {
            if let Some(readings) = readings.get(line).filter(|_| is_open) {
                opinion::weigh(word, readings);
            }
            let others = readings.get(line).into_iter().chain(self.others.get(line)).flatten();
            opinion::take_word(word, others, self.recognizer);
        }
        Ok(())
    }

    /// A sign or two alone in a cell are often not seen at all: what is read the same three times side by side is there.
    async fn look_at_lone_signs(&mut self) -> Result<(), ReadError> {
        let lone = self.lines_where(|line, reading| {
            (1..=SHORT_LETTERS).contains(&self.sheet.letters(line))
                && self.sheet.is_in_cell(line)
                && reading.certainty() < DOUBTFUL
        });
        // Most are digits, which the Latin letters are not taken for as «З» and «О» are; marks of sheets are capitals that both
        // scripts have (СО, АР).
        for (script, lead) in [(Script::Latin, 0.0), (Script::Russian, 0.1)] {
            let looked = self.look(&lone, View::Thrice, script).await?;
            for (&line, words) in lone.iter().zip(looked) {
                let read = read_thrice(&words, self.sheet.letters(line)).and_then(|word| match script {
                    Script::Russian => Some(word),
                    Script::Latin => digits_or_capitals(&word.text).map(|text| ReadWord { text, ..word }),
                });
                if let (Some(word), Some(known)) = (read, self.readings.get_mut(line))
                    && word.confidence > known.certainty() + lead
                {
                    *known = Reading { view: View::Usual, words: vec![word] };
                }
            }
        }
        Ok(())
    }

    /// Words that make no sense in Russian may be Latin: designations, names of makers; and short ones numbers.
    async fn look_for_latin(&mut self) -> Result<(), ReadError> {
        let foreign = self
            .lines_where(|line, reading| reading.wants_latin(&self.sheet, line) && !self.is_hatching(line, reading));
        let view_of = |line: usize| match self.readings.get(line) {
            Some(reading) if reading.view == View::Reversed => View::Reversed,
            // Latin letters are read better when they are large.
            _ => View::Large,
        };
        let views: Vec<(usize, View)> = foreign.iter().map(|&line| (line, view_of(line))).collect();
        let looked = self.look_at(views.clone(), Script::Latin).await?;
        for ((line, view), words) in views.into_iter().zip(looked) {
            let Some(reading) = self.readings.get_mut(line) else { continue };
            let mut other = Reading { view, words };
            if other.is_whole_number(&self.sheet, line)
                && (numbers::is_numeric(&reading.words) || other.certainty() > reading.certainty() - 0.1)
            {
                *reading = other;
            } else if !numbers::is_numeric(&reading.words) {
                if view == View::Large {
                    let share = reading.view.share_of_large();
                    for word in &mut other.words {
                        word.bounds = word.bounds.map(|edge| (edge as f32 * share) as u32);
                    }
                }
                designations::mend(&mut reading.words, &other.words);
                reading.words = trust::merged(std::mem::take(&mut reading.words), &other.words);
                addresses::mend(&mut reading.words, &other.words);
            }
        }
        Ok(())
    }
}

/// Digits as they are, capitals that look like Russian ones as these; nothing else.
fn digits_or_capitals(text: &str) -> Option<String> {
    let sign = |sign: char| if sign.is_ascii_digit() { Some(sign) } else { domain::cyrillic_capital(sign) };
    text.chars().map(sign).collect()
}

/// The reading of a line of so many letters that was shown three times: one word, when the same was read three times; twice is
/// enough of a single letter.
fn read_thrice(words: &[ReadWord], letters: usize) -> Option<ReadWord> {
    let mut all: String = words.iter().flat_map(|word| word.text.chars()).collect();
    let first = all.chars().next()?;
    if letters == 1 && all.chars().count() == 2 && all.chars().all(|sign| sign == first) {
        all.push(first);
    }
    let once: String = all.chars().take(all.chars().count() / 3).collect();
    let [left, top, ..] = words.first()?.bounds;
    let [.., right, bottom] = words.last()?.bounds;
    let is_sign = |sign: char| sign.is_alphanumeric() || sign == '№';
    let is_repeated = once.chars().any(is_sign) && once.repeat(3) == all;
    is_repeated.then(|| ReadWord {
        text: once,
        bounds: [left, top, left + (right.saturating_sub(left)) / 3, bottom],
        confidence: trust::certainty(words),
    })
}

/// Whether what is seen of a word's digits contradicts its reading.
fn is_contradicted(word: &Word, marks: &[Mark]) -> bool {
    numbers::is_contradicted(&word.text, marks) || signs::may_be_diameter(&word.text, marks)
}

/// A word, doubted or as it is.
fn doubted_if(is_doubted: bool, word: Word) -> Word {
    if is_doubted { Word { confidence: word.confidence.min(DOUBTED), ..word } } else { word }
}

/// What a line was read as.
struct Reading {
    view: View,
    words: Vec<ReadWord>,
}

impl Reading {
    fn certainty(&self) -> f32 {
        trust::certainty(&self.words)
    }

    fn is_noise(&self, sheet: &Sheet, line: usize) -> bool {
        trust::is_noise(&self.words, sheet.letters(line))
    }

    /// Whether it is a number, or several, with as many digits as are seen.
    fn is_whole_number(&self, sheet: &Sheet, line: usize) -> bool {
        self.view != View::Reversed && numbers::is_complete(&self.words, &sheet.marks(line, self.view).0)
    }

    /// Whether it may be of Latin letters, or is a number that lost a digit, or so short that it may be a number.
    fn wants_latin(&self, sheet: &Sheet, line: usize) -> bool {
        if numbers::is_numeric(&self.words) {
            return !self.is_whole_number(sheet, line);
        }
        sheet.letters(line) <= SHORT_LETTERS || trust::may_be_latin(&self.words, FOREIGN)
    }

    fn words_of(&self, sheet: &Sheet, line: usize) -> Vec<Word> {
        let view = self.view;
        if sheet.is_upright(line) && view != View::Reversed {
            let (start, end) = sheet.span(line, view);
            if let Some(words) = captions::caption(&self.words, start, end) {
                return words.iter().filter_map(|word| sheet.word(line, view, word, word.text.clone())).collect();
            }
        }
        let is_in_cell = sheet.is_in_cell(line);
        let kept = trust::kept(&self.words, sheet.letters(line), is_in_cell);
        if !kept.is_empty() && self.is_whole_number(sheet, line) {
            let (marks, gap) = sheet.marks(line, view);
            let rebuilt = numbers::rebuilt(&self.words, &marks, gap);
            let words = rebuilt.iter().filter_map(|word| {
                let own = sheet.word(line, view, word, word.text.clone())?;
                Some(doubted_if(is_contradicted(&own, &sheet.word_marks(line, view, word)), own))
            });
            return crumbs::swept(pieces::joined(words.collect()), is_in_cell);
        }
        let text_at = |index: Option<usize>| {
            index.and_then(|index| kept.get(index)).map_or("", |word: &&ReadWord| word.text.as_str())
        };
        let closes = kept.iter().any(|word| word.text.contains(')'));
        let of_concrete = kept.iter().any(|word| word.text.to_lowercase().starts_with("бетон"));
        let words = kept.iter().enumerate().filter_map(|(index, word)| {
            let is_upright = view != View::Reversed;
            let marks = if is_upright { sheet.word_marks(line, view, word) } else { Vec::new() };
            let context = Context {
                before: text_at(index.checked_sub(1)),
                behind: text_at(Some(index + 1)),
                closes,
                begins_with_letter: is_upright && sheet.begins_with_letter(line, view, word),
                marks: &marks,
                is_small: sheet.is_small(line),
                of_concrete,
            };
            let text = signs::put_right(&word.text, &context);
            let text = if text.contains('х') && is_upright {
                signs::crosses(&text, &sheet.raised(line, view, word))
            } else {
                text
            };
            let seen = sheet.seen(line, view, word, &text);
            let is_guessed = word.text.contains('?') && !text.contains('?');
            let is_changed = seen.is_some() || is_guessed;
            let own = sheet.word(line, view, word, seen.unwrap_or(text))?;
            Some(doubted_if(is_changed || is_contradicted(&own, &marks), own))
        });
        crumbs::swept(pieces::joined(words.collect()), is_in_cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_sign_is_believed_when_it_is_read_three_times() {
        let word = |text: &str, start: u32, end: u32| ReadWord {
            text: text.to_owned(),
            bounds: [start, 2, end, 22],
            confidence: 0.9,
        };
        let read = read_thrice(&[word("77", 6, 50), word("7", 70, 81)], 2).unwrap();
        assert_eq!((read.text.as_str(), read.bounds), ("7", [6, 2, 31, 22]));
        assert_eq!(read_thrice(&[word("121212", 0, 60)], 2).unwrap().text, "12");
        assert_eq!(read_thrice(&[word("№№№", 0, 60)], 2).unwrap().text, "№");
        assert_eq!(digits_or_capitals("CO").as_deref(), Some("СО"));
        assert_eq!((digits_or_capitals("12").as_deref(), digits_or_capitals("SW")), (Some("12"), None));
        for words in [vec![], vec![word("77", 0, 40)], vec![word("771", 0, 60)], vec![word("---", 0, 60)]] {
            assert!(read_thrice(&words, 2).is_none(), "{words:?}");
        }
        assert_eq!(read_thrice(&[word("м", 0, 20), word("м", 30, 50)], 1).unwrap().text, "м");
        assert!(read_thrice(&[word("мк", 0, 40)], 1).is_none());
    }
}
