//! Works that become acts, with what an act needs of them.

use crate::{Evidence, HiddenWorksMode};
use serde::{Deserialize, Serialize};

/// Which form covers a work (вид акта): приказ Минстроя 344/пр, приложения № 2 to 5, and acts of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActForm {
    /// Act of inspection of hidden works (АОСР).
    #[default]
    Aosr,
    /// Act of inspection of load-bearing structures (АООК).
    Aook,
    /// Act of inspection of stretches of engineering networks (АОУСИТО).
    Aousito,
    /// Act of setting out the axes on site (АРООКС).
    Arooks,
    /// Act of a test or trial (акт испытания, промывки, опробования).
    Test,
}

impl ActForm {
    /// Its name as files have it: `aosr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aosr => "aosr",
            Self::Aook => "aook",
            Self::Aousito => "aousito",
            Self::Arooks => "arooks",
            Self::Test => "test",
        }
    }
}

/// A material of a work (материал), taken from a specification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// Name with mark and standard, as it will stand in item 3 of an act.
    pub name: String,
    /// Unit of measure, when known.
    pub unit: Option<String>,
    /// Quantity, when known.
    pub quantity: Option<f64>,
    /// Where it was read.
    pub evidence: Evidence,
}

/// A work to be inspected (работа, подлежащая освидетельствованию): one act will be drafted of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// What will stand in item 1 of the act.
    pub name: String,
    /// Building or part of it, when the set says so; it stands before the name.
    pub location: Option<String>,
    /// Place in the order of building, from 1.
    pub sequence: u32,
    /// How the set named it.
    pub source: HiddenWorksMode,
    /// Norms of item 6, as the set cites them.
    pub norms: Vec<String>,
    /// Materials of item 3.
    pub materials: Vec<Material>,
    /// The form that covers it.
    #[serde(default)]
    pub form: ActForm,
    /// Kind of work in the knowledge base, such as `concreting`, when it is one of those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Structure or system it is done on (конструкция), in the nominative, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure: Option<String>,
    /// Level (отметка) with its sign: «-2,550», when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Axes (оси): «А-Г/1-15», when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axes: Option<String>,
    /// A proposal that the set does not ask for in so many words: a person must confirm it.
    #[serde(default)]
    pub proposed: bool,
    /// Where it was read.
    pub evidence: Evidence,
    /// Where structure, level, axes and layers were read.
    #[serde(default)]
    pub basis: Vec<Evidence>,
}
