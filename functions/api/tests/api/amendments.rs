use crate::calling::{Answer, World};
use domain::{BlobKey, Bucket, DocumentRef, StageName};
use pipeline::put_json;
use ports::Host;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// A document that is done, with a title block in its analysis.
async fn understood(world: &World) -> DocumentRef {
    let id = world.announce("КЖ.pdf", b"%PDF-", None).await.json()["job"]["id"].as_str().unwrap().to_owned();
    let document = world.finish(&id, b"%PDF-").await;
    let evidence = json!({
        "document": document.document, "page": 1, "boxes": [], "quote": "12-З4-КЖ1", "confidence": 0.6, "by": "rule",
    });
    let block = json!({
        "page": 1, "cipher": "12-З4-КЖ1", "sheet": "1", "sheets": 7, "stage": "Р", "title": "Общие данные",
        "object": null, "designer": null, "revision": null, "evidence": evidence,
    });
    let analysis = json!({
        "title_blocks": [block], "drawing_list": [], "references": [], "specification": [], "works": [], "warnings": [],
        "hidden_works": {"mode": "none", "heading": null, "items": []},
    });
    let results = world.host.blobs(Bucket::Results).unwrap();
    put_json(results.as_ref(), &BlobKey::analysis(&document), &analysis).await.unwrap();
    while world.host.take_message(0).is_some() {}
    document
}

fn edits(value: &str, new: &str) -> Value {
    json!({"edits": [{"value": value, "new": new}], "by": "Петрова"})
}

async fn put_edits(world: &World, document: &DocumentRef, body: &Value) -> Answer {
    let path = format!("/v1/documents/{}/edits", document.document);
    world.call("PUT", &path, &JSON, body.to_string().as_bytes()).await
}

async fn put_workbook(world: &World, document: &DocumentRef, bytes: &[u8]) -> Answer {
    let path = format!("/v1/documents/{}/specification?name=%D0%92%D0%9E%D0%A0.xlsx", document.document);
    world.call("PUT", &path, &[], bytes).await
}

