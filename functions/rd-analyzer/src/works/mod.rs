//! Works for acts (работы, подлежащие освидетельствованию): from what the designer wrote and what the drawings show to what
//! an engineer really draws up, in the order of building.

mod cast;
mod layered;
mod materials;
mod naming;
mod noted;
mod subjects;
mod systems;

pub(crate) use naming::location;

use crate::axes::{self, Axes};
use crate::knowledge::{WorkKind, knowledge};
use crate::levels::Level;
use crate::lines::{Line, Sheet};
use crate::said::Said;
use crate::{norms, title_block::FoundBlock};
use domain::{ActForm, DrawingListEntry, Evidence, HiddenWorks, HiddenWorksMode, Rect, SpecificationRow, Work};

/// A drawing with fewer lines of lettering shows nothing that rules can read.
const LETTERED: usize = 12;

/// What works are made from.
pub(crate) struct Ground<'s, 'a> {
    pub(crate) sheets: &'s [Sheet<'a>],
    pub(crate) blocks: &'s [FoundBlock],
    pub(crate) drawings: &'s [DrawingListEntry],
    pub(crate) specification: &'s [SpecificationRow],
    pub(crate) mark: Option<&'s str>,
    pub(crate) building: Option<String>,
    pub(crate) norms: &'s [String],
    /// Whether most drawings have words: else what they show is not known.
    pub(crate) readable: bool,
    /// Sheets of general data, which show nothing.
    pub(crate) general: Vec<bool>,
    said: Said<'s, 'a>,
    axes: Vec<Option<Axes>>,
    keep_out: Vec<Vec<Rect>>,
}

/// Works and what the list's items became.
pub(crate) struct Drafted {
    pub(crate) works: Vec<Work>,
    pub(crate) other: Vec<Work>,
    /// For each item of the list its form and the works drafted of it.
    pub(crate) items: Vec<(ActForm, Vec<u32>)>,
}

/// A work before it is numbered.
#[derive(Debug, Clone)]
struct Draft {
    kind: Option<&'static WorkKind>,
    form: ActForm,
    /// Without level and axes.
    name: String,
    structure: Option<String>,
    level: Option<Level>,
    axes: Option<String>,
    /// Place in the order of building.
    order: (u32, usize, u32),
    /// Item of the list it comes from.
    item: Option<usize>,
    source: HiddenWorksMode,
    proposed: bool,
    evidence: Evidence,
    basis: Vec<Evidence>,
}

impl<'s, 'a> Ground<'s, 'a> {
    /// Gathers what is needed. `keep_out` are title blocks and tables, sheet by sheet.
    #[expect(clippy::too_many_arguments, reason = "everything that was understood so far, each once")]
    pub(crate) fn new(
        sheets: &'s [Sheet<'a>],
        blocks: &'s [FoundBlock],
        drawings: &'s [DrawingListEntry],
        specification: &'s [SpecificationRow],
        mark: Option<&'s str>,
        building: Option<String>,
        norms: &'s [String],
        general: Vec<bool>,
        keep_out: Vec<Vec<Rect>>,
    ) -> Self {
        let shows = |index: usize| general.get(index) == Some(&false);
        let drawn: Vec<&Sheet<'_>> =
            sheets.iter().enumerate().filter(|(index, _)| shows(*index)).map(|(_, sheet)| sheet).collect();
        let lettered = drawn.iter().filter(|sheet| sheet.lines.len() >= LETTERED).count();
        let readable = lettered > 0 && 2 * lettered >= drawn.len();
        let said = Said::new(sheets, shows);
        let none = Vec::new();
        let axes = sheets
            .iter()
            .enumerate()
            .map(|(index, sheet)| {
                let out = keep_out.get(index).unwrap_or(&none);
                if shows(index) { axes::find(sheet, out) } else { None }
            })
            .collect();
        Self { sheets, blocks, drawings, specification, mark, building, norms, readable, general, said, axes, keep_out }
    }

    fn axes_of(&self, sheet: usize) -> Option<&Axes> {
        self.axes.get(sheet)?.as_ref()
    }

    fn axes_evidence(&self, sheet: usize, axes: &Axes) -> Option<Evidence> {
        Some(self.sheets.get(sheet)?.evidence(axes.boxes.clone(), axes.text(), 0.8))
    }

    fn sheet_of_page(&self, page: u32) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.page.page == page)
    }

    /// Whether drawings show piles: then structures do not stand on the ground itself.
    fn has_piles(&self) -> bool {
        let kinds = knowledge().kinds.iter().filter(|kind| kind.kind.starts_with("pile"));
        kinds.into_iter().any(|kind| self.shown(kind).is_some())
    }

    /// The first line of a drawing that shows the kind.
    fn shown(&self, kind: &WorkKind) -> Option<(usize, &'s Line)> {
        self.said.first(&kind.shown)
    }
}

