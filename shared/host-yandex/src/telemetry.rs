use crate::Unstartable;
use crate::log::YandexLog;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Upper bounds of the buckets of a task's duration, in seconds: the limits of the service levels are among them.
const DURATION_BUCKETS: [f64; 14] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 240.0, 600.0];

/// Starts the log (JSON lines on standard error, as much as `PTO_LOG` says, else `info`) and the metrics; what the
/// handle renders is answered at `/metrics`. Fails when the process has a log or metrics already.
pub fn start_telemetry() -> Result<PrometheusHandle, Unstartable> {
    let filter = EnvFilter::try_from_env("PTO_LOG").unwrap_or_else(|_invalid| EnvFilter::new("info"));
    let log = YandexLog::new(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(log).try_init().map_err(|_error| Unstartable::Twice("log"))?;
    let durations = Matcher::Full(pipeline::metrics::TASK_DURATION.to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(durations, &DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|_error| Unstartable::Twice("metrics"))?;
    pipeline::metrics::register();
    Ok(handle)
}
