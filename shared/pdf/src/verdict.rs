use domain::{Page, Rect};

/// What the text layer of a page is worth, and so what is left for recognition (распознавание) to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The words are those that are seen, or there is nothing to read on the page.
    Trust,
    /// The page is to be recognised as a whole: it has no text layer, or none that can be believed. Words that it has all
    /// the same stay in [`Page::words`] as a hint only, each with a `confidence` below 1; recognised ones replace them all.
    Recognize,
    /// The words are to be believed but in these regions: there they are wrong, or there are none where something that
    /// looks like lettering is seen. Never empty; in points of the page as seen, within the page, regions do not
    /// overlap much. Words whose middle lies in a region are replaced by the recognised ones.
    RecognizeRegions(Vec<Rect>),
}

impl Verdict {
    /// The verdict with more regions to be recognised.
    pub(crate) fn with_regions(self, mut more: Vec<Rect>) -> Self {
        match self {
            _ if more.is_empty() => self,
            Self::Trust => Self::RecognizeRegions(more),
            Self::Recognize => self,
            Self::RecognizeRegions(mut regions) => {
                regions.append(&mut more);
                Self::RecognizeRegions(regions)
            }
        }
    }
}

/// A page with the verdict on its text layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The page as its text layer gives it, repaired as far as it can be.
    pub page: Page,
    /// What is left to be recognised.
    pub verdict: Verdict,
}
