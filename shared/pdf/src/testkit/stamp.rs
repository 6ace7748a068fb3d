use super::Project;
use super::sheet::{Align, Sheet, Zone, place, sans};

/// What one title block (основная надпись) says.
pub(super) struct Stamp<'s> {
    pub(super) cipher: &'s str,
    pub(super) title: &'s str,
    pub(super) sheet: &'s str,
    /// Number of sheets; on the first sheet only.
    pub(super) sheets: Option<u32>,
    /// «Изм.» with its number, kind and the document of change.
    pub(super) revision: Option<u32>,
}

const COLUMNS: [(f32, &str); 6] =
    [(10.0, "Изм."), (10.0, "Кол.уч"), (10.0, "Лист"), (10.0, "№ док."), (15.0, "Подп."), (10.0, "Дата")];
const ROLES: [(&str, &str); 6] = [
    ("Разработал", "Иванов И.И."),
    ("Проверил", "Петров П.П."),
    ("", ""),
    ("", ""),
    ("Н.контр.", "Сидоров С.С."),
    ("ГИП", "Кузнецов К.К."),
];

/// The frame of a sheet, the boxes at its left margin and the format under it.
pub(super) fn frame(sheet: &mut Sheet<'_>, format: &str, archive: u32) {
    let (width, height) = (sheet.width, sheet.height);
    sheet.pen(0.13);
    sheet.rectangle(place(0.2, 0.2, width - 0.4, height - 0.4));
    sheet.pen(0.7);
    sheet.rectangle(place(20.0, 5.0, width - 25.0, height - 10.0));
    let bottom = height - 5.0;
    let mut y = bottom;
    let number = format!("{archive}");
    for (label, text, length) in
        [("Инв. № подл.", number.as_str(), 25.0), ("Подп. и дата", "", 35.0), ("Взам. инв. №", "", 25.0)]
    {
        y -= length;
        sheet.rectangle(place(8.0, y, 5.0, length));
        sheet.rectangle(place(13.0, y, 7.0, length));
        sheet.cell_upwards(place(8.0, y, 5.0, length), sans(2.8), label);
        if !text.is_empty() {
            sheet.cell_upwards(place(13.0, y, 7.0, length), sans(3.0), text);
        }
    }
    if height > 200.0 {
        sheet.rectangle(place(3.0, y - 60.0, 5.0, 60.0));
        sheet.cell_upwards(place(3.0, y - 60.0, 5.0, 60.0), sans(2.8), "Согласовано");
        for (left, length) in
            [(8.0, 10.0), (8.0, 15.0), (8.0, 20.0), (8.0, 15.0)].iter().scan(y, |top, (left, length)| {
                *top -= length;
                Some(((*left, *top), *length))
            })
        {
            sheet.rectangle(place(left.0, left.1, 12.0, length));
        }
    }
    let outer = sheet.enter(Zone::Stamp);
    sheet.text(width - 40.0, height - 1.4, sans(3.0), &format!("Формат {format}"));
    sheet.zone = outer;
}

/// Form 3 (185 × 55): the first and every further sheet of drawings.
pub(super) fn form3(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>) {
    let outer = sheet.enter(Zone::Stamp);
    let (x, y) = (sheet.width - 190.0, sheet.height - 60.0);
    sheet.pen(0.7);
    sheet.rectangle(place(x, y, 185.0, 55.0));
    changes(sheet, x, y, 4, 11, stamp.revision);
    for (index, (role, name)) in ROLES.iter().enumerate() {
        signature(sheet, x, y + 25.0 + index as f32 * 5.0, role, name);
    }
    let right = x + 65.0;
    box_text(sheet, (right, y, 120.0, 10.0), 5.0, stamp.cipher);
    box_text(sheet, (right, y + 10.0, 120.0, 15.0), 3.4, &project.object);
    box_text(sheet, (right, y + 25.0, 70.0, 15.0), 3.4, &project.building);
    box_text(sheet, (right, y + 40.0, 70.0, 15.0), 3.1, stamp.title);
    numbers(sheet, right + 70.0, y + 25.0, 10.0, project, stamp);
    box_text(sheet, (right + 70.0, y + 40.0, 50.0, 15.0), 4.0, &project.designer);
    sheet.zone = outer;
}

