//! One page from content stream to [`Page`] and [`Verdict`].

use crate::content::{Findings, Ink, Interpreter, Layers};
use crate::drawing_judge::DrawingJudge;
use crate::font::FontStore;
use crate::geometry::Geometry;
use crate::limits::Limits;
use crate::truth::{self, Surroundings};
use crate::verdict::{Reading, Verdict};
use crate::{annotations, order, repair, tables, words};
use domain::{Fault, FaultKind, Page, PageKind, PagePlan, Rect, TextSource, Word};

/// Share of glyphs without a letter above which the text layer is not worth having.
const MAX_UNMAPPED_SHARE: f32 = 0.3;
/// Glyphs after which a page counts as text without looking further.
const ENOUGH_GLYPHS: u32 = 400;

/// Operators of lines below which a page without text shows no lettering: a frame, a rule, paper painted white.
const LEAST_LETTERING_OPERATORS: usize = 12;

/// Operators of lines from which on there may be lettering among them, on the page and for each word of its text.
const MANY_LINES: usize = 600;
const LINES_PER_WORD: usize = 60;

/// What the pages of a file have in common.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'d> {
    pub(crate) fonts: &'d FontStore,
    pub(crate) layers: &'d Layers,
}

/// Reads a page.
pub(crate) fn read(
    number: u32,
    page: &hayro_syntax::page::Page<'_>,
    geometry: &Geometry,
    shared: &Shared<'_>,
    limits: &Limits,
) -> Reading {
    let mut read = Page {
        page: number,
        width_pt: geometry.width_pt as f32,
        height_pt: geometry.height_pt as f32,
        source: TextSource::None,
        text: String::new(),
        words: Vec::new(),
        faults: Vec::new(),
        title_block: None,
        tables: Vec::new(),
    };
    if geometry.longest_side_pt() > f64::from(limits.max_page_side_pt) {
        read.faults.push(whole_page(FaultKind::Unreadable));
        return Reading { page: read, verdict: Verdict::Recognize };
    }
    let mut interpreter = Interpreter::new(shared.fonts, limits).with_layers(shared.layers);
    interpreter.page(page.raw(), page.resources(), geometry.to_seen);
    let annotations_from = interpreter.text_length();
    annotations::read(&mut interpreter, page.raw(), shared.layers, geometry.to_seen);
    let Findings { words: mut builder, content, trouble, images, path_operators, scenery, .. } = interpreter.finish();
    let shows_something = images > 0 || path_operators >= LEAST_LETTERING_OPERATORS || trouble.is_some();
    let without_text = if shows_something { Verdict::Recognize } else { Verdict::Trust };
    if trouble.is_some() {
        read.faults.push(whole_page(FaultKind::Unreadable));
    }
    let glyphs = builder.glyph_count();
    let unmapped = builder.unmapped_count();
    if glyphs == 0 {
        if trouble.is_none() {
            read.faults.push(whole_page(FaultKind::NoText));
        }
        return Reading { page: read, verdict: without_text };
    }
    builder.settle();
    let (text, mut raw) = builder.into_parts();
    words::drop_overprints(&text, &mut raw);
    raw.retain(|word| is_on_page(word.bounds, geometry));
    let mut words: Vec<Word> = raw
        .iter()
        .map(|word| Word {
            text: text.get(word.start..word.end).unwrap_or_default().to_owned(),
            bounds: seen_part(word.bounds, geometry),
            size_pt: word.size_pt.min(read.width_pt.max(read.height_pt)),
            rotation_deg: word.rotation_deg,
            confidence: Word::SURE,
        })
        .collect();
    let own_fonts: Vec<usize> = raw.iter().map(|word| word.font).collect();
    let kinds = words::ByteKinds::of(&text);
    let repairs = repair::mend_by_font(&mut words, &own_fonts, kinds);
    if unmapped > 0 {
        let holes: usize = words.iter().map(|word| word.text.matches('\u{fffd}').count()).sum();
        let holes = u32::try_from(holes).unwrap_or(u32::MAX).min(unmapped);
        let share = holes as f32 / glyphs as f32;
        if holes > 0 {
            let confidence = (share / MAX_UNMAPPED_SHARE).min(1.0);
            read.faults.push(Fault { kind: FaultKind::Unmapped, count: holes, confidence, repaired: false });
        }
        if share > MAX_UNMAPPED_SHARE {
            return Reading { page: read, verdict: Verdict::Recognize };
        }
    }
    read.source = if repairs.is_empty() { TextSource::Text } else { TextSource::Repaired };
    read.faults.extend(repairs);
    let surroundings = Surroundings {
        width_pt: read.width_pt,
        height_pt: read.height_pt,
        scenery: &scenery,
        kinds,
        has_many_lines: path_operators >= MANY_LINES && path_operators >= LINES_PER_WORD * words.len(),
    };
    let mut lines = None;
    let outlines = || {
        let (ruled, outlines) = tables::lines_and_outlines(page, content.as_deref(), geometry.to_seen, limits);
        lines = Some(ruled);
        Some(outlines)
    };
    let judgement = truth::judge(&mut words, &mut raw, &surroundings, outlines);
    let annotated = raw.iter().filter(|word| word.start >= annotations_from).count();
    if annotated > 0 {
        let count = u32::try_from(annotated).unwrap_or(u32::MAX);
        let kind = FaultKind::AnnotationText;
        read.faults.push(Fault { kind, count, confidence: 1.0, repaired: true });
    }
    words::give_back(text, raw);
    read.faults.extend(judgement.faults);
    order::put_in_order(&mut read, words);
    let (doubled, is_dropped) = truth::doubled(&mut read.words);
    if is_dropped {
        let words = std::mem::take(&mut read.words);
        order::put_in_order(&mut read, words);
    }
    tables::put_tables_where_words_stand_in_columns(&mut read, || {
        lines.unwrap_or_else(|| tables::ruled_lines(page, content.as_deref(), geometry.to_seen, limits))
    });
    if read.words.is_empty() {
        read.source = TextSource::None;
        read.faults.push(whole_page(FaultKind::NoText));
        return Reading { page: read, verdict: without_text };
    }
    let mut verdict = if trouble.is_some() { Verdict::Recognize } else { judgement.verdict };
    if let Some((fault, regions)) = doubled {
        read.faults.push(fault);
        verdict = verdict.with_regions(regions);
    }
    Reading { page: read, verdict }
}

