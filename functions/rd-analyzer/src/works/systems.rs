//! Works of everything but cast structures: items of a list as they are written, kinds that a sentence names, and
//! proposals where nothing is said.

use super::subjects::{axes_in_title, common_axes};
use super::{Draft, Ground, materials, naming, noted};
use crate::knowledge::{WorkKind, knowledge, words_of};
use crate::layers;
use crate::levels::{self, Level};
use crate::lines::fold;
use domain::{ActForm, Evidence, HiddenWork, HiddenWorks, HiddenWorksMode};

/// How sure a proposal is.
pub(super) const PROPOSED: f32 = 0.35;

/// The kinds of a mark that a text names, the most exact first; a kind that another covers is left out.
pub(super) fn kinds_named(mark: Option<&str>, words: &[String]) -> Vec<&'static WorkKind> {
    let mut named: Vec<(&'static WorkKind, Vec<String>)> = Vec::new();
    for kind in knowledge().of_mark(mark) {
        if let Some(stems) = kind.named_by(words) {
            named.push((kind, stems));
        }
    }
    let covered = |at: usize, stems: &[String]| {
        // Pipes, ducts and cables are named beside what is done to them.
        !named.get(at).is_some_and(|(kind, _)| kind.hidden)
            && named.iter().enumerate().any(|(other, (_, more))| {
                other != at
                    && more.len() > stems.len()
                    && stems.iter().all(|stem| more.iter().any(|one| one.starts_with(stem.as_str())))
            })
    };
    // What a work is done to stands behind what is done.
    let place =
        |stems: &[String]| words.iter().position(|word| stems.iter().any(|stem| word.starts_with(stem.as_str())));
    let mut kept: Vec<(&'static WorkKind, Option<usize>, usize)> = named
        .iter()
        .enumerate()
        .filter(|(at, (_, stems))| !covered(*at, stems))
        .map(|(_, (kind, stems))| (*kind, place(stems), stems.iter().map(|stem| stem.chars().count()).sum()))
        .collect();
    // A test is a test, whatever it is of.
    if kept.iter().any(|(kind, ..)| kind.form != ActForm::Aosr) {
        kept.retain(|(kind, ..)| kind.form != ActForm::Aosr);
    }
    kept.sort_by_key(|(kind, place, letters)| (*place, std::cmp::Reverse(*letters), kind.order));
    let first = kept.first().and_then(|(_, place, _)| *place);
    kept.retain(|(_, place, _)| !first.zip(*place).is_some_and(|(first, place)| is_where(words, first, place)));
    // Of an unknown mark the kinds of all marks fit: one must do.
    let most = if mark.is_some() { kept.len() } else { 1 };
    kept.into_iter().take(most).map(|(kind, ..)| kind).collect()
}

/// Whether the word at `place` only says where or what for the work at `first` is done: «гидрошпонки в рабочих швах».
fn is_where(words: &[String], first: usize, place: usize) -> bool {
    let between = words.get(first + 1..place.max(first + 1)).unwrap_or_default();
    let preposition = between.iter().rposition(|word| ["в", "во", "для", "под", "при"].contains(&word.as_str()));
    preposition.is_some_and(|at| !between.iter().skip(at).any(|word| word == "и"))
}

/// Level and axes that all plans of the set agree on.
struct Place {
    level: Option<Level>,
    axes: Option<String>,
    basis: Vec<Evidence>,
}

fn place(ground: &Ground<'_, '_>) -> Place {
    let mut levels: Vec<Level> = Vec::new();
    let mut basis = Vec::new();
    for block in ground.blocks {
        if let Some(level) = block.block.title.as_deref().and_then(levels::in_title) {
            if !levels.contains(&level) {
                levels.push(level);
            }
            if basis.is_empty() {
                basis.push(block.block.evidence.clone());
            }
        }
    }
    for entry in ground.drawings {
        if let Some(level) = levels::in_title(&entry.name).filter(|level| !levels.contains(level)) {
            levels.push(level);
        }
    }
    let level = match levels.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    if level.is_none() {
        basis.clear();
    }
    let titled = ground.blocks.iter().find_map(|block| axes_in_title(block.block.title.as_deref()?));
    let common = common_axes(ground);
    if titled.is_none()
        && let Some((sheet, axes)) = common
    {
        basis.extend(ground.axes_evidence(sheet, axes));
    }
    Place { level, axes: titled.or_else(|| common.map(|(_, axes)| axes.text())), basis }
}

/// One work per item, in the order of building where the kinds are known.
pub(super) fn from_list(ground: &Ground<'_, '_>, hidden: &HiddenWorks) -> Vec<Draft> {
    let place = place(ground);
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, item) in hidden.items.iter().enumerate() {
        let kinds = kinds_named(ground.mark, &words_of(&item.name));
        let kind = kinds.first().copied();
        let Some(name) = naming::name_of(item) else { continue };
        // Designers list works in the order of building; only what is dug comes first and what is filled last for certain.
        let phase = match kind.map(|kind| kind.kind.as_str()) {
            Some("topsoil" | "pit" | "trench") => 0,
            Some("backfill") => 2,
            _ => 1,
        };
        let mut draft = Draft { item: Some(index), ..written(&place, kind, name, 0, item) };
        draft.order = (phase, index, 0);
        if let Some((level, evidence)) =
            kind.filter(|_| draft.level.is_none()).and_then(|kind| level_where_shown(ground, kind))
        {
            draft.level = Some(level);
            draft.basis.push(evidence);
        }
        drafts.push(draft);
    }
    drafts.extend(acceptances(ground, &place, &drafts));
    drafts
}

