use crate::analyzer::{Analysis, Analyzer, Part};
use crate::query::{Clause, Step};
use std::ops::Range;

/// Letters of a snippet, about three lines on a screen.
const SNIPPET_LETTERS: usize = 240;

/// A piece of a page's text around the words that were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// Plain text; every run of white space is one space.
    pub text: String,
    /// Where the found words stand: byte ranges of `text`, in order, none overlapping another.
    pub matches: Vec<Range<usize>>,
    /// Whether the page has text before the snippet.
    pub starts_inside: bool,
    /// Whether the page has text after it.
    pub ends_inside: bool,
}

/// The piece of `text` that shows most clauses.
pub(crate) fn snippet(analyzer: Analyzer, text: &str, clauses: &[Clause]) -> Snippet {
    let analysis = analyzer.analyze(text);
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for (number, clause) in clauses.iter().enumerate() {
        found.extend(places(&analysis, clause).into_iter().map(|range| (range, number)));
    }
    found.sort_by_key(|(range, _)| (range.start, range.end));
    let window = window(text, &found);
    cut(text, &window, &found)
}

fn places(analysis: &Analysis, clause: &Clause) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for way in &clause.ways {
        for start in 0..analysis.parts.len() {
            if let Some(parts) = parts_of(analysis, way, start) {
                places.extend(parts.iter().map(|part| part.range.clone()));
            }
        }
    }
    if let Some(skeleton) = &clause.skeleton {
        let whole = analysis.codes.iter().filter(|code| skeleton.is(&code.skeleton));
        places.extend(whole.map(|code| code.range.clone()));
    }
    places
}

/// The parts that stand as `way` says, its offset 0 at `start`.
fn parts_of<'a>(analysis: &'a Analysis, way: &[Step], start: usize) -> Option<Vec<&'a Part>> {
    let fits = |step: &Step| {
        let part = analysis.parts.get(start + step.offset)?;
        part.word.iter().chain(&part.code).any(|term| step.wanted.is(term)).then_some(part)
    };
    way.iter().map(fits).collect()
}

/// Bytes of `text` to show: as long as a snippet may be, with most clauses and then most words in it.
fn window(text: &str, found: &[(Range<usize>, usize)]) -> Range<usize> {
    let mut best = 0..0;
    let mut best_worth = (0, 0);
    for (at, (first, _)) in found.iter().enumerate() {
        let limit = forward(text, first.start, SNIPPET_LETTERS * 3 / 4);
        let inside = || found.iter().skip(at).take_while(|(range, _)| range.end <= limit);
        let mut clauses: Vec<usize> = inside().map(|(_, clause)| *clause).collect();
        let words = clauses.len();
        clauses.sort_unstable();
        clauses.dedup();
        if (clauses.len(), words) > best_worth {
            best_worth = (clauses.len(), words);
            best = first.start..inside().map(|(range, _)| range.end).max().unwrap_or(first.end);
        }
    }
    let shown = text.get(best.clone()).unwrap_or_default().chars().count();
    let room = SNIPPET_LETTERS.saturating_sub(shown);
    let start = backward(text, best.start, room / 3);
    let end = forward(text, start, SNIPPET_LETTERS.max(shown)).max(best.end);
    whole_words(text, start..end, &best)
}

/// The range without the halves of words at its ends, unless that would cut `kept`.
fn whole_words(text: &str, range: Range<usize>, kept: &Range<usize>) -> Range<usize> {
    let head = text.get(range.start..kept.start).unwrap_or_default();
    let start =
        if range.start == 0 { 0 } else { head.find(char::is_whitespace).map_or(kept.start, |at| range.start + at) };
    let tail = text.get(kept.end..range.end).unwrap_or_default();
    let end = if range.end == text.len() {
        range.end
    } else {
        tail.rfind(char::is_whitespace).map_or(range.end, |at| kept.end + at)
    };
    start..end
}

fn forward(text: &str, from: usize, letters: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices().nth(letters).map_or(text.len(), |(at, _)| from + at)
}

fn backward(text: &str, from: usize, letters: usize) -> usize {
    let before = text.get(..from).unwrap_or_default();
    before.char_indices().rev().take(letters).last().map_or(from, |(at, _)| at)
}

fn cut(text: &str, window: &Range<usize>, found: &[(Range<usize>, usize)]) -> Snippet {
    let mut snippet = Snippet {
        starts_inside: text.get(..window.start).is_some_and(|before| !before.trim().is_empty()),
        ends_inside: text.get(window.end..).is_some_and(|after| !after.trim().is_empty()),
        ..Snippet::default()
    };
    let mut at = window.start;
    for (range, _) in found.iter().filter(|(range, _)| window.start <= range.start && range.end <= window.end) {
        if range.end <= at && at > window.start {
            continue;
        }
        let overlaps = range.start < at;
        push_collapsed(&mut snippet.text, text.get(at..range.start).unwrap_or_default());
        let begins = snippet.text.len();
        push_collapsed(&mut snippet.text, text.get(range.start.max(at)..range.end).unwrap_or_default());
        match snippet.matches.last_mut() {
            Some(last) if overlaps => last.end = snippet.text.len(),
            _ => snippet.matches.push(begins..snippet.text.len()),
        }
        at = range.end;
    }
    push_collapsed(&mut snippet.text, text.get(at..window.end).unwrap_or_default());
    snippet.text.truncate(snippet.text.trim_end().len());
    snippet
}

fn push_collapsed(snippet: &mut String, piece: &str) {
    for sign in piece.chars() {
        if !sign.is_whitespace() {
            snippet.push(sign);
        } else if !snippet.is_empty() && !snippet.ends_with(' ') {
            snippet.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::clauses;

    fn show(text: &str, query: &str) -> (Snippet, Vec<String>) {
        let analyzer = Analyzer::new();
        let snippet = snippet(analyzer, text, &clauses(analyzer, query));
        let words = snippet.matches.iter().map(|range| snippet.text[range.clone()].to_owned()).collect();
        (snippet, words)
    }

    #[test]
    fn every_form_of_the_word_is_marked() {
        let (snippet, words) = show("Трубы стальные.\n  Укладка  труб.", "труба");
        assert_eq!(snippet.text, "Трубы стальные. Укладка труб.");
        assert_eq!(words, ["Трубы", "труб"]);
    }

    #[test]
    fn words_of_a_phrase_are_marked_only_together() {
        let (_, words) = show("монтаж. Акт. Монтаж труб, труб", "\"монтаж труб\"");
        assert_eq!(words, ["Монтаж", "труб"]);
    }

    #[test]
    fn a_code_is_marked_as_a_whole() {
        let (_, words) = show("лист 12, шифр 12-34/2О24, 12", "12-34/2024");
        assert_eq!(words, ["12-34/2О24"]);
    }

    #[test]
    fn a_long_page_is_shown_where_most_words_meet() {
        let filler = "прочие сведения о составе работ, ".repeat(200);
        let text = format!("сварка {filler}сварка стыков труб {filler}");
        let (snippet, words) = show(&text, "сварка труб");
        assert_eq!(words, ["сварка", "труб"]);
        assert!(snippet.starts_inside && snippet.ends_inside);
        assert!(snippet.text.chars().count() <= SNIPPET_LETTERS);
        assert!(text.contains(snippet.text.trim()));
    }
}
