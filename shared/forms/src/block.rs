use domain::ActDate;
use serde::{Deserialize, Serialize};

/// Which sheet the blocks are laid out on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// An act: fields in small print, meant for both sides of one sheet.
    Act,
    /// The title page of a bundle (титульный лист).
    TitlePage,
    /// A register (реестр): a table whose head is repeated on each page.
    Register,
}

/// A form with its values: what every output is written from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Which sheet.
    pub kind: FormKind,
    /// Title in the properties of the file; not printed.
    pub title: String,
    /// Date of the document; `None` for one not dated yet.
    pub date: Option<ActDate>,
    /// What is printed, in order.
    pub blocks: Vec<Block>,
}

/// A part of a form. Every empty value is printed as a blank line to be filled by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// Small lines at the top right: which order the form comes from.
    Origin {
        /// The lines.
        lines: Vec<String>,
    },
    /// The name of the document, centred; the first line is the largest.
    Title {
        /// The lines.
        lines: Vec<String>,
    },
    /// «№ … «07» октября 2025 г.» with its caption.
    NumberDate {
        /// Number without «№».
        number: String,
        /// Date in print, or [`crate::BLANK_DATE`].
        date: String,
        /// Caption under the date.
        caption: String,
    },
    /// A label, a value on ruled lines and the caption under them.
    Field {
        /// Stable name of the field, such as `works`.
        id: String,
        /// Label in the wording of the order; may be empty.
        label: String,
        /// Whether the label is a heading of its own in bold print.
        heading: bool,
        /// The ruled lines, each with its caption under it; at least one.
        rows: Vec<FieldRow>,
        /// Text that follows the last ruled line: a comma, or the end of the sentence.
        after: String,
        /// Whether the value starts on the line of the label.
        run_in: bool,
    },
    /// A sentence of the form.
    Text {
        /// The sentence.
        text: String,
    },
    /// A label and dated lines after it.
    Dates {
        /// Label, such as «5. Даты:».
        label: String,
        /// The lines.
        lines: Vec<DateLine>,
    },
    /// The place for one signature; never divided between pages.
    Signature {
        /// Stable name, such as `sign_builder`.
        id: String,
        /// Who signs, in the wording of the order.
        label: String,
        /// Surname and initials.
        name: String,
        /// Whether nobody signs here: the name is a phrase that says so.
        absent: bool,
        /// Captions under the name and under the signature.
        captions: Vec<String>,
    },
    /// A QR code that leads to the page of the act; only print has it.
    Qr {
        /// Where it leads: visible ASCII signs.
        url: String,
        /// Modules of a side, without the quiet zone.
        side: usize,
        /// Dark modules, each run in a row as its column, row and length.
        runs: Vec<[usize; 3]>,
    },
    /// What follows begins on a new page.
    PageBreak,
    /// Label and value in two columns: the head of a register or of a title page.
    Facts {
        /// The rows.
        rows: Vec<Fact>,
    },
    /// A ruled table with a repeated head.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// Its parts, each under a heading across all columns.
        sections: Vec<TableSection>,
    },
}

/// A value on ruled lines and the caption under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRow {
    /// The value; empty is a blank line.
    pub value: String,
    /// The caption; empty for none.
    pub caption: String,
}

/// A date with what it dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateLine {
    /// Stable name, such as `started`.
    pub id: String,
    /// Label, such as «начала работ».
    pub label: String,
    /// Date in print, or [`crate::BLANK_DATE`].
    pub date: String,
}

/// Label and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Label, such as «Шифр:».
    pub label: String,
    /// Value; empty is printed as a blank line.
    pub value: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Width in millimetres; `None` shares what is left.
    pub width_mm: Option<u16>,
    /// Whether its cells are centred.
    pub centred: bool,
}

/// A part of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSection {
    /// Heading across all columns; empty for none.
    pub name: String,
    /// Rows, each with as many cells as there are columns.
    pub cells: Vec<Vec<String>>,
    /// Page of the bundle that the last cell of each row leads to, from 1; 0 or none leads nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<u32>,
}
