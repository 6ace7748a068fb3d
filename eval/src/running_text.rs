//! General notes of a typeset set: what is said of hidden works, and the text around it.

use crate::contents::{Contents, Item};
use crate::layout::{Broken, Dice, Ends, Layout, Marks};
use serde_json::{Value, json};

const FILLERS: [&str; 16] = [
    "Проект разработан на основании технического задания и материалов инженерных изысканий.",
    "Рабочие чертежи разработаны в соответствии с действующими нормами и правилами.",
    "Все размеры на чертежах даны в миллиметрах, отметки - в метрах.",
    "Климатический район строительства - IIВ, расчетная температура наружного воздуха минус 27 °С.",
    "Уровень ответственности здания - нормальный, коэффициент надежности по ответственности 1,0.",
    "Замена материалов и изделий допускается только по согласованию с проектной организацией.",
    "До начала работ подрядная организация разрабатывает проект производства работ.",
    "Работы в зимних условиях вести по отдельным указаниям проекта производства работ.",
    "При обнаружении расхождений с чертежами работы приостановить и вызвать представителя проектной организации.",
    "Отверстия в конструкциях диаметром до 50 мм выполнять по месту алмазным инструментом.",
    "Указания о мерах безопасности приведены в проекте организации строительства.",
    "Транспортирование и складирование изделий вести по инструкциям заводов-изготовителей.",
    "Нагрузки приняты по СП 20.13330.2016 с учетом снегового и ветрового районов.",
    "Контроль качества работ осуществляет лицо, ответственное за строительный контроль.",
    "Перед производством работ уточнить положение существующих инженерных сетей.",
    "Патенты и изобретения при разработке чертежей не использованы.",
];
const BEFORE: [(&str, [&str; 3]); 2] = [
    (
        "Поставляемые материалы и изделия должны иметь:",
        ["паспорт или сертификат соответствия", "маркировку завода-изготовителя", "инструкцию по применению"],
    ),
    (
        "Исходными данными для проектирования послужили:",
        ["техническое задание заказчика", "отчет об инженерно-геологических изысканиях", "архитектурные чертежи"],
    ),
];
const AFTER: [(&str, [&str; 3]); 2] = [
    (
        "При производстве работ в зимнее время необходимо:",
        ["очищать поверхности от снега и наледи", "контролировать температуру смесей", "укрывать уложенные слои"],
    ),
    (
        "Запрещается:",
        [
            "вести работы без проекта производства работ",
            "применять изделия без паспортов",
            "нарушать защитные покрытия",
        ],
    ),
];

/// A heading.
pub(crate) fn heading(text: &str) -> Value {
    json!({ "kind": "heading", "text": text })
}

/// A table with its heading.
pub(crate) fn table(heading: &str, widths: [u32; 3], header: Option<[String; 3]>, rows: &[[String; 3]]) -> Value {
    let heading = (!heading.is_empty()).then_some(heading);
    json!({ "kind": "table", "heading": heading, "widths": widths, "header": header, "rows": rows, "repeat": false })
}

/// The paragraphs, the mode of naming hidden works, and the items as they must be found.
pub(crate) fn running_text(
    set: &Contents,
    layout: &Layout,
    dice: &mut Dice,
) -> (Vec<Value>, &'static str, Vec<String>) {
    let mut text = Text { layout, blocks: Vec::new(), note: 0 };
    let first = dice.below(FILLERS.len() as u64) as usize;
    let mut fillers = FILLERS.iter().cycle().skip(first).take(layout.fillers);
    for filler in fillers.by_ref().take(layout.fillers / 2) {
        text.note(filler);
    }
    for note in &set.notes {
        text.note(note);
    }
    if layout.list_before {
        let (title, items) = BEFORE.get(dice.below(2) as usize).copied().unwrap_or(BEFORE[0]);
        text.neighbour(title, &items);
    }
    let mut items = Vec::new();
    let mode = if !set.list.is_empty() {
        if layout.pointer {
            text.note("Перечень скрытых работ приведен в конце настоящих указаний.");
        }
        for filler in fillers.by_ref() {
            text.note(filler);
        }
        items = text.list(&set.list);
        "list"
    } else if let Some(sentence) = &set.prose {
        if layout.compound {
            text.note(&format!("Проходы через конструкции заделать негорючим материалом. {sentence} Работы вести после приемки предыдущих."));
        } else {
            text.note(sentence);
        }
        items.push(sentence.clone());
        "prose"
    } else {
        if let Some(sentence) = &set.denied {
            text.note(sentence);
        }
        "none"
    };
    if layout.list_after {
        let (title, items) = AFTER.get(dice.below(2) as usize).copied().unwrap_or(AFTER[0]);
        text.neighbour(title, &items);
    }
    for filler in fillers {
        text.note(filler);
    }
    (text.blocks, mode, items)
}

