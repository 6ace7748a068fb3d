use crate::{OpenError, lock::DirectoryLock};
use async_trait::async_trait;
use bytes::Bytes;
use domain::BlobKey;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    GetResultPayload, MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as ObjectPath,
};
use ports::{Blobs, Pieces, PortError};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Objects of one bucket as files in one folder. A put writes a file beside the object, syncs it, renames it into
/// place and syncs the folder. A delete is not synced: after a loss of power the object may be there again.
pub(crate) struct FileBlobs {
    files: LocalFileSystem,
    bucket: &'static str,
    _lock: Arc<DirectoryLock>,
}

impl FileBlobs {
    /// Opens `directory`, which exists.
    pub(crate) fn open(directory: &Path, bucket: &'static str, lock: Arc<DirectoryLock>) -> Result<Self, OpenError> {
        let files = LocalFileSystem::new_with_prefix(directory)
            .map_err(|source| OpenError::Blobs { path: directory.to_owned(), source })?
            .with_fsync(true);
        Ok(Self { files, bucket, _lock: lock })
    }

    fn failure(&self, action: &str, key: &BlobKey, error: object_store::Error) -> PortError {
        PortError::new(format!("{action} blob {}/{key}", self.bucket), error)
    }
}

#[async_trait]
impl Blobs for FileBlobs {
    async fn get(&self, key: &BlobKey) -> Result<Option<Bytes>, PortError> {
        let read = async { self.files.get(&object_path(key)).await?.bytes().await };
        present(read.await).map_err(|error| self.failure("read", key, error))
    }

    async fn get_range(&self, key: &BlobKey, range: Range<u64>) -> Result<Option<Bytes>, PortError> {
        let failure = |error| self.failure("read a range of", key, error);
        let Some(object) = present(self.files.get(&object_path(key)).await).map_err(failure)? else {
            return Ok(None);
        };
        let end = range.end.min(object.meta.size);
        let start = range.start.min(end);
        match object.payload {
            // The file is open already, so a put that replaces the object meanwhile does not mix with this read.
            GetResultPayload::File(file, _) => {
                let read = tokio::task::spawn_blocking(move || read_range(file, start, end)).await;
                let read = read.map_err(std::io::Error::other).and_then(|read| read);
                let bytes =
                    read.map_err(|error| PortError::new(format!("read a range of blob {}/{key}", self.bucket), error))?;
                Ok(Some(bytes))
            }
            GetResultPayload::Stream(_) if start == end => Ok(Some(Bytes::new())),
            GetResultPayload::Stream(_) => {
                present(self.files.get_range(&object_path(key), start..end).await).map_err(failure)
            }
        }
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, PortError> {
        let meta = present(self.files.head(&object_path(key)).await);
        Ok(meta.map_err(|error| self.failure("ask the size of", key, error))?.map(|meta| meta.size))
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), PortError> {
        let written = self.files.put(&object_path(key), bytes.into()).await;
        written.map(drop).map_err(|error| self.failure("write", key, error))
    }

    async fn put_pieces(&self, key: &BlobKey, mut pieces: Pieces) -> Result<(), PortError> {
        let failure = |error| self.failure("write", key, error);
        let mut upload = self.files.put_multipart(&object_path(key)).await.map_err(failure)?;
        while let Some(piece) = pieces.next().await {
            let written = match piece {
                Ok(piece) => upload.put_part(piece.into()).await.map_err(failure),
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                abandon(upload, self.bucket).await;
                return Err(error);
            }
        }
        upload.complete().await.map(drop).map_err(failure)
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), PortError> {
        let deleted = present(self.files.delete(&object_path(key)).await);
        deleted.map(drop).map_err(|error| self.failure("delete", key, error))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<BlobKey>, PortError> {
        let action = || format!("list blobs {}/{prefix}", self.bucket);
        let folder = (!prefix.is_empty()).then(|| ObjectPath::from(prefix));
        let objects: Vec<_> =
            self.files.list(folder.as_ref()).try_collect().await.map_err(|error| PortError::new(action(), error))?;
        // Files whose names are no keys were not put here by this program.
        let keys = objects.into_iter().filter_map(|object| BlobKey::try_from(String::from(object.location)).ok());
        let mut keys: Vec<_> = keys.filter(|key| key.as_str().starts_with(prefix)).collect();
        keys.sort_unstable();
        Ok(keys)
    }
}

/// Takes an unfinished file away; one that stays goes when the folder is opened next.
async fn abandon(mut upload: Box<dyn MultipartUpload>, bucket: &str) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(
            bucket,
            error = &error as &dyn std::error::Error,
            "an unfinished file stays until the next start"
        );
    }
}

/// Removes what writes cut off by the end of a process have left: files whose names end in `#` and digits, which no
/// key can. Answers how many.
pub(crate) fn remove_unfinished_writes(directory: &Path) -> std::io::Result<u64> {
    let mut removed = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let unfinished = name
            .to_str()
            .and_then(|name| name.rsplit_once('#'))
            .is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
        if entry.file_type()?.is_dir() {
            removed += remove_unfinished_writes(&entry.path())?;
        } else if unfinished {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn object_path(key: &BlobKey) -> ObjectPath {
    // Keys consist of characters that need no escaping.
    ObjectPath::from(key.as_str())
}

fn present<T>(answer: object_store::Result<T>) -> object_store::Result<Option<T>> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_range(mut file: File, start: u64, end: u64) -> std::io::Result<Bytes> {
    let length = usize::try_from(end - start).map_err(std::io::Error::other)?;
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}
