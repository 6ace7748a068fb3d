use crate::likeness::{SAME, axes_in, level_in, plain, plain_axes, plain_level, works_alike};
use crate::truth::{Row, Sheet, Truth, WorkTruth};
use domain::{Analysis, DocumentSummary, SpecificationRow, Work};
use std::fmt;

/// What is graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Cipher, revision and mark of the set.
    Set,
    /// Title blocks: page, cipher, sheet, sheets, title.
    TitleBlocks,
    /// Rows of the drawing list.
    DrawingList,
    /// Rows of the list of specifications.
    SpecificationList,
    /// Referenced documents.
    References,
    /// Entries of permits to change.
    Changes,
    /// In which way hidden works are named.
    Mode,
    /// Items of the list, or the sentence.
    HiddenWorks,
    /// Rows of the specification.
    Specification,
    /// Works drafted for acts of hidden works.
    Works,
    /// Levels of the works found.
    Levels,
    /// Axes of the works found.
    Axes,
    /// Pairs of works in the order of building.
    Order,
    /// Materials of the works found.
    Materials,
    /// Acts of other forms.
    OtherActs,
    /// Warnings.
    Warnings,
}

impl Kind {
    /// All of them, in the order of printing.
    pub const ALL: [Self; 16] = [
        Self::Set,
        Self::TitleBlocks,
        Self::DrawingList,
        Self::SpecificationList,
        Self::References,
        Self::Changes,
        Self::Mode,
        Self::HiddenWorks,
        Self::Specification,
        Self::Works,
        Self::Levels,
        Self::Axes,
        Self::Order,
        Self::Materials,
        Self::OtherActs,
        Self::Warnings,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Set => "set",
            Self::TitleBlocks => "title blocks",
            Self::DrawingList => "drawing list",
            Self::SpecificationList => "list of specifications",
            Self::References => "references",
            Self::Changes => "permits to change",
            Self::Mode => "hidden works mode",
            Self::HiddenWorks => "hidden works",
            Self::Specification => "specification rows",
            Self::Works => "works",
            Self::Levels => "levels of works",
            Self::Axes => "axes of works",
            Self::Order => "order of works",
            Self::Materials => "materials of works",
            Self::OtherActs => "acts of other forms",
            Self::Warnings => "warnings",
        })
    }
}

/// Something that was missed, or found though it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// What of.
    pub kind: Kind,
    /// Missed, else made up.
    pub missed: bool,
    /// What.
    pub what: String,
}

/// What came of one kind in one or more documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grade {
    /// True and found.
    pub right: u32,
    /// True and not found.
    pub missed: u32,
    /// Found and not true.
    pub made_up: u32,
}

impl Grade {
    /// Share of what was found that is true; 1 when nothing was found.
    pub fn precision(self) -> f64 {
        share(self.right, self.made_up)
    }

    /// Share of what is true that was found; 1 when there is nothing to find.
    pub fn recall(self) -> f64 {
        share(self.right, self.missed)
    }

    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    /// Adds what came of another document.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.missed += other.missed;
        self.made_up += other.made_up;
    }

    /// Whether anything was there to be graded.
    pub fn is_empty(self) -> bool {
        self.right + self.missed + self.made_up == 0
    }
}

fn share(right: u32, wrong: u32) -> f64 {
    if right + wrong == 0 { 1.0 } else { f64::from(right) / f64::from(right + wrong) }
}

