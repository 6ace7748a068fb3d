use crate::block::{Form, FormKind};
use crate::legible::make_legible;
use crate::press::{Press, on_own_thread, typst_faults};
use crate::{FormsError, WrittenPdf};
use domain::ActDate;
use std::collections::BTreeMap;
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
    let press = press_of(form.kind)?;
    let mut data = serde_json::to_value(form)?;
    let notes = make_legible(&mut data, &mut press.glyphs());
    let data = serde_json::to_string(&data)?;
    // What the typesetter remembers of one act is of no use to the next, and grows by more than a megabyte an act. It goes
    // before the next one: a process of one act ends without clearing up.
    typst::comemo::evict(0);
    let work = || on_own_thread(|| typeset(&press.press, data, form.date));
    let finished = catch_unwind(AssertUnwindSafe(work));
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

/// Two presses, so that a process that prints an act reads nothing of registers.
static ACTS: LazyLock<Result<FormPress, String>> =
    LazyLock::new(|| FormPress::new(concat!(include_str!("../assets/common.typ"), include_str!("../assets/act.typ"))));
static SHEETS: LazyLock<Result<FormPress, String>> = LazyLock::new(|| {
    FormPress::new(concat!(include_str!("../assets/common.typ"), include_str!("../assets/sheets.typ")))
});

fn press_of(kind: FormKind) -> Result<&'static FormPress, FormsError> {
    let press = match kind {
        FormKind::Act => &*ACTS,
        FormKind::Register | FormKind::TitlePage => &*SHEETS,
    };
    press.as_ref().map_err(|fault| FormsError::Setup(fault.clone()))
}

/// A template with the library and the typefaces.
struct FormPress {
    press: Press,
}

impl FormPress {
    fn new(template: &str) -> Result<Self, String> {
        let faces = [fonts::SERIF, fonts::SERIF_BOLD, fonts::SERIF_ITALIC, fonts::SYMBOLS];
        Ok(Self { press: Press::new("/form.typ", template, &faces)? })
    }

    /// Tells of signs whether they are printed without a box in their place. Each is looked up once: a form has a hundred
    /// different ones and thousands of letters.
    fn glyphs(&self) -> impl FnMut(char) -> bool {
        let mut known: BTreeMap<char, bool> = BTreeMap::new();
        // Almost all signs are of the first pages of Unicode.
        let mut asked = [None; 0x500];
        move |sign| match usize::try_from(u32::from(sign)).ok().and_then(|place| asked.get_mut(place)) {
            Some(answer) => *answer.get_or_insert_with(|| self.has_glyph(sign)),
            None => *known.entry(sign).or_insert_with(|| self.has_glyph(sign)),
        }
    }

    /// Whether the upright, the bold and the italic face have the sign, or the face of signs, which is the last.
    fn has_glyph(&self, sign: char) -> bool {
        if matches!(sign, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..) {
            return false; // private use: each typeface draws something else
        }
        let has = |font: &Font| font.info().coverage.contains(u32::from(sign));
        let Some((signs, faces)) = self.press.fonts().split_last() else { return false };
        (!faces.is_empty() && faces.iter().all(has)) || has(signs)
    }
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
        let press = press_of(FormKind::Act).unwrap();
        let mut data = serde_json::to_value(act_form(act)).unwrap();
        make_legible(&mut data, &mut press.glyphs());
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
        let press = press_of(FormKind::Act).unwrap();
        let fault =
            typeset(&press.press, "{\"kind\":\"act\",\"title\":\"\",\"blocks\":[{\"block\":\"?\"}]}".to_owned(), None);
        assert!(matches!(fault, Err(FormsError::Layout(message)) if message.contains("an act has no ?")));
    }
}
