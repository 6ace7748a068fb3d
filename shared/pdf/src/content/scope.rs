use crate::font::{Font, FontStore};
use hayro_syntax::object::Dict;
use hayro_syntax::page::Resources;
use std::collections::HashMap;
use std::sync::Arc;

/// The resources of a page or form, with the fonts already looked up.
pub(super) struct Scope<'a> {
    pub(super) fonts: Dict<'a>,
    pub(super) forms: Dict<'a>,
    pub(super) graphics_states: Dict<'a>,
    pub(super) properties: Dict<'a>,
    pub(super) known_fonts: KnownFonts,
}

impl<'a> Scope<'a> {
    pub(super) fn new(resources: &Dict<'a>) -> Self {
        Self {
            fonts: resources.get::<Dict<'_>>("Font").unwrap_or_default(),
            forms: resources.get::<Dict<'_>>("XObject").unwrap_or_default(),
            graphics_states: resources.get::<Dict<'_>>("ExtGState").unwrap_or_default(),
            properties: resources.get::<Dict<'_>>("Properties").unwrap_or_default(),
            known_fonts: KnownFonts::default(),
        }
    }

    pub(super) fn of_page(resources: &Resources<'a>) -> Self {
        Self {
            fonts: resources.fonts.clone(),
            forms: resources.x_objects.clone(),
            graphics_states: resources.ext_g_states.clone(),
            properties: resources.properties.clone(),
            known_fonts: KnownFonts::default(),
        }
    }

    /// The font of that name, and whether it was not looked up before.
    pub(super) fn font(&mut self, name: &[u8], store: &FontStore) -> (Option<Arc<Font>>, bool) {
        if let Some(font) = self.known_fonts.get(name) {
            return (font.clone(), false);
        }
        let plain = unescaped_name(name);
        let font = store.font(self.fonts.get_ref(&plain).map(Into::into), || self.fonts.get::<Dict<'_>>(&plain));
        self.known_fonts.insert(name, font.clone());
        (font, true)
    }
}

/// Fonts that are looked for one after the other; a page has a few.
const FEW_FONTS: usize = 16;

/// Fonts by the names that a page gives them.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownFonts {
    few: Vec<(Vec<u8>, Option<Arc<Font>>)>,
    others: HashMap<Vec<u8>, Option<Arc<Font>>>,
}

impl KnownFonts {
    fn get(&self, name: &[u8]) -> Option<&Option<Arc<Font>>> {
        let known = self.few.iter().find(|(own, _)| own == name).map(|(_, font)| font);
        known.or_else(|| if self.others.is_empty() { None } else { self.others.get(name) })
    }

    fn insert(&mut self, name: &[u8], font: Option<Arc<Font>>) {
        if self.few.len() < FEW_FONTS {
            self.few.push((name.to_vec(), font));
        } else {
            self.others.insert(name.to_vec(), font);
        }
    }
}

pub(super) fn unescaped_name(name: &[u8]) -> Vec<u8> {
    hayro_syntax::object::Name::new(name).map(|name| name.to_vec()).unwrap_or_default()
}
