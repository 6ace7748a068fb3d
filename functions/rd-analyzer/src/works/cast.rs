//! Works of cast structures (КЖ, КР, АС): the list is general, the acts are of one structure on one level. What an item
//! asks for is drafted where drawings, nodes or specifications show it; layers under a structure are drafted unasked.

use super::layered::unasked;
use super::subjects::{self, Subject};
use super::{Draft, Ground, materials, naming, systems};
use crate::knowledge::{Link, WorkKind, knowledge, words_of};
use domain::{ActForm, Evidence, HiddenWorks, HiddenWorksMode};

/// Works before and behind those of the structures themselves, by their order.
const BEFORE_STRUCTURES: u32 = 65;
const BEHIND_STRUCTURES: u32 = 140;

/// Where a work comes from.
#[derive(Clone, Copy)]
pub(super) struct Origin<'o> {
    pub(super) item: Option<usize>,
    pub(super) evidence: &'o Evidence,
    pub(super) source: HiddenWorksMode,
    pub(super) proposed: bool,
}

/// Drafts the works of a list.
pub(super) fn from_list(ground: &Ground<'_, '_>, hidden: &HiddenWorks) -> Vec<Draft> {
    let subjects = subjects::find(ground);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut asked: Vec<&'static WorkKind> = Vec::new();
    let mut layers_asked = false;
    let mut last_order = 0;
    for (index, item) in hidden.items.iter().enumerate() {
        let words = words_of(&item.name);
        let kinds = systems::kinds_named(ground.mark, &words);
        let own = knowledge().structures_in(&words);
        let origin =
            Origin { item: Some(index), evidence: &item.evidence, source: HiddenWorksMode::List, proposed: false };
        let Some(kind) = kinds.first().copied() else {
            drafts.push(as_written(
                &item.name,
                None,
                last_order,
                origin,
                &subjects,
                &own.iter().map(|one| one.one.as_str()).collect::<Vec<_>>(),
            ));
            continue;
        };
        last_order = kind.order;
        asked.extend(&kinds);
        layers_asked |= kind.any_layer;
        if kind.form != ActForm::Aosr {
            // Of load-bearing structures there is an act each, whatever the list says of them.
            if kind.form != ActForm::Aook {
                drafts.push(as_written(&item.name, Some(kind), kind.order, origin, &subjects, &[]));
            }
            continue;
        }
        if !own.is_empty() {
            let own: Vec<&str> = own.iter().map(|one| one.one.as_str()).collect();
            drafts.push(as_written(&item.name, Some(kind), kind.order, origin, &subjects, &own));
            continue;
        }
        for kind in kinds {
            drafts.extend(general(ground, kind, origin, &subjects, &item.name));
        }
    }
    let shown = unasked(ground, &subjects, &asked, layers_asked, false);
    let not_asked = join_asked(&mut drafts, shown);
    drafts.extend(not_asked);
    let not_shown = layers_not_shown(ground, hidden, &drafts, &subjects);
    drafts.extend(not_shown);
    keep_one_of_each(&mut drafts);
    drafts.extend(structures(&subjects, hidden));
    drafts
}

/// What a section shows of a work that the list asks for in its own words is that work: it takes level and place from the
/// section. Gives back what no item asks for.
fn join_asked(drafts: &mut [Draft], shown: Vec<Draft>) -> Vec<Draft> {
    let mut joined: Vec<usize> = Vec::new();
    let mut rest = Vec::new();
    for draft in shown {
        let same = |asked: &Draft| {
            asked.item.is_some()
                && asked.kind.map(|kind| &kind.kind) == draft.kind.map(|kind| &kind.kind)
                && (asked.structure.is_none() || draft.structure.is_none() || asked.structure == draft.structure)
        };
        let at = drafts.iter().enumerate().position(|(at, asked)| !joined.contains(&at) && same(asked));
        match at.and_then(|at| drafts.get_mut(at).map(|asked| (at, asked))) {
            Some((at, asked)) => {
                joined.push(at);
                asked.level = draft.level.or(asked.level);
                asked.axes = draft.axes.or(asked.axes.take());
                asked.structure = asked.structure.take().or(draft.structure);
                asked.order = draft.order;
                asked.basis.push(draft.evidence);
            }
            None => rest.push(draft),
        }
    }
    rest
}

