//! What a content stream sets before it writes: matrices, fonts, colours.

use super::matrix::Matrix;
use super::operands::{Operand, Operands};
use crate::font::Font;
use hayro_syntax::object::Array;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(super) struct TextState {
    pub(super) font: Option<Arc<Font>>,
    pub(super) size: f64,
    pub(super) char_spacing: f64,
    pub(super) word_spacing: f64,
    pub(super) horizontal_scale: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) is_invisible: bool,
}

/// What areas and letters are painted with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Colour {
    pub(super) is_white: bool,
    /// Whether it is hatching or the like.
    pub(super) is_pattern: bool,
    /// Whether what lies under an area shows through.
    pub(super) is_transparent: bool,
    /// Whether nothing of it is seen at all.
    pub(super) is_nothing: bool,
    /// Number of the clip in the scenery.
    pub(super) clip: u16,
    /// Whether a clip of another shape holds too, so that nobody knows how much of an area is painted.
    pub(super) is_cut: bool,
}

impl Colour {
    /// Whether it is not sure to hide all that lies under an area.
    pub(super) fn is_see_through(&self) -> bool {
        self.is_transparent || self.is_pattern || self.is_cut
    }
}

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) ctm: Matrix,
    pub(super) text: TextState,
    pub(super) colour: Colour,
}

impl State {
    pub(super) fn new(ctm: Matrix) -> Self {
        let text = TextState {
            font: None,
            size: 0.0,
            char_spacing: 0.0,
            word_spacing: 0.0,
            horizontal_scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            is_invisible: false,
        };
        Self { ctm, text, colour: Colour::default() }
    }
}

/// Whether a `TJ` array takes letter spacing back between its letters: spaces between words are written so.
pub(super) fn is_taken_back(operands: &[u8], char_spacing: f64) -> bool {
    char_spacing > 0.1
        && Operands::new(operands)
            .any(|operand| matches!(operand, Operand::Number(shift) if shift > char_spacing * 700.0))
}

pub(super) fn set(value: &mut f64, operands: &[u8], factor: f64) {
    if let Some([number]) = Operands::last_numbers(operands) {
        *value = number * factor;
    }
}

/// The first `N` numbers of an array; none if there are fewer.
pub(crate) fn numbers_of<const N: usize>(array: &Array<'_>) -> Option<[f64; N]> {
    let mut numbers = [0.0; N];
    let mut items = array.iter::<f32>();
    for number in &mut numbers {
        *number = f64::from(items.next()?);
    }
    Some(numbers)
}
