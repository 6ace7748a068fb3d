//! Writes synthetic scans and what is written on them: `synthetic_scans <folder> [name=value …]`.
//!
//! For every kind and resolution `<folder>/<kind>-<dpi>.pdf` and `<kind>-<dpi>.json`, the truth. Values:
//! `dpi=300,200,150`, `kinds=text,table,a3,a2,a1`, `seed=1`, `wear=1` (0 clean … 2 a copy of a copy), `skew=3` (the most, in
//! degrees), `pages=0` (at most so many of each kind; 0 is all), `lettering=FILE` (a TrueType font for half of the sheets).

use pdf::testkit::{ScanOptions, ScanPage, ScanSheet, ScanTruth, Zone, scanned_set};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use ScanSheet::{
    DrawingA1, DrawingA2, DrawingA3, Elements, Equipment, GeneralDataA2, GeneralDataA3, Instructions, Note, Title,
};

const KINDS: [(&str, &[ScanSheet]); 5] = [
    ("text", &[Note, Note, Instructions, Note, Title, Note]),
    ("table", &[Equipment, Elements, Equipment, Elements, Equipment, Elements]),
    ("a3", &[DrawingA3, GeneralDataA3, DrawingA3, DrawingA3, GeneralDataA3, DrawingA3, DrawingA3, DrawingA3]),
    ("a2", &[DrawingA2, GeneralDataA2, DrawingA2]),
    ("a1", &[DrawingA1, DrawingA1]),
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed to {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("start: usage: synthetic_scans <folder> [name=value …]")?;
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or_else(|| format!("read «{argument}»: not name=value"))?;
        values.insert(name.to_owned(), value.to_owned());
    }
    let value = |name: &str, usual: &str| values.get(name).cloned().unwrap_or_else(|| usual.to_owned());
    let (seed, most_skew, wear): (u64, f32, f32) =
        (value("seed", "1").parse()?, value("skew", "3").parse()?, value("wear", "1").parse()?);
    let most_pages = match value("pages", "0").parse()? {
        0 => usize::MAX,
        pages => pages,
    };
    let lettering = values.get("lettering").map(std::fs::read).transpose()?;
    std::fs::create_dir_all(&folder)?;
    let kinds = value("kinds", "text,table,a3,a2,a1");
    for dpi in value("dpi", "300,200,150").split(',') {
        let dpi: u32 = dpi.parse()?;
        for (kind, sheets) in KINDS.iter().filter(|(kind, _)| kinds.split(',').any(|own| own == *kind)) {
            let name = format!("{kind}-{dpi}");
            let pages = sheets.iter().take(most_pages).enumerate();
            let pages = pages.map(|(index, sheet)| planned(*sheet, dpi, index, seed, most_skew, wear)).collect();
            let set = scanned_set(&ScanOptions { pages, lettering: lettering.clone() });
            let truth: Vec<Value> = set.pages.iter().map(truth_in_json).collect();
            std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), &set.pdf)?;
            std::fs::write(Path::new(&folder).join(format!("{name}.json")), json!({ "pages": truth }).to_string())?;
            println!("{name}: {} pages, {:.1} MB", set.pages.len(), set.pdf.len() as f32 / 1e6);
        }
    }
    Ok(())
}

/// Sheets of one kind differ in skew, wear, lettering and depth of the image; the same sheet says the same at every
/// resolution.
fn planned(sheet: ScanSheet, dpi: u32, index: usize, seed: u64, most_skew: f32, wear: f32) -> ScanPage {
    const SKEWS: [f32; 9] = [0.35, -0.6, 1.0, -0.15, 0.75, -1.0, 0.0, 0.5, -0.4];
    let turn = SKEWS.iter().cycle().nth(index + dpi as usize / 50 + sheet.format().len()).copied().unwrap_or_default();
    ScanPage {
        sheet,
        dpi,
        skew_deg: turn * most_skew,
        wear: wear * (0.6 + 0.2 * (index % 4) as f32),
        // Nobody scans small lettering at 150 dpi without greys.
        bilevel: dpi > 150 && index % 4 == 3,
        lettered: index % 2 == 1,
        slanted: index % 4 == 1,
        seed: seed * 100 + index as u64,
    }
}

fn truth_in_json(truth: &ScanTruth) -> Value {
    let words: Vec<Value> = truth
        .words
        .iter()
        .map(|word| {
            json!({
                "text": word.text,
                "box": word.bounds,
                "zone": zone_name(word.zone),
                "line": word.line,
                "rotation_deg": word.rotation_deg,
            })
        })
        .collect();
    json!({
        "sheet": format!("{:?}", truth.page.sheet),
        "format": truth.page.sheet.format(),
        "dpi": truth.page.dpi,
        "skew_deg": truth.page.skew_deg,
        "wear": truth.page.wear,
        "bilevel": truth.page.bilevel,
        "lettered": truth.page.lettered,
        "width_pt": truth.width_pt,
        "height_pt": truth.height_pt,
        "words": words,
    })
}

fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Text => "text",
        Zone::Table => "table",
        Zone::Stamp => "stamp",
        Zone::Heading => "heading",
        Zone::Vertical => "vertical",
        Zone::Drawing => "drawing",
    }
}