/// The level of the plan that shows the kind, when one level alone does.
fn level_where_shown(ground: &Ground<'_, '_>, kind: &WorkKind) -> Option<(Level, Evidence)> {
    let mut found: Option<(Level, Evidence)> = None;
    for (sheet, _) in ground.said.all(&kind.shown) {
        let page = ground.sheets.get(sheet)?.page.page;
        let block = ground.blocks.iter().find(|block| block.block.page == page)?;
        let level = levels::in_title(block.block.title.as_deref()?)?;
        match &found {
            Some((known, _)) if *known != level => return None,
            _ => found = Some((level, block.block.evidence.clone())),
        }
    }
    found
}

fn written(place: &Place, kind: Option<&'static WorkKind>, name: String, order: u32, item: &HiddenWork) -> Draft {
    Draft {
        kind,
        form: kind.map_or(ActForm::Aosr, |kind| kind.form),
        name,
        structure: None,
        level: place.level,
        axes: place.axes.clone(),
        order: (0, 0, order),
        item: None,
        source: item.source,
        proposed: false,
        evidence: item.evidence.clone(),
        basis: place.basis.clone(),
    }
}

/// What must be accepted by other forms though no list says so: frames of steel, networks in the ground.
fn acceptances(ground: &Ground<'_, '_>, place: &Place, drafts: &[Draft]) -> Vec<Draft> {
    let Some(mark) = ground.mark else { return Vec::new() };
    let wanted = [("steel", ActForm::Aook, "Металлический каркас"), ("outer-pipes", ActForm::Aousito, "Участки сетей")];
    let title =
        ground.blocks.iter().find(|block| block.block.title.is_some()).map(|block| block.block.evidence.clone());
    let Some(evidence) = title.or_else(|| drafts.first().map(|draft| draft.evidence.clone())) else {
        return Vec::new();
    };
    wanted
        .into_iter()
        .filter(|(group, form, _)| {
            knowledge().group_has(group, mark) && !drafts.iter().any(|draft| draft.form == *form)
        })
        .map(|(_, form, name)| Draft {
            kind: knowledge().kinds.iter().find(|kind| kind.form == form),
            form,
            name: name.to_owned(),
            structure: None,
            level: None,
            axes: place.axes.clone(),
            order: (9, 0, 0),
            item: None,
            source: HiddenWorksMode::None,
            proposed: true,
            evidence: Evidence { confidence: PROPOSED, ..evidence.clone() },
            basis: Vec::new(),
        })
        .collect()
}

