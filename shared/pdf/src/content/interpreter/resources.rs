//! What a content stream calls by name: fonts, graphics states, pictures and forms.

use super::super::matrix::Matrix;
use super::super::operands::{Operand, Operands};
use super::super::scenery::Picture;
use super::super::scope::{Scope, unescaped_name};
use super::super::state::{State, TextState, numbers_of};
use super::{Interpreter, OPERATORS_BETWEEN_LOOKS, ReadTrouble};
use hayro_syntax::object::{Array, Dict, Name, Stream};
use std::sync::Arc;

impl<'p> Interpreter<'_, 'p> {
    pub(super) fn set_font(&mut self, operands: &[u8], scope: &mut Scope<'p>, text: &mut TextState) {
        for operand in Operands::new(operands) {
            match operand {
                Operand::Name(name) => {
                    let is_new;
                    (text.font, is_new) = scope.font(name, self.store);
                    self.until_look = self.until_look.saturating_sub(OPERATORS_BETWEEN_LOOKS / 16);
                    if is_new {
                        self.weigh_font(text, 2);
                    }
                    self.judge_font(text);
                }
                Operand::Number(size) => text.size = size,
                _ => {}
            }
        }
    }

    pub(super) fn graphics_state(&mut self, operands: &[u8], scope: &Scope<'_>, state: &mut State) {
        let Some(Operand::Name(name)) = Operands::new(operands).next() else { return };
        self.look_at_clock();
        let Some(dict) = scope.graphics_states.get::<Dict<'_>>(unescaped_name(name)) else { return };
        if let Some(ink) = self.ink.as_mut().filter(|_| dict.get::<Dict<'_>>("SMask").is_some()) {
            ink.mask();
            self.heed_ink();
        }
        if let Some(alpha) = dict.get::<f32>("ca") {
            state.colour.is_transparent = alpha < 0.99;
            state.colour.is_nothing = alpha < 0.01;
        }
        if let Some(mode) = dict.get::<Name<'_>>("BM") {
            state.colour.is_transparent |= !matches!(mode.as_ref(), b"Normal" | b"Compatible");
        }
        let text = &mut state.text;
        let Some(pair) = dict.get::<Array<'_>>("Font") else { return };
        let reference = pair.raw_iter().next().and_then(|first| first.as_obj_ref());
        let mut items = pair.flex_iter();
        let font = items.next::<Dict<'_>>();
        if let Some(size) = items.next::<f32>() {
            text.size = f64::from(size);
        }
        text.font = self.store.font(reference.map(Into::into), || font);
        self.weigh_font(text, 1);
        self.judge_font(text);
    }

    /// A font that is not kept for the whole file lives as long as a saved state holds it; it has `owners` of the page.
    fn weigh_font(&mut self, text: &TextState, owners: usize) {
        let Some(font) = text.font.as_ref().filter(|font| Arc::strong_count(font) <= owners) else { return };
        match self.font_bytes_left.checked_sub(font.weight()) {
            Some(left) => self.font_bytes_left = left,
            None => {
                self.operators_left = 0;
                self.trouble.get_or_insert(ReadTrouble::Stream);
            }
        }
    }

    fn judge_font(&mut self, text: &TextState) {
        if self.judge.is_some() && text.font.as_ref().is_some_and(|font| font.sprawls()) {
            self.trouble = Some(ReadTrouble::Stream);
        }
    }

    pub(super) fn form(&mut self, operands: &[u8], scope: &Scope<'p>, state: &State) {
        let Some(Operand::Name(name)) = Operands::new(operands).next() else { return };
        self.look_at_clock();
        let Some(form) = scope.forms.get::<Stream<'p>>(unescaped_name(name)) else { return };
        let dict = form.dict();
        let is_off = self.layers.is_some_and(|layers| layers.hide(dict, b"OC"));
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Form") => {}
            Some(b"Image") if is_off || self.hidden > 0 => return,
            Some(b"Image") => {
                self.images += 1;
                let side = |key: &str| dict.get::<f32>(key).unwrap_or(0.0);
                let is_opaque = !state.colour.is_transparent
                    && !state.colour.is_cut
                    && !dict.contains_key("SMask")
                    && !dict.contains_key("Mask")
                    && dict.get::<bool>("ImageMask") != Some(true);
                let pixels = Some((side("Width"), side("Height")));
                let (clip, text_before) = (state.colour.clip, self.words.text_length());
                self.scenery.add_picture(&Picture { ctm: &state.ctm, clip, pixels, is_opaque, text_before });
                if let Some(ink) = &mut self.ink {
                    ink.picture(&state.ctm);
                    self.heed_ink();
                }
                if let Some(judge) = &mut self.judge {
                    judge.image(form);
                    self.heed_judge();
                }
                return;
            }
            _ => return,
        }
        self.hidden += u32::from(is_off);
        self.run_form(&form, scope, state);
        self.hidden -= u32::from(is_off);
    }

    /// What an annotation looks like, on the map from its space to the page as seen.
    pub(crate) fn appearance(&mut self, form: &Stream<'p>, to_seen: Matrix) {
        self.run_form(form, &Scope::new(&Dict::empty()), &State::new(to_seen));
    }

    fn run_form(&mut self, form: &Stream<'p>, scope: &Scope<'p>, state: &State) {
        let dict = form.dict();
        let id = form.obj_id();
        if self.open_forms.len() >= self.limits.max_form_depth || self.open_forms.contains(&id) {
            self.trouble = Some(ReadTrouble::FormsTooDeep);
            return;
        }
        if self.operators_left == 0 || self.bytes_left == 0 {
            self.trouble = Some(ReadTrouble::TooManyOperators);
            return;
        }
        // An empty form costs something too: a DAG of forms must use up the allowance.
        self.operators_left = self.operators_left.saturating_sub(50);
        let Some(content) = self.decoded(form) else { return };
        let mut inner = state.clone();
        if let Some(matrix) = dict.get::<Array<'_>>("Matrix").and_then(|array| numbers_of::<6>(&array)) {
            inner.ctm = Matrix::from_array(matrix).then(&state.ctm);
        }
        if let Some(bounds) = dict.get::<Array<'_>>("BBox").and_then(|array| numbers_of::<4>(&array)) {
            inner.colour.clip = self.scenery.narrow_to_box(inner.colour.clip, bounds, &inner.ctm);
        }
        let mut own_scope = match dict.get::<Dict<'p>>("Resources") {
            Some(resources) => {
                if let Some(judge) = &mut self.judge {
                    judge.resources(&resources);
                    self.heed_judge();
                }
                Scope::new(&resources)
            }
            None => Scope {
                fonts: scope.fonts.clone(),
                forms: scope.forms.clone(),
                graphics_states: scope.graphics_states.clone(),
                properties: scope.properties.clone(),
                known_fonts: scope.known_fonts.clone(),
            },
        };
        self.open_forms.push(id);
        let marks = self.marks.depth();
        self.run(&content, &mut own_scope, &mut inner);
        self.end_marked_down_to(marks);
        self.open_forms.pop();
    }
}
