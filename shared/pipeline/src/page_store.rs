use crate::Failure;
use bytes::Bytes;
use domain::{BlobKey, ChunkPlan, DocumentRef, Page};
use ports::Blobs;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Pages of documents as the page extractor stores them: one object of pages and one of thumbnails per chunk.
#[derive(Clone)]
pub struct PageStore {
    blobs: Arc<dyn Blobs>,
}

impl PageStore {
    /// Pages over the bucket of pages.
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs }
    }

    /// Whether a chunk is stored; its pages are written last.
    pub async fn has_chunk(&self, document: &DocumentRef, chunk: u32) -> Result<bool, Failure> {
        Ok(self.blobs.size(&BlobKey::chunk_pages(document, chunk)).await?.is_some())
    }

    /// Stores a chunk: its pages, and for each page its WebP thumbnail, empty where there is none.
    pub async fn put_chunk(
        &self,
        document: &DocumentRef,
        chunk: u32,
        pages: &[Page],
        thumbnails: &[Vec<u8>],
    ) -> Result<(), Failure> {
        let lengths: Vec<usize> = thumbnails.iter().map(Vec::len).collect();
        self.blobs.put(&BlobKey::chunk_thumbnails(document, chunk), Bytes::from(thumbnails.concat())).await?;
        put_json(self.blobs.as_ref(), &BlobKey::chunk_thumbnails_index(document, chunk), &lengths).await?;
        put_json(self.blobs.as_ref(), &BlobKey::chunk_pages(document, chunk), pages).await
    }

    /// Pages of one chunk, or `Retry` when they are not there.
    pub async fn chunk(&self, document: &DocumentRef, chunk: u32) -> Result<Vec<Page>, Failure> {
        known_json(self.blobs.as_ref(), &BlobKey::chunk_pages(document, chunk)).await
    }

    /// The page at a place of a chunk, none behind its end, or `Retry` when the chunk is not there. Its tables are marked
    /// where they go on from the page before, which may stand in an earlier chunk, if that is read already.
    pub async fn page(&self, document: &DocumentRef, chunk: u32, place: usize) -> Result<Option<Page>, Failure> {
        let mut pages = self.chunk(document, chunk).await?;
        if place >= pages.len() {
            return Ok(None);
        }
        pages.truncate(place + 1);
        let mut first = chunk;
        // What a table is may be told by a page far before; one without tables ends the search.
        while first > 0
            && pages.iter().all(|page| !page.tables.is_empty())
            && self.has_chunk(document, first - 1).await?
        {
            first -= 1;
            let later = std::mem::replace(&mut pages, self.chunk(document, first).await?);
            pages.extend(later);
        }
        Ok(marked(pages).pop())
    }

    /// All pages of a document in order, or `Retry` when a chunk is not there. Tables that go on over sheets are marked.
    pub async fn pages(&self, document: &DocumentRef, chunks: &[ChunkPlan]) -> Result<Vec<Page>, Failure> {
        let mut pages = Vec::new();
        for (chunk, _) in (0_u32..).zip(chunks) {
            pages.extend(self.chunk(document, chunk).await?);
        }
        Ok(marked(pages))
    }

    /// Thumbnails of a chunk in page order, WebP, empty where a page has none.
    pub async fn thumbnails(&self, document: &DocumentRef, chunk: u32) -> Result<Vec<Bytes>, Failure> {
        let key = BlobKey::chunk_thumbnails(document, chunk);
        let index_key = BlobKey::chunk_thumbnails_index(document, chunk);
        let lengths: Option<Vec<usize>> = get_json(self.blobs.as_ref(), &index_key).await?;
        let (Some(lengths), Some(mut joined)) = (lengths, self.blobs.get(&key).await?) else {
            return Err(Failure::not_there(key.to_string()));
        };
        Ok(lengths.into_iter().map(|length| joined.split_to(length.min(joined.len()))).collect())
    }
}

/// Pages in their order with the tables marked that go on over sheets.
fn marked(pages: Vec<Page>) -> Vec<Page> {
    let mut done: Vec<Page> = Vec::with_capacity(pages.len());
    for mut page in pages {
        if let Some(before) = done.last() {
            domain::mark_continued(before, &mut page);
        }
        done.push(page);
    }
    done
}

/// Reads a JSON object; `None` when it is not there, `Retry` when it cannot be read.
pub async fn get_json<T: DeserializeOwned>(blobs: &dyn Blobs, key: &BlobKey) -> Result<Option<T>, Failure> {
    let Some(bytes) = blobs.get(key).await? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Failure::retry(format!("read {key}"), error))
}

