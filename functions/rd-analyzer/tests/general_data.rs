//! Pages made word by word, one per trap that real sheets of general data set.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{Analysis, DocumentId, HiddenWorksMode, Page, Rect, Word};
use rd_analyzer::understand;

mod support;
use support::Draft;

fn analyse(pages: &[Page]) -> Analysis {
    let document = DocumentId::try_from("1".repeat(64)).unwrap();
    understand(&document, "set.pdf", pages).1
}

fn items(analysis: &Analysis) -> Vec<&str> {
    analysis.hidden_works.items.iter().map(|item| item.name.as_str()).collect()
}

fn drawings(analysis: &Analysis) -> Vec<(&str, &str, &str)> {
    analysis.drawing_list.iter().map(|row| (row.sheet.as_str(), row.name.as_str(), row.note.as_str())).collect()
}

fn table_header(draft: Draft, y: f32) -> Draft {
    draft.line(69.0, y, "Лист").line(270.0, y, "Наименование").line(515.0, y, "Примечание")
}

#[test]
fn the_list_of_specifications_is_no_drawing_list() {
    let draft = table_header(Draft::new().line(200.0, 40.0, "Ведомость рабочих чертежей основного комплекта"), 60.0)
        .line(77.0, 90.0, "1")
        .line(104.0, 90.0, "Общие данные")
        .line(77.0, 124.0, "2")
        .line(104.0, 118.0, "План фундаментной плиты с узлами примыкания")
        .line(104.0, 130.0, "к стенам подвала")
        .line(530.0, 124.0, "Изм.1");
    let draft = table_header(draft.line(240.0, 170.0, "Ведомость спецификаций"), 190.0).line(77.0, 220.0, "2").line(
        104.0,
        220.0,
        "Спецификация плиты",
    );
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(
        drawings(&analysis),
        [("1", "Общие данные", ""), ("2", "План фундаментной плиты с узлами примыкания к стенам подвала", "Изм.1")]
    );
}

#[test]
fn a_drawing_list_is_read_without_its_header_row() {
    let draft = Draft::new()
        .line(205.0, 40.0, "Ведомость рабочих чертежей основного комплекта")
        .line(77.0, 70.0, "1")
        .line(104.0, 70.0, "Общие данные")
        .line(530.0, 70.0, "Изм.2")
        .line(77.0, 94.0, "2")
        .line(104.0, 94.0, "План на отм. 0,000")
        .line(77.0, 118.0, "3")
        .line(104.0, 118.0, "Узлы");
    assert_eq!(
        drawings(&analyse(&[draft.page(1)])),
        [("1", "Общие данные", "Изм.2"), ("2", "План на отм. 0,000", ""), ("3", "Узлы", "")]
    );
}

#[test]
fn items_end_as_they_like_and_other_lists_stay_out() {
    let draft = Draft::new()
        .line(60.0, 40.0, "Материалы принять по спецификации:")
        .line(60.0, 52.0, "- бетон тяжелый;")
        .line(60.0, 64.0, "- арматура.")
        .line(60.0, 90.0, "Перечень видов работ, для которых необходимо составление")
        .line(60.0, 102.0, "актов освидетельствования скрытых работ")
        .line(60.0, 120.0, "- устройство основания.")
        .line(60.0, 132.0, "- армирование плиты на всю ее высоту с установкой каркасов")
        .line(68.0, 144.0, "и закладных деталей;")
        .line(60.0, 156.0, "- устройство гидроизоляции")
        .line(60.0, 168.0, "Работы в зимнее время вести по проекту производства работ.")
        .line(60.0, 180.0, "- прогрев бетона обязателен;")
        // The column beside it, on the same lines.
        .line(500.0, 120.0, "- уход за бетоном;")
        .line(500.0, 132.0, "- контроль прочности.");
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(
        items(&analysis),
        [
            "устройство основания",
            "армирование плиты на всю ее высоту с установкой каркасов и закладных деталей",
            "устройство гидроизоляции"
        ]
    );
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::List);
    let works: Vec<&str> = analysis.works.iter().map(|work| work.name.as_str()).collect();
    assert_eq!(works.first(), Some(&"Устройство основания"));
}

