//! Grades what was understood of drawing sets (`analysis.json`) against what is true of them, kind by kind: precision,
//! recall, F1, and what was missed or made up. The truth stands in files `*.truth.json` beside the documents.

mod command;
mod contents;
mod grade;
mod layout;
mod likeness;
mod press;
mod read;
mod running_text;
mod synthetic;
mod table;
mod truth;
mod typeset;

pub use command::main as command;
pub use grade::{Grade, Kind, Miss, grade};
pub use likeness::{Likeness, works_alike};
pub use read::{Document, EvalError, documents};
pub use synthetic::{truth_of, write_sets, write_typeset_sets};
pub use table::table;
pub use truth::{Change, HiddenWorksTruth, OtherAct, Row, Sheet, TitleBlockTruth, Truth, WorkTruth};
pub use typeset::{TYPESET_SETS, typeset_set};
