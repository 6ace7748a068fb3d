use super::cmap::CMap;
use super::predefined::{Collection, Encoding};
use super::{Glyph, Letters, NO_LETTER, program};
use crate::content::lexer;
use crate::repair::unknown_letter;
use hayro_syntax::object::{Array, Dict, Object, Stream};

/// Codes above this are read but have no letter.
const MAX_CODE: usize = 0x1_0000;

/// Most widths that one font sets, each code several times: ranges that overlap without end must not run on.
const MAX_WIDTHS: usize = 8 * MAX_CODE;

/// How codes are cut out of a string and mapped to glyphs.
#[derive(Debug)]
pub(super) struct Composite {
    spaces: Vec<(u8, u32, u32)>,
    /// By code; empty while the font is read. Other codes have no letter.
    glyphs: Vec<Glyph>,
    /// By code, while the font is read.
    letters: Vec<u32>,
    /// Ranges of codes with the CID of the first; empty means the CID is the code.
    cids: Vec<(u32, u32, u32)>,
    /// By CID, in em; negative means the default.
    widths: Vec<f32>,
    default_width: f32,
    vertical: bool,
    /// While `W` is read: the first CID of the row that follows.
    row_start: Option<usize>,
    /// While `W` is read: how many more widths are set.
    widths_left: usize,
    /// Whether `W` names more CIDs than there can be.
    pub(super) sprawls: bool,
}

impl Composite {
    /// Bytes of its tables.
    pub(super) fn weight(&self) -> usize {
        size_of_val(self.spaces.as_slice())
            + size_of_val(self.glyphs.as_slice())
            + size_of_val(self.cids.as_slice())
            + size_of_val(self.widths.as_slice())
    }

    #[inline]
    pub(super) fn each_glyph(&self, codes: &[u8], mut each: impl FnMut(Glyph, bool)) {
        if self.spaces.is_empty() {
            for &[high, low] in codes.as_chunks::<2>().0 {
                each(self.glyph(u32::from(high) << 8 | u32::from(low)), false);
            }
            return;
        }
        let mut rest = codes;
        while !rest.is_empty() {
            let (code, length) = self.next_code(rest);
            each(self.glyph(code), length == 1 && code == 32);
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    fn next_code(&self, bytes: &[u8]) -> (u32, usize) {
        let mut code = 0u32;
        for (place, &byte) in bytes.iter().take(4).enumerate() {
            code = code << 8 | u32::from(byte);
            let length = place + 1;
            if self.spaces.iter().any(|&(bytes, low, high)| usize::from(bytes) == length && is_within(code, low, high))
            {
                return (code, length);
            }
        }
        let shortest = self.spaces.iter().map(|space| usize::from(space.0)).min().unwrap_or(1).clamp(1, bytes.len());
        (bytes.iter().take(shortest).fold(0, |code, &byte| code << 8 | u32::from(byte)), shortest)
    }

    #[inline]
    fn glyph(&self, code: u32) -> Glyph {
        self.glyphs.get(code as usize).copied().unwrap_or_else(|| self.glyph_by_tables(code))
    }

    fn glyph_by_tables(&self, code: u32) -> Glyph {
        let cid = self.cid(code);
        let width = if self.vertical {
            1.0
        } else {
            self.widths.get(cid as usize).copied().filter(|width| *width >= 0.0).unwrap_or(self.default_width)
        };
        let letter = self.letters.get(code as usize).copied().unwrap_or(NO_LETTER);
        // A code that nobody can name is carried on: a repair may still find what it means.
        Glyph { code: if letter == NO_LETTER { unknown_letter(code) } else { letter }, width }
    }

    fn cid(&self, code: u32) -> u32 {
        if self.cids.is_empty() {
            return code;
        }
        let place = self.cids.partition_point(|&(low, _, _)| low <= code);
        match place.checked_sub(1).and_then(|place| self.cids.get(place)) {
            Some(&(low, high, cid)) if code <= high => cid.saturating_add(code - low),
            _ => 0,
        }
    }

    /// Reads a Type0 font. The flag of the result says that it writes from top to bottom.
    pub(super) fn read(
        font: &Dict<'_>,
        descendant: &Dict<'_>,
        to_unicode: Option<&CMap>,
        letters: &mut Letters,
        max_bytes: usize,
    ) -> (Self, bool) {
        let mut collection = None;
        let (encoding_map, code_is_unicode, vertical) = match font.get::<Object<'_>>("Encoding") {
            Some(Object::Name(name)) => {
                let name = name.as_ref();
                let is_unicode =
                    name.windows(4).any(|part| part == b"UCS2") || name.windows(5).any(|part| part == b"UTF16");
                let mut map = CMap::default();
                if let Some(encoding) = Encoding::named(name) {
                    map.spaces.clone_from(&encoding.spaces);
                    map.cids.clone_from(&encoding.cids);
                    collection.clone_from(&encoding.collection);
                }
                (map, is_unicode, name.ends_with(b"-V") || name == b"V")
            }
            Some(Object::Stream(stream)) => {
                let bytes = crate::stream::decoded(&stream, max_bytes.min(16 << 20)).unwrap_or_default();
                let map = CMap::parse(&bytes);
                let vertical = map.vertical;
                (map, false, vertical)
            }
            _ => (CMap::default(), false, false),
        };
        let mut cids = encoding_map.cids;
        cids.sort_unstable();
        let mut composite = Self {
            spaces: encoding_map.spaces,
            glyphs: Vec::new(),
            letters: Vec::new(),
            cids,
            widths: Vec::new(),
            default_width: descendant.get::<f32>("DW").unwrap_or(1000.0) / 1000.0,
            vertical,
            row_start: None,
            widths_left: MAX_WIDTHS,
            sprawls: false,
        };
        if let Some(widths) = descendant.get::<Array<'_>>("W") {
            composite.read_widths(&widths);
        }
        if let Some(map) = to_unicode {
            for (code, text) in &map.letters {
                let code = *code as usize;
                if code < MAX_CODE {
                    composite.set_letter(code, letters.code(text));
                }
            }
        }
        if code_is_unicode {
            for code in (1..MAX_CODE).filter_map(|code| u32::try_from(code).ok()) {
                if let Some(letter) = char::from_u32(code) {
                    composite.fill_letter(code as usize, letters.code_of_char(letter));
                }
            }
        }
        // The own table of the font costs its inflating: it is asked only where ToUnicode is missing or has holes.
        if composite.letters.iter().filter(|&&letter| letter != NO_LETTER).count() < 2 || composite.has_holes() {
            composite.letters_from_program(descendant, letters, max_bytes);
        }
        if let Some(collection) = collection.or_else(|| Collection::of(descendant)) {
            composite.letters_from_collection(&collection, letters);
        }
        composite.settle();
        (composite, vertical)
    }

