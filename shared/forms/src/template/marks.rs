use std::collections::BTreeMap;

/// What begins every name that is ours, so that no cell or bookmark of the customer's own is written over, and a slip of the
/// pen is found.
const PREFIX: &str = "pto_";

/// What the name of a cell or of a bookmark means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A field.
    Field(&'static str),
    /// It has our prefix and is no field.
    Unknown(String),
    /// The customer's own: none of our business.
    Foreign,
}

/// Reads the names of cells and bookmarks: `pto_` and a field, with `_` for `.`, which bookmarks do not bear, in any case of
/// letters.
pub(super) struct Marks {
    fields: BTreeMap<String, &'static str>,
}

impl Marks {
    pub(super) fn new(fields: &[&'static str]) -> Self {
        Self { fields: fields.iter().map(|field| (as_mark(field), *field)).collect() }
    }

    pub(super) fn of(&self, name: &str) -> Mark {
        let mark = as_mark(name);
        let Some(bare) = mark.strip_prefix(PREFIX) else { return Mark::Foreign };
        match self.fields.get(bare) {
            Some(field) => Mark::Field(field),
            None => Mark::Unknown(self.told(name, bare)),
        }
    }

    fn told(&self, name: &str, bare: &str) -> String {
        let begin = bare.split('_').next().unwrap_or(bare);
        let close = self.fields.keys().filter(|known| !begin.is_empty() && known.starts_with(begin)).take(6);
        let close: Vec<String> = close.map(|known| format!("{PREFIX}{known}")).collect();
        if close.is_empty() {
            format!("имя «{name}» не названо по полю. Все поля: pto acts fields (точки в именах заменяются на «_»).")
        } else {
            format!("имя «{name}» не названо по полю. Похожие: {}.", close.join(", "))
        }
    }
}

fn as_mark(name: &str) -> String {
    name.replace('.', "_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field_names;

    #[test]
    fn no_two_fields_have_one_mark() {
        let fields = field_names();
        assert_eq!(Marks::new(&fields).fields.len(), fields.len());
        // Word cuts longer names.
        assert!(fields.iter().all(|field| PREFIX.len() + field.len() <= 50), "{fields:?}");
    }

    #[test]
    fn marks_are_fields_slips_or_foreign() {
        let marks = Marks::new(&field_names());
        assert_eq!(marks.of("pto_works"), Mark::Field("works"));
        assert_eq!(marks.of("PTO_Date_Day"), Mark::Field("date.day"));
        assert_eq!(marks.of("pto_date.day"), Mark::Field("date.day"));
        assert_eq!(marks.of("works"), Mark::Foreign);
        assert_eq!(marks.of("_xlnm.Print_Area"), Mark::Foreign);
        assert_eq!(marks.of("fld_works"), Mark::Foreign);
        let Mark::Unknown(told) = marks.of("pto_representative_builder_nam") else { panic!("it is ours") };
        assert!(told.contains("pto_representative_builder"), "{told}");
    }
}
