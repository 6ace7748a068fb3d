use crate::testkit::{SetOptions, SheetKind, TableTruth, drawing_set, table_sheets};
use crate::{Document, Limits, RuledLine, put_tables};
use domain::{Page, Rect, Table, TableKind, TextSource, Word, mark_continued, whole_tables};
use std::sync::Arc;

const SEEDS: [u64; 4] = [1, 2, 3, 4];

fn read(pdf: Vec<u8>) -> Vec<Page> {
    let document = Document::open(Arc::new(pdf), &Limits::default()).unwrap();
    let mut pages: Vec<Page> = (1..=document.page_count()).map(|page| document.read_page(page)).collect();
    for place in 1..pages.len() {
        let (before, page) = pages.split_at_mut(place);
        mark_continued(&before[place - 1], &mut page[0]);
    }
    pages
}

/// Words of a text, hyphens at line ends kept as they stand.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_drawn(table: &Table, truth: &TableTruth) {
    let drawn: Vec<_> = truth.cells.iter().map(|cell| (cell.rows, cell.columns, cell.text.clone())).collect();
    let found: Vec<_> = table
        .cells
        .iter()
        .map(|cell| ((cell.row, cell.row_span), (cell.column, cell.column_span), plain(&cell.text)))
        .collect();
    assert_eq!(found, drawn, "page {}", truth.page);
    let told = (table.kind, table.ruled, table.heading_rows, table.continued);
    assert_eq!(told, (truth.kind, truth.ruled, truth.heading_rows, truth.continued), "page {}", truth.page);
}

#[test]
fn tables_of_all_forms_are_found_cell_by_cell() {
    for seed in SEEDS {
        let sheets = table_sheets(seed);
        let pages = read(sheets.pdf);
        for page in &pages {
            let drawn: Vec<&TableTruth> = sheets.tables.iter().filter(|table| table.page == page.page).collect();
            let mut found: Vec<&Table> = page.tables.iter().collect();
            found.sort_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0).then(a.bounds.y0.total_cmp(&b.bounds.y0)));
            assert_eq!(found.len(), drawn.len(), "seed {seed}, page {}", page.page);
            for (table, truth) in found.into_iter().zip(drawn) {
                assert_drawn(table, truth);
            }
        }
    }
}

#[test]
fn no_word_is_lost_and_none_stands_twice() {
    for seed in SEEDS {
        let sheets = table_sheets(seed);
        for (page, words) in read(sheets.pdf).iter().zip(sheets.words) {
            assert_eq!(page.words.len(), words, "page {}", page.page);
            let own: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(page.text.split_whitespace().collect::<Vec<_>>(), own, "page {}", page.page);
            let cells: Vec<Rect> = page.tables.iter().flat_map(|table| &table.cells).map(|cell| cell.bounds).collect();
            let in_cells = page.words.iter().filter(|word| {
                let (x, y) = word.bounds.centre();
                let holders = cells.iter().filter(|cell| cell.contains(x, y)).count();
                assert!(holders <= 1, "{word:?}");
                holders == 1
            });
            let texts = page.tables.iter().flat_map(|table| &table.cells).flat_map(|cell| cell.text.split_whitespace());
            assert_eq!(in_cells.count(), texts.count(), "page {}", page.page);
        }
    }
}

#[test]
fn the_title_block_is_told_and_is_no_table() {
    let sheets = table_sheets(5);
    for (page, has_block) in read(sheets.pdf).iter().zip(sheets.title_blocks) {
        assert_eq!(page.title_block.is_some(), has_block, "page {}", page.page);
        let Some(block) = page.title_block else { continue };
        let mm = 72.0 / 25.4;
        let corner = (page.width_pt - 5.0 * mm, page.height_pt - 5.0 * mm);
        assert!((block.x1 - corner.0).abs() < 2.0 && (block.y1 - corner.1).abs() < 2.0, "{block:?}");
        for cell in page.tables.iter().flat_map(|table| &table.cells) {
            let (x, y) = cell.bounds.centre();
            assert!(!block.contains(x, y), "page {}: {cell:?}", page.page);
        }
    }
}

#[test]
fn a_table_reads_row_by_row() {
    let pages = read(table_sheets(6).pdf);
    let page = &pages[1];
    let steel = page.text.find("Марка элемента").unwrap();
    assert!(
        page.text[steel..].contains("\nФм2 128,5 394,2 522,7 522,7\nПм1 128,5 394,2 522,7 522,7\n"),
        "{}",
        page.text
    );
}

