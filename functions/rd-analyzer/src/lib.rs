//! Reads a drawing set (комплект РД): title blocks, drawing list, references, hidden works, specification, works.
//!
//! Pure rules over the words of the pages and where they stand; every value keeps its evidence.

mod cipher;
mod drawing_list;
mod headings;
mod hidden_works;
mod item_marks;
mod lines;
mod model;
mod norms;
mod prose;
mod quote;
mod references;
mod sheet_format;
mod specification;
mod stage;
mod table;
mod title_block;
#[cfg(test)]
mod traps;
mod understand;
mod warnings;
mod works;

pub use stage::RdAnalyzer;
pub use understand::understand;
