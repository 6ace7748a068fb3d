use crate::block::Form;
use crate::legible::make_legible;
use crate::press::{Press, typst_faults};
use crate::{FormsError, WrittenPdf};
use domain::ActDate;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use typst::foundations::{Datetime, Smart};
use typst::text::Font;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Date in the properties of an undated document: when приказ 344/пр came into force. The clock would make the same
/// act give other bytes.
const UNDATED: ActDate = ActDate { year: 2023, month: 9, day: 1 };

/// Prints any form as PDF/A-2b. Values are data to the template, never markup; signs that cannot be printed are
/// replaced and told in [`WrittenPdf::notes`]. The same form gives the same bytes.
///
/// # Errors
/// When the template or the exporter refuses the form, or panics.
pub fn form_pdf(form: &Form) -> Result<WrittenPdf, FormsError> {
    let press = PRESS.as_ref().map_err(|fault| FormsError::Setup(fault.clone()))?;
    let mut data = serde_json::to_value(form)?;
    let notes = make_legible(&mut data, &|sign| press.has_glyph(sign));
    let data = serde_json::to_string(&data)?;
    // What the typesetter remembers of one act is of no use to the next, and grows by more than a megabyte an act. It goes
    // before the next one: a process of one act ends without clearing up.
    typst::comemo::evict(0);
    let finished = catch_unwind(AssertUnwindSafe(|| typeset(&press.press, data, form.date)));
    let (bytes, pages) = finished.map_err(|_panic| FormsError::Panicked)??;
    Ok(WrittenPdf { bytes, pages, notes })
}

fn typeset(press: &Press, data: String, date: Option<ActDate>) -> Result<(Vec<u8>, u32), FormsError> {
    let document = press.lay_out(data.clone()).map_err(FormsError::Layout)?;
    let standards =
        PdfStandards::new(&[PdfStandard::A_2b]).map_err(|fault| FormsError::Setup(fault.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(data),
        creator: Smart::Custom(Some("ПТО".to_owned())),
        timestamp: date.and_then(midnight).or_else(|| midnight(UNDATED)).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options).map_err(|faults| FormsError::Export(typst_faults(&faults)))?;
    let pages = u32::try_from(document.pages().len())
        .map_err(|_| FormsError::Layout("more pages than can be counted".to_owned()))?;
    Ok((bytes, pages))
}

fn midnight(date: ActDate) -> Option<Datetime> {
    Datetime::from_ymd_hms(i32::from(date.year), date.month, date.day, 0, 0, 0)
}

static PRESS: LazyLock<Result<FormPress, String>> = LazyLock::new(FormPress::new);

/// What all forms share: the template, the library and the typefaces.
struct FormPress {
    press: Press,
    /// A bit for every sign, by its number, that is printed without a box in its place.
    printable: Vec<u64>,
}

impl FormPress {
    fn new() -> Result<Self, String> {
        let faces = [fonts::SERIF, fonts::SERIF_BOLD, fonts::SERIF_ITALIC, fonts::SERIF_BOLD_ITALIC, fonts::SYMBOLS];
        let press = Press::new("/form.typ", include_str!("../assets/form.typ"), &faces)?;
        Ok(Self { printable: printable(press.fonts()), press })
    }

    fn has_glyph(&self, sign: char) -> bool {
        if matches!(sign, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..) {
            return false; // private use: each typeface draws something else
        }
        has_bit(&self.printable, u32::from(sign))
    }
}

/// The signs that every upright, bold or italic face has, and those of the face of signs, which is the last.
fn printable(fonts: &[Font]) -> Vec<u64> {
    let covered = |font: &Font| {
        let mut bits: Vec<u64> = Vec::new();
        for sign in font.info().coverage.iter() {
            let (word, bit) = place(sign);
            if bits.len() <= word {
                bits.resize(word + 1, 0);
            }
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        bits
    };
    let Some((signs, faces)) = fonts.split_last() else { return Vec::new() };
    let in_all = faces.iter().map(covered).reduce(|one, other| one.iter().zip(&other).map(|(a, b)| a & b).collect());
    let (in_all, signs) = (in_all.unwrap_or_default(), covered(signs));
    let at = |bits: &[u64], word: usize| bits.get(word).copied().unwrap_or_default();
    (0..in_all.len().max(signs.len())).map(|word| at(&in_all, word) | at(&signs, word)).collect()
}

fn has_bit(bits: &[u64], sign: u32) -> bool {
    let (word, bit) = place(sign);
    bits.get(word).is_some_and(|word| word & bit != 0)
}

fn place(sign: u32) -> (usize, u64) {
    (usize::try_from(sign / 64).unwrap_or(usize::MAX), 1 << (sign % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act_form;
    use domain::Act;
    use typst::layout::{Frame, FrameItem};

    /// The text of a frame as it is set, in drawing order, with the family that sets it.
    fn set_text(frame: &Frame, text: &mut String, families: &mut Vec<String>) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => set_text(&group.frame, text, families),
                FrameItem::Text(run) => {
                    assert!(run.glyphs.iter().all(|glyph| glyph.id != 0), "a glyph is missing in «{}»", run.text);
                    text.push_str(&run.text);
                    families.push(run.font.font().info().family.clone());
                }
                _ => {}
            }
        }
    }

    fn printed(act: &Act) -> (String, Vec<String>) {
        let press = PRESS.as_ref().unwrap();
        let mut data = serde_json::to_value(act_form(act)).unwrap();
        make_legible(&mut data, &|sign| press.has_glyph(sign));
        let document = press.press.lay_out(data.to_string()).unwrap();
        let (mut text, mut families) = (String::new(), Vec::new());
        document.pages().iter().for_each(|page| set_text(&page.frame, &mut text, &mut families));
        (text, families)
    }

    fn letters(text: &str) -> String {
        text.chars().filter(|sign| !sign.is_whitespace() && !"_«»\"".contains(*sign)).collect()
    }

    #[test]
    fn the_printed_sheet_carries_every_letter_of_the_order() {
        let (text, families) = printed(&Act::default());
        assert_eq!(letters(&text), letters(include_str!("../tests/official/aosr_344pr.txt")));
        assert!(families.iter().all(|family| family == "Liberation Serif"), "{families:?}");
    }

    #[test]
    fn signs_that_the_serif_lacks_come_from_the_face_of_signs() {
        let act = Act { works: "⌀16 ☑ B25".to_owned(), ..Act::default() };
        let (text, families) = printed(&act);
        assert!(letters(&text).contains("⌀16☑B25"));
        assert!(families.iter().any(|family| family == "DejaVu Sans"));
    }

    #[test]
    fn code_in_a_value_is_printed_and_not_run() {
        let code = "#panic(\"x\") #read(\"/data.json\") *b* $x$ <l> @r // \\";
        let (text, _) = printed(&Act { works: code.to_owned(), ..Act::default() });
        assert!(letters(&text).contains(&letters(code)), "{text}");
    }

    #[test]
    fn data_the_template_cannot_use_is_a_message() {
        let press = PRESS.as_ref().unwrap();
        let fault =
            typeset(&press.press, "{\"kind\":\"act\",\"title\":\"\",\"blocks\":[{\"block\":\"?\"}]}".to_owned(), None);
        assert!(matches!(fault, Err(FormsError::Layout(message)) if message.contains("an act has no ?")));
    }
}
