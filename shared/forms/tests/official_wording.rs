//! The acts say what their forms say, field by field and word by word: the texts lie in `official/`, whose README says where
//! each comes from. Only white space, the ruled lines and the spelling of a blank date are made equal.

#![expect(clippy::unwrap_used, reason = "a test: a failure is its result")]

use domain::{Act, PrintedForm, Wording};
use forms::{BLANK_DATE, Block, act_form, act_pdf};
use pdf::{Document, Limits};
use std::sync::Arc;

const OFFICIAL_BLANK_DATE: &str = "\"__\" ________ 20__ г.";

/// A form, its blank act, its text, and how many words the text has.
const FORMS: [(&str, PrintedForm, Wording, &str, usize); 3] = [
    ("АОСР 344/пр", PrintedForm::HiddenWorks, Wording::Order344, include_str!("official/aosr_344pr.txt"), 928),
    ("АООК 344/пр", PrintedForm::Structures, Wording::Order344, include_str!("official/aook_344pr.txt"), 1062),
    (
        "АОСР РД-11-02-2006",
        PrintedForm::HiddenWorks,
        Wording::Rd11022006,
        include_str!("official/aosr_rd_11_02.txt"),
        596,
    ),
];

fn blank(form: PrintedForm, wording: Wording) -> Act {
    Act { form, wording, ..Act::default() }
}

/// A blank date is one word, ruled lines are none.
fn words(text: &str) -> Vec<String> {
    text.replace(OFFICIAL_BLANK_DATE, " ДАТА ")
        .replace(BLANK_DATE, " ДАТА ")
        .replace('_', " ")
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The fields of a text: its paragraphs; «Рекомендуемый образец» belongs to the lines that say which order it is.
fn official_fields(text: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for paragraph in text.trim().split("\n\n") {
        match fields.last_mut() {
            Some(before) if paragraph == "Рекомендуемый образец" => {
                before.push_str(&format!("\n{paragraph}"))
            }
            _ => fields.push(paragraph.to_owned()),
        }
    }
    fields
}

/// The printed text of a block, in the order of reading.
fn text_of(block: &Block) -> String {
    let mut parts: Vec<&str> = Vec::new();
    match block {
        Block::Origin { lines } | Block::Title { lines } => parts.extend(lines.iter().map(String::as_str)),
        Block::NumberDate { number, date, caption } => parts.extend(["№", number, date, caption]),
        Block::Field { label, rows, after, .. } => {
            parts.push(label);
            for (index, row) in rows.iter().enumerate() {
                let end = if index + 1 == rows.len() { after.as_str() } else { "" };
                parts.extend([&row.value, end, &row.caption]);
            }
        }
        Block::Text { text } => parts.push(text),
        Block::Dates { label, lines } => {
            parts.push(label);
            parts.extend(lines.iter().flat_map(|line| [line.label.as_str(), &line.date]));
        }
        Block::Signature { label, name, captions, .. } => {
            parts.extend([label.as_str(), name]);
            parts.extend(captions.iter().map(String::as_str));
        }
        Block::PageBreak | Block::Facts { .. } | Block::Table { .. } | Block::Qr { .. } => {
            unreachable!("a blank act has no registers")
        }
    }
    parts.join(" ")
}

/// Every field in which a form and its text differ: what the form says, what the text says.
fn differences(blocks: &[Block], official: &str) -> Vec<(String, String)> {
    let fields = official_fields(official);
    assert_eq!(blocks.len(), fields.len(), "a field for each block");
    let pairs = blocks.iter().map(text_of).zip(fields);
    pairs.filter(|(ours, theirs)| words(ours) != words(theirs)).collect()
}

#[test]
fn every_field_of_a_blank_act_is_worded_as_its_form() {
    for (name, form, wording, official, count) in FORMS {
        assert_eq!(differences(&act_form(&blank(form, wording)).blocks, official), [], "{name}");
        assert_eq!(words(official).len(), count, "{name}: the text is complete");
    }
}

#[test]
fn one_changed_letter_is_noticed_wherever_it_stands() {
    for (name, form, wording, official, _) in FORMS {
        let blocks = act_form(&blank(form, wording)).blocks;
        let fields = official_fields(official);
        let mut changed = 0;
        for (block, field) in blocks.iter().zip(&fields) {
            let ours = words(&text_of(block));
            for (at, letter) in field.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
                let other = if letter == 'ж' { "щ" } else { "ж" };
                let (before, after) = (&field[..at], &field[at + letter.len_utf8()..]);
                assert_ne!(ours, words(&format!("{before}{other}{after}")), "{name}: «{letter}» of «{field}»");
                changed += 1;
            }
        }
        assert!(changed > 2_500, "{name}: {changed} letters");
        // And the whole comparison says which field it is.
        let spoilt = official.replacen("следующие", "следующиe", 1);
        assert_eq!(differences(&blocks, &spoilt).len(), 1, "{name}");
    }
}

