//! Any words on a page: mended and put into reading order.

#![no_main]

use arbitrary::Arbitrary;
use domain::{Rect, Word};
use fuzz::{budgeted, count_ours_only};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Sheet {
    width: u16,
    height: u16,
    /// 0: words stand anywhere; 1: on a grid, as tables and columns do.
    on_a_grid: bool,
    words: Vec<(Letters, i16, i16, u8, u8, Turn)>,
}

#[derive(Debug, Arbitrary)]
enum Letters {
    Any(String),
    Russian(Vec<u8>),
    Latin(Vec<u8>),
    Latin1(Vec<u8>),
    /// Letters of an alphabet moved by a constant.
    Shifted(u16, Vec<u8>),
    Digits(u32),
}

#[derive(Debug, Arbitrary)]
enum Turn {
    Level,
    Quarter,
    Any(u16),
}

impl Letters {
    fn into_text(self) -> String {
        let mapped = |bytes: Vec<u8>, first: u32, count: u32| -> String {
            bytes.into_iter().take(40).filter_map(|byte| char::from_u32(first + u32::from(byte) % count)).collect()
        };
        match self {
            Self::Any(text) => text,
            Self::Russian(bytes) => mapped(bytes, 0x410, 64),
            Self::Latin(bytes) => mapped(bytes, 0x41, 58),
            Self::Latin1(bytes) => mapped(bytes, 0xa0, 96),
            Self::Shifted(shift, bytes) => mapped(bytes, u32::from(shift), 64),
            Self::Digits(number) => number.to_string(),
        }
    }
}

fuzz_target!(init: count_ours_only(), |sheet: Sheet| {
    let (width, height) = (f32::from(sheet.width) + 1.0, f32::from(sheet.height) + 1.0);
    let step = if sheet.on_a_grid { 12.0 } else { 1.0 };
    let words: Vec<Word> = sheet
        .words
        .into_iter()
        .take(2_000)
        .filter_map(|(letters, x, y, long, high, turn)| {
            let (x0, y0) = (f32::from(x).abs() / 8.0 * step, f32::from(y).abs() / 8.0 * step);
            let (x0, y0) = (x0 % width, y0 % height);
            let bounds = Rect {
                x0,
                y0,
                x1: (x0 + f32::from(long)).min(width),
                y1: (y0 + f32::from(high) / 4.0).min(height),
            };
            let rotation_deg = match turn {
                Turn::Level => 0,
                Turn::Quarter => 90,
                Turn::Any(angle) => angle % 360,
            };
            let text = letters.into_text();
            let word = Word { text, bounds, size_pt: f32::from(high) / 4.0, rotation_deg, confidence: Word::SURE };
            (!word.text.is_empty()).then_some(word)
        })
        .collect();
    budgeted(256, || {
        let count = words.len();
        let (ordered, text, faults) = pdf::testkit::mend_and_arrange(words, width, height);
        assert_eq!(ordered.len(), count, "a word was lost or made");
        for word in &ordered {
            assert!(text.contains(&word.text), "{:?} is not in the text", word.text);
        }
        assert!(faults.iter().all(|fault| (0.0..=1.0).contains(&fault.confidence)), "{faults:?}");
    });
});
