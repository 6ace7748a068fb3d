//! Runs the built binary in a folder of its own.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a part of tests, of which each binary uses its own"
)]

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with a data folder in it.
pub(crate) struct Pto {
    folder: TempDir,
    finds_programs: bool,
}

/// What a finished command said.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Pto {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), finds_programs: true }
    }

    /// Finds no other program, Tesseract among them.
    pub(crate) fn without_programs(mut self) -> Self {
        self.finds_programs = false;
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pto"));
        command.env("PTO_DATA", self.folder().join("data")).stdin(Stdio::null());
        if !self.finds_programs {
            command.env("PATH", "");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(&[], arguments)
    }

    /// Runs it with more variables.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Done {
        let mut command = self.command();
        let Output { status, stdout, stderr } =
            command.envs(variables.iter().copied()).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Starts the server on a free port; it is killed when dropped.
    pub(crate) fn serve(&self) -> Server {
        let mut child =
            self.command().args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let host = line.trim().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        Server { child, host }
    }
}

/// A model's server on a free port, which answers every question with this content, in a thread of its own.
pub(crate) fn model_server(content: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while line != "\r\n" {
                line.clear();
                stream.read_line(&mut line).unwrap();
                let header = line.to_lowercase();
                length = header.strip_prefix("content-length: ").map_or(length, |text| text.trim().parse().unwrap());
            }
            stream.read_exact(&mut vec![0; length]).unwrap();
            let choice = serde_json::json!({"message": {"content": content}, "finish_reason": "stop"});
            let usage = serde_json::json!({"prompt_tokens": 700, "completion_tokens": 30});
            let body = serde_json::json!({"choices": [choice], "usage": usage}).to_string();
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    url
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    host: String,
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Server {
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[("Host", &self.host)], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.request("POST", path, &[("Host", &self.host)], body)
    }

    /// One request over a connection of its own.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head =
            format!("{method} {path} HTTP/1.1\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses by the head may close before it has taken the body.
        drop(stream.write_all(body));
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, body: answer[end + 4..].to_vec() }
    }

    /// Asks for a job until it has ended; the test runner bounds the time.
    pub(crate) fn wait_for(&self, id: &str) -> Value {
        loop {
            let job = self.get(&format!("/v1/jobs/{id}")).json();
            if matches!(job["state"].as_str(), Some("done" | "rejected" | "failed")) {
                return job;
            }
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What a value breaks of `docs/schemas/<name>.schema.json`.
pub(crate) fn schema_errors(name: &str, value: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/schemas/{name}.schema.json"));
    let validator = jsonschema::validator_for(&read_json(&path)).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A path as it stands in a request.
pub(crate) fn escape(path: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
