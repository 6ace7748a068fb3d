use crate::problem::{Answer, Problem};
use crate::{Api, Caller, projects};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::{
    DocumentState, ProjectFileId, ProjectId, ProjectRef, StageName, TenantId, UploadId, UploadRef, UploadState,
    UtcTime, Warning,
};
use pipeline::{ListPlace, Standing, state_in_words};
use serde::Deserialize;
use serde_json::{Value, json};

/// Jobs in one answer when the client does not say how many.
const LISTED: usize = 50;

/// Jobs in one answer at most.
const MAX_LISTED: usize = 200;

/// Links to send a file end within the hour: what has not come by then does not come by itself.
const UPLOAD_GIVEN_UP_MS: u64 = 3_600_000;

#[derive(Deserialize)]
pub(crate) struct JobsQuery {
    limit: Option<usize>,
    cursor: Option<String>,
    project: Option<String>,
}

/// `GET /v1/jobs?limit=&cursor=&project=` → the newest jobs first.
pub(crate) async fn list_jobs(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    query: Result<Query<JobsQuery>, QueryRejection>,
) -> Answer {
    let wrong = || Problem::bad_request("Параметры списка: limit от 1 до 200, cursor из поля next и project.");
    let Query(query) = query.map_err(|_invalid| wrong())?;
    let limit = query.limit.unwrap_or(LISTED);
    let after = query.cursor.map(|text| ListPlace::parse(&text).ok_or_else(wrong)).transpose()?;
    if !(1..=MAX_LISTED).contains(&limit) {
        return Err(wrong());
    }
    let project = known_project(&api, &tenant, query.project).await?.map(|(project, _)| project);
    let page = api.records.newest_uploads(&tenant, project.as_ref(), after.as_ref(), limit).await?;
    let next = page.next.map(|place| place.to_string());
    let projects: Vec<_> = page.uploads.iter().map(|listed| listed.project.clone()).collect();
    let found = page.uploads.into_iter().map(|listed| (listed.upload, listed.record)).collect();
    let standings = Standing::of_records(&api.records, found).await?;
    let jobs = standings.into_iter().zip(projects);
    let jobs: Vec<_> = jobs.map(|((upload, standing), project)| api.job(&upload, standing, project)).collect();
    Ok(Json(json!({ "jobs": jobs, "next": next })).into_response())
}

/// The project of a request, which must be the tenant's own, and its file.
pub(crate) async fn known_project(
    api: &Api,
    tenant: &TenantId,
    id: Option<String>,
) -> Result<Option<(ProjectId, Option<ProjectFileId>)>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let project = ProjectId::try_from(id).map_err(|_invalid| projects::unknown())?;
    let project = ProjectRef { tenant: tenant.clone(), project };
    let record = api.records.project(&project).await?.ok_or_else(projects::unknown)?;
    Ok(Some((project.project, record.file)))
}

/// `GET /v1/jobs/{id}` → how far the job is.
pub(crate) async fn show_job(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    let upload = upload_of(tenant, id)?;
    Ok(Json(api.known_job(&upload).await?).into_response())
}

/// The upload that a path names.
pub(crate) fn upload_of(tenant: TenantId, id: Result<Path<String>, PathRejection>) -> Result<UploadRef, Problem> {
    let Path(id) = id.map_err(|_invalid| unknown())?;
    let upload = UploadId::try_from(id).map_err(|_invalid| unknown())?;
    Ok(UploadRef { tenant, upload })
}

pub(crate) fn unknown() -> Problem {
    Problem::not_found("Такой загрузки нет.")
}

impl Api {
    /// How far an upload is, or that there is none.
    pub(crate) async fn known_job(&self, upload: &UploadRef) -> Result<Value, Problem> {
        let standing = Standing::of(&self.records, upload).await?.ok_or_else(unknown)?;
        let project = self.records.announcement(upload).await?.and_then(|announcement| announcement.project);
        Ok(self.job(upload, standing, project))
    }

    /// How far an upload is, as clients read it.
    fn job(&self, upload: &UploadRef, standing: Standing, project: Option<ProjectId>) -> Value {
        let standing = match &self.pages_read {
            Some(count) => standing.with_pages_read(|document| count(document)),
            None => standing,
        };
        let results = standing.document.as_ref().filter(|_| standing.state == DocumentState::Done);
        json!({
            "id": upload.upload,
            "file": standing.upload.file_name,
            "project": project,
            "received_at": UtcTime::of_ms(standing.upload.received_at_ms).to_string(),
            "state": standing.state,
            "stage": state_in_words(standing.state),
            "pages": standing.pages,
            "pages_read": standing.pages_read,
            "acts": results.and_then(|(_, record)| record.acts),
            "document": standing.document.as_ref().map(|(document, _)| &document.document),
            "results": results.map(|(document, _)| format!("/v1/documents/{}/", document.document)),
            "message": message(&standing),
            "warnings": warnings(&standing, self.clock.now_ms()),
        })
    }
}

/// Why it came to nothing, in Russian.
fn message(standing: &Standing) -> Option<&String> {
    match (&standing.upload.state, &standing.document) {
        (UploadState::Rejected { rejection }, _) => Some(&rejection.message),
        (UploadState::Failed { message, .. }, _) => Some(message),
        (_, Some((_, record))) => {
            let rejection = record.rejection.as_ref().map(|rejection| &rejection.message);
            rejection.or_else(|| record.failure.as_ref().map(|(_, message)| message))
        }
        _ => None,
    }
}

/// What the user should know: of an upload that stands longer than the service level allows, and of the document.
fn warnings(standing: &Standing, now_ms: u64) -> Vec<Warning> {
    let mut warnings = match &standing.document {
        Some((_, record)) => record.warnings.clone(),
        None => Vec::new(),
    };
    let stands_ms = now_ms.saturating_sub(standing.upload.received_at_ms);
    if standing.upload.state != UploadState::Received {
        return warnings;
    }
    if stands_ms > UPLOAD_GIVEN_UP_MS {
        let message = format!(
            "Файл «{}» за час не принят. Если загрузка прервалась, загрузите его ещё раз: он не удвоится.",
            standing.upload.file_name
        );
        warnings.push(Warning { code: "upload-overdue".to_owned(), message, pages: Vec::new() });
    } else if let Some(level) = StageName::UploadHandler.service_level().filter(|level| stands_ms > level.limit_ms) {
        let code = format!("slow-{}", level.operation.name());
        warnings.push(Warning { code, message: level.warning.to_owned(), pages: Vec::new() });
    }
    warnings
}
