//! Reads a drawing set (комплект РД): title blocks, drawing list, references, hidden works, specification, works.
//!
//! Pure rules over the words of the pages and where they stand; every value keeps its evidence.

mod added;
mod amended_blocks;
mod axes;
mod cipher;
mod cipher_repair;
mod contradictions;
mod drawing_list;
mod general_notes;
mod headings;
mod hidden_works;
mod item_marks;
mod knowledge;
mod layers;
mod levels;
mod lines;
mod model;
mod norms;
mod permits;
mod prose;
mod quote;
mod references;
mod ruled_lists;
mod said;
mod sheet_format;
mod specification;
mod stacked_block;
mod stage;
mod stamp_labels;
mod standards;
mod table;
mod title_block;
mod turned;
mod understand;
mod warnings;
mod works;

pub use added::Added;
pub use specification::specification_of_workbook;
pub use stage::RdAnalyzer;
pub use understand::{edited, understand, understand_with};
pub use workbook::WorkbookError;
