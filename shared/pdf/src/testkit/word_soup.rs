use crate::{order, repair};
use domain::{Fault, Word};

/// What reading makes of a page of these words: they mended and in reading order, the text of the page, the faults that
/// were mended. The fuzz targets come in here, because no file of a few bytes has words worth ordering.
pub fn mend_and_arrange(mut words: Vec<Word>, width_pt: f32, height_pt: f32) -> (Vec<Word>, String, Vec<Fault>) {
    let faults = repair::mend(&mut words);
    let (words, text) = order::arrange(words, width_pt, height_pt);
    (words, text, faults)
}
