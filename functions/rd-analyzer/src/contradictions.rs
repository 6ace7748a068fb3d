//! Where a set contradicts itself: counts of sheets, quantities, sums, changes. Reported, never decided.

use crate::lines::fold;
use crate::title_block::FoundBlock;
use crate::warnings::Warn;
use domain::{DrawingListEntry, NormState, Reference, RevisionEntry, SpecificationForm, SpecificationRow};
use std::collections::BTreeMap;

/// Sums may be off by rounding.
const ROUNDING: f64 = 0.006;

/// What is compared.
pub(crate) struct Counts<'a> {
    pub(crate) blocks: &'a [FoundBlock],
    pub(crate) drawings: &'a [DrawingListEntry],
    pub(crate) references: &'a [Reference],
    pub(crate) specification: &'a [SpecificationRow],
    pub(crate) permits: &'a [RevisionEntry],
    pub(crate) cipher: Option<&'a str>,
    /// Whether every page could be read: else a sheet that is not seen may be there.
    pub(crate) all_read: bool,
}

/// Every contradiction, in a fixed order.
pub(crate) fn report(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    sheets_of_the_set(counts, warn);
    sheets_of_attachments(counts, warn);
    sums(counts, warn);
    quantities(counts, warn);
    changes(counts, warn);
    norms(counts, warn);
}

/// «Листов» of the first sheet against the drawing list.
fn sheets_of_the_set(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    let own = counts
        .blocks
        .iter()
        .filter(|block| block.cipher.as_ref().is_some_and(|cipher| Some(cipher.full.as_str()) == counts.cipher));
    let listed = u32::try_from(counts.drawings.iter().filter(|entry| !entry.sheet.contains('.')).count()).unwrap_or(0);
    for block in own {
        let Some(total) = block.block.sheets.filter(|total| *total > 1) else { continue };
        if listed > 0 && total != listed {
            warn(
                "sheet-count-differs",
                format!(
                    "В основной надписи листа {} указано листов: {total}, а в ведомости рабочих чертежей их {listed}. Уточните у проектировщика.",
                    block.block.sheet.as_deref().unwrap_or("—")
                ),
                vec![block.block.page],
            );
        }
    }
}

/// «Листов» of an attached document, «На 3 листах» of the list, and the sheets that are there.
fn sheets_of_attachments(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    #[derive(Default)]
    struct Attachment<'a> {
        total: Option<u32>,
        sheets: Vec<&'a str>,
        pages: Vec<u32>,
    }
    let mut documents: BTreeMap<&str, Attachment<'_>> = BTreeMap::new();
    for block in counts.blocks {
        let Some(cipher) = block.cipher.as_ref().filter(|cipher| cipher.full != cipher.base) else { continue };
        let entry = documents.entry(&cipher.full).or_default();
        entry.total = entry.total.max(block.block.sheets);
        if let Some(sheet) = block.block.sheet.as_deref().filter(|sheet| !entry.sheets.contains(sheet)) {
            entry.sheets.push(sheet);
        }
        entry.pages.push(block.block.page);
    }
    for (cipher, Attachment { total, sheets, pages }) in documents {
        let noted = counts
            .references
            .iter()
            .find(|reference| reference.designation == cipher)
            .and_then(|reference| sheets_in(&reference.note));
        let found = u32::try_from(sheets.len()).unwrap_or(0);
        let mut said = Vec::new();
        if let Some(total) = total {
            said.push(format!("в основной надписи — {total}"));
        }
        if let Some(noted) = noted {
            said.push(format!("в ведомости — {noted}"));
        }
        said.push(format!("найдено — {found}"));
        let differ = total.is_some_and(|total| noted.is_some_and(|noted| noted != total))
            || counts.all_read && total.or(noted).is_some_and(|total| total != found);
        if differ {
            warn(
                "attachment-sheets-differ",
                format!(
                    "Число листов документа {cipher} не сходится: {}. Проверьте, весь ли документ загружен.",
                    said.join(", ")
                ),
                pages,
            );
        }
    }
}

/// 3 of «На 3 листах», «3 л.».
fn sheets_in(note: &str) -> Option<u32> {
    let folded = fold(note);
    let at = folded.find("лист").or_else(|| folded.find(" л."))?;
    folded.get(..at)?.split_whitespace().next_back()?.parse().ok()
}

