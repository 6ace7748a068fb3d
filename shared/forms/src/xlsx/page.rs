use crate::FormsError;
use crate::measure::{Face, line_count, width_em};
use crate::plain::plain_text;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet};

/// Hundredths of the width of the page, in which cells are measured.
const WHOLE: u16 = 100;
/// Share of the mark that follows a ruled line.
pub(super) const AFTER: u16 = 2;
/// Columns of the grid. Narrower ones are shown wider by some programs than they are.
const GRID: u16 = 50;
/// Width of one of them.
const COLUMN_PIXELS: u32 = 14;
/// With it all of them are 170 mm wide, and 178 in programs that round widths up: within the page of 180 mm.
const SCALE_PERCENT: u16 = 92;
/// Height of a page in points at that scale.
const PAGE_HEIGHT: f64 = 830.0;
/// Width of a page in points at that scale.
const PAGE_POINTS: f64 = 525.0;
/// Left and right of the text in a cell, together, in points.
const CELL_PADDING: f64 = 5.0;
/// Programs round the widths of letters to pixels: so much of a line is reckoned with.
const LINE_USED: f64 = 0.96;
/// From line to line in sizes of the type, and what a row needs besides, in points.
const LINE_HEIGHT: f64 = 1.16;
const ROW_PADDING: f64 = 1.2;
/// A text that needs a higher row than this, in points, stands in several, each about so high: pages can be filled with them.
/// Excel shows no row higher than 409 points and divides none between pages.
const LONG_POINTS: f64 = 220.0;
const PART_POINTS: f64 = 75.0;
/// Excel's own limit.
const LONGEST_CELL_UNITS: usize = 32_767;

/// How a cell looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Title,
    Subtitle,
    Heading,
    Body,
    Value,
    Caption,
    Origin,
    TableHead,
    TableSection,
    TableCell,
    TableCentred,
}

impl Look {
    fn points(self) -> f64 {
        match self {
            Self::Title => 13.0,
            Self::Subtitle => 11.5,
            Self::Heading | Self::Body | Self::Value => 10.5,
            Self::Caption | Self::Origin => 6.5,
            Self::TableHead | Self::TableSection | Self::TableCell | Self::TableCentred => 9.0,
        }
    }

    fn format(self) -> Format {
        let format = Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(self.points())
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_underline(FormatUnderline::None);
        match self {
            Self::Title | Self::Subtitle => format.set_bold().set_align(FormatAlign::Center),
            Self::Heading => format.set_bold().set_align(FormatAlign::Left),
            Self::Body => format.set_align(FormatAlign::Left),
            Self::Value => format.set_italic().set_align(FormatAlign::Left).set_border_bottom(FormatBorder::Thin),
            Self::Caption => format.set_align(FormatAlign::Center).set_align(FormatAlign::Top),
            Self::Origin => format.set_align(FormatAlign::Right),
            Self::TableHead => format.set_bold().set_align(FormatAlign::Center).set_border(FormatBorder::Thin),
            Self::TableSection => format.set_bold().set_align(FormatAlign::Left).set_border(FormatBorder::Thin),
            Self::TableCell => format.set_align(FormatAlign::Left).set_border(FormatBorder::Thin),
            Self::TableCentred => format.set_align(FormatAlign::Center).set_border(FormatBorder::Thin),
        }
    }

    fn face(self) -> Face {
        match self {
            Self::Title | Self::Subtitle | Self::Heading | Self::TableHead | Self::TableSection => Face::Bold,
            Self::Value => Face::Italic,
            Self::Body | Self::Caption | Self::Origin | Self::TableCell | Self::TableCentred => Face::Upright,
        }
    }

    /// Height of a row in points that shows `text` in `share` hundredths of the page. Excel does not fit merged cells
    /// itself.
    fn height(self, text: &str, share: u16) -> f64 {
        let width = PAGE_POINTS * f64::from(share) / f64::from(WHOLE) - CELL_PADDING;
        let lines = line_count(text, self.face(), width * LINE_USED / self.points());
        lines as f64 * self.points() * LINE_HEIGHT + ROW_PADDING
    }

    /// The parts of a text in `share` hundredths of the page for a row each; one even of nothing.
    pub(super) fn parts(self, text: &str, share: u16) -> Vec<String> {
        let text = plain_text(text);
        let height = self.height(&text, share);
        if height <= LONG_POINTS {
            return vec![text];
        }
        divided(&text, (text.chars().count() as f64 * PART_POINTS / height) as usize)
    }
}