/// Drafts the works of a set.
pub(crate) fn draft(ground: &Ground<'_, '_>, hidden: &HiddenWorks, denied: bool) -> Drafted {
    let cast = knowledge().is_cast(ground.mark);
    let mut drafts = match hidden.mode {
        HiddenWorksMode::List if cast => cast::from_list(ground, hidden),
        HiddenWorksMode::List => systems::from_list(ground, hidden),
        HiddenWorksMode::Prose => systems::from_prose(ground, hidden),
        HiddenWorksMode::None if denied => Vec::new(),
        HiddenWorksMode::None if cast => cast::proposals(ground),
        HiddenWorksMode::None => systems::proposals(ground),
    };
    drafts.sort_by_key(|draft| draft.order);
    let mut items = vec![(ActForm::Aosr, Vec::new()); hidden.items.len()];
    let (mut works, mut other): (Vec<Work>, Vec<Work>) = (Vec::new(), Vec::new());
    let mut seen: Vec<String> = Vec::new();
    let counts: Vec<&str> = drafts.iter().filter_map(|draft| draft.kind).map(|kind| kind.kind.as_str()).collect();
    for draft in &drafts {
        let list = if draft.form == ActForm::Aosr { &mut works } else { &mut other };
        let sequence = u32::try_from(list.len() + 1).unwrap_or(u32::MAX);
        let name = full_name(draft);
        let key = format!("{:?} {name}", draft.form);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let alone = draft.kind.is_none_or(|kind| counts.iter().filter(|known| **known == kind.kind).count() == 1);
        list.push(Work {
            norms: norms::for_kind(ground.norms, draft.kind, &name),
            materials: draft.kind.map(|kind| materials::of(kind, ground.specification, alone)).unwrap_or_default(),
            name,
            location: ground.building.clone(),
            sequence,
            source: draft.source,
            form: draft.form,
            kind: draft.kind.map(|kind| kind.kind.clone()),
            structure: draft.structure.clone(),
            level: draft.level.map(Level::text),
            axes: draft.axes.clone(),
            proposed: draft.proposed,
            evidence: draft.evidence.clone(),
            basis: draft.basis.clone(),
        });
        if let Some((form, numbers)) = draft.item.and_then(|item| items.get_mut(item)) {
            *form = draft.form;
            if draft.form == ActForm::Aosr {
                numbers.push(sequence);
            }
        }
    }
    Drafted { works, other, items }
}

/// «<работа> на отм. … в осях …», what the name says already left out.
fn full_name(draft: &Draft) -> String {
    let mut name = draft.name.clone();
    if let Some(level) = draft.level.filter(|_| !name.contains("отм")) {
        name.push_str(&format!(" на отм. {}", level.text()));
    }
    if let Some(axes) = draft.axes.as_ref().filter(|_| !name.contains("осях")) {
        name.push_str(&format!(" в осях {axes}"));
    }
    name
}
