//! Sheets with tables of every form, and what stands in each cell.

use super::file::{PdfFile, text_string};
use super::random::Random;
use super::sheet::{Align, MM, Sheet, place, sans};
use super::stamp::{Stamp, form3, form5, form6, frame};
use super::typeface::Typefaces;
use super::{Project, project};
use domain::TableKind;

/// A cell as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellTruth {
    /// Its uppermost row and how many it takes.
    pub rows: (u32, u32),
    /// Its leftmost column and how many it takes.
    pub columns: (u32, u32),
    /// Its words, parted by single spaces.
    pub text: String,
}

/// A table as it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTruth {
    /// Its page, from 1.
    pub page: u32,
    /// What its heading says, or the heading of the sheet that it goes on from.
    pub kind: TableKind,
    /// Whether it has rules.
    pub ruled: bool,
    /// Rows of its heading.
    pub heading_rows: u32,
    /// Whether it goes on from the page before.
    pub continued: bool,
    /// Its cells, row by row.
    pub cells: Vec<CellTruth>,
}

/// A file of sheets with tables.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSheets {
    /// The file.
    pub pdf: Vec<u8>,
    /// The tables, page by page, on a page from the left and from the top.
    pub tables: Vec<TableTruth>,
    /// For each page how many words stand on it.
    pub words: Vec<usize>,
    /// For each page whether it has a title block.
    pub title_blocks: Vec<bool>,
}

const LIST: [(f32, &str); 3] = [(15.0, "Лист"), (135.0, "Наименование"), (30.0, "Примечание")];
const REFERENCES: [(f32, &str); 3] = [(55.0, "Обозначение"), (95.0, "Наименование"), (30.0, "Примечание")];
const SPECIFICATION: [(f32, &str); 6] = [
    (15.0, "Поз."),
    (50.0, "Обозначение"),
    (65.0, "Наименование"),
    (10.0, "Кол."),
    (20.0, "Масса ед., кг"),
    (25.0, "Приме- чание"),
];
const EQUIPMENT: [(f32, &str); 9] = [
    (20.0, "Пози- ция"),
    (130.0, "Наименование и техническая характеристика"),
    (60.0, "Тип, марка, обозначение документа, опросного листа"),
    (35.0, "Код продукции"),
    (45.0, "Завод- изготовитель"),
    (20.0, "Едини- ца измере- ния"),
    (20.0, "Коли- чество"),
    (25.0, "Масса единицы, кг"),
    (40.0, "Приме- чание"),
];
const QUANTITIES: [(f32, &str); 6] = [
    (15.0, "№ п/п"),
    (75.0, "Наименование работ"),
    (15.0, "Ед. изм."),
    (20.0, "Объем"),
    (30.0, "Ссылка на чертежи"),
    (30.0, "Формула подсчета"),
];
const REGISTER: [(f32, &str); 5] = [
    (15.0, "№ п/п"),
    (90.0, "Наименование документа"),
    (40.0, "Номер документа"),
    (20.0, "Дата"),
    (20.0, "Кол-во листов"),
];
const NAMES: [&str; 6] = [
    "Труба стальная электросварная прямошовная 57×3,5",
    "Бетон тяжелый класса В25 F150 W6",
    "Кабель силовой с медными жилами в оболочке пониженной пожарной опасности, сечением 3×2,5 мм²",
    "Кран шаровой муфтовый",
    "Плита теплоизоляционная толщиной 100 мм, плотностью не менее 35 кг/м³, для стен ниже отметки земли",
    "Анкер",
];

/// A table under the pen: measures in millimetres.
struct Draft {
    x: f32,
    y: f32,
    widths: Vec<f32>,
    cells: Vec<CellTruth>,
    heights: Vec<f32>,
    heading_rows: u32,
    /// Rows of the heading in which narrow columns read upwards.
    upwards: bool,
    /// Columns set to the left.
    left: Option<usize>,
}

impl Draft {
    fn new(x: f32, y: f32, columns: &[(f32, &str)], left: usize) -> Self {
        let widths = columns.iter().map(|(width, _)| *width).collect();
        let (cells, heights) = (Vec::new(), Vec::new());
        Self { x, y, widths, cells, heights, heading_rows: 0, upwards: false, left: Some(left) }
    }

    fn headed(x: f32, y: f32, columns: &[(f32, &str)], left: usize, height: f32) -> Self {
        let mut draft = Self::new(x, y, columns, left);
        let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
        draft.row(height, &names);
        draft.heading_rows = 1;
        draft
    }

    fn count(&self) -> u32 {
        u32::try_from(self.heights.len()).unwrap_or(0)
    }

