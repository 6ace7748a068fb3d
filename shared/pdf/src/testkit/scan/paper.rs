use super::super::random::Random;
use super::ScanPage;
use super::skew::Skew;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_syntax::Pdf;
use std::sync::Arc;

/// Height of a strip of a folded drawing (ГОСТ 2.501: down to A4), in inches.
const FOLD_INCHES: (f32, f32) = (185.0 / 25.4, 297.0 / 25.4);

/// A grey picture, row by row, 255 is white.
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Grey {
    fn blank(width: usize, height: usize, shade: u8) -> Self {
        Self { width, height, pixels: vec![shade; width * height] }
    }

    /// One bit a pixel, rows padded to whole bytes, 1 is white.
    pub(super) fn black_and_white(&self) -> Vec<u8> {
        const THRESHOLD: u8 = 190;
        let mut bits = Vec::with_capacity(self.height * self.width.div_ceil(8));
        for row in self.pixels.chunks(self.width.max(1)) {
            bits.extend(row.chunks(8).map(|eight| {
                let byte = eight.iter().fold(0, |byte, pixel| byte << 1 | u8::from(*pixel >= THRESHOLD));
                byte << (8 - eight.len())
            }));
        }
        bits
    }

    /// Darkens the pixel by a share of what light it has; a negative share lightens it.
    fn shade(&mut self, x: f32, y: f32, share: f32) {
        if x < 0.0 || y < 0.0 || x >= self.width as f32 {
            return;
        }
        if let Some(pixel) = self.pixels.get_mut(y as usize * self.width + x as usize) {
            let own = f32::from(*pixel);
            *pixel = if share < 0.0 { own - (255.0 - own) * share } else { own * (1.0 - share) } as u8;
        }
    }
}

/// Draws the only page of a file; one white pixel where that fails.
pub(super) fn drawn(pdf: Vec<u8>, pixels_per_point: f32) -> Grey {
    let Ok(pdf) = Pdf::new(Arc::new(pdf)) else { return Grey::blank(1, 1, 255) };
    let Some(page) = pdf.pages().first() else { return Grey::blank(1, 1, 255) };
    let scale = PixmapSettings { x_scale: pixels_per_point, y_scale: pixels_per_point, bg_color: WHITE };
    let pixmap =
        hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &RenderSettings::default(), &scale);
    let (rgba, _) = pixmap.data_as_u8_slice().as_chunks::<4>();
    Grey {
        width: usize::from(pixmap.width()),
        height: usize::from(pixmap.height()),
        pixels: rgba.iter().map(|[red, ..]| *red).collect(),
    }
}

/// What the scanner makes of a sheet: turned, softened, unevenly lit, with grain, specks, folds and streaks.
pub(super) fn worn(mut sheet: Grey, skew: &Skew, page: &ScanPage, random: &mut Random) -> Grey {
    let wear = page.wear.clamp(0.0, 3.0);
    if wear > 0.0 {
        fold(&mut sheet, page.dpi as f32, wear, random);
    }
    let mut image = turned(&sheet, skew, if wear > 0.0 { 236 } else { 255 });
    drop(sheet);
    if wear > 0.0 {
        soften(&mut image, 0.06 + 0.10 * wear);
        specks(&mut image, page.dpi as f32, wear, random);
        light(&mut image, wear, random);
    }
    image
}

/// Faint creases where a sheet larger than A4 was folded, worn through the ink.
fn fold(sheet: &mut Grey, dpi: f32, wear: f32, random: &mut Random) {
    if random.chance(0.4) {
        return;
    }
    let (across, along) = (FOLD_INCHES.0 * dpi, FOLD_INCHES.1 * dpi);
    let share = 0.05 + 0.05 * wear;
    let mut x = sheet.width as f32 - across;
    while x > across * 0.5 {
        for y in 0..sheet.height {
            let shift = (y as f32 / dpi * 1.7).sin() * 0.6;
            sheet.shade(x + shift, y as f32, share * random.fraction());
            sheet.shade(x + 1.0 + shift, y as f32, -share * 2.0 * random.fraction());
        }
        x -= across;
    }
    let mut y = sheet.height as f32 - along;
    while y > along * 0.5 {
        for x in 0..sheet.width {
            sheet.shade(x as f32, y, share * random.fraction());
            sheet.shade(x as f32, y + 1.0, -share * 2.0 * random.fraction());
        }
        y -= along;
    }
}

/// The sheet on the lid of the scanner, with a thin shadow along its edge, by bilinear interpolation.
fn turned(sheet: &Grey, skew: &Skew, lid: u8) -> Grey {
    let (width, height) = skew.page();
    let mut image = Grey::blank(width, height, lid);
    let (step_x, step_y) = skew.step();
    let pixel = |x: i32, y: i32| -> f32 {
        let inside = x >= 0 && y >= 0 && (x as usize) < sheet.width && (y as usize) < sheet.height;
        let at = if inside { sheet.pixels.get(y as usize * sheet.width + x as usize) } else { None };
        f32::from(at.copied().unwrap_or(lid.saturating_sub(24)))
    };
    for (row, line) in image.pixels.chunks_exact_mut(width.max(1)).enumerate() {
        let (mut x, mut y) = skew.on_sheet(0.5, row as f32 + 0.5);
        (x, y) = (x - 0.5, y - 0.5);
        for own in line {
            if x > -1.0 && y > -1.0 && x < sheet.width as f32 && y < sheet.height as f32 {
                let (left, top) = (x.floor(), y.floor());
                let (right_share, low_share) = (x - left, y - top);
                let (left, top) = (left as i32, top as i32);
                let upper = pixel(left, top) * (1.0 - right_share) + pixel(left + 1, top) * right_share;
                let lower = pixel(left, top + 1) * (1.0 - right_share) + pixel(left + 1, top + 1) * right_share;
                *own = (upper * (1.0 - low_share) + lower * low_share + 0.5) as u8;
            }
            (x, y) = (x + step_x, y + step_y);
        }
    }
    image
}

