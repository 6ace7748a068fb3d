//! Title blocks (основная надпись, ГОСТ Р 21.101, forms 3 to 6), found by their labels: the frame may stand
//! anywhere on the page, drawn at any scale, so nothing is measured from the corner of the page.

use crate::{
    cipher,
    lines::{Line, Sheet, Token, fold, join_wrapped},
    sheet_format, stacked_block,
    stamp_labels::{Label, label},
};
use domain::{Rect, TextSource, TitleBlock};

/// Points in a millimetre at scale 1.
const MM: f32 = 72.0 / 25.4;

/// A title block with what the summary and the works need besides.
#[derive(Debug, Clone)]
pub(crate) struct FoundBlock {
    pub(crate) block: TitleBlock,
    /// The designation taken apart, when it has a mark.
    pub(crate) cipher: Option<cipher::Cipher>,
    /// Building or part of it (графа 3).
    pub(crate) building: Option<String>,
    /// Whether it is the small block of a following sheet (form 6), which has no graphs but 1 and 7.
    pub(crate) following: bool,
    /// The area of the block, to keep its words out of the tables around it.
    pub(crate) area: Rect,
}

/// The row «Изм. Кол.уч Лист №док. Подп. Дата»: its first label, middle line and scale.
#[derive(Debug, Clone, Copy)]
struct ChangeRow {
    first: Rect,
    /// Left edge of the block.
    left: f32,
    /// Points in a millimetre of the block as drawn.
    mm: f32,
}

/// The row «Стадия Лист Листов».
#[derive(Debug, Clone, Copy)]
struct StageRow {
    stage: Rect,
    sheets: Rect,
    /// Left edge of graph 6.
    left: f32,
    mm: f32,
    /// «Лист» of form 4, which stands with «Листов» under the row «Стадия Масса Масштаб», values beside them.
    product: Option<Rect>,
}

/// The title block of the sheet; of several the one lowest and furthest right, where a frame has it.
pub(crate) fn find(sheet: &Sheet<'_>) -> Option<FoundBlock> {
    let recognised = sheet.page.source == TextSource::Ocr;
    let labels: Vec<(Label, Rect)> = sheet
        .tokens
        .iter()
        .filter_map(|token| label(&token.text, recognised).map(|label| (label, token.bounds)))
        .collect();
    let changes = change_rows(&labels);
    let stages = stage_rows(&labels);
    let lowest = |a: &Rect, b: &Rect| (a.y0 + a.x0 * 0.2).total_cmp(&(b.y0 + b.x0 * 0.2));
    if let Some(row) = stages.iter().max_by(|a, b| lowest(&a.stage, &b.stage)) {
        let change = changes.iter().find(|change| {
            (change.left + 135.0 * row.mm - row.left).abs() < 20.0 * row.mm
                && (change.first.centre().1 - row.stage.centre().1).abs() < 14.0 * row.mm
        });
        return Some(first_sheet(sheet, *row, change.copied()));
    }
    let mut following = labels
        .iter()
        .filter(|(label, _)| *label == Label::Sheet)
        .filter_map(|(_, bounds)| following_sheet(sheet, *bounds, &changes))
        .collect::<Vec<_>>();
    following.sort_by(|a, b| lowest(&a.area, &b.area));
    following.pop()
}

/// A sheet number as title blocks and drawing lists write it: `3`, `1.1`, `3а`, `4-6`.
pub(crate) fn is_sheet_number(text: &str) -> bool {
    let mut figures = 0;
    let mut letters = 0;
    let mut last_separator = true;
    for letter in text.chars() {
        match letter {
            '0'..='9' => {
                figures += 1;
                last_separator = false;
            }
            '.' | '-' | '–' | '/' | ',' if !last_separator => last_separator = true,
            'а'..='я' | 'А'..='Я' if figures > 0 && letters == 0 => {
                letters += 1;
                last_separator = false;
            }
            _ => return false,
        }
    }
    (1..=8).contains(&figures) && !last_separator && text.split(['.', '-', '–', '/', ',']).all(|part| part.len() <= 5)
}

