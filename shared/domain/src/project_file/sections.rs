use super::entries::document;
use super::toml_reading::Section;
use super::{
    ActDefaults, BundleDocument, BundleLayout, BundleOrder, BundleWishes, Dictionary, NumberMask, Numbering, Parties,
    Person, PhraseField, Role, Segment,
};
use crate::{ActDocumentKind, DocumentId, Organisation, Representative, Wording};
use std::collections::BTreeMap;

pub(super) fn parties(root: &Section<'_, '_>) -> Parties {
    let Some(section) = root.section("parties") else { return Parties::default() };
    let parties = Parties {
        developer: section.section("developer").map(organisation),
        builder: section.section("builder").map(organisation),
        designer: section.section("designer").map(organisation),
        performer: section.section("performer").map(organisation),
    };
    section.end();
    parties
}

fn organisation(section: Section<'_, '_>) -> Organisation {
    let mut organisation = Organisation {
        name: section.filled("name").unwrap_or_default(),
        ogrn: digits(&section, "ogrn", [13, 15]),
        inn: digits(&section, "inn", [10, 12]),
        address: section.filled("address").unwrap_or_default(),
        phone: section.filled("phone").unwrap_or_default(),
        ..Organisation::default()
    };
    if let Some(sro) = section.section("sro") {
        organisation.sro = sro.filled("name").unwrap_or_default();
        organisation.sro_ogrn = digits(&sro, "ogrn", [13, 13]);
        organisation.sro_inn = digits(&sro, "inn", [10, 10]);
        sro.end();
    }
    if section.get("name").is_none() {
        section.tell(&section.span, "у организации нет названия. Добавьте строку name = \"…\" или удалите раздел.");
    }
    section.end();
    organisation
}

/// A number of figures; one of another length is a slip of the pen.
fn digits(section: &Section<'_, '_>, key: &'static str, lengths: [usize; 2]) -> String {
    let Some(text) = section.filled(key) else { return String::new() };
    let good = text.bytes().all(|byte| byte.is_ascii_digit()) && lengths.contains(&text.len());
    if !good {
        let [short, long] = lengths;
        let wanted =
            if short == long { format!("{short} цифр") } else { format!("{short} или {long} цифр") };
        let span = section.get(key).map_or(section.span.clone(), toml::Spanned::span);
        section.tell(&span, format!("«{key}»: «{text}» — нужно {wanted} без пробелов. Сверьте с выпиской ЕГРЮЛ."));
    }
    text
}

pub(super) fn people(root: &Section<'_, '_>, parties: &Parties) -> Vec<Person> {
    let sections = root.sections("people");
    sections.into_iter().filter_map(|section| person(section, parties)).collect()
}

fn person(section: Section<'_, '_>, parties: &Parties) -> Option<Person> {
    let role = section.choice("role", &Role::ALL);
    let full_name = section.filled("name").unwrap_or_default();
    let mut who = Representative {
        position: section.filled("position").unwrap_or_default(),
        name: with_initials(&full_name),
        register_number: section.filled("register_number").unwrap_or_default(),
        organisation: organisation_of_person(&section, parties),
        valid_from: section.date("from"),
        valid_to: section.date("to"),
        ..Representative::default()
    };
    if who.name != full_name {
        who.full_name = full_name;
    }
    if let Some(order) = section.section("order") {
        who.order = order.filled("name").unwrap_or_default();
        who.order_number = order.filled("number").unwrap_or_default();
        who.order_date = order.date("date");
        order.end();
    }
    for (key, given) in [("role", role.is_some()), ("name", !who.name.is_empty())] {
        if !given && section.get(if key == "role" { "role" } else { "name" }).is_none() {
            section.tell(&section.span, format!("в разделе [[people]] нет ключа «{key}». Добавьте {key} = \"…\"."));
        }
    }
    if let (Some(from), Some(to)) = (who.valid_from, who.valid_to)
        && to < from
    {
        let span = section.get("from").map_or(section.span.clone(), toml::Spanned::span);
        section.tell(
            &span,
            format!("полномочия кончаются ({to}) раньше, чем начинаются ({from}). Исправьте from или to."),
        );
    }
    section.end();
    role.map(|role| Person { role, who })
}

