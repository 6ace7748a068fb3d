use crate::finish::slots::alike;
use domain::Act;
use forms::{Block, act_form};

/// A field that differs between two editions of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Label of the field, as the form prints it.
    pub label: String,
    /// What stood in it.
    pub before: String,
    /// What stands in it.
    pub after: String,
}

/// What became of an act between two editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActChange {
    /// It is new.
    Added {
        /// Its number.
        number: String,
        /// Item 1.
        works: String,
    },
    /// It is there no more.
    Removed {
        /// Its number.
        number: String,
        /// Item 1.
        works: String,
    },
    /// It differs.
    Changed {
        /// Its number now.
        number: String,
        /// Where it differs.
        fields: Vec<FieldChange>,
    },
    /// It would differ, and stays as it is: it is signed.
    Locked {
        /// Its number.
        number: String,
    },
}

/// What differs between two editions of the acts of a set, in the order of the later one; what was removed comes last.
pub fn changes(before: &[Act], after: &[Act]) -> Vec<ActChange> {
    let mut old: Vec<Option<&Act>> = before.iter().map(Some).collect();
    let mut found = Vec::new();
    for act in after {
        let place = |same: &dyn Fn(&Act) -> bool| old.iter().position(|known| known.is_some_and(same));
        let same_work = |known: &Act| alike(&known.works) == alike(&act.works);
        let place = place(&|known| known.number == act.number && same_work(known))
            .or_else(|| place(&same_work))
            .or_else(|| place(&|known| known.number == act.number));
        let known = place.and_then(|place| old.get_mut(place)).and_then(Option::take);
        match known {
            None => found.push(ActChange::Added { number: act.number.clone(), works: act.works.clone() }),
            Some(known) => found.extend(change(&act.number, known, act)),
        }
    }
    let removed = old.into_iter().flatten();
    found.extend(removed.map(|act| ActChange::Removed { number: act.number.clone(), works: act.works.clone() }));
    found
}

/// What differs between acts and the same acts, in the same order, after they were edited: numbers and works may both be others.
pub fn changes_in_place(before: &[Act], after: &[Act]) -> Vec<ActChange> {
    before.iter().zip(after).filter_map(|(before, after)| change(&before.number, before, after)).collect()
}

/// What became of an act, told under this number; none of one that is as it was.
fn change(number: &str, before: &Act, after: &Act) -> Option<ActChange> {
    let (number, fields) = (number.to_owned(), field_changes(before, after));
    match after.signed {
        _ if fields.is_empty() => None,
        true => Some(ActChange::Locked { number }),
        false => Some(ActChange::Changed { number, fields }),
    }
}

fn field_changes(before: &Act, after: &Act) -> Vec<FieldChange> {
    let (old, new) = (fields(before), fields(after));
    let mut found = Vec::new();
    let mut gone: Vec<bool> = vec![true; old.len()];
    for (label, value) in &new {
        let place = old.iter().position(|(known, _)| known == label);
        if let Some(seen) = place.and_then(|place| gone.get_mut(place)) {
            *seen = false;
        }
        let was = place.and_then(|place| old.get(place)).map(|(_, value)| value.as_str()).unwrap_or_default();
        if was != value {
            found.push(FieldChange { label: label.clone(), before: was.to_owned(), after: value.clone() });
        }
    }
    for ((label, value), gone) in old.into_iter().zip(gone) {
        if gone && !value.is_empty() {
            found.push(FieldChange { label, before: value, after: String::new() });
        }
    }
    found
}

/// What the form prints, label by label. Signatures repeat the representatives.
fn fields(act: &Act) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for block in act_form(act).blocks {
        match block {
            Block::NumberDate { number, date, .. } => {
                fields.push(("Номер акта".to_owned(), number));
                fields.push(("Дата акта".to_owned(), date));
            }
            Block::Field { label, rows, .. } => {
                let values: Vec<String> =
                    rows.into_iter().map(|row| row.value).filter(|value| !value.is_empty()).collect();
                fields.push((label, values.join("; ")));
            }
            Block::Dates { lines, .. } => fields.extend(lines.into_iter().map(|line| (line.label, line.date))),
            Block::Table { sections, .. } => {
                let rows = sections.into_iter().flat_map(|section| section.cells).map(|cells| cells.join(" · "));
                fields.push(("Реестр (приложение к акту)".to_owned(), rows.collect::<Vec<_>>().join("; ")));
            }
            Block::Origin { .. }
            | Block::Title { .. }
            | Block::Text { .. }
            | Block::Signature { .. }
            | Block::Qr { .. }
            | Block::PageBreak
            | Block::Facts { .. } => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ActDate, Representative};

    fn act(number: &str, works: &str) -> Act {
        Act { number: number.to_owned(), works: works.to_owned(), ..Act::default() }
    }

    #[test]
    fn a_changed_order_shows_in_every_unsigned_act() {
        let with = |order: &str, act: Act| {
            let mut act = act;
            act.representatives.builder = Some(Representative {
                name: "Образцов О.О.".to_owned(),
                order: order.to_owned(),
                ..Representative::default()
            });
            act
        };
        let signed = Act { signed: true, ..act("2", "Б") };
        let before = [with("приказ № 1", act("1", "А")), with("приказ № 1", signed.clone())];
        let after = [with("приказ № 2", act("1", "А")), with("приказ № 2", signed)];
        let found = changes(&before, &after);
        assert_eq!(found.len(), 2);
        let ActChange::Changed { number, fields } = &found[0] else { panic!("{found:?}") };
        assert_eq!(number, "1");
        assert_eq!(
            fields[..],
            [FieldChange {
                label: "Представитель лица, осуществляющего строительство, реконструкцию, капитальный ремонт"
                    .to_owned(),
                before: "Образцов О.О., приказ № 1".to_owned(),
                after: "Образцов О.О., приказ № 2".to_owned(),
            }]
        );
        assert_eq!(found[1], ActChange::Locked { number: "2".to_owned() });
    }

    #[test]
    fn acts_are_known_again_by_work_or_number() {
        let date = Some(ActDate { year: 2025, month: 10, day: 7 });
        let before = [act("1-КЖ", "А"), act("2-КЖ", "Б"), act("3-КЖ", "В")];
        let after = [Act { date, ..act("1/К9", "а.") }, act("2-КЖ", "Б2"), act("4-КЖ", "Г")];
        let found = changes(&before, &after);
        let kinds: Vec<String> = found
            .iter()
            .map(|change| match change {
                ActChange::Added { number, .. } => format!("+{number}"),
                ActChange::Removed { number, .. } => format!("-{number}"),
                ActChange::Changed { number, fields } => format!("{number}:{}", fields.len()),
                ActChange::Locked { number } => format!("={number}"),
            })
            .collect();
        assert_eq!(kinds, ["1/К9:3", "2-КЖ:1", "+4-КЖ", "-3-КЖ"]);
    }

    #[test]
    fn edited_acts_are_the_same_acts_under_another_number_and_name() {
        let found = changes_in_place(&[act("1", "А"), act("2", "Б")], &[act("1а", "Аа"), act("2", "Б")]);
        let [ActChange::Changed { number, fields }] = &found[..] else { panic!("{found:?}") };
        assert_eq!((number.as_str(), fields.len(), fields[0].after.as_str()), ("1", 2, "1а"));
    }

    #[test]
    fn equal_acts_have_no_changes() {
        assert_eq!(changes(&[act("1", "А")], &[act("1", "А")]), []);
    }
}
