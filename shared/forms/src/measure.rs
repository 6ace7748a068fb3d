use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::sync::LazyLock;

/// A face of the serif that forms are set in; its widths are those of Times New Roman.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Upright,
    Bold,
    Italic,
}

/// Width of a sign that the typeface lacks, in ems: that of a wide capital.
const UNKNOWN_EM: f64 = 0.75;

/// Width of a text on one line, in ems.
pub(crate) fn width_em(text: &str, face: Face) -> f64 {
    let font = match face {
        Face::Upright => &UPRIGHT,
        Face::Bold => &BOLD,
        Face::Italic => &ITALIC,
    };
    let Some(font) = font.as_ref() else { return text.chars().count() as f64 * UNKNOWN_EM };
    let (signs, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
    let width = |sign: char| metrics.advance_width(signs.map(sign)?).map(f64::from);
    text.chars().map(|sign| width(sign).unwrap_or(UNKNOWN_EM)).sum()
}

static UPRIGHT: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::new(fonts::SERIF).ok());
static BOLD: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::new(fonts::SERIF_BOLD).ok());
static ITALIC: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::new(fonts::SERIF_ITALIC).ok());

/// How many lines of `width_em` a text takes that is broken at spaces; a word wider than a line goes on in the next. At
/// least one.
pub(crate) fn line_count(text: &str, face: Face, line_em: f64) -> usize {
    let line_em = line_em.max(1.0);
    let space = width_em(" ", face);
    let (mut lines, mut filled) = (1_usize, 0.0_f64);
    for word in text.split(' ') {
        let width = width_em(word, face);
        if filled > 0.0 && filled + space + width <= line_em {
            filled += space + width;
            continue;
        }
        if filled > 0.0 {
            lines += 1;
        }
        // A word alone that is wider than the line.
        let more = (width / line_em).ceil().max(1.0) as usize - 1;
        lines += more;
        filled = width - more as f64 * line_em;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_typeface() {
        // Figures are half an em wide; «Щ» is wider than «г» in every face.
        for face in [Face::Upright, Face::Bold, Face::Italic] {
            assert!((width_em("0123456789", face) - 5.0).abs() < 0.01, "{face:?}");
            assert!(width_em("Щ", face) > 1.5 * width_em("г", face), "{face:?}");
        }
        assert!(width_em("строительства", Face::Bold) > width_em("строительства", Face::Upright));
    }

    #[test]
    fn text_is_broken_at_spaces() {
        let count = |text: &str, line_em: f64| line_count(text, Face::Upright, line_em);
        assert_eq!(count("", 10.0), 1);
        assert_eq!(count("00 00 00", 5.0), 1);
        assert_eq!(count("00 00 00", 2.0), 3);
        assert_eq!(count(&"0".repeat(100), 10.0), 5);
        assert_eq!(count(&format!("0 {}", "0".repeat(100)), 10.0), 6);
    }
}
