use crate::BucketLocation;
use crate::content::media_type;
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;
use domain::BlobKey;
use futures_util::{Stream, StreamExt, stream};
use ports::{Blobs, Pieces, PortError};
use std::error::Error;
use std::ops::Range;
use tokio::task::JoinSet;

/// Objects larger than this are sent in parts.
const LARGEST_WHOLE_BYTES: usize = 64 << 20;
const SMALLEST_PART_BYTES: usize = 8 << 20;
const MOST_PARTS: usize = 10_000;
/// Parts under way at once.
const PARTS_AT_ONCE: usize = 4;
const RANGE_NOT_SATISFIABLE: u16 = 416;

/// Objects of one place in S3. What is absent is told from what is forbidden only when the role may list the bucket
/// (`s3:ListBucket`): else S3 says "forbidden" of both, and reading what is absent fails.
///
/// An upload in parts that is cut off by the end of the process leaves its parts behind: a lifecycle rule of the bucket
/// takes them away.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    client: Client,
    location: BucketLocation,
}

impl S3Blobs {
    /// The objects at this place.
    pub fn new(client: Client, location: BucketLocation) -> Self {
        Self { client, location }
    }

    fn failed(&self, action: &str, key: &BlobKey, error: impl Into<Box<dyn Error + Send + Sync>>) -> PortError {
        PortError::new(format!("{action} {}", self.location.shown(key)), error)
    }

    /// The bytes of an answer, in one buffer of their size: pieces that are joined at the end would take twice as much.
    async fn received(
        &self,
        action: &str,
        key: &BlobKey,
        size_bytes: Option<i64>,
        mut body: ByteStream,
    ) -> Result<Bytes, PortError> {
        let size_bytes = size_bytes.and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        let mut bytes = Vec::with_capacity(size_bytes);
        while let Some(piece) = body.try_next().await.map_err(|error| self.failed(action, key, error))? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.into())
    }

    async fn put_whole(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError> {
        let request = self.client.put_object().bucket(self.location.bucket()).key(self.location.full_key(key));
        let request = request.content_type(media_type(key.as_str())).body(ByteStream::from(bytes));
        request.send().await.map_err(|error| self.failed("write", key, error))?;
        Ok(())
    }

    async fn put_in_parts(
        &self,
        key: &BlobKey,
        parts: impl Stream<Item = Part> + Send + Unpin,
    ) -> Result<(), PortError> {
        let full_key = self.location.full_key(key);
        let request = self.client.create_multipart_upload().bucket(self.location.bucket()).key(&full_key);
        let request = request.content_type(media_type(key.as_str())).set_checksum_algorithm(self.checksum_of_parts());
        let begun = request.send().await;
        let begun = begun.map_err(|error| self.failed("begin to write", key, error))?;
        let upload = begun.upload_id().ok_or_else(|| self.failed("begin to write", key, "no upload id came back"))?;
        let written = self.send_parts(key, upload, parts).await;
        if written.is_err() {
            let abort = self.client.abort_multipart_upload().bucket(self.location.bucket()).key(&full_key);
            if let Err(error) = abort.upload_id(upload).send().await {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "the parts of a failed upload stay until the bucket's rule removes them"
                );
            }
        }
        written
    }

    /// What the SDK computes of each part; S3 wants to be told before, and refuses the parts else.
    fn checksum_of_parts(&self) -> Option<ChecksumAlgorithm> {
        match self.client.config().request_checksum_calculation() {
            Some(RequestChecksumCalculation::WhenRequired) => None,
            _ => Some(ChecksumAlgorithm::Crc32),
        }
    }

    async fn send_parts(
        &self,
        key: &BlobKey,
        upload: &str,
        parts: impl Stream<Item = Part> + Send + Unpin,
    ) -> Result<(), PortError> {
        let full_key = self.location.full_key(key);
        let mut waiting = parts.zip(stream::iter(1..));
        let mut sending = JoinSet::new();
        let mut sent = Vec::new();
        loop {
            while sending.len() < PARTS_AT_ONCE {
                let Some((part, number)) = waiting.next().await else { break };
                let part = part?;
                let request = self.client.upload_part().bucket(self.location.bucket()).key(&full_key);
                let request = request.upload_id(upload).part_number(number).body(ByteStream::from(part));
                sending.spawn(async move { (number, request.send().await) });
            }
            let Some(joined) = sending.join_next().await else { break };
            let (number, answer) = joined.map_err(|error| self.failed("write a part of", key, error))?;
            let answer = answer.map_err(|error| self.failed("write a part of", key, error))?;
            let part = CompletedPart::builder().part_number(number).set_e_tag(answer.e_tag);
            sent.push(part.set_checksum_crc32(answer.checksum_crc32).build());
        }
        sent.sort_by_key(|part| part.part_number);
        let request = self.client.complete_multipart_upload().bucket(self.location.bucket()).key(&full_key);
        let whole = CompletedMultipartUpload::builder().set_parts(Some(sent)).build();
        let completed = request.upload_id(upload).multipart_upload(whole).send().await;
        completed.map_err(|error| self.failed("finish to write", key, error))?;
        Ok(())
    }
}

