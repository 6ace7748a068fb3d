#![expect(clippy::unwrap_used, reason = "a suite of tests: a failure is its result")]

use crate::PortError;
use async_trait::async_trait;
use std::collections::BTreeSet;

/// A message as a host receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedMessage {
    /// The task.
    pub body: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// With which the delivery is settled.
    pub lease: String,
}

/// Both ends of one stage's queue, as a host sees it, with a clock that the suite moves. Not a port: stages only send.
#[async_trait]
pub trait QueueUnderTest: Send + Sync {
    /// Sends messages.
    async fn send(&self, bodies: &[String]) -> Result<(), PortError>;

    /// Takes up to `at_most` messages that are visible now; they are leased for [`Self::lease_ms`].
    async fn receive(&self, at_most: usize) -> Result<Vec<LeasedMessage>, PortError>;

    /// Deletes a message that is done.
    async fn ack(&self, lease: &str) -> Result<(), PortError>;

    /// Shows a message again after `after_ms`; past the last attempt it goes to the dead letters.
    async fn release(&self, lease: &str, after_ms: u64) -> Result<(), PortError>;

    /// Moves a message to the dead letters at once.
    async fn bury(&self, lease: &str) -> Result<(), PortError>;

    /// Bodies of the dead letters, in any order.
    async fn dead_letters(&self) -> Result<Vec<String>, PortError>;

    /// Puts all dead letters back, their attempts forgotten.
    async fn redrive(&self) -> Result<(), PortError>;

    /// How long a lease lasts.
    fn lease_ms(&self) -> u64;

    /// How often a message is tried.
    fn max_attempts(&self) -> u32;

    /// Moves the clock forward.
    fn advance(&self, milliseconds: u64);
}

/// Tries what every queue of a host promises. No order is promised, so none is looked at.
pub async fn queue(queue: &dyn QueueUnderTest) {
    what_was_sent_is_received_to_the_letter(queue).await;
    a_message_is_shown_to_one_receiver(queue).await;
    many_messages_are_sent_at_once(queue).await;
    concurrent_receivers_share_the_messages(queue).await;
    a_released_message_waits_for_its_back_off(queue).await;
    a_lapsed_lease_is_delivered_again_and_its_late_holder_is_harmless(queue).await;
    a_settled_delivery_cannot_be_settled_again(queue).await;
    the_last_failed_attempt_makes_a_dead_letter(queue).await;
    a_task_that_never_ends_makes_a_dead_letter(queue).await;
    a_hopeless_message_is_dead_at_once(queue).await;
    a_dead_letter_put_back_begins_anew(queue).await;
}

async fn send(queue: &dyn QueueUnderTest, bodies: &[&str]) {
    let bodies: Vec<_> = bodies.iter().map(ToString::to_string).collect();
    queue.send(&bodies).await.unwrap();
}

