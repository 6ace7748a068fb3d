//! The one file of a split.
//!
//! ```text
//! files, one after another, the stored texts last
//! contents      JSON: document, pages, files with their lengths
//! u32           length of the contents in bytes
//! u32           CRC-32 of everything before it
//! u32           revision
//! 8 bytes       "PTOSPLIT"
//! ```
//! Numbers are little-endian. Nothing in the file depends on when or where it was written.

use crate::FulltextError;
use domain::DocumentId;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Changes with anything that makes old splits unreadable or their terms wrong: layout, schema, analyzer.
pub(crate) const REVISION: u32 = 1;
const MAGIC: [u8; 8] = *b"PTOSPLIT";
const TRAILER_BYTES: usize = 4 + 4 + 4 + 8;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    document: DocumentId,
    pages: u32,
    files: Vec<FileLength>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLength {
    extension: String,
    bytes: usize,
}

/// A file of the engine, named by what it holds.
pub(crate) struct SegmentFile {
    pub(crate) extension: String,
    pub(crate) bytes: Vec<u8>,
}

/// Where the files of a split stand in its bytes.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub(crate) pages: u32,
    pub(crate) files: Vec<(String, Range<usize>)>,
}

/// One file out of many. `files` come in the order in which they shall stand.
pub(crate) fn pack(document: &DocumentId, pages: u32, files: &[SegmentFile]) -> Result<Vec<u8>, FulltextError> {
    let lengths = files.iter().map(|file| FileLength { extension: file.extension.clone(), bytes: file.bytes.len() });
    let contents = Contents { document: document.clone(), pages, files: lengths.collect() };
    let contents = serde_json::to_vec(&contents).map_err(std::io::Error::from).map_err(tantivy::TantivyError::from)?;
    let contents_bytes =
        u32::try_from(contents.len()).map_err(|_| FulltextError::TooLarge { limit_bytes: u32::MAX as usize })?;
    let files_bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut split = Vec::with_capacity(files_bytes + contents.len() + TRAILER_BYTES);
    for file in files {
        split.extend_from_slice(&file.bytes);
    }
    split.extend_from_slice(&contents);
    split.extend_from_slice(&contents_bytes.to_le_bytes());
    split.extend_from_slice(&crc32fast::hash(&split).to_le_bytes());
    split.extend_from_slice(&REVISION.to_le_bytes());
    split.extend_from_slice(&MAGIC);
    Ok(split)
}

/// Checks every byte of a split and says where its files stand.
pub(crate) fn unpack(document: &DocumentId, split: &[u8]) -> Result<Bundle, FulltextError> {
    let malformed = |reason: &str| FulltextError::Malformed { document: document.clone(), reason: reason.to_owned() };
    let (rest, magic) = split.split_last_chunk::<8>().ok_or_else(|| malformed("it is too short"))?;
    if *magic != MAGIC {
        return Err(malformed("it does not end as a split does: cut short, or another kind of file"));
    }
    let (rest, revision) = split_last_number(rest).ok_or_else(|| malformed("it is too short"))?;
    if revision != REVISION {
        return Err(FulltextError::Revision { document: document.clone(), found: revision, expected: REVISION });
    }
    let (rest, checksum) = split_last_number(rest).ok_or_else(|| malformed("it is too short"))?;
    if crc32fast::hash(rest) != checksum {
        return Err(malformed("its bytes were changed: the checksum differs"));
    }
    let (rest, contents_bytes) = split_last_number(rest).ok_or_else(|| malformed("it is too short"))?;
    let files_end = rest.len().checked_sub(contents_bytes as usize).ok_or_else(|| malformed("it is too short"))?;
    let (files, contents) = rest.split_at(files_end);
    let contents: Contents = serde_json::from_slice(contents)
        .map_err(|error| malformed(&format!("its contents are unreadable: {error}")))?;
    if contents.document != *document {
        return Err(FulltextError::OtherDocument { expected: document.clone(), found: contents.document });
    }
    let mut start = 0_usize;
    let mut ranges = Vec::new();
    for file in contents.files {
        let end = start.checked_add(file.bytes).filter(|end| *end <= files.len());
        let end = end.ok_or_else(|| malformed("its files are longer than itself"))?;
        ranges.push((file.extension, start..end));
        start = end;
    }
    Ok(Bundle { pages: contents.pages, files: ranges })
}

fn split_last_number(bytes: &[u8]) -> Option<(&[u8], u32)> {
    let (rest, number) = bytes.split_last_chunk::<4>()?;
    Some((rest, u32::from_le_bytes(*number)))
}
