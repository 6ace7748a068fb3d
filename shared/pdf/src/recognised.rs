//! What was recognised in the picture of a page takes the place of what the text layer got wrong.

use crate::order;
use crate::tables::{self, RuledLine};
use crate::truth::is_inside;
use crate::verdict::Verdict;
use domain::{Fault, FaultKind, Page, TextSource, Word};
use serde::{Deserialize, Serialize};

/// What is seen in the picture of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recognised {
    /// Words with boxes in points and confidence, in no certain order.
    pub words: Vec<Word>,
    /// The straight lines of tables, stamps and frames.
    pub lines: Vec<RuledLine>,
}

/// Puts recognised words into a page: in place of all of its words, or of those in the regions that the verdict names.
/// Reading order, text and tables are made anew; the faults that the words mend count as repaired. Without words the page
/// stays as it is; with words that are not believed it has a fault that counts them.
pub fn put_recognised(page: &mut Page, verdict: &Verdict, mut recognised: Recognised) {
    if recognised.words.is_empty() {
        return;
    }
    let mut words = std::mem::take(&mut page.words);
    // Holes and words under a picture in whose place nothing was recognised: they stay as doubtful as they are, and so does
    // their fault.
    let mut left = Vec::new();
    match verdict {
        Verdict::Trust => {}
        Verdict::Recognize => words.clear(),
        Verdict::RecognizeRegions(regions) => {
            // In a region only what is doubted gives way: what the layer knows well no picture shows better.
            let is_replaced = |word: &Word| word.confidence < Word::BELIEVED && is_inside(word.bounds, regions);
            let (replaced, kept): (Vec<Word>, Vec<Word>) = words.into_iter().partition(is_replaced);
            words = kept;
            fill_holes(&replaced, &words, &mut recognised.words);
            let believed: Vec<&Word> = words.iter().filter(|word| is_inside(word.bounds, regions)).collect();
            recognised.words.retain(|seen| !believed.iter().any(|word| is_same_place(word, seen)));
            doubt_what_differs_little(&replaced, &mut recognised.words);
            let is_seen = |word: &Word| recognised.words.iter().any(|seen| is_same_place(word, seen));
            let is_hidden = page.faults.iter().any(|fault| fault.kind == FaultKind::HiddenText);
            let stays = |word: &Word| is_hole(word) || (is_hidden && is_plain_word(word));
            left.extend(replaced.into_iter().filter(|word| stays(word) && !is_seen(word)));
        }
    }
    page.source = if words.is_empty() { TextSource::Ocr } else { TextSource::Repaired };
    for fault in &mut page.faults {
        fault.repaired |= match fault.kind {
            FaultKind::Unmapped => !left.iter().any(is_hole),
            FaultKind::HiddenText => left.iter().all(is_hole),
            FaultKind::TextBesidePicture => !recognised.words.iter().any(|word| word.confidence < DOUBTED),
            _ => true,
        };
    }
    page.faults.extend(doubtful(&recognised.words));
    words.extend(recognised.words);
    words.extend(left);
    order::put_in_order(page, words);
    tables::put_tables_where_words_stand_in_columns(page, || recognised.lines);
}

/// The fault of a page some of whose recognised words are not believed.
fn doubtful(recognised: &[Word]) -> Option<Fault> {
    let doubted = recognised.iter().map(|word| word.confidence).filter(|&confidence| confidence < Word::BELIEVED);
    let (count, sum) = doubted.fold((0_u16, 0.0), |(count, sum), one| (count.saturating_add(1), sum + one));
    (count > 0).then(|| Fault {
        kind: FaultKind::DoubtfulWords,
        count: count.into(),
        confidence: 1.0 - sum / f32::from(count),
        repaired: false,
    })
}

/// Confidence below which a recognised word of a picture says that not all of the picture was made out.
const DOUBTED: f32 = 0.6;

/// Whether one of two words has its middle in the other.
fn is_same_place(one: &Word, other: &Word) -> bool {
    let (x, y) = one.bounds.centre();
    let (other_x, other_y) = other.bounds.centre();
    other.bounds.contains(x, y) || one.bounds.contains(other_x, other_y)
}

fn is_hole(word: &Word) -> bool {
    word.text.contains('\u{fffd}')
}

/// Letters of a word that is kept under a picture though nothing was recognised there; a value never is.
const PLAIN_LETTERS: usize = 4;

