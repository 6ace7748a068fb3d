use serde::{Deserialize, Serialize};
use std::fmt;

/// The stages of the way of a document. A host has one queue for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    /// Is it a PDF, how big, seen before?
    UploadHandler,
    /// Probes every page and plans the chunks.
    PdfSplitter,
    /// Reads the text layer of the pages of one chunk.
    PageExtractor,
    /// Reads the pages of one chunk from their pictures where the text layer cannot be trusted.
    PageRecognizer,
    /// Makes the text searchable.
    Indexer,
    /// Understands the set.
    RdAnalyzer,
    /// Drafts the acts.
    AosrGenerator,
    /// Binds the package.
    BundleBuilder,
    /// Re-drives what stands still.
    Sweeper,
}

impl StageName {
    /// All stages, in the order of the way.
    pub const ALL: [Self; 9] = [
        Self::UploadHandler,
        Self::PdfSplitter,
        Self::PageExtractor,
        Self::PageRecognizer,
        Self::Indexer,
        Self::RdAnalyzer,
        Self::AosrGenerator,
        Self::BundleBuilder,
        Self::Sweeper,
    ];

    /// Whether what it makes depends on the project file.
    pub fn makes_acts(self) -> bool {
        matches!(self, Self::AosrGenerator | Self::BundleBuilder)
    }

    /// Name of its directory, queue and metric label.
    pub fn name(self) -> &'static str {
        match self {
            Self::UploadHandler => "upload-handler",
            Self::PdfSplitter => "pdf-splitter",
            Self::PageExtractor => "page-extractor",
            Self::PageRecognizer => "page-recognizer",
            Self::Indexer => "indexer",
            Self::RdAnalyzer => "rd-analyzer",
            Self::AosrGenerator => "aosr-generator",
            Self::BundleBuilder => "bundle-builder",
            Self::Sweeper => "sweeper",
        }
    }

    /// What it does, as the user is told.
    pub fn title(self) -> &'static str {
        match self {
            Self::UploadHandler => "приём файла",
            Self::PdfSplitter => "разбор файла на страницы",
            Self::PageExtractor => "чтение страниц",
            Self::PageRecognizer => "распознавание страниц",
            Self::Indexer => "подготовка поиска",
            Self::RdAnalyzer => "анализ комплекта",
            Self::AosrGenerator => "составление актов",
            Self::BundleBuilder => "сборка комплекта ИД",
            Self::Sweeper => "возобновление работы",
        }
    }

    /// Longest run of one task in milliseconds (the function timeout of the cloud); past it the task is retried.
    pub fn limit_ms(self) -> u64 {
        let seconds = match self {
            Self::UploadHandler | Self::PdfSplitter | Self::Sweeper => 60,
            Self::PageExtractor | Self::Indexer | Self::BundleBuilder => 120,
            Self::RdAnalyzer | Self::PageRecognizer => 240,
            Self::AosrGenerator => 90,
        };
        seconds * 1000
    }

    /// How many times a task is tried before it becomes a dead letter.
    pub fn max_attempts(self) -> u32 {
        5
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_serialised_form() {
        for stage in StageName::ALL {
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{stage}\""));
        }
    }
}
