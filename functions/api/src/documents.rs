use crate::problem::{Answer, Problem};
use crate::results::ResultFile;
use crate::{Api, Caller};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::{BlobKey, Bucket, ChunkPlan, DocumentId, DocumentRef, DocumentSummary, TenantId, percent_encoded};
use pipeline::{full_summary, get_json};

/// JSON below this size is answered at once; above it a link is cheaper for everybody.
const ANSWERED_AT_ONCE_BYTES: u64 = 1 << 20;

/// What the caller may keep, but nobody in between: links are signed for one user.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// `GET /v1/documents/{id}/…` → a file of the output contract, or `307` to a signed link where the host gives links.
pub(crate) async fn show_result(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Answer {
    let Path((id, path)) = path.map_err(|_invalid| Problem::not_found("Такого результата нет."))?;
    let unknown = || Problem::not_found(format!("Результата «{path}» нет или он ещё не готов."));
    let document = document_of(tenant, id).ok_or_else(unknown)?;
    if path == "document.json" {
        let key = BlobKey::summary(api.edition(&document).await?);
        let summary: Option<DocumentSummary> = get_json(api.results.as_ref(), &key).await?;
        let record = api.records.document(&document).await?;
        let (summary, record) = summary.zip(record).ok_or_else(unknown)?;
        return Ok(Json(full_summary(summary, &record)).into_response());
    }
    if let Some(page) = path.strip_prefix("pages/") {
        return api.page(&document, page).await?.ok_or_else(unknown);
    }
    let file = api.result_file(&document, &path).await?.ok_or_else(unknown)?;
    let size_bytes = api.results.size(&file.key).await?.ok_or_else(unknown)?;
    let small = file.content_type() == "application/json" && size_bytes < ANSWERED_AT_ONCE_BYTES;
    if !small
        && let Some(link) = api.links.download(Bucket::Results, &file.key, Some(&file.file_name)).await?
        && let Ok(link) = HeaderValue::try_from(link)
    {
        let headers = [(header::LOCATION, link), (header::CACHE_CONTROL, PRIVATE)];
        return Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response());
    }
    let bytes = api.results.get(&file.key).await?.ok_or_else(unknown)?;
    Ok(file_answer(&file, bytes))
}

pub(crate) fn document_of(tenant: TenantId, id: String) -> Option<DocumentRef> {
    let document = DocumentId::try_from(id).ok()?;
    Some(DocumentRef { tenant, document })
}

impl Api {
    /// `0001.json` or `0001.webp`, as soon as the chunk of the page is read.
    async fn page(&self, document: &DocumentRef, file: &str) -> Result<Option<Response>, Problem> {
        let Some((number, extension)) = file.split_once('.') else { return Ok(None) };
        let Ok(number) = number.parse::<u32>() else { return Ok(None) };
        let Some(record) = self.records.document(document).await? else { return Ok(None) };
        let holds = |plan: &ChunkPlan| (plan.first_page..plan.first_page + plan.pages).contains(&number);
        let Some((chunk, plan)) = (0_u32..).zip(&record.chunks).find(|(_, plan)| holds(plan)) else { return Ok(None) };
        if !self.pages.has_chunk(document, chunk).await? {
            return Ok(None);
        }
        let index = usize::try_from(number - plan.first_page).unwrap_or(usize::MAX);
        match extension {
            "json" => Ok(self.pages.page(document, chunk, index).await?.map(|page| Json(page).into_response())),
            "webp" => {
                let thumbnails = self.pages.thumbnails(document, chunk).await?;
                let found = thumbnails.into_iter().nth(index).filter(|thumbnail| !thumbnail.is_empty());
                Ok(found.map(|thumbnail| ([(header::CONTENT_TYPE, "image/webp")], thumbnail).into_response()))
            }
            _ => Ok(None),
        }
    }
}

/// A file with its type and its Russian name (RFC 6266).
fn file_answer(file: &ResultFile, bytes: bytes::Bytes) -> Response {
    let mut response = ([(header::CONTENT_TYPE, file.content_type())], bytes).into_response();
    let disposition = format!("inline; filename*=UTF-8''{}", percent_encoded(&file.file_name, b""));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
