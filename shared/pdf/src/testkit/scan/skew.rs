use domain::Rect;

/// A turn of the sheet about its middle on a page that is just large enough for it. In pixels, y downwards.
pub(super) struct Skew {
    sine: f32,
    cosine: f32,
    /// Size of the sheet.
    from: (f32, f32),
    /// Size of the page.
    to: (f32, f32),
}

impl Skew {
    /// Counter-clockwise as seen.
    pub(super) fn new(degrees: f32, width: usize, height: usize) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (width, height) = (width as f32, height as f32);
        let to =
            ((width * cosine.abs() + height * sine.abs()).ceil(), (width * sine.abs() + height * cosine.abs()).ceil());
        Self { sine, cosine, from: (width, height), to }
    }

    /// Width and height of the page.
    pub(super) fn page(&self) -> (usize, usize) {
        (self.to.0 as usize, self.to.1 as usize)
    }

    /// Where a point of the page lies on the sheet.
    pub(super) fn on_sheet(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.to.0 / 2.0, y - self.to.1 / 2.0);
        (x * self.cosine - y * self.sine + self.from.0 / 2.0, x * self.sine + y * self.cosine + self.from.1 / 2.0)
    }

    /// How far a point moves on the sheet when it moves by one pixel to the right on the page.
    pub(super) fn step(&self) -> (f32, f32) {
        (self.cosine, self.sine)
    }

    /// The upright rectangle about a turned one, both in points.
    pub(super) fn bounds(&self, sheet: Rect, pixels_per_point: f32) -> Rect {
        let mut turned: Option<Rect> = None;
        for (x, y) in [(sheet.x0, sheet.y0), (sheet.x1, sheet.y0), (sheet.x1, sheet.y1), (sheet.x0, sheet.y1)] {
            let (x, y) = (x * pixels_per_point - self.from.0 / 2.0, y * pixels_per_point - self.from.1 / 2.0);
            let x1 = (x * self.cosine + y * self.sine + self.to.0 / 2.0) / pixels_per_point;
            let y1 = (y * self.cosine - x * self.sine + self.to.1 / 2.0) / pixels_per_point;
            let corner = Rect { x0: x1, y0: y1, x1, y1 };
            turned = Some(turned.map_or(corner, |turned| turned.union(corner)));
        }
        turned.unwrap_or(sheet)
    }
}
