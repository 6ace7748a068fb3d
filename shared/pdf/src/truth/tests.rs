use crate::{Document, Limits, Reading, Verdict};
use domain::{Fault, FaultKind, Rect};
use std::sync::Arc;

/// A page of A4 with a Cyrillic font F1 (Windows-1251 codes), a font F2 that gives its codes other letters than it
/// shows, and a grey picture Im1.
fn read_with(attributes: &str, content: &str) -> Reading {
    let names: String = (0..64).map(|place| format!("/{}", afii(place))).collect();
    // F2 shows the letters of F1 five places on.
    let exchanged: String =
        (0..64).map(|place| format!("/{}", afii(place / 32 * 32 + (place % 32 + 5) % 32))).collect();
    let file = format!(
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[5 0 R]/Count 1>> endobj\n\
         3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[192{names}]>>>> endobj\n\
         4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Times/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[192{exchanged}]>>>> endobj\n\
         5 0 obj <</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</Im1 7 0 R>>>>/Contents 6 0 R {attributes}>> endobj\n\
         6 0 obj <</Length {}>>\nstream\n{content}\nendstream endobj\n\
         7 0 obj <</Type/XObject/Subtype/Image/Width 1240/Height 1754/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>\nstream\nx\nendstream endobj\n\
         trailer <</Root 1 0 R/Size 9>>\n%%EOF",
        content.len()
    );
    Document::open(Arc::new(file.into_bytes()), &Limits::default()).unwrap().read_page_judged(1)
}

fn read(content: &str) -> Reading {
    read_with("/MediaBox[0 0 595 842]", content)
}

fn afii(place: u32) -> String {
    // А to Я with Ё in its place, then а to я.
    let number = match place {
        0..=5 => 10017 + place,
        6..=31 => 10018 + place,
        32..=37 => 10065 + place - 32,
        _ => 10066 + place - 32,
    };
    format!("afii{number}")
}

/// Lines of text from (x, y) downwards, one a line, as content.
fn text(font: &str, x: f32, mut y: f32, lines: &[&str]) -> String {
    let mut content = String::new();
    for line in lines {
        let codes: String = line
            .chars()
            .map(|letter| match letter {
                'А'..='я' => format!("{:02x}", u32::from(letter) - 0x410 + 0xc0),
                other => format!("{:02x}", u32::from(other)),
            })
            .collect();
        content.push_str(&format!("BT /{font} 10 Tf {x} {y} Td <{codes}> Tj ET\n"));
        y -= 14.0;
    }
    content
}

const ROWS: [&str; 6] = [
    "Устройство монолитной фундаментной плиты",
    "Кладка наружных стен из кирпича",
    "Гидроизоляция горизонтальная оклеечная",
    "Арматура класса A500C по проекту",
    "Утепление кровли плитами минераловатными",
    "Труба стальная DN50 PN16 L=2500 шт 12",
];

fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    faults.iter().map(|fault| fault.kind).collect()
}

fn assert_sound(reading: &Reading) {
    assert!(reading.page.faults.is_empty(), "{:?}", reading.page.faults);
    assert_eq!(reading.verdict, Verdict::Trust);
    assert!(reading.page.words.iter().all(|word| word.confidence == 1.0));
}

#[test]
fn plain_russian_english_and_numbers_are_trusted() {
    assert_sound(&read(&text("F1", 50.0, 780.0, &ROWS)));
    let english =
        ["Pressure equipment shall comply with the requirements", "of this part and be tested before installation"];
    assert_sound(&read(&text("F1", 50.0, 780.0, &english)));
    let marks = [
        "412-7-25-КЖ2.1 А500С В25 W8 F200 DN50 PN16",
        "1:100 -2,550 0,000 3600 7200 1/А 2/Б Ш1 Ш2 ПВХ",
        "Б Г Д Ж К Л н п р т ф х",
    ];
    assert_sound(&read(&text("F1", 50.0, 780.0, &marks)));
}

