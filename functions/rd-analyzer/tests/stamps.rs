//! Title blocks of ГОСТ Р 21.101, forms 3 to 6, as the editions label them, upright and turned, of text layers and as
//! recognition reads them.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::{DocumentId, Page, Rect, TextSource, TitleBlock, Word};
use rd_analyzer::understand;

mod support;
use support::page;

const MM: f32 = 72.0 / 25.4;

/// A sheet of A3 with lettering placed in millimetres from its upper left corner.
struct Lettering {
    words: Vec<Word>,
}

/// Where the block stands and how its columns are called.
#[derive(Debug, Clone, Copy)]
struct Edition {
    changes: [&'static str; 6],
    guid: bool,
}

const EDITION_2020: Edition =
    Edition { changes: ["Изм.", "Кол.уч", "Лист", "№док.", "Подп.", "Дата"], guid: false };

/// What that of 2026 adds is an identifier; firms write the labels out, too.
const EDITION_2026: Edition = Edition {
    changes: ["Изм.", "Кол.уч.", "Лист", "№ док.", "Подпись", "Дата"], guid: true
};

impl Lettering {
    fn new() -> Self {
        Self { words: Vec::new() }
    }

    /// Writes a text with its middle at (x, y), `size` millimetres high.
    fn centred(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let width = |word: &str| 0.6 * size * word.chars().count() as f32;
        let total: f32 = text.split(' ').map(width).sum::<f32>() + 0.4 * size * text.matches(' ').count() as f32;
        let mut left = x - total / 2.0;
        for word in text.split(' ') {
            let right = left + width(word);
            self.words.push(Word {
                text: word.to_owned(),
                bounds: Rect { x0: left * MM, x1: right * MM, y0: (y - size / 2.0) * MM, y1: (y + size / 2.0) * MM },
                size_pt: size * MM,
                rotation_deg: 0,
                confidence: Word::SURE,
            });
            left = right + 0.4 * size;
        }
    }

    /// The row of labels under the table of changes, with one change entered above.
    fn changes(&mut self, x: f32, y: f32, edition: Edition) {
        let mut left = x;
        for (label, width) in edition.changes.iter().zip([10.0, 10.0, 10.0, 10.0, 15.0, 10.0]) {
            self.centred(left + width / 2.0, y + 2.5, 2.0, label);
            left += width;
        }
        self.centred(x + 5.0, y - 2.5, 2.5, "2");
        self.centred(x + 60.0, y - 2.5, 2.0, "03.26");
    }

