//! Parts of a bundle for a bench: `bundle_parts FOLDER ACTS OTHERS PAGES` writes a register that leads to all of them
//! (`000.pdf`) and so many acts (`001.pdf` …); the others, of so many pages each, come from elsewhere.

#[path = "../tests/samples/mod.rs"]
#[expect(dead_code, reason = "the samples serve tests, too")]
mod samples;

use domain::{Act, BundleEntry, BundleSection};
use forms::{Register, act_pdf, register_pdf};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, acts, others, other_pages] = &arguments[..] else {
        return Err("say «FOLDER ACTS OTHERS PAGES»".into());
    };
    let (folder, acts, others, other_pages) =
        (Path::new(folder), acts.parse::<u32>()?, others.parse::<u32>()?, other_pages.parse::<u32>()?);
    let usual = samples::usual_act();
    let mut pages = Vec::new();
    for number in 1..=acts {
        let act = Act {
            number: format!("{number}-КЖ9.9"),
            works: format!("{}, захватка {number}", usual.works),
            ..usual.clone()
        };
        let printed = act_pdf(&act)?;
        std::fs::write(folder.join(format!("{number:03}.pdf")), &printed.bytes)?;
        pages.push(printed.pages);
    }
    pages.extend((0..others).map(|_| other_pages));
    let mut front = 1;
    loop {
        let printed = register_pdf(&register(&pages, front))?;
        if printed.pages == front {
            std::fs::write(folder.join("000.pdf"), &printed.bytes)?;
            return Ok(());
        }
        front = printed.pages;
    }
}

fn register(pages: &[u32], front: u32) -> Register {
    let (mut page, mut entries) = (front + 1, Vec::new());
    for (index, own) in pages.iter().enumerate() {
        entries.push(BundleEntry {
            name: "Документ".to_owned(),
            content: "Армирование фундаментной плиты".to_owned(),
            number: (index + 1).to_string(),
            date: "07.10.2025".to_owned(),
            pages: *own,
            sheets: *own,
            first_sheet: page - front,
            first_page: page,
        });
        page += own;
    }
    let section = |(index, entries): (usize, &[BundleEntry])| BundleSection {
        name: format!("Раздел {}", index + 1),
        entries: entries.to_vec(),
    };
    let sections = entries.chunks(10).enumerate().map(section).collect();
    Register { bundle: "Том 1".to_owned(), sections, sheets: page - front - 1, ..Register::default() }
}
