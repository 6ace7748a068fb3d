use super::TemplateError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use std::collections::BTreeMap;

/// What holds one text, which may be divided into runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// `<w:p>` of a text document.
    Paragraph,
    /// `<si>` of a workbook's shared texts.
    SharedText,
    /// `<is>` of a cell.
    CellText,
}

impl Container {
    fn element(self) -> &'static str {
        match self {
            Self::Paragraph => "w:p",
            Self::SharedText => "si",
            Self::CellText => "is",
        }
    }

    fn text_element(self) -> &'static str {
        if self == Self::Paragraph { "w:t" } else { "t" }
    }

    /// How a text of a part is found, by its number from 0.
    pub(super) fn place(self, part: &str, number: usize) -> String {
        let number = number + 1;
        match self {
            Self::Paragraph if part.contains("header") => format!("верхний колонтитул, абзац {number}"),
            Self::Paragraph if part.contains("footer") => format!("нижний колонтитул, абзац {number}"),
            Self::Paragraph => format!("абзац {number}"),
            Self::SharedText | Self::CellText => format!("текст {number} книги"),
        }
    }
}

/// A cell that shows a shared text.
pub(super) struct Place {
    /// Number of the text.
    pub(super) text: usize,
    /// Cell, such as `B12`.
    pub(super) cell: String,
}

pub(super) fn unreadable(_: quick_xml::Error) -> TemplateError {
    TemplateError("Разметка шаблона повреждена. Откройте его в Word или Excel и сохраните заново.".to_owned())
}

/// A piece of markup: as it was, or a text that may be changed.
pub(super) enum Piece<'x> {
    Markup(Event<'x>),
    /// The start of a text element and its text.
    Text {
        start: BytesStart<'x>,
        text: String,
    },
}

/// Reads markup; calls `each` with the number and the pieces of every container at its end.
pub(super) fn read<'x>(
    xml: &'x str,
    container: Container,
    mut each: impl FnMut(usize, &mut [Piece<'x>]),
) -> Result<Vec<Piece<'x>>, TemplateError> {
    let mut reader = Reader::from_str(xml);
    let mut pieces: Vec<Piece<'x>> = Vec::new();
    // Paragraphs may stand inside paragraphs (text boxes): each begins where it begins.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut count = 0;
    let mut in_text = false;
    loop {
        let event = reader.read_event().map_err(unreadable)?;
        match &event {
            Event::Eof => return Ok(pieces),
            Event::Start(start) if is(start, container.element()) => {
                open.push((count, pieces.len()));
                count += 1;
            }
            Event::Start(start) if !open.is_empty() && is(start, container.text_element()) => {
                in_text = true;
                pieces.push(Piece::Text { start: start.clone(), text: String::new() });
                continue;
            }
            Event::End(end) if in_text && end.name().as_ref() == container.text_element() => in_text = false,
            Event::End(end) if end.name().as_ref() == container.element() => {
                if let Some((number, from)) = open.pop() {
                    each(number, pieces.get_mut(from..).unwrap_or_default());
                }
            }
            Event::Text(text) if in_text => {
                append(&mut pieces, text);
                continue;
            }
            Event::CData(text) if in_text => {
                append(&mut pieces, text);
                continue;
            }
            Event::GeneralRef(entity) if in_text => {
                append(&mut pieces, &entity_text(entity));
                continue;
            }
            _ => {}
        }
        pieces.push(Piece::Markup(event));
    }
}

pub(super) fn is(start: &BytesStart<'_>, name: &str) -> bool {
    start.name().as_ref() == name
}

