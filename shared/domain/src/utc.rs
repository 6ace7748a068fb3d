use serde::{Deserialize, Serialize};
use std::fmt;

const MS_PER_DAY: u64 = 86_400_000;

/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar.
const DAYS_TO_1970: u64 = 719_468;

/// Days of 400 Gregorian years.
const DAYS_PER_ERA: u64 = 146_097;

/// A month of the Gregorian calendar, UTC; printed `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    /// Year.
    pub year: u64,
    /// 1 to 12.
    pub month: u8,
}

impl Month {
    /// The month of a moment, milliseconds since 1970.
    pub fn of_ms(ms: u64) -> Self {
        let (year, month, _) = civil(ms / MS_PER_DAY);
        Self { year, month }
    }

    /// Number of months since the year 0.
    pub fn number(self) -> u64 {
        self.year.saturating_mul(12).saturating_add(u64::from(self.month.saturating_sub(1)))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

/// A moment as RFC 3339 writes it, to the second, UTC: `2026-11-22T23:40:08Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcTime {
    seconds: u64,
}

impl UtcTime {
    /// The moment, milliseconds since 1970; parts of a second are dropped.
    pub fn of_ms(ms: u64) -> Self {
        Self { seconds: ms / 1000 }
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.seconds / 86_400);
        let second = self.seconds % 86_400;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Year, month and day of a number of days since 1970. The year is taken to begin in March, so that the leap day is
/// its last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn civil(days_since_1970: u64) -> (u64, u8, u8) {
    let days = days_since_1970 + DAYS_TO_1970;
    let (era, day_of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(12), u8::try_from(day).unwrap_or(31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_does() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_078_012_800, "2004-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_795_391_999, "2026-11-22T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(UtcTime::of_ms(seconds * 1000 + 999).to_string(), written);
        }
    }

    #[test]
    fn the_calendar_goes_on_day_by_day() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..200_000 {
            assert_eq!(civil(days), (year, month, day), "day {days}");
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                2 => 28 + u8::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == last => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
    }

    #[test]
    fn a_month_ends_at_midnight() {
        let last = Month::of_ms(1_796_083_199_999);
        assert_eq!(
            (last.to_string().as_str(), Month::of_ms(1_796_083_200_000).to_string().as_str()),
            ("2026-11", "2026-12")
        );
        assert_eq!(last.number() + 1, Month::of_ms(1_796_083_200_000).number());
        assert!(last < Month::of_ms(1_796_083_200_000));
    }
}
