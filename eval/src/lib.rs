//! Grades what was understood of drawing sets (`analysis.json`) against what is true of them, kind by kind: precision,
//! recall, F1, and what was missed or made up. The truth stands in files `*.truth.json` beside the documents.

mod command;
mod grade;
mod likeness;
mod read;
mod synthetic;
mod table;
mod truth;

pub use command::main as command;
pub use grade::{Grade, Kind, Miss, grade};
pub use likeness::{Likeness, works_alike};
pub use read::{Document, EvalError, documents};
pub use synthetic::{truth_of, write_sets};
pub use table::table;
pub use truth::{Change, HiddenWorksTruth, OtherAct, Row, Sheet, TitleBlockTruth, Truth, WorkTruth};
