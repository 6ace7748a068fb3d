//! Synthetic drawing sets (комплекты РД) in the manner of ГОСТ Р 21.101, with the truth about them, and files that
//! a reader must refuse. Nothing in them is taken from a real project.

mod bars;
mod drawing;
mod file;
mod front;
mod general_data;
mod malformed;
mod marked;
mod plan;
mod random;
mod scan;
mod sheet;
mod specification;
mod stamp;
mod table;
mod tables;
mod typeface;
mod word_soup;
mod wording;

pub use malformed::{Malformed, malformed};
pub use marked::{ActTruth, BlockTruth, MARKED_SETS, MarkedSet, MarkedTruth, marked_set};
pub use scan::{ScanOptions, ScanPage, ScanSheet, ScanTruth, ScanWord, ScannedSet, scanned_set};
pub use sheet::Zone;
pub use tables::{CellTruth, TableSheets, TableTruth, table_sheets};
pub use word_soup::mend_and_arrange;

use domain::{FaultKind, Rect};
use file::{PdfFile, text_string};
use general_data::HiddenWorksList;
use plan::{PlannedSheet, plan};
use random::Random;
use sheet::{MM, Sheet};
use typeface::{Naming, Typefaces};
use wording::{DESIGNERS, DISCIPLINES, Discipline, OBJECTS};

/// What set to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOptions {
    /// Number of pages, at least 1; 0 is taken as 1. The demonstration has 14, the benches 250.
    pub pages: u32,
    /// Chooses the discipline, the names, the numbers and the lines. Seeds that differ by one differ in discipline.
    pub seed: u64,
    /// Whether four of the pages have a faulty text layer: cp1251 shown as Latin-1, look-alike letters, shifted
    /// glyph numbers, and a scan. Sets of fewer than 10 pages have no room for them.
    pub faults: bool,
}

/// A set and what is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticSet {
    /// The file.
    pub pdf: Vec<u8>,
    /// What a perfect reader would find in it.
    pub truth: Truth,
}

/// What a perfect reader would find in a set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truth {
    /// Cipher of the set (шифр): «950-12-КЖ1». The specification has «.СО» behind it.
    pub cipher: String,
    /// Mark (марка): «КЖ».
    pub mark: String,
    /// Object of construction, as in the title blocks.
    pub object: String,
    /// Stage: always «Р».
    pub stage: String,
    /// Drawing list: sheet, name, note. In a set of 1 to 3 pages it has just «Общие данные».
    pub sheets: Vec<(String, String, String)>,
    /// Referenced, then attached documents: designation and name.
    pub references: Vec<(String, String)>,
    /// How many of [`Self::references`], counted from the end, are attached (прилагаемые).
    pub attached: u32,
    /// Heading of the list of hidden works, as one line.
    pub hidden_works_heading: String,
    /// Items of that list without their bullets, numbers and closing signs.
    pub hidden_works: Vec<String>,
    /// Rows of the specification in the order of its nine columns, without section headings.
    pub specification: Vec<[String; 9]>,
    /// Pages of the file.
    pub pages: Vec<PageTruth>,
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Cover (обложка).
    Cover,
    /// Title sheet with signatures (титульный лист).
    Title,
    /// «Общие данные».
    GeneralData,
    /// A drawing.
    Drawing,
    /// Running text with a title block.
    Text,
    /// Specification (СО).
    Specification,
    /// An image without a text layer.
    Scan,
}

/// What is true of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTruth {
    /// What it is.
    pub kind: SheetKind,
    /// Format: «А2».
    pub format: String,
    /// Sheet number in its title block, when it has one.
    pub sheet: Option<String>,
    /// Its fault, when it has one.
    pub fault: Option<FaultKind>,
    /// Words as they are seen, with their boxes in points: from ascent to descent of the typeface, by advance.
    pub words: Vec<(String, Rect)>,
}

/// What all sheets of a set share.
struct Project {
    seed: u64,
    cipher: String,
    object: String,
    building: String,
    designer: String,
    stage: String,
    discipline: &'static Discipline,
    archive: u32,
}