/// Layers that the list asks for in general words and no section shows: drafted where the specification has their
/// material, or where the drawings cannot be read.
fn layers_not_shown(
    ground: &Ground<'_, '_>,
    hidden: &HiddenWorks,
    drafts: &[Draft],
    subjects: &[Subject],
) -> Vec<Draft> {
    let mut found = Vec::new();
    for (index, item) in hidden.items.iter().enumerate() {
        let words = words_of(&item.name);
        let Some(kind) = systems::kinds_named(ground.mark, &words).first().copied() else { continue };
        let known = drafts.iter().any(|draft| {
            draft.item == Some(index)
                || draft.kind.is_some_and(|known| known.kind == kind.kind || kind.any_layer && known.is_layered())
        });
        if known || !(kind.any_layer || kind.is_layered()) {
            continue;
        }
        let has_material = ground.specification.iter().any(|row| !row.is_sum && materials::fits(kind, row));
        if has_material || !ground.readable {
            let origin =
                Origin { item: Some(index), evidence: &item.evidence, source: HiddenWorksMode::List, proposed: false };
            found.push(as_written(&item.name, Some(kind), kind.order, origin, subjects, &[]));
        }
    }
    found
}

/// Drafts what an engineer would draw up of a set that names nothing: all of it proposals.
pub(super) fn proposals(ground: &Ground<'_, '_>) -> Vec<Draft> {
    let subjects = subjects::find(ground);
    let mut drafts: Vec<Draft> = Vec::new();
    for kind in
        knowledge().of_mark(ground.mark).into_iter().filter(|kind| kind.form == ActForm::Aosr && !kind.any_layer)
    {
        let Some((sheet, line)) = ground.shown(kind) else { continue };
        let Some(evidence) = ground.said.evidence(sheet, line, systems::PROPOSED) else { continue };
        let origin = Origin { item: None, evidence: &evidence, source: HiddenWorksMode::None, proposed: true };
        drafts.extend(general(ground, kind, origin, &subjects, &kind.name));
    }
    drafts.extend(unasked(ground, &subjects, &[], false, true));
    keep_one_of_each(&mut drafts);
    drafts.extend(subjects.iter().enumerate().map(|(at, subject)| structure(at, subject)));
    drafts
}

/// The works that an item without a structure stands for.
fn general(
    ground: &Ground<'_, '_>,
    kind: &'static WorkKind,
    origin: Origin<'_>,
    subjects: &[Subject],
    item: &str,
) -> Vec<Draft> {
    if kind.core {
        if subjects.is_empty() {
            return vec![as_written(item, Some(kind), kind.order, origin, subjects, &[])];
        }
        return subjects.iter().enumerate().map(|(at, subject)| of_subject(kind, at, subject, origin)).collect();
    }
    // Layers are drafted by the sections that show them.
    if kind.any_layer || kind.is_layered() && kind.unasked {
        return Vec::new();
    }
    let standing = subjects.iter().position(|subject| subject.rank <= 1);
    if kind.on_ground
        && let Some(at) = standing.filter(|_| !ground.has_piles())
    {
        let mut draft = as_written(item, Some(kind), kind.order, origin, subjects, &[]);
        draft.axes = draft.axes.or_else(|| subjects.get(at).and_then(|subject| subject.axes.clone()));
        return vec![draft];
    }
    let shown = ground.shown(kind);
    let of_specification = || ground.specification.iter().find(|row| materials::fits(kind, row) && !row.is_sum);
    let (place, basis) = match shown {
        Some((sheet, line)) => (Some(sheet), ground.said.evidence(sheet, line, 0.7)),
        None if kind.shown.is_empty() => (None, None),
        None => match of_specification().filter(|_| kind.kind == "embedded" || kind.kind == "waterstop") {
            Some(row) => (None, Some(row.evidence.clone())),
            // What cannot be read may show it: then the list is all there is.
            None if !ground.readable && !origin.proposed => (None, None),
            None => return Vec::new(),
        },
    };
    let at = place.and_then(|sheet| subjects.iter().position(|subject| subject.sheets.contains(&sheet)));
    let at = at.or_else(|| (subjects.len() == 1).then_some(0));
    let mut draft = match at.and_then(|at| subjects.get(at).map(|subject| (at, subject))) {
        Some((at, subject)) => of_subject(kind, at, subject, origin),
        None => as_written(item, Some(kind), kind.order, origin, subjects, &[]),
    };
    draft.basis.extend(basis);
    vec![draft]
}

