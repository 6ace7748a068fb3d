use api::{Api, Caller, router};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use domain::{
    ActFile, ActSet, BlobKey, Bucket, ChunkPlan, DocumentId, DocumentRecord, DocumentRef, StageName, TenantId,
    UploadRef, UploadState,
};
use pipeline::{PageStore, Records, put_json};
use ports::memory::MemoryHost;
use ports::{Blobs, Clock, Compute, Host, Ledger, Links, Missing, Notices, PortError, Progress, Queue, UploadLink};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// A world and the API over it.
pub(crate) struct World {
    pub(crate) host: MemoryHost,
    pub(crate) router: Router,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl World {
    /// A host whose API serves the bytes itself.
    pub(crate) fn new() -> Self {
        let host = MemoryHost::default();
        Self { router: router(Api::build(&host).unwrap()), host }
    }

    /// A host that gives links to its store.
    pub(crate) fn with_links() -> Self {
        let host = MemoryHost::default();
        let linked = LinkedHost { host: host.clone() };
        Self { router: router(Api::build(&linked).unwrap()), host }
    }

    pub(crate) fn records(&self) -> Records {
        Records::new(self.host.ledger().unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], b"").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        self.call("POST", path, &[("content-type", "application/json")], &body).await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.call_as(Some("local"), method, path, headers, body).await
    }

    pub(crate) async fn call_as(
        &self,
        tenant: Option<&str>,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        call_router(&self.router, tenant, method, path, headers, body).await
    }

    /// Announces a file and answers what was said.
    pub(crate) async fn announce(&self, name: &str, bytes: &[u8], project: Option<&str>) -> Answer {
        self.post("/v1/uploads", &announcement(name, bytes, project)).await
    }

    /// Takes all messages: the stages that they were sent to.
    pub(crate) fn messages(&self) -> Vec<StageName> {
        std::iter::from_fn(|| self.host.take_message(0)).map(|(stage, _)| stage).collect()
    }

    /// Does what the stages would: the upload is this document, and everything of it is there.
    pub(crate) async fn finish(&self, upload: &str, bytes: &[u8]) -> DocumentRef {
        let upload = upload_ref(upload);
        let document = DocumentRef { tenant: TenantId::local(), document: DocumentId::of(bytes) };
        let mut record: DocumentRecord = serde_json::from_value(json!({
            "file_name": "КЖ.pdf", "size_bytes": bytes.len(), "upload": upload.upload, "accepted_at_ms": 0,
            "output_revision": domain::OUTPUT_REVISION, "pages": 2, "all_chunks_read": true, "indexed": true,
            "analyzed": true, "acts": 1, "bundled": true,
        }))
        .unwrap();
        record.chunks = vec![ChunkPlan { first_page: 1, pages: 2, recognize: false }];
        self.records().create_document(&document, &record).await.unwrap();
        let state = UploadState::Accepted { document: document.document.clone() };
        self.records().update_upload(&upload, |record| record.state = state.clone()).await.unwrap();
        self.write_results(&document).await;
        document
    }

