//! Sets of twelve marks, laid out and worded in different ways, are understood down to the acts an engineer draws up.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use eval::{Grade, Kind, TYPESET_SETS, documents, grade, table, write_sets, write_typeset_sets};
use std::path::Path;

/// What no change may fall below. The sets are not those the rules were made for; what is missed stands in the output.
const LEAST: [(Kind, f64); 10] = [
    (Kind::Set, 0.98),
    (Kind::TitleBlocks, 0.97),
    (Kind::DrawingList, 0.97),
    (Kind::References, 0.97),
    (Kind::Mode, 0.97),
    (Kind::HiddenWorks, 0.97),
    (Kind::Specification, 0.94),
    (Kind::Works, 0.93),
    (Kind::Materials, 0.92),
    (Kind::OtherActs, 0.90),
];

#[test]
fn sets_of_twelve_marks_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    write_sets(folder.path(), 0..2 * pdf::testkit::MARKED_SETS).unwrap();
    graded(folder.path());
}

/// Lists over columns and sheets, firms' own title blocks, ciphers that are damaged, sheets of other sets.
#[test]
fn typeset_sets_with_their_traps_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    write_typeset_sets(folder.path(), 0..2 * TYPESET_SETS).unwrap();
    graded(folder.path());
}

fn graded(folder: &Path) {
    let mut sums: Vec<(Kind, Grade)> = Vec::new();
    let mut misses = Vec::new();
    for document in documents(folder, true).unwrap() {
        let (grades, missed) = grade(&document.truth, document.summary.as_ref(), &document.analysis);
        misses.extend(missed.into_iter().map(|miss| (document.truth.document.clone(), miss)));
        for (kind, grade) in grades {
            match sums.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => sum.add(grade),
                None => sums.push((kind, grade)),
            }
        }
    }
    println!("{}", table("all", &sums));
    for (kind, least) in LEAST {
        let grade = sums.iter().find(|(known, _)| *known == kind).unwrap().1;
        let of_kind: Vec<_> = misses.iter().filter(|(_, miss)| miss.kind == kind).collect();
        assert!(grade.f1() >= least, "{kind}: F1 {:.3} is below {least}: {of_kind:#?}", grade.f1());
    }
}
