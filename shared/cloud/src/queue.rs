use async_trait::async_trait;
use ports::{PortError, Queue};

tokio::task_local! {
    /// The trace header of the delivery under way (`Root=1-…;Parent=…;Sampled=1`). A host sets it around a delivery
    /// (`TRACE.scope(header, future)`), and what is sent inside carries it on. Tasks spawned inside do not inherit it.
    pub static TRACE: String;
}

/// The trace header of the delivery under way, if its host set one.
pub(crate) fn trace() -> Option<String> {
    TRACE.try_with(Clone::clone).ok().filter(|header| !header.is_empty())
}

/// The right to settle one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The queue's receipt.
    pub receipt: String,
    /// When the message is shown to others again, milliseconds since 1970; `u64::MAX` when whoever received it does
    /// not know.
    pub until_ms: u64,
}

/// A message as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The task.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// With which it is settled.
    pub lease: Lease,
    /// The queue's name of the message, for logs.
    pub message_id: String,
    /// The trace header that came with it.
    pub trace: Option<String>,
    /// Of a dead letter that a host sent: why. Those that the queue itself made of a message have none; the log has.
    pub reason: Option<String>,
}

/// How long a queue is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages that wait, back-offs among them.
    pub waiting: u64,
    /// Messages that are leased.
    pub running: u64,
}

/// How long a message stays with whoever moves it to the dead letters.
const BURIAL_MS: u64 = 60_000;

/// The message attribute that says why a message is a dead letter.
pub(crate) const REASON_ATTRIBUTE: &str = "reason";

/// Where messages go that no attempt can help.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// Adds the body of a message with the reason: a phrase for the operator that quotes nothing. Durable when `Ok` is
    /// answered; after `Err` it may be there all the same.
    async fn add(&self, body: &str, reason: &str) -> Result<(), PortError>;
}

/// Both ends of a queue of the cloud. A lease that is void (it lapsed, or the delivery was settled) settles nothing:
/// the answer is then `false`.
///
/// The cloud's queues take a lapsed receipt for a good one, so lapsing is judged by [`Lease::until_ms`]. Between that
/// judgement and the cloud's deed the lease may lapse; then the message comes again, as any may.
#[async_trait]
pub trait CloudQueue: Queue + DeadLetters {
    /// Up to `at_most` messages (10 at most are ever answered), leased for `lease_ms` (cut to whole seconds, 12 hours
    /// at most); waits for the first up to `wait_ms` (20 seconds at most). Fewer than there are may be answered.
    async fn receive(&self, at_most: usize, lease_ms: u64, wait_ms: u64) -> Result<Vec<Delivery>, PortError>;

    /// Deletes a message that is done.
    async fn ack(&self, lease: &Lease) -> Result<bool, PortError>;

    /// Shows a message again after `after_ms` (rounded up to whole seconds, 12 hours at most from when it was
    /// received). Past its last attempt the cloud moves it to the dead letters when it is asked for next.
    async fn release(&self, lease: &Lease, after_ms: u64) -> Result<bool, PortError>;

    /// How long it is, roughly: the cloud counts behind.
    async fn depth(&self) -> Result<QueueDepth, PortError>;

    /// Moves a message that no attempt can help to the dead letters. After `Err` it may be in both queues.
    async fn bury(
        &self,
        lease: &Lease,
        body: &str,
        reason: &str,
        dead_letters: &dyn DeadLetters,
    ) -> Result<bool, PortError> {
        // Holds the message for as long as the move may take, and asks whether it is still ours to move.
        if !self.release(lease, BURIAL_MS).await? {
            return Ok(false);
        }
        dead_letters.add(body, reason).await?;
        self.ack(&Lease { receipt: lease.receipt.clone(), until_ms: u64::MAX }).await
    }
}

/// Whole seconds of a lease, as the cloud takes it.
pub(crate) fn lease_seconds(lease_ms: u64) -> i32 {
    i32::try_from(lease_ms / 1000).unwrap_or(MOST_SECONDS).min(MOST_SECONDS)
}

/// Whole seconds of a back-off, as the cloud takes it.
pub(crate) fn back_off_seconds(after_ms: u64) -> i32 {
    i32::try_from(after_ms.div_ceil(1000)).unwrap_or(MOST_SECONDS).min(MOST_SECONDS)
}

/// Whole seconds of a long poll, as the cloud takes it.
pub(crate) fn poll_seconds(wait_ms: u64) -> i32 {
    i32::try_from(wait_ms.div_ceil(1000)).unwrap_or(20).min(20)
}

/// A lease of `seconds` from the moment before the messages were asked for.
pub(crate) fn lease_until(asked_at_ms: u64, seconds: i32) -> u64 {
    asked_at_ms.saturating_add(u64::try_from(seconds).unwrap_or_default() * 1000)
}

/// Whether the service said that the receipt settles nothing any more.
pub(crate) fn is_void(code: Option<&str>, message: Option<&str>) -> bool {
    match code.map(|code| code.rsplit_once('.').map_or(code, |(_, last)| last)) {
        Some("ReceiptHandleIsInvalid" | "MessageNotInflight") => true,
        Some("InvalidParameterValue" | "InvalidParameterValueException") => {
            message.is_some_and(|message| message.contains("parameter ReceiptHandle is invalid"))
        }
        _ => false,
    }
}

const MOST_SECONDS: i32 = 43_200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_back_off_is_never_shorter_and_a_lease_never_longer_than_asked_for() {
        assert_eq!((back_off_seconds(0), back_off_seconds(1), back_off_seconds(5_000)), (0, 1, 5));
        assert_eq!((lease_seconds(30_999), lease_seconds(u64::MAX), back_off_seconds(u64::MAX)), (30, 43_200, 43_200));
    }

    #[test]
    fn void_receipts_are_known_by_the_words_of_the_service() {
        let gone = "Value AQEB for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available \
            for visibility timeout change.";
        assert!(is_void(Some("InvalidParameterValue"), Some(gone)));
        assert!(is_void(Some("AWS.SimpleQueueService.MessageNotInflight"), None));
        assert!(!is_void(
            Some("InvalidParameterValue"),
            Some("Value 90000 for parameter VisibilityTimeout is invalid.")
        ));
        assert!(!is_void(Some("AccessDenied"), None));
    }

    #[tokio::test]
    async fn a_trace_is_known_inside_its_delivery_only() {
        assert_eq!(trace(), None);
        let inside = TRACE.scope("Root=1-5".to_owned(), async { trace() }).await;
        assert_eq!((inside.as_deref(), trace()), (Some("Root=1-5"), None));
    }
}