fn append(pieces: &mut [Piece<'_>], more: &str) {
    if let Some(Piece::Text { text, .. }) = pieces.last_mut() {
        text.push_str(more);
    }
}

fn entity_text(entity: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = entity.resolve_char_ref() {
        return letter.to_string();
    }
    resolve_predefined_entity(entity).unwrap_or_default().to_owned()
}

/// Calls `each` with the number and the whole text of every container.
pub(super) fn each_text(
    xml: &str,
    container: Container,
    mut each: impl FnMut(usize, &str),
) -> Result<(), TemplateError> {
    read(xml, container, |number, pieces| {
        let texts = pieces.iter().filter_map(|piece| match piece {
            Piece::Text { text, .. } => Some(text.as_str()),
            Piece::Markup(_) => None,
        });
        each(number, &texts.collect::<String>());
    })?;
    Ok(())
}

/// The names in double braces, or what is wrong with the braces.
pub(super) fn placeholders(text: &str) -> Vec<Result<String, String>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        if before.contains("}}") {
            found.push(Err("лишние скобки «}}» без «{{» перед ними.".to_owned()));
        }
        match after.split_once("}}") {
            Some((name, _)) if name.contains("{{") || name.chars().count() > 60 => {
                found.push(Err(format!("поле не закрыто: после «{{{{{}» нужны «}}}}».", start_of(name))));
                return found;
            }
            Some((name, following)) => {
                found.push(Ok(name.trim().to_owned()));
                rest = following;
            }
            None => {
                found.push(Err(format!("поле не закрыто: после «{{{{{}» нужны «}}}}».", start_of(after))));
                return found;
            }
        }
    }
    if rest.contains("}}") {
        found.push(Err("лишние скобки «}}» без «{{» перед ними.".to_owned()));
    }
    found
}

fn start_of(text: &str) -> String {
    text.chars().take_while(|letter| *letter != '{').take(20).collect()
}

/// The markup with values in place of their fields. A value takes the format of the run in which its field begins.
pub(super) fn filled(
    xml: &str,
    container: Container,
    values: &BTreeMap<&'static str, String>,
) -> Result<String, TemplateError> {
    written(read(xml, container, |_, pieces| fill(pieces, values))?)
}

/// Pieces as markup again.
pub(super) fn written(pieces: Vec<Piece<'_>>) -> Result<String, TemplateError> {
    let mut writer = Writer::new(Vec::new());
    let written =
        |result: std::io::Result<()>| result.map_err(|error| TemplateError(format!("Шаблон не записан: {error}.")));
    for piece in pieces {
        match piece {
            Piece::Markup(event) => written(writer.write_event(event))?,
            Piece::Text { mut start, text } => {
                // Spaces at the ends of a value count.
                if start.try_get_attribute("xml:space").ok().flatten().is_none() {
                    start.push_attribute(("xml:space", "preserve"));
                }
                written(writer.write_event(Event::Start(start)))?;
                written(writer.write_event(Event::Text(BytesText::new(&text))))?;
            }
        }
    }
    String::from_utf8(writer.into_inner()).map_err(|_error| TemplateError("Шаблон не записан.".to_owned()))
}

/// Replaces the fields of one container, whose text may be divided between runs anywhere.
fn fill(pieces: &mut [Piece<'_>], values: &BTreeMap<&'static str, String>) {
    let mut runs: Vec<&mut String> = pieces
        .iter_mut()
        .filter_map(|piece| match piece {
            Piece::Text { text, .. } => Some(text),
            Piece::Markup(_) => None,
        })
        .collect();
    let whole: String = runs.iter().map(|run| run.as_str()).collect();
    if !whole.contains("{{") {
        return;
    }
    // Spans of the whole text and what takes their place, from the last to the first.
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(start) = whole.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(end) = whole.get(start..).and_then(|rest| rest.find("}}")).map(|at| start + at + 2) else { break };
        let name = whole.get(start + 2..end - 2).unwrap_or_default().trim();
        spans.push((start, end, values.get(name).cloned().unwrap_or_default()));
        from = end;
    }
    for (start, end, value) in spans.into_iter().rev() {
        let mut value = Some(value);
        let mut at = 0;
        for run in &mut runs {
            let (own_start, own_end) = (at, at + run.len());
            at = own_end;
            let (from, to) = (start.max(own_start), end.min(own_end));
            if from < to {
                let (from, to) = (from - own_start, to - own_start);
                run.replace_range(from..to, &value.take().unwrap_or_default());
                // Earlier spans lie before this one, so what stands after it may shift.
            }
        }
    }
}

