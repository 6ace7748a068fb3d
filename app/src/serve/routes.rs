use crate::engine::Engine;
use crate::export::full_summary;
use crate::serve::answers::{Problem, job};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::{
    ActSet, BlobKey, Bucket, BundleManifest, DocumentId, DocumentRef, DocumentSummary, TenantId, UploadId,
    UploadRecord, UploadRef,
};
use pipeline::{PageStore, get_json};
use ports::{Host, Ledger, LedgerKey};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

const PAGE: &str = include_str!("page.html");

/// How many uploads the list shows.
const LISTED: usize = 200;

type Answer = Result<Response, Problem>;

pub(crate) fn routes(engine: Arc<Engine>, address: SocketAddr) -> Router {
    Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/v1/jobs", post(create_job).get(list_jobs))
        .route("/v1/jobs/{id}", get(show_job))
        .route("/v1/documents/{id}/{*path}", get(show_result))
        .fallback(|| async { Problem::not_found("Такой страницы нет.") })
        .method_not_allowed_fallback(|| async {
            Problem::not_allowed("Так этот адрес не вызывают.")
        })
        .with_state(engine)
        .layer(from_fn_with_state(address, only_this_computer))
}

/// Other sites open in the user's browser must not reach the server: the host must be ours, and a request that says
/// where it comes from must come from our page.
async fn only_this_computer(State(address): State<SocketAddr>, request: Request, next: Next) -> Answer {
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

#[derive(Deserialize)]
struct NewJob {
    /// The user's name of the file.
    name: String,
}

/// `POST /v1/jobs?name=…` with the file as the body → `202` and the job's place.
async fn create_job(
    State(engine): State<Arc<Engine>>,
    new: Result<Query<NewJob>, QueryRejection>,
    body: Body,
) -> Answer {
    let unnamed = |_| Problem::bad_request("Укажите имя файла: POST /v1/jobs?name=ИМЯ.pdf.");
    let Query(new) = new.map_err(unnamed)?;
    let name = new.name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
        return Err(Problem::bad_request("Укажите имя файла в параметре name, не длиннее 255 байт."));
    }
    let limit = usize::try_from(upload_handler::MAX_FILE_BYTES).unwrap_or(usize::MAX);
    let bytes: Bytes = to_bytes(body, limit).await.map_err(|error| {
        tracing::info!(%error, "an upload was not received whole");
        Problem::too_large(format!(
            "Файл «{name}» не принят целиком: связь прервалась или он больше {} МБ. Повторите загрузку или разделите комплект.",
            upload_handler::MAX_FILE_BYTES >> 20
        ))
    })?;
    let upload = engine.accept(&name, bytes).await.map_err(|error| Problem::internal(error.to_string()))?;
    let standing = engine.standing(&upload).await?;
    let location = format!("/v1/jobs/{}", upload.upload);
    let body = standing.map(|standing| job(&upload.upload, &standing));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response())
}

/// `GET /v1/jobs` → the newest jobs first, at most 200.
async fn list_jobs(State(engine): State<Arc<Engine>>) -> Answer {
    let tenant = TenantId::local();
    let mut newest = uploads(&engine, &tenant).await?;
    newest.sort_by_key(|(received_at_ms, _)| std::cmp::Reverse(*received_at_ms));
    let mut jobs = Vec::new();
    for (_, upload) in newest.into_iter().take(LISTED) {
        let upload = UploadRef { tenant: tenant.clone(), upload };
        if let Some(standing) = engine.standing(&upload).await? {
            jobs.push(job(&upload.upload, &standing));
        }
    }
    Ok(Json(json!({ "jobs": jobs })).into_response())
}

/// All uploads of a tenant with the time they were received.
async fn uploads(engine: &Engine, tenant: &TenantId) -> Result<Vec<(u64, UploadId)>, Problem> {
    let ledger: Arc<dyn Ledger> = engine.host().ledger().map_err(|error| Problem::internal(error.to_string()))?;
    let partition = LedgerKey::uploads_of(tenant);
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let entries = ledger.query(&partition, after.as_deref(), LISTED).await.map_err(pipeline::Failure::from)?;
        let Some(last) = entries.last() else { return Ok(found) };
        after = Some(last.key.sort().to_owned());
        for entry in &entries {
            let record: Result<UploadRecord, _> = serde_json::from_str(&entry.value);
            let id = UploadId::try_from(entry.key.sort().to_owned());
            if let (Ok(record), Ok(id)) = (record, id) {
                found.push((record.received_at_ms, id));
            }
        }
    }
}

/// `GET /v1/jobs/{id}` → how far the job is.
async fn show_job(State(engine): State<Arc<Engine>>, Path(id): Path<String>) -> Answer {
    let unknown = || Problem::not_found("Такой загрузки нет.");
    let upload = UploadId::try_from(id).map_err(|_invalid| unknown())?;
    let upload = UploadRef { tenant: TenantId::local(), upload };
    let standing = engine.standing(&upload).await?.ok_or_else(unknown)?;
    Ok(Json(job(&upload.upload, &standing)).into_response())
}

