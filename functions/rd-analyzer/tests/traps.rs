//! What real sets do to a reader, one synthetic sheet each; more of them in `general_data.rs`.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{Analysis, DocumentId, DocumentSummary, HiddenWorksMode, Page, Rect, Table, TableCell, TableKind};
use rd_analyzer::understand;

mod support;
use support::Draft;

impl Draft {
    /// Lines one under another, 12 points apart.
    fn lines(self, x: f32, y: f32, texts: &[&str]) -> Self {
        texts.iter().enumerate().fold(self, |draft, (row, text)| draft.line(x, y + 12.0 * row as f32, text))
    }

    /// The title block of form 3 in the lower right corner.
    fn block(self, cipher: &str, sheet: &str, sheets: &str, title: &str) -> Self {
        let draft = self
            .line(850.0, 690.0, cipher)
            .line(740.0, 712.0, "Дом по ул. Примерной")
            .line(914.0, 753.0, "Стадия")
            .line(960.0, 753.0, "Лист")
            .line(1003.0, 753.0, "Листов")
            .line(925.0, 772.0, "Р")
            .line(968.0, 772.0, sheet)
            .line(725.0, 790.0, title);
        if sheets.is_empty() { draft } else { draft.line(1012.0, 772.0, sheets) }
    }

    /// A list of form 1 with its heading; names are centred on nothing, as drawing programs leave them.
    fn list(self, x: f32, y: f32, heading: &str, rows: &[[&str; 3]]) -> Self {
        let draft = self
            .line(x + 60.0, y, heading)
            .line(x, y + 24.0, "Лист")
            .line(x + 130.0, y + 24.0, "Наименование")
            .line(x + 330.0, y + 24.0, "Примечание");
        rows.iter().enumerate().fold(draft, |draft, (row, [sheet, name, note])| {
            let y = y + 52.0 + 24.0 * row as f32;
            let draft = draft.line(x + 6.0, y, sheet).line(x + 40.0, y, name);
            if note.is_empty() { draft } else { draft.line(x + 340.0, y, note) }
        })
    }

    /// A ruled specification of equipment.
    fn equipment(mut self, rows: &[[&str; 5]]) -> Self {
        let edges = [60.0, 110.0, 330.0, 430.0, 490.0, 550.0, 610.0];
        let heading = ["Поз.", "Наименование и техническая характеристика", "Тип, марка", "Ед. изм.", "Кол."];
        let all: Vec<&[&str; 5]> = std::iter::once(&heading).chain(rows).collect();
        let row_edges: Vec<f32> = (0..=all.len()).map(|row| 40.0 + 20.0 * row as f32).collect();
        let mut cells = Vec::new();
        for (row, texts) in all.iter().enumerate() {
            let maker = if row == 0 { "Завод-изготовитель" } else { "" };
            for (column, text) in texts.iter().take(3).chain([&maker]).chain(texts.iter().skip(3)).enumerate() {
                let bounds =
                    Rect { x0: edges[column], x1: edges[column + 1], y0: row_edges[row], y1: row_edges[row + 1] };
                let (row, column) = (row as u32, column as u32);
                cells.push(TableCell { row, column, row_span: 1, column_span: 1, bounds, text: (*text).to_owned() });
            }
        }
        self.tables.push(Table {
            bounds: Rect { x0: edges[0], y0: 40.0, x1: edges[6], y1: row_edges[all.len()] },
            kind: TableKind::EquipmentList,
            ruled: true,
            heading_rows: 1,
            continued: false,
            column_edges: edges.to_vec(),
            row_edges,
            cells,
        });
        self
    }
}

fn read(drafts: Vec<Draft>) -> (DocumentSummary, Analysis) {
    let pages: Vec<Page> = (1..).zip(drafts).map(|(number, draft)| draft.page(number)).collect();
    understand(&DocumentId::try_from("1".repeat(64)).unwrap(), "комплект.pdf", &pages)
}

fn sheets(rows: &[domain::DrawingListEntry]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row.sheet.as_str(), row.name.as_str())).collect()
}

fn items(analysis: &Analysis) -> Vec<&str> {
    analysis.hidden_works.items.iter().map(|item| item.name.as_str()).collect()
}

fn warned<'a>(analysis: &'a Analysis, code: &str) -> Option<&'a str> {
    analysis.warnings.iter().find(|warning| warning.code == code).map(|warning| warning.message.as_str())
}

