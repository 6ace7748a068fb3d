use ports::PortError;

/// What a host does to its own queue beside sending: no port, for no stage may do it.
pub trait QueueEnds: Send + Sync + 'static {
    /// Shows a message that is being worked on again after so many seconds, and not after the queue's own time.
    fn show_again_after(
        &self,
        receipt_handle: &str,
        seconds: u32,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Sends the body of a message to the dead letters, with the reason. The message itself stays where it is.
    fn bury(&self, body: &str, reason: &str) -> impl Future<Output = Result<(), PortError>> + Send;
}
