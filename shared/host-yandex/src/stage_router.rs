use crate::HangWatch;
use crate::event::{self, Content, Message};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use cloud::DeadLetters;
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;
use pipeline::{Delivery, Handler, Stage, Verdict, back_off_ms};
use ports::{Host, Missing};
use serde_json::json;
use std::error::Error;
use std::sync::Arc;
use tracing::Instrument;

/// Between the end of a stage and the end of its container stands a margin: the failure is written down and answered.
const MARGIN_MS: u64 = 2000;

/// What a stage's server needs beside the stage.
#[derive(Clone, Default)]
pub struct StageSettings {
    /// Where messages go that no attempt can help; without it they are answered 503, until the queue itself buries
    /// them.
    pub dead_letters: Option<Arc<dyn DeadLetters>>,
    /// What `GET /metrics` renders; without it that is a 404.
    pub metrics: Option<PrometheusHandle>,
    /// How long a message may take; by default two seconds less than the stage's own limit, which is the container's.
    pub limit_ms: Option<u64>,
    /// Looks after each answer whether a computation hangs.
    pub watch: Option<HangWatch>,
}

/// The server of a stage: triggers post to any path; `/healthz` and `/metrics` are read.
pub fn stage_router<S: Stage>(stage: S, host: &impl Host, settings: StageSettings) -> Result<Router, Missing> {
    let handler = Handler::build_with_leases(host)?;
    let limit_ms = settings.limit_ms.unwrap_or_else(|| S::NAME.limit_ms().saturating_sub(MARGIN_MS));
    let StageSettings { dead_letters, metrics, watch, .. } = settings;
    let served = Arc::new(Served { stage, handler, dead_letters, limit_ms, watch });
    let routes = Router::new().route("/healthz", get(|| async { "ok\n" }));
    let routes = match metrics {
        Some(metrics) => routes.route("/metrics", get(move || std::future::ready(rendered(&metrics)))),
        None => routes,
    };
    Ok(routes.fallback(post_messages::<S>).with_state(served))
}

fn rendered(metrics: &PrometheusHandle) -> Response {
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], metrics.render()).into_response()
}

struct Served<S> {
    stage: S,
    handler: Handler,
    dead_letters: Option<Arc<dyn DeadLetters>>,
    limit_ms: u64,
    watch: Option<HangWatch>,
}

async fn post_messages<S: Stage>(State(served): State<Arc<Served<S>>>, method: Method, posted: Bytes) -> Response {
    match method {
        Method::POST => {
            let answer = served.answer(&posted).await;
            if let Some(watch) = &served.watch {
                watch.look();
            }
            answer
        }
        Method::GET | Method::HEAD => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// What became of the messages of one request.
#[derive(Default)]
struct Outcome {
    /// Messages that the queue may delete.
    done: usize,
    /// How long the slowest of those waits that are to be shown again.
    again_ms: Option<u64>,
    /// Bodies that no attempt can help, each with the reason.
    dead: Vec<(String, String)>,
}

impl<S: Stage> Served<S> {
    async fn answer(&self, posted: &[u8]) -> Response {
        let messages = event::read(S::NAME, posted);
        let mut outcome = Outcome::default();
        for (body, verdict) in join_all(messages.into_iter().map(|message| self.judge(message))).await {
            match verdict {
                Verdict::Ack => outcome.done += 1,
                Verdict::Retry { after_ms } => {
                    outcome.again_ms = Some(outcome.again_ms.map_or(after_ms, |longest| longest.max(after_ms)));
                }
                Verdict::Dead { reason } => outcome.dead.push((body, reason)),
            }
        }
        let done = outcome.done;
        // One that must be tried again brings all the others with it, so nothing is buried before that is over.
        if let Some(after_ms) = outcome.again_ms {
            return again(after_ms);
        }
        let buried = outcome.dead.len();
        match self.bury(&outcome.dead).await {
            Ok(()) => axum::Json(json!({ "done": done, "buried": buried })).into_response(),
            Err(error) => {
                let error = error.to_string();
                tracing::error!(stage = %S::NAME, error, "dead letters could not be sent; the messages are shown again");
                again(back_off_ms(1))
            }
        }
    }

    /// The body of a message and what is to be done with it.
    async fn judge(&self, message: Message) -> (String, Verdict) {
        let Message { id, attempt, content } = message;
        let span = tracing::error_span!("message", message_id = id, attempt);
        let judged = async {
            match content {
                Content::Task(body) => {
                    let delivery = Delivery { body, attempt, left_ms: Some(self.limit_ms) };
                    let verdict = self.handler.handle(&self.stage, &delivery).await;
                    (delivery.body, verdict)
                }
                Content::Stranger => {
                    tracing::warn!(
                        "an object was put into the uploads under a key that begins with no tenant: a file of a user that \
                         nobody will read"
                    );
                    (String::new(), Verdict::Ack)
                }
                Content::Nothing => (String::new(), Verdict::Ack),
                Content::Unreadable { body, why } => {
                    tracing::error!(stage = %S::NAME, why, "a message of a trigger cannot be read; it goes to the dead letters");
                    (body, Verdict::Dead { reason: why })
                }
            }
        };
        judged.instrument(span).await
    }

    async fn bury(&self, letters: &[(String, String)]) -> Result<(), Box<dyn Error + Send + Sync>> {
        for (body, reason) in letters {
            let dead_letters = self.dead_letters.as_ref().ok_or("this container has no dead letters")?;
            dead_letters.add(body, reason).await?;
        }
        Ok(())
    }
}

fn again(after_ms: u64) -> Response {
    let seconds = after_ms.div_ceil(1000).max(1);
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds)], axum::Json(json!({ "again_after_s": seconds })))
        .into_response()
}
