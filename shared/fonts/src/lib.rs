//! The typefaces that the program ships, unmodified: Liberation 2.1.5 (SIL OFL 1.1, metric twin of Times New Roman
//! and Arial) and DejaVu Sans 2.37 (Bitstream Vera licence) for signs that Liberation lacks. Their licences lie
//! beside them in `assets/`.

/// Liberation Serif, upright.
pub const SERIF: &[u8] = include_bytes!("../assets/LiberationSerif-Regular.ttf");
/// Liberation Serif, bold.
pub const SERIF_BOLD: &[u8] = include_bytes!("../assets/LiberationSerif-Bold.ttf");
/// Liberation Serif, italic.
pub const SERIF_ITALIC: &[u8] = include_bytes!("../assets/LiberationSerif-Italic.ttf");
/// Liberation Sans, upright: the lettering of the synthetic drawings.
pub const SANS: &[u8] = include_bytes!("../assets/LiberationSans-Regular.ttf");
/// DejaVu Sans: ⌀ ☐ ✓ and other signs.
pub const SYMBOLS: &[u8] = include_bytes!("../assets/DejaVuSans.ttf");