/// `GET /v1/documents/{id}/…` → the files of the output contract.
async fn show_result(State(engine): State<Arc<Engine>>, Path((id, path)): Path<(String, String)>) -> Answer {
    let unknown = || Problem::not_found(format!("Результата «{path}» нет или он ещё не готов."));
    let document = DocumentId::try_from(id).map_err(|_invalid| unknown())?;
    let document = DocumentRef { tenant: TenantId::local(), document };
    let results = engine.blobs(Bucket::Results).map_err(|error| Problem::internal(error.to_string()))?;
    let manifest_name = |extension: &'static str| {
        let (results, key) = (Arc::clone(&results), BlobKey::bundle_manifest(&document));
        async move {
            let manifest: Option<BundleManifest> = get_json(results.as_ref(), &key).await?;
            Ok::<_, Problem>(manifest.map(|manifest| format!("{}.{extension}", manifest.name)))
        }
    };
    let (key, name) = match path.as_str() {
        "document.json" => {
            let summary: Option<DocumentSummary> = get_json(results.as_ref(), &BlobKey::summary(&document)).await?;
            let record = engine.records().document(&document).await.map_err(pipeline::Failure::from)?;
            let (summary, record) = summary.zip(record).ok_or_else(unknown)?;
            return Ok(Json(full_summary(summary, &record)).into_response());
        }
        "analysis.json" => (BlobKey::analysis(&document), None),
        "acts.json" => (BlobKey::acts(&document), None),
        "bundle/manifest.json" => (BlobKey::bundle_manifest(&document), None),
        "bundle.pdf" => (BlobKey::bundle_pdf(&document), manifest_name("pdf").await?),
        "bundle.zip" => (BlobKey::bundle_zip(&document), manifest_name("zip").await?),
        other => match other.split_once('/') {
            Some(("acts", file)) => {
                let acts: Option<ActSet> = get_json(results.as_ref(), &BlobKey::acts(&document)).await?;
                let index = acts.and_then(|acts| acts.files.iter().position(|act| act.file == file));
                (BlobKey::act_pdf(&document, index.ok_or_else(unknown)?), Some(file.to_owned()))
            }
            Some(("pages", file)) => return show_page(&engine, &document, file).await?.ok_or_else(unknown),
            _ => return Err(unknown()),
        },
    };
    let bytes = results.get(&key).await.map_err(pipeline::Failure::from)?.ok_or_else(unknown)?;
    Ok(file_answer(bytes, &path, name))
}

/// `pages/0001.json` or `pages/0001.webp`, as soon as the chunk of the page is read.
async fn show_page(engine: &Engine, document: &DocumentRef, file: &str) -> Result<Option<Response>, Problem> {
    let Some((number, extension)) = file.split_once('.') else { return Ok(None) };
    let Ok(number) = number.parse::<u32>() else { return Ok(None) };
    let Some(record) = engine.records().document(document).await.map_err(pipeline::Failure::from)? else {
        return Ok(None);
    };
    let holds = |plan: &domain::ChunkPlan| (plan.first_page..plan.first_page + plan.pages).contains(&number);
    let Some((chunk, plan)) = (0_u32..).zip(&record.chunks).find(|(_, plan)| holds(plan)) else { return Ok(None) };
    let pages = PageStore::new(engine.blobs(Bucket::Pages).map_err(|error| Problem::internal(error.to_string()))?);
    if !pages.has_chunk(document, chunk).await? {
        return Ok(None);
    }
    let index = usize::try_from(number - plan.first_page).unwrap_or(usize::MAX);
    match extension {
        "json" => Ok(pages.chunk(document, chunk).await?.get(index).map(|page| Json(page).into_response())),
        "webp" => {
            let thumbnails = pages.thumbnails(document, chunk).await?;
            let found = thumbnails.into_iter().nth(index).filter(|thumbnail| !thumbnail.is_empty());
            Ok(found.map(|thumbnail| file_answer(thumbnail, file, None)))
        }
        _ => Ok(None),
    }
}

/// A file with its type and, when it has one, its Russian name (RFC 6266).
fn file_answer(bytes: Bytes, path: &str, name: Option<String>) -> Response {
    let kind = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("json") => "application/json",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("webp") => "image/webp",
        _ => "application/octet-stream",
    };
    let mut headers = HeaderMap::new();
    if let Ok(kind) = kind.parse() {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let encoded = name.map(|name| name.bytes().map(percent).collect::<String>());
    if let Some(Ok(value)) = encoded.map(|encoded| format!("inline; filename*=UTF-8''{encoded}").parse()) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, bytes).into_response()
}

fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
