use super::{FilterParameters, StreamError, apply};
use libdeflater::{CompressionLvl, Compressor};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

fn plain(filter: &str, bytes: &[u8]) -> Vec<u8> {
    apply(filter.as_bytes(), bytes, FilterParameters::default(), 1 << 20).unwrap()
}

#[test]
fn the_ascii_filters_give_the_bytes_back() {
    assert_eq!(plain("ASCIIHexDecode", b"48 65 6C6c 6F7>zz"), b"Hellop");
    assert_eq!(plain("ASCII85Decode", b"87cURD]i,\"Ebo80~>"), b"Hello World!");
    assert_eq!(plain("ASCII85Decode", b"z!!~>"), [0, 0, 0, 0, 0]);
    assert_eq!(plain("RunLengthDecode", &[2, b'a', b'b', b'c', 254, b'x', 128, 1]), b"abcxxx");
}

#[test]
fn lzw_gives_the_example_of_the_specification_back() {
    let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
    assert_eq!(plain("LZWDecode", &packed), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
}

#[test]
fn a_bomb_stops_at_the_cap() {
    let packed = deflated(&vec![b' '; 4 << 20]);
    assert!(packed.len() < 8 << 10);
    let outcome = apply(b"FlateDecode", &packed, FilterParameters::default(), 1 << 20);
    assert_eq!(outcome, Err(StreamError::TooLarge));
    let runs: Vec<u8> = [129u8, 7].repeat(20_000);
    assert_eq!(apply(b"RunLengthDecode", &runs, FilterParameters::default(), 1 << 20), Err(StreamError::TooLarge));
}

#[test]
fn a_cut_stream_gives_what_stands_before_the_cut() {
    let mut text = String::new();
    for line in 0..2_000 {
        text.push_str(&format!("строка {line} и ещё {}\n", line * 7919 % 1013));
    }
    let packed = deflated(text.as_bytes());
    let half = plain("FlateDecode", &packed[..packed.len() / 2]);
    assert!(half.len() > text.len() / 4, "{} of {}", half.len(), text.len());
    assert!(text.as_bytes().starts_with(&half));
}

#[test]
fn png_predictors_are_undone() {
    let parameters = FilterParameters { predictor: 15, columns: 3, ..FilterParameters::default() };
    let rows = [0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1];
    let undone = apply(b"FlateDecode", &deflated(&rows), parameters, 1 << 20).unwrap();
    assert_eq!(undone, [1, 2, 3, 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5]);
}

#[test]
fn image_filters_are_not_text() {
    assert_eq!(apply(b"DCTDecode", b"x", FilterParameters::default(), 10), Err(StreamError::NotText));
}
