//! What PDF knows by name and a file need not hold: the encodings of Chinese, Japanese and Korean composite fonts, and the
//! letters of their character collections. Those fonts have Russian letters too, and programs made for them write with them.

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_syntax::object::{Dict, String as PdfString};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Codes and CIDs that are looked up; longer codes are cut out of strings and have no letter.
const CODES: u32 = 0x1_0000;

/// Codes of four bytes, by what is in the name of the encoding: surrogates, the outer planes of GB 18030 and of CNS 11643.
const LONG_CODES: [(&[u8], u32, u32); 3] = [
    (b"UTF16", 0xd800_dc00, 0xdbff_dfff),
    (b"GBK2K", 0x8130_8130, 0xfe39_fe39),
    (b"CNS-EUC", 0x8ea1_a1a1, 0x8ea7_fefe),
];

/// Encodings and collections once looked up: there are some sixty names, and a hostile file may ask for one on every page.
static ENCODINGS: Mutex<BTreeMap<Vec<u8>, Arc<Encoding>>> = Mutex::new(BTreeMap::new());
static COLLECTIONS: Mutex<BTreeMap<Vec<u8>, Arc<Collection>>> = Mutex::new(BTreeMap::new());

/// An encoding that is only named.
#[derive(Debug)]
pub(super) struct Encoding {
    /// Code spaces as (length in bytes, low, high); none where all codes have two bytes.
    pub(super) spaces: Vec<(u8, u32, u32)>,
    /// Ranges of codes with the CID of the first, in order.
    pub(super) cids: Vec<(u32, u32, u32)>,
    pub(super) collection: Option<Arc<Collection>>,
}

/// The letters of a character collection by CID; 0 is none.
#[derive(Debug)]
pub(super) struct Collection {
    letters: Vec<u32>,
}

impl Encoding {
    /// None for names that are not predefined, and for the identity.
    pub(super) fn named(name: &[u8]) -> Option<Arc<Self>> {
        let name_of_map = match CMapName::from_bytes(name) {
            CMapName::IdentityH | CMapName::IdentityV | CMapName::Custom(_) => return None,
            known => known,
        };
        kept(&ENCODINGS, name, || {
            let map = CMap::parse(load_embedded(name_of_map)?, load_embedded)?;
            let family = map.metadata().character_collection.as_ref().map(|collection| &collection.family);
            Some(Self {
                spaces: spaces(&map, name),
                cids: cids(&map),
                collection: family.and_then(Collection::of_family),
            })
        })
    }
}

impl Collection {
    /// The collection that a descendant font says its CIDs are of.
    pub(super) fn of(descendant: &Dict<'_>) -> Option<Arc<Self>> {
        let system = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
        let (registry, ordering) = (system.get::<PdfString<'_>>("Registry")?, system.get::<PdfString<'_>>("Ordering")?);
        Self::of_family(&CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes()))
    }

    fn of_family(family: &CidFamily) -> Option<Arc<Self>> {
        let name = family.ucs2_cmap()?;
        kept(&COLLECTIONS, name.to_bytes(), || {
            let map = CMap::parse(load_embedded(name)?, load_embedded)?;
            let letter = |cid| match map.lookup_bf_string(cid) {
                Some(BfString::Char(letter)) => u32::from(letter),
                _ => 0,
            };
            Some(Self { letters: (0..CODES).map(letter).collect() })
        })
    }

    pub(super) fn letter(&self, cid: u32) -> Option<char> {
        self.letters.get(cid as usize).filter(|&&letter| letter != 0).and_then(|&letter| char::from_u32(letter))
    }
}

fn kept<T>(all: &Mutex<BTreeMap<Vec<u8>, Arc<T>>>, name: &[u8], make: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
    if let Some(known) = all.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
        return Some(Arc::clone(known));
    }
    // Made without the lock, at worst twice.
    let made = Arc::new(make()?);
    all.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_vec(), Arc::clone(&made));
    Some(made)
}

/// Where codes of one byte end and longer ones begin: by what the map knows, for it does not tell its code spaces.
fn spaces(map: &CMap, name: &[u8]) -> Vec<(u8, u32, u32)> {
    let mut spaces = Vec::new();
    let long = LONG_CODES.iter().filter(|(part, ..)| name.windows(part.len()).any(|window| window == *part));
    if (0..0x100).any(|code| map.lookup_cid_code(code, 1).is_some()) {
        for first in 0..0x100 {
            let second = || (0..0x100).filter(|second| map.lookup_cid_code(first << 8 | second, 2).is_some());
            if map.lookup_cid_code(first, 1).is_some() {
                spaces.push((1, first, first));
            } else if let (Some(low), Some(high)) = (second().min(), second().max()) {
                spaces.push((2, first << 8 | low, first << 8 | high));
            }
        }
    } else if long.clone().next().is_some() {
        spaces.extend([(2, 0, 0xd7ff), (2, 0xe000, 0xffff)]);
    }
    spaces.extend(long.map(|&(_, low, high)| (4, low, high)));
    spaces
}

fn cids(map: &CMap) -> Vec<(u32, u32, u32)> {
    let mut ranges: Vec<(u32, u32, u32)> = Vec::new();
    for code in 0..CODES {
        let own = if code < 0x100 { map.lookup_cid_code(code, 1) } else { None };
        let Some(cid) = own.or_else(|| map.lookup_cid_code(code, 2)) else { continue };
        match ranges.last_mut() {
            Some((low, high, first)) if *high + 1 == code && *first + (code - *low) == cid => *high = code,
            _ => ranges.push((code, code, cid)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::{Collection, Encoding};
    use hayro_cmap::CidFamily;

    #[test]
    fn every_predefined_encoding_has_russian_letters() {
        let named = [
            ("UniGB-UCS2-H", 0x0416),
            ("UniJIS-UTF16-H", 0x0416),
            ("UniKS-UCS2-V", 0x0416),
            ("UniCNS-UTF16-H", 0x0416),
            ("90ms-RKSJ-H", 0x8447),
            ("EUC-H", 0xa7a8),
            ("H", 0x2728),
            ("GBK-EUC-H", 0xa7a8),
            ("GB-EUC-V", 0xa7a8),
            ("GBK2K-H", 0xa7a8),
            ("ETen-B5-H", 0xc7fa),
            ("KSCms-UHC-H", 0xaca8),
        ];
        for (name, code) in named {
            let encoding = Encoding::named(name.as_bytes()).unwrap();
            let place = encoding.cids.partition_point(|&(low, ..)| low <= code) - 1;
            let (low, high, cid) = encoding.cids[place];
            assert!(code <= high, "{name}: {low:x}..={high:x}");
            let letter = encoding.collection.as_ref().unwrap().letter(cid + code - low);
            assert_eq!(letter, Some('Ж'), "{name}");
        }
    }

    #[test]
    fn names_that_nobody_knows_and_the_identity_are_none() {
        assert!(Encoding::named(b"Identity-H").is_none());
        assert!(Encoding::named(b"Ours-H").is_none());
        assert!(Collection::of_family(&CidFamily::from_registry_ordering(b"Adobe", b"Identity")).is_none());
        assert!(Collection::of_family(&CidFamily::from_registry_ordering(b"Adobe", b"Japan1")).is_some());
    }
}
