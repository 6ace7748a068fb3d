use crate::{Evidence, Warning};
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

impl ActDate {
    /// The date, when the calendar has it.
    pub fn of_calendar(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }
}

/// In figures: 07.10.2025.
impl std::fmt::Display for ActDate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:02}.{:02}.{:04}", self.day, self.month, self.year)
    }
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
    /// Self-regulatory organisation (СРО): its name, with ОГРН and ИНН where they have no field of their own.
    pub sro: String,
    /// ОГРН of the self-regulatory organisation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sro_ogrn: String,
    /// ИНН of the self-regulatory organisation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sro_inn: String,
    /// What the engineer wants to stand in the field where there is no such party, such as «Отсутствует».
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phrase: String,
}

impl Organisation {
    /// Whether it is an individual entrepreneur (ИП): ОГРНИП has 15 digits, ОГРН 13.
    pub fn is_entrepreneur(&self) -> bool {
        self.ogrn.chars().filter(char::is_ascii_digit).count() == 15
    }
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
    /// Order that gives the power to sign (распорядительный документ), such as «приказ»; with number and date where
    /// these have no field of their own.
    pub order: String,
    /// Organisation, when the form asks for it.
    pub organisation: String,
    /// Surname, name and patronymic in full, where they are known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub full_name: String,
    /// Number of the order.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub order_number: String,
    /// Date of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_date: Option<ActDate>,
    /// First day of the power to sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<ActDate>,
    /// Last day of the power to sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<ActDate>,
    /// What the engineer wants to stand in the field where there is no such representative, such as «Не участвует».
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phrase: String,
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
    /// Of others who take part in the inspection (иные лица).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Representative>,
}

/// Which form an act is printed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrintedForm {
    /// Акт освидетельствования скрытых работ (АОСР).
    #[default]
    HiddenWorks,
    /// Акт освидетельствования ответственных конструкций (АООК).
    Structures,
}

impl PrintedForm {
    /// The short name that the field uses: «АОСР», «АООК».
    pub fn short_name(self) -> &'static str {
        match self {
            Self::HiddenWorks => "АОСР",
            Self::Structures => "АООК",
        }
    }

    /// Whether this is the form that stands when nobody says which.
    pub fn is_hidden_works(&self) -> bool {
        *self == Self::HiddenWorks
    }
}

/// Whose wording an act is printed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    /// Приказ Минстроя России от 16.05.2023 № 344/пр, in force.
    #[default]
    #[serde(rename = "order-344")]
    Order344,
    /// РД-11-02-2006 as of 09.11.2017, out of force; some customers still ask for it.
    #[serde(rename = "rd-11-02-2006")]
    Rd11022006,
}

impl Wording {
    /// Whether this is the wording that stands when nobody says which.
    pub fn is_order_344(&self) -> bool {
        *self == Self::Order344
    }
}

/// What a document of an act proves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActDocumentKind {
    /// The quality of a material (документ о качестве): item 3.
    #[default]
    Quality,
    /// Where the works lie (исполнительная схема): item 4.
    Scheme,
    /// That the works are sound (протокол, заключение): item 4.
    Proof,
}

/// A document that an act names in item 3 or 4 and that is bound with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActDocument {
    /// What it proves.
    pub kind: ActDocumentKind,
    /// The material whose quality it states; empty for other documents.
    pub material: String,
    /// Name, such as «Сертификат соответствия».
    pub name: String,
    /// Number without «№».
    pub number: String,
    /// Date.
    pub date: Option<ActDate>,
    /// Who made it.
    pub issuer: String,
    /// Number of its sheets.
    pub sheets: Option<u32>,
    /// Path of its file, as the engineer gave it; empty when there is none.
    pub file: String,
}

/// An act that another act names: what it inspects, its number and its date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActReference {
    /// Item 1 of the named act.
    pub works: String,
    /// Its number.
    pub number: String,
    /// Its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<ActDate>,
}

/// What an act of critical structures (АООК) has and an act of hidden works has not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StructureFacts {
    /// Item 3: acts of hidden works that bear on the safety of the structures, one per entry.
    pub hidden_works: Vec<String>,
    /// The acts of item 3 one by one, where they stand in a register that is part of the act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_work_acts: Vec<ActReference>,
    /// Item 5 а): as-built survey schemes, one per entry.
    pub schemes: Vec<String>,
    /// Item 6: trials, one per entry.
    pub trials: Vec<String>,
    /// Item 9 а): use as intended.
    pub use_as_intended: String,
    /// Item 9 б): share of the design load in percent that may be put on.
    pub partial_load: String,
    /// Item 9 в): conditions of the full load.
    pub full_load_conditions: String,
}

/// Act of inspection of hidden works (акт освидетельствования скрытых работ, АОСР), приказ Минстроя 344/пр,
/// приложение № 3, or of critical structures (АООК), приложение № 4. What is unknown is empty and stays visibly blank in
/// print; nothing is made up.
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
    /// Where the work of item 1 was read; empty for a work that the engineer added.
    pub evidence: Vec<Evidence>,
    /// Which form it is.
    #[serde(skip_serializing_if = "PrintedForm::is_hidden_works")]
    pub form: PrintedForm,
    /// Whose wording it is printed in.
    #[serde(skip_serializing_if = "Wording::is_order_344")]
    pub wording: Wording,
    /// The documents of items 3 and 4 one by one, where the engineer named them so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<ActDocument>,
    /// The rest of an act of critical structures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structures: Option<StructureFacts>,
    /// Address of the act's page, to which its QR code leads; empty for no code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page_url: String,
    /// Whether it is signed: a signed act is not formed anew.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

impl Act {
    /// The documents of one kind.
    pub fn documents_of(&self, kind: ActDocumentKind) -> impl Iterator<Item = &ActDocument> {
        self.documents.iter().filter(move |document| document.kind == kind)
    }
}

/// All acts drafted from a set: `acts.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ActSet {
    /// The acts in the order of building.
    pub acts: Vec<Act>,
    /// For each act, in the same order: its file below `acts/` and the number of its pages.
    pub files: Vec<ActFile>,
    /// What the engineer should know of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
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
    /// What else stands beside the PDF under the same name: `docx`, `xlsx`, `xml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
}

impl ActFile {
    /// Its file of another kind: `1-КЖ1.2.docx`.
    pub fn in_format(&self, extension: &str) -> String {
        format!("{}.{extension}", self.file.strip_suffix(".pdf").unwrap_or(&self.file))
    }
}
