use crate::documents::document_of;
use crate::problem::{Answer, Problem};
use crate::{Api, Caller};
use axum::body::{Body, to_bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::{DocumentRecord, DocumentRef, EditError, TenantId};
use pipeline::{AmendError, state_in_words};
use ports::compute;
use serde::Deserialize;
use serde_json::json;
use workbook::MOST_BYTES;

#[derive(Deserialize)]
pub(crate) struct Edits {
    edits: Vec<NewValue>,
    by: String,
}

#[derive(Deserialize)]
struct NewValue {
    value: String,
    #[serde(default)]
    new: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct WorkbookQuery {
    name: String,
}

/// `PUT /v1/documents/{id}/edits` with `{"edits": [{"value", "new"}], "by"}` → `200` and where the document stands. The old
/// values stay with their evidence, and the acts are formed anew. All edits are taken or none.
pub(crate) async fn put_edits(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    body: Result<Json<Edits>, JsonRejection>,
) -> Answer {
    let document = document(tenant, id)?;
    let wrong =
        || Problem::bad_request("Тело запроса: {\"edits\": [{\"value\": адрес, \"new\": текст}], \"by\": кто}.");
    let Json(Edits { edits, by }) = body.map_err(|invalid| match invalid.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("Правки не приняты: в одном запросе больше 2 МБ."),
        _ => wrong(),
    })?;
    if edits.is_empty() || by.trim().is_empty() {
        return Err(wrong());
    }
    let edits: Vec<_> = edits.into_iter().map(|edit| (edit.value, edit.new)).collect();
    let record = api.amending.edit(&document, &edits, by.trim()).await.map_err(problem)?;
    Ok(shown(&document, &record))
}

/// `PUT /v1/documents/{id}/specification?name=` with an XLSX as the body → `200` and where the document stands. Its rows
/// belong to the specification of the set from now on; a workbook of the same name takes the place of the one before. What
/// is wrong with a workbook is a `422` that names sheets and cells.
pub(crate) async fn put_specification(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    query: Result<Query<WorkbookQuery>, QueryRejection>,
    body: Body,
) -> Answer {
    let document = document(tenant, id)?;
    let Query(WorkbookQuery { name }) =
        query.map_err(|_invalid| Problem::bad_request("Назовите книгу: ?name=ВОР.xlsx."))?;
    let bytes = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|_error| Problem::too_large("Книга не принята целиком: связь прервалась или она больше 16 МБ."))?;
    let read = bytes.clone();
    let faults = compute(api.compute.as_ref(), move || workbook::faults(&read)).await?.map_err(|error| {
        tracing::info!(error = &error as &dyn std::error::Error, "a workbook was refused");
        Problem::other_content("Это не книга XLSX. Сохраните таблицу в формате XLSX и отправьте снова.")
    })?;
    if !faults.is_empty() {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(Problem::wrong_workbook(told.join(" ")));
    }
    let record = api.amending.add_workbook(&document, &name, bytes).await.map_err(problem)?;
    Ok(shown(&document, &record))
}

fn document(tenant: TenantId, id: Result<Path<String>, PathRejection>) -> Result<DocumentRef, Problem> {
    id.ok().and_then(|Path(id)| document_of(tenant, id)).ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::not_found("Такого документа нет.")
}

fn shown(document: &DocumentRef, record: &DocumentRecord) -> axum::response::Response {
    let state = record.state();
    Json(json!({ "document": document.document, "state": state, "stage": state_in_words(state) })).into_response()
}

fn problem(error: AmendError) -> Problem {
    match error {
        AmendError::UnknownDocument => unknown(),
        AmendError::NotAnalyzed => {
            Problem::not_ready("Комплект ещё разбирается. Дождитесь окончания и повторите правку.")
        }
        AmendError::Edit(EditError::UnknownValue(address)) => {
            Problem::wrong_edit(format!("Значения «{address}» в анализе нет; адреса и значения — в analysis.json."))
        }
        AmendError::Edit(EditError::NotANumber(text)) => Problem::wrong_edit(format!("«{text}» — не число.")),
        AmendError::Store(failure) => failure.into(),
    }
}
