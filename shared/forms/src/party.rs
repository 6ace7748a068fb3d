use domain::{Organisation, Representative};

/// An organisation in the order of the caption: name, ОГРН, ИНН, address, telephone, self-regulatory organisation.
/// What is empty is left out; all empty gives an empty line.
pub fn organisation_line(organisation: &Organisation) -> String {
    let Organisation { name, ogrn, inn, address, phone, phrase, .. } = organisation;
    if !phrase.is_empty() {
        return phrase.clone();
    }
    join([
        name.trim().to_owned(),
        labelled(if organisation.is_entrepreneur() { "ОГРНИП" } else { "ОГРН" }, ogrn),
        labelled("ИНН", inn),
        address.trim().to_owned(),
        labelled("тел.", phone),
        sro_line(organisation),
    ])
}

/// The self-regulatory organisation: name, ОГРН, ИНН.
pub(crate) fn sro_line(organisation: &Organisation) -> String {
    let Organisation { sro, sro_ogrn, sro_inn, .. } = organisation;
    join([sro.trim().to_owned(), labelled("ОГРН", sro_ogrn), labelled("ИНН", sro_inn)])
}

/// A representative in the order of the caption: position and name, number in the national register of specialists,
/// order, organisation. What is empty is left out.
pub fn representative_line(representative: &Representative) -> String {
    if !representative.phrase.is_empty() {
        return representative.phrase.clone();
    }
    let organisation = representative.organisation.trim().to_owned();
    join([person_line(representative), order_line(representative), organisation])
}

/// Position, name and number in the national register of specialists.
pub(crate) fn person_line(representative: &Representative) -> String {
    let Representative { position, name, register_number, .. } = representative;
    join([
        [position.trim(), name.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        labelled("НРС", register_number),
    ])
}

/// A number without its «№».
pub(crate) fn bare_number(number: &str) -> &str {
    number.trim().trim_start_matches('№').trim_start()
}

/// The order that gives the powers: «приказ № 1-П от 22.08.2025 г.».
pub(crate) fn order_line(representative: &Representative) -> String {
    let Representative { order, order_number, order_date, .. } = representative;
    let number = bare_number(order_number);
    let number = if number.is_empty() { String::new() } else { format!("№ {number}") };
    let date = order_date.map(|date| format!("от {date} г.")).unwrap_or_default();
    let parts = [order.trim(), &number, &date];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What stands on the line of the name at the signature.
pub(crate) fn signed_name(representative: Option<&Representative>) -> String {
    let Some(who) = representative else { return String::new() };
    if who.phrase.is_empty() { who.name.trim().to_owned() } else { who.phrase.clone() }
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
            ..Representative::default()
        };
        assert_eq!(
            representative_line(&representative),
            "Инженер строительного контроля Образцов О.О., НРС С-00-000000, приказ № 1-П от 01.02.2025, ООО «Пример»"
        );
    }

    #[test]
    fn an_order_may_come_in_parts_or_whole() {
        let order_date = Some(domain::ActDate { year: 2025, month: 8, day: 22 });
        let parts = Representative {
            order: "приказ".into(),
            order_number: "№4-ГИП".into(),
            order_date,
            ..Representative::default()
        };
        assert_eq!(order_line(&parts), "приказ № 4-ГИП от 22.08.2025 г.");
        let whole = Representative { order: "доверенность б/н".into(), ..Representative::default() };
        assert_eq!(order_line(&whole), "доверенность б/н");
    }
}
