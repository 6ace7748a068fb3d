use crate::FulltextError;
use crate::analyzer::Analyzer;
use crate::query::{clauses, engine_query};
use crate::schema::PAGE_SCHEMA;
use crate::snippet::{Snippet, snippet};
use crate::union::{UnionDirectory, segment_name};
use bytes::Bytes;
use domain::DocumentId;
use std::collections::{HashMap, HashSet};
use std::fmt;
use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value;
use tantivy::{DocAddress, Index, IndexReader, ReloadPolicy, TantivyDocument};

/// Most hits one search gives; `total` counts all of them.
pub const MAX_HITS: usize = 1_000;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// Pages with all words of the query, over all splits.
    pub total: usize,
    /// The best of them, best first.
    pub hits: Vec<Hit>,
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document.
    pub document: DocumentId,
    /// Page number in the document's file, from 1.
    pub page: u32,
    /// How well the page fits (BM25 over all splits together): greater is better, only to be compared within one search.
    pub score: f32,
    /// The words as they stand on the page.
    pub snippet: Snippet,
}

/// Splits opened together and searched as one. Holds their bytes in memory; cheap to share between threads behind an
/// `Arc`.
pub struct Splits {
    reader: IndexReader,
    /// The document of every segment, in the engine's order.
    documents: Vec<DocumentId>,
    analyzer: Analyzer,
}

impl fmt::Debug for Splits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Splits").field("documents", &self.documents.len()).finish()
    }
}

impl Splits {
    /// Opens splits written by [`build_split`](crate::build_split). A document that comes twice counts once: the
    /// first stands. Bytes that nobody else holds are not copied. No splits at all are fine: nothing is found.
    ///
    /// # Errors
    /// The first split that cannot be used fails the call and is named: [`FulltextError::Malformed`] when its bytes are
    /// not whole (every byte is under a checksum), [`FulltextError::Revision`] when it must be built again,
    /// [`FulltextError::OtherDocument`] when it is somebody else's.
    pub fn open(splits: Vec<(DocumentId, Bytes)>) -> Result<Self, FulltextError> {
        let mut seen = HashSet::new();
        let splits: Vec<(DocumentId, Bytes)> =
            splits.into_iter().filter(|(document, _)| seen.insert(document.clone())).collect();
        let by_segment: HashMap<String, DocumentId> =
            splits.iter().enumerate().map(|(number, (document, _))| (segment_name(number), document.clone())).collect();
        let index = Index::open(UnionDirectory::new(splits)?)?;
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut documents = Vec::new();
        for segment in reader.searcher().segment_readers() {
            let document = by_segment.get(&segment.segment_id().uuid_string());
            documents.push(document.cloned().ok_or_else(|| unknown_segment("open splits"))?);
        }
        Ok(Self { reader, documents, analyzer: Analyzer::new() })
    }

    /// The best `limit` pages (at most [`MAX_HITS`]) that have all the words of `query`.
    ///
    /// Words are found in all their forms; `"words in quotes"` only one after another; `нача*` by the beginning; codes by
    /// their parts in order and, when long enough, as a whole with signs that recognition confuses taken for one. Words
    /// on nearly every page («и», «в») are ignored, so a query of nothing else finds nothing. No query is an error.
    ///
    /// # Errors
    /// [`FulltextError::Engine`] when the engine cannot read what it wrote.
    pub fn search(&self, query: &str, limit: usize) -> Result<Hits, FulltextError> {
        let clauses = clauses(self.analyzer, query);
        let engine_query = engine_query(&clauses);
        let searcher = self.reader.searcher();
        let limit = limit.min(MAX_HITS);
        if limit == 0 {
            return Ok(Hits { total: searcher.search(&engine_query, &Count)?, hits: Vec::new() });
        }
        let (best, total) = searcher.search(&engine_query, &(TopDocs::with_limit(limit).order_by_score(), Count))?;
        let mut hits = Vec::with_capacity(best.len());
        for (score, address) in best {
            let stored: TantivyDocument = searcher.doc(address)?;
            let text = stored.get_first(PAGE_SCHEMA.text).and_then(|value| value.as_str()).unwrap_or_default();
            hits.push(Hit {
                document: self.document(address)?,
                page: page_number(&searcher, address)?,
                score,
                snippet: snippet(self.analyzer, text, &clauses),
            });
        }
        Ok(Hits { total, hits })
    }

    fn document(&self, address: DocAddress) -> Result<DocumentId, FulltextError> {
        let document = self.documents.get(address.segment_ord as usize);
        document.cloned().ok_or_else(|| unknown_segment("name the document of a hit"))
    }
}

fn page_number(searcher: &tantivy::Searcher, address: DocAddress) -> Result<u32, FulltextError> {
    let pages = searcher.segment_reader(address.segment_ord).fast_fields().u64("page")?;
    let page = pages.first(address.doc_id).and_then(|page| u32::try_from(page).ok());
    page.ok_or_else(|| unknown_segment("read the page number of a hit"))
}

fn unknown_segment(deed: &str) -> FulltextError {
    FulltextError::Engine(tantivy::TantivyError::InternalError(format!("{deed}: the engine names what no split holds")))
}
