//! Sections of specifications, rows that go on, sums, second numberings, and what like rows add up to.

use super::{RawRow, measure};
use crate::lines::{fold, join_wrapped};
use domain::{SpecificationRow, SpecificationTotal};

/// Gives every row its section, joins what goes on over rows and sheets, and takes second numberings off the names.
pub(crate) fn finish(raw: Vec<RawRow>) -> Vec<SpecificationRow> {
    let mut rows: Vec<SpecificationRow> = Vec::new();
    let mut section = String::new();
    let mut table = None;
    // Whether the row above is a thing that may go on in this one.
    let mut open = false;
    let mut head = Head::default();
    // Whether the row above named a section, whose name may go on in this one.
    let mut named = false;
    for RawRow { row, table: own, begins } in raw {
        if table != Some(own) {
            // A table that begins anew has sections of its own, unless it is the next sheet of the same specification.
            if begins && row.form == domain::SpecificationForm::Drawing {
                section.clear();
            }
            open &= !begins;
            table = Some(own);
        }
        let bare = row.position.is_empty() && row.unit.is_empty() && row.quantity.is_none() && row.code.is_empty();
        if bare && open && goes_on(rows.last(), &row) {
            if let Some(last) = rows.last_mut() {
                append(last, row);
            }
            continue;
        }
        if bare && row.mark_or_type.is_empty() && row.maker.is_empty() && row.mass_kg.is_none() {
            let name = row.name.trim_end_matches(':');
            section = if named && name.starts_with(char::is_lowercase) {
                join_wrapped([section.as_str(), name])
            } else {
                name.to_owned()
            };
            (open, named) = (false, true);
            continue;
        }
        if takes_number(rows.last(), &row, open)
            && let Some(last) = rows.last_mut()
        {
            append(last, row);
            continue;
        }
        (open, named) = (true, false);
        let mut row = finished(row, &section);
        head.take(&mut row);
        rows.push(row);
    }
    number_names(&mut rows);
    rows
}

/// Takes a second numbering off names that positions do not agree with, where it runs on from row to row.
fn number_names(rows: &mut [SpecificationRow]) {
    let numbers: Vec<Option<u32>> = rows
        .iter()
        .map(|row| {
            let known = row.item_number.clone().or_else(|| second_number(&row.name).map(|(number, _)| number));
            known.and_then(|number| number.parse().ok())
        })
        .collect();
    let runs = |at: usize, number: u32| {
        let before = at.checked_sub(1).and_then(|before| numbers.get(before)).copied().flatten();
        let after = numbers.get(at + 1).copied().flatten();
        before.is_some_and(|before| before + 1 == number) || after == Some(number + 1)
    };
    let any = numbers.iter().enumerate().any(|(at, number)| number.is_some_and(|number| runs(at, number)));
    for (at, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.item_number.is_none()) {
        let Some((number, name)) = second_number(&row.name) else { continue };
        // A section of one row has its «1.» alone.
        let alone = any && number == "1";
        if alone || numbers.get(at).copied().flatten().is_some_and(|number| runs(at, number)) {
            row.item_number = Some(number);
            row.name = name;
        }
    }
}

/// What rows of mere sizes stand under: «Труба медная», under it «Ø6,35», «Ø9,52».
#[derive(Default)]
struct Head {
    name: String,
    section: String,
}

impl Head {
    /// Gives a row of a size its full name; any other becomes the head of those that follow.
    fn take(&mut self, row: &mut SpecificationRow) {
        let folded = fold(&row.name);
        if let Some(size) =
            folded.strip_prefix("то же").filter(|_| !self.name.is_empty() && self.section == row.section)
        {
            // The size as written, behind «то же,».
            let letters = row.name.chars().count() - size.trim_start_matches([',', ' ']).chars().count();
            let size: String = row.name.chars().skip(letters).collect();
            row.full_name = Some(join_wrapped([self.name.as_str(), size.as_str()]));
            return;
        }
        let sized = row.name.is_empty() || is_size(&row.name);
        if sized && self.section != row.section && !row.section.is_empty() && !row.name.is_empty() {
            // What stood alone over mere sizes is their head, though it looks like a section.
            self.name = without_size(&row.section);
            self.section.clone_from(&row.section);
        }
        if sized && !self.name.is_empty() && self.section == row.section {
            row.full_name = Some(join_wrapped([self.name.as_str(), row.name.as_str()]));
        } else if !row.is_sum {
            self.name = without_size(&row.name);
            self.section.clone_from(&row.section);
        }
    }
}

/// Whether a name is a size and no more: «Ø9,52», «Ø25/Ø20», «51х1,5 г/к», «Для труб Ø6,35», «DN 50».
fn is_size(name: &str) -> bool {
    let rest = fold(name);
    let rest = rest.strip_prefix("для труб").unwrap_or(&rest).trim();
    let figures = rest.chars().filter(char::is_ascii_digit).count();
    let letters = rest.chars().filter(|letter| letter.is_alphabetic() && !"хxø∅dду".contains(*letter)).count();
    let begins =
        rest.starts_with(|letter: char| letter.is_ascii_digit() || "ø∅⌀d�".contains(letter)) || rest.starts_with("ду");
    figures > 0 && letters <= 3 && begins
}

/// A name without the size at its end.
fn without_size(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_sign = |word: &str| ["ø", "∅", "⌀", "ду", "dn", "d"].contains(&fold(word).as_str());
    let end = words.iter().rposition(|word| !is_size(word) && !is_sign(word)).map_or(words.len(), |at| at + 1);
    words.get(..end).unwrap_or_default().join(" ")
}