/// Grades one document. Only what the truth speaks of is graded.
pub fn grade(truth: &Truth, summary: Option<&DocumentSummary>, analysis: &Analysis) -> (Vec<(Kind, Grade)>, Vec<Miss>) {
    let mut book = Book::default();
    if let Some(summary) = summary {
        book.set(truth, summary);
    }
    book.lists(truth, analysis);
    book.hidden_works(truth, analysis);
    if let Some(rows) = &truth.specification {
        let found: Vec<&SpecificationRow> =
            analysis.specification.iter().filter(|row| row.quantity.is_some() && !row.is_sum).collect();
        let told = |row: &&SpecificationRow| format!("{} {} {}", row.position, row.name, row.mark_or_type);
        book.pair(Kind::Specification, rows, &found, |row, found| same_row(row, found), |row| row.name.clone(), told);
    }
    book.works(truth, analysis);
    if let Some(changes) = &truth.changes {
        let told = |entry: &domain::RevisionEntry| format!("{:?} {} {}", entry.revision, entry.sheets, entry.content);
        book.pair(
            Kind::Changes,
            changes,
            &analysis.revision_permits,
            |change, found| {
                found.revision == Some(change.revision)
                    && plain(&found.sheets).replace(' ', "") == plain(&change.sheets).replace(' ', "")
                    && plain(&found.content) == plain(&change.content)
            },
            |change| format!("{} {}", change.sheets, change.content),
            told,
        );
    }
    if let Some(codes) = &truth.warnings {
        // Warnings that the truth does not speak of may have their cause: only the missed ones count.
        for code in codes {
            let found = analysis.warnings.iter().any(|warning| &warning.code == code);
            book.one(Kind::Warnings, found, code, None);
        }
    }
    (book.grades, book.misses)
}

#[derive(Default)]
struct Book {
    grades: Vec<(Kind, Grade)>,
    misses: Vec<Miss>,
}

impl Book {
    fn entry(&mut self, kind: Kind) -> &mut Grade {
        let at = self.grades.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.grades.push((kind, Grade::default()));
            self.grades.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found or made above")]
        &mut self.grades[at].1
    }

    fn right(&mut self, kind: Kind) {
        self.entry(kind).right += 1;
    }

    fn missed(&mut self, kind: Kind, what: String) {
        self.entry(kind).missed += 1;
        self.misses.push(Miss { kind, missed: true, what });
    }

    fn made_up(&mut self, kind: Kind, what: String) {
        self.entry(kind).made_up += 1;
        self.misses.push(Miss { kind, missed: false, what });
    }

    /// One value: right, or missed and, where something else was said, made up.
    fn one(&mut self, kind: Kind, right: bool, wanted: &str, found: Option<&str>) {
        if right {
            self.right(kind);
        } else {
            self.missed(kind, wanted.to_owned());
            if let Some(found) = found {
                self.made_up(kind, found.to_owned());
            }
        }
    }

    /// Pairs truths with findings, each at most once, in their order.
    fn pair<T, F>(
        &mut self,
        kind: Kind,
        truths: &[T],
        found: &[F],
        same: impl Fn(&T, &F) -> bool,
        say_truth: impl Fn(&T) -> String,
        say_found: impl Fn(&F) -> String,
    ) {
        let mut free: Vec<bool> = vec![true; found.len()];
        self.entry(kind);
        for truth in truths {
            let at = found.iter().zip(&free).position(|(found, free)| *free && same(truth, found));
            match at.and_then(|at| free.get_mut(at)) {
                Some(place) => {
                    *place = false;
                    self.right(kind);
                }
                None => self.missed(kind, say_truth(truth)),
            }
        }
        for (found, _) in found.iter().zip(&free).filter(|(_, free)| **free) {
            self.made_up(kind, say_found(found));
        }
    }

    fn set(&mut self, truth: &Truth, summary: &DocumentSummary) {
        for (wanted, found) in
            [(&truth.cipher, &summary.cipher), (&truth.revision, &summary.revision), (&truth.mark, &summary.mark)]
        {
            if let Some(wanted) = wanted {
                self.one(Kind::Set, found.as_ref() == Some(wanted), wanted, found.as_deref());
            }
        }
    }

