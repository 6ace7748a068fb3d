use crate::calling::{Answer, World};
use api::ROUTES;
use serde_json::json;

/// A world in which the tenant `local` has one of everything, and a request of every route that names it.
async fn world_with_everything() -> (World, Vec<(&'static str, String, Vec<u8>)>) {
    let world = World::new();
    let project = world.post("/v1/projects", &json!({ "name": "Дом" })).await.json();
    let project = project["id"].as_str().unwrap();
    let job = world.announce("КЖ.pdf", b"%PDF-", Some(project)).await.json();
    let upload = job["job"]["id"].as_str().unwrap().to_owned();
    let document = world.finish(&upload, b"%PDF-").await.document;
    let announcement = crate::calling::announcement("a.pdf", b"%PDF-x", Some(project)).to_string();
    let mut requests = vec![
        ("GET", format!("/v1/projects/{project}"), Vec::new()),
        ("POST", "/v1/uploads".to_owned(), announcement.into_bytes()),
        ("PUT", format!("/v1/uploads/{upload}/content"), b"%PDF-".to_vec()),
        ("POST", format!("/v1/jobs?name=a.pdf&project={project}"), b"%PDF-x".to_vec()),
        ("GET", format!("/v1/jobs?project={project}"), Vec::new()),
        ("GET", format!("/v1/jobs/{upload}"), Vec::new()),
        ("GET", format!("/v1/documents/{document}/links"), Vec::new()),
    ];
    let results = [
        "document.json",
        "analysis.json",
        "acts.json",
        "bundle/manifest.json",
        "bundle.pdf",
        "bundle.zip",
        "acts/1-%D0%9A%D0%96.pdf",
        "pages/0001.json",
        "pages/0001.webp",
    ];
    requests.extend(results.map(|path| ("GET", format!("/v1/documents/{document}/{path}"), Vec::new())));
    (world, requests)
}

async fn send(world: &World, tenant: Option<&str>, method: &str, path: &str, body: &[u8]) -> Answer {
    world.call_as(tenant, method, path, &[("content-type", "application/json")], body).await
}

#[tokio::test]
async fn what_belongs_to_another_tenant_is_not_found() {
    let (world, requests) = world_with_everything().await;
    let before = world.host.contents();
    for (method, path, body) in &requests {
        let foreign = send(&world, Some("other"), method, path, body).await;
        assert_eq!(foreign.status, 404, "{method} {path}: {foreign:?}");
        assert_eq!(foreign.json()["type"], "urn:pto:problem:not-found");
    }
    assert!(world.host.contents() == before, "a foreign request has changed something");
    for list in ["/v1/jobs", "/v1/projects"] {
        let answer = send(&world, Some("other"), "GET", list, b"").await.json();
        let (name, entries) = answer.as_object().unwrap().iter().find(|(name, _)| *name != "next").unwrap();
        assert_eq!(entries, &json!([]), "{name}");
    }
    for (method, path, body) in &requests {
        let own = send(&world, Some("local"), method, path, body).await;
        assert!((200..300).contains(&own.status), "{method} {path}: {own:?}");
    }
}

#[tokio::test]
async fn a_request_of_nobody_is_refused_at_every_route() {
    let (world, requests) = world_with_everything().await;
    let before = world.host.contents();
    let more = ROUTES.map(|route| (route.method, route.path.replace(['{', '}', '*'], ""), Vec::new()));
    for (method, path, body) in requests.iter().chain(&more).chain(&[("GET", "/nowhere".to_owned(), Vec::new())]) {
        let refused = send(&world, None, method, path, body).await;
        assert_eq!(refused.status, 403, "{method} {path}: {refused:?}");
        assert_eq!(refused.json()["type"], "urn:pto:problem:forbidden");
    }
    assert!(world.host.contents() == before);
}

#[tokio::test]
async fn no_answer_lets_its_type_be_guessed() {
    let (world, mut requests) = world_with_everything().await;
    requests.push(("GET", "/nowhere".to_owned(), Vec::new()));
    requests.push(("DELETE", "/v1/jobs".to_owned(), Vec::new()));
    requests.push(("GET", "/v1/jobs/%FF".to_owned(), Vec::new()));
    for (method, path, body) in &requests {
        for tenant in [Some("local"), Some("other"), None] {
            let answer = send(&world, tenant, method, path, body).await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{method} {path}");
            let kind = answer.header("content-type").unwrap_or_default();
            assert_eq!(kind == "application/problem+json", answer.status >= 400, "{method} {path}: {answer:?}");
        }
    }
}
