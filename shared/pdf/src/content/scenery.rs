//! What is painted around the text, as far as it tells whether the text can be seen: pictures, filled rectangles, clips.

use super::matrix::Matrix;
use super::operands::{Operand, Operands};
use domain::Rect;

/// Most areas and clips that are kept of a page.
const MAX_KEPT: usize = 4_000;
/// Most rectangles of one path that are looked at.
const MAX_RECTANGLES: usize = 64;
/// Smallest side of a filled rectangle that can hide a word, in points; thinner ones are lines.
const LEAST_SIDE_PT: f32 = 2.0;

/// Pictures of fewer pixels, or of fewer in a point (50 dpi), show no letters that could be read.
const LEAST_PIXELS: f32 = 2_500.0;
const LEAST_PIXELS_PER_PT: f32 = 0.7;

/// What an area is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// A picture; an opaque one hides what lies under it.
    Picture {
        is_opaque: bool,
        /// Whether it has pixels enough for letters.
        shows_letters: bool,
    },
    /// A plain colour that hides what lies under it.
    Colour { is_white: bool },
}

/// A painted area on the page as seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) bounds: Rect,
    pub(crate) paint: Paint,
    /// Length of the text written before it, in bytes: what stands before was painted earlier.
    pub(crate) text_before: usize,
}

/// A picture as it is painted.
#[derive(Debug)]
pub(crate) struct Picture<'m> {
    pub(crate) ctm: &'m Matrix,
    pub(crate) clip: u16,
    /// Width and height, where they are known.
    pub(crate) pixels: Option<(f32, f32)>,
    pub(crate) is_opaque: bool,
    pub(crate) text_before: usize,
}

/// How a path of rectangles is filled.
#[derive(Debug)]
pub(crate) struct Filled<'m> {
    pub(crate) ctm: &'m Matrix,
    pub(crate) clip: u16,
    pub(crate) is_white: bool,
    pub(crate) is_even_odd: bool,
    pub(crate) text_before: usize,
}

/// How text is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Look {
    /// Not painted at all: render mode 3, wholly transparent, or of a hidden layer.
    pub(crate) is_invisible: bool,
    /// On a layer that is switched off, and so not painted either.
    pub(crate) is_switched_off: bool,
    /// White, and nothing but rectangles and pictures was painted that could be behind it.
    pub(crate) is_white: bool,
    /// Number of the clip, 0 for none.
    pub(crate) clip: u16,
}

impl Look {
    /// Whether both are painted alike; the same word may be cut into several clips.
    pub(crate) fn is_seen_like(self, other: Self) -> bool {
        (self.is_invisible, self.is_switched_off, self.is_white)
            == (other.is_invisible, other.is_switched_off, other.is_white)
    }
}

/// Areas and clips of a page.
#[derive(Debug, Default)]
pub(crate) struct Scenery {
    areas: Vec<Area>,
    clips: Vec<Rect>,
}

impl Scenery {
    /// What was painted, in order.
    pub(crate) fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// Whether nothing was painted and nothing cut away.
    pub(crate) fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.clips.is_empty()
    }

    /// The rectangle of a clip; none for number 0.
    pub(crate) fn clip(&self, number: u16) -> Option<Rect> {
        self.clips.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// A picture in the unit square of its map.
    pub(crate) fn add_picture(&mut self, picture: &Picture<'_>) {
        let whole = mapped(picture.ctm, [0.0, 0.0, 1.0, 1.0]);
        let shows_letters = picture.pixels.is_none_or(|(width, height)| {
            let longer = whole.width().max(whole.height()).max(0.1);
            width * height >= LEAST_PIXELS && width.max(height) / longer >= LEAST_PIXELS_PER_PT
        });
        let paint = Paint::Picture { is_opaque: picture.is_opaque, shows_letters };
        self.push(Area { bounds: self.clipped(picture.clip, whole), paint, text_before: picture.text_before });
    }

    /// A path of rectangles filled with an opaque colour; whether it is one.
    pub(crate) fn add_filled(&mut self, operands: &[u8], filled: &Filled<'_>) -> bool {
        let ctm = filled.ctm;
        let is_level = ctm.b.abs() + ctm.c.abs() < 1e-3 * (ctm.a.abs() + ctm.d.abs())
            || ctm.a.abs() + ctm.d.abs() < 1e-3 * (ctm.b.abs() + ctm.c.abs());
        let mut rectangles = Rectangles::new(operands);
        let Some(first) = rectangles.next() else { return false };
        let mut rest = rectangles.peekable();
        // A rectangle in a rectangle is a hole.
        if !is_level || filled.is_even_odd && rest.peek().is_some() {
            return true;
        }
        for rectangle in std::iter::once(first).chain(rest) {
            let bounds = self.clipped(filled.clip, mapped(ctm, rectangle));
            if bounds.width() >= LEAST_SIDE_PT && bounds.height() >= LEAST_SIDE_PT {
                let paint = Paint::Colour { is_white: filled.is_white };
                self.push(Area { bounds, paint, text_before: filled.text_before });
            }
        }
        true
    }

    fn clipped(&self, clip: u16, own: Rect) -> Rect {
        self.clip(clip).map_or(own, |clip| Rect {
            x0: own.x0.max(clip.x0),
            y0: own.y0.max(clip.y0),
            x1: own.x1.min(clip.x1),
            y1: own.y1.min(clip.y1),
        })
    }

    /// Narrows a clip by a path of rectangles; gives the number of the narrower one, none for a path of another shape.
    pub(crate) fn narrow(&mut self, clip: u16, operands: &[u8], ctm: &Matrix) -> Option<u16> {
        let own = Rectangles::new(operands).map(|rectangle| mapped(ctm, rectangle)).reduce(Rect::union);
        own.map(|own| self.narrow_to(clip, own))
    }

    /// Narrows a clip by the box of a form.
    pub(crate) fn narrow_to_box(&mut self, clip: u16, [x0, y0, x1, y1]: [f64; 4], ctm: &Matrix) -> u16 {
        self.narrow_to(clip, mapped(ctm, [x0, y0, x1 - x0, y1 - y0]))
    }

    fn narrow_to(&mut self, clip: u16, own: Rect) -> u16 {
        let narrowed = self.clipped(clip, own);
        if self.clips.last() != Some(&narrowed) {
            if self.clips.len() >= MAX_KEPT {
                return clip;
            }
            self.clips.push(narrowed);
        }
        u16::try_from(self.clips.len()).unwrap_or(clip)
    }

    fn push(&mut self, area: Area) {
        if self.areas.len() < MAX_KEPT {
            self.areas.push(area);
        }
    }
}