/// A kind of work on a subject.
pub(super) fn of_subject(kind: &'static WorkKind, at: usize, subject: &Subject, origin: Origin<'_>) -> Draft {
    let name = match kind.link {
        Some(Link::Of) => format!("{} {}", kind.name, subject.of),
        Some(Link::Under) => format!("{} под {}", kind.name, subject.under),
        None => kind.name.clone(),
    };
    Draft {
        kind: Some(kind),
        form: kind.form,
        name,
        structure: Some(subject.one.clone()),
        level: subject.level.filter(|_| kind.link.is_some()),
        axes: subject.axes.clone(),
        order: (phase(kind.order), at, kind.order),
        item: origin.item,
        source: origin.source,
        proposed: origin.proposed,
        evidence: origin.evidence.clone(),
        basis: std::iter::once(&subject.evidence).chain(&subject.basis).cloned().collect(),
    }
}

/// An item that is particular enough, in its own words; level and axes where its structure is a subject.
fn as_written(
    item: &str,
    kind: Option<&'static WorkKind>,
    order: u32,
    origin: Origin<'_>,
    subjects: &[Subject],
    own: &[&str],
) -> Draft {
    let fitting: Vec<usize> = subjects
        .iter()
        .enumerate()
        .filter(|(_, subject)| own.iter().any(|one| subject.one.contains(one) || one.contains(subject.one.as_str())))
        .map(|(at, _)| at)
        .collect();
    let at = match (fitting.as_slice(), subjects.len()) {
        ([one], _) => Some(*one),
        ([], 1) if own.is_empty() => Some(0),
        _ => None,
    };
    let subject = at.and_then(|at| subjects.get(at));
    Draft {
        kind,
        form: kind.map_or(ActForm::Aosr, |kind| kind.form),
        name: naming::work_name(item),
        structure: subject.map(|subject| subject.one.clone()),
        level: subject.and_then(|subject| subject.level).filter(|_| !own.is_empty()),
        axes: subject.and_then(|subject| subject.axes.clone()),
        order: (phase(order), at.unwrap_or_default(), order),
        item: origin.item,
        source: origin.source,
        proposed: origin.proposed,
        evidence: origin.evidence.clone(),
        basis: subject.map(|subject| subject.evidence.clone()).into_iter().collect(),
    }
}

/// Acts of load-bearing structures: one of each subject.
fn structures(subjects: &[Subject], hidden: &HiddenWorks) -> Vec<Draft> {
    let item = hidden.items.iter().position(|item| {
        systems::kinds_named(None, &words_of(&item.name)).iter().any(|kind| kind.form == ActForm::Aook)
    });
    subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| {
            let mut draft = structure(at, subject);
            draft.proposed = item.is_none();
            draft.item = item;
            draft
        })
        .collect()
}

fn structure(at: usize, subject: &Subject) -> Draft {
    Draft {
        kind: knowledge().kinds.iter().find(|kind| kind.form == ActForm::Aook),
        form: ActForm::Aook,
        name: naming::capitalised(&subject.one),
        structure: Some(subject.one.clone()),
        level: subject.level,
        axes: subject.axes.clone(),
        order: (9, at, 0),
        item: None,
        source: HiddenWorksMode::None,
        proposed: true,
        evidence: subject.evidence.clone(),
        basis: subject.basis.clone(),
    }
}

pub(super) fn phase(order: u32) -> u32 {
    match order {
        _ if order < BEFORE_STRUCTURES => 0,
        _ if order >= BEHIND_STRUCTURES => 3,
        _ => 2,
    }
}

/// One draft of a kind, structure and level: nodes and sections repeat each other.
fn keep_one_of_each(drafts: &mut Vec<Draft>) {
    let mut seen = Vec::new();
    drafts.retain(|draft| {
        let Some(kind) = draft.kind else { return true };
        // Items of a list are never merged.
        if draft.item.is_some() && !kind.core {
            return true;
        }
        let key = (kind.kind.clone(), draft.structure.clone(), draft.level, draft.axes.clone());
        let again = seen.contains(&key);
        if !again {
            seen.push(key);
        }
        !again
    });
}
