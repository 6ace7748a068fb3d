//! Sets of twelve marks, worded and laid out as different firms do it, with what is true of them down to the acts that an
//! engineer draws up. For grading a reader on what it was not written after.

mod more_systems;
mod scenario;
mod sheets;
mod stamps;
mod structures;
mod style;
mod systems;

use super::Project;
use super::file::{PdfFile, text_string};
use super::random::Random;
use super::sheet::{MM, Sheet};
use super::stamp::{Stamp, frame};
use super::typeface::Typefaces;
use super::wording::{DESIGNERS, DISCIPLINES, OBJECTS};
use domain::{ActForm, HiddenWorksMode};
use scenario::{Naming, Scenario};
use sheets::{Paragraph, Printed};
use stamps::Block;
use std::collections::VecDeque;
use style::{Break, Style};

const SCENARIOS: [Scenario; 14] = [
    structures::SLAB,
    structures::STEEL,
    structures::WALLS,
    systems::HEATING,
    systems::WATER,
    systems::POWER,
    systems::OUTSIDE_WATER,
    structures::GROUND,
    more_systems::HEAT_POINT,
    more_systems::HEAT_NETWORK,
    more_systems::NETWORKS,
    more_systems::FIRE_ALARM,
    structures::GRILLAGE,
    systems::CONCEALED_PIPES,
];

/// How many different sets there are before their layouts repeat with other wording.
pub const MARKED_SETS: u64 = SCENARIOS.len() as u64;

/// A set of one mark and what is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedSet {
    /// The file.
    pub pdf: Vec<u8>,
    /// What a perfect engineer would make of it.
    pub truth: MarkedTruth,
}

/// What is true of a sheet's title block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockTruth {
    /// Page of the file, from 1.
    pub page: u32,
    /// Designation in graph 1.
    pub cipher: String,
    /// Sheet in graph 7.
    pub sheet: String,
    /// Number of sheets in graph 8.
    pub sheets: Option<u32>,
    /// What the sheet shows.
    pub title: String,
}

/// An act that an engineer draws up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActTruth {
    /// Its work.
    pub work: String,
    /// Its level, when the set tells it.
    pub level: Option<String>,
    /// Its axes, when the set tells them.
    pub axes: Option<String>,
    /// Words of the materials that must stand in item 3.
    pub materials: Vec<String>,
}

/// What is true of a set of one mark.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedTruth {
    /// Name of the set, fit for a file.
    pub name: String,
    /// Cipher (шифр).
    pub cipher: String,
    /// Mark (марка).
    pub mark: String,
    /// Last revision, when the set has one.
    pub revision: Option<u32>,
    /// Drawing list: sheet, name, note.
    pub drawing_list: Vec<[String; 3]>,
    /// List of specifications: sheet and name.
    pub specification_list: Vec<[String; 2]>,
    /// Referenced documents: designation and name.
    pub references: Vec<[String; 2]>,
    /// Title blocks.
    pub blocks: Vec<BlockTruth>,
    /// How hidden works are named.
    pub mode: HiddenWorksMode,
    /// Heading of their list.
    pub heading: Option<String>,
    /// Items of the list, or the sentence.
    pub items: Vec<String>,
    /// Rows of the specification: position, name, mark, unit, quantity, section.
    pub specification: Vec<[String; 6]>,
    /// Acts of hidden works in the order of building.
    pub acts: Vec<ActTruth>,
    /// Whether they are only to be proposed.
    pub proposed: bool,
    /// Acts of other forms.
    pub other_acts: Vec<(ActForm, String)>,
    /// Codes of warnings that there is cause for.
    pub warnings: Vec<String>,
    /// Entries of permits to change: revision, sheets, content.
    pub changes: Vec<[String; 3]>,
}

/// Writes one set. The same seed gives the same bytes; seeds that differ by one differ in mark and layout.
pub fn marked_set(seed: u64) -> MarkedSet {
    let [first, ..] = &SCENARIOS;
    let scenario = SCENARIOS.get((seed % MARKED_SETS) as usize).unwrap_or(first);
    let style = Style::of(seed);
    let mut random = Random::for_sheet(seed, 5);
    let cipher =
        format!("8{:02}-{:02}/26-{}{}", random.between(0, 99), random.between(1, 30), scenario.mark, scenario.part);
    let [concrete, ..] = &DISCIPLINES;
    let project = Project {
        seed,
        cipher: cipher.clone(),
        object: random.pick(&OBJECTS).replace("{}", &random.between(1, 90).to_string()),
        building: scenario.building.to_owned(),
        designer: random.pick(&DESIGNERS).to_owned(),
        stage: "Р".to_owned(),
        discipline: concrete,
        archive: random.between(10_000, 99_999),
    };
    Maker { scenario, style, project, seed, file: PdfFile::new(), faces: Typefaces::new(), pages: Vec::new() }.make()
}

