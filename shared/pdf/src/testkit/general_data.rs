use super::random::Random;
use super::sheet::{Sheet, place, sans};
use super::stamp::{Stamp, form3, frame};
use super::table::Table;
use super::wording::{HEADING, INSTRUCTIONS, NOTES, REFERENCES};
use super::{Project, Truth};

/// Rows of the drawing list that the first sheet holds, on A2 and on A3.
pub(super) const ROWS_FIRST: [usize; 2] = [25, 13];
/// Rows that a following sheet (A2) holds, in three columns.
pub(super) const ROWS_FOLLOWING: usize = 117;

/// Documents by designation and name.
type Documents = Vec<(String, String)>;

/// The columns of the sheet: left edges and width.
struct Columns {
    left: [f32; 3],
    width: f32,
    wide: bool,
}

impl Columns {
    fn of(sheet: &Sheet<'_>) -> Self {
        let wide = sheet.width > 500.0;
        let (width, gap) = if wide { (180.0, 8.0) } else { (125.0, 7.0) };
        let left = [25.0, 25.0 + width + gap, 25.0 + 2.0 * (width + gap)];
        Self { left, width, wide }
    }

    /// Height of the running text.
    fn text(&self) -> f32 {
        if self.wide { 3.3 } else { 2.9 }
    }

    fn drawing_list(&self) -> [f32; 3] {
        if self.wide { [15.0, 135.0, 30.0] } else { [12.0, 90.0, 23.0] }
    }

    fn references(&self) -> [f32; 3] {
        if self.wide { [55.0, 95.0, 30.0] } else { [40.0, 65.0, 20.0] }
    }
}

/// What the list of hidden works of this set looks like.
pub(super) struct HiddenWorksList {
    pub(super) numbered: bool,
    pub(super) items: Vec<String>,
}

/// The first sheet of «Общие данные».
pub(super) fn first(
    sheet: &mut Sheet<'_>,
    project: &Project,
    stamp: &Stamp<'_>,
    truth: &mut Truth,
    works: &HiddenWorksList,
) {
    let columns = Columns::of(sheet);
    frame(sheet, if columns.wide { "А2" } else { "А3" }, project.archive);
    form3(sheet, project, stamp);
    let mut random = Random::for_sheet(project.seed, 3);
    let cap = if columns.wide { ROWS_FIRST[0] } else { ROWS_FIRST[1] };
    let [first, second, third] = columns.left;

    let rows: Vec<_> = truth.sheets.iter().take(cap).cloned().collect();
    let y = drawing_list(sheet, &columns, first, 14.0, "Ведомость рабочих чертежей основного комплекта", &rows);
    let (referenced, attached) = references(project, &columns, &mut random);
    reference_list(sheet, &columns, first, y + 12.0, &referenced, &attached);
    truth.attached = u32::try_from(attached.len()).unwrap_or(0);
    truth.references = referenced.into_iter().chain(attached).collect();

    let specifications: Vec<_> = truth
        .sheets
        .iter()
        .filter(|(_, name, _)| name.starts_with("Спецификация"))
        .take(4)
        .map(|(number, name, _)| (number.clone(), name.clone(), String::new()))
        .collect();
    let mut y = drawing_list(sheet, &columns, second, 14.0, "Ведомость спецификаций", &specifications) + 12.0;

    let floor = sheet.height - if columns.wide { 15.0 } else { 75.0 };
    let notes: Vec<String> = NOTES.iter().enumerate().map(|(index, note)| format!("{}. {note}", index + 1)).collect();
    sheet.heading(second + columns.width / 2.0, y, sans(columns.text() * 1.35), "Общие указания");
    y += 7.0;
    let (mut x, mut column_floor) = (second, floor);
    for note in &notes {
        let height = sheet.wrap(note, columns.width, sans(columns.text())).len() as f32 * columns.text() * 1.45;
        if y + height > column_floor {
            (x, y, column_floor) = (third, 16.0, sheet.height - 75.0);
        }
        y = paragraph(sheet, x, y, columns.width, columns.text(), note);
    }
    let y = if x < third { 16.0 } else { y + 8.0 };
    hidden_works(sheet, &columns, third, y, truth, works);
}

/// A following sheet of «Общие данные»: the rest of the drawing list.
pub(super) fn following(
    sheet: &mut Sheet<'_>,
    project: &Project,
    stamp: &Stamp<'_>,
    rows: &[(String, String, String)],
) {
    let columns = Columns::of(sheet);
    frame(sheet, "А2", project.archive);
    form3(sheet, project, stamp);
    for (left, rows) in columns.left.into_iter().zip(rows.chunks(ROWS_FOLLOWING.div_ceil(3))) {
        drawing_list(sheet, &columns, left, 14.0, "Ведомость рабочих чертежей основного комплекта (продолжение)", rows);
    }
}