    async fn write_results(&self, document: &DocumentRef) {
        let results = self.host.blobs(Bucket::Results).unwrap();
        let summary = json!({
            "file": "КЖ.pdf", "sha256": document.document, "pages": 2, "cipher": null, "revision": null, "mark": null,
            "object": null, "stage": null, "warnings": [], "faults": [],
        });
        put_json(results.as_ref(), &BlobKey::summary(document), &summary).await.unwrap();
        put_json(results.as_ref(), &BlobKey::analysis(document), &json!({ "title_blocks": [] })).await.unwrap();
        let files =
            vec![ActFile { number: "1".to_owned(), file: "1-КЖ.pdf".to_owned(), pages: 2, formats: Vec::new() }];
        put_json(results.as_ref(), &BlobKey::acts(document), &ActSet { files, ..ActSet::default() }).await.unwrap();
        let member = |path: &str| json!({ "path": path, "size_bytes": 4, "sha256": "0" });
        let manifest = json!({
            "name": "ИД КЖ", "pdf": member("ИД КЖ.pdf"), "zip": member("ИД КЖ.zip"), "members": [], "register": [],
            "sheets": 1,
        });
        put_json(results.as_ref(), &BlobKey::bundle_manifest(document), &manifest).await.unwrap();
        for (key, bytes) in [
            (BlobKey::act_pdf(document, 0), "%PDF-act"),
            (BlobKey::bundle_pdf(document), "%PDF-bundle"),
            (BlobKey::bundle_zip(document), "PK"),
        ] {
            results.put(&key, bytes.into()).await.unwrap();
        }
        let pages = PageStore::new(self.host.blobs(Bucket::Pages).unwrap());
        let read = [1, 2].map(|page| domain::Page {
            page,
            width_pt: 595.0,
            height_pt: 842.0,
            source: domain::TextSource::None,
            text: String::new(),
            words: Vec::new(),
            faults: Vec::new(),
            title_block: None,
            tables: Vec::new(),
        });
        pages.put_chunk(document, 0, &read, &[b"RIFF".to_vec(), Vec::new()]).await.unwrap();
    }
}

/// One request to a router, by a tenant or by nobody.
pub(crate) async fn call_router(
    router: &Router,
    tenant: Option<&str>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(tenant) = tenant {
        request = request.extension(Caller { tenant: TenantId::try_from(tenant.to_owned()).unwrap() });
    }
    let request = request.body(Body::from(body.to_vec())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

pub(crate) fn announcement(name: &str, bytes: &[u8], project: Option<&str>) -> Value {
    json!({ "name": name, "size_bytes": bytes.len(), "sha256": DocumentId::of(bytes), "project": project })
}

pub(crate) fn upload_ref(id: &str) -> UploadRef {
    UploadRef { tenant: TenantId::local(), upload: id.to_owned().try_into().unwrap() }
}

/// The largest file that [`LinkedHost`] takes.
pub(crate) const LINKED_HOST_TAKES_BYTES: u64 = 8 << 20;

/// A host in memory that gives links to its store, and has less memory than a machine.
pub(crate) struct LinkedHost {
    host: MemoryHost,
}

impl Host for LinkedHost {
    fn blobs(&self, bucket: Bucket) -> Result<Arc<dyn Blobs>, Missing> {
        self.host.blobs(bucket)
    }

    fn queue(&self, stage: StageName) -> Result<Arc<dyn Queue>, Missing> {
        self.host.queue(stage)
    }

    fn ledger(&self) -> Result<Arc<dyn Ledger>, Missing> {
        self.host.ledger()
    }

    fn compute(&self) -> Result<Arc<dyn Compute>, Missing> {
        self.host.compute()
    }

    fn progress(&self) -> Result<Arc<dyn Progress>, Missing> {
        self.host.progress()
    }

    fn links(&self) -> Result<Arc<dyn Links>, Missing> {
        Ok(Arc::new(StoreLinks))
    }

    fn notices(&self) -> Result<Arc<dyn Notices>, Missing> {
        self.host.notices()
    }

    fn clock(&self) -> Result<Arc<dyn Clock>, Missing> {
        self.host.clock()
    }

    fn largest_file_bytes(&self) -> Result<u64, Missing> {
        Ok(LINKED_HOST_TAKES_BYTES)
    }
}

struct StoreLinks;

#[async_trait]
impl Links for StoreLinks {
    async fn download(&self, bucket: Bucket, key: &BlobKey, name: Option<&str>) -> Result<Option<String>, PortError> {
        let named = if name.is_some() { "named" } else { "nameless" };
        Ok(Some(format!("https://store.example/{}/{key}?{named}", bucket.name())))
    }

    async fn upload(&self, key: &BlobKey, size_bytes: u64, _: &DocumentId) -> Result<Option<UploadLink>, PortError> {
        Ok(Some(UploadLink {
            url: format!("https://store.example/uploads/{key}"),
            headers: vec![("content-length".to_owned(), size_bytes.to_string())],
            expires_at_ms: 900_000,
        }))
    }
}
