//! Typeset sets: text that flows over columns and pages, title blocks of several kinds, and what real sets do to a reader.

use crate::EvalError;
use crate::contents::{Contents, contents};
use crate::layout::{Dice, Layout};
use crate::press::print;
use crate::running_text::{heading, running_text, table};
use crate::truth::{Change, HiddenWorksTruth, OtherAct, Row, Sheet, TitleBlockTruth, Truth, WorkTruth};
use serde_json::{Value, json};

/// How many typeset sets there are before their contents come again in another layout.
pub const TYPESET_SETS: u64 = 14;

const OBJECTS: [&str; 4] = [
    "Многоквартирный жилой дом со встроенными помещениями по адресу: г. Новоозерск, ул. Береговая, д. 14",
    "Общеобразовательная школа на 825 мест в г. Верхнелесье",
    "Реконструкция производственной площадки ООО «Станкомаш-Юг»",
    "Физкультурно-оздоровительный комплекс с бассейном, пос. Заречный",
];
const FIRMS: [&str; 4] =
    ["ООО «Проектная мастерская № 7»", "АО «Гипрострой-Восток»", "ООО «АрхКонтур»", "ИП Ветров А.С."];

/// One set of the seed and what is true of it; its name is `NN-МАРКА`.
///
/// # Errors
/// When the typesetter refuses it.
pub fn typeset_set(seed: u64) -> Result<(Vec<u8>, Truth), EvalError> {
    let all = contents()?;
    let set = all.get((seed % TYPESET_SETS) as usize).ok_or_else(|| EvalError::Press("no contents".to_owned()))?;
    let mut maker = Maker { set, layout: Layout::of(seed), dice: Dice::of(seed ^ 0xa5a5), truth: Truth::default() };
    let data = maker.data(seed);
    let printed = print(&data)?;
    let mut truth = maker.truth;
    let mut blocks: Vec<TitleBlockTruth> = Vec::new();
    for block in printed.blocks {
        let block: TitleBlockTruth = serde_json::from_value(block)
            .map_err(|source| EvalError::Json { path: std::path::PathBuf::from("set.typ"), source })?;
        blocks.push(block);
    }
    truth.title_blocks = Some(blocks);
    Ok((printed.pdf, truth))
}

struct Maker<'c> {
    set: &'c Contents,
    layout: Layout,
    dice: Dice,
    truth: Truth,
}