    /// Puts letter and width of each code that has a letter side by side.
    fn settle(&mut self) {
        let codes = u32::try_from(self.letters.len()).unwrap_or(0);
        self.glyphs = (0..codes).map(|code| self.glyph_by_tables(code)).collect();
        self.letters = Vec::new();
    }

    /// Whether the table of widths names glyphs that have no letter; a subset lists those that it uses.
    fn has_holes(&self) -> bool {
        let has_letter = |code: usize| self.letters.get(code).is_some_and(|&letter| letter != NO_LETTER);
        self.cids.is_empty()
            && self.widths.iter().enumerate().skip(1).any(|(cid, &width)| width > 0.0 && !has_letter(cid))
    }

    fn set_letter(&mut self, code: usize, letter: u32) {
        if self.letters.len() <= code {
            self.letters.resize(code + 1, NO_LETTER);
        }
        if let Some(slot) = self.letters.get_mut(code) {
            *slot = letter;
        }
    }

    fn fill_letter(&mut self, code: usize, letter: u32) {
        if self.letters.get(code).is_none_or(|&known| known == NO_LETTER) {
            self.set_letter(code, letter);
        }
    }

    fn letters_from_program(&mut self, descendant: &Dict<'_>, letters: &mut Letters, max_bytes: usize) {
        let Some(program) = program::of(descendant, max_bytes) else { return };
        let by_glyph = program.letters_by_glyph();
        let to_glyph = descendant
            .get::<Stream<'_>>("CIDToGIDMap")
            .and_then(|stream| crate::stream::decoded(&stream, 1 << 20).ok());
        let limit = match &to_glyph {
            Some(map) => map.len() / 2,
            None => by_glyph.keys().max().map_or(0, |&last| last as usize + 1),
        };
        for code in 0..limit.min(MAX_CODE) {
            let cid = self.cid(u32::try_from(code).unwrap_or_default());
            let glyph = match &to_glyph {
                Some(map) => match map.get(cid as usize * 2..cid as usize * 2 + 2) {
                    Some(&[high, low]) => u32::from(high) << 8 | u32::from(low),
                    _ => 0,
                },
                None => program.glyph_of_cid(cid),
            };
            if let Some(text) = by_glyph.get(&glyph).filter(|_| glyph != 0) {
                self.fill_letter(code, letters.code(text));
            }
        }
    }

