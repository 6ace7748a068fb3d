//! A look for bombs before a file is opened. The parser inflates object streams and cross-reference streams without a cap,
//! keeps what it inflated, and takes for one of them whatever the tables of the file point at. So those that could swell
//! the process are inflated here first, with a cap.

use crate::stream::{FilterChain, filter_chain};
use hayro_syntax::object::{Array, Dict, FromBytes, Name};
use std::collections::HashSet;

/// Most objects that the tables of a file may list, and that its object streams may hold. The parser keeps some 30 bytes
/// for each.
const MAX_OBJECTS: usize = 4_000_000;
/// An object in an object stream has at least a digit, a space, a digit and a space in the head of the stream.
const LEAST_OBJECT_BYTES: usize = 4;
/// How far before its `stream` the dictionary of a stream may begin.
const REACH: usize = 1 << 20;

/// A stream as the parser would find it.
struct Found<'a> {
    /// Number of its object, when it stands where it should.
    number: Option<u32>,
    dict: Dict<'a>,
    raw: &'a [u8],
    filters: FilterChain,
}

impl Found<'_> {
    fn could_reach(&self) -> usize {
        self.filters.could_reach(self.raw.len())
    }

    fn is_of_type(&self, name: &[u8]) -> bool {
        self.dict.get::<Name<'_>>("Type").is_some_and(|own| own.as_ref() == name)
    }

    /// Lengths of the three columns of a cross-reference stream; the parser takes any stream that has them for one.
    fn columns(&self) -> Option<[usize; 3]> {
        let mut columns = [0; 3];
        let mut given = self.dict.get::<Array<'_>>("W")?.iter::<u8>();
        for column in &mut columns {
            *column = usize::from(given.next()?);
        }
        Some(columns)
    }
}

/// Whether the object and cross-reference streams of a file stay within `max_bytes` each and four times that in all, and
/// list no more objects than a drawing set can have. Encrypted object streams cannot be judged and pass.
pub(crate) fn keeps_within(bytes: &[u8], max_bytes: usize) -> bool {
    let found = streams(bytes);
    let could_reach = found.iter().map(Found::could_reach).fold(0usize, usize::saturating_add);
    if could_reach <= max_bytes && could_reach <= MAX_OBJECTS {
        return true;
    }
    let mut allowance = Allowance { bytes: max_bytes.saturating_mul(4), objects: MAX_OBJECTS, max_bytes };
    let mut containers = HashSet::new();
    for table in &found {
        let Some(columns) = table.columns() else { continue };
        let Some(rows) = allowance.inflate(table) else { return false };
        let row = usize::from(columns[0] > 0) + columns[1] + columns[2];
        if row == 0 {
            continue;
        }
        if !allowance.take_objects(rows.len() / row) {
            return false;
        }
        containers.extend(rows.chunks_exact(row).filter_map(|row| container_in(row, columns)));
    }
    let is_encrypted = Spread::new(b"/Encrypt").places_in(bytes).next().is_some();
    let containers = found.iter().filter(|stream| {
        stream.is_of_type(b"ObjStm") || stream.number.is_none_or(|number| containers.contains(&number))
    });
    if is_encrypted {
        return true;
    }
    for container in containers.filter(|container| container.columns().is_none()) {
        let Some(inflated) = allowance.inflate(container) else { return false };
        let told = container.dict.get::<u32>("N").and_then(|told| usize::try_from(told).ok());
        let objects = (inflated.len() / LEAST_OBJECT_BYTES).min(told.unwrap_or(usize::MAX));
        if !allowance.take_objects(objects) {
            return false;
        }
    }
    true
}

/// What may still be inflated.
struct Allowance {
    bytes: usize,
    objects: usize,
    max_bytes: usize,
}

impl Allowance {
    fn inflate(&mut self, stream: &Found<'_>) -> Option<Vec<u8>> {
        let inflated = stream.filters.inflate_warily(stream.raw, self.max_bytes.min(self.bytes))?;
        self.bytes -= inflated.len();
        Some(inflated)
    }

    fn take_objects(&mut self, count: usize) -> bool {
        self.objects = self.objects.saturating_sub(count);
        self.objects > 0
    }
}

