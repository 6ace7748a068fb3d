use crate::file_name::plain_name;
use crate::problem::{Answer, Problem};
use crate::{Api, Caller};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::{ProjectId, ProjectRecord, ProjectRef, TenantId, UtcTime};
use serde::Deserialize;
use serde_json::{Value, json};

/// Projects in one answer when the client does not say how many, and at most.
const LISTED: usize = 200;

#[derive(Deserialize)]
pub(crate) struct NewProject {
    name: String,
}

/// `POST /v1/projects {name}` → `201` and the project. With an `Idempotency-Key` a repeat answers the same project.
pub(crate) async fn create_project(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    headers: HeaderMap,
    new: Result<Json<NewProject>, JsonRejection>,
) -> Answer {
    let wrong = || Problem::bad_request("Укажите название объекта: {\"name\": \"…\"}, не длиннее 255 байт.");
    let Json(new) = new.map_err(|_invalid| wrong())?;
    let name = plain_name(&new.name).ok_or_else(wrong)?;
    let now_ms = api.clock.now_ms();
    let project = match headers.get("idempotency-key") {
        Some(key) => {
            let key = key.to_str().ok().and_then(plain_name);
            let key =
                key.ok_or_else(|| Problem::bad_request("Заголовок Idempotency-Key: от 1 до 255 знаков латиницы."))?;
            ProjectId::of_key(&tenant, &key)
        }
        None => ProjectId::of_name(&tenant, &name, now_ms),
    };
    let project = ProjectRef { tenant, project };
    let record = ProjectRecord { name, created_at_ms: now_ms, file: None };
    let record = if api.records.create_project(&project, &record).await? {
        record
    } else {
        let known = api.records.project(&project).await?.filter(|known| known.name == record.name);
        known.ok_or_else(|| {
            Problem::key_reused("Этот Idempotency-Key уже использован для другого объекта. Возьмите новый ключ.")
        })?
    };
    let location = format!("/v1/projects/{}", project.project);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown(&project.project, &record))).into_response())
}

#[derive(Deserialize)]
pub(crate) struct ProjectsQuery {
    limit: Option<usize>,
    cursor: Option<String>,
}

/// `GET /v1/projects?limit=&cursor=` → the projects in the order of their ids.
pub(crate) async fn list_projects(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    query: Result<Query<ProjectsQuery>, QueryRejection>,
) -> Answer {
    let wrong = || Problem::bad_request("Параметры списка: limit от 1 до 200 и cursor из поля next.");
    let Query(query) = query.map_err(|_invalid| wrong())?;
    let limit = query.limit.unwrap_or(LISTED);
    let after = query.cursor.map(ProjectId::try_from).transpose().map_err(|_invalid| wrong())?;
    if !(1..=LISTED).contains(&limit) {
        return Err(wrong());
    }
    let mut projects = api.records.projects(&tenant, after.as_ref(), limit + 1).await?;
    let more = projects.len() > limit;
    projects.truncate(limit);
    let next = projects.last().filter(|_| more).map(|(id, _)| id.clone());
    let projects: Vec<Value> = projects.iter().map(|(id, record)| shown(id, record)).collect();
    Ok(Json(json!({ "projects": projects, "next": next })).into_response())
}

/// `GET /v1/projects/{id}` → the project.
pub(crate) async fn show_project(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    let (project, record) = api.known_project(tenant, id).await?;
    Ok(Json(shown(&project.project, &record)).into_response())
}

impl Api {
    /// The project that a path names, which must be the tenant's own.
    pub(crate) async fn known_project(
        &self,
        tenant: TenantId,
        id: Result<Path<String>, PathRejection>,
    ) -> Result<(ProjectRef, ProjectRecord), Problem> {
        let Path(id) = id.map_err(|_invalid| unknown())?;
        let project = ProjectId::try_from(id).map_err(|_invalid| unknown())?;
        let project = ProjectRef { tenant, project };
        let record = self.records.project(&project).await?.ok_or_else(unknown)?;
        Ok((project, record))
    }
}

pub(crate) fn unknown() -> Problem {
    Problem::not_found("Такого объекта нет.")
}

pub(crate) fn shown(id: &ProjectId, record: &ProjectRecord) -> Value {
    json!({
        "id": id,
        "name": record.name,
        "created_at": UtcTime::of_ms(record.created_at_ms).to_string(),
        "file": record.file,
    })
}
