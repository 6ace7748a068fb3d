use crate::{Grade, Kind};
use std::fmt::Write;

/// The grades as a table for reading: kind, right, missed, made up, precision, recall, F1.
pub fn table(title: &str, grades: &[(Kind, Grade)]) -> String {
    let mut text = format!(
        "{title}\n  {:<24}{:>7}{:>8}{:>9}{:>11}{:>8}{:>8}\n",
        "kind", "right", "missed", "made up", "precision", "recall", "F1"
    );
    for kind in Kind::ALL {
        let Some((_, grade)) = grades.iter().find(|(known, grade)| *known == kind && !grade.is_empty()) else {
            continue;
        };
        // Writing into a string cannot fail.
        let written = writeln!(
            text,
            "  {kind:<24}{:>7}{:>8}{:>9}{:>11.3}{:>8.3}{:>8.3}",
            grade.right,
            grade.missed,
            grade.made_up,
            grade.precision(),
            grade.recall(),
            grade.f1()
        );
        debug_assert!(written.is_ok());
    }
    text
}
