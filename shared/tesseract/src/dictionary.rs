//! The words of Russian, from a dictionary of Hunspell's: what is recognised is often sure and yet no word.

use std::path::{Path, PathBuf};

/// Where Debian's package `hunspell-ru` puts it.
const FOLDER: &str = "/usr/share/hunspell";
const NAME: &str = "ru_RU";

/// Russian with all its forms, read into memory.
pub(crate) struct Dictionary(spellbook::Dictionary);

impl Dictionary {
    /// The dictionary beside a program (`/opt/share/hunspell` of `/opt/bin/tesseract`), else the machine's. None when there is
    /// none that can be read.
    pub(crate) fn of(program: &Path) -> Option<Self> {
        let beside = program.parent().and_then(Path::parent).map(|root| root.join("share/hunspell"));
        [beside, Some(PathBuf::from(FOLDER))].into_iter().flatten().find_map(|folder| Self::open(&folder))
    }

    fn open(folder: &Path) -> Option<Self> {
        let read = |kind: &str| std::fs::read_to_string(folder.join(NAME).with_extension(kind)).ok();
        spellbook::Dictionary::new(&read("aff")?, &read("dic")?).ok().map(Self)
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.check(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_their_forms_and_in_capitals() {
        let dictionary = Dictionary::of(Path::new("tesseract")).expect("install hunspell-ru: scripts/setup");
        for word in ["объекта", "Объекта", "ОБЪЕКТА", "трубопроводов", "гидроизоляцией", "арматурных", "чертёж"]
        {
            assert!(dictionary.has(word), "{word}");
        }
        for word in ["одъекта", "трудопроводов", "чертежеи", "СВОИСТВА"] {
            assert!(!dictionary.has(word), "{word}");
        }
    }

    #[test]
    fn a_dictionary_that_cannot_be_read_is_none() {
        assert!(Dictionary::open(Path::new("/nowhere")).is_none());
    }
}
