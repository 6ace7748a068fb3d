//! Works of cast structures (КЖ, КР, АС): the list is general, the acts are of one structure on one level. What an item
//! asks for is drafted where drawings, nodes or specifications show it; layers under a structure are drafted unasked.

use super::subjects::{self, Subject};
use super::{Draft, Ground, materials, naming, systems};
use crate::knowledge::{Link, WorkKind, knowledge, words_of};
use crate::layers::{self, Layer, Stack};
use crate::levels::{self, Level};
use domain::{ActForm, Evidence, HiddenWorks, HiddenWorksMode};

/// Works before and behind those of the structures themselves, by their order.
const BEFORE_STRUCTURES: u32 = 65;
const BEHIND_STRUCTURES: u32 = 140;

/// Structures that stand on the ground have these ranks.
const ON_GROUND: u32 = 2;

/// Where a work comes from.
#[derive(Clone, Copy)]
struct Origin<'o> {
    item: Option<usize>,
    evidence: &'o Evidence,
    source: HiddenWorksMode,
    proposed: bool,
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
    drafts.extend(unasked(ground, &subjects, &asked, layers_asked, false));
    keep_one_of_each(&mut drafts);
    drafts.extend(structures(&subjects, hidden));
    drafts
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
    let shown = ground.shown(kind);
    let of_specification = || ground.specification.iter().find(|row| materials::fits(kind, row) && !row.is_sum);
    let (place, basis) = match shown {
        Some((sheet, line)) => (Some(sheet), ground.said.evidence(sheet, line, 0.7)),
        None if kind.shown.is_empty() => (None, None),
        None => match of_specification().filter(|_| kind.kind == "embedded" || kind.kind == "waterstop") {
            Some(row) => (None, Some(row.evidence.clone())),
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
fn of_subject(kind: &'static WorkKind, at: usize, subject: &Subject, origin: Origin<'_>) -> Draft {
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

/// Piles to be cut and layers under structures, which engineers draw up though no list asks for them.
fn unasked(
    ground: &Ground<'_, '_>,
    subjects: &[Subject],
    asked: &[&'static WorkKind],
    layers_asked: bool,
    proposed: bool,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let source = if proposed { HiddenWorksMode::None } else { HiddenWorksMode::List };
    let kinds = knowledge().of_mark(ground.mark);
    for kind in kinds.iter().copied().filter(|kind| kind.unasked && !kind.is_layered()) {
        drafts.extend(cut_piles(ground, subjects, kind, source, proposed));
    }
    let layered: Vec<&'static WorkKind> = kinds
        .into_iter()
        .filter(|kind| {
            kind.is_layered() && (kind.unasked || layers_asked || asked.iter().any(|one| one.kind == kind.kind))
        })
        .collect();
    let mut stacks: Vec<(usize, Stack)> = Vec::new();
    for (index, sheet) in
        ground.sheets.iter().enumerate().filter(|(index, _)| ground.general.get(*index) == Some(&false))
    {
        let out = ground.keep_out.get(index).map(Vec::as_slice).unwrap_or_default();
        stacks.extend(layers::find(sheet, out).into_iter().map(|stack| (index, stack)));
    }
    // The thickest structure is the structure; what stands beside it is a part.
    let thickness = |stack: &Stack| stack.layers.first().and_then(|layer| layer.thickness_mm).unwrap_or_default();
    stacks.sort_by_key(|(_, stack)| std::cmp::Reverse(thickness(stack)));
    let found = stacks.len();
    for (place, (sheet, stack)) in stacks.iter().enumerate() {
        drafts.extend(of_stack(ground, subjects, &layered, (place, *sheet), stack, (source, proposed)));
    }
    if found == 0 {
        drafts.extend(of_rows(ground, subjects, &layered, source, proposed));
    }
    drafts
}

fn cut_piles(
    ground: &Ground<'_, '_>,
    subjects: &[Subject],
    kind: &'static WorkKind,
    source: HiddenWorksMode,
    proposed: bool,
) -> Option<Draft> {
    let shown = ground.said.all(&kind.shown);
    let nearest = |(sheet, line): &(usize, &crate::lines::Line)| {
        levels::in_text(&line.text).or_else(|| {
            let above = ground.sheets.get(*sheet)?.lines.iter().filter(|other| {
                let overlap = other.bounds.x1.min(line.bounds.x1) - other.bounds.x0.max(line.bounds.x0);
                overlap > -line.height
                    && other.bounds.y0 < line.bounds.y0
                    && line.bounds.y0 - other.bounds.y1 < 3.5 * line.height
            });
            let mut above: Vec<_> = above.collect();
            above.sort_by(|a, b| b.bounds.y0.total_cmp(&a.bounds.y0));
            above.into_iter().find_map(|other| levels::in_text(&other.text))
        })
    };
    let (place, level) = shown
        .iter()
        .find_map(|place| nearest(place).map(|level| (*place, Some(level))))
        .or_else(|| shown.first().map(|place| (*place, None)))?;
    let evidence = ground.said.evidence(place.0, place.1, if proposed { systems::PROPOSED } else { 0.75 })?;
    let subject = subjects.iter().find(|subject| subject.rank <= ON_GROUND).or_else(|| subjects.first());
    let name = level.map_or_else(|| kind.name.clone(), |level| format!("{} до отм. {}", kind.name, level.text()));
    Some(Draft {
        kind: Some(kind),
        form: kind.form,
        name,
        structure: Some("сваи".to_owned()),
        level,
        axes: subject.and_then(|subject| subject.axes.clone()),
        order: (phase(kind.order), 0, kind.order),
        item: None,
        source,
        proposed,
        evidence,
        basis: subject.map(|subject| subject.basis.clone()).unwrap_or_default(),
    })
}

/// The layers of a section from the lowest up, each on the level of its upper side.
fn of_stack(
    ground: &Ground<'_, '_>,
    subjects: &[Subject],
    kinds: &[&'static WorkKind],
    (place, sheet): (usize, usize),
    stack: &Stack,
    (source, proposed): (HiddenWorksMode, bool),
) -> Vec<Draft> {
    let Some(first) = stack.layers.first() else { return Vec::new() };
    let own = knowledge().structures_in(&words_of(&first.name));
    let same =
        |subject: &&Subject| own.iter().any(|one| subject.one.contains(&one.one) || one.one.contains(&subject.one));
    let subject = subjects
        .iter()
        .find(|subject| same(subject) && subject.sheets.contains(&sheet))
        .or_else(|| subjects.iter().find(same))
        .or_else(|| subjects.iter().find(|subject| subject.sheets.contains(&sheet)))
        .or_else(|| subjects.iter().find(|subject| subject.rank <= ON_GROUND));
    let stands_on_it = !own.is_empty() && first.thickness_mm.is_some();
    let mut level = subject.and_then(|subject| subject.level).filter(|_| stands_on_it);
    let local = first.thickness_mm.filter(|_| stands_on_it).and_then(|mm| local_axes(ground, subject?, mm));
    let mut drafts = Vec::new();
    let depth = stack.layers.len();
    for (at, layer) in stack.layers.iter().enumerate() {
        let words = words_of(&layer.name);
        let kind = kinds.iter().copied().find(|kind| kind.is_layer(&words));
        if let (Some(kind), true, Some(mm)) = (kind, at > 0 || !stands_on_it, layer.thickness_mm) {
            let upwards = u32::try_from(depth - at).unwrap_or(0);
            drafts.extend(
                of_layer(ground, kind, layer, mm, level, subject, (place, sheet, upwards), (source, proposed)).map(
                    |mut draft| {
                        if let Some((axes, evidence)) = &local {
                            draft.axes = Some(axes.clone());
                            draft.basis.push(evidence.clone());
                        }
                        draft
                    },
                ),
            );
        }
        level = level.zip(layer.thickness_mm).map(|(level, mm)| level.lower(mm));
    }
    drafts
}

#[expect(clippy::too_many_arguments, reason = "one layer with its place in everything around it")]
fn of_layer(
    ground: &Ground<'_, '_>,
    kind: &'static WorkKind,
    layer: &Layer,
    mm: u32,
    level: Option<Level>,
    subject: Option<&Subject>,
    (place, sheet, upwards): (usize, usize, u32),
    (source, proposed): (HiddenWorksMode, bool),
) -> Option<Draft> {
    let confidence = if proposed { systems::PROPOSED } else { 0.75 };
    let evidence = ground.sheets.get(sheet)?.evidence(vec![layer.line.bounds], layer.line.text.clone(), confidence);
    let on = match (kind.link, subject) {
        (Some(Link::Under), Some(subject)) => format!(" под {}", subject.under),
        (Some(Link::Of), Some(subject)) => format!(" {}", subject.of),
        _ => String::new(),
    };
    Some(Draft {
        kind: Some(kind),
        form: kind.form,
        name: format!("{}{on} h={mm} мм", kind.name),
        structure: subject.map(|subject| subject.one.clone()),
        level,
        axes: subject.and_then(|subject| subject.axes.clone()),
        // Under the structures, section by section, the lowest layer first.
        order: (1, place, upwards),
        item: None,
        source,
        proposed,
        evidence,
        basis: subject.map(|subject| subject.basis.clone()).unwrap_or_default(),
    })
}

/// Where a plan marks a part of another thickness beside the grid: «t=300» under axis А between 2 and 3.
fn local_axes(ground: &Ground<'_, '_>, subject: &Subject, mm: u32) -> Option<(String, Evidence)> {
    for sheet in &subject.sheets {
        let (Some(page), Some(axes)) = (ground.sheets.get(*sheet), ground.axes_of(*sheet)) else { continue };
        let wanted = [format!("t={mm}"), format!("h={mm}"), format!("δ={mm}")];
        let marks: Vec<_> = page.tokens.iter().filter(|token| wanted.iter().any(|one| *one == token.text)).collect();
        let mut places: Vec<String> = Vec::new();
        for mark in &marks {
            let (x, y) = mark.bounds.centre();
            // A mark inside the grid speaks of all of it, and one far from it of nothing.
            if let Some(place) = axes.beside(x, y)
                && !places.contains(&place)
            {
                places.push(place);
            }
        }
        if !places.is_empty() && places.len() == marks.len() {
            let boxes = marks.iter().map(|mark| mark.bounds).collect();
            let text = places.join(" и ");
            return Some((text.clone(), page.evidence(boxes, text, 0.6)));
        }
    }
    None
}

/// Without any section the materials of a specification show the layers under what stands on the ground.
fn of_rows(
    ground: &Ground<'_, '_>,
    subjects: &[Subject],
    kinds: &[&'static WorkKind],
    source: HiddenWorksMode,
    proposed: bool,
) -> Vec<Draft> {
    let Some((at, subject)) = subjects.iter().enumerate().find(|(_, subject)| subject.rank <= ON_GROUND) else {
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for kind in kinds.iter().copied().filter(|kind| kind.unasked) {
        let row = ground.specification.iter().find(|row| !row.is_sum && materials::fits(kind, row));
        let Some(row) = row else { continue };
        let origin = Origin { item: None, evidence: &row.evidence, source, proposed };
        let mut draft = of_subject(kind, at, subject, origin);
        draft.level = None;
        draft.order = (1, 0, kind.order);
        drafts.push(draft);
    }
    drafts
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

fn phase(order: u32) -> u32 {
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
