use crate::block::FieldRow;
use crate::party::{order_line, person_line};
use domain::{Organisation, Representative};

/// The rows of a field whose caption has several parts, each with its own ruled line in the order. A part that does not
/// apply (`None`) has no line when another has: its caption joins that of the line after it, or else of the line before.
/// So all of the caption is printed, and no line is left blank that nobody is to fill.
pub(crate) fn rows<'c>(parts: impl IntoIterator<Item = (Option<String>, &'c str)>) -> Vec<FieldRow> {
    let mut rows: Vec<FieldRow> = Vec::new();
    let mut waiting = String::new();
    for (value, caption) in parts {
        match (value, rows.last_mut()) {
            (Some(value), _) => rows.push(FieldRow { value, caption: joined(&std::mem::take(&mut waiting), caption) }),
            (None, Some(row)) => row.caption = joined(&row.caption, caption),
            (None, None) => waiting = joined(&waiting, caption),
        }
    }
    if rows.is_empty() {
        rows.push(FieldRow { value: String::new(), caption: waiting });
    }
    rows
}

/// The rows of a field with one value: all blank lines of the order while it is empty, one line else.
pub(crate) fn value_rows(value: String, captions: &[&str]) -> Vec<FieldRow> {
    if captions.is_empty() {
        return vec![FieldRow { value, caption: String::new() }];
    }
    if value.trim().is_empty() {
        return rows(captions.iter().map(|caption| (Some(String::new()), *caption)));
    }
    rows(captions.iter().enumerate().map(|(index, caption)| ((index == 0).then(|| value.clone()), *caption)))
}

/// A party: `captions` are those of the entrepreneur, the legal entity, the self-regulatory organisation and, where the
/// form has it, the natural person.
pub(crate) fn organisation_rows(organisation: Option<&Organisation>, captions: &[&str]) -> Vec<FieldRow> {
    let Some(organisation) = organisation else { return value_rows(String::new(), captions) };
    if !organisation.phrase.is_empty() {
        return value_rows(organisation.phrase.clone(), captions);
    }
    let own =
        Organisation { sro: String::new(), sro_ogrn: String::new(), sro_inn: String::new(), ..organisation.clone() };
    let own = crate::organisation_line(&own);
    let sro = crate::party::sro_line(organisation);
    let values =
        if organisation.is_entrepreneur() { [Some(own), None, Some(sro)] } else { [None, Some(own), Some(sro)] };
    rows(captions.iter().enumerate().map(|(index, caption)| (values.get(index).cloned().flatten(), *caption)))
}

/// How a form divides what it asks of a representative.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonParts {
    /// All in one line.
    Together,
    /// Person, order.
    OrderApart,
    /// Person, order, organisation where control is by contract, entrepreneur.
    OrderAndContractor,
    /// Person with order, organisation, entrepreneur.
    Organisation,
}

/// A representative.
pub(crate) fn representative_rows(
    who: Option<&Representative>,
    parts: PersonParts,
    captions: &[&str],
) -> Vec<FieldRow> {
    let Some(who) = who else { return value_rows(String::new(), captions) };
    if !who.phrase.is_empty() {
        return value_rows(who.phrase.clone(), captions);
    }
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let organisation = given(&who.organisation);
    let entrepreneur = organisation.as_deref().is_some_and(|text| text.contains("ОГРНИП"));
    let (legal, own) = if entrepreneur { (None, organisation) } else { (organisation, None) };
    let (person, order) = (person_line(who), order_line(who));
    let both =
        [person.clone(), order.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let values = match parts {
        PersonParts::Together => vec![Some(crate::representative_line(who))],
        PersonParts::OrderApart => vec![Some(person), Some(order)],
        PersonParts::OrderAndContractor => vec![Some(person), Some(order), legal, own],
        PersonParts::Organisation if own.is_some() => vec![Some(both), None, own],
        PersonParts::Organisation => vec![Some(both), Some(legal.unwrap_or_default()), None],
    };
    rows(captions.iter().enumerate().map(|(index, caption)| (values.get(index).cloned().flatten(), *caption)))
}

fn joined(one: &str, other: &str) -> String {
    if one.is_empty() { other.to_owned() } else { format!("{one} {other}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[FieldRow]) -> Vec<(&str, &str)> {
        rows.iter().map(|row| (row.value.as_str(), row.caption.as_str())).collect()
    }

    #[test]
    fn a_blank_field_has_a_line_for_each_part_of_its_caption() {
        assert_eq!(shown(&value_rows(String::new(), &["(а,", "б)"])), [("", "(а,"), ("", "б)")]);
        assert_eq!(shown(&value_rows("В".to_owned(), &["(а,", "б)"])), [("В", "(а, б)")]);
        assert_eq!(shown(&value_rows(String::new(), &[])), [("", "")]);
    }

    #[test]
    fn a_legal_entity_without_its_sro_has_a_blank_line_there_and_none_for_entrepreneurs() {
        let organisation = Organisation { name: "ООО «А»".to_owned(), ..Organisation::default() };
        let rows = organisation_rows(Some(&organisation), &["(ип,", "юл,", "сро;", "фл)"]);
        assert_eq!(shown(&rows), [("ООО «А»", "(ип, юл,"), ("", "сро; фл)")]);
        let entrepreneur = Organisation {
            name: "ИП Образцов О.О.".to_owned(),
            ogrn: "300000000000001".to_owned(),
            ..Organisation::default()
        };
        let rows = organisation_rows(Some(&entrepreneur), &["(ип,", "юл,", "сро)"]);
        assert_eq!(shown(&rows), [("ИП Образцов О.О., ОГРНИП 300000000000001", "(ип, юл,"), ("", "сро)")]);
    }

    #[test]
    fn a_phrase_stands_alone() {
        let nobody = Representative { phrase: "Не участвует".to_owned(), ..Representative::default() };
        let rows = representative_rows(Some(&nobody), PersonParts::Organisation, &["(кто,", "орг,", "ип)"]);
        assert_eq!(shown(&rows), [("Не участвует", "(кто, орг, ип)")]);
    }
}
