use serde::{Deserialize, Serialize};

/// What is true of a document: `*.truth.json`. A field that is absent is not graded; an empty list says that there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Truth {
    /// File name of the document, beside the truth file.
    pub document: String,
    /// Cipher of the set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// Revision: «Изм.1».
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Mark: «КЖ».
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// How many rows the drawing list has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawing_list_sheets: Option<u32>,
    /// Rows of the drawing list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawing_list: Option<Vec<Sheet>>,
    /// Rows of the list of specifications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specification_list: Option<Vec<Sheet>>,
    /// Designations of referenced documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<Vec<String>>,
    /// Title blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_blocks: Option<Vec<TitleBlockTruth>>,
    /// `list`, `prose` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_works_mode: Option<String>,
    /// The designer's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_works_list: Option<HiddenWorksTruth>,
    /// Rows of the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specification: Option<Vec<Row>>,
    /// Acts of hidden works that were or should be drawn up, in the order of building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acts_really_drawn_up: Option<Vec<WorkTruth>>,
    /// Whether those are only to be proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<bool>,
    /// Acts of other forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_acts: Option<Vec<OtherAct>>,
    /// The act of a load-bearing structure, in the words of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critical_structure_act: Option<String>,
    /// Codes of warnings that there is cause for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
    /// Entries of permits to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<Change>>,
}

/// A row of a list of sheets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sheet {
    /// Sheet.
    pub sheet: String,
    /// Name.
    pub name: String,
    /// Note.
    pub note: String,
}

/// A title block.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TitleBlockTruth {
    /// Page of the file.
    pub page: u32,
    /// Designation.
    pub cipher: String,
    /// Sheet.
    pub sheet: String,
    /// Number of sheets.
    pub sheets: Option<u32>,
    /// What the sheet shows; empty is not graded.
    pub title: String,
}

/// The designer's list of hidden works.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HiddenWorksTruth {
    /// Its heading.
    pub heading: String,
    /// Its items.
    pub items: Vec<String>,
}

/// A row of a specification.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Position.
    pub position: String,
    /// Name.
    pub name: String,
    /// Mark, type or standard.
    pub mark: String,
    /// Unit.
    pub unit: String,
    /// Quantity as written.
    pub quantity: String,
    /// Section.
    pub section: String,
}

/// An act of hidden works as an engineer draws it up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkTruth {
    /// Its number.
    pub number: u32,
    /// Item 1.
    pub work: String,
    /// Level; absent, it is looked for in the text of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Axes; absent, they are looked for in the text of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub axes: Option<String>,
    /// Words of materials of item 3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<String>,
}

/// An act of another form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OtherAct {
    /// `aook`, `aousito`, `arooks`, `test`.
    pub form: String,
    /// What it is about.
    pub work: String,
}

/// An entry of a permit to change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Number of the change.
    pub revision: u32,
    /// Sheets.
    pub sheets: String,
    /// What was changed.
    pub content: String,
}
