//! How a typeset set is laid out and worded, by its seed: everything that a reader must not rely on.

/// Numbers of a seed, one after another (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn chance(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    pub(crate) fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        let at = self.below(texts.len() as u64) as usize;
        texts.get(at).copied().unwrap_or_default()
    }
}

/// How items of the list end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Semicolons,
    FullStops,
    /// One full stop in mid-list.
    Mixed,
    Nothing,
}

/// Where the list is broken on purpose; wherever else text happens to reach the foot of a column, it is broken, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    Nowhere,
    /// In its middle, by the end of a column or of the sheet.
    Items(&'static str),
    /// Between its heading and its items.
    Heading(&'static str),
}

/// What stands before items: for number `n` counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    Bullet(&'static str),
    /// «1.», «1)».
    Figures(&'static str),
    /// «а)».
    Letters,
    /// «7.1», where 7 is the number of the note that heads them.
    Inner,
}

impl Marks {
    pub(crate) fn of(self, number: usize, note: usize) -> String {
        match self {
            Self::Bullet(bullet) => bullet.to_owned(),
            Self::Figures(sign) => format!("{number}{sign}"),
            Self::Letters => {
                let letters = "абвгдежиклмнопрстуфхцшщэюя";
                format!("{})", letters.chars().nth(number.saturating_sub(1)).unwrap_or('я'))
            }
            Self::Inner => format!("{note}.{number}"),
        }
    }
}

/// Layout and wording of one set.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) form: &'static str,
    pub(crate) upright: bool,
    pub(crate) font: &'static str,
    pub(crate) text_mm: f64,
    pub(crate) hyphenate: bool,
    pub(crate) justify: bool,
    pub(crate) columns: usize,
    /// Width and height of sheets of general data in millimetres.
    pub(crate) sheet_mm: (u32, u32),
    pub(crate) marks: Marks,
    pub(crate) ends: Ends,
    pub(crate) capitals: bool,
    /// Items stand at a tab from their mark; else their first line runs on behind it.
    pub(crate) tabbed: bool,
    pub(crate) heading: &'static str,
    pub(crate) broken: Broken,
    /// The list is a ruled table.
    pub(crate) as_table: bool,
    pub(crate) list_before: bool,
    pub(crate) list_after: bool,
    pub(crate) pointer: bool,
    /// The sentence shares its paragraph with others.
    pub(crate) compound: bool,
    pub(crate) drawing_list: &'static str,
    pub(crate) header_row: bool,
    pub(crate) specification_list: bool,
    pub(crate) lists_beside: bool,
    pub(crate) fillers: usize,
    pub(crate) firms: usize,
    pub(crate) foreign_sheet: bool,
    pub(crate) damage: bool,
    pub(crate) missing_sheet: bool,
    pub(crate) wrong_total: bool,
    pub(crate) permit: bool,
    pub(crate) header_again: bool,
    pub(crate) column_numbers: bool,
    pub(crate) merged_sections: bool,
    pub(crate) two_numberings: bool,
    pub(crate) rows_text_mm: f64,
}

const HEADINGS: [&str; 8] = [
    "Перечень основных видов работ, подлежащих освидетельствованию с составлением актов на скрытые работы",
    "Перечень работ, скрываемых последующими работами и подлежащих освидетельствованию",
    "Виды работ, на которые составляются акты освидетельствования скрытых работ:",
    "На следующие виды работ должны быть составлены акты освидетельствования скрытых работ:",
    "Перечень скрытых работ, подлежащих промежуточной приемке",
    "Перечень работ, на которые необходимо составлять акты освидетельствования скрытых работ",
    "Скрытые работы, подлежащие приемке с составлением актов:",
    "Требуется составление актов освидетельствования следующих скрытых работ:",
];

const DRAWING_LISTS: [&str; 4] = [
    "Ведомость рабочих чертежей основного комплекта",
    "Ведомость основного комплекта рабочих чертежей",
    "Ведомость рабочих чертежей",
    "Ведомость чертежей основного комплекта",
];

impl Layout {
    /// Every choice by the seed; those that matter most go round, so that a few seeds meet them all.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let round = seed / 14 + seed;
        Self {
            form: ["form3", "own", "form3", "strip"].get((round % 4) as usize).copied().unwrap_or("form3"),
            upright: round % 4 == 2,
            font: dice.pick(&["Liberation Serif", "Liberation Sans"]),
            text_mm: 2.8 + 0.2 * dice.below(8) as f64,
            hyphenate: dice.chance(25),
            justify: dice.chance(40),
            columns: 2 + dice.below(2) as usize,
            sheet_mm: if dice.chance(85) { (420, 297) } else { (594, 420) },
            marks: match dice.below(9) {
                0 => Marks::Bullet("–"),
                1 => Marks::Bullet("•"),
                2 => Marks::Bullet("-"),
                3 => Marks::Bullet("—"),
                4 => Marks::Figures("."),
                5 => Marks::Figures(")"),
                6 | 7 => Marks::Letters,
                _ => Marks::Inner,
            },
            ends: match dice.below(4) {
                0 => Ends::Semicolons,
                1 => Ends::FullStops,
                2 => Ends::Mixed,
                _ => Ends::Nothing,
            },
            capitals: dice.chance(30),
            tabbed: dice.chance(50),
            heading: dice.pick(&HEADINGS),
            broken: match seed % 5 {
                0 => Broken::Items("column"),
                1 => Broken::Items("page"),
                2 => Broken::Heading(dice.pick(&["column", "page"])),
                _ => Broken::Nowhere,
            },
            as_table: dice.chance(18),
            list_before: dice.chance(50),
            list_after: dice.chance(50),
            pointer: dice.chance(25),
            compound: dice.chance(50),
            drawing_list: dice.pick(&DRAWING_LISTS),
            header_row: dice.chance(65),
            specification_list: dice.chance(50),
            lists_beside: dice.chance(50),
            fillers: dice.below(36) as usize,
            firms: 1 + dice.below(3) as usize,
            foreign_sheet: dice.chance(30),
            damage: dice.chance(40),
            missing_sheet: dice.chance(25),
            wrong_total: dice.chance(25),
            permit: dice.chance(35),
            header_again: dice.chance(50),
            column_numbers: dice.chance(50),
            merged_sections: dice.chance(50),
            two_numberings: dice.chance(25),
            rows_text_mm: 2.4 + 0.2 * dice.below(4) as f64,
        }
    }
}
