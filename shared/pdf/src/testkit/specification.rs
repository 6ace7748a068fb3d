use super::Project;
use super::random::Random;
use super::sheet::{Sheet, sans};
use super::stamp::{Stamp, form5, form6, frame};
use super::table::Table;
use super::wording::Goods;

const WIDTHS: [f32; 9] = [20.0, 130.0, 60.0, 35.0, 45.0, 20.0, 20.0, 25.0, 40.0];
const HEADINGS: [&str; 9] = [
    "Позиция",
    "Наименование и техническая характеристика",
    "Тип, марка, обозначение документа, опросного листа",
    "Код оборудования, изделия, материала",
    "Завод-изготовитель",
    "Единица измерения",
    "Коли-\nчество",
    "Масса единицы, кг",
    "Примечание",
];

/// Where the numbering of positions stands between two sheets of a specification.
#[derive(Default)]
pub(super) struct Numbering {
    section: usize,
    position: u32,
}

/// One sheet of the specification (ГОСТ 21.110, form 1) on A3; gives its rows without the section headings.
pub(super) fn page(
    sheet: &mut Sheet<'_>,
    project: &Project,
    stamp: &Stamp<'_>,
    numbering: &mut Numbering,
    random: &mut Random,
) -> Vec<[String; 9]> {
    frame(sheet, "А3", project.archive);
    let first = stamp.sheets.is_some();
    let floor = if first {
        form5(sheet, project, stamp);
        sheet.height - 48.0
    } else {
        form6(sheet, stamp);
        sheet.height - 23.0
    };
    let mut table = Table { x: 20.0, y: 5.0, widths: &WIDTHS, style: sans(3.2), row: 8.0 };
    table.heading(sheet, &HEADINGS, 22.0);
    table.heading(sheet, &["1", "2", "3", "4", "5", "6", "7", "8", "9"], 6.0);
    let mut rows = Vec::new();
    loop {
        let rows_of_section = 3 + numbering.section as u32 % 4;
        if numbering.position == 0 || numbering.position > rows_of_section {
            let Some(section) = project.discipline.sections.iter().cycle().nth(numbering.section) else { break };
            if table.y + 24.0 > floor {
                break;
            }
            numbering.section += 1;
            numbering.position = 1;
            table.row(sheet, &["", section, "", "", "", "", "", "", ""], &[]);
        }
        let row = row(project, numbering, random);
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        if table.y + table.row_height(sheet, &cells) > floor {
            break;
        }
        table.row(sheet, &cells, &[1]);
        rows.push(row);
        numbering.position += 1;
    }
    rows
}

fn row(project: &Project, numbering: &Numbering, random: &mut Random) -> [String; 9] {
    const SIZES: [&str; 10] = ["10", "12", "16", "20", "25", "32", "40", "50", "80", "100"];
    const EMPTY: Goods = Goods { name: "", mark: "", maker: "", unit: "", fraction: false, mass: false, note: "" };
    let kinds = project.discipline.goods;
    let section = numbering.section.saturating_sub(1);
    let kind = section % project.discipline.sections.len().max(1) * 2 + numbering.position as usize % 2;
    let kind = kinds.get(kind).unwrap_or(&EMPTY);
    let size = SIZES.iter().cycle().nth(section * 3 + numbering.position as usize).copied().unwrap_or_default();
    let quantity = if kind.fraction {
        format!("{},{}", random.between(1, 480), random.between(1, 9))
    } else {
        random.between(1, 240).to_string()
    };
    let mass =
        if kind.mass { format!("{},{:02}", random.between(0, 38), random.between(1, 99)) } else { String::new() };
    [
        format!("{}.{}", numbering.section, numbering.position),
        kind.name.replace("{}", size),
        kind.mark.replace("{}", size),
        if random.chance(0.15) { format!("{:06}", random.between(100_000, 999_999)) } else { String::new() },
        kind.maker.to_owned(),
        kind.unit.to_owned(),
        quantity,
        mass,
        kind.note.to_owned(),
    ]
}
