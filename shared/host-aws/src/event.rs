//! What a function is invoked with. The event is read as plain JSON, never as a typed batch: one record that is not
//! as expected must not fail its neighbours.

use serde_json::Value;

/// An event that a stage can be invoked with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Messages of the stage's queue.
    Messages(Vec<Message>),
    /// It is time (EventBridge).
    Tick,
}

/// A message of an SQS queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// By which the answer names it.
    pub(crate) id: String,
    /// By which the queue knows this delivery.
    pub(crate) receipt_handle: String,
    /// Its text; of a record that has none, the record, so that nothing is lost when it becomes a dead letter.
    pub(crate) body: String,
    /// Which delivery this is, from 1.
    pub(crate) attempt: u32,
    /// The trace that it belongs to (X-Ray).
    pub(crate) trace: Option<String>,
}

/// The event is none that a stage can be invoked with. The invocation fails, so that a queue keeps its messages.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnexpectedEvent {
    /// It is something else.
    #[error("read the event: it is {0}; expected a batch of an SQS queue, or a scheduled event of EventBridge")]
    Other(String),
    /// Without its id a message could not be listed as failed, and would be deleted as done.
    #[error("read the event: record {0} of the batch has no messageId")]
    WithoutId(usize),
}

/// Reads an event.
pub(crate) fn read(event: &Value) -> Result<Event, UnexpectedEvent> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    if let Some(Value::Array(records)) = event.get("Records")
        && let Some(first) = records.first()
    {
        let other = records.iter().find(|record| source(record) != Some("aws:sqs"));
        return match other {
            None => records
                .iter()
                .enumerate()
                .map(|(index, record)| message(index, record))
                .collect::<Result<_, _>>()
                .map(Event::Messages),
            Some(_) => {
                Err(UnexpectedEvent::Other(format!("a batch of {}", source(first).unwrap_or("an unknown source"))))
            }
        };
    }
    match text("/source") {
        Some("aws.events" | "aws.scheduler") => Ok(Event::Tick),
        Some(source) => Err(UnexpectedEvent::Other(format!("an event of {source}"))),
        None => Err(UnexpectedEvent::Other(shape(event))),
    }
}

fn source(record: &Value) -> Option<&str> {
    record.get("eventSource").and_then(Value::as_str)
}

fn message(index: usize, record: &Value) -> Result<Message, UnexpectedEvent> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let count = record.pointer("/attributes/ApproximateReceiveCount");
    let attempt = count.and_then(|count| match count {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
    });
    Ok(Message {
        id: text("/messageId").filter(|id| !id.is_empty()).ok_or(UnexpectedEvent::WithoutId(index))?,
        receipt_handle: text("/receiptHandle").unwrap_or_default(),
        body: text("/body").unwrap_or_else(|| record.to_string()),
        attempt: attempt.unwrap_or(1).max(1),
        trace: text("/attributes/AWSTraceHeader"),
    })
}

/// What a JSON value is, without its contents.
fn shape(event: &Value) -> String {
    match event {
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().take(8).map(String::as_str).collect();
            format!("an object with the members [{}]", names.join(", "))
        }
        Value::Array(items) => format!("a list of {} items", items.len()),
        Value::String(_) => "a text".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(_) => "a truth value".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_batch_is_read_record_by_record() {
        let event = json!({"Records": [
            {"messageId": "m1", "receiptHandle": "r1", "body": "{}", "eventSource": "aws:sqs",
             "attributes": {"ApproximateReceiveCount": "3", "AWSTraceHeader": "Root=1-2-3"}},
            {"messageId": "m2", "eventSource": "aws:sqs", "body": 7},
        ]});
        let Ok(Event::Messages(messages)) = read(&event) else { panic!("{:?}", read(&event)) };
        let first = Message {
            id: "m1".to_owned(),
            receipt_handle: "r1".to_owned(),
            body: "{}".to_owned(),
            attempt: 3,
            trace: Some("Root=1-2-3".to_owned()),
        };
        assert_eq!(messages[0], first);
        assert_eq!((messages[1].attempt, messages[1].receipt_handle.as_str()), (1, ""));
        assert!(messages[1].body.contains("\"m2\""), "the record itself: {}", messages[1].body);
    }

    #[test]
    fn a_schedule_is_a_tick() {
        for source in ["aws.events", "aws.scheduler"] {
            assert_eq!(
                read(&json!({"source": source, "detail-type": "Scheduled Event", "detail": {}})),
                Ok(Event::Tick)
            );
        }
    }

    #[test]
    fn all_else_is_named_without_its_contents() {
        for (event, said) in [
            (json!({"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "secret"}}}]}), "a batch of aws:s3"),
            (json!({"Records": [{"EventSource": "aws:sns"}]}), "a batch of an unknown source"),
            (json!({"Records": []}), "an object with the members [Records]"),
            (json!({"source": "aws.ec2"}), "an event of aws.ec2"),
            (json!({"key": "secret"}), "an object with the members [key]"),
            (json!("secret"), "a text"),
            (json!(null), "null"),
        ] {
            let error = read(&event).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("secret"), "{error}");
        }
        let mixed = json!({"Records": [{"messageId": "m", "eventSource": "aws:sqs"}, {"eventSource": "aws:sqs"}]});
        assert_eq!(read(&mixed), Err(UnexpectedEvent::WithoutId(1)));
    }
}
