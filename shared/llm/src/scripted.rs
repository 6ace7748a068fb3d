//! A server that answers by a script, and a clock that moves only when everybody waits: hours pass in no time, and the
//! same test gives the same waits every time.

use crate::{Call, Incoming, Pace, Transport, Unreached};
use async_trait::async_trait;
use bytes::Bytes;
use ports::Clock;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// A clock of its own. Chance draws one and the same number.
pub struct VirtualPace {
    chance: f64,
    timers: Mutex<Timers>,
}

#[derive(Default)]
struct Timers {
    now: Duration,
    next: u64,
    waiting: BTreeMap<(Duration, u64), Waker>,
}

impl VirtualPace {
    /// A clock at 0 that draws `chance`.
    pub fn drawing(chance: f64) -> Self {
        Self { chance, timers: Mutex::default() }
    }

    /// Runs `work` to its end, moving the clock to the next timer whenever nothing else is left to do; `None` when
    /// `work` waits for what no timer brings.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        loop {
            if woken.0.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(value) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Some(value);
                }
            } else {
                let (at, waiting) = {
                    let mut timers = self.lock();
                    let ((at, _), waiting) = timers.waiting.pop_first()?;
                    timers.now = timers.now.max(at);
                    (at, waiting)
                };
                tracing::trace!(?at, "the clock has moved");
                waiting.wake();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Timers> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Pace for VirtualPace {
    fn now(&self) -> Duration {
        self.lock().now
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now() + duration;
        Sleep { pace: self, until, timer: None }.await;
    }

    fn chance(&self) -> f64 {
        self.chance
    }
}

/// The same clock as the time of day, which begins in 1970.
impl Clock for VirtualPace {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.lock().now.as_millis()).unwrap_or(u64::MAX)
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Sleep<'a> {
    pace: &'a VirtualPace,
    until: Duration,
    timer: Option<(Duration, u64)>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let (pace, until) = (self.pace, self.until);
        let mut timers = pace.lock();
        if timers.now >= until {
            return Poll::Ready(());
        }
        let timer = *self.timer.get_or_insert_with(|| {
            timers.next += 1;
            (until, timers.next)
        });
        timers.waiting.insert(timer, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.pace.lock().waiting.remove(&timer);
        }
    }
}

/// What the server does with one call.
#[derive(Debug, Clone)]
pub enum Act {
    /// Answers with this value, well formed, counting 100 tokens in and 10 out.
    Answer(Value),
    /// Answers with this status, this `Retry-After` and this body.
    Status(u16, Option<&'static str>, String),
    /// Takes so long and then does the other.
    After(Duration, Box<Act>),
    /// Takes the request and never answers.
    Hang,
    /// Sends a byte now and then, for ever.
    Drip(Duration),
    /// Sends for ever, as fast as it is read.
    Giant,
    /// Sends the beginning of an answer, and the connection breaks.
    Break,
    /// Takes no connection.
    Absent,
}

/// A call as the server saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// When.
    pub at: Duration,
    /// Address.
    pub url: String,
    /// Key.
    pub key: Option<String>,
    /// Body.
    pub body: Value,
}

/// A server that acts by a script; its last act goes on for ever. Scripts by the beginning of the address.
pub struct ScriptedServer {
    pace: Arc<VirtualPace>,
    scripts: Mutex<BTreeMap<String, VecDeque<Act>>>,
    seen: Mutex<Vec<Seen>>,
}

impl ScriptedServer {
    /// A server that takes no connections yet.
    pub fn new(pace: Arc<VirtualPace>) -> Self {
        Self { pace, scripts: Mutex::default(), seen: Mutex::default() }
    }

    /// Gives the server at an address its script.
    pub fn play(&self, base_url: &str, script: impl IntoIterator<Item = Act>) {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        scripts.insert(base_url.to_owned(), script.into_iter().collect());
    }

    /// The calls so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next(&self, url: &str) -> Act {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let script = scripts.iter_mut().find(|(base_url, _)| url.starts_with(base_url.as_str()));
        let Some((_, script)) = script else { return Act::Absent };
        let act = if script.len() > 1 { script.pop_front() } else { script.front().cloned() };
        act.unwrap_or(Act::Absent)
    }
}

/// The body of a well-formed answer whose content is this text.
pub fn completion(content: &str) -> String {
    json!({
        "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10},
    })
    .to_string()
}

#[async_trait]
impl Transport for ScriptedServer {
    async fn post(&self, call: &Call) -> Result<Box<dyn Incoming>, Unreached> {
        let body = serde_json::from_str(&call.body).unwrap_or(Value::Null);
        let key = call.key.as_ref().map(|key| key.expose_secret().to_owned());
        let seen = Seen { at: self.pace.now(), url: call.url.clone(), key, body };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        let mut act = self.next(&call.url);
        while let Act::After(time, next) = act {
            self.pace.sleep(time).await;
            act = *next;
        }
        let (status, retry_after) = match &act {
            Act::Absent => return Err(Unreached { doing: "connect", may_have_arrived: false }),
            Act::Hang => std::future::pending().await,
            Act::Status(status, retry_after, _) => (*status, *retry_after),
            _ => (200, None),
        };
        Ok(Box::new(Played { act, status, retry_after, pace: Arc::clone(&self.pace), is_begun: false }))
    }
}

struct Played {
    act: Act,
    status: u16,
    retry_after: Option<&'static str>,
    pace: Arc<VirtualPace>,
    is_begun: bool,
}

#[async_trait]
impl Incoming for Played {
    fn status(&self) -> u16 {
        self.status
    }

    fn retry_after(&self) -> Option<String> {
        self.retry_after.map(str::to_owned)
    }

    async fn part(&mut self) -> Result<Option<Bytes>, Unreached> {
        let is_begun = std::mem::replace(&mut self.is_begun, true);
        match &self.act {
            Act::Drip(every) => {
                self.pace.sleep(*every).await;
                Ok(Some(Bytes::from_static(b" ")))
            }
            Act::Giant => Ok(Some(Bytes::from(vec![b' '; 16 << 10]))),
            Act::Break if is_begun => Err(Unreached { doing: "read the answer", may_have_arrived: true }),
            Act::Break => Ok(Some(Bytes::from_static(b"{\"choices\": [{\"mess"))),
            Act::Answer(_) | Act::Status(..) if is_begun => Ok(None),
            Act::Answer(value) => Ok(Some(Bytes::from(completion(&value.to_string())))),
            Act::Status(_, _, body) => Ok(Some(Bytes::from(body.clone()))),
            Act::After(..) | Act::Hang | Act::Absent => Ok(None),
        }
    }
}
