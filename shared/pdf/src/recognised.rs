//! Recognised words take the place of those that the text layer got wrong.

use crate::order;
use crate::verdict::Verdict;
use domain::{Page, TextSource, Word};

/// Puts recognised words into a page: in place of all of its words, or of those in the regions that the verdict names.
/// Reading order and text are made anew; the faults that the words mend count as repaired. Without words the page stays
/// as it is.
pub fn put_recognised(page: &mut Page, verdict: &Verdict, recognised: Vec<Word>) {
    if recognised.is_empty() {
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
    words.extend(recognised);
    for fault in &mut page.faults {
        fault.repaired = true;
    }
    (page.words, page.text) = order::arrange(words, page.width_pt, page.height_pt);
}
