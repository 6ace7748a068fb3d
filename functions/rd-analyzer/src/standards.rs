//! Standards that a set cites, and whether they are in force: `data/standards.json`, a dated table with its source.

use crate::lines::Sheet;
use domain::{CitedNorm, NormState, NormStatus, Reference};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/standards.json")).unwrap_or_default());
static BY_NAME: LazyLock<HashMap<String, &'static Standard>> =
    LazyLock::new(|| TABLE.standards.iter().map(|standard| (key(&standard.name), standard)).collect());

#[derive(Debug, Default, Deserialize)]
struct Table {
    as_of: String,
    standards: Vec<Standard>,
}

#[derive(Debug, Deserialize)]
struct Standard {
    name: String,
    #[serde(default)]
    replaced_by: Option<String>,
    #[serde(default)]
    since: Option<String>,
    /// Read in the primary text, not at second hand.
    #[serde(default)]
    checked: bool,
}

/// What the table says of a designation; `None` when it does not know it.
pub(crate) fn status(designation: &str) -> Option<NormStatus> {
    let standard = BY_NAME.get(&key(designation))?;
    Some(NormStatus {
        state: if standard.replaced_by.is_some() { NormState::Replaced } else { NormState::InForce },
        replaced_by: standard.replaced_by.clone(),
        since: standard.since.clone(),
        as_of: TABLE.as_of.clone(),
        second_hand: !standard.checked,
    })
}

/// Gives the references their states.
pub(crate) fn mark(references: &mut [Reference]) {
    for reference in references.iter_mut().filter(|reference| !reference.attached) {
        reference.status = designations_in(&reference.designation).first().and_then(|name| status(name));
    }
}

/// Every standard that any line of the set cites, each once, in the order of the pages.
pub(crate) fn cited(sheets: &[Sheet<'_>]) -> Vec<CitedNorm> {
    let mut found: Vec<CitedNorm> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for sheet in sheets {
        for line in &sheet.lines {
            for designation in designations_in(&line.text) {
                let page = sheet.page.page;
                let at = *places.entry(key(&designation)).or_insert_with(|| {
                    found.push(CitedNorm {
                        status: status(&designation),
                        designation,
                        pages: Vec::new(),
                        evidence: sheet.evidence(vec![line.bounds], line.text.clone(), 0.9),
                    });
                    found.len() - 1
                });
                if let Some(norm) = found.get_mut(at).filter(|norm| !norm.pages.contains(&page)) {
                    norm.pages.push(page);
                }
            }
        }
    }
    found
}

/// Designations of standards in a text: «СП 70.13330.2012», «ГОСТ Р 21.101-2020», «СНиП 3.03.01-87», «РД-11-02-2006».
pub(crate) fn designations_in(text: &str) -> Vec<String> {
    const KINDS: [(&str, &str); 5] =
        [("ГОСТ Р", "ГОСТ Р "), ("ГОСТ", "ГОСТ "), ("СНиП", "СНиП "), ("РД-11-", "РД-11-"), ("СП", "СП ")];
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for (kind, written) in KINDS {
        for (at, _) in text.match_indices(kind) {
            let inside = taken.iter().any(|(start, end)| (*start..*end).contains(&at));
            if inside || text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric)) {
                continue;
            }
            let after = text.get(at + kind.len()..).unwrap_or_default();
            let rest = after.trim_start_matches([' ', '\u{a0}']);
            let end = rest
                .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '.' | '-' | '–')))
                .unwrap_or(rest.len());
            let number = rest.get(..end).unwrap_or_default().trim_end_matches(['.', '-', '–']).replace('–', "-");
            if is_dated(&number, kind) {
                let skipped = after.len() - rest.len();
                taken.push((at, at + kind.len() + skipped + end));
                found.push((at, format!("{written}{number}")));
            }
        }
    }
    found.sort();
    found.into_iter().map(|(_, designation)| designation).collect()
}

/// Whether a number ends in a year, as those of standards do.
fn is_dated(number: &str, kind: &str) -> bool {
    let last = number.rsplit(['-', '.']).next().unwrap_or_default();
    let year = match last.len() {
        4 => last.parse::<u32>().is_ok_and(|year| (1950..2100).contains(&year)),
        2 => kind != "СП" && number.contains('-'),
        _ => false,
    };
    year && number.starts_with(|letter: char| letter.is_ascii_digit())
        && number.len() >= 5
        && number.contains(['-', '.'])
}

fn key(designation: &str) -> String {
    designation.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designations_are_found_in_running_text() {
        let text =
            "по СП70.13330.2012, СП 52-103-2007, ГОСТ Р 21.101-2020 и ГОСТ 6465-76 (СНиП 3.03.01-87), АСП 1.2, СП 1.2";
        let found = ["СП 70.13330.2012", "СП 52-103-2007", "ГОСТ Р 21.101-2020", "ГОСТ 6465-76", "СНиП 3.03.01-87"];
        assert_eq!(designations_in(text), found);
        assert_eq!(designations_in("по РД-11-02-2006"), ["РД-11-02-2006"]);
    }

    #[test]
    fn the_table_is_dated_and_names_successors() {
        assert!(TABLE.standards.len() > 60 && TABLE.as_of.len() == 10);
        let status = status("СП70.13330.2012").unwrap();
        assert_eq!((status.state, status.replaced_by.as_deref()), (NormState::Replaced, Some("СП 70.13330.2025")));
        assert_eq!(status.since.as_deref(), Some("2026-06-01"));
        assert!(status.second_hand);
        assert_eq!(super::status("СП 999.1.2000"), None);
        // Nobody is sent from one dead edition to another.
        for standard in TABLE.standards.iter().filter_map(|standard| standard.replaced_by.as_deref()) {
            assert!(super::status(standard).is_none_or(|next| next.state == NormState::InForce), "{standard}");
        }
    }
}
