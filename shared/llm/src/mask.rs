//! Personal data out of a text and back into the answer (152-ФЗ, статья 12: data of persons do not go abroad as they are).

use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A surname with initials on either side, or the three names in full, in capitals or not.
const NAMES: [&str; 5] = [
    r"(\p{Lu}[\p{L}]+(?:-\p{Lu}\p{L}+)?)[\s\u{a0}]+\p{Lu}\.[\s\u{a0}]?\p{Lu}\.",
    r"\p{Lu}\.[\s\u{a0}]?\p{Lu}\.[\s\u{a0}]?(\p{Lu}\p{L}+(?:-\p{Lu}\p{L}+)?)",
    r"(\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)\s+\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+(?:вич|вн|ич|ичн)\p{Ll}{0,3}\b",
    r"\p{Lu}\p{Ll}+\s+\p{Lu}\p{Ll}+(?:вич|вна|вны|вне|вной|вича|вичу|вичем)\b(?:\s+(\p{Lu}\p{Ll}+))?",
    r"(\p{Lu}\p{Ll}+(?:ов|ев|ёв|ин|ын|ский|цкий|ова|ева|ёва|ина|ына|ская|цкая|енко|чук|юк|ян|дзе|швили))\s+\p{Lu}\.",
];

/// The lines of a title block in which people sign, each followed by a surname.
const SIGNING: &str = r"(?:Разраб|Разработал|Выполнил|Исполнил|Чертил|Пров|Проверил|Н\.\s?контр|Т\.\s?контр|Нач\.\s?отд|Гл\.\s?спец|Рук\.\s?гр|ГИП|ГАП|Утв|Утвердил|Согласовал)\.?[\s:]+(\p{Lu}\p{Ll}{2,}(?:-\p{Lu}\p{Ll}+)?)\b";

const MAIL: &str = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+";

const TELEPHONES: [&str; 3] = [
    r"(?:\+7|\b[78])[\s\u{a0}(–-]{0,3}\d{3,5}[\s\u{a0})–-]{0,3}\d{1,3}[\s\u{a0}–-]?\d{2}[\s\u{a0}–-]?\d{2}\b",
    r"\(\d{3,5}\)[\s\u{a0}]{0,2}\d{1,3}[\s\u{a0}–-]?\d{2}[\s\u{a0}–-]?\d{2}\b",
    r"(?i:тел|факс|моб)\.?[\s:]{0,3}\d[\d\s()–-]{4,}\d",
];

/// ИНН, ОГРН, КПП, accounts: long runs of digits, or what a label says; СНИЛС and passports by their shape.
const NUMBERS: [&str; 4] = [
    r"\b\d{9,}\b",
    r"(?i:ИНН|ОГРН|ОГРНИП|КПП|СНИЛС|паспорт)[\s:№/]{0,4}(?:\d[\s-]?){7,18}\d\b",
    r"\b\d{3}-\d{3}-\d{3}[\s-]\d{2}\b",
    r"\b\d{2}\s?\d{2}\s№?\s?\d{6}\b",
];

/// A kind of what is masked: its sign, its patterns, and whether only what a pattern captures is hidden.
struct Kind {
    sign: &'static str,
    patterns: Vec<Regex>,
    captured_only: bool,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let kind = |sign, patterns: &[&str], captured_only| Kind {
        sign,
        // A test holds that every pattern is one.
        patterns: patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect(),
        captured_only,
    };
    vec![
        kind("ПОЧТА", &[MAIL], false),
        kind("ТЕЛЕФОН", &TELEPHONES, false),
        kind("НОМЕР", &NUMBERS, false),
        kind(NAME, &NAMES, false),
        kind(NAME, &[SIGNING], true),
    ]
});

const NAME: &str = "ИМЯ";

/// What stands for what in a masked text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    /// By the sign that was put in its place.
    originals: BTreeMap<String, String>,
}