fn same_line(a: Rect, b: Rect) -> bool {
    (a.centre().1 - b.centre().1).abs() < 0.9 * a.height().max(b.height())
}

fn change_rows(labels: &[(Label, Rect)]) -> Vec<ChangeRow> {
    let of = |kind: Label| labels.iter().filter(move |(label, _)| *label == kind).map(|(_, bounds)| *bounds);
    of(Label::Change)
        .filter_map(|first| {
            let right_of = |kind: Label, widest_mm: f32| {
                of(kind)
                    .filter(|bounds| same_line(first, *bounds) && bounds.x0 > first.x1)
                    .filter(|bounds| bounds.centre().0 - first.centre().0 < widest_mm * 3.0 * MM)
                    .min_by(|a, b| a.x0.total_cmp(&b.x0))
            };
            let others = [(Label::Amount, 10.0), (Label::Sheet, 20.0), (Label::Document, 32.0)]
                .into_iter()
                .filter(|(kind, far)| right_of(*kind, *far).is_some())
                .count();
            // Middles of the columns 10, 10, 10, 10, 15 and 10 mm wide.
            let (end, span_mm) = right_of(Label::Date, 55.0)
                .map(|date| (date, 55.0))
                .or_else(|| right_of(Label::Signature, 42.5).map(|signature| (signature, 42.5)))?;
            let mm = (end.centre().0 - first.centre().0) / span_mm;
            (others >= 1 && (0.3 * MM..3.0 * MM).contains(&mm)).then(|| ChangeRow {
                first,
                left: first.centre().0 - 5.0 * mm,
                mm,
            })
        })
        .collect()
}

fn stage_rows(labels: &[(Label, Rect)]) -> Vec<StageRow> {
    let of = |kind: Label| labels.iter().filter(move |(label, _)| *label == kind).map(|(_, bounds)| *bounds);
    of(Label::Stage)
        .filter_map(|stage| {
            let sheets = of(Label::Sheets)
                .filter(|bounds| same_line(stage, *bounds) && bounds.x0 > stage.x1)
                .min_by(|a, b| a.x0.total_cmp(&b.x0))?;
            // Columns 15, 15 and 20 mm wide.
            let mm = (sheets.centre().0 - stage.centre().0) / 32.5;
            (0.3 * MM..3.0 * MM).contains(&mm).then(|| StageRow {
                stage,
                sheets,
                left: stage.centre().0 - 7.5 * mm,
                mm,
                product: None,
            })
        })
        .chain(product_rows(labels))
        .collect()
}

/// The rows of form 4: columns 15, 17 and 18 mm wide over «Лист» and «Листов».
fn product_rows(labels: &[(Label, Rect)]) -> Vec<StageRow> {
    let of = |kind: Label| labels.iter().filter(move |(label, _)| *label == kind).map(|(_, bounds)| *bounds);
    let beside = |one: Rect, other: &Rect| same_line(one, *other) && other.x0 > one.x1;
    of(Label::Stage)
        .filter_map(|stage| {
            of(Label::Mass).find(|mass| beside(stage, mass))?;
            let scale = of(Label::Scale).find(|scale| beside(stage, scale))?;
            let mm = (scale.centre().0 - stage.centre().0) / 33.5;
            let left = stage.centre().0 - 7.5 * mm;
            let under = |bounds: &Rect| {
                (8.0 * mm..32.0 * mm).contains(&(bounds.y0 - stage.y1)) && (left..left + 50.0 * mm).contains(&bounds.x0)
            };
            let number = of(Label::Sheet).find(under)?;
            let sheets = of(Label::Sheets).find(|bounds| under(bounds) && beside(number, bounds))?;
            (0.3 * MM..3.0 * MM).contains(&mm).then_some(StageRow { stage, sheets, left, mm, product: Some(number) })
        })
        .collect()
}

