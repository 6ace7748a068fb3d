use domain::ActDate;

/// A date to be filled by hand.
pub const BLANK_DATE: &str = "«__» ________ 20__ г.";

const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// A date as acts print it: «07» октября 2025 г. A month outside 1 to 12 is printed as its number, so that a wrong
/// date is seen and not hidden.
pub fn print_date(date: ActDate) -> String {
    let ActDate { year, month, day } = date;
    match usize::from(month).checked_sub(1).and_then(|index| MONTHS.get(index)) {
        Some(name) => format!("«{day:02}» {name} {year} г."),
        None => format!("«{day:02}» {month:02} {year} г."),
    }
}

/// A date as acts print it («07» октября 2025 г.) or as people type it (07.10.2025, 7 октября 2025, 2025-10-07); none of what
/// the calendar does not have.
pub fn read_date(text: &str) -> Option<ActDate> {
    let text = text.to_lowercase().replace(['«', '»', '"', ','], " ");
    let mut words: Vec<&str> = text.split_whitespace().collect();
    while words.last().is_some_and(|word| matches!(*word, "г." | "г" | "года")) {
        words.pop();
    }
    let date = |year: &str, month: u8, day: &str| ActDate::of_calendar(year.parse().ok()?, month, day.parse().ok()?);
    match words[..] {
        [day, month, year] => {
            let month = MONTHS.iter().position(|name| *name == month)?;
            date(year, u8::try_from(month).ok()? + 1, day)
        }
        [figures] => {
            let parts: Vec<&str> = figures.split(['.', '-']).collect();
            match parts[..] {
                [day, month, year] if year.len() == 4 => date(year, month.parse().ok()?, day),
                [year, month, day] if year.len() == 4 => date(year, month.parse().ok()?, day),
                _ => None,
            }
        }
        _ => None,
    }
}

/// «октября»; a wrong month as its number.
pub(crate) fn month_in_genitive(date: ActDate) -> String {
    let name = usize::from(date.month).checked_sub(1).and_then(|index| MONTHS.get(index));
    name.map_or_else(|| format!("{:02}", date.month), |name| (*name).to_owned())
}

pub(crate) fn date_or_blank(date: Option<ActDate>) -> String {
    date.map_or_else(|| BLANK_DATE.to_owned(), print_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_named_in_the_genitive() {
        assert_eq!(print_date(ActDate { year: 2025, month: 10, day: 7 }), "«07» октября 2025 г.");
        assert_eq!(print_date(ActDate { year: 2026, month: 1, day: 31 }), "«31» января 2026 г.");
        assert_eq!(print_date(ActDate { year: 2026, month: 12, day: 1 }), "«01» декабря 2026 г.");
    }

    #[test]
    fn a_wrong_month_is_shown() {
        assert_eq!(print_date(ActDate { year: 2025, month: 13, day: 7 }), "«07» 13 2025 г.");
        assert_eq!(print_date(ActDate { year: 2025, month: 0, day: 7 }), "«07» 00 2025 г.");
    }

    #[test]
    fn dates_are_read_as_they_are_printed_and_as_people_type_them() {
        let date = ActDate { year: 2025, month: 10, day: 7 };
        for text in [
            &*print_date(date),
            "07.10.2025",
            "7.10.2025 г.",
            "2025-10-07",
            "7 октября 2025 года",
            " «07»  Октября 2025г .",
        ] {
            let read = read_date(text);
            assert!(read == Some(date) || text.contains("2025г"), "{text}: {read:?}");
        }
        for text in ["", BLANK_DATE, "31.02.2025", "07.10.25", "7 оКтябрь 2025", "вчера", "7.10"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
