//! What is known of hidden works by mark and of the structures they are done on: `data/hidden-works.json`.

use crate::lines::fold;
use domain::{ActForm, cyrillic_capital};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/hidden-works.json")).unwrap_or_default());

/// The knowledge base.
pub(crate) fn knowledge() -> &'static Knowledge {
    &KNOWLEDGE
}

/// Kinds of works, codes of practice and structures.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Knowledge {
    groups: BTreeMap<String, Vec<String>>,
    pub(crate) kinds: Vec<WorkKind>,
    norms: BTreeMap<u32, String>,
    pub(crate) structures: Vec<Structure>,
}

/// A kind of work (вид работ).
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct WorkKind {
    pub(crate) kind: String,
    pub(crate) form: ActForm,
    /// Place in the order of building.
    pub(crate) order: u32,
    groups: Vec<String>,
    /// As item 1 of an act begins.
    pub(crate) name: String,
    pub(crate) link: Option<Link>,
    /// How designers name it in a list.
    item: Vec<Pattern>,
    /// How drawings show it.
    pub(crate) shown: Vec<Pattern>,
    /// How a layer of a section names it.
    layer: Vec<Pattern>,
    /// Sentences that ask for it.
    pub(crate) text: Vec<Pattern>,
    /// Notes that ask for it in passing: grounds for a proposal where the set names no hidden works.
    pub(crate) noted: Vec<Pattern>,
    /// The kind without which a specification does not show it: cables between the parts of a cooling system.
    pub(crate) beside: Option<String>,
    /// The kind that hides it: where that is proposed, so is this, under `closed_name`.
    pub(crate) closed_by: Option<String>,
    pub(crate) closed_name: Option<String>,
    /// Rows of specifications that go into it.
    pub(crate) materials: Vec<Pattern>,
    /// A row of the specification that alone shows it, where `materials` fit others too.
    pub(crate) special: Option<Pattern>,
    /// Which concrete it takes.
    pub(crate) concrete: Option<Concrete>,
    /// Done wherever structures stand on the ground without piles, though drawings may not say so.
    pub(crate) on_ground: bool,
    /// Done on every cast structure, though drawings may not say so.
    pub(crate) core: bool,
    /// Drawn up where it is shown, though the list does not ask for it.
    pub(crate) unasked: bool,
    /// A designer's word for whichever layers there are.
    pub(crate) any_layer: bool,
    /// May be proposed from the specification.
    pub(crate) propose: bool,
    /// Hidden only where it is concealed: takes «прокладываемых в …» from the sentence.
    pub(crate) hidden: bool,
    /// Numbers of codes of practice (СП).
    pub(crate) norms: Vec<u32>,
}

/// How the structure follows the name of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Link {
    /// «опалубки плиты».
    Of,
    /// «подготовки под плиту».
    Under,
}

/// Concrete of a footing layer, or of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Concrete {
    /// Up to В12,5.
    Lean,
    /// Above.
    Structural,
}

/// A structure (конструкция) in the cases that names of works need.
#[derive(Debug, Deserialize)]
pub(crate) struct Structure {
    stems: Pattern,
    pub(crate) one: String,
    pub(crate) of: String,
    pub(crate) under: String,
    /// Order of building on one level.
    pub(crate) rank: u32,
}

/// Beginnings of words that must all occur; with `!`, must not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Pattern {
    pub(crate) stems: Vec<String>,
    without: Vec<String>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        let (without, stems): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|stem| stem.starts_with('!'));
        let folded = |stem: &str| folded_word(stem.trim_start_matches('!'));
        Self { stems: stems.into_iter().map(folded).collect(), without: without.into_iter().map(folded).collect() }
    }
}

impl Pattern {
    /// Whether the words fit.
    pub(crate) fn fits(&self, words: &[String]) -> bool {
        let has = |stem: &String| words.iter().any(|word| word.starts_with(stem.as_str()));
        self.stems.iter().all(has) && !self.without.iter().any(has)
    }
}

impl WorkKind {
    /// The beginnings of words by which a designer's item names this kind.
    pub(crate) fn named_by(&self, words: &[String]) -> Option<Vec<String>> {
        let fitting = self.item.iter().filter(|pattern| pattern.fits(words));
        fitting.max_by_key(|pattern| pattern.stems.len()).map(|pattern| pattern.stems.clone())
    }

