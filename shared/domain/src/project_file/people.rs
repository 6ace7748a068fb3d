use crate::{ActDate, Representative};

/// For whom a person signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The developer, for construction control.
    Developer,
    /// The builder.
    Builder,
    /// The builder, for construction control.
    BuilderControl,
    /// The designer.
    Designer,
    /// Whoever did the works.
    Performer,
    /// Others who take part (иные лица).
    Other,
}

impl Role {
    /// All roles with their names in a project file.
    pub const ALL: [(&'static str, Role); 6] = [
        ("developer", Self::Developer),
        ("builder", Self::Builder),
        ("builder_control", Self::BuilderControl),
        ("designer", Self::Designer),
        ("performer", Self::Performer),
        ("other", Self::Other),
    ];

    /// Whose representative it is, in Russian, as it follows «представитель».
    pub fn title(self) -> &'static str {
        match self {
            Self::Developer => "застройщика (технического заказчика) по вопросам строительного контроля",
            Self::Builder => "лица, осуществляющего строительство",
            Self::BuilderControl => "лица, осуществляющего строительство, по вопросам строительного контроля",
            Self::Designer => "лица, осуществляющего подготовку проектной документации",
            Self::Performer => "лица, выполнившего работы",
            Self::Other => "иных лиц",
        }
    }
}

/// A person of the project file.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// For whom.
    pub role: Role,
    /// Who, with the powers to sign.
    pub who: Representative,
}

/// Why a line of an act stays blank although the file has people for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NobodyAuthorised {
    /// Nobody's powers cover the date.
    OnDate(ActDate),
    /// The act has no date, and more than one person may be meant.
    DateUnknown,
}

impl Person {
    /// Whether the powers cover a day; an open end has no bound.
    pub fn is_authorised_on(&self, date: ActDate) -> bool {
        self.who.valid_from.is_none_or(|from| from <= date) && self.who.valid_to.is_none_or(|to| date <= to)
    }

    /// Who of `people` signs in a role on a date: whose powers cover it, and of several the one whose powers began last.
    /// `Ok(None)` when the file has nobody for the role.
    ///
    /// # Errors
    /// When it has somebody, but nobody who may sign then.
    pub fn authorised(
        people: &[Person],
        role: Role,
        date: Option<ActDate>,
    ) -> Result<Option<&Representative>, NobodyAuthorised> {
        let mut candidates = people.iter().filter(|person| person.role == role).peekable();
        if candidates.peek().is_none() {
            return Ok(None);
        }
        let Some(date) = date else {
            let (only, more) = (candidates.next(), candidates.next());
            return if more.is_none() {
                Ok(only.map(|person| &person.who))
            } else {
                Err(NobodyAuthorised::DateUnknown)
            };
        };
        // The later of equals is the later in the file, so the search goes backwards.
        let authorised: Vec<_> = candidates.filter(|person| person.is_authorised_on(date)).collect();
        let newest = authorised.iter().rev().max_by(|one, other| one.who.valid_from.cmp(&other.who.valid_from));
        newest.map(|person| Some(&person.who)).ok_or(NobodyAuthorised::OnDate(date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u8) -> ActDate {
        ActDate { year: 2025, month: 9, day }
    }

    fn person(name: &str, from: Option<u8>, to: Option<u8>) -> Person {
        let (valid_from, valid_to) = (from.map(day), to.map(day));
        let who = Representative { name: name.to_owned(), valid_from, valid_to, ..Representative::default() };
        Person { role: Role::Builder, who }
    }

    fn signs(people: &[Person], date: Option<ActDate>) -> Result<Option<&str>, NobodyAuthorised> {
        Person::authorised(people, Role::Builder, date).map(|who| who.map(|who| who.name.as_str()))
    }

    #[test]
    fn whoever_was_authorised_on_the_date_signs() {
        let people =
            [person("А", Some(1), Some(10)), person("Б", Some(11), None), person("На отпуск", Some(5), Some(7))];
        assert_eq!(signs(&people, Some(day(1))), Ok(Some("А")));
        assert_eq!(signs(&people, Some(day(5))), Ok(Some("На отпуск")));
        assert_eq!(signs(&people, Some(day(8))), Ok(Some("А")));
        assert_eq!(signs(&people, Some(day(30))), Ok(Some("Б")));
    }

    #[test]
    fn nobody_is_made_up() {
        let people = [person("А", Some(2), Some(10)), person("Б", Some(11), None)];
        assert_eq!(signs(&people, Some(day(1))), Err(NobodyAuthorised::OnDate(day(1))));
        assert_eq!(signs(&people, None), Err(NobodyAuthorised::DateUnknown));
        assert_eq!(signs(&people[..1], None), Ok(Some("А")));
        assert_eq!(Person::authorised(&people, Role::Designer, None), Ok(None));
    }
}
