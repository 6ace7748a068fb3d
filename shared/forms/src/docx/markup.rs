use crate::block::FormKind;
use crate::plain::plain_text;
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// Width of the text of an act in twentieths of a point: A4 less 20 mm and 10 mm.
pub(super) const TEXT_WIDTH: i32 = 10205;

/// The body of a document while it is written.
#[derive(Default)]
pub(super) struct Writer {
    body: String,
    /// Content controls and bookmarks need numbers of their own.
    controls: u32,
    break_is_due: bool,
}

/// A paragraph while it is put together.
#[derive(Clone, Default)]
pub(super) struct Paragraph {
    alignment: Option<&'static str>,
    indent: i32,
    before: i32,
    keep_next: bool,
    /// Whether it may go on overleaf.
    divisible: bool,
    tabs: Vec<(&'static str, i32)>,
    /// In half points.
    size: u32,
    bold: bool,
    runs: Vec<Run>,
}

#[derive(Clone)]
enum Run {
    Text(String),
    Tab { ruled: bool },
    Value { id: String, label: String, text: String, blank: Option<String>, ruled: bool },
}

impl Paragraph {
    /// Of this size in half points.
    pub(super) fn sized(size: u32) -> Self {
        Self { size, ..Self::default() }
    }

    pub(super) fn body() -> Self {
        Self::sized(21)
    }

    pub(super) fn small() -> Self {
        Self::sized(13)
    }

    pub(super) fn centred(mut self) -> Self {
        self.alignment = Some("center");
        self
    }

    pub(super) fn right(mut self) -> Self {
        self.alignment = Some("right");
        self
    }

    pub(super) fn justified(mut self) -> Self {
        self.alignment = Some("both");
        self
    }

    pub(super) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(super) fn indented(mut self, twips: i32) -> Self {
        self.indent = twips;
        self
    }

    pub(super) fn before(mut self, twips: i32) -> Self {
        self.before = twips;
        self
    }

    pub(super) fn keep_next(mut self) -> Self {
        self.keep_next = true;
        self
    }

    /// It may go on overleaf.
    pub(super) fn divisible(mut self) -> Self {
        self.divisible = true;
        self
    }

    pub(super) fn tabs(mut self, tabs: &[(&'static str, i32)]) -> Self {
        self.tabs = tabs.to_vec();
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.runs.push(Run::Text(text.to_owned()));
        }
        self
    }

    pub(super) fn tab(mut self) -> Self {
        self.runs.push(Run::Tab { ruled: false });
        self
    }

    /// A tab with a line under it: fills the rest of a ruled line.
    pub(super) fn ruled_tab(mut self) -> Self {
        self.runs.push(Run::Tab { ruled: true });
        self
    }

    /// A date in its content control, ruled unless it is to be filled by hand and has its own lines.
    pub(super) fn dated(self, id: &str, label: &str, date: &str) -> Self {
        self.control(id, label, date, None, date != crate::BLANK_DATE)
    }

    /// A value in its content control on a ruled line; `blank` stands where it is empty.
    pub(super) fn ruled_value(self, id: &str, label: &str, text: &str, blank: Option<&str>) -> Self {
        self.control(id, label, text, blank, true)
    }

    fn control(mut self, id: &str, label: &str, text: &str, blank: Option<&str>, ruled: bool) -> Self {
        let (id, label, text) = (id.to_owned(), label.to_owned(), plain_text(text));
        self.runs.push(Run::Value { id, label, text, blank: blank.map(str::to_owned), ruled });
        self
    }
}

impl Writer {
    pub(super) fn page_break(&mut self) {
        self.break_is_due = true;
    }

    pub(super) fn paragraph(&mut self, paragraph: Paragraph) {
        let new_page = std::mem::take(&mut self.break_is_due);
        let text = self.in_markup(&paragraph, new_page);
        self.body.push_str(&text);
    }

    fn in_markup(&mut self, paragraph: &Paragraph, new_page: bool) -> String {
        let mut markup = String::from("<w:p><w:pPr>");
        // The order of the properties is that of the schema; Word refuses another.
        if paragraph.keep_next {
            markup.push_str("<w:keepNext/>");
        }
        if !paragraph.divisible {
            markup.push_str("<w:keepLines/>");
        }
        if new_page {
            markup.push_str("<w:pageBreakBefore/>");
        }
        if !paragraph.tabs.is_empty() {
            markup.push_str("<w:tabs>");
            for (kind, position) in &paragraph.tabs {
                push(&mut markup, format_args!("<w:tab w:val=\"{kind}\" w:pos=\"{position}\"/>"));
            }
            markup.push_str("</w:tabs>");
        }
        push(&mut markup, format_args!("<w:spacing w:before=\"{}\" w:after=\"0\"/>", paragraph.before));
        if paragraph.indent != 0 {
            push(&mut markup, format_args!("<w:ind w:left=\"{}\"/>", paragraph.indent));
        }
        if let Some(alignment) = paragraph.alignment {
            push(&mut markup, format_args!("<w:jc w:val=\"{alignment}\"/>"));
        }
        markup.push_str("</w:pPr>");
        for run in &paragraph.runs {
            let properties = |ruled: bool, italic: bool| run_properties(paragraph, ruled, italic);
            match run {
                Run::Text(text) => push_text(&mut markup, &properties(false, false), &plain_kept(text)),
                Run::Tab { ruled } => {
                    push(&mut markup, format_args!("<w:r>{}<w:tab/></w:r>", properties(*ruled, false)));
                }
                Run::Value { id, label, text, blank, ruled } => {
                    let blank = blank.as_deref().unwrap_or("\u{a0}");
                    let shown = if text.is_empty() { blank } else { text };
                    self.push_control(&mut markup, id, label, &properties(*ruled, *ruled), shown);
                }
            }
        }
        markup.push_str("</w:p>");
        markup
    }