/// A sheet of running text with a form 3 stamp: numbered instructions. A3 on its side.
pub(super) fn instructions(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>, random: &mut Random) {
    frame(sheet, "А3", project.archive);
    form3(sheet, project, stamp);
    sheet.heading(sheet.width / 2.0, 18.0, sans(4.6), stamp.title);
    let mut y = 32.0;
    let start = random.between(0, 9) as usize;
    for (index, text) in INSTRUCTIONS.iter().cycle().skip(start).take(INSTRUCTIONS.len()).enumerate() {
        let level = random.between(0, 40);
        let text =
            format!("{}. {text} Отм. {level}.{:03}, оси {}-{}.", index + 1, level * 10, level % 9 + 1, level % 9 + 4);
        y = paragraph(sheet, 35.0, y, 330.0, 3.6, &text) + 3.0;
    }
}

fn drawing_list(
    sheet: &mut Sheet<'_>,
    columns: &Columns,
    x: f32,
    y: f32,
    title: &str,
    rows: &[(String, String, String)],
) -> f32 {
    sheet.heading(x + columns.width / 2.0, y, sans(columns.text() * 1.35), title);
    let widths = columns.drawing_list();
    let row = if columns.wide { 8.0 } else { 6.5 };
    let mut table = Table { x, y: y + 3.0, widths: &widths, style: sans(columns.text()), row };
    table.heading(sheet, &["Лист", "Наименование", "Примечание"], if columns.wide { 12.0 } else { 9.0 });
    for (number, name, note) in rows {
        table.row(sheet, &[number, name, note], &[1]);
    }
    table.y
}

fn references(project: &Project, columns: &Columns, random: &mut Random) -> (Documents, Documents) {
    let count = if columns.wide { random.between(8, 11) } else { random.between(5, 6) } as usize;
    let start = random.between(0, 11) as usize;
    let mut referenced: Vec<(String, String)> = REFERENCES
        .iter()
        .cycle()
        .skip(start)
        .take(count)
        .map(|(designation, name)| ((*designation).to_owned(), (*name).to_owned()))
        .collect();
    referenced.sort();
    let attached = vec![
        (format!("{}.СО", project.cipher), "Спецификация оборудования, изделий и материалов".to_owned()),
        (format!("{}.ВР", project.cipher), "Ведомость объемов работ".to_owned()),
    ];
    (referenced, attached)
}

fn reference_list(
    sheet: &mut Sheet<'_>,
    columns: &Columns,
    x: f32,
    y: f32,
    referenced: &[(String, String)],
    attached: &[(String, String)],
) {
    let centre = x + columns.width / 2.0;
    sheet.heading(centre, y, sans(columns.text() * 1.35), "Ведомость ссылочных и прилагаемых документов");
    let widths = columns.references();
    let row = if columns.wide { 8.0 } else { 6.5 };
    let mut table = Table { x, y: y + 3.0, widths: &widths, style: sans(columns.text()), row };
    table.heading(sheet, &["Обозначение", "Наименование", "Примечание"], if columns.wide { 12.0 } else { 9.0 });
    for (subhead, documents) in [("Ссылочные документы", referenced), ("Прилагаемые документы", attached)]
    {
        table.row(sheet, &["", subhead, ""], &[]);
        for (designation, name) in documents {
            table.row(sheet, &[designation, name, ""], &[1]);
        }
    }
}

/// The list of hidden works under its heading of two lines. The third item ends in a full stop, though more follow.
fn hidden_works(sheet: &mut Sheet<'_>, columns: &Columns, x: f32, y: f32, truth: &mut Truth, works: &HiddenWorksList) {
    let heading = sans(columns.text() * 1.3);
    let mut y = y;
    for line in sheet.wrap(HEADING, columns.width * 0.93, heading) {
        sheet.heading(x + columns.width / 2.0, y, heading, &line);
        y += heading.size * 1.4;
    }
    y += 2.0;
    truth.hidden_works_heading = HEADING.to_owned();
    truth.hidden_works.clone_from(&works.items);
    let last = works.items.len().saturating_sub(1);
    for (index, item) in works.items.iter().enumerate() {
        let mark = if works.numbered { format!("{}.", index + 1) } else { "–".to_owned() };
        let end = if index == 2 || index == last { "." } else { ";" };
        y = paragraph(sheet, x, y, columns.width, columns.text(), &format!("{mark} {item}{end}"));
    }
}

/// Writes a paragraph and gives the baseline of what follows.
fn paragraph(sheet: &mut Sheet<'_>, x: f32, y: f32, width: f32, size: f32, text: &str) -> f32 {
    let mut y = y;
    for line in sheet.wrap(text, width, sans(size)) {
        let at = place(x, y, width, size);
        sheet.text(at.x, at.y, sans(size), &line);
        y += size * 1.45;
    }
    y
}
