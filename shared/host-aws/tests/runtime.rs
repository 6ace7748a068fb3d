//! A function under a Runtime API of our own: this program started again as the function, with a scripted stage over
//! stores in memory, answers one row of the host table after another. What it does to its queue, its ledger and its
//! stage it tells on standard output, beside the log and the metrics.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests: a failure is their result")]

mod emulator;
mod runtime_api;

use cloud::TokioCompute;
use domain::{ReceiveUpload, RejectionCode, StageName, Sweep, TenantId};
use emulator::Emulator;
use host_aws::{Aws, Error, QueueEnds, serve, serve_http, serve_on, start_telemetry};
use lambda_http::{Body, Request, RequestExt, Response, service_fn};
use pipeline::{Failure, Handler, Stage};
use ports::memory::MemoryHost;
use ports::{Clock, Host, Missing, PortError, compute};
use runtime_api::{Answer, Function};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;

const ROLE: &str = "PTO_TEST_ROLE";

const TESTS: [(&str, fn()); 11] = [
    ("every_row_of_the_host_table_has_its_answer", every_row_of_the_host_table_has_its_answer),
    ("the_last_attempt_writes_the_failure", the_last_attempt_writes_the_failure),
    ("out_of_time_is_answered_before_the_function_ends", out_of_time_is_answered_before_the_function_ends),
    (
        "a_computation_that_does_not_end_ends_the_process_after_the_answer",
        a_computation_that_does_not_end_ends_the_process_after_the_answer,
    ),
    ("an_unknown_event_is_an_error_that_says_what_came", an_unknown_event_is_an_error_that_says_what_came),
    ("a_schedule_sweeps", a_schedule_sweeps),
    ("metrics_are_written_before_the_answer", metrics_are_written_before_the_answer),
    ("the_log_names_the_request_and_quotes_nothing", the_log_names_the_request_and_quotes_nothing),
    ("a_request_carries_its_tenant", a_request_carries_its_tenant),
    ("queues_and_table_of_aws_are_settled", queues_and_table_of_aws_are_settled),
    ("a_missing_variable_is_named_at_the_start", a_missing_variable_is_named_at_the_start),
];

fn main() {
    if let Ok(role) = std::env::var(ROLE) {
        return be_the_function(&role);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    // Test runners ask for a list first, and for those that are skipped: there are none.
    if asked("--ignored") {
        return;
    }
    if asked("--list") {
        TESTS.iter().for_each(|(name, _)| println!("{name}: test"));
        return;
    }
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|part| name.contains(part.as_str()));
    for (name, test) in TESTS.into_iter().filter(|(name, _)| is_wanted(name)) {
        test();
        println!("test {name} ... ok");
    }
}

/// Does what the name of the dropped file says.
struct Scripted {
    host: MemoryHost,
    pool: Arc<TokioCompute>,
}

