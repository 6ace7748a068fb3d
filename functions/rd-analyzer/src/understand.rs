//! All rules over all pages, and what they say of the set as a whole.

use crate::{
    Added, amended_blocks, cipher, cipher_repair, drawing_list, general_notes, headings, hidden_works,
    lines::{Sheet, fold},
    norms, permits, prose, references, specification, standards,
    title_block::{self, FoundBlock},
    turned, warnings, works,
};
use domain::{
    Analysis, DocumentId, DocumentSummary, DrawingListEntry, Edit, Fault, HiddenWorksMode, Page, Rect, TextSource,
    Warning,
};
use std::collections::BTreeMap;

/// Reads the set: what it is, and what stands in it. `pages` are in the order of the file; the same pages give the same
/// result. Nothing fails: what is not found is absent, and what the user should know of it stands in the warnings.
///
/// Time grows as n log n with the words; a set of 250 pages takes well under a second.
pub fn understand(document: &DocumentId, file_name: &str, pages: &[Page]) -> (DocumentSummary, Analysis) {
    understand_with(document, file_name, pages, Added::default())
}

/// The same with what persons added: rows of workbooks stand among those of the set, works take their materials from what
/// the edits left, and the set is called what persons wrote into its title blocks. The edits of other values are for
/// [`edited`].
pub fn understand_with(
    document: &DocumentId,
    file_name: &str,
    pages: &[Page],
    added: Added,
) -> (DocumentSummary, Analysis) {
    let sheets: Vec<Sheet<'_>> = pages.iter().map(|page| Sheet::new(document, page)).collect();
    let mut blocks: Vec<FoundBlock> = Vec::new();
    let mut areas: Vec<Option<Rect>> = Vec::with_capacity(sheets.len());
    let mut tables: Vec<Vec<Rect>> = Vec::with_capacity(sheets.len());
    let mut drawings: Vec<DrawingListEntry> = Vec::new();
    let mut references = Vec::new();
    let mut specification_list: Vec<DrawingListEntry> = Vec::new();
    let mut revision_permits = Vec::new();
    let mut raw_rows = Vec::new();
    let mut goes_on = specification::GoesOn::default();
    for sheet in &sheets {
        let block = title_block::find(sheet).or_else(|| turned::find(sheet));
        let area = block.as_ref().map(|block| block.area);
        let headings = headings::find(sheet);
        let mut rows: Vec<Rect> = Vec::new();
        let (listed, listed_specifications) = drawing_list::find(sheet, &headings, area);
        for entry in listed_specifications {
            rows.extend(&entry.evidence.boxes);
            if !specification_list
                .iter()
                .any(|known: &DrawingListEntry| known.sheet == entry.sheet && known.name == entry.name)
            {
                specification_list.push(entry);
            }
        }
        for entry in listed {
            rows.extend(&entry.evidence.boxes);
            // A changed sheet of general data may stand in the file beside the one it replaces.
            if !drawings.iter().any(|known| known.sheet == entry.sheet && fold(&known.name) == fold(&entry.name)) {
                drawings.push(entry);
            }
        }
        for reference in references::find(sheet, &headings, area) {
            rows.extend(&reference.evidence.boxes);
            let known = references.iter().any(|known: &domain::Reference| {
                known.designation == reference.designation && known.name == reference.name
            });
            if !known {
                references.push(reference);
            }
        }
        let (found, next) = specification::find(sheet, &headings, area, &goes_on, raw_rows.len());
        raw_rows.extend(found);
        goes_on = next;
        revision_permits.extend(permits::find(sheet));
        areas.push(area);
        tables.push(rows);
        blocks.extend(block);
    }
    let mut specification = specification::finish(raw_rows);
    specification.extend(added.rows);
    domain::edit_specification(&mut specification, &added.edits);
    let totals = specification::totals(&specification);
    let cipher = set_cipher(&sheets, &blocks, file_name);
    if let Some(own) = &cipher {
        let recognised = |page: u32| pages.iter().any(|known| known.page == page && known.source == TextSource::Ocr);
        cipher_repair::repair(&mut blocks, own, recognised);
    }
    let cipher = amended_blocks::amend(&mut blocks, cipher, &added.edits);
    let general_notes = sheets
        .iter()
        .zip(&areas)
        .zip(&tables)
        .flat_map(|((sheet, area), tables)| general_notes::find(sheet, *area, tables))
        .collect();
    let mark = cipher.as_ref().map(|cipher| cipher.mark.clone());
    let revision = set_revision(&sheets, &blocks, &drawings);
    let mut hidden = hidden_works::find(&sheets, &areas, &tables);
    standards::mark(&mut references);
    let cited = standards::cited(&sheets);
    let norms = norms::cited(&references, &sheets, mark.as_deref());
    let own = own_blocks(&blocks, cipher.as_ref());
    let keep_out = areas.iter().map(|area| area.iter().copied().collect()).collect();
    let general = sheets.iter().map(|sheet| is_general(sheet, &blocks)).collect();
    let denied = hidden.mode == HiddenWorksMode::None && prose::denial(&sheets).is_some();
    let building = works::location(&own);
    let ground = works::Ground::new(
        &sheets,
        &own,
        &drawings,
        &specification,
        mark.as_deref(),
        building,
        &norms,
        general,
        keep_out,
    );
    let drafted = works::draft(&ground, &hidden, denied);
    for (item, (form, numbers)) in hidden.items.iter_mut().zip(drafted.items) {
        item.form = form;
        item.works = numbers;
    }
    let mut warnings = warnings::collect(&warnings::Set {
        pages,
        blocks: &blocks,
        drawings: &drawings,
        hidden: &hidden,
        cipher: cipher.as_ref().map(|cipher| cipher.base.as_str()),
        revision,
        references: &references,
        specification: &specification,
        permits: &revision_permits,
        works: &drafted.works,
        denied,
    });
    warnings.extend(added.warnings);
    let summary = DocumentSummary {
        file: file_name.to_owned(),
        sha256: document.as_str().to_owned(),
        pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        // A designation without a known mark is still what the sheets are called by.
        cipher: cipher
            .map(|cipher| cipher.base)
            .or_else(|| most_frequent(own.iter().filter_map(|block| block.block.cipher.clone()))),
        revision: revision.map(|number| format!("Изм.{number}")),
        mark,
        object: most_frequent(own.iter().filter_map(|block| block.block.object.clone())),
        stage: most_frequent(own.iter().filter_map(|block| block.block.stage.clone())),
        warnings: warnings.clone(),
        faults: sum_faults(pages),
    };
    let analysis = Analysis {
        title_blocks: blocks.into_iter().map(|block| block.block).collect(),
        drawing_list: drawings,
        references,
        hidden_works: hidden,
        specification,
        works: drafted.works,
        warnings,
        model: None,
        other_acts: drafted.other,
        specification_list,
        norms: cited,
        general_notes,
        revision_permits,
        totals,
        edits: Vec::new(),
    };
    (summary, analysis)
}

