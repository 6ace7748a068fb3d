//! Norms that a set cites and that govern the carrying out of its works (item 6 of an act).

use crate::knowledge::{WorkKind, knowledge};
use crate::lines::Sheet;
use domain::Reference;

/// Codes of practice (СП) on carrying out works, by number, with the marks of sets they belong to.
/// Design codes (loads, climate, concrete structures) never stand in an act.
const ON_WORKS: [(u32, &[&str]); 12] = [
    (45, &["КЖ", "КЖИ", "КР", "АС", "КМ", "КД", "ГП", "ГТ", "НВК", "НК", "НВ", "ТС", "ЭС", "ПОС", "АР", "ГСН"]),
    (70, &["КЖ", "КЖИ", "КР", "АС", "АР", "КМ", "КМД", "КД"]),
    (71, &["КЖ", "КЖИ", "КР", "АС", "АР", "АИ", "КМ"]),
    (72, &["КЖ", "КЖИ", "КР", "АС", "АР", "КМ", "КМД", "АЗ"]),
    (73, &["ВК", "ОВ", "ИТП", "ТМ", "УУТЭ", "ХС", "ТХ", "ВС"]),
    (74, &["ТС", "ТМ"]),
    (76, &["ЭМ", "ЭО", "ЭОМ", "ЭС", "ЭН", "ЭГ", "ЭП"]),
    (77, &["СС", "РТ", "СКС", "СКУД", "ОС", "СОТ", "АПС", "ПС", "СОУЭ", "АК", "АТХ", "АОВ", "АВК", "АТМ"]),
    (129, &["НВК", "НК", "НВ"]),
    (435, &["КЖ", "КР", "АС"]),
    (82, &["ГП", "ГТ", "БЛ"]),
    (341, &["НВК", "НК", "НВ"]),
];

/// The cited codes on works that fit the mark, as cited, each once, references first.
pub(crate) fn cited(references: &[Reference], sheets: &[Sheet<'_>], mark: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let texts = references
        .iter()
        .filter(|reference| !reference.attached)
        .map(|reference| reference.designation.as_str())
        .chain(sheets.iter().flat_map(|sheet| sheet.lines.iter().map(|line| line.text.as_str())));
    for norm in texts.flat_map(codes_in) {
        let number = norm.trim_start_matches("СП ").split('.').next().and_then(|number| number.parse::<u32>().ok());
        let fits = ON_WORKS
            .iter()
            .any(|(code, marks)| Some(*code) == number && mark.is_some_and(|mark| marks.contains(&mark)));
        if fits && !found.contains(&norm) {
            found.push(norm);
        }
    }
    found
}

/// The norms of a work of a known kind: those of the kind that the set cites; without any, those that the mark's practice
/// names for the kind. Of an unknown kind, those of the set that fit.
pub(crate) fn for_kind(cited: &[String], kind: Option<&WorkKind>, work: &str) -> Vec<String> {
    let Some(kind) = kind.filter(|kind| !kind.norms.is_empty()) else { return for_work(cited, work) };
    let of_kind = |norm: &&String| kind.norms.iter().any(|number| norm.starts_with(&format!("СП {number}.")));
    let own: Vec<String> = cited.iter().filter(of_kind).cloned().collect();
    if !own.is_empty() {
        return own;
    }
    kind.norms.iter().take(1).filter_map(|number| knowledge().norm(*number)).map(str::to_owned).collect()
}

/// The norms of one work. Earthworks have a code of their own, which no other work cites, and none of the others.
pub(crate) fn for_work(cited: &[String], work: &str) -> Vec<String> {
    let folded = crate::lines::fold(work);
    let earth = ["котлован", "грунт", "транше", "засыпк", "насып", "свай"].iter().any(|word| folded.contains(word));
    let is_earth = |norm: &&String| norm.starts_with("СП 45.");
    let own: Vec<String> = cited.iter().filter(|norm| is_earth(norm) == earth).cloned().collect();
    if own.is_empty() && earth { cited.iter().filter(|norm| !is_earth(norm)).cloned().collect() } else { own }
}

/// Codes of practice in a text: «СП 70.13330.2012», also when the space is missing.
fn codes_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, name) in text.match_indices("СП") {
        let before = text.get(..at).unwrap_or_default();
        if before.ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = text.get(at + name.len()..).unwrap_or_default().trim_start();
        let end = rest.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or_default().trim_end_matches('.');
        let parts: Vec<&str> = number.split('.').collect();
        if let [code, series, year] = parts.as_slice()
            && (1..=3).contains(&code.len())
            && (5..=7).contains(&series.len())
            && year.len() == 4
        {
            found.push(format!("СП {number}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_running_text() {
        assert_eq!(
            codes_in("вести по СП70.13330.2012, СП 45.13330.2017. ГОСТ 7473-2010, СП 1.2"),
            ["СП 70.13330.2012", "СП 45.13330.2017"]
        );
        assert!(codes_in("АСП 70.13330.2012").is_empty());
    }

    #[test]
    fn earthworks_have_their_own_code() {
        let cited = ["СП 45.13330.2017".to_owned(), "СП 70.13330.2012".to_owned()];
        assert_eq!(for_work(&cited, "Приемка котлована"), ["СП 45.13330.2017"]);
        assert_eq!(for_work(&cited, "Армирование плиты"), ["СП 70.13330.2012"]);
        assert_eq!(for_work(&["СП 70.13330.2012".to_owned()], "Устройство свай"), ["СП 70.13330.2012"]);
    }
}
