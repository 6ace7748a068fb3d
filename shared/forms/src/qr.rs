use crate::block::Block;
use qrcode::{Color, EcLevel, QrCode};

/// Longest address that a symbol of the printed size still shows legibly.
const LONGEST_URL_CHARS: usize = 200;

/// The QR code of an address; none of an empty one and of one that no reader would open: longer than
/// [`LONGEST_URL_CHARS`], or with signs that are not visible ASCII.
pub(crate) fn qr_block(url: &str) -> Option<Block> {
    let url = url.trim();
    if url.is_empty() || url.len() > LONGEST_URL_CHARS || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    // Level M stands the dirt of a building site in a symbol of this size.
    let code = QrCode::with_error_correction_level(url, EcLevel::M).ok()?;
    let side = code.width();
    let mut runs: Vec<[usize; 3]> = Vec::new();
    for (row, modules) in code.to_colors().chunks(side).enumerate() {
        for (column, module) in modules.iter().enumerate() {
            if *module == Color::Light {
                continue;
            }
            match runs.last_mut() {
                Some([from, own, length]) if *own == row && *from + *length == column => *length += 1,
                _ => runs.push([column, row, 1]),
            }
        }
    }
    Some(Block::Qr { url: url.to_owned(), side, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_the_same_address_gives_the_same_code() {
        let Some(Block::Qr { url, side, runs }) = qr_block("https://id.example.org/akt/1-%D0%9A%D0%96") else {
            panic!("no code")
        };
        assert!(url.starts_with("https://") && side % 4 == 1 && side >= 21, "{side}");
        for corner in [[0, 0, 7], [side - 7, 0, 7], [0, side - 7, 7], [0, side - 1, 7]] {
            assert!(runs.contains(&corner), "{corner:?}");
        }
        assert!(runs.iter().all(|[column, row, length]| column + length <= side && *row < side));
        assert_eq!(qr_block(&url), Some(Block::Qr { url, side, runs }));
    }

    #[test]
    fn what_no_reader_opens_has_no_code() {
        for url in ["", "  ", "https://пример.рф/1", "https://example.org/a b", &"a".repeat(201)] {
            assert_eq!(qr_block(url), None, "{url}");
        }
    }
}
