#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a suite of tests: a failure is its result")]

use crate::{Model, Question, WhyUnanswered};
use domain::{DocumentId, DocumentRef, TenantId};
use serde_json::json;
use std::time::Duration;

/// A question that the suite asks: any model can answer it.
pub fn model_question(material: &str) -> Question {
    Question {
        document: DocumentRef { tenant: TenantId::local(), document: DocumentId::of(material.as_bytes()) },
        instructions: "Answer with a JSON object: is there a number in the text?".to_owned(),
        material: material.to_owned(),
        schema_name: "has_number",
        schema: json!({
            "type": "object", "additionalProperties": false, "required": ["number"],
            "properties": {"number": {"type": "boolean"}},
        }),
        largest_answer_tokens: 64,
        within: Duration::from_secs(60),
    }
}

/// An answer keeps the schema and says whose it is, a repeat answers the same, and where no time is left nothing is asked.
pub async fn model(model: &dyn Model) {
    assert!(model.is_configured(), "it is not configured");
    let question = model_question("Бетон класса B25");
    let reply = model.ask(&question).await.unwrap();
    let answer = reply.outcome.unwrap();
    assert!(answer.value["number"].is_boolean() && answer.value.as_object().unwrap().len() == 1, "{}", answer.value);
    assert!(!answer.model.is_empty(), "an answer of nobody");
    let again = model.ask(&question).await.unwrap().outcome.unwrap();
    assert_eq!((again.value, again.tokens), (answer.value, answer.tokens), "a repeat differs");
    let late = Question { within: Duration::ZERO, ..model_question("Арматура") };
    let reply = model.ask(&late).await.unwrap();
    assert_eq!(reply.outcome.err(), Some(WhyUnanswered::OutOfTime), "asked without time");
    assert_eq!(reply.spent.tokens_out, 0, "no time, and yet an answer was paid for");
}