impl Stage for Scripted {
    type Task = ReceiveUpload;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self { host: MemoryHost::default(), pool: Arc::new(TokioCompute::new(1)) })
    }

    async fn run(&self, task: ReceiveUpload) -> Result<(), Failure> {
        let key = task.dropped.unwrap_or_default();
        println!("stage: {key} traced by {}", trace());
        match key.rsplit('/').next() {
            Some("reject.pdf") => {
                Err(Failure::Reject { code: RejectionCode::NotPdf, message: "Файл не PDF.".to_owned() })
            }
            Some("retry.pdf") => Err(Failure::not_there("the file")),
            Some("panic.pdf") => panic!("совершенно секретно"),
            Some("hang.pdf") => std::future::pending().await,
            Some("endless.pdf") => {
                compute(self.pool.as_ref(), never_end).await?;
                Ok(())
            }
            Some("ledger.pdf") => {
                println!("ledger: {:?}", self.host.contents().entries);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A parser that has lost its way.
fn never_end() {
    loop {
        std::thread::park();
    }
}

struct ScriptedSweeper;

impl Stage for ScriptedSweeper {
    type Task = Sweep;

    fn build(_: &impl Host) -> Result<Self, Missing> {
        Ok(Self)
    }

    async fn run(&self, _: Sweep) -> Result<(), Failure> {
        println!("stage: swept, traced by {}", trace());
        Ok(())
    }
}

/// What a message sent now would carry on.
fn trace() -> String {
    cloud::TRACE.try_with(Clone::clone).unwrap_or_default()
}

struct ToldQueueEnds;

impl QueueEnds for ToldQueueEnds {
    async fn show_again_after(&self, receipt_handle: &str, seconds: u32) -> Result<(), PortError> {
        println!("queue: {receipt_handle} again after {seconds} s");
        Ok(())
    }

    async fn bury(&self, body: &str, reason: &str) -> Result<(), PortError> {
        println!("queue: buried {body} because {reason}");
        Ok(())
    }
}

struct WallClock;

impl Clock for WallClock {
    fn now_ms(&self) -> u64 {
        runtime_api::now_ms()
    }
}

fn be_the_function(role: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let served: Result<(), Error> = runtime.block_on(async {
        start_telemetry()?;
        let host = MemoryHost::default();
        let handler = Handler::build(&host)?;
        let pool = Arc::new(TokioCompute::new(2));
        match role {
            "upload-handler" => {
                for name in ["reject.pdf", "panic.pdf"] {
                    announce(&host, &format!("local/{name}")).await;
                }
                let stage = Scripted { host: host.clone(), pool: Arc::clone(&pool) };
                serve_on(stage, handler, Arc::new(WallClock), ToldQueueEnds, pool).await
            }
            "sweeper" => serve_on(ScriptedSweeper, handler, Arc::new(WallClock), ToldQueueEnds, pool).await,
            "upload-handler of aws" => {
                let aws = Aws::from_env().await?;
                announce(&aws, "local/reject.pdf").await;
                serve(Scripted { host, pool }, &aws).await
            }
            "start of aws" => serve(Scripted { host, pool }, &Aws::from_env().await?).await,
            "api" => serve_http(service_fn(echo), |tenant: TenantId| tenant).await,
            _ => panic!("no role {role}"),
        }
    });
    if let Err(error) = served {
        eprintln!("failed to {error}");
    }
}

async fn announce(host: &impl Host, key: &str) {
    let record = json!({"file_name": "КЖ.pdf", "received_at_ms": 0, "state": "received"});
    let upload = ReceiveUpload::of_object(key).unwrap().upload;
    let records = pipeline::Records::new(host.ledger().unwrap());
    records.create_upload(&upload, &serde_json::from_value(record).unwrap()).await.unwrap();
}

async fn echo(request: Request) -> Result<Response<Body>, Infallible> {
    let told = json!({
        "trace": trace(),
        "tenant": request.extensions().get::<TenantId>(),
        "path": request.uri().path(),
        "query": request.uri().query(),
        "name": request.query_string_parameters().first("q"),
        "body": String::from_utf8_lossy(request.body()),
    });
    Ok(Response::builder()
        .status(201)
        .header("content-type", "application/json")
        .body(told.to_string().into())
        .unwrap())
}

/// «local/АОСР № 1 + план.pdf» as S3 writes it.
const CYRILLIC: &str = "local/%D0%90%D0%9E%D0%A1%D0%A0+%E2%84%96+1+%2B+%D0%BF%D0%BB%D0%B0%D0%BD.pdf";

fn created(key: &str) -> String {
    let record = json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}});
    json!({ "Records": [record] }).to_string()
}

fn record(id: &str, attempt: u32, body: &str) -> Value {
    json!({"messageId": id, "receiptHandle": format!("handle-{id}"), "body": body, "eventSource": "aws:sqs",
           "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:pto-upload-handler", "awsRegion": "eu-central-1",
           "attributes": {"ApproximateReceiveCount": attempt.to_string(), "AWSTraceHeader": "Root=1-2-3"}})
}