/// Two attributes of every element of a name; namespaces of attributes are left away.
pub(super) fn attributes(xml: &str, element: &str, names: [&str; 2]) -> Result<Vec<(String, String)>, TemplateError> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Eof => return Ok(found),
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == element => {
                let value = |wanted: &str| {
                    let mut all = start.attributes().flatten();
                    let own = all.find(|attribute| attribute.key.local_name().as_ref() == wanted)?;
                    quick_xml::escape::unescape(&own.value).ok().map(|value| value.into_owned())
                };
                let [first, second] = names;
                if let (Some(first), Some(second)) = (value(first), value(second)) {
                    found.push((first, second));
                }
            }
            _ => {}
        }
    }
}

/// An attribute of every element of a name, and the text of the element; one without the attribute is passed over.
pub(super) fn texts_of(xml: &str, element: &str, attribute: &str) -> Result<Vec<(String, String)>, TemplateError> {
    let mut reader = Reader::from_str(xml);
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Eof => return Ok(found),
            Event::Start(start) if is(&start, element) => {
                let own = start.try_get_attribute(attribute).ok().flatten();
                let own =
                    own.and_then(|own| quick_xml::escape::unescape(&own.value).ok().map(|name| name.into_owned()));
                inside = own.is_some();
                found.extend(own.map(|own| (own, String::new())));
            }
            Event::End(end) if end.name().as_ref() == element => inside = false,
            Event::Text(text) if inside => {
                if let Some((_, whole)) = found.last_mut() {
                    whole.push_str(&text);
                }
            }
            Event::GeneralRef(entity) if inside => {
                if let Some((_, whole)) = found.last_mut() {
                    whole.push_str(&entity_text(&entity));
                }
            }
            _ => {}
        }
    }
}

/// The cells of a sheet that hold their texts themselves, in the order of those texts.
pub(super) fn cells_of_own_texts(xml: &str) -> Result<Vec<String>, TemplateError> {
    let mut reader = Reader::from_str(xml);
    let mut cells = Vec::new();
    let mut cell = String::new();
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Eof => return Ok(cells),
            Event::Start(start) if is(&start, "c") => {
                let own = start.try_get_attribute("r").ok().flatten();
                cell = own.map(|own| own.value.to_string()).unwrap_or_default();
            }
            Event::Start(start) if is(&start, Container::CellText.element()) => cells.push(cell.clone()),
            _ => {}
        }
    }
}

/// The cells of a sheet that show shared texts.
pub(super) fn cells_of_shared_texts(xml: &str) -> Result<Vec<Place>, TemplateError> {
    let mut reader = Reader::from_str(xml);
    let mut places = Vec::new();
    let mut cell: Option<String> = None;
    let mut in_value = false;
    loop {
        match reader.read_event().map_err(unreadable)? {
            Event::Eof => return Ok(places),
            Event::Start(start) if is(&start, "c") => {
                let value = |wanted: &str| {
                    let found = start.try_get_attribute(wanted).ok().flatten()?;
                    Some(found.value.to_string())
                };
                cell = (value("t").as_deref() == Some("s")).then(|| value("r")).flatten();
            }
            Event::Start(start) if is(&start, "v") => in_value = true,
            Event::End(end) if end.name().as_ref() == "v" => in_value = false,
            Event::Text(text) if in_value => {
                if let (Some(cell), Ok(text)) = (cell.take(), text.trim().parse()) {
                    places.push(Place { text, cell });
                }
            }
            _ => {}
        }
    }
}