/// The bytes in pieces of one size, none copied: as small as the number of parts allows.
fn parts(bytes: Bytes) -> impl Iterator<Item = Bytes> {
    let part_bytes = bytes.len().div_ceil(MOST_PARTS).max(SMALLEST_PART_BYTES);
    let length = bytes.len();
    (0..length).step_by(part_bytes).map(move |start| bytes.slice(start..(start + part_bytes).min(length)))
}

/// A part of an object, or why there is none.
type Part = Result<Bytes, PortError>;

/// Pieces put together to parts as large as S3 wants them; the first thousand small, so that little waits in memory, the
/// others eight times as large, so that they suffice for 80 GB.
fn gathered(pieces: Pieces) -> impl Stream<Item = Part> + Send {
    stream::try_unfold((pieces, 0_usize), |(mut pieces, number)| async move {
        let part_bytes = if number < MOST_PARTS / 10 { SMALLEST_PART_BYTES } else { 8 * SMALLEST_PART_BYTES };
        let mut part = Vec::new();
        while part.len() < part_bytes {
            let Some(piece) = pieces.next().await else { break };
            part.extend_from_slice(&piece?);
        }
        Ok(if part.is_empty() { None } else { Some((Bytes::from(part), (pieces, number + 1))) })
    })
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>, PortError> {
        let request = self.client.get_object().bucket(self.location.bucket()).key(self.location.full_key(key));
        match request.send().await {
            Ok(object) => {
                let size_bytes = object.content_length();
                self.received("read", key, size_bytes, object.body).await.map(Some)
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(self.failed("read", key, error)),
        }
    }

    async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Option<Bytes>, PortError> {
        if range.is_empty() {
            // HTTP has no empty range; whether the object is there is still asked.
            return Ok(self.size(key).await?.map(|_| Bytes::new()));
        }
        let request = self.client.get_object().bucket(self.location.bucket()).key(self.location.full_key(key));
        match request.range(format!("bytes={}-{}", range.start, range.end - 1)).send().await {
            Ok(object) => {
                let size_bytes = object.content_length();
                self.received("read a part of", key, size_bytes, object.body).await.map(Some)
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) if status(&error) == Some(RANGE_NOT_SATISFIABLE) => Ok(Some(Bytes::new())),
            Err(error) => Err(self.failed("read a part of", key, error)),
        }
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, PortError> {
        let request = self.client.head_object().bucket(self.location.bucket()).key(self.location.full_key(key));
        match request.send().await {
            Ok(object) => {
                let length = object.content_length().and_then(|length| u64::try_from(length).ok());
                length.map(Some).ok_or_else(|| self.failed("measure", key, "no length came back"))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found()) => Ok(None),
            Err(error) => Err(self.failed("measure", key, error)),
        }
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError> {
        if bytes.len() > LARGEST_WHOLE_BYTES {
            self.put_in_parts(key, stream::iter(parts(bytes).map(Ok))).await
        } else {
            self.put_whole(key, bytes).await
        }
    }

    async fn put_pieces(&self, key: &BlobKey, pieces: Pieces) -> Result<(), PortError> {
        let mut parts = Box::pin(gathered(pieces));
        let first = parts.next().await.unwrap_or(Ok(Bytes::new()))?;
        match parts.next().await {
            None => self.put(key, first).await,
            Some(second) => self.put_in_parts(key, stream::iter([Ok(first), second]).chain(parts)).await,
        }
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), PortError> {
        let request = self.client.delete_object().bucket(self.location.bucket()).key(self.location.full_key(key));
        request.send().await.map_err(|error| self.failed("delete", key, error))?;
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobKey>, PortError> {
        let full_prefix = self.location.full_prefix(prefix);
        let request = self.client.list_objects_v2().bucket(self.location.bucket()).prefix(&full_prefix);
        let mut pages = request.into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| PortError::new(format!("list {}/{full_prefix}", self.location.bucket()), error))?;
            keys.extend(page.contents().iter().filter_map(|object| self.location.own_key(object.key()?)));
        }
        keys.sort_unstable();
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_and_of_one_size_but_the_last() {
        let bytes = Bytes::from(vec![7; LARGEST_WHOLE_BYTES + 1]);
        let sizes: Vec<_> = parts(bytes).map(|part| part.len()).collect();
        assert_eq!(sizes, [vec![SMALLEST_PART_BYTES; 8], vec![1]].concat());
    }
}