/// The object stream that a row of a cross-reference stream points into.
fn container_in(row: &[u8], columns: [usize; 3]) -> Option<u32> {
    let (kind, rest) = row.split_first()?;
    if columns[0] == 0 || *kind != 2 {
        return None;
    }
    rest.get(..columns[1])?.iter().try_fold(0u32, |number, &byte| number.checked_mul(256)?.checked_add(u32::from(byte)))
}

/// All streams of the file that the parser could take for one.
fn streams(bytes: &[u8]) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut dict_from = 0;
    let mut end = 0;
    let places: Vec<usize> = keywords(bytes).collect();
    let is_end = |at: usize| bytes.get(..at).is_some_and(|before| before.ends_with(b"end"));
    for (&keyword, following) in places.iter().zip(1..) {
        let start = keyword + b"stream".len();
        if is_end(keyword) {
            dict_from = start;
            continue;
        }
        let after = bytes.get(start..).unwrap_or_default();
        if !matches!(after.first(), Some(b'\r' | b'\n')) {
            continue;
        }
        // Without `endstream` behind it there is no stream; looked for once for all that stand before it.
        if end < start {
            let later = places.get(following..).unwrap_or_default();
            let Some(next) = later.iter().find(|&&at| at >= start + b"end".len() && is_end(at)) else { break };
            end = next - b"end".len();
        }
        let head = bytes.get(dict_from.max(keyword.saturating_sub(REACH))..keyword).unwrap_or_default();
        dict_from = start;
        let object = head.windows(3).rposition(|window| window == b"obj");
        let body = object.map_or(head, |at| head.get(at + 3..).unwrap_or_default());
        let Some(open) = body.windows(2).position(|window| window == b"<<") else { continue };
        let Some(dict) = body.get(open..).and_then(Dict::from_bytes) else { continue };
        let told = dict.get::<u32>("Length").and_then(|told| usize::try_from(told).ok()).unwrap_or(0);
        let raw = after.get(..told.max(end - start).min(after.len())).unwrap_or_default();
        let raw = raw.strip_prefix(b"\r\n").or_else(|| raw.get(1..)).unwrap_or_default();
        let number = object.and_then(|at| number_before(head.get(..at)?));
        found.push(Found { number, filters: filter_chain(&dict), dict, raw });
    }
    found
}

/// The number in «12 0 obj», from what stands before `obj`.
fn number_before(head: &[u8]) -> Option<u32> {
    let mut words = head.rsplit(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let generation = words.next()?;
    if !generation.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let word = words.next()?;
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(word.get(word.len() - digits..)?).ok()?.parse().ok()
}

/// Where `stream` stands, from left to right.
fn keywords(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    const WORD: Spread<6> = Spread::new(b"stream");
    WORD.places_in(bytes)
}

/// A word whose letters all differ: a letter of it tells where it would begin.
#[derive(Debug, Clone, Copy)]
struct Spread<const LENGTH: usize> {
    word: &'static [u8; LENGTH],
    /// For each byte its place in the word; `LENGTH` for those that it does not have.
    places: [u8; 256],
}

impl<const LENGTH: usize> Spread<LENGTH> {
    #[expect(clippy::indexing_slicing, reason = "both indices are within their arrays, and this runs at compile time")]
    const fn new(word: &'static [u8; LENGTH]) -> Self {
        let mut places = [LENGTH as u8; 256];
        let mut place = 0;
        while place < LENGTH {
            places[word[place] as usize] = place as u8;
            place += 1;
        }
        Self { word, places }
    }

    /// Where it stands, from left to right. Every occurrence has one of its letters on every sixth place, for a word of six.
    fn places_in(self, bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let mut place = at;
            let found = loop {
                let Some(&byte) = bytes.get(place) else { break None };
                let own = self.places.get(usize::from(byte)).map_or(LENGTH, |&own| usize::from(own));
                if own == LENGTH {
                    place += LENGTH;
                    continue;
                }
                if let Some(start) = place.checked_sub(own)
                    && bytes.get(start..start + LENGTH) == Some(self.word.as_slice())
                {
                    break Some(start);
                }
                place += LENGTH;
            };
            at = found.map_or(place, |start| start + 2 * LENGTH - 1);
            found
        })
    }
}

#[cfg(test)]
#[path = "bombs_tests.rs"]
mod tests;
