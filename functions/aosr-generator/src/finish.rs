mod documents;
mod numbers;
mod people;
pub(crate) mod slots;

use crate::bearing::{bearing, refer};
use domain::project_file::{ActEntry, PhraseField, ProjectFile};
use domain::{Act, DocumentSummary, PrintedForm, Warning, Work};
use slots::Slot;

/// Makes finished acts of drafts with what the engineer says in the project file: which acts there are, their numbers,
/// dates, parties, people, documents. What neither the set nor the file says stays blank, and a phrase stands in a blank
/// field only where the file has one for it. Answers the acts and what the engineer should know.
pub fn finish_acts(
    drafts: Vec<Act>,
    works: &[&Work],
    summary: &DocumentSummary,
    file: &ProjectFile,
) -> (Vec<Act>, Vec<Warning>) {
    let mut warnings = Vec::new();
    let mut slots = slots::chosen(drafts, works, file, &mut warnings);
    for slot in &mut slots {
        fill(slot, file);
    }
    numbers::number(&mut slots, summary, file, &mut warnings);
    chain(&mut slots, file);
    let works_behind: Vec<Option<&Work>> = slots.iter().map(|slot| slot.work).collect();
    let own_attachments: Vec<Option<&Vec<String>>> =
        slots.iter().map(|slot| slot.entry.and_then(|entry| entry.attachments.as_ref())).collect();
    let mut acts: Vec<Act> = slots.into_iter().map(|slot| slot.act).collect();
    refer(&mut acts, &works_behind);
    for (act, own) in acts.iter_mut().zip(own_attachments) {
        if let Some(own) = own {
            act.attachments.clone_from(own);
        }
    }
    for act in &mut acts {
        act.page_url = file.defaults.page_url(&act.number);
        phrases(act, file);
    }
    people::appoint(&mut acts, file, &mut warnings);
    (acts, warnings)
}

/// What the file says of all acts and of this one.
fn fill(slot: &mut Slot<'_>, file: &ProjectFile) {
    let norms: Vec<String> = file.defaults.norms.iter().filter(|norm| !slot.cites(norm)).cloned().collect();
    let act = &mut slot.act;
    act.norms.extend(norms);
    if !file.object.is_empty() {
        act.object.clone_from(&file.object);
    }
    let parties = &file.parties;
    act.developer = parties.developer.clone().or(act.developer.take());
    act.builder = parties.builder.clone().or(act.builder.take());
    act.designer = parties.designer.clone().or(act.designer.take());
    act.wording = file.defaults.wording;
    act.copies.clone_from(&file.defaults.copies);
    act.additional.clone_from(&file.defaults.additional);
    let performer = parties.performer.as_ref().or(parties.builder.as_ref()).map(|party| party.name.clone());
    act.performed_by = if file.defaults.performed_by.is_empty() {
        performer.unwrap_or_default()
    } else {
        file.defaults.performed_by.clone()
    };
    if !file.documentation.is_empty() {
        act.project_documentation.clone_from(&file.documentation);
    }
    if let Some(entry) = slot.entry {
        fill_from(act, entry);
    }
    if act.form == PrintedForm::Structures {
        act.structures.get_or_insert_default();
    }
}

fn fill_from(act: &mut Act, entry: &ActEntry) {
    let set = |field: &mut String, value: &Option<String>| {
        if let Some(value) = value {
            field.clone_from(value);
        }
    };
    set(&mut act.works, &entry.name);
    set(&mut act.project_documentation, &entry.documentation);
    set(&mut act.additional, &entry.additional);
    set(&mut act.copies, &entry.copies);
    set(&mut act.performed_by, &entry.performed_by);
    act.form = entry.form.unwrap_or(act.form);
    act.date = entry.date;
    act.started = entry.started;
    act.finished = entry.finished;
    act.signed = entry.signed;
    if let Some(norms) = &entry.norms {
        act.norms.clone_from(norms);
    }
    if entry.structures.is_some() {
        act.structures.clone_from(&entry.structures);
    }
    documents::take(act, entry);
}

/// Item 7 of an act of hidden works: what the file says, else the next work of the package that has such an act. Item 9 г) of an act
/// of a structure: what the file says, else what the last act of hidden works that bears on the structure allows.
fn chain(slots: &mut [Slot<'_>], file: &ProjectFile) {
    let names: Vec<Option<String>> =
        slots.iter().map(|slot| (slot.act.form == PrintedForm::HiddenWorks).then(|| slot.act.works.clone())).collect();
    for (index, slot) in slots.iter_mut().enumerate() {
        let own = slot.entry.and_then(|entry| entry.next_works.clone());
        let listed = || {
            let pairs = &file.dictionary.next_works;
            pairs.iter().find(|(work, _)| slot.is_called(work)).map(|(_, next)| next.clone())
        };
        let follows = || names.iter().skip(index + 1).flatten().next().cloned().unwrap_or_default();
        slot.act.next_works = match own.or_else(listed) {
            Some(next) => next,
            None if slot.act.form == PrintedForm::HiddenWorks => follows(),
            None => String::new(),
        };
    }
    let (acts, works): (Vec<&Act>, Vec<Option<&Work>>) = slots.iter().map(|slot| (&slot.act, slot.work)).unzip();
    let allowed: Vec<(usize, String)> = bearing(&acts, &works)
        .into_iter()
        .filter_map(|(place, listed)| Some((place, acts.get(*listed.last()?)?.next_works.clone())))
        .collect();
    for (place, next) in allowed {
        if let Some(slot) = slots.get_mut(place).filter(|slot| slot.act.next_works.is_empty()) {
            slot.act.next_works = next;
        }
    }
}

fn phrases(act: &mut Act, file: &ProjectFile) {
    let phrase = |field| file.phrases.get(&field);
    let text = |value: &mut String, field| {
        if let Some(phrase) = phrase(field).filter(|_| value.trim().is_empty()) {
            value.clone_from(phrase);
        }
    };
    let list = |values: &mut Vec<String>, field| {
        if let Some(phrase) = phrase(field).filter(|_| values.is_empty()) {
            values.push(phrase.clone());
        }
    };
    list(&mut act.materials, PhraseField::Materials);
    list(&mut act.proofs, PhraseField::Proofs);
    list(&mut act.attachments, PhraseField::Attachments);
    text(&mut act.next_works, PhraseField::NextWorks);
    text(&mut act.additional, PhraseField::Additional);
    if act.designer.is_none()
        && let Some(phrase) = phrase(PhraseField::Designer)
    {
        act.designer = Some(domain::Organisation { phrase: phrase.clone(), ..domain::Organisation::default() });
    }
}

fn warning(code: &str, message: String) -> Warning {
    Warning { code: format!("project-{code}"), message, pages: Vec::new() }
}

#[cfg(test)]
mod tests;