#[test]
fn numbered_items_follow_each_other_and_the_next_paragraph_is_none() {
    let draft = Draft::new()
        .line(60.0, 40.0, "12. Перечень скрытых работ:")
        .line(60.0, 52.0, "1) разработка котлована;")
        .line(60.0, 64.0, "2) обратная засыпка;")
        .line(60.0, 76.0, "13. Сварку вести электродами.");
    assert_eq!(items(&analyse(&[draft.page(1)])), ["разработка котлована", "обратная засыпка"]);
}

#[test]
fn a_list_goes_on_overleaf() {
    let first = Draft::new()
        .line(60.0, 760.0, "Перечень скрытых работ")
        .line(60.0, 780.0, "- разработка котлована;")
        .line(60.0, 792.0, "- устройство основания;");
    let second = Draft::new().line(60.0, 40.0, "- армирование;").line(60.0, 52.0, "- бетонирование.");
    assert_eq!(
        items(&analyse(&[first.page(1), second.page(2)])),
        ["разработка котлована", "устройство основания", "армирование", "бетонирование"]
    );
}

#[test]
fn a_table_of_contents_and_a_pointer_open_no_list() {
    let draft = Draft::new()
        .line(60.0, 40.0, "Перечень скрытых работ .............. 12")
        .line(60.0, 52.0, "1. Указания по монтажу")
        .line(60.0, 90.0, "Перечень скрытых работ см. в проекте организации строительства")
        .line(60.0, 102.0, "- работы вести по проекту.");
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(items(&analysis), Vec::<&str>::new());
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::None);
    assert!(analysis.warnings.iter().any(|warning| warning.code == "no-hidden-works"));
}

#[test]
fn sentences_are_taken_where_there_is_no_list() {
    let draft = Draft::new()
        .line(60.0, 40.0, "Трубы крепить к стенам. Освидетельствованию скрытых работ подлежат")
        .line(60.0, 52.0, "трубопроводы, скрываемые в шахтах. Изоляцию вести после испытаний.");
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(items(&analysis), ["Освидетельствованию скрытых работ подлежат трубопроводы, скрываемые в шахтах."]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::Prose);
    let works: Vec<&str> = analysis.works.iter().map(|work| work.name.as_str()).collect();
    assert_eq!(works, ["Монтаж трубопроводов, скрываемых в шахтах"]);
}

#[test]
fn a_title_block_is_found_inside_a_larger_page() {
    // Form 3 with its left edge at 400 and its top at 300: the page goes on to the right and below.
    let draft = Draft::new()
        .line(700.0, 310.0, "31-24-КЖ2")
        .line(600.0, 335.0, "Жилой дом по ул. Примерной")
        .line(405.0, 345.0, "1")
        .line(402.0, 359.0, "Изм.")
        .line(430.0, 359.0, "Кол.уч")
        .line(461.0, 359.0, "Лист")
        .line(487.0, 359.0, "№док.")
        .line(522.0, 359.0, "Подп.")
        .line(560.0, 359.0, "Дата")
        .line(789.0, 373.0, "СтадияЛистЛистов")
        .line(600.0, 380.0, "Корпус 2")
        .line(600.0, 425.0, "Общие данные");
    let mut page = draft.page(1);
    // The glued labels stand over their three cells.
    for word in page.words.iter_mut().filter(|word| word.text.starts_with("Стадия")) {
        word.bounds = Rect { x0: 774.0, x1: 921.0, ..word.bounds };
    }
    let more = Draft::new().line(800.0, 392.0, "Р").line(840.0, 392.0, "1").line(882.0, 392.0, "7");
    page.words.extend(more.words);
    let analysis = analyse(&[page]);
    let block = analysis.title_blocks.first().unwrap();
    assert_eq!(block.cipher.as_deref(), Some("31-24-КЖ2"));
    assert_eq!((block.sheet.as_deref(), block.sheets, block.stage.as_deref()), (Some("1"), Some(7), Some("Р")));
    assert_eq!(block.title.as_deref(), Some("Общие данные"));
    assert_eq!(block.object.as_deref(), Some("Жилой дом по ул. Примерной Корпус 2"));
    assert_eq!(block.revision.as_deref(), Some("1"));
}

