use crate::deliver::{Invoked, Unanswered};
use crate::{Error, QueueEnds, telemetry};
use cloud::{TRACE, TokioCompute};
use lambda_runtime::tower::util::MapResultLayer;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use pipeline::{Handler, Stage};
use ports::Clock;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// What the runtime library reads without asking whether it is there.
const RUNTIME_VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// A computation that has run for so long when its invocation is answered has been given up by its stage; a shorter one
/// may be a finished one that has not yet left the pool.
const HUNG_AFTER: Duration = Duration::from_secs(1);

/// Answers the invocations of a stage's function over these ports, until the process is stopped. [`crate::serve`] takes
/// them from the environment. Fails at once when the process was not started by Lambda or an emulator of it, and after an
/// answer that leaves a computation running in the pool: nothing can stop it, so Lambda shall start another process.
pub async fn serve_on<S: Stage, Q: QueueEnds>(
    stage: S,
    handler: Handler,
    clock: Arc<dyn Clock>,
    queue_ends: Q,
    pool: Arc<TokioCompute>,
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
    // Around all the others: what it is given has been answered.
    let end_when_hung = MapResultLayer::new(move |answered: Result<(), Error>| {
        answered?;
        let hung = Instant::now().checked_sub(HUNG_AFTER).map_or(0, |moment| pool.running_since(moment));
        if hung == 0 {
            return Ok(());
        }
        tracing::error!(stage = %S::NAME, hung, "{hung} computations of {} do not end; the process does", S::NAME);
        Err(format!("stop {hung} computations that do not end").into())
    });
    Runtime::new(invocation).layer(end_when_hung).run().await
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
