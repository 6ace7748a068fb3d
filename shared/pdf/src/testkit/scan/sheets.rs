use super::super::general_data;
use super::super::random::Random;
use super::super::sheet::{Sheet, Style, sans};
use super::super::specification::{self, Numbering};
use super::super::stamp::{Stamp, form3, form5, frame};
use super::super::table::Table;
use super::super::typeface::Face;
use super::super::wording::{INSTRUCTIONS, NOTES};
use super::super::{Project, Truth, drawing, front, hidden_works, project};
use super::{ScanPage, ScanSheet};

const ELEMENTS: [&str; 6] = ["Поз.", "Обозначение", "Наименование", "Кол.", "Масса ед., кг", "Приме-\nчание"];
const ELEMENT_WIDTHS: [f32; 6] = [15.0, 60.0, 65.0, 10.0, 15.0, 20.0];
const NOTE_HEADINGS: [&str; 4] =
    ["1 Общая часть", "2 Производство работ", "3 Контроль качества", "4 Перечень скрытых работ"];

/// Width and height in millimetres.
pub(super) fn size_mm(sheet: ScanSheet) -> (f32, f32) {
    match sheet.format() {
        "А1" => (841.0, 594.0),
        "А2" => (594.0, 420.0),
        "А3" => (420.0, 297.0),
        _ => (210.0, 297.0),
    }
}

/// Draws the sheet of the page.
pub(super) fn draw(sheet: &mut Sheet<'_>, page: &ScanPage) {
    let mut random = Random::new(page.seed);
    let project = project(page.seed, &mut random);
    let names = project.discipline.drawings;
    let title = match page.sheet {
        ScanSheet::Note => "Пояснительная записка".to_owned(),
        ScanSheet::Title => String::new(),
        ScanSheet::Instructions => "Указания по производству работ".to_owned(),
        ScanSheet::Equipment => "Спецификация оборудования, изделий и материалов".to_owned(),
        ScanSheet::Elements => "Спецификация элементов".to_owned(),
        ScanSheet::GeneralDataA3 | ScanSheet::GeneralDataA2 => "Общие данные".to_owned(),
        ScanSheet::DrawingA3 | ScanSheet::DrawingA2 | ScanSheet::DrawingA1 => {
            random.pick(names).replace("{}", &format!("+{}.{}00", random.between(3, 30), random.between(1, 9)))
        }
    };
    let number = random.between(1, 48).to_string();
    let first = matches!(page.sheet, ScanSheet::Note | ScanSheet::GeneralDataA3 | ScanSheet::GeneralDataA2);
    let stamp = Stamp {
        cipher: &project.cipher,
        title: &title,
        sheet: if first { "1" } else { &number },
        sheets: first.then(|| random.between(6, 60)),
        revision: random.chance(0.3).then_some(1),
    };
    match page.sheet {
        ScanSheet::Note => note(sheet, &project, &stamp, &mut random),
        ScanSheet::Title => front::title(sheet, &project),
        ScanSheet::Instructions => general_data::instructions(sheet, &project, &stamp, &mut random),
        ScanSheet::Equipment => {
            specification::page(sheet, &project, &stamp, &mut Numbering::default(), &mut random);
        }
        ScanSheet::Elements => elements(sheet, &project, &stamp, &mut random),
        ScanSheet::GeneralDataA3 | ScanSheet::GeneralDataA2 => {
            let works = hidden_works(&project, &mut random);
            let listed = names.iter().take(random.between(6, 8) as usize).enumerate();
            let sheets = std::iter::once(("1".to_owned(), title.clone(), String::new()))
                .chain(
                    listed.map(|(index, name)| (format!("{}", index + 2), name.replace("{}", "+3.300"), String::new())),
                )
                .collect();
            let mut truth = Truth { sheets, ..Truth::default() };
            general_data::first(sheet, &project, &stamp, &mut truth, &works);
        }
        ScanSheet::DrawingA3 | ScanSheet::DrawingA2 | ScanSheet::DrawingA1 => {
            drawing::page(sheet, &project, page.sheet.format(), &stamp, &mut random);
        }
    }
}

