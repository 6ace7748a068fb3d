//! The cloud without an account: template.yaml itself deployed to an emulator, every function a real binary, the whole way
//! from a presigned upload to acts and a bundle, equal byte for byte to what the embedded host makes.
#![expect(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: a failure is its result")]

use app::cli::DataOptions;
use app::engine::{Engine, Outcome};
use cloud::{CloudHost, Dialect, Variables};
use domain::{
    BlobKey, Bucket, DocumentId, DocumentRef, DocumentState, ReceiveUpload, StageName, TenantId, UploadState,
};
use pdf::testkit::{SetOptions, drawing_set};
use pipeline::Records;
use ports::Host;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Deployed, Ministack, eventually, small_set};

/// How long the way of a small set may take on the emulator: cold starts, pages that are recognised, and a busy machine
/// included.
const LIMIT: Duration = Duration::from_secs(300);

/// Pages of the announced set.
const PAGES: u32 = 60;

struct Installation {
    stack: Ministack,
    deployed: Deployed,
    http: reqwest::Client,
    host: CloudHost,
}

impl Installation {
    async fn new(enforce: bool) -> Self {
        let stack = Ministack::start(enforce).await;
        let deployed = stack.deploy();
        let host = CloudHost::from_variables(all_variables(&stack, &deployed), Dialect::Aws).await;
        Self { stack, deployed, http: reqwest::Client::new(), host }
    }

    fn records(&self) -> Records {
        Records::new(self.host.ledger().unwrap())
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        let value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status} {body}\n{}", self.stack.output()));
        (status, value)
    }

    /// A request to the deployed API: the emulator tells it from its other services by the host.
    fn api(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = &self.deployed.outputs["ApiUrl"];
        let host = url.split_once("://").unwrap().1.trim_end_matches('/').to_owned();
        self.http.request(method, format!("{}{path}", self.stack.url)).header("host", host)
    }

    /// Announces a file, sends its bytes by the link that the API gives, and answers the job's id.
    async fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let announced = json!({ "name": name, "size_bytes": bytes.len(), "sha256": DocumentId::of(bytes) });
        let request = self.api(reqwest::Method::POST, "/v1/uploads").header("content-type", "application/json");
        let (status, answer) = self.call(request.body(announced.to_string())).await;
        assert!((200..300).contains(&status), "{status} {answer}");
        let link = &answer["upload"];
        let mut put = self.http.put(link["url"].as_str().unwrap()).body(bytes.to_vec());
        for (name, value) in link["headers"].as_object().unwrap() {
            put = put.header(name, value.as_str().unwrap());
        }
        let stored = put.send().await.unwrap();
        let status = stored.status();
        assert!(status.is_success(), "{status} {}", stored.text().await.unwrap());
        answer["job"]["id"].as_str().unwrap().to_owned()
    }

    /// Asks for a job until it has come to its end.
    async fn ended(&self, job: &str) -> Value {
        let ask = || async {
            let (status, answer) = self.call(self.api(reqwest::Method::GET, &format!("/v1/jobs/{job}"))).await;
            assert_eq!(status, 200, "{answer}");
            let over = ["done", "rejected", "failed"].iter().any(|state| answer["state"] == *state);
            over.then_some(answer)
        };
        let ended = eventually(LIMIT, ask).await;
        ended.unwrap_or_else(|| panic!("the job has not come to its end\n{}", self.stack.output()))
    }

    /// The document of a dropped file, once it is done.
    async fn dropped(&self, key: &str) -> DocumentRef {
        let upload = ReceiveUpload::of_object(key).unwrap().upload;
        let ask = || async {
            let record = self.records().upload(&upload).await.unwrap()?;
            let UploadState::Accepted { document } = record.state else { return None };
            let document = DocumentRef { tenant: upload.tenant.clone(), document };
            let done = self.records().document(&document).await.unwrap()?.state() == DocumentState::Done;
            done.then_some(document)
        };
        let document = eventually(LIMIT, ask).await;
        document.unwrap_or_else(|| panic!("{key} has not come to its end\n{}", self.stack.output()))
    }

    async fn assert_no_dead_letters(&self) {
        for stage in StageName::ALL {
            let variables = self.deployed.environment(&self.stack, stage.name()).into_iter().collect();
            let host = CloudHost::from_variables(variables, Dialect::Aws).await;
            let depth = host.dead_letters().unwrap().depth().await.unwrap();
            assert_eq!((depth.waiting, depth.running), (0, 0), "dead letters of {stage}\n{}", self.stack.output());
        }
    }
}

