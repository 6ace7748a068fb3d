use super::TemplateError;
use super::marks::{Mark, Marks};
use super::markup::{Container, Piece, is, read, written};
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::collections::BTreeMap;
use std::ops::Range;

/// A bookmark that is named after a field, or is meant to be.
pub(super) struct Bookmark {
    /// Number of its paragraph, from 0.
    pub(super) paragraph: usize,
    /// The field, or what is wrong, in Russian.
    pub(super) field: Result<&'static str, String>,
    /// The pieces between its start and its end.
    range: Range<usize>,
}

/// The bookmarks of a part of a text document that are ours.
pub(super) fn bookmarks(xml: &str, marks: &Marks) -> Result<Vec<Bookmark>, TemplateError> {
    let pieces = read(xml, Container::Paragraph, |_, _| {})?;
    Ok(found(&pieces, marks))
}

/// The part with values in the place of its bookmarks. A value takes the format of the text that the bookmark holds, or, where
/// it holds none, of what stands before it in its paragraph.
pub(super) fn with_bookmarks(
    xml: &str,
    marks: &Marks,
    values: &BTreeMap<&'static str, String>,
) -> Result<String, TemplateError> {
    let mut pieces = read(xml, Container::Paragraph, |_, _| {})?;
    let mut bookmarks = found(&pieces, marks);
    // From the last to the first: what is put in shifts what stands after it.
    bookmarks.sort_by_key(|bookmark| std::cmp::Reverse(bookmark.range.start));
    for bookmark in &bookmarks {
        let Ok(field) = bookmark.field else { continue };
        let value = values.get(field).cloned().unwrap_or_default();
        put(&mut pieces, bookmark.range.clone(), value);
    }
    written(pieces)
}

