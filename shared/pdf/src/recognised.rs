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
pub fn put_recognised(page: &mut Page, verdict: &Verdict, recognised: Recognised) {
    if recognised.words.is_empty() {
        return;
    }
    let mut words = std::mem::take(&mut page.words);
    match verdict {
        Verdict::Trust => {}
        Verdict::Recognize => words.clear(),
        Verdict::RecognizeRegions(regions) => words.retain(|word| {
            let (x, y) = word.bounds.centre();
            !regions.iter().any(|region| region.contains(x, y))
        }),
    }
    page.source = if words.is_empty() { TextSource::Ocr } else { TextSource::Repaired };
    words.extend(recognised.words);
    for fault in &mut page.faults {
        fault.repaired = true;
    }
    order::put_in_order(page, words);
    tables::put_tables_where_words_stand_in_columns(page, || recognised.lines);
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
    fn a_page_where_nothing_was_recognised_stays() {
        let before = page();
        let mut after = before.clone();
        put_recognised(&mut after, &Verdict::Recognize, Recognised::default());
        assert_eq!(after, before);
    }
}