    fn push_control(&mut self, markup: &mut String, id: &str, label: &str, properties: &str, text: &str) {
        self.controls += 1;
        let number = self.controls;
        let alias: String = plain_text(label).chars().take(60).collect();
        push(
            markup,
            format_args!(
                "<w:bookmarkStart w:id=\"{number}\" w:name=\"fld_{id}\"/><w:sdt><w:sdtPr><w:alias w:val=\"{}\"/><w:tag \
                 w:val=\"{id}\"/><w:id w:val=\"{number}\"/></w:sdtPr><w:sdtContent>",
                escape(if alias.is_empty() { id } else { alias.as_str() })
            ),
        );
        push_text(markup, properties, text);
        push(markup, format_args!("</w:sdtContent></w:sdt><w:bookmarkEnd w:id=\"{number}\"/>"));
    }

    /// A table; a row of one cell spans all columns.
    pub(super) fn table(&mut self, widths: &[i32], ruled: bool, head: &[Paragraph], rows: Vec<Vec<Paragraph>>) {
        let mut markup = String::from("<w:tbl><w:tblPr>");
        let all: i32 = widths.iter().sum();
        push(&mut markup, format_args!("<w:tblW w:w=\"{all}\" w:type=\"dxa\"/>"));
        if ruled {
            markup.push_str("<w:tblBorders>");
            for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
                push(
                    &mut markup,
                    format_args!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"),
                );
            }
            markup.push_str("</w:tblBorders>");
        }
        markup.push_str("<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
        for width in widths {
            push(&mut markup, format_args!("<w:gridCol w:w=\"{width}\"/>"));
        }
        markup.push_str("</w:tblGrid>");
        if !head.is_empty() {
            self.push_row(&mut markup, widths, head, true);
        }
        for row in &rows {
            self.push_row(&mut markup, widths, row, false);
        }
        markup.push_str("</w:tbl>");
        if std::mem::take(&mut self.break_is_due) {
            self.body.push_str("<w:p><w:pPr><w:pageBreakBefore/></w:pPr></w:p>");
        }
        self.body.push_str(&markup);
        // Two tables that touch would become one.
        self.body.push_str(
            "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"120\" w:lineRule=\"exact\"/></w:pPr></w:p>",
        );
    }

    fn push_row(&mut self, markup: &mut String, widths: &[i32], cells: &[Paragraph], head: bool) {
        markup.push_str("<w:tr><w:trPr><w:cantSplit/>");
        if head {
            markup.push_str("<w:tblHeader/>");
        }
        markup.push_str("</w:trPr>");
        let spans = cells.len() == 1 && widths.len() > 1;
        for (index, cell) in cells.iter().enumerate() {
            let width = if spans { widths.iter().sum() } else { widths.get(index).copied().unwrap_or_default() };
            push(markup, format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>"));
            if spans {
                push(markup, format_args!("<w:gridSpan w:val=\"{}\"/>", widths.len()));
            }
            markup.push_str("<w:vAlign w:val=\"center\"/></w:tcPr>");
            let text = self.in_markup(cell, false);
            markup.push_str(&text);
            markup.push_str("</w:tc>");
        }
        markup.push_str("</w:tr>");
    }

    /// `word/document.xml`.
    pub(super) fn finish(self, kind: FormKind) -> String {
        let (left, right) = if kind == FormKind::TitlePage { (1417, 850) } else { (1134, 567) };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document \
             xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}<w:sectPr><w:pgSz \
             w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"624\" w:right=\"{right}\" w:bottom=\"567\" w:left=\"{left}\" \
             w:header=\"340\" w:footer=\"340\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.body
        )
    }
}

fn run_properties(paragraph: &Paragraph, ruled: bool, italic: bool) -> String {
    let bold = if paragraph.bold { "<w:b/>" } else { "" };
    let italic = if italic { "<w:i/>" } else { "" };
    let underline = if ruled { "<w:u w:val=\"single\"/>" } else { "" };
    let size = paragraph.size;
    format!("<w:rPr>{bold}{italic}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>{underline}</w:rPr>")
}

/// Words of the form keep the spaces at their ends.
fn plain_kept(text: &str) -> String {
    if text.trim().is_empty() {
        return text.to_owned();
    }
    let trailing = if text.ends_with(' ') { " " } else { "" };
    format!("{}{trailing}", plain_text(text))
}

fn push_text(markup: &mut String, properties: &str, text: &str) {
    push(markup, format_args!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text)));
}

/// Writing into a `String` cannot fail.
fn push(markup: &mut String, text: std::fmt::Arguments<'_>) {
    if markup.write_fmt(text).is_err() {
        debug_assert!(false, "a string refused text");
    }
}