    fn page(self, number: u32) -> Page {
        page(number, (420.0 * MM, 297.0 * MM), self.words, Vec::new())
    }
}

const CIPHER: &str = "57-26-КЖ2";
const LEFT: f32 = 230.0;

/// Form 3 (drawings) and, with two rows less, form 5 (texts).
fn first_sheet(edition: Edition, form5: bool) -> Lettering {
    let mut sheet = Lettering::new();
    let (top, labels) = if form5 { (252.0, 15.0) } else { (237.0, 25.0) };
    sheet.changes(LEFT, top + labels - 5.0, edition);
    sheet.centred(LEFT + 125.0, top + 5.0, 4.0, CIPHER);
    if !form5 {
        sheet.centred(LEFT + 125.0, top + 17.0, 2.5, "Склад готовой продукции");
        sheet.centred(LEFT + 100.0, top + 32.0, 2.5, "Корпус 2");
    }
    let title = if form5 { top + 27.0 } else { top + 47.0 };
    sheet.centred(LEFT + 100.0, title, 2.5, "Опалубочный план");
    for (x, label, value) in [(142.5, "Стадия", "Р"), (157.5, "Лист", "3"), (175.0, "Листов", "12")] {
        sheet.centred(LEFT + x, top + labels + 2.5, 2.5, label);
        sheet.centred(LEFT + x, top + labels + if form5 { 7.5 } else { 10.0 }, 3.0, value);
    }
    sheet.centred(LEFT + 160.0, if form5 { top + 32.0 } else { top + 47.0 }, 2.5, "ООО «Контур»");
    for (row, (role, name)) in (0..).zip([("Разработал", "Панина"), ("ГИП", "Сорокин"), ("Н.контр.", "Жукова")])
    {
        let y = top + labels + 2.5 + 5.0 * row as f32;
        sheet.centred(LEFT + 10.0, y, 2.0, role);
        sheet.centred(LEFT + 30.0, y, 2.0, name);
    }
    if edition.guid {
        sheet.centred(LEFT + 90.0, 294.0, 2.0, "5d1f8a52-0c3e-4b7a-9d57-3f1e7a60c2b4");
    }
    sheet
}

/// Form 4 (products): stage, mass and scale in one row, sheet and sheets under it.
fn product(edition: Edition) -> Lettering {
    let mut sheet = Lettering::new();
    let top = 237.0;
    sheet.changes(LEFT, top + 20.0, edition);
    sheet.centred(LEFT + 125.0, top + 7.0, 4.0, &format!("{CIPHER}.И-МН1"));
    sheet.centred(LEFT + 100.0, top + 30.0, 3.0, "Изделие закладное МН-1");
    for (x, label, value) in [(142.5, "Стадия", "Р"), (158.5, "Масса", "3,4"), (176.0, "Масштаб", "1:10")]
    {
        sheet.centred(LEFT + x, top + 17.5, 2.5, label);
        sheet.centred(LEFT + x, top + 27.5, 3.0, value);
    }
    sheet.centred(LEFT + 141.0, top + 37.5, 2.5, "Лист");
    sheet.centred(LEFT + 149.0, top + 37.5, 2.5, "1");
    sheet.centred(LEFT + 162.0, top + 37.5, 2.5, "Листов");
    sheet.centred(LEFT + 175.0, top + 37.5, 2.5, "2");
    sheet.centred(LEFT + 160.0, top + 47.0, 2.5, "ООО «Контур»");
    sheet
}

/// Form 6 (sheets that follow).
fn following(edition: Edition) -> Lettering {
    let mut sheet = Lettering::new();
    let top = 277.0;
    sheet.changes(LEFT, top + 10.0, edition);
    sheet.centred(LEFT + 120.0, top + 7.5, 4.0, &format!("{CIPHER}.СО"));
    sheet.centred(LEFT + 180.0, top + 3.5, 2.0, "Лист");
    sheet.centred(LEFT + 180.0, top + 11.0, 3.0, "4");
    sheet
}

/// The sheet as a file has it whose drawing lies on its side: a quarter turn, or three.
fn turned(mut page: Page, quarters: u16) -> Page {
    for _ in 0..quarters {
        let height = page.height_pt;
        for word in &mut page.words {
            let old = word.bounds;
            // A quarter turn clockwise: what read to the right reads downwards.
            word.bounds = Rect { x0: height - old.y1, x1: height - old.y0, y0: old.x0, y1: old.x1 };
            word.rotation_deg = (word.rotation_deg + 270) % 360;
        }
        (page.width_pt, page.height_pt) = (height, page.width_pt);
    }
    page
}

/// The words as a recogniser reads small lettering: look-alikes of the other alphabet, a letter wrong, dots lost.
fn recognised(mut page: Page) -> Page {
    page.source = TextSource::Ocr;
    for word in &mut page.words {
        word.confidence = 0.62;
        word.bounds.x0 += 0.7;
        word.bounds.y1 -= 0.5;
        let worse = match word.text.as_str() {
            "Стадия" => "Стадuя",
            "Листов" => "Листо8",
            "Лист" => "Лисm",
            "Изм." => "Изм",
            "Кол.уч" | "Кол.уч." => "Копуч",
            "№док." => "Nsдок",
            "Подпись" => "Подлись",
            "Дата" => "Дaта",
            "57-26-КЖ2" => "57-2б-KЖ2",
            "57-26-КЖ2.СО" => "57-26-КЖ2.C0",
            other => other,
        };
        word.text = worse.to_owned();
    }
    page
}

/// The block of a set that has this sheet behind two good ones, so that its cipher is known.
fn block_of(page: Page) -> TitleBlock {
    let pages =
        [first_sheet(EDITION_2020, false).page(1), first_sheet(EDITION_2020, true).page(2), Page { page: 3, ..page }];
    let document = DocumentId::try_from("1".repeat(64)).unwrap();
    let (summary, analysis) = understand(&document, "set.pdf", &pages);
    assert_eq!(summary.cipher.as_deref(), Some(CIPHER));
    analysis.title_blocks.into_iter().find(|block| block.page == 3).unwrap()
}

/// Every way a sheet comes: upright, on its side, upside down, and recognised.
fn ways(make: &dyn Fn() -> Page) -> Vec<(&'static str, Page)> {
    vec![
        ("upright", make()),
        ("turned right", turned(make(), 1)),
        ("upside down", turned(make(), 2)),
        ("turned left", turned(make(), 3)),
        ("recognised", recognised(make())),
        ("recognised and turned left", turned(recognised(make()), 3)),
    ]
}

/// What forms 3 and 5 say of their sheet, in both editions and however it comes; form 3 names the object, too.
fn assert_first_sheet(form5: bool, object: Option<&str>) {
    for edition in [EDITION_2020, EDITION_2026] {
        for (way, page) in ways(&|| first_sheet(edition, form5).page(1)) {
            let block = block_of(page);
            let place = format!("{way}, {edition:?}: {block:?}");
            assert_eq!(
                (block.cipher.as_deref(), block.sheet.as_deref(), block.sheets),
                (Some(CIPHER), Some("3"), Some(12)),
                "{place}"
            );
            assert_eq!(
                (block.stage.as_deref(), block.title.as_deref()),
                (Some("Р"), Some("Опалубочный план")),
                "{place}"
            );
            assert!(object.is_none() || block.object.as_deref() == object, "{place}");
            assert_eq!(
                (block.designer.as_deref(), block.revision.as_deref()),
                (Some("ООО «Контур»"), Some("2")),
                "{place}"
            );
        }
    }
}

#[test]
fn form_3_is_read_in_both_editions_however_it_comes() {
    assert_first_sheet(false, Some("Склад готовой продукции Корпус 2"));
}

#[test]
fn form_4_of_products_is_read_in_both_editions_however_it_comes() {
    for edition in [EDITION_2020, EDITION_2026] {
        for (way, page) in ways(&|| product(edition).page(1)) {
            let block = block_of(page);
            let place = format!("{way}, {edition:?}: {block:?}");
            assert!(block.cipher.as_deref().unwrap().starts_with(CIPHER), "{place}");
            assert_eq!((block.sheet.as_deref(), block.sheets), (Some("1"), Some(2)), "{place}");
            assert_eq!(
                (block.stage.as_deref(), block.title.as_deref()),
                (Some("Р"), Some("Изделие закладное МН-1")),
                "{place}"
            );
            assert_eq!(block.designer.as_deref(), Some("ООО «Контур»"), "{place}");
        }
    }
}

#[test]
fn form_5_of_texts_is_read_in_both_editions_however_it_comes() {
    assert_first_sheet(true, None);
}

#[test]
fn form_6_of_following_sheets_is_read_in_both_editions_however_it_comes() {
    for edition in [EDITION_2020, EDITION_2026] {
        for (way, page) in ways(&|| following(edition).page(1)) {
            // Eleven words are too few to tell a block on its side from the boxes of the margin.
            if way != "upright" && way != "recognised" {
                continue;
            }
            let block = block_of(page);
            let place = format!("{way}, {edition:?}: {block:?}");
            assert_eq!(block.cipher.as_deref(), Some("57-26-КЖ2.СО"), "{place}");
            assert_eq!(
                (block.sheet.as_deref(), block.sheets, block.revision.as_deref()),
                (Some("4"), None, Some("2")),
                "{place}"
            );
        }
    }
}

#[test]
fn a_repaired_cipher_keeps_what_was_read() {
    let block = block_of(recognised(first_sheet(EDITION_2020, false).page(1)));
    assert_eq!((block.cipher.as_deref(), block.cipher_as_read.as_deref()), (Some(CIPHER), Some("57-2б-KЖ2")));
    assert!(block.evidence.confidence <= 0.8);
    assert!(block.evidence.quote.contains("57-2б-KЖ2"), "{}", block.evidence.quote);
    assert_eq!(block.evidence.boxes.len(), block.evidence.boxes.iter().filter(|bounds| bounds.x1 > bounds.x0).count());
}