#[test]
fn letters_a_thousand_kilometres_high_are_passed_over_in_no_time() {
    let mut draft = Draft::new().line(60.0, 60.0, "Общие указания");
    draft.words.push(Word {
        text: "АБВ".to_owned(),
        bounds: Rect { x0: -1e12, y0: -1e12, x1: 1e12, y1: 1e12 },
        size_pt: 1e12,
        rotation_deg: 0,
        confidence: Word::SURE,
    });
    let (_, analysis) = understand(&DocumentId::of(b""), "x.pdf", &[draft.page(1)]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::None);
}

/// A ruled table with these cells, 20 points a row.
fn table(x: f32, y: f32, widths: &[f32], rows: &[&[&str]]) -> domain::Table {
    let mut column_edges = vec![x];
    for width in widths {
        column_edges.push(column_edges.last().copied().unwrap_or_default() + width);
    }
    let row_edges: Vec<f32> = (0..=rows.len()).map(|row| y + 20.0 * row as f32).collect();
    let mut cells = Vec::new();
    for (row, texts) in rows.iter().enumerate() {
        for (column, text) in texts.iter().enumerate() {
            cells.push(domain::TableCell {
                row: row as u32,
                column: column as u32,
                row_span: 1,
                column_span: 1,
                bounds: Rect {
                    x0: column_edges[column],
                    x1: column_edges[column + 1],
                    y0: row_edges[row],
                    y1: row_edges[row + 1],
                },
                text: (*text).to_owned(),
            });
        }
    }
    domain::Table {
        bounds: Rect { x0: x, y0: y, x1: column_edges[widths.len()], y1: row_edges[rows.len()] },
        kind: domain::TableKind::Unknown,
        ruled: true,
        heading_rows: 1,
        continued: false,
        column_edges,
        row_edges,
        cells,
    }
}

#[test]
fn a_list_set_as_a_table_is_read_row_by_row() {
    let mut first = Draft::new().line(60.0, 700.0, "Перечень скрытых работ").page(1);
    first.tables = vec![table(
        60.0,
        720.0,
        &[30.0, 300.0],
        &[&["№ п/п", "Наименование работ"], &["1", "разработка котлована"], &["2", "устройство основания"]],
    )];
    let mut second = Draft::new().page(2);
    second.tables =
        vec![table(60.0, 40.0, &[30.0, 300.0], &[&["3", "армирование плиты;"], &["4", "бетонирование плиты."]])];
    let analysis = analyse(&[first, second]);
    assert_eq!(
        items(&analysis),
        ["разработка котлована", "устройство основания", "армирование плиты", "бетонирование плиты"]
    );
}

#[test]
fn a_set_that_says_it_has_no_hidden_works_gets_none() {
    let draft = Draft::new().line(60.0, 40.0, "1. Кабели прокладываются открыто, скрытые работы отсутствуют.");
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::None);
    assert!(analysis.works.is_empty());
    assert!(analysis.warnings.iter().any(|warning| warning.code == "hidden-works-denied"));
}

#[test]
fn a_sentence_before_another_list_is_no_heading() {
    let draft = Draft::new()
        .line(60.0, 40.0, "Освидетельствованию скрытых работ подлежат воздуховоды в шахтах.")
        .line(60.0, 52.0, "Требования к материалам:")
        .line(60.0, 64.0, "- наличие паспорта;")
        .line(60.0, 76.0, "- отсутствие повреждений.");
    let analysis = analyse(&[draft.page(1)]);
    assert_eq!(analysis.hidden_works.mode, HiddenWorksMode::Prose);
    assert_eq!(items(&analysis), ["Освидетельствованию скрытых работ подлежат воздуховоды в шахтах."]);
}