#[test]
fn tables_are_joined_over_sheets() {
    let sheets = table_sheets(7);
    let whole = whole_tables(&read(sheets.pdf));
    let of = |kind: TableKind| whole.iter().filter(|table| table.kind == kind).collect::<Vec<_>>();
    let parts = |kind: TableKind| -> Vec<Vec<u32>> {
        of(kind).iter().map(|table| table.parts.iter().map(|(page, _)| *page).collect()).collect()
    };
    assert_eq!(parts(TableKind::EquipmentList), [[3, 4, 5]]);
    assert_eq!(parts(TableKind::WorkQuantities), [[6, 7, 8]]);
    assert_eq!(parts(TableKind::DrawingList).len(), 2, "tables side by side are two");
    let goods = of(TableKind::EquipmentList)[0];
    assert_eq!((goods.columns, goods.rows.len()), (9, 30));
    assert_eq!(goods.rows[11].texts[0], "2.1");
    assert!(goods.rows.iter().all(|row| row.texts[6] != "7"), "headings are left out");
}

#[test]
fn a_set_has_the_tables_that_were_drawn() {
    let set = drawing_set(&SetOptions { pages: 20, seed: 3, faults: true });
    let pages = read(set.pdf);
    let mut rows = Vec::new();
    for (page, truth) in pages.iter().zip(&set.truth.pages) {
        let kinds: Vec<TableKind> = page.tables.iter().map(|table| table.kind).collect();
        match truth.kind {
            SheetKind::GeneralData => assert!(kinds.contains(&TableKind::DrawingList), "page {}", page.page),
            SheetKind::Specification => assert_eq!(kinds, [TableKind::EquipmentList], "page {}", page.page),
            _ => assert!(kinds.is_empty(), "page {}: {kinds:?}", page.page),
        }
        for table in page.tables.iter().filter(|table| table.kind == TableKind::EquipmentList) {
            for row in table.heading_rows..table.row_count() {
                rows.push(table.row_texts(row).into_iter().map(plain).collect::<Vec<_>>());
            }
        }
    }
    rows.retain(|row| !row[0].is_empty());
    for (row, drawn) in rows.iter().zip(&set.truth.specification) {
        assert_eq!(row, drawn);
    }
    assert_eq!(rows.len(), set.truth.specification.len());
}

/// Words of 10-point type, 5 points a letter.
fn words(words: &mut Vec<Word>, x: f32, y: f32, text: &str) {
    let mut x = x;
    for part in text.split(' ') {
        let width = 5.0 * part.chars().count() as f32;
        let bounds = Rect { x0: x, y0: y, x1: x + width, y1: y + 10.0 };
        words.push(Word { text: part.to_owned(), bounds, size_pt: 10.0, rotation_deg: 0, confidence: Word::SURE });
        x += width + 2.5;
    }
}

fn page(words: Vec<Word>) -> Page {
    let (words, text) = crate::order::arrange(words, 595.0, 842.0);
    Page {
        page: 1,
        width_pt: 595.0,
        height_pt: 842.0,
        source: TextSource::Text,
        text,
        words,
        faults: Vec::new(),
        title_block: None,
        tables: Vec::new(),
    }
}

/// The lines of a grid, each in two pieces that lie a little off, as those found in a picture do.
fn grid(xs: &[f32], ys: &[f32]) -> Vec<RuledLine> {
    let mut lines = Vec::new();
    let (left, right) = (xs[0], xs[xs.len() - 1]);
    let (top, bottom) = (ys[0], ys[ys.len() - 1]);
    for &y in ys {
        let middle = f32::midpoint(left, right);
        lines.push(RuledLine { x0: left + 1.0, y0: y, x1: middle, y1: y + 0.4 });
        lines.push(RuledLine { x0: right + 0.7, y0: y + 0.5, x1: middle + 1.0, y1: y + 0.8 });
    }
    for &x in xs {
        lines.push(RuledLine { x0: x - 0.3, y0: top - 1.0, x1: x, y1: bottom + 1.0 });
    }
    lines
}

