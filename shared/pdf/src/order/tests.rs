use super::arrange;
use domain::{Rect, Word};

/// Words of a line of 10-point type from (x, y), 5 points a letter.
fn line(words: &mut Vec<Word>, x: f32, y: f32, text: &str) {
    let mut x = x;
    for part in text.split(' ') {
        let width = 5.0 * part.chars().count() as f32;
        words.push(Word {
            text: part.to_owned(),
            bounds: Rect { x0: x, y0: y, x1: x + width, y1: y + 10.0 },
            size_pt: 10.0,
            rotation_deg: 0,
            confidence: Word::SURE,
        });
        x += width + 2.5;
    }
}

#[test]
fn columns_are_read_one_after_the_other() {
    let mut words = Vec::new();
    line(&mut words, 100.0, 20.0, "Общие указания");
    for row in 0..8 {
        // The baselines agree by chance, as they do on a grid.
        line(
            &mut words,
            20.0,
            60.0 + 14.0 * row as f32,
            &format!("левая колонка с длинной строкой текста номер {row}"),
        );
        line(
            &mut words,
            320.0,
            60.0 + 14.0 * row as f32,
            &format!("правая колонка с длинной строкой текста номер {row}"),
        );
    }
    let (ordered, text) = arrange(words, 800.0, 1_000.0);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 17);
    assert_eq!(lines[0], "Общие указания");
    assert!(lines[1..9].iter().all(|line| line.starts_with("левая")), "{text}");
    assert!(lines[9..].iter().all(|line| line.starts_with("правая")), "{text}");
    assert_eq!(ordered.len(), text.split_whitespace().count());
}

#[test]
fn a_table_is_read_row_by_row() {
    let mut words = Vec::new();
    for row in 0..8 {
        let y = 60.0 + 20.0 * row as f32;
        line(&mut words, 20.0, y, &format!("{row}"));
        line(&mut words, 60.0, y, "План фундаментной плиты");
        line(&mut words, 320.0, y, "Изм. 1 (Зам.)");
    }
    let (_, text) = arrange(words, 800.0, 1_000.0);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 8, "{text}");
    assert_eq!(lines[3], "3 План фундаментной плиты Изм. 1 (Зам.)");
}

#[test]
fn two_tables_side_by_side_are_read_one_after_the_other() {
    let mut words = Vec::new();
    for (table, left) in [20.0, 420.0].into_iter().enumerate() {
        line(&mut words, left, 40.0, "Лист");
        line(&mut words, left + 50.0, 40.0, "Наименование");
        line(&mut words, left + 260.0, 40.0, "Примечание");
        for row in 0..8 {
            let y = 60.0 + 20.0 * row as f32;
            line(&mut words, left, y, &format!("{}", row + 8 * table));
            line(&mut words, left + 50.0, y, "План фундаментной плиты на отметке");
            line(&mut words, left + 260.0, y, "Изм. 1");
        }
    }
    let (_, text) = arrange(words, 1_200.0, 1_000.0);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 18, "{text}");
    assert_eq!(lines[8], "7 План фундаментной плиты на отметке Изм. 1");
    assert_eq!(lines[9], "Лист Наименование Примечание");
    assert_eq!(lines[10], "8 План фундаментной плиты на отметке Изм. 1");
}

#[test]
fn a_row_that_repeats_itself_does_not_split_a_table() {
    let mut words = Vec::new();
    for row in 0..8 {
        let y = 60.0 + 20.0 * row as f32;
        line(&mut words, 20.0, y, "Труба стальная 57 на 4");
        line(&mut words, 320.0, y, "Труба стальная 57 на 4");
    }
    let (_, text) = arrange(words, 800.0, 1_000.0);
    assert_eq!(text.lines().next(), Some("Труба стальная 57 на 4 Труба стальная 57 на 4"), "{text}");
}

#[test]
fn turned_text_follows_and_reads_upwards() {
    let mut words = Vec::new();
    for (place, part) in ["Инв.", "№", "подл."].into_iter().enumerate() {
        let y1 = 500.0 - 40.0 * place as f32;
        words.push(Word {
            text: part.to_owned(),
            bounds: Rect { x0: 10.0, y0: y1 - 30.0, x1: 20.0, y1 },
            size_pt: 10.0,
            rotation_deg: 90,
            confidence: Word::SURE,
        });
    }
    line(&mut words, 100.0, 300.0, "План на отм. -2,550");
    let (_, text) = arrange(words, 800.0, 1_000.0);
    assert_eq!(text, "План на отм. -2,550\n\nИнв. № подл.\n");
}

#[test]
fn the_title_block_comes_last() {
    let (width, height) = (1190.55, 841.89);
    let mut words = Vec::new();
    for row in 0..40 {
        line(&mut words, 700.0, 30.0 + 14.0 * row as f32, &format!("указания по производству работ строка {row}"));
        line(&mut words, 100.0, 33.0 + 19.0 * row as f32, "левая колонка указаний внизу доходит до конца листа");
    }
    let bottom = height - 14.2;
    line(&mut words, 660.0, bottom - 95.0, "Изм. Кол.уч. Лист №док. Подп. Дата");
    line(&mut words, 660.0, bottom - 80.0, "Разраб. Иванов");
    line(&mut words, 1010.0, bottom - 80.0, "Стадия Лист Листов");
    let (_, text) = arrange(words, width, height);
    let title = text.find("Изм.").unwrap();
    assert!(text.find("левая").unwrap() < text.find("указания по").unwrap());
    assert!(title > text.rfind("строка 39").unwrap(), "{text}");
    assert!(title > text.rfind("левая").unwrap(), "{text}");
}

#[test]
fn a_large_mark_beside_two_lines_does_not_make_them_one() {
    let mut words = Vec::new();
    line(&mut words, 60.0, 100.0, "первая строка указаний по гидроизоляции");
    line(&mut words, 60.0, 112.0, "вторая строка указаний по гидроизоляции");
    words.push(Word {
        text: "1.8".to_owned(),
        bounds: Rect { x0: 10.0, y0: 96.0, x1: 40.0, y1: 124.0 },
        size_pt: 28.0,
        rotation_deg: 0,
        confidence: Word::SURE,
    });
    let (_, text) = arrange(words, 800.0, 1_000.0);
    assert!(text.contains("первая строка указаний по гидроизоляции\n"), "{text}");
    assert!(text.contains("вторая строка указаний по гидроизоляции\n"), "{text}");
}
