//! What a person types into what the engine is asked. Nothing a person types is an error.

use crate::analyzer::{Analysis, Analyzer, MIN_SKELETON_LETTERS, Part};
use crate::letters::{code_letters, one_script, small_letters};
use crate::schema::PAGE_SCHEMA;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// Words and phrases of a query that are looked at; the rest is ignored.
const MAX_CLAUSES: usize = 32;
/// Letters of a query that are looked at.
const MAX_QUERY_LETTERS: usize = 1_000;
/// Terms a prefix inside a code may stand for.
const MAX_PREFIX_TERMS: u32 = 4_096;
/// A code found as a whole counts more than its parts.
const WHOLE_CODE_BOOST: f32 = 2.0;

/// One word, prefix or phrase: all of them must be on the page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Clause {
    /// What may stand one after another: one of the ways is enough.
    pub(crate) ways: Vec<Vec<Step>>,
    /// The whole code, in the field of codes.
    pub(crate) skeleton: Option<Wanted>,
}

/// What stands at one place of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Distance from the first part of the sequence.
    pub(crate) offset: usize,
    pub(crate) wanted: Wanted,
}

/// A term of the index, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    Term(String),
    Prefix(String),
}

impl Wanted {
    /// Whether `term` of the index is what is wanted.
    pub(crate) fn is(&self, term: &str) -> bool {
        match self {
            Self::Term(wanted) => term == wanted,
            Self::Prefix(wanted) => term.starts_with(wanted.as_str()),
        }
    }
}

/// Clauses of `text`: words by spaces, phrases in quotation marks of any kind, prefixes by a last `*`. An unclosed
/// quotation mark is ignored, as is every sign without a meaning.
pub(crate) fn clauses(analyzer: Analyzer, text: &str) -> Vec<Clause> {
    let limited: String = text.chars().take(MAX_QUERY_LETTERS).collect();
    let mut rest = limited.as_str();
    let mut clauses = Vec::new();
    while let Some(start) = rest.find(|sign: char| !sign.is_whitespace()) {
        rest = rest.get(start..).unwrap_or_default();
        let phrase = rest.strip_prefix(is_quote).and_then(|inside| inside.split_once(is_quote));
        if let Some((phrase, after)) = phrase {
            clauses.push(sequence(&analyzer.analyze(phrase)));
            rest = after;
            continue;
        }
        let unquoted = rest.trim_start_matches(is_quote);
        let end = unquoted.find(|sign: char| sign.is_whitespace() || is_quote(sign)).unwrap_or(unquoted.len());
        let (word, after) = unquoted.split_at(end);
        clauses.push(match word.strip_suffix('*') {
            Some(beginning) => prefix(analyzer, beginning),
            None => sequence(&analyzer.analyze(word)),
        });
        rest = after;
    }
    clauses.retain(|clause| !clause.ways.is_empty() || clause.skeleton.is_some());
    clauses.truncate(MAX_CLAUSES);
    clauses
}

/// The engine's query for the clauses; without clauses nothing is found.
pub(crate) fn engine_query(clauses: &[Clause]) -> Box<dyn Query> {
    let mut all: Vec<Box<dyn Query>> = clauses.iter().map(clause_query).collect();
    match all.len() {
        0 => Box::new(EmptyQuery),
        1 => all.remove(0),
        _ => Box::new(BooleanQuery::intersection(all)),
    }
}

fn is_quote(sign: char) -> bool {
    matches!(sign, '"' | '«' | '»' | '“' | '”' | '„')
}

/// Parts in a row: read as words where they can be, and read as parts of codes where they can be.
fn sequence(analysis: &Analysis) -> Clause {
    let as_words = steps(analysis, |part| part.word.as_ref().or(part.code.as_ref()));
    let as_codes = steps(analysis, |part| part.code.as_ref().or(part.word.as_ref()));
    let mut ways = vec![as_words];
    if !ways.contains(&as_codes) {
        ways.push(as_codes);
    }
    ways.retain(|way| !way.is_empty());
    Clause { ways, skeleton: only_code(analysis).map(Wanted::Term) }
}

fn steps<'a>(analysis: &'a Analysis, form: impl Fn(&'a Part) -> Option<&'a String>) -> Vec<Step> {
    let wanted = analysis.parts.iter().map(|part| form(part).map(|term| Wanted::Term(term.clone())));
    wanted.enumerate().filter_map(|(offset, wanted)| wanted.map(|wanted| Step { offset, wanted })).collect()
}

/// The skeleton, when the text is one code and nothing else.
fn only_code(analysis: &Analysis) -> Option<String> {
    let [code] = analysis.codes.as_slice() else { return None };
    let covers = |part: &Part| code.range.start <= part.range.start && part.range.end <= code.range.end;
    analysis.parts.iter().all(covers).then(|| code.skeleton.clone())
}