/// What a page is, from a look at its content that ends as soon as there is enough text.
pub(crate) fn plan(
    page: &hayro_syntax::page::Page<'_>,
    geometry: &Geometry,
    fonts: &FontStore,
    limits: &Limits,
) -> PagePlan {
    let plan = |kind| PagePlan { kind, width_pt: geometry.width_pt as f32, height_pt: geometry.height_pt as f32 };
    if geometry.longest_side_pt() > f64::from(limits.max_page_side_pt) {
        return plan(PageKind::Broken);
    }
    let mut interpreter = Interpreter::new(fonts, limits).stopping_after(ENOUGH_GLYPHS);
    interpreter.page(page.raw(), page.resources(), geometry.to_seen);
    let findings = interpreter.finish();
    let glyphs = findings.words.glyph_count();
    let has_text = glyphs > 0 && findings.words.unmapped_count() as f32 <= MAX_UNMAPPED_SHARE * glyphs as f32;
    plan(if has_text {
        PageKind::Text
    } else if findings.trouble.is_some() {
        PageKind::Broken
    } else if findings.images > 0 {
        PageKind::Scan
    } else {
        PageKind::Lines
    })
}

/// The part of a word's box that lies on the page: a broken file may call for letters a kilometre high.
fn seen_part(bounds: Rect, geometry: &Geometry) -> Rect {
    let (width, height) = (geometry.width_pt as f32, geometry.height_pt as f32);
    // What is no number lies at 0.
    let within = |edge: f32, end: f32| {
        let edge = if edge > 0.0 { edge } else { 0.0 };
        if edge < end { edge } else { end }
    };
    Rect {
        x0: within(bounds.x0, width),
        y0: within(bounds.y0, height),
        x1: within(bounds.x1, width),
        y1: within(bounds.y1, height),
    }
}

/// Whether a page keeps within the limits, so that drawing it at so many pixels a point cannot run away.
pub(crate) fn can_be_drawn(
    page: &hayro_syntax::page::Page<'_>,
    geometry: &Geometry,
    fonts: &FontStore,
    limits: &Limits,
    px_per_pt: f64,
) -> bool {
    let ink = Ink::new(geometry.width_pt, geometry.height_pt, px_per_pt);
    let judge = DrawingJudge::new(page, limits);
    [Interpreter::new(fonts, limits).judging(judge), Interpreter::new(fonts, limits).weighing(ink)].into_iter().all(
        |mut interpreter| {
            interpreter.page(page.raw(), page.resources(), geometry.to_seen);
            interpreter.finish().trouble.is_none()
        },
    )
}

fn whole_page(kind: FaultKind) -> Fault {
    Fault { kind, count: 1, confidence: 1.0, repaired: false }
}

/// Words wholly outside the page as seen do not exist for its reader.
fn is_on_page(bounds: domain::Rect, geometry: &Geometry) -> bool {
    bounds.x1 > 0.0 && bounds.y1 > 0.0 && bounds.x0 < geometry.width_pt as f32 && bounds.y0 < geometry.height_pt as f32
}