    fn letters_from_collection(&mut self, collection: &Collection, letters: &mut Letters) {
        for code in (1..MAX_CODE).filter_map(|code| u32::try_from(code).ok()) {
            if let Some(letter) = collection.letter(self.cid(code)) {
                self.fill_letter(code as usize, letters.code_of_char(letter));
            }
        }
    }

    /// `W`: `first [w w w]` or `first last w`. Read from the raw bytes: these arrays are long and hold plain numbers.
    fn read_widths(&mut self, widths: &Array<'_>) {
        if widths.data().contains(&b'R') {
            self.read_referenced_widths(widths);
            return;
        }
        for (place, part) in widths.data().split(|&byte| byte == b'[').enumerate() {
            // Before each bracket stand whole triples and the first code of the row in it.
            let (row, between) = match part.iter().position(|&byte| byte == b']') {
                Some(end) if place > 0 => {
                    (part.get(..end).unwrap_or_default(), part.get(end + 1..).unwrap_or_default())
                }
                _ => (&[][..], part),
            };
            if let Some(first) = self.row_start.take() {
                for (offset, width) in numbers(row).enumerate() {
                    self.set_width(first.saturating_add(offset), width as f32);
                }
            }
            let mut triple = numbers(between);
            while let Some(first) = triple.next() {
                let first = first.clamp(0.0, MAX_CODE as f64) as usize;
                let (Some(last), Some(width)) = (triple.next(), triple.next()) else {
                    self.row_start = Some(first);
                    break;
                };
                self.sprawls |= last > MAX_CODE as f64;
                self.set_widths(first, last.clamp(0.0, MAX_CODE as f64) as usize, width as f32);
            }
        }
    }

    fn read_referenced_widths(&mut self, widths: &Array<'_>) {
        let mut items = widths.iter::<Object<'_>>();
        while let Some(first) = items.next().and_then(Object::into_i32).and_then(|first| usize::try_from(first).ok()) {
            match items.next() {
                Some(Object::Array(row)) => {
                    for (place, width) in row.iter::<f32>().enumerate() {
                        self.set_width(first.saturating_add(place), width);
                    }
                }
                Some(last) => {
                    let last = last.into_i32().and_then(|last| usize::try_from(last).ok());
                    let (Some(last), Some(width)) = (last, items.next().and_then(Object::into_f32)) else { return };
                    self.sprawls |= last > MAX_CODE;
                    self.set_widths(first, last.min(MAX_CODE), width);
                }
                None => return,
            }
        }
    }

    fn set_widths(&mut self, first: usize, last: usize, width: f32) {
        for cid in first..=last {
            if self.widths_left == 0 {
                self.sprawls = true;
                return;
            }
            self.set_width(cid, width);
        }
    }

    fn set_width(&mut self, cid: usize, width: f32) {
        if cid >= MAX_CODE || self.widths_left == 0 {
            return;
        }
        self.widths_left -= 1;
        if self.widths.len() <= cid {
            self.widths.resize(cid + 1, -1.0);
        }
        if let Some(slot) = self.widths.get_mut(cid) {
            *slot = width.clamp(0.0, 10_000.0) / 1000.0;
        }
    }
}

/// Whether each byte of a code lies between those of the corners of a code space.
fn is_within(code: u32, low: u32, high: u32) -> bool {
    let bytes = code.to_be_bytes().into_iter().zip(low.to_be_bytes().into_iter().zip(high.to_be_bytes()));
    bytes.into_iter().all(|(byte, (low, high))| (low..=high).contains(&byte))
}

/// The numbers of a piece of a width table: whole ones nearly always, so those are read here.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = f64> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let (&first, after) = rest.split_first()?;
            if !first.is_ascii_digit() && !matches!(first, b'.' | b'-' | b'+') {
                rest = after;
                continue;
            }
            let mut number = 0u64;
            let mut length = 0;
            for digit in rest.iter().take(9).take_while(|digit| digit.is_ascii_digit()) {
                number = number * 10 + u64::from(digit - b'0');
                length += 1;
            }
            let tail = rest.get(length..).unwrap_or_default();
            if length > 0 && !tail.first().is_some_and(|next| matches!(next, b'0'..=b'9' | b'.' | b'-')) {
                rest = tail;
                return Some(number as f64);
            }
            let (number, end) = lexer::number(rest, 0);
            rest = rest.get(end.max(1)..).unwrap_or_default();
            return Some(number);
        }
    })
}
