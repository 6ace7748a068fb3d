//! Every function's real binary under the genuine runtime interface emulator of AWS, answering the events of events/aws.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

use cloud::{CloudHost, Dialect, Variables};
use domain::{ReceiveUpload, StageName};
use pipeline::Records;
use ports::Host;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Duration;
use tests::{Deployed, Ministack, Running, binary, emulator, free_port, root};

/// The genuine emulator, as the wheel of the SAM command line ships it.
fn interface_emulator() -> std::path::PathBuf {
    let libraries = emulator("sam", "python").parent().unwrap().parent().unwrap().join("lib");
    let python = fs::read_dir(&libraries).unwrap().map(Result::unwrap).next().unwrap().path();
    let name = format!("aws-lambda-rie-{}", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" });
    let path = python.join("site-packages/samcli/local/rapid").join(name);
    assert!(path.exists(), "{} is not there: run scripts/setup test", path.display());
    path
}

fn event(name: &str) -> Value {
    let path = root().join("events/aws").join(name);
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

struct Function {
    running: Running,
    url: String,
    http: reqwest::Client,
}

impl Function {
    /// Starts a function's binary with the environment that the template gives it.
    async fn start(name: &str, environment: &BTreeMap<String, String>) -> Self {
        let (port, api) = (free_port(), free_port());
        let mut command = Command::new(interface_emulator());
        command.args(["--runtime-interface-emulator-address", &format!("127.0.0.1:{port}")]);
        command.args(["--runtime-api-address", &format!("127.0.0.1:{api}")]).arg(binary(name)).envs(environment);
        let running = Running::start(command, port).await;
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
        Self { running, url, http: reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap() }
    }

    async fn answer(&self, event: &Value) -> Value {
        let answer = self.http.post(&self.url).body(event.to_string()).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}\n{}", self.running.output()));
        let body = answer.text().await.unwrap();
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}\n{}", self.running.output()))
    }
}

/// Ids of the messages of an SQS event.
fn message_ids(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

fn failed(ids: &[String]) -> Value {
    let items: Vec<_> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": items })
}

async fn installation() -> (Ministack, Deployed) {
    let stack = Ministack::start(false).await;
    let deployed = stack.deploy();
    (stack, deployed)
}

#[tokio::test]
async fn every_stage_answers_its_events() {
    let (stack, deployed) = installation().await;
    for stage in StageName::ALL {
        let function = Function::start(stage.name(), &deployed.environment(&stack, stage.name())).await;
        if stage == StageName::Sweeper {
            let swept = function.answer(&event("schedule.json")).await;
            assert!(swept.get("errorMessage").is_none(), "{swept}");
            assert_eq!(function.answer(&event("task-sweeper.json")).await, failed(&[]));
            continue;
        }
        // Of documents that nobody knows: worth another try, so each message is given back.
        let unknown = event(&format!("task-{stage}.json"));
        assert_eq!(function.answer(&unknown).await, failed(&message_ids(&unknown)), "{stage}");
    }
}

#[tokio::test]
async fn the_upload_handler_knows_what_storage_tells() {
    let (stack, deployed) = installation().await;
    let environment = deployed.environment(&stack, "upload-handler");
    let function = Function::start("upload-handler", &environment).await;
    assert_eq!(function.answer(&event("s3-test-event.json")).await, failed(&[]), "the first message of a bucket");

    // The object is not there, so the message is given back; its name has been read, and decoded once.
    let created = event("s3-created-dropped-cyrillic.json");
    assert_eq!(function.answer(&created).await, failed(&message_ids(&created)));
    let variables: Variables = environment.into_iter().collect();
    let records = Records::new(CloudHost::from_variables(variables, Dialect::Aws).await.ledger().unwrap());
    let upload = ReceiveUpload::of_object("local/АОСР № 1 + план.pdf").unwrap().upload;
    assert_eq!(records.upload(&upload).await.unwrap().unwrap().file_name, "АОСР № 1 + план.pdf");
}

#[tokio::test]
async fn a_poisonous_message_is_buried_and_its_neighbours_are_given_back() {
    let (stack, deployed) = installation().await;
    let environment = deployed.environment(&stack, "upload-handler");
    let function = Function::start("upload-handler", &environment).await;
    let batch = event("batch-with-poison.json");
    let ids = message_ids(&batch);
    assert_eq!(ids.len(), 3, "a test event, the poison, an object whose upload nobody announced");
    assert_eq!(function.answer(&batch).await, failed(&ids[2..]));
    let host = CloudHost::from_variables(environment.into_iter().collect(), Dialect::Aws).await;
    assert_eq!(host.dead_letters().unwrap().depth().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn the_api_answers_the_gateway() {
    let (stack, deployed) = installation().await;
    let function = Function::start("api", &deployed.environment(&stack, "api")).await;
    let listed = function.answer(&event("api-get-jobs.json")).await;
    assert_eq!(listed["statusCode"], 200, "{listed}");
    let body: Value = serde_json::from_str(listed["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["jobs"], json!([]));
    let announced = function.answer(&event("api-post-uploads.json")).await;
    assert!((200..300).contains(&announced["statusCode"].as_u64().unwrap()), "{announced}");
    let body: Value = serde_json::from_str(announced["body"].as_str().unwrap()).unwrap();
    assert!(body["upload"]["url"].as_str().unwrap().contains("X-Amz-Signature"), "{body}");
}
