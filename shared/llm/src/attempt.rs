//! One call to one server: what comes back, cut by time and size, and what each kind of trouble means for the next.

use crate::pace::{Pace, by};
use crate::{Call, Transport, Unreached};
use ports::WhyUnanswered;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The largest body that is read: many times the longest answer that is asked for.
pub(crate) const LARGEST_BODY_BYTES: usize = 512 << 10;

/// Shortest and longest wait between two attempts.
const SHORTEST_WAIT: f64 = 4.0;
const LONGEST_WAIT: f64 = 60.0;

/// Why a call brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection.
    Unreached,
    /// The connection broke.
    Broken,
    /// It hung, or dripped.
    TooSlow,
    /// The body is larger than anything asked for.
    TooLarge,
    /// 429: wait, for so long if the server says so.
    Busy(Option<Duration>),
    /// 5xx and its like.
    Failing(Option<Duration>),
    /// What no repeat mends: the key, the address, the quota.
    Denied(u16),
    /// The server does not know this way to bind an answer to a schema.
    FormatUnknown,
    /// The question is longer than the model can read.
    TooLong,
    /// The model refuses.
    Refused,
    /// No JSON, half of it, or none of the schema.
    Malformed,
}

impl Trouble {
    /// Whether another attempt may do better.
    pub(crate) fn may_pass(self) -> bool {
        !matches!(self, Self::Denied(_) | Self::TooLong | Self::Refused)
    }

    /// Whether the server itself is at fault, and will be for the next question, too.
    pub(crate) fn is_of_server(self) -> bool {
        match self {
            Self::Unreached | Self::Broken | Self::TooSlow | Self::Busy(_) | Self::Failing(_) | Self::Denied(_) => true,
            Self::TooLarge | Self::FormatUnknown | Self::TooLong | Self::Refused | Self::Malformed => false,
        }
    }

    /// Whether the server may have worked, and counted it, though no count came back.
    pub(crate) fn may_have_cost(self) -> bool {
        match self {
            Self::Broken | Self::TooSlow | Self::TooLarge | Self::Malformed | Self::Refused => true,
            Self::Unreached
            | Self::Busy(_)
            | Self::Failing(_)
            | Self::Denied(_)
            | Self::FormatUnknown
            | Self::TooLong => false,
        }
    }

    pub(crate) fn why(self) -> WhyUnanswered {
        match self {
            Self::Unreached | Self::Broken | Self::Busy(_) | Self::Failing(_) | Self::Denied(_) => {
                WhyUnanswered::Unreachable
            }
            Self::TooSlow => WhyUnanswered::OutOfTime,
            Self::TooLarge | Self::FormatUnknown | Self::TooLong | Self::Malformed => WhyUnanswered::Malformed,
            Self::Refused => WhyUnanswered::Refused,
        }
    }

    /// How long to wait before attempt `next` (from 2): drawn by chance from a range that doubles, from 4 seconds up to
    /// at most 60, and never less than the server asked for.
    pub(crate) fn wait_before(self, next: u32, chance: f64) -> Duration {
        let widest = (SHORTEST_WAIT * f64::from(1_u32 << (next.saturating_sub(1)).min(8))).min(LONGEST_WAIT);
        let drawn = Duration::from_secs_f64(SHORTEST_WAIT + (widest - SHORTEST_WAIT) * chance.clamp(0.0, 1.0));
        match self {
            Self::Busy(Some(asked)) | Self::Failing(Some(asked)) => asked.max(drawn),
            _ => drawn,
        }
    }
}

/// A body that came whole with status 200.
pub(crate) async fn exchange(
    transport: &dyn Transport,
    pace: &dyn Pace,
    call: &Call,
    until: Duration,
    now_ms: u64,
) -> Result<String, Trouble> {
    match by(pace, until, receive(transport, call)).await {
        None => Err(Trouble::TooSlow),
        Some(Err(Cut::Connection(error))) => {
            tracing::debug!(%error, "a model's server could not be reached");
            Err(if error.may_have_arrived { Trouble::Broken } else { Trouble::Unreached })
        }
        Some(Err(Cut::TooLarge)) => Err(Trouble::TooLarge),
        Some(Ok(received)) => received.judged(now_ms),
    }
}

