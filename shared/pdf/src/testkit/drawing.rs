use super::Project;
use super::random::Random;
use super::sheet::{Place, Sheet, Zone, place, sans};
use super::stamp::{Stamp, form3, frame};
use super::wording::INSTRUCTIONS;

const LETTERS: [&str; 6] = ["А", "Б", "В", "Г", "Д", "Е"];

/// Where the parts of a drawing sheet lie.
struct Layout {
    plan: Place,
    details: Place,
    notes: Option<Place>,
}

impl Layout {
    fn of(format: &str, width: f32, height: f32) -> Self {
        match format {
            "А4" => {
                Self { plan: place(45.0, 38.0, 145.0, 100.0), details: place(34.0, 172.0, 165.0, 45.0), notes: None }
            }
            "А3" => Self {
                plan: place(52.0, 38.0, 345.0, 110.0),
                details: place(34.0, 195.0, 180.0, 75.0),
                notes: Some(place(232.0, 188.0, 180.0, 40.0)),
            },
            _ => Self {
                plan: place(55.0, 42.0, width - 270.0, height * 0.55),
                details: place(34.0, height * 0.55 + 100.0, width - 250.0, height * 0.45 - 120.0),
                notes: Some(place(width - 188.0, 50.0, 176.0, height - 130.0)),
            },
        }
    }
}

/// A drawing sheet: a plan on its axes with dimensions, walls, meshes and callouts, details and notes.
pub(super) fn page(sheet: &mut Sheet<'_>, project: &Project, format: &str, stamp: &Stamp<'_>, random: &mut Random) {
    sheet.zone = Zone::Drawing;
    frame(sheet, format, project.archive);
    form3(sheet, project, stamp);
    let layout = Layout::of(format, sheet.width, sheet.height);
    let plan = layout.plan;
    sheet.heading(plan.x + plan.width / 2.0, 18.0, sans(4.6), stamp.title);
    sheet.by_words = random.chance(0.3);
    let columns = ((plan.width / 40.0) as u32).clamp(3, 14);
    let rows = ((plan.height / 38.0) as u32).clamp(2, 5);
    axes(sheet, plan, columns, rows, random);
    walls(sheet, plan, columns, rows, random);
    cells(sheet, project, plan, columns, rows, random);
    details(sheet, project, layout.details, random);
    if let Some(at) = layout.notes {
        notes(sheet, at, random);
    }
}

/// Axis lines with their marks in circles, and the chains of dimensions.
fn axes(sheet: &mut Sheet<'_>, plan: Place, columns: u32, rows: u32, random: &mut Random) {
    let (step_x, step_y) = (plan.width / columns as f32, plan.height / rows as f32);
    let (bottom, scale) = (plan.y + plan.height, 100 * random.between(9, 15));
    sheet.pen(0.13);
    sheet.raw("[14 3 3 3] 0 d\n");
    for column in 0..=columns {
        let x = plan.x + column as f32 * step_x;
        sheet.line(x, plan.y - 8.0, x, bottom + 18.0);
    }
    for row in 0..=rows {
        let y = bottom - row as f32 * step_y;
        sheet.line(plan.x - 18.0, y, plan.x + plan.width + 6.0, y);
    }
    sheet.raw("[] 0 d\n");
    sheet.pen(0.25);
    for column in 0..=columns {
        let x = plan.x + column as f32 * step_x;
        sheet.circle(x, bottom + 22.0, 4.0);
        sheet.text_centred(x, bottom + 23.3, sans(3.8), &(column + 1).to_string());
    }
    for (row, letter) in (0..=rows).zip(LETTERS) {
        let y = bottom - row as f32 * step_y;
        sheet.circle(plan.x - 22.0, y, 4.0);
        sheet.text_centred(plan.x - 22.0, y + 1.3, sans(3.8), letter);
    }
    dimensions(sheet, plan, columns, rows, scale);
}

