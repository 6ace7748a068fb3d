use super::keeps_within;
use libdeflater::{CompressionLvl, Compressor};

const MIB: usize = 1 << 20;

fn stream(number: u32, entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj <<{entries} /Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream endobj\n"].concat()
}

fn file(kind: &str, filters: &str, data: &[u8]) -> Vec<u8> {
    [&b"%PDF-1.5\n"[..], &stream(1, &format!("/Type/{kind} /N 1 /First 4 /Filter {filters}"), data)].concat()
}

/// A cross-reference stream that says that object 9 lies in object `container`.
fn table(container: u8) -> Vec<u8> {
    stream(7, "/Type/XRef/W[1 1 1]/Size 10", &[0, 0, 0, 2, container, 0])
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

fn bomb() -> Vec<u8> {
    deflated(&vec![b' '; 3 * MIB])
}

#[test]
fn a_bomb_in_an_object_stream_is_found_however_it_is_packed() {
    let packed = bomb();
    assert!(!keeps_within(&file("ObjStm", "/FlateDecode", &packed), MIB));
    assert!(!keeps_within(&file("ObjStm", "[/FlateDecode /FlateDecode]", &deflated(&packed)), MIB));
    assert!(!keeps_within(&file("ObjStm", "/RunLengthDecode", &[129, b' '].repeat(20_000)), MIB));
    assert!(!keeps_within(&file("XRef /W[1 1 1]", "[/FlateDecode]", &packed), MIB));
    assert!(keeps_within(&file("ObjStm", "/FlateDecode", &packed), 4 * MIB));
}

#[test]
fn a_bomb_is_found_under_other_names_for_the_same() {
    let packed = bomb();
    assert!(!keeps_within(&file("Obj#53tm", "/FlateDecode", &packed), MIB));
    assert!(!keeps_within(&file("ObjStm", "/Fl#61teDecode", &packed), MIB));
    assert!(!keeps_within(&file("ObjStm", "/Fl", &packed), MIB));
    assert!(!keeps_within(&file("ObjStm", "/ASCIIHexDecode /F /FlateDecode", &packed), MIB));
    assert!(!keeps_within(&file("ObjStm", "5 0 R", &packed), MIB));
    let far_from_its_type = format!("ObjStm /Pad ({})", "x".repeat(10_000));
    assert!(!keeps_within(&file(&far_from_its_type, "/FlateDecode", &packed), MIB));
}

#[test]
fn a_stream_without_a_type_is_a_container_when_a_table_says_so() {
    let untyped = stream(4, "/Filter/FlateDecode", &bomb());
    assert!(!keeps_within(&[untyped.clone(), table(4)].concat(), MIB));
    assert!(keeps_within(&[untyped.clone(), table(5)].concat(), MIB));
    let commented = [&b"4 %\n0 "[..], untyped.strip_prefix(b"4 0 ").unwrap()].concat();
    assert!(!keeps_within(&[commented, table(4)].concat(), MIB));
}

#[test]
fn damage_before_the_bomb_does_not_hide_it() {
    // A block that copies from before the start, where others stop and the parser goes on; an empty one; the bomb.
    let packed = [&[0x78, 0x9c, 0x02, 0x02, 0, 0, 0, 0, 0xff, 0xff][..], bomb().get(2..).unwrap()].concat();
    assert!(!keeps_within(&file("ObjStm", "/FlateDecode", &packed), MIB));
    // A tail that is missing, on the other hand, is none.
    let random: Vec<u8> = (0..300_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let whole = deflated(&random);
    assert!(keeps_within(&file("ObjStm", "/FlateDecode", whole.get(..whole.len() - 90).unwrap()), MIB));
}

#[test]
fn many_small_ones_add_up() {
    let one = file("ObjStm", "/FlateDecode", &deflated(&vec![b' '; 900 << 10]));
    assert!(keeps_within(&one, MIB));
    assert!(!keeps_within(&one.repeat(6), MIB));
}

#[test]
fn a_file_lists_no_more_objects_than_a_drawing_set_has() {
    let rows = deflated(&[1, 0, 0].repeat(5_000_000));
    let table = stream(7, "/Type/XRef/W[1 1 1]/Size 5000000/Filter/FlateDecode", &rows);
    assert!(!keeps_within(&table, 256 * MIB));
    let members = stream(7, "/Type/ObjStm/N 9000000/First 9/Filter/FlateDecode", &deflated(&b"0 0 ".repeat(5_000_000)));
    assert!(!keeps_within(&members, 256 * MIB));
}

#[test]
fn other_streams_are_left_alone() {
    let packed = bomb();
    assert!(keeps_within(&file("Metadata", "/FlateDecode", &packed), MIB));
    assert!(keeps_within(&b"stream\n".repeat(1 << 20), MIB));
    assert!(keeps_within(&b"1 0 obj <<>> stream\n".repeat(1 << 18), MIB));
}
