use crate::date::{date_or_blank, month_in_genitive};
use crate::order_344::list;
use crate::party::{order_line, sro_line};
use crate::{organisation_line, representative_line};
use domain::{Act, ActDate, Organisation, Representative};
use std::collections::BTreeMap;

/// Names of all fields that a template may have.
pub fn field_names() -> Vec<&'static str> {
    fields(&Act::default()).into_iter().map(|(name, _)| name).collect()
}

/// The value of every field for an act; what the act leaves empty is empty.
pub fn field_values(act: &Act) -> BTreeMap<&'static str, String> {
    fields(act).into_iter().collect()
}

macro_rules! organisation {
    ($name:literal, $party:expr, $all:ident) => {
        let party: Option<&Organisation> = $party.as_ref();
        let text = |field: fn(&Organisation) -> String| party.map(field).unwrap_or_default();
        $all.push(($name, text(organisation_line)));
        $all.push((concat!($name, ".name"), text(|party| party.name.clone())));
        $all.push((concat!($name, ".ogrn"), text(|party| party.ogrn.clone())));
        $all.push((concat!($name, ".inn"), text(|party| party.inn.clone())));
        $all.push((concat!($name, ".address"), text(|party| party.address.clone())));
        $all.push((concat!($name, ".phone"), text(|party| party.phone.clone())));
        $all.push((concat!($name, ".sro"), text(sro_line)));
    };
}

macro_rules! representative {
    ($name:literal, $who:expr, $all:ident) => {
        let who: Option<&Representative> = $who.as_ref();
        let text = |field: fn(&Representative) -> String| who.map(field).unwrap_or_default();
        $all.push(($name, text(representative_line)));
        $all.push((concat!($name, ".position"), text(|who| who.position.clone())));
        $all.push((concat!($name, ".name"), text(|who| crate::party::signed_name(Some(who)))));
        $all.push((concat!($name, ".order"), text(order_line)));
        $all.push((concat!($name, ".register_number"), text(|who| who.register_number.clone())));
        $all.push((concat!($name, ".organisation"), text(|who| who.organisation.clone())));
    };
}

macro_rules! date {
    ($name:literal, $date:expr, $all:ident) => {
        let date: Option<ActDate> = $date;
        $all.push(($name, date_or_blank(date)));
        $all.push((concat!($name, ".day"), date.map(|date| format!("{:02}", date.day)).unwrap_or_default()));
        $all.push((concat!($name, ".month"), date.map(month_in_genitive).unwrap_or_default()));
        $all.push((concat!($name, ".year"), date.map(|date| date.year.to_string()).unwrap_or_default()));
        $all.push((concat!($name, ".figures"), date.map(|date| date.to_string()).unwrap_or_default()));
    };
}

fn fields(act: &Act) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("number", act.number.clone()),
        ("object", act.object.clone()),
        ("performed_by", act.performed_by.clone()),
        ("works", act.works.clone()),
        ("project_documentation", act.project_documentation.clone()),
        ("materials", list(&act.materials)),
        ("proofs", list(&act.proofs)),
        ("norms", list(&act.norms)),
        ("next_works", act.next_works.clone()),
        ("additional", act.additional.clone()),
        ("copies", act.copies.clone()),
        ("attachments", list(&act.attachments)),
    ];
    date!("date", act.date, all);
    date!("started", act.started, all);
    date!("finished", act.finished, all);
    organisation!("developer", act.developer, all);
    organisation!("builder", act.builder, all);
    organisation!("designer", act.designer, all);
    let who = &act.representatives;
    representative!("representative_developer", who.developer, all);
    representative!("representative_builder", who.builder, all);
    representative!("representative_builder_control", who.builder_control, all);
    representative!("representative_designer", who.designer, all);
    representative!("representative_performer", who.performer, all);
    all
}