struct Maker {
    scenario: &'static Scenario,
    style: Style,
    project: Project,
    seed: u64,
    file: PdfFile,
    faces: Typefaces,
    /// Contents and size of each page.
    pages: Vec<(Vec<u8>, f32, f32)>,
}

impl Maker {
    fn make(mut self) -> MarkedSet {
        let mut truth = self.truth();
        let (scenario, project) = (self.scenario, &self.project);
        let mut pages = Vec::new();

        let mut cover = Sheet::new(&mut self.faces, 210.0, 297.0);
        sheets::cover(&mut cover, project, scenario.title);
        pages.push((cover.finish(false), cover.width, cover.height));
        if self.style.permit {
            let mut sheet = Sheet::new(&mut self.faces, 210.0, 297.0);
            let changes = [
                ["1", "2", "Откорректирован план, уточнены размеры", "4"],
                ["1", "2,3", "Изменена спецификация по замечаниям заказчика", "5"],
            ];
            sheets::permit(&mut sheet, project, "14-26", &changes);
            pages.push((sheet.finish(false), sheet.width, sheet.height));
            truth.revision = Some(1);
            truth.changes = changes.iter().map(|change| [change[0], change[1], change[2]].map(str::to_owned)).collect();
            if let Some(row) = truth.drawing_list.get_mut(1) {
                row[2] = "Изм.1".to_owned();
            }
        }

        let total = u32::try_from(truth.drawing_list.len()).unwrap_or(0) + u32::from(self.style.wrong_total);
        let mut text = self.running_text();
        let mut sheet = Sheet::new(&mut self.faces, 594.0, 420.0);
        frame(&mut sheet, "А2", project.archive);
        let title = "Общие данные";
        let stamp = Stamp { cipher: &project.cipher, title, sheet: "1", sheets: Some(total), revision: None };
        stamps::draw(&mut sheet, project, &stamp, self.style.block);
        general_data(&mut sheet, &self.style, &truth, &mut text);
        pages.push((sheet.finish(false), sheet.width, sheet.height));
        truth.block(pages.len(), &project.cipher, "1", Some(total), title);
        if !text.is_empty() {
            let title = "Общие данные (продолжение)";
            let mut sheet = Sheet::new(&mut self.faces, 594.0, 420.0);
            frame(&mut sheet, "А2", project.archive);
            let stamp = Stamp { cipher: &project.cipher, title, sheet: "1.1", sheets: None, revision: None };
            stamps::draw(&mut sheet, project, &stamp, self.style.block);
            let columns = [(25.0, 18.0, 400.0), (215.0, 18.0, 340.0)];
            sheets::fill(&mut sheet, &columns, 180.0, &mut text);
            pages.push((sheet.finish(false), sheet.width, sheet.height));
            truth.block(pages.len(), &project.cipher, "1.1", None, title);
        }

        let printed = printed(scenario);
        let skipped = if self.style.missing_sheet && scenario.drawings.len() > 1 { 1 } else { usize::MAX };
        for (index, drawing) in scenario.drawings.iter().enumerate() {
            let number = (index + 2).to_string();
            if index == skipped {
                truth.warnings.push("sheet-missing".to_owned());
                continue;
            }
            let mut sheet = Sheet::new(&mut self.faces, 594.0, 420.0);
            let revision = (self.style.permit && index == 0).then_some(1);
            let stamp = Stamp { cipher: &project.cipher, title: drawing.title, sheet: &number, sheets: None, revision };
            sheets::drawing(&mut sheet, project, &stamp, self.style.block, drawing);
            if !scenario.equipment && index + 1 == scenario.drawings.len() {
                sheets::form7(&mut sheet, 395.0, 30.0, drawing.title, &printed);
            }
            pages.push((sheet.finish(false), sheet.width, sheet.height));
            truth.block(pages.len(), &project.cipher, &number, None, drawing.title);
        }
        if scenario.equipment {
            let designation = format!("{}.СО", project.cipher);
            let title = "Спецификация оборудования, изделий и материалов";
            let half = printed.len().div_ceil(2).max(3);
            let mut rest = printed.as_slice();
            let mut number = 1_u32;
            let sheets_total = u32::try_from(printed.len().div_ceil(half)).unwrap_or(1);
            while !rest.is_empty() && number < 9 {
                let text = number.to_string();
                let first = number == 1;
                let total = first.then_some(sheets_total);
                let stamp = Stamp { cipher: &designation, title, sheet: &text, sheets: total, revision: None };
                let mut sheet = Sheet::new(&mut self.faces, 420.0, 297.0);
                let taken = sheets::equipment(&mut sheet, project, &stamp, &self.style, rest, half);
                pages.push((sheet.finish(false), sheet.width, sheet.height));
                truth.block(pages.len(), &designation, &text, total, if first { title } else { "" });
                rest = rest.get(taken.max(1)..).unwrap_or_default();
                number += 1;
            }
        }
        truth.specification = printed
            .iter()
            .map(|Printed { section, position, row }| {
                let position = if scenario.equipment && self.style.two_numberings {
                    position.rsplit('.').next().unwrap_or_default()
                } else {
                    position.as_str()
                };
                [position, row.0, row.1, row.2, row.3, section].map(str::to_owned)
            })
            .collect();
        if self.style.wrong_total {
            truth.warnings.push("sheet-count-differs".to_owned());
        }
        self.pages = pages;
        MarkedSet { pdf: self.write(), truth }
    }

