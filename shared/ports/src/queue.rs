use crate::PortError;
use async_trait::async_trait;

/// The sending end of one stage's queue.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends the messages, all durable when `Ok` is answered. After `Err` some may have been sent: the caller
    /// sends again, and receivers take duplicates. Order is not kept.
    async fn send(&self, bodies: &[String]) -> Result<(), PortError>;
}
