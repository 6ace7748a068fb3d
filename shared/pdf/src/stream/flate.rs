//! Flate: libdeflate for whole streams, a slow own inflater for damaged ones (it keeps what stands before the damage).

use super::StreamError;
use libdeflater::{DecompressionError, Decompressor};
use std::cell::RefCell;

/// Flate makes at most so many bytes of one.
pub(super) const HIGHEST_RATIO: usize = 1032;

/// Largest buffer that a thread keeps for the next stream.
const MAX_KEPT_BYTES: usize = 8 << 20;

/// An inflater with its buffer, which is cleared once and then only written over.
struct Inflater {
    decompressor: Decompressor,
    buffer: Vec<u8>,
}

thread_local! {
    static INFLATER: RefCell<Inflater> =
        RefCell::new(Inflater { decompressor: Decompressor::new(), buffer: Vec::new() });
}

/// An inflated stream in the buffer of its thread, which gets it back in the end.
#[derive(Debug)]
pub(crate) struct Inflated {
    buffer: Vec<u8>,
    length: usize,
}

impl Inflated {
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

impl From<Vec<u8>> for Inflated {
    fn from(buffer: Vec<u8>) -> Self {
        Self { length: buffer.len(), buffer }
    }
}

impl Drop for Inflated {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        // None when the thread ends, or two streams were open.
        let kept = INFLATER.try_with(|inflater| match inflater.try_borrow_mut() {
            Ok(mut inflater) if (inflater.buffer.len()..=MAX_KEPT_BYTES).contains(&buffer.len()) => {
                inflater.buffer = buffer;
            }
            _ => {}
        });
        kept.unwrap_or_default();
    }
}

/// Inflates a zlib (or bare deflate) stream into at most `max_bytes`.
pub(super) fn inflate(bytes: &[u8], max_bytes: usize) -> Result<Inflated, StreamError> {
    match sound(bytes, max_bytes)? {
        Some(inflated) => Ok(inflated),
        None => match salvage(bytes, max_bytes)?.0 {
            inflated if inflated.is_empty() && !bytes.is_empty() => Err(StreamError::Damaged),
            inflated => Ok(inflated.into()),
        },
    }
}

/// Inflates as [`inflate`] does, for the eyes of a parser that has no cap and goes on behind damage: fails where it could
/// make more than `max_bytes` of what is left there.
pub(super) fn inflate_warily(bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, StreamError> {
    match sound(bytes, max_bytes)? {
        Some(inflated) => Ok(inflated.bytes().to_vec()),
        None => match salvage(bytes, max_bytes)? {
            (_, left) if left.saturating_mul(HIGHEST_RATIO) > max_bytes => Err(StreamError::TooLarge),
            (inflated, _) => Ok(inflated),
        },
    }
}

/// The inflated stream; none when it is damaged.
fn sound(bytes: &[u8], max_bytes: usize) -> Result<Option<Inflated>, StreamError> {
    INFLATER.with_borrow_mut(|inflater| inflater.inflate(bytes, max_bytes))
}

impl Inflater {
    fn inflate(&mut self, bytes: &[u8], max_bytes: usize) -> Result<Option<Inflated>, StreamError> {
        let least = bytes.len().saturating_mul(5).max(4096);
        let mut size = least.max(self.buffer.len()).min(max_bytes);
        loop {
            if self.buffer.len() < size {
                self.buffer = vec![0; size];
            }
            let buffer = self.buffer.get_mut(..size).unwrap_or_default();
            match self.decompressor.zlib_decompress(bytes, buffer) {
                Ok(length) => return Ok(Some(Inflated { buffer: std::mem::take(&mut self.buffer), length })),
                Err(DecompressionError::InsufficientSpace) if size >= max_bytes => {
                    self.forget_large();
                    return Err(StreamError::TooLarge);
                }
                Err(DecompressionError::InsufficientSpace) => size = size.saturating_mul(4).min(max_bytes),
                Err(DecompressionError::BadData) => {
                    self.forget_large();
                    return Ok(None);
                }
            }
        }
    }

    fn forget_large(&mut self) {
        if self.buffer.len() > MAX_KEPT_BYTES {
            self.buffer = Vec::new();
        }
    }
}

/// What can be inflated of a damaged stream, with or without a zlib header, and how many bytes stand behind the damage.
fn salvage(bytes: &[u8], max_bytes: usize) -> Result<(Vec<u8>, usize), StreamError> {
    let bytes = match bytes {
        // Some writers leave the line end after `stream` in the data.
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => rest,
        _ => bytes,
    };
    let has_header =
        matches!(bytes, [cmf, flg, ..] if cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)) % 31 == 0);
    let body = if has_header { bytes.get(2..).unwrap_or_default() } else { bytes };
    DamagedInflater::new(body, max_bytes).run()
}

/// A plain inflater (RFC 1951) that stops at the first error and keeps its output.
struct DamagedInflater<'a> {
    bytes: &'a [u8],
    position: usize,
    bits: u32,
    bit_count: u32,
    output: Vec<u8>,
    max_bytes: usize,
}

/// Code lengths by symbol turned into counts and symbols in canonical order.
struct Huffman {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Huffman {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0u16; 16];
        for &length in lengths {
            if let Some(count) = counts.get_mut(usize::from(length)) {
                *count += 1;
            }
        }
        let mut symbols = Vec::with_capacity(lengths.len());
        for length in 1..16u8 {
            for (symbol, _) in lengths.iter().enumerate().filter(|&(_, &own)| own == length) {
                symbols.push(u16::try_from(symbol).unwrap_or_default());
            }
        }
        Self { counts, symbols }
    }
}

enum Stop {
    Damage,
    TooLarge,
}

