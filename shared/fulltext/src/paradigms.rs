//! Words whose forms the rules of stemming split apart: a table, so that it can grow without code.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Endings of «журнал».
const MASCULINE: &str = " а у ом е ы ов ам ами ах";
/// Endings of «мембрана».
const FEMININE: &str = "а ы е у ой ою  ам ами ах";
/// Endings of «траншея».
const FEMININE_SOFT: &str = "я и е ю ей ею й ям ями ях";
/// Endings of «эмаль».
const FEMININE_SOFT_SIGN: &str = "ь и ью ей ям ями ях";

/// What does not change, and the endings that follow it.
const REGULAR: &[(&str, &str)] = &[
    ("журнал", MASCULINE),
    ("канал", MASCULINE),
    ("клапан", MASCULINE),
    ("материал", MASCULINE),
    ("мембран", FEMININE),
    ("эмал", FEMININE_SOFT_SIGN),
    ("транше", FEMININE_SOFT),
];

/// The stem all forms share, and the forms.
const IRREGULAR: &[(&str, &str)] = &[
    ("шв", "шов шва шву швом шве швы швов швам швами швах"),
    ("рв", "ров рва рву рвом рве рвы рвов рвам рвами рвах"),
    ("льд", "лед льда льду льдом льде льды льдов льдам льдами льдах"),
    ("пн", "пень пня пню пнем пне пни пней пням пнями пнях"),
    ("дн", "день дня дню днем дне дни дней дням днями днях"),
];

static STEMS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let regular = REGULAR
        .iter()
        .flat_map(|(stem, endings)| endings.split(' ').map(move |ending| (format!("{stem}{ending}"), *stem)));
    let irregular =
        IRREGULAR.iter().flat_map(|(stem, forms)| forms.split(' ').map(move |form| (form.to_owned(), *stem)));
    regular.chain(irregular).collect()
});

/// Stem of a word that stands in the table.
pub(crate) fn stem_of(word: &str) -> Option<&'static str> {
    STEMS.get(word).copied()
}
