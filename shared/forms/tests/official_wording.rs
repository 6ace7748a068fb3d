//! The act says what the order says, word by word: the text of приложение № 3 to приказ Минстроя 344/пр lies in
//! `official/aosr_344pr.txt`. Only white space, the ruled lines and the spelling of a blank date are made equal.

use domain::Act;
use forms::{BLANK_DATE, Block, act_form};

const OFFICIAL: &str = include_str!("official/aosr_344pr.txt");
const OFFICIAL_BLANK_DATE: &str = "\"__\" ________ 20__ г.";

/// A blank date is one word, ruled lines are none.
fn words(text: &str) -> Vec<String> {
    text.replace(OFFICIAL_BLANK_DATE, " ДАТА ")
        .replace(BLANK_DATE, " ДАТА ")
        .replace('_', " ")
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// The printed text of a form, in the order of reading.
fn text_of(blocks: &[Block]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for block in blocks {
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
            Block::PageBreak | Block::Facts { .. } | Block::Table { .. } => {
                unreachable!("an act without documents has no registers")
            }
        }
    }
    parts.join(" ")
}

#[test]
fn the_blank_act_is_the_text_of_the_order() {
    let printed = words(&text_of(&act_form(&Act::default()).blocks));
    let official = words(OFFICIAL);
    for (index, (ours, theirs)) in printed.iter().zip(&official).enumerate() {
        let around = official[index.saturating_sub(5)..(index + 5).min(official.len())].join(" ");
        assert_eq!(ours, theirs, "word {index}, near «{around}»");
    }
    assert_eq!(printed.len(), official.len());
    assert!(official.len() > 700, "the text of the order is complete: {} words", official.len());
}

#[test]
fn each_part_of_a_caption_stands_where_the_order_rules_a_line() {
    let form = act_form(&Act::default());
    let rules = form.blocks.iter().map(|block| match block {
        Block::Field { rows, .. } => rows.len(),
        _ => 0,
    });
    let sheet_rules = OFFICIAL.lines().filter(|line| line.contains("____") && !line.contains("20__")).count();
    let signature_rules = OFFICIAL.lines().filter(|line| line.starts_with("________________________")).count();
    assert_eq!(signature_rules, 5);
    assert_eq!(rules.sum::<usize>(), sheet_rules - signature_rules);
}
