use crate::Unstartable;
use crate::log::YandexLog;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use pipeline::metrics::{TASK_DURATION, TASK_DURATION_BUCKETS, register};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log (JSON lines on standard error, as much as `PTO_LOG` says, else `info`), in which a panic stands by its
/// place alone, and the metrics; what the handle renders is answered at `/metrics`. Fails when the process has a log or metrics already.
pub fn start_telemetry() -> Result<PrometheusHandle, Unstartable> {
    let filter = EnvFilter::try_from_env("PTO_LOG").unwrap_or_else(|_invalid| EnvFilter::new("info"));
    let log = YandexLog::new(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(log).try_init().map_err(|_error| Unstartable::Twice("log"))?;
    cloud::log_panics_by_place();
    let durations = Matcher::Full(TASK_DURATION.to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(durations, &TASK_DURATION_BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|_error| Unstartable::Twice("metrics"))?;
    register();
    Ok(handle)
}
