//! What the user should know of a set, in Russian, with pages.

use crate::contradictions::{self, Counts};
use crate::{lines::fold, title_block::FoundBlock};
use domain::{
    ActForm, DrawingListEntry, HiddenWorks, HiddenWorksMode, Page, Reference, RevisionEntry, SpecificationRow,
    TextSource, Warning, Work,
};
use std::collections::BTreeMap;

/// What was found, for comparing.
pub(crate) struct Set<'a> {
    pub(crate) pages: &'a [Page],
    pub(crate) blocks: &'a [FoundBlock],
    pub(crate) drawings: &'a [DrawingListEntry],
    pub(crate) hidden: &'a HiddenWorks,
    pub(crate) cipher: Option<&'a str>,
    pub(crate) revision: Option<u32>,
    pub(crate) references: &'a [Reference],
    pub(crate) specification: &'a [SpecificationRow],
    pub(crate) permits: &'a [RevisionEntry],
    pub(crate) works: &'a [Work],
    /// The set says that it has no hidden works.
    pub(crate) denied: bool,
}

/// Every warning there is cause for, in a fixed order.
pub(crate) fn collect(set: &Set<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, message: String, pages: Vec<u32>| {
        warnings.push(Warning { code: code.to_owned(), message, pages });
    };
    let silent = pages_where(set, |page| page.source == TextSource::None || page.words.is_empty());
    if !silent.is_empty() {
        let place = on_pages(&silent);
        warn(
            "no-text-pages",
            format!(
                "{place} текст не прочитан: они пусты или не распознаны. Проверьте распознавание командой «pto doctor» или \
                 загрузите файл с текстовым слоем."
            ),
            silent,
        );
    }
    let unsure = pages_where(set, |page| page.source == TextSource::Ocr && mean_confidence(page) < UNSURE);
    if !unsure.is_empty() {
        let place = on_pages(&unsure);
        warn(
            "recognised-unsurely",
            format!(
                "{place} текст распознан неуверенно: скан бледный, мелкий или испорчен. Сверьте найденное с листами."
            ),
            unsure,
        );
    }
    if set.cipher.is_none() {
        let designated = set.blocks.iter().any(|block| block.block.cipher.is_some());
        let message = if designated {
            "Шифр с известной маркой не найден; взято самое частое обозначение из основных надписей. Проверьте его."
        } else {
            "Шифр комплекта не найден. Укажите его вручную."
        };
        warn("no-cipher", message.to_owned(), Vec::new());
    }
    foreign_ciphers(set, &mut warn);
    sheets_against_list(set, &mut warn);
    doubled_sheets(set, &mut warn);
    later_revisions(set, &mut warn);
    let counts = Counts {
        blocks: set.blocks,
        drawings: set.drawings,
        references: set.references,
        specification: set.specification,
        permits: set.permits,
        cipher: set.cipher,
        all_read: set.pages.iter().all(|page| !page.words.is_empty()),
    };
    contradictions::report(&counts, &mut warn);
    match set.hidden.mode {
        HiddenWorksMode::List => not_shown(set, &mut warn),
        HiddenWorksMode::Prose => warn(
            "hidden-works-prose",
            "Скрытые работы названы в тексте, без перечня. Проверьте состав работ.".to_owned(),
            pages_of(set.hidden.items.iter().map(|item| item.evidence.page)),
        ),
        HiddenWorksMode::None if set.denied => warn(
            "hidden-works-denied",
            "В комплекте сказано, что скрытых работ нет. Акты не составлены.".to_owned(),
            Vec::new(),
        ),
        HiddenWorksMode::None => {
            let proposed = set.works.iter().filter(|work| work.proposed).count();
            let message = if proposed > 0 {
                format!(
                    "Перечень скрытых работ в комплекте не найден. По спецификации и чертежам предложены работы ({proposed}): \
                     подтвердите или уберите каждую."
                )
            } else {
                "Перечень скрытых работ в комплекте не найден. Составьте список работ вручную.".to_owned()
            };
            warn("no-hidden-works", message, Vec::new());
        }
    }
    warnings
}

/// Items of the list that nothing in the drawings answers to: the designer's list is often one for all sets.
fn not_shown(set: &Set<'_>, warn: &mut Warn<'_>) {
    let idle: Vec<&domain::HiddenWork> =
        set.hidden.items.iter().filter(|item| item.works.is_empty() && item.form == ActForm::Aosr).collect();
    if idle.is_empty() {
        return;
    }
    let names: Vec<String> = idle.iter().map(|item| format!("«{}»", item.name)).collect();
    warn(
        "items-not-shown",
        format!(
            "В перечне названы работы, которых чертежи и спецификации комплекта не показывают: {}. Акты на них не составлены; если \
             такие работы есть, добавьте их.",
            names.join(", ")
        ),
        pages_of(idle.iter().map(|item| item.evidence.page)),
    );
}

/// Mean confidence of recognised words below which a page deserves a second look.
const UNSURE: f32 = 0.7;

/// By letters; words of a few signs are the first to be wrong and the least to matter.
fn mean_confidence(page: &Page) -> f32 {
    let letters = |word: &domain::Word| word.text.chars().count() as f32;
    let total: f32 = page.words.iter().map(letters).sum();
    let sure: f32 = page.words.iter().map(|word| word.confidence * letters(word)).sum();
    if total == 0.0 { 1.0 } else { sure / total }
}

pub(crate) type Warn<'a> = dyn FnMut(&str, String, Vec<u32>) + 'a;

