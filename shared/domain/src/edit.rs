//! What persons change in an analysis, and how it outlives the next analysis.

use crate::{ActForm, Analysis, DocumentId, Evidence, EvidenceBy, HiddenWorksMode, SpecificationRow, Work};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A value that a person changed (правка).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Which value: its address, see [`Analysis::values`].
    pub value: String,
    /// What it said before; `None` when it said nothing.
    pub old: Option<String>,
    /// What it says now; `None` takes the value away.
    pub new: Option<String>,
    /// Where the old value was read, if anywhere.
    pub old_evidence: Option<Evidence>,
    /// Who changed it.
    pub by: String,
}

/// One value of an analysis (значение).
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where it is found again after the next analysis: kind, what tells it from its like, field.
    pub address: String,
    /// What it says; `None` when it says nothing.
    pub text: Option<String>,
    /// Where it was read.
    pub evidence: Evidence,
}

/// Why a value was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No value has the address.
    #[error("find a value at {0}")]
    UnknownValue(String),
    /// The text does not fit: a number is wanted.
    #[error("read {0} as a number")]
    NotANumber(String),
}

/// The address that adds a work: `works/+`.
const ADDED: &str = "works/+";

/// A field of a value while it is looked at.
enum Slot<'v> {
    Text(&'v mut String),
    Maybe(&'v mut Option<String>),
    Count(&'v mut Option<u32>),
    Number(&'v mut Option<f64>),
}

impl Slot<'_> {
    fn get(&self) -> Option<String> {
        match self {
            Self::Text(text) => (!text.is_empty()).then(|| (*text).clone()),
            Self::Maybe(text) => (*text).clone(),
            Self::Count(number) => number.map(|number| number.to_string()),
            Self::Number(number) => number.map(|number| number.to_string().replace('.', ",")),
        }
    }

    fn set(&mut self, new: Option<&str>) -> Result<(), EditError> {
        let number = |text: &str| EditError::NotANumber(text.to_owned());
        match self {
            Self::Text(text) => new.unwrap_or_default().clone_into(text),
            Self::Maybe(text) => **text = new.map(str::to_owned),
            Self::Count(count) => {
                **count = new.map(|text| text.trim().parse().map_err(|_| number(text))).transpose()?
            }
            Self::Number(value) => {
                let parse = |text: &str| text.replace(',', ".").replace(' ', "").parse().map_err(|_| number(text));
                **value = new.map(parse).transpose()?;
            }
        }
        Ok(())
    }
}

impl Analysis {
    /// Every value that can be doubted or changed, in the order of the analysis.
    pub fn values(&self) -> Vec<Value> {
        let mut values = Vec::new();
        self.clone()
            .visit(&mut |address, slot, evidence| {
                values.push(Value { address, text: slot.get(), evidence: evidence.clone() });
                Ok(())
            })
            .unwrap_or_default();
        values
    }

    /// Changes a value and keeps what it said with its evidence. A work whose name is taken away is gone; at `works/+`
    /// a work is added.
    ///
    /// # Errors
    /// When no value has the address, or the new text is no number where one is wanted.
    pub fn edit(&mut self, address: &str, new: Option<&str>, by: &str) -> Result<(), EditError> {
        let mut edit = Edit {
            value: address.to_owned(),
            old: None,
            new: new.map(str::to_owned),
            old_evidence: None,
            by: by.to_owned(),
        };
        // What was changed before keeps its first value: that is what the drawing says.
        let earlier = self.edits.iter().position(|known| known.value == address && address != ADDED);
        self.put(&mut edit)?;
        if let Some(known) = earlier.filter(|at| *at < self.edits.len()).map(|at| self.edits.remove(at)) {
            (edit.old, edit.old_evidence) = (known.old, known.old_evidence);
        }
        self.edits.push(edit);
        Ok(())
    }

    /// Changes again what persons changed in an earlier analysis of the same document. None is lost: edits whose values
    /// are not found any more are kept all the same, and given back.
    pub fn edit_again(&mut self, edits: &[Edit]) -> Vec<Edit> {
        let mut unmatched = Vec::new();
        for edit in edits {
            let mut again = edit.clone();
            if self.put(&mut again).is_err() {
                unmatched.push(edit.clone());
            }
            // The first value and its evidence stay those that the person saw.
            self.edits.push(edit.clone());
        }
        unmatched
    }

    fn put(&mut self, edit: &mut Edit) -> Result<(), EditError> {
        if edit.value == ADDED {
            self.add_work(edit);
            return Ok(());
        }
        let mut found = false;
        self.visit(&mut |address, mut slot, evidence| {
            if address == edit.value && !found {
                found = true;
                edit.old = slot.get();
                edit.old_evidence = Some(evidence.clone());
                slot.set(edit.new.as_deref())?;
                evidence.by = EvidenceBy::Person;
                evidence.confidence = 1.0;
            }
            Ok(())
        })?;
        if !found {
            return Err(EditError::UnknownValue(edit.value.clone()));
        }
        self.works.retain(|work| !work.name.is_empty());
        self.other_acts.retain(|work| !work.name.is_empty());
        for (work, number) in self.works.iter_mut().zip(1..) {
            work.sequence = number;
        }
        Ok(())
    }

    fn add_work(&mut self, edit: &Edit) {
        let Some(name) = edit.new.as_ref().filter(|name| !name.is_empty()) else { return };
        let document = self.title_blocks.first().map(|block| block.evidence.document.clone());
        self.works.push(Work {
            name: name.clone(),
            location: None,
            sequence: u32::try_from(self.works.len() + 1).unwrap_or(u32::MAX),
            source: HiddenWorksMode::None,
            norms: Vec::new(),
            materials: Vec::new(),
            form: ActForm::Aosr,
            kind: None,
            structure: None,
            level: None,
            axes: None,
            proposed: false,
            evidence: Evidence {
                document: document.unwrap_or_else(|| DocumentId::of(b"")),
                page: 1,
                boxes: Vec::new(),
                cells: None,
                quote: String::new(),
                confidence: 1.0,
                by: EvidenceBy::Person,
            },
            basis: Vec::new(),
        });
    }

    /// Shows every value with its address. Addresses that would be the same are told apart by `#2`, `#3`.
    fn visit(
        &mut self,
        look: &mut dyn FnMut(String, Slot<'_>, &mut Evidence) -> Result<(), EditError>,
    ) -> Result<(), EditError> {
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut unique = move |place: String| {
            let times = seen.entry(place.clone()).or_default();
            *times += 1;
            if *times == 1 { place } else { format!("{place}#{times}") }
        };
        for block in &mut self.title_blocks {
            let place = unique(format!("title_blocks/{}", block.page));
            for (field, slot) in [
                ("cipher", Slot::Maybe(&mut block.cipher)),
                ("sheet", Slot::Maybe(&mut block.sheet)),
                ("sheets", Slot::Count(&mut block.sheets)),
                ("stage", Slot::Maybe(&mut block.stage)),
                ("title", Slot::Maybe(&mut block.title)),
                ("object", Slot::Maybe(&mut block.object)),
                ("designer", Slot::Maybe(&mut block.designer)),
                ("revision", Slot::Maybe(&mut block.revision)),
            ] {
                look(format!("{place}/{field}"), slot, &mut block.evidence)?;
            }
        }
        for row in &mut self.drawing_list {
            let place = unique(format!("drawing_list/{}", row.sheet));
            look(format!("{place}/name"), Slot::Text(&mut row.name), &mut row.evidence)?;
            look(format!("{place}/note"), Slot::Text(&mut row.note), &mut row.evidence)?;
        }
        for row in &mut self.references {
            let place = unique(format!("references/{}", row.designation));
            look(format!("{place}/name"), Slot::Text(&mut row.name), &mut row.evidence)?;
        }
        for (item, number) in self.hidden_works.items.iter_mut().zip(1..) {
            look(format!("hidden_works/{number}/name"), Slot::Text(&mut item.name), &mut item.evidence)?;
        }
        visit_specification(&mut self.specification, look)?;
        for (kind, works) in [("works", &mut self.works), ("other_acts", &mut self.other_acts)] {
            for work in works {
                let part = |part: &Option<String>| part.clone().unwrap_or_default();
                let told = match &work.kind {
                    Some(kind) => format!("{kind}|{}|{}", part(&work.structure), part(&work.level)),
                    None => work.evidence.quote.chars().take(60).collect(),
                };
                let place = unique(format!("{kind}/{}", told.replace('/', "∕")));
                look(format!("{place}/name"), Slot::Text(&mut work.name), &mut work.evidence)?;
                look(format!("{place}/location"), Slot::Maybe(&mut work.location), &mut work.evidence)?;
                for (material, number) in work.materials.iter_mut().zip(1..) {
                    let place = format!("{place}/materials/{number}");
                    look(format!("{place}/name"), Slot::Text(&mut material.name), &mut material.evidence)?;
                    look(format!("{place}/quantity"), Slot::Number(&mut material.quantity), &mut material.evidence)?;
                    look(format!("{place}/unit"), Slot::Maybe(&mut material.unit), &mut material.evidence)?;
                }
            }
        }
        Ok(())
    }
}

/// Rows of drawings are called by page and place on it, those of workbooks by sheet and cells.
fn visit_specification(
    rows: &mut [SpecificationRow],
    look: &mut dyn FnMut(String, Slot<'_>, &mut Evidence) -> Result<(), EditError>,
) -> Result<(), EditError> {
    let (mut page, mut number) = (0, 0);
    for row in rows {
        let place = match &row.evidence.cells {
            Some(cells) => format!("specification/{}", cells.replace('/', "∕")),
            None => {
                number = if row.evidence.page == page { number + 1 } else { 1 };
                page = row.evidence.page;
                format!("specification/{page}.{number}")
            }
        };
        look(format!("{place}/name"), Slot::Text(&mut row.name), &mut row.evidence)?;
        look(format!("{place}/quantity"), Slot::Number(&mut row.quantity), &mut row.evidence)?;
        look(format!("{place}/unit"), Slot::Text(&mut row.unit), &mut row.evidence)?;
    }
    Ok(())
}

/// Changes rows of a specification as persons did, before works take their materials from it. What is not there, or does
/// not fit, is left for [`Analysis::edit_again`] to tell.
pub fn edit_specification(rows: &mut [SpecificationRow], edits: &[Edit]) {
    for edit in edits.iter().filter(|edit| edit.value.starts_with("specification/")) {
        let mut found = false;
        let changed = visit_specification(rows, &mut |address, mut slot, evidence| {
            if address == edit.value && !found {
                found = true;
                slot.set(edit.new.as_deref())?;
                (evidence.by, evidence.confidence) = (EvidenceBy::Person, 1.0);
            }
            Ok(())
        });
        changed.unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HiddenWorks, TitleBlock};

    fn evidence(confidence: f32) -> Evidence {
        Evidence {
            document: DocumentId::of(b"set"),
            page: 2,
            boxes: Vec::new(),
            cells: None,
            quote: "Опалубочный план".to_owned(),
            confidence,
            by: EvidenceBy::Rule,
        }
    }

    fn analysis() -> Analysis {
        let block = TitleBlock {
            page: 2,
            cipher: Some("12-КЖ1".to_owned()),
            sheet: Some("2".to_owned()),
            sheets: Some(7),
            stage: None,
            title: Some("Опалубочный план".to_owned()),
            object: None,
            designer: None,
            revision: None,
            format: None,
            cipher_as_read: None,
            evidence: evidence(0.5),
        };
        Analysis {
            model: None,
            title_blocks: vec![block],
            drawing_list: Vec::new(),
            references: Vec::new(),
            hidden_works: HiddenWorks { mode: HiddenWorksMode::None, heading: None, items: Vec::new() },
            specification: Vec::new(),
            works: Vec::new(),
            warnings: Vec::new(),
            other_acts: Vec::new(),
            specification_list: Vec::new(),
            norms: Vec::new(),
            general_notes: Vec::new(),
            revision_permits: Vec::new(),
            totals: Vec::new(),
            edits: Vec::new(),
        }
    }

    #[test]
    fn an_edit_keeps_what_was_read_and_outlives_the_next_analysis() {
        let mut first = analysis();
        first.edit("title_blocks/2/sheet", Some("3"), "Иванов").unwrap();
        first.edit("title_blocks/2/sheet", Some("4"), "Иванов").unwrap();
        first.edit("title_blocks/2/sheets", Some("8"), "Иванов").unwrap();
        assert_eq!(first.title_blocks[0].sheet.as_deref(), Some("4"));
        let [sheet, sheets] = first.edits.as_slice() else { panic!("{:?}", first.edits) };
        assert_eq!((sheet.old.as_deref(), sheet.new.as_deref()), (Some("2"), Some("4")));
        assert_eq!(sheet.old_evidence.as_ref().unwrap().quote, "Опалубочный план");
        assert_eq!(sheets.old.as_deref(), Some("7"));

        let mut second = analysis();
        assert!(second.edit_again(&first.edits).is_empty());
        assert_eq!(second.title_blocks[0].sheet.as_deref(), Some("4"));
        assert_eq!(second.title_blocks[0].evidence.by, EvidenceBy::Person);
        assert_eq!(second.edits, first.edits);

        let mut third = analysis();
        third.title_blocks.clear();
        assert_eq!(third.edit_again(&first.edits), first.edits);
        assert_eq!(third.edits, first.edits, "kept, though their values are gone");
    }

    #[test]
    fn works_are_added_and_taken_away() {
        let mut analysis = analysis();
        analysis.edit(ADDED, Some("Устройство дренажа"), "Иванов").unwrap();
        analysis.edit(ADDED, Some("Засыпка"), "Иванов").unwrap();
        let names: Vec<&str> = analysis.works.iter().map(|work| work.name.as_str()).collect();
        assert_eq!(names, ["Устройство дренажа", "Засыпка"]);
        let first = analysis.values().into_iter().find(|value| value.address.starts_with("works/")).unwrap();
        analysis.edit(&first.address, None, "Иванов").unwrap();
        assert_eq!(analysis.works.len(), 1);
        assert_eq!(analysis.works[0].sequence, 1);
        assert!(matches!(analysis.edit("works/x/name", None, ""), Err(EditError::UnknownValue(_))));
        assert!(matches!(analysis.edit("title_blocks/2/sheets", Some("семь"), ""), Err(EditError::NotANumber(_))));
    }
}
