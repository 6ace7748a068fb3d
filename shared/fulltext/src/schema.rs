//! What a split holds of every page.

use std::sync::LazyLock;
use tantivy::IndexSettings;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;

/// Fields of a page.
pub(crate) struct PageSchema {
    pub(crate) schema: Schema,
    /// Page number, from 1.
    pub(crate) page: Field,
    /// Stems and parts of codes, with positions.
    pub(crate) body: Field,
    /// Whole codes without separators.
    pub(crate) code: Field,
    /// The text, to show where the words stand.
    pub(crate) text: Field,
}

pub(crate) static PAGE_SCHEMA: LazyLock<PageSchema> = LazyLock::new(|| {
    let mut builder = Schema::builder();
    let terms = |record| TextFieldIndexing::default().set_tokenizer("raw").set_index_option(record);
    let body = terms(IndexRecordOption::WithFreqsAndPositions);
    let code = terms(IndexRecordOption::Basic).set_fieldnorms(false);
    PageSchema {
        page: builder.add_u64_field("page", FAST),
        body: builder.add_text_field("body", TextOptions::default().set_indexing_options(body)),
        code: builder.add_text_field("code", TextOptions::default().set_indexing_options(code)),
        text: builder.add_text_field("text", STORED),
        schema: builder.build(),
    }
});

/// Settings that are the same for building and reading; no thread of its own for the stored texts.
pub(crate) fn index_settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}
