//! The format of a sheet by the size of its page (ГОСТ 2.301).

use domain::Page;

/// Sides of A4 … A0 in millimetres, short and long.
const MAIN: [(&str, f32, f32); 5] =
    [("А4", 210.0, 297.0), ("А3", 297.0, 420.0), ("А2", 420.0, 594.0), ("А1", 594.0, 841.0), ("А0", 841.0, 1189.0)];

/// «А3», «А4×3»; `None` when the page is of no standard size within two hundredths.
pub(crate) fn of(page: &Page) -> Option<String> {
    let mm = |points: f32| points * 25.4 / 72.0;
    let (width, height) = (mm(page.width_pt), mm(page.height_pt));
    let (short, long) = (width.min(height), width.max(height));
    let near = |side: f32, expected: f32| (side - expected).abs() <= 0.02 * expected;
    if let Some((name, ..)) = MAIN.iter().find(|(_, a, b)| near(short, *a) && near(long, *b)) {
        return Some((*name).to_owned());
    }
    // A derived format repeats the short side of a main one: А3×3 is 420 by 3 · 297.
    MAIN.iter().find_map(|(name, a, b)| {
        (2_u8..=9)
            .find(|times| near(short, *b) && near(long, f32::from(*times) * a))
            .map(|times| format!("{name}×{times}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TextSource;

    #[test]
    fn formats_are_known_by_their_sides() {
        for (width_pt, height_pt, expected) in [
            (595.0, 842.0, Some("А4")),
            (1684.0, 1191.0, Some("А2")),
            (1191.0, 2526.0, Some("А3×3")),
            (700.0, 700.0, None),
        ] {
            let page = Page {
                page: 1,
                width_pt,
                height_pt,
                source: TextSource::None,
                text: String::new(),
                words: Vec::new(),
                faults: Vec::new(),
                title_block: None,
                tables: Vec::new(),
            };
            assert_eq!(of(&page).as_deref(), expected, "{width_pt} × {height_pt}");
        }
    }
}
