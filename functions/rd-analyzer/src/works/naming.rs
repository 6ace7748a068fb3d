//! Names of works (item 1 of an act) out of what the designer wrote.

use crate::{lines::fold, title_block::FoundBlock};
use domain::{HiddenWork, HiddenWorksMode};

/// The building, when the title blocks agree on one. Level and axes of a sheet are not those of every work: they wait for
/// rules that know which work a sheet shows.
pub(crate) fn location(blocks: &[FoundBlock]) -> Option<String> {
    only_one(blocks.iter().filter_map(|block| block.building.clone()))
}

fn only_one(values: impl Iterator<Item = String>) -> Option<String> {
    let mut one: Option<String> = None;
    for value in values {
        match &one {
            Some(known) if fold(known) != fold(&value) => return None,
            Some(_) => {}
            None => one = Some(value),
        }
    }
    one
}

/// The name of the work as it stands in item 1 of an act.
pub(super) fn name_of(item: &HiddenWork) -> Option<String> {
    match item.source {
        HiddenWorksMode::List => Some(work_name(&item.name)),
        HiddenWorksMode::Prose => {
            let folded = fold(&item.name);
            let beginning = "освидетельствованию скрытых работ подлежат";
            if !folded.starts_with(beginning) {
                return None;
            }
            let rest = item.name.split_whitespace().skip(beginning.split(' ').count()).collect::<Vec<_>>().join(" ");
            let rest = rest.trim_start_matches([':', ' ', '–', '-']).trim();
            let rest =
                if rest.ends_with("т.д.") || rest.ends_with("т.п.") { rest } else { rest.trim_end_matches('.') };
            (!rest.is_empty()).then(|| capitalised(rest))
        }
        HiddenWorksMode::None => None,
    }
}

/// «акт на устройство X» → «Устройство X», «акт приемки X» → «Приемка X»; anything else stays as it is written.
pub(super) fn work_name(item: &str) -> String {
    let words: Vec<&str> = item.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let is_act = folded.first().is_some_and(|word| ["акт", "акты", "аоср"].contains(&word.as_str()));
    if !is_act {
        return capitalised(item);
    }
    let mut at = 1;
    for phrase in
        [["освидетельствования", "скрытых", "работ"].as_slice(), &["на", "скрытые", "работы"], &["скрытых", "работ"]]
    {
        let follows = phrase.iter().zip(folded.iter().skip(at)).filter(|(a, b)| *a == b).count() == phrase.len();
        if follows {
            at += phrase.len();
            break;
        }
    }
    let preposition = folded.get(at).map(String::as_str);
    let case = match preposition {
        Some("на") => Case::Accusative,
        Some("по") => Case::Dative,
        _ => Case::Genitive,
    };
    if case != Case::Genitive {
        at += 1;
    }
    let (Some(head), Some(rest)) = (words.get(at), words.get(at + 1..)) else { return capitalised(item) };
    let Some(head) = nominative(head, case) else { return capitalised(item) };
    let mut name = vec![head];
    // «освидетельствования и приемки X»: both nouns stand in the same case.
    let second = match rest {
        ["и", second, ..] => nominative(second, case),
        _ => None,
    };
    match second {
        Some(second) => {
            name.extend(["и".to_owned(), second]);
            name.extend(rest.iter().skip(2).map(|word| (*word).to_owned()));
        }
        None => name.extend(rest.iter().map(|word| (*word).to_owned())),
    }
    capitalised(&name.join(" "))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Genitive,
    Dative,
    Accusative,
}

/// A noun of action in the nominative; `None` when its ending is not one of those that turn safely.
fn nominative(word: &str, case: Case) -> Option<String> {
    let endings: &[(&str, &str)] = match case {
        Case::Genitive => &[("ния", "ние"), ("ства", "ство"), ("ки", "ка"), ("тажа", "таж"), ("тия", "тие")],
        Case::Dative => &[("нию", "ние"), ("ству", "ство"), ("ке", "ка"), ("тажу", "таж"), ("тию", "тие")],
        Case::Accusative => &[("ние", "ние"), ("ство", "ство"), ("ку", "ка"), ("таж", "таж"), ("тие", "тие")],
    };
    let lower = word.to_lowercase();
    if lower.chars().count() < 5 || lower.chars().any(|letter| !letter.is_alphabetic()) {
        return None;
    }
    endings.iter().find_map(|(ending, nominative)| lower.strip_suffix(ending).map(|stem| format!("{stem}{nominative}")))
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_turn_into_works() {
        for (item, work) in [
            ("акт на устройство гидрошпонки", "Устройство гидрошпонки"),
            (
                "акт приемки опалубки конструкций перед бетонированием",
                "Приемка опалубки конструкций перед бетонированием",
            ),
            ("акт освидетельствования и приемки швов", "Освидетельствование и приемка швов"),
            ("акт освидетельствования скрытых работ на укладку труб", "Укладка труб"),
            ("акт освидетельствования скрытых работ по монтажу труб", "Монтаж труб"),
            ("Акты на скрытые работы по устройству стяжки", "Устройство стяжки"),
            ("акт на скрытые работы", "Акт на скрытые работы"),
            ("акт осмотра котлована", "Акт осмотра котлована"),
            ("разработка котлована", "Разработка котлована"),
        ] {
            assert_eq!(work_name(item), work);
        }
    }

    #[test]
    fn a_building_is_named_only_when_there_is_one() {
        let one = |names: &[&str]| only_one(names.iter().map(|name| (*name).to_owned()));
        assert_eq!(one(&["Корпус 6", "КОРПУС 6"]).as_deref(), Some("Корпус 6"));
        assert_eq!(one(&["Корпус 6", "Корпус 7"]), None);
        assert_eq!(one(&[]), None);
    }
}