/// Forms 3, 4 and 5: what stands where is fixed in millimetres from the row «Стадия Лист Листов».
fn first_sheet(sheet: &Sheet<'_>, row: StageRow, change: Option<ChangeRow>) -> FoundBlock {
    let mm = row.mm;
    let is_product = row.product.is_some();
    let right = (row.left + 50.0 * mm).max(row.sheets.x1);
    let names_left = change.map_or(row.left - 70.0 * mm, |change| change.left + 65.0 * change.mm);
    let middle = row.stage.centre().1;
    let top = middle - 2.5 * mm;
    let value = |x0: f32, x1: f32, fits: &dyn Fn(&str) -> bool| {
        let area =
            Rect { x0: row.left + x0 * mm, x1: row.left + x1 * mm, y0: middle + 1.5 * mm, y1: middle + 14.0 * mm };
        first_token(sheet, area, fits)
    };
    let stage = value(-1.0, 15.0, &is_stage);
    let is_total = |text: &str| text.parse::<u32>().is_ok_and(|total| total < 10_000);
    let (number, total) = match row.product {
        None => (value(15.0, 30.0, &is_sheet_number), value(30.0, 51.0, &is_total)),
        Some(label) => {
            let behind = |label: Rect, x1: f32, fits: &dyn Fn(&str) -> bool| {
                first_token(sheet, Rect { x0: label.x1, x1, y0: label.y0 - mm, y1: label.y1 + mm }, fits)
            };
            let right = row.left + 51.0 * mm;
            (behind(label, row.sheets.x0, &is_sheet_number), behind(row.sheets, right, &is_total))
        }
    };

    let above = sheet.lines_in(Rect { x0: names_left, x1: right, y0: top - 26.0 * mm, y1: top - 0.3 * mm });
    let (mut designation, mut object_lines) = designation_and_object(above, top, mm);
    let labels = row.stage.union(row.sheets);
    // A word with a mark under the row is the designation before anything without one over it.
    let marked =
        designation.as_ref().is_some_and(|line| line.text.split(' ').any(|word| cipher::parse(word).is_some()));
    let below = if marked { None } else { stacked_block::designation(sheet, labels, mm) };
    let stacked = below.as_ref().and_then(|_| stacked_block::cells(sheet, labels, mm));
    let floor = below.as_ref().map(|line| line.bounds.y0);
    if below.is_some() {
        object_lines.splice(0..0, designation.take());
        designation = below;
    }
    let full_form = !object_lines.is_empty();
    let bottom = top
        + if is_product {
            40.5
        } else if full_form {
            30.5
        } else {
            25.5
        } * mm;
    let names_bottom = floor.map_or(bottom, |floor| floor.min(bottom));
    let names = sheet.lines_in(Rect { x0: names_left, x1: row.left, y0: top + 0.3 * mm, y1: names_bottom });
    // Where the designation stands below, the firm has its own cells: here only what the sheet shows.
    let split = if full_form && floor.is_none() { top + 15.0 * mm } else { top };
    let (mut building, mut title): (Vec<Line>, Vec<Line>) = names.into_iter().partition(|line| line.centre_y() < split);
    if let (Some(above), Some(below)) = (building.last(), title.first())
        && below.centre_y() - above.centre_y() < 1.7 * above.height.max(below.height)
    {
        // Lines as close as those of one text are of one cell: the firm's block has none for the building.
        building.append(&mut title);
    }
    if title.is_empty() {
        std::mem::swap(&mut building, &mut title);
    }
    let firm_top = top
        + if is_product {
            25.0
        } else if full_form {
            14.5
        } else {
            10.0
        } * mm;
    let mut firm: Vec<Line> = sheet
        .lines_in(Rect { x0: row.left, x1: right, y0: firm_top, y1: bottom })
        .into_iter()
        .filter(|line| !is_margin_note(&line.text))
        .collect();

    if let Some(cells) = stacked {
        let mut cells = cells.into_iter();
        title = cells.next().unwrap_or_default();
        let mut rest: Vec<Vec<Line>> = cells.collect();
        firm = rest.pop().unwrap_or_default();
        object_lines = rest.pop().unwrap_or_default();
        building = rest.pop().unwrap_or_default();
    }

    let parsed = designation.as_ref().and_then(|line| line.text.split(' ').find_map(cipher::parse));
    let cipher = parsed
        .as_ref()
        .map(|cipher| cipher.full.clone())
        .or_else(|| designation.as_ref().map(|line| line.text.clone()));
    let revision = change.and_then(|change| last_change(sheet, change, 22.0));
    let building = text_of(&building).filter(|text| !text.is_empty());
    let object = match (text_of(&object_lines), &building) {
        (Some(object), Some(building)) => Some(format!("{object} {building}")),
        (object, building) => object.or_else(|| building.clone()),
    };

    let mut parts: Vec<(Rect, String)> = Vec::new();
    parts.extend(designation.map(|line| (line.bounds, line.text)));
    parts.extend(object_lines.into_iter().map(|line| (line.bounds, line.text)));
    parts.extend(title.iter().map(|line| (line.bounds, line.text.clone())));
    parts.extend([&stage, &number, &total].into_iter().flatten().map(|(bounds, text)| (*bounds, text.clone())));
    let confidence = match (&parsed, &number) {
        (Some(_), Some(_)) => 0.95,
        (Some(_), None) | (None, Some(_)) => 0.75,
        (None, None) => 0.5,
    };
    let (boxes, quote) = unzip(parts);
    let area_left = change.map_or(names_left - 65.0 * mm, |change| change.left);
    let evidence = sheet.evidence(if boxes.is_empty() { vec![row.stage] } else { boxes }, quote, confidence);
    FoundBlock {
        block: TitleBlock {
            page: sheet.page.page,
            cipher,
            sheet: number.map(|(_, text)| text),
            sheets: total.and_then(|(_, text)| text.parse().ok()),
            stage: stage.map(|(_, text)| text),
            title: text_of(&title),
            object,
            designer: text_of(&firm),
            revision: revision.map(|number| number.to_string()),
            format: sheet_format::of(sheet.page),
            cipher_as_read: None,
            evidence,
        },
        cipher: parsed,
        building,
        following: false,
        area: Rect { x0: area_left, x1: right, y0: top - if full_form { 25.0 } else { 15.0 } * mm, y1: bottom },
    }
}

