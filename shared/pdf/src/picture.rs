//! A page as a grey picture, for those who read it as people do.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings};
use hayro_syntax::page::Page;

/// Pixels drawn at a time: the renderer needs four bytes for each, the picture itself one.
const STRIP_PIXELS: usize = 16 << 20;

/// A grey picture, rows from the top, 0 black to 255 white.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `width × height` values.
    pub grey: Vec<u8>,
    /// Pixels in a point of the page, the same in both directions.
    pub px_per_pt: f32,
}

/// Draws a page at `px_per_pt`, or smaller where it would have more than `max_pixels`. None when it has no sensible size.
pub(crate) fn draw(page: &Page<'_>, width_pt: f32, px_per_pt: f32, max_pixels: usize) -> Option<Picture> {
    let (own_width, own_height) = page.render_dimensions();
    if !(own_width.is_finite() && own_height.is_finite() && own_width > 0.0 && own_height > 0.0 && width_pt > 0.0) {
        return None;
    }
    // What the renderer calls a unit may be several points (UserUnit).
    let unit = width_pt / own_width;
    let most = (max_pixels as f32 / (own_width * own_height)).sqrt().min(65_000.0 / own_width.max(own_height));
    let scale = (px_per_pt * unit).min(most);
    let (width, height) = ((own_width * scale) as usize, (own_height * scale) as usize);
    if width == 0 || height == 0 {
        return None;
    }
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    // Scans have fewer pixels than the picture more often than not: the nearest ones alone would tear their letters.
    let render = RenderSettings { force_image_interpolation: true, ..RenderSettings::default() };
    let whole = Affine::scale(f64::from(scale)) * page.initial_transform(true).to_kurbo();
    let strip_height = (STRIP_PIXELS / width).clamp(1, height);
    let mut grey = Vec::with_capacity(width * height);
    for top in (0..height).step_by(strip_height) {
        let rows = strip_height.min(height - top);
        let mut context = RenderContext::new(u16::try_from(width).ok()?, u16::try_from(rows).ok()?);
        let transform = Affine::translate((0.0, -(top as f64))) * whole;
        hayro::render_into(page, &cache, &settings, &render, &mut context, transform);
        context.flush();
        let mut pixmap = Pixmap::new(context.width(), context.height());
        let raster = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
        context.render_with(&mut pixmap, &mut Resources::default(), raster);
        let (rgba, _) = pixmap.data_as_u8_slice().as_chunks::<4>();
        // Rec. 601 luma in whole numbers.
        grey.extend(rgba.iter().map(|&[red, green, blue, _]| {
            ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
        }));
    }
    Some(Picture { width, height, grey, px_per_pt: scale / unit })
}