/// Puts what persons changed before into a new analysis. What it no longer has a value for is kept and told.
pub fn edited(analysis: &mut Analysis, edits: &[Edit]) {
    let unmatched = analysis.edit_again(edits);
    if unmatched.is_empty() {
        return;
    }
    let told: Vec<String> = unmatched
        .iter()
        .map(|edit| format!("{} → «{}»", edit.value, edit.new.as_deref().unwrap_or("убрано")))
        .collect();
    analysis.warnings.push(Warning {
        code: "edit-unmatched".to_owned(),
        message: format!(
            "Правки, для которых в новом анализе нет значения, сохранены и ждут решения: {}.",
            told.join("; ")
        ),
        pages: unmatched.iter().filter_map(|edit| edit.old_evidence.as_ref()).map(|evidence| evidence.page).collect(),
    });
}

/// Whether the sheet is of general data, a cover or a permit: it speaks of works and shows none.
fn is_general(sheet: &Sheet<'_>, blocks: &[FoundBlock]) -> bool {
    let block = blocks.iter().find(|block| block.block.page == sheet.page.page);
    let titled = block.and_then(|block| block.block.title.as_deref()).is_some_and(|title| {
        let title = fold(title);
        title.starts_with("общие данные") || title.starts_with("общие указания")
    });
    let headed = || {
        sheet.lines.iter().any(|line| {
            let line = fold(&line.text);
            line.starts_with("ведомость рабочих чертежей") || line.starts_with("содержание изменения")
        })
    };
    titled || block.is_none() && is_cover(sheet, blocks) || headed()
}

/// Blocks that carry the cipher of the set; all of them when it is not known.
fn own_blocks(blocks: &[FoundBlock], cipher: Option<&cipher::Cipher>) -> Vec<FoundBlock> {
    let own = |block: &&FoundBlock| {
        cipher.is_none_or(|set| block.cipher.as_ref().is_some_and(|cipher| cipher.base == set.base))
    };
    blocks.iter().filter(own).cloned().collect()
}

