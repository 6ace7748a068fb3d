use crate::block::{Block, Form, FormKind};
use crate::{FormsError, WrittenPdf, annex, form_pdf, order_344, qr, rd_11_02, structures};
use domain::{Act, PrintedForm, Wording};

/// Most documents that an item of an act names itself; more stand in a register that is part of the act (приказ 344/пр,
/// приложение № 3, item 3).
pub const MOST_DOCUMENTS_NAMED: usize = 5;

/// An act as a form: of hidden works in the wording of приказ 344/пр or of РД-11-02-2006, or of critical structures in
/// that of приказ 344/пр, with the registers that are part of it. Lists are joined with «; »; whatever the act leaves
/// empty is an empty value.
pub fn act_form(act: &Act) -> Form {
    let mut blocks = match (act.form, act.wording) {
        (PrintedForm::HiddenWorks, Wording::Order344) => order_344::hidden_works(act),
        (PrintedForm::HiddenWorks, Wording::Rd11022006) => rd_11_02::hidden_works(act),
        (PrintedForm::Structures, _) => structures::critical_structures(act),
    };
    let signatures: Vec<Block> =
        blocks.iter().filter(|block| matches!(block, Block::Signature { .. })).cloned().collect();
    blocks.extend(annex::annexes(act, &signatures));
    if let Some(code) = qr::qr_block(&act.page_url) {
        blocks.insert(0, code);
    }
    let name = act_title(act.form);
    let title = match act.number.trim() {
        "" => name.to_owned(),
        number => format!("{name} № {number}"),
    };
    Form { kind: FormKind::Act, title, date: act.date, blocks }
}

/// The full name of a form, as registers print it.
pub fn act_title(form: PrintedForm) -> &'static str {
    match form {
        PrintedForm::HiddenWorks => "Акт освидетельствования скрытых работ",
        PrintedForm::Structures => "Акт освидетельствования ответственных конструкций",
    }
}

/// Prints an act: A4, two pages with usual content and more when its text is long.
///
/// # Errors
/// When the typesetter refuses the form or fails; the content of an act alone is never a reason.
pub fn act_pdf(act: &Act) -> Result<WrittenPdf, FormsError> {
    form_pdf(&act_form(act))
}