#[test]
fn words_and_lines_of_a_picture_make_the_same_table() {
    let mut own = Vec::new();
    words(&mut own, 60.0, 62.0, "Поз.");
    words(&mut own, 120.0, 62.0, "Наименование");
    words(&mut own, 320.0, 62.0, "Масса, кг");
    words(&mut own, 60.0, 102.0, "1");
    words(&mut own, 120.0, 96.0, "Швеллер гнутый");
    words(&mut own, 120.0, 108.0, "равнополочный");
    words(&mut own, 320.0, 102.0, "12,5");
    let mut page = page(own);
    put_tables(&mut page, &grid(&[50.0, 110.0, 310.0, 400.0], &[55.0, 80.0, 125.0]));
    let [table] = page.tables.as_slice() else { panic!("{:?}", page.tables) };
    assert_eq!(table.row_texts(0), ["Поз.", "Наименование", "Масса, кг"]);
    assert_eq!(table.row_texts(1), ["1", "Швеллер гнутый\nравнополочный", "12,5"]);
    assert_eq!(page.text, "Поз. Наименование Масса, кг\n1 Швеллер гнутый равнополочный 12,5\n");
    assert_eq!(page.words[7].text, "равнополочный");
}

#[test]
fn two_rows_that_end_a_list_are_a_table_without_its_heading() {
    let (xs, ys) = ([60.0, 110.0, 330.0, 370.0, 420.0], [30.0, 58.0, 86.0]);
    let mut own = Vec::new();
    for (y, row) in
        [(48.0, ["30.9", "Сальник набивной", "шт", "2"]), (76.0, ["31", "Окраска горячим битумом", "м2", "6,4"])]
    {
        row.iter().zip(xs).for_each(|(text, x)| words(&mut own, x + 6.0, y, text));
    }
    let mut page = page(own);
    assert!(super::looks_tabular(&page));
    put_tables(&mut page, &grid(&xs, &ys));
    let [table] = page.tables.as_slice() else { panic!("{:?}", page.tables) };
    assert_eq!((table.row_count(), table.column_count(), table.heading_rows), (2, 4, 0));
    assert!(page.text.contains("31 Окраска горячим битумом м2 6,4"), "{}", page.text);
}

#[test]
fn text_in_two_columns_and_dimensions_are_no_table() {
    let mut own = Vec::new();
    for row in 0..12 {
        let y = 60.0 + 14.0 * row as f32;
        words(&mut own, 20.0, y, "работы вести по проекту производства работ в срок");
        words(&mut own, 320.0, y, "скрытые работы предъявить до начала следующих");
    }
    for row in 0..3 {
        for column in 0..6 {
            words(&mut own, 40.0 + 80.0 * column as f32, 500.0 + 20.0 * row as f32, "6000");
        }
    }
    let mut page = page(own);
    let before = page.clone();
    put_tables(&mut page, &[]);
    assert!(page.tables.is_empty(), "{:?}", page.tables);
    assert_eq!(page, before);
}

#[test]
fn rooms_of_a_plan_are_no_table() {
    let mut own = Vec::new();
    for (x, y) in [(60.0, 60.0), (160.0, 60.0), (60.0, 160.0), (260.0, 160.0)] {
        words(&mut own, x, y, "12,5");
    }
    let mut page = page(own);
    put_tables(&mut page, &grid(&[50.0, 150.0, 250.0, 350.0], &[50.0, 150.0, 250.0, 350.0]));
    assert!(page.tables.is_empty(), "{:?}", page.tables);
}

#[test]
fn any_lines_are_borne() {
    let mut own = Vec::new();
    for row in 0..40 {
        words(&mut own, 20.0, 20.0 + 15.0 * row as f32, "1 имя имени 2,5");
    }
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as f32 % 600.0
    };
    let mut lines = vec![RuledLine { x0: f32::NAN, y0: 0.0, x1: f32::INFINITY, y1: f32::NEG_INFINITY }];
    for _ in 0..3_000 {
        let (x, y) = (next(), next());
        lines.push(RuledLine { x0: x, y0: y, x1: next(), y1: y });
        lines.push(RuledLine { x0: x, y0: y, x1: x, y1: next() });
    }
    let mut page = page(own);
    let words = page.words.len();
    put_tables(&mut page, &lines);
    assert_eq!(page.words.len(), words);
    assert_eq!(page.text.split_whitespace().count(), words);
}
