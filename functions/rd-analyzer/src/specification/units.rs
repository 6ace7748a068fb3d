//! Units of measure in one spelling.

/// Spellings without dots and spaces, and the one to use.
const UNITS: [(&str, &[&str]); 12] = [
    ("шт", &["шт", "штук", "штука", "штуки"]),
    ("м", &["м", "пм", "погм", "мп", "метр", "метров", "м/п"]),
    ("м²", &["м2", "м²", "квм", "мкв"]),
    ("м³", &["м3", "м³", "кубм", "мкуб"]),
    ("кг", &["кг"]),
    ("т", &["т", "тн", "тонн", "тонна"]),
    ("компл.", &["компл", "комплект", "комплектов", "комплекта", "кт", "к-т", "кт-т", "ком"]),
    ("л", &["л", "литр", "литров"]),
    ("км", &["км"]),
    ("уп.", &["уп", "упак", "упаковка"]),
    ("рул.", &["рул", "рулон"]),
    ("пар", &["пара", "пар", "пары"]),
];

/// The unit in its one spelling; `None` for what is none.
pub(crate) fn measure(text: &str) -> Option<&'static str> {
    let plain: String =
        text.to_lowercase().chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | ',')).collect();
    let cyrillic: String = plain
        .chars()
        .map(|letter| match letter {
            'm' => 'м',
            't' => 'т',
            'k' => 'к',
            other => other,
        })
        .collect();
    UNITS.iter().find(|(_, spellings)| spellings.contains(&cyrillic.as_str())).map(|(unit, _)| *unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_one_spelling() {
        for (text, unit) in [
            ("шт.", Some("шт")),
            ("п. м", Some("м")),
            ("м2", Some("м²")),
            ("куб. м", Some("м³")),
            ("Компл.", Some("компл.")),
            ("m3", Some("м³")),
            ("к-т", Some("компл.")),
            ("кВт", None),
            ("", None),
        ] {
            assert_eq!(measure(text), unit, "{text}");
        }
    }
}
