//! What was recognised in the picture of a page takes the place of what the text layer got wrong.

use crate::order;
use crate::tables::{self, RuledLine};
use crate::verdict::Verdict;
use domain::{Page, TextSource, Word};
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
/// stays as it is.
pub fn put_recognised(page: &mut Page, verdict: &Verdict, mut recognised: Recognised) {
    if recognised.words.is_empty() {
        return;
    }
    let mut words = std::mem::take(&mut page.words);
    match verdict {
        Verdict::Trust => {}
        Verdict::Recognize => words.clear(),
        Verdict::RecognizeRegions(regions) => {
            let is_replaced = |word: &Word| {
                let (x, y) = word.bounds.centre();
                regions.iter().any(|region| region.contains(x, y))
            };
            let (replaced, kept) = words.into_iter().partition(is_replaced);
            words = kept;
            fill_holes(&replaced, &words, &mut recognised.words);
        }
    }
    page.source = if words.is_empty() { TextSource::Ocr } else { TextSource::Repaired };
    words.extend(recognised.words);
    for fault in &mut page.faults {
        fault.repaired = true;
    }
    order::put_in_order(page, words);
    tables::put_tables_where_words_stand_in_columns(page, || recognised.lines);
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

        let first = before.words[0].bounds;
        let mut part = before.clone();
        put_recognised(&mut part, &Verdict::RecognizeRegions(vec![first]), seen());
        assert_eq!(part.source, TextSource::Repaired);
        assert_eq!(part.words.len(), before.words.len() + 1);
        assert!(!part.words.contains(&before.words[0]));
    }

    #[test]
    fn holes_are_filled_and_what_the_layer_knows_stays() {
        let mut page = page();
        page.words = vec![
            word("\u{fffd}", 100.0, 100.0),
            word("16", 144.0, 100.0),
            word("\u{fffd}25", 100.0, 200.0),
            word("П\u{fffd}ита", 100.0, 300.0),
            word("\u{fffd}", 100.0, 400.0),
        ];
        let regions = [100.0, 200.0, 300.0, 400.0].map(|y| Rect { x0: 95.0, y0: y - 1.0, x1: 142.0, y1: y + 12.0 });
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
        assert_eq!(texts, ["16", "Ø", "Ø25", "О", "Плита"]);
    }

    #[test]
    fn a_page_where_nothing_was_recognised_stays() {
        let before = page();
        let mut after = before.clone();
        put_recognised(&mut after, &Verdict::Recognize, Recognised::default());
        assert_eq!(after, before);
    }
}
