//! From glyphs to words: glyphs that stand close to each other on one baseline, with no space between.

mod builder;
mod bytes;
mod overprint;

pub(crate) use builder::{Note, Place, RawWord, Run, WordBuilder, give_back};
pub(crate) use bytes::ByteKinds;
pub(crate) use overprint::drop_overprints;
