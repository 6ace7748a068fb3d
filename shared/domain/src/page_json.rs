//! A page as JSON, byte for byte what its `Serialize` gives, without asking for each number how floats are printed:
//! boxes are whole hundredths. Words and boxes are nearly all of what the reader writes.

use crate::{Page, Rect, Table, Word};
use serde::Serialize;

/// Hundredths up to which a box edge is an exact decimal that `f32` prints with two places at most.
const MAX_EXACT: f32 = 8_388_607.0;

impl Page {
    /// Adds the page to `out` as JSON, the same bytes that `serde_json::to_vec` gives.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        out.reserve(self.text.len() + self.words.len() * 80 + 256);
        out.extend_from_slice(b"{\"page\":");
        push(out, &self.page);
        out.extend_from_slice(b",\"width_pt\":");
        push(out, &self.width_pt);
        out.extend_from_slice(b",\"height_pt\":");
        push(out, &self.height_pt);
        out.extend_from_slice(b",\"source\":");
        push(out, &self.source);
        out.extend_from_slice(b",\"text\":");
        push_text(out, &self.text);
        out.extend_from_slice(b",\"words\":[");
        // Types of one size follow each other.
        let (mut known_size, mut size) = (0.0f32, Vec::new());
        for (place, word) in self.words.iter().enumerate() {
            if word.size_pt.to_bits() != known_size.to_bits() {
                known_size = word.size_pt;
                size.clear();
                push(&mut size, &word.size_pt);
            }
            if place > 0 {
                out.push(b',');
            }
            push_word(out, word, &size);
        }
        out.extend_from_slice(b"],\"faults\":");
        push(out, &self.faults);
        if let Some(title_block) = self.title_block {
            out.extend_from_slice(b",\"title_block\":");
            push_box(out, title_block);
        }
        out.extend_from_slice(b",\"tables\":[");
        for (place, table) in self.tables.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            push_table(out, table);
        }
        out.extend_from_slice(b"]}");
    }
}

fn push_table(out: &mut Vec<u8>, table: &Table) {
    out.extend_from_slice(b"{\"box\":");
    push_box(out, table.bounds);
    out.extend_from_slice(b",\"kind\":");
    push(out, &table.kind);
    out.extend_from_slice(if table.ruled { b",\"ruled\":true" } else { b",\"ruled\":false" });
    out.extend_from_slice(b",\"heading_rows\":");
    push_whole(out, table.heading_rows);
    if table.continued {
        out.extend_from_slice(b",\"continued\":true");
    }
    out.extend_from_slice(b",\"column_edges\":");
    push(out, &table.column_edges);
    out.extend_from_slice(b",\"row_edges\":");
    push(out, &table.row_edges);
    out.extend_from_slice(b",\"cells\":[");
    for (place, cell) in table.cells.iter().enumerate() {
        out.extend_from_slice(if place > 0 { b",{\"row\":" } else { b"{\"row\":" });
        push_whole(out, cell.row);
        out.extend_from_slice(b",\"column\":");
        push_whole(out, cell.column);
        for (name, span) in [(b",\"row_span\":".as_slice(), cell.row_span), (b",\"column_span\":", cell.column_span)] {
            if span != 1 {
                out.extend_from_slice(name);
                push_whole(out, span);
            }
        }
        out.extend_from_slice(b",\"box\":");
        push_box(out, cell.bounds);
        out.extend_from_slice(b",\"text\":");
        push_text(out, &cell.text);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
}

/// Writing into memory fails for none of these types.
fn push(out: &mut Vec<u8>, value: &impl Serialize) {
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.extend_from_slice(b"null");
    }
}

fn push_word(out: &mut Vec<u8>, word: &Word, size: &[u8]) {
    out.extend_from_slice(b"{\"text\":");
    push_text(out, &word.text);
    out.extend_from_slice(b",\"box\":");
    push_box(out, word.bounds);
    if word.size_pt != 0.0 {
        out.extend_from_slice(b",\"size_pt\":");
        out.extend_from_slice(size);
    }
    if word.rotation_deg != 0 {
        out.extend_from_slice(b",\"rotation_deg\":");
        push_whole(out, u32::from(word.rotation_deg));
    }
    if word.confidence != Word::SURE {
        out.extend_from_slice(b",\"confidence\":");
        push(out, &word.confidence);
    }
    out.push(b'}');
}

