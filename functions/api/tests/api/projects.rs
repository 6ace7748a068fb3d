use crate::calling::World;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_project_posted_again_under_its_key_is_the_same_project() {
    let world = World::new();
    let post = async |key: &str, name: &str| {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        world.call("POST", "/v1/projects", &headers, json!({ "name": name }).to_string().as_bytes()).await
    };
    world.host.set_now_ms(1_796_083_200_000);
    let first = post("7f3a", "Жилой дом № 5").await;
    assert_eq!(first.status, 201, "{first:?}");
    let project = first.json();
    assert_eq!((&project["name"], &project["created_at"]), (&json!("Жилой дом № 5"), &json!("2026-12-01T00:00:00Z")));
    let location = first.header("location").unwrap();
    assert_eq!(location, format!("/v1/projects/{}", project["id"].as_str().unwrap()));
    assert_eq!(world.get(location).await.json(), project);

    world.host.set_now_ms(1_796_083_999_000);
    assert_eq!(post("7f3a", "Жилой дом № 5").await.json(), project);
    let reused = post("7f3a", "Школа").await;
    assert_eq!((reused.status, &reused.json()["type"]), (422, &json!("urn:pto:problem:idempotency-key-reused")));
    assert_ne!(post("7f3b", "Жилой дом № 5").await.json()["id"], project["id"]);
    for nameless in [json!({}), json!({ "name": " " }), json!({ "name": "a\u{7}" })] {
        assert_eq!(world.post("/v1/projects", &nameless).await.status, 400, "{nameless}");
    }
}

#[tokio::test]
async fn projects_are_listed_page_by_page() {
    let world = World::new();
    let mut made = BTreeSet::new();
    for number in 0..5 {
        let project = world.post("/v1/projects", &json!({ "name": format!("Объект {number}") })).await.json();
        made.insert(project["id"].as_str().unwrap().to_owned());
    }
    let mut listed = Vec::new();
    let mut path = "/v1/projects?limit=2".to_owned();
    let mut pages = 0;
    loop {
        let answer = world.get(&path).await.json();
        let projects = answer["projects"].as_array().unwrap();
        listed.extend(projects.iter().map(|project| project["id"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = answer["next"].as_str() else { break };
        path = format!("/v1/projects?limit=2&cursor={next}");
    }
    assert_eq!((pages, listed.len()), (3, 5));
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), made);
    assert_eq!(world.get("/v1/projects?limit=0").await.status, 400);
    assert_eq!(world.get("/v1/projects?cursor=..").await.status, 400);
}

#[tokio::test]
async fn a_project_file_is_kept_and_what_was_uploaded_is_formed_anew() {
    let world = World::new();
    let project = world.post("/v1/projects", &json!({ "name": "Объект" })).await.json();
    let path = format!("/v1/projects/{}/file", project["id"].as_str().unwrap());
    assert_eq!((&project["file"], world.get(&path).await.status), (&json!(null), 404));
    let bytes = b"%PDF-1.7 set";
    let job = world.announce("КЖ.pdf", bytes, project["id"].as_str()).await.json();
    let upload = job["job"]["id"].as_str().unwrap().to_owned();
    world.call("PUT", &format!("/v1/uploads/{upload}/content"), &[], bytes).await;
    world.finish(&upload, bytes).await;
    world.messages();

    let file = "[object]\nname = \"Дом\"\n".as_bytes();
    let given = world.call("PUT", &path, &[], file).await;
    assert_eq!(given.status, 200, "{given:?}");
    assert_eq!(given.json()["file"], json!(domain::ProjectFileId::of(file)));
    assert_eq!(world.get(&path).await.body, file);
    assert_eq!(world.messages(), [domain::StageName::UploadHandler]);
    assert_eq!(world.call("PUT", &path, &[], file).await.status, 200);
    let again = world.announce("КЖ.pdf", bytes, project["id"].as_str()).await;
    assert_eq!(again.status, 202, "its bytes are known, and it is to be formed with the file");

    let wrong = world.call("PUT", &path, &[], b"[object]\nnmae = \"x\"\n").await;
    assert_eq!((wrong.status, &wrong.json()["type"]), (422, &json!("urn:pto:problem:project-file")));
    assert!(wrong.json()["detail"].as_str().unwrap().contains("строка 2"), "{wrong:?}");
    assert_eq!(world.get(&path).await.body, file, "the good one stays");
    let foreign = world.call_as(Some("other"), "PUT", &path, &[], file).await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn a_file_that_acts_name_is_kept_by_its_content() {
    let world = World::new();
    for _ in 0..2 {
        let kept = world.call("POST", "/v1/attachments", &[], b"%PDF-1.7 certificate").await;
        assert_eq!(kept.status, 201, "{kept:?}");
        assert_eq!(kept.json(), json!({ "sha256": domain::DocumentId::of(b"%PDF-1.7 certificate"), "size_bytes": 20 }));
    }
    assert_eq!(world.call("POST", "/v1/attachments", &[], b"").await.status, 400);
}
