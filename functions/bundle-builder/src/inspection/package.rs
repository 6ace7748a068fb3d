use super::items::Items;
use super::rules::*;
use super::{Findings, Package};
use domain::{Act, ActForm, HiddenWork, NormState, PrintedForm};
use std::collections::{BTreeMap, BTreeSet};

/// Letters of a word that are compared: Russian endings come after them.
const STEM_LETTERS: usize = 5;
/// Share of an item's words that must stand in an act that covers it.
const COVERED_SHARE: f64 = 0.6;

/// Rules that look at all acts together.
pub(super) fn inspect(package: Package<'_>, findings: &mut Findings) {
    numbers(package, findings);
    order(package, findings);
    coverage(package, findings);
    editions(package, findings);
    out_of_force(package, findings);
}

fn numbers(package: Package<'_>, findings: &mut Findings) {
    let acts = &package.acts.acts;
    let mut seen = BTreeSet::new();
    for act in acts {
        if !seen.insert((act.form.short_name(), act.number.trim())) {
            findings.of_act(NUMBER_TWICE, act, "номер", format!("Номер {} стоит на двух актах.", act.number));
        }
    }
    let counted: Vec<_> = acts.iter().filter_map(|act| Some((act, sequence_number(&act.number)?))).collect();
    for pair in counted.windows(2) {
        if let [(before, earlier), (act, later)] = pair
            && later < earlier
            && before.form == act.form
        {
            let message = format!("Акт № {} стоит после акта № {}.", act.number, before.number);
            findings.of_act(NUMBERS_OUT_OF_ORDER, act, "номер", message);
        }
    }
    for (act, file) in acts.iter().zip(&package.acts.files) {
        let plain = |text: &str| -> String { text.chars().filter(|sign| sign.is_alphanumeric()).collect() };
        if !plain(&file.file).contains(&plain(&act.number)) {
            let message = format!("Файл «{}» у акта № {}.", file.file, act.number);
            findings.of_act(FILE_OF_ANOTHER_NUMBER, act, "файл", message);
        }
    }
}

/// The first number of an act's number: «3» of «3-КЖ1.2».
fn sequence_number(number: &str) -> Option<u32> {
    let digits = number.trim_start_matches(|sign: char| !sign.is_ascii_digit());
    let end = digits.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// An act whose work another act allows (item 7) comes after that act.
fn order(package: Package<'_>, findings: &mut Findings) {
    let by_work: BTreeMap<&str, &Act> = package.acts.acts.iter().map(|act| (act.works.trim(), act)).collect();
    // What an act of a structure allows repeats what its acts of hidden works allow.
    let hidden = package.acts.acts.iter().filter(|act| act.form == PrintedForm::HiddenWorks);
    for act in hidden {
        let Some(next) = by_work.get(act.next_works.trim()) else { continue };
        if let (Some(started), Some(finished)) = (next.started, act.finished)
            && started < finished
        {
            let message = format!("Работы начаты {started}, а предыдущие (акт № {}) окончены {finished}.", act.number);
            findings.of_act(NEXT_BEFORE_PREVIOUS, next, Items::of(next).dates, message);
        }
    }
}

fn coverage(package: Package<'_>, findings: &mut Findings) {
    if package.acts.acts.is_empty() {
        return;
    }
    let items = package.analysis.hidden_works.items.iter().filter(|item| item.form == ActForm::default());
    for item in items {
        let drafted = package.analysis.works.iter().filter(|work| item.works.contains(&work.sequence));
        let names: Vec<&str> = drafted.map(|work| work.name.as_str()).collect();
        let is_covered = |act: &Act| covers(act, item) || names.iter().any(|name| act.works.contains(name));
        if !package.acts.acts.iter().any(is_covered) {
            let message = format!("Нет акта на работу из перечня комплекта: «{}».", item.name);
            findings.of_package(NOT_COVERED, "перечень скрытых работ", message);
        }
    }
}

/// An act covers an item that it was drafted from, or that it names.
fn covers(act: &Act, item: &HiddenWork) -> bool {
    let same_place = |quote: &str| !quote.trim().is_empty() && quote.trim() == item.evidence.quote.trim();
    let drafted = act.evidence.iter().any(|own| own.page == item.evidence.page && same_place(&own.quote));
    if drafted {
        return true;
    }
    let (sought, named) = (stems(&item.name), stems(&act.works));
    let found = sought.iter().filter(|stem| named.contains(*stem)).count();
    !sought.is_empty() && found as f64 >= COVERED_SHARE * sought.len() as f64
}

fn stems(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase().replace('ё', "е");
    let words = lower.split(|sign: char| !sign.is_alphanumeric()).filter(|word| word.chars().count() > 3);
    words.map(|word| word.chars().take(STEM_LETTERS).collect()).collect()
}

/// One norm in two editions within a package is a classic of returned packages.
fn editions(package: Package<'_>, findings: &mut Findings) {
    let mut editions: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for act in &package.acts.acts {
        for norm in &act.norms {
            for (base, year) in designations(norm) {
                editions.entry(base).or_default().entry(year).or_insert_with(|| act.number.clone());
            }
        }
    }
    for (base, years) in editions.iter().filter(|(_, years)| years.len() > 1) {
        let named: Vec<String> = years.iter().map(|(year, act)| format!("{base}.{year} (акт № {act})")).collect();
        findings.of_package(NORM_EDITIONS_DIFFER, "п. 6", format!("Разные редакции: {}.", named.join(", ")));
    }
}

/// Norms that the set cites and the dated table of standards no longer has in force.
fn out_of_force(package: Package<'_>, findings: &mut Findings) {
    for norm in &package.analysis.norms {
        let Some(status) = norm.status.as_ref().filter(|status| status.state != NormState::InForce) else { continue };
        let mut message = match status.state {
            NormState::Replaced => format!("{} заменён", norm.designation),
            NormState::Cancelled | NormState::InForce => format!("{} отменён", norm.designation),
        };
        if let Some(successor) = &status.replaced_by {
            message.push_str(&format!(" на {successor}"));
        }
        if let Some(since) = &status.since {
            message.push_str(&format!(" с {since}"));
        }
        message.push_str(&format!(" (по таблице на {}", status.as_of));
        message.push_str(if status.second_hand {
            ", проверьте по первоисточнику)."
        } else {
            ")."
        });
        for act in package.acts.acts.iter().filter(|act| act.norms.iter().any(|own| own.contains(&norm.designation))) {
            findings.of_act(NORM_OUT_OF_FORCE, act, Items::of(act).norms, message.clone());
        }
    }
}

/// Codes of practice in a text, as number and year: «СП 70.13330» and «2012».
fn designations(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in text.split("СП").skip(1) {
        let part = part.trim_start();
        let end = part.find(|sign: char| !(sign.is_ascii_digit() || sign == '.')).unwrap_or(part.len());
        let number = part.get(..end).unwrap_or_default().trim_end_matches('.');
        if let Some((base, year)) = number.rsplit_once('.')
            && year.len() == 4
            && base.contains('.')
        {
            found.push((format!("СП {base}"), year.to_owned()));
        }
    }
    found
}