#[test]
fn a_list_of_specifications_beside_the_drawing_list_is_another_list() {
    let general = Draft::new()
        .list(
            60.0,
            40.0,
            "Ведомость рабочих чертежей основного комплекта",
            &[["1", "Общие данные", ""], ["2", "План", "Изм.1"], ["3", "Узлы", ""]],
        )
        .list(
            560.0,
            40.0,
            "Ведомость спецификаций",
            &[["2", "Спецификация плана", ""], ["3", "Спецификация узлов", ""]],
        );
    let (_, analysis) = read(vec![general.block("57-26-КЖ2", "1", "3", "Общие данные")]);
    assert_eq!(sheets(&analysis.drawing_list), [("1", "Общие данные"), ("2", "План"), ("3", "Узлы")]);
    assert_eq!(sheets(&analysis.specification_list), [("2", "Спецификация плана"), ("3", "Спецификация узлов")]);
}

#[test]
fn the_same_name_on_two_sheets_is_two_sheets() {
    let list = [["1", "Общие данные", ""], ["2", "Схемы систем", ""], ["3", "Схемы систем", ""]];
    let general = Draft::new().list(60.0, 40.0, "Ведомость рабочих чертежей основного комплекта", &list);
    let (_, analysis) = read(vec![
        general.block("57-26-ВК1", "1", "3", "Общие данные"),
        Draft::new().block("57-26-ВК1", "2", "", "Схемы систем"),
        Draft::new().block("57-26-ВК1", "3", "", "Схемы систем"),
    ]);
    assert_eq!(sheets(&analysis.drawing_list), [("1", "Общие данные"), ("2", "Схемы систем"), ("3", "Схемы систем")]);
    for code in ["sheet-missing", "sheet-doubled", "sheet-number-repeated", "sheet-not-listed", "sheet-count-differs"] {
        assert_eq!(warned(&analysis, code), None, "{code}");
    }
}

#[test]
fn numbers_that_start_anew_in_notes_drawings_and_specification_are_each_their_own() {
    let list = [["1", "Общие данные", ""], ["2", "План", ""]];
    let general = Draft::new().list(60.0, 40.0, "Ведомость рабочих чертежей основного комплекта", &list).lines(
        560.0,
        40.0,
        &[
            "Общие указания",
            "1. Размеры даны в миллиметрах.",
            "2. Сварку вести электродами.",
            "Примечания",
            "1. Отметки даны в метрах.",
        ],
    );
    let (_, analysis) = read(vec![
        general.block("57-26-ВК1", "1", "2", "Общие данные"),
        Draft::new().lines(60.0, 40.0, &["1. Трубы крепить к стенам.", "2. Уклон 0,02."]).block(
            "57-26-ВК1",
            "2",
            "",
            "План",
        ),
        Draft::new().equipment(&[["1", "Труба", "ГОСТ 3262-75", "м", "5"]]).block(
            "57-26-ВК1.СО",
            "1",
            "2",
            "Спецификация",
        ),
        Draft::new().equipment(&[["1", "Кран", "ГОСТ 21345-2005", "шт", "2"]]).block(
            "57-26-ВК1.СО",
            "2",
            "",
            "Спецификация",
        ),
    ]);
    for code in [
        "sheet-missing",
        "sheet-doubled",
        "sheet-number-repeated",
        "sheet-not-listed",
        "sheet-count-differs",
        "other-cipher",
    ] {
        assert_eq!(warned(&analysis, code), None, "{code}");
    }
    let positions: Vec<(&str, &str)> =
        analysis.specification.iter().map(|row| (row.position.as_str(), row.name.as_str())).collect();
    assert_eq!(positions, [("1", "Труба"), ("1", "Кран")]);
    let notes: Vec<(u32, &str)> = analysis
        .general_notes
        .iter()
        .filter(|note| note.evidence.page == 1)
        .map(|note| (note.evidence.page, note.number.as_str()))
        .collect();
    assert_eq!(notes, [(1, "1"), (1, "2"), (1, "1")]);
}