/// «Итого» against the rows above it in its section.
fn sums(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    let mut start = 0;
    for (at, row) in counts.specification.iter().enumerate() {
        let before = counts.specification.get(at.saturating_sub(1));
        if before.is_some_and(|before| before.section != row.section) && !row.is_sum {
            start = at;
        }
        let (true, Some(sum)) = (row.is_sum, row.quantity) else { continue };
        let above = counts.specification.get(start..at).unwrap_or_default();
        start = at + 1;
        let parts: Vec<f64> = above
            .iter()
            .filter(|part| !part.is_sum && part.measure == row.measure)
            .filter_map(|part| part.quantity)
            .collect();
        let total: f64 = parts.iter().sum();
        if parts.len() > 1 && (total - sum).abs() > ROUNDING * sum.abs().max(1.0) {
            warn(
                "sum-differs",
                format!(
                    "«{}»: в спецификации {}, а строки выше дают {}. Ничего не исправлено, проверьте.",
                    row.name,
                    comma(sum),
                    comma(total)
                ),
                vec![row.evidence.page],
            );
        }
    }
}

/// One thing with one quantity on the drawings and another in СО or ВОР.
fn quantities(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    let mut things: BTreeMap<(String, String), Vec<&SpecificationRow>> = BTreeMap::new();
    for row in counts.specification.iter().filter(|row| !row.is_sum && row.quantity.is_some() && !row.name.is_empty()) {
        things.entry((fold(&row.name), fold(&row.mark_or_type))).or_default().push(row);
    }
    for rows in things.into_values().filter(|rows| rows.len() == 2) {
        let [one, other] = rows.as_slice() else { continue };
        let of_two_tables = one.form != other.form
            || one.form == SpecificationForm::Drawing
                && one.evidence.page != other.evidence.page
                && one.position.is_empty();
        let (Some(a), Some(b)) = (one.quantity, other.quantity) else { continue };
        if of_two_tables
            && one.measure == other.measure
            && one.measure.is_some()
            && (a - b).abs() > ROUNDING * a.abs().max(b.abs())
        {
            warn(
                "quantity-differs",
                format!(
                    "Количество «{}» в двух ведомостях комплекта разное: {} и {} {}. Уточните у проектировщика.",
                    one.name,
                    comma(a),
                    comma(b),
                    one.measure.as_deref().unwrap_or_default()
                ),
                vec![one.evidence.page, other.evidence.page],
            );
        }
    }
}

/// A permit changes a sheet whose title block and row in the list do not say so.
fn changes(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    let mut silent: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut pages: Vec<u32> = Vec::new();
    for entry in counts.permits {
        let Some(revision) = entry.revision else { continue };
        for sheet in entry.sheets.split([',', ' ', ';']).map(str::trim).filter(|sheet| !sheet.is_empty()) {
            let Some(listed) = counts.drawings.iter().find(|listed| listed.sheet == sheet) else { continue };
            let in_list = crate::cipher::revisions(&listed.note).contains(&revision);
            let in_block = counts.blocks.iter().any(|block| {
                block.block.sheet.as_deref() == Some(sheet)
                    && block
                        .block
                        .revision
                        .as_deref()
                        .and_then(|text| text.parse::<u32>().ok())
                        .is_some_and(|last| last >= revision)
            });
            let known = silent.entry(revision).or_default();
            if !in_list && !in_block && !known.iter().any(|known| known == sheet) {
                known.push(sheet.to_owned());
                pages.push(entry.evidence.page);
            }
        }
    }
    pages.sort_unstable();
    pages.dedup();
    for (revision, sheets) in silent.into_iter().filter(|(_, sheets)| !sheets.is_empty()) {
        warn(
            "change-not-entered",
            format!(
                "Разрешение вносит Изм.{revision} в листы {}, а ни штамп, ни ведомость этих листов его не называют. Проверьте, тот ли лист загружен.",
                sheets.join(", ")
            ),
            pages.clone(),
        );
    }
}

/// References that are replaced or cancelled.
fn norms(counts: &Counts<'_>, warn: &mut Warn<'_>) {
    let mut dead: Vec<String> = Vec::new();
    let mut pages: Vec<u32> = Vec::new();
    for reference in counts.references {
        let Some(status) = reference.status.as_ref().filter(|status| status.state != NormState::InForce) else {
            continue;
        };
        let successor = status.replaced_by.as_deref().map(|next| format!(" → {next}")).unwrap_or_default();
        dead.push(format!("{}{successor}", reference.designation));
        pages.push(reference.evidence.page);
    }
    pages.sort_unstable();
    pages.dedup();
    if !dead.is_empty() {
        warn(
            "norm-replaced",
            format!(
                "Ссылки на заменённые документы: {}. В актах остаются документы, названные в проекте; сверьте с заказчиком.",
                dead.join("; ")
            ),
            pages,
        );
    }
}

fn comma(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    rounded.to_string().replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_sheets_are_read_from_notes() {
        for (note, count) in
            [("На 3 листах", Some(3)), ("Изм.4 (Зам.) На 12 листах", Some(12)), ("4 л.", Some(4)), ("Изм.1", None)]
        {
            assert_eq!(sheets_in(note), count, "{note}");
        }
    }
}
