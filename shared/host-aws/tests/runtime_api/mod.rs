//! The Lambda Runtime API (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) as far as a function needs it, and the function under it:
//! this program, started again.

use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Long past what any answer takes: a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The trace of every invocation.
pub(crate) const TRACE: &str = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";

/// How the function answered an invocation.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// `/response`.
    Response(Value),
    /// `/error`.
    Error(Value),
}

struct Invocation {
    event: String,
    deadline_ms: u64,
}

/// A running function; it ends when this is dropped.
pub(crate) struct Function {
    child: Child,
    invocations: Sender<Invocation>,
    answers: Receiver<Answer>,
    lines: Receiver<String>,
    seen: RefCell<Vec<String>>,
    read_up_to: Cell<usize>,
}

impl Function {
    /// Starts this program with `role_variable` set to `role`.
    pub(crate) fn start(role_variable: &str, role: &str, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (invocations, waiting) = channel();
        let (answered, answers) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        std::thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let (waiting, answered) = (Arc::clone(&waiting), answered.clone());
                std::thread::spawn(move || serve(stream.unwrap(), index, &waiting, &answered));
            }
        });
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(role_variable, role)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", role)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env_remove("PTO_LOG")
            .env_remove("PTO_SINGLE_TENANT")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (line_read, lines) = channel();
        let pipes: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for pipe in pipes {
            let line_read = line_read.clone();
            std::thread::spawn(move || {
                let lines = BufReader::new(pipe).lines().map_while(Result::ok);
                lines.map(|line| line_read.send(line)).take_while(Result::is_ok).for_each(drop);
            });
        }
        Self { child, invocations, answers, lines, seen: RefCell::default(), read_up_to: Cell::default() }
    }

    /// Invokes the function, which has `left_ms` for it, and waits for its answer.
    pub(crate) fn invoke(&self, event: &Value, left_ms: u64) -> Answer {
        self.invocations.send(Invocation { event: event.to_string(), deadline_ms: now_ms() + left_ms }).unwrap();
        self.answers
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("no answer: {error}; {:#?}", self.lines_so_far()))
    }

    /// Waits for a line of the output with this in it, after those that were waited for before.
    pub(crate) fn wait_for_line(&self, part: &str) -> String {
        let unread = self.read_up_to.get();
        let find = |lines: &[String]| lines.iter().skip(unread).position(|line| line.contains(part));
        let position = unread + self.wait_until(part, find);
        self.read_up_to.set(position + 1);
        self.seen.borrow().get(position).unwrap().clone()
    }

    /// Waits for lines that have these in them, in whatever order.
    pub(crate) fn wait_for_lines(&self, parts: &[&str]) {
        for part in parts {
            let unread = self.read_up_to.get();
            self.wait_until(part, |lines| lines.iter().skip(unread).position(|line| line.contains(part)));
        }
    }

    fn wait_until(&self, what: &str, find: impl Fn(&[String]) -> Option<usize>) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = find(&self.seen.borrow()) {
                return found;
            }
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.borrow_mut().push(line),
                Err(error) => panic!("no line with `{what}`: {error}; {:#?}", self.seen.borrow()),
            }
        }
    }

    /// All lines of the output that have arrived.
    pub(crate) fn lines_so_far(&self) -> Vec<String> {
        self.seen.borrow_mut().extend(self.lines.try_iter());
        self.seen.borrow().clone()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// Answers the requests of one connection, one after another.
fn serve(mut stream: TcpStream, connection: usize, waiting: &Mutex<Receiver<Invocation>>, answered: &Sender<Answer>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for number in 0.. {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).is_ok_and(|bytes| bytes > 0) {
                continue;
            }
            return;
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let path = head.split(' ').nth(1).unwrap();
        let reply = if path.ends_with("/invocation/next") {
            let Ok(Invocation { event, deadline_ms }) = waiting.lock().unwrap().recv() else { return };
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                 Lambda-Runtime-Aws-Request-Id: request-{connection}-{number}\r\nLambda-Runtime-Deadline-Ms: {deadline_ms}\r\n\
                 Lambda-Runtime-Trace-Id: {TRACE}\r\n\
                 Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:123456789012:function:f\r\n\r\n{event}",
                event.len()
            )
        } else {
            let told: Value = serde_json::from_slice(&body).unwrap();
            let answer = if path.ends_with("/response") { Answer::Response(told) } else { Answer::Error(told) };
            if answered.send(answer).is_err() {
                return;
            }
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned()
        };
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