/// The cipher most sheets carry. A first sheet of drawings counts more than a following sheet of text, and covers, which
/// have no title block, count as one sheet each.
fn set_cipher(sheets: &[Sheet<'_>], blocks: &[FoundBlock], file_name: &str) -> Option<cipher::Cipher> {
    // Spellings that differ in look-alikes only stand together, and the most frequent of them speaks.
    let mut votes: BTreeMap<String, BTreeMap<String, (u32, cipher::Cipher)>> = BTreeMap::new();
    let mut vote = |cipher: &cipher::Cipher, weight: u32| {
        let spellings = votes.entry(cipher_repair::skeleton(&cipher.base)).or_default();
        let entry = spellings.entry(cipher.base.clone()).or_insert_with(|| (0, cipher.clone()));
        entry.0 += weight;
    };
    // A file is often called by its cipher, and nobody's recognition read that.
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    for cipher in stem.split(|letter: char| letter.is_whitespace() || letter == '_').filter_map(cipher::parse) {
        vote(&cipher, 2);
    }
    for block in blocks {
        if let Some(cipher) = &block.cipher {
            let attached = cipher.full != cipher.base;
            vote(cipher, if block.following || attached { 1 } else { 3 });
        }
    }
    for sheet in sheets.iter().take(8).filter(|sheet| is_cover(sheet, blocks)) {
        // The largest cipher of a cover is the set's own.
        let largest = sheet
            .tokens
            .iter()
            .filter_map(|token| cipher::parse(&token.text).map(|cipher| (token.height(), cipher)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, cipher)) = largest {
            vote(&cipher, 1);
        }
    }
    let total =
        |spellings: &BTreeMap<String, (u32, cipher::Cipher)>| spellings.values().map(|(weight, _)| weight).sum::<u32>();
    let spellings = votes.into_values().max_by_key(total)?;
    spellings.into_values().max_by_key(|(weight, _)| *weight).map(|(_, cipher)| cipher)
}

/// A cover or title page: few words and no title block.
fn is_cover(sheet: &Sheet<'_>, blocks: &[FoundBlock]) -> bool {
    sheet.tokens.len() < 250 && !blocks.iter().any(|block| block.block.page == sheet.page.page)
}

/// The revision of the set as a whole: by the tables of changes on the covers and the notes of the drawing list; only
/// when neither says anything, by the sheets, of which one may be further than the set.
fn set_revision(sheets: &[Sheet<'_>], blocks: &[FoundBlock], drawings: &[DrawingListEntry]) -> Option<u32> {
    let covers = sheets.iter().take(12).filter(|sheet| is_cover(sheet, blocks)).filter_map(change_on_cover).max();
    let notes = drawings.iter().filter_map(|entry| cipher::last_revision(&entry.note)).max();
    let on_sheets = blocks.iter().filter_map(|block| block.block.revision.as_deref()?.parse::<u32>().ok()).max();
    covers.max(notes).or(on_sheets)
}

/// The last number in the column under «Изм.» of a cover's table, whose row also has «№ док.» or «Дата».
fn change_on_cover(sheet: &Sheet<'_>) -> Option<u32> {
    sheet
        .tokens
        .iter()
        .filter(|token| fold(&token.text).trim_end_matches('.') == "изм")
        .filter(|label| {
            sheet.tokens.iter().any(|other| {
                let word = fold(&other.text);
                (other.bounds.centre().1 - label.bounds.centre().1).abs() < label.height()
                    && (word.starts_with("дата") || word.contains("док"))
            })
        })
        .filter_map(|label| {
            let (x, y) = label.bounds.centre();
            sheet
                .tokens
                .iter()
                .filter(|token| (token.bounds.centre().0 - x).abs() < 16.0)
                .filter(|token| token.bounds.y0 > y && token.bounds.y0 - label.bounds.y1 < 140.0)
                .filter_map(|token| token.text.parse::<u32>().ok().filter(|number| (1..100).contains(number)))
                .max()
        })
        .max()
}

fn most_frequent(values: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
    for (order, value) in values.enumerate() {
        counts.entry(fold(&value)).or_insert((0, order, value)).0 += 1;
    }
    counts.into_values().max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, _, value)| value)
}

/// Faults of all pages by kind: counts add up, the least sure page speaks, and repaired means repaired everywhere.
fn sum_faults(pages: &[Page]) -> Vec<Fault> {
    let mut sums: BTreeMap<domain::FaultKind, Fault> = BTreeMap::new();
    for fault in pages.iter().flat_map(|page| &page.faults) {
        sums.entry(fault.kind)
            .and_modify(|sum| {
                sum.count = sum.count.saturating_add(fault.count);
                sum.confidence = sum.confidence.min(fault.confidence);
                sum.repaired &= fault.repaired;
            })
            .or_insert_with(|| fault.clone());
    }
    sums.into_values().collect()
}
