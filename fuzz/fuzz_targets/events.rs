//! Any bytes as what a host is called with: events of both clouds, bodies of queues, keys of objects, tasks.

#![no_main]

use domain::{ReceiveUpload, StageName};
use fuzz::{budgeted, remember};
use libfuzzer_sys::fuzz_target;

// The files alone: the crates around them bring the SDKs of the clouds.
#[path = "../../shared/host-aws/src/event.rs"]
#[allow(dead_code, unreachable_pub)]
mod aws;
#[path = "../../shared/host-aws/src/translate.rs"]
#[allow(dead_code, unreachable_pub)]
mod translate;
#[path = "../../shared/host-yandex/src/event.rs"]
#[allow(dead_code, unreachable_pub)]
mod yandex;

fuzz_target!(|bytes: &[u8]| {
    remember(bytes);
    budgeted(64, || {
        for stage in [StageName::UploadHandler, StageName::PageExtractor, StageName::Sweeper] {
            for message in yandex::read(stage, bytes) {
                assert!(message.attempt >= 1);
            }
        }
        if let Ok(event) = serde_json::from_slice(bytes)
            && let Ok(aws::Event::Messages(messages)) = aws::read(&event)
        {
            for message in messages {
                assert!(!message.id.is_empty() && message.attempt >= 1);
                translate::upload_tasks(&message.body);
            }
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        // A task that was translated is one that the stage can read.
        let translated = translate::upload_tasks(text);
        if translated.tasks.len() != 1 || translated.tasks[0] != text {
            for task in &translated.tasks {
                let task: ReceiveUpload = serde_json::from_str(task).expect("a translated task can be read");
                assert!(task.dropped.is_some() || !format!("{task:?}").is_empty());
            }
        }
        if let Some(key) = translate::form_decoded(text)
            && let Ok(task) = ReceiveUpload::of_object(&key)
            && let Some(dropped) = &task.dropped
        {
            assert_eq!(dropped, &key);
        }
        // Every kind of task refuses what it cannot read, and nothing more.
        let _ = serde_json::from_slice::<domain::SplitDocument>(bytes);
        let _ = serde_json::from_slice::<domain::ExtractPages>(bytes);
        let _ = serde_json::from_slice::<domain::DocumentRecord>(bytes);
        let _ = serde_json::from_slice::<domain::Page>(bytes);
    });
});
