//! What lies under structures: layers that sections show, on the level of their upper sides, and piles to be cut.

use super::cast::{Origin, of_subject, phase};
use super::subjects::Subject;
use super::{Draft, Ground, materials, systems};
use crate::knowledge::{Link, WorkKind, knowledge, words_of};
use crate::layers::{self, Layer, Stack};
use crate::levels::{self, Level};
use domain::{Evidence, HiddenWorksMode};

/// Structures that stand on the ground have these ranks.
const ON_GROUND: u32 = 2;

/// Piles to be cut and layers under structures, which engineers draw up though no list asks for them.
pub(super) fn unasked(
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
            // From left to right, from below up, as axes are counted.
            places.sort_by_key(|place| figures(place));
            let text = places.join(" и ");
            return Some((text.clone(), page.evidence(boxes, text, 0.6)));
        }
    }
    None
}

/// The figures of a place, for sorting: 2 and 3 of «А/2-3».
fn figures(place: &str) -> Vec<u32> {
    place.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
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