    fn lists(&mut self, truth: &Truth, analysis: &Analysis) {
        let say = |sheet: &Sheet| format!("{} {} {}", sheet.sheet, sheet.name, sheet.note);
        for (kind, wanted, found) in [
            (Kind::DrawingList, &truth.drawing_list, &analysis.drawing_list),
            (Kind::SpecificationList, &truth.specification_list, &analysis.specification_list),
        ] {
            if let Some(wanted) = wanted {
                let told = |row: &domain::DrawingListEntry| format!("{} {} {}", row.sheet, row.name, row.note);
                let same = |sheet: &Sheet, row: &domain::DrawingListEntry| {
                    sheet.sheet == row.sheet
                        && plain(&sheet.name) == plain(&row.name)
                        && plain(&sheet.note) == plain(&row.note)
                };
                self.pair(kind, wanted, found, same, say, told);
            }
        }
        if let (Some(count), None) = (truth.drawing_list_sheets, &truth.drawing_list) {
            let found = u32::try_from(analysis.drawing_list.len()).unwrap_or(u32::MAX);
            let grade = self.entry(Kind::DrawingList);
            grade.right += count.min(found);
            grade.missed += count.saturating_sub(found);
            grade.made_up += found.saturating_sub(count);
        }
        if let Some(wanted) = &truth.references {
            let same = |designation: &String, row: &domain::Reference| plain(designation) == plain(&row.designation);
            let told = |row: &domain::Reference| row.designation.clone();
            self.pair(Kind::References, wanted, &analysis.references, same, Clone::clone, told);
        }
        if let Some(blocks) = &truth.title_blocks {
            let told = |block: &domain::TitleBlock| {
                format!("page {}: {:?} sheet {:?}, {:?}", block.page, block.cipher, block.sheet, block.title)
            };
            let same = |wanted: &crate::TitleBlockTruth, block: &domain::TitleBlock| {
                block.page == wanted.page
                    && block.cipher.as_deref() == Some(&wanted.cipher)
                    && block.sheet.as_deref() == Some(&wanted.sheet)
                    && block.sheets == wanted.sheets
                    && (wanted.title.is_empty() || block.title.as_deref().map(plain) == Some(plain(&wanted.title)))
            };
            let say = |block: &crate::TitleBlockTruth| {
                format!(
                    "page {}: {} sheet {} of {:?}, {}",
                    block.page, block.cipher, block.sheet, block.sheets, block.title
                )
            };
            self.pair(Kind::TitleBlocks, blocks, &analysis.title_blocks, same, say, told);
        }
    }

    fn hidden_works(&mut self, truth: &Truth, analysis: &Analysis) {
        let list = truth.hidden_works_list.as_ref();
        let mode = truth.hidden_works_mode.as_deref().or(list.map(|_| "list"));
        if let Some(mode) = mode {
            let found = analysis.hidden_works.mode.name();
            self.one(Kind::Mode, found == mode, mode, Some(found));
        }
        if let Some(list) = list {
            let told = |item: &domain::HiddenWork| item.name.clone();
            let prose = mode == Some("prose");
            let same = |wanted: &String, item: &domain::HiddenWork| {
                let (wanted, found) = (plain(wanted), plain(&item.name));
                wanted == found || (prose && (found.contains(&wanted) || wanted.contains(&found)))
            };
            self.pair(Kind::HiddenWorks, &list.items, &analysis.hidden_works.items, same, Clone::clone, told);
        }
    }

