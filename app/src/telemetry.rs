//! What `GET /metrics` answers: Prometheus text.

use crate::AppError;
use host_local::LocalHost;
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use pipeline::metrics::{DLQ_SIZE, QUEUE_SIZE, TASK_DURATION, TASK_DURATION_BUCKETS, register};
use ports::PortError;
use std::time::Duration;

/// How often what was timed is folded into its buckets when nobody asks for it.
const UPKEEP_EVERY: Duration = Duration::from_secs(30);

/// The metrics of the embedded host.
#[derive(Clone)]
pub(crate) struct Metrics {
    recorded: PrometheusHandle,
    host: LocalHost,
}

impl Metrics {
    /// Begins to count, for the rest of the process. Call it once, on the runtime.
    pub(crate) fn start(host: &LocalHost) -> Result<Self, AppError> {
        let refused = |error: &dyn std::error::Error| {
            AppError::failed(format!("показатели не включились: {error}."), "Запустите программу снова.")
        };
        let durations = Matcher::Full(TASK_DURATION.to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(durations, &TASK_DURATION_BUCKETS);
        let recorded = builder.map_err(|error| refused(&error))?.install_recorder().map_err(|error| refused(&error))?;
        register();
        let upkeep = recorded.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(UPKEEP_EVERY);
            loop {
                ticks.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(Self { recorded, host: host.clone() })
    }

    /// Prometheus text, the queues as they are now.
    pub(crate) async fn render(&self) -> Result<String, PortError> {
        for depth in self.host.queue_depths().await? {
            gauge!(QUEUE_SIZE, "queue_name" => depth.stage.name()).set(count(depth.waiting));
            gauge!(DLQ_SIZE, "queue_name" => depth.stage.name()).set(count(depth.dead));
        }
        Ok(self.recorded.render())
    }
}

/// A count as a gauge holds it; queues are far shorter than 2^32.
fn count(messages: u64) -> f64 {
    f64::from(u32::try_from(messages).unwrap_or(u32::MAX))
}