fn listed(answer: Answer) -> Vec<String> {
    let Answer::Response(answer) = answer else { panic!("{answer:?}") };
    let items = answer.get("batchItemFailures").unwrap().as_array().unwrap();
    items.iter().map(|item| item.get("itemIdentifier").unwrap().as_str().unwrap().to_owned()).collect()
}

fn every_row_of_the_host_table_has_its_answer() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    let test_event = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"pto-uploads"}"#;
    for (row, body, expected, told) in [
        ("ok", created("local/a.pdf"), false, "stage: local/a.pdf traced by Root=1-2-3"),
        ("reject", created("local/reject.pdf"), false, "stage: local/reject.pdf"),
        ("retry", created("local/retry.pdf"), true, "queue: handle-retry again after "),
        ("panic", created("local/panic.pdf"), true, "queue: handle-panic again after "),
        ("poison", "{".to_owned(), false, "queue: buried { because the task cannot be read"),
        ("test-event", test_event.to_owned(), false, ""),
        ("cyrillic", created(CYRILLIC), false, "stage: local/АОСР № 1 + план.pdf"),
        ("stranger", created("top.pdf"), false, "begins with no tenant"),
    ] {
        let answer = function.invoke(&json!({"Records": [record(row, 1, &body)]}), 60_000);
        assert_eq!(listed(answer), if expected { vec![row] } else { Vec::new() }, "{row}");
        if !told.is_empty() {
            function.wait_for_line(told);
        }
    }
    let untraced = json!({"messageId": "untraced", "body": created("local/d.pdf"), "eventSource": "aws:sqs"});
    let batch = json!({"Records": [
        untraced,
        record("good", 1, &created("local/b.pdf")),
        record("poison", 1, "\u{1}"),
        record("retry", 2, &created("local/retry.pdf")),
        record("panic", 1, &created("local/panic.pdf")),
        record("also-good", 1, &created("local/c.pdf")),
    ]});
    assert_eq!(listed(function.invoke(&batch, 60_000)), ["retry", "panic"]);
    let untraced = format!("stage: local/d.pdf traced by {}", runtime_api::TRACE);
    let traced = "stage: local/c.pdf traced by Root=1-2-3";
    function.wait_for_lines(&[&untraced, traced, "queue: buried \u{1} because"]);
    function.invoke(&json!({"Records": [record("ledger", 1, &created("local/ledger.pdf"))]}), 60_000);
    let ledger = function.wait_for_line("ledger: ");
    assert!(ledger.contains("not-pdf") && ledger.contains("Файл не PDF."), "the refusal is written: {ledger}");
    assert!(!ledger.contains("failed"), "nothing is given up yet: {ledger}");
}

fn the_last_attempt_writes_the_failure() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    for attempt in 1..=StageName::UploadHandler.max_attempts() {
        let ledger = json!({"Records": [record("ledger", 1, &created("local/ledger.pdf"))]});
        function.invoke(&ledger, 60_000);
        let ledger = function.wait_for_line("ledger: ");
        assert!(!ledger.contains("failed"), "before attempt {attempt}: {ledger}");
        let batch = json!({"Records": [record("m", attempt, &created("local/panic.pdf"))]});
        assert_eq!(listed(function.invoke(&batch, 60_000)), ["m"], "attempt {attempt}");
    }
    function.invoke(&json!({"Records": [record("ledger", 1, &created("local/ledger.pdf"))]}), 60_000);
    let ledger = function.wait_for_line("ledger: ");
    assert!(ledger.contains("failed") && ledger.contains("upload-handler"), "{ledger}");
}

