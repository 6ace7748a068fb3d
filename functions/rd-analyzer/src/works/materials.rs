//! Materials of a work (item 3 of an act) from the rows of the specifications.

use crate::knowledge::{Concrete, WorkKind, words_of};
use domain::{Material, SpecificationForm, SpecificationRow};

/// How many materials an act is given: more are a register's business.
const MOST: usize = 40;

/// Above this class concrete is of a structure.
const LEAN_UP_TO: f32 = 12.5;

/// The materials of a kind of work. Quantities only when the whole of them goes into this one work (`alone`).
pub(super) fn of(kind: &WorkKind, rows: &[SpecificationRow], alone: bool) -> Vec<Material> {
    let mut found: Vec<Material> = Vec::new();
    for row in rows.iter().filter(|row| {
        !row.is_sum
            && (row.quantity.is_some() || row.mass_kg.is_some())
            && row.form != SpecificationForm::Quantities
            && fits(kind, row)
    }) {
        let (name, unit, quantity) = measured(kind, row);
        match found.iter_mut().find(|known| known.name == name && known.unit == unit) {
            Some(known) => known.quantity = known.quantity.zip(quantity).map(|(one, other)| round(one + other)),
            None => found.push(Material { name, unit, quantity, evidence: row.evidence.clone() }),
        }
    }
    found.truncate(MOST);
    if !alone {
        for material in &mut found {
            material.quantity = None;
        }
    }
    found
}

/// The name of a row with its head.
pub(super) fn name_of(row: &SpecificationRow) -> &str {
    row.full_name.as_deref().unwrap_or(&row.name)
}

/// Whether what the row names, rather than what it is for, goes into the work: its first words say so.
pub(super) fn is_headed(kind: &WorkKind, row: &SpecificationRow) -> bool {
    let head: Vec<&str> = name_of(row).split_whitespace().take(4).collect();
    let words = words_of(&head.join(" "));
    fits(kind, row) && kind.materials.iter().any(|pattern| pattern.fits(&words))
}

/// Whether a row goes into the work.
pub(super) fn fits(kind: &WorkKind, row: &SpecificationRow) -> bool {
    let words = words_of(&format!("{} {}", name_of(row), row.mark_or_type));
    if !kind.materials.iter().any(|pattern| pattern.fits(&words)) {
        return false;
    }
    let Some(concrete) = kind.concrete else { return true };
    match class_of(&words) {
        Some(class) => (class <= LEAN_UP_TO) == (concrete == Concrete::Lean),
        None => concrete == Concrete::Structural,
    }
}

/// Class of concrete by strength: 25 for «В25».
fn class_of(words: &[String]) -> Option<f32> {
    words.iter().find_map(|word| {
        word.strip_prefix('в')?.replace(',', ".").parse::<f32>().ok().filter(|class| (1.0..=120.0).contains(class))
    })
}

/// Name, unit and quantity as an act says them. Bars of one size are one material by their mass, whatever their lengths.
fn measured(kind: &WorkKind, row: &SpecificationRow) -> (String, Option<String>, Option<f64>) {
    let bar = (kind.kind == "rebar").then(|| bar_of(row)).flatten();
    if let Some(name) = bar {
        let mass = row.quantity.zip(row.mass_kg).map(|(quantity, mass)| round(quantity * mass));
        let total = crate::specification::parse_number(&row.note).or(mass);
        return (name, Some("кг".to_owned()), total);
    }
    let mut name = name_of(row).to_owned();
    if !row.mark_or_type.is_empty() && !name.contains(&row.mark_or_type) {
        name = format!("{name} {}", row.mark_or_type);
    }
    let unit = row.measure.clone().or_else(|| (!row.unit.is_empty()).then(|| row.unit.clone()));
    (name.trim().to_owned(), unit, row.quantity)
}

/// A bar's size, class and standard without its length: «∅16 А500С ГОСТ 34028-2016».
fn bar_of(row: &SpecificationRow) -> Option<String> {
    let text = format!("{} {}", row.name, row.mark_or_type);
    let has_class = words_of(&text).iter().any(|word| {
        ["а500", "а240", "а400", "а600", "в500", "а1000", "вр"].iter().any(|class| word.starts_with(class))
    });
    if !has_class || row.mass_kg.is_none() && crate::specification::parse_number(&row.note).is_none() {
        return None;
    }
    let mut kept: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let folded = word.to_lowercase();
        if folded.starts_with("l=") || folded == "l" || folded.starts_with("lобщ") || folded.starts_with("l≈") {
            break;
        }
        kept.push(word);
    }
    // The standard may stand in its own column, behind the length.
    let mut name = kept.join(" ").trim_end_matches([',', ';', ' ']).to_owned();
    if !row.mark_or_type.is_empty() && !name.contains(&row.mark_or_type) {
        name = format!("{name} {}", row.mark_or_type);
    }
    // A set's drawing programs write the sign of diameter as the letter N.
    for sign in ["N ", "N", "\u{fffd} ", "\u{fffd}"] {
        if let Some(rest) =
            name.strip_prefix(sign).filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
        {
            name = format!("∅{rest}");
            break;
        }
    }
    Some(name)
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