/// The variables of all functions together: what the test itself looks with.
fn all_variables(stack: &Ministack, deployed: &Deployed) -> Variables {
    let functions = deployed.functions.values().flatten().map(|(name, value)| (name.clone(), value.clone()));
    functions.chain(stack.access()).collect()
}

/// What the embedded host makes of a file: every object of its document.
async fn embedded(name: &str, bytes: &[u8]) -> (DocumentRef, Vec<(Bucket, BlobKey, bytes::Bytes)>) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(&DataOptions { data: Some(folder.path().to_owned()) }).unwrap();
    let accepted = engine.accept(name, bytes.to_vec().into(), None).await.unwrap();
    let outcome = engine.wait(&accepted, |_| ()).await.unwrap();
    let Outcome::Done { document, .. } = outcome else { panic!("{outcome:?}") };
    let mut objects = Vec::new();
    for bucket in [Bucket::Pages, Bucket::Index, Bucket::Results] {
        let blobs = engine.host().blobs(bucket).unwrap();
        for key in blobs.list(&BlobKey::document_prefix(&document)).await.unwrap() {
            let bytes = blobs.get(&key).await.unwrap().unwrap();
            objects.push((bucket, key, bytes));
        }
    }
    engine.stop().await;
    (document, objects)
}

#[tokio::test]
async fn the_deployed_template_makes_the_same_bytes_as_the_embedded_host() {
    let cloud = Installation::new(true).await;
    // Of several chunks, so that the fan-in has something to count.
    let announced = drawing_set(&SetOptions { pages: PAGES, seed: 5, faults: true }).pdf;
    let dropped = small_set(6);

    let job = cloud.upload("КЖ.pdf", &announced).await;
    let key = "local/АОСР № 1 + план.pdf";
    let uploads = cloud.host.blobs(Bucket::Uploads).unwrap();
    uploads.put(&BlobKey::dropped(key.to_owned()).unwrap(), dropped.clone().into()).await.unwrap();
    let refused = cloud.upload("письмо.pdf", b"PK\x03\x04 a word file").await;

    let ended = cloud.ended(&job).await;
    assert_eq!(ended["state"], "done", "{ended}");
    let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(&announced) };
    let record = cloud.records().document(&document).await.unwrap().unwrap();
    assert_eq!((record.state(), record.pages), (DocumentState::Done, PAGES));
    assert!(record.chunks.len() > 2, "{} chunks", record.chunks.len());
    assert!(record.acts.is_some_and(|acts| acts > 0));

    for (found, name, bytes) in
        [(document, "КЖ.pdf", &announced), (cloud.dropped(key).await, "АОСР № 1 + план.pdf", &dropped)]
    {
        let (expected, objects) = embedded(name, bytes).await;
        assert_eq!(found, expected);
        assert!(objects.iter().any(|(_, key, _)| *key == BlobKey::bundle_pdf(&found)), "no bundle to compare");
        for (bucket, key, bytes) in objects {
            let theirs = cloud.host.blobs(bucket).unwrap().get(&key).await.unwrap();
            assert!(theirs.is_some_and(|theirs| theirs == bytes), "{} {key} differs", bucket.name());
        }
    }

    let refused = cloud.ended(&refused).await;
    assert_eq!(refused["state"], "rejected");
    assert!(refused["message"].as_str().unwrap().contains("не PDF"), "{refused}");
    cloud.assert_no_dead_letters().await;
}
