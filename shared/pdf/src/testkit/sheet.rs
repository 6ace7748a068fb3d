use super::typeface::{Face, Naming, Typefaces, resource};
use domain::Rect;

/// Points in a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
/// Ascent and descent of the Liberation faces, in ems.
const ASCENT: f32 = 0.905;
const DESCENT: f32 = 0.212;

/// Where a text stands in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
}

/// A place on the sheet in millimetres from the upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Shorthand for a [`Place`].
pub(super) fn place(x: f32, y: f32, width: f32, height: f32) -> Place {
    Place { x, y, width, height }
}

/// A text style: face and height of the em in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) size: f32,
}

/// Sans lettering of a height in millimetres.
pub(super) fn sans(size: f32) -> Style {
    Style { face: Face::Sans, size }
}

/// In what part of a sheet a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Running text and notes.
    Text,
    /// A cell of a ruled table.
    Table,
    /// The title block (основная надпись) and the name of the format under the frame.
    Stamp,
    /// The heading of a sheet, of a table or of a detail.
    Heading,
    /// Whatever reads upwards: labels of the margin and dimensions.
    Vertical,
    /// Marks, levels, dimensions and callouts on a drawing.
    Drawing,
}

/// One sheet under the pen. All measures are millimetres from the upper left corner of the sheet as it is seen.
pub(super) struct Sheet<'f> {
    pub(super) faces: &'f mut Typefaces,
    pub(super) width: f32,
    pub(super) height: f32,
    /// How the text of this sheet lies, if it does.
    pub(super) naming: Naming,
    /// Whether Latin look-alikes are stored inside Cyrillic words.
    pub(super) homoglyphs: bool,
    /// Whether a line is stored word by word, as some exporters do.
    pub(super) by_words: bool,
    pub(super) content: Vec<u8>,
    pub(super) words: Vec<(String, Rect)>,
    /// What the words that follow belong to; those that read upwards are [`Zone::Vertical`] all the same.
    pub(super) zone: Zone,
    /// Zone and number of the line of each word.
    pub(super) zones: Vec<(Zone, u32)>,
    /// Whether the lettering leans to the right, as ГОСТ 2.304 has it.
    pub(super) slanted: bool,
    lines: u32,
    line_width: f32,
}

impl<'f> Sheet<'f> {
    pub(super) fn new(faces: &'f mut Typefaces, width: f32, height: f32) -> Self {
        Self {
            faces,
            width,
            height,
            naming: Naming::True,
            homoglyphs: false,
            by_words: false,
            content: Vec::with_capacity(1 << 16),
            words: Vec::new(),
            zone: Zone::Text,
            zones: Vec::new(),
            slanted: false,
            lines: 0,
            line_width: -1.0,
        }
    }

    /// Sets the pen for the lines that follow.
    pub(super) fn pen(&mut self, width: f32) {
        if (self.line_width - width).abs() > f32::EPSILON {
            self.line_width = width;
            self.numbers(&[width * MM], "w\n");
        }
    }

    /// An operator from outside, such as a dash pattern.
    pub(super) fn raw(&mut self, operators: &str) {
        self.content.extend_from_slice(operators.as_bytes());
    }

    pub(super) fn line(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        let (from, to) = (self.point(x0, y0), self.point(x1, y1));
        self.numbers(&[from.0, from.1], "m ");
        self.numbers(&[to.0, to.1], "l S\n");
    }

    pub(super) fn polyline(&mut self, points: &[(f32, f32)]) {
        for (index, (x, y)) in points.iter().enumerate() {
            let at = self.point(*x, *y);
            self.numbers(&[at.0, at.1], if index == 0 { "m " } else { "l " });
        }
        self.raw("S\n");
    }

    pub(super) fn rectangle(&mut self, at: Place) {
        let corner = self.point(at.x, at.y + at.height);
        self.numbers(&[corner.0, corner.1, at.width * MM, at.height * MM], "re S\n");
    }

