//! The host of Yandex Cloud: an HTTP server in a serverless container, which triggers and the API gateway call.
//!
//! | event | answer |
//! |---|---|
//! | messages of a queue, objects created, a timer: `POST` with `{"messages":[…]}` | each runs beside the others through [`pipeline::Handler`]; the worst verdict is the answer, for there is none for a part of a batch |
//! | all `Ack` | 200 |
//! | any `Retry` | 503 with `Retry-After`: the queue shows the batch again after its visibility timeout, and makes dead letters of it past the last attempt |
//! | `Dead` and no `Retry` | the bodies are sent to the stage's dead letters, then 200; 503 when they could not be sent |
//! | a panic of the host itself | 500 |
//! | `GET /healthz`, `GET /metrics` | that it lives; Prometheus' text |
//!
//! A trigger takes every answer but 2xx for a failure, so no message is ever deleted without having been done, refused
//! in writing or buried.

mod environment;
mod event;
mod gateway;
mod guard;
mod hang_watch;
mod log;
mod problem;
mod serve;
mod stage_router;
mod telemetry;

pub use environment::{Surroundings, Unstartable};
pub use gateway::{Tenancy, with_tenant};
pub use hang_watch::HangWatch;
pub use serve::{MAX_BODY_BYTES, listen, serve_router};
pub use stage_router::{StageSettings, stage_router};
pub use telemetry::start_telemetry;

/// Serves a stage on `$PORT` until the process is asked to stop (`SIGTERM`) or a computation hangs: what
/// `pto container <stage>` does. Fails when the stage lacks something of its surroundings, or the port cannot be opened.
pub async fn serve<S: pipeline::Stage>(stage: S, surroundings: &Surroundings) -> Result<(), Unstartable> {
    let watch = HangWatch::new(surroundings.host().pool(), S::NAME);
    let settings = StageSettings { watch: Some(watch.clone()), ..surroundings.stage_settings()? };
    let router = stage_router(stage, surroundings.host(), settings)?;
    let listener = listen(surroundings.port()?).await?;
    Ok(serve::serve_until(router, listener, async move { watch.hung().await }).await?)
}
