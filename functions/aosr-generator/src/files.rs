use crate::act_file_name;
use domain::Act;
use forms::{FormsError, WrittenPdf, act_form, act_xml, form_docx, form_pdf, form_xlsx, forms_xlsx, sheet_names};
use std::collections::BTreeSet;

/// An act in all its kinds of file.
pub(crate) struct ActFiles {
    /// Pages of the print.
    pub(crate) pages: u32,
    /// Extension and bytes.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
}

impl ActFiles {
    pub(crate) fn of(act: &Act) -> Result<Self, FormsError> {
        let form = act_form(act);
        let WrittenPdf { bytes, pages, .. } = form_pdf(&form)?;
        let files =
            vec![("pdf", bytes), ("docx", form_docx(&form)?), ("xlsx", form_xlsx(&form)?), ("xml", act_xml(act)?)];
        Ok(Self { pages, files })
    }
}

/// All acts in one workbook, a sheet each.
///
/// # Errors
/// When the workbook cannot be written.
pub fn acts_workbook(acts: &[Act]) -> Result<Vec<u8>, FormsError> {
    let forms: Vec<_> = acts.iter().map(|act| (wanted_sheet(act), act_form(act))).collect();
    forms_xlsx(&forms)
}

/// The names of the sheets of [`acts_workbook`], in the order of the acts.
pub fn acts_sheets(acts: &[Act]) -> Vec<String> {
    let wanted: Vec<String> = acts.iter().map(wanted_sheet).collect();
    sheet_names(wanted.iter().map(String::as_str))
}

fn wanted_sheet(act: &Act) -> String {
    format!("№ {}", act.number)
}

/// A file name for each act; acts of one number get names of their own.
pub(crate) fn distinct_names<'n>(numbers: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for number in numbers {
        let name = act_file_name(number);
        let stem = name.strip_suffix(".pdf").unwrap_or(&name);
        let mut distinct = name.clone();
        let mut repeat = 2;
        // File systems of Windows take «а» and «А» for one.
        while !taken.insert(distinct.to_lowercase()) {
            distinct = format!("{stem} ({repeat}).pdf");
            repeat += 1;
        }
        names.push(distinct);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_of_one_number_do_not_overwrite_each_other() {
        let names = distinct_names(["1/А", "1:а", "2"].into_iter());
        assert_eq!(names, ["1_А.pdf", "1_а (2).pdf", "2.pdf"]);
    }
}
