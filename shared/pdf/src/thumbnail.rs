//! Pictures of pages.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_syntax::Pdf;
use image_webp::{ColorType, WebPEncoder};
use std::sync::Arc;

/// Draws a page (from 0). The file is opened anew, because the renderer keeps inflated streams as long as the file is
/// open.
pub(crate) fn draw(bytes: Arc<Vec<u8>>, page: usize, max_side_px: u32) -> Option<Vec<u8>> {
    let pdf = Pdf::new(bytes).ok()?;
    let page = pdf.pages().get(page)?;
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    if !(longest.is_finite() && longest > 0.0) {
        return None;
    }
    let scale = max_side_px.clamp(16, 4096) as f32 / longest;
    // A strip may be thousands of times longer than wide: it still needs one pixel across.
    if width * scale < 1.0 || height * scale < 1.0 {
        return None;
    }
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let (rgba, _) = pixmap.data_as_u8_slice().as_chunks::<4>();
    let mut pixels = Vec::with_capacity(rgba.len() * 3);
    for &[red, green, blue, _] in rgba {
        pixels.extend_from_slice(&[red, green, blue]);
    }
    let mut webp = Vec::new();
    WebPEncoder::new(&mut webp)
        .encode(&pixels, u32::from(pixmap.width()), u32::from(pixmap.height()), ColorType::Rgb8)
        .ok()?;
    Some(webp)
}
