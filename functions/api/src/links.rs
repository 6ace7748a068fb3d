use crate::documents::document_of;
use crate::problem::{Answer, Problem};
use crate::{Api, Caller};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::{Bucket, percent_encoded};
use serde_json::json;

/// `GET /v1/documents/{id}/links` → where every result that exists can be fetched: signed links that end within the
/// hour, or addresses of this API where the host gives none.
pub(crate) async fn list_links(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    let unknown = || Problem::not_found("Такого документа нет.");
    let Path(id) = id.map_err(|_invalid| unknown())?;
    let document = document_of(tenant, id).ok_or_else(unknown)?;
    let record = api.records.document(&document).await?.ok_or_else(unknown)?;
    let own = |path: &str| {
        let segments: Vec<_> = path.split('/').map(|segment| percent_encoded(segment, b"")).collect();
        format!("/v1/documents/{}/{}", document.document, segments.join("/"))
    };
    let mut links = Vec::new();
    for file in api.result_files(&document).await? {
        let link = api.links.download(Bucket::Results, &file.key, Some(&file.file_name)).await?;
        let url = link.unwrap_or_else(|| own(&file.path));
        links.push(json!({ "path": file.path, "file_name": file.file_name, "url": url }));
    }
    if record.analyzed {
        let path = "document.json";
        links.push(json!({ "path": path, "file_name": path, "url": own(path) }));
    }
    let private = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((private, Json(json!({ "links": links }))).into_response())
}
