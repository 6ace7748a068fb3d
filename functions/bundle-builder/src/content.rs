use crate::archive::{Archive, Member};
use bytes::Bytes;
use domain::{BlobKey, ManifestMember};
use futures_util::{StreamExt, TryStreamExt, stream};
use pdf::bind::{BindError, BindReport, Binder};
use pdf::{PictureError, picture_page};
use ports::{Blobs, Compute, Pieces, PortError, compute};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes fetched at a time of what is larger.
const PIECE_BYTES: u64 = 8 << 20;

/// Bytes of a bundle: at hand, or in the store until they are needed.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Here(Bytes),
    Stored(BlobKey),
    /// A stored picture, of which a page is made.
    Picture(BlobKey),
}

impl Content {
    async fn get(self, blobs: &dyn Blobs) -> Result<Bytes, PortError> {
        match self {
            Self::Here(bytes) => Ok(bytes),
            Self::Stored(key) | Self::Picture(key) => blobs.get(&key).await?.ok_or_else(|| missing(&key)),
        }
    }
}

/// Size and checksums of what went by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    size_bytes: u64,
    crc32: crc32fast::Hasher,
    sha256: Sha256,
}

impl Meter {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut meter = Self::default();
        meter.add(bytes);
        meter
    }

    fn add(&mut self, bytes: &[u8]) {
        self.size_bytes += bytes.len() as u64;
        self.crc32.update(bytes);
        self.sha256.update(bytes);
    }

    /// As the manifest lists it.
    pub(crate) fn manifest_member(&self, path: String) -> ManifestMember {
        let sha256 = self.sha256.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        ManifestMember { path, size_bytes: self.size_bytes, sha256 }
    }

    fn member(&self, path: &str) -> Member {
        Member { path: path.to_owned(), size_bytes: self.size_bytes, crc32: self.crc32.clone().finalize() }
    }
}

/// Writes an object piece by piece and measures what goes by.
pub(crate) async fn put_measured(blobs: &dyn Blobs, key: &BlobKey, pieces: Pieces) -> Result<Meter, PortError> {
    let meter = Arc::new(Mutex::new(Meter::default()));
    let own = Arc::clone(&meter);
    let measured = pieces.inspect_ok(move |piece| own.lock().unwrap_or_else(PoisonError::into_inner).add(piece));
    blobs.put_pieces(key, measured.boxed()).await?;
    let meter = meter.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(meter)
}

/// A bundle that is bound while it is written: one source and what it adds are in memory at a time.
pub(crate) struct Binding {
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) compute: Arc<dyn Compute>,
    pub(crate) binder: Option<Binder<Vec<u8>>>,
    pub(crate) sources: VecDeque<Content>,
}

impl Binding {
    pub(crate) fn pieces(self) -> Pieces {
        let next = |mut binding: Self| async move { Ok(binding.next().await?.map(|piece| (piece, binding))) };
        stream::try_unfold(self, next).boxed()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, PortError> {
        let Some(binder) = self.binder.take() else { return Ok(None) };
        let piece = match self.sources.pop_front() {
            Some(source) => {
                let is_picture = matches!(source, Content::Picture(_));
                let bytes = source.get(self.blobs.as_ref()).await?;
                let (binder, piece) = self.compute(move || add(binder, &bytes, is_picture)).await?;
                self.binder = Some(binder);
                piece
            }
            None => self.compute(move || finish(binder)).await?.1,
        };
        Ok(Some(piece.into()))
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, JoinError> + Send + 'static,
    ) -> Result<T, PortError> {
        let failed = "join the parts of the bundle";
        let done = compute(self.compute.as_ref(), work).await.map_err(|error| PortError::new(failed, error))?;
        done.map_err(|error| PortError::new(failed, error))
    }
}

/// Why a part could not be joined.
#[derive(Debug, thiserror::Error)]
enum JoinError {
    #[error("bind it")]
    Bind(#[from] BindError),
    #[error("make a page of a picture")]
    Picture(#[from] PictureError),
}

fn add(mut binder: Binder<Vec<u8>>, bytes: &[u8], is_picture: bool) -> Result<(Binder<Vec<u8>>, Vec<u8>), JoinError> {
    if is_picture {
        binder.add(&picture_page(bytes)?)?
    } else {
        binder.add(bytes)?
    }
    let piece = binder.take();
    Ok((binder, piece))
}

fn finish(binder: Binder<Vec<u8>>) -> Result<(BindReport, Vec<u8>), JoinError> {
    Ok(binder.finish()?)
}

/// A file of the archive.
pub(crate) struct Packed {
    pub(crate) path: String,
    pub(crate) meter: Meter,
    pub(crate) content: Content,
}

impl Packed {
    pub(crate) fn here(path: String, bytes: Bytes) -> Self {
        Self { path, meter: Meter::of(&bytes), content: Content::Here(bytes) }
    }
}

/// An archive as it goes by: headers and what is at hand, and ranges of what is in the store.
pub(crate) fn archive_pieces(blobs: Arc<dyn Blobs>, files: Vec<Packed>) -> Pieces {
    let mut archive = Archive::default();
    let mut steps = Vec::new();
    for Packed { path, meter, content } in files {
        steps.push((Content::Here(archive.begin(&meter.member(&path)).into()), 0));
        match content {
            Content::Here(_) => steps.push((content, 0)),
            Content::Stored(key) | Content::Picture(key) => {
                let begins = (0..meter.size_bytes).step_by(PIECE_BYTES as usize);
                steps.extend(begins.map(|begin| (Content::Stored(key.clone()), begin)));
            }
        }
    }
    steps.push((Content::Here(archive.end().into()), 0));
    let fetch = move |(content, begin)| {
        let blobs = Arc::clone(&blobs);
        async move {
            match content {
                Content::Here(bytes) => Ok(bytes),
                Content::Stored(key) | Content::Picture(key) => {
                    let range = begin..begin + PIECE_BYTES;
                    blobs.get_range(&key, range).await?.ok_or_else(|| missing(&key))
                }
            }
        }
    };
    stream::iter(steps).then(fetch).boxed()
}

fn missing(key: &BlobKey) -> PortError {
    PortError::plain(format!("find {key}"))
}
