use crate::BundleError;
use crate::attached::{Attached, AttachedForm};
use crate::content::Content;
use crate::plan::{BundlePlan, Parts, Row, Source};
use bytes::Bytes;
use domain::project_file::ProjectFile;
use domain::{ActSet, BundleEntry, DocumentSummary, Organisation};
use forms::{ActRegister, Register, TitlePage, WrittenPdf};
use pdf::bind::{BindOptions, Binder, Bookmark, PageStamp};
use std::collections::{BTreeMap, VecDeque};

/// How often the registers are set anew until their length is the one they speak of.
const MOST_SETTINGS: usize = 4;

/// What a package is bound from.
pub(crate) struct Facts {
    /// Name of the bundle.
    pub(crate) name: String,
    pub(crate) summary: DocumentSummary,
    pub(crate) acts: ActSet,
    pub(crate) project: ProjectFile,
    pub(crate) attached: BTreeMap<String, Attached>,
    /// The PDFs of the acts.
    pub(crate) act_files: Vec<Content>,
}

/// What stands before the documents, all that is bound in its order, and the bundle begun.
pub(crate) struct Front {
    pub(crate) plan: BundlePlan,
    pub(crate) register_xlsx: Vec<u8>,
    pub(crate) sources: VecDeque<Content>,
    pub(crate) binder: Binder<Vec<u8>>,
}

/// Two passes: first the sheets are counted and the registers set, then, their own length known, set again with the pages
/// that they lead to.
pub(crate) fn begin(facts: &Facts) -> Result<Front, BundleError> {
    let pages = facts.attached.iter().map(|(name, attached)| (name.clone(), attached.form.pages())).collect();
    let mut plan = BundlePlan::arrange(Parts { acts: &facts.acts, wishes: &facts.project.bundle, pages: &pages });
    let title_page = title_page(facts)?;
    let (mut register_pages, mut own_registers) = (1, BTreeMap::new());
    let mut register = None;
    for _ in 0..MOST_SETTINGS {
        plan.count(title_page.pages + register_pages);
        let set = forms::register_pdf(&general_register(facts, &plan))?;
        own_registers = act_registers(facts, &plan)?;
        let mut is_settled = set.pages == register_pages;
        for (act, own) in &own_registers {
            let counted = plan.rows().find(|row| row.source == Source::ActRegister(*act)).map(|row| row.entry.pages);
            is_settled &= counted == Some(own.pages);
            plan.set_register_pages(*act, own.pages);
        }
        register_pages = set.pages;
        register = Some(set);
        if is_settled {
            break;
        }
    }
    let register = register.unwrap_or_default();
    let register_xlsx = forms::form_xlsx(&forms::register_form(&general_register(facts, &plan)))?;
    let options = BindOptions {
        title: facts.name.clone(),
        bookmarks: bookmarks(&plan, title_page.pages),
        page_stamps: page_stamps(facts, &plan, title_page.pages + register.pages),
        pages: plan.pages,
    };
    let mut sources = VecDeque::from([title_page.bytes, register.bytes].map(here));
    for row in plan.rows() {
        match &row.source {
            Source::Act(index) => sources.extend(facts.act_files.get(*index).cloned()),
            Source::ActRegister(act) => sources.extend(own_registers.remove(act).map(|own| here(own.bytes))),
            Source::File(file) => sources.extend(facts.attached.get(file).and_then(content_of)),
            Source::Nowhere => {}
        }
    }
    Ok(Front { plan, register_xlsx, sources, binder: Binder::new(options, Vec::new())? })
}

fn here(bytes: Vec<u8>) -> Content {
    Content::Here(Bytes::from(bytes))
}

fn content_of(attached: &Attached) -> Option<Content> {
    let (key, _) = attached.stored.as_ref()?;
    match attached.form {
        AttachedForm::Pdf(_) => Some(Content::Stored(key.clone())),
        AttachedForm::Picture => Some(Content::Picture(key.clone())),
        AttachedForm::Other | AttachedForm::Locked | AttachedForm::Broken | AttachedForm::Missing => None,
    }
}

fn title_page(facts: &Facts) -> Result<WrittenPdf, BundleError> {
    let (project, wishes) = (&facts.project, &facts.project.bundle);
    let read_designer = facts.acts.acts.iter().find_map(|act| act.designer.as_ref());
    let named = |party: Option<&'_ Organisation>| party.map(|party| party.name.clone()).unwrap_or_default();
    Ok(forms::title_page_pdf(&TitlePage {
        object: object(facts),
        cipher: cipher(facts),
        set_name: &wishes.set_name,
        developer: &named(project.parties.developer.as_ref()),
        builder: &named(project.parties.builder.as_ref()),
        designer: &named(project.parties.designer.as_ref().or(read_designer)),
        bundle: if wishes.name.is_empty() { &facts.name } else { &wishes.name },
        city: &wishes.city,
        year: wishes.year,
    })?)
}