fn push_box(out: &mut Vec<u8>, bounds: Rect) {
    let mut written = Decimals::default();
    let mut before = b'[';
    for edge in [bounds.x0, bounds.y0, bounds.x1, bounds.y1] {
        written.push(before);
        before = b',';
        let scaled = edge * 100.0;
        if scaled.is_nan() || scaled.abs() >= MAX_EXACT {
            written.flush(out);
            push(out, &(scaled.round() / 100.0));
        } else {
            written.push_hundredths(scaled);
        }
    }
    written.push(b']');
    written.flush(out);
}

/// Room for the edges of a box: four numbers of at most nine bytes each, what stands between them, and eight bytes more,
/// for a number is put down whole and the next one over its end.
const ROOM: usize = 56;

/// Numbers on their way into the output: the room of a vector would have to be asked about for every digit.
struct Decimals {
    bytes: [u8; ROOM],
    length: usize,
}

impl Default for Decimals {
    fn default() -> Self {
        Self { bytes: [0; ROOM], length: 0 }
    }
}

/// Pairs of decimal digits, the first in the lower byte.
#[expect(clippy::indexing_slicing, reason = "the index is within the array, and this runs at compile time")]
static PAIRS: [u16; 100] = {
    let mut pairs = [0; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number as usize] = (b'0' as u16 + number / 10) | ((b'0' as u16 + number % 10) << 8);
        number += 1;
    }
    pairs
};

fn pair(number: u32) -> u64 {
    PAIRS.get((number % 100) as usize).copied().map_or(0, u64::from)
}

impl Decimals {
    fn flush(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes.get(..self.length).unwrap_or_default());
        self.length = 0;
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// A number of whole hundredths, less than `MAX_EXACT` of them.
    #[inline]
    fn push_hundredths(&mut self, scaled: f32) {
        let size = scaled.abs();
        let whole = size as i32;
        let rounded = whole.unsigned_abs() + u32::from(size - whole as f32 >= 0.5);
        if scaled.is_sign_negative() {
            self.push(b'-');
        }
        let (units, hundredths) = (rounded / 100, rounded % 100);
        // Five digits before the point are the most that `MAX_EXACT` leaves; all are made and those not needed dropped.
        let digits = (u64::from(b'0') + u64::from(units / 10_000))
            | (pair(units / 100) << 8)
            | (pair(units) << 24)
            | (u64::from(b'.') << 40)
            | (pair(hundredths) << 48);
        let leading =
            u32::from(units < 10) + u32::from(units < 100) + u32::from(units < 1_000) + u32::from(units < 10_000);
        let length = 8 - leading - u32::from(hundredths % 10 == 0);
        if let Some(slot) = self.bytes.get_mut(self.length..self.length + 8) {
            slot.copy_from_slice(&(digits >> (8 * leading)).to_le_bytes());
            self.length += length as usize;
        }
    }
}

fn push_whole(out: &mut Vec<u8>, number: u32) {
    let mut divisor = 1;
    while number / 10 >= divisor {
        divisor *= 10;
    }
    while divisor > 0 {
        out.push(b'0' + (number / divisor % 10) as u8);
        divisor /= 10;
    }
}

