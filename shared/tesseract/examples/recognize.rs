//! Reads pages from their pictures: `recognize FILE [PAGE…]`, a line of JSON a page.

use pdf::{Document, Limits, Verdict};
use ports::Compute;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use tesseract::Tesseract;

struct Here;

impl Compute for Here {
    fn spawn(&self, job: Box<dyn FnOnce() + Send>) {
        job();
    }

    fn width(&self) -> usize {
        1
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let document =
        Document::open(Arc::new(std::fs::read(arguments.next().ok_or("name a file")?)?), &Limits::default())?;
    let mut numbers: Vec<u32> = arguments.filter_map(|number| number.parse().ok()).collect();
    if numbers.is_empty() {
        numbers = (1..=document.page_count()).collect();
    }
    let tesseract = Tesseract::new(PathBuf::from("tesseract"), 1);
    for number in numbers {
        let Some(picture) = document.picture(number, ocr::PX_PER_PT, ocr::MAX_PIXELS) else { continue };
        let started = std::time::Instant::now();
        let recognised = ocr::read(picture, Vec::new(), &tesseract, &Here).await?;
        eprintln!("page {number}: {} words, {:?}", recognised.words.len(), started.elapsed());
        let mut line = Vec::new();
        let mut page = document.read_page(number);
        pdf::put_recognised(&mut page, &Verdict::Recognize, recognised);
        page.write_json(&mut line);
        line.push(b'\n');
        std::io::stdout().write_all(&line)?;
    }
    Ok::<_, Box<dyn std::error::Error>>(())
}