const LENGTH_BASE: [u16; 29] =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA: [u8; 29] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA: [u8; 30] =
    [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl<'a> DamagedInflater<'a> {
    fn new(bytes: &'a [u8], max_bytes: usize) -> Self {
        Self { bytes, position: 0, bits: 0, bit_count: 0, output: Vec::new(), max_bytes }
    }

    fn run(mut self) -> Result<(Vec<u8>, usize), StreamError> {
        loop {
            match self.block() {
                Ok(true) => return Ok((self.output, 0)),
                Err(Stop::Damage) => return Ok((self.output, self.bytes.len().saturating_sub(self.position))),
                Ok(false) => {}
                Err(Stop::TooLarge) => return Err(StreamError::TooLarge),
            }
        }
    }

    /// One block; true when it was the last.
    fn block(&mut self) -> Result<bool, Stop> {
        let last = self.take(1)? == 1;
        match self.take(2)? {
            0 => self.stored()?,
            1 => {
                let mut lengths = [8u8; 288];
                lengths.iter_mut().take(256).skip(144).for_each(|length| *length = 9);
                lengths.iter_mut().take(280).skip(256).for_each(|length| *length = 7);
                self.compressed(&Huffman::new(&lengths), &Huffman::new(&[5; 30]))?;
            }
            2 => {
                let (literals, distances) = self.tables()?;
                self.compressed(&literals, &distances)?;
            }
            _ => return Err(Stop::Damage),
        }
        Ok(last)
    }

    fn take(&mut self, count: u32) -> Result<u32, Stop> {
        while self.bit_count < count {
            let byte = *self.bytes.get(self.position).ok_or(Stop::Damage)?;
            self.position += 1;
            self.bits |= u32::from(byte) << self.bit_count;
            self.bit_count += 8;
        }
        let value = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        self.bit_count -= count;
        Ok(value)
    }

    fn symbol(&mut self, table: &Huffman) -> Result<u16, Stop> {
        let (mut code, mut first, mut index) = (0i32, 0i32, 0i32);
        for &count in table.counts.iter().skip(1) {
            code |= i32::try_from(self.take(1)?).unwrap_or_default();
            let count = i32::from(count);
            if code - count < first {
                let place = usize::try_from(index + code - first).map_err(|_| Stop::Damage)?;
                return table.symbols.get(place).copied().ok_or(Stop::Damage);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Stop::Damage)
    }

    fn stored(&mut self) -> Result<(), Stop> {
        (self.bits, self.bit_count) = (0, 0);
        let header = self.bytes.get(self.position..self.position + 4).ok_or(Stop::Damage)?;
        let [low, high, ..] = *header else { return Err(Stop::Damage) };
        let length = usize::from(low) | usize::from(high) << 8;
        self.position += 4;
        let end = (self.position + length).min(self.bytes.len());
        self.output.extend_from_slice(self.bytes.get(self.position..end).ok_or(Stop::Damage)?);
        self.position = end;
        self.check_size()
    }

    fn tables(&mut self) -> Result<(Huffman, Huffman), Stop> {
        let literal_count = self.take(5)? as usize + 257;
        let distance_count = self.take(5)? as usize + 1;
        let code_count = self.take(4)? as usize + 4;
        let mut code_lengths = [0u8; 19];
        for &place in LENGTH_ORDER.iter().take(code_count) {
            let length = self.take(3)?;
            if let Some(slot) = code_lengths.get_mut(place) {
                *slot = u8::try_from(length).unwrap_or_default();
            }
        }
        let codes = Huffman::new(&code_lengths);
        let mut lengths: Vec<u8> = Vec::with_capacity(320);
        while lengths.len() < literal_count + distance_count {
            let (value, repeat) = match self.symbol(&codes)? {
                symbol @ 0..=15 => (u8::try_from(symbol).unwrap_or_default(), 1),
                16 => (*lengths.last().ok_or(Stop::Damage)?, 3 + self.take(2)? as usize),
                17 => (0, 3 + self.take(3)? as usize),
                _ => (0, 11 + self.take(7)? as usize),
            };
            lengths.extend(std::iter::repeat_n(value, repeat));
        }
        let (literals, distances) = lengths.split_at(literal_count);
        Ok((Huffman::new(literals), Huffman::new(distances)))
    }

    fn compressed(&mut self, literals: &Huffman, distances: &Huffman) -> Result<(), Stop> {
        loop {
            let symbol = usize::from(self.symbol(literals)?);
            match symbol {
                0..=255 => self.output.push(u8::try_from(symbol).unwrap_or_default()),
                256 => return Ok(()),
                _ => {
                    let (base, extra) = length_of(&LENGTH_BASE, &LENGTH_EXTRA, symbol - 257)?;
                    let length = base + self.take(extra)? as usize;
                    let symbol = usize::from(self.symbol(distances)?);
                    let (base, extra) = length_of(&DISTANCE_BASE, &DISTANCE_EXTRA, symbol)?;
                    let distance = base + self.take(extra)? as usize;
                    let start = self.output.len().checked_sub(distance).ok_or(Stop::Damage)?;
                    for place in start..start + length {
                        let byte = *self.output.get(place).ok_or(Stop::Damage)?;
                        self.output.push(byte);
                    }
                }
            }
            self.check_size()?;
        }
    }

    fn check_size(&self) -> Result<(), Stop> {
        if self.output.len() > self.max_bytes { Err(Stop::TooLarge) } else { Ok(()) }
    }
}

fn length_of(base: &[u16], extra: &[u8], symbol: usize) -> Result<(usize, u32), Stop> {
    match (base.get(symbol), extra.get(symbol)) {
        (Some(&base), Some(&extra)) => Ok((usize::from(base), u32::from(extra))),
        _ => Err(Stop::Damage),
    }
}