/// Receives until nothing more comes: a queue may answer fewer than asked for.
async fn receive_all(queue: &dyn QueueUnderTest) -> Vec<LeasedMessage> {
    let mut all = Vec::new();
    loop {
        let some = queue.receive(10).await.unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

async fn receive_only(queue: &dyn QueueUnderTest, body: &str, attempt: u32) -> LeasedMessage {
    let mut messages = receive_all(queue).await;
    let message = messages.pop().unwrap();
    assert!(messages.is_empty(), "more than one message: {messages:?}");
    assert_eq!((message.body.as_str(), message.attempt), (body, attempt));
    message
}

async fn assert_empty(queue: &dyn QueueUnderTest) {
    queue.advance(10 * queue.lease_ms());
    let left = receive_all(queue).await;
    assert!(left.is_empty(), "these came back: {left:?}");
}

async fn what_was_sent_is_received_to_the_letter(queue: &dyn QueueUnderTest) {
    let long = "ж".repeat(60_000);
    let bodies = ["{}", "{\"файл\":\"АОСР № 1 «ё».pdf\"}", " \n\t", "𝔸 \u{301} &amp; <a> '\"\\", &long];
    send(queue, &bodies).await;
    send(queue, &[]).await;
    let received = receive_all(queue).await;
    let mut seen: Vec<_> = received.iter().map(|message| message.body.as_str()).collect();
    let mut sent = bodies.to_vec();
    seen.sort_unstable();
    sent.sort_unstable();
    assert!(seen == sent, "the bodies changed");
    assert!(received.iter().all(|message| message.attempt == 1));
    for message in received {
        queue.ack(&message.lease).await.unwrap();
    }
    assert_empty(queue).await;
}

async fn a_message_is_shown_to_one_receiver(queue: &dyn QueueUnderTest) {
    send(queue, &["one"]).await;
    let message = receive_only(queue, "one", 1).await;
    assert!(queue.receive(10).await.unwrap().is_empty(), "a leased message was shown again");
    queue.advance(queue.lease_ms() - 1);
    assert!(queue.receive(10).await.unwrap().is_empty(), "the lease lapsed early");
    queue.ack(&message.lease).await.unwrap();
    assert_empty(queue).await;
}

async fn many_messages_are_sent_at_once(queue: &dyn QueueUnderTest) {
    let bodies: BTreeSet<_> = (0..25).map(|number| format!("one of many {number:02}")).collect();
    queue.send(&bodies.iter().cloned().collect::<Vec<_>>()).await.unwrap();
    let received = receive_all(queue).await;
    let seen: BTreeSet<_> = received.iter().map(|message| message.body.clone()).collect();
    assert_eq!((received.len(), seen), (bodies.len(), bodies));
    for message in received {
        queue.ack(&message.lease).await.unwrap();
    }
    assert_empty(queue).await;
}

async fn concurrent_receivers_share_the_messages(queue: &dyn QueueUnderTest) {
    let bodies: Vec<_> = (0..40).map(|number| format!("shared {number}")).collect();
    let sends = bodies.chunks(5).map(|some| queue.send(some));
    for sent in futures_util::future::join_all(sends).await {
        sent.unwrap();
    }
    let receivers = (0..8).map(|_| receive_all(queue));
    let received: Vec<_> = futures_util::future::join_all(receivers).await.into_iter().flatten().collect();
    assert_eq!(received.len(), 40, "a message was lost or shown twice");
    let seen: BTreeSet<_> = received.iter().map(|message| message.body.clone()).collect();
    assert_eq!(seen, bodies.into_iter().collect());
    let acks = received.iter().map(|message| queue.ack(&message.lease));
    for acknowledged in futures_util::future::join_all(acks).await {
        acknowledged.unwrap();
    }
    assert_empty(queue).await;
}

async fn a_released_message_waits_for_its_back_off(queue: &dyn QueueUnderTest) {
    send(queue, &["back off"]).await;
    let first = receive_only(queue, "back off", 1).await;
    queue.release(&first.lease, 5_000).await.unwrap();
    queue.advance(4_999);
    assert!(queue.receive(1).await.unwrap().is_empty(), "the back-off was not kept");
    queue.advance(1);
    let second = receive_only(queue, "back off", 2).await;
    queue.release(&second.lease, 0).await.unwrap();
    let third = receive_only(queue, "back off", 3).await;
    queue.ack(&third.lease).await.unwrap();
    assert_empty(queue).await;
}

async fn a_lapsed_lease_is_delivered_again_and_its_late_holder_is_harmless(queue: &dyn QueueUnderTest) {
    send(queue, &["lapsed"]).await;
    let first = receive_only(queue, "lapsed", 1).await;
    queue.advance(queue.lease_ms());
    let second = receive_only(queue, "lapsed", 2).await;
    assert_ne!(first.lease, second.lease);
    queue.release(&first.lease, 0).await.unwrap();
    assert!(queue.receive(1).await.unwrap().is_empty(), "a void lease released the message of another");
    queue.bury(&first.lease).await.unwrap();
    assert!(queue.dead_letters().await.unwrap().is_empty(), "a void lease gave up the message of another");
    queue.ack(&first.lease).await.unwrap();
    queue.release(&second.lease, 0).await.unwrap();
    let third = receive_only(queue, "lapsed", 3).await;
    queue.ack(&third.lease).await.unwrap();
    assert_empty(queue).await;
}

async fn a_settled_delivery_cannot_be_settled_again(queue: &dyn QueueUnderTest) {
    send(queue, &["settled"]).await;
    let message = receive_only(queue, "settled", 1).await;
    queue.ack(&message.lease).await.unwrap();
    queue.ack(&message.lease).await.unwrap();
    queue.release(&message.lease, 0).await.unwrap();
    queue.bury(&message.lease).await.unwrap();
    assert!(queue.dead_letters().await.unwrap().is_empty(), "a message that was done became a dead letter");
    assert_empty(queue).await;
}

async fn the_last_failed_attempt_makes_a_dead_letter(queue: &dyn QueueUnderTest) {
    send(queue, &["failing «ё»"]).await;
    for attempt in 1..=queue.max_attempts() {
        assert!(queue.dead_letters().await.unwrap().is_empty(), "dead before attempt {attempt}");
        let message = receive_only(queue, "failing «ё»", attempt).await;
        queue.release(&message.lease, 0).await.unwrap();
    }
    assert_empty(queue).await;
    assert_eq!(queue.dead_letters().await.unwrap(), ["failing «ё»"]);
    take_back_the_dead(queue).await;
}

async fn a_task_that_never_ends_makes_a_dead_letter(queue: &dyn QueueUnderTest) {
    send(queue, &["hanging"]).await;
    for attempt in 1..=queue.max_attempts() {
        receive_only(queue, "hanging", attempt).await;
        queue.advance(queue.lease_ms());
    }
    assert_empty(queue).await;
    assert_eq!(queue.dead_letters().await.unwrap(), ["hanging"]);
    take_back_the_dead(queue).await;
}

async fn a_hopeless_message_is_dead_at_once(queue: &dyn QueueUnderTest) {
    send(queue, &["{"]).await;
    let message = receive_only(queue, "{", 1).await;
    queue.bury(&message.lease).await.unwrap();
    assert_eq!(queue.dead_letters().await.unwrap(), ["{"]);
    assert_empty(queue).await;
    take_back_the_dead(queue).await;
}

async fn a_dead_letter_put_back_begins_anew(queue: &dyn QueueUnderTest) {
    send(queue, &["revived"]).await;
    let message = receive_only(queue, "revived", 1).await;
    queue.release(&message.lease, 0).await.unwrap();
    let message = receive_only(queue, "revived", 2).await;
    queue.bury(&message.lease).await.unwrap();
    queue.redrive().await.unwrap();
    assert!(queue.dead_letters().await.unwrap().is_empty());
    let message = receive_only(queue, "revived", 1).await;
    queue.ack(&message.lease).await.unwrap();
    assert_empty(queue).await;
}

/// Leaves the queue as it was found.
async fn take_back_the_dead(queue: &dyn QueueUnderTest) {
    queue.redrive().await.unwrap();
    for message in receive_all(queue).await {
        queue.ack(&message.lease).await.unwrap();
    }
    assert!(queue.dead_letters().await.unwrap().is_empty());
}

/// The suite must not ask for more than its words say: a queue of a few plain lines passes it.
#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const LEASE_MS: u64 = 30_000;
    const MAX_ATTEMPTS: u32 = 3;

    #[derive(Default)]
    struct PlainQueue(Mutex<Plain>);

    #[derive(Default)]
    struct Plain {
        now_ms: u64,
        messages: Vec<PlainMessage>,
        dead: Vec<String>,
        leases: u32,
    }

    struct PlainMessage {
        body: String,
        visible_at_ms: u64,
        attempts: u32,
        lease: String,
    }

    impl Plain {
        /// Takes out the message of a lease.
        fn take(&mut self, lease: &str) -> Option<PlainMessage> {
            let index = self.messages.iter().position(|message| !lease.is_empty() && message.lease == lease)?;
            Some(self.messages.swap_remove(index))
        }
    }

    #[async_trait]
    impl QueueUnderTest for PlainQueue {
        async fn send(&self, bodies: &[String]) -> Result<(), PortError> {
            let message = |body: &String| PlainMessage {
                body: body.clone(),
                visible_at_ms: 0,
                attempts: 0,
                lease: String::new(),
            };
            self.0.lock().unwrap().messages.extend(bodies.iter().map(message));
            Ok(())
        }

        async fn receive(&self, at_most: usize) -> Result<Vec<LeasedMessage>, PortError> {
            let plain = &mut *self.0.lock().unwrap();
            let now_ms = plain.now_ms;
            let hopeless =
                |message: &mut PlainMessage| message.visible_at_ms <= now_ms && message.attempts >= MAX_ATTEMPTS;
            plain.dead.extend(plain.messages.extract_if(.., hopeless).map(|message| message.body));
            let mut received = Vec::new();
            for message in plain.messages.iter_mut().filter(|message| message.visible_at_ms <= now_ms).take(at_most) {
                plain.leases += 1;
                message.attempts += 1;
                message.visible_at_ms = now_ms + LEASE_MS;
                message.lease = plain.leases.to_string();
                let (body, lease) = (message.body.clone(), message.lease.clone());
                received.push(LeasedMessage { body, attempt: message.attempts, lease });
            }
            Ok(received)
        }

        async fn ack(&self, lease: &str) -> Result<(), PortError> {
            self.0.lock().unwrap().take(lease);
            Ok(())
        }

        async fn release(&self, lease: &str, after_ms: u64) -> Result<(), PortError> {
            let plain = &mut *self.0.lock().unwrap();
            if let Some(message) = plain.take(lease) {
                let (visible_at_ms, lease) = (plain.now_ms + after_ms, String::new());
                plain.messages.push(PlainMessage { visible_at_ms, lease, ..message });
            }
            Ok(())
        }

        async fn bury(&self, lease: &str) -> Result<(), PortError> {
            let plain = &mut *self.0.lock().unwrap();
            let hopeless = plain.take(lease);
            plain.dead.extend(hopeless.map(|message| message.body));
            Ok(())
        }

        async fn dead_letters(&self) -> Result<Vec<String>, PortError> {
            Ok(self.0.lock().unwrap().dead.clone())
        }

        async fn redrive(&self) -> Result<(), PortError> {
            let dead = std::mem::take(&mut self.0.lock().unwrap().dead);
            self.send(&dead).await
        }

        fn lease_ms(&self) -> u64 {
            LEASE_MS
        }

        fn max_attempts(&self) -> u32 {
            MAX_ATTEMPTS
        }

        fn advance(&self, milliseconds: u64) {
            self.0.lock().unwrap().now_ms += milliseconds;
        }
    }

    #[tokio::test]
    async fn a_plain_queue_passes_the_suite() {
        queue(&PlainQueue::default()).await;
    }
}
