use crate::cli::PagesOptions;
use crate::eyes::Eyes;
use crate::output::{reason, unless_closed};
use crate::readers::read_in_order;
use crate::{AppError, Exit};
use domain::{DocumentId, FaultKind, Page, TextSource};
use pdf::{Document, Limits};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// `pto pages`: reading alone, in the order of the file.
pub(crate) fn run(options: &PagesOptions) -> Result<Exit, AppError> {
    let document = open(file_bytes(&options.file)?, &options.file)?;
    let eyes = if options.no_ocr { None } else { Eyes::open() };
    let readers = options.jobs.map_or_else(default_readers, u32::from).min(document.page_count());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    let read = |number| match &eyes {
        Some(eyes) => eyes.read_page(&document, number),
        None => document.read_page(number),
    };
    let pages = document.page_count();
    let mut line = Vec::new();
    let mut before: Option<Page> = None;
    let take = |mut page: Page| {
        if let Some(before) = &before {
            domain::mark_continued(before, &mut page);
        }
        let written = write_page(&mut out, &page, options.json, &mut line);
        // Only its tables are looked at again.
        (page.words, page.text) = (Vec::new(), String::new());
        before = Some(page);
        written
    };
    let written = read_in_order(pages, readers, read, take);
    unless_closed(written.and_then(|()| out.flush()))?;
    Ok(Exit::Done)
}

/// Every page of a file, and the id of its document.
pub(crate) fn read_file(file: &Path, no_ocr: bool) -> Result<(DocumentId, Vec<Page>), AppError> {
    let bytes = file_bytes(file)?;
    let id = DocumentId::of(&bytes);
    let document = open(bytes, file)?;
    let eyes = if no_ocr { None } else { Eyes::open() };
    let read = |number| match &eyes {
        Some(eyes) => eyes.read_page(&document, number),
        None => document.read_page(number),
    };
    let mut pages = Vec::new();
    let readers = default_readers().min(document.page_count());
    let taken = read_in_order(document.page_count(), readers, read, |page| {
        pages.push(page);
        Ok(())
    });
    unless_closed(taken)?;
    Ok((id, pages))
}

fn file_bytes(file: &Path) -> Result<Vec<u8>, AppError> {
    std::fs::read(file).map_err(|error| {
        AppError::bad_input(
            format!("файл «{}» не открывается: {}.", file.display(), reason(&error)),
            "Проверьте путь и права доступа к файлу.",
        )
    })
}

fn open(bytes: Vec<u8>, file: &Path) -> Result<Document, AppError> {
    Document::open(Arc::new(bytes), &Limits::default()).map_err(|error| {
        let (_, message) = pdf_splitter::refusal(&error, &file.display().to_string());
        AppError::bad_input(message, "После исправления повторите ту же команду.")
    })
}

fn default_readers() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1))
}

/// `line` is room that is used again.
fn write_page(out: &mut impl Write, page: &Page, json: bool, line: &mut Vec<u8>) -> io::Result<()> {
    if json {
        line.clear();
        page.write_json(line);
        line.push(b'\n');
        return out.write_all(line);
    }
    let source = match page.source {
        TextSource::Text => "текстовый слой",
        TextSource::Repaired => "текстовый слой, исправлен",
        TextSource::Ocr => "распознано",
        TextSource::None => "текста нет",
    };
    let millimetres = |points: f32| (points * 25.4 / 72.0).round();
    writeln!(
        out,
        "──── стр. {} · {}×{} мм · {source} · слов: {}",
        page.page,
        millimetres(page.width_pt),
        millimetres(page.height_pt),
        page.words.len()
    )?;
    for fault in &page.faults {
        let mended = if fault.repaired { "исправлено" } else { "не исправлено" };
        writeln!(out, "     {}: {} ({mended})", fault_name(fault.kind), fault.count)?;
    }
    writeln!(out, "{}", page.text)
}

fn fault_name(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Cp1251AsLatin1 => "русские буквы в чужой кодировке",
        FaultKind::Homoglyphs => "латинские буквы вместо русских",
        FaultKind::GlyphShift => "сдвинутые номера знаков",
        FaultKind::Unmapped => "знаки без букв",
        FaultKind::MissingLetters => "пропущенные буквы",
        FaultKind::WrongLetters => "не те буквы",
        FaultKind::HiddenText => "невидимый текст",
        FaultKind::ForeignOcr => "чужое распознавание под сканом",
        FaultKind::TextBesidePicture => "текст только по краям изображения",
        FaultKind::DoubledText => "слова напечатаны дважды",
        FaultKind::AnnotationText => "слова из аннотаций",
        FaultKind::DoubtfulWords => "слова, распознанные неуверенно: сверьте их с изображением",
        FaultKind::NoText => "текстового слоя нет",
        FaultKind::Unreadable => "страница не читается",
    }
}
