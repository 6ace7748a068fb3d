//! Synthetic sets with their truth, written to a folder.

use crate::read::EvalError;
use crate::truth::{Change, HiddenWorksTruth, OtherAct, Row, Sheet, TitleBlockTruth, Truth, WorkTruth};
use crate::typeset::typeset_set;
use pdf::testkit::{MarkedTruth, marked_set};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Writes the sets of these seeds with their truth beside them; gives how many.
///
/// # Errors
/// When a file cannot be written.
pub fn write_sets(folder: &Path, seeds: Range<u64>) -> Result<usize, EvalError> {
    fs::create_dir_all(folder).map_err(|source| EvalError::File { path: folder.to_owned(), source })?;
    let mut written = 0;
    for seed in seeds {
        let set = marked_set(seed);
        write(folder, &truth_of(&set.truth), set.pdf)?;
        written += 1;
    }
    Ok(written)
}

/// Writes typeset sets, which are harder and share no words with those of [`write_sets`]; gives how many.
///
/// # Errors
/// When a set cannot be printed or a file cannot be written.
pub fn write_typeset_sets(folder: &Path, seeds: Range<u64>) -> Result<usize, EvalError> {
    fs::create_dir_all(folder).map_err(|source| EvalError::File { path: folder.to_owned(), source })?;
    let mut written = 0;
    for seed in seeds {
        let (pdf, truth) = typeset_set(seed)?;
        write(folder, &truth, pdf)?;
        written += 1;
    }
    Ok(written)
}

/// The file and its truth beside it.
fn write(folder: &Path, truth: &Truth, pdf: Vec<u8>) -> Result<(), EvalError> {
    let name = truth.document.trim_end_matches(".pdf");
    let path = folder.join(format!("{name}.truth.json"));
    let json = serde_json::to_vec_pretty(truth).map_err(|source| EvalError::Json { path: path.clone(), source })?;
    for (path, bytes) in [(folder.join(&truth.document), pdf), (path, json)] {
        fs::write(&path, bytes).map_err(|source| EvalError::File { path, source })?;
    }
    Ok(())
}

/// What is true of a synthetic set, as a truth file says it.
pub fn truth_of(set: &MarkedTruth) -> Truth {
    let sheet = |row: &[String; 3]| {
        let [sheet, name, note] = row.clone();
        Sheet { sheet, name, note }
    };
    Truth {
        document: format!("{}.pdf", set.name),
        cipher: Some(set.cipher.clone()),
        revision: set.revision.map(|number| format!("Изм.{number}")),
        mark: Some(set.mark.clone()),
        drawing_list_sheets: None,
        drawing_list: Some(set.drawing_list.iter().map(sheet).collect()),
        specification_list: Some(
            set.specification_list
                .iter()
                .map(|[sheet, name]| Sheet { sheet: sheet.clone(), name: name.clone(), note: String::new() })
                .collect(),
        ),
        references: Some(set.references.iter().map(|[designation, _]| designation.clone()).collect()),
        title_blocks: Some(
            set.blocks
                .iter()
                .map(|block| TitleBlockTruth {
                    page: block.page,
                    cipher: block.cipher.clone(),
                    sheet: block.sheet.clone(),
                    sheets: block.sheets,
                    title: block.title.clone(),
                })
                .collect(),
        ),
        hidden_works_mode: Some(set.mode.name().to_owned()),
        hidden_works_list: Some(HiddenWorksTruth {
            heading: set.heading.clone().unwrap_or_default(),
            items: set.items.clone(),
        }),
        specification: Some(
            set.specification
                .iter()
                .map(|row| {
                    let [position, name, mark, unit, quantity, section] = row.clone();
                    Row { position, name, mark, unit, quantity, section }
                })
                .collect(),
        ),
        acts_really_drawn_up: Some(
            (1..)
                .zip(&set.acts)
                .map(|(number, act)| WorkTruth {
                    number,
                    work: act.work.clone(),
                    level: act.level.clone(),
                    axes: act.axes.clone(),
                    materials: act.materials.clone(),
                })
                .collect(),
        ),
        proposed: Some(set.proposed),
        other_acts: Some(
            set.other_acts
                .iter()
                .map(|(kind, work)| OtherAct { form: kind.name().to_owned(), work: work.clone() })
                .collect(),
        ),
        critical_structure_act: None,
        warnings: Some(set.warnings.clone()),
        changes: Some(
            set.changes
                .iter()
                .map(|[revision, sheets, content]| Change {
                    revision: revision.parse().unwrap_or(0),
                    sheets: sheets.clone(),
                    content: content.clone(),
                })
                .collect(),
        ),
    }
}
