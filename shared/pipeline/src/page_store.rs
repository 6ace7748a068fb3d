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

    /// All pages of a document in order, or `Retry` when a chunk is not there.
    pub async fn pages(&self, document: &DocumentRef, chunks: &[ChunkPlan]) -> Result<Vec<Page>, Failure> {
        let mut pages = Vec::new();
        for (chunk, _) in (0_u32..).zip(chunks) {
            pages.extend(self.chunk(document, chunk).await?);
        }
        Ok(pages)
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
    use domain::{Bucket, DocumentId, TenantId, TextSource};
    use ports::Host;
    use ports::memory::MemoryHost;

    #[tokio::test]
    async fn thumbnails_come_back_page_by_page() {
        let store = PageStore::new(MemoryHost::default().blobs(Bucket::Pages).unwrap());
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(b"") };
        let page = |page| Page {
            page,
            width_pt: 595.0,
            height_pt: 842.0,
            source: TextSource::None,
            text: String::new(),
            words: Vec::new(),
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        };
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