/// Form 6: the cipher beside a number under «Лист».
fn following_sheet(sheet: &Sheet<'_>, label: Rect, changes: &[ChangeRow]) -> Option<FoundBlock> {
    let change = changes.iter().find(|change| {
        let across = (label.centre().0 - change.first.centre().0) / change.mm;
        let up = (change.first.centre().1 - label.centre().1) / change.mm;
        (110.0..200.0).contains(&across) && (2.0..16.0).contains(&up)
    });
    let mm = change.map_or(MM, |change| change.mm);
    let (x, y) = label.centre();
    let under = Rect { x0: x - 6.0 * mm, x1: x + 6.0 * mm, y0: y + 1.0 * mm, y1: y + 13.0 * mm };
    let (number_box, number) = first_token(sheet, under, &is_sheet_number)?;
    let left = change.map_or(label.x0 - 115.0 * mm, |change| change.left + 65.0 * mm);
    let bottom = change.map_or(y + 13.0 * mm, |change| change.first.y1 + 1.5 * mm);
    let area = Rect { x0: left, x1: label.x0, y0: label.y0 - 2.0 * mm, y1: bottom };
    let lines = sheet.lines_in(area);
    let with_mark = lines.iter().find_map(|line| Some((line, line.text.split(' ').find_map(cipher::parse)?)));
    let (line, parsed) = match with_mark {
        Some((line, cipher)) => (line.clone(), Some(cipher)),
        // Without the row of changes any «Лист» over a figure would do; only a real cipher tells a block from a table.
        None => (lines.into_iter().find(|line| change.is_some() && is_designation(&line.text))?, None),
    };
    let revision = change.and_then(|change| last_change(sheet, *change, 12.0));
    let evidence = sheet.evidence(
        vec![line.bounds, number_box],
        format!("{} {number}", line.text),
        if parsed.is_some() { 0.9 } else { 0.6 },
    );
    Some(FoundBlock {
        block: TitleBlock {
            page: sheet.page.page,
            cipher: Some(parsed.as_ref().map_or_else(|| line.text.clone(), |cipher| cipher.full.clone())),
            sheet: Some(number),
            sheets: None,
            stage: None,
            title: None,
            object: None,
            designer: None,
            revision: revision.map(|number| number.to_string()),
            format: sheet_format::of(sheet.page),
            cipher_as_read: None,
            evidence,
        },
        cipher: parsed,
        building: None,
        following: true,
        area: Rect { x0: change.map_or(left, |change| change.left), x1: label.x1 + 3.0 * mm, y0: area.y0, y1: area.y1 },
    })
}

