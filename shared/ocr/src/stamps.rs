//! Title blocks (ГОСТ Р 21.101, форма 3–6): the heads of their columns and the rows of who signed are the same on all sheets, and
//! small, so that worn print leaves out their points first. What is nearly one of them, among others of the same row, is it.

use crate::captions::nearest;
use crate::spelling::{PUT_RIGHT, core};
use domain::Word;

/// The heads of the columns of changes, word by word; some write the second with a point behind, and some none at all behind words.
const HEADS: [&[&str]; 6] = [&["Изм."], &["Кол.уч"], &["Лист"], &["№", "док."], &["Подп."], &["Дата"]];
/// So many of them stand in a row at least, and so many are read without a mistake.
const MIN_HEADS: usize = 3;
const MIN_SOUND: usize = 2;
/// What those who sign have done, or are, without the point behind.
const ROLES: [&str; 12] = [
    "Разраб",
    "Разработал",
    "Провер",
    "Проверил",
    "Пров",
    "ГИП",
    "ГАП",
    "Н.контр",
    "Т.контр",
    "Утв",
    "Утвердил",
    "Выполнил",
];
/// How far the cells of a row reach from the first, in sizes of the type.
const ROW_SIZES: f32 = 22.0;

/// A line of words, which is a cell of a title block.
#[derive(Debug, Clone, Copy)]
struct Cell {
    first: usize,
    end: usize,
}

/// Puts the heads and the rows of title blocks right. `lines` has the line of each word.
pub(crate) fn put_right(words: Vec<Word>, lines: Vec<usize>) -> (Vec<Word>, Vec<usize>) {
    let mut words: Vec<Option<Word>> = words.into_iter().map(Some).collect();
    let mut cells = Vec::new();
    let mut first = 0;
    for line in lines.chunk_by(|one, other| one == other) {
        cells.push(Cell { first, end: first + line.len() });
        first += line.len();
    }
    heads(&mut words, &cells);
    rows(&mut words, &cells);
    words.into_iter().zip(lines).filter_map(|(word, line)| Some((word?, line))).unzip()
}

/// The words of a cell.
fn of<'w>(words: &'w [Option<Word>], cell: &Cell) -> Vec<&'w Word> {
    words.get(cell.first..cell.end).unwrap_or_default().iter().flatten().collect()
}

/// Whether one level cell stands in the row of another and not far away.
fn are_in_row(one: &Word, other: &Word) -> bool {
    let middle = |word: &Word| f32::midpoint(word.bounds.y0, word.bounds.y1);
    one.rotation_deg == 0
        && other.rotation_deg == 0
        && (middle(one) - middle(other)).abs() < one.size_pt * 0.6
        && (one.bounds.x0 - other.bounds.x0).abs() < one.size_pt * ROW_SIZES
}

fn heads(words: &mut [Option<Word>], cells: &[Cell]) {
    let near = |cell: &Cell| head(&of(words, cell)).map(|(kind, is_sound)| (*cell, kind, is_sound));
    let near: Vec<(Cell, usize, bool)> = cells.iter().filter_map(near).collect();
    for (cell, meant, is_sound) in &near {
        let own = of(words, cell).first().copied().cloned().filter(|_| !is_sound);
        let Some(own) = own else { continue };
        let is_beside = |other: &Cell| of(words, other).first().is_some_and(|other| are_in_row(&own, other));
        let row: Vec<_> = near.iter().filter(|(other, ..)| is_beside(other)).collect();
        let kinds = (0..HEADS.len()).filter(|kind| row.iter().any(|(_, other, _)| other == kind)).count();
        let sound = row.iter().filter(|(.., is_sound)| *is_sound).count();
        let Some(head) = HEADS.get(*meant).filter(|_| kinds >= MIN_HEADS && sound >= MIN_SOUND) else { continue };
        let has_point = |cell: &Cell| of(words, cell).last().is_some_and(|word| word.text.ends_with('.'));
        let have_points = has_point(cell) || row.iter().any(|(other, ..)| has_point(other));
        let text = |word: &&'static str| match *word {
            "№" if own.text == "N" => "N",
            word if have_points => word,
            word => word.trim_end_matches('.'),
        };
        let head: Vec<&str> = head.iter().map(text).collect();
        write(words.get_mut(cell.first..cell.end).unwrap_or_default(), &head);
    }
}

/// Which head a cell is, or nearly is, and whether it was read without a mistake.
fn head(words: &[&Word]) -> Option<(usize, bool)> {
    let letters = |text: &str| -> Vec<char> {
        text.replace('N', "№").chars().filter(|sign| !matches!(sign, '.' | ',' | ' ')).collect()
    };
    let read: Vec<char> = words.iter().flat_map(|word| letters(&word.text)).collect();
    let kind = nearest(&read, HEADS.iter().map(|head| head.iter().flat_map(|word| letters(word)).collect()))?;
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let meant = HEADS.get(kind)?.join(" ");
    let is_sound = text == meant || text.strip_suffix('.') == Some(&meant);
    Some((kind, is_sound))
}

/// Writes other words into a cell: one for one, or all in the first.
fn write(cell: &mut [Option<Word>], texts: &[&str]) {
    let are_as_many = cell.len() == texts.len();
    let whole = cell.iter().flatten().map(|word| word.bounds).reduce(|all, bounds| all.union(bounds));
    for (place, slot) in cell.iter_mut().enumerate() {
        let text =
            if are_as_many { texts.get(place) } else { texts.first().filter(|_| place == 0 && texts.len() == 1) };
        match (slot.as_mut(), text) {
            (Some(word), Some(text)) => {
                if word.text != *text {
                    word.text = (*text).to_owned();
                    word.confidence = word.confidence.min(PUT_RIGHT);
                }
                if let Some(whole) = whole.filter(|_| !are_as_many) {
                    word.bounds = whole;
                }
            }
            _ if texts.len() == 1 => *slot = None,
            _ => {}
        }
    }
}

