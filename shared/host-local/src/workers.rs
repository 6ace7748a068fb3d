use crate::SqliteQueue;
use crate::queue::{CRASHES_OF_A_SUSPECT, Received};
use futures_util::future::BoxFuture;
use pipeline::{Delivery, Handler, Stage, Verdict};
use ports::PortError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedRwLockReadGuard, RwLock, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// More waiting tasks than this make a stage run more at once.
const MANY_WAITING: u64 = 50;

/// Fewer waiting tasks than this let it go back.
const FEW_WAITING: u64 = 10;

/// How many tasks of a stage run at once at most, unless its base is more.
const GREATEST_WIDTH: usize = 10;

/// How long to wait after the database has failed.
const PAUSE_AFTER_AN_OUTAGE: Duration = Duration::from_secs(1);

/// Told to all workers when they shall stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    /// When what still runs goes back into its queue.
    pub(crate) cut_off: Instant,
}

/// Runs a task of one stage, whatever the stage.
type RunStage = Arc<dyn Fn(Delivery) -> BoxFuture<'static, Verdict> + Send + Sync>;

/// The workers of one stage.
pub(crate) struct StageWorkers {
    queue: SqliteQueue,
    base_width: usize,
    run: RunStage,
    /// Shared by all who run; held alone by a message that is suspected of ending the process, so that the next
    /// unclean stop counts against nobody else.
    alone: Arc<RwLock<()>>,
    stop: watch::Receiver<Option<Stop>>,
}

impl StageWorkers {
    pub(crate) fn new<S: Stage>(
        queue: SqliteQueue,
        base_width: usize,
        alone: Arc<RwLock<()>>,
        stop: watch::Receiver<Option<Stop>>,
        stage: S,
        handler: &Handler,
    ) -> Self {
        let stage = Arc::new(stage);
        let handler = handler.clone();
        let run: RunStage = Arc::new(move |delivery| {
            let (stage, handler) = (Arc::clone(&stage), handler.clone());
            Box::pin(async move { handler.handle(stage.as_ref(), &delivery).await })
        });
        Self { queue, base_width, run, alone, stop }
    }

    /// Receives and runs until told to stop, then waits for what runs.
    pub(crate) async fn run(self) {
        let mut running = JoinSet::new();
        self.receive(&mut running).await;
        while let Some(ended) = running.join_next().await {
            log_a_panic(ended);
        }
    }

    async fn receive(&self, running: &mut JoinSet<()>) {
        let mut width = self.base_width;
        let mut stop = self.stop.clone();
        loop {
            let mut wake_at = None;
            if running.len() < width {
                let beside_others = tokio::select! {
                    biased;
                    () = told_to_stop(&mut stop) => return,
                    guard = Arc::clone(&self.alone).read_owned() => Arc::new(guard),
                };
                // Not to be cut off: what it has leased must reach a worker.
                match self.queue.harvest(width - running.len()).await {
                    Ok(harvest) => {
                        for message in harvest.messages {
                            running.spawn(self.work_on(message, Arc::clone(&beside_others)));
                        }
                        width = next_width(width, self.base_width, harvest.waiting);
                        if harvest.waiting > 0 && running.len() < width {
                            continue;
                        }
                        wake_at = harvest.next_due_ms.map(|due_ms| Instant::now() + self.until(due_ms));
                    }
                    Err(error) => {
                        let stage = self.queue.stage;
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(%stage, error, "the queue of {stage} cannot be read; trying again");
                        wake_at = Some(Instant::now() + PAUSE_AFTER_AN_OUTAGE);
                    }
                }
            }
            let has_room = running.len() < width;
            let timer = async {
                match wake_at {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = told_to_stop(&mut stop) => return,
                Some(ended) = running.join_next() => log_a_panic(ended),
                () = self.queue.queues.signals.work(self.queue.stage), if has_room => {}
                () = timer => {}
            }
        }
    }

    fn until(&self, due_ms: u64) -> Duration {
        Duration::from_millis(due_ms.saturating_sub(self.queue.queues.clock.now_ms()))
    }

    /// Runs one message and does with it what the verdict says. Owns all it needs.
    fn work_on(
        &self,
        message: Received,
        beside_others: Arc<OwnedRwLockReadGuard<()>>,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (queue, run, alone, mut stop) =
            (self.queue.clone(), Arc::clone(&self.run), Arc::clone(&self.alone), self.stop.clone());
        let lease = message.lease;
        let verdict = {
            let queue = queue.clone();
            async move {
                let delivery = Delivery { body: message.body, attempt: message.attempt, left_ms: None };
                if message.crashes < CRASHES_OF_A_SUSPECT {
                    let _beside_others = beside_others;
                    return Ok(Some(run(delivery).await));
                }
                drop(beside_others);
                let _alone = alone.write_owned().await;
                // Waiting for the others may have taken longer than the lease.
                if queue.renew(lease).await? { Ok(Some(run(delivery).await)) } else { Ok::<_, PortError>(None) }
            }
        };
        async move {
            let cut_off = async {
                if let Ok(told) = stop.wait_for(Option::is_some).await.map(|told| *told)
                    && let Some(told) = told
                {
                    tokio::time::sleep_until(told.cut_off).await;
                }
            };
            let settled = tokio::select! {
                biased;
                verdict = verdict => match verdict {
                    Ok(Some(Verdict::Ack)) => queue.ack(lease).await,
                    Ok(Some(Verdict::Retry { after_ms })) => {
                        let reason = format!("{} attempts have failed; the log says why", queue.stage.max_attempts());
                        queue.release(lease, after_ms, &reason).await
                    }
                    Ok(Some(Verdict::Dead { reason })) => queue.bury(lease, &reason).await,
                    Ok(None) => Ok(false),
                    Err(error) => Err(error),
                },
                () = cut_off => queue.give_back(lease).await,
            };
            let stage = queue.stage;
            match settled {
                Ok(true) => {}
                Ok(false) => tracing::warn!(%stage, "a task of {stage} ended after its lease; it was run again"),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(%stage, error, "the end of a task of {stage} could not be noted; it will be run again");
                }
            }
        }
    }
}

async fn told_to_stop(stop: &mut watch::Receiver<Option<Stop>>) {
    // An error means that nobody is left who could say stop: the runner is gone, and so shall its workers be.
    drop(stop.wait_for(Option::is_some).await);
}

/// How many tasks of a stage run at once, one step further: more when many wait, fewer when few do.
fn next_width(width: usize, base: usize, waiting: u64) -> usize {
    if waiting > MANY_WAITING {
        (width + 1).min(GREATEST_WIDTH.max(base))
    } else if waiting < FEW_WAITING {
        width.saturating_sub(1).max(base)
    } else {
        width
    }
}

fn log_a_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a worker panicked; its task will be run again when its lease has lapsed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_widens_while_many_wait_and_narrows_when_few_do() {
        let widths: Vec<_> = (0..12)
            .scan(1, |width, _| {
                *width = next_width(*width, 1, 51);
                Some(*width)
            })
            .collect();
        assert_eq!(widths, [2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
        assert_eq!(next_width(10, 1, 50), 10);
        assert_eq!(next_width(10, 1, 9), 9);
        assert_eq!(next_width(2, 2, 0), 2);
        assert_eq!(next_width(16, 16, 1000), 16, "a machine of many cores");
    }
}