/// Graph 1 is the first line of the part above the stage row, graph 2 the lines between the two.
fn designation_and_object(above: Vec<Line>, top: f32, mm: f32) -> (Option<Line>, Vec<Line>) {
    let at = above
        .iter()
        .position(|line| line.text.split(' ').any(|word| cipher::parse(word).is_some()))
        .or_else(|| above.iter().position(|line| is_designation(&line.text) && line.centre_y() < top - 5.0 * mm));
    match at {
        Some(at) => {
            let mut rest = above.into_iter().skip(at);
            (rest.next(), rest.filter(|line| !is_margin_note(&line.text)).collect())
        }
        None => (None, above.into_iter().filter(|line| line.centre_y() > top - 15.0 * mm).collect()),
    }
}

/// A designation without a known mark: figures, capitals and signs, no words.
fn is_designation(text: &str) -> bool {
    let figures = text.chars().filter(char::is_ascii_digit).count();
    let small = text.chars().filter(|letter| letter.is_lowercase()).count();
    crate::levels::parse(text).is_none()
        && figures >= 2
        && small <= 2
        && text.contains(['-', '/', '.'])
        && (5..=60).contains(&text.chars().count())
}

fn is_margin_note(text: &str) -> bool {
    let folded = fold(text);
    folded.starts_with("формат") || folded.starts_with("копировал")
}

fn is_stage(text: &str) -> bool {
    (1..=3).contains(&text.chars().count()) && text.chars().all(char::is_alphabetic)
}

/// The number of the last change: figures in the column above «Изм.», read upwards while the rows follow closely.
fn last_change(sheet: &Sheet<'_>, row: ChangeRow, reach_mm: f32) -> Option<u32> {
    let mm = row.mm;
    let (x, y) = row.first.centre();
    let area = Rect { x0: x - 5.0 * mm, x1: x + 5.0 * mm, y0: y - reach_mm * mm, y1: y - 2.0 * mm };
    let mut numbers: Vec<&Token<'_>> = sheet
        .tokens
        .iter()
        .filter(|token| area.contains(token.bounds.centre().0, token.bounds.centre().1) && token.text.len() <= 2)
        .collect();
    numbers.sort_by(|a, b| b.bounds.y0.total_cmp(&a.bounds.y0));
    let mut below = y;
    let mut last = None;
    for token in numbers {
        let middle = token.bounds.centre().1;
        if below - middle > 8.0 * mm {
            break;
        }
        below = middle;
        last = last.max(token.text.parse::<u32>().ok().filter(|number| *number > 0));
    }
    last
}

/// The uppermost word of the area that fits.
fn first_token(sheet: &Sheet<'_>, area: Rect, fits: &dyn Fn(&str) -> bool) -> Option<(Rect, String)> {
    sheet
        .tokens
        .iter()
        .filter(|token| area.contains(token.bounds.centre().0, token.bounds.centre().1) && fits(&token.text))
        .min_by(|a, b| a.bounds.y0.total_cmp(&b.bounds.y0))
        .map(|token| (token.bounds, token.text.to_string()))
}

fn text_of(lines: &[Line]) -> Option<String> {
    let text = join_wrapped(lines.iter().map(|line| line.text.as_str()));
    (!text.is_empty()).then_some(text)
}

fn unzip(parts: Vec<(Rect, String)>) -> (Vec<Rect>, String) {
    let (boxes, texts): (Vec<Rect>, Vec<String>) = parts.into_iter().unzip();
    (boxes, texts.join(" "))
}