/// How many of the first bytes go into a JSON string as they are; eight are looked at together.
#[inline]
fn plain_bytes(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let (eights, rest) = bytes.as_chunks::<8>();
    for (place, eight) in eights.iter().enumerate() {
        let bytes = u64::from_le_bytes(*eight);
        // A byte that becomes zero takes a bit from its high one, and those below the bound do.
        let below = |bytes: u64, bound: u64| bytes.wrapping_sub(bound * EACH) & !bytes;
        let quote = below(bytes ^ (u64::from(b'"') * EACH), 1);
        let backslash = below(bytes ^ (u64::from(b'\\') * EACH), 1);
        let found = (below(bytes, 0x20) | quote | backslash) & HIGH;
        if found != 0 {
            return 8 * place + (found.trailing_zeros() / 8) as usize;
        }
    }
    let after = rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len());
    bytes.len() - rest.len() + after
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_bytes(rest));
        out.extend_from_slice(plain);
        let Some((&byte, after)) = special.split_first() else { break };
        rest = after;
        let short = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            8 => b'b',
            12 => b'f',
            b'"' | b'\\' => byte,
            _ => {
                out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use crate::{Fault, FaultKind, Page, Rect, Table, TableCell, TableKind, TextSource, Word};

    fn page(words: Vec<Word>) -> Page {
        Page {
            page: 7,
            width_pt: 841.89,
            height_pt: 595.276,
            source: TextSource::Repaired,
            text: "«План» на отм. -2,550\n\n\"\\\u{1}\u{1f}\u{7f}\t\r\u{8}\u{c}\u{2028}🙂\n".into(),
            words,
            faults: vec![Fault { kind: FaultKind::GlyphShift, count: 3, confidence: 0.85, repaired: true }],
            title_block: None,
            tables: Vec::new(),
        }
    }

    fn word(edges: [f32; 4], size_pt: f32, rotation_deg: u16) -> Word {
        Word { text: "1\"2\\".into(), bounds: Rect::from(edges), size_pt, rotation_deg, confidence: Word::SURE }
    }

    fn assert_same(page: &Page) {
        let mut written = Vec::new();
        page.write_json(&mut written);
        assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(page).unwrap());
    }

    #[test]
    fn words_are_written_as_serde_writes_them() {
        assert_same(&page(Vec::new()));
        assert_same(&page(vec![
            word([0.0, -0.0, -0.001, 0.005], 0.0, 0),
            word([1.0, 10.5, 100.25, 1234.567], 9.96, 90),
            word([-0.015, -12.345, 83_886.07, 83_886.08], 9.96, 359),
            word([f32::NAN, f32::INFINITY, 1e20, -1e9], -0.0, 1),
            word([99_999.99, 16_777_216.0, f32::MIN_POSITIVE, 0.994_99], 1e-7, 0),
            Word { confidence: 0.35, ..word([1.0, 2.0, 3.0, 4.0], 9.0, 0) },
            Word { confidence: 0.0, ..word([1.0, 2.0, 3.0, 4.0], 0.0, 90) },
        ]));
    }

    #[test]
    fn tables_are_written_as_serde_writes_them() {
        let cell = |row, column, row_span, column_span| TableCell {
            row,
            column,
            row_span,
            column_span,
            bounds: Rect::from([1.0, 2.5, 30.25, 4.126]),
            text: "труба 57×3,5\nсталь".into(),
        };
        let table = |continued| Table {
            bounds: Rect::from([1.0, 2.5, 100.5, 40.0]),
            kind: TableKind::EquipmentList,
            ruled: continued,
            heading_rows: 2,
            continued,
            column_edges: vec![1.0, 30.25, 100.5],
            row_edges: vec![2.5, 4.13, 40.0],
            cells: vec![cell(0, 0, 1, 2), cell(1, 0, 2, 1), cell(1, 1, 1, 1)],
        };
        let mut page = page(Vec::new());
        page.title_block = Some(Rect::from([10.0, 20.0, 30.0, 40.125]));
        page.tables = vec![table(true), table(false)];
        assert_same(&page);
        page.tables[0].cells.clear();
        assert_same(&page);
    }

    #[test]
    fn pages_of_before_have_no_tables() {
        let old = r#"{"page":1,"width_pt":1,"height_pt":1,"source":"text","text":"","words":[],"faults":[]}"#;
        let page: Page = serde_json::from_str(old).unwrap();
        assert!(page.tables.is_empty() && page.title_block.is_none());
    }

    #[test]
    fn every_size_of_number_is_written_as_serde_writes_it() {
        let mut words = Vec::new();
        for start in (0..8_390_000u32).step_by(1_303) {
            let edge = start as f32 / 100.0;
            words.push(word([edge, -edge, edge + 0.004_9, edge.next_up()], edge, 0));
        }
        assert_same(&page(words));
    }
}
