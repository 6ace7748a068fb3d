use crate::Evidence;
use serde::{Deserialize, Serialize};

/// A calendar date of a document. In print «07» октября 2025 г.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActDate {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

/// A party of construction (застройщик, подрядчик, проектировщик), as item lines of an act name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Full or short name.
    pub name: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// ИНН.
    pub inn: String,
    /// Address.
    pub address: String,
    /// Telephone or fax.
    pub phone: String,
    /// Self-regulatory organisation: name, ОГРН, ИНН (СРО).
    pub sro: String,
}

/// A person who signs (представитель).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Representative {
    /// Position (должность).
    pub position: String,
    /// Surname and initials.
    pub name: String,
    /// Number in the national register of specialists (НРС).
    pub register_number: String,
    /// Order that gives the power to sign (распорядительный документ).
    pub order: String,
    /// Organisation, when the form asks for it.
    pub organisation: String,
}

/// The five representatives of the act, in the order of the form; `None` leaves the lines blank.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Representatives {
    /// Of the developer or technical customer, for construction control.
    pub developer: Option<Representative>,
    /// Of the builder.
    pub builder: Option<Representative>,
    /// Of the builder, for construction control.
    pub builder_control: Option<Representative>,
    /// Of the designer.
    pub designer: Option<Representative>,
    /// Of whoever did the works.
    pub performer: Option<Representative>,
}

/// Act of inspection of hidden works (акт освидетельствования скрытых работ, АОСР), приказ Минстроя 344/пр,
/// приложение № 3. What is unknown is empty and stays visibly blank in print; nothing is made up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Act {
    /// Number of the act, such as «1-КЖ1.2».
    pub number: String,
    /// Date of the act.
    pub date: Option<ActDate>,
    /// Object of construction with its address.
    pub object: String,
    /// Developer, technical customer, operator.
    pub developer: Option<Organisation>,
    /// Builder.
    pub builder: Option<Organisation>,
    /// Designer.
    pub designer: Option<Organisation>,
    /// Who signs.
    pub representatives: Representatives,
    /// Who did the works («произвели осмотр работ, выполненных …»).
    pub performed_by: String,
    /// Item 1: works presented.
    pub works: String,
    /// Item 2: project documentation.
    pub project_documentation: String,
    /// Item 3: materials with their quality documents, one per entry.
    pub materials: Vec<String>,
    /// Item 4: documents that prove conformity, one per entry.
    pub proofs: Vec<String>,
    /// Item 5: begin of works.
    pub started: Option<ActDate>,
    /// Item 5: end of works.
    pub finished: Option<ActDate>,
    /// Item 6: norms and sections of the documentation.
    pub norms: Vec<String>,
    /// Item 7: works allowed next.
    pub next_works: String,
    /// Additional information.
    pub additional: String,
    /// Number of copies; empty leaves the blank.
    pub copies: String,
    /// Attachments, one per entry.
    pub attachments: Vec<String>,
    /// Where the work of item 1 was read.
    pub evidence: Vec<Evidence>,
}

/// All acts drafted from a set: `acts.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ActSet {
    /// The acts in the order of building.
    pub acts: Vec<Act>,
    /// For each act, in the same order: its file below `acts/` and the number of its pages.
    pub files: Vec<ActFile>,
}

/// A written act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActFile {
    /// Number of the act.
    pub number: String,
    /// File name below `acts/`, such as `1-КЖ1.2.pdf`.
    pub file: String,
    /// Number of pages.
    pub pages: u32,
}