    /// General notes, the list or the sentences, and what stands around it.
    fn running_text(&self) -> VecDeque<Paragraph> {
        let mut text = VecDeque::new();
        let mut write = |heading: bool, text_of: String| text.push_back(Paragraph { text: text_of, heading });
        write(true, "Общие указания".to_owned());
        let mut number = 0;
        for note in self.scenario.notes {
            number += 1;
            write(false, format!("{number}. {note}"));
        }
        match &self.scenario.naming {
            Naming::List(items) => {
                write(!self.style.hidden_works.ends_with(':'), self.style.hidden_works.to_owned());
                let last = items.len().saturating_sub(1);
                for (index, item) in items.iter().enumerate() {
                    let mark = self.style.mark.replace('#', &(index + 1).to_string());
                    let end = if index == last || (self.style.full_stop && index == 1) { "." } else { ";" };
                    write(false, format!("{mark} {item}{end}"));
                }
            }
            Naming::Prose(sentence) | Naming::Denied(sentence) => {
                number += 1;
                write(false, format!("{number}. {sentence}"));
            }
            Naming::Silent => {}
        }
        if self.style.neighbour {
            write(false, "Требования к материалам, применяемым при производстве работ:".to_owned());
            for item in ["наличие паспорта и сертификата", "соответствие проекту", "отсутствие повреждений"]
            {
                write(false, format!("{} {item};", if self.style.mark == "•" { "•" } else { "–" }));
            }
        }
        text
    }

