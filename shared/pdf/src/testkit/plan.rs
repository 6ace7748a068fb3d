use super::general_data::{ROWS_FIRST, ROWS_FOLLOWING};
use super::random::Random;
use super::stamp::Stamp;
use super::{Project, SetOptions, SheetKind};
use domain::FaultKind;
use std::ops::Range;

/// A sheet before it is drawn.
pub(super) struct PlannedSheet {
    pub(super) kind: SheetKind,
    pub(super) format: &'static str,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) number: Option<String>,
    pub(super) fault: Option<FaultKind>,
    /// Stored on its side with /Rotate 90.
    pub(super) rotated: bool,
    /// Rows of the drawing list on this sheet of «Общие данные».
    pub(super) rows: Range<usize>,
    title: String,
    cipher: String,
    sheets: Option<u32>,
    revision: Option<u32>,
}

impl PlannedSheet {
    fn new(kind: SheetKind, format: &'static str) -> Self {
        let (width, height) = size(format);
        Self {
            kind,
            format,
            width,
            height,
            number: None,
            fault: None,
            rotated: false,
            rows: 0..0,
            title: String::new(),
            cipher: String::new(),
            sheets: None,
            revision: None,
        }
    }

    /// Its title block.
    pub(super) fn stamp(&self, project: &Project) -> Stamp<'_> {
        debug_assert!(self.cipher.is_empty() || self.cipher.starts_with(&project.cipher));
        Stamp {
            cipher: &self.cipher,
            title: &self.title,
            sheet: self.number.as_deref().unwrap_or_default(),
            sheets: self.sheets,
            revision: self.revision,
        }
    }

    /// Its row in the drawing list, if it belongs there.
    pub(super) fn list_entry(&self) -> Option<(String, String, String)> {
        if matches!(self.kind, SheetKind::Cover | SheetKind::Title | SheetKind::Specification) {
            return None;
        }
        let note = self.revision.map(|number| format!("Изм.{number}")).unwrap_or_default();
        Some((self.number.clone()?, self.title.clone(), note))
    }
}

/// Width and height in millimetres; only A4 stands upright.
fn size(format: &str) -> (f32, f32) {
    match format {
        "А1" => (841.0, 594.0),
        "А2" => (594.0, 420.0),
        "А3" => (420.0, 297.0),
        _ => (210.0, 297.0),
    }
}

/// Which sheets the set has, in their order.
pub(super) fn plan(options: &SetOptions, project: &Project, random: &mut Random) -> Vec<PlannedSheet> {
    let pages = options.pages.max(1) as usize;
    let front = [SheetKind::Cover, SheetKind::Title];
    let front = front.get(..pages.saturating_sub(1).min(2)).unwrap_or_default();
    let specifications = match pages {
        0..=4 => 0,
        5..=9 => 1,
        10..=29 => 2,
        _ => pages / 15,
    };
    let listed = pages - front.len() - specifications;
    let wide = listed > ROWS_FIRST[1] || random.chance(0.5);
    let first_rows = if wide { ROWS_FIRST[0] } else { ROWS_FIRST[1] };
    let following = listed.saturating_sub(first_rows).div_ceil(ROWS_FOLLOWING);

    let mut sheets: Vec<PlannedSheet> = front.iter().map(|kind| PlannedSheet::new(*kind, "А4")).collect();
    sheets.extend(general_data(wide, listed, first_rows, following));
    let drawings = listed - 1 - following;
    let faulty: &[SheetKind] = if options.faults && pages >= 10 {
        &[SheetKind::Text, SheetKind::Text, SheetKind::Text, SheetKind::Scan]
    } else {
        &[]
    };
    for index in 0..drawings - faulty.len().min(drawings) {
        sheets.push(if index % 20 == 19 { text(index / 20 + 4, random) } else { drawing(project, index, random) });
    }
    let faults = [FaultKind::Cp1251AsLatin1, FaultKind::Homoglyphs, FaultKind::GlyphShift, FaultKind::NoText];
    for (index, (kind, fault)) in faulty.iter().zip(faults).enumerate() {
        let mut sheet = text(index, random);
        if *kind == SheetKind::Scan {
            sheet = PlannedSheet::new(SheetKind::Scan, "А4");
            sheet.title = "Схема приложения нагрузок".to_owned();
        } else {
            sheet.revision = None;
        }
        sheet.fault = Some(fault);
        sheets.push(sheet);
    }
    number(&mut sheets, &project.cipher, listed);
    sheets.extend((0..specifications).map(|index| {
        let mut sheet = PlannedSheet::new(SheetKind::Specification, "А3");
        sheet.title = "Спецификация оборудования, изделий и материалов".to_owned();
        sheet.cipher = format!("{}.СО", project.cipher);
        sheet.number = Some((index + 1).to_string());
        sheet.sheets = (index == 0).then(|| u32::try_from(specifications).unwrap_or(u32::MAX));
        sheet
    }));
    sheets
}

fn general_data(wide: bool, listed: usize, first_rows: usize, following: usize) -> Vec<PlannedSheet> {
    let mut sheets = Vec::new();
    for index in 0..=following {
        let mut sheet = PlannedSheet::new(SheetKind::GeneralData, if wide { "А2" } else { "А3" });
        let ending = match index {
            _ if following == 0 => "",
            0 => " (начало)",
            _ if index == following => " (окончание)",
            _ => " (продолжение)",
        };
        sheet.title = format!("Общие данные{ending}");
        sheet.rows = if index == 0 {
            0..first_rows.min(listed)
        } else {
            let start = first_rows + (index - 1) * ROWS_FOLLOWING;
            start..(start + ROWS_FOLLOWING).min(listed)
        };
        sheets.push(sheet);
    }
    sheets
}

fn drawing(project: &Project, index: usize, random: &mut Random) -> PlannedSheet {
    let format = random.pick(&["А1", "А2", "А2", "А3", "А3", "А4"]);
    let mut sheet = PlannedSheet::new(SheetKind::Drawing, format);
    let names = project.discipline.drawings;
    let storey = index / names.len().max(1);
    let level =
        if storey == 0 { "-3.600".to_owned() } else { format!("+{}.{}00", (storey - 1) * 3, (storey * 3) % 10) };
    sheet.title = names.iter().cycle().nth(index).map_or_else(String::new, |name| name.replace("{}", &level));
    sheet.rotated = random.chance(0.2);
    sheet.revision = random.chance(0.2).then_some(1);
    sheet
}

fn text(index: usize, random: &mut Random) -> PlannedSheet {
    let mut sheet = PlannedSheet::new(SheetKind::Text, "А3");
    let works = ["монтажу", "приемке", "испытаниям", "контролю качества"];
    let work = works.iter().cycle().nth(index).copied().unwrap_or_default();
    sheet.title = format!("Указания по {work}. Часть {}", index / works.len() + 1);
    sheet.revision = random.chance(0.1).then_some(1);
    sheet
}

fn number(sheets: &mut [PlannedSheet], cipher: &str, listed: usize) {
    let drawings = sheets.iter_mut().filter(|sheet| !matches!(sheet.kind, SheetKind::Cover | SheetKind::Title));
    for (index, sheet) in drawings.enumerate() {
        sheet.number = Some((index + 1).to_string());
        sheet.cipher = cipher.to_owned();
        sheet.sheets = (index == 0).then(|| u32::try_from(listed).unwrap_or(u32::MAX));
    }
}