/// Form 5 (185 × 40): the first sheet of a text document.
pub(super) fn form5(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>) {
    let outer = sheet.enter(Zone::Stamp);
    let (x, y) = (sheet.width - 190.0, sheet.height - 45.0);
    sheet.pen(0.7);
    sheet.rectangle(place(x, y, 185.0, 40.0));
    changes(sheet, x, y, 2, 8, stamp.revision);
    let people = ROLES.iter().filter(|(role, _)| !role.is_empty()).chain(std::iter::once(&("", "")));
    for (index, (role, name)) in people.enumerate() {
        signature(sheet, x, y + 15.0 + index as f32 * 5.0, role, name);
    }
    let right = x + 65.0;
    box_text(sheet, (right, y, 120.0, 15.0), 5.0, stamp.cipher);
    box_text(sheet, (right, y + 15.0, 70.0, 25.0), 3.4, stamp.title);
    numbers(sheet, right + 70.0, y + 15.0, 5.0, project, stamp);
    box_text(sheet, (right + 70.0, y + 25.0, 50.0, 15.0), 4.0, &project.designer);
    sheet.zone = outer;
}

/// Form 6 (185 × 15): the following sheets of a text document.
pub(super) fn form6(sheet: &mut Sheet<'_>, stamp: &Stamp<'_>) {
    let outer = sheet.enter(Zone::Stamp);
    let (x, y) = (sheet.width - 190.0, sheet.height - 20.0);
    sheet.pen(0.7);
    sheet.rectangle(place(x, y, 185.0, 15.0));
    changes(sheet, x, y, 2, 3, stamp.revision);
    box_text(sheet, (x + 65.0, y, 110.0, 15.0), 5.0, stamp.cipher);
    box_text(sheet, (x + 175.0, y, 10.0, 7.0), 2.5, "Лист");
    box_text(sheet, (x + 175.0, y + 7.0, 10.0, 8.0), 3.5, stamp.sheet);
    sheet.zone = outer;
}

/// The table of changes: `heading` empty rows, the names of its columns, and columns `rows` rows deep.
fn changes(sheet: &mut Sheet<'_>, x: f32, y: f32, heading: u32, rows: u32, revision: Option<u32>) {
    let texts = revision.map(|number| {
        [number.to_string(), "-".into(), "Зам.".into(), format!("{number}4-26"), String::new(), "05.26".into()]
    });
    let mut left = x;
    for (index, (width, label)) in COLUMNS.iter().enumerate() {
        sheet.pen(0.5);
        // Under the heading the two first columns are one, for the role.
        let depth = if (index == 0 || index == 2) && rows > 3 { heading + 1 } else { rows };
        sheet.line(left + width, y, left + width, y + depth as f32 * 5.0);
        box_text(sheet, (left, y + heading as f32 * 5.0, *width, 5.0), 2.5, label);
        if let Some(text) = texts.as_ref().and_then(|texts| texts.get(index)) {
            let row = place(left, y + heading as f32 * 5.0 - 5.0, *width, 5.0);
            sheet.cell(row, sans(2.5), Align::Centre, text);
        }
        left += width;
    }
    for row in 1..=heading {
        sheet.pen(0.25);
        sheet.line(x, y + row as f32 * 5.0, x + 65.0, y + row as f32 * 5.0);
    }
}

fn signature(sheet: &mut Sheet<'_>, x: f32, y: f32, role: &str, name: &str) {
    sheet.pen(0.25);
    sheet.line(x, y, x + 65.0, y);
    sheet.cell(place(x, y, 20.0, 5.0), sans(2.7), Align::Left, role);
    sheet.cell(place(x + 20.0, y, 20.0, 5.0), sans(2.7), Align::Left, name);
    if name.is_empty() {
        return;
    }
    let seed = name.chars().map(|character| character as u32).sum::<u32>();
    let scrawl: Vec<(f32, f32)> = (0..9u32)
        .map(|step| {
            (
                x + 42.0 + step as f32 * 1.2,
                y + 2.5 + (((seed + 1) * (step * step * 5 + step * 3 + 1) / 4 % 7) as f32 - 3.0) * 0.55,
            )
        })
        .collect();
    sheet.pen(0.2);
    sheet.polyline(&scrawl);
    sheet.cell(place(x + 55.0, y, 10.0, 5.0), sans(2.5), Align::Centre, "04.26");
}

fn numbers(sheet: &mut Sheet<'_>, x: f32, y: f32, height: f32, project: &Project, stamp: &Stamp<'_>) {
    let sheets = stamp.sheets.map(|sheets| sheets.to_string()).unwrap_or_default();
    let mut left = x;
    for (width, label, value) in
        [(15.0, "Стадия", project.stage.as_str()), (15.0, "Лист", stamp.sheet), (20.0, "Листов", sheets.as_str())]
    {
        box_text(sheet, (left, y, width, 5.0), 2.8, label);
        box_text(sheet, (left, y + 5.0, width, height), 3.5, value);
        left += width;
    }
}

fn box_text(sheet: &mut Sheet<'_>, (x, y, width, height): (f32, f32, f32, f32), size: f32, text: &str) {
    sheet.pen(0.5);
    let at = place(x, y, width, height);
    sheet.rectangle(at);
    sheet.cell(at, sans(size), Align::Centre, text);
}
