//! A server on a free port, and a client that writes requests byte by byte.

use axum::Router;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) struct Server {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    #[allow(dead_code, reason = "not every test file asks for headers")]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { host_yandex::serve_router(router, listener).await.unwrap() });
        Self { address, serving }
    }

    #[allow(dead_code, reason = "not every test file posts")]
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.request("POST", path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "").await
    }

    pub(crate) async fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        self.request_with(method, path, &[("Content-Type", "application/json")], body).await
    }

    pub(crate) async fn request_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: container\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("X-Request-Id: r-1\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
        let (mut reading, mut writing) = TcpStream::connect(self.address).await.unwrap().into_split();
        // A server that refuses a long body answers before it has read it all, and then closes. The sending half stays
        // open until the answer is there: one that closes it first is taken for gone.
        let sent = tokio::spawn(async move {
            drop(writing.write_all(request.as_bytes()).await);
            writing
        });
        let mut bytes = Vec::new();
        drop(reading.read_to_end(&mut bytes).await);
        drop(sent);
        let answer = String::from_utf8(bytes).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