#[test]
fn text_that_is_not_seen_is_dropped_and_counted() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let hidden = text("F1", 50.0, 400.0, &["Тайна"]);
    let cover = "1 g 40 390 200 30 re f 0 g\n";
    let cases = [
        ("not painted", format!("{rows} 3 Tr {hidden}")),
        ("white", format!("{rows} 1 1 1 rg {hidden}")),
        ("white in a colour space", format!("{rows} /DeviceRGB cs 1 1 1 sc {hidden}")),
        ("clipped", format!("{rows} q 300 100 100 100 re W n {hidden} Q")),
        ("clipped line by line", format!("{rows} q 300 100 m 400 100 l 400 200 l 300 200 l 300 100 l W n {hidden} Q")),
        ("clipped but for a sliver of its box", format!("{rows} q 40 408 200 40 re W n {hidden} Q")),
        ("painted over", format!("{rows} {hidden} {cover}")),
        (
            "painted over by two triangles",
            format!("{rows} {hidden} 1 g 40 390 m 40 420 l 240 420 l h 240 420 m 240 390 l 40 390 l h B 0 g"),
        ),
        ("painted over line by line", format!("{rows} {hidden} 1 g 40 390 m 40 420 l 240 420 l 240 390 l h f 0 g")),
    ];
    for (name, content) in cases {
        let reading = read(&content);
        assert!(!reading.page.text.contains("Тайна"), "{name}");
        assert_eq!(kinds(&reading.page.faults), [FaultKind::HiddenText], "{name}");
        assert!(reading.page.faults[0].repaired && reading.page.faults[0].count == 1, "{name}");
        assert_eq!(reading.verdict, Verdict::Trust, "{name}");
    }
}

#[test]
fn text_on_colour_and_behind_glass_is_seen() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let seen = text("F1", 50.0, 400.0, &["Видно"]);
    let cases = [
        ("white on black", format!("{rows} 0 g 40 390 200 30 re f 1 g {seen}")),
        ("on a white cell", format!("{rows} 1 g 40 390 200 30 re f 0 g {seen}")),
        ("in its clip", format!("{rows} q 40 390 200 30 re W n {seen} Q")),
        ("in a clip that cuts its feet", format!("{rows} q 40 402 200 40 re W n {seen} Q")),
        ("in a clip of lines", format!("{rows} q 40 390 m 240 390 l 240 420 l 40 420 l h W* n {seen} Q")),
        ("under a triangle", format!("{rows} {seen} 1 g 40 390 m 40 420 l 240 420 l h f 0 g")),
        ("under a slanted area", format!("{rows} {seen} 1 g 40 390 m 240 391 l 240 420 l 40 420 l f")),
        ("beside a cover", format!("{rows} {seen} 1 g 300 390 200 30 re f")),
        ("in a frame of two rectangles", format!("{rows} {seen} 40 390 200 30 re 41 391 198 28 re f*")),
        (
            "under a clipped cover",
            format!("{rows} {seen} q 300 300 m 310 300 l 310 310 l W n 1 g 40 390 200 30 re f Q"),
        ),
        ("under a pattern", format!("{rows} {seen} /Pattern cs /P1 scn 40 390 200 30 re f")),
    ];
    for (name, content) in cases {
        let reading = read(&content);
        assert!(reading.page.text.contains("Видно"), "{name}: {:?}", reading.page.faults);
        assert!(reading.page.faults.is_empty(), "{name}: {:?}", reading.page.faults);
    }
}

#[test]
fn the_layer_of_a_good_recognition_is_kept_and_of_a_bad_one_is_not() {
    let scan = "q 595 0 0 842 0 0 cm /Im1 Do Q 3 Tr\n";
    let good = read(&format!("{scan}{}", text("F1", 50.0, 780.0, &ROWS)));
    assert_eq!(kinds(&good.page.faults), [FaultKind::ForeignOcr]);
    assert_eq!(good.verdict, Verdict::Trust);
    assert!(good.page.words.iter().all(|word| word.confidence == 0.8));
    let garbage = [
        "YcTpoHcTBO MoHoAHTHoft cpyH/(aMeHTHoft nAHTbl npoexTy",
        "KnaAKa HapyxHblX cTeH H3 KHpnHHa rHApoH30AsIuHsl",
        "Гидpoизoл|яция гopизoнтaл^ьнaя oкл{eeчнaя ApMaTypa",
        "yTenAeHHe KpoBAH nAHTaMH MHHepaAoBaTHblMH Tpy6a",
    ];
    let bad = read(&format!("{scan}{}", text("F1", 50.0, 780.0, &garbage)));
    assert!(kinds(&bad.page.faults).contains(&FaultKind::ForeignOcr), "{}", bad.page.text);
    assert_eq!(bad.verdict, Verdict::Recognize);
    // The same under the scan: written first, then painted over.
    let under = read(&format!("{} q 595 0 0 842 0 0 cm /Im1 Do Q", text("F1", 50.0, 780.0, &garbage)));
    assert_eq!(under.verdict, Verdict::Recognize, "{:?}", under.page.faults);
}