    fn row(&mut self, height: f32, texts: &[&str]) {
        let row = self.count();
        for (column, text) in (0u32..).zip(texts) {
            self.cells.push(CellTruth { rows: (row, 1), columns: (column, 1), text: (*text).to_owned() });
        }
        self.heights.push(height);
    }

    fn numbers(&mut self) {
        let numbers: Vec<String> = (1..=self.widths.len()).map(|number| number.to_string()).collect();
        let texts: Vec<&str> = numbers.iter().map(String::as_str).collect();
        self.row(6.0, &texts);
        self.heading_rows = self.count();
    }

    /// A row that is one cell.
    fn section(&mut self, height: f32, text: &str) {
        let columns = (0, u32::try_from(self.widths.len()).unwrap_or(1));
        self.cells.push(CellTruth { rows: (self.count(), 1), columns, text: text.to_owned() });
        self.heights.push(height);
    }

    /// Adds rows of goods or works; `cell` gives the text of a column by the number of the row.
    fn rows(&mut self, count: usize, random: &mut Random, cell: impl Fn(usize, usize, &str, &mut Random) -> String) {
        let start = random.between(0, 5) as usize;
        for index in 0..count {
            let name = NAMES.iter().cycle().nth(start + index).copied().unwrap_or_default();
            let texts: Vec<String> = (0..self.widths.len()).map(|column| cell(index, column, name, random)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let long =
                texts.iter().zip(&self.widths).map(|(text, width)| (text.chars().count() as f32 * 2.0 / width).ceil());
            self.row(4.5 * long.fold(1.0, f32::max).max(1.0) + 4.0, &texts);
        }
    }

    fn draw(&self, sheet: &mut Sheet<'_>, ruled: bool, open_top: bool) {
        let edges = |from: f32, sizes: &[f32]| -> Vec<f32> {
            std::iter::once(from)
                .chain(sizes.iter().scan(from, |at, size| {
                    Some({
                        *at += size;
                        *at
                    })
                }))
                .collect()
        };
        let (xs, ys) = (edges(self.x, &self.widths), edges(self.y, &self.heights));
        let at = |edges: &[f32], place: u32| edges.get(place as usize).copied().unwrap_or_default();
        sheet.pen(0.25);
        for cell in &self.cells {
            let (x, y) = (at(&xs, cell.columns.0), at(&ys, cell.rows.0));
            let (right, bottom) = (at(&xs, cell.columns.0 + cell.columns.1), at(&ys, cell.rows.0 + cell.rows.1));
            let box_ = place(x, y, right - x, bottom - y);
            if ruled && open_top && cell.rows.0 == 0 {
                sheet.polyline(&[(x, y), (x, bottom), (right, bottom), (right, y)]);
            } else if ruled {
                sheet.rectangle(box_);
            }
            let is_left = self.left == Some(cell.columns.0 as usize) && cell.rows.0 >= self.heading_rows;
            if self.upwards && cell.rows.0 < self.heading_rows && cell.rows.1 > 1 {
                sheet.cell_upwards(box_, sans(3.0), &cell.text);
            } else {
                sheet.cell(box_, sans(3.0), if is_left { Align::Left } else { Align::Centre }, &cell.text);
            }
        }
    }

    fn truth(mut self, page: u32, kind: TableKind, ruled: bool, continued: bool) -> TableTruth {
        self.cells.sort_by_key(|cell| (cell.rows.0, cell.columns.0));
        TableTruth { page, kind, ruled, heading_rows: self.heading_rows, continued, cells: self.cells }
    }
}

/// Which title block a sheet has.
#[derive(Clone, Copy)]
enum Form {
    Three,
    Five,
    Six,
    Nothing,
}

struct Book<'f> {
    faces: &'f mut Typefaces,
    project: &'f Project,
    sheets: TableSheets,
    pages: Vec<(Vec<u8>, f32, f32)>,
}

