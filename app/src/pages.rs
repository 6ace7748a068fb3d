use crate::cli::PagesOptions;
use crate::{AppError, Exit};
use domain::{Page, TextSource};
use pdf::{Document, Limits};
use pipeline::Failure;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::sync_channel;

/// Finished pages that wait for an earlier one are bounded by this many per reader.
const WAITING_PER_READER: usize = 4;

/// `pto pages`: reading alone, in the order of the file.
pub(crate) fn run(options: &PagesOptions) -> Result<Exit, AppError> {
    let name = options.file.display().to_string();
    let bytes = std::fs::read(&options.file).map_err(|error| {
        AppError::bad_input(
            format!("файл «{name}» не открывается: {error}."),
            "Проверьте путь и права доступа к файлу.",
        )
    })?;
    let document = Document::open(Arc::new(bytes), &Limits::default()).map_err(|error| {
        let message = match pdf_splitter::refusal(&error, &name) {
            Failure::Reject { message, .. } => message,
            Failure::Retry { action, .. } => action,
        };
        AppError::bad_input(message, "После исправления повторите ту же команду.")
    })?;
    let readers = options.jobs.map_or_else(default_readers, u32::from).min(document.page_count());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = read_in_order(&document, readers, |page| write_page(&mut out, &page, options.json));
    match written.and_then(|()| out.flush()) {
        Ok(()) => Ok(Exit::Done),
        // Whoever reads our output has seen enough, as `head` has.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => {
            Err(AppError::failed(format!("вывод не записывается: {error}."), "Проверьте место на диске и повторите."))
        }
    }
}

fn default_readers() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1))
}

/// Reads all pages with `readers` threads and hands them to `take` in order.
fn read_in_order(document: &Document, readers: u32, mut take: impl FnMut(Page) -> io::Result<()>) -> io::Result<()> {
    let next = Arc::new(AtomicU32::new(1));
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Page>(WAITING_PER_READER * readers as usize);
        for _ in 0..readers {
            let sender = sender.clone();
            let next = Arc::clone(&next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number > document.page_count() || sender.send(document.read_page(number)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut expected = 1;
        for page in receiver {
            early.insert(page.page, page);
            while let Some(page) = early.remove(&expected) {
                take(page)?;
                expected += 1;
            }
        }
        Ok(())
    })
}

fn write_page(out: &mut impl Write, page: &Page, json: bool) -> io::Result<()> {
    if json {
        let mut line = Vec::new();
        page.write_json(&mut line);
        line.push(b'\n');
        return out.write_all(&line);
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
        writeln!(out, "     дефект {:?}: {} ({mended})", fault.kind, fault.count)?;
    }
    writeln!(out, "{}", page.text)
}
