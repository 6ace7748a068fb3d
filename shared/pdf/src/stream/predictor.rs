//! The PNG and TIFF predictors behind Flate and LZW.

use super::{FilterParameters, StreamError};

/// Undoes the predictor of the parameters; without one the bytes come back as they are.
pub(super) fn undo(bytes: Vec<u8>, parameters: FilterParameters) -> Result<Vec<u8>, StreamError> {
    let bits_per_pixel = parameters.colors * parameters.bits_per_component;
    let bytes_per_pixel = bits_per_pixel.div_ceil(8);
    let row_bytes = (parameters.columns * bits_per_pixel).div_ceil(8);
    match parameters.predictor {
        10.. => Ok(undo_png(&bytes, row_bytes, bytes_per_pixel)),
        2 if parameters.bits_per_component == 8 => Ok(undo_tiff(bytes, row_bytes, parameters.colors)),
        2 => Err(StreamError::NotText),
        _ => Ok(bytes),
    }
}

fn undo_tiff(mut bytes: Vec<u8>, row_bytes: usize, colors: usize) -> Vec<u8> {
    for row in bytes.chunks_mut(row_bytes) {
        for place in colors..row.len() {
            let left = row.get(place - colors).copied().unwrap_or_default();
            if let Some(byte) = row.get_mut(place) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    bytes
}

fn undo_png(bytes: &[u8], row_bytes: usize, bytes_per_pixel: usize) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len());
    let mut above = vec![0u8; row_bytes];
    let mut row: Vec<u8> = Vec::with_capacity(row_bytes);
    for line in bytes.chunks(row_bytes + 1) {
        let Some((&kind, raw)) = line.split_first() else { break };
        row.clear();
        for (place, &byte) in raw.iter().enumerate() {
            let left = place.checked_sub(bytes_per_pixel).and_then(|at| row.get(at)).copied().unwrap_or_default();
            let up = above.get(place).copied().unwrap_or_default();
            let corner = place.checked_sub(bytes_per_pixel).and_then(|at| above.get(at)).copied().unwrap_or_default();
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            row.push(byte.wrapping_add(guess));
        }
        output.extend_from_slice(&row);
        row.resize(row_bytes, 0);
        std::mem::swap(&mut above, &mut row);
    }
    output
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i32::from(left), i32::from(up), i32::from(corner));
    let estimate = a + b - c;
    let (to_left, to_up, to_corner) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}
