use crate::calling::{LINKED_HOST_TAKES_BYTES, World, announcement, upload_ref};
use domain::{BlobKey, Bucket, MAX_FILE_BYTES, StageName, UploadState};
use ports::Host;
use serde_json::json;

const PDF: &[u8] = b"%PDF-1.7 one";

#[tokio::test]
async fn an_announced_file_is_sent_to_the_api_where_the_host_gives_no_links() {
    let world = World::new();
    let announced = world.announce("КЖ 1.pdf", PDF, None).await;
    assert_eq!(announced.status, 201, "{announced:?}");
    let answer = announced.json();
    let id = answer["job"]["id"].as_str().unwrap();
    assert_eq!(announced.header("location"), Some(format!("/v1/jobs/{id}").as_str()));
    let upload = &answer["upload"];
    assert_eq!((&upload["method"], &upload["expires_at"]), (&json!("PUT"), &json!(null)));
    let url = upload["url"].as_str().unwrap();
    assert_eq!(url, format!("/v1/uploads/{id}/content"));
    assert!(world.messages().is_empty(), "nothing has come yet");

    for other in [&b"%PDF-1.7 two"[..], b"%PDF-1.7 one and more", b"%PDF"] {
        let refused = world.call("PUT", url, &[], other).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.json()["type"], "urn:pto:problem:content-mismatch");
    }
    let key = BlobKey::upload(&upload_ref(id));
    assert_eq!(world.host.blobs(Bucket::Uploads).unwrap().get(&key).await.unwrap(), None);

    for _ in 0..2 {
        let sent = world.call("PUT", url, &[], PDF).await;
        assert_eq!(sent.status, 202, "{sent:?}");
        let job = sent.json();
        assert_eq!((job["id"].as_str(), job["file"].as_str()), (Some(id), Some("КЖ 1.pdf")));
        assert_eq!(job["state"], "accepted");
        assert_eq!(world.messages(), [StageName::UploadHandler]);
    }
    assert_eq!(world.host.blobs(Bucket::Uploads).unwrap().get(&key).await.unwrap().unwrap(), PDF);
}

#[tokio::test]
async fn an_announced_file_is_sent_to_the_store_where_the_host_gives_links() {
    let world = World::with_links();
    let announced = world.announce("КЖ.pdf", PDF, None).await;
    assert_eq!(announced.status, 201);
    let answer = announced.json();
    let id = answer["job"]["id"].as_str().unwrap();
    let expected = json!({
        "method": "PUT", "url": format!("https://store.example/uploads/local/{id}"),
        "headers": { "content-length": PDF.len().to_string() }, "expires_at": "1970-01-01T00:15:00Z",
    });
    assert_eq!(answer["upload"], expected);

    let content = format!("/v1/uploads/{id}/content");
    for (method, path) in [("PUT", content.as_str()), ("POST", "/v1/jobs?name=a.pdf")] {
        let refused = world.call(method, path, &[], PDF).await;
        assert_eq!(refused.status, 413, "{path}: {refused:?}");
        assert!(refused.json()["detail"].as_str().unwrap().contains("POST /v1/uploads"));
    }

    let key = BlobKey::upload(&upload_ref(id));
    world.host.blobs(Bucket::Uploads).unwrap().put(&key, PDF.into()).await.unwrap();
    let again = world.announce("КЖ.pdf", PDF, None).await;
    assert_eq!((again.status, &again.json()["upload"]), (202, &json!(null)), "the bytes are there");
    assert_eq!(again.json()["job"]["id"], id);
    assert_eq!(world.messages(), [StageName::UploadHandler]);
}