fn out_of_time_is_answered_before_the_function_ends() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    let batch = json!({"Records": [
        record("hang", 1, &created("local/hang.pdf")),
        record("good", 1, &created("local/a.pdf")),
    ]});
    let began_ms = runtime_api::now_ms();
    assert_eq!(listed(function.invoke(&batch, 2000)), ["hang"]);
    let took_ms = runtime_api::now_ms() - began_ms;
    assert!((900..2000).contains(&took_ms), "answered after {took_ms} ms of 2000");
    function.wait_for_line("queue: handle-hang again after ");
}

fn a_computation_that_does_not_end_ends_the_process_after_the_answer() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    let batch = json!({"Records": [record("endless", 1, &created("local/endless.pdf"))]});
    assert_eq!(listed(function.invoke(&batch, 3000)), ["endless"], "it is answered first");
    function.wait_for_line("failed to stop 1 computations that do not end");
}

fn an_unknown_event_is_an_error_that_says_what_came() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    let direct = json!({"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "секрет"}}}]});
    let tick = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
    for (event, error_type, said) in [
        (direct, "UnexpectedEvent", "a batch of aws:s3"),
        (json!({"key": "секрет"}), "UnexpectedEvent", "an object with the members [key]"),
        (tick, "NotScheduled", "upload-handler is driven by its queue"),
    ] {
        let Answer::Error(error) = function.invoke(&event, 60_000) else { panic!("{event} was answered") };
        assert_eq!(error.get("errorType"), Some(&json!(error_type)));
        let message = error.get("errorMessage").unwrap().as_str().unwrap();
        assert!(message.contains(said) && !message.contains("секрет"), "{message}");
    }
    assert!(listed(function.invoke(&json!({"Records": [record("m", 1, &created("local/a.pdf"))]}), 60_000)).is_empty());
}

fn a_schedule_sweeps() {
    let function = Function::start(ROLE, "sweeper", &[]);
    let tick = json!({"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events",
                      "time": "2026-01-01T00:00:00Z", "resources": [], "detail": {}});
    assert_eq!(function.invoke(&tick, 60_000), Answer::Response(json!({})));
    function.wait_for_line(&format!("stage: swept, traced by {}", runtime_api::TRACE));
    // The same by way of a queue: with the input that its rule sets, and with the whole event.
    for (id, body) in [("input", "{}".to_owned()), ("event", tick.to_string())] {
        assert!(listed(function.invoke(&json!({"Records": [record(id, 1, &body)]}), 60_000)).is_empty());
        function.wait_for_line("stage: swept");
    }
}

fn metrics_are_written_before_the_answer() {
    let function = Function::start(ROLE, "upload-handler", &[]);
    let batch = json!({"Records": [
        record("one", 1, &created("local/a.pdf")),
        record("two", 1, &created("local/b.pdf")),
        record("three", 1, &created("local/retry.pdf")),
    ]});
    function.invoke(&batch, 60_000);
    let line: Value = serde_json::from_str(&function.wait_for_line("\"tasks_total\":2.0")).unwrap();
    let directive = line.pointer("/_aws/CloudWatchMetrics/0").unwrap();
    assert_eq!(directive.get("Namespace"), Some(&json!("PTO")));
    assert_eq!(directive.get("Dimensions"), Some(&json!([["task_type", "verdict"]])));
    assert_eq!(directive.get("Metrics"), Some(&json!([{"Name": "tasks_total", "Unit": "Count"}])));
    assert_eq!((line.get("task_type"), line.get("verdict")), (Some(&json!("upload-handler")), Some(&json!("ack"))));
    let stamp_ms = line.pointer("/_aws/Timestamp").unwrap().as_u64().unwrap();
    assert!(runtime_api::now_ms().abs_diff(stamp_ms) < 60_000, "{stamp_ms}");
    function.invoke(&json!({"Records": [record("four", 1, &created("local/a.pdf"))]}), 60_000);
    let line: Value = serde_json::from_str(&function.wait_for_line("\"tasks_total\":1.0,\"verdict\":\"ack\"")).unwrap();
    assert_eq!(line.get("verdict"), Some(&json!("ack")), "each invocation is told by itself");
    let durations = function.lines_so_far().iter().filter(|line| line.contains("\"task_duration_seconds\":[")).count();
    assert_eq!(durations, 2);
}

fn the_log_names_the_request_and_quotes_nothing() {
    let function = Function::start(ROLE, "upload-handler", &[("PTO_LOG", "debug")]);
    let batch = json!({"Records": [
        record("cyrillic", 1, &created(CYRILLIC)),
        record("panic", 1, &created("local/panic.pdf")),
        record("stranger", 1, &created("%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2.pdf")),
        record("poison", 1, "{Петров"),
    ]});
    function.invoke(&batch, 60_000);
    function.wait_for_line("\"_aws\"");
    let lines = function.lines_so_far();
    let told = |line: &&String| !["stage: ", "queue: ", "ledger: "].iter().any(|prefix| line.starts_with(prefix));
    let mut logged = 0;
    for line in lines.iter().filter(told) {
        let parsed: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {line}: {error}"));
        for secret in ["АОСР", "план", "секрет", "Петров"] {
            assert!(!line.contains(secret), "`{secret}` stands in the log: {line}");
        }
        if parsed.get("message").is_some() {
            let names_request = line.contains("\"request_id\":\"request-");
            assert!(names_request || parsed.get("level") == Some(&json!("DEBUG")), "which request? {line}");
            logged += 1;
        }
    }
    assert!(logged >= 4, "a panic, a stranger, a poison and a retry are logged: {lines:#?}");
    assert!(lines.iter().any(|line| line.contains("a panic at ") && line.contains("runtime.rs:")), "{lines:#?}");
}

fn a_request_carries_its_tenant() {
    let event = |authorizer: Value| {
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/v1/projects/%D0%96+1", "rawQueryString": "q=%D0%90+%2B",
            "headers": {"host": "api.example.org", "content-type": "text/plain"},
            "requestContext": {
                "accountId": "123456789012", "apiId": "a", "authorizer": authorizer, "domainName": "api.example.org",
                "http": {"method": "POST", "path": "/v1/projects/Ж+1", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "t"},
                "requestId": "r", "routeKey": "$default", "stage": "$default", "time": "t", "timeEpoch": 1
            },
            "body": "0JA=", "isBase64Encoded": true
        })
    };
    let acme = json!({"jwt": {"claims": {"sub": "u", "custom:tenant": "acme"}, "scopes": null}});
    let body_of =
        |answer: &Value| -> Value { serde_json::from_str(answer.get("body").unwrap().as_str().unwrap()).unwrap() };

    let function = Function::start(ROLE, "api", &[]);
    let Answer::Response(answer) = function.invoke(&event(acme.clone()), 30_000) else { panic!("no response") };
    assert_eq!((answer.get("statusCode"), answer.get("isBase64Encoded")), (Some(&json!(201)), Some(&json!(false))));
    let expected = json!({
        "trace": runtime_api::TRACE, "tenant": "acme", "path": "/v1/projects/%D0%96+1", "query": "q=%D0%90+%2B", "name": "А +", "body": "А"
    });
    assert_eq!(body_of(&answer), expected);
    for authorizer in
        [Value::Null, json!({"jwt": {"claims": {"sub": "u"}}}), json!({"jwt": {"claims": {"custom:tenant": "A/b"}}})]
    {
        let Answer::Response(answer) = function.invoke(&event(authorizer), 30_000) else { panic!("no response") };
        assert_eq!(answer.get("statusCode"), Some(&json!(403)));
        assert_eq!(answer.pointer("/headers/content-type"), Some(&json!("application/problem+json")));
        assert_eq!(answer.get("isBase64Encoded"), Some(&json!(false)));
        assert_eq!(body_of(&answer).get("status"), Some(&json!(403)));
    }
    function.wait_for_line("POST answered 201 in ");

    let function = Function::start(ROLE, "api", &[("PTO_SINGLE_TENANT", "local")]);
    for (authorizer, tenant) in [(Value::Null, "local"), (acme, "acme")] {
        let Answer::Response(answer) = function.invoke(&event(authorizer), 30_000) else { panic!("no response") };
        assert_eq!(body_of(&answer).get("tenant"), Some(&json!(tenant)));
    }
}

