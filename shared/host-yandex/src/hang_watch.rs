use cloud::TokioCompute;
use domain::StageName;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Sees computations that do not end. Nothing can stop one, and it keeps a place in the pool: so the container finishes
/// the requests under way and ends, and the cloud starts another for the next.
#[derive(Clone)]
pub struct HangWatch {
    pool: Arc<TokioCompute>,
    stage: StageName,
    found: Arc<Notify>,
}

impl HangWatch {
    /// Over the pool of a stage's process.
    pub fn new(pool: Arc<TokioCompute>, stage: StageName) -> Self {
        Self { pool, stage, found: Arc::default() }
    }

    /// Looks whether a computation has run for longer than any task of the stage may.
    pub(crate) fn look(&self) {
        let moment = Instant::now().checked_sub(Duration::from_millis(self.stage.limit_ms()));
        self.look_back_to(moment);
    }

    fn look_back_to(&self, moment: Option<Instant>) {
        let hung = moment.map_or(0, |moment| self.pool.running_since(moment));
        if hung > 0 {
            tracing::error!(stage = %self.stage, hung, "{hung} computations of {} do not end; the process does", self.stage);
            self.found.notify_one();
        }
    }

    /// Comes when one was seen.
    pub(crate) async fn hung(&self) {
        self.found.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use ports::Compute;

    #[tokio::test]
    async fn a_computation_is_hung_when_it_has_run_for_longer_than_it_may() {
        let pool = Arc::new(TokioCompute::new(1));
        let watch = HangWatch::new(Arc::clone(&pool), StageName::PageExtractor);
        let (release, hung) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        pool.spawn(Box::new(move || {
            begin.send(()).unwrap();
            assert!(hung.recv().is_err());
        }));
        begun.await.unwrap();
        watch.look();
        assert_eq!(watch.hung().now_or_never(), None, "it has only just begun");
        watch.look_back_to(Some(Instant::now()));
        assert_eq!(watch.hung().now_or_never(), Some(()));
        drop(release);
    }
}
