use serde::Deserialize;
use std::collections::BTreeMap;

/// What an amount grows with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Driver {
    /// Once a month, however many documents there are.
    Month,
    /// With every document.
    Document,
    /// With every page.
    Page,
    /// With every page that has text.
    TextPage,
    /// With every page that is a scan.
    ScannedPage,
    /// With every chunk, of a document's pages.
    Chunk,
    /// With every chunk of pages whose text is read.
    TextChunk,
    /// With every chunk of pages that are recognised from their pictures.
    PictureChunk,
    /// With every ten chunks begun of either kind: a request that sends messages takes ten.
    ChunkBatch,
    /// With every 256 chunks begun: a set of the ledger holds so many.
    ChunkShard,
    /// With every act.
    Act,
    /// With every 8 MiB of the file begun: it is hashed piece by piece.
    HashPiece,
    /// With every MiB of the file.
    SourceMb,
}

/// How much of something: a figure for each driver, drivers that are left out being 0. `null` is a figure that nobody has
/// measured.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Amount(pub(crate) BTreeMap<Driver, Option<f64>>);

/// How many of each driver one document has.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PerDocument(BTreeMap<Driver, f64>);

/// Figures that are needed and have not been measured, by their place in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Places in the file of measured work.
    pub(crate) measured: Vec<String>,
    /// Names in the price file.
    pub(crate) prices: Vec<String>,
}

impl PerDocument {
    /// Sets how many of `driver` a document has.
    pub(crate) fn set(&mut self, driver: Driver, count: f64) {
        self.0.insert(driver, count);
    }

    /// How many of `driver` a document has.
    pub(crate) fn of(&self, driver: Driver) -> f64 {
        self.0.get(&driver).copied().unwrap_or(0.0)
    }
}

impl Amount {
    /// How much one document makes; what comes once a month is left out. A figure that is null and matters is noted in
    /// `unknown` under `place`, and counts as 0.
    pub(crate) fn of_document(&self, counts: &PerDocument, place: &str, unknown: &mut Unknown) -> f64 {
        let mut sum = 0.0;
        for (&driver, &figure) in &self.0 {
            let count = counts.of(driver);
            if driver == Driver::Month || count == 0.0 {
                continue;
            }
            sum += count * known(figure, || format!("{place}.{}", name(driver)), unknown);
        }
        sum
    }

    /// How much a month of `documents` makes.
    pub(crate) fn of_month(&self, documents: f64, counts: &PerDocument, place: &str, unknown: &mut Unknown) -> f64 {
        let fixed = match self.0.get(&Driver::Month) {
            Some(&figure) => known(figure, || format!("{place}.month"), unknown),
            None => 0.0,
        };
        fixed + documents * self.of_document(counts, place, unknown)
    }
}

/// A figure, or 0 and a note that nobody has measured it.
pub(crate) fn known(figure: Option<f64>, place: impl Fn() -> String, unknown: &mut Unknown) -> f64 {
    figure.unwrap_or_else(|| {
        let place = place();
        if !unknown.measured.contains(&place) {
            unknown.measured.push(place);
        }
        0.0
    })
}

fn name(driver: Driver) -> &'static str {
    match driver {
        Driver::Month => "month",
        Driver::Document => "document",
        Driver::Page => "page",
        Driver::TextPage => "text_page",
        Driver::ScannedPage => "scanned_page",
        Driver::Chunk => "chunk",
        Driver::TextChunk => "text_chunk",
        Driver::PictureChunk => "picture_chunk",
        Driver::ChunkBatch => "chunk_batch",
        Driver::ChunkShard => "chunk_shard",
        Driver::Act => "act",
        Driver::HashPiece => "hash_piece",
        Driver::SourceMb => "source_mb",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        serde_json::from_str(text).unwrap()
    }

    fn counts(of: &[(Driver, f64)]) -> PerDocument {
        PerDocument(of.iter().copied().collect())
    }

    #[test]
    fn an_amount_is_the_sum_over_its_drivers() {
        let of = counts(&[(Driver::Document, 1.0), (Driver::Chunk, 5.0), (Driver::Act, 12.0)]);
        let mut unknown = Unknown::default();
        // 2 + 3 × 5, and 100 a month.
        let puts = amount(r#"{"month": 100, "document": 2, "chunk": 3}"#);
        assert_eq!(puts.of_document(&of, "puts", &mut unknown), 17.0);
        assert_eq!(puts.of_month(10.0, &of, "puts", &mut unknown), 270.0);
        assert_eq!(unknown, Unknown::default());
    }

    #[test]
    fn what_was_not_measured_is_named_once_and_only_when_it_matters() {
        let cpu = amount(r#"{"text_page": null, "scanned_page": null}"#);
        let mut unknown = Unknown::default();
        let of = counts(&[(Driver::TextPage, 80.0)]);
        assert_eq!(cpu.of_document(&of, "stages.indexer.cpu_ms", &mut unknown), 0.0);
        cpu.of_document(&of, "stages.indexer.cpu_ms", &mut unknown);
        assert_eq!(unknown.measured, ["stages.indexer.cpu_ms.text_page"]);
    }

    #[test]
    fn every_driver_is_called_as_it_stands_in_the_file() {
        for driver in ["month", "document", "page", "text_page", "scanned_page", "chunk", "chunk_batch", "chunk_shard"]
            .into_iter()
            .chain(["text_chunk", "picture_chunk", "act", "hash_piece", "source_mb"])
        {
            let parsed = amount(&format!(r#"{{"{driver}": 1}}"#));
            assert_eq!(name(*parsed.0.keys().next().unwrap()), driver);
        }
        assert!(serde_json::from_str::<Amount>(r#"{"sheet": 1}"#).is_err());
    }
}