    pub(super) fn circle(&mut self, x: f32, y: f32, radius: f32) {
        let reach = radius * 0.5523;
        let start = self.point(x + radius, y);
        self.numbers(&[start.0, start.1], "m ");
        for [(ax, ay), (bx, by), (cx, cy)] in [
            [(radius, -reach), (reach, -radius), (0.0, -radius)],
            [(-reach, -radius), (-radius, -reach), (-radius, 0.0)],
            [(-radius, reach), (-reach, radius), (0.0, radius)],
            [(reach, radius), (radius, reach), (radius, 0.0)],
        ] {
            let (a, b, c) = (self.point(x + ax, y + ay), self.point(x + bx, y + by), self.point(x + cx, y + cy));
            self.numbers(&[a.0, a.1, b.0, b.1, c.0, c.1], "c ");
        }
        self.raw("S\n");
    }

    /// Width of a text in millimetres.
    pub(super) fn text_width(&mut self, text: &str, style: Style) -> f32 {
        self.faces.width(style.face, text) * style.size
    }

    /// Writes one line with its baseline starting at the point.
    pub(super) fn text(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        self.write_line(x, baseline, style, text, false);
    }

    pub(super) fn text_centred(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        let width = self.text_width(text, style);
        self.write_line(x - width / 2.0, baseline, style, text, false);
    }

    /// Writes a heading, centred.
    pub(super) fn heading(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        let outer = self.enter(Zone::Heading);
        self.text_centred(x, baseline, style, text);
        self.zone = outer;
    }

    /// Counts the words that follow to a zone; gives the one to go back to.
    pub(super) fn enter(&mut self, zone: Zone) -> Zone {
        std::mem::replace(&mut self.zone, zone)
    }

    /// Writes one line that reads upwards.
    pub(super) fn text_upwards(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        self.write_line(x, baseline, style, text, true);
    }

