use crate::problem::{Answer, Problem};
use crate::{Api, Caller, projects};
use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bytes::Bytes;
use domain::project_file::{LARGEST_PROJECT_FILE_BYTES, ProjectFile};
use domain::{BlobKey, ProjectFileId, ProjectRef, TenantId, UploadState};
use pipeline::{AnnouncedFile, ListPlace};

/// Uploads of a project looked at in one go.
const UPLOADS_AT_ONCE: usize = 100;

/// `PUT /v1/projects/{id}/file` with the TOML as the body → `200` and the project. What was uploaded into the project is
/// formed anew with the file; what is wrong with it is a `422` that names every line.
pub(crate) async fn put_project_file(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Answer {
    let (project, _) = api.known_project(tenant, id).await?;
    let bytes = to_bytes(body, LARGEST_PROJECT_FILE_BYTES).await.map_err(|error| {
        tracing::info!(%error, "a project file was not received whole");
        Problem::too_large("Файл проекта не принят целиком: связь прервалась или он больше 1 МБ.")
    })?;
    ProjectFile::parse(&bytes)
        .map_err(|problems| Problem::wrong_project_file(format!("Файл проекта не подходит. {problems}")))?;
    let file = api.intake.keep_project_file(&project.tenant, bytes).await?;
    let record = api.records.give_project_file(&project, &file).await?;
    api.form_anew(&project, &file).await?;
    Ok(Json(projects::shown(&project.project, &record)).into_response())
}

/// `GET /v1/projects/{id}/file` → the TOML as it was given.
pub(crate) async fn show_project_file(
    State(api): State<Api>,
    Extension(Caller { tenant }): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    let (project, record) = api.known_project(tenant, id).await?;
    let none = || Problem::not_found("У этого объекта нет файла проекта.");
    let bytes = api.project_file(&project.tenant, &record.file.ok_or_else(none)?).await?.ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], bytes).into_response())
}

impl Api {
    async fn project_file(&self, tenant: &TenantId, file: &ProjectFileId) -> Result<Option<Bytes>, Problem> {
        Ok(self.results.get(&BlobKey::project_file(tenant, file)).await?)
    }

    /// Brings everything that was taken into the project again, now with this file.
    async fn form_anew(&self, project: &ProjectRef, file: &ProjectFileId) -> Result<(), Problem> {
        // All are listed before any is brought: what is brought again moves to the top of the list.
        let mut uploads = Vec::new();
        let mut after: Option<ListPlace> = None;
        loop {
            let (tenant, id) = (&project.tenant, Some(&project.project));
            let page = self.records.newest_uploads(tenant, id, after.as_ref(), UPLOADS_AT_ONCE).await?;
            uploads.extend(page.uploads);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for listed in uploads {
            let taken = matches!(listed.record.state, UploadState::Accepted { .. } | UploadState::Received);
            let Some(announcement) = self.records.announcement(&listed.upload).await?.filter(|_| taken) else {
                continue;
            };
            let again = AnnouncedFile {
                tenant: project.tenant.clone(),
                name: listed.record.file_name,
                document: announcement.document,
                size_bytes: announcement.size_bytes,
                project: Some(project.project.clone()),
                project_file: Some(file.clone()),
            };
            self.intake.announce(&again).await?;
        }
        Ok(())
    }
}
