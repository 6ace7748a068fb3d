//! What the bodies of the upload handler's queue say. They come from two senders: our own API sends tasks, S3 sends
//! notifications.

use domain::ReceiveUpload;
use serde_json::Value;

/// What a body asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Translation {
    /// Tasks for the stage, JSON, one per object. A body that is no notification is taken for a task as it stands:
    /// the stage's own guard reads it.
    pub(crate) tasks: Vec<String>,
    /// How many objects lie outside every tenant: files that a user put where nothing is looked for.
    pub(crate) strangers: usize,
    /// Why a part of the body cannot be read; what could be read stands in `tasks`.
    pub(crate) unreadable: Option<String>,
}

/// Translates a body of the upload handler's queue: "object created" becomes a task per object; other events of S3 and
/// its test event become nothing.
pub(crate) fn upload_tasks(body: &str) -> Translation {
    match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(members)) if members.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") => {
            Translation::default()
        }
        Ok(Value::Object(members)) if members.contains_key("Records") => match members.get("Records") {
            Some(Value::Array(records)) => of_notification(records),
            _ => Translation { unreadable: Some("`Records` is no list".to_owned()), ..Translation::default() },
        },
        _ => Translation { tasks: vec![body.to_owned()], ..Translation::default() },
    }
}

fn of_notification(records: &[Value]) -> Translation {
    let mut translation = Translation::default();
    for (index, record) in records.iter().enumerate() {
        match of_record(record) {
            Ok(Found::Task(task)) => translation.tasks.push(task),
            Ok(Found::Stranger) => translation.strangers += 1,
            Ok(Found::OtherEvent) => {}
            Err(why) => translation.unreadable = Some(format!("record {index} of the notification: {why}")),
        }
    }
    translation
}

enum Found {
    Task(String),
    Stranger,
    OtherEvent,
}

fn of_record(record: &Value) -> Result<Found, String> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    if text("/eventSource") != Some("aws:s3") {
        return Err("it is not from aws:s3".to_owned());
    }
    let event = text("/eventName").ok_or("it has no eventName")?;
    // Some senders write the prefix that the configuration of a bucket has.
    if !event.trim_start_matches("s3:").starts_with("ObjectCreated:") {
        return Ok(Found::OtherEvent);
    }
    let encoded = text("/s3/object/key").ok_or("it has no object key")?;
    let key = form_decoded(encoded).ok_or("its object key is no UTF-8")?;
    let Ok(task) = ReceiveUpload::of_object(&key) else { return Ok(Found::Stranger) };
    serde_json::to_string(&task).map(Found::Task).map_err(|error| error.to_string())
}

/// Decodes a key as S3 writes it into its events (`application/x-www-form-urlencoded`): `+` is a space, `%XX` a byte;
/// once. A `%` without two hexadecimal digits stands for itself. `None` when the bytes are no UTF-8.
pub(crate) fn form_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match (*byte, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hexadecimal(*high), hexadecimal(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DocumentId, UploadId};
    use serde_json::json;

    /// «local/АОСР № 1 + план.pdf» as S3 writes it.
    const CYRILLIC: &str = "local/%D0%90%D0%9E%D0%A1%D0%A0+%E2%84%96+1+%2B+%D0%BF%D0%BB%D0%B0%D0%BD.pdf";

    fn created(key: &str) -> Value {
        json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}})
    }

    fn notification(records: &[Value]) -> Translation {
        upload_tasks(&json!({ "Records": records }).to_string())
    }

    #[test]
    fn keys_are_decoded_once() {
        for (encoded, decoded) in [
            (CYRILLIC, "local/АОСР № 1 + план.pdf"),
            ("a%2Bb", "a+b"),
            ("a+b", "a b"),
            ("%252B%2520", "%2B%20"),
            ("local%2fx%2F%D0%b6", "local/x/ж"),
            ("50%", "50%"),
            ("50%zz%4", "50%zz%4"),
            ("", ""),
        ] {
            assert_eq!(form_decoded(encoded).as_deref(), Some(decoded), "{encoded}");
        }
        assert_eq!(form_decoded("%D0"), None);
    }

    #[test]
    fn an_object_created_is_a_task_with_the_decoded_key() {
        let expected = ReceiveUpload::of_object("local/АОСР № 1 + план.pdf").unwrap();
        let translation = notification(&[created(CYRILLIC)]);
        assert_eq!((translation.strangers, &translation.unreadable), (0, &None));
        let tasks: Vec<ReceiveUpload> =
            translation.tasks.iter().map(|task| serde_json::from_str(task).unwrap()).collect();
        assert_eq!(tasks, [expected]);
        assert_eq!(tasks[0].dropped.as_deref(), Some("local/АОСР № 1 + план.pdf"));
    }

    #[test]
    fn a_server_made_key_is_an_announced_upload() {
        let upload = UploadId::of(&DocumentId::of(b"abc"), "КЖ.pdf");
        let translation = notification(&[created(&format!("local/{upload}"))]);
        let task: ReceiveUpload = serde_json::from_str(&translation.tasks[0]).unwrap();
        assert_eq!((task.upload.upload, task.dropped), (upload, None));
    }

    #[test]
    fn several_objects_are_several_tasks_and_what_lies_outside_tenants_is_counted() {
        let removed =
            json!({"eventSource": "aws:s3", "eventName": "ObjectRemoved:Delete", "s3": {"object": {"key": "a/b"}}});
        let records =
            [created("local/a.pdf"), created("%D0%96/a.pdf"), created("top.pdf"), removed, created("b/c.pdf")];
        let translation = notification(&records);
        assert_eq!((translation.tasks.len(), translation.strangers, translation.unreadable), (2, 2, None));
    }

    #[test]
    fn what_cannot_be_read_does_not_take_its_neighbours_along() {
        for bad in [
            json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}),
            json!({"eventSource": "aws:s3", "s3": {"object": {"key": "a/b"}}}),
            json!({"eventSource": "aws:sns"}),
            created("local/%D0"),
            json!(7),
        ] {
            let translation = notification(&[created("local/a.pdf"), bad.clone(), created("local/b.pdf")]);
            assert_eq!(translation.tasks.len(), 2, "{bad}");
            assert!(translation.unreadable.unwrap().starts_with("record 1 "), "{bad}");
        }
        assert!(upload_tasks(r#"{"Records": 7}"#).unreadable.is_some());
    }

    #[test]
    fn the_test_event_is_nothing_and_all_else_is_a_task_as_it_stands() {
        let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"});
        assert_eq!(upload_tasks(&test.to_string()), Translation::default());
        assert_eq!(upload_tasks(r#"{"Records":[]}"#), Translation::default());
        let own = serde_json::to_string(&ReceiveUpload::of_object("local/a.pdf").unwrap()).unwrap();
        for body in [own.as_str(), "{", "", "7", "[]"] {
            let expected = Translation { tasks: vec![body.to_owned()], ..Translation::default() };
            assert_eq!(upload_tasks(body), expected, "{body}");
        }
    }
}
