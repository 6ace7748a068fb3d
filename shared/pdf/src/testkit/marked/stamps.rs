//! Title blocks as designers really draw them: forms 3, 5 and 6, smaller, without the table of changes, or on their side.

use super::super::Project;
use super::super::sheet::{Align, MM, Sheet, Zone, place, sans};
use super::super::stamp::{Stamp, form3, form5, form6};

/// Which title block the sheets of a set have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// Form 3 as it stands in the standard.
    Form3,
    /// A firm's own: smaller, with other labels and no row of changes.
    Own,
    /// Form 3 on its side, as on drawings that are bound upright.
    OnItsSide,
    /// Form 5, though the sheet is a drawing.
    Form5,
}

/// Draws the title block of a drawing or of general data.
pub(super) fn draw(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>, block: Block) {
    match block {
        Block::Form3 => form3(sheet, project, stamp),
        Block::Form5 => form5(sheet, project, stamp),
        Block::Own => own(sheet, project, stamp),
        Block::OnItsSide => {
            // A quarter turn counter-clockwise about the lower right corner of the frame: what was written to the right
            // reads upwards along the right edge.
            let (right, bottom) = ((sheet.width - 5.0) * MM, 5.0 * MM);
            sheet.raw(&format!("q 0 1 -1 0 {:.2} {:.2} cm\n", right + bottom, bottom - right + 185.0 * MM));
            form3(sheet, project, stamp);
            sheet.raw("Q\n");
            // The pen of outside is known no more.
            sheet.pen(0.33);
        }
    }
}

/// The title block of a sheet of a specification: form 5 on the first, form 6 on those that follow.
pub(super) fn of_specification(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>) -> f32 {
    if stamp.sheets.is_some() {
        form5(sheet, project, stamp);
        sheet.height - 48.0
    } else {
        form6(sheet, stamp);
        sheet.height - 23.0
    }
}

/// 150 by 45 mm: cipher over object over title, «Стадия», «Лист», «Листов» at the right, names at the left.
fn own(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>) {
    let outer = sheet.enter(Zone::Stamp);
    let (x, y) = (sheet.width - 155.0, sheet.height - 50.0);
    sheet.pen(0.6);
    sheet.rectangle(place(x, y, 150.0, 45.0));
    let mut cell = |at: (f32, f32, f32, f32), size: f32, text: &str| {
        sheet.pen(0.4);
        let at = place(x + at.0, y + at.1, at.2, at.3);
        sheet.rectangle(at);
        sheet.cell(at, sans(size), Align::Centre, text);
    };
    for (row, (role, name)) in [
        ("Разраб.", "Иванов И.И."),
        ("Провер.", "Петров П.П."),
        ("Н. контр.", "Сидоров С.С."),
        ("ГИП", "Кузнецов К.К."),
    ]
    .iter()
    .enumerate()
    {
        let top = 17.0 + row as f32 * 7.0;
        cell((0.0, top, 20.0, 7.0), 2.6, role);
        cell((20.0, top, 30.0, 7.0), 2.6, name);
    }
    cell((50.0, 0.0, 100.0, 9.0), 4.4, stamp.cipher);
    let object = if project.building.is_empty() {
        project.object.clone()
    } else {
        format!("{}. {}", project.object, project.building)
    };
    cell((50.0, 9.0, 100.0, 12.0), 3.0, &object);
    cell((50.0, 21.0, 60.0, 24.0), 3.0, stamp.title);
    let sheets = stamp.sheets.map(|sheets| sheets.to_string()).unwrap_or_default();
    for (left, width, label, value) in [
        (110.0, 12.0, "Стадия", project.stage.as_str()),
        (122.0, 13.0, "Лист", stamp.sheet),
        (135.0, 15.0, "Листов", sheets.as_str()),
    ] {
        cell((left, 21.0, width, 5.0), 2.5, label);
        cell((left, 26.0, width, 7.0), 3.2, value);
    }
    cell((110.0, 33.0, 40.0, 12.0), 3.2, &project.designer);
    sheet.zone = outer;
}
