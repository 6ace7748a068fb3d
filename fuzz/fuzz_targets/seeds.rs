//! Writes seeds into `corpus/<target>`: synthetic sets, malformed files, and small parts put together by hand.
//! `cargo fuzz run seeds`: a target because everything here is built for libFuzzer; it ends before it fuzzes anything.

#![no_main]

use fuzz::Parts;
use libfuzzer_sys::fuzz_target;
use pdf::testkit::{Malformed, SetOptions, drawing_set, malformed};
use std::fs;
use std::path::Path;

/// Largest file that is worth mutating.
const MAX_SEED_BYTES: usize = 40 << 10;

fuzz_target!(
    init: {
        write_all();
        std::process::exit(0);
    },
    |_bytes: &[u8]| {}
);

fn write_all() {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, kind) in [
        ("empty-tree", Malformed::NoPages),
        ("pages", Malformed::ManyPages(3)),
        ("huge-page", Malformed::HugePage),
        ("loop", Malformed::LoopingPages),
        ("encrypted", Malformed::Encrypted),
    ] {
        files.push((name.to_owned(), malformed(kind)));
    }
    files.push(("set".to_owned(), drawing_set(&SetOptions { pages: 1, seed: 0, faults: false }).pdf));
    files.push(("object-streams".to_owned(), object_streams()));
    files.push(("filters".to_owned(), filters()));
    let content = content_parts();
    let fonts = font_parts();
    for (index, parts) in content.iter().enumerate() {
        files.push((format!("content-{index}"), fuzz::pdf_of_content(Parts::of(parts))));
    }
    for (index, parts) in fonts.iter().enumerate() {
        files.push((format!("font-{index}"), fuzz::pdf_of_font(Parts::of(parts))));
    }
    for target in ["reader", "splitter", "bind", "thumbnail"] {
        for (name, bytes) in files.iter().filter(|(_, bytes)| bytes.len() <= MAX_SEED_BYTES) {
            write(target, name, bytes);
        }
    }
    for (index, parts) in content.iter().enumerate() {
        write("content", &index.to_string(), parts);
    }
    for (index, parts) in fonts.iter().enumerate() {
        write("font", &index.to_string(), parts);
    }
    for cloud in ["aws", "yandex"] {
        for entry in fs::read_dir(format!("../events/{cloud}")).expect("the events are beside this directory") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let name = format!("{cloud}-{}", path.file_stem().unwrap().to_string_lossy());
                write("events", &name, &fs::read(&path).expect("an event"));
            }
        }
    }
    write("events", "key", "local/%D0%90%D0%9E%D0%A1%D0%A0+%E2%84%96+1+%2B.pdf".as_bytes());
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new("corpus").join(target);
    fs::create_dir_all(&folder).expect("a folder for the corpus");
    fs::write(folder.join(name), bytes).expect("a seed");
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(Parts::MARK)
}