fn dimensions(sheet: &mut Sheet<'_>, plan: Place, columns: u32, rows: u32, scale: u32) {
    let (step_x, step_y) = (plan.width / columns as f32, plan.height / rows as f32);
    let bottom = plan.y + plan.height;
    sheet.pen(0.18);
    sheet.line(plan.x, bottom + 8.0, plan.x + plan.width, bottom + 8.0);
    sheet.line(plan.x, bottom + 15.0, plan.x + plan.width, bottom + 15.0);
    let mut total = 0;
    for column in 0..columns {
        let (x, span) = (plan.x + column as f32 * step_x, scale * 2 + 300 * (column % 3));
        total += span;
        sheet.line(x - 1.0, bottom + 9.0, x + 1.0, bottom + 7.0);
        sheet.text_centred(x + step_x / 2.0, bottom + 7.3, sans(2.6), &span.to_string());
    }
    sheet.text_centred(plan.x + plan.width / 2.0 + 6.0, bottom + 14.3, sans(2.6), &total.to_string());
    let x = plan.x - 8.0;
    sheet.line(x, plan.y, x, bottom);
    for row in 0..rows {
        let (y, span) = (bottom - row as f32 * step_y, scale * 3 + 600 * (row % 2));
        sheet.line(x - 1.0, y + 1.0, x + 1.0, y - 1.0);
        let text = span.to_string();
        let width = sheet.text_width(&text, sans(2.6));
        sheet.text_upwards(x - 0.7, y - step_y / 2.0 + width / 2.0, sans(2.6), &text);
    }
}

/// Walls along the axes, hatched; the pitch keeps a sheet within 2,000 to 8,000 path operators.
fn walls(sheet: &mut Sheet<'_>, plan: Place, columns: u32, rows: u32, random: &mut Random) {
    let (step_x, step_y) = (plan.width / columns as f32, plan.height / rows as f32);
    let length = plan.width * (rows + 1) as f32 + plan.height * (columns + 1) as f32;
    let hatches = random.between(700, 1500) as f32;
    let pitch = (length / hatches).max(0.4);
    for row in 0..=rows {
        let y = plan.y + row as f32 * step_y;
        sheet.pen(0.4);
        sheet.rectangle(place(plan.x, y - 1.2, plan.width, 2.4));
        sheet.pen(0.09);
        let mut x = plan.x;
        while x + 1.8 < plan.x + plan.width {
            sheet.line(x, y + 1.2, x + 1.8, y - 1.2);
            x += pitch;
        }
    }
    for column in 0..=columns {
        let x = plan.x + column as f32 * step_x;
        sheet.pen(0.4);
        sheet.rectangle(place(x - 1.2, plan.y, 2.4, plan.height));
        sheet.pen(0.09);
        let mut y = plan.y;
        while y + 1.8 < plan.y + plan.height {
            sheet.line(x - 1.2, y + 1.8, x + 1.2, y);
            y += pitch;
        }
    }
}

/// What stands between the axes: a mesh, a level, a mark of an element, or a callout with a material.
fn cells(sheet: &mut Sheet<'_>, project: &Project, plan: Place, columns: u32, rows: u32, random: &mut Random) {
    let (step_x, step_y) = (plan.width / columns as f32, plan.height / rows as f32);
    for row in 0..rows {
        for column in 0..columns {
            let at = place(plan.x + column as f32 * step_x, plan.y + row as f32 * step_y, step_x, step_y);
            let (x, y) = (at.x + at.width / 2.0, at.y + at.height / 2.0);
            match random.between(0, 4) {
                0 => mesh(sheet, at, random),
                1 => level(sheet, at.x + 7.0, y, random),
                2 => callout(sheet, project, at, random),
                3 => {
                    let mark = format!("{}{}", random.pick(&["Пр-", "Ст-", "К", "О"]), random.between(1, 30));
                    sheet.pen(0.25);
                    sheet.rectangle(place(x - 9.0, y - 4.0, 18.0, 6.0));
                    sheet.text_centred(x, y + 0.4, sans(3.2), &mark);
                }
                _ => {
                    callout(sheet, project, place(at.x, at.y, at.width, at.height / 2.0), random);
                    level(sheet, at.x + 7.0, at.y + at.height * 0.78, random);
                }
            }
        }
    }
}