#[test]
fn each_part_of_a_caption_stands_where_the_form_rules_a_line() {
    for (name, form, wording, official, _) in FORMS {
        let blocks = act_form(&blank(form, wording)).blocks;
        let rules = blocks.iter().map(|block| match block {
            Block::Field { rows, .. } => rows.len(),
            _ => 0,
        });
        let sheet_rules = official.lines().filter(|line| line.contains("____") && !line.contains("20__")).count();
        let signature_rules = official.lines().filter(|line| line.starts_with("________________________")).count();
        assert_eq!(signature_rules, if wording == Wording::Order344 { 5 } else { 6 }, "{name}");
        assert_eq!(rules.sum::<usize>(), sheet_rules - signature_rules, "{name}");
    }
}

/// The words of a printed file, whatever their order: columns may be read one after the other.
fn printed_words(bytes: Vec<u8>) -> Vec<String> {
    let document = Document::open(Arc::new(bytes), &Limits::default()).unwrap();
    let pages = (1..=document.page_count()).map(|page| document.read_page(page));
    let text: Vec<String> = pages.flat_map(|page| page.words).map(|word| word.text).collect();
    sorted(&text.join(" "))
}

/// Words without the marks of a blank date and without the comma that follows a ruled line; a line may end after a stroke
/// within a word.
fn sorted(text: &str) -> Vec<String> {
    let marks = |text: &str| text.chars().all(|sign| "«»\"_".contains(sign));
    let mut words: Vec<String> = text
        .replace('/', "/ ")
        .replace('-', "- ")
        .split_whitespace()
        .filter(|word| !marks(word))
        .map(|word| word.replace('_', ""))
        .filter(|word| !word.is_empty())
        .collect();
    words.sort();
    words
}

#[test]
fn the_printed_file_says_every_word_of_its_form() {
    for (name, form, wording, official, _) in FORMS {
        let printed = printed_words(act_pdf(&blank(form, wording)).unwrap().bytes);
        assert_eq!(printed, sorted(official), "{name}");
    }
}

/// What the older form says otherwise than приложение № 3 to приказ 344/пр.
#[test]
fn the_older_wording_differs_where_the_order_changed_it() {
    let text = |wording| {
        let blocks = act_form(&blank(PrintedForm::HiddenWorks, wording)).blocks;
        blocks.iter().map(text_of).collect::<Vec<_>>().join("\n")
    };
    let (old, new) = (text(Wording::Rd11022006), text(Wording::Order344));
    for (before, after) in [
        (
            "Застройщик (технический заказчик, эксплуатирующая организация или региональный оператор)",
            "Застройщик, технический заказчик, лицо, ответственное за эксплуатацию здания, сооружения, или региональный оператор",
        ),
        ("(наименование проектной документации,", "(наименование объекта капитального строительства в соответствии"),
        ("место нахождения юридического лица", "адрес юридического лица в пределах его места нахождения"),
        ("(специалист по организации строительства)", "капитальный ремонт, по вопросам строительного контроля"),
        ("и/или", "и (или)"),
        ("а также иные представители лиц, участвующих в освидетельствовании", "согласно части 2 статьи 53"),
        ("Представители иных лиц", "заключенным с иными лицами"),
        ("(фамилия, инициалы, подпись)", "(фамилия, инициалы) (подпись)"),
        ("экземплярах.", "экземплярах (в случае заполнения акта на бумажном носителе)."),
        ("наименование строительных материалов", "более 5 документов"),
    ] {
        assert!(old.contains(before) && !new.contains(before), "«{before}» is of the older form only");
        assert!(new.contains(after) && !old.contains(after), "«{after}» is of приказ 344/пр only");
    }
}
