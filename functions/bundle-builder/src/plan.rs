use domain::{Act, ActFile, BundleEntry, BundleSection};

/// The plan of a bundle: its register and how many sheets of paper it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePlan {
    /// The general register.
    pub sections: Vec<BundleSection>,
    /// Sheets in all, title page and register not counted.
    pub sheets: u32,
}

/// Name of the section of acts.
pub const ACTS_SECTION: &str = "Акты освидетельствования скрытых работ";

/// Plans the sheets: acts are printed on both sides, so an act of two pages is one sheet; numbering starts with the
/// first document after the register, which does not count itself.
pub fn plan_bundle<'a>(acts: impl Iterator<Item = (&'a Act, &'a ActFile)>) -> BundlePlan {
    let mut sheets = 0;
    let entries = acts.map(|(act, file)| {
        let first_sheet = sheets + 1;
        let own_sheets = file.pages.div_ceil(2).max(1);
        sheets += own_sheets;
        BundleEntry {
            name: "Акт освидетельствования скрытых работ".to_owned(),
            content: act.works.clone(),
            number: act.number.clone(),
            date: act.date.map(|date| format!("{:02}.{:02}.{}", date.day, date.month, date.year)).unwrap_or_default(),
            pages: file.pages,
            sheets: own_sheets,
            first_sheet,
        }
    });
    let entries = entries.collect();
    BundlePlan { sections: vec![BundleSection { name: ACTS_SECTION.to_owned(), entries }], sheets }
}

/// Name of the bundle and of its files: «ИД 000-00-КЖ1», or the name of the set's file when the cipher is unknown.
/// Characters that file systems refuse become `_`.
pub fn bundle_name(cipher: Option<&str>, file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let refused = |character: char| character.is_control() || r#"<>:"/\|?*"#.contains(character);
    let cleaned: String = cipher
        .unwrap_or(stem)
        .chars()
        .map(|character| if refused(character) { '_' } else { character })
        .take(80)
        .collect();
    format!("ИД {}", cleaned.trim().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(pages: &[u32]) -> BundlePlan {
        let files: Vec<_> = pages
            .iter()
            .map(|&pages| ActFile { number: String::new(), file: String::new(), pages, formats: Vec::new() })
            .collect();
        let act = Act::default();
        plan_bundle(files.iter().map(|file| (&act, file)))
    }

    #[test]
    fn an_act_of_two_pages_is_one_sheet() {
        let plan = plan(&[2, 3, 1, 4, 2]);
        let rows: Vec<_> = plan.sections[0].entries.iter().map(|entry| (entry.sheets, entry.first_sheet)).collect();
        assert_eq!(rows, [(1, 1), (2, 2), (1, 4), (2, 5), (1, 7)]);
        assert_eq!(plan.sheets, 7);
    }

    #[test]
    fn names_are_borne_by_every_file_system() {
        assert_eq!(bundle_name(Some("000-00/1-КЖ1.2"), "x.pdf"), "ИД 000-00_1-КЖ1.2");
        assert_eq!(bundle_name(None, "Том 1.pdf"), "ИД Том 1");
        assert_eq!(bundle_name(Some("../.."), ""), "ИД .._");
    }
}