#[test]
fn three_pairs_of_title_pages_of_three_firms_are_one_set() {
    let cover = |firm: &str, signed: bool| {
        let draft = Draft::new().line(200.0, 60.0, firm).line(200.0, 300.0, "Рабочая документация").line(
            200.0,
            340.0,
            "57-26-ИТП",
        );
        if signed {
            draft.line(200.0, 500.0, "Главный инженер проекта").line(420.0, 500.0, "Сорокин П.А.")
        } else {
            draft
        }
    };
    let mut drafts = Vec::new();
    for firm in ["АО «Заказчик-Проект»", "ООО «Генпроект»", "ООО «Тепломонтаж»"]
    {
        drafts.extend([cover(firm, false), cover(firm, true)]);
    }
    let list = [["1", "Общие данные", ""], ["2", "План", ""]];
    let general = Draft::new().list(60.0, 40.0, "Ведомость рабочих чертежей основного комплекта", &list);
    drafts.extend([
        general.block("57-26-ИТП", "1", "2", "Общие данные"),
        Draft::new().block("57-26-ИТП", "2", "", "План"),
    ]);
    let (summary, analysis) = read(drafts);
    assert_eq!((summary.cipher.as_deref(), summary.mark.as_deref()), (Some("57-26-ИТП"), Some("ИТП")));
    let pages: Vec<u32> = analysis.title_blocks.iter().map(|block| block.page).collect();
    assert_eq!(pages, [7, 8]);
    assert_eq!(summary.object.as_deref(), Some("Дом по ул. Примерной"));
    for code in ["other-cipher", "sheet-missing", "sheet-doubled"] {
        assert_eq!(warned(&analysis, code), None, "{code}");
    }
}

#[test]
fn the_number_of_sheets_stands_on_the_first_alone_and_is_checked_against_the_list() {
    let list = [["1", "Общие данные", ""], ["2", "План", ""], ["3", "Узлы", ""]];
    let set = |sheets: &str| {
        let general = Draft::new().list(60.0, 40.0, "Ведомость рабочих чертежей основного комплекта", &list);
        read(vec![
            general.block("57-26-КЖ2", "1", sheets, "Общие данные"),
            Draft::new().block("57-26-КЖ2", "2", "", "План"),
            Draft::new().block("57-26-КЖ2", "3", "", "Узлы"),
        ])
        .1
    };
    let good = set("3");
    let sheets: Vec<Option<u32>> = good.title_blocks.iter().map(|block| block.sheets).collect();
    assert_eq!(sheets, [Some(3), None, None]);
    assert_eq!(warned(&good, "sheet-count-differs"), None);
    // Neither number is chosen: both are told, and both stay.
    let wrong = set("5");
    let told = warned(&wrong, "sheet-count-differs").unwrap();
    assert!(told.contains('5') && told.contains('3'), "{told}");
    assert_eq!((wrong.title_blocks[0].sheets, wrong.drawing_list.len()), (Some(5), 3));
}

#[test]
fn a_heading_at_the_foot_of_a_sheet_has_its_items_overleaf() {
    let first = Draft::new()
        .line(60.0, 640.0, "1. Бетонные работы вести по проекту производства работ.")
        .line(60.0, 664.0, "Перечень видов работ, для которых необходимо составление")
        .line(60.0, 676.0, "актов освидетельствования скрытых работ")
        .block("57-26-КЖ2", "1", "2", "Общие данные");
    let second = Draft::new()
        .lines(
            60.0,
            40.0,
            &[
                "а) устройство основания под плиту, включая послойное уплотнение",
                "песчаной подушки;",
                "б) армирование плиты;",
                "в) бетонирование плиты.",
            ],
        )
        .block("57-26-КЖ2", "1.1", "", "Общие данные");
    let (_, analysis) = read(vec![first, second]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::List);
    assert_eq!(
        items(&analysis),
        [
            "устройство основания под плиту, включая послойное уплотнение песчаной подушки",
            "армирование плиты",
            "бетонирование плиты"
        ]
    );
    assert!(analysis.hidden_works.items.iter().all(|item| item.evidence.page == 2));
}

#[test]
fn an_item_goes_on_overleaf() {
    let first = Draft::new()
        .lines(
            60.0,
            640.0,
            &["Перечень скрытых работ", "- разработка котлована;", "- устройство основания под плиту с послойным"],
        )
        .block("57-26-КЖ2", "1", "2", "Общие данные");
    let second = Draft::new().lines(60.0, 40.0, &["уплотнением грунта;", "- армирование плиты."]).block(
        "57-26-КЖ2",
        "1.1",
        "",
        "Общие данные",
    );
    let (_, analysis) = read(vec![first, second]);
    assert_eq!(
        items(&analysis),
        ["разработка котлована", "устройство основания под плиту с послойным уплотнением грунта", "армирование плиты"]
    );
}

