use crate::problem::{Answer, Problem};
use crate::{Api, Caller};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::project_file::LARGEST_ATTACHMENT_BYTES;
use serde_json::json;

/// `POST /v1/attachments` with a file as the body → `201` and the SHA-256 by which the section `[files]` of a project file
/// names it. The same file again is the same attachment. A function takes bodies of 6 MB at most.
pub(crate) async fn keep_attachment(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    body: Body,
) -> Answer {
    let limit = usize::try_from(LARGEST_ATTACHMENT_BYTES.min(api.largest_bytes)).unwrap_or(usize::MAX);
    let bytes = to_bytes(body, limit).await.map_err(|error| {
        tracing::info!(%error, "an attachment was not received whole");
        Problem::too_large(format!("Файл не принят целиком: связь прервалась или он больше {} МБ.", limit >> 20))
    })?;
    if bytes.is_empty() {
        return Err(Problem::bad_request("Файл пуст (0 байт). Отправьте его содержимое в теле запроса."));
    }
    let content = api.hash(&bytes).await?;
    let size_bytes = bytes.len();
    api.intake.keep_attachment(&tenant, &content, bytes).await?;
    Ok((StatusCode::CREATED, Json(json!({ "sha256": content, "size_bytes": size_bytes }))).into_response())
}
