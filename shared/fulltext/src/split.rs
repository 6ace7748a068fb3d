use crate::FulltextError;
use crate::analyzer::{Analysis, Analyzer};
use crate::bundle::{SegmentFile, pack};
use crate::schema::{PAGE_SCHEMA, index_settings};
use domain::{DocumentId, Page};
use tantivy::directory::RamDirectory;
use tantivy::index::SegmentComponent;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Directory, Index, SingleSegmentIndexWriter, TantivyDocument};

/// Memory the index of one document may take while it is built: some 100,000 pages of text.
pub const MAX_INDEXING_BYTES: usize = 512 << 20;

/// Sizes the table of terms a writer begins with; it grows when a document has more.
const WRITER_BUDGET_BYTES: usize = 3 << 20;

/// Files of a segment in the order they stand in a split: what every search reads first, the texts last.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::FieldNorms,
    SegmentComponent::FastFields,
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Store,
];

/// The full-text split of a document: one self-contained file for [`Splits`](crate::Splits).
///
/// The same pages give the same bytes, in whatever order they come: a repeated message writes the same object. A
/// document without pages has a split too, in which nothing is found. Everything happens in memory.
///
/// # Errors
/// [`FulltextError::TooLarge`] when the index would take more than [`MAX_INDEXING_BYTES`] of memory;
/// [`FulltextError::Engine`] when the engine fails.
pub fn build_split(document: &DocumentId, pages: &[Page]) -> Result<Vec<u8>, FulltextError> {
    let mut ordered: Vec<&Page> = pages.iter().collect();
    ordered.sort_by(|one, other| one.page.cmp(&other.page).then_with(|| one.text.cmp(&other.text)));
    let analyzer = Analyzer::new();
    let directory = RamDirectory::create();
    let mut writer: SingleSegmentIndexWriter = Index::builder()
        .schema(PAGE_SCHEMA.schema.clone())
        .settings(index_settings())
        .single_segment_index_writer(directory.clone(), WRITER_BUDGET_BYTES)?;
    for page in ordered {
        writer.add_document(indexed_page(analyzer, page))?;
        if writer.mem_usage() > MAX_INDEXING_BYTES {
            return Err(FulltextError::TooLarge { limit_bytes: MAX_INDEXING_BYTES });
        }
    }
    let index = writer.finalize()?;
    let mut files = Vec::new();
    let mut indexed_pages = 0;
    for segment in index.searchable_segment_metas()? {
        indexed_pages += segment.num_docs();
        for component in COMPONENTS {
            let path = segment.relative_path(component.clone());
            let bytes = directory.atomic_read(&path).map_err(tantivy::TantivyError::from)?;
            files.push(SegmentFile { extension: component.to_string(), bytes });
        }
    }
    pack(document, indexed_pages, &files)
}

fn indexed_page(analyzer: Analyzer, page: &Page) -> TantivyDocument {
    let Analysis { parts, codes } = analyzer.analyze(&page.text);
    let mut body = Vec::with_capacity(parts.len());
    for (position, part) in parts.into_iter().enumerate() {
        let word = part.word.filter(|word| part.code.as_ref() != Some(word));
        for text in part.code.into_iter().chain(word) {
            body.push(term(text, position));
        }
    }
    let codes = codes.into_iter().enumerate().map(|(position, code)| term(code.skeleton, position)).collect();
    let mut document = TantivyDocument::default();
    document.add_u64(PAGE_SCHEMA.page, u64::from(page.page));
    document.add_pre_tokenized_text(PAGE_SCHEMA.body, terms(body));
    document.add_pre_tokenized_text(PAGE_SCHEMA.code, terms(codes));
    document.add_text(PAGE_SCHEMA.text, &page.text);
    document
}

fn term(text: String, position: usize) -> Token {
    Token { text, position, ..Token::default() }
}

fn terms(tokens: Vec<Token>) -> PreTokenizedString {
    PreTokenizedString { text: String::new(), tokens }
}