/// A sheet while it is filled from top to bottom.
pub(super) struct Page<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
    /// How much of the page is taken, in points, and how much of it by the block that is being written.
    taken: f64,
    taken_by_block: f64,
    block_row: u32,
    breaks: Vec<u32>,
    names: Vec<(String, String)>,
}

impl<'w> Page<'w> {
    pub(super) fn new(sheet: &'w mut Worksheet, name: &str) -> Result<Self, FormsError> {
        sheet.set_name(name)?;
        sheet.set_paper_size(9).set_portrait().set_margins(0.79, 0.39, 0.47, 0.47, 0.2, 0.2);
        // Not fitted to the page: Excel then ignores where pages are to be broken.
        sheet.set_print_scale(SCALE_PERCENT).set_screen_gridlines(false);
        sheet.set_column_range_width_pixels(0, GRID - 1, COLUMN_PIXELS)?;
        Ok(Self { sheet, row: 0, taken: 0.0, taken_by_block: 0.0, block_row: 0, breaks: Vec::new(), names: Vec::new() })
    }

    /// A cell over the whole width.
    pub(super) fn line(&mut self, look: Look, text: &str, name: Option<String>) -> Result<(), FormsError> {
        self.cells(&[WHOLE], &[(text.to_owned(), look, name)])
    }

    /// A cell over the right half.
    pub(super) fn right_half(&mut self, text: &str) -> Result<(), FormsError> {
        self.cells(&[45, 55], &[(String::new(), Look::Body, None), (text.to_owned(), Look::Origin, None)])
    }

    /// A row of cells with their widths in hundredths of the page.
    pub(super) fn cells(&mut self, shares: &[u16], cells: &[(String, Look, Option<String>)]) -> Result<(), FormsError> {
        let (mut column, mut end) = (0, 0);
        let mut height: f64 = 0.0;
        for (share, (text, look, name)) in shares.iter().zip(cells) {
            end += share;
            let last = (end * GRID / WHOLE).clamp(column + 1, GRID).saturating_sub(1);
            let text = cell_text(text);
            let format = look.format();
            // It is text already. This keeps it text when somebody opens the cell and closes it again.
            let format = if text.starts_with(['=', '+', '-', '@']) { format.set_quote_prefix() } else { format };
            let empty = text.is_empty() && *look == Look::Body;
            if !empty && last > column {
                self.sheet.merge_range(self.row, column, self.row, last, &text, &format)?;
            } else if !empty {
                self.sheet.write_string_with_format(self.row, column, &text, &format)?;
            }
            // The empty half of a row must not make it higher than its small print.
            if !text.is_empty() || *look == Look::Value {
                height = height.max(look.height(&text, *share));
            }
            if let Some(name) = name {
                let cell = format!("${}${}", column_letters(column), self.row + 1);
                self.names.push((name.clone(), cell));
            }
            column = last + 1;
        }
        let height = height.clamp(4.0, 409.0);
        self.sheet.set_row_height(self.row, height)?;
        self.taken += height;
        self.taken_by_block += height;
        self.row += 1;
        Ok(())
    }

    pub(super) fn page_break(&mut self) {
        self.breaks.push(self.row);
        self.taken = 0.0;
    }

    /// A value over the whole width, but for the mark that may follow it. A long one is divided into rows.
    pub(super) fn value(&mut self, text: &str, name: &str, after: &str) -> Result<(), FormsError> {
        let parts = Look::Value.parts(text, WHOLE);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                self.end_block();
                self.begin_block();
            }
            let name = if index == 0 { name.to_owned() } else { format!("{name}_more_{}", index + 1) };
            if index == last && !after.is_empty() {
                let cells = [(part, Look::Value, Some(name)), (after.to_owned(), Look::Body, None)];
                self.cells(&[WHOLE - AFTER, AFTER], &cells)?;
            } else {
                self.line(Look::Value, &part, Some(name))?;
            }
        }
        Ok(())
    }

    /// Begins a block that is not to be divided between pages.
    pub(super) fn begin_block(&mut self) {
        self.taken_by_block = 0.0;
        self.block_row = self.row;
    }

    /// Ends it: one that would be divided goes to the next page whole.
    pub(super) fn end_block(&mut self) {
        let first_row = self.block_row;
        if self.taken <= PAGE_HEIGHT {
            return;
        }
        if self.taken_by_block < PAGE_HEIGHT && first_row > 0 {
            self.breaks.push(first_row);
            self.taken = self.taken_by_block;
        } else {
            self.taken %= PAGE_HEIGHT; // longer than a page: it is broken where the page ends
        }
    }

    /// Ends the sheet; answers the names of its cells and the cells.
    pub(super) fn finish(self) -> Result<Vec<(String, String)>, FormsError> {
        if !self.breaks.is_empty() {
            self.sheet.set_page_breaks(&self.breaks)?;
        }
        Ok(self.names)
    }
}

