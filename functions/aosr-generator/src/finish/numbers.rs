use super::{Slot, warning};
use crate::draft::number_suffix;
use domain::project_file::{ProjectFile, Segment};
use domain::{DocumentSummary, Warning};
use std::collections::BTreeMap;

/// Numbers the acts in their order: the engineer's own numbers, else those of the mask, else as drafts are numbered.
pub(super) fn number(
    slots: &mut [Slot<'_>],
    summary: &DocumentSummary,
    file: &ProjectFile,
    warnings: &mut Vec<Warning>,
) {
    let cipher = if file.cipher.is_empty() { summary.cipher.clone() } else { Some(file.cipher.clone()) };
    let mark = cipher.as_deref().and_then(number_suffix);
    let mut without: BTreeMap<Segment, u32> = BTreeMap::new();
    let numbers = file.numbering.first.unwrap_or(1)..;
    for (n, slot) in numbers.zip(slots.iter_mut()) {
        let entry = slot.entry;
        if let Some(own) = entry.and_then(|entry| entry.number.clone()) {
            own.trim_start_matches('№').trim_start().clone_into(&mut slot.act.number);
            continue;
        }
        let drafted = mark.as_ref().map_or_else(|| n.to_string(), |mark| format!("{n}-{mark}"));
        let Some(mask) = &file.numbering.mask else {
            slot.act.number = drafted;
            continue;
        };
        let act = &slot.act;
        let value = |segment: Segment| {
            let own = entry.and_then(|entry| entry.segments.get(&segment));
            let given = own.or_else(|| file.numbering.segments.get(&segment)).cloned();
            given.or_else(|| match segment {
                Segment::Mark => mark.clone(),
                Segment::Cipher => cipher.clone(),
                Segment::Kind => Some(act.form.short_name().to_owned()),
                Segment::Month => act.date.map(|date| format!("{:02}", date.month)),
                Segment::Year => act.date.map(|date| date.year.to_string()),
                _ => None,
            })
        };
        slot.act.number = match mask.number(n, value) {
            Ok(number) => number,
            Err(missing) => {
                *without.entry(missing.0).or_default() += 1;
                drafted
            }
        };
    }
    for (segment, acts) in without {
        let name = segment.name();
        let message = format!(
            "Маска номера: для части {{{name}}} нет значения (актов: {acts}), их номера оставлены по умолчанию. Добавьте в \
             [numbering] segments = {{ {name} = \"…\" }} или в раздел [[act]]."
        );
        warnings.push(warning("number-mask", message));
    }
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for slot in slots.iter() {
        *seen.entry(&slot.act.number).or_default() += 1;
    }
    for (number, times) in seen.into_iter().filter(|(_, times)| *times > 1) {
        let message = format!("Номер «{number}» у нескольких актов ({times}). Исправьте маску или ключ number.");
        warnings.push(warning("number-twice", message));
    }
}
