//! The API's server behind a gateway, over real HTTP.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test: a failure is its result")]

mod http;

use axum::routing::get;
use axum::{Extension, Router};
use domain::TenantId;
use host_yandex::{Tenancy, with_tenant};
use http::Server;

#[derive(Clone)]
struct Whose(TenantId);

fn router() -> Router {
    Router::new().route("/v1/jobs", get(|Extension(whose): Extension<Whose>| async move { whose.0.to_string() }))
}

/// `{"alg":"RS256"}.{"tenant":"acme"}.signature`, and `{"token":"<it>"}` in base64.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnQiOiJhY21lIn0.c2lnbmF0dXJl";
const CONTEXT: &str = "eyJ0b2tlbiI6ImV5SmhiR2NpT2lKU1V6STFOaUo5LmV5SjBaVzVoYm5RaU9pSmhZMjFsSW4wLmMybG5ibUYwZFhKbCJ9";

#[tokio::test]
async fn only_what_the_gateway_let_through_has_a_tenant() {
    let server = Server::start(with_tenant(router(), Tenancy::Gateway, Whose)).await;
    let passed = [("X-Pto-Token", TOKEN), ("X-Yc-ApiGateway-Operation-Context", CONTEXT)];
    let answer = server.request_with("GET", "/v1/jobs", &passed, "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "acme"), "{answer:?}");
    for headers in [&passed[..1], &passed[1..], &[], &[("X-Tenant", "acme")]] {
        let answer = server.request_with("GET", "/v1/jobs", headers, "").await;
        assert_eq!((answer.status, answer.header("content-type")), (403, Some("application/problem+json")));
        assert!(answer.body.contains("организация"), "{answer:?}");
    }
    assert_eq!(server.get("/v1/nowhere").await.status, 403, "a stranger learns no routes");
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_single_tenant_needs_no_gateway() {
    let server = Server::start(with_tenant(router(), Tenancy::Single(TenantId::local()), Whose)).await;
    let answer = server.get("/v1/jobs").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "local"), "{answer:?}");
    assert_eq!(server.get("/v1/nowhere").await.status, 404);
}