/// In which paragraph each piece stands, by its number from 0; a piece of none has none.
fn paragraphs(pieces: &[Piece<'_>]) -> Vec<Option<usize>> {
    let mut open = Vec::new();
    let mut count = 0;
    pieces
        .iter()
        .map(|piece| {
            match piece {
                Piece::Markup(Event::Start(start)) if is(start, "w:p") => {
                    open.push(count);
                    count += 1;
                }
                Piece::Markup(Event::End(end)) if end.name().as_ref() == "w:p" => return open.pop(),
                _ => {}
            }
            open.last().copied()
        })
        .collect()
}

fn found(pieces: &[Piece<'_>], marks: &Marks) -> Vec<Bookmark> {
    let paragraphs = paragraphs(pieces);
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Some(start) = element(piece, "w:bookmarkStart") else { continue };
        let Some(name) = attribute(start, "w:name") else { continue };
        let field = match marks.of(&name) {
            Mark::Foreign => continue,
            Mark::Unknown(told) => Err(told),
            Mark::Field(field) => Ok(field),
        };
        let after = paragraphs.iter().skip(index).flatten().next().copied();
        let paragraph = paragraphs.get(index).copied().flatten().or(after).unwrap_or_default();
        let range = index..end_of(pieces, index, start);
        let field = field.and_then(|field| match seen.insert(name.to_lowercase(), ()) {
            Some(()) => Err(format!("закладка «{name}» стоит дважды. Word помнит только одну: удалите другую.")),
            None => is_usable(pieces, &paragraphs, &range, &name).map(|()| field),
        });
        found.push(Bookmark { paragraph, field, range });
    }
    found
}

/// Where the bookmark that starts at `index` ends; at its start when the template lost its end.
fn end_of(pieces: &[Piece<'_>], index: usize, start: &BytesStart<'_>) -> usize {
    let id = attribute(start, "w:id");
    let ends = |piece: &Piece<'_>| element(piece, "w:bookmarkEnd").is_some_and(|end| attribute(end, "w:id") == id);
    pieces.iter().skip(index).position(ends).map_or(index, |length| index + length)
}

fn is_usable(
    pieces: &[Piece<'_>],
    paragraphs: &[Option<usize>],
    range: &Range<usize>,
    name: &str,
) -> Result<(), String> {
    let texts = range.clone().filter(|index| matches!(pieces.get(*index), Some(Piece::Text { .. })));
    let mut in_paragraphs: Vec<usize> = texts.filter_map(|index| paragraphs.get(index).copied().flatten()).collect();
    in_paragraphs.dedup();
    if in_paragraphs.len() > 1 {
        return Err(format!("закладка «{name}» захватывает несколько абзацев. Поставьте её в пределах одного."));
    }
    if in_paragraphs.is_empty() && place(pieces, paragraphs, range).is_none() {
        return Err(format!("закладка «{name}» стоит вне текста. Поставьте её в абзац, где должно быть значение."));
    }
    Ok(())
}

/// Before which piece a run of text may be put: where the bookmark ends or begins, if that is in a paragraph, or at the end
/// of the empty paragraph that it holds.
fn place(pieces: &[Piece<'_>], paragraphs: &[Option<usize>], range: &Range<usize>) -> Option<usize> {
    let inside = |index: usize| paragraphs.get(index).copied().flatten().is_some();
    if inside(range.end) {
        return Some(range.end);
    }
    if inside(range.start) {
        return Some(range.start + 1);
    }
    let ends = |piece: &Piece<'_>| matches!(piece, Piece::Markup(Event::End(end)) if end.name().as_ref() == "w:p");
    range.clone().find(|index| pieces.get(*index).is_some_and(ends))
}

fn put(pieces: &mut Vec<Piece<'_>>, range: Range<usize>, value: String) {
    let mut value = Some(value);
    for piece in pieces.get_mut(range.clone()).unwrap_or_default() {
        if let Piece::Text { text, .. } = piece {
            *text = value.take().unwrap_or_default();
        }
    }
    let Some(value) = value else { return };
    let Some(at) = place(pieces, &paragraphs(pieces), &range) else { return };
    let mut run = vec![Piece::Markup(Event::Start(BytesStart::new("w:r")))];
    run.extend(format_before(pieces, at));
    run.push(Piece::Text { start: BytesStart::new("w:t"), text: value });
    run.push(Piece::Markup(Event::End(BytesEnd::new("w:t"))));
    run.push(Piece::Markup(Event::End(BytesEnd::new("w:r"))));
    pieces.splice(at..at, run);
}

/// The properties of the run before a place of a paragraph, or those of the paragraph itself.
fn format_before<'x>(pieces: &[Piece<'x>], at: usize) -> Vec<Piece<'x>> {
    let begins = |piece: &Piece<'_>, name: &str| matches!(piece, Piece::Markup(Event::Start(start)) if is(start, name));
    let ends = |piece: &Piece<'_>| matches!(piece, Piece::Markup(Event::End(end)) if end.name().as_ref() == "w:rPr");
    let before = pieces.get(..at).unwrap_or_default();
    let paragraph = before.iter().rposition(|piece| begins(piece, "w:p")).unwrap_or_default();
    let own = before.get(paragraph..).unwrap_or_default();
    let Some(last) = own.iter().rposition(ends) else { return Vec::new() };
    let Some(first) = own.get(..last).unwrap_or_default().iter().rposition(|piece| begins(piece, "w:rPr")) else {
        return Vec::new();
    };
    let properties = own.get(first..=last).unwrap_or_default().iter();
    properties
        .filter_map(|piece| match piece {
            Piece::Markup(event) => Some(Piece::Markup(event.clone())),
            Piece::Text { .. } => None,
        })
        .collect()
}

fn element<'p, 'x>(piece: &'p Piece<'x>, name: &str) -> Option<&'p BytesStart<'x>> {
    match piece {
        Piece::Markup(Event::Start(start) | Event::Empty(start)) if is(start, name) => Some(start),
        _ => None,
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(|value| value.into_owned())
}