impl Maker<'_> {
    fn data(&mut self, seed: u64) -> Value {
        let (set, layout) = (self.set, self.layout.clone());
        let cipher = match seed % 3 {
            0 => format!("{:02}-{:03}-{}{}", 10 + seed % 80, 203 + seed, set.mark, set.part),
            1 => format!("{:03}.{:02}-Р-{}{}", 300 + seed, 3 + seed % 30, set.mark, set.part),
            _ => format!("ВМ-2026/{:02}-{}{}", 3 + seed % 60, set.mark, set.part),
        };
        self.truth.document = format!("{seed:02}-{}.pdf", set.mark);
        self.truth.cipher = Some(cipher.clone());
        self.truth.mark = Some(set.mark.clone());
        self.truth.revision = layout.permit.then(|| "Изм.1".to_owned());
        let drawings = self.drawings(&cipher);
        let blocks = self.general(&cipher);
        let count = self.truth.drawing_list.as_ref().map_or(0, Vec::len) + usize::from(layout.wrong_total);
        let firm = self.dice.pick(&FIRMS).to_owned();
        let covers: Vec<Value> = (0..layout.firms)
            .flat_map(|number| {
                let firm = if number + 1 == layout.firms {
                    firm.clone()
                } else {
                    FIRMS.get(number).copied().unwrap_or_default().to_owned()
                };
                [false, true].map(|signed| json!({ "firm": firm, "title": set.title, "signed": signed, "changes": [] }))
            })
            .collect();
        let permits = if layout.permit { vec![self.permit()] } else { Vec::new() };
        let equipment = if set.equipment { self.equipment(&cipher) } else { Value::Null };
        self.acts();
        if layout.wrong_total {
            self.warn("sheet-count-differs");
        }
        let (width, height) = layout.sheet_mm;
        let labels =
            ["Изм.", if seed.is_multiple_of(2) { "Кол.уч." } else { "Кол.уч" }, "Лист", "№ док.", "Подп.", "Дата"];
        json!({
            "font": layout.font, "text_mm": layout.text_mm, "hyphenate": layout.hyphenate, "justify": layout.justify,
            "object": self.dice.pick(&OBJECTS), "building": set.building, "designer": firm, "stage": "Р", "cipher": cipher,
            "form": layout.form, "change_labels": labels,
            "signers": [["Разработал", "Панина"], ["Проверил", "Лаптев"], ["ГИП", "Сорокин"], ["Н. контр.", "Жукова"]],
            "covers": covers, "permits": permits,
            "general": {
                "id": "general", "blocks": blocks, "columns": layout.columns, "width": width, "height": height,
                "sheet": "1", "sheets": count.to_string(), "counts": false, "revision": Value::Null,
                "title": "Общие данные", "cipher": cipher, "cipher_printed": cipher, "upright": layout.upright,
            },
            "drawings": drawings, "equipment": equipment,
        })
    }

    fn warn(&mut self, code: &str) {
        self.truth.warnings.get_or_insert_default().push(code.to_owned());
    }

    /// The drawings that are in the file; the list of all of them goes into the truth.
    fn drawings(&mut self, cipher: &str) -> Vec<Value> {
        let (set, layout) = (self.set, self.layout.clone());
        self.truth.warnings = Some(Vec::new());
        let mut list =
            vec![Sheet { sheet: "1".to_owned(), name: "Общие данные".to_owned(), note: String::new() }];
        let mut parts = Vec::new();
        let last = set.drawings.len().saturating_sub(1);
        let rows = if set.equipment { Vec::new() } else { self.rows_of_form7() };
        for (index, drawing) in set.drawings.iter().enumerate() {
            let number = (index + 2).to_string();
            let changed = layout.permit && index == 0;
            let note = if changed { "Изм.1" } else { "" }.to_owned();
            list.push(Sheet { sheet: number.clone(), name: drawing.title.clone(), note });
            if layout.missing_sheet && index == 1 && last > 1 {
                self.warn("sheet-missing");
                continue;
            }
            let printed = if layout.damage && index > 0 { damaged(cipher, &mut self.dice) } else { cipher.to_owned() };
            let split = |at: usize| -> Vec<&str> {
                drawing.axes.get(at).map(|text| text.split_whitespace().collect()).unwrap_or_default()
            };
            parts.push(json!({
                "id": format!("drawing{index}"), "sheet": number, "sheets": "", "counts": false, "title": drawing.title,
                "heading": drawing.title, "cipher": cipher, "cipher_printed": printed, "upright": layout.upright,
                "revision": if changed { json!(1) } else { Value::Null }, "axes": [split(0), split(1)],
                "callouts": drawing.callouts, "layers": drawing.layers, "notes": [],
                "rows": if index == last { rows.clone() } else { Vec::new() },
            }));
            if layout.foreign_sheet && index == 0 {
                self.warn("other-cipher");
                let other = "41-26-ТХ";
                let title = "План технологического оборудования";
                parts.push(json!({
                    "id": "foreign", "sheet": "7", "sheets": "", "counts": false, "title": title, "heading": title,
                    "cipher": other, "cipher_printed": other, "upright": layout.upright, "revision": Value::Null,
                    "axes": [[], []], "callouts": ["Стеллаж С-1", "Стол рабочий"], "layers": [], "notes": [], "rows": [],
                }));
            }
        }
        self.truth.drawing_list = Some(list);
        parts
    }

    fn general(&mut self, cipher: &str) -> Vec<Value> {
        let (set, layout) = (self.set, self.layout.clone());
        let header = |cells: [&str; 3]| Some(cells.map(str::to_owned));
        let list = self.truth.drawing_list.clone().unwrap_or_default();
        let rows: Vec<[String; 3]> =
            list.iter().map(|row| [row.sheet.clone(), row.name.clone(), row.note.clone()]).collect();
        let columns = ["Лист", "Наименование", "Примечание"];
        let mut blocks = vec![table(
            layout.drawing_list,
            [15, 130, 35],
            layout.header_row.then(|| columns.map(str::to_owned)),
            &rows,
        )];
        self.truth.specification_list = Some(Vec::new());
        let mut references: Vec<[String; 3]> =
            set.references.iter().map(|[one, two]| [one.clone(), two.clone(), String::new()]).collect();
        let mut designations: Vec<String> = set.references.iter().map(|[one, _]| one.clone()).collect();
        references.insert(0, ["", "Ссылочные документы", ""].map(str::to_owned));
        if set.equipment {
            references.push(["", "Прилагаемые документы", ""].map(str::to_owned));
            let own = format!("{cipher}.СО");
            references.push([own.clone(), "Спецификация оборудования, изделий и материалов".to_owned(), String::new()]);
            designations.push(own);
        }
        self.truth.references = Some(designations);
        let references = table(
            "Ведомость ссылочных и прилагаемых документов",
            [52, 93, 35],
            header(["Обозначение", "Наименование", "Примечание"]),
            &references,
        );
        if layout.specification_list {
            let sheet = list.last().map(|row| row.sheet.clone()).unwrap_or_default();
            let name = "Спецификация элементов и материалов".to_owned();
            let rows = [[sheet.clone(), name.clone(), String::new()]];
            if layout.lists_beside {
                blocks.push(references.clone());
                blocks.push(json!({ "kind": "column" }));
            }
            blocks.push(table("Ведомость спецификаций", [15, 130, 35], header(columns), &rows));
            if !layout.lists_beside {
                blocks.push(references);
            }
            self.truth.specification_list = Some(vec![Sheet { sheet, name, note: String::new() }]);
        } else {
            blocks.push(references);
        }
        blocks.push(heading("Общие указания"));
        let (text, mode, items) = running_text(set, &layout, &mut self.dice);
        blocks.extend(text);
        self.truth.hidden_works_mode = Some(mode.to_owned());
        let heading = if mode == "list" { layout.heading.to_owned() } else { String::new() };
        self.truth.hidden_works_list = Some(HiddenWorksTruth { heading, items });
        blocks
    }

    fn permit(&mut self) -> Value {
        let changes = [
            ["1", "2", "Уточнена привязка проемов, откорректированы размеры", "4"],
            ["", "2, 3", "Внесены изменения в спецификацию по замечаниям заказчика к листам основного комплекта", "5"],
        ];
        let rows: Vec<[&str; 5]> =
            changes.iter().map(|[one, two, three, four]| [*one, *two, *three, *four, ""]).collect();
        self.truth.changes = Some(
            changes
                .iter()
                .map(|change| Change { revision: 1, sheets: change[1].to_owned(), content: change[2].to_owned() })
                .collect(),
        );
        json!({ "number": "27-26", "rows": rows })
    }

    fn rows_of_form7(&mut self) -> Vec<Value> {
        let mut printed = Vec::new();
        let mut truths = Vec::new();
        let mut position = 0;
        for (section, rows) in &self.set.sections {
            printed.push(json!({ "kind": "section", "name": section }));
            for [name, mark, unit, quantity, mass] in rows {
                position += 1;
                printed.push(json!({
                    "kind": "row", "position": position.to_string(), "mark": mark, "name": name, "quantity": quantity,
                    "mass": mass, "note": unit,
                }));
                truths.push(row_truth(position.to_string(), section, [name, mark, unit, quantity]));
            }
        }
        self.truth.specification = Some(truths);
        printed
    }

    fn equipment(&mut self, cipher: &str) -> Value {
        let layout = self.layout.clone();
        let mut printed = Vec::new();
        let mut truths = Vec::new();
        let fixings: Vec<[String; 5]> = (1..=self.dice.below(34))
            .map(|number| {
                [
                    format!("Скоба крепежная СК-{number}"),
                    "серия 5.900-7".to_owned(),
                    "шт".to_owned(),
                    (4 + number % 9).to_string(),
                    String::new(),
                ]
            })
            .collect();
        let before = [("Изделия по сериям".to_owned(), fixings)];
        let sections = before.iter().filter(|(_, rows)| !rows.is_empty()).chain(&self.set.sections);
        for (section, rows) in sections {
            printed.push(json!({ "kind": "section", "name": section }));
            for (number, [name, mark, unit, quantity, mass]) in (1..).zip(rows) {
                let position = format!("{}", truths.len() + 1);
                let shown = if layout.two_numberings { format!("{number}. {name}") } else { name.clone() };
                printed.push(json!({
                    "kind": "row", "position": position, "name": shown, "mark": mark, "maker": "", "unit": unit,
                    "quantity": quantity, "mass": mass, "note": "",
                }));
                truths.push(row_truth(position, section, [name, mark, unit, quantity]));
            }
        }
        self.truth.specification = Some(truths);
        let designation = format!("{cipher}.СО");
        json!({
            "id": "equipment", "sheet": "1", "sheets": "own", "counts": true, "revision": Value::Null,
            "title": "Спецификация оборудования, изделий и материалов", "cipher": designation, "cipher_printed": designation,
            "upright": false, "rows": printed, "repeat": layout.header_again, "numbered": layout.column_numbers,
            "merged": layout.merged_sections, "text_mm": layout.rows_text_mm,
        })
    }

    fn acts(&mut self) {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let acts = (1..).zip(&self.set.acts).map(|(number, (work, level, axes, materials))| WorkTruth {
            number,
            work: work.clone(),
            level: some(level),
            axes: some(axes),
            materials: materials.clone(),
        });
        self.truth.acts_really_drawn_up = Some(acts.collect());
        self.truth.proposed = Some(self.truth.hidden_works_mode.as_deref() == Some("none"));
        let others = self.set.other_acts.iter().map(|[form, work]| OtherAct { form: form.clone(), work: work.clone() });
        self.truth.other_acts = Some(others.collect());
    }
}