/// The function as it is started in the cloud, by its variables alone; moto stands for SQS and DynamoDB.
fn queues_and_table_of_aws_are_settled() {
    let emulator = Emulator::start();
    let (queue, dead_letters) = (emulator.make_queue("pto-upload-handler"), emulator.make_queue("pto-dead-letters"));
    emulator.make_table("pto");
    let variables = aws_variables(&emulator.url(), &queue, &dead_letters);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let function = Function::start(ROLE, "upload-handler of aws", &variables);

    for body in ["{".to_owned(), created("local/retry.pdf"), created("local/reject.pdf"), created(CYRILLIC)] {
        emulator.sqs("SendMessage", &json!({"QueueUrl": queue, "MessageBody": body}));
    }
    let mut records = Vec::new();
    while records.len() < 4 {
        let received = emulator.receive(&queue, 10);
        assert!(!received.is_empty(), "{} of 4 messages came", records.len());
        records.extend(received);
    }
    let failed = listed(function.invoke(&json!({ "Records": records }), 60_000));
    assert_eq!(failed.len(), 1, "the one that is tried again: {failed:?}");
    function.wait_for_line("stage: local/АОСР № 1 + план.pdf");

    // What Lambda does after the answer.
    let id = |record: &Value| record.get("messageId").unwrap().as_str().unwrap().to_owned();
    for record in records.iter().filter(|record| !failed.contains(&id(record))) {
        let receipt = record.get("receiptHandle").unwrap();
        emulator.sqs("DeleteMessage", &json!({"QueueUrl": queue, "ReceiptHandle": receipt}));
    }
    let letters = emulator.receive(&dead_letters, 10);
    assert_eq!(letters.iter().map(|letter| letter.get("body").unwrap()).collect::<Vec<_>>(), ["{"]);
    let reason = letters.first().unwrap().pointer("/messageAttributes/reason/stringValue");
    assert!(reason.and_then(Value::as_str).is_some_and(|reason| reason.contains("cannot be read")), "{letters:?}");
    // Within the twenty seconds of one long poll, although the queue hides for six minutes.
    let again = emulator.receive(&queue, 10);
    assert_eq!(again.iter().map(id).collect::<Vec<_>>(), failed);
    let attempt = again.first().unwrap().pointer("/attributes/ApproximateReceiveCount").unwrap();
    assert_eq!(attempt, "2");
    let table = emulator.dynamo("Scan", &json!({"TableName": "pto"})).to_string();
    assert!(table.contains("not-pdf") && table.contains("Файл не PDF."), "the refusal is written: {table}");
}

fn aws_variables(endpoint: &str, queue: &str, dead_letters: &str) -> Vec<(&'static str, String)> {
    [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("PTO_TABLE", "pto"),
        ("PTO_QUEUE_UPLOAD_HANDLER", queue),
        ("PTO_DEAD_LETTERS", dead_letters),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn a_missing_variable_is_named_at_the_start() {
    let variables = aws_variables("http://127.0.0.1:1", "http://127.0.0.1:1/0/q", "");
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let without_table: Vec<_> = variables.iter().filter(|(name, _)| *name != "PTO_TABLE").copied().collect();
    for (variables, missing) in [(variables, "PTO_DEAD_LETTERS"), (without_table, "PTO_TABLE")] {
        let function = Function::start(ROLE, "start of aws", &variables);
        let line = function.wait_for_line("failed to find");
        assert!(line.contains(missing), "{line}");
    }
}
