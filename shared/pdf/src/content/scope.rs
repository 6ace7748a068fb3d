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
    pub(super) known_fonts: HashMap<Vec<u8>, Option<Arc<Font>>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(resources: &Dict<'a>) -> Self {
        Self {
            fonts: resources.get::<Dict<'_>>("Font").unwrap_or_default(),
            forms: resources.get::<Dict<'_>>("XObject").unwrap_or_default(),
            graphics_states: resources.get::<Dict<'_>>("ExtGState").unwrap_or_default(),
            known_fonts: HashMap::new(),
        }
    }

    pub(super) fn of_page(resources: &Resources<'a>) -> Self {
        Self {
            fonts: resources.fonts.clone(),
            forms: resources.x_objects.clone(),
            graphics_states: resources.ext_g_states.clone(),
            known_fonts: HashMap::new(),
        }
    }

    /// The font of that name, and whether it was not looked up before.
    pub(super) fn font(&mut self, name: &[u8], store: &FontStore) -> (Option<Arc<Font>>, bool) {
        if let Some(font) = self.known_fonts.get(name) {
            return (font.clone(), false);
        }
        let plain = unescaped_name(name);
        let font = store.font(self.fonts.get_ref(&plain).map(Into::into), || self.fonts.get::<Dict<'_>>(&plain));
        self.known_fonts.insert(name.to_vec(), font.clone());
        (font, true)
    }
}

pub(super) fn unescaped_name(name: &[u8]) -> Vec<u8> {
    hayro_syntax::object::Name::new(name).map(|name| name.to_vec()).unwrap_or_default()
}