#[test]
fn a_damaged_heading_over_sound_rows_is_a_region() {
    let heading =
        text("F2", 50.0, 780.0, &["Наименование работ конструкций Обозначение документа Количество элементов"]);
    let reading = read(&format!("{heading}{}", text("F1", 50.0, 700.0, &ROWS)));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::WrongLetters], "{}", reading.page.text);
    let Verdict::RecognizeRegions(regions) = &reading.verdict else { panic!("{:?}", reading.verdict) };
    assert!(regions.iter().all(|region| region.y1 < 90.0), "{regions:?}");
    let doubted = reading.page.words.iter().filter(|word| word.confidence < 1.0).count();
    assert!((6..=8).contains(&doubted), "{doubted}");
}

#[test]
fn a_page_in_exchanged_letters_is_recognised_as_a_whole() {
    let reading = read(&text("F2", 50.0, 780.0, &ROWS));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::WrongLetters], "{}", reading.page.text);
    assert_eq!(reading.verdict, Verdict::Recognize);
}

#[test]
fn letters_left_out_are_found_by_the_fragments() {
    let rows = [
        "О ще т о о н ченно ег ер стр йс во мо ол т ой фу да е т ой",
        "кл дк на у ых ст н из ки пи а ги р из ля ия го из нт ль ая",
        "ут пл ни кр вл пл та и ми ер ло ат ым тр ба ст ль ая",
    ];
    let reading = read(&text("F1", 50.0, 780.0, &rows));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::MissingLetters], "{}", reading.page.text);
    assert_ne!(reading.verdict, Verdict::Trust);
}

#[test]
fn the_frame_of_a_web_viewer_does_not_pass_for_the_document() {
    let frame = text("F1", 20.0, 825.0, &["Просмотр документа на сайте"])
        + &text("F1", 20.0, 15.0, &["Реклама скачать бесплатно страница"]);
    let reading = read(&format!("{frame} q 500 0 0 700 48 70 cm /Im1 Do Q"));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::TextBesidePicture]);
    let Verdict::RecognizeRegions(regions) = &reading.verdict else { panic!("{:?}", reading.verdict) };
    assert_eq!(regions.len(), 1);
    let picture = Rect { x0: 48.0, y0: 72.0, x1: 548.0, y1: 772.0 };
    assert!((regions[0].x0 - picture.x0).abs() < 10.0 && (regions[0].y1 - picture.y1).abs() < 10.0, "{regions:?}");
    // A watermark under the whole text is no document of its own.
    let lines: Vec<&str> = ROWS.iter().copied().cycle().take(52).collect();
    let marked = read(&format!("q 595 0 0 842 0 0 cm /Im1 Do Q {}", text("F1", 50.0, 800.0, &lines)));
    assert_eq!(marked.verdict, Verdict::Trust, "{:?}", marked.page.faults);
}

/// Strokes of plotter letters in a box of 6 by 10, each a row of points.
const STROKES: [&[&[(f32, f32)]]; 8] = [
    &[&[(0.0, 0.0), (0.0, 10.0), (6.0, 10.0), (6.0, 0.0)]],
    &[&[(0.0, 0.0), (3.0, 10.0), (6.0, 0.0)], &[(1.2, 4.0), (4.8, 4.0)]],
    &[&[(0.0, 0.0), (0.0, 10.0)], &[(6.0, 10.0), (0.0, 5.0), (6.0, 0.0)]],
    &[&[(0.0, 10.0), (0.0, 0.0), (6.0, 10.0), (6.0, 0.0)]],
    &[&[(6.0, 10.0), (0.0, 10.0), (0.0, 0.0), (6.0, 0.0)], &[(0.0, 5.0), (5.0, 5.0)]],
    &[&[(0.0, 0.0), (0.0, 10.0), (4.0, 10.0), (6.0, 8.0), (6.0, 6.0), (4.0, 5.0), (0.0, 5.0)]],
    &[&[(0.0, 10.0), (6.0, 10.0)], &[(3.0, 10.0), (3.0, 0.0)]],
    &[&[(0.0, 0.0), (0.0, 10.0), (3.0, 4.0), (6.0, 10.0), (6.0, 0.0)]],
];

