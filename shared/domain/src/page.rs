use crate::Table;
use serde::{Deserialize, Serialize};

/// A rectangle on a page in points (1/72 inch), origin at the top left of the page as it is seen, y downwards.
/// In JSON `[x0, y0, x1, y1]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct Rect {
    /// Left edge.
    pub x0: f32,
    /// Upper edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Lower edge.
    pub y1: f32,
}

impl Rect {
    /// The smallest rectangle that holds both.
    pub fn union(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Width in points.
    pub fn width(self) -> f32 {
        self.x1 - self.x0
    }

    /// Height in points.
    pub fn height(self) -> f32 {
        self.y1 - self.y0
    }

    /// The middle, `(x, y)`.
    pub fn centre(self) -> (f32, f32) {
        (f32::midpoint(self.x0, self.x1), f32::midpoint(self.y0, self.y1))
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(self, x: f32, y: f32) -> bool {
        (self.x0..=self.x1).contains(&x) && (self.y0..=self.y1).contains(&y)
    }
}

impl From<[f32; 4]> for Rect {
    fn from([x0, y0, x1, y1]: [f32; 4]) -> Self {
        Self { x0, y0, x1, y1 }
    }
}

impl From<Rect> for [f32; 4] {
    /// Rounded to a hundredth of a point: finer than any printer, and half the bytes.
    fn from(rect: Rect) -> Self {
        [rect.x0, rect.y0, rect.x1, rect.y1].map(|value| (value * 100.0).round() / 100.0)
    }
}

/// A word of a page with the place where it is seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word, repaired where the text layer lied.
    pub text: String,
    /// Where it stands.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Height of the type in points.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub size_pt: f32,
    /// Direction of the writing in whole degrees counter-clockwise, 0 (left to right) to 359; 90 reads upwards.
    #[serde(default, skip_serializing_if = "is_level")]
    pub rotation_deg: u16,
    /// How sure its letters are, 0 to 1: below 1 where the text layer is doubted and in recognised text.
    #[serde(default = "sure", skip_serializing_if = "is_sure")]
    pub confidence: f32,
}

impl Word {
    /// Confidence of a word that nothing speaks against.
    pub const SURE: f32 = 1.0;

    /// Confidence from which on a word is believed; one below is to be looked at beside its picture.
    pub const BELIEVED: f32 = 0.8;
}

fn sure() -> f32 {
    Word::SURE
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_sure(confidence: &f32) -> bool {
    *confidence == Word::SURE
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(size_pt: &f32) -> bool {
    *size_pt == 0.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_level(rotation_deg: &u16) -> bool {
    *rotation_deg == 0
}

/// Where the words of a page come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSource {
    /// The text layer as it stood.
    Text,
    /// The text layer, some of its words repaired.
    Repaired,
    /// Recognised from the image.
    Ocr,
    /// No words could be read.
    None,
}

/// What is wrong with a text layer (дефект текстового слоя).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// cp1251 bytes shown as Latin-1: `Âåäîìîñòü` for «Ведомость».
    Cp1251AsLatin1,
    /// Latin letters that look Cyrillic inside Cyrillic words: `cвaй`.
    Homoglyphs,
    /// Glyph numbers shown as letters, all shifted by one constant: `Ɇɨɫɤɜɚ` for «Москва».
    GlyphShift,
    /// Glyphs without any known letter: holes in the text.
    Unmapped,
    /// Letters left out by a table that names only some of them: `О ще т о о н ченно`.
    MissingLetters,
    /// Letters that are none of the words seen: `Лжцсмнжбк` or a mix of alphabets where Russian is printed.
    WrongLetters,
    /// Text that cannot be seen: never painted, clipped away, painted over, or in the colour of the paper.
    HiddenText,
    /// The unseen text of somebody else's recognition over a scan.
    ForeignOcr,
    /// Text in the margins only around a large picture or drawing: the frame of a web viewer, a stamp on a drawing whose
    /// own lettering is lines.
    TextBesidePicture,
    /// Values that stand twice or in pieces on one spot.
    DoubledText,
    /// Words of notes, stamps and form fields that are laid over the page, and of comments that name what is drawn there.
    /// They are among its words.
    AnnotationText,
    /// Words that were recognised and are not believed: someone must look at them beside the picture.
    DoubtfulWords,
    /// The page has no text layer at all: a scan, or letters drawn as lines.
    NoText,
    /// The page could not be read: broken content, or a cap was reached.
    Unreadable,
}

/// A fault of one page's text layer: what, how often, how sure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// How many words (of `Unmapped`: glyphs) show it; 1 for a fault of the whole page.
    pub count: u32,
    /// How sure the reader is, 0 to 1.
    pub confidence: f32,
    /// Whether the words were mended, so that `text` can be trusted again.
    pub repaired: bool,
}

/// One page as it was read (страница): the unit of progress, cache and evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Page number in the file, from 1.
    pub page: u32,
    /// Width as seen (after /Rotate and CropBox), in points.
    pub width_pt: f32,
    /// Height as seen, in points.
    pub height_pt: f32,
    /// Where the words come from.
    pub source: TextSource,
    /// The words in reading order; lines end in `\n`.
    pub text: String,
    /// The words with their boxes, in the same order.
    pub words: Vec<Word>,
    /// What was wrong with the text layer.
    pub faults: Vec<Fault>,
    /// Where the title block (основная надпись) stands, if one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_block: Option<Rect>,
    /// The tables, in the order of the text; the title block is none of them.
    #[serde(default)]
    pub tables: Vec<Table>,
}
