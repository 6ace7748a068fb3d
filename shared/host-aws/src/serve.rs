use crate::deliver::{Invoked, Unanswered};
use crate::{Error, QueueEnds, telemetry};
use cloud::TRACE;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use pipeline::{Handler, Stage};
use ports::Clock;
use serde_json::Value;
use std::sync::Arc;
use tracing::Instrument;

/// What the runtime library reads without asking whether it is there.
const RUNTIME_VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// Answers the invocations of a stage's function over these ports, until the process is stopped. [`crate::serve`] takes
/// them from the environment. Fails at once when the process was not started by Lambda or an emulator of it.
pub async fn serve_on<S: Stage, Q: QueueEnds>(
    stage: S,
    handler: Handler,
    clock: Arc<dyn Clock>,
    queue_ends: Q,
) -> Result<(), Error> {
    check_runtime_variables()?;
    let invoked = Arc::new(Invoked { stage, handler, clock, queue_ends });
    let invocation = service_fn(move |event: LambdaEvent<Value>| {
        let invoked = Arc::clone(&invoked);
        async move {
            let (event, context) = event.into_parts();
            let span = tracing::error_span!("invocation", request_id = context.request_id);
            let answer = Arc::clone(&invoked).answer(&event, &context.request_id, context.deadline);
            let answered = async move {
                answer.await.inspect_err(|error| {
                    tracing::error!(stage = %S::NAME, "{} failed to {error}", S::NAME);
                })
            };
            let trace = context.xray_trace_id.clone().unwrap_or_default();
            let answer = TRACE.scope(trace, answered).instrument(span).await;
            // Before the answer: after it the process stands still, perhaps for ever.
            telemetry::write_metrics(invoked.clock.now_ms());
            answer
        }
    });
    Runtime::new(invocation).run().await
}

impl From<Unanswered> for Diagnostic {
    fn from(error: Unanswered) -> Self {
        let error_type = match &error {
            Unanswered::Unexpected(_) => "UnexpectedEvent",
            Unanswered::NotScheduled(_) => "NotScheduled",
            Unanswered::ScheduleFailed(_) => "ScheduleFailed",
        };
        Self { error_type: error_type.to_owned(), error_message: format!("failed to {error}") }
    }
}

pub(crate) fn check_runtime_variables() -> Result<(), Error> {
    match RUNTIME_VARIABLES.iter().find(|name| std::env::var_os(name).is_none()) {
        None => Ok(()),
        Some(name) => Err(format!("failed to start: {name} is not set; this program is run by AWS Lambda").into()),
    }
}
