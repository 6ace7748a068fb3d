//! Acts for a bench: `print_acts make COUNT ACTS.json FORMS.json` writes made-up acts, each different, and their forms as
//! data; `print_acts print ACTS.json FOLDER [FIRST]` prints all of them into a folder, named by their places from FIRST on.

#[path = "../tests/samples/mod.rs"]
#[expect(dead_code, reason = "the samples serve tests, too")]
mod samples;

use domain::Act;
use forms::{act_form, act_pdf};
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["make", count, acts, forms] => make(count.parse()?, Path::new(acts), Path::new(forms)),
        ["print", acts, folder] => print(Path::new(acts), Path::new(folder), 1),
        ["print", acts, folder, first] => print(Path::new(acts), Path::new(folder), first.parse()?),
        _ => Err("say «make COUNT ACTS FORMS» or «print ACTS FOLDER [FIRST]»".into()),
    }
}

fn make(count: usize, acts_path: &Path, forms_path: &Path) -> Result<(), Box<dyn Error>> {
    let usual = samples::usual_act();
    let acts: Vec<Act> = (1..=count)
        .map(|n| Act {
            number: format!("{n}-КЖ9.9"),
            works: format!("{}, захватка {n}", usual.works),
            next_works: format!("{}, захватка {n}", usual.next_works),
            materials: usual.materials.iter().map(|material| format!("{material}, партия {n}")).collect(),
            additional: format!("Работы на захватке {n} выполнены в полном объёме"),
            ..usual.clone()
        })
        .collect();
    fs::write(forms_path, serde_json::to_vec(&acts.iter().map(act_form).collect::<Vec<_>>())?)?;
    fs::write(acts_path, serde_json::to_vec(&acts)?)?;
    Ok(())
}

fn print(acts: &Path, folder: &Path, first: usize) -> Result<(), Box<dyn Error>> {
    let acts: Vec<Act> = serde_json::from_slice(&fs::read(acts)?)?;
    fs::create_dir_all(folder)?;
    for (place, act) in (first..).zip(&acts) {
        fs::write(folder.join(format!("{place}.pdf")), act_pdf(act)?.bytes)?;
    }
    Ok(())
}