enum Cut {
    Connection(Unreached),
    TooLarge,
}

impl From<Unreached> for Cut {
    fn from(error: Unreached) -> Self {
        Self::Connection(error)
    }
}

struct Received {
    status: u16,
    retry_after: Option<String>,
    body: String,
}

async fn receive(transport: &dyn Transport, call: &Call) -> Result<Received, Cut> {
    let mut incoming = transport.post(call).await?;
    let (status, retry_after) = (incoming.status(), incoming.retry_after());
    let mut body = Vec::new();
    while let Some(part) = incoming.part().await? {
        if body.len() + part.len() > LARGEST_BODY_BYTES {
            return Err(Cut::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(Received { status, retry_after, body: String::from_utf8_lossy(&body).into_owned() })
}

impl Received {
    fn judged(self, now_ms: u64) -> Result<String, Trouble> {
        let wait = || self.retry_after.as_deref().and_then(|text| wait_asked(text, now_ms));
        let says = |words: &[&str]| {
            let body = self.body.to_lowercase();
            words.iter().any(|word| body.contains(word))
        };
        match self.status {
            200 => Ok(self.body),
            // A quota that is used up comes as 429 too, and no wait mends it.
            429 if says(&["insufficient_quota"]) => Err(Trouble::Denied(429)),
            429 => Err(Trouble::Busy(wait())),
            400 | 422 | 501 if says(&["response_format", "json_schema", "json_object", "grammar"]) => {
                Err(Trouble::FormatUnknown)
            }
            400 | 413 | 422
                if says(&["context length", "context_length", "context window", "context size", "maximum context"]) =>
            {
                Err(Trouble::TooLong)
            }
            400 | 403 if says(&["content_filter", "content_policy"]) => Err(Trouble::Refused),
            408 | 425 | 500..=599 => Err(Trouble::Failing(wait())),
            status => Err(Trouble::Denied(status)),
        }
    }
}

/// `Retry-After`: seconds, or a date.
fn wait_asked(text: &str, now_ms: u64) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at: SystemTime = httpdate::parse_http_date(text.trim()).ok()?;
    let at = at.duration_since(UNIX_EPOCH).ok()?;
    Some(at.saturating_sub(Duration::from_millis(now_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_drawn_from_four_seconds_to_a_minute() {
        let seconds = |next, chance| Trouble::Unreached.wait_before(next, chance).as_secs_f64();
        assert_eq!((seconds(2, 0.0), seconds(2, 1.0)), (4.0, 8.0));
        assert_eq!((seconds(3, 0.0), seconds(3, 1.0)), (4.0, 16.0));
        assert_eq!((seconds(9, 0.0), seconds(9, 1.0)), (4.0, 60.0));
    }

    #[test]
    fn the_server_is_never_asked_sooner_than_it_wants() {
        let asked = Duration::from_secs(42);
        assert_eq!(Trouble::Busy(Some(asked)).wait_before(2, 1.0), asked);
        assert_eq!(Trouble::Failing(Some(Duration::from_secs(1))).wait_before(2, 0.5), Duration::from_secs(6));
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let now_ms = 1_796_083_200_000;
        assert_eq!(wait_asked(" 17 ", now_ms), Some(Duration::from_secs(17)));
        assert_eq!(wait_asked("Tue, 01 Dec 2026 00:00:30 GMT", now_ms), Some(Duration::from_secs(30)));
        assert_eq!(wait_asked("Mon, 01 Nov 2021 00:00:00 GMT", now_ms), Some(Duration::ZERO));
        assert_eq!(wait_asked("soon", now_ms), None);
    }
}
