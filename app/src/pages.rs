use crate::cli::PagesOptions;
use crate::eyes::Eyes;
use crate::output::{reason, unless_closed};
use crate::{AppError, Exit};
use domain::{DocumentId, FaultKind, Page, TextSource};
use pdf::{Document, Limits};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

/// Readers run ahead of the page to be printed next by at most this many pages each: memory is bounded by it.
const AHEAD_PER_READER: u32 = 4;

/// As much stack as the pool of the embedded host gives to parsers.
const STACK_BYTES: usize = 16 << 20;

/// `pto pages`: reading alone, in the order of the file.
pub(crate) fn run(options: &PagesOptions) -> Result<Exit, AppError> {
    let (document, _) = open(&options.file)?;
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
        before = Some(page);
        written
    };
    let written =
        if readers == 1 { read_one_by_one(pages, read, take) } else { read_in_order(pages, read, readers, take) };
    unless_closed(written.and_then(|()| out.flush()))?;
    Ok(Exit::Done)
}

/// Every page of a file, and the id of its document.
pub(crate) fn read_file(file: &Path, no_ocr: bool) -> Result<(DocumentId, Vec<Page>), AppError> {
    let (document, id) = open(file)?;
    let eyes = if no_ocr { None } else { Eyes::open() };
    let read = |number| match &eyes {
        Some(eyes) => eyes.read_page(&document, number),
        None => document.read_page(number),
    };
    let mut pages = Vec::new();
    let readers = default_readers().min(document.page_count());
    let taken = read_in_order(document.page_count(), read, readers, |page| {
        pages.push(page);
        Ok(())
    });
    unless_closed(taken)?;
    Ok((id, pages))
}

fn open(file: &Path) -> Result<(Document, DocumentId), AppError> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        AppError::bad_input(
            format!("файл «{name}» не открывается: {}.", reason(&error)),
            "Проверьте путь и права доступа к файлу.",
        )
    })?;
    let id = DocumentId::of(&bytes);
    let document = Document::open(Arc::new(bytes), &Limits::default()).map_err(|error| {
        let (_, message) = pdf_splitter::refusal(&error, &name);
        AppError::bad_input(message, "После исправления повторите ту же команду.")
    })?;
    Ok((document, id))
}

fn default_readers() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1))
}

/// What the readers and the printer share.
struct Window {
    state: Mutex<WindowState>,
    changed: Condvar,
}

struct WindowState {
    /// The page to be handed to the next reader.
    next: u32,
    /// The page to be printed next; past the last page when printing has ended.
    expected: u32,
    /// Pages read and not printed yet.
    read: BTreeMap<u32, Page>,
}

impl Window {
    fn lock(&self) -> MutexGuard<'_, WindowState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks once `ready` holds.
    fn when(&self, ready: impl Fn(&WindowState) -> bool) -> MutexGuard<'_, WindowState> {
        let guard = self.changed.wait_while(self.lock(), |state| !ready(state));
        guard.unwrap_or_else(PoisonError::into_inner)
    }

    /// A page for a reader, once it is within the window; `None` when there is none left.
    fn take_number(&self, last: u32, ahead: u32) -> Option<u32> {
        let mut state = self.when(|state| state.next < state.expected.saturating_add(ahead) || state.next > last);
        let number = state.next;
        state.next += 1;
        (number <= last && state.expected <= last).then_some(number)
    }
}

/// Reads pages 1 to `last` in one thread, which hands them to `take` too: nothing goes from one core to another.
fn read_one_by_one(
    last: u32,
    read: impl Fn(u32) -> Page + Send,
    mut take: impl FnMut(Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    std::thread::scope(|scope| {
        let reader = Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, move || (1..=last).try_for_each(|number| take(read(number))))?;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Reads pages 1 to `last` with `readers` threads and hands them to `take` in order; stops at its first error.
fn read_in_order(
    last: u32,
    read: impl Fn(u32) -> Page + Sync,
    readers: u32,
    mut take: impl FnMut(Page) -> io::Result<()>,
) -> io::Result<()> {
    let window = Window {
        state: Mutex::new(WindowState { next: 1, expected: 1, read: BTreeMap::new() }),
        changed: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for _ in 0..readers {
            Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || {
                while let Some(number) = window.take_number(last, readers * AHEAD_PER_READER) {
                    let page = read(number);
                    window.lock().read.insert(number, page);
                    window.changed.notify_all();
                }
            })?;
        }
        for number in 1..=last {
            let page = window.when(|state| state.read.contains_key(&number)).read.remove(&number);
            let printed = page.map_or(Ok(()), &mut take);
            window.lock().expected = if printed.is_ok() { number + 1 } else { u32::MAX };
            window.changed.notify_all();
            printed?;
        }
        Ok(())
    })
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
        FaultKind::NoText => "текстового слоя нет",
        FaultKind::Unreadable => "страница не читается",
    }
}