fn plotted(x: f32, y: f32, letters: usize, seed: usize) -> String {
    let mut content = String::new();
    for place in 0..letters {
        let left = x + 8.0 * place as f32;
        for stroke in STROKES[(place * 7919 + seed * 104_729) / 8 % STROKES.len()] {
            for (index, (dx, dy)) in stroke.iter().enumerate() {
                let operator = if index == 0 { "m" } else { "l" };
                content.push_str(&format!("{} {} {operator} ", left + dx * 0.8, y + dy * 0.8));
            }
            content.push_str("S\n");
        }
    }
    content
}

#[test]
fn lettering_drawn_as_lines_beside_a_stamp_is_a_region() {
    let stamp = text("F1", 400.0, 60.0, &["Лист Листов Стадия Р 1 12", "План фундаментов"]);
    let lettering: String = (0..24).map(|line| plotted(60.0, 700.0 - 20.0 * line as f32, 30, line)).collect();
    let reading = read(&format!("{lettering}{stamp}"));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::TextBesidePicture]);
    let Verdict::RecognizeRegions(regions) = &reading.verdict else { panic!("{:?}", reading.verdict) };
    let hull = regions.iter().copied().reduce(Rect::union).unwrap();
    assert!(hull.y0 < 140.0 && hull.y1 > 590.0 && hull.x0 < 62.0 && hull.x1 > 290.0, "{hull:?}");
    assert!(regions.iter().all(|region| region.y1 < 760.0), "{regions:?}");
    assert!(reading.page.words.iter().all(|word| word.confidence == 1.0));
}

#[test]
fn a_word_under_letters_drawn_beside_it_is_kept_where_its_neighbours_stand_under_theirs() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let labels = ["Разработал", "Проверил", "Контроль", "Начальник"];
    let mut content = format!("{rows} 3 Tr\n");
    for (row, label) in labels.iter().enumerate() {
        let y = 200.0 - 20.0 * row as f32;
        content.push_str(&plotted(60.0, y, 6, row));
        content.push_str(&text("F1", 60.0, y, &[label]));
    }
    // Drawn narrower and before the place of its word.
    let beside = format!("{}{}", plotted(60.0, 100.0, 1, 3), text("F1", 69.0, 100.0, &["ГИП"]));
    let kept = read(&format!("{content}{beside}"));
    assert!(labels.iter().all(|label| kept.page.text.contains(label)), "{}", kept.page.text);
    assert!(kept.page.text.contains("ГИП"), "{:?}", kept.page.faults);
    assert!(kept.page.words.iter().any(|word| word.text == "ГИП" && word.confidence < 1.0));
    let alone = read(&format!("{rows} 3 Tr\n{beside}"));
    assert!(!alone.page.text.contains("ГИП"), "{:?}", alone.page.faults);
}

#[test]
fn hatching_dimensions_and_dots_are_no_lettering() {
    let stamp = text("F1", 400.0, 60.0, &["Лист Листов Стадия Р 1 12", "План фундаментов"]);
    let mut lines = String::new();
    for row in 0..30 {
        for column in 0..40 {
            let (x, y) = (60.0 + 6.0 * column as f32, 200.0 + 16.0 * row as f32);
            lines.push_str(&match row % 3 {
                0 => format!("{x} {y} m {} {} l S\n", x + 8.0, y + 8.0),
                1 => format!("{x} {y} m {} {} {} {} {x} {} c f\n", x + 3.0, y, x + 3.0, y + 3.0, y + 3.0),
                _ => format!("{x} {y} m {x} {} l S {} {} m {} {} l S\n", y + 6.0, x - 1.0, y + 2.0, x + 1.0, y + 4.0),
            });
        }
    }
    assert_sound(&read(&format!("{lines}{stamp}")));
}

#[test]
fn values_on_one_spot_are_told_once_or_doubted() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let again = read(&format!("{rows}{}{}", text("F1", 50.0, 400.0, &["1250,75"]), text("F1", 50.0, 400.2, &["1250"])));
    assert_eq!(again.page.text.matches("1250").count(), 1, "{}", again.page.text);
    assert_eq!(kinds(&again.page.faults), [FaultKind::DoubledText]);
    assert_eq!(again.verdict, Verdict::Trust);
    let shuffled =
        read(&format!("{rows}{}{}", text("F1", 50.0, 400.0, &["1250,75"]), text("F1", 50.0, 400.0, &["75,1250"])));
    assert_eq!(kinds(&shuffled.page.faults), [FaultKind::DoubledText], "{}", shuffled.page.text);
    let Verdict::RecognizeRegions(regions) = &shuffled.verdict else { panic!("{:?}", shuffled.verdict) };
    assert!(regions.len() == 1 && regions[0].y0 > 425.0 && regions[0].y1 < 450.0, "{regions:?}");
}

