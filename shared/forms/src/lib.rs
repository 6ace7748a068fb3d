//! Official forms of as-built documentation, printed: one model of an act, a title page or a register becomes a PDF
//! (PDF/A-2b, tagged, the same bytes for the same facts).
//!
//! A form is a list of [`Block`]s: labels and captions in the wording of the order, bound to values. The model knows
//! nothing of pages; the Typst templates in `assets` read it as data, never as markup, and other outputs
//! (a text document, a table, XML) can be written from the same blocks.
//!
//! What is not known stays a visible blank line: no printer here makes anything up.

mod act_form;
mod act_register;
mod annex;
mod block;
mod cell_reference;
mod date;
mod docx;
mod field_rows;
mod legible;
mod measure;
mod minstroy;
mod order_344;
mod packing;
mod party;
mod plain;
mod press;
mod qr;
mod rd_11_02;
mod register;
mod request_letter;
mod returned;
mod structures;
mod template;
mod title_page;
mod typesetting;
mod xlsx;

pub use act_form::{MOST_DOCUMENTS_NAMED, act_form, act_pdf, act_title};
pub use act_register::{ActRegister, act_register_form, act_register_pdf};
pub use annex::{REGISTER_OF_ACTS, annexed_registers, appendix_of_acts, document_line, reference_line};
pub use block::{Block, Column, DateLine, Fact, FieldRow, Form, FormKind, TableSection};
pub use date::{BLANK_DATE, print_date, read_date};
pub use docx::form_docx;
pub use legible::PrintNote;
pub use minstroy::act_xml;
pub use party::{organisation_line, representative_line};
pub use plain::plain_text;
pub use press::{Press, typst_faults};
pub use register::{Register, register_form, register_pdf};
pub use request_letter::{RequestLetter, WantedDocument, request_letter_form};
pub use returned::{ReturnedError, ReturnedSheet, ReturnedValue, returned_sheets};
pub use template::{
    TemplateError, TemplateProblem, TemplateReport, check_template, field_names, field_values, fill_template,
    template_kind,
};
pub use title_page::{TitlePage, title_page_form, title_page_pdf};
pub use typesetting::form_pdf;
pub use xlsx::{form_xlsx, forms_xlsx, sheet_names};

/// A finished PDF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenPdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of its pages.
    pub pages: u32,
    /// What could not be printed as it was given, in the order of the form; empty for ordinary text.
    pub notes: Vec<PrintNote>,
}

/// Why a form could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum FormsError {
    /// The model could not be handed to the template.
    #[error("hand the form to its template")]
    Data(#[from] serde_json::Error),
    /// The shipped typefaces or the virtual paths of the template are unusable: a fault of the build.
    #[error("prepare the typesetter: {0}")]
    Setup(String),
    /// The template refused the data.
    #[error("lay out the form: {0}")]
    Layout(String),
    /// The PDF would not conform to PDF/A-2b.
    #[error("write the form as PDF/A: {0}")]
    Export(String),
    /// The archive of a text document could not be written.
    #[error("pack the document: {0}")]
    Package(String),
    /// The workbook could not be written.
    #[error("write the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The XML could not be written.
    #[error("write the XML")]
    Xml(#[from] std::io::Error),
    /// The typesetter panicked. Its message is not kept: it may quote the form, and errors are logged.
    #[error("typeset the form: it panicked")]
    Panicked,
}