/// The name of a party stands for what the acts print of it; other text is printed as it is.
fn organisation_of_person(section: &Section<'_, '_>, parties: &Parties) -> String {
    let Some(text) = section.filled("organisation") else { return String::new() };
    let (party, named) = match text.as_str() {
        "developer" => (&parties.developer, true),
        "builder" => (&parties.builder, true),
        "designer" => (&parties.designer, true),
        "performer" => (&parties.performer, true),
        _ => (&None, false),
    };
    match party {
        Some(party) => {
            let labelled = |label: &str, value: &str| {
                if value.is_empty() { String::new() } else { format!("{label} {value}") }
            };
            let ogrn = if party.is_entrepreneur() { "ОГРНИП" } else { "ОГРН" };
            let parts =
                [party.name.clone(), labelled(ogrn, &party.ogrn), labelled("ИНН", &party.inn), party.address.clone()];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        }
        None if named => {
            let span = section.get("organisation").map_or(section.span.clone(), toml::Spanned::span);
            section
                .tell(&span, format!("раздела [parties.{text}] нет. Добавьте его или впишите название организации."));
            String::new()
        }
        None => text,
    }
}

/// «Иванов И.И.» of «Иванов Иван Иванович»; what has initials already, or is one word, stays.
fn with_initials(full_name: &str) -> String {
    let words: Vec<&str> = full_name.split_whitespace().collect();
    let Some((surname, given)) = words.split_first() else { return String::new() };
    if given.is_empty() || full_name.contains('.') {
        return words.join(" ");
    }
    let begins_upper = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let initials: String = given
        .iter()
        .filter(|word| begins_upper(word))
        .filter_map(|word| word.chars().next())
        .map(|letter| format!("{letter}."))
        .collect();
    let rest = given.iter().filter(|word| !begins_upper(word)).map(|word| format!(" {word}")); // «оглы», «кызы»
    format!("{surname} {initials}{}", rest.collect::<String>()).trim_end().to_owned()
}

pub(super) fn numbering(root: &Section<'_, '_>) -> Numbering {
    let Some(section) = root.section("numbering") else { return Numbering::default() };
    let mask = section.filled("mask").and_then(|text| match NumberMask::parse(&text) {
        Ok(mask) => Some(mask),
        Err(message) => {
            let span = section.get("mask").map_or(section.span.clone(), toml::Spanned::span);
            section.tell(&span, format!("маска номера: {message}"));
            None
        }
    });
    let numbering = Numbering { mask, first: section.number("first", 1..=999_999), segments: segments(&section) };
    section.end();
    numbering
}

pub(super) fn segments(section: &Section<'_, '_>) -> BTreeMap<Segment, String> {
    let Some(segments) = section.section("segments") else { return BTreeMap::new() };
    let mut values = BTreeMap::new();
    for (name, span, value) in segments.own_pairs() {
        match Segment::named(&name) {
            Some(segment) => {
                values.insert(segment, value);
            }
            None => {
                let known: Vec<_> = Segment::ALL.iter().map(|(name, _)| format!("«{name}»")).collect();
                segments.tell(&span, format!("неизвестная часть номера «{name}». Возможны: {}.", known.join(", ")));
            }
        }
    }
    values
}

pub(super) fn defaults(root: &Section<'_, '_>) -> ActDefaults {
    let Some(section) = root.section("acts") else { return ActDefaults::default() };
    let wordings = [("344/пр", Wording::Order344), ("РД-11-02-2006", Wording::Rd11022006)];
    let defaults = ActDefaults {
        wording: section.choice("wording", &wordings).unwrap_or_default(),
        copies: section.filled("copies").unwrap_or_default(),
        performed_by: section.filled("performed_by").unwrap_or_default(),
        additional: section.filled("additional").unwrap_or_default(),
        norms: section.texts("norms").unwrap_or_default(),
        page_base: page_base(&section),
    };
    section.end();
    defaults
}

/// An address that every reader of QR codes opens, short enough for a number after it.
fn page_base(section: &Section<'_, '_>) -> String {
    const LONGEST: usize = 100;
    let Some(base) = section.filled("qr") else { return String::new() };
    let opens = base.starts_with("https://") || base.starts_with("http://");
    if !opens || base.len() > LONGEST || !base.bytes().all(|byte| byte.is_ascii_graphic()) {
        let span = section.get("qr").map_or(section.span.clone(), toml::Spanned::span);
        section.tell(
            &span,
            format!(
                "«qr»: нужен адрес на http:// или https:// без пробелов и русских букв, не длиннее {LONGEST} знаков; номер \
                 акта программа допишет сама."
            ),
        );
    }
    base
}

