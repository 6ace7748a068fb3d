use super::Project;
use super::sheet::{Align, Sheet, Style, place};
use super::typeface::Face;

const PEOPLE: [(&str, &str); 3] = [
    ("Генеральный директор", "Смирнов А.А."),
    ("Главный инженер", "Васильев В.В."),
    ("Главный инженер проекта", "Кузнецов К.К."),
];

/// The cover (обложка), A4 upright.
pub(super) fn cover(sheet: &mut Sheet<'_>, project: &Project) {
    heading(sheet, project);
    sheet.text_centred(105.0, 265.0, serif(4.9), "2026");
}

/// The title sheet (титульный лист) with the signatures.
pub(super) fn title(sheet: &mut Sheet<'_>, project: &Project) {
    heading(sheet, project);
    for (index, (office, name)) in PEOPLE.iter().enumerate() {
        let y = 205.0 + index as f32 * 14.0;
        sheet.text(30.0, y, serif(4.6), office);
        sheet.pen(0.2);
        sheet.line(100.0, y + 1.0, 140.0, y + 1.0);
        sheet.polyline(&[(108.0, y), (113.0, y - 6.0), (116.0, y + 1.0), (121.0, y - 4.0), (131.0, y - 2.0)]);
        sheet.text(148.0, y, serif(4.6), name);
    }
    sheet.text_centred(105.0, 265.0, serif(4.9), "2026");
}

fn heading(sheet: &mut Sheet<'_>, project: &Project) {
    sheet.pen(0.7);
    sheet.rectangle(place(20.0, 5.0, 185.0, 287.0));
    sheet.text_centred(112.0, 25.0, bold(5.6), &project.designer);
    sheet.cell(place(30.0, 50.0, 165.0, 24.0), serif(4.9), Align::Centre, "Заказчик - ООО «Примерстрой»");
    sheet.cell(place(30.0, 80.0, 165.0, 26.0), bold(6.3), Align::Centre, &project.object);
    sheet.cell(place(30.0, 106.0, 165.0, 10.0), serif(4.9), Align::Centre, &project.building);
    sheet.text_centred(112.0, 130.0, bold(5.6), "РАБОЧАЯ ДОКУМЕНТАЦИЯ");
    sheet.cell(place(30.0, 136.0, 165.0, 18.0), serif(5.3), Align::Centre, project.discipline.title);
    sheet.text_centred(112.0, 168.0, bold(6.3), &project.cipher);
}

fn serif(size: f32) -> Style {
    Style { face: Face::Serif, size }
}

fn bold(size: f32) -> Style {
    Style { face: Face::Bold, size }
}
