//! What a function writes to standard output: log lines and metrics, both JSON, one a line. Lambda hands them to
//! CloudWatch Logs.

use crate::Error;
use crate::recorder::InvocationRecorder;
use std::io::Write;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// The libraries below would write requests, with keys and links in them, when all is asked for at `debug`.
const QUIET_LIBRARIES: &str = "aws_config=warn,aws_credential_types=warn,aws_runtime=warn,aws_sdk_dynamodb=warn,\
     aws_sdk_s3=warn,aws_sdk_sqs=warn,aws_sigv4=warn,aws_smithy_http_client=warn,aws_smithy_runtime=warn,\
     aws_smithy_runtime_api=warn,h2=warn,hyper=warn,hyper_util=warn,lambda_http=warn,lambda_runtime=warn,\
     lambda_runtime_api_client=warn,reqwest=warn,rustls=warn";

static RECORDER: OnceLock<InvocationRecorder> = OnceLock::new();

/// Starts logging (JSON lines on standard output; levels from the variable `PTO_LOG`, `info` without it), collects
/// metrics, and lets a panic be logged by its place alone, for its text may quote a document. [`crate::Aws::from_env`]
/// does this first of all; doing it again changes nothing. Fails when `PTO_LOG` cannot be read.
pub fn start_telemetry() -> Result<(), Error> {
    let asked = match std::env::var("PTO_LOG") {
        Ok(levels) if !levels.trim().is_empty() => levels,
        Ok(_) | Err(std::env::VarError::NotPresent) => "info".to_owned(),
        Err(error @ std::env::VarError::NotUnicode(_)) => return Err(format!("failed to read PTO_LOG: {error}").into()),
    };
    let filter = EnvFilter::try_new(format!("{QUIET_LIBRARIES},{asked}"))
        .map_err(|error| format!("failed to read PTO_LOG (`{asked}`): {error}"))?;
    let mut is_first = false;
    RECORDER.get_or_init(|| {
        is_first = true;
        InvocationRecorder::default()
    });
    if !is_first {
        return Ok(());
    }
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(true)
        .with_env_filter(filter)
        .with_writer(std::io::stdout)
        .try_init()?;
    if let Some(recorder) = RECORDER.get() {
        metrics::set_global_recorder(recorder.clone())
            .map_err(|_set| "failed to collect metrics: another recorder is set")?;
        pipeline::metrics::register();
    }
    cloud::log_panics_by_place();
    Ok(())
}

/// Writes out what was measured since the last call. What cannot be written is lost, and said in the log.
pub(crate) fn write_metrics(now_ms: u64) {
    let Some(recorder) = RECORDER.get() else { return };
    let mut text = String::new();
    for line in recorder.take_lines(now_ms) {
        text.push_str(&line);
        text.push('\n');
    }
    if let Err(error) = std::io::stdout().lock().write_all(text.as_bytes()) {
        tracing::warn!(%error, "metrics could not be written");
    }
}