fn is_plain_word(word: &Word) -> bool {
    word.text.chars().filter(|sign| sign.is_alphabetic()).count() >= PLAIN_LETTERS
        && !word.text.contains(|sign: char| sign.is_ascii_digit())
}

/// How sure a recognised word is at most that the layer has with another letter or two.
const CONTRADICTED: f32 = 0.6;

/// A picture over the text may show something else on purpose, or the same, misread: nobody knows which.
fn doubt_what_differs_little(replaced: &[Word], recognised: &mut [Word]) {
    for seen in recognised {
        let contradicts =
            |word: &Word| !is_hole(word) && is_same_place(word, seen) && differs_little(&word.text, &seen.text);
        if replaced.iter().any(contradicts) {
            seen.confidence = seen.confidence.min(CONTRADICTED);
        }
    }
}

/// Whether two words of four letters or more differ in one or two, signs around them aside.
fn differs_little(one: &str, other: &str) -> bool {
    let core =
        |text: &'_ str| -> Vec<char> { text.trim_matches(|sign: char| !sign.is_alphanumeric()).chars().collect() };
    let (one, other) = (core(one), core(other));
    let different = one.iter().zip(&other).filter(|(a, b)| a != b).count();
    one.len() == other.len() && one.len() >= 4 && (1..=2).contains(&different)
}

/// What a recogniser takes the sign of the diameter for when it stands alone.
const ROUND_SIGNS: &str = "ЙОоOo0øФф@©QG";