fn workbook(rows: &[[&str; 4]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("ВОР").unwrap();
    let heading = [["№ п/п", "Наименование работ", "Ед. изм.", "Кол-во"]];
    for (row, texts) in (0..).zip(heading.iter().chain(rows)) {
        for (column, text) in (0..).zip(texts) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn kind(answer: &Answer) -> String {
    let json = answer.json();
    json["type"].as_str().unwrap().trim_start_matches("urn:pto:problem:").to_owned()
}

#[tokio::test]
async fn an_edit_is_taken_and_the_set_is_understood_anew() {
    let world = World::new();
    let document = understood(&world).await;
    let answer = put_edits(&world, &document, &edits("title_blocks/1/cipher", "12-34-КЖ1")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["document"], json!(document.document));
    assert_eq!(world.messages(), [StageName::UploadHandler]);
    let record = world.records().document(&document).await.unwrap().unwrap();
    assert!(record.amendments.is_some() && !record.analyzed);
    let again = put_edits(&world, &document, &edits("title_blocks/1/cipher", "12-34-КЖ1")).await;
    assert_eq!((again.status, kind(&again).as_str()), (409, "not-ready"), "until it is understood anew");
}

#[tokio::test]
async fn edits_that_do_not_fit_are_refused_and_change_nothing() {
    let world = World::new();
    let document = understood(&world).await;
    let before = world.host.contents();
    for (body, status, problem) in [
        (json!({"edits": [], "by": "Петрова"}), 400, "bad-request"),
        (json!({"edits": [{"value": "title_blocks/1/sheet", "new": "2"}], "by": " "}), 400, "bad-request"),
        (json!({"edits": "все"}), 400, "bad-request"),
        (json!(null), 400, "bad-request"),
        (edits("title_blocks/9/sheet", "2"), 422, "edit"),
        (edits("title_blocks/1/sheets", "семь"), 422, "edit"),
        (
            json!({"edits": [{"value": "title_blocks/1/sheet", "new": "2"}, {"value": "works/нет/name", "new": "а"}], "by": "П"}),
            422,
            "edit",
        ),
    ] {
        let answer = put_edits(&world, &document, &body).await;
        assert_eq!((answer.status, kind(&answer).as_str()), (status, problem), "{body}");
    }
    let path = format!("/v1/documents/{}/edits", document.document);
    for body in [b"{" as &[u8], b"\xff\xff", b""] {
        assert_eq!(world.call("PUT", &path, &JSON, body).await.status, 400, "{body:?}");
    }
    assert!(world.host.contents() == before, "a refused edit has changed something");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused() {
    let world = World::new();
    let document = understood(&world).await;
    let before = world.host.contents();
    let long = "а".repeat(3 << 20);
    let answer = put_edits(&world, &document, &edits("title_blocks/1/title", &long)).await;
    assert_eq!((answer.status, kind(&answer).as_str()), (413, "too-large"), "{:?}", answer.json());
    let answer = put_workbook(&world, &document, &vec![0; (16 << 20) + 1]).await;
    assert_eq!((answer.status, kind(&answer).as_str()), (413, "too-large"));
    assert!(world.host.contents() == before);
}

#[tokio::test]
async fn a_workbook_is_taken_when_it_can_be_read() {
    let world = World::new();
    let document = understood(&world).await;
    let answer = put_workbook(&world, &document, &workbook(&[["1", "Засыпка пазух", "м3", "98,5"]])).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(world.messages(), [StageName::UploadHandler]);
    assert!(world.records().document(&document).await.unwrap().unwrap().amendments.is_some());
}

#[tokio::test]
async fn what_is_wrong_with_a_workbook_is_told_by_sheet_and_cell() {
    let world = World::new();
    let document = understood(&world).await;
    let before = world.host.contents();
    let mut empty = Workbook::new();
    empty.add_worksheet().set_name("Письмо").unwrap().write_string(0, 0, "Уважаемый подрядчик").unwrap();
    for (bytes, problem, told) in [
        (b"%PDF-1.7".to_vec(), "content-mismatch", "не книга XLSX"),
        (b"PK\x03\x04 only the first bytes of one".to_vec(), "content-mismatch", "не книга XLSX"),
        (Vec::new(), "content-mismatch", "не книга XLSX"),
        (empty.save_to_buffer().unwrap(), "workbook", "«Письмо»"),
        (workbook(&[["1", "Засыпка", "м3", ""]]), "workbook", "Лист «ВОР»: под заголовком D1"),
        (workbook(&[["1", "Засыпка", "м3", "5"], ["2", "Бетон", "м3", "7..1"]]), "workbook", "ячейка D3: «7..1»"),
    ] {
        let answer = put_workbook(&world, &document, &bytes).await;
        assert_eq!((answer.status, kind(&answer).as_str()), (422, problem), "{told}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(told), "{:?}", answer.json());
    }
    let nameless = format!("/v1/documents/{}/specification", document.document);
    assert_eq!(world.call("PUT", &nameless, &[], &workbook(&[])).await.status, 400);
    assert!(world.host.contents() == before, "a refused workbook has changed something");
}

#[tokio::test]
async fn what_is_unknown_or_of_another_tenant_is_not_found() {
    let world = World::new();
    let document = understood(&world).await;
    let before = world.host.contents();
    let book = workbook(&[["1", "Засыпка пазух", "м3", "98,5"]]);
    let body = edits("title_blocks/1/sheet", "2").to_string();
    let unknown = "0".repeat(64);
    for (tenant, id) in
        [("other", document.document.as_str()), ("local", unknown.as_str()), ("local", "..%2F.."), ("local", "%FF")]
    {
        for (path, bytes) in [("edits", body.as_bytes()), ("specification?name=a.xlsx", book.as_slice())] {
            let path = format!("/v1/documents/{id}/{path}");
            let answer = world.call_as(Some(tenant), "PUT", &path, &JSON, bytes).await;
            assert_eq!((answer.status, kind(&answer).as_str()), (404, "not-found"), "{tenant} {path}");
        }
    }
    assert!(world.host.contents() == before);
}
