//! What the designer says of hidden works (скрытые работы): a list under a heading, sentences, or nothing.

mod columns;
mod tabled;

use self::columns::{below, continuation, next_in_column, nothing_below, overlaps};
use crate::{
    item_marks::{self, Mark},
    lines::{Line, Sheet, fold, join_wrapped},
    prose,
};
use domain::{ActForm, HiddenWork, HiddenWorks, HiddenWorksMode, Rect};

/// Reads the set: every list there is; without any, the sentences; without those, nothing.
/// `blocks` are the areas of the title blocks, sheet by sheet, and `tables` the boxes of rows already read.
pub(crate) fn find(sheets: &[Sheet<'_>], blocks: &[Option<Rect>], tables: &[Vec<Rect>]) -> HiddenWorks {
    let mut found = HiddenWorks { mode: HiddenWorksMode::None, heading: None, items: Vec::new() };
    for index in 0..sheets.len() {
        for (heading, list) in lists_of(sheets, blocks, tables, index) {
            let new: Vec<HiddenWork> =
                list.into_iter().filter(|item| !found.items.iter().any(|known| known.name == item.name)).collect();
            if !new.is_empty() {
                found.heading.get_or_insert(heading);
                found.items.extend(new);
            }
        }
    }
    if !found.items.is_empty() {
        found.mode = HiddenWorksMode::List;
        return found;
    }
    for (sheet, block) in sheets.iter().zip(blocks) {
        for item in prose::find(sheet, *block) {
            if !found.items.iter().any(|known| known.name == item.name) {
                found.items.push(item);
            }
        }
    }
    if !found.items.is_empty() {
        found.mode = HiddenWorksMode::Prose;
    }
    found
}

/// An item while its lines are gathered.
struct Item {
    sheet: usize,
    lines: Vec<Line>,
    texts: Vec<String>,
}

impl Item {
    fn text(&self) -> String {
        join_wrapped(self.texts.iter().map(String::as_str))
    }
}

/// The column a list runs down: where its bullets and its wrapped lines begin, and how far its lines reach.
#[derive(Debug, Clone, Copy)]
struct Column {
    mark_x0: f32,
    text_x0: f32,
    right: f32,
}

/// A list being read.
struct Reading {
    column: Column,
    mark: Mark,
    /// The mark of the outer list while a list under an item that ends in a colon is read.
    outer: Option<(Column, Mark)>,
    items: Vec<Item>,
}

/// Why the walk down a column ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Another text began.
    OtherText,
    /// Nothing more stands in the column: the list may go on elsewhere.
    Bottom,
}