/// A page of an explanatory note in book type or in the lettering of the drawings.
fn note(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>, random: &mut Random) {
    frame(sheet, "А4", project.archive);
    form5(sheet, project, stamp);
    let style = if random.chance(0.6) { Style { face: Face::Serif, size: 4.23 } } else { sans(3.9) };
    let (left, width, floor) = (28.0, 170.0, sheet.height - 52.0);
    let works = hidden_works(project, random);
    let mut y = 16.0;
    let start = random.between(0, 9) as usize;
    for (index, heading) in NOTE_HEADINGS.iter().enumerate() {
        let lines: Vec<String> = match index {
            0 => NOTES.iter().cycle().skip(start).take(6).map(|note| (*note).to_owned()).collect(),
            1 | 2 => {
                let level = random.between(1, 40);
                let from = INSTRUCTIONS.iter().cycle().skip(start + index * 5).take(4);
                from.map(|text| format!("{text} Отм. {level}.{:03}.", level * 10)).collect()
            }
            _ => works.items.iter().map(|item| format!("- {item};")).collect(),
        };
        if y + style.size * 4.0 > floor {
            return;
        }
        sheet.heading(left + width / 2.0, y, Style { size: style.size * 1.15, ..style }, heading);
        y += style.size * 1.9;
        for text in lines {
            let lines = sheet.wrap(&format!("    {text}"), width - 10.0, style);
            for (index, line) in lines.iter().enumerate() {
                if y > floor {
                    return;
                }
                sheet.text(left + if index == 0 { 10.0 } else { 0.0 }, y, style, line);
                y += style.size * 1.5;
            }
        }
        y += style.size;
    }
}

/// Two specifications of elements (ГОСТ Р 21.101, form 7) side by side over a form 3 title block.
fn elements(sheet: &mut Sheet<'_>, project: &Project, stamp: &Stamp<'_>, random: &mut Random) {
    frame(sheet, "А3", project.archive);
    form3(sheet, project, stamp);
    let size = 3.0 + 0.3 * random.between(0, 2) as f32;
    let mut position = 1;
    for (x, floor) in [(24.0, sheet.height - 12.0), (224.0, sheet.height - 64.0)] {
        sheet.heading(x + 92.5, 13.0, sans(4.4), stamp.title);
        let mut table = Table { x, y: 17.0, widths: &ELEMENT_WIDTHS, style: sans(size), row: 8.0 };
        table.heading(sheet, &ELEMENTS, 15.0);
        for section in ["Сборочные единицы", "Детали", "Материалы"] {
            if table.y + 18.0 > floor {
                break;
            }
            table.row(sheet, &["", "", section, "", "", ""], &[]);
            for _ in 0..random.between(5, 9) {
                let row = element(section, position, project, random);
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                if table.y + table.row_height(sheet, &cells) > floor {
                    break;
                }
                table.row(sheet, &cells, &[1, 2]);
                position += 1;
            }
        }
    }
}

fn element(section: &str, position: u32, project: &Project, random: &mut Random) -> [String; 6] {
    let mass = format!("{},{:02}", random.between(0, 64), random.between(1, 99));
    let count = random.between(1, 320).to_string();
    let diameter = random.pick(&["6", "8", "10", "12", "16", "20", "25", "32"]);
    match section {
        "Сборочные единицы" => {
            let (kind, mark) = random.pick(&[
                ("Каркас плоский", "КР"),
                ("Каркас поддерживающий", "КП"),
                ("Сетка арматурная", "С"),
                ("Изделие закладное", "МН"),
            ]);
            let mark = format!("{mark}{}", random.between(1, 24));
            let designation = format!("{}.И-{mark}", project.cipher);
            [position.to_string(), designation, format!("{kind} {mark}"), count, mass, String::new()]
        }
        "Детали" => {
            let (class, norm) = random.pick(&[("А500С", "ГОСТ 34028-2016"), ("А240", "ГОСТ 34028-2016")]);
            let length = random.between(6, 234) * 50;
            let note = random.pick(&["", "", "", "гнутая", "п.м."]);
            [
                position.to_string(),
                norm.to_owned(),
                format!("Ø{diameter} {class}, L={length}"),
                count,
                mass,
                note.to_owned(),
            ]
        }
        _ => {
            let (norm, name, unit) = random.pick(&[
                ("ГОСТ 26633-2015", "Бетон В25 F150 W6", "м3"),
                ("ГОСТ 26633-2015", "Бетон В7,5", "м3"),
                ("ГОСТ 8267-93", "Щебень фр. 20-40", "м3"),
                ("ГОСТ 8736-2014", "Песок средней крупности", "м3"),
                ("ГОСТ 32310-2020", "Плиты ЭППС толщиной 50 мм", "м3"),
                ("ГОСТ 7415-86", "Гидроизол ГИ-Г, 2 слоя", "м2"),
            ]);
            [position.to_string(), norm.to_owned(), name.to_owned(), String::new(), mass, unit.to_owned()]
        }
    }
}