/// The kinds that sentences name, made particular by the specification; what else it shows beside them is proposed.
pub(super) fn from_prose(ground: &Ground<'_, '_>, hidden: &HiddenWorks) -> Vec<Draft> {
    let place = place(ground);
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, item) in hidden.items.iter().enumerate() {
        let mut kinds: Vec<&'static WorkKind> = Vec::new();
        let mut in_words: Vec<(&str, String)> = Vec::new();
        for clause in item.name.split([',', ';']) {
            let named = kinds_named(ground.mark, &words_of(clause));
            // «Прокладка кабелей в трубах» says all that an act needs.
            let action = clause.split(" подлеж").next().unwrap_or(clause).trim();
            let first = fold(action.split_whitespace().next().unwrap_or_default());
            if ["ка", "аж", "ние", "ство"].iter().any(|ending| first.ends_with(ending)) {
                in_words.extend(named.first().map(|kind| (kind.kind.as_str(), naming::capitalised(action))));
            }
            kinds.extend(
                named.into_iter().filter(|kind| !kinds.iter().any(|known| known.kind == kind.kind)).collect::<Vec<_>>(),
            );
        }
        if kinds.iter().any(|kind| kind.form != ActForm::Aosr) {
            // The sentence on tests may name what is hidden, too, but asks for the test.
            kinds.retain(|kind| kind.form != ActForm::Aosr);
            kinds.truncate(1);
        }
        kinds = particular(ground, kinds);
        let concealed = concealment(&item.name);
        for kind in &kinds {
            if drafts.iter().any(|draft| draft.kind.is_some_and(|known| known.kind == kind.kind)) {
                continue;
            }
            let written_out = in_words.iter().find(|(name, _)| *name == kind.kind).map(|(_, text)| text.clone());
            let name = if let Some(text) = written_out.filter(|_| kind.form == ActForm::Aosr) {
                text
            } else if kind.form == ActForm::Aosr {
                match concealed.as_deref().filter(|_| kind.hidden) {
                    Some(concealed) => format!("{}, {concealed}", kind.name),
                    None => kind.name.clone(),
                }
            } else {
                test_name(&item.name, kind)
            };
            drafts.push(Draft { item: Some(index), ..written(&place, Some(kind), name, kind.order, item) });
        }
        if kinds.is_empty()
            && let Some(name) = naming::name_of(item)
        {
            drafts.push(Draft { item: Some(index), ..written(&place, None, name, 0, item) });
        }
    }
    let companions: Vec<Draft> = by_specification(ground, &place)
        .into_iter()
        .filter(|draft| {
            !drafts.iter().any(|known| known.kind.map(|kind| &kind.kind) == draft.kind.map(|kind| &kind.kind))
        })
        // A row that goes into a work named already shows no other.
        .filter(|draft| {
            let row = ground.specification.iter().find(|row| row.evidence.quote == draft.evidence.quote);
            !row.is_some_and(|row| drafts.iter().filter_map(|known| known.kind).any(|kind| materials::fits(kind, row)))
        })
        .collect();
    if !drafts.is_empty() {
        drafts.extend(companions);
    }
    drafts.extend(tests(ground, &place, &drafts));
    drafts
}