/// Reads a JSON object that an earlier stage has written; `Retry` when it is not there or cannot be read.
pub async fn known_json<T: DeserializeOwned>(blobs: &dyn Blobs, key: &BlobKey) -> Result<T, Failure> {
    get_json(blobs, key).await?.ok_or_else(|| Failure::not_there(key.to_string()))
}

/// Writes a value as JSON.
pub async fn put_json<T: Serialize + Sync + ?Sized>(
    blobs: &dyn Blobs,
    key: &BlobKey,
    value: &T,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(value).map_err(|error| Failure::retry(format!("write {key}"), error))?;
    Ok(blobs.put(key, Bytes::from(bytes)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Bucket, DocumentId, Rect, Table, TableCell, TableKind, TenantId, TextSource};
    use ports::Host;
    use ports::memory::MemoryHost;

    fn page(page: u32) -> Page {
        Page {
            page,
            width_pt: 595.0,
            height_pt: 842.0,
            source: TextSource::None,
            text: String::new(),
            words: Vec::new(),
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        }
    }

    /// A page with a table of three columns: with a heading, or without one as it goes on.
    fn page_with_table(number: u32, heading_rows: u32) -> Page {
        let kind = if heading_rows > 0 { TableKind::Specification } else { TableKind::Unknown };
        let cell = |column: u32| TableCell {
            row: 0,
            column,
            row_span: 1,
            column_span: 1,
            bounds: Rect { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 },
            text: format!("{number} {column}"),
        };
        let table = Table {
            bounds: Rect { x0: 0.0, y0: 0.0, x1: 300.0, y1: 20.0 },
            kind,
            ruled: true,
            heading_rows,
            continued: false,
            column_edges: vec![0.0, 100.0, 200.0, 300.0],
            row_edges: vec![0.0, 20.0],
            cells: (0..3).map(cell).collect(),
        };
        Page { tables: vec![table], ..page(number) }
    }

    #[tokio::test]
    async fn tables_that_go_on_over_chunks_are_marked_however_they_are_asked_for() {
        let store = PageStore::new(MemoryHost::default().blobs(Bucket::Pages).unwrap());
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        let chunks = [vec![page(1), page_with_table(2, 1)], vec![page_with_table(3, 0)], vec![page_with_table(4, 0)]];
        let mut plan = Vec::new();
        for (chunk, pages) in (0..).zip(&chunks) {
            store.put_chunk(&document, chunk, pages, &vec![Vec::new(); pages.len()]).await.unwrap();
            plan.push(ChunkPlan { first_page: pages[0].page, pages: pages.len() as u32, recognize: false });
        }
        let all = store.pages(&document, &plan).await.unwrap();
        let told = |page: &Page| page.tables.first().map(|table| (table.kind, table.continued));
        let known = TableKind::Specification;
        assert_eq!(
            all.iter().map(told).collect::<Vec<_>>(),
            [None, Some((known, false)), Some((known, true)), Some((known, true))]
        );
        for (chunk, place, number) in [(0, 0, 1), (0, 1, 2), (1, 0, 3), (2, 0, 4)] {
            let one = store.page(&document, chunk, place).await.unwrap().unwrap();
            assert_eq!(Some(&one), all.get(number - 1), "{number}");
        }
        assert_eq!(store.page(&document, 2, 1).await.unwrap(), None);
    }

    #[tokio::test]
    async fn thumbnails_come_back_page_by_page() {
        let store = PageStore::new(MemoryHost::default().blobs(Bucket::Pages).unwrap());
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        let thumbnails = [b"first".to_vec(), Vec::new(), b"third".to_vec()];
        store.put_chunk(&document, 0, &[page(1), page(2), page(3)], &thumbnails).await.unwrap();
        assert!(store.has_chunk(&document, 0).await.unwrap());
        assert_eq!(store.thumbnails(&document, 0).await.unwrap(), ["first", "", "third"]);
        let plan = [ChunkPlan { first_page: 1, pages: 3, recognize: false }];
        assert_eq!(store.pages(&document, &plan).await.unwrap().len(), 3);
        let missing = [plan[0].clone(), ChunkPlan { first_page: 4, pages: 1, recognize: false }];
        assert!(matches!(store.pages(&document, &missing).await, Err(Failure::Retry { .. })));
    }
}
