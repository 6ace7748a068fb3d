//! ASCIIHex, ASCII85 and RunLength.

use super::StreamError;

/// Undoes ASCIIHex up to `>`; anything that is no hexadecimal digit is passed over.
pub(super) fn hex(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 2 + 1);
    let mut high: Option<u8> = None;
    for &byte in bytes {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b'>' => break,
            _ => continue,
        };
        match high.take() {
            None => high = Some(digit),
            Some(first) => decoded.push(first << 4 | digit),
        }
    }
    if let Some(first) = high {
        decoded.push(first << 4);
    }
    decoded
}

/// Undoes ASCII85 up to `~>`.
pub(super) fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 5 * 4 + 4);
    let mut group = 0u32;
    let mut digits = 0usize;
    for &byte in bytes {
        match byte {
            b'~' => break,
            b'z' if digits == 0 => decoded.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                digits += 1;
                if digits == 5 {
                    decoded.extend_from_slice(&group.to_be_bytes());
                    (group, digits) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if digits > 1 {
        for _ in digits..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        decoded.extend(group.to_be_bytes().into_iter().take(digits - 1));
    }
    decoded
}

/// Undoes RunLength.
pub(super) fn run_length(bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, StreamError> {
    let mut decoded = Vec::new();
    let mut rest = bytes;
    while let Some((&length, after)) = rest.split_first() {
        match length {
            128 => break,
            0..=127 => {
                let count = (usize::from(length) + 1).min(after.len());
                let (run, after) = after.split_at(count);
                decoded.extend_from_slice(run);
                rest = after;
            }
            129..=255 => {
                let Some((&byte, after)) = after.split_first() else { break };
                decoded.extend(std::iter::repeat_n(byte, 257 - usize::from(length)));
                rest = after;
            }
        }
        if decoded.len() > max_bytes {
            return Err(StreamError::TooLarge);
        }
    }
    Ok(decoded)
}
