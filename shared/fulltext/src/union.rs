//! Many splits as one read-only index.

use crate::FulltextError;
use crate::bundle::unpack;
use crate::schema::{PAGE_SCHEMA, index_settings};
use bytes::Bytes;
use domain::DocumentId;
use serde_json::json;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

const META: &str = "meta.json";

/// The files of all splits under names the engine looks for.
#[derive(Clone)]
pub(crate) struct UnionDirectory {
    files: Arc<HashMap<PathBuf, FileSlice>>,
    meta: Arc<Vec<u8>>,
}

impl UnionDirectory {
    /// Checks the splits and lays them side by side; segments come in the order of `splits`.
    pub(crate) fn new(splits: Vec<(DocumentId, Bytes)>) -> Result<Self, FulltextError> {
        let mut files = HashMap::new();
        let mut segments = Vec::new();
        for (number, (document, split)) in splits.into_iter().enumerate() {
            let bundle = unpack(&document, &split)?;
            if bundle.pages == 0 {
                continue;
            }
            let name = segment_name(number);
            let bytes = OwnedBytes::new(Vec::from(split));
            for (extension, range) in bundle.files {
                files
                    .insert(PathBuf::from(format!("{name}.{extension}")), FileSlice::new(Arc::new(bytes.slice(range))));
            }
            segments.push(json!({ "segment_id": name, "max_doc": bundle.pages, "deletes": null }));
        }
        let meta = json!({
            "index_settings": index_settings(),
            "segments": segments,
            "schema": PAGE_SCHEMA.schema,
            "opstamp": 0,
        });
        Ok(Self { files: Arc::new(files), meta: Arc::new(meta.to_string().into_bytes()) })
    }
}

/// Name of the segment that came as `number`: hexadecimal as the engine wants it, and the number can be read back.
pub(crate) fn segment_name(number: usize) -> String {
    format!("{number:032x}")
}

impl fmt::Debug for UnionDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnionDirectory").field("files", &self.files.len()).finish()
    }
}

impl Directory for UnionDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.open_read(path)?))
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        self.files.get(path).cloned().ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(path == Path::new(META) || self.files.contains_key(path))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(META) {
            return Ok(self.meta.as_ref().clone());
        }
        let bytes = self.open_read(path)?.read_bytes();
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        Ok(bytes.map_err(failed)?.as_slice().to_owned())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// Nobody writes, so nobody has to wait.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "a split is never written again")
}