    /// Breaks a text into lines no wider than `width`.
    pub(super) fn wrap(&mut self, text: &str, width: f32, style: Style) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if line.is_empty() || self.text_width(&longer, style) <= width {
                    line = longer;
                } else {
                    lines.push(std::mem::replace(&mut line, word.to_owned()));
                }
            }
            lines.push(line);
        }
        lines
    }

    /// Writes a text into a cell, broken into lines and centred vertically.
    pub(super) fn cell(&mut self, at: Place, style: Style, align: Align, text: &str) {
        if text.is_empty() {
            return;
        }
        let step = style.size * 1.18;
        let lines = self.wrap(text, at.width - 1.6, style);
        let mut baseline = at.y + (at.height - step * lines.len() as f32) / 2.0 + style.size * 0.93;
        for line in lines {
            match align {
                Align::Left => self.text(at.x + 1.0, baseline, style, &line),
                Align::Centre => self.text_centred(at.x + at.width / 2.0, baseline, style, &line),
            }
            baseline += step;
        }
    }

    /// Writes a text upwards into the middle of a narrow cell.
    pub(super) fn cell_upwards(&mut self, at: Place, style: Style, text: &str) {
        let width = self.text_width(text, style);
        let baseline = at.x + at.width / 2.0 + style.size * 0.34;
        self.text_upwards(baseline, at.y + at.height / 2.0 + width / 2.0, style, text);
    }

    /// The content stream, turned for a page that is stored on its side.
    pub(super) fn finish(&mut self, rotated: bool) -> Vec<u8> {
        let mut content = b"q\n".to_vec();
        if rotated {
            content.extend_from_slice(format!("0 1 -1 0 {:.2} 0 cm\n", self.height * MM).as_bytes());
        }
        content.append(&mut self.content);
        content.extend_from_slice(b"Q\n");
        content
    }

    fn write_line(&mut self, x: f32, baseline: f32, style: Style, text: &str, upwards: bool) {
        let size = style.size * MM;
        let (left, bottom) = self.point(x, baseline);
        self.raw("BT /");
        self.raw(resource(style.face, self.naming));
        self.raw(" ");
        self.numbers(&[size], "Tf ");
        self.raw(match (upwards, self.slanted) {
            (false, false) => "1 0 0 1 ",
            (false, true) => "1 0 0.27 1 ",
            (true, false) => "0 1 -1 0 ",
            (true, true) => "0 1 -1 0.27 ",
        });
        self.numbers(&[left, bottom], "Tm ");
        self.raw(if self.by_words { "[<" } else { "<" });
        let mut pen = 0.0;
        for (index, word) in text.split(' ').enumerate() {
            if index > 0 {
                let (code, advance) = self.faces.code(style.face, ' ');
                if self.by_words {
                    // The gap as a shift of the pen, with no space in the text.
                    self.raw(&format!("> -{:.0} <", advance * 1000.0));
                } else {
                    self.hexadecimal(code);
                }
                pen += advance;
            }
            let stored = if self.homoglyphs { with_look_alikes(word) } else { None };
            let start = pen;
            for character in stored.as_deref().unwrap_or(word).chars() {
                let (code, advance) = self.faces.code(style.face, character);
                self.hexadecimal(code);
                pen += advance;
            }
            if !word.is_empty() {
                self.words.push((word.to_owned(), word_box(x, baseline, style.size, (start, pen), upwards)));
                self.zones.push((if upwards { Zone::Vertical } else { self.zone }, self.lines));
            }
        }
        self.lines += 1;
        self.raw(if self.by_words { ">] TJ ET\n" } else { "> Tj ET\n" });
    }

    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (x * MM, (self.height - y) * MM)
    }

    fn hexadecimal(&mut self, code: u16) {
        for shift in [12, 8, 4, 0] {
            let digit = ((code >> shift) & 15) as u8;
            self.content.push(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 });
        }
    }

    /// Numbers to a hundredth; `format!` would take most of the time of a large set.
    fn numbers(&mut self, numbers: &[f32], operator: &str) {
        for number in numbers {
            let hundredths = (number * 100.0).round() as i64;
            if hundredths < 0 {
                self.content.push(b'-');
            }
            let magnitude = hundredths.unsigned_abs();
            self.whole(magnitude / 100);
            let rest = magnitude % 100;
            if rest > 0 {
                self.content.extend_from_slice(&[b'.', b'0' + (rest / 10) as u8]);
                if !rest.is_multiple_of(10) {
                    self.content.push(b'0' + (rest % 10) as u8);
                }
            }
            self.content.push(b' ');
        }
        self.raw(operator);
    }

    fn whole(&mut self, number: u64) {
        if number >= 10 {
            self.whole(number / 10);
        }
        self.content.push(b'0' + (number % 10) as u8);
    }
}

fn word_box(x: f32, baseline: f32, size: f32, (start, end): (f32, f32), upwards: bool) -> Rect {
    let (x0, y0, x1, y1) = if upwards {
        (x - ASCENT * size, baseline - end * size, x + DESCENT * size, baseline - start * size)
    } else {
        (x + start * size, baseline - ASCENT * size, x + end * size, baseline + DESCENT * size)
    };
    Rect { x0: x0 * MM, y0: y0 * MM, x1: x1 * MM, y1: y1 * MM }
}

/// The word with every other look-alike letter in Latin, when it is Russian and long enough to be noticed.
fn with_look_alikes(word: &str) -> Option<String> {
    const PAIRS: [(char, char); 13] = [
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('х', 'x'),
        ('у', 'y'),
        ('А', 'A'),
        ('В', 'B'),
        ('К', 'K'),
        ('Н', 'H'),
        ('О', 'O'),
        ('С', 'C'),
    ];
    let russian = word.chars().filter(|character| ('А'..='я').contains(character)).count();
    let replace = |character: char| PAIRS.iter().find(|(cyrillic, _)| *cyrillic == character).map(|(_, latin)| *latin);
    // A word of look-alikes alone could not be told from a Latin one.
    let telling = word.chars().filter(|character| ('А'..='я').contains(character) && replace(*character).is_none());
    if russian < 3 || telling.count() == 0 {
        return None;
    }
    Some(word.chars().map(|character| replace(character).unwrap_or(character)).collect())
}