/// Writes a drawing set. The same options give the same bytes.
pub fn drawing_set(options: &SetOptions) -> SyntheticSet {
    let mut random = Random::new(options.seed);
    let project = project(options.seed, &mut random);
    let works = hidden_works(&project, &mut random);
    let planned = plan(options, &project, &mut random);
    let mut truth = Truth {
        cipher: project.cipher.clone(),
        mark: project.discipline.mark.to_owned(),
        object: project.object.clone(),
        stage: project.stage.clone(),
        sheets: planned.iter().filter_map(PlannedSheet::list_entry).collect(),
        ..Truth::default()
    };
    let mut file = PdfFile::new();
    let mut faces = Typefaces::new();
    let (catalog, tree, resources, information) = (file.reserve(), file.reserve(), file.reserve(), file.reserve());
    let mut kids = String::new();
    let mut numbering = specification::Numbering::default();
    for (index, planned) in planned.iter().enumerate() {
        let mut random = Random::for_sheet(options.seed, index as u64 + 10);
        let (page, contents) = (file.reserve(), file.reserve());
        let mut sheet = Sheet::new(&mut faces, planned.width, planned.height);
        let stamp = planned.stamp(&project);
        let mut extra = String::new();
        match planned.kind {
            SheetKind::Cover => front::cover(&mut sheet, &project),
            SheetKind::Title => front::title(&mut sheet, &project),
            SheetKind::GeneralData if planned.rows.start == 0 => {
                general_data::first(&mut sheet, &project, &stamp, &mut truth, &works);
            }
            SheetKind::GeneralData => {
                let rows = truth.sheets.get(planned.rows.clone()).unwrap_or_default();
                general_data::following(&mut sheet, &project, &stamp, rows);
            }
            SheetKind::Drawing => drawing::page(&mut sheet, &project, planned.format, &stamp, &mut random),
            SheetKind::Text => {
                sheet.naming = match planned.fault {
                    Some(FaultKind::Cp1251AsLatin1) => Naming::Cp1251AsLatin1,
                    Some(FaultKind::GlyphShift) => Naming::GlyphShift,
                    _ => Naming::True,
                };
                sheet.homoglyphs = planned.fault == Some(FaultKind::Homoglyphs);
                general_data::instructions(&mut sheet, &project, &stamp, &mut random);
            }
            SheetKind::Specification => {
                let rows = specification::page(&mut sheet, &project, &stamp, &mut numbering, &mut random);
                truth.specification.extend(rows);
            }
            SheetKind::Scan => {
                let image = file.reserve();
                bars::page(&mut sheet, &mut file, image, &mut random);
                extra = format!("/Resources << /XObject << /Im1 {image} 0 R >> >>");
            }
        }
        let rotated = planned.rotated;
        let content = sheet.finish(rotated);
        let words = std::mem::take(&mut sheet.words);
        let (mut width, mut height) = (planned.width * MM, planned.height * MM);
        if rotated {
            (width, height) = (height, width);
            extra.push_str("/Rotate 90");
        }
        file.stream(contents, "", &content);
        file.object(
            page,
            &format!(
                "<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {width:.2} {height:.2}] \
                 /Contents {contents} 0 R {extra} >>"
            ),
        );
        kids.push_str(&format!("{page} 0 R "));
        truth.pages.push(PageTruth {
            kind: planned.kind,
            format: planned.format.to_owned(),
            sheet: planned.number.clone(),
            fault: planned.fault,
            words,
        });
    }
    let fonts = faces.write(&mut file);
    file.object(resources, &fonts);
    file.object(
        tree,
        &format!("<< /Type /Pages /Kids [{kids}] /Count {} /Resources {resources} 0 R >>", truth.pages.len()),
    );
    file.object(catalog, &format!("<< /Type /Catalog /Pages {tree} 0 R >>"));
    file.object(
        information,
        &format!("<< /Title {} >>", text_string(&format!("{}. {}", project.cipher, project.object))),
    );
    SyntheticSet { pdf: file.finish(catalog, information), truth }
}

fn project(seed: u64, random: &mut Random) -> Project {
    let [first, ..] = &DISCIPLINES;
    let discipline = DISCIPLINES.get((seed % DISCIPLINES.len() as u64) as usize).unwrap_or(first);
    Project {
        seed,
        cipher: format!(
            "9{:02}-{:02}-{}{}",
            random.between(0, 99),
            random.between(1, 40),
            discipline.mark,
            random.between(1, 4)
        ),
        object: random.pick(&OBJECTS).replace("{}", &random.between(1, 90).to_string()),
        building: format!("Корпус {}", random.between(1, 9)),
        designer: random.pick(&DESIGNERS).to_owned(),
        stage: "Р".to_owned(),
        discipline,
        archive: random.between(10_000, 99_999),
    }
}

/// 8 to 14 works of the discipline in their order; the first one wraps over two lines.
fn hidden_works(project: &Project, random: &mut Random) -> HiddenWorksList {
    let choices = project.discipline.hidden_works;
    let wanted = random.between(8, 14) as usize;
    let mut surplus = choices.len().saturating_sub(wanted);
    let mut items: Vec<String> = choices.iter().map(|item| (*item).to_owned()).collect();
    while surplus > 0 && items.len() > 1 {
        let last = u32::try_from(items.len()).unwrap_or(2) - 1;
        items.remove(random.between(1, last) as usize);
        surplus -= 1;
    }
    // Somewhere in the middle, where a reader that takes lines for items would split it.
    if let Some(start) = items.get_mut(..4) {
        start.rotate_left(1);
    }
    HiddenWorksList { numbered: random.chance(0.5), items }
}

#[cfg(test)]
mod tests;
