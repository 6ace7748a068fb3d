use crate::PortError;
use async_trait::async_trait;
use domain::DocumentRef;
use serde_json::Value;
use std::time::Duration;

/// What a language model is asked, with all that a call is limited by.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Of which document: whose spending it is, and whose tenant says where the material may go.
    pub document: DocumentRef,
    /// What the model is to do. Ours, never out of a document.
    pub instructions: String,
    /// What it is to do it with: out of a document, so data and never instructions.
    pub material: String,
    /// Name of the schema: `a-z`, `0-9`, `_`.
    pub schema_name: &'static str,
    /// JSON Schema (2020-12) of the answer. Every object closed and every property required, as servers that bind
    /// answers to schemas demand.
    pub schema: Value,
    /// How long the answer may be, in tokens.
    pub largest_answer_tokens: u32,
    /// How long the whole may take, attempts and waits between them included.
    pub within: Duration,
}

/// What was used for one question, failed attempts included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Tokens sent.
    pub tokens_in: u64,
    /// Tokens answered.
    pub tokens_out: u64,
    /// Cost in millionths of a rouble.
    pub micro_roubles: u64,
}

impl Spent {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            tokens_in: self.tokens_in.saturating_add(other.tokens_in),
            tokens_out: self.tokens_out.saturating_add(other.tokens_out),
            micro_roubles: self.micro_roubles.saturating_add(other.micro_roubles),
        }
    }
}

/// An answer that keeps the schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer. What it says is not checked by anybody yet.
    pub value: Value,
    /// Name of the model that gave it.
    pub model: String,
    /// Tokens the answer took when it was given, in and out; a kept answer tells those of the day it was given.
    pub tokens: (u64, u64),
}

/// Why there is no answer. None of these is an error: whoever asks goes on without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnanswered {
    /// There is no model here.
    NoModel,
    /// The material may not go to the only models there are.
    Forbidden,
    /// A cap of spending is reached.
    CapReached,
    /// The time was over.
    OutOfTime,
    /// No server could be reached, or they are failing.
    Unreachable,
    /// The model refused to answer.
    Refused,
    /// What came was no answer of the schema.
    Malformed,
}

impl WhyUnanswered {
    /// The reason, as it stands in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoModel => "no-model",
            Self::Forbidden => "forbidden",
            Self::CapReached => "cap-reached",
            Self::OutOfTime => "out-of-time",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
        }
    }
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The answer, or why there is none.
    pub outcome: Result<Answer, WhyUnanswered>,
    /// What it took; nothing for an answer that was kept.
    pub spent: Spent,
}

impl Reply {
    /// No answer, and nothing spent.
    pub fn unanswered(why: WhyUnanswered) -> Self {
        Self { outcome: Err(why), spent: Spent::default() }
    }
}

/// A language model. It limits itself (attempts, rates, spending), never takes longer than the question allows, and an
/// answer that comes back keeps the schema. It is not to be believed: what it says of a document must be looked up there.
#[async_trait]
pub trait Model: Send + Sync {
    /// Asks. The same question may be answered from what was kept. Harmless to repeat, but it may cost money again.
    ///
    /// # Errors
    /// When the stores behind it fail (spending, kept answers), never because of the model: see [`WhyUnanswered`].
    async fn ask(&self, question: &Question) -> Result<Reply, PortError>;

    /// Whether there is a model at all. Where there is none, rules do all.
    fn is_configured(&self) -> bool {
        true
    }
}

/// Of a host without a model.
pub struct NoModel;

#[async_trait]
impl Model for NoModel {
    async fn ask(&self, _question: &Question) -> Result<Reply, PortError> {
        Ok(Reply::unanswered(WhyUnanswered::NoModel))
    }

    fn is_configured(&self) -> bool {
        false
    }
}
