use super::element::{Part, date, text, within};
use crate::party::bare_number;
use domain::{Act, Organisation, Representative};

/// Lengths of ОГРН and ОГРНИП, and of ИНН, in digits.
const OGRN: [usize; 2] = [13, 15];
const INN: [usize; 2] = [10, 12];

/// A firm or an entrepreneur and its self-regulatory organisation, inside of `organization` or `organizationInfo`; nothing
/// when the act has a phrase in its place.
pub(super) fn organisation(organisation: &Organisation) -> Vec<Part> {
    let Organisation { name, ogrn, inn, address, phone, sro, sro_ogrn, sro_inn, phrase } = organisation;
    if !phrase.is_empty() {
        return Vec::new();
    }
    let address = within("ct:address", [text("ct:stringAddress", address)]);
    let contact = within("ct:contactInfo", [text("ct:phone", phone)]);
    let inn = number("ct:inn", inn, INN);
    let whole = match entrepreneur(organisation) {
        Some(name) => {
            let numbers = [address, number("ct:ogrnip", ogrn, OGRN), inn, contact];
            within("ct:individualEntrepreneur", full_name(name).into_iter().chain(numbers))
        }
        None => within("ct:legalEntity", [text("ct:name", name), number("ct:ogrn", ogrn, OGRN), inn, address, contact]),
    };
    let numbers = [number("ct:inn", sro_inn, INN), number("ct:ogrn", sro_ogrn, OGRN)];
    vec![whole, within("ct:sro", [text("ct:name", sro)].into_iter().chain(numbers))]
}

/// The same inside of `organizationInfo`.
pub(super) fn organisation_info(of: &Organisation) -> Part {
    within("ct:organizationInfo", organisation(of))
}

/// Only the name: that of a firm is text, that of an entrepreneur in three.
pub(super) fn short(organisation: &Organisation) -> Part {
    match entrepreneur(organisation) {
        Some(name) => within("ct:individualEntrepreneur", full_name(name)),
        None => text("ct:legalEntity", &organisation.name),
    }
}

/// `organization` with all that is known of it, or with its name when that is all. The prefix says whose namespace it is.
pub(super) fn full_or_short(prefix: &str, organisation: &Organisation) -> Part {
    let inside = if organisation.ogrn.trim().is_empty() {
        within(&format!("{prefix}shortOrganizationInfo"), [short(organisation)])
    } else {
        within(&format!("{prefix}fullOrganizationInfo"), [organisation_info(organisation)])
    };
    within(&format!("{prefix}organization"), [inside])
}

/// The party of the act that a text names, by its name or its ОГРН; else what the text tells.
pub(super) fn named(act: &Act, text: &str) -> Organisation {
    let text = text.trim();
    let is_named = |party: &&Organisation| {
        party.phrase.is_empty()
            && (party.name.trim() == text
                || digits(&party.ogrn, OGRN).is_some_and(|number| digits(text, OGRN) == Some(number)))
    };
    let party = [&act.developer, &act.builder, &act.designer].into_iter().flatten().find(is_named);
    match party.filter(|_| !text.is_empty()) {
        Some(party) => party.clone(),
        None => told(text),
    }
}

/// «ООО «Пример», ОГРН 1000000000001, ИНН 7700000001, address», as project files give it; other text is all name.
fn told(text: &str) -> Organisation {
    let (name, rest) = text.split_once(", ОГРН").unwrap_or((text, ""));
    let Some(ogrn) = digits(rest, OGRN) else {
        return Organisation { name: text.to_owned(), ..Organisation::default() };
    };
    let of_inn = rest.split_once("ИНН").map(|(_, of_inn)| of_inn);
    let inn = of_inn.and_then(|of_inn| digits(of_inn, INN)).unwrap_or_default();
    let address = of_inn.unwrap_or(rest).split_once(", ").map_or("", |(_, address)| address);
    Organisation {
        name: name.to_owned(),
        ogrn: ogrn.to_owned(),
        inn: inn.to_owned(),
        address: address.to_owned(),
        ..Organisation::default()
    }
}

/// A representative, unless the act has a phrase in their place.
pub(super) fn present(who: &Representative) -> Option<&Representative> {
    Some(who).filter(|who| who.phrase.is_empty())
}

/// Name, position and the order that gives the powers.
pub(super) fn person(who: &Representative) -> Vec<Part> {
    let name = if who.full_name.trim().is_empty() { &who.name } else { &who.full_name };
    let order = within(
        "ct:administrativeDocument",
        [
            text("ct:name", &who.order),
            text("ct:number", bare_number(&who.order_number)),
            date("ct:date", who.order_date),
            // Their spelling; it stands only where the powers begin on another day than that of the order.
            date("ct:beginingDate", who.valid_from.filter(|from| Some(*from) != who.order_date)),
            date("ct:expirationDate", who.valid_to),
        ],
    );
    full_name(name).into_iter().chain([text("ct:position", &who.position), order]).collect()
}

/// The same with the number in the national register of specialists.
pub(super) fn specialist(who: &Representative) -> Vec<Part> {
    let mut parts = person(who);
    parts.push(text("ct:specialistIdNumber", &who.register_number));
    parts
}

/// Surname, name and patronymic, or their initials: «Образцов О.О.», «О. О. Образцов».
fn full_name(name: &str) -> [Part; 3] {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if words.first().is_some_and(|word| word.ends_with('.')) && words.last().is_some_and(|word| !word.ends_with('.')) {
        words.rotate_right(1);
    }
    let (last, given) = words.split_first().map_or(("", &[][..]), |(last, given)| (*last, given));
    let (first, rest) = given.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let (first, middle) = match initials(first).filter(|_| rest.is_empty()) {
        Some((first, middle)) => (first, middle.to_owned()),
        None => (first, rest.join(" ")),
    };
    [text("ct:lastName", last), text("ct:firstName", first), text("ct:middleName", &middle)]
}

/// «О.О.» is two initials.
fn initials(word: &str) -> Option<(&str, &str)> {
    let (first, middle) = word.split_at(word.find('.')? + 1);
    let is_initial = |part: &str| {
        let letters = part.strip_suffix('.').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(char::is_alphabetic)
    };
    (is_initial(first) && is_initial(middle)).then_some((first, middle))
}

/// The name of an individual entrepreneur without «ИП»; none of a firm.
fn entrepreneur(organisation: &Organisation) -> Option<&str> {
    let name = organisation.name.trim();
    let stripped = ["ИП ", "Индивидуальный предприниматель "].iter().find_map(|prefix| name.strip_prefix(prefix));
    stripped.or_else(|| organisation.is_entrepreneur().then_some(name))
}

/// A number of a register, without words such as «ОГРН» beside it; as it stands when it has not the length of one.
fn number(name: &str, value: &str, lengths: [usize; 2]) -> Part {
    text(name, digits(value, lengths).unwrap_or(value))
}

fn digits(text: &str, lengths: [usize; 2]) -> Option<&str> {
    text.split(|sign: char| !sign.is_ascii_digit()).find(|run| lengths.contains(&run.len()))
}
