use crate::workers::{StageWorkers, Stop};
use crate::{LocalHost, SqliteQueue};
use domain::{StageName, Sweep};
use pipeline::{Handler, Stage};
use ports::Missing;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{RwLock, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Stages to be run on the queues of a host.
pub struct Runner {
    host: LocalHost,
    handler: Handler,
    workers: Vec<StageWorkers>,
    stop: watch::Sender<Option<Stop>>,
    alone: Arc<RwLock<()>>,
    sweep_every: Option<Duration>,
}

impl Runner {
    /// A runner with no stages yet.
    pub fn new(host: &LocalHost) -> Result<Self, Missing> {
        Ok(Self {
            host: host.clone(),
            handler: Handler::build(host)?,
            workers: Vec::new(),
            stop: watch::Sender::new(None),
            alone: Arc::default(),
            sweep_every: None,
        })
    }

    /// Adds a stage, to be run on its queue: [`base_width`] tasks at a time, up to 10 when more than 50 wait, and fewer
    /// again when the queue is short.
    ///
    /// [`base_width`]: Self::base_width
    pub fn with_stage<S: Stage>(mut self, stage: S) -> Result<Self, Missing> {
        let queue = self.host.stage_queue(S::NAME);
        let base = Self::base_width(S::NAME);
        let alone = Arc::clone(&self.alone);
        self.workers.push(StageWorkers::new(queue, base, alone, self.stop.subscribe(), stage, &self.handler));
        Ok(self)
    }

    /// Asks the sweeper to look for documents that stand still: at the start and then every `interval`, unless it has
    /// not come to the last request yet.
    pub fn sweep_every(mut self, interval: Duration) -> Self {
        self.sweep_every = Some(interval);
        self
    }

    /// How many tasks of a stage run at once when its queue is short: the page extractor and the recogniser keep every core busy, the
    /// sweeper and the binder (which holds whole files in memory) go one by one, the others have two, so that one waits
    /// for stores while the other computes.
    pub fn base_width(stage: StageName) -> usize {
        match stage {
            StageName::PageExtractor | StageName::PageRecognizer => available_parallelism().map_or(1, usize::from),
            StageName::BundleBuilder | StageName::Sweeper => 1,
            StageName::UploadHandler
            | StageName::PdfSplitter
            | StageName::Indexer
            | StageName::RdAnalyzer
            | StageName::AosrGenerator => 2,
        }
    }

    /// Begins to receive messages, on the runtime it is called in.
    pub fn start(self) -> RunningWorkers {
        let mut loops = JoinSet::new();
        for workers in self.workers {
            loops.spawn(workers.run());
        }
        if let Some(interval) = self.sweep_every {
            loops.spawn(sweep(self.host.stage_queue(StageName::Sweeper), interval, self.stop.subscribe()));
        }
        RunningWorkers { stop: self.stop, loops }
    }
}

/// Stages that are being run. Dropped without [`RunningWorkers::stop`], it cuts off what runs; what was cut off can
/// be received again when its lease lapses or the host is opened again.
pub struct RunningWorkers {
    stop: watch::Sender<Option<Stop>>,
    loops: JoinSet<()>,
}

impl RunningWorkers {
    /// Receives nothing more, and waits until what runs has ended. What has not ended after `grace` goes back into its
    /// queue, and the attempt is not counted. Work that is on the compute pool by then runs on to its end, unheard.
    pub async fn stop(mut self, grace: Duration) {
        self.stop.send_replace(Some(Stop { cut_off: Instant::now() + grace }));
        while let Some(ended) = self.loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "the workers of a stage did not end in order");
            }
        }
    }
}

async fn sweep(queue: SqliteQueue, interval: Duration, mut stop: watch::Receiver<Option<Stop>>) {
    let stopped = async move { drop(stop.wait_for(Option::is_some).await) };
    let sweeping = async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match serde_json::to_string(&Sweep {}) {
                Ok(body) => {
                    if let Err(error) = queue.send_unless_there(body).await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "a sweep could not be asked for");
                    }
                }
                Err(error) => tracing::error!(%error, "a sweep could not be written down"),
            }
        }
    };
    tokio::select! {
        () = stopped => {}
        () = sweeping => {}
    }
}
