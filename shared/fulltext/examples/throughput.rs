//! Measures building and searching on synthetic pages: `cargo run --release -p fulltext --example throughput`.

use bytes::Bytes;
use domain::{DocumentId, Page, TextSource};
use fulltext::{FulltextError, Splits, build_split};
use std::time::Instant;

const PAGES: u32 = 250;
const WORDS_PER_PAGE: u32 = 260;
const ROUNDS: u32 = 20;
const SPLITS: u32 = 20;

const STEMS: [&str; 24] = [
    "труб",
    "сва",
    "арматур",
    "бетон",
    "колонн",
    "фундамент",
    "монтаж",
    "сварк",
    "изоляц",
    "кабел",
    "плит",
    "ростверк",
    "опалубк",
    "кирпич",
    "кладк",
    "перекрыт",
    "лестниц",
    "кровл",
    "дренаж",
    "колодц",
    "узл",
    "схем",
    "ведомост",
    "спецификац",
];
const MIDDLES: [&str; 12] = ["", "н", "ов", "ическ", "ован", "оч", "ист", "ельн", "ян", "ат", "ив", "льн"];
const ENDINGS: [&str; 10] = ["а", "ы", "ой", "ов", "ами", "ый", "ого", "ая", "ые", "ах"];

fn main() -> Result<(), FulltextError> {
    let pages = synthetic_pages(0);
    let document = DocumentId::of(b"0");
    let text_bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    let split = build_split(&document, &pages)?;
    let started = Instant::now();
    for _ in 0..ROUNDS {
        build_split(&document, &pages)?;
    }
    let seconds = started.elapsed().as_secs_f64() / f64::from(ROUNDS);
    println!("build: {:.0} pages/s, {:.1} ms for {PAGES} pages", f64::from(PAGES) / seconds, seconds * 1e3);
    println!("size: {} B/page of {} B/page text", split.len() / PAGES as usize, text_bytes / PAGES as usize);

    let mut splits = Vec::new();
    for number in 0..SPLITS {
        let document = DocumentId::of(&number.to_le_bytes());
        let split = build_split(&document, &synthetic_pages(number))?;
        splits.push((document, Bytes::from(split)));
    }
    let started = Instant::now();
    let union = Splits::open(splits)?;
    println!("open: {:.2} ms for {SPLITS} splits", started.elapsed().as_secs_f64() * 1e3);
    for query in ["труба", "монтаж колонн", "\"монтажная схема\"", "фундам*", "12-7/2024-КЖ1", "2024"]
    {
        let started = Instant::now();
        let mut total = 0;
        for _ in 0..ROUNDS {
            total = union.search(query, 20)?.total;
        }
        let milliseconds = started.elapsed().as_secs_f64() * 1e3 / f64::from(ROUNDS);
        println!("search «{query}»: {milliseconds:.2} ms, {total} of {} pages, 20 snippets", SPLITS * PAGES);
    }
    Ok(())
}

/// Pages of words put together by a linear congruential generator, with codes in between.
fn synthetic_pages(seed: u32) -> Vec<Page> {
    let mut state = u64::from(seed) + 1;
    let mut below = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 40).unwrap_or_default() % limit
    };
    let mut pick = |from: &[&'static str]| from.get(below(from.len())).copied().unwrap_or_default();
    let mut pages = Vec::new();
    for page in 1..=PAGES {
        let mut text = format!("Лист {page}. Шифр 12-{seed}/2024-КЖ{page}\n");
        for word in 0..WORDS_PER_PAGE {
            text += &format!("{}{}{}", pick(&STEMS), pick(&MIDDLES), pick(&ENDINGS));
            text.push(if word % 9 == 8 { '\n' } else { ' ' });
            if word % 40 == 7 {
                text += &format!("ГОСТ {}-{} ", 10_000 + (word * page) % 977, 1990 + word % 30);
            }
        }
        pages.push(Page {
            page,
            width_pt: 595.0,
            height_pt: 842.0,
            source: TextSource::Text,
            text,
            words: Vec::new(),
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        });
    }
    pages
}
