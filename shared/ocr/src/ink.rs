//! Which pixels of a grey picture are ink.

use pdf::Picture;

/// Side of the squares whose paper and ink are judged together, in pixels.
const SQUARE_PX: usize = 64;
/// A square whose darkest pixels differ less than this from its paper is blank.
const MIN_CONTRAST: u8 = 56;
/// Where between paper (0) and the darkest ink (1) a pixel becomes ink: thin strokes of a scan are never quite dark.
const INK_SHARE: f32 = 0.42;

/// The same for dots: of a point of a third of a millimetre a scan shows no pixel that is as dark as a stroke.
const FAINT_SHARE: f32 = 0.24;

/// One bit a pixel, rows padded to whole words.
#[derive(Debug, Clone)]
pub(crate) struct Ink {
    pub(crate) width: usize,
    pub(crate) height: usize,
    row_words: usize,
    bits: Vec<u64>,
}

/// Pixels of a row from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Ink {
    pub(crate) fn blank(width: usize, height: usize) -> Self {
        let row_words = width.div_ceil(64);
        Self { width, height, row_words, bits: vec![0; row_words * height] }
    }

    /// The ink of a picture: each square of it has its own threshold, and those of neighbours pass into each other.
    pub(crate) fn of(picture: &Picture) -> Self {
        Self::above(picture, INK_SHARE)
    }

    /// The ink of a picture with what is faint.
    pub(crate) fn with_faint(picture: &Picture) -> Self {
        Self::above(picture, FAINT_SHARE)
    }

    /// What is darker than paper by at least `share` of the way to the darkest around.
    fn above(picture: &Picture, share: f32) -> Self {
        let thresholds = Thresholds::of(picture, share);
        let mut ink = Self::blank(picture.width, picture.height);
        let mut row_thresholds = vec![0u8; picture.width];
        for (y, row) in picture.grey.chunks_exact(picture.width.max(1)).enumerate() {
            thresholds.fill_row(y, &mut row_thresholds);
            let words = ink.row_mut(y);
            for (word, (pixels, limits)) in words.iter_mut().zip(row.chunks(64).zip(row_thresholds.chunks(64))) {
                for (bit, (pixel, limit)) in pixels.iter().zip(limits).enumerate() {
                    *word |= u64::from(pixel < limit) << bit;
                }
            }
        }
        ink
    }

    fn row(&self, y: usize) -> &[u64] {
        self.bits.get(y * self.row_words..(y + 1) * self.row_words).unwrap_or_default()
    }

    fn row_mut(&mut self, y: usize) -> &mut [u64] {
        self.bits.get_mut(y * self.row_words..(y + 1) * self.row_words).unwrap_or_default()
    }

    pub(crate) fn get(&self, x: usize, y: usize) -> bool {
        x < self.width && self.row(y).get(x / 64).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(word) = self.row_mut(y).get_mut(x / 64)
        {
            *word |= 1 << (x % 64);
        }
    }

    pub(crate) fn clear(&mut self, x: usize, y: usize) {
        if let Some(word) = self.row_mut(y).get_mut(x / 64) {
            *word &= !(1 << (x % 64));
        }
    }

    /// The runs of ink of a row, from the left.
    pub(crate) fn runs(&self, y: usize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (place, &word) in self.row(y).iter().enumerate() {
            let (mut rest, mut at) = (word, place * 64);
            while rest != 0 {
                let blank = rest.trailing_zeros() as usize;
                rest >>= blank;
                at += blank;
                let inked = rest.trailing_ones() as usize;
                match runs.last_mut() {
                    Some(last) if last.end == at => last.end = at + inked,
                    _ => runs.push(Run { start: at, end: at + inked }),
                }
                at += inked;
                rest = if inked == 64 { 0 } else { rest >> inked };
            }
        }
        runs
    }

    /// The same ink with columns for rows.
    pub(crate) fn transposed(&self) -> Self {
        let mut turned = Self::blank(self.height, self.width);
        for y in 0..self.height {
            for run in self.runs(y) {
                for x in run.start..run.end {
                    turned.set(y, x);
                }
            }
        }
        turned
    }
}

/// A threshold for each square of a picture.
struct Thresholds {
    across: usize,
    down: usize,
    values: Vec<u8>,
}

