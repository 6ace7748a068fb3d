//! How a set of one mark is laid out and worded: everything that a reader must not rely on.

use super::super::random::Random;
use super::stamps::Block;

/// Where the list of hidden works is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// It stands in one column.
    Nowhere,
    /// It goes on at the top of the next column.
    Column,
    /// It goes on on the next sheet.
    Page,
}

/// Layout and wording of one set.
pub(super) struct Style {
    pub(super) block: Block,
    pub(super) drawing_list: &'static str,
    pub(super) header_row: bool,
    pub(super) specification_list: bool,
    pub(super) hidden_works: &'static str,
    pub(super) broken: Break,
    /// What stands before item `n`: a bullet, or `#` for its number with the sign behind.
    pub(super) mark: &'static str,
    /// An item in mid-list that ends in a full stop.
    pub(super) full_stop: bool,
    /// Another bulleted list right behind.
    pub(super) neighbour: bool,
    /// СО repeats its heading on every sheet, and numbers its columns.
    pub(super) header_again: bool,
    pub(super) column_numbers: bool,
    /// СО numbers its names, too.
    pub(super) two_numberings: bool,
    /// One drawing is left out of the file.
    pub(super) missing_sheet: bool,
    /// «Листов» does not agree with the list.
    pub(super) wrong_total: bool,
    /// There is a permit to change.
    pub(super) permit: bool,
}

const DRAWING_LISTS: [&str; 3] = [
    "Ведомость рабочих чертежей основного комплекта",
    "Ведомость рабочих чертежей",
    "Ведомость чертежей основного комплекта",
];
const HIDDEN_WORKS: [&str; 7] = [
    "Перечень видов работ, для которых необходимо составление актов освидетельствования скрытых работ",
    "Перечень скрытых работ",
    "Перечень актов освидетельствования скрытых работ",
    "Акты освидетельствования скрытых работ составить на:",
    "Освидетельствованию с составлением актов скрытых работ подлежат следующие работы:",
    "Виды скрытых работ, подлежащих приемке с составлением актов:",
    "Список работ, на которые составляются акты на скрытые работы",
];
const MARKS: [&str; 5] = ["–", "•", "#.", "#)", "-"];

impl Style {
    /// Everything by the seed: neighbouring seeds differ in most.
    pub(super) fn of(seed: u64) -> Self {
        let mut random = Random::for_sheet(seed, 77);
        let turn = |by: u64, of: u64| (seed / by) % of;
        Self {
            block: match turn(1, 4) {
                0 => Block::Form3,
                1 => Block::Own,
                2 => Block::OnItsSide,
                _ => Block::Form5,
            },
            drawing_list: random.pick(&DRAWING_LISTS),
            header_row: random.chance(0.7),
            specification_list: random.chance(0.6),
            hidden_works: random.pick(&HIDDEN_WORKS),
            broken: match turn(1, 3) {
                0 => Break::Nowhere,
                1 => Break::Column,
                _ => Break::Page,
            },
            mark: random.pick(&MARKS),
            full_stop: random.chance(0.4),
            neighbour: random.chance(0.5),
            header_again: random.chance(0.5),
            column_numbers: random.chance(0.5),
            two_numberings: random.chance(0.3),
            missing_sheet: random.chance(0.3),
            wrong_total: random.chance(0.3),
            permit: random.chance(0.4),
        }
    }
}