/// «Трубопроводы» of a set whose specification has pipes of copper are pipes of a refrigerant.
fn particular(ground: &Ground<'_, '_>, kinds: Vec<&'static WorkKind>) -> Vec<&'static WorkKind> {
    if !kinds.iter().any(|kind| kind.kind == "pipes") {
        return kinds;
    }
    let named = |name: &str| kinds.iter().any(|kind| kind.kind == name);
    let special: Vec<&'static WorkKind> = knowledge()
        .of_mark(ground.mark)
        .into_iter()
        .filter(|kind| ["refrigerant-pipes", "condensate-pipes"].contains(&kind.kind.as_str()))
        .filter(|kind| named(&kind.kind) || row_of(ground, kind).is_some())
        .collect();
    // Where there is no copper, «трубопроводы» may be anything.
    if !special.iter().any(|kind| kind.kind == "refrigerant-pipes") {
        return kinds;
    }
    let mut found = special;
    found.extend(kinds.into_iter().filter(|kind| kind.kind != "pipes"));
    found.sort_by_key(|kind| kind.order);
    found.dedup_by_key(|kind| kind.order);
    found
}

/// «скрываемых в шахтах, подвесных потолках», in the genitive, out of a sentence.
fn concealment(sentence: &str) -> Option<String> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let at = words.iter().position(|word| {
        let folded = fold(word);
        ["скрываем", "прокладываем", "прокладк", "проложенн", "закрываем"].iter().any(|stem| folded.starts_with(stem))
    })?;
    let mut kept: Vec<String> = Vec::new();
    for word in words.iter().skip(at).take(14) {
        let folded = fold(word);
        let plain = folded.trim_end_matches(['.', ',', ';']);
        if kept.len() > 1
            && (["а", "их", "подлежат", "подлежит", "с", "до"].contains(&plain) || plain.starts_with("испыт"))
        {
            break;
        }
        kept.push((*word).to_owned());
        if word.ends_with('.') || word.ends_with(';') {
            break;
        }
    }
    let first = kept.first_mut()?;
    if !first.ends_with("ые") {
        return None;
    }
    first.truncate(first.len() - "е".len());
    first.push('х');
    let text = kept.join(" ");
    let text = if text.ends_with("т.д.") || text.ends_with("т.п.") {
        text.as_str()
    } else {
        text.trim_end_matches(['.', ',', ';'])
    };
    (kept.len() > 1).then(|| text.to_owned())
}

/// What is tested, without the rule about it.
fn test_name(sentence: &str, kind: &WorkKind) -> String {
    let folded = fold(sentence);
    let hydraulic = ["гидростатич", "гидравлич", "манометрич", "пневматич"].iter().any(|stem| folded.contains(stem));
    if hydraulic && folded.contains("трубопровод") {
        "Гидравлическое испытание трубопроводов".to_owned()
    } else {
        naming::work_name(if sentence.chars().count() > 90 { &kind.name } else { sentence })
    }
}

/// What the specification and the drawings show of a set that names nothing: all of it proposals.
pub(super) fn proposals(ground: &Ground<'_, '_>) -> Vec<Draft> {
    let place = place(ground);
    let mut drafts = by_specification(ground, &place);
    let kinds = knowledge().of_mark(ground.mark);
    for kind in kinds.iter().copied().filter(|kind| kind.form == ActForm::Aosr) {
        let known = drafts.iter().any(|draft| draft.kind.is_some_and(|known| known.kind == kind.kind));
        if !known && let Some(evidence) = noted::evidence(ground, kind) {
            drafts.push(proposed(&place, kind, kind.name.clone(), evidence));
        }
    }
    for kind in kinds {
        // Pipes that are proposed for what they carry are proposed once.
        let named = drafts.iter().any(|draft| draft.kind.is_some_and(|known| known.hidden));
        let row = row_of(ground, kind).filter(|_| kind.closed_by.is_some() && !named);
        if let Some((name, closing)) = row.and_then(|_| noted::closed(&drafts, kind)) {
            let evidence = row.map_or(closing, |row| row.evidence.clone());
            drafts.push(proposed(&place, kind, name, evidence));
        }
    }
    for (index, sheet) in
        ground.sheets.iter().enumerate().filter(|(index, _)| ground.general.get(*index) == Some(&false))
    {
        let out = ground.keep_out.get(index).map(Vec::as_slice).unwrap_or_default();
        for stack in layers::find(sheet, out) {
            for layer in &stack.layers {
                let words = words_of(&layer.name);
                let kind = knowledge().of_mark(ground.mark).into_iter().find(|kind| kind.is_layer(&words));
                let (Some(kind), Some(mm)) = (kind, layer.thickness_mm) else { continue };
                drafts.retain(|draft| {
                    draft.kind.is_none_or(|known| known.kind != kind.kind || draft.name.contains("h="))
                });
                let evidence = sheet.evidence(vec![layer.line.bounds], layer.line.text.clone(), PROPOSED);
                let name = format!("{} h={mm} мм", kind.name);
                if !drafts.iter().any(|draft| draft.name == name) {
                    drafts.push(proposed(&place, kind, name, evidence));
                }
            }
        }
    }
    drafts.extend(tests(ground, &place, &drafts));
    drafts
}

