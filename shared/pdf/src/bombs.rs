//! A look for bombs before a file is opened: object and cross-reference streams are inflated by the parser without a
//! cap, so those that could swell the process are inflated here first, with one.

use crate::stream::{self, FilterParameters, StreamError};

/// Flate cannot do better than this.
const HIGHEST_RATIO: usize = 1032;
/// How far before and after its `/Type` the dictionary of a stream reaches.
const REACH: usize = 4096;
/// Filters that such streams may have, longest names first.
const FILTERS: [&[u8]; 5] = [b"ASCII85Decode", b"ASCIIHexDecode", b"FlateDecode", b"LZWDecode", b"RunLengthDecode"];

/// A stream that the parser would inflate.
struct Suspect<'a> {
    filters: Vec<&'static [u8]>,
    raw: &'a [u8],
}

/// Whether the object and cross-reference streams of a file stay within `max_bytes` each and four times that in all.
/// Encrypted streams cannot be judged and pass.
pub(crate) fn keeps_within(bytes: &[u8], max_bytes: usize) -> bool {
    let suspects = suspects(bytes);
    let could_reach = |suspect: &Suspect<'_>| {
        suspect.filters.iter().fold(suspect.raw.len(), |size, _| size.saturating_mul(HIGHEST_RATIO))
    };
    let total = suspects.iter().map(could_reach).fold(0usize, usize::saturating_add);
    if total <= max_bytes {
        return true;
    }
    let mut left = max_bytes.saturating_mul(4);
    for suspect in suspects {
        match inflated_size(&suspect, max_bytes) {
            Ok(size) if size <= left => left -= size,
            Ok(_) | Err(StreamError::TooLarge) => return false,
            Err(StreamError::Damaged | StreamError::NotText) => {}
        }
    }
    true
}

fn inflated_size(suspect: &Suspect<'_>, max_bytes: usize) -> Result<usize, StreamError> {
    let mut data = suspect.raw.to_vec();
    for filter in &suspect.filters {
        data = stream::apply(filter, &data, FilterParameters::default(), max_bytes)?;
    }
    Ok(data.len())
}

fn suspects(bytes: &[u8]) -> Vec<Suspect<'_>> {
    const STEP: usize = b"/XRef".len();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Every occurrence of either name has one of its letters on every fifth place.
        if b"/ObjStmXRef".contains(&byte)
            && let Some(place) = name_around(bytes, at)
        {
            found.extend(suspect_at(bytes, place));
            at = place + b"/ObjStm".len();
        } else {
            at += STEP;
        }
    }
    found
}

/// Where a name that covers `at` begins.
fn name_around(bytes: &[u8], at: usize) -> Option<usize> {
    (at.saturating_sub(6)..=at).find(|&start| {
        let rest = bytes.get(start..).unwrap_or_default();
        rest.starts_with(b"/ObjStm") || rest.starts_with(b"/XRef") && !rest.starts_with(b"/XRefStm")
    })
}

fn suspect_at(bytes: &[u8], name: usize) -> Option<Suspect<'_>> {
    let before = bytes.get(name.saturating_sub(REACH)..name)?;
    let after = bytes.get(name..bytes.len().min(name + REACH))?;
    let head = before
        .windows(3)
        .rposition(|window| window == b"obj")
        .map_or(before, |place| before.get(place..).unwrap_or_default());
    let stream = after.windows(6).position(|window| window == b"stream")?;
    let dictionary = [head, after.get(..stream)?].concat();
    let data = bytes.get(name + stream + 6..)?;
    let data = data
        .strip_prefix(b"\r\n")
        .or_else(|| data.strip_prefix(b"\n"))
        .or_else(|| data.strip_prefix(b"\r"))
        .unwrap_or(data);
    let end = data.windows(9).position(|window| window == b"endstream").unwrap_or(data.len());
    let mut filters = Vec::new();
    for place in 0..dictionary.len() {
        let rest = dictionary.get(place..).unwrap_or_default();
        filters.extend(FILTERS.iter().find(|filter| rest.starts_with(filter)));
    }
    filters.truncate(8);
    Some(Suspect { filters, raw: data.get(..end)? })
}

#[cfg(test)]
mod tests {
    use super::keeps_within;
    use libdeflater::{CompressionLvl, Compressor};

    fn file(kind: &str, filters: &str, data: &[u8]) -> Vec<u8> {
        let head = format!(
            "%PDF-1.5\n1 0 obj <</Type/{kind} /N 1 /First 4 /Filter {filters} /Length {}>>\nstream\n",
            data.len()
        );
        [head.as_bytes(), data, b"\nendstream endobj"].concat()
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::best());
        let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
        let length = compressor.zlib_compress(bytes, &mut packed).unwrap();
        packed.truncate(length);
        packed
    }

    #[test]
    fn a_bomb_in_an_object_stream_is_found_however_it_is_packed() {
        let packed = deflated(&vec![b' '; 3 << 20]);
        assert!(!keeps_within(&file("ObjStm", "/FlateDecode", &packed), 1 << 20));
        assert!(!keeps_within(&file("XRef", "[/FlateDecode]", &packed), 1 << 20));
        assert!(!keeps_within(&file("ObjStm", "[/FlateDecode /FlateDecode]", &deflated(&packed)), 1 << 20));
        assert!(keeps_within(&file("ObjStm", "/FlateDecode", &packed), 4 << 20));
    }

    #[test]
    fn many_small_ones_add_up() {
        let one = file("ObjStm", "/FlateDecode", &deflated(&vec![b' '; 900 << 10]));
        assert!(keeps_within(&one, 1 << 20));
        assert!(!keeps_within(&one.repeat(6), 1 << 20));
    }

    #[test]
    fn other_streams_are_left_alone() {
        let packed = deflated(&vec![b' '; 3 << 20]);
        assert!(keeps_within(&file("Metadata", "/FlateDecode", &packed), 1 << 20));
    }
}