#[test]
fn sums_and_counts_that_disagree_are_told_and_left() {
    let mut page = Draft::new().page(1);
    page.tables = vec![domain::Table {
        kind: domain::TableKind::EquipmentList,
        ..table(
            60.0,
            40.0,
            &[30.0, 200.0, 80.0, 60.0, 60.0, 40.0, 40.0, 40.0, 60.0],
            &[
                &["Поз.", "Наименование", "Тип, марка", "Код", "Завод", "Ед. изм.", "Кол.", "Масса", "Примечание"],
                &["", "Система В1", "", "", "", "", "", "", ""],
                &["1", "1. Труба Ø25", "ГОСТ 3262-75", "", "", "м", "10,5", "", ""],
                &["2", "Ø32", "", "", "", "м", "4", "", ""],
                &["", "Итого труб", "", "", "", "м", "15", "", ""],
            ],
        )
    }];
    let analysis = analyse(&[page]);
    let rows: Vec<(&str, &str, Option<f64>, bool)> = analysis
        .specification
        .iter()
        .map(|row| (row.name.as_str(), row.section.as_str(), row.quantity, row.is_sum))
        .collect();
    assert_eq!(
        rows,
        [
            ("Труба Ø25", "Система В1", Some(10.5), false),
            ("Ø32", "Система В1", Some(4.0), false),
            ("Итого труб", "Система В1", Some(15.0), true)
        ]
    );
    assert_eq!(analysis.specification[0].item_number.as_deref(), Some("1"));
    assert_eq!(analysis.specification[1].full_name.as_deref(), Some("Труба Ø32"));
    let sum = analysis.warnings.iter().find(|warning| warning.code == "sum-differs").unwrap();
    assert!(sum.message.contains("15") && sum.message.contains("14,5"), "{}", sum.message);
}

fn named_works(file_name: &str, pages: &[Page]) -> Vec<String> {
    let document = DocumentId::try_from("1".repeat(64)).unwrap();
    let analysis = understand(&document, file_name, pages).1;
    analysis.works.into_iter().map(|work| work.name).collect()
}

#[test]
fn a_general_list_is_kept_where_no_drawing_can_be_read() {
    let list = || {
        Draft::new()
            .line(60.0, 40.0, "Общие указания")
            .line(60.0, 60.0, "Перечень скрытых работ")
            .line(60.0, 80.0, "- акт приемки котлована;")
            .line(60.0, 92.0, "- акт на устройство гидроизоляции;")
            .line(60.0, 104.0, "- акт на армирование конструкций.")
    };
    let alone = named_works("31-24-КЖ2.pdf", &[list().page(1)]);
    assert_eq!(alone, ["Приемка котлована", "Армирование конструкций", "Устройство гидроизоляции"]);
    // Beside drawings that can be read and show neither pit nor waterproofing, only what is cast remains.
    let mut plan = Draft::new().line(100.0, 40.0, "План перекрытия");
    for row in 0..20 {
        plan = plan.line(100.0 + 31.0 * row as f32, 100.0 + 17.0 * row as f32, "Каркас КР-1");
    }
    let mut page = plan.page(2);
    let block = block_of("31-24-КЖ2", "Схема армирования плиты перекрытия на отм. +3,300");
    page.words.extend(block.words);
    assert_eq!(named_works("31-24-КЖ2.pdf", &[list().page(1), page]), ["Армирование плиты перекрытия на отм. +3,300"]);
}

/// A title block of form 3 in the lower right corner.
fn block_of(cipher: &str, title: &str) -> Draft {
    let mut draft = Draft::new()
        .line(850.0, 690.0, cipher)
        .line(740.0, 712.0, "Жилой дом по ул. Примерной")
        .line(914.0, 753.0, "Стадия")
        .line(960.0, 753.0, "Лист")
        .line(1003.0, 753.0, "Листов")
        .line(925.0, 772.0, "Р")
        .line(968.0, 772.0, "2");
    let (first, rest) = title.split_once(" плиты").unwrap_or((title, ""));
    draft = draft.line(725.0, 790.0, first);
    if rest.is_empty() { draft } else { draft.line(725.0, 802.0, &format!("плиты{rest}")) }
}
