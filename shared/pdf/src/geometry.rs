//! The page as it is seen: what CropBox, Rotate and UserUnit make of its own coordinates.

use crate::content::Matrix;
use hayro_syntax::page::{Page, Rotation};

/// Size of a page as seen and the map from its own space to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    pub(crate) width_pt: f64,
    pub(crate) height_pt: f64,
    pub(crate) to_seen: Matrix,
}

/// A4, taken when a page gives no sensible box.
const USUAL_SIDES_PT: (f64, f64) = (595.276, 841.89);

impl Geometry {
    pub(crate) fn of(page: &Page<'_>) -> Self {
        let own = page.intersected_crop_box();
        let is_sensible = [own.x0, own.y0, own.x1, own.y1].iter().all(|edge| edge.is_finite())
            && own.x1 - own.x0 > 0.1
            && own.y1 - own.y0 > 0.1;
        let (x0, y0, width, height) = if is_sensible {
            (own.x0, own.y0, own.x1 - own.x0, own.y1 - own.y0)
        } else {
            (0.0, 0.0, USUAL_SIDES_PT.0, USUAL_SIDES_PT.1)
        };
        let unit = page.raw().get::<f32>("UserUnit").map_or(1.0, f64::from);
        let unit = if unit.is_finite() && unit > 0.0 { unit.clamp(1e-3, 1e4) } else { 1.0 };
        let own_to_seen = match page.rotation() {
            Rotation::None => [1.0, 0.0, 0.0, -1.0, -x0, y0 + height],
            Rotation::Horizontal => [0.0, 1.0, 1.0, 0.0, -y0, -x0],
            Rotation::Flipped => [-1.0, 0.0, 0.0, 1.0, x0 + width, -y0],
            Rotation::FlippedHorizontal => [0.0, -1.0, -1.0, 0.0, y0 + height, x0 + width],
        };
        let turned = matches!(page.rotation(), Rotation::Horizontal | Rotation::FlippedHorizontal);
        let (width, height) = if turned { (height, width) } else { (width, height) };
        Self {
            width_pt: width * unit,
            height_pt: height * unit,
            to_seen: Matrix::from_array(own_to_seen.map(|number| number * unit)),
        }
    }

    /// The longer side in points.
    pub(crate) fn longest_side_pt(&self) -> f64 {
        self.width_pt.max(self.height_pt)
    }
}
