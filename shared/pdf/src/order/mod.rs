//! Reading order. A sheet is cut along its white gaps: columns of text are read one after the other, tables row by row,
//! the title block (основная надпись) last of the level text, turned text after everything else.

mod columns;
mod lines;
mod title_block;

use columns::Cutter;
use domain::{Page, Rect, Word};
use lines::Order;

/// Puts words into reading order and onto their page, finds its title block and writes its text: lines end in `\n`, blocks
/// in an empty line.
pub(crate) fn put_in_order(page: &mut Page, words: Vec<Word>) {
    page.title_block = find_title_block(&words, page.width_pt, page.height_pt);
    (page.words, page.text) = arranged(words, page.title_block);
}

/// Puts the words of a page into reading order and writes its text, as [`put_in_order`] does.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn arrange(words: Vec<Word>, width_pt: f32, height_pt: f32) -> (Vec<Word>, String) {
    let title_block = find_title_block(&words, width_pt, height_pt);
    arranged(words, title_block)
}

fn arranged(words: Vec<Word>, title_block: Option<Rect>) -> (Vec<Word>, String) {
    // Most words are level: those come first and have room.
    let mut directions: Vec<(u16, Vec<Item>)> = vec![(0, Vec::with_capacity(words.len()))];
    let mut last = 0;
    for (word, index) in words.iter().zip(0u32..) {
        let direction = direction_of(word.rotation_deg);
        if directions.get(last).is_none_or(|(known, _)| *known != direction) {
            let known = directions.iter().position(|(known, _)| *known == direction);
            last = known.unwrap_or_else(|| {
                directions.push((direction, Vec::new()));
                directions.len() - 1
            });
        }
        if let Some((_, items)) = directions.get_mut(last) {
            items.push(Item::new(index, word, direction));
        }
    }
    directions.sort_by_key(|&(direction, _)| direction);
    let mut cutter = Cutter::new(&words);
    for (direction, items) in directions {
        if direction == 0 {
            let (own, rest) = title_block::split_off(items, title_block);
            cutter.add(rest);
            cutter.add(own);
        } else {
            cutter.add(items);
        }
    }
    let order = cutter.into_order();
    write(words, &order)
}

/// Where the title block (основная надпись) of the page stands, if it has one.
pub(crate) fn find_title_block(words: &[Word], width_pt: f32, height_pt: f32) -> Option<Rect> {
    title_block::find(words, width_pt, height_pt)
}

/// A few words that stand in one place, such as the cell of a table, in reading order, and their text: level lines first,
/// then turned ones; lines parted by `\n`.
pub(crate) fn arrange_few(words: &[&Word]) -> (Vec<usize>, String) {
    let first = words.first().map_or(0, |word| direction_of(word.rotation_deg));
    let mut directions = vec![first];
    if words.iter().any(|word| direction_of(word.rotation_deg) != first) {
        directions.extend(words.iter().map(|word| direction_of(word.rotation_deg)));
        directions.sort_unstable();
        directions.dedup();
    }
    let mut ordered = Vec::with_capacity(words.len());
    let mut text = String::with_capacity(words.iter().map(|word| word.text.len() + 1).sum());
    for direction in directions {
        let own = words.iter().zip(0u32..).filter(|(word, _)| direction_of(word.rotation_deg) == direction);
        let mut items: Vec<Item> = own.map(|(word, index)| Item::new(index, word, direction)).collect();
        items.sort_by(|a, b| a.middle_y.total_cmp(&b.middle_y));
        let mut order = Order::of(items.len());
        order.push_block(&items);
        let mut start = 0;
        for line in &order.lines {
            for (place, item) in order.items.get(start..line.end).unwrap_or_default().iter().enumerate() {
                let Some(word) = words.get(item.index as usize) else { continue };
                if !text.is_empty() {
                    text.push(if place == 0 { '\n' } else { ' ' });
                }
                text.push_str(&word.text);
                ordered.push(item.index as usize);
            }
            start = line.end;
        }
    }
    (ordered, text)
}

/// A word laid level: its box turned so that the writing runs from left to right.
#[derive(Debug, Clone, Copy)]
struct Item {
    bounds: Rect,
    middle_x: f32,
    middle_y: f32,
    /// Height of the type.
    size: f32,
    index: u32,
    letters: u32,
}

impl Item {
    fn new(index: u32, word: &Word, direction: u16) -> Self {
        let own = word.bounds;
        let bounds = match direction {
            90 => Rect { x0: -own.y1, y0: own.x0, x1: -own.y0, y1: own.x1 },
            180 => Rect { x0: -own.x1, y0: -own.y1, x1: -own.x0, y1: -own.y0 },
            270 => Rect { x0: own.y0, y0: -own.x1, x1: own.y1, y1: -own.x0 },
            _ => own,
        };
        let size = {
            let height = higher(0.1, bounds.height());
            if word.size_pt > 0.1 { lower(height, word.size_pt) } else { height }
        };
        let (middle_x, middle_y) = bounds.centre();
        let letters = u32::try_from(word.text.chars().count()).unwrap_or(u32::MAX >> 8);
        Self { bounds, middle_x, middle_y, size, index, letters }
    }
}

/// The lower of two numbers. Comparing takes an instruction where `f32::min` looks out for what is no number.
#[inline]
fn lower(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

/// The higher of two numbers.
#[inline]
fn higher(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The nearest quarter turn, or the angle itself for slanted text.
fn direction_of(rotation_deg: u16) -> u16 {
    match rotation_deg {
        0..=3 | 357..=359 => 0,
        87..=93 => 90,
        177..=183 => 180,
        267..=273 => 270,
        other => other,
    }
}

fn write(words: Vec<Word>, order: &Order) -> (Vec<Word>, String) {
    let mut text =
        String::with_capacity(words.iter().map(|word| word.text.len() + 1).sum::<usize>() + order.blocks.len());
    let mut slots: Vec<Option<Word>> = words.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(slots.len());
    let (mut item_start, mut line_start) = (0, 0);
    for &line_end in &order.blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        for line in order.lines.get(line_start..line_end).unwrap_or_default() {
            for (place, item) in order.items.get(item_start..line.end).unwrap_or_default().iter().enumerate() {
                let Some(word) = slots.get_mut(item.index as usize).and_then(Option::take) else { continue };
                if place > 0 {
                    text.push(' ');
                }
                text.push_str(&word.text);
                ordered.push(word);
            }
            text.push('\n');
            item_start = line.end;
        }
        line_start = line_end;
    }
    (ordered, text)
}

#[cfg(test)]
mod tests;
