//! A page as JSON, byte for byte what its `Serialize` gives, without asking for each number how floats are printed:
//! boxes are whole hundredths. Words and boxes are nearly all of what the reader writes.

use crate::{Page, Rect, Word};
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
        out.push(b'}');
    }
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
    let mut before = b'[';
    for edge in [bounds.x0, bounds.y0, bounds.x1, bounds.y1] {
        out.push(before);
        push_hundredths(out, edge);
        before = b',';
    }
    out.push(b']');
}

fn push_hundredths(out: &mut Vec<u8>, edge: f32) {
    let scaled = edge * 100.0;
    if scaled.is_nan() || scaled.abs() >= MAX_EXACT {
        push(out, &(scaled.round() / 100.0));
        return;
    }
    let size = scaled.abs();
    let whole = size as u32;
    let rounded = whole + u32::from(size - whole as f32 >= 0.5);
    if scaled.is_sign_negative() {
        out.push(b'-');
    }
    push_whole(out, rounded / 100);
    out.push(b'.');
    let (tenths, hundredths) = (rounded / 10 % 10, rounded % 10);
    out.push(b'0' + tenths as u8);
    if hundredths > 0 {
        out.push(b'0' + hundredths as u8);
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

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(place) = rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(place);
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
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use crate::{Fault, FaultKind, Page, Rect, TextSource, Word};

    fn page(words: Vec<Word>) -> Page {
        Page {
            page: 7,
            width_pt: 841.89,
            height_pt: 595.276,
            source: TextSource::Repaired,
            text: "«План» на отм. -2,550\n\n\"\\\u{1}\u{1f}\u{7f}\t\r\u{8}\u{c}\u{2028}🙂\n".into(),
            words,
            faults: vec![Fault { kind: FaultKind::GlyphShift, count: 3, confidence: 0.85, repaired: true }],
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
    fn every_size_of_number_is_written_as_serde_writes_it() {
        let mut words = Vec::new();
        for start in (0..8_390_000u32).step_by(1_303) {
            let edge = start as f32 / 100.0;
            words.push(word([edge, -edge, edge + 0.004_9, edge.next_up()], edge, 0));
        }
        assert_same(&page(words));
    }
}