#[tokio::test]
async fn a_done_document_needs_no_bytes_under_any_name() {
    let world = World::with_links();
    let first = world.announce("КЖ.pdf", PDF, None).await.json();
    let document = world.finish(first["job"]["id"].as_str().unwrap(), PDF).await;
    for name in ["КЖ.pdf", "КЖ (копия).pdf"] {
        let known = world.announce(name, PDF, None).await;
        assert_eq!(known.status, 202, "{known:?}");
        let answer = known.json();
        assert_eq!((&answer["upload"], &answer["job"]["state"]), (&json!(null), &json!("done")));
        assert_eq!(answer["job"]["results"], format!("/v1/documents/{}/", document.document));
    }
    assert!(world.messages().is_empty());
    assert_eq!(world.get("/v1/jobs").await.json()["jobs"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_refused_file_brought_again_is_tried_anew_and_comes_to_the_top() {
    let world = World::new();
    let taken = world.call("POST", "/v1/jobs?name=a.pdf", &[], b"Dear Sir").await.json();
    let id = taken["id"].as_str().unwrap();
    let failed = UploadState::Failed { stage: StageName::UploadHandler, message: "не вышло".to_owned() };
    world.records().update_upload(&upload_ref(id), |record| record.state = failed.clone()).await.unwrap();
    assert_eq!(world.get(&format!("/v1/jobs/{id}")).await.json()["message"], "не вышло");
    world.host.set_now_ms(1_000);
    world.call("POST", "/v1/jobs?name=b.pdf", &[], PDF).await;
    world.host.set_now_ms(2_000);
    let again = world.call("POST", "/v1/jobs?name=a.pdf", &[], b"Dear Sir").await;
    assert_eq!((again.status, &again.json()["state"]), (202, &json!("accepted")));
    let jobs = world.get("/v1/jobs").await.json();
    let files: Vec<_> = jobs["jobs"].as_array().unwrap().iter().map(|job| job["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["a.pdf", "b.pdf"]);
    assert_eq!(world.messages().len(), 3);
}

#[tokio::test]
async fn a_file_that_the_host_cannot_take_is_refused_before_it_is_sent() {
    let world = World::with_links();
    for (size_bytes, status) in [(LINKED_HOST_TAKES_BYTES, 201), (LINKED_HOST_TAKES_BYTES + 1, 413)] {
        let mut body = announcement("том.pdf", PDF, None);
        body["size_bytes"] = json!(size_bytes);
        let answer = world.post("/v1/uploads", &body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 413 {
            assert!(answer.json()["detail"].as_str().unwrap().contains("предел 8 МБ"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_announcement_is_refused_in_russian() {
    let world = World::new();
    let with = |change: fn(&mut serde_json::Value)| {
        let mut body = announcement("a.pdf", PDF, None);
        change(&mut body);
        body
    };
    let cases = [
        (with(|body| body["name"] = json!("")), 400, "bad-request"),
        (with(|body| body["name"] = json!("a\nb.pdf")), 400, "bad-request"),
        (with(|body| body["name"] = json!("ж".repeat(128))), 400, "bad-request"),
        (with(|body| body["sha256"] = json!("00")), 400, "bad-request"),
        (with(|body| body["sha256"] = json!("g".repeat(64))), 400, "bad-request"),
        (with(|body| body["size_bytes"] = json!(0)), 400, "bad-request"),
        (with(|body| body["size_bytes"] = json!(-1)), 400, "bad-request"),
        (with(|body| body["size_bytes"] = json!(MAX_FILE_BYTES + 1)), 413, "too-large"),
        (with(|body| body["project"] = json!("unknown")), 404, "not-found"),
        (json!({ "name": "a.pdf" }), 400, "bad-request"),
    ];
    for (body, status, kind) in cases {
        let refused = world.post("/v1/uploads", &body).await;
        assert_eq!(refused.status, status, "{body} {refused:?}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let problem = refused.json();
        assert_eq!(problem["type"], format!("urn:pto:problem:{kind}"));
        assert!(problem["detail"].as_str().unwrap().chars().any(|letter| ('а'..='я').contains(&letter)), "{problem}");
    }
    let path = world.post("/v1/uploads", &with(|body| body["name"] = json!("C:\\объект\\a.pdf"))).await;
    assert_eq!(path.json()["job"]["file"], "a.pdf");
    let limit = world.post("/v1/uploads", &with(|body| body["size_bytes"] = json!(MAX_FILE_BYTES))).await;
    assert_eq!(limit.status, 201);
    let hash = with(|body| body["sha256"] = json!(body["sha256"].as_str().unwrap().to_uppercase()));
    assert_eq!(world.post("/v1/uploads", &hash).await.status, 201);
}