/// Where the layer knows some letters of a word and a picture shows as many, the layer's stay; and a round sign before a
/// number is the diameter's, which no recogniser knows.
fn fill_holes(replaced: &[Word], kept: &[Word], recognised: &mut [Word]) {
    for hole in replaced.iter().filter(|word| word.rotation_deg == 0 && word.text.contains('\u{fffd}')) {
        let (x, y) = hole.bounds.centre();
        let Some(seen) = recognised.iter_mut().find(|word| word.rotation_deg == 0 && word.bounds.contains(x, y)) else {
            continue;
        };
        if seen.text.chars().count() != hole.text.chars().count() {
            continue;
        }
        let pairs = hole.text.chars().zip(seen.text.chars());
        let mut filled: String = pairs.map(|(own, read)| if own == '\u{fffd}' { read } else { own }).collect();
        let mut letters = filled.chars();
        let is_round =
            hole.text.starts_with('\u{fffd}') && letters.next().is_some_and(|sign| ROUND_SIGNS.contains(sign));
        let rest = letters.as_str();
        let is_before_number = match rest {
            "" => kept.iter().any(|word| {
                let gap = word.bounds.x0 - hole.bounds.x1;
                (-0.2..1.5).contains(&(gap / hole.size_pt))
                    && (word.bounds.centre().1 - y).abs() < hole.size_pt * 0.4
                    && word.text.starts_with(|first: char| first.is_ascii_digit())
            }),
            number => number.starts_with(|first: char| first.is_ascii_digit()),
        };
        if is_round && is_before_number {
            filled = format!("Ø{rest}");
        }
        seen.text = filled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{SetOptions, drawing_set};
    use crate::{Document, Limits};
    use domain::Rect;
    use std::sync::Arc;

    fn word(text: &str, x: f32, y: f32) -> Word {
        let bounds = Rect { x0: x, y0: y, x1: x + 40.0, y1: y + 10.0 };
        Word { text: text.to_owned(), bounds, size_pt: 10.0, rotation_deg: 0, confidence: 0.9 }
    }

    fn page() -> Page {
        let set = drawing_set(&SetOptions { pages: 4, seed: 1, faults: false });
        Document::open(Arc::new(set.pdf), &Limits::default()).unwrap().read_page(1)
    }

    #[test]
    fn recognised_words_replace_all_words_or_those_of_a_region() {
        let before = page();
        let seen = || Recognised {
            words: vec![word("второе", 160.0, 100.0), word("Первое", 100.0, 100.0)],
            lines: vec![],
        };
        let mut whole = before.clone();
        put_recognised(&mut whole, &Verdict::Recognize, seen());
        assert_eq!((whole.text.trim(), whole.source), ("Первое второе", TextSource::Ocr));
        assert!(whole.faults.iter().all(|fault| fault.kind != FaultKind::DoubtfulWords), "{:?}", whole.faults);

        let first = before.words[0].bounds;
        let mut part = before.clone();
        put_recognised(&mut part, &Verdict::RecognizeRegions(vec![first]), seen());
        assert!(part.words.contains(&before.words[0]), "nothing speaks against it");
        let mut part = before.clone();
        part.words[0].confidence = 0.3;
        put_recognised(&mut part, &Verdict::RecognizeRegions(vec![first]), seen());
        assert_eq!(part.source, TextSource::Repaired);
        assert_eq!(part.words.len(), before.words.len() + 1);
        assert!(part.words.iter().all(|word| word.bounds != first));
    }

    #[test]
    fn holes_are_filled_and_what_the_layer_knows_stays() {
        let mut page = page();
        let hole = |text: &str, y: f32| Word { confidence: 0.3, ..word(text, 100.0, y) };
        page.words = vec![
            hole("\u{fffd}", 100.0),
            word("16", 144.0, 100.0),
            hole("\u{fffd}25", 200.0),
            hole("П\u{fffd}ита", 300.0),
            hole("\u{fffd}", 400.0),
            hole("\u{fffd}8", 500.0),
        ];
        let fault = |kind| Fault { kind, count: 1, confidence: 0.5, repaired: false };
        page.faults = vec![fault(FaultKind::Unmapped), fault(FaultKind::HiddenText)];
        let regions =
            [100.0, 200.0, 300.0, 400.0, 500.0].map(|y| Rect { x0: 95.0, y0: y - 1.0, x1: 142.0, y1: y + 12.0 });
        let words = vec![
            word("Й", 100.0, 100.0),
            word("0Z5", 100.0, 200.0),
            word("Плнта", 100.0, 300.0),
            word("О", 100.0, 400.0),
        ];
        let seen = Recognised { words, lines: vec![] };
        put_recognised(&mut page, &Verdict::RecognizeRegions(regions.to_vec()), seen);
        let mut texts: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["16", "Ø", "Ø25", "О", "Плита", "\u{fffd}8"]);
        assert!(!page.faults[0].repaired && page.faults[1].repaired);
    }

    #[test]
    fn words_under_a_picture_stay_where_nothing_is_read_and_are_not_contradicted_for_sure() {
        let mut page = page();
        let under = |text: &str, y: f32| Word { confidence: 0.3, ..word(text, 100.0, y) };
        page.words =
            vec![under("Подпись", 100.0), under("04.2025", 200.0), under("62480", 300.0), under("Дата", 400.0)];
        page.faults = vec![Fault { kind: FaultKind::HiddenText, count: 4, confidence: 0.9, repaired: false }];
        let regions = [100.0, 200.0, 300.0, 400.0].map(|y| Rect { x0: 95.0, y0: y - 1.0, x1: 142.0, y1: y + 12.0 });
        let words = vec![word("[64.2025]", 100.0, 200.0), word("Дата", 100.0, 400.0)];
        put_recognised(&mut page, &Verdict::RecognizeRegions(regions.to_vec()), Recognised { words, lines: vec![] });
        let mut found: Vec<(&str, f32)> = page.words.iter().map(|word| (word.text.as_str(), word.confidence)).collect();
        found.sort_by(|a, b| a.0.cmp(b.0));
        assert_eq!(found, [("[64.2025]", 0.6), ("Дата", 0.9), ("Подпись", 0.3)]);
        assert!(!page.faults[0].repaired);
    }

    #[test]
    fn words_that_are_not_believed_are_a_fault_of_their_page() {
        let mut page = page();
        let faint = Word { confidence: 0.7, ..word("О,17", 160.0, 100.0) };
        let fainter = Word { confidence: 0.5, ..word("№4", 220.0, 100.0) };
        let seen = Recognised { words: vec![word("бетон", 100.0, 100.0), faint, fainter], lines: vec![] };
        put_recognised(&mut page, &Verdict::Recognize, seen);
        let fault = page.faults.iter().find(|fault| fault.kind == FaultKind::DoubtfulWords).unwrap();
        assert_eq!((fault.count, fault.repaired), (2, false));
        assert!((fault.confidence - 0.4).abs() < 1e-6, "{fault:?}");
    }

    #[test]
    fn a_page_where_nothing_was_recognised_stays() {
        let before = page();
        let mut after = before.clone();
        put_recognised(&mut after, &Verdict::Recognize, Recognised::default());
        assert_eq!(after, before);
    }
}