pub(super) fn phrases(root: &Section<'_, '_>) -> BTreeMap<PhraseField, String> {
    let Some(section) = root.section("phrases") else { return BTreeMap::new() };
    let fields = [
        ("designer", PhraseField::Designer),
        ("developer_representative", PhraseField::DeveloperRepresentative),
        ("builder_representative", PhraseField::BuilderRepresentative),
        ("builder_control_representative", PhraseField::BuilderControlRepresentative),
        ("designer_representative", PhraseField::DesignerRepresentative),
        ("performer_representative", PhraseField::PerformerRepresentative),
        ("materials", PhraseField::Materials),
        ("proofs", PhraseField::Proofs),
        ("next_works", PhraseField::NextWorks),
        ("additional", PhraseField::Additional),
        ("attachments", PhraseField::Attachments),
    ];
    let phrases = fields.into_iter().filter_map(|(key, field)| Some((field, section.filled(key)?))).collect();
    section.end();
    phrases
}

pub(super) fn dictionary(root: &Section<'_, '_>) -> Dictionary {
    let Some(section) = root.section("dictionary") else { return Dictionary::default() };
    let pairs = |key| {
        let pairs = section.section(key).map(|pairs| pairs.own_pairs()).unwrap_or_default();
        pairs.into_iter().map(|(name, _, value)| (name, value)).collect()
    };
    let dictionary = Dictionary { works: pairs("works"), next_works: pairs("next_works") };
    section.end();
    dictionary
}

pub(super) fn bundle(root: &Section<'_, '_>) -> BundleWishes {
    let Some(section) = root.section("bundle") else { return BundleWishes::default() };
    let layouts = [("repeated", BundleLayout::Repeated), ("unified", BundleLayout::Unified)];
    let orders = [("by-act", BundleOrder::ByAct), ("by-kind", BundleOrder::ByKind)];
    let wishes = BundleWishes {
        layout: section.choice("layout", &layouts).unwrap_or_default(),
        order: section.choice("order", &orders).unwrap_or_default(),
        name: section.filled("name").unwrap_or_default(),
        set_name: section.filled("set_name").unwrap_or_default(),
        city: section.filled("city").unwrap_or_default(),
        year: section.number("year", 1950..=2999).and_then(|year| u16::try_from(year).ok()),
        true_copy_stamp: section.flag("true_copy_stamp").unwrap_or_default(),
        documents: section.sections("documents").into_iter().map(bundle_document).collect(),
    };
    section.end();
    wishes
}

fn bundle_document(section: Section<'_, '_>) -> BundleDocument {
    let places = [("before", true), ("after", false)];
    let name = section.filled("section");
    let before_acts = section.choice("place", &places).unwrap_or_default();
    let document = document(section, ActDocumentKind::Proof);
    BundleDocument { section: name.unwrap_or_else(|| document.name.clone()), before_acts, document }
}

pub(super) fn files(root: &Section<'_, '_>) -> BTreeMap<String, DocumentId> {
    let Some(section) = root.section("files") else { return BTreeMap::new() };
    let mut files = BTreeMap::new();
    for (name, span, value) in section.own_pairs() {
        match DocumentId::try_from(value) {
            Ok(id) => {
                files.insert(name, id);
            }
            Err(_invalid) => section.tell(
                &span,
                format!("у файла «{name}» нет SHA-256: нужны 64 знака 0–9, a–f. Раздел [files] пишет программа."),
            ),
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::with_initials;

    #[test]
    fn names_are_shortened_as_acts_print_them() {
        for (full, short) in [
            ("Образцов Олег Олегович", "Образцов О.О."),
            ("Образцов О.О.", "Образцов О.О."),
            ("Иванова-Петрова Анна", "Иванова-Петрова А."),
            ("Мамедов Али Вели оглы", "Мамедов А.В. оглы"),
            ("Ким", "Ким"),
        ] {
            assert_eq!(with_initials(full), short);
        }
    }
}