/// In a row of a role: initials have their points, and a month and a year are one date.
fn rows(words: &mut [Option<Word>], cells: &[Cell]) {
    let roles: Vec<Word> = cells
        .iter()
        .filter_map(|cell| match of(words, cell).as_slice() {
            [word] if ROLES.contains(&word.text.trim_end_matches('.')) => Some((*word).clone()),
            _ => None,
        })
        .collect();
    for cell in cells {
        let own = of(words, cell);
        let Some(first) = own.first() else { continue };
        if !roles.iter().any(|role| are_in_row(role, first) && role.bounds.x1 < first.bounds.x0) {
            continue;
        }
        let texts: Vec<&str> = own.iter().map(|word| word.text.as_str()).collect();
        let meant = match texts.as_slice() {
            [name, letters] if is_name(name) => initials(letters).map(|letters| vec![(*name).to_owned(), letters]),
            [month, year] => date(month, year).map(|date| vec![date]),
            [text] => text.split_once(['.', ',']).and_then(|(month, year)| date(month, year)).map(|date| vec![date]),
            _ => None,
        };
        if let Some(meant) = meant {
            let meant: Vec<&str> = meant.iter().map(String::as_str).collect();
            write(words.get_mut(cell.first..cell.end).unwrap_or_default(), &meant);
        }
    }
}

/// Whether a word may be the name of a person.
fn is_name(text: &str) -> bool {
    let mut letters = core(text).chars();
    letters.next().is_some_and(char::is_uppercase) && letters.clone().count() >= 2 && letters.all(char::is_lowercase)
}

/// Initials with their points, from two capitals with or without.
fn initials(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().filter(|sign| !matches!(sign, '.' | ',')).collect();
    match letters.as_slice() {
        [first @ 'А'..='Я', second @ 'А'..='Я'] => Some(format!("{first}.{second}.")),
        _ => None,
    }
}

/// The date of a month and a year of two digits, of which a 4 may look like a sign of per cent.
fn date(month: &str, year: &str) -> Option<String> {
    let digits = |text: &str| text.trim_end_matches(['.', ',']).replace('%', "4");
    let (month, year) = (digits(month), digits(year));
    let is_month = month.len() == 2 && (1..=12).contains(&month.parse::<u8>().ok()?);
    let is_year = year.len() == 2 && (10..40).contains(&year.parse::<u8>().ok()?);
    (is_month && is_year).then(|| format!("{month}.{year}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Rect;

    /// Cells of a row, 40 points apart, the words of each parted by spaces.
    fn put_right_row(cells: &[&str]) -> Vec<String> {
        let mut words = Vec::new();
        let mut lines = Vec::new();
        for (line, cell) in cells.iter().enumerate() {
            for (place, text) in cell.split(' ').enumerate() {
                let x0 = line as f32 * 40.0 + place as f32 * 15.0;
                let bounds = Rect { x0, y0: 10.0, x1: x0 + 12.0, y1: 17.0 };
                words.push(Word { text: text.to_owned(), bounds, size_pt: 10.0, rotation_deg: 0, confidence: 0.9 });
                lines.push(line);
            }
        }
        let (words, lines) = put_right(words, lines);
        assert_eq!(words.len(), lines.len());
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn heads_of_a_title_block_are_written_as_they_are() {
        assert_eq!(
            put_right_row(&["И.зм", "Кол уч", "Лист", "№ док.", "Падп", "Дата"]),
            ["Изм.", "Кол.уч", "Лист", "№", "док.", "Подп.", "Дата"]
        );
        assert_eq!(put_right_row(&["Кол.уч.", "Лист", "Дата", "Изм"]), ["Кол.уч.", "Лист", "Дата", "Изм."]);
        assert_eq!(
            put_right_row(&["Изм", "Кол.уч", "Лист", "№ док", "Дата"])[..5],
            ["Изм", "Кол.уч", "Лист", "№", "док"]
        );
        assert_eq!(put_right_row(&["Кол.уч", "Лист", "N дох", "Дата"])[2..4], ["N", "док"]);
        assert_eq!(put_right_row(&["Изм", "Кол.уч", "Лист", "Падп", "Дата"])[3], "Подп");
        // A table of something else.
        assert_eq!(put_right_row(&["Лист", "Дота", "Марка"]), ["Лист", "Дота", "Марка"]);
    }

    #[test]
    fn who_signed_has_initials_and_a_date() {
        assert_eq!(put_right_row(&["Проверил", "Петров ПП.", "0% 26"]), ["Проверил", "Петров", "П.П.", "04.26"]);
        assert_eq!(put_right_row(&["ГИП", "Кузнецов К.К,", "04,26"]), ["ГИП", "Кузнецов", "К.К.", "04.26"]);
        assert_eq!(put_right_row(&["Насос", "Клапан КК", "04 26"]), ["Насос", "Клапан", "КК", "04", "26"]);
        assert_eq!(put_right_row(&["Разработка грунта", "Раздел КЖ", "10 26"])[2..], ["Раздел", "КЖ", "10", "26"]);
        assert_eq!(put_right_row(&["ГИП", "Кузнецов К.К.", "14 26"]), ["ГИП", "Кузнецов", "К.К.", "14", "26"]);
    }
}
