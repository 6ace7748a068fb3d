//! What a bundle is made of and where everything stands in it. Pure: pages of files come in, sheets and pages go out.

use domain::project_file::{BundleLayout, BundleOrder, BundleWishes};
use domain::{Act, ActDocument, ActDocumentKind, ActSet, BundleEntry, BundleSection, PrintedForm};
use std::collections::BTreeMap;

/// More documents of quality than this, and an act has a register of them after it.
const MOST_WITHOUT_REGISTER: usize = 3;

/// Where the pages of a row come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The act at this index.
    Act(usize),
    /// The register of the documents of quality of the act at this index.
    ActRegister(usize),
    /// A file that the project file names.
    File(String),
    /// Nowhere: the document is handed over on paper, or it is missing.
    Nowhere,
}

/// A row of the general register and what is bound for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where its pages come from.
    pub source: Source,
    /// The row as it is printed.
    pub entry: BundleEntry,
    /// Whether it is a copy of a document of quality, which may be stamped as a true one.
    pub is_copy: bool,
}

/// The plan of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BundlePlan {
    /// The rows by section, in the order of binding.
    pub sections: Vec<(String, Vec<Row>)>,
    /// Sheets in all, title page and register not counted.
    pub sheets: u32,
    /// Pages in all, title page and register counted.
    pub pages: u32,
    /// By act: section and row of each of its documents of quality, in their order.
    references: Vec<Vec<(usize, usize)>>,
}

/// What is known when a bundle is planned.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The acts and their files.
    pub acts: &'a ActSet,
    /// How the engineer wants it.
    pub wishes: &'a BundleWishes,
    /// Pages of the files that can be bound, by their names.
    pub pages: &'a BTreeMap<String, u32>,
}

impl BundlePlan {
    /// Arranges the documents; numbers come with [`Self::count`].
    pub fn arrange(parts: Parts<'_>) -> Self {
        let mut arranger = Arranger::new(parts);
        arranger.extras(true);
        let has_documents = parts.acts.acts.iter().any(|act| !act.documents.is_empty());
        match parts.wishes.order {
            BundleOrder::ByAct if has_documents => arranger.by_act(),
            BundleOrder::ByAct | BundleOrder::ByKind => arranger.by_kind(),
        }
        arranger.extras(false);
        arranger.plan
    }

    /// Counts sheets and pages. Numbering of sheets starts with the first document after the general register, which does
    /// not count itself; acts are printed on both sides, so an act of two pages is one sheet. `front_pages`: pages of the
    /// title page and the register.
    pub fn count(&mut self, front_pages: u32) {
        let (mut sheets, mut page) = (0, front_pages + 1);
        for row in self.sections.iter_mut().flat_map(|(_, rows)| rows) {
            let entry = &mut row.entry;
            entry.first_sheet = if entry.sheets == 0 { 0 } else { sheets + 1 };
            sheets += entry.sheets;
            entry.first_page = if entry.pages == 0 { 0 } else { page };
            page += entry.pages;
        }
        (self.sheets, self.pages) = (sheets, page - 1);
    }

    /// Notes how long the register of an act turned out to be.
    pub fn set_register_pages(&mut self, act: usize, pages: u32) {
        for row in self.sections.iter_mut().flat_map(|(_, rows)| rows) {
            if row.source == Source::ActRegister(act) {
                (row.entry.pages, row.entry.sheets) = (pages, pages);
            }
        }
    }

    /// The acts that have a register of their own in the bundle.
    pub fn acts_with_register(&self) -> Vec<usize> {
        let of_register = |row: &Row| match row.source {
            Source::ActRegister(act) => Some(act),
            Source::Act(_) | Source::File(_) | Source::Nowhere => None,
        };
        self.rows().filter_map(of_register).collect()
    }

    /// The documents of quality of an act, each once: their numbers in the general register, from 1, and their rows there.
    pub fn references(&self, act: usize) -> Vec<(usize, BundleEntry)> {
        let mut begins = Vec::with_capacity(self.sections.len());
        let mut begin = 0;
        for (_, rows) in &self.sections {
            begins.push(begin);
            begin += rows.len();
        }
        let places = self.references.get(act).into_iter().flatten();
        let reference = |&(section, row): &(usize, usize)| {
            let entry = self.sections.get(section)?.1.get(row)?.entry.clone();
            Some((begins.get(section)? + row + 1, entry))
        };
        places.filter_map(reference).collect()
    }

