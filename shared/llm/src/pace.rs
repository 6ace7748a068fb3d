use async_trait::async_trait;
use std::time::Duration;
use tokio::time::Instant;

/// Time that only goes forward, waiting, and chance: what makes calls differ from run to run, so that a test can have
/// its own.
#[async_trait]
pub trait Pace: Send + Sync {
    /// Time since some beginning.
    fn now(&self) -> Duration;

    /// Waits.
    async fn sleep(&self, duration: Duration);

    /// A number from 0 to 1, drawn anew.
    fn chance(&self) -> f64;
}

/// The time of the machine, on the runtime.
pub struct MachinePace {
    began: Instant,
}

impl Default for MachinePace {
    fn default() -> Self {
        Self { began: Instant::now() }
    }
}

#[async_trait]
impl Pace for MachinePace {
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}

/// What `work` comes to, or `None` when it is not done by `until`.
pub(crate) async fn by<T>(pace: &dyn Pace, until: Duration, work: impl Future<Output = T>) -> Option<T> {
    let left = until.checked_sub(pace.now()).filter(|left| !left.is_zero())?;
    tokio::select! {
        biased;
        done = work => Some(done),
        () = pace.sleep(left) => None,
    }
}