fn mesh(sheet: &mut Sheet<'_>, at: Place, random: &mut Random) {
    sheet.pen(0.2);
    let pitch = random.between(12, 20) as f32 / 10.0;
    let (left, right, top, bottom) = (at.x + 4.0, at.x + at.width - 4.0, at.y + 10.0, at.y + at.height - 5.0);
    let mut x = left;
    while x <= right {
        sheet.line(x, top, x, bottom);
        x += pitch;
    }
    let mut y = top;
    while y <= bottom {
        sheet.line(left, y, right, y);
        y += pitch;
    }
    let text = format!("Ø{} шаг {}", random.pick(&["10", "12", "16", "20"]), random.pick(&["100", "150", "200"]));
    sheet.text_centred(at.x + at.width / 2.0, at.y + 7.5, sans(2.8), &text);
}

fn level(sheet: &mut Sheet<'_>, x: f32, y: f32, random: &mut Random) {
    let sign = if random.chance(0.5) { '-' } else { '+' };
    let text = format!("{sign}{}.{}00", random.between(0, 24), random.between(1, 9));
    sheet.pen(0.18);
    sheet.polyline(&[(x, y), (x - 2.0, y - 2.5), (x + 2.0, y - 2.5), (x, y), (x, y - 5.0), (x + 14.0, y - 5.0)]);
    sheet.text(x + 1.0, y - 5.7, sans(3.0), &text);
}

fn callout(sheet: &mut Sheet<'_>, project: &Project, at: Place, random: &mut Random) {
    let text = random.pick(project.discipline.callouts);
    let (x, y) = (at.x + 4.0, at.y + at.height * 0.6);
    let width = sheet.text_width(text, sans(2.9)) + 1.0;
    sheet.pen(0.18);
    sheet.polyline(&[(x + 2.0, y + 6.0), (x + 5.0, y), (x + 5.0 + width, y)]);
    sheet.text(x + 5.5, y - 0.8, sans(2.9), text);
}

/// Sections through a floor or a wall: layers with their hatching and a stack of names.
fn details(sheet: &mut Sheet<'_>, project: &Project, area: Place, random: &mut Random) {
    let count = ((area.width / 85.0) as u32).max(1);
    let step = area.width / count as f32;
    for index in 0..count {
        let (x, mut y) = (area.x + index as f32 * step, area.y);
        let title = format!("Узел {}", index + 1);
        sheet.heading(x + 22.0, y - 6.0, sans(3.8), &title);
        let layers = ((area.height / 10.0) as u32).clamp(3, 5);
        let depth = (area.height / layers as f32).min(12.0);
        for layer in 0..layers {
            sheet.pen(0.4);
            sheet.rectangle(place(x, y, 40.0, depth));
            sheet.pen(0.1);
            for line in 0..(24 + random.between(0, 7)) {
                let left = x + line as f32 * 1.2;
                sheet.line(left, y + depth, left + 1.0 + (layer % 2) as f32, y);
            }
            let text = random.pick(project.discipline.callouts);
            sheet.pen(0.18);
            sheet.line(x + 38.0, y + depth / 2.0, x + 44.0, y + depth / 2.0);
            sheet.text(x + 45.0, y + depth / 2.0 + 1.0, sans(2.9), text);
            y += depth;
        }
    }
}

fn notes(sheet: &mut Sheet<'_>, at: Place, random: &mut Random) {
    let outer = sheet.enter(Zone::Text);
    let mut y = at.y;
    sheet.heading(at.x + at.width / 2.0, y, sans(3.8), "Примечания");
    y += 7.0;
    let start = random.between(0, 9) as usize;
    for (index, note) in INSTRUCTIONS.iter().cycle().skip(start).take(INSTRUCTIONS.len()).enumerate() {
        let note = format!("{}. {note}", index + 1);
        let lines = sheet.wrap(&note, at.width, sans(3.2));
        if y + lines.len() as f32 * 4.6 > at.y + at.height {
            break;
        }
        for line in lines {
            sheet.text(at.x, y, sans(3.2), &line);
            y += 4.6;
        }
    }
    sheet.zone = outer;
}