    /// All rows, in the order of binding.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|(_, rows)| rows)
    }

    /// The general register.
    pub fn register(&self) -> Vec<BundleSection> {
        let section = |(name, rows): &(String, Vec<Row>)| BundleSection {
            name: name.clone(),
            entries: rows.iter().map(|row| row.entry.clone()).collect(),
        };
        self.sections.iter().map(section).collect()
    }
}

struct Arranger<'a> {
    parts: Parts<'a>,
    plan: BundlePlan,
}

/// What makes two documents one: the file, or else what they are called.
type Identity<'a> = (&'a str, &'a str, &'a str, Option<domain::ActDate>);

impl<'a> Arranger<'a> {
    fn new(parts: Parts<'a>) -> Self {
        let references = vec![Vec::new(); parts.acts.acts.len()];
        Self { parts, plan: BundlePlan { references, ..BundlePlan::default() } }
    }

    fn acts(&self) -> impl Iterator<Item = (usize, &'a Act)> + use<'a> {
        self.parts.acts.acts.iter().enumerate()
    }

    /// After each act its scheme, its register, its documents of quality and its proofs.
    fn by_act(&mut self) {
        for (index, act) in self.acts() {
            let date = act.date.map(|date| format!(" от {date}")).unwrap_or_default();
            self.section(format!("{} № {}{date}", act.form.short_name(), act.number));
            self.act(index, act);
            self.of_kind(act, ActDocumentKind::Scheme);
            self.register(index, act);
            if self.parts.wishes.layout == BundleLayout::Repeated {
                self.quality(index, act, &mut BTreeMap::new());
            }
            self.of_kind(act, ActDocumentKind::Proof);
        }
        if self.parts.wishes.layout == BundleLayout::Unified {
            self.all_quality();
        }
    }

    /// All acts, all schemes, all documents of quality, all proofs.
    fn by_kind(&mut self) {
        let forms = [
            (PrintedForm::HiddenWorks, "Акты освидетельствования скрытых работ"),
            (PrintedForm::Structures, "Акты освидетельствования ответственных конструкций"),
        ];
        for (form, name) in forms {
            self.section(name.to_owned());
            for (index, act) in self.acts().filter(|(_, act)| act.form == form) {
                self.act(index, act);
                self.register(index, act);
            }
        }
        self.section("Исполнительные схемы".to_owned());
        self.acts().for_each(|(_, act)| self.of_kind(act, ActDocumentKind::Scheme));
        self.all_quality();
        self.section("Результаты испытаний и обследований".to_owned());
        self.acts().for_each(|(_, act)| self.of_kind(act, ActDocumentKind::Proof));
        self.plan.sections.retain(|(_, rows)| !rows.is_empty());
    }

    fn all_quality(&mut self) {
        self.section("Документы о качестве".to_owned());
        let mut known = BTreeMap::new();
        for (index, act) in self.acts() {
            if self.parts.wishes.layout == BundleLayout::Repeated {
                known.clear();
            }
            self.quality(index, act, &mut known);
        }
        self.plan.sections.retain(|(_, rows)| !rows.is_empty());
    }

    /// Documents of the whole package, those of one section together.
    fn extras(&mut self, before_acts: bool) {
        let mut sections: Vec<(&str, Vec<Row>)> = Vec::new();
        for extra in self.parts.wishes.documents.iter().filter(|extra| extra.before_acts == before_acts) {
            let row = self.row(&extra.document, "", false);
            match sections.iter_mut().find(|(name, _)| *name == extra.section) {
                Some((_, rows)) => rows.push(row),
                None => sections.push((&extra.section, vec![row])),
            }
        }
        self.plan.sections.extend(sections.into_iter().map(|(name, rows)| (name.to_owned(), rows)));
    }

    fn section(&mut self, name: String) {
        self.plan.sections.push((name, Vec::new()));
    }

    fn push(&mut self, row: Row) -> Option<(usize, usize)> {
        let section = self.plan.sections.len().checked_sub(1)?;
        let (_, rows) = self.plan.sections.get_mut(section)?;
        rows.push(row);
        Some((section, rows.len() - 1))
    }

    fn act(&mut self, index: usize, act: &Act) {
        let pages = self.parts.acts.files.get(index).map_or(0, |file| file.pages);
        let entry = BundleEntry {
            name: forms::act_title(act.form).to_owned(),
            content: act.works.clone(),
            number: act.number.clone(),
            date: act.date.map(|date| date.to_string()).unwrap_or_default(),
            pages,
            sheets: pages.div_ceil(2).max(1),
            first_sheet: 0,
            first_page: 0,
        };
        self.push(Row { source: Source::Act(index), entry, is_copy: false });
    }

    /// An act has a register when it has many documents of quality and does not list them itself already, or when they
    /// stand elsewhere.
    fn register(&mut self, index: usize, act: &Act) {
        let mut documents: Vec<Identity<'_>> = act.documents_of(ActDocumentKind::Quality).map(identity).collect();
        documents.sort_unstable();
        documents.dedup();
        let needed = match self.parts.wishes.layout {
            BundleLayout::Unified => !documents.is_empty(),
            BundleLayout::Repeated => documents.len() > MOST_WITHOUT_REGISTER && !forms::annexed_registers(act).0,
        };
        if needed {
            let entry = BundleEntry {
                name: "Реестр документов о качестве".to_owned(),
                content: format!("к {} № {}", act.form.short_name(), act.number),
                number: String::new(),
                date: act.date.map(|date| date.to_string()).unwrap_or_default(),
                pages: 1,
                sheets: 1,
                first_sheet: 0,
                first_page: 0,
            };
            self.push(Row { source: Source::ActRegister(index), entry, is_copy: false });
        }
    }

    fn of_kind(&mut self, act: &Act, kind: ActDocumentKind) {
        for document in act.documents_of(kind) {
            let row = self.row(document, &act.works, false);
            self.push(row);
        }
    }

    /// The documents of quality of an act that are not `known` yet.
    fn quality(&mut self, index: usize, act: &'a Act, known: &mut BTreeMap<Identity<'a>, (usize, usize)>) {
        for document in act.documents_of(ActDocumentKind::Quality) {
            let place = match known.get(&identity(document)) {
                Some(place) => {
                    self.also_of(*place, &document.material);
                    Some(*place)
                }
                None => {
                    let row = self.row(document, &document.material, true);
                    let place = self.push(row);
                    place.inspect(|place| {
                        known.insert(identity(document), *place);
                    })
                }
            };
            if let Some((place, references)) = place.zip(self.plan.references.get_mut(index))
                && !references.contains(&place)
            {
                references.push(place);
            }
        }
    }

    /// One document proves the quality of another material, too.
    fn also_of(&mut self, (section, row): (usize, usize), material: &str) {
        let row = self.plan.sections.get_mut(section).and_then(|(_, rows)| rows.get_mut(row));
        if let Some(row) = row
            && !row.entry.content.split("; ").any(|known| known == material)
            && !material.is_empty()
        {
            row.entry.content = format!("{}; {material}", row.entry.content).trim_start_matches("; ").to_owned();
        }
    }

    fn row(&self, document: &ActDocument, content: &str, is_copy: bool) -> Row {
        let bound = self.parts.pages.get(&document.file).copied().filter(|pages| *pages > 0);
        let entry = BundleEntry {
            name: document.name.clone(),
            content: content.to_owned(),
            number: document.number.clone(),
            date: document.date.map(|date| date.to_string()).unwrap_or_default(),
            pages: bound.unwrap_or(0),
            sheets: bound.or(document.sheets).unwrap_or(0),
            first_sheet: 0,
            first_page: 0,
        };
        let source = bound.map_or(Source::Nowhere, |_pages| Source::File(document.file.clone()));
        Row { source, entry, is_copy: is_copy && bound.is_some() }
    }
}

fn identity(document: &ActDocument) -> Identity<'_> {
    match document.file.as_str() {
        "" => ("", document.name.trim(), document.number.trim(), document.date),
        file => (file, "", "", None),
    }
}

/// Name of the bundle and of its files: «ИД 000-00-КЖ1», or the name of the set's file when the cipher is unknown.
/// Characters that file systems refuse become `_`.
pub fn bundle_name(cipher: Option<&str>, file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    format!("ИД {}", portable(cipher.unwrap_or(stem), 80))
}

/// A name that every file system bears, of at most so many characters.
pub(crate) fn portable(name: &str, most_chars: usize) -> String {
    let refused = |character: char| character.is_control() || r#"<>:"/\|?*"#.contains(character);
    let cleaned: String =
        name.chars().map(|character| if refused(character) { '_' } else { character }).take(most_chars).collect();
    cleaned.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
