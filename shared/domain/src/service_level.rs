use crate::StageName;
use serde::{Deserialize, Serialize};

/// What a user waits for, each with a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// A file is taken in.
    Upload,
    /// A set is understood.
    Analysis,
    /// Acts are drafted.
    Act,
    /// A quality document is looked for.
    Search,
    /// A package is bound.
    Bundle,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 5] = [Self::Upload, Self::Analysis, Self::Act, Self::Search, Self::Bundle];

    /// Its metric label.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Analysis => "analysis",
            Self::Act => "act",
            Self::Search => "search",
            Self::Bundle => "bundle",
        }
    }
}

/// How long an operation may take before something is done about it. Passing the limit ends nothing: the work goes on
/// until the stage's own [`StageName::limit_ms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLevel {
    /// Of what.
    pub operation: Operation,
    /// Milliseconds from the first delivery of the task; a later delivery inherits what is left.
    pub limit_ms: u64,
    /// What the user reads once the limit is passed.
    pub warning: &'static str,
    /// Whether the administrator is told, too.
    pub tells_administrator: bool,
}

impl StageName {
    /// The service level of the operation that this stage carries out, if users wait for it.
    pub fn service_level(self) -> Option<ServiceLevel> {
        let (operation, seconds, warning, tells_administrator) = match self {
            Self::UploadHandler => {
                (Operation::Upload, 15, "Файл принимается дольше 15 секунд; приём продолжается.", false)
            }
            Self::RdAnalyzer => (
                Operation::Analysis,
                120,
                "Анализ комплекта идёт дольше 2 минут; модели задаётся вопрос проще, дальше — только правила.",
                false,
            ),
            Self::AosrGenerator => (
                Operation::Act,
                60,
                "Акты составляются дольше минуты; работа продолжается по шаблону, без модели.",
                false,
            ),
            Self::BundleBuilder => (
                Operation::Bundle,
                30,
                "Комплект собирается дольше 30 секунд; сборка продолжается, администратор извещён.",
                true,
            ),
            Self::PdfSplitter | Self::PageExtractor | Self::PageRecognizer | Self::Indexer | Self::Sweeper => {
                return None;
            }
        };
        Some(ServiceLevel { operation, limit_ms: seconds * 1000, warning, tells_administrator })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_leaves_time_to_do_something_about_it() {
        for stage in StageName::ALL {
            if let Some(level) = stage.service_level() {
                assert!(level.limit_ms < stage.limit_ms(), "{stage}");
            }
        }
    }

    #[test]
    fn the_name_is_the_serialised_form() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::to_string(&operation).unwrap(), format!("\"{}\"", operation.name()));
        }
    }
}