/// Whether a colour operator with its operands sets the colour of paper. One number may be ink of any name with `scn`.
pub(crate) fn is_white(operation: &[u8]) -> bool {
    let mut numbers = [0.0f64; 4];
    let mut count = 0;
    for operand in Operands::new(operation) {
        match operand {
            Operand::Number(number) => {
                if let Some(slot) = numbers.get_mut(count) {
                    *slot = number;
                }
                count += 1;
            }
            _ => return false,
        }
    }
    match count {
        1 => operation.ends_with(b"g") && numbers.iter().take(1).all(|&number| number > 0.99),
        3 => numbers.iter().take(3).all(|&number| number > 0.99),
        4 => numbers.iter().all(|&number| number < 0.01),
        _ => false,
    }
}

/// The `x y width height` of each rectangle of a path.
enum Rectangles<'a> {
    /// Drawn as such.
    Whole { operands: Operands<'a>, left: usize },
    /// Drawn line by line.
    Outline(Option<[f64; 4]>),
}

impl<'a> Rectangles<'a> {
    fn new(operands: &'a [u8]) -> Self {
        let whole = Operands::new(operands);
        if operands.contains(&b'l') {
            Self::Outline(outlined(whole, operands))
        } else {
            Self::Whole { operands: whole, left: MAX_RECTANGLES }
        }
    }
}

impl Iterator for Rectangles<'_> {
    type Item = [f64; 4];

    fn next(&mut self) -> Option<[f64; 4]> {
        match self {
            Self::Outline(own) => own.take(),
            Self::Whole { operands, left } => {
                *left = left.checked_sub(1)?;
                let mut rectangle = [0.0; 4];
                for number in &mut rectangle {
                    *number = next_number(operands)?;
                }
                Some(rectangle)
            }
        }
    }
}

fn next_number(operands: &mut Operands<'_>) -> Option<f64> {
    operands.find_map(|operand| match operand {
        Operand::Number(number) => Some(number),
        _ => None,
    })
}

/// The rectangle that the lines of a path enclose, level and upright: its sides in turn, or two triangles with all of its
/// corners.
fn outlined(mut numbers: Operands<'_>, path: &[u8]) -> Option<[f64; 4]> {
    if path.iter().any(|sign| sign.is_ascii_alphabetic() && !b"mlhW".contains(sign)) {
        return None;
    }
    let mut corners: Vec<(f64, f64)> = Vec::with_capacity(8);
    while let Some(x) = next_number(&mut numbers) {
        corners.push((x, next_number(&mut numbers)?));
    }
    let first = *corners.first()?;
    let edge = |pick: fn(f64, f64) -> f64, side: fn(&(f64, f64)) -> f64| corners.iter().map(side).reduce(pick);
    let (left, right) = (edge(f64::min, |corner| corner.0)?, edge(f64::max, |corner| corner.0)?);
    let (low, high) = (edge(f64::min, |corner| corner.1)?, edge(f64::max, |corner| corner.1)?);
    let are_corners = corners.iter().all(|&(x, y)| (x == left || x == right) && (y == low || y == high));
    let goes_round = |sides: &[(f64, f64)]| {
        let next = sides.iter().skip(1).chain([&first]);
        sides.iter().zip(next).all(|(a, b)| (a.0 == b.0) != (a.1 == b.1))
    };
    let is_rectangle = match corners.as_slice() {
        sides @ [_, _, _, _] => goes_round(sides),
        [sides @ .., last] if sides.len() == 4 => goes_round(sides) && *last == first,
        triangles @ ([_, _, _, _, _, _] | [_, _, _, _, _, _, _, _]) => {
            [(left, low), (left, high), (right, low), (right, high)].iter().all(|corner| triangles.contains(corner))
        }
        _ => false,
    };
    (are_corners && is_rectangle).then_some([left, low, right - left, high - low])
}

/// The box that a rectangle `x y width height` fills on the page.
fn mapped(ctm: &Matrix, [x, y, width, height]: [f64; 4]) -> Rect {
    let corner = |x: f64, y: f64| (x * ctm.a + y * ctm.c + ctm.e, x * ctm.b + y * ctm.d + ctm.f);
    let corners = [corner(x, y), corner(x + width, y), corner(x, y + height), corner(x + width, y + height)];
    corners
        .into_iter()
        .map(|(x, y)| Rect { x0: x as f32, y0: y as f32, x1: x as f32, y1: y as f32 })
        .reduce(Rect::union)
        .unwrap_or(Rect { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 })
}