fn general_register(facts: &Facts, plan: &BundlePlan) -> Register {
    let (project, wishes) = (&facts.project, &facts.project.bundle);
    let named = |party: &Option<Organisation>| party.as_ref().map(|party| party.name.clone()).unwrap_or_default();
    Register {
        bundle: if wishes.name.is_empty() { facts.name.clone() } else { wishes.name.clone() },
        object: object(facts).to_owned(),
        cipher: cipher(facts).to_owned(),
        set_name: wishes.set_name.clone(),
        developer: named(&project.parties.developer),
        builder: named(&project.parties.builder),
        date: None,
        sections: plan.register(),
        sheets: plan.sheets,
    }
}

fn object(facts: &Facts) -> &str {
    match facts.project.object.as_str() {
        "" => facts.summary.object.as_deref().unwrap_or_default(),
        object => object,
    }
}

fn cipher(facts: &Facts) -> &str {
    match facts.project.cipher.as_str() {
        "" => facts.summary.cipher.as_deref().unwrap_or_default(),
        cipher => cipher,
    }
}

fn act_registers(facts: &Facts, plan: &BundlePlan) -> Result<BTreeMap<usize, WrittenPdf>, BundleError> {
    let mut registers = BTreeMap::new();
    for index in plan.acts_with_register() {
        let Some(act) = facts.acts.acts.get(index) else { continue };
        let documents: Vec<(usize, BundleEntry)> = plan.references(index);
        registers.insert(index, forms::act_register_pdf(&ActRegister { act, documents: &documents })?);
    }
    Ok(registers)
}

/// Sections, and in them the documents that are bound.
fn bookmarks(plan: &BundlePlan, title_pages: u32) -> Vec<Bookmark> {
    let leaf = |title: &str, page| Bookmark { title: title.to_owned(), page, children: Vec::new() };
    let mut bookmarks = vec![leaf("Титульный лист", 1), leaf("Реестр исполнительной документации", 1 + title_pages)];
    for (name, rows) in &plan.sections {
        let bound = rows.iter().filter(|row| row.entry.pages > 0);
        let children: Vec<Bookmark> = bound.map(|row| leaf(&bookmark_title(row), row.entry.first_page)).collect();
        if let Some(first) = children.first() {
            bookmarks.push(Bookmark { title: name.clone(), page: first.page, children });
        }
    }
    bookmarks
}

fn bookmark_title(row: &Row) -> String {
    let entry = &row.entry;
    let number = if entry.number.is_empty() { String::new() } else { format!("№ {}", entry.number) };
    let parts = match row.source {
        Source::Act(_) => [number, entry.content.clone()],
        Source::ActRegister(_) => [entry.name.clone(), entry.content.clone()],
        Source::File(_) | Source::Nowhere => [entry.name.clone(), number],
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The sheet number in the corner of the front side of every sheet; nothing on title page, register and back sides. Copies
/// of documents of quality bear «Копия верна» when the engineer wants it.
fn page_stamps(facts: &Facts, plan: &BundlePlan, front_pages: u32) -> Vec<PageStamp> {
    let mark = facts.project.bundle.true_copy_stamp.then(|| true_copy(facts));
    let mut stamps = vec![PageStamp::default(); usize::try_from(front_pages).unwrap_or_default()];
    for row in plan.rows() {
        let is_duplex = matches!(row.source, Source::Act(_));
        for page in 0..row.entry.pages {
            let sheet = if is_duplex { page.is_multiple_of(2).then_some(page / 2) } else { Some(page) };
            stamps.push(PageStamp {
                sheet: sheet.map(|sheet| format!("Лист {}", row.entry.first_sheet + sheet)),
                mark: mark.clone().filter(|_| row.is_copy),
            });
        }
    }
    stamps
}

/// «Копия верна», with the line for the signature of whoever represents the builder.
fn true_copy(facts: &Facts) -> String {
    let last = facts.acts.acts.iter().rev().find_map(|act| act.representatives.builder.as_ref());
    let who = last.filter(|who| who.phrase.is_empty());
    let [position, name] = who.map_or([String::new(), String::new()], |who| [who.position.clone(), who.name.clone()]);
    let parts = ["Копия верна", &position, "____________", &name];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}
