use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// A server that does not even take the connection within this is not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A request to a server.
#[derive(Debug, Clone)]
pub struct Call {
    /// Address.
    pub url: String,
    /// Its key, if it wants one.
    pub key: Option<SecretString>,
    /// Body, JSON.
    pub body: String,
}

/// A server could not be reached, or the connection broke. What the error says may name addresses only.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub struct Unreached {
    /// What was being done.
    pub doing: &'static str,
    /// Whether the server may have got the request.
    pub may_have_arrived: bool,
}

/// Carries requests. The edge of this crate: everything else thinks.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request and comes back with the head of the answer.
    async fn post(&self, call: &Call) -> Result<Box<dyn Incoming>, Unreached>;
}

/// An answer as it comes in.
#[async_trait]
pub trait Incoming: Send {
    /// HTTP status.
    fn status(&self) -> u16;

    /// `Retry-After` as it was sent.
    fn retry_after(&self) -> Option<String>;

    /// The next part of the body; `None` at its end.
    async fn part(&mut self) -> Result<Option<Bytes>, Unreached>;
}

/// Requests over HTTP. No redirect is followed: it would carry the key elsewhere.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A client with a pool of connections of its own. Fails when there is no TLS.
    pub fn new() -> Result<Self, Unreached> {
        let client = reqwest::Client::builder().redirect(Policy::none()).connect_timeout(CONNECT_WITHIN).build();
        Ok(Self { client: client.map_err(|error| unreached(&error))? })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn post(&self, call: &Call) -> Result<Box<dyn Incoming>, Unreached> {
        let mut request = self.client.post(&call.url).header(CONTENT_TYPE, "application/json");
        if let Some(key) = &call.key {
            let value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()));
            let doing = "write the key into a header";
            let mut value = value.map_err(|_error| Unreached { doing, may_have_arrived: false })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let response = request.body(call.body.clone()).send().await.map_err(|error| unreached(&error))?;
        Ok(Box::new(HttpIncoming(response)))
    }
}

struct HttpIncoming(reqwest::Response);

#[async_trait]
impl Incoming for HttpIncoming {
    fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    fn retry_after(&self) -> Option<String> {
        self.0.headers().get(RETRY_AFTER)?.to_str().ok().map(str::to_owned)
    }

    async fn part(&mut self) -> Result<Option<Bytes>, Unreached> {
        self.0.chunk().await.map_err(|error| unreached(&error))
    }
}

/// The kind of trouble alone: addresses may carry what is secret.
fn unreached(error: &reqwest::Error) -> Unreached {
    if error.is_connect() {
        Unreached { doing: "connect", may_have_arrived: false }
    } else if error.is_builder() {
        Unreached { doing: "build the request", may_have_arrived: false }
    } else {
        Unreached { doing: "exchange the request", may_have_arrived: true }
    }
}