    /// Whether sections show it as a layer.
    pub(crate) fn is_layered(&self) -> bool {
        !self.layer.is_empty()
    }

    /// Whether a layer of a section is this kind.
    pub(crate) fn is_layer(&self, words: &[String]) -> bool {
        self.layer.iter().any(|pattern| pattern.fits(words))
    }
}

impl Knowledge {
    /// Kinds that belong to a mark; all of them when the mark is not known.
    pub(crate) fn of_mark(&self, mark: Option<&str>) -> Vec<&WorkKind> {
        self.kinds.iter().filter(|kind| mark.is_none_or(|mark| self.belongs(kind, mark))).collect()
    }

    /// Whether the mark is one of cast structures, whose lists are general and whose acts are particular.
    pub(crate) fn is_cast(&self, mark: Option<&str>) -> bool {
        mark.is_some_and(|mark| self.group_has("structures", mark))
    }

    /// Whether the mark is in the group.
    pub(crate) fn group_has(&self, group: &str, mark: &str) -> bool {
        self.groups.get(group).is_some_and(|marks| marks.iter().any(|known| known == mark))
    }

    fn belongs(&self, kind: &WorkKind, mark: &str) -> bool {
        let known = self.groups.values().any(|marks| marks.iter().any(|known| known == mark));
        !known || kind.groups.iter().any(|group| group == "*" || self.group_has(group, mark))
    }

    /// The code of practice with its year, by its number.
    pub(crate) fn norm(&self, number: u32) -> Option<&str> {
        self.norms.get(&number).map(String::as_str)
    }

    /// Structures named in a text, each once, the more exact name instead of the shorter one.
    pub(crate) fn structures_in(&self, words: &[String]) -> Vec<&Structure> {
        let mut found: Vec<&Structure> = Vec::new();
        for structure in self.structures.iter().filter(|structure| structure.stems.fits(words)) {
            let covered = found.iter().any(|known| {
                structure.stems.stems.iter().all(|stem| {
                    known
                        .stems
                        .stems
                        .iter()
                        .any(|other| other.starts_with(stem.as_str()) || stem.starts_with(other.as_str()))
                })
            });
            if !covered {
                found.push(structure);
            }
        }
        found
    }
}

/// Words of a text for comparing with patterns: folded, look-alike Latin letters as Cyrillic, without signs.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split(|letter: char| letter.is_whitespace() || "-–—()/«»\";:+=".contains(letter))
        .map(folded_word)
        .filter(|word| !word.is_empty())
        .collect()
}

fn folded_word(word: &str) -> String {
    let cyrillic: String = word
        .trim_matches(['.', ','])
        .chars()
        .map(|letter| letter.to_ascii_uppercase())
        .map(|letter| cyrillic_capital(letter).unwrap_or(letter))
        .collect();
    fold(&cyrillic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_whole() {
        let knowledge = knowledge();
        assert!(knowledge.kinds.len() > 80 && knowledge.structures.len() > 15);
        for kind in &knowledge.kinds {
            assert!(
                !kind.kind.is_empty() && !kind.name.is_empty() && kind.order > 0 && !kind.groups.is_empty(),
                "{kind:?}"
            );
            for number in &kind.norms {
                assert!(knowledge.norm(*number).is_some(), "{}: {number}", kind.kind);
            }
            for group in &kind.groups {
                assert!(group == "*" || knowledge.groups.contains_key(group), "{}: {group}", kind.kind);
            }
        }
    }

    #[test]
    fn structures_are_named_by_their_longest_name() {
        let named = |text: &str| {
            knowledge().structures_in(&words_of(text)).into_iter().map(|one| one.one.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(named("Опалубочный план фундаментной плиты на отм. -1,200"), ["фундаментная плита"]);
        assert_eq!(named("Схема расположения колонн и стен"), ["стены", "колонны"]);
        assert_eq!(named("Армирование плиты перекрытия"), ["плита перекрытия"]);
        assert_eq!(named("Общие данные"), Vec::<&str>::new());
    }
}
