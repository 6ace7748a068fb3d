//! What persons changed in title blocks, and what of the set follows from it.

use crate::cipher::{self, Cipher};
use crate::title_block::FoundBlock;
use domain::{Edit, EvidenceBy};

/// Gives title blocks what persons wrote into them, before anything is concluded from the blocks, and answers the cipher
/// of the set. Where a person corrects a designation that is the set's, the set is called so, and with it every sheet that
/// carries the set's designation; what stood there is kept in `cipher_as_read`. A sheet of another set stays one.
/// What fits no block or is no number is left for [`crate::edited`] to tell.
pub(crate) fn amend(blocks: &mut [FoundBlock], own: Option<Cipher>, edits: &[Edit]) -> Option<Cipher> {
    let mut set = own;
    let mut corrected: Vec<u32> = Vec::new();
    for edit in edits {
        let Some((page, field)) = address(&edit.value) else { continue };
        let Some(at) = blocks.iter().position(|found| found.block.page == page) else { continue };
        if field == "cipher" {
            set = with_cipher(blocks, at, edit.new.as_deref(), set, &mut corrected);
        } else if let Some(found) = blocks.get_mut(at) {
            write(found, field, edit.new.clone());
        }
    }
    set
}

/// Page and field of `title_blocks/3/cipher`.
fn address(value: &str) -> Option<(u32, &str)> {
    let (page, field) = value.strip_prefix("title_blocks/")?.split_once('/')?;
    Some((page.parse().ok()?, field))
}

/// Puts the new designation onto one block, and where it was the set's, onto all of the set but those that a person
/// corrected before.
fn with_cipher(
    blocks: &mut [FoundBlock],
    at: usize,
    new: Option<&str>,
    set: Option<Cipher>,
    corrected: &mut Vec<u32>,
) -> Option<Cipher> {
    let parsed = new.and_then(cipher::parse);
    let found = blocks.get_mut(at)?;
    let before = found.cipher.clone();
    found.cipher.clone_from(&parsed);
    found.block.cipher = new.map(str::to_owned);
    found.block.evidence.by = EvidenceBy::Person;
    corrected.push(found.block.page);
    let was_own = match (&before, &set) {
        (Some(before), Some(set)) => before.base == set.base,
        (_, None) => true,
        (None, Some(_)) => false,
    };
    let Some(new) = parsed.filter(|_| was_own) else { return set };
    let Some(old) = before else { return Some(new) };
    for other in blocks.iter_mut().filter(|other| !corrected.contains(&other.block.page)) {
        let Some(known) = other.cipher.as_ref().filter(|known| known.base == old.base) else { continue };
        let suffix = known.full.strip_prefix(known.base.as_str()).unwrap_or_default();
        let full = format!("{}{suffix}", new.base);
        let read = other.block.cipher.replace(full.clone());
        if other.block.cipher_as_read.is_none() {
            other.block.cipher_as_read = read;
        }
        other.cipher = Some(Cipher { full, base: new.base.clone(), mark: new.mark.clone() });
    }
    Some(Cipher { full: new.base.clone(), ..new })
}

fn write(found: &mut FoundBlock, field: &str, new: Option<String>) {
    let block = &mut found.block;
    match field {
        "sheet" => block.sheet = new,
        "stage" => block.stage = new,
        "title" => block.title = new,
        "object" => block.object = new,
        "designer" => block.designer = new,
        "revision" => block.revision = new,
        "sheets" => match new.as_deref().map(str::trim).map(str::parse) {
            None => block.sheets = None,
            Some(Ok(sheets)) => block.sheets = Some(sheets),
            // Left for `edited`, which tells of it.
            Some(Err(_)) => {}
        },
        _ => {}
    }
}
