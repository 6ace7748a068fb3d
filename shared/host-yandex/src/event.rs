//! What a trigger posts: `{"messages":[{"event_metadata":{…},"details":{…}}]}`. It is read as plain JSON, message by
//! message: one that is not as expected must not fail its neighbours.

use domain::{ReceiveUpload, StageName};
use serde_json::Value;

/// One message of a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// The trigger's name of the event, for logs.
    pub(crate) id: String,
    /// Which delivery this is, from 1. Triggers for objects and timers do not say, and count as the first.
    pub(crate) attempt: u32,
    /// What it asks for.
    pub(crate) content: Content,
}

/// What a message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// A task, JSON; the stage's own guard reads it.
    Task(String),
    /// An object was put where nothing is looked for: outside every tenant.
    Stranger,
    /// An event that asks for nothing.
    Nothing,
    /// It cannot be read: our own bug, or a trigger that was set on the wrong container.
    Unreadable {
        /// The message as it came.
        body: String,
        /// Why, without its contents.
        why: String,
    },
}

/// Reads what a trigger posted to a stage.
pub(crate) fn read(stage: StageName, posted: &[u8]) -> Vec<Message> {
    match serde_json::from_slice::<Value>(posted) {
        Ok(Value::Object(mut members)) => match members.remove("messages") {
            Some(Value::Array(messages)) => messages.iter().map(|message| of_message(stage, message)).collect(),
            _ => vec![unreadable(posted, "it has no list of messages")],
        },
        Ok(_) => vec![unreadable(posted, "it is no object")],
        Err(_) => vec![unreadable(posted, "it is no JSON")],
    }
}

fn unreadable(posted: &[u8], why: &str) -> Message {
    let body = String::from_utf8_lossy(posted).into_owned();
    Message { id: String::new(), attempt: 1, content: Content::Unreadable { body, why: why.to_owned() } }
}

fn of_message(stage: StageName, message: &Value) -> Message {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    let id = text("/details/message/message_id").or_else(|| text("/event_metadata/event_id")).unwrap_or_default();
    let content = content(stage, message)
        .unwrap_or_else(|why| Content::Unreadable { body: message.to_string(), why: why.to_owned() });
    Message { id: id.to_owned(), attempt: attempt(message), content }
}

/// The documented attributes are `SentTimestamp` alone; where the queue's own count is passed on, it is taken.
fn attempt(message: &Value) -> u32 {
    let count = message.pointer("/details/message/attributes/ApproximateReceiveCount");
    let attempt = count.and_then(|count| match count {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
    });
    attempt.unwrap_or(1).max(1)
}

fn content(stage: StageName, message: &Value) -> Result<Content, &'static str> {
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    match text("/event_metadata/event_type").ok_or("it has no event_type")? {
        "yandex.cloud.events.messagequeue.QueueMessage" => {
            text("/details/message/body").map(|body| Content::Task(body.to_owned())).ok_or("it has no body")
        }
        "yandex.cloud.events.storage.ObjectCreate" if stage == StageName::UploadHandler => {
            // The key comes as it is: neither `+` nor `%` stands for anything else.
            let key = text("/details/object_id").ok_or("it has no object_id")?;
            let Ok(task) = ReceiveUpload::of_object(key) else { return Ok(Content::Stranger) };
            serde_json::to_string(&task).map(Content::Task).map_err(|_error| "its key cannot be written into a task")
        }
        "yandex.cloud.events.storage.ObjectCreate" => Err("it tells of an object, and the stage takes none"),
        "yandex.cloud.events.storage.ObjectUpdate" | "yandex.cloud.events.storage.ObjectDelete" => Ok(Content::Nothing),
        "yandex.cloud.events.serverless.triggers.TimerMessage" if stage == StageName::Sweeper => {
            Ok(Content::Task("{}".to_owned()))
        }
        "yandex.cloud.events.serverless.triggers.TimerMessage" => Err("it is a timer's, and the stage has no schedule"),
        _ => Err("it is of a kind that no trigger of ours sends"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn one(stage: StageName, event_type: &str, details: Value) -> Message {
        let message = json!({"event_metadata": {"event_id": "e1", "event_type": event_type}, "details": details});
        let mut messages = read(stage, json!({ "messages": [message] }).to_string().as_bytes());
        assert_eq!(messages.len(), 1);
        messages.remove(0)
    }

    fn created(stage: StageName, key: &str) -> Content {
        let details = json!({"bucket_id": "pto-uploads", "object_id": key});
        one(stage, "yandex.cloud.events.storage.ObjectCreate", details).content
    }

    #[test]
    fn the_body_of_a_queue_message_is_the_task_and_its_count_the_attempt() {
        let queue_message = "yandex.cloud.events.messagequeue.QueueMessage";
        for (attributes, attempt) in [
            (json!({"SentTimestamp": "1569285804456"}), 1),
            (json!({"ApproximateReceiveCount": "3"}), 3),
            (json!({"ApproximateReceiveCount": 4}), 4),
            (json!({"ApproximateReceiveCount": "0"}), 1),
            (json!({"ApproximateReceiveCount": "many"}), 1),
        ] {
            let message = json!({"message_id": "m1", "body": "{\"chunk\":1}", "attributes": attributes});
            let read = one(StageName::PageExtractor, queue_message, json!({ "message": message }));
            let expected = Message { id: "m1".to_owned(), attempt, content: Content::Task("{\"chunk\":1}".to_owned()) };
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn keys_of_objects_are_taken_as_they_come() {
        for key in ["local/АОСР № 1 + план.pdf", "local/a+b%20c%2B.pdf", "local/a b.pdf"] {
            let Content::Task(body) = created(StageName::UploadHandler, key) else { panic!("{key}") };
            let task: ReceiveUpload = serde_json::from_str(&body).unwrap();
            assert_eq!(task.dropped.as_deref(), Some(key));
        }
    }

    #[test]
    fn objects_outside_every_tenant_are_strangers_and_deletions_nothing() {
        assert_eq!(created(StageName::UploadHandler, "КЖ.pdf"), Content::Stranger);
        for event in ["yandex.cloud.events.storage.ObjectDelete", "yandex.cloud.events.storage.ObjectUpdate"] {
            let read = one(StageName::UploadHandler, event, json!({"object_id": "local/a.pdf"}));
            assert_eq!(read.content, Content::Nothing);
        }
    }

    #[test]
    fn a_timer_is_a_sweep_and_no_other_task() {
        let timer = "yandex.cloud.events.serverless.triggers.TimerMessage";
        let swept = one(StageName::Sweeper, timer, json!({"trigger_id": "t"}));
        assert_eq!(swept.content, Content::Task("{}".to_owned()));
        let elsewhere = one(StageName::Indexer, timer, json!({"trigger_id": "t"}));
        assert!(matches!(elsewhere.content, Content::Unreadable { .. }));
    }

    #[test]
    fn what_cannot_be_read_is_kept_whole_and_described_without_its_contents() {
        for posted in ["{", "[]", "{\"hush\":1}", "{\"messages\":7}", "{\"messages\":[{\"hush\":1}]}"] {
            let messages = read(StageName::Indexer, posted.as_bytes());
            assert_eq!(messages.len(), 1, "{posted}");
            let Content::Unreadable { body, why } = &messages[0].content else { panic!("{posted}") };
            assert!(posted.contains(body.as_str()) && !why.contains("hush"), "{body} {why}");
        }
        assert!(matches!(created(StageName::Indexer, "local/a.pdf"), Content::Unreadable { .. }));
        assert!(read(StageName::Indexer, b"{\"messages\":[]}").is_empty());
    }
}