fn row_truth(position: String, section: &str, [name, mark, unit, quantity]: [&String; 4]) -> Row {
    Row {
        position,
        name: name.clone(),
        mark: mark.clone(),
        unit: unit.clone(),
        quantity: quantity.clone(),
        section: section.to_owned(),
    }
}

/// A cipher as lettering that was read badly has it: one or two signs are look-alikes.
fn damaged(cipher: &str, dice: &mut Dice) -> String {
    const LOOK_ALIKES: [(char, char); 8] =
        [('0', 'О'), ('3', 'З'), ('6', 'Б'), ('О', 'O'), ('В', 'B'), ('К', 'K'), ('Р', 'P'), ('С', 'C')];
    let places: Vec<usize> = cipher
        .chars()
        .enumerate()
        .filter(|(_, sign)| LOOK_ALIKES.iter().any(|(good, _)| good == sign))
        .map(|(at, _)| at)
        .collect();
    let mut hit: Vec<usize> = Vec::new();
    for _ in 0..1 + dice.below(2) {
        hit.extend(places.get(dice.below(places.len() as u64) as usize));
    }
    let worse = |sign: char| LOOK_ALIKES.iter().find(|(good, _)| *good == sign).map_or(sign, |(_, bad)| *bad);
    cipher.chars().enumerate().map(|(at, sign)| if hit.contains(&at) { worse(sign) } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Broken;

    #[test]
    fn a_set_is_the_same_every_time_and_says_where_its_title_blocks_stand() {
        let (one, truth) = typeset_set(3).unwrap();
        assert_eq!(one, typeset_set(3).unwrap().0);
        let blocks = truth.title_blocks.unwrap();
        assert!(blocks.len() >= 4 && blocks.windows(2).all(|pair| pair[0].page < pair[1].page), "{blocks:#?}");
        assert_eq!(blocks[0].sheets, Some(4 + u32::from(Layout::of(3).wrong_total)));
    }

    #[test]
    fn every_trap_is_met_within_four_rounds() {
        let layouts: Vec<Layout> = (0..4 * TYPESET_SETS).map(Layout::of).collect();
        let met = |trap: &dyn Fn(&Layout) -> bool| layouts.iter().filter(|layout| trap(layout)).count();
        for (name, count) in [
            ("foreign", met(&|layout| layout.foreign_sheet)),
            ("damage", met(&|layout| layout.damage)),
            ("missing", met(&|layout| layout.missing_sheet)),
            ("total", met(&|layout| layout.wrong_total)),
            ("upright", met(&|layout| layout.upright)),
            ("strip", met(&|layout| layout.form == "strip")),
            ("table", met(&|layout| layout.as_table)),
            ("no header", met(&|layout| !layout.header_row)),
            ("pointer", met(&|layout| layout.pointer)),
            ("broken items", met(&|layout| matches!(layout.broken, Broken::Items(_)))),
            ("broken heading", met(&|layout| matches!(layout.broken, Broken::Heading(_)))),
            ("three firms", met(&|layout| layout.firms == 3)),
        ] {
            assert!(count >= 4, "{name}: {count} of {}", layouts.len());
        }
    }
}