    fn truth(&self) -> MarkedTruth {
        let scenario = self.scenario;
        let entry = |sheet: usize, name: &str| [sheet.to_string(), name.to_owned(), String::new()];
        let mut drawing_list = vec![entry(1, "Общие данные")];
        drawing_list.extend(scenario.drawings.iter().zip(2..).map(|(drawing, number)| entry(number, drawing.title)));
        let (mode, heading, items) = match &scenario.naming {
            Naming::List(items) => (HiddenWorksMode::List, Some(self.style.hidden_works.to_owned()), items.to_vec()),
            Naming::Prose(sentence) => (HiddenWorksMode::Prose, None, vec![*sentence]),
            Naming::Silent | Naming::Denied(_) => (HiddenWorksMode::None, None, Vec::new()),
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        MarkedTruth {
            name: format!("{:02}-{}", self.seed, scenario.mark),
            cipher: self.project.cipher.clone(),
            mark: scenario.mark.to_owned(),
            revision: None,
            specification_list: if self.style.specification_list {
                vec![[(scenario.drawings.len() + 1).to_string(), "Спецификация элементов".to_owned()]]
            } else {
                Vec::new()
            },
            drawing_list,
            references: scenario.references.iter().map(|(one, two)| [(*one).to_owned(), (*two).to_owned()]).collect(),
            blocks: Vec::new(),
            mode,
            heading,
            items: items.into_iter().map(str::to_owned).collect(),
            specification: Vec::new(),
            acts: scenario
                .acts
                .iter()
                .map(|act| ActTruth {
                    work: act.name.to_owned(),
                    level: some(act.level),
                    axes: some(act.axes),
                    materials: act.materials.iter().map(|word| (*word).to_owned()).collect(),
                })
                .collect(),
            proposed: mode == HiddenWorksMode::None,
            other_acts: scenario.other_acts.iter().map(|(form, name)| (*form, (*name).to_owned())).collect(),
            warnings: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn write(mut self) -> Vec<u8> {
        let file = &mut self.file;
        let (catalog, tree, resources, information) = (file.reserve(), file.reserve(), file.reserve(), file.reserve());
        let mut kids = String::new();
        for (content, width, height) in &self.pages {
            let (page, contents) = (file.reserve(), file.reserve());
            file.stream(contents, "", content);
            let (width, height) = (width * MM, height * MM);
            file.object(
                page,
                &format!("<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width:.2} {height:.2}] /Contents {contents} 0 R >>"),
            );
            kids.push_str(&format!("{page} 0 R "));
        }
        let fonts = self.faces.write(file);
        file.object(resources, &fonts);
        let count = self.pages.len();
        file.object(tree, &format!("<< /Type /Pages /Kids [{kids}] /Count {count} /Resources {resources} 0 R >>"));
        file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
        file.object(information, &format!("<< /Title {} >>", text_string(&self.project.cipher)));
        self.file.finish(catalog, information)
    }
}

impl MarkedTruth {
    fn block(&mut self, page: usize, cipher: &str, sheet: &str, sheets: Option<u32>, title: &str) {
        self.blocks.push(BlockTruth {
            page: u32::try_from(page).unwrap_or(u32::MAX),
            cipher: cipher.to_owned(),
            sheet: sheet.to_owned(),
            sheets,
            title: title.to_owned(),
        });
    }
}

/// The rows of the specification with their positions.
fn printed(scenario: &'static Scenario) -> Vec<Printed> {
    let mut printed = Vec::new();
    for (section, rows) in (1..).zip(scenario.sections) {
        for (number, row) in (1..).zip(rows.1) {
            printed.push(Printed { section: rows.0, position: format!("{section}.{number}"), row: *row });
        }
    }
    printed
}

fn general_data(sheet: &mut Sheet<'_>, style: &Style, truth: &MarkedTruth, text: &mut VecDeque<Paragraph>) {
    let header = style.header_row.then_some(["Лист", "Наименование", "Примечание"]);
    let y = sheets::list(sheet, (25.0, 16.0), style.drawing_list, &[15.0, 135.0, 30.0], header, &truth.drawing_list);
    let references: Vec<[String; 3]> =
        truth.references.iter().map(|[one, two]| [one.clone(), two.clone(), String::new()]).collect();
    sheets::list(
        sheet,
        (25.0, y + 14.0),
        "Ведомость ссылочных и прилагаемых документов",
        &[55.0, 95.0, 30.0],
        Some(["Обозначение", "Наименование", "Примечание"]),
        &references,
    );
    let mut top = 16.0;
    if !truth.specification_list.is_empty() {
        let rows: Vec<[String; 3]> =
            truth.specification_list.iter().map(|[one, two]| [one.clone(), two.clone(), String::new()]).collect();
        let header = Some(["Лист", "Наименование", "Примечание"]);
        top = sheets::list(sheet, (215.0, 16.0), "Ведомость спецификаций", &[15.0, 135.0, 30.0], header, &rows) + 10.0;
    }
    let half: f32 = sheets::height(sheet, 180.0, text.make_contiguous()) * 0.6;
    let second_floor = match style.broken {
        Break::Nowhere => 405.0,
        Break::Column | Break::Page => (top + half).min(405.0),
    };
    let mut columns = vec![(215.0, top, second_floor)];
    if style.broken != Break::Page {
        // The title block takes the foot of the last column, upright or on its side.
        columns.push((
            if style.block == Block::OnItsSide { 398.0 } else { 405.0 },
            18.0,
            if style.block == Block::OnItsSide { 220.0 } else { 345.0 },
        ));
    }
    sheets::fill(sheet, &columns, if style.block == Block::OnItsSide { 170.0 } else { 180.0 }, text);
}