fn prefix(analyzer: Analyzer, beginning: &str) -> Clause {
    let analysis = analyzer.analyze(beginning);
    let mut clause = sequence(&analysis);
    let Some((last, before)) = analysis.parts.split_last() else { return clause };
    let offset = before.len();
    let written = small_letters(beginning.get(last.range.clone()).unwrap_or_default());
    let beginnings = match &last.code {
        Some(code) => vec![code.clone(), one_script(&written)],
        None => word_beginnings(&one_script(&written), last.word.as_deref()),
    };
    let mut ways = Vec::new();
    for way in clause.ways.iter().cloned().chain(clause.ways.is_empty().then(Vec::new)) {
        for wanted in beginnings.iter().map(|beginning| Wanted::Prefix(beginning.clone())) {
            let mut steps: Vec<Step> = way.iter().filter(|step| step.offset < offset).cloned().collect();
            steps.push(Step { offset, wanted });
            if !ways.contains(&steps) {
                ways.push(steps);
            }
        }
    }
    clause.ways = ways;
    clause.skeleton = match clause.skeleton {
        Some(Wanted::Term(skeleton)) if skeleton.chars().count() >= MIN_SKELETON_LETTERS => {
            Some(Wanted::Prefix(skeleton))
        }
        _ => None,
    };
    clause
}

/// How the stems of words may begin that begin as `written`: so, or as its stem does («колодец» is indexed as
/// «колодц»); and when it breaks off before the last letter of a stem with a fleeting vowel («участо…к»), without
/// that vowel.
fn word_beginnings(written: &str, stem: Option<&str>) -> Vec<String> {
    let mut beginnings = vec![written.to_owned()];
    beginnings.extend(stem.map(str::to_owned));
    if let Some(shortened) = written.strip_suffix(['о', 'е'])
        && shortened.chars().count() > 2
    {
        beginnings.extend(['к', 'ц', 'л', 'н'].map(|last| format!("{shortened}{last}")));
    }
    // A Cyrillic-looking beginning may go on in Latin letters of its own.
    beginnings.push(code_letters(written));
    beginnings
}

fn clause_query(clause: &Clause) -> Box<dyn Query> {
    let mut either: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for way in &clause.ways {
        either.push((Occur::Should, way_query(way)));
    }
    match &clause.skeleton {
        Some(Wanted::Term(skeleton)) => {
            let term = Term::from_field_text(PAGE_SCHEMA.code, skeleton);
            let whole = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
            either.push((Occur::Should, Box::new(BoostQuery::new(whole, WHOLE_CODE_BOOST))));
        }
        Some(Wanted::Prefix(skeleton)) => either.push((Occur::Should, prefix_query(PAGE_SCHEMA.code, skeleton))),
        None => {}
    }
    if either.len() == 1 { either.remove(0).1 } else { Box::new(BooleanQuery::new(either)) }
}

fn way_query(way: &[Step]) -> Box<dyn Query> {
    if let [only] = way {
        return match &only.wanted {
            Wanted::Term(term) => {
                let term = Term::from_field_text(PAGE_SCHEMA.body, term);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            }
            Wanted::Prefix(beginning) => prefix_query(PAGE_SCHEMA.body, beginning),
        };
    }
    let ends_in_prefix = matches!(way.last(), Some(Step { wanted: Wanted::Prefix(_), .. }));
    let terms = way.iter().map(|step| {
        let (Wanted::Term(text) | Wanted::Prefix(text)) = &step.wanted;
        (step.offset, Term::from_field_text(PAGE_SCHEMA.body, text))
    });
    if ends_in_prefix {
        let mut query = PhrasePrefixQuery::new_with_offset(terms.collect());
        query.set_max_expansions(MAX_PREFIX_TERMS);
        Box::new(query)
    } else {
        Box::new(PhraseQuery::new_with_offset(terms.collect()))
    }
}

fn prefix_query(field: Field, beginning: &str) -> Box<dyn Query> {
    let from = Term::from_field_text(field, beginning);
    let to = Term::from_field_text(field, &format!("{beginning}{}", char::MAX));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(from), Bound::Excluded(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<usize> {
        let steps = |clause: Clause| clause.ways.iter().map(Vec::len).max().unwrap_or(0);
        clauses(Analyzer::new(), text).into_iter().map(steps).collect()
    }

    #[test]
    fn words_phrases_and_codes_are_told_apart() {
        assert_eq!(shapes("монтаж труб"), [1, 1]);
        assert_eq!(shapes("\"монтаж труб\" свая"), [2, 1]);
        assert_eq!(shapes("«акт скрытых работ»"), [3]);
        assert_eq!(shapes("12-34/2024"), [3]);
        assert_eq!(shapes("фундам*"), [1]);
    }

    #[test]
    fn signs_without_a_meaning_are_ignored() {
        for text in ["", "  ", "\"", "*", "((", "\"\"", "+-!", "** *", "\\", "и в на"] {
            assert!(clauses(Analyzer::new(), text).is_empty(), "{text:?}");
        }
        assert_eq!(shapes("\"монтаж труб"), [1, 1]);
        assert_eq!(shapes("AND body:[труба TO"), [1, 2, 1]);
    }

    #[test]
    fn long_queries_are_cut() {
        assert_eq!(clauses(Analyzer::new(), &"труба ".repeat(10_000)).len(), MAX_CLAUSES);
    }
}
