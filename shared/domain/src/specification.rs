//! Rows of specifications and what they add up to.

use crate::Evidence;
use serde::{Deserialize, Serialize};

/// What kind of table a row stands in (вид спецификации).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpecificationForm {
    /// Specification of equipment, products and materials (СО, ГОСТ 21.110, nine columns).
    #[default]
    Equipment,
    /// Specification on a drawing (ГОСТ Р 21.101, форма 7 or 8).
    Drawing,
    /// Bill of quantities (ведомость объёмов работ, ВОР).
    Quantities,
}

/// A row of a specification (спецификация оборудования, изделий и материалов, ГОСТ 21.110, 9 columns; or форма 7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecificationRow {
    /// Column 1, позиция.
    pub position: String,
    /// Column 2, наименование и техническая характеристика.
    pub name: String,
    /// Column 3, тип, марка, обозначение документа.
    pub mark_or_type: String,
    /// Column 4, код оборудования.
    pub code: String,
    /// Column 5, завод-изготовитель.
    pub maker: String,
    /// Column 6, единица измерения, as written.
    pub unit: String,
    /// Column 7, количество; `None` when the cell is empty or not a number.
    pub quantity: Option<f64>,
    /// Column 8, масса единицы, кг.
    pub mass_kg: Option<f64>,
    /// Column 9, примечание.
    pub note: String,
    /// The unit in its one spelling: шт, м, м², м³, кг, т, компл; absent where none is written or known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Section it stands under (раздел): «Материалы», «Система К1»; empty when there is none.
    #[serde(default)]
    pub section: String,
    /// The name with the head it stands under, where the row itself names a size or a mark only: «Труба медная Ø9,52».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// A second numbering that stands before the name: «12» of «12. Кран шаровой».
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_number: Option<String>,
    /// What kind of table it stands in.
    #[serde(default)]
    pub form: SpecificationForm,
    /// Whether it adds up rows above («Итого», «Всего») instead of naming a thing.
    #[serde(default)]
    pub is_sum: bool,
    /// Where it was read.
    pub evidence: Evidence,
}

/// Rows of one thing added up over sections and sheets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpecificationTotal {
    /// Name of the thing.
    pub name: String,
    /// Its mark, type or standard.
    pub mark_or_type: String,
    /// The unit in its one spelling.
    pub measure: String,
    /// The sum.
    pub quantity: f64,
    /// How many rows went into it.
    pub rows: u32,
    /// Pages where they stand.
    pub pages: Vec<u32>,
}