fn proposed(place: &Place, kind: &'static WorkKind, name: String, evidence: Evidence) -> Draft {
    Draft {
        kind: Some(kind),
        form: kind.form,
        name,
        structure: None,
        level: place.level,
        axes: place.axes.clone(),
        order: (0, 0, kind.order),
        item: None,
        source: HiddenWorksMode::None,
        proposed: true,
        evidence: Evidence { confidence: evidence.confidence.min(PROPOSED), ..evidence },
        basis: place.basis.clone(),
    }
}

/// A row of the specification that shows the kind.
fn row_of<'g>(ground: &'g Ground<'_, '_>, kind: &WorkKind) -> Option<&'g domain::SpecificationRow> {
    let rows = || ground.specification.iter().filter(|row| !row.is_sum);
    let Some(special) = &kind.special else { return rows().find(|row| materials::is_headed(kind, row)) };
    let said = |row: &&domain::SpecificationRow, section: &str| {
        special.fits(&words_of(&format!("{section} {} {}", materials::name_of(row), row.mark_or_type)))
    };
    // What goes into the work shows it better than what only has its name; a section may say what its rows are for.
    rows()
        .find(|row| materials::fits(kind, row) && said(row, &row.section))
        .or_else(|| rows().find(|row| said(row, "")))
}

fn by_specification(ground: &Ground<'_, '_>, place: &Place) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let kinds = knowledge().of_mark(ground.mark);
    for kind in kinds.iter().copied().filter(|kind| kind.propose && kind.form == ActForm::Aosr) {
        let beside = kind.beside.as_ref().map(|name| kinds.iter().find(|other| other.kind == *name));
        if beside.is_some_and(|other| other.is_none_or(|other| row_of(ground, other).is_none())) {
            continue;
        }
        let by_row = row_of(ground, kind).map(|row| row.evidence.clone());
        let by_drawing = || ground.shown(kind).and_then(|(sheet, line)| ground.said.evidence(sheet, line, PROPOSED));
        if let Some(evidence) = by_row.or_else(by_drawing) {
            drafts.push(proposed(place, kind, kind.name.clone(), evidence));
        }
    }
    drafts
}

/// Tests that any sentence of the set asks for.
fn tests(ground: &Ground<'_, '_>, place: &Place, drafts: &[Draft]) -> Vec<Draft> {
    if drafts.iter().any(|draft| draft.form == ActForm::Test) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for kind in knowledge().of_mark(ground.mark).into_iter().filter(|kind| !kind.text.is_empty()) {
        let line = ground.sheets.iter().find_map(|sheet| {
            let line = sheet.lines.iter().find(|line| {
                line.text.contains("спыта") && {
                    let words = words_of(&line.text);
                    kind.text.iter().any(|pattern| pattern.fits(&words))
                }
            })?;
            Some(sheet.evidence(vec![line.bounds], line.text.clone(), 0.5))
        });
        if let Some(evidence) = line {
            found.push(Draft { level: None, axes: None, ..proposed(place, kind, kind.name.clone(), evidence) });
        }
    }
    found
}