    fn works(&mut self, truth: &Truth, analysis: &Analysis) {
        let Some(wanted) = &truth.acts_really_drawn_up else { return };
        let pairs = best_pairs(wanted, &analysis.works);
        self.entry(Kind::Works);
        let mut last = 0;
        for (index, act) in wanted.iter().enumerate() {
            let Some(work) = pairs.iter().find(|(at, _)| *at == index).and_then(|(_, at)| analysis.works.get(*at))
            else {
                self.missed(Kind::Works, act.work.clone());
                continue;
            };
            if truth.proposed == Some(true) && !work.proposed {
                self.missed(Kind::Works, format!("{} (marked as a proposal: {})", act.work, work.proposed));
                continue;
            }
            self.right(Kind::Works);
            if index > 0 && last > 0 {
                self.one(Kind::Order, work.sequence > last, &act.work, None);
            }
            last = work.sequence;
            let level = act.level.as_deref().map(plain_level).or_else(|| level_in(&act.work));
            let found = work.level.as_deref().map(plain_level).or_else(|| level_in(&work.name));
            self.value(Kind::Levels, level, found, &act.work);
            let axes = act.axes.as_deref().map(plain_axes).or_else(|| axes_in(&act.work));
            let found = work.axes.as_deref().map(plain_axes).or_else(|| axes_in(&work.name));
            self.value(Kind::Axes, axes, found, &act.work);
            for words in &act.materials {
                let words = plain(words);
                let found = work.materials.iter().any(|material| plain(&material.name).contains(&words));
                self.one(Kind::Materials, found, &format!("{}: {words}", act.work), None);
            }
        }
        for (index, work) in analysis.works.iter().enumerate() {
            if !pairs.iter().any(|(_, at)| *at == index) {
                self.made_up(Kind::Works, work.name.clone());
            }
        }
        self.other_acts(truth, analysis);
    }

    fn value(&mut self, kind: Kind, wanted: Option<String>, found: Option<String>, of: &str) {
        // More than the truth tells may still be right.
        if let Some(wanted) = wanted {
            let right = found.as_ref() == Some(&wanted);
            let told = found.map(|found| format!("{of}: {found}"));
            self.one(kind, right, &format!("{of}: {wanted}"), told.as_deref());
        }
    }

    fn other_acts(&mut self, truth: &Truth, analysis: &Analysis) {
        let structure = truth.critical_structure_act.iter().map(|work| ("aook", work.as_str()));
        let others = truth.other_acts.iter().flatten().map(|act| (act.form.as_str(), act.work.as_str()));
        let wanted: Vec<(&str, &str)> = structure.chain(others).collect();
        if wanted.is_empty() && truth.other_acts.is_none() {
            return;
        }
        let same = |(wanted, name): &(&str, &str), work: &Work| {
            work.form.name() == *wanted && (works_alike(name, &work.name) >= 0.4 || *wanted == "aousito")
        };
        let told = |work: &Work| format!("{}: {}", work.form.name(), work.name);
        self.pair(Kind::OtherActs, &wanted, &analysis.other_acts, same, |(form, name)| format!("{form}: {name}"), told);
    }
}

/// Works with the acts they are, the most alike first, each at most once.
fn best_pairs(wanted: &[WorkTruth], found: &[Work]) -> Vec<(usize, usize)> {
    let mut likely: Vec<(f32, usize, usize)> = Vec::new();
    for (at, act) in wanted.iter().enumerate() {
        for (place, work) in found.iter().enumerate() {
            let alike = works_alike(&act.work, &work.name);
            if alike >= SAME {
                let level = act.level.as_deref().map(plain_level).or_else(|| level_in(&act.work));
                // Of two alike works on two levels the one on the right level is meant.
                let level = level.is_some() && level == work.level.as_deref().map(plain_level);
                likely.push((alike + if level { 0.05 } else { 0.0 }, at, place));
            }
        }
    }
    likely.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, at, place) in likely {
        if !pairs.iter().any(|(known, other)| *known == at || *other == place) {
            pairs.push((at, place));
        }
    }
    pairs
}

fn same_row(row: &Row, found: &SpecificationRow) -> bool {
    let quantity = row.quantity.replace(',', ".").replace(' ', "").parse::<f64>().ok();
    let unit = |text: &str| plain(text).replace('.', "");
    plain(&row.position) == plain(&found.position)
        && plain(&row.name) == plain(&found.name)
        && plain(&row.mark) == plain(&found.mark_or_type)
        && (row.unit.is_empty() || unit(&row.unit) == unit(found.measure.as_deref().unwrap_or(&found.unit)))
        && (quantity.is_none() || quantity == found.quantity)
        && (row.section.is_empty() || plain(&row.section) == plain(&found.section))
}
