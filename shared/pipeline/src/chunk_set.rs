use crate::{Failure, Records, TaskQueue};
use domain::{AnalyzeSet, ChunkPlan, DocumentRecord, DocumentRef, IndexDocument};
use ports::{Host, Missing};

/// The task names a chunk that the plan does not have.
#[derive(Debug, thiserror::Error)]
#[error("find chunk {0} in the plan of the document")]
struct UnknownChunk(u32);

/// The chunks of documents as a set that grows: whoever completes it sends the document on to the indexer and the
/// analyzer.
pub struct ChunkSet {
    records: Records,
    indexer: TaskQueue<IndexDocument>,
    analyzer: TaskQueue<AnalyzeSet>,
}

impl ChunkSet {
    /// Takes the ledger and both queues from the host.
    pub fn build(host: &impl Host) -> Result<Self, Missing> {
        Ok(Self {
            records: Records::new(host.ledger()?),
            indexer: TaskQueue::build(host)?,
            analyzer: TaskQueue::build(host)?,
        })
    }

    /// The record of a document with its plan of a chunk, or `Retry` when there is none.
    pub async fn planned(&self, document: &DocumentRef, chunk: u32) -> Result<(DocumentRecord, ChunkPlan), Failure> {
        let record = self.records.known_document(document).await?;
        let plan = usize::try_from(chunk).ok().and_then(|chunk| record.chunks.get(chunk)).cloned();
        let plan = plan.ok_or_else(|| Failure::retry("read a chunk", UnknownChunk(chunk)))?;
        Ok((record, plan))
    }

    /// Notes that a chunk is stored; `true` when it was the last one and the document has been sent on. Sends first and
    /// notes afterwards: a crash between the two sends twice, never not at all.
    pub async fn finish(&self, document: &DocumentRef, record: &DocumentRecord, chunk: u32) -> Result<bool, Failure> {
        let chunk_count = u32::try_from(record.chunks.len()).unwrap_or(u32::MAX);
        let finished = self.records.finish_chunk(document, record.output_revision, chunk, chunk_count).await?;
        if finished < chunk_count {
            return Ok(false);
        }
        if !self.records.known_document(document).await?.all_chunks_read {
            self.analyzer.send(&[AnalyzeSet { document: document.clone() }]).await?;
            self.indexer.send(&[IndexDocument { document: document.clone() }]).await?;
            self.records.update_document(document, |record| record.all_chunks_read = true).await?;
        }
        Ok(true)
    }
}
