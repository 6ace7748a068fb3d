//! moto: SQS and DynamoDB on this machine, spoken to in their JSON protocol.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running moto; it ends when this is dropped.
pub(crate) struct Emulator {
    server: Child,
    port: u16,
}

impl Emulator {
    /// Starts it and waits until it answers.
    pub(crate) fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/emulators/moto/bin/moto_server");
        assert!(program.exists(), "{} is not there: run scripts/setup test", program.display());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("PYTHONUNBUFFERED", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
        let is_up = lines.any(|line| line.contains("Running on"));
        // Nobody may leave its pipe full.
        std::thread::spawn(move || lines.for_each(drop));
        let emulator = Self { server, port };
        assert!(is_up, "moto ended before it was up");
        emulator
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks SQS.
    pub(crate) fn sqs(&self, action: &str, request: &Value) -> Value {
        self.ask("sqs", &format!("AmazonSQS.{action}"), request)
    }

    /// Asks DynamoDB.
    pub(crate) fn dynamo(&self, action: &str, request: &Value) -> Value {
        self.ask("dynamodb", &format!("DynamoDB_20120810.{action}"), request)
    }

    /// Makes a queue that hides what was received for six minutes; answers its address.
    pub(crate) fn make_queue(&self, name: &str) -> String {
        let queue = json!({"QueueName": name, "Attributes": {"VisibilityTimeout": "360"}});
        self.sqs("CreateQueue", &queue).get("QueueUrl").unwrap().as_str().unwrap().to_owned()
    }

    /// Makes the table of records.
    pub(crate) fn make_table(&self, name: &str) {
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let table = json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [key("PK", "HASH"), key("SK", "RANGE")], "AttributeDefinitions": [text("PK"), text("SK")],
        });
        self.dynamo("CreateTable", &table);
    }

    /// Waits up to twenty seconds for messages; answers them as the records of a batch for Lambda.
    pub(crate) fn receive(&self, queue: &str, at_most: u32) -> Vec<Value> {
        let request = json!({"QueueUrl": queue, "MaxNumberOfMessages": at_most, "WaitTimeSeconds": 20,
                             "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]});
        let answer = self.sqs("ReceiveMessage", &request);
        let messages = answer.get("Messages").and_then(Value::as_array).cloned().unwrap_or_default();
        let member = |message: &Value, name: &str| message.get(name).cloned().unwrap_or_default();
        let record = |message: &Value| {
            json!({
                "messageId": member(message, "MessageId"), "receiptHandle": member(message, "ReceiptHandle"),
                "body": member(message, "Body"), "attributes": member(message, "Attributes"), "eventSource": "aws:sqs",
                "messageAttributes": {"reason": {"stringValue": message.pointer("/MessageAttributes/reason/StringValue")}},
            })
        };
        messages.iter().map(record).collect()
    }

    fn ask(&self, service: &str, target: &str, request: &Value) -> Value {
        let body = request.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n\
             X-Amz-Target: {target}\r\nContent-Length: {}\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=test/20260101/eu-central-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.split(' ').nth(1) == Some("200"), "{target}: {answer}");
        serde_json::from_str(body.trim()).unwrap_or_default()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