struct Text<'l> {
    layout: &'l Layout,
    blocks: Vec<Value>,
    /// Number of the last note.
    note: usize,
}

impl Text<'_> {
    fn note(&mut self, text: &str) {
        self.note += 1;
        let mark = format!("{}.", self.note);
        self.blocks.push(json!({ "kind": "hanging", "mark": mark, "text": text, "indent": 0 }));
    }

    fn paragraph(&mut self, text: &str) {
        self.blocks.push(json!({ "kind": "paragraph", "text": text, "indent": 0 }));
    }

    fn item(&mut self, mark: &str, text: &str, indent: u32) {
        if self.layout.tabbed {
            let gap = if mark.chars().count() > 2 { 9 } else { 6 };
            self.blocks.push(json!({ "kind": "item", "mark": mark, "text": text, "indent": indent, "gap": gap }));
        } else {
            self.blocks.push(json!({ "kind": "hanging", "mark": mark, "text": text, "indent": indent }));
        }
    }

    /// Another list, marked like that of hidden works where that has bullets.
    fn neighbour(&mut self, title: &str, items: &[&str]) {
        self.note(title);
        for (at, item) in items.iter().enumerate() {
            let mark = match self.layout.marks {
                Marks::Bullet(bullet) => bullet.to_owned(),
                _ => "–".to_owned(),
            };
            let end = if at + 1 == items.len() { "." } else { ";" };
            self.item(&mark, &format!("{item}{end}"), 0);
        }
    }

    /// The list of hidden works; gives its items.
    fn list(&mut self, list: &[Item]) -> Vec<String> {
        let layout = self.layout;
        let title = layout.heading;
        if layout.marks == Marks::Inner && !layout.as_table {
            self.note(&format!("{}:", title.trim_end_matches(':')));
        } else if title.ends_with(':') {
            self.paragraph(title);
        } else {
            self.blocks.push(heading(title));
        }
        if let Broken::Heading(kind) = layout.broken {
            self.blocks.push(json!({ "kind": kind }));
        }
        let mut found = Vec::new();
        if layout.as_table {
            let mut rows = Vec::new();
            let mut row = |text: &str| {
                found.push(text.to_owned());
                rows.push([found.len().to_string(), text.to_owned(), String::new()]);
            };
            for item in list {
                match item {
                    Item::One(text) => row(text),
                    Item::Group { text, items } => items.iter().for_each(|item| row(&format!("{text}: {item}"))),
                }
            }
            let header = ["№ п/п", "Наименование работ", "Примечание"].map(str::to_owned);
            self.blocks.push(table("", [12, 130, 30], Some(header), &rows));
            return found;
        }
        let middle = list.len() / 2;
        for (at, item) in list.iter().enumerate() {
            if let (Broken::Items(kind), true) = (layout.broken, at > 0 && at == middle) {
                self.blocks.push(json!({ "kind": kind }));
            }
            let end = match layout.ends {
                _ if at + 1 == list.len() => ".",
                Ends::Semicolons => ";",
                Ends::FullStops => ".",
                Ends::Mixed => {
                    if at == middle {
                        "."
                    } else {
                        ";"
                    }
                }
                Ends::Nothing => "",
            };
            let mark = layout.marks.of(at + 1, self.note);
            match item {
                Item::One(text) => {
                    let text = if layout.capitals { capitalised(text) } else { text.clone() };
                    self.item(&mark, &format!("{text}{end}"), 0);
                    found.push(text);
                }
                Item::Group { text, items } => {
                    self.item(&mark, &format!("{text}:"), 0);
                    let inner = if matches!(layout.marks, Marks::Bullet("–" | "-" | "—")) { "•" } else { "–" };
                    for item in items {
                        self.item(inner, &format!("{item}{}", if end.is_empty() { "" } else { ";" }), 6);
                        found.push(item.clone());
                    }
                }
            }
        }
        found
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
