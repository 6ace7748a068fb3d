use domain::{Act, ActDocument, ActDocumentKind, PrintedForm};

/// The items of an act as its form numbers them, for what is said of them.
pub(super) struct Items {
    pub(super) materials: &'static str,
    pub(super) proofs: &'static str,
    pub(super) documents: &'static str,
    pub(super) dates: &'static str,
    pub(super) norms: &'static str,
    pub(super) allowed: &'static str,
}

impl Items {
    pub(super) fn of(act: &Act) -> Self {
        match act.form {
            PrintedForm::HiddenWorks => Self {
                materials: "п. 3",
                proofs: "п. 4",
                documents: "п. 3, п. 4",
                dates: "п. 5",
                norms: "п. 6",
                allowed: "п. 7",
            },
            PrintedForm::Structures => Self {
                materials: "п. 4",
                proofs: "п. 5",
                documents: "п. 4, п. 5",
                dates: "п. 7",
                norms: "п. 8",
                allowed: "п. 9",
            },
        }
    }

    /// The name that acts of all forms have in common for a field of this act: items as an act of hidden works numbers them.
    pub(super) fn in_common<'f>(act: &Act, field: &'f str) -> &'f str {
        if act.form == PrintedForm::HiddenWorks {
            return field;
        }
        let (own, hidden) = (Self::of(act), Self::of(&Act::default()));
        let pairs = [
            (own.materials, hidden.materials),
            (own.proofs, hidden.proofs),
            (own.documents, hidden.documents),
            (own.dates, hidden.dates),
            (own.norms, hidden.norms),
            (own.allowed, hidden.allowed),
        ];
        pairs.into_iter().find(|(own, _)| *own == field).map_or(field, |(_, hidden)| hidden)
    }

    pub(super) fn document(&self, document: &ActDocument) -> &'static str {
        match document.kind {
            ActDocumentKind::Quality => self.materials,
            ActDocumentKind::Scheme | ActDocumentKind::Proof => self.proofs,
        }
    }
}
