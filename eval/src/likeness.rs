//! When two wordings of a work mean the same work.

/// How alike two texts are, 0 to 1.
pub type Likeness = f32;

/// From here on two works count as the same.
pub(crate) const SAME: Likeness = 0.5;

/// Words that say nothing about which work it is.
const EMPTY: [&str; 32] = [
    "строительные",
    "конструкции",
    "устройство",
    "выполнение",
    "производство",
    "работы",
    "работ",
    "корпус",
    "секция",
    "для",
    "под",
    "над",
    "при",
    "отм",
    "отметке",
    "осях",
    "оси",
    "мм",
    "акт",
    "на",
    "в",
    "до",
    "из",
    "и",
    "с",
    "по",
    "ниже",
    "через",
    "местах",
    "приемка",
    "приемки",
    "освидетельствование",
];

/// How alike two works are by the stems of their words: twice what they share over what they have. Levels, axes and
/// figures do not count; the word for the action weighs double.
pub fn works_alike(one: &str, other: &str) -> Likeness {
    let (one, other) = (stems(one), stems(other));
    let total: f32 = one.iter().chain(&other).map(|stem| weight(stem)).sum();
    if total == 0.0 {
        return 0.0;
    }
    let shared: f32 = one.iter().filter(|stem| other.contains(stem)).map(|stem| weight(stem)).sum();
    2.0 * shared / total
}

fn weight(stem: &str) -> f32 {
    const ACTIONS: [&str; 22] = [
        "сруб", "щебе", "бето", "песч", "песк", "утеп", "опал", "арми", "гидр", "изол", "тепл", "моли", "зазе", "окра",
        "грун", "огне", "засы", "тран", "анти", "гиль", "муфт", "закл",
    ];
    if ACTIONS.contains(&stem) { 2.0 } else { 1.0 }
}

/// First letters of the words that tell, each once. One stem for words that mean the same thing.
fn stems(text: &str) -> Vec<String> {
    let mut stems: Vec<String> = Vec::new();
    for word in text.to_lowercase().replace('ё', "е").split(|letter: char| !letter.is_alphabetic()) {
        if word.chars().count() < 3 || EMPTY.contains(&word) {
            continue;
        }
        let stem: String = word.chars().take(4).collect();
        let stem = match stem.as_str() {
            "песч" => "песк".to_owned(),
            "щебн" => "щебе".to_owned(),
            "теп" | "утеп" => "тепл".to_owned(),
            "фунд" | "фунт" => "фунд".to_owned(),
            _ => stem,
        };
        if !stems.contains(&stem) {
            stems.push(stem);
        }
    }
    stems
}

/// Level of a work in its text: «-3.650» after «отм.».
pub(crate) fn level_in(text: &str) -> Option<String> {
    let at = text.find("отм")?;
    let rest = text.get(at..)?;
    let start = rest.find(|letter: char| letter.is_ascii_digit() || "+-−±".contains(letter))?;
    let rest = rest.get(start..)?;
    let end = rest.find(|letter: char| !(letter.is_ascii_digit() || "+-−±.,".contains(letter))).unwrap_or(rest.len());
    rest.get(..end).map(plain_level)
}

/// Axes of a work in its text: «А-Г/1-15» after «в осях».
pub(crate) fn axes_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("осях ")?;
    let mut axes = String::new();
    for word in rest.split_whitespace() {
        if word == "на" || word.starts_with("отм") {
            break;
        }
        if !axes.is_empty() {
            axes.push(' ');
        }
        axes.push_str(word);
    }
    (!axes.is_empty()).then(|| plain_axes(&axes))
}

/// A level for comparing: one sign, a point.
pub(crate) fn plain_level(text: &str) -> String {
    let level: String = text
        .trim()
        .chars()
        .map(|letter| match letter {
            ',' => '.',
            '−' | '–' => '-',
            other => other,
        })
        .collect();
    level.trim_start_matches(['+', '±']).trim_end_matches('.').to_owned()
}

/// Axes for comparing: parts in one order, no spaces, one dash.
pub(crate) fn plain_axes(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| if "–—−÷".contains(letter) { '-' } else { letter })
        .collect();
    let places = plain.trim_end_matches(['.', ',', ';']).split('и').map(|place| {
        let mut parts: Vec<&str> = place.split('/').collect();
        parts.sort_unstable();
        parts.join("/")
    });
    places.collect::<Vec<_>>().join(" и ")
}

/// Text for comparing: lower case, «ё» as «е», single spaces, no signs at the end.
pub(crate) fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace('ё', "е").replace('²', "2").replace('³', "3");
    let joined = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_end_matches(['.', ';', ',', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_work_in_other_words_is_the_same() {
        for (one, other) in [
            ("Устройство срубки свай до отм. -3.500", "Срубка свай"),
            ("Армирование верхней и нижней сетки плиты", "Армирование плиты"),
            ("Устройство песчаной подготовки с уплотнением", "Устройство песчаного основания с уплотнением"),
            ("Укладка утеплителя плиты в 2 слоя", "Утепление плиты"),
        ] {
            assert!(works_alike(one, other) >= SAME, "{one} / {other}: {}", works_alike(one, other));
        }
        for (one, other) in [
            ("Армирование плиты", "Бетонирование плиты"),
            ("Устройство гидроизоляции плиты", "Устройство опалубки плиты"),
            ("Устройство основания из щебня под плиту", "Устройство бетонной подготовки под плиту"),
        ] {
            assert!(works_alike(one, other) < SAME, "{one} / {other}: {}", works_alike(one, other));
        }
    }

    #[test]
    fn levels_and_axes_are_found_in_works() {
        let work = "Корпус 3. Устройство опалубки в осях А-Г/1-15 на отм. -2.550";
        assert_eq!(level_in(work).as_deref(), Some("-2.550"));
        assert_eq!(axes_in(work).as_deref(), Some("1-15/А-Г"));
        assert_eq!(plain_axes("1–15 / А–Г"), "1-15/А-Г");
        assert_eq!(plain_level("+3,300"), "3.300");
        assert_eq!(level_in("Устройство опалубки"), None);
    }
}
