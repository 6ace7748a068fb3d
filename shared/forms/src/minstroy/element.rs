use crate::plain::plain_text;
use domain::ActDate;
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// An element. The prefix of its name tells its namespace: `ct:` the types that all acts share, none the act's own.
pub(super) struct Element {
    name: String,
    content: Content,
}

enum Content {
    Text(String),
    Elements(Vec<Element>),
}

/// An element or none: what is not known has no element, and nothing around it that would be empty.
pub(super) type Part = Option<Element>;

/// An element that holds others; none when there are none.
pub(super) fn within(name: &str, parts: impl IntoIterator<Item = Part>) -> Part {
    let elements: Vec<Element> = parts.into_iter().flatten().collect();
    (!elements.is_empty()).then(|| Element { name: name.to_owned(), content: Content::Elements(elements) })
}

/// An element with text.
pub(super) fn text(name: &str, text: &str) -> Part {
    let text = plain_text(text);
    (!text.is_empty()).then(|| Element { name: name.to_owned(), content: Content::Text(text) })
}

/// An element with a date, `2025-10-07`; none when the calendar does not have it.
pub(super) fn date(name: &str, date: Option<ActDate>) -> Part {
    let ActDate { year, month, day } = date.and_then(|date| ActDate::of_calendar(date.year, date.month, date.day))?;
    text(name, &format!("{year:04}-{month:02}-{day:02}"))
}

/// `<nameList>` of `<nameListItem>`.
pub(super) fn list(name: &str, items: impl IntoIterator<Item = Vec<Part>>) -> Part {
    let item = format!("{name}Item");
    within(name, items.into_iter().map(|parts| within(&item, parts)))
}

impl Element {
    /// Writes the element and all it holds.
    ///
    /// # Errors
    /// When the writer fails.
    pub(super) fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        writer.write_event(Event::Start(BytesStart::new(self.name.as_str())))?;
        match &self.content {
            Content::Text(text) => writer.write_event(Event::Text(BytesText::new(text)))?,
            Content::Elements(elements) => elements.iter().try_for_each(|element| element.write(writer))?,
        }
        writer.write_event(Event::End(BytesEnd::new(self.name.as_str())))
    }
}
