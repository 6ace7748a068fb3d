//! What the paths of a page cost a renderer in memory. It keeps all of a page before it paints it: a stroke across the sheet
//! takes kilobytes, and a short file may draw millions.

use super::matrix::Matrix;
use super::operands::{Operand, Operands};

/// Most bytes that the paths of a page may take.
const MAX_BYTES: f64 = 768e6;
/// Bytes of a painted path, of a piece of it, of a pixel of its length. Measured with vello_cpu 0.3: 165 for a short stroke,
/// 8 for a pixel of a long one.
const PATH: f64 = 60.0;
const PIECE: f64 = 110.0;
const PIXEL: f64 = 8.0;
/// Bytes of a piece of the one path that is being painted.
const OPEN_PIECE: f64 = 300.0;
/// Bytes of a picture or gradient, and of a tile of 4 by 256 pixels that it covers.
const FILL: f64 = 1_000.0;
const TILE: f64 = 80.0;

/// Adds up the paths of a page.
#[derive(Debug)]
pub(crate) struct Ink {
    px_per_pt: f64,
    width_pt: f64,
    height_pt: f64,
    at: (f64, f64),
    pieces: f64,
    length_pt: f64,
    /// Length of a dash with its gap; infinite for whole lines.
    period_pt: f64,
    painted_bytes: f64,
    longest_path_pieces: f64,
}

impl Ink {
    /// A page as seen, drawn at so many pixels a point.
    pub(crate) fn new(width_pt: f64, height_pt: f64, px_per_pt: f64) -> Self {
        Self {
            px_per_pt,
            width_pt,
            height_pt,
            at: (0.0, 0.0),
            pieces: 0.0,
            length_pt: 0.0,
            period_pt: f64::INFINITY,
            painted_bytes: 0.0,
            longest_path_pieces: 0.0,
        }
    }

    /// Whether there is more than a renderer should hold.
    pub(crate) fn is_too_much(&self) -> bool {
        let bytes = self.painted_bytes + self.longest_path_pieces.max(self.pieces) * OPEN_PIECE;
        bytes.is_nan() || bytes > MAX_BYTES
    }

    /// Takes an operator; false when it is none of paths.
    pub(crate) fn take(&mut self, operator: &[u8], operands: &[u8], ctm: &Matrix) -> bool {
        match operator {
            b"m" => {
                if let Some([x, y]) = Operands::last_numbers(operands) {
                    self.at = self.on_page(ctm, x, y);
                }
                self.pieces += 1.0;
            }
            b"l" => {
                if let Some([x, y]) = Operands::last_numbers(operands) {
                    self.line_to(ctm, x, y);
                }
            }
            b"c" => {
                if let Some([x1, y1, x2, y2, x, y]) = Operands::last_numbers(operands) {
                    self.line_to(ctm, x1, y1);
                    self.line_to(ctm, x2, y2);
                    self.line_to(ctm, x, y);
                }
            }
            b"v" | b"y" => {
                if let Some([x1, y1, x, y]) = Operands::last_numbers(operands) {
                    self.line_to(ctm, x1, y1);
                    self.line_to(ctm, x, y);
                }
            }
            b"re" => {
                if let Some([x, y, width, height]) = Operands::last_numbers(operands) {
                    self.at = self.on_page(ctm, x, y);
                    for (x, y) in [(x + width, y), (x + width, y + height), (x, y + height), (x, y)] {
                        self.line_to(ctm, x, y);
                    }
                }
            }
            b"h" => self.pieces += 1.0,
            b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => {
                let dashes = self.length_pt / self.period_pt;
                // Each dash is a path of its own that is outlined.
                self.pieces += if dashes.is_finite() { 2.0 * dashes } else { 0.0 };
                self.paint();
            }
            b"f" | b"F" | b"f*" | b"n" => self.paint(),
            b"d" => {
                let dash = operands.split(|&byte| byte == b']').next().unwrap_or_default();
                let numbers = Operands::new(dash).filter_map(|operand| match operand {
                    Operand::Number(number) => Some(number.abs()),
                    _ => None,
                });
                let scale = ctm.a.hypot(ctm.b).max(ctm.c.hypot(ctm.d));
                let period = numbers.take(64).sum::<f64>() * scale;
                self.period_pt = if period > 0.0 { period } else { f64::INFINITY };
            }
            _ => return false,
        }
        true
    }

    /// A picture in the unit square of its map.
    pub(crate) fn picture(&mut self, ctm: &Matrix) {
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| self.on_page(ctm, x, y));
        let span = |values: [f64; 4]| {
            values.iter().copied().fold(f64::MIN, f64::max) - values.iter().copied().fold(f64::MAX, f64::min)
        };
        self.fill(span(corners.map(|corner| corner.0)), span(corners.map(|corner| corner.1)));
    }

    /// A gradient over all that is not clipped away.
    pub(crate) fn gradient(&mut self) {
        self.fill(self.width_pt, self.height_pt);
    }

    /// A soft mask over all that is not clipped away: a picture of its own, drawn and laid over.
    pub(crate) fn mask(&mut self) {
        for _ in 0..3 {
            self.gradient();
        }
    }

    fn fill(&mut self, width_pt: f64, height_pt: f64) {
        let tiles = (height_pt * self.px_per_pt / 4.0 + 1.0) * (width_pt * self.px_per_pt / 256.0 + 1.0);
        self.painted_bytes += FILL + TILE * tiles;
    }

    fn line_to(&mut self, ctm: &Matrix, x: f64, y: f64) {
        let to = self.on_page(ctm, x, y);
        self.length_pt += (to.0 - self.at.0).hypot(to.1 - self.at.1);
        self.pieces += 1.0;
        self.at = to;
    }

    fn paint(&mut self) {
        self.painted_bytes += PATH + PIECE * self.pieces + PIXEL * self.length_pt * self.px_per_pt;
        self.longest_path_pieces = self.longest_path_pieces.max(self.pieces);
        self.pieces = 0.0;
        self.length_pt = 0.0;
    }

    /// Where a point is seen; what lies far beside the page is not drawn.
    fn on_page(&self, ctm: &Matrix, x: f64, y: f64) -> (f64, f64) {
        let (seen_x, seen_y) = (x * ctm.a + y * ctm.c + ctm.e, x * ctm.b + y * ctm.d + ctm.f);
        (seen_x.max(0.0).min(self.width_pt), seen_y.max(0.0).min(self.height_pt))
    }
}
