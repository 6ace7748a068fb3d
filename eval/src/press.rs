//! The typesetter (Typst) that prints a set, and what its title blocks say of themselves.

use crate::EvalError;
use forms::{Press, typst_faults};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::LazyLock;
use typst::foundations::{Label, Selector, Smart};
use typst::introspection::{Introspector, MetadataElem};
use typst::utils::PicoStr;
use typst_pdf::PdfOptions;

/// A printed set.
pub(crate) struct Printed {
    pub(crate) pdf: Vec<u8>,
    /// What every title block says of itself, in the order of pages.
    pub(crate) blocks: Vec<Value>,
}

/// Prints the set that `data` describes (`assets/set.typ`). The same data give the same bytes.
///
/// # Errors
/// When the typesetter refuses it.
pub(crate) fn print(data: &Value) -> Result<Printed, EvalError> {
    let press = PRESS.as_ref().map_err(|told| EvalError::Press(told.clone()))?;
    let data = data.to_string();
    let document = press.lay_out(data.clone()).map_err(EvalError::Press)?;
    let label = Label::new(PicoStr::intern("block")).ok_or_else(|| EvalError::Press("an empty label".to_owned()))?;
    let mut blocks = Vec::new();
    for found in document.introspector().query(&Selector::Label(label)) {
        if let Some(metadata) = found.to_packed::<MetadataElem>() {
            let value = serde_json::to_value(&metadata.value)
                .map_err(|source| EvalError::Json { path: PathBuf::from("set.typ"), source })?;
            blocks.push(value);
        }
    }
    let options = PdfOptions { ident: Smart::Custom(data), ..PdfOptions::default() };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| EvalError::Press(typst_faults(&faults)))?;
    typst::comemo::evict(0);
    Ok(Printed { pdf, blocks })
}

static PRESS: LazyLock<Result<Press, String>> = LazyLock::new(|| {
    let faces = [fonts::SERIF, fonts::SERIF_BOLD, fonts::SERIF_ITALIC, fonts::SANS, fonts::SYMBOLS];
    Press::new("/set.typ", include_str!("../assets/set.typ"), &faces)
});