#[test]
fn a_large_sheet_cropped_turned_and_scaled_is_judged_as_it_is_seen() {
    // MediaBox A1, CropBox A2 of it, turned: what lies outside the crop is no part of the page.
    let inside = text("F1", 200.0, 1000.0, &["Внутри"]);
    let outside = text("F1", 1500.0, 2000.0, &["Снаружи"]);
    let attributes = "/MediaBox[0 0 1684 2384]/CropBox[100 200 1291 1884]/Rotate 90";
    let reading = read_with(attributes, &format!("{inside}{outside}"));
    assert_eq!((reading.page.width_pt, reading.page.height_pt), (1684.0, 1191.0));
    assert_eq!(reading.page.text, "Внутри\n");
    let word = &reading.page.words[0];
    assert_eq!(word.rotation_deg, 270);
    assert!(
        (word.bounds.y0 - 100.0).abs() < 1.0 && word.bounds.x1 > 800.0 && word.bounds.x0 < 800.0,
        "{:?}",
        word.bounds
    );
    let scaled = read_with("/MediaBox[0 0 300 400]/UserUnit 4", &text("F1", 50.0, 300.0, &["Мера"]));
    assert_eq!((scaled.page.width_pt, scaled.page.height_pt), (1200.0, 1600.0));
    assert!((scaled.page.words[0].bounds.x0 - 200.0).abs() < 0.1 && (scaled.page.words[0].size_pt - 40.0).abs() < 0.1);
}

#[test]
fn a_word_in_several_runs_and_clips_is_one_word() {
    let content = "q 0 0 595 842 re W n BT /F1 10 Tf 50 700 Td <cff0> Tj ET Q 0 0 m 9 9 l S \
                   q 0 0 500 842 re W n BT /F1 10 Tf 64.3 700 Td <eee5ea> Tj ET Q BT /F1 10 Tf 81 700 Td <f2> Tj ET";
    let reading = read(content);
    let words: Vec<&str> = reading.page.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words.concat(), "Проект", "{:?}", reading.page.words);
}

#[test]
fn a_word_with_a_patch_over_it_is_to_be_read_from_its_picture() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    // The last row begins at y 710; a picture over two letters of «шт» at its end changes nothing of the rest.
    let patch = |x: f32, width: f32| format!("{rows}q {width} 0 0 9 {x} 708 cm /Im1 Do Q");
    let reading = read(&patch(52.0, 14.0));
    let doubted: Vec<&str> =
        reading.page.words.iter().filter(|word| word.confidence < 0.5).map(|word| word.text.as_str()).collect();
    assert_eq!(doubted, ["Труба"]);
    assert!(reading.page.faults.iter().any(|fault| fault.kind == FaultKind::HiddenText && !fault.repaired));
    assert!(matches!(&reading.verdict, Verdict::RecognizeRegions(regions) if regions.len() == 1));
    // A corner of the word is no patch on it, and a picture under the text hides nothing.
    assert_sound(&read(&patch(45.0, 9.0)));
    assert_sound(&read(&format!("q 14 0 0 9 52 708 cm /Im1 Do Q {rows}")));
}

#[test]
fn a_strip_of_a_picture_without_words_is_read_and_a_logo_of_its_size_is_not() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let strip = read(&format!("{rows}q 208 0 0 59 60 160 cm /Im1 Do Q"));
    assert_eq!(kinds(&strip.page.faults), [FaultKind::TextBesidePicture]);
    assert_sound(&read(&format!("{rows}q 110 0 0 110 60 160 cm /Im1 Do Q")));
}

#[test]
fn letters_too_small_for_any_eye_are_left_out() {
    let rows = text("F1", 50.0, 780.0, &ROWS);
    let small = "BT /F1 0.0001 Tf 580 828 Td (10) Tj ET ";
    let reading = read(&format!("q 20 0 0 20 500 60 cm /Im1 Do Q {rows}{small}"));
    assert!(reading.page.words.iter().all(|word| word.text != "10"));
    assert_eq!(kinds(&reading.page.faults), [FaultKind::HiddenText]);
}
