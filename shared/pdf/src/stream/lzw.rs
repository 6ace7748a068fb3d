//! LZW as PDF has it: codes of 9 to 12 bits, high bit first.

use super::StreamError;

const CLEAR: usize = 256;
const END: usize = 257;

/// Undoes LZW; stops at the first impossible code and keeps what stands before it.
pub(super) fn decode(bytes: &[u8], early_change: bool, max_bytes: usize) -> Result<Vec<u8>, StreamError> {
    let early = usize::from(early_change);
    let mut output: Vec<u8> = Vec::with_capacity(bytes.len().saturating_mul(3).min(max_bytes));
    // Every entry is a piece of the output: where it starts and how long it is.
    let mut entries: Vec<(usize, usize)> = Vec::with_capacity(4096);
    let mut previous: Option<(usize, usize)> = None;
    let (mut buffer, mut bit_count, mut width) = (0u32, 0u32, 9u32);
    for &byte in bytes {
        buffer = buffer << 8 | u32::from(byte);
        bit_count += 8;
        if bit_count < width {
            continue;
        }
        bit_count -= width;
        let code = (buffer >> bit_count) as usize & ((1 << width) - 1);
        buffer &= (1 << bit_count) - 1;
        match code {
            CLEAR => {
                entries.clear();
                previous = None;
                width = 9;
                continue;
            }
            END => break,
            _ => {}
        }
        let start = output.len();
        if code < CLEAR {
            output.push(u8::try_from(code).unwrap_or_default());
        } else if let Some(&(from, length)) = entries.get(code - 258) {
            copy(&mut output, from, length);
        } else if let Some((from, length)) = previous.filter(|_| code - 258 == entries.len()) {
            copy(&mut output, from, length);
            copy(&mut output, from, 1);
        } else {
            break;
        }
        if let Some((from, length)) = previous
            && entries.len() < 4096 - 258
        {
            // The new entry is the previous piece and the first byte of this one, which follows it in the output.
            entries.push((from, length + 1));
        }
        previous = Some((start, output.len() - start));
        width = match entries.len() + 258 + early {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
        if output.len() > max_bytes {
            return Err(StreamError::TooLarge);
        }
    }
    Ok(output)
}

fn copy(output: &mut Vec<u8>, from: usize, length: usize) {
    for place in from..from + length {
        if let Some(&byte) = output.get(place) {
            output.push(byte);
        }
    }
}