fn finished(mut row: SpecificationRow, section: &str) -> SpecificationRow {
    section.clone_into(&mut row.section);
    let folded = fold(&row.name);
    row.is_sum = ["итого", "всего", "общая масса", "общий вес"].iter().any(|beginning| folded.starts_with(beginning));
    if row.measure.is_none() {
        row.measure = measure(&row.unit).map(str::to_owned);
    }
    if let Some((number, name)) = second_number(&row.name) {
        // «12. Кран» under position 12, or without any: the name is the crane's. «3. этаж» has a small letter.
        let agrees = row.position.is_empty() || row.position == number || row.position.ends_with(&format!(".{number}"));
        if agrees {
            row.item_number = Some(number);
            row.name = name;
        }
    }
    row
}

/// Whether a row without position and figures reads on from the row above.
fn goes_on(last: Option<&SpecificationRow>, row: &SpecificationRow) -> bool {
    let Some(last) = last else { return false };
    let small = |text: &str| {
        text.starts_with(|letter: char| letter.is_lowercase() || "(,–-".contains(letter) || letter.is_ascii_digit())
    };
    let cut = last.name.ends_with(['-', ',', '(']) || last.name.ends_with(" с") || last.name.ends_with(" и");
    match (row.name.is_empty(), row.mark_or_type.is_empty() && row.maker.is_empty()) {
        (false, true) => small(&row.name) || cut,
        (true, _) => true,
        (false, false) => small(&row.name) || cut,
    }
}

/// Whether the figures of the row above stand in this one: a name over several ruled rows with its quantity at the last.
fn takes_number(last: Option<&SpecificationRow>, row: &SpecificationRow, open: bool) -> bool {
    open && row.position.is_empty()
        && row.quantity.is_some()
        && last.is_some_and(|last| {
            last.quantity.is_none()
                && !last.position.is_empty()
                && (row.name.is_empty() || row.name.starts_with(char::is_lowercase))
        })
}

fn append(last: &mut SpecificationRow, row: SpecificationRow) {
    for (to, more) in [
        (&mut last.name, &row.name),
        (&mut last.mark_or_type, &row.mark_or_type),
        (&mut last.maker, &row.maker),
        (&mut last.note, &row.note),
        (&mut last.unit, &row.unit),
    ] {
        if !more.is_empty() {
            *to = join_wrapped([to.as_str(), more.as_str()]);
        }
    }
    last.quantity = last.quantity.or(row.quantity);
    last.mass_kg = last.mass_kg.or(row.mass_kg);
    last.measure = last.measure.take().or(row.measure);
    // Evidence stands on one page; what goes on overleaf is shown where it begins.
    if last.evidence.page == row.evidence.page {
        last.evidence.boxes.extend(row.evidence.boxes);
        last.evidence.quote = format!("{} {}", last.evidence.quote, row.evidence.quote);
    }
}

/// «12» and «Кран шаровой» of «12. Кран шаровой» or «12.Кран шаровой».
fn second_number(name: &str) -> Option<(String, String)> {
    let end = name.find(|letter: char| !letter.is_ascii_digit()).filter(|end| (1..=3).contains(end))?;
    let (number, rest) = name.split_at_checked(end)?;
    let rest = rest.strip_prefix(['.', ')'])?.trim_start();
    (rest.starts_with(char::is_uppercase) || fold(rest).starts_with("то же"))
        .then(|| (number.to_owned(), rest.to_owned()))
}

/// Like rows added up: the same name, mark and unit, wherever they stand. Only what stands in more than one row.
pub(crate) fn totals(rows: &[SpecificationRow]) -> Vec<SpecificationTotal> {
    let mut sums: Vec<SpecificationTotal> = Vec::new();
    let mut keys: std::collections::HashMap<(String, String, String), usize> = std::collections::HashMap::new();
    for row in rows.iter().filter(|row| !row.is_sum) {
        let (Some(quantity), Some(measure)) = (row.quantity, row.measure.as_ref()) else { continue };
        let key = (fold(&row.name), fold(&row.mark_or_type), measure.clone());
        let at = *keys.entry(key).or_insert(sums.len());
        if at == sums.len() {
            sums.push(SpecificationTotal {
                name: row.name.clone(),
                mark_or_type: row.mark_or_type.clone(),
                measure: measure.clone(),
                quantity: 0.0,
                rows: 0,
                pages: Vec::new(),
            });
        }
        if let Some(sum) = sums.get_mut(at) {
            // Decimal fractions of drawings have three places at most.
            sum.quantity = ((sum.quantity + quantity) * 1000.0).round() / 1000.0;
            sum.rows += 1;
            if !sum.pages.contains(&row.evidence.page) {
                sum.pages.push(row.evidence.page);
            }
        }
    }
    sums.retain(|sum| sum.rows > 1);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_from_names() {
        for size in ["Ø9,52", "∅ 25", "Ø25/Ø20/Ø25", "51х1,5 г/к", "Для труб Ø6,35", "Ду 50"] {
            assert!(is_size(size), "{size}");
        }
        for name in ["Труба Ø25", "16 А500С ГОСТ 34028-2016", "Кран", ""] {
            assert!(!is_size(name), "{name}");
        }
        assert_eq!(without_size("Отвод 90° PPR Ø20"), "Отвод 90° PPR");
        assert_eq!(without_size("Труба PPR SDR11 Ø 20"), "Труба PPR SDR11");
    }

    #[test]
    fn a_second_numbering_comes_off() {
        for (name, number, rest) in [("12. Кран шаровой", "12", "Кран шаровой"), ("7.Воздушник", "7", "Воздушник")]
        {
            assert_eq!(second_number(name), Some((number.to_owned(), rest.to_owned())), "{name}");
        }
        for name in ["10.9 Болт", "3х2,5 Кабель", "Кран", "16.5", "1. этаж"] {
            assert_eq!(second_number(name), None, "{name}");
        }
    }
}