impl Thresholds {
    fn of(picture: &Picture, share: f32) -> Self {
        let (across, down) = (picture.width.div_ceil(SQUARE_PX), picture.height.div_ceil(SQUARE_PX));
        let mut values = Vec::with_capacity(across * down);
        for square_y in 0..down {
            for square_x in 0..across {
                values.push(threshold(picture, square_x * SQUARE_PX, square_y * SQUARE_PX, share));
            }
        }
        Self { across, down, values }
    }

    fn value(&self, x: usize, y: usize) -> f32 {
        let place = y.min(self.down.saturating_sub(1)) * self.across + x.min(self.across.saturating_sub(1));
        f32::from(self.values.get(place).copied().unwrap_or(128))
    }

    /// The thresholds of a row of pixels, linear between the middles of the squares.
    fn fill_row(&self, y: usize, row: &mut [u8]) {
        let (above, share_y) = between(y);
        for (square, pixels) in row.chunks_mut(SQUARE_PX / 2).enumerate() {
            let first = square * SQUARE_PX / 2;
            let (left, start) = between(first);
            let at = |x: usize| self.value(x, above) * (1.0 - share_y) + self.value(x, above + 1) * share_y;
            let (from, to) = (at(left), at(left + 1));
            let step = (to - from) / SQUARE_PX as f32;
            let mut value = from + (to - from) * start;
            for pixel in pixels {
                *pixel = value as u8;
                value += step;
            }
        }
    }
}

/// The square whose middle stands before a pixel, and how far the pixel is on the way to the middle of the next.
fn between(pixel: usize) -> (usize, f32) {
    let from_first_middle = pixel as f32 - SQUARE_PX as f32 / 2.0;
    if from_first_middle < 0.0 {
        return (0, 0.0);
    }
    let squares = from_first_middle / SQUARE_PX as f32;
    (squares as usize, squares.fract())
}

fn threshold(picture: &Picture, left: usize, top: usize, share: f32) -> u8 {
    let mut counts = [0u32; 256];
    let mut total = 0u32;
    let right = (left + SQUARE_PX).min(picture.width);
    for y in top..(top + SQUARE_PX).min(picture.height) {
        for &pixel in picture.grey.get(y * picture.width + left..y * picture.width + right).unwrap_or_default() {
            if let Some(count) = counts.get_mut(usize::from(pixel)) {
                *count += 1;
                total += 1;
            }
        }
    }
    let darkest = quantile(&counts, total / 250);
    let paper = quantile(&counts, total - total / 5);
    if paper.saturating_sub(darkest) < MIN_CONTRAST {
        // Blank paper, or a filled area: dark only by the measure of the whole page.
        return paper.saturating_sub(MIN_CONTRAST).min(96);
    }
    paper - (f32::from(paper - darkest) * share) as u8
}

/// The value below or at which `rank` of the pixels lie.
pub(crate) fn quantile(counts: &[u32; 256], rank: u32) -> u8 {
    let mut seen = 0;
    for (value, count) in (0u8..=255).zip(counts) {
        seen += count;
        if seen > rank {
            return value;
        }
    }
    255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_over_the_edges_of_words() {
        let mut ink = Ink::blank(200, 2);
        for x in (3..5).chain(60..140).chain(199..200) {
            ink.set(x, 1);
        }
        let run = |start, end| Run { start, end };
        assert_eq!(ink.runs(1), [run(3, 5), run(60, 140), run(199, 200)]);
        assert!(ink.runs(0).is_empty());
        let turned = ink.transposed();
        assert_eq!(turned.runs(100), [run(1, 2)]);
        assert!(turned.get(1, 4) && !turned.get(1, 5));
    }

    #[test]
    fn letters_are_ink_in_the_shade_as_in_the_light() {
        let (width, height) = (256, 128);
        let mut grey = vec![0u8; width * height];
        for (place, pixel) in grey.iter_mut().enumerate() {
            let (x, y) = (place % width, place / width);
            let paper = 250 - x / 2;
            *pixel = if x % 16 < 3 && y % 20 < 12 { paper - 90 } else { paper } as u8;
        }
        let ink = Ink::of(&Picture { width, height, grey, px_per_pt: 4.0 });
        for x in [17, 97, 209] {
            assert!(ink.get(x, 5), "{x}");
            assert!(!ink.get(x + 7, 5), "{x}");
        }
    }
}