impl Mask {
    /// The text with signs such as `[ИМЯ_1]` in place of names of persons, telephones, e-mail addresses and the numbers of
    /// taxpayers, accounts and papers, and the mask that takes them back. One original has one sign. It errs on the
    /// side of masking, which costs nothing: what comes back is what was there.
    pub fn over(text: &str) -> (String, Self) {
        // Where, what kind, and whose surname is in it.
        let mut found: Vec<(Range<usize>, &'static str, Option<&str>)> = Vec::new();
        for kind in KINDS.iter() {
            for captures in kind.patterns.iter().flat_map(|pattern| pattern.captures_iter(text)) {
                let (all, surname) = (captures.get(0), captures.get(1));
                let hidden = if kind.captured_only { surname } else { all };
                found.extend(hidden.map(|hidden| (hidden.range(), kind.sign, surname.map(|name| name.as_str()))));
            }
        }
        keep_apart(&mut found);
        let surnames: Vec<&str> = found.iter().filter_map(|(.., surname)| *surname).collect();
        found.extend(words_of(text, &surnames).map(|range| (range, NAME, None)));
        keep_apart(&mut found);
        Self::put(text, &found)
    }

    fn put(text: &str, found: &[(Range<usize>, &'static str, Option<&str>)]) -> (String, Self) {
        let (mut masked, mut mask, mut at) = (String::with_capacity(text.len()), Self::default(), 0);
        let mut signs: BTreeMap<&str, String> = BTreeMap::new();
        let mut number = 0_u32;
        for (range, kind, _) in found {
            let (Some(before), Some(original)) = (text.get(at..range.start), text.get(range.clone())) else { continue };
            let sign = signs.entry(original).or_insert_with(|| {
                loop {
                    number += 1;
                    let sign = format!("[{kind}_{number}]");
                    if !text.contains(&sign) {
                        return sign;
                    }
                }
            });
            masked.push_str(before);
            masked.push_str(sign);
            mask.originals.insert(sign.clone(), original.to_owned());
            at = range.end;
        }
        masked.push_str(text.get(at..).unwrap_or_default());
        (masked, mask)
    }

    /// How many originals it hides.
    pub fn len(&self) -> usize {
        self.originals.len()
    }

    /// Whether it hides nothing.
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Puts the originals back into every text of a value.
    pub fn restore(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                for (sign, original) in &self.originals {
                    if text.contains(sign) {
                        *text = text.replace(sign, original);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.restore(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.restore(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Of what overlaps, what begins first, and of that the longest: «Сорокин А.П. Работы» is a name and a word.
fn keep_apart(found: &mut Vec<(Range<usize>, &'static str, Option<&str>)>) {
    found.sort_by(|a, b| a.0.start.cmp(&b.0.start).then(b.0.end.cmp(&a.0.end)));
    let mut end = 0;
    found.retain(|(range, ..)| {
        let is_free = range.start >= end && !range.is_empty();
        end = if is_free { range.end } else { end };
        is_free
    });
}

/// Words that are one of these surnames, in any case.
fn words_of<'t>(text: &'t str, surnames: &'t [&str]) -> impl Iterator<Item = Range<usize>> + 't {
    let is_surname = |word: &str| {
        surnames.iter().any(|surname| {
            let stem = surname.trim_end_matches(['а', 'я', 'й']);
            let is_long = stem.chars().count() > 3;
            is_long && word.strip_prefix(stem).is_some_and(|ending| ending.chars().count() <= 3)
        })
    };
    let words =
        text.split(|letter: char| !letter.is_alphabetic() && letter != '-').filter(move |word| is_surname(word));
    words.map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_pattern_is_one() {
        let patterns: Vec<usize> = KINDS.iter().map(|kind| kind.patterns.len()).collect();
        assert_eq!(patterns, [1, TELEPHONES.len(), NUMBERS.len(), NAMES.len(), 1]);
    }

    #[test]
    fn persons_and_their_numbers_are_hidden_and_come_back() {
        let hidden = [
            ("Производитель работ Сорокин А.П. подписал", "Сорокин А.П."),
            ("Согласовано: В. Г. Ветрова", "В. Г. Ветрова"),
            ("ЗАЙЦЕВ К.Л.", "ЗАЙЦЕВ К.Л."),
            ("Римский-Корсаков Н. А.", "Римский-Корсаков Н. А."),
            ("в лице Лебедева Павла Игоревича, действующего", "Лебедева Павла Игоревича"),
            ("Ольга Юрьевна Птицына", "Ольга Юрьевна Птицына"),
            ("Разраб. Воробьёв 12.25", "Воробьёв"),
            ("Н.контр. Дятлова", "Дятлова"),
            ("ГИП\nЧижевский", "Чижевский"),
            ("e-mail: info+pto@stroy-primer.example.ru,", "info+pto@stroy-primer.example.ru"),
            ("+7 (495) 123-45-67", "+7 (495) 123-45-67"),
            ("8 800 555-35-35 доб. 3", "8 800 555-35-35"),
            ("тел.: 12-34-56", "12-34-56"),
            ("(3412) 12-34-56", "(3412) 12-34-56"),
            ("ИНН 7701234567, КПП 770101001", "7701234567"),
            ("ИНН: 77 01 234567", "77 01 234567"),
            ("СНИЛС 112-233-445 95", "112-233-445 95"),
            ("р/с 40702810900000001234", "40702810900000001234"),
        ];
        for (text, secret) in hidden {
            let (masked, mask) = Mask::over(text);
            assert!(!masked.contains(secret) && !mask.is_empty(), "{text}: {masked}");
            let mut value = json!({"a": [{"quote": masked}, 7, null]});
            mask.restore(&mut value);
            assert_eq!(value, json!({"a": [{"quote": text}, 7, null]}));
        }
    }

    #[test]
    fn one_person_has_one_sign_and_a_surname_alone_is_known_again() {
        let (masked, mask) = Mask::over("Сорокин А.П. Работы принял Сорокин А.П., замечаний у Сорокина нет");
        assert_eq!(masked, "[ИМЯ_1] Работы принял [ИМЯ_1], замечаний у [ИМЯ_2] нет");
        assert_eq!(mask.len(), 2);
    }

    #[test]
    fn signs_that_stand_in_the_text_are_not_taken() {
        let text = "[ИМЯ_1] и Сорокин А.П.";
        let (masked, mask) = Mask::over(text);
        assert_eq!(masked, "[ИМЯ_1] и [ИМЯ_2]");
        let mut value = Value::String(masked);
        mask.restore(&mut value);
        assert_eq!(value, text);
    }

    #[test]
    fn works_materials_and_norms_stay_as_they_are() {
        for text in [
            "Устройство песчаной подготовки под фундаменты в осях 1-7/А-Г",
            "Бетон B25 F150 W6 по ГОСТ 26633-2015, арматура Ø12 А500С ГОСТ 34028-2016",
            "СП 70.13330.2012, п. 5.18.3, отм. -1,250",
            "12-КЖ1.2, лист 7, изм. 1",
            "Гидроизоляция обмазочная в 2 слоя. Обратная засыпка пазух",
        ] {
            assert_eq!(Mask::over(text), (text.to_owned(), Mask::default()));
        }
    }
}
