//! What Tesseract answers: a table of words by tabs.

use ports::ReadWord;

/// The words of each of `pictures` pages; lines that make no sense are passed over.
pub(crate) fn words(tsv: &str, pictures: usize) -> Vec<Vec<ReadWord>> {
    let mut pages: Vec<Vec<ReadWord>> = vec![Vec::new(); pictures];
    for line in tsv.lines() {
        if let Some((page, word)) = word(line)
            && let Some(words) = page.checked_sub(1).and_then(|page| pages.get_mut(page))
        {
            words.push(word);
        }
    }
    pages
}

/// level, page, block, paragraph, line, word, left, top, width, height, confidence, text; a word has the level 5.
fn word(line: &str) -> Option<(usize, ReadWord)> {
    let mut fields = line.splitn(12, '\t');
    if fields.next()? != "5" {
        return None;
    }
    let page = fields.next()?.parse().ok()?;
    let mut fields = fields.skip(4);
    let mut number = || fields.next()?.parse::<f32>().ok();
    let (left, top, width, height, confidence) = (number()?, number()?, number()?, number()?, number()?);
    let text = fields.next()?.trim();
    if text.is_empty() {
        return None;
    }
    let bounds = [left, top, left + width, top + height].map(|edge| edge.max(0.0) as u32);
    Some((page, ReadWord { text: text.to_owned(), bounds, confidence: (confidence / 100.0).clamp(0.0, 1.0) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_by_page_and_nonsense_is_passed_over() {
        let tsv = "level\tpage_num\tblock_num\n1\t1\t0\t0\t0\t0\t0\t0\t300\t60\t-1\t\n\
                   5\t2\t1\t1\t1\t1\t20\t14\t100\t30\t96.5\tГОСТ\n5\t2\t1\t1\t1\t2\t140\t14\t90\t30\t40\tР\n\
                   5\t9\t1\t1\t1\t1\t0\t0\t1\t1\t50\tx\n5\t1\t1\t1\t1\t1\t0\t0\t1\t1\t95\t \n5\tx\n";
        let pages = words(tsv, 2);
        assert!(pages[0].is_empty());
        let texts: Vec<_> = pages[1].iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["ГОСТ", "Р"]);
        assert_eq!(pages[1][0].bounds, [20, 14, 120, 44]);
        assert!((pages[1][0].confidence - 0.965).abs() < 1e-6);
    }
}
