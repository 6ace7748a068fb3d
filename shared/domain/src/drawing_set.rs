use crate::{
    ActForm, CitedNorm, Edit, Evidence, Fault, ModelOpinion, NormStatus, SpecificationRow, SpecificationTotal, Work,
};
use serde::{Deserialize, Serialize};

/// A title block (основная надпись, ГОСТ Р 21.101, forms 3 to 6) read from one sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TitleBlock {
    /// Page of the file, from 1.
    pub page: u32,
    /// Designation of the document (графа 1, шифр), as repaired.
    pub cipher: Option<String>,
    /// Sheet (графа 7, лист): a text, for sheets are called «1.1» and «3а» too.
    pub sheet: Option<String>,
    /// Number of sheets (графа 8, листов); stands on the first sheet only.
    pub sheets: Option<u32>,
    /// Stage (графа 6): П, Р, И.
    pub stage: Option<String>,
    /// What the sheet shows (графа 4).
    pub title: Option<String>,
    /// Enterprise, object, building (графы 2 и 3).
    pub object: Option<String>,
    /// Designer's firm (графа 9).
    pub designer: Option<String>,
    /// Last revision entered in the block (графа 14, «Изм.»).
    pub revision: Option<String>,
    /// Sheet format by the size of the page: «А4», «А3×3».
    pub format: Option<String>,
    /// Designation as it stands on the sheet, where it was repaired towards the cipher of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher_as_read: Option<String>,
    /// Where it was read.
    pub evidence: Evidence,
}

/// A row of the drawing list (ведомость рабочих чертежей основного комплекта, форма 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawingListEntry {
    /// Sheet (лист).
    pub sheet: String,
    /// Name (наименование).
    pub name: String,
    /// Note (примечание), such as «Изм.1»; empty when there is none.
    pub note: String,
    /// Where it was read.
    pub evidence: Evidence,
}

/// A referenced or attached document (ведомость ссылочных и прилагаемых документов, форма 2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Designation (обозначение): «СП 63.13330.2018».
    pub designation: String,
    /// Name (наименование).
    pub name: String,
    /// Note (примечание); empty when there is none.
    pub note: String,
    /// Whether it stands under «Прилагаемые документы».
    pub attached: bool,
    /// Whether the standard is in force, where the table of standards knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<NormStatus>,
    /// Where it was read.
    pub evidence: Evidence,
}

/// A numbered paragraph of the general notes (общие указания).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GeneralNote {
    /// Its number: «12», «1.3».
    pub number: String,
    /// The text without the number.
    pub text: String,
    /// Where it was read.
    pub evidence: Evidence,
}

/// A row of a permit to change (разрешение на внесение изменений, ГОСТ Р 21.101, форма 9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevisionEntry {
    /// Number of the permit (разрешение): «12-24».
    pub permit: Option<String>,
    /// Number of the change (изм.).
    pub revision: Option<u32>,
    /// Sheets changed, as written: «2,10», «3-6», «.СО».
    pub sheets: String,
    /// What was changed (содержание изменения).
    pub content: String,
    /// Code of the reason, 1 to 5 (код).
    pub code: Option<u32>,
    /// Note (примечание); empty when there is none.
    pub note: String,
    /// Where it was read.
    pub evidence: Evidence,
}

/// How a set names its hidden works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenWorksMode {
    /// A list under a heading.
    List,
    /// Sentences («Освидетельствованию скрытых работ подлежат …»).
    Prose,
    /// Not at all.
    None,
}

impl HiddenWorksMode {
    /// Its name as files have it: `list`.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Prose => "prose",
            Self::None => "none",
        }
    }
}

/// One entry of the designer's list of hidden works (скрытые работы), as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HiddenWork {
    /// The item without its bullet or number, otherwise verbatim.
    pub name: String,
    /// What kind of place it comes from: `list` or `prose`.
    pub source: HiddenWorksMode,
    /// The form that covers it; only `aosr` becomes an act of hidden works.
    #[serde(default)]
    pub form: ActForm,
    /// The works drafted of it, by [`Work::sequence`]; none where the drawings of the set show nothing of the kind.
    #[serde(default)]
    pub works: Vec<u32>,
    /// Where it was read.
    pub evidence: Evidence,
}

/// What the set says of hidden works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HiddenWorks {
    /// In which way.
    pub mode: HiddenWorksMode,
    /// The heading of the list, when there is one.
    pub heading: Option<String>,
    /// The items in the order of the set.
    pub items: Vec<HiddenWork>,
}

/// Something the user should know, in Russian, with the page when it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// A stable name: `no-text-pages`, `sheet-missing`.
    pub code: String,
    /// What, where, and what to do.
    pub message: String,
    /// Pages concerned, from 1.
    pub pages: Vec<u32>,
}

impl Warning {
    /// Whether it is about the acts and the bundle, so that it falls with them.
    pub fn of_acts(&self) -> bool {
        self.code == "no-acts" || self.code.starts_with("project-")
    }
}

/// What the rules found in a drawing set (комплект РД): `analysis.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Title blocks, one per sheet that has one.
    pub title_blocks: Vec<TitleBlock>,
    /// Drawing list.
    pub drawing_list: Vec<DrawingListEntry>,
    /// References and attachments.
    pub references: Vec<Reference>,
    /// Hidden works as the designer names them.
    pub hidden_works: HiddenWorks,
    /// Specification rows.
    pub specification: Vec<SpecificationRow>,
    /// Works that will become acts of hidden works (АОСР), in the order of building.
    pub works: Vec<Work>,
    /// What other forms cover: load-bearing structures (АООК), networks (АОУСИТО), tests, the setting out of axes.
    #[serde(default)]
    pub other_acts: Vec<Work>,
    /// List of specifications (ведомость спецификаций): not the drawing list.
    #[serde(default)]
    pub specification_list: Vec<DrawingListEntry>,
    /// Standards that the set cites anywhere, each once.
    #[serde(default)]
    pub norms: Vec<CitedNorm>,
    /// Numbered general notes (общие указания).
    #[serde(default)]
    pub general_notes: Vec<GeneralNote>,
    /// What was changed where (разрешение на внесение изменений, форма 9).
    #[serde(default)]
    pub revision_permits: Vec<RevisionEntry>,
    /// Like rows of all specifications added up.
    #[serde(default)]
    pub totals: Vec<SpecificationTotal>,
    /// What persons changed; kept through every new analysis.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// What a model said, where one was asked and answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelOpinion>,
}

/// What the set is: `document.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentSummary {
    /// File name as the user gave it.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Number of pages.
    pub pages: u32,
    /// Cipher of the set (шифр комплекта).
    pub cipher: Option<String>,
    /// Revision of the set: «Изм.1».
    pub revision: Option<String>,
    /// Mark (марка основного комплекта): «КЖ».
    pub mark: Option<String>,
    /// Object of construction (объект строительства).
    pub object: Option<String>,
    /// Stage: П, Р.
    pub stage: Option<String>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// Faults of the text layer summed over the pages.
    pub faults: Vec<Fault>,
}