fn content_parts() -> Vec<Vec<u8>> {
    vec![
        joined(&[b"BT /F1 10 Tf 100 700 Td (Hello big) Tj T* [(kern)-20(ing)-400(apart)] TJ ET 0 0 m 9 9 l S 1 1 5 5 re f"]),
        joined(&[
            b"q 1 0 0 1 9 9 cm /X1 Do Q /X2 Do /Im Do",
            b"BT /F2 12 Tf 0 1 -1 0 300 100 Tm <041004110412> Tj 3 Tr (x) ' 1 2 (y) \" ET /X2 Do",
            b"/X1 Do BT /F3 9 Tf 50 50 Td (ABC) Tj ET",
        ]),
        joined(&[
            b"/OC /O1 BDC /G1 gs BT 2 Tc 3 Tw 90 Tz 12 TL 4 Ts (abc\\051\\n) Tj ET EMC /Span<</ActualText<FEFF0410>>>BDC EMC",
            b"",
            b"",
            b"/MediaBox[0 0 842 595]/CropBox[10 10 400 400]/Rotate 90/UserUnit 2",
        ]),
        joined(&[b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI BT /F4 10 Tf 50 800 Td <000100020003> Tj ET"]),
        joined(&["BT /F1 10 Tf 50 700 Td (Âåäîìîñòü ñâàéíûõ ðàáîò cвaй) Tj 0 -12 Td (Mockвa) Tj ET".as_bytes()]),
    ]
}

fn font_parts() -> Vec<Vec<u8>> {
    let cff: &[u8] = b"\x01\x00\x04\x01\x00\x01\x01\x01\x02A\x00\x01\x01\x01\x05\x8b\x0f\xf7\x11\x00\x00\x00\x00\x01\x01\x01\x02\x0e";
    vec![
        joined(&[
            b"BT /F1 10 Tf 100 700 Td <0001000200030041> Tj ET",
            b"/Subtype/Type0/Encoding/Identity-H",
            b"/Subtype/CIDFontType2/CIDToGIDMap/Identity/DW 500/W[1[500 600]3 9 700]/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
            b"1 begincodespacerange<0000><FFFF>endcodespacerange 1 beginbfchar<0001><0410>endbfchar 1 beginbfrange<0002><0009>[<0411><04120413>]endbfrange",
            b"",
        ]),
        joined(&[
            b"BT /F1 10 Tf 100 700 Td (ABC\\300\\301) Tj ET",
            b"/Subtype/TrueType/FirstChar 32/LastChar 255/Widths[500 600 700 800]/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[192/afii10017/uni0411 200/g12/cid34]>>",
            b"",
            b"",
            b"\x00\x01\x00\x00\x00\x01\x00\x10\x00\x00\x00\x00cmap\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x20\x00\x00\x00\x01\x00\x03\x00\x01\x00\x00\x00\x0c\x00\x04\x00\x14\x00\x00",
        ]),
        joined(&[
            b"BT /F1 10 Tf 100 700 Td <4142> Tj ET",
            b"/Subtype/Type0/Encoding 12 0 R",
            b"/Subtype/CIDFontType0/DW2[880 -1000]/W2[1 9 -900 500 880]/W[0[1 2 3]]",
            b"1 beginbfrange<00><ff><0000>endbfrange",
            b"/CIDInit/ProcSet findresource begin 1 begincodespacerange<00><ff>endcodespacerange 1 begincidrange<00><ff>0 endcidrange endcmap",
        ]),
        joined(&[b"BT /F1 10 Tf (AB) Tj ET", b"/Subtype/Type1/FirstChar 65/Widths[1 2]", b"", b"", cff, b"/Subtype/Type1C"]),
        joined(&[
            b"BT /F1 10 Tf (AB) Tj ET",
            b"/Subtype/Type1/FirstChar 0",
            b"",
            b"",
            b"%!PS-AdobeFont-1.0\n/Encoding 256 array dup 65 /afii10017 put dup 66 /B put readonly def currentfile eexec",
            b"/Length1 90",
        ]),
    ]
}

/// Pages, tree and catalog in an object stream, found by a cross-reference stream.
fn object_streams() -> Vec<u8> {
    let members = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Contents 6 0 R>>",
    ];
    let (mut head, mut body) = (String::new(), String::new());
    for (index, member) in members.iter().enumerate() {
        head.push_str(&format!("{} {} ", index + 1, body.len()));
        body.push_str(member);
        body.push(' ');
    }
    let mut file = b"%PDF-1.5\n".to_vec();
    let at_members = file.len();
    file.extend_from_slice(
        format!(
            "4 0 obj<</Type/ObjStm/N 3/First {}/Length {}>>stream\n{head}{body}\nendstream endobj\n",
            head.len(),
            head.len() + body.len()
        )
        .as_bytes(),
    );
    let at_content = file.len();
    let content = "BT (x) Tj ET";
    file.extend_from_slice(
        format!("6 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n", content.len()).as_bytes(),
    );
    let at_table = file.len();
    let mut rows = vec![0, 0, 0, 0];
    for index in 0..3 {
        rows.extend([2, 0, 4, index]);
    }
    for offset in [at_members, at_table, at_content] {
        rows.extend([1, (offset >> 8) as u8, offset as u8, 0]);
    }
    file.extend_from_slice(
        format!("5 0 obj<</Type/XRef/W[1 2 1]/Size 7/Root 1 0 R/Length {}>>stream\n", rows.len()).as_bytes(),
    );
    file.extend_from_slice(&rows);
    file.extend_from_slice(format!("\nendstream endobj\nstartxref\n{at_table}\n%%EOF").as_bytes());
    file
}

/// Content behind every filter that is undone here.
fn filters() -> Vec<u8> {
    let streams: [(&str, &[u8]); 4] = [
        ("/ASCIIHexDecode", b"425420284129 20546a204554>"),
        ("[/ASCII85Decode]", b"6W-L*BOPpjF$~>"),
        ("/RunLengthDecode", b"\x04BT (A\x00)\xfe \x04Tj ET\x80"),
        ("/LZWDecode/DecodeParms<</Predictor 12/Columns 4>>", b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"),
    ];
    let mut file =
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/Contents[4 0 R 5 0 R 6 0 R 7 0 R]>>endobj\n"
            .to_vec();
    for (number, (filter, data)) in (4..).zip(streams) {
        file.extend_from_slice(format!("{number} 0 obj<</Filter{filter}/Length {}>>stream\n", data.len()).as_bytes());
        file.extend_from_slice(data);
        file.extend_from_slice(b"\nendstream endobj\n");
    }
    file.extend_from_slice(b"trailer<</Root 1 0 R>>");
    file
}
