//! Repair of designations towards the set's own: recognition and drawing programs take О for 0, З for 3, Б for 6, Latin
//! letters for Cyrillic, and lose signs between them.

use crate::cipher::{self, Cipher};
use crate::title_block::FoundBlock;
use domain::cyrillic_capital;

/// How many further signs recognition may have got wrong, when the rest agrees.
const MOST_WRONG: usize = 1;

/// Gives blocks whose designation is the set's own but for letters taken for each other the set's spelling. What stood on
/// the sheet is kept. `recognised` says which pages were read from pictures.
pub(crate) fn repair(blocks: &mut [FoundBlock], own: &Cipher, recognised: impl Fn(u32) -> bool) {
    for found in blocks {
        let Some(read) = found.block.cipher.clone() else { continue };
        if let Some(cipher) = found.cipher.as_ref().filter(|cipher| cipher.base == own.base) {
            // No document of a set is called «С0»: that is СО.
            let Some(head) = cipher.full.strip_suffix(".С0") else { continue };
            let full = format!("{head}.СО");
            found.cipher = cipher::parse(&full);
            found.block.cipher = Some(full);
            found.block.cipher_as_read = Some(read);
            continue;
        }
        let Some(full) = repaired(&read, own, recognised(found.block.page)) else { continue };
        found.cipher = cipher::parse(&full);
        found.block.cipher = Some(full);
        found.block.cipher_as_read = Some(read);
        found.block.evidence.confidence = found.block.evidence.confidence.min(0.8);
    }
}

/// The set's spelling of a designation, with the suffix of an attached document where it has one.
fn repaired(read: &str, own: &Cipher, recognised: bool) -> Option<String> {
    let plain: String = read.split_whitespace().collect();
    if plain == own.base {
        return None;
    }
    let signs = skeleton(&plain);
    let wanted = skeleton(&own.base);
    if signs == wanted || (recognised && is_near(&signs, &wanted)) {
        return Some(own.base.clone());
    }
    let (head, suffix) =
        plain.rsplit_once(['.', '-', ',']).filter(|(_, suffix)| (1..=3).contains(&suffix.chars().count()))?;
    let suffix: String = suffix
        .chars()
        .map(|letter| match letter {
            '0' | 'O' => 'О',
            'C' => 'С',
            'B' => 'В',
            'P' => 'Р',
            other => other,
        })
        .collect();
    let known = ["СО", "С", "ВР", "ВО", "ВМ"].contains(&suffix.as_str());
    let head = skeleton(head);
    let same = head == wanted || (recognised && is_near(&head, &wanted));
    (known && same).then(|| format!("{}.{suffix}", own.base))
}

/// The signs that tell designations apart: no separators, look-alikes as one.
pub(crate) fn skeleton(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .map(|letter| match letter {
            'О' | 'O' | 'Q' | 'D' => '0',
            'З' | 'Э' => '3',
            'Б' | 'b' => '6',
            'I' | 'L' | '|' | 'І' => '1',
            'Y' => 'У',
            other => cyrillic_capital(other).unwrap_or(other),
        })
        .collect()
}

/// Whether one sign is wrong, and not just another figure: 1.2 and 1.3 are two sets.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len() != other.len() {
        return false;
    }
    let wrong: Vec<(&char, &char)> = one.iter().zip(&other).filter(|(a, b)| a != b).collect();
    wrong.len() <= MOST_WRONG && wrong.iter().all(|(a, b)| !(a.is_ascii_digit() && b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_repaired_and_other_sets_are_not() {
        let own = cipher::parse("31-0З/24-КЖ1.2").map_or_else(
            || panic!("no cipher"),
            |_| Cipher {
                full: "31-03/24-КЖ1.2".to_owned(), base: "31-03/24-КЖ1.2".to_owned(), mark: "КЖ".to_owned()
            },
        );
        for (read, repaired_to) in [
            ("31-ОЗ/24-КЖ1.2", Some("31-03/24-КЖ1.2")),
            ("31-03/24-KЖ1.2", Some("31-03/24-КЖ1.2")),
            ("31-03/24 -КЖ1,2", Some("31-03/24-КЖ1.2")),
            ("31-О3/24-КЖ1.2.С0", Some("31-03/24-КЖ1.2.СО")),
            ("31-03/24-КЖ1.3", None),
            ("31-04/24-КЖ1.2", None),
            ("31-03/24-КЖ1.2", None),
        ] {
            assert_eq!(repaired(read, &own, false).as_deref(), repaired_to, "{read}");
        }
        assert_eq!(repaired("31-03/24-НЖ1.2", &own, false), None);
        assert_eq!(repaired("31-03/24-НЖ1.2", &own, true).as_deref(), Some("31-03/24-КЖ1.2"));
        assert_eq!(repaired("31-03/24-КЖ1.3", &own, true), None);
    }
}
