use super::sheet::{Align, Place, Sheet, Style, Zone, place};

/// A ruled table that grows downwards row by row.
pub(super) struct Table<'w> {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) widths: &'w [f32],
    pub(super) style: Style,
    /// Least height of a row.
    pub(super) row: f32,
}

impl Table<'_> {
    /// Height that a row with these texts will take.
    pub(super) fn row_height(&self, sheet: &mut Sheet<'_>, texts: &[&str]) -> f32 {
        let mut height = self.row;
        for (width, text) in self.widths.iter().zip(texts) {
            let lines = sheet.wrap(text, width - 1.6, self.style).len();
            height = height.max(lines as f32 * self.style.size * 1.18 + 2.0);
        }
        height
    }

    /// A heading row: thick rules, all texts centred.
    pub(super) fn heading(&mut self, sheet: &mut Sheet<'_>, texts: &[&str], height: f32) {
        sheet.pen(0.5);
        self.cells(sheet, texts, height, &[]);
    }

    /// A row; the columns named in `left` are set to the left, the others centred.
    pub(super) fn row(&mut self, sheet: &mut Sheet<'_>, texts: &[&str], left: &[usize]) {
        let height = self.row_height(sheet, texts);
        sheet.pen(0.25);
        self.cells(sheet, texts, height, left);
    }

    fn cells(&mut self, sheet: &mut Sheet<'_>, texts: &[&str], height: f32, left: &[usize]) {
        let outer = sheet.enter(Zone::Table);
        let mut x = self.x;
        for (index, (width, text)) in self.widths.iter().zip(texts).enumerate() {
            let align = if left.contains(&index) { Align::Left } else { Align::Centre };
            let at: Place = place(x, self.y, *width, height);
            sheet.rectangle(at);
            sheet.cell(at, self.style, align, text);
            x += width;
        }
        sheet.zone = outer;
        self.y += height;
    }
}
