//! Labels of title blocks, as editions of the standard, drawing programs and recognition write them.

use crate::lines::fold;

/// A label of a title block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Change,
    Amount,
    Sheet,
    Document,
    Signature,
    Date,
    Stage,
    Sheets,
    Mass,
    Scale,
}

/// What a word labels, also as recognition reads it when the page was `recognised`.
pub(crate) fn label(text: &str, recognised: bool) -> Option<Label> {
    let letters = text.chars().count();
    if letters > 9 {
        return None;
    }
    let folded = fold(text);
    let plain = folded.trim_matches(['.', ' ', ':']);
    exact_label(plain).or_else(|| if recognised { nearest_label(plain) } else { None })
}

fn exact_label(plain: &str) -> Option<Label> {
    Some(match plain {
        "изм" => Label::Change,
        "кол.уч" | "кол" | "кол. уч" | "код" => Label::Amount,
        "лист" | "лис" => Label::Sheet,
        "№док" | "№ док" | "nдок" | "док" | "№д" | "n док" => Label::Document,
        "подп" | "подпись" | "подпис" => Label::Signature,
        "дата" | "дат" => Label::Date,
        "стадия" | "стад" => Label::Stage,
        "листов" => Label::Sheets,
        "масса" => Label::Mass,
        "масштаб" => Label::Scale,
        _ => return None,
    })
}

/// A label as recognition reads it: letters of the other alphabet, figures for letters, one letter wrong.
fn nearest_label(plain: &str) -> Option<Label> {
    let cyrillic: String = plain
        .chars()
        .filter(|letter| *letter != '.')
        .map(|letter| match letter {
            'a' => 'а',
            'c' => 'с',
            'e' => 'е',
            'o' | '0' => 'о',
            'p' => 'р',
            'x' => 'х',
            'm' | 't' => 'т',
            'u' => 'и',
            'n' => 'п',
            'k' => 'к',
            '8' | 'b' => 'в',
            '3' => 'з',
            other => other,
        })
        .collect();
    if cyrillic.ends_with("док") && cyrillic.chars().count() <= 5 {
        return Some(Label::Document);
    }
    // Shorter ones are a letter away from other words.
    const FAR_ENOUGH: [(&str, Label); 5] = [
        ("стадия", Label::Stage),
        ("листов", Label::Sheets),
        ("подпись", Label::Signature),
        ("колуч", Label::Amount),
        ("масштаб", Label::Scale),
    ];
    exact_label(&cyrillic).or_else(|| {
        FAR_ENOUGH.iter().find(|(label, _)| strsim::levenshtein(label, &cyrillic) <= 1).map(|(_, label)| *label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_words_however_they_are_read() {
        for (text, wanted) in [("Стадия", Label::Stage), ("Кол.уч.", Label::Amount), ("№док.", Label::Document)]
        {
            assert_eq!(label(text, false), Some(wanted), "{text}");
        }
        for (text, wanted) in
            [("Стадuя", Label::Stage), ("Листо8", Label::Sheets), ("Лисm", Label::Sheet), ("Nsдок", Label::Document)]
        {
            assert_eq!((label(text, false), label(text, true)), (None, Some(wanted)), "{text}");
        }
        for word in ["Листва", "Стена", "План", "Стадион", "12"] {
            assert_eq!((label(word, false), label(word, true)), (None, None), "{word}");
        }
    }
}