/// A text in parts of about so many letters, divided at spaces; a word longer than that is divided, too.
fn divided(text: &str, chars: usize) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut own = 0;
    for word in text.split(' ') {
        let letters: Vec<char> = word.chars().collect();
        for (index, piece) in letters.chunks(chars.max(1)).enumerate() {
            let room = parts.last_mut().filter(|_| index == 0 && own + piece.len() < chars);
            match room {
                Some(part) => {
                    part.push(' ');
                    part.extend(piece);
                    own += piece.len() + 1;
                }
                None => {
                    parts.push(piece.iter().collect());
                    own = piece.len();
                }
            }
        }
    }
    parts
}

/// The share of a row that a label needs when its value has room beside it, in hundredths.
pub(super) fn beside(label: &str, value: &str) -> Option<u16> {
    let wide = |text: &str, look: Look| width_em(text, look.face()) * look.points() / LINE_USED + CELL_PADDING;
    let own = wide(label, Look::Body);
    // An empty one leaves a fifth of the line to write in by hand.
    let room = if value.trim().is_empty() { PAGE_POINTS / 5.0 } else { wide(value, Look::Value) };
    if label.is_empty() || own + room > PAGE_POINTS - f64::from(AFTER + 2) * PAGE_POINTS / f64::from(WHOLE) {
        return None;
    }
    Some(even_share(own))
}

/// The share of a row that a text of the form needs on one line, in hundredths.
pub(super) fn share_of(text: &str) -> u16 {
    even_share(width_em(text, Look::Body.face()) * Look::Body.points() / LINE_USED + CELL_PADDING)
}

/// Hundredths of the page that `points` take, in whole columns.
fn even_share(points: f64) -> u16 {
    let share = (points / PAGE_POINTS * f64::from(WHOLE)).ceil().min(f64::from(WHOLE)) as u16;
    (share + share % 2).min(WHOLE)
}

/// Text within Excel's limit, which counts UTF-16 units.
fn cell_text(text: &str) -> String {
    let mut units = 0;
    let fits = |sign: &char| {
        units += sign.len_utf16();
        units <= LONGEST_CELL_UNITS
    };
    plain_text(text).chars().take_while(fits).collect()
}

fn column_letters(column: u16) -> String {
    let letter = |index: u16| char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    if column < 26 { letter(column).to_string() } else { format!("{}{}", letter(column / 26 - 1), letter(column)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_excel_does() {
        let letters = [0, 25, 26, 51, 52, 99].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "CV"]);
    }

    #[test]
    fn a_long_text_is_divided_at_spaces_and_nothing_of_it_is_lost() {
        let text = "Труба стальная 57×3, сертификат № 1; ".repeat(100);
        for (look, share) in [(Look::Value, 100), (Look::TableCell, 15)] {
            let parts = look.parts(text.trim(), share);
            assert!(parts.len() > 3 && parts.iter().all(|part| look.height(part, share) < 150.0));
            assert_eq!(parts.join(" "), text.trim());
            assert_eq!(look.parts("", share), [""]);
        }
        let unbroken = "я".repeat(10_000);
        let parts = Look::TableCell.parts(&unbroken, 15);
        assert!(parts.iter().all(|part| Look::TableCell.height(part, 15) < 150.0));
        assert_eq!(parts.concat(), unbroken);
    }

    #[test]
    fn a_value_stands_beside_its_label_where_it_has_room() {
        assert!(beside("Приложения", "Схема").is_some_and(|share| (10..=14).contains(&share)));
        assert!(beside("7. Разрешается производство последующих работ", "").is_some());
        assert_eq!(beside("Приложения", &"я".repeat(110)), None);
        assert_eq!(beside(&"я".repeat(100), ""), None);
        assert_eq!(beside("", "Схема"), None);
    }

    #[test]
    fn long_text_makes_a_higher_row() {
        assert!(Look::Value.height(&"а".repeat(300), 100) > 2.0 * Look::Value.height("а", 100));
        assert_eq!(Look::Caption.height("", 100), Look::Caption.height("а", 100));
    }
}