/// The lens: every pixel takes `share` from either neighbour, along and across.
fn soften(image: &mut Grey, share: f32) {
    let (side, middle) = ((share * 256.0) as u32, 256 - 2 * (share * 256.0) as u32);
    let mix = |before: u8, own: u8, after: u8| {
        ((u32::from(before) * side + u32::from(own) * middle + u32::from(after) * side + 128) / 256) as u8
    };
    let width = image.width.max(1);
    for row in image.pixels.chunks_exact_mut(width) {
        let mut before = row.first().copied().unwrap_or(255);
        for x in 0..row.len() {
            let after = row.get(x + 1).or(row.last()).copied().unwrap_or(255);
            if let Some(own) = row.get_mut(x) {
                let was = *own;
                *own = mix(before, was, after);
                before = was;
            }
        }
    }
    let mut above = image.pixels.get(..width).unwrap_or_default().to_vec();
    for y in 0..image.height {
        let (upper, lower) = image.pixels.split_at_mut((y + 1) * width);
        let own = upper.get_mut(y * width..).unwrap_or_default();
        let below = lower.get(..width);
        for (x, (own, above)) in own.iter_mut().zip(&mut above).enumerate() {
            let was = *own;
            *own = mix(*above, was, below.and_then(|row| row.get(x)).copied().unwrap_or(was));
            *above = was;
        }
    }
}

/// Dirt on the glass and holes in the toner; sometimes a streak along the way of the paper.
fn specks(image: &mut Grey, dpi: f32, wear: f32, random: &mut Random) {
    let square_inches = image.width as f32 * image.height as f32 / (dpi * dpi);
    for _ in 0..(square_inches * 3.0 * wear) as u32 {
        let (x, y) = (random.fraction() * image.width as f32, random.fraction() * image.height as f32);
        let radius = (0.001 + 0.004 * random.fraction().powi(4)) * dpi;
        blot(image, (x, y), radius, 0.3 + 0.6 * random.fraction());
    }
    // Holes are seen in the ink only.
    for _ in 0..(square_inches * 60.0 * wear) as u32 {
        let (x, y) = (random.fraction() * image.width as f32, random.fraction() * image.height as f32);
        blot(image, (x, y), (0.001 + 0.002 * random.fraction()) * dpi, -0.4 - 0.4 * random.fraction());
    }
    if random.chance(0.25 * wear) {
        let x = (0.1 + 0.8 * random.fraction()) * image.width as f32;
        let share = 0.06 + 0.12 * random.fraction();
        for y in 0..image.height {
            image.shade(x, y as f32, share * (0.6 + 0.4 * random.fraction()));
        }
    }
}

fn blot(image: &mut Grey, (x, y): (f32, f32), radius: f32, share: f32) {
    let reach = radius.ceil() as i32;
    for down in -reach..=reach {
        for right in -reach..=reach {
            let distance = ((down * down + right * right) as f32).sqrt();
            let cover = (radius + 0.5 - distance).clamp(0.0, 1.0);
            if cover > 0.0 {
                image.shade(x + right as f32, y + down as f32, share * cover);
            }
        }
    }
}

/// Paper, ink and lamp: both are lit unevenly, both have grain, and the scanner clips what is nearly white.
fn light(image: &mut Grey, wear: f32, random: &mut Random) {
    let (width, height) = (image.width as f32, image.height as f32);
    let paper = 226.0 + 18.0 * random.fraction();
    // What becomes white: most scanners lift the paper, some leave it grey.
    let white = if random.chance(0.6) { paper - 10.0 } else { paper + 8.0 };
    let black = 12.0 * random.fraction();
    let ink = 0.70 + 0.22 * random.fraction();
    let (slope_x, slope_y) = (random.fraction() - 0.5, random.fraction() - 0.5);
    let phase = random.fraction() * 6.3;
    let grain = grain(3.0 + 4.0 * wear, random);
    let mut bits = 0;
    for (row, line) in image.pixels.chunks_exact_mut(image.width.max(1)).enumerate() {
        let down = row as f32 / height;
        let toner = ink + 0.07 * wear.min(1.5) * (down * 9.0 + phase).sin();
        for (column, pixel) in line.iter_mut().enumerate() {
            let right = column as f32 / width;
            let lamp = 1.0 + 0.07 * wear * (slope_x * (right - 0.5) + slope_y * (down - 0.5) - (right - 0.5).powi(2));
            if column % 5 == 0 {
                bits = random.next();
            }
            let noise = grain.get((bits & 0xFFF) as usize).copied().unwrap_or_default();
            bits >>= 12;
            let cover = 1.0 - f32::from(*pixel) / 255.0;
            let seen = paper * lamp * (1.0 - toner * cover) + noise;
            *pixel = ((seen - black) * 255.0 / (white - black)).clamp(0.0, 255.0) as u8;
        }
    }
}

/// 4,096 draws from a bell curve of the given spread.
fn grain(spread: f32, random: &mut Random) -> Vec<f32> {
    (0..4096)
        .map(|_| {
            let sum: f32 = (0..6).map(|_| random.fraction()).sum();
            (sum - 3.0) * spread * 1.414
        })
        .collect()
}
