//! Log lines as Cloud Logging reads them: one JSON object a line with `level` and `message`; every other field becomes
//! searchable, and `request_id` binds a line to its request.

use serde_json::{Map, Value};
use std::fmt;
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Writes log lines to a writer.
pub(crate) struct YandexLog<W> {
    writer: W,
}

impl<W> YandexLog<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { writer }
    }
}

/// The fields of a span, kept with it.
struct SpanFields(Map<String, Value>);

struct Fields<'f>(&'f mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

impl<S, W> Layer<S> for YandexLog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Map::new();
        attributes.record(&mut Fields(&mut fields));
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut::<SpanFields>()
        {
            values.record(&mut Fields(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(SpanFields(fields)) = span.extensions().get::<SpanFields>() {
                line.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        event.record(&mut Fields(&mut line));
        line.entry("message").or_insert_with(|| event.metadata().name().into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        let text = format!("{}\n", Value::Object(line));
        // Where a log line cannot be written, neither can that it could not.
        drop(self.writer.make_writer().write_all(text.as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_not_by_its_text() {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let log = YandexLog::new(move || Sink(Arc::clone(&sink)));
        cloud::log_panics_by_place();
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || {
            assert!(std::panic::catch_unwind(|| panic!("Петров")).is_err());
        });
        let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        assert!(written.contains("a panic at ") && written.contains("log.rs:"), "{written}");
        assert!(!written.contains("Петров"), "{written}");
    }

    #[test]
    fn a_line_has_a_level_a_message_and_the_fields_of_its_spans() {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let log = YandexLog::new(move || Sink(Arc::clone(&sink)));
        let subscriber = tracing_subscriber::registry().with(log);
        tracing::subscriber::with_default(subscriber, || {
            let _request = tracing::error_span!("request", request_id = Some("r1")).entered();
            let _message = tracing::error_span!("message", message_id = "m1", attempt = 2_u32).entered();
            tracing::warn!(stage = "indexer", took_ms = 7_u64, "a task\nfailed «так»");
        });
        let written = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), 1, "one line: {written}");
        let line: Value = serde_json::from_str(&written).unwrap();
        let expected = serde_json::json!({
            "level": "WARN", "message": "a task\nfailed «так»", "request_id": "r1", "message_id": "m1", "attempt": 2,
            "stage": "indexer", "took_ms": 7, "target": "host_yandex::log::tests",
        });
        assert_eq!(line, expected);
    }
}
