//! Many pictures as one TIFF (6.0, baseline, grey, not compressed), the form in which Tesseract takes a batch.

use ports::LinePicture;

const ENTRIES: u16 = 9;
/// Bytes of a directory: count, entries, offset of the next.
const DIRECTORY_BYTES: u32 = 2 + ENTRIES as u32 * 12 + 4;

/// The pictures in order, a page each. None when they do not fit the four gigabytes of a TIFF, or one is empty.
pub(crate) fn tiff(pictures: &[LinePicture]) -> Option<Vec<u8>> {
    let mut file = Vec::with_capacity(pictures.iter().map(|picture| picture.grey.len() + 128).sum::<usize>() + 8);
    file.extend_from_slice(b"II*\0");
    file.extend_from_slice(&8u32.to_le_bytes());
    for (index, picture) in pictures.iter().enumerate() {
        let pixels = u32::try_from(picture.grey.len()).ok()?;
        if pixels == 0 || u64::from(picture.width) * u64::from(picture.height) != u64::from(pixels) {
            return None;
        }
        let data = u32::try_from(file.len()).ok()?.checked_add(DIRECTORY_BYTES)?;
        let padded = pixels.checked_add(pixels % 2)?;
        let next = if index + 1 == pictures.len() { 0 } else { data.checked_add(padded)? };
        file.extend_from_slice(&ENTRIES.to_le_bytes());
        let mut entry = |tag: u16, kind: u16, value: u32| {
            file.extend_from_slice(&tag.to_le_bytes());
            file.extend_from_slice(&kind.to_le_bytes());
            file.extend_from_slice(&1u32.to_le_bytes());
            file.extend_from_slice(&value.to_le_bytes());
        };
        let (short, long) = (3, 4);
        entry(256, long, picture.width);
        entry(257, long, picture.height);
        entry(258, short, 8); // bits of a sample
        entry(259, short, 1); // not compressed
        entry(262, short, 1); // 0 is black
        entry(273, long, data);
        entry(277, short, 1); // samples of a pixel
        entry(278, long, picture.height);
        entry(279, long, pixels);
        file.extend_from_slice(&next.to_le_bytes());
        file.extend_from_slice(&picture.grey);
        file.resize(file.len() + (pixels % 2) as usize, 0);
    }
    Some(file)
}