#[test]
fn identical_blocks_of_a_specification_are_not_merged() {
    let unit = |name: &'static str| {
        [
            ["", name, "", "", ""],
            ["1", "Кран шаровой Ду 20", "11б27п", "шт", "4"],
            ["2", "Манометр", "ТМ510", "шт", "2"],
        ]
    };
    let rows: Vec<[&str; 5]> = unit("Блок 1").into_iter().chain(unit("Блок 2")).collect();
    let (_, analysis) = read(vec![Draft::new().equipment(&rows).block("57-26-ИТП.СО", "1", "1", "Спецификация")]);
    let found: Vec<(&str, &str, Option<f64>)> =
        analysis.specification.iter().map(|row| (row.section.as_str(), row.name.as_str(), row.quantity)).collect();
    let wanted = |section| [(section, "Кран шаровой Ду 20", Some(4.0)), (section, "Манометр", Some(2.0))];
    assert_eq!(found, [wanted("Блок 1"), wanted("Блок 2")].concat());
    // Added up they are, but beside the rows.
    let total = analysis.totals.iter().find(|total| total.name.contains("Кран")).unwrap();
    assert_eq!(total.quantity, 8.0);
}

#[test]
fn a_section_goes_on_overleaf_without_its_heading() {
    let first = [["", "Система В1", "", "", ""], ["1", "Труба Ø20", "ГОСТ 3262-75", "м", "10"]];
    let second = [
        ["2", "Труба Ø25", "ГОСТ 3262-75", "м", "4"],
        ["", "Система К1", "", "", ""],
        ["1", "Труба Ø110", "ГОСТ 32414-2013", "м", "6"],
    ];
    let (_, analysis) = read(vec![
        Draft::new().equipment(&first).block("57-26-ВК1.СО", "1", "2", "Спецификация"),
        Draft::new().equipment(&second).block("57-26-ВК1.СО", "2", "", "Спецификация"),
    ]);
    let sections: Vec<(&str, &str)> =
        analysis.specification.iter().map(|row| (row.section.as_str(), row.name.as_str())).collect();
    assert_eq!(sections, [("Система В1", "Труба Ø20"), ("Система В1", "Труба Ø25"), ("Система К1", "Труба Ø110")]);
}

#[test]
fn two_numberings_in_one_row_are_kept_apart() {
    let rows = [["7", "1. Насос циркуляционный", "RWS 25", "шт", "2"], ["8", "2. Бак мембранный", "", "шт", "1"]];
    let (_, analysis) = read(vec![Draft::new().equipment(&rows).block("57-26-ИТП.СО", "1", "1", "Спецификация")]);
    let found: Vec<(&str, Option<&str>, &str)> = analysis
        .specification
        .iter()
        .map(|row| (row.position.as_str(), row.item_number.as_deref(), row.name.as_str()))
        .collect();
    assert_eq!(found, [("7", Some("1"), "Насос циркуляционный"), ("8", Some("2"), "Бак мембранный")]);
}

#[test]
fn a_rule_in_the_midst_of_the_notes_is_prose() {
    let general = Draft::new()
        .lines(
            60.0,
            40.0,
            &[
                "Общие указания",
                "1. Трубы крепить к стенам хомутами. Трубопроводы, прокладываемые в полу,",
                "подлежат освидетельствованию с составлением актов скрытых работ. Уклон",
                "труб 0,002.",
                "2. Изоляцию вести после испытаний.",
            ],
        )
        .block("57-26-ОВ1", "1", "1", "Общие данные");
    let (_, analysis) = read(vec![general]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::Prose);
    assert_eq!(
        items(&analysis),
        ["Трубопроводы, прокладываемые в полу, подлежат освидетельствованию с составлением актов скрытых работ."]
    );
}

#[test]
fn a_set_without_hidden_works_says_none() {
    let general = Draft::new()
        .lines(60.0, 40.0, &["Общие указания", "1. Мебель расставить по плану.", "2. Окраску вести в два слоя."])
        .block("57-26-АИ", "1", "1", "Общие данные");
    let (_, analysis) = read(vec![general]);
    assert_eq!((analysis.hidden_works.mode, analysis.works.len()), (HiddenWorksMode::None, 0));
    assert!(warned(&analysis, "no-hidden-works").is_some());
}