fn foreign_ciphers(set: &Set<'_>, warn: &mut Warn<'_>) {
    let Some(own) = set.cipher else { return };
    let mut foreign: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for block in set.blocks {
        if let Some(cipher) = block.cipher.as_ref().filter(|cipher| cipher.base != own) {
            foreign.entry(&cipher.full).or_default().push(block.block.page);
        }
    }
    for (cipher, pages) in foreign {
        let place = on_pages(&pages);
        warn(
            "other-cipher",
            format!("{place} в основной надписи другой шифр: {cipher}. Шифр комплекта — {own}."),
            pages,
        );
    }
}

fn sheets_against_list(set: &Set<'_>, warn: &mut Warn<'_>) {
    if set.drawings.is_empty() {
        if set.cipher.is_some() {
            warn(
                "no-drawing-list",
                "Ведомость рабочих чертежей не найдена: полнота комплекта не проверена.".to_owned(),
                Vec::new(),
            );
        }
        return;
    }
    let own: Vec<&str> = own_sheets(set).filter_map(|block| block.block.sheet.as_deref()).collect();
    let missing: Vec<&str> = set
        .drawings
        .iter()
        .map(|entry| entry.sheet.as_str())
        .filter(|sheet| !own.contains(sheet) && !is_range(sheet))
        .collect();
    if !missing.is_empty() {
        let pages = pages_of(
            set.drawings
                .iter()
                .filter(|entry| missing.contains(&entry.sheet.as_str()))
                .map(|entry| entry.evidence.page),
        );
        warn(
            "sheet-missing",
            format!(
                "Есть в ведомости рабочих чертежей, но основная надпись не найдена: {} {}. Проверьте, все ли листы загружены.",
                if missing.len() == 1 { "лист" } else { "листы" },
                missing.join(", ")
            ),
            pages,
        );
    }
    let unlisted: Vec<&FoundBlock> =
        own_sheets(set)
            .filter(|block| {
                block.block.sheet.as_deref().is_some_and(|sheet| {
                    !set.drawings.iter().any(|entry| entry.sheet == sheet || is_range(&entry.sheet))
                })
            })
            .collect();
    if !unlisted.is_empty() {
        let sheets: Vec<&str> = unlisted.iter().filter_map(|block| block.block.sheet.as_deref()).collect();
        warn(
            "sheet-not-listed",
            format!("Листов {} нет в ведомости рабочих чертежей.", sheets.join(", ")),
            pages_of(unlisted.iter().map(|block| block.block.page)),
        );
    }
}

fn doubled_sheets(set: &Set<'_>, warn: &mut Warn<'_>) {
    let mut seen: BTreeMap<(&str, &str), Vec<&FoundBlock>> = BTreeMap::new();
    for block in set.blocks {
        if let (Some(cipher), Some(sheet)) = (&block.cipher, block.block.sheet.as_deref()) {
            seen.entry((&cipher.full, sheet)).or_default().push(block);
        }
    }
    for ((cipher, sheet), blocks) in seen.into_iter().filter(|(_, blocks)| blocks.len() > 1) {
        let pages = pages_of(blocks.iter().map(|block| block.block.page));
        let list = numbers(&pages);
        let mut titles = blocks.iter().filter_map(|block| block.block.title.as_deref()).map(fold);
        let first = titles.next();
        if titles.all(|title| Some(&title) == first.as_ref()) {
            let message = format!(
                "Лист {sheet} документа {cipher} встречается несколько раз: страницы {list}. Оставьте действующий."
            );
            warn("sheet-doubled", message, pages);
        } else {
            let message = format!(
                "Номер листа {sheet} документа {cipher} стоит на листах с разными названиями: страницы {list}. Проверьте нумерацию."
            );
            warn("sheet-number-repeated", message, pages);
        }
    }
}

fn later_revisions(set: &Set<'_>, warn: &mut Warn<'_>) {
    let Some(revision) = set.revision else { return };
    let later: Vec<(u32, u32)> = own_sheets(set)
        .filter_map(|block| {
            let number = block.block.revision.as_deref()?.parse::<u32>().ok()?;
            (number > revision).then_some((number, block.block.page))
        })
        .collect();
    if let Some(highest) = later.iter().map(|(number, _)| *number).max() {
        let pages = pages_of(later.iter().map(|(_, page)| *page));
        warn(
            "revision-differs",
            format!(
                "{} внесено Изм.{highest}, а обложка и ведомость комплекта называют Изм.{revision}. Проверьте, какое изменение действует.",
                on_pages(&pages)
            ),
            pages,
        );
    }
}

/// «На странице 9», «На страницах 3–5, 8».
fn on_pages(pages: &[u32]) -> String {
    let word = if pages.len() == 1 { "странице" } else { "страницах" };
    format!("На {word} {}", numbers(pages))
}

/// Blocks with the cipher of the set itself, not of a document attached to it.
fn own_sheets<'a>(set: &'a Set<'_>) -> impl Iterator<Item = &'a FoundBlock> {
    let own = set.cipher;
    set.blocks.iter().filter(move |block| block.cipher.as_ref().is_some_and(|cipher| Some(cipher.full.as_str()) == own))
}

fn is_range(sheet: &str) -> bool {
    sheet.contains(['-', '–', ','])
}

fn pages_where(set: &Set<'_>, holds: impl Fn(&Page) -> bool) -> Vec<u32> {
    set.pages.iter().filter(|page| holds(page)).map(|page| page.page).collect()
}

fn pages_of(pages: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut pages: Vec<u32> = pages.collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}

/// «3, 7–9».
fn numbers(pages: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &page in pages {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == page => *end = page,
            _ => runs.push((page, page)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(start, end)| match end - start {
            0 => start.to_string(),
            1 => format!("{start}, {end}"),
            _ => format!("{start}–{end}"),
        })
        .collect();
    texts.join(", ")
}
