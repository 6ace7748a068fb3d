use super::{BindError, Bookmark, text_string};
use crate::transfer::Output;
use lopdf::{Dictionary, Object, dictionary};
use std::io::Write;

/// Writes the bookmarks; gives the number of the root, or nothing when there are none.
pub(super) fn write<W: Write>(
    bookmarks: &[Bookmark],
    pages: &[u32],
    output: &mut Output<W>,
) -> Result<Option<u32>, BindError> {
    if bookmarks.is_empty() {
        return Ok(None);
    }
    let root = output.reserve();
    let (first, last) = siblings(bookmarks, root, pages, output)?;
    let count = i64::try_from(bookmarks.len()).unwrap_or(i64::MAX);
    let dictionary = dictionary! { "Type" => "Outlines", "First" => first, "Last" => last, "Count" => count };
    output.write(root, &dictionary.into())?;
    Ok(Some(root))
}

/// Writes the bookmarks under one parent and gives the first and the last of them.
fn siblings<W: Write>(
    bookmarks: &[Bookmark],
    parent: u32,
    pages: &[u32],
    output: &mut Output<W>,
) -> Result<(Object, Object), BindError> {
    let ids: Vec<u32> = bookmarks.iter().map(|_| output.reserve()).collect();
    let reference = |id: Option<&u32>| id.map_or(Object::Null, |id| Object::Reference((*id, 0)));
    for (index, (bookmark, id)) in bookmarks.iter().zip(&ids).enumerate() {
        let page = pages.get((bookmark.page as usize).wrapping_sub(1));
        let Some(page) = page else {
            return Err(BindError::BookmarkBeyondEnd {
                title: bookmark.title.clone(),
                page: bookmark.page,
                pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            });
        };
        let mut item: Dictionary = dictionary! {
            "Title" => text_string(&bookmark.title),
            "Parent" => Object::Reference((parent, 0)),
            "Dest" => vec![Object::Reference((*page, 0)), "Fit".into()],
        };
        if index > 0 {
            item.set("Prev", reference(ids.get(index - 1)));
        }
        if let Some(next) = ids.get(index + 1) {
            item.set("Next", reference(Some(next)));
        }
        if !bookmark.children.is_empty() {
            let (first, last) = siblings(&bookmark.children, *id, pages, output)?;
            item.set("First", first);
            item.set("Last", last);
            // Negative: closed until the reader opens it.
            item.set("Count", -i64::try_from(bookmark.children.len()).unwrap_or(i64::MAX));
        }
        output.write(*id, &item.into())?;
    }
    Ok((reference(ids.first()), reference(ids.last())))
}
