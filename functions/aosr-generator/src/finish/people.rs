use super::warning;
use domain::project_file::{NobodyAuthorised, Person, PhraseField, ProjectFile, Role};
use domain::{Act, Representative, Warning};
use std::collections::BTreeMap;

/// Most acts that a message names.
const MOST_ACTS_NAMED: usize = 5;

/// Puts whoever is authorised on the date of each act into it.
pub(super) fn appoint(acts: &mut [Act], file: &ProjectFile, warnings: &mut Vec<Warning>) {
    let mut blank: BTreeMap<Role, Vec<String>> = BTreeMap::new();
    for act in acts.iter_mut() {
        let date = act.date;
        let number = act.number.clone();
        let mut in_role = |role, phrase| match Person::authorised(&file.people, role, date) {
            Ok(Some(who)) => Some(who.clone()),
            Ok(None) => file
                .phrases
                .get(&phrase)
                .map(|phrase| Representative { phrase: phrase.clone(), ..Representative::default() }),
            Err(nobody) => {
                let act = match nobody {
                    NobodyAuthorised::OnDate(date) => format!("№ {number} от {date}"),
                    NobodyAuthorised::DateUnknown => format!("№ {number} без даты"),
                };
                blank.entry(role).or_default().push(act);
                None
            }
        };
        let who = &mut act.representatives;
        who.developer = in_role(Role::Developer, PhraseField::DeveloperRepresentative);
        who.builder = in_role(Role::Builder, PhraseField::BuilderRepresentative);
        who.builder_control = in_role(Role::BuilderControl, PhraseField::BuilderControlRepresentative);
        who.designer = in_role(Role::Designer, PhraseField::DesignerRepresentative);
        who.performer = in_role(Role::Performer, PhraseField::PerformerRepresentative);
        let others = file.people.iter().filter(|person| person.role == Role::Other);
        let others = others.filter(|person| date.is_none_or(|date| person.is_authorised_on(date)));
        who.others = others.map(|person| person.who.clone()).collect();
    }
    for (role, acts) in blank {
        let more = match acts.len().checked_sub(MOST_ACTS_NAMED) {
            Some(more) if more > 0 => format!(" и ещё {more}"),
            _ => String::new(),
        };
        let message = format!(
            "Пуста строка «Представитель {}»: ни у кого в файле проекта нет полномочий на дату акта ({}{more}). Укажите дату \
             акта или поправьте from и to в разделах [[people]].",
            role.title(),
            acts.iter().take(MOST_ACTS_NAMED).cloned().collect::<Vec<_>>().join(", ")
        );
        warnings.push(warning("nobody-authorised", message));
    }
}