impl Book<'_> {
    /// Adds a sheet with these tables.
    fn sheet(&mut self, format: (&str, f32, f32), form: Form, tables: Vec<(Draft, TableKind, bool, bool)>, note: &str) {
        let (name, width, height) = format;
        let mut sheet = Sheet::new(self.faces, width, height);
        let page = u32::try_from(self.pages.len()).unwrap_or(0) + 1;
        let number = page.to_string();
        let stamp = Stamp {
            cipher: &self.project.cipher,
            title: "Общие данные",
            sheet: &number,
            sheets: matches!(form, Form::Three | Form::Five).then_some(9),
            revision: None,
        };
        if !matches!(form, Form::Nothing) {
            frame(&mut sheet, name, self.project.archive);
        }
        match form {
            Form::Three => form3(&mut sheet, self.project, &stamp),
            Form::Five => form5(&mut sheet, self.project, &stamp),
            Form::Six => form6(&mut sheet, &stamp),
            Form::Nothing => {}
        }
        for (draft, kind, ruled, continued) in tables {
            let is_open = continued && draft.heading_rows == 0;
            draft.draw(&mut sheet, ruled, is_open);
            self.sheets.tables.push(draft.truth(page, kind, ruled, continued));
        }
        let mut y = height * 0.45;
        for line in sheet.wrap(note, 180.0, sans(3.2)) {
            sheet.text(width - 190.0, y, sans(3.2), &line);
            y += 5.0;
        }
        self.sheets.words.push(sheet.words.len());
        self.sheets.title_blocks.push(!matches!(form, Form::Nothing));
        self.pages.push((sheet.finish(false), width * MM, height * MM));
    }
}

/// Writes sheets with tables: forms 1 and 2 beside running text, form 7 with merged cells and turned headings, СО and ВОР
/// over several sheets, a register, columns without rules. The same seed gives the same bytes.
pub fn table_sheets(seed: u64) -> TableSheets {
    let mut random = Random::new(seed);
    let project = project(seed, &mut random);
    let mut faces = Typefaces::new();
    let sheets = TableSheets { pdf: Vec::new(), tables: Vec::new(), words: Vec::new(), title_blocks: Vec::new() };
    let mut book = Book { faces: &mut faces, project: &project, sheets, pages: Vec::new() };
    lists(&mut book, &mut random);
    specifications(&mut book, &mut random);
    equipment(&mut book, &mut random);
    quantities(&mut book, &mut random);
    without_frame(&mut book, &mut random);
    let Book { mut sheets, pages, .. } = book;
    sheets.pdf = write(&pages, &mut faces);
    sheets
}

fn lists(book: &mut Book<'_>, random: &mut Random) {
    let list = |x: f32, random: &mut Random| {
        let mut draft = Draft::headed(x, 20.0, &LIST, 1, 12.0);
        draft.rows(7, random, |index, column, name, _| match column {
            0 => (index + 1).to_string(),
            1 => name.to_owned(),
            _ if index % 3 == 0 => "Изм.1 (Зам.)".to_owned(),
            _ => String::new(),
        });
        draft
    };
    let (left, right) = (list(30.0, random), list(215.0, random));
    let mut below = Draft::headed(30.0, 190.0, &REFERENCES, 1, 12.0);
    below.section(8.0, "Ссылочные документы");
    below.rows(5, random, |_, column, name, random| match column {
        0 => format!("ГОСТ {}-2020", random.between(1000, 32000)),
        1 => name.to_owned(),
        _ => String::new(),
    });
    let tables = vec![
        (left, TableKind::DrawingList, true, false),
        (below, TableKind::References, true, false),
        (right, TableKind::DrawingList, true, false),
    ];
    let note = "Рабочая документация выполнена в соответствии с заданием на проектирование, техническими регламентами и \
                действующими нормами. Работы вести по проекту производства работ, скрытые работы освидетельствовать.";
    book.sheet(("А2", 594.0, 420.0), Form::Three, tables, note);
}

fn specifications(book: &mut Book<'_>, random: &mut Random) {
    let mut goods = Draft::headed(225.0, 15.0, &SPECIFICATION, 2, 15.0);
    goods.row(8.0, &["", "", "Детали", "", "", ""]);
    goods.rows(6, random, |index, column, name, random| match column {
        0 => (index + 1).to_string(),
        1 if index % 2 == 0 => "ГОСТ 34028-2016".to_owned(),
        2 => name.to_owned(),
        3 => random.between(1, 90).to_string(),
        4 => format!("{},{:02}", random.between(0, 40), random.between(1, 99)),
        _ => String::new(),
    });
    // The heading of the steel list: turned names over two rows, classes under one name.
    let widths = [(25.0, ""), (20.0, ""), (20.0, ""), (20.0, ""), (15.0, "")];
    let mut steel = Draft::new(35.0, 20.0, &widths, 9);
    let mut cell = |rows, columns, text: &str| steel.cells.push(CellTruth { rows, columns, text: text.to_owned() });
    cell((0, 2), (0, 1), "Марка элемента");
    cell((0, 1), (1, 3), "Арматура класса А500С");
    cell((0, 2), (4, 1), "Всего");
    for (column, text) in [(1, "Ø12"), (2, "Ø16"), (3, "Итого")] {
        cell((1, 1), (column, 1), text);
    }
    steel.heights = vec![12.0, 18.0];
    (steel.heading_rows, steel.upwards) = (2, true);
    for mark in ["Фм1", "Фм2", "Пм1"] {
        steel.row(9.0, &[mark, "128,5", "394,2", "522,7", "522,7"]);
    }
    let tables = vec![(steel, TableKind::Unknown, true, false), (goods, TableKind::Specification, true, false)];
    book.sheet(("А3", 420.0, 297.0), Form::Three, tables, "");
}

