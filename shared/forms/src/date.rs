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
}
