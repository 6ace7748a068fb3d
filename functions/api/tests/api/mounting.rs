use crate::calling::{World, call_router};
use api::{Api, Caller, router};
use axum::routing::get;
use axum::{Extension, Router};
use domain::TenantId;
use serde_json::json;

/// As a server of one machine does it: pages of its own beside the API, one tenant for everybody.
#[tokio::test]
async fn a_server_mounts_the_routes_beside_its_own_pages() {
    let world = World::new();
    let mounted = Router::new()
        .route("/", get(|| async { "a page" }))
        .merge(router(Api::build(&world.host).unwrap()))
        .layer(Extension(Caller { tenant: TenantId::local() }));
    let call = async |method, path| call_router(&mounted, None, method, path, &[], b"").await;
    assert_eq!(call("GET", "/").await.body, b"a page");
    let jobs = call("GET", "/v1/jobs").await;
    assert_eq!((jobs.status, jobs.json()), (200, json!({ "jobs": [], "next": null })));
    for (method, path, status) in [("GET", "/nowhere", 404), ("DELETE", "/v1/jobs", 405)] {
        let refused = call(method, path).await;
        assert_eq!((refused.status, refused.json()["status"].as_u64()), (status, Some(u64::from(status))));
    }
}
