use domain::{Organisation, Representative};

/// An organisation in the order of the caption: name, ОГРН, ИНН, address, telephone, self-regulatory organisation.
/// What is empty is left out; all empty gives an empty line.
pub fn organisation_line(organisation: &Organisation) -> String {
    let Organisation { name, ogrn, inn, address, phone, sro } = organisation;
    join([
        name.trim().to_owned(),
        labelled("ОГРН", ogrn),
        labelled("ИНН", inn),
        address.trim().to_owned(),
        labelled("тел.", phone),
        sro.trim().to_owned(),
    ])
}

/// A representative in the order of the caption: position and name, number in the national register of specialists,
/// order, organisation. What is empty is left out.
pub fn representative_line(representative: &Representative) -> String {
    let Representative { position, name, register_number, order, organisation } = representative;
    join([
        [position.trim(), name.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        labelled("НРС", register_number),
        order.trim().to_owned(),
        organisation.trim().to_owned(),
    ])
}

/// A number without letters says nothing in a row of numbers, so it gets its label; one that brings words of its own
/// («ОГРНИП …», «НОСТРОЙ С-77-…», «факс …») is printed as given.
fn labelled(label: &str, value: &str) -> String {
    let value = value.trim();
    let speaks = value.split_whitespace().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    match value {
        "" => String::new(),
        _ if speaks => value.to_owned(),
        _ => format!("{label} {value}"),
    }
}

fn join(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_labels_only_when_bare() {
        let organisation = Organisation {
            name: "ООО «Пример»".into(),
            ogrn: "1000000000001".into(),
            inn: "ИНН 7700000001".into(),
            phone: "+7 (000) 000-00-00".into(),
            ..Organisation::default()
        };
        assert_eq!(
            organisation_line(&organisation),
            "ООО «Пример», ОГРН 1000000000001, ИНН 7700000001, тел. +7 (000) 000-00-00"
        );
        let entrepreneur = Organisation { ogrn: "ОГРНИП 300000000000001".into(), ..Organisation::default() };
        assert_eq!(organisation_line(&entrepreneur), "ОГРНИП 300000000000001");
        assert_eq!(organisation_line(&Organisation::default()), "");
    }

    #[test]
    fn a_representative_follows_the_caption() {
        let representative = Representative {
            position: "Инженер строительного контроля".into(),
            name: "Образцов О.О.".into(),
            register_number: "С-00-000000".into(),
            order: "приказ № 1-П от 01.02.2025".into(),
            organisation: "ООО «Пример»".into(),
        };
        assert_eq!(
            representative_line(&representative),
            "Инженер строительного контроля Образцов О.О., НРС С-00-000000, приказ № 1-П от 01.02.2025, ООО «Пример»"
        );
    }
}
