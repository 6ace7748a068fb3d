//! Writes empty, usual and long acts of all forms in all kinds of file, a title page and a register into a directory, for
//! looking at:
//! `cargo run --release -p forms --example act -- <directory>`. With `--repeat <n>` it then prints the usual act `n`
//! times more and tells how long one took.

#[path = "../tests/samples/mod.rs"]
mod samples;

use domain::{Act, Wording};
use forms::{TitlePage, WrittenPdf, act_form, act_pdf, act_xml, form_docx, form_xlsx, register_pdf, title_page_pdf};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("name a directory to write into")?);
    std::fs::create_dir_all(&directory)?;
    let usual = samples::usual_act();
    let start = Instant::now();
    write(&directory, "act-usual.pdf", &act_pdf(&usual)?)?;
    println!("first act: {} ms", start.elapsed().as_millis());
    let old_wording = Act { wording: Wording::Rd11022006, ..usual.clone() };
    for (name, act) in [
        ("act-usual", usual.clone()),
        ("act-empty", Act::default()),
        ("act-long", samples::long_act()),
        ("act-registers", samples::registered_act()),
        ("act-structures", samples::structures_act()),
        ("act-rd-11-02", old_wording),
        ("act-names", samples::act_of_long_names()),
        ("act-qr", samples::act_with_a_page()),
    ] {
        let form = act_form(&act);
        std::fs::write(directory.join(format!("{name}.docx")), form_docx(&form)?)?;
        std::fs::write(directory.join(format!("{name}.xlsx")), form_xlsx(&form)?)?;
        std::fs::write(directory.join(format!("{name}.xml")), act_xml(&act)?)?;
        write(&directory, &format!("{name}.pdf"), &act_pdf(&act)?)?;
    }
    let register = samples::register(60);
    let title_page = TitlePage {
        object: &usual.object,
        cipher: &register.cipher,
        set_name: &register.set_name,
        developer: &register.developer,
        builder: &register.builder,
        designer: "",
        bundle: &register.bundle,
        city: "Примерск",
        year: Some(2025),
    };
    write(&directory, "title-page.pdf", &title_page_pdf(&title_page)?)?;
    write(&directory, "register.pdf", &register_pdf(&register)?)?;
    if arguments.next().as_deref() == Some("--repeat") {
        let times: u32 = arguments.next().ok_or("say how often")?.parse()?;
        let start = Instant::now();
        for number in 0..times {
            let act = Act { number: format!("{number}-КЖ9.9"), ..usual.clone() };
            act_pdf(&act)?;
        }
        println!("{times} acts: {} ms each", start.elapsed().as_millis() / u128::from(times.max(1)));
    }
    Ok(())
}

fn write(directory: &Path, name: &str, pdf: &WrittenPdf) -> std::io::Result<()> {
    println!("{name}: {} pages, {} bytes, notes {:?}", pdf.pages, pdf.bytes.len(), pdf.notes);
    std::fs::write(directory.join(name), &pdf.bytes)
}
