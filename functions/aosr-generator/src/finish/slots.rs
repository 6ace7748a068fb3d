use super::warning;
use domain::project_file::{ActEntry, ProjectFile, Side, WorkChoice};
use domain::{Act, PrintedForm, Warning, Work};

/// An act of the package with what the file says of it.
pub(crate) struct Slot<'f> {
    pub(crate) act: Act,
    pub(crate) entry: Option<&'f ActEntry>,
    /// The work of the set that it is of; of an act of the engineer's own the one that it is put beside.
    pub(crate) work: Option<&'f Work>,
    /// The names by which the file may call it: of the work alone, and with its place.
    names: Vec<String>,
    /// Its place among the drafts, from 1; 0 for an act of the engineer's own.
    pub(crate) place: u32,
}

impl Slot<'_> {
    /// Whether the act is of the work of this name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = alike(name);
        self.names.contains(&name) || alike(&self.act.works) == name
    }

    /// Whether item 6 has the norm already.
    pub(super) fn cites(&self, norm: &str) -> bool {
        let norm = alike(norm);
        self.act.norms.iter().any(|own| alike(own) == norm)
    }

    /// Whether it is the draft of an act of a structure, in its own place.
    fn is_draft_of_structure(&self) -> bool {
        let is_added = self.entry.is_some_and(|entry| matches!(entry.work, WorkChoice::Added { .. }));
        self.place > 0 && self.act.form == PrintedForm::Structures && !is_added
    }

    /// Whether it is the draft, of which the file says nothing else, of the structure that an act of the engineer's own names.
    fn is_drafted_of(&self, own: &ActEntry) -> bool {
        let Some(name) = own.name.as_deref().map(alike) else { return false };
        let structure = self.work.and_then(|work| work.structure.as_deref()).map(alike);
        let is_named = self.names.contains(&name) || structure == Some(name);
        self.is_draft_of_structure() && self.entry.is_none() && is_named
    }

    fn is_chosen(&self, choice: &WorkChoice) -> bool {
        match choice {
            WorkChoice::Named(name) => self.is_called(name),
            WorkChoice::At(place) => self.place == *place,
            WorkChoice::Added { .. } => false,
        }
    }
}

/// The acts of the package in their order: drafts without those that are left out, renamed, and the engineer's own.
pub(crate) fn chosen<'f>(
    drafts: Vec<Act>,
    works: &[&'f Work],
    file: &'f ProjectFile,
    warnings: &mut Vec<Warning>,
) -> Vec<Slot<'f>> {
    let mut slots: Vec<Slot<'f>> = (1_u32..)
        .zip(drafts)
        .enumerate()
        .map(|(index, (place, act))| {
            let work = works.get(index).copied();
            let alone = work.map(|work| alike(&work.name));
            let names = alone.into_iter().chain([alike(&act.works)]).collect();
            Slot { act, entry: None, work, names, place }
        })
        .collect();
    let mut added = Vec::new();
    for entry in &file.acts {
        if let WorkChoice::Added { beside } = &entry.work {
            added.push((entry, beside.as_ref()));
            continue;
        }
        let free = slots.iter().position(|slot| slot.entry.is_none() && slot.is_chosen(&entry.work));
        match free.and_then(|index| slots.get_mut(index)) {
            Some(slot) => slot.entry = Some(entry),
            None => warnings.push(unknown_work(entry, &entry.work, &slots)),
        }
    }
    for (entry, beside) in added {
        let of_structure = entry.form == Some(PrintedForm::Structures);
        let drafted = slots.iter().position(|slot| of_structure && slot.is_drafted_of(entry));
        let mut slot = match drafted.map(|index| slots.remove(index)) {
            Some(slot) => Slot { entry: Some(entry), ..slot },
            None => Slot {
                names: entry.name.iter().map(|name| alike(name)).collect(),
                act: own_act(&slots, entry),
                entry: Some(entry),
                work: None,
                place: 0,
            },
        };
        // Drafted acts of structures close the package.
        let closing = slots.iter().rev().take_while(|slot| !of_structure && slot.is_draft_of_structure()).count();
        let last = slots.len() - closing;
        let index = match beside {
            None => last,
            Some((side, choice)) => match slots.iter().rposition(|slot| slot.is_chosen(choice)) {
                Some(index) if *side == Side::Before => index,
                // Several acts of the engineer's own after the same work stay in their order.
                Some(index) => index + 1 + slots.iter().skip(index + 1).take_while(|slot| slot.place == 0).count(),
                None => {
                    warnings.push(unknown_work(entry, choice, &slots));
                    last
                }
            },
        };
        if let Some((side, _)) = beside.filter(|_| slot.place == 0 && !of_structure) {
            let neighbour = if *side == Side::Before { slots.get(index) } else { slots.get(index.wrapping_sub(1)) };
            slot.work = neighbour.filter(|slot| !slot.is_draft_of_structure()).and_then(|slot| slot.work);
        }
        slots.insert(index, slot);
    }
    slots.retain(|slot| !slot.entry.is_some_and(|entry| entry.dropped));
    for slot in &mut slots {
        let pairs = &file.dictionary.works;
        if let Some((_, preferred)) = pairs.iter().find(|(work, _)| slot.is_called(work)) {
            // The place in front of the name stays.
            let alone = slot.names.first().cloned().unwrap_or_default();
            let whole = alike(&slot.act.works);
            let place = whole.strip_suffix(&alone).map_or(0, |place| place.chars().count());
            let place: String = slot.act.works.chars().take(place).collect();
            slot.act.works = format!("{place}{preferred}");
        }
    }
    slots
}

/// What the drafts have in common holds for an act of the engineer's own, too.
fn own_act(slots: &[Slot<'_>], entry: &ActEntry) -> Act {
    let like = slots.first().map(|slot| slot.act.clone()).unwrap_or_default();
    Act {
        works: entry.name.clone().unwrap_or_default(),
        object: like.object,
        designer: like.designer,
        project_documentation: like.project_documentation,
        ..Act::default()
    }
}

fn unknown_work(entry: &ActEntry, choice: &WorkChoice, slots: &[Slot<'_>]) -> Warning {
    let line = entry.line;
    let drafted = slots.iter().filter(|slot| slot.place > 0).count();
    let message = match choice {
        WorkChoice::At(place) => format!(
            "Файл проекта, строка {line}: акта с местом {place} нет, в комплекте проектов актов: {drafted}. Исправьте work \
             (after) или удалите раздел."
        ),
        WorkChoice::Named(name) => format!(
            "Файл проекта, строка {line}: работы «{name}» среди проектов актов нет. Возьмите наименование из acts.json или \
             укажите место: work = 1."
        ),
        WorkChoice::Added { .. } => format!("Файл проекта, строка {line}: акт не найден."),
    };
    warning("act-unknown", message)
}

/// Names that differ in case, «ё» and spaces only are one name.
pub(crate) fn alike(name: &str) -> String {
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('ё', "е");
    words.trim_end_matches(['.', ';', ',']).to_owned()
}
