//! Letters that look alike in two scripts, and signs that recognition takes for one another.

/// Pairs of small letters, Cyrillic and Latin, whose capital or small shapes cannot be told apart in print.
const LOOK_ALIKES: [(char, char); 12] = [
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('е', 'e'),
    ('н', 'h'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('т', 't'),
    ('х', 'x'),
    ('у', 'y'),
];

/// Small letters of `text`, ё as е, raised digits as plain ones («м²» as «м2»); invisible signs are left out.
pub(crate) fn small_letters(text: &str) -> String {
    let kept = text.chars().filter(|sign| !is_invisible(*sign));
    kept.flat_map(char::to_lowercase).map(plain).collect()
}

fn plain(sign: char) -> char {
    match sign {
        'ё' => 'е',
        '²' => '2',
        '³' => '3',
        other => other,
    }
}

/// Whether the sign stands inside words without being seen: a soft hyphen, a stress mark, a zero-width joiner.
pub(crate) fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// `word` (in small letters) in one script. A word of both scripts takes the script most of its letters belong to,
/// Cyrillic when even; a Latin word made of look-alikes only is taken for Cyrillic. Letters without a twin stay.
pub(crate) fn one_script(word: &str) -> String {
    let cyrillic = word.chars().filter(|letter| is_cyrillic(*letter)).count();
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    if latin == 0 {
        return word.to_owned();
    }
    let latin_has_twins_only =
        word.chars().filter(char::is_ascii_alphabetic).all(|letter| to_cyrillic(letter) != letter);
    if cyrillic >= latin || latin_has_twins_only {
        word.chars().map(to_cyrillic).collect()
    } else if cyrillic > 0 {
        word.chars().map(to_latin).collect()
    } else {
        word.to_owned()
    }
}

/// Part of a code with every Cyrillic letter that has a Latin twin replaced by it.
pub(crate) fn code_letters(part: &str) -> String {
    part.chars().map(to_latin).collect()
}

/// What is left of a code (in small letters) when signs that recognition confuses are made one: O and 0, З and 3, б and 6,
/// l and I and 1, ч and 4. Anything but letters and digits is left out.
pub(crate) fn code_skeleton(code: &str) -> String {
    code.chars().filter(|sign| sign.is_alphanumeric()).map(|sign| merge_confusable(to_latin(sign))).collect()
}

fn merge_confusable(sign: char) -> char {
    match sign {
        'o' => '0',
        'l' | 'i' | 'і' => '1',
        'з' => '3',
        'ч' => '4',
        'б' => '6',
        other => other,
    }
}

fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{4ff}')
}

fn to_latin(letter: char) -> char {
    LOOK_ALIKES.iter().find(|(cyrillic, _)| *cyrillic == letter).map_or(letter, |(_, latin)| *latin)
}

fn to_cyrillic(letter: char) -> char {
    LOOK_ALIKES.iter().find(|(_, latin)| *latin == letter).map_or(letter, |(cyrillic, _)| *cyrillic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_word_takes_the_script_of_most_of_its_letters() {
        for (mixed, expected) in [("трyба", "труба"), ("бетoн", "бетон"), ("cваи", "сваи"), ("steаl", "steal")]
        {
            assert_eq!(one_script(mixed), expected);
        }
    }

    #[test]
    fn latin_words_with_letters_of_their_own_stay_latin() {
        for word in ["windows", "sika", "revit"] {
            assert_eq!(one_script(word), word);
        }
    }

    #[test]
    fn codes_that_look_the_same_have_one_skeleton() {
        let expected = "crua612b0123422";
        for code in ["с-ru.аб12.в.01234/22", "c-ru.aб12.b.o1234/22", "с–ru.аб12.в.0l234/22"] {
            assert_eq!(code_skeleton(code), expected, "{code}");
        }
        assert_ne!(code_skeleton("с-ru.аб12.в.01235/22"), expected);
    }
}
