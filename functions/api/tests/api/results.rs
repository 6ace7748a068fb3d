use crate::calling::World;
use domain::{BlobKey, Bucket, DocumentRef};
use ports::Host;
use serde_json::json;

async fn finished(world: &World) -> DocumentRef {
    let id = world.announce("КЖ.pdf", b"%PDF-", None).await.json()["job"]["id"].as_str().unwrap().to_owned();
    world.finish(&id, b"%PDF-").await
}

#[tokio::test]
async fn results_are_served_with_their_types_and_names() {
    let world = World::new();
    let document = finished(&world).await;
    let base = format!("/v1/documents/{}", document.document);
    for (path, kind, begins, name) in [
        ("document.json", "application/json", "{", None),
        ("analysis.json", "application/json", "{", Some("analysis.json")),
        ("acts.json", "application/json", "{", Some("acts.json")),
        ("bundle/manifest.json", "application/json", "{", Some("manifest.json")),
        ("bundle.pdf", "application/pdf", "%PDF-bundle", Some("%D0%98%D0%94%20%D0%9A%D0%96.pdf")),
        ("bundle.zip", "application/zip", "PK", Some("%D0%98%D0%94%20%D0%9A%D0%96.zip")),
        ("acts/1-%D0%9A%D0%96.pdf", "application/pdf", "%PDF-act", Some("1-%D0%9A%D0%96.pdf")),
        ("pages/0001.json", "application/json", "{\"page\":1", None),
        ("pages/0001.webp", "image/webp", "RIFF", None),
    ] {
        let answer = world.get(&format!("{base}/{path}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}: {answer:?}");
        assert!(answer.body.starts_with(begins.as_bytes()), "{path}: {answer:?}");
        let disposition = name.map(|name| format!("inline; filename*=UTF-8''{name}"));
        assert_eq!(answer.header("content-disposition"), disposition.as_deref(), "{path}");
    }
    for absent in [
        "x",
        "acts/",
        "acts/2.pdf",
        "pages/0003.json",
        "pages/0002.webp",
        "pages/1",
        "../../x",
        "acts/..%2F..%2Fx",
        "%FF",
    ] {
        assert_eq!(world.get(&format!("{base}/{absent}")).await.status, 404, "{absent}");
    }
    assert_eq!(world.call("POST", &format!("{base}/x"), &[], b"").await.status, 405);
}

#[tokio::test]
async fn a_warning_of_a_later_stage_stands_in_the_summary() {
    let world = World::new();
    let document = finished(&world).await;
    let warning =
        domain::Warning { code: "no-acts".to_owned(), message: "Нет актов.".to_owned(), pages: Vec::new() };
    world.records().update_document(&document, |record| record.warnings = vec![warning.clone()]).await.unwrap();
    let summary = world.get(&format!("/v1/documents/{}/document.json", document.document)).await.json();
    assert_eq!(summary["warnings"], json!([{ "code": "no-acts", "message": "Нет актов.", "pages": [] }]));
}

#[tokio::test]
async fn large_results_are_fetched_from_the_store_where_the_host_gives_links() {
    let world = World::with_links();
    let document = finished(&world).await;
    let base = format!("/v1/documents/{}", document.document);
    for (path, key) in [
        ("bundle.pdf", BlobKey::bundle_pdf(&document)),
        ("bundle.zip", BlobKey::bundle_zip(&document)),
        ("acts/1-%D0%9A%D0%96.pdf", BlobKey::act_pdf(&document, 0)),
    ] {
        let answer = world.get(&format!("{base}/{path}")).await;
        assert_eq!(answer.status, 307, "{path}: {answer:?}");
        let location = format!("https://store.example/results/{key}?named");
        assert_eq!(answer.header("location"), Some(location.as_str()));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    }
    let results = world.host.blobs(Bucket::Results).unwrap();
    for (size_bytes, status) in [((1 << 20) - 1, 200), (1 << 20, 307)] {
        results.put(&BlobKey::analysis(&document), vec![b' '; size_bytes].into()).await.unwrap();
        assert_eq!(world.get(&format!("{base}/analysis.json")).await.status, status, "{size_bytes} bytes");
    }
    assert_eq!(world.get(&format!("{base}/document.json")).await.status, 200, "it is composed");
    assert_eq!(world.get(&format!("{base}/pages/0001.webp")).await.status, 200);
    results.delete(&BlobKey::bundle_zip(&document)).await.unwrap();
    assert_eq!(world.get(&format!("{base}/bundle.zip")).await.status, 404, "no link to what is not there");
}

#[tokio::test]
async fn all_links_of_a_document_lead_to_what_exists() {
    let world = World::new();
    let document = finished(&world).await;
    let path = format!("/v1/documents/{}/links", document.document);
    let answer = world.get(&path).await;
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let links = answer.json()["links"].as_array().unwrap().clone();
    let paths: Vec<_> = links.iter().map(|link| link["path"].as_str().unwrap()).collect();
    let expected = [
        "bundle.pdf",
        "bundle.zip",
        "bundle/manifest.json",
        "acts/1-КЖ.pdf",
        "acts.json",
        "analysis.json",
        "document.json",
    ];
    assert_eq!(paths, expected);
    for link in &links {
        assert_eq!(world.get(link["url"].as_str().unwrap()).await.status, 200, "{link}");
    }
    assert_eq!(links[0]["file_name"], "ИД КЖ.pdf");

    world.host.blobs(Bucket::Results).unwrap().delete(&BlobKey::bundle_manifest(&document)).await.unwrap();
    assert_eq!(world.get(&path).await.json()["links"].as_array().unwrap().len(), 4);

    let linked = World::with_links();
    let document = finished(&linked).await;
    let links = linked.get(&format!("/v1/documents/{}/links", document.document)).await.json();
    let signed = links["links"].as_array().unwrap().iter();
    let signed =
        signed.filter(|link| link["url"].as_str().unwrap().starts_with("https://store.example/results/local/"));
    assert_eq!(signed.count(), 6, "{links}");
}
