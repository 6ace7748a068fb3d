use crate::engine::Standing;
use crate::progress::stage_name;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{DocumentState, UploadId, UploadState};
use pipeline::Failure;
use serde_json::{Value, json};

/// An answer that is a problem (RFC 9457), in Russian with an English title.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
}

impl Problem {
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, kind: "not-found", title: "Not found", detail: detail.into() }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: "bad-request", title: "Bad request", detail: detail.into() }
    }

    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, kind: "too-large", title: "Too large", detail: detail.into() }
    }

    pub(crate) fn not_allowed(detail: impl Into<String>) -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self { status, kind: "method-not-allowed", title: "Method not allowed", detail: detail.into() }
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, kind: "forbidden", title: "Forbidden", detail: detail.into() }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "internal",
            title: "Internal error",
            detail: detail.into(),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        tracing::error!(error = &failure as &dyn std::error::Error, "a request could not be answered");
        Self::internal("Хранилище не отвечает. Повторите запрос; принятое не потеряно.")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:pto:problem:{}", self.kind),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
    }
}

/// How far an upload is, for the API.
pub(crate) fn job(upload: &UploadId, standing: &Standing) -> Value {
    let message = match (&standing.upload.state, &standing.document) {
        (UploadState::Rejected { rejection }, _) => Some(rejection.message.clone()),
        (UploadState::Failed { message, .. }, _) => Some(message.clone()),
        (_, Some((_, record))) => record
            .rejection
            .as_ref()
            .map(|rejection| rejection.message.clone())
            .or_else(|| record.failure.as_ref().map(|(_, message)| message.clone())),
        _ => None,
    };
    let results = standing.document.as_ref().filter(|_| standing.state == DocumentState::Done);
    json!({
        "id": upload,
        "file": standing.upload.file_name,
        "state": standing.state,
        "stage": stage_name(standing.state),
        "pages": standing.pages,
        "pages_read": standing.pages_read,
        "acts": results.and_then(|(_, record)| record.acts),
        "document": standing.document.as_ref().map(|(document, _)| &document.document),
        "results": results.map(|(document, _)| format!("/v1/documents/{}/", document.document)),
        "message": message,
    })
}