fn equipment(book: &mut Book<'_>, random: &mut Random) {
    for sheet in 0..3u32 {
        let mut draft = Draft::headed(20.0, 5.0, &EQUIPMENT, 1, 22.0);
        draft.numbers();
        draft.row(8.0, &["", "Материалы", "", "", "", "", "", "", ""]);
        draft.rows(9, random, |index, column, name, random| match column {
            0 => format!("{}.{}", sheet + 1, index + 1),
            1 => name.to_owned(),
            2 if index % 2 == 1 => "ТУ 2248-001".to_owned(),
            4 if index % 4 == 0 => "ООО «Завод»".to_owned(),
            5 => "шт.".to_owned(),
            6 => format!("{},{}", random.between(1, 400), random.between(1, 9)),
            _ => String::new(),
        });
        let form = if sheet == 0 { Form::Five } else { Form::Six };
        book.sheet(("А3", 420.0, 297.0), form, vec![(draft, TableKind::EquipmentList, true, sheet > 0)], "");
    }
}

/// The second sheet has the row of numbers only, the third begins in the middle of the table, without an upper rule.
fn quantities(book: &mut Book<'_>, random: &mut Random) {
    for sheet in 0..3u32 {
        let y = if sheet == 2 { 9.0 } else { 5.0 };
        let mut draft = Draft::new(20.0, y, &QUANTITIES, 1);
        if sheet == 0 {
            draft = Draft::headed(20.0, y, &QUANTITIES, 1, 15.0);
        }
        if sheet < 2 {
            draft.numbers();
            draft.section(7.0, "Земляные работы");
        }
        draft.rows(6, random, |index, column, name, random| match column {
            0 => (index + 1).to_string(),
            1 => name.to_owned(),
            2 => "м³".to_owned(),
            3 => format!("{},{:02}", random.between(1, 900), random.between(1, 99)),
            4 if index % 2 == 0 => "лист 4".to_owned(),
            5 if index % 3 == 0 => "2×1,5×3,14".to_owned(),
            _ => String::new(),
        });
        let form = if sheet == 0 { Form::Five } else { Form::Six };
        book.sheet(("А4", 210.0, 297.0), form, vec![(draft, TableKind::WorkQuantities, true, sheet > 0)], "");
    }
}

/// A register, and the same without rules.
fn without_frame(book: &mut Book<'_>, random: &mut Random) {
    for ruled in [true, false] {
        let mut draft = Draft::headed(15.0, 30.0, &REGISTER, 1, 12.0);
        draft.rows(7, random, |index, column, name, random| match column {
            0 => (index + 1).to_string(),
            1 => name.split(' ').take(4).collect::<Vec<_>>().join(" "),
            2 => format!("№ {}-{}", random.between(100, 999), random.between(1, 20)),
            3 => format!("{:02}.04.26", random.between(1, 28)),
            _ => random.between(1, 9).to_string(),
        });
        book.sheet(("А4", 210.0, 297.0), Form::Nothing, vec![(draft, TableKind::Register, ruled, false)], "");
    }
}

fn write(pages: &[(Vec<u8>, f32, f32)], faces: &mut Typefaces) -> Vec<u8> {
    let mut file = PdfFile::new();
    let (catalog, tree, resources, information) = (file.reserve(), file.reserve(), file.reserve(), file.reserve());
    let mut kids = String::new();
    for (content, width, height) in pages {
        let (page, contents) = (file.reserve(), file.reserve());
        file.stream(contents, "", content);
        let size = format!("/MediaBox [0 0 {width:.2} {height:.2}]");
        file.object(page, &format!("<< /Type /Page /Parent {tree} 0 R {size} /Contents {contents} 0 R >>"));
        kids.push_str(&format!("{page} 0 R "));
    }
    let fonts = faces.write(&mut file);
    file.object(resources, &fonts);
    let count = pages.len();
    file.object(tree, &format!("<< /Type /Pages /Kids [{kids}] /Count {count} /Resources {resources} 0 R >>"));
    file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    file.object(information, &format!("<< /Title {} >>", text_string("Таблицы")));
    file.finish(catalog, information)
}
