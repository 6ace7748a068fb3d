//! How far a stream inflates for a parser that has no cap and stops at no damage.

use super::{FilterParameters, StreamError, ascii, flate, lzw, predictor};
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object};

/// Most bytes that LZW makes of one.
const LZW_RATIO: usize = 2560;
/// The same for RunLength, and for ASCII85 with its `z`.
const RUN_LENGTH_RATIO: usize = 64;
const ASCII85_RATIO: usize = 4;

/// A filter, as far as it lets a stream grow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Filter {
    Flate,
    Lzw,
    RunLength,
    Ascii85,
    AsciiHex,
    /// Of images, or encryption: the parser inflates no further.
    Other,
}

/// The filters of a stream as `hayro-syntax` takes them: `F` before `Filter`, what it does not know passed over.
#[derive(Debug)]
pub(crate) enum FilterChain {
    Known(Vec<(Filter, FilterParameters)>),
    /// A part of it stands in another object.
    Unknown,
}

/// The filters that a dictionary names.
pub(crate) fn filter_chain(dict: &Dict<'_>) -> FilterChain {
    for key in ["F", "Filter"] {
        if let Some(filter) = dict.get::<Name<'_>>(key).and_then(|name| filter_of(name.as_ref())) {
            let parameters = dict.get::<Dict<'_>>("DP").or_else(|| dict.get::<Dict<'_>>("DecodeParms"));
            return FilterChain::Known(vec![(filter, FilterParameters::of(parameters.as_ref()))]);
        }
    }
    let is_elsewhere = |key: &str| dict.contains_key(key) && dict.get::<Object<'_>>(key).is_none();
    if is_elsewhere("F") || is_elsewhere("Filter") {
        return FilterChain::Unknown;
    }
    let array = |short: &str, long: &str| dict.get::<Array<'_>>(short).or_else(|| dict.get::<Array<'_>>(long));
    let Some(names) = array("F", "Filter") else { return FilterChain::Known(Vec::new()) };
    if names.raw_iter().any(|item| matches!(item, MaybeRef::Ref(_))) {
        return FilterChain::Unknown;
    }
    let mut parameters = array("DP", "DecodeParms").map(|array| array.iter::<Object<'_>>());
    let chain = names.iter::<Name<'_>>().map(|name| {
        let own = parameters.as_mut().and_then(Iterator::next).and_then(Object::into_dict);
        filter_of(name.as_ref()).map(|filter| (filter, FilterParameters::of(own.as_ref())))
    });
    FilterChain::Known(chain.flatten().collect())
}

fn filter_of(name: &[u8]) -> Option<Filter> {
    Some(match name {
        b"FlateDecode" | b"Fl" => Filter::Flate,
        b"LZWDecode" | b"LZW" => Filter::Lzw,
        b"RunLengthDecode" | b"RL" => Filter::RunLength,
        b"ASCII85Decode" | b"A85" => Filter::Ascii85,
        b"ASCIIHexDecode" | b"AHx" => Filter::AsciiHex,
        b"DCTDecode" | b"DCT" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" | b"CCF" | b"Crypt" => Filter::Other,
        _ => return None,
    })
}

impl Filter {
    fn highest_ratio(self) -> usize {
        match self {
            Self::Flate => flate::HIGHEST_RATIO,
            Self::Lzw => LZW_RATIO,
            Self::RunLength => RUN_LENGTH_RATIO,
            Self::Ascii85 => ASCII85_RATIO,
            Self::AsciiHex | Self::Other => 1,
        }
    }
}

impl FilterChain {
    /// Most bytes that so many can become.
    pub(crate) fn could_reach(&self, raw_bytes: usize) -> usize {
        match self {
            Self::Known(filters) => {
                filters.iter().fold(raw_bytes, |size, (filter, _)| size.saturating_mul(filter.highest_ratio()))
            }
            Self::Unknown => raw_bytes.saturating_mul(flate::HIGHEST_RATIO).saturating_mul(flate::HIGHEST_RATIO),
        }
    }

    /// The inflated stream; none when it is larger than `max_bytes`, or could be for a parser that goes on behind damage.
    /// Up to a filter that is undone by image decoders only.
    pub(crate) fn inflate_warily(&self, raw: &[u8], max_bytes: usize) -> Option<Vec<u8>> {
        let Self::Known(filters) = self else {
            return (self.could_reach(raw.len()) <= max_bytes).then(|| raw.to_vec());
        };
        let mut data = raw.to_vec();
        for &(filter, parameters) in filters {
            let could_reach = data.len().saturating_mul(filter.highest_ratio());
            let undone = match filter {
                Filter::Flate => {
                    flate::inflate_warily(&data, max_bytes).and_then(|data| predictor::undo(data, parameters))
                }
                Filter::Lzw => lzw::decode(&data, parameters.early_change, max_bytes)
                    .and_then(|data| predictor::undo(data, parameters)),
                Filter::RunLength => ascii::run_length(&data, max_bytes),
                Filter::Ascii85 => Ok(ascii::base85(&data)),
                Filter::AsciiHex => Ok(ascii::hex(&data)),
                Filter::Other => return Some(data),
            };
            data = match undone {
                Ok(undone) => undone,
                Err(StreamError::TooLarge) => return None,
                Err(StreamError::Damaged | StreamError::NotText) if could_reach > max_bytes => return None,
                Err(StreamError::Damaged | StreamError::NotText) => Vec::new(),
            };
        }
        (data.len() <= max_bytes).then_some(data)
    }
}
