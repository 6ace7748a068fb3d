use crate::OpenError;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Makes this process the owner of a data directory. The operating system lets go of it when the process ends,
/// however it ends.
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    pub(crate) fn take(data_dir: &Path) -> Result<Self, OpenError> {
        let path = data_dir.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| OpenError::Files { action: "open lock file", path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(data_dir.to_owned())),
            Err(TryLockError::Error(source)) => Err(OpenError::Files { action: "lock", path, source }),
        }
    }
}
