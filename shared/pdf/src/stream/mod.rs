//! Streams inflated by our own filters with a cap on the output: a bomb of a few kilobytes must not swell the process.

mod ascii;
mod flate;
mod lzw;
mod predictor;
mod wary;

pub(crate) use wary::{FilterChain, filter_chain};

use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use std::borrow::Cow;
use std::ops::Deref;

/// Longest chain of filters that is followed.
const MAX_FILTERS: usize = 8;

/// Why a stream gave no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamError {
    /// The output would exceed the cap.
    TooLarge,
    /// The bytes are damaged beyond reading.
    Damaged,
    /// A filter for images or an unknown one: not text.
    NotText,
}

/// What `/DecodeParms` says of a filter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilterParameters {
    pub(crate) predictor: i32,
    pub(crate) colors: usize,
    pub(crate) bits_per_component: usize,
    pub(crate) columns: usize,
    pub(crate) early_change: bool,
}

impl Default for FilterParameters {
    fn default() -> Self {
        Self { predictor: 1, colors: 1, bits_per_component: 8, columns: 1, early_change: true }
    }
}

impl FilterParameters {
    fn of(dict: Option<&Dict<'_>>) -> Self {
        let Some(dict) = dict else { return Self::default() };
        let number = |key: &str, otherwise: usize| {
            dict.get::<i32>(key).and_then(|value| usize::try_from(value).ok()).unwrap_or(otherwise)
        };
        Self {
            predictor: dict.get::<i32>("Predictor").unwrap_or(1),
            colors: number("Colors", 1).clamp(1, 32),
            bits_per_component: number("BitsPerComponent", 8).clamp(1, 16),
            columns: number("Columns", 1).clamp(1, 1 << 20),
            early_change: dict.get::<i32>("EarlyChange").unwrap_or(1) != 0,
        }
    }
}

/// The decoded bytes of a stream, at most `max_bytes` of them. A damaged stream gives what could be read before the
/// damage; only when that is nothing it fails.
pub(crate) fn decoded<'a>(stream: &Stream<'a>, max_bytes: usize) -> Result<Cow<'a, [u8]>, StreamError> {
    let dict = stream.dict();
    let mut bytes = stream.raw_data();
    for (filter, parameters) in filters(dict) {
        bytes = Cow::Owned(apply(&filter, &bytes, parameters, max_bytes)?);
    }
    if bytes.len() > max_bytes { Err(StreamError::TooLarge) } else { Ok(bytes) }
}

/// What a page or form draws, undone but for its filters.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// As it stands in the file, or put together from pieces.
    Plain(Cow<'a, [u8]>),
    /// In a buffer that is used again.
    Inflated(flate::Inflated),
}

impl Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Inflated(inflated) => inflated.bytes(),
        }
    }
}

impl Content<'_> {
    /// The content for longer than its file is at hand; none where it stands there as it is.
    pub(crate) fn kept(self) -> Option<Content<'static>> {
        match self {
            Self::Plain(Cow::Borrowed(_)) => None,
            Self::Plain(Cow::Owned(bytes)) => Some(Content::Plain(Cow::Owned(bytes))),
            Self::Inflated(inflated) => Some(Content::Inflated(inflated)),
        }
    }
}

/// The same as [`decoded`] for what is only read once or twice: it is not copied out of the buffer of the inflater.
pub(crate) fn content<'a>(stream: &Stream<'a>, max_bytes: usize) -> Result<Content<'a>, StreamError> {
    let filters = filters(stream.dict());
    let is_plain_flate = match filters.as_slice() {
        [(name, parameters)] => matches!(name.as_slice(), b"FlateDecode" | b"Fl") && parameters.predictor <= 1,
        _ => false,
    };
    if !is_plain_flate {
        return decoded(stream, max_bytes).map(Content::Plain);
    }
    flate::inflate(&stream.raw_data(), max_bytes).map(Content::Inflated)
}

fn filters(dict: &Dict<'_>) -> Vec<(Vec<u8>, FilterParameters)> {
    let filter = dict.get::<Object<'_>>("Filter").or_else(|| dict.get::<Object<'_>>("F"));
    let parameters = dict.get::<Object<'_>>("DecodeParms").or_else(|| dict.get::<Object<'_>>("DP"));
    match filter {
        Some(Object::Name(name)) => {
            let parameters = match parameters {
                Some(Object::Array(array)) => array.iter::<Dict<'_>>().next(),
                Some(object) => object.into_dict(),
                None => None,
            };
            vec![(name.to_vec(), FilterParameters::of(parameters.as_ref()))]
        }
        Some(Object::Array(names)) => {
            let parameters: Vec<Option<Dict<'_>>> = match parameters {
                Some(Object::Array(array)) => {
                    array.iter::<Object<'_>>().take(MAX_FILTERS).map(Object::into_dict).collect()
                }
                Some(object) => vec![object.into_dict()],
                None => Vec::new(),
            };
            names_of(&names)
                .enumerate()
                .map(|(index, name)| (name, FilterParameters::of(parameters.get(index).and_then(Option::as_ref))))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn names_of<'a>(names: &Array<'a>) -> impl Iterator<Item = Vec<u8>> + use<'a> {
    names.iter::<Name<'a>>().take(MAX_FILTERS).map(|name| name.to_vec())
}

/// Undoes one filter.
pub(crate) fn apply(
    filter: &[u8],
    bytes: &[u8],
    parameters: FilterParameters,
    max_bytes: usize,
) -> Result<Vec<u8>, StreamError> {
    match filter {
        b"FlateDecode" | b"Fl" => predictor::undo(flate::inflate(bytes, max_bytes)?.bytes().to_vec(), parameters),
        b"LZWDecode" | b"LZW" => predictor::undo(lzw::decode(bytes, parameters.early_change, max_bytes)?, parameters),
        b"ASCIIHexDecode" | b"AHx" => Ok(ascii::hex(bytes)),
        b"ASCII85Decode" | b"A85" => Ok(ascii::base85(bytes)),
        b"RunLengthDecode" | b"RL" => ascii::run_length(bytes, max_bytes),
        b"Crypt" => Ok(bytes.to_vec()),
        _ => Err(StreamError::NotText),
    }
}

#[cfg(test)]
mod tests;