fn lists_of(
    sheets: &[Sheet<'_>],
    blocks: &[Option<Rect>],
    tables: &[Vec<Rect>],
    index: usize,
) -> Vec<(String, Vec<HiddenWork>)> {
    let (Some(sheet), Some(table)) = (sheets.get(index), tables.get(index)) else { return Vec::new() };
    let block = blocks.get(index).copied().flatten();
    let mut lists = Vec::new();
    let mut read_to: Option<Rect> = None;
    for (at, line) in sheet.lines.iter().enumerate() {
        let inside = |area: &Rect| area.contains(line.centre_x(), line.centre_y());
        if table.iter().any(inside) || block.as_ref().is_some_and(inside) || read_to.as_ref().is_some_and(inside) {
            continue;
        }
        let Some(heading) = heading_at(sheet, at, block) else { continue };
        let text = join_wrapped(heading.iter().map(|line| line.text.as_str()));
        let items = tabled::under(sheets, index, &heading).or_else(|| read_list(sheets, blocks, index, &heading));
        let Some(items) = items else { continue };
        read_to = heading.iter().map(|line| line.bounds).reduce(Rect::union);
        lists.push((text, items));
    }
    if lists.is_empty() {
        lists = tabled::headed_within(sheets, index);
    }
    lists
}

/// The lines of a heading of a list of hidden works that begins with line `at`, one to four of them.
fn heading_at(sheet: &Sheet<'_>, at: usize, block: Option<Rect>) -> Option<Vec<Line>> {
    let first = sheet.lines.get(at)?;
    let folded = fold(&first.text);
    let start = folded.trim_start_matches(|letter: char| letter.is_ascii_digit() || ". )–-•".contains(letter));
    if !opens_heading(start) && !opens_with_next(sheet, first, start, block) {
        return None;
    }
    let mut lines = vec![first.clone()];
    loop {
        let text = fold(&join_wrapped(lines.iter().map(|line| line.text.as_str())));
        if is_reference(&text) {
            return None;
        }
        let named = names_hidden_works(&text);
        let last = lines.last()?;
        // What ends in a full stop is a sentence, whatever list stands under it.
        if last.text.trim_end().ends_with('.') && !is_title(start) {
            return None;
        }
        let in_table = |line: &Line| {
            sheet.page.tables.iter().any(|table| table.ruled && table.bounds.contains(line.centre_x(), line.centre_y()))
        };
        let next = below(sheet, last, block)
            .filter(|next| item_marks::split(&next.text).is_none() && (in_table(first) || !in_table(next)));
        let opens_list =
            is_title(start) || text.ends_with(':') || text.ends_with("подлежат") || text.ends_with("следующие работы");
        if named && (text.ends_with(':') || next.is_none()) {
            return opens_list.then_some(lines);
        }
        let next = next?;
        let close = next.centre_y() - last.centre_y() < 1.9 * last.height.max(next.height);
        let alike = (next.height - last.height).abs() < 0.25 * last.height;
        if lines.len() == 4 || !close || !alike {
            return (named && opens_list).then_some(lines);
        }
        lines.push(next.clone());
    }
}

/// Whether the line opens a heading together with the one under it: its words, or one of them, may be broken between both.
fn opens_with_next(sheet: &Sheet<'_>, first: &Line, start: &str, block: Option<Rect>) -> bool {
    let speaks = ["освидет", "скры", "акт"].iter().any(|stem| start.contains(stem));
    if !speaks || first.text.trim_end().ends_with(['.', ';', ':']) {
        return false;
    }
    let next = below(sheet, first, block).filter(|next| item_marks::split(&next.text).is_none());
    next.is_some_and(|next| {
        next.text.trim_end().ends_with(':') && opens_heading(&fold(&join_wrapped([start, next.text.as_str()])))
    })
}

/// Beginnings of headings, and of sentences that open a list when they end in a colon.
fn opens_heading(text: &str) -> bool {
    const BEGINNINGS: [&str; 5] = [
        "акты освидетельствования",
        "акты на",
        "освидетельствованию",
        "составить акты",
        "подлежат освидетельствованию",
    ];
    is_title(text)
        || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        || (text.contains("скрыт") && (text.contains("освидетельств") || text.contains("акт")))
}

/// Beginnings of headings that need no colon.
fn is_title(text: &str) -> bool {
    ["перечень", "перечни", "список", "виды скрытых", "виды работ", "скрытые работы", "работы, подлежащие"]
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

fn names_hidden_works(text: &str) -> bool {
    let opens = text.contains("перечень")
        || text.contains("список")
        || text.contains("виды ")
        || text.contains("скрытые работы");
    let hidden = text.contains("скрыт") && (opens || text.contains("освидетельств") || text.contains("акт"));
    let inspected = opens && text.contains("освидетельств") && !text.contains("ответственных конструкций");
    hidden || inspected
}

/// A row of a table of contents, or a pointer to another place: no list stands under it.
fn is_reference(text: &str) -> bool {
    let leaders = text.contains("....") || text.contains(". . .") || text.contains("……") || text.contains("____");
    let pointer =
        (text.contains("см.") || text.contains("приведен") || text.contains("представлен в")) && !text.ends_with(':');
    leaders || pointer
}

fn read_list(sheets: &[Sheet<'_>], blocks: &[Option<Rect>], index: usize, heading: &[Line]) -> Option<Vec<HiddenWork>> {
    let (sheet, block) = (sheets.get(index)?, blocks.get(index).copied().flatten());
    let last = &whole_width(heading)?;
    let (start_sheet, first) = match first_item(sheet, last, block) {
        Some(line) => (index, line),
        None if nothing_below(sheet, last, block) => {
            let (next_index, line) = continuation(sheets, blocks, index, last, None)?;
            (next_index, line)
        }
        None => return None,
    };
    let (mark, _) = item_marks::split(&first.text)?;
    if !mark.opens() {
        return None;
    }
    let mut reading = Reading { column: column_of(&first), mark, outer: None, items: Vec::new() };
    let mut at = (start_sheet, first);
    loop {
        let sheet = sheets.get(at.0)?;
        let block = blocks.get(at.0).copied().flatten();
        let (end, last) = walk(sheet, at.0, block, at.1, &mut reading);
        if end == End::OtherText {
            break;
        }
        let Some((next_sheet, next)) = continuation(sheets, blocks, at.0, &last, Some(&reading)) else { break };
        let goes_on = match item_marks::split(&next.text) {
            Some((mark, _)) => reading.mark.goes_on_with(&mark),
            None => is_unfinished(&reading) && next.text.starts_with(char::is_lowercase),
        };
        if !goes_on {
            break;
        }
        reading.column = match item_marks::split(&next.text) {
            Some(_) => column_of(&next),
            None => Column { mark_x0: next.bounds.x0, text_x0: next.bounds.x0, right: next.bounds.x1 },
        };
        at = (next_sheet, next);
    }
    // A single item is a list only under a heading that calls for one.
    let works: Vec<HiddenWork> = reading.items.iter().filter_map(|item| work(sheets, item)).collect();
    (!works.is_empty()).then_some(works)
}

/// The last line of a heading, as wide as the whole of it: what stands under a single word of it stands under all.
fn whole_width(heading: &[Line]) -> Option<Line> {
    let last = heading.last()?;
    let all = heading.iter().map(|line| line.bounds).reduce(Rect::union)?;
    Some(Line { bounds: Rect { x0: all.x0, x1: all.x1, ..last.bounds }, ..last.clone() })
}

fn work(sheets: &[Sheet<'_>], item: &Item) -> Option<HiddenWork> {
    let name = without_end_mark(&item.text());
    if !name.chars().any(char::is_alphabetic) {
        return None;
    }
    let sheet = sheets.get(item.sheet)?;
    let boxes = item.lines.iter().map(|line| line.bounds).collect();
    let quote: Vec<&str> = item.lines.iter().map(|line| line.text.as_str()).collect();
    Some(HiddenWork {
        name,
        source: HiddenWorksMode::List,
        form: ActForm::Aosr,
        works: Vec::new(),
        evidence: sheet.evidence(boxes, quote.join(" "), 0.95),
    })
}

/// Without the mark that closes an item; the full stop of an abbreviation stays.
fn without_end_mark(text: &str) -> String {
    let trimmed = text.trim();
    let abbreviated = ["т.д.", "т.п.", "др.", "пр.", "т. д.", "т. п."].iter().any(|end| trimmed.ends_with(end));
    if abbreviated { trimmed.to_owned() } else { trimmed.trim_end_matches([';', ',', '.', ' ']).to_owned() }
}

fn column_of(first: &Line) -> Column {
    Column { mark_x0: first.bounds.x0, text_x0: first.second_x0.max(first.bounds.x0), right: first.bounds.x1 }
}

/// Reads items downwards from `first` and returns why it stopped and at which line.
fn walk(sheet: &Sheet<'_>, index: usize, block: Option<Rect>, first: Line, reading: &mut Reading) -> (End, Line) {
    let mut line = first;
    reading.column.right = right_edge(sheet, &line, reading.column);
    loop {
        if !take(index, &line, reading) {
            return (End::OtherText, line);
        }
        match next_in_column(sheet, &line, block, reading.column) {
            Some(next) => line = next,
            None => return (if nothing_below(sheet, &line, block) { End::Bottom } else { End::OtherText }, line),
        }
    }
}

/// Takes the line into the list; `false` when it does not belong to it.
fn take(index: usize, line: &Line, reading: &mut Reading) -> bool {
    let item = |text: &str| Item { sheet: index, lines: vec![line.clone()], texts: vec![text.to_owned()] };
    let Some((mark, text)) = item_marks::split(&line.text) else {
        return go_on_with_item(index, line, reading);
    };
    let offset = line.bounds.x0 - reading.column.mark_x0;
    let first = reading.items.is_empty();
    if first || (offset.abs() < 9.0 && reading.mark.goes_on_with(&mark)) {
        reading.mark = mark;
        reading.items.push(item(text));
        return true;
    }
    if let Some((column, outer)) = &reading.outer
        && outer.goes_on_with(&mark)
        && (line.bounds.x0 - column.mark_x0).abs() < 9.0
    {
        reading.column = *column;
        reading.mark = mark;
        reading.outer = None;
        reading.items.push(item(text));
        return true;
    }
    let under_a_colon = reading.items.last().is_some_and(|last| last.text().ends_with(':'));
    if under_a_colon && reading.outer.is_none() && mark.opens() && offset > -3.0 {
        // The item with the colon only names its group.
        reading.items.pop();
        reading.outer = Some((reading.column, reading.mark.clone()));
        reading.column = Column { right: reading.column.right, ..column_of(line) };
        reading.mark = mark;
        reading.items.push(item(text));
        return true;
    }
    // A figure or a dash at the beginning of a wrapped line.
    let wrapped_figure = matches!(&mark, Mark::Number { marked: false, .. } | Mark::Bullet('–'))
        && !reading.mark.goes_on_with(&mark)
        && (line.bounds.x0 - reading.column.text_x0).abs() < 4.0;
    wrapped_figure && go_on_with_item(index, line, reading)
}

/// Adds a line without a mark to the last item when it reads on from it.
fn go_on_with_item(index: usize, line: &Line, reading: &mut Reading) -> bool {
    let column = reading.column;
    let Some(item) = reading.items.last_mut() else { return false };
    let Some(above) = item.lines.last().cloned() else { return false };
    let ended = above.text.trim_end().ends_with([';', '.', ':']);
    let small = line
        .text
        .starts_with(|letter: char| letter.is_lowercase() || letter.is_ascii_digit() || "(«\"".contains(letter));
    let on_other_sheet = item.sheet != index;
    let indent = line.bounds.x0 - column.mark_x0;
    let in_place = on_other_sheet || (-70.0..=(column.text_x0 - column.mark_x0).max(0.0) + 40.0).contains(&indent);
    // The first word would have fitted on the line above: that line was not wrapped, so this is another paragraph.
    let had_room = above.bounds.x1 + 0.35 * above.height + line.first_width < column.right - 0.5 * above.height;
    let reads_on = if ended {
        above.text.trim_end().ends_with('.') && line.text.starts_with(char::is_lowercase)
    } else if small {
        true
    } else {
        !had_room && (line.bounds.x0 - column.text_x0).abs() < 6.0
    };
    if !(in_place && reads_on) {
        return false;
    }
    item.texts.push(line.text.clone());
    if on_other_sheet {
        // Evidence stands on one page; the item is shown where it begins.
        return true;
    }
    item.lines.push(line.clone());
    true
}

fn is_unfinished(reading: &Reading) -> bool {
    reading
        .items
        .last()
        .and_then(|item| item.texts.last())
        .is_some_and(|text| !text.trim_end().ends_with([';', '.', ':']))
}

/// How far right the lines of the column reach, by the lines below that begin where its lines begin.
fn right_edge(sheet: &Sheet<'_>, first: &Line, column: Column) -> f32 {
    sheet
        .lines
        .iter()
        .filter(|line| (line.bounds.y0 - first.bounds.y0).abs() < 60.0 * first.height)
        .filter(|line| (line.bounds.x0 - column.mark_x0).abs() < 30.0 || (line.bounds.x0 - column.text_x0).abs() < 4.0)
        .map(|line| line.bounds.x1)
        .max_by(f32::total_cmp)
        .unwrap_or(column.right)
}

/// The first line under the heading, when it begins an item; a header row («№ п/п · Наименование») may stand between.
fn first_item(sheet: &Sheet<'_>, heading: &Line, block: Option<Rect>) -> Option<Line> {
    let mut above = heading.clone();
    for _ in 0..3 {
        let near = |line: &&Line| {
            line.bounds.y0 > above.centre_y()
                && line.bounds.y0 - above.bounds.y1 < 4.0 * above.height
                && line.bounds.x0 > heading.bounds.x0 - 220.0
                && line.bounds.x0 < heading.bounds.x1
                // What is no item and stands beside the heading belongs to another column.
                && (overlaps(line, heading) || item_marks::split(&line.text).is_some())
                && block.is_none_or(|block| !block.contains(line.centre_x(), line.centre_y()))
        };
        let next = sheet
            .lines
            .iter()
            .filter(near)
            .min_by(|a, b| (a.bounds.y0 + a.bounds.x0 * 0.001).total_cmp(&(b.bounds.y0 + b.bounds.x0 * 0.001)))?;
        if item_marks::split(&next.text).is_some() {
            return Some(next.clone());
        }
        let header = ["№", "п/п", "наименование", "примечание"].iter().any(|word| fold(&next.text).contains(word));
        if !header {
            // Another column may begin a little higher; the item must then be the next line of this one.
            let same_row = sheet.lines.iter().filter(near).find(|line| {
                (line.centre_y() - next.centre_y()).abs() < 0.8 * next.height && item_marks::split(&line.text).is_some()
            });
            return same_row.filter(|line| overlaps(line, heading)).cloned();
        }
        above = next.clone();
    }
    None
}
