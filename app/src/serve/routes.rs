use crate::telemetry::Metrics;
use api::{Api, Caller, Problem};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::TenantId;
use std::net::SocketAddr;

const PAGE: &str = include_str!("page.html");

/// The API beside a plain page and the metrics, for this computer alone, whose user is the only tenant.
pub(crate) fn routes(api: Api, metrics: Metrics, address: SocketAddr) -> Router {
    Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/metrics", get(|| show_metrics(metrics)))
        .merge(api::router(api))
        .layer(Extension(Caller { tenant: TenantId::local() }))
        .layer(from_fn_with_state(address, only_this_computer))
}

/// `GET /metrics` → Prometheus text.
async fn show_metrics(metrics: Metrics) -> Result<Response, Problem> {
    let text = metrics.render().await.map_err(pipeline::Failure::from)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

/// Other sites open in the user's browser must not reach the server: the host must be ours, and a request that says
/// where it comes from must come from our page.
async fn only_this_computer(
    State(address): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = |host: &str| {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        matches!(name, "localhost" | "127.0.0.1" | "[::1]") && port == address.port().to_string()
    };
    if !text(header::HOST).is_some_and(ours) {
        return Err(Problem::forbidden(
            "Сервер отвечает только этому компьютеру: откройте адрес, который он напечатал.",
        ));
    }
    let origin = text(header::ORIGIN);
    if !origin.is_none_or(|origin| origin.strip_prefix("http://").is_some_and(ours)) {
        return Err(Problem::forbidden("Запрос пришёл с чужой страницы."));
    }
    let mut response = next.run(request).await;
    let policy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";
    if let Ok(policy) = policy.parse() {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(nosniff) = "nosniff".parse() {
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    }
    Ok(response)
}
