//! One stem for all forms of a Russian word.

use crate::paradigms;
use frostem::{Algorithm, Stemmer};

/// Words that stand on nearly every page. «не» and «без» are not among them: a requirement turns on them.
const STOP_WORDS: [&str; 55] = [
    "а",
    "бы",
    "был",
    "была",
    "были",
    "было",
    "быть",
    "в",
    "во",
    "вы",
    "да",
    "для",
    "до",
    "его",
    "ее",
    "если",
    "же",
    "за",
    "и",
    "из",
    "или",
    "им",
    "их",
    "к",
    "как",
    "ко",
    "ли",
    "либо",
    "мы",
    "на",
    "но",
    "о",
    "об",
    "он",
    "она",
    "они",
    "оно",
    "от",
    "по",
    "при",
    "с",
    "со",
    "так",
    "также",
    "того",
    "тоже",
    "у",
    "что",
    "чтобы",
    "эта",
    "эти",
    "это",
    "этого",
    "этой",
    "этот",
];

/// Whether `word`, in small letters, is too common to be indexed.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Makes stems; cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct RussianStemmer(Stemmer);

impl RussianStemmer {
    pub(crate) fn new() -> Self {
        Self(Stemmer::new(Algorithm::Russian))
    }

    /// Stem of `word`, which must be in small letters of one script: Snowball's, without the vowel that comes and goes
    /// («узел», «узла») and without soft signs. Words that Snowball splits come from a table.
    pub(crate) fn stem(self, word: &str) -> String {
        if let Some(stem) = paradigms::stem_of(word) {
            return stem.to_owned();
        }
        without_fleeting_vowel(&self.0.stem(word))
    }
}

/// «узел» → «узл», «колодец» → «колодц», «строек» → «стройк», «уголь» → «угл». A stem keeps its last vowel:
/// «цех» stays.
fn without_fleeting_vowel(stem: &str) -> String {
    let mut letters: Vec<char> = stem.chars().filter(|letter| !matches!(letter, 'ь' | 'ъ')).collect();
    if let [head @ .., before, 'е' | 'о', last] = letters.as_slice() {
        let another_vowel = head.iter().chain([before]).any(|letter| is_vowel(*letter));
        let at = head.len() + 1;
        if another_vowel && !is_vowel(*last) && *last != 'й' {
            if !is_vowel(*before) {
                letters.remove(at);
            } else if *last == 'к'
                && let Some(vowel) = letters.get_mut(at)
            {
                *vowel = 'й';
            }
        }
    }
    letters.into_iter().collect()
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_and_keep_what_requirements_turn_on() {
        assert!(STOP_WORDS.is_sorted());
        assert!(STOP_WORDS.iter().all(|word| is_stop_word(word)));
        assert!(!is_stop_word("не") && !is_stop_word("без"));
    }

    #[test]
    fn all_forms_of_a_word_have_one_stem() {
        let stemmer = RussianStemmer::new();
        for forms in [
            "шов шва шву швом шве швы швов швам швами швах",
            "узел узла узлу узлом узле узлы узлов узлам узлами узлах",
            "колодец колодца колодцу колодцем колодце колодцы колодцев колодцам колодцами колодцах",
            "труба трубы трубе трубу трубой труб трубам трубами трубах",
            "лоток лотка лотку лотком лотке лотки лотков лоткам лотками лотках",
            "участок участка участку участком участке участки участков участкам участками участках",
            "уголок уголка уголком уголки уголков уголкам",
            "песок песка песку песком песке",
            "балка балки балке балку балкой балок балкам балками балках",
            "окно окна окну окном окне окон окнам окнами окнах",
            "щебень щебня щебню щебнем щебне",
            "журнал журнала журналу журналом журнале журналы журналов журналам журналами журналах",
            "клапан клапана клапану клапаном клапане клапаны клапанов клапанам клапанами клапанах",
            "мембрана мембраны мембране мембрану мембраной мембран мембранам",
            "эмаль эмали эмалью эмалей эмалям",
            "траншея траншеи траншее траншею траншеей траншей траншеям траншеями траншеях",
            "свая сваи свае сваю сваей свай сваям сваями сваях",
            "стройка стройки стройке стройку стройкой строек стройкам",
            "гайка гайки гайку гайкой гаек гайкам гайками",
            "уровень уровня уровню уровнем уровне уровни уровней уровням",
            "шпонка шпонки шпонку шпонкой шпонок шпонкам",
            "плита плиты плите плиту плитой плит плитам плитами плитах",
            "фундамент фундамента фундаменту фундаментом фундаменте фундаменты фундаментов",
            "арматура арматуры арматуре арматуру арматурой",
            "бетонирование бетонирования бетонированию бетонированием бетонировании",
            "скрытый скрытая скрытое скрытые скрытого скрытых скрытыми скрытой",
        ] {
            let mut words = forms.split(' ');
            let first = stemmer.stem(words.next().unwrap());
            for word in words {
                assert_eq!(stemmer.stem(word), first, "{word} in: {forms}");
            }
        }
    }

    #[test]
    fn different_words_keep_different_stems() {
        let stemmer = RussianStemmer::new();
        for (one, other) in [("балка", "балкон"), ("плита", "плитка"), ("окно", "окончание"), ("цех", "цельный")]
        {
            assert_ne!(stemmer.stem(one), stemmer.stem(other));
        }
    }
}
